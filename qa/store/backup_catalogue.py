"""Whether a database is a catalogue of ours and nothing else, before any of it is used.

A database can do things: triggers, views, generated columns and virtual tables run when others are read or
written. All of the schema is compared with what we make, in this version or an older one.
"""

import re
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from qa.errors import StoreError
from qa.store.catalogue_file import SCHEMA_VERSION, added_column, connect, open_database
from qa.store.catalogue_schema import create_tables, create_word_index, own_tables
from qa.store.checksums import find_damage
from qa.store.store_errors import DamageError

__all__ = ["check_catalogue", "count_ready", "require_undamaged"]

_WORD_INDEXES = ("words", "past_words")
# Older versions had no separators, or fewer.
_WORD_INDEX = re.compile(
    r"CREATE VIRTUAL TABLE (?:words|past_words) USING fts5\(title, heading, body, "
    r"tokenize = (?:'porter unicode61 remove_diacritics 2'"
    r"|\"porter unicode61 remove_diacritics 2 separators '[^'\"]*'\")\)"
)
_TABLE = re.compile(r"CREATE TABLE \w+ ?\((.*)\)", re.DOTALL)
_PAGE_BYTES = 4096  # SQLite's default, of which we leave it
_STATES = "('indexing', 'ready', 'removing', 'past', 'erasing', 'damaged')"
# What the rest of the program takes for granted of the rows; each finds one that is otherwise.
_WRONG_ROWS = (
    f"SELECT 1 FROM documents WHERE state NOT IN {_STATES} OR typeof(text) != 'text' OR typeof(id) != 'text' "
    "OR typeof(source) != 'text' OR typeof(title) != 'text' "
    "OR NOT json_valid(topics) OR NOT json_valid(pages)",
    "SELECT 1 FROM chunks WHERE typeof(start) != 'integer' OR typeof(\"end\") != 'integer' "
    "OR NOT json_valid(sentences)",
)
_WRONG_VECTORS = (
    "SELECT 1 FROM vectors WHERE typeof(vector) != 'blob' OR length(vector) != 4 * ? "
    "OR typeof(chunk_key) != 'integer'"
)


def check_catalogue(copy: Path, backup: Path) -> None:
    """Refuse the database of a backup that holds anything but a catalogue.

    Raises:
        StoreError: It is damaged, of a newer version, or has something in its schema that none of ours has.
    """
    damaged = f"the backup {backup} is damaged: take another one"
    try:
        with closing(open_database(copy, read_only=True)) as database:
            database.execute("PRAGMA cell_size_check = ON")
            stranger = _find_stranger(database)
            if stranger:
                raise StoreError(
                    f"the backup {backup} holds {stranger}, which none of ours does: take another one"
                )
            if database.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise StoreError(damaged)
            version = _read_version(database)
            if version > SCHEMA_VERSION:
                raise StoreError(f"the backup {backup} was made by a newer Briefing Desk: upgrade first")
            if not _is_whole(database, version) or not _are_rows_right(database):
                raise StoreError(damaged)
        if version == SCHEMA_VERSION:
            require_undamaged(copy)
    except (sqlite3.Error, DBAPIError, DamageError, ValueError, OverflowError) as error:
        raise StoreError(damaged) from error


def require_undamaged(copy: Path) -> None:
    """Hold all of a copy of a catalogue against its checksums; what a repair has set aside says so itself.

    Raises:
        DamageError: Something in it is not what was written.
    """
    engine = connect(copy, read_only=True)
    try:
        with engine.begin() as connection:
            if damage := find_damage(connection):
                raise DamageError(damage)
    finally:
        engine.dispose()


def count_ready(catalogue: Path) -> tuple[int, int]:
    """How many documents and chunks are ready in a copy of a catalogue."""
    ready = "FROM documents WHERE state = 'ready'"
    with closing(open_database(catalogue, read_only=True)) as database:
        documents = database.execute(f"SELECT count(*) {ready}").fetchone()[0]
        passages = database.execute(
            f"SELECT count(*) FROM chunks WHERE document_key IN (SELECT key {ready})"
        ).fetchone()[0]
    return int(documents), int(passages)


def _read_version(database: sqlite3.Connection) -> int:
    """The version of the schema; ValueError if what the catalogue notes of itself is none of ours."""
    values = dict(database.execute("SELECT name, value FROM meta"))
    version = int(values.get("schema_version", 0))
    if version < 1 or int(values.get("generation", 0)) < 0:
        raise ValueError("no catalogue")
    return version


def _are_rows_right(database: sqlite3.Connection) -> bool:
    if any(database.execute(statement).fetchone() for statement in _WRONG_ROWS):
        return False
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone():
        return True  # the first version kept them elsewhere
    values = dict(database.execute("SELECT name, value FROM meta WHERE name = 'embedding_dimension'"))
    dimension = int(values.get("embedding_dimension", 0))
    return database.execute(_WRONG_VECTORS, (dimension,)).fetchone() is None


def _find_stranger(database: sqlite3.Connection) -> str | None:
    """What in the schema is none of ours, in words."""
    if database.execute("PRAGMA encoding").fetchone() != ("UTF-8",):
        return "texts in another encoding"
    if database.execute("PRAGMA page_size").fetchone() != (_PAGE_BYTES,):
        return "pages of another size"
    for kind, name, table, sql in database.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        if kind == "index" and sql is None:  # of a primary key
            is_ours = table in _own_columns()
        elif kind == "table" and name in _WORD_INDEXES:
            is_ours = _WORD_INDEX.fullmatch(sql) is not None
        elif kind == "table" and name in _own_columns():
            is_ours = _split_columns(sql) <= _own_columns()[name]
        else:
            is_ours = sql == _own_schema().get((kind, name))
        if not is_ours:
            return f"the {kind} {name!r}"
    return None


def _is_whole(database: sqlite3.Connection, version: int) -> bool:
    """Whether all tables and columns of this version are there; an older one is brought up to date later."""
    present = set(database.execute("SELECT type, name FROM sqlite_master"))
    if version < SCHEMA_VERSION:
        return {("table", name) for name in ("documents", "chunks", "words")} <= present
    return set(_own_schema()) <= present and all(
        {column.name for column in table.columns}
        <= {row[1] for row in database.execute(f"PRAGMA table_info({table.name})")}
        for table in own_tables()
    )


@cache
def _own_schema() -> dict[tuple[str, str], str | None]:
    """The statement of everything in a new catalogue, by type and name."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    try:
        with engine.connect() as connection:
            create_tables(connection)
            for name in _WORD_INDEXES:
                create_word_index(connection, name)
            rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master")
            return {(kind, name): sql for kind, name, sql in rows}
    finally:
        engine.dispose()


@cache
def _own_columns() -> dict[str, frozenset[str]]:
    """For each table the definitions that may stand in its statement, also as an update adds them.

    None of them has a comma, and their brackets are closed: a statement that falls into such parts has no
    others.
    """
    return {
        table.name: _split_columns(_own_schema()["table", table.name])
        | {added_column(column) for column in table.columns if column.nullable or column.server_default}
        for table in own_tables()
    }


def _split_columns(statement: str | None) -> frozenset[str]:
    """The definitions in a statement that makes a table; all of it as one where it is another statement."""
    match = _TABLE.fullmatch(statement or "")
    if match is None:
        return frozenset({statement or ""})
    return frozenset(" ".join(part.split()) for part in match[1].split(","))
