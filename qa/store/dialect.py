"""What SQLite and PostgreSQL say differently in statements, but for the word index; all of it stands here.

The names below are compiled to the words of the database that a statement is run by. Of bare statements,
`DialectText` fills in what differs.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

__all__ = [
    "CHUNK_VALUES",
    "TEXT",
    "DialectText",
    "advance_keys",
    "as_bytes",
    "is_in",
    "is_postgresql",
    "last_key",
    "reserve_keys",
    "row_checksum_of",
    "row_digest",
    "text_checksum_of",
]

# Texts are ordered and compared by their characters alone, as SQLite does, whatever a database's language.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def is_postgresql(connection: sa.Connection | sa.Engine) -> bool:
    """Whether the catalogue is on a PostgreSQL server, not in a file."""
    return connection.dialect.name == "postgresql"


class _JsonList(sa.types.TypeDecorator[list[Any]]):
    """Many values as one variable of a statement."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: list[Any] | None, dialect: sa.Dialect) -> str:
        if dialect.name == "postgresql":
            value = [item.replace("\0", "\ufffd") if isinstance(item, str) else item for item in value or ()]
        return json.dumps(value)


class _Each(FunctionElement[Any]):
    """A row for each value of a list, in the column `value`."""

    name = "json_each"
    inherit_cache = True


class _EachNumber(_Each):
    inherit_cache = True


@compiles(_Each)
def _each(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


_NUMBERS = "SELECT CAST(value AS INTEGER) AS value FROM json_array_elements_text(CAST({values} AS JSON))"


@compiles(_Each, "postgresql")
def _each_text(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS JSON))"


@compiles(_EachNumber, "postgresql")
def _each_number(element: _Each, compiler: SQLCompiler, **options: Any) -> str:
    return f"({_NUMBERS.format(values=compiler.process(element.clauses, **options))})"


def is_in(column: sa.ColumnElement[Any], values: Iterable[str | int]) -> sa.ColumnElement[bool]:
    """Whether a column has one of the values: one variable of the statement, however many there are."""
    each = _EachNumber if isinstance(column.type, sa.Integer) else _Each
    listed = sa.literal(list(values), _JsonList())
    return column.in_(sa.select(each(listed).table_valued("value").c.value))


class as_bytes(FunctionElement[bytes]):
    """A value of a column as the bytes of its text."""

    type = sa.LargeBinary()
    inherit_cache = True


@compiles(as_bytes)
def _bytes_in_file(element: as_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


@compiles(as_bytes, "postgresql")
def _bytes_on_server(element: as_bytes, compiler: SQLCompiler, **options: Any) -> str:
    return f"convert_to(CAST({compiler.process(element.clauses, **options)} AS TEXT), 'UTF8')"


class row_checksum_of(FunctionElement[str]):
    """The checksum over values, each as bytes or NULL; see `row_digest`."""

    type = sa.Text()
    inherit_cache = True


@compiles(row_checksum_of)
def _row_checksum_in_file(element: row_checksum_of, compiler: SQLCompiler, **options: Any) -> str:
    return _checksum_by_function(compiler.process(clause, **options) for clause in element.clauses)


@compiles(row_checksum_of, "postgresql")
def _row_checksum_on_server(element: row_checksum_of, compiler: SQLCompiler, **options: Any) -> str:
    return _checksum_by_expression(compiler.process(clause, **options) for clause in element.clauses)


def _checksum_by_function(values: Iterable[str]) -> str:
    return f"row_checksum({', '.join(f'CAST({value} AS BLOB)' for value in values)})"


def _checksum_by_expression(values: Iterable[str]) -> str:
    parts = (
        f"coalesce(octet_length(CAST({value} AS TEXT)) || ':' || CAST({value} AS TEXT), '-')"
        for value in values
    )
    return f"encode(sha256(convert_to({' || '.join(parts)}, 'UTF8')), 'hex')"


def row_digest(connection: sa.Connection) -> Any:
    """The hash that `row_checksum_of` takes: PostgreSQL has no BLAKE2b, and SQLite has what we give it."""
    return hashlib.sha256() if is_postgresql(connection) else hashlib.blake2b(digest_size=16)


class text_checksum_of(FunctionElement[str]):
    """SHA-256 over the bytes of a text, in hexadecimal."""

    type = sa.Text()
    inherit_cache = True


@compiles(text_checksum_of)
def _text_checksum_in_file(element: text_checksum_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"text_checksum(CAST({compiler.process(element.clauses, **options)} AS BLOB))"


@compiles(text_checksum_of, "postgresql")
def _text_checksum_on_server(element: text_checksum_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"encode(sha256(convert_to({compiler.process(element.clauses, **options)}, 'UTF8')), 'hex')"


def reserve_keys(connection: sa.Connection, table: sa.Table, count: int) -> list[int]:
    """Keys for new rows, in order, of which none is ever given again. Call it under the store's lock."""
    if is_postgresql(connection):
        query = sa.text(
            "SELECT nextval(pg_get_serial_sequence(:name, 'key')) FROM generate_series(1, :count)"
        )
        return sorted(connection.execute(query, {"name": table.name, "count": count}).scalars())
    last = last_key(connection, table)
    return [last + 1 + number for number in range(count)]


def last_key(connection: sa.Connection, table: sa.Table) -> int:
    """The last key that was given, 0 before the first."""
    if is_postgresql(connection):
        query = sa.text(
            "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(:name, 'key')::regclass), 0)"
        )
    else:
        query = sa.text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = :name")
    return int(connection.execute(query, {"name": table.name}).scalar_one())


def advance_keys(connection: sa.Connection, table: sa.Table, last: int) -> None:
    """Give no key of a table any more up to this one; what was given stays so too."""
    values = {"name": table.name, "last": max(last, last_key(connection, table))}
    if not is_postgresql(connection):
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
        connection.execute(sa.text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), values)
    elif values["last"]:
        connection.execute(sa.text("SELECT setval(pg_get_serial_sequence(:name, 'key'), :last)"), values)


# The columns of chunks that a checksum covers, besides the words.
CHUNK_VALUES = "key document_key ordinal section start end heading sentences table_context".split()
_CHUNK_VALUES = tuple(f'c."{name}"' for name in CHUNK_VALUES)


class DialectText:
    """A bare statement, with what differs between the databases in braces.

    `{by_table}` has SQLite read a table without its indexes. `{then}` joins tables one after the other:
    SQLite keeps to this order of CROSS JOIN, and by itself went through all documents (70 ms at 50,000
    chunks). `{numbers}` are the rows of the variable `:keys`, a list
    as JSON, with the column `value`. `{checksum}` is that of a row `c` of chunks whose words are those of the
    word indexes `w` and `p`, `{checksum_by_key}` where these are not joined.
    """

    def __init__(self, template: str) -> None:
        new = (
            "coalesce((SELECT body FROM words WHERE rowid = c.key), "
            "(SELECT body FROM past_words WHERE rowid = c.key))"
        )
        kept = "coalesce(w.body, p.body)"
        self._in_file = sa.text(
            template.format(
                by_table="NOT INDEXED",
                then="CROSS JOIN",
                numbers="json_each(:keys)",
                checksum=_checksum_by_function((*_CHUNK_VALUES, kept)),
                checksum_by_key=_checksum_by_function((*_CHUNK_VALUES, new)),
            )
        )
        self._on_server = sa.text(
            template.format(
                by_table="",
                then="JOIN",
                numbers=f"({_NUMBERS.format(values=':keys')})",
                checksum=_checksum_by_expression((*_CHUNK_VALUES, kept)),
                checksum_by_key=_checksum_by_expression((*_CHUNK_VALUES, new)),
            )
        )

    def of(self, connection: sa.Connection) -> sa.TextClause:
        """The statement for the database of this connection."""
        return self._on_server if is_postgresql(connection) else self._in_file
