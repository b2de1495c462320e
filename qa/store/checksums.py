"""Checksums of what answers are made of, held against the stored values whenever these are read.

A version of a document carries one of its metadata, tables and pages, and one of its text (`text_sha256`);
a chunk one of its place, heading, sentences and words; a vector its own. The database computes them from what
it reads; SQLite from the bytes, so a byte that has changed on the disk is noticed before it is decoded.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from qa.store import catalogue_meta
from qa.store.catalogue_schema import chunks, documents, vectors
from qa.store.dialect import (
    CHUNK_VALUES,
    DialectText,
    as_bytes,
    is_in,
    row_checksum_of,
    row_digest,
    text_checksum_of,
)
from qa.store.store_errors import DamageError

__all__ = [
    "DamagedDocument",
    "DocumentProofs",
    "damaged_documents",
    "damaged_vectors",
    "damaged_words",
    "document_checksum",
    "find_damage",
    "register_functions",
    "row_checksum",
    "seal_chunks",
    "seal_everything",
    "seal_rows",
    "text_checksum",
    "vector_checksum",
]

_NOT_COVERED = ("checksum", "fingerprint", "text")  # the text has its own, the fingerprint is never shown
_COVERED = [column for column in documents.c if column.name not in _NOT_COVERED]


def row_checksum(*values: object) -> str:
    """BLAKE2b over bytes or None, with their lengths, so that none can pass for a part of another."""
    return _checksum(hashlib.blake2b(digest_size=16), values)


def _checksum(digest: Any, values: Iterable[object]) -> str:
    for value in values:
        if value is None:
            digest.update(b"-")
        elif isinstance(value, bytes):
            digest.update(b"%d:" % len(value))
            digest.update(value)
        else:
            return ""  # damage alone makes another type of it
    return str(digest.hexdigest())


def text_checksum(text: bytes | None) -> str:
    """SHA-256, by which copies of a text under other names are told too."""
    return hashlib.sha256(text or b"").hexdigest()


def vector_checksum(chunk_key: int, vector: object) -> str:
    """That of a stored vector."""
    return row_checksum(b"%d" % chunk_key, vector)


def register_functions(connection: sqlite3.Connection) -> None:
    """Let statements of this connection compute checksums."""
    connection.create_function("row_checksum", -1, row_checksum, deterministic=True)
    connection.create_function("text_checksum", 1, text_checksum, deterministic=True)


def document_checksum(changes: Mapping[str, Any] | None = None) -> sa.ColumnElement[str]:
    """The expression for that of a row of `documents`, with `changes` in the place of its own values."""
    return row_checksum_of(
        *(
            sa.literal(changes[column.name], column.type) if changes and column.name in changes else column
            for column in _COVERED
        )
    )


def seal_chunks(connection: sa.Connection, document_key: int) -> None:
    """Note the checksums of a version's chunks, whose words are in the index of what is searched."""
    connection.execute(_SEAL.of(connection), {"key": document_key})


_SEAL_ALL = "UPDATE chunks AS c SET checksum = {checksum_by_key}"
_SEAL = DialectText(f"{_SEAL_ALL} WHERE document_key = :key")


def seal_rows(connection: sa.Connection) -> None:
    """Note the checksums of all documents and chunks as this database has them; the words are indexed."""
    connection.execute(sa.update(documents).values(checksum=document_checksum()))
    connection.execute(DialectText(_SEAL_ALL).of(connection))


def seal_everything(connection: sa.Connection) -> None:
    """Note the checksums of a catalogue that has none, as it is: of older damage only that of texts shows."""
    connection.execute(sa.update(documents).values(chunk_count=_CHUNK_COUNT))
    connection.execute(
        sa.update(documents)
        .where(documents.c.text_sha256 == _TEXT_CHECKSUM)
        .values(checksum=document_checksum())
    )
    for key in connection.execute(sa.select(documents.c.key)).scalars().all():
        computed = _computed_chunks(connection, key, _text_of(connection, key))
        if computed:
            connection.execute(
                sa.update(chunks)
                .where(chunks.c.key == sa.bindparam("chunk"))
                .values(checksum=sa.bindparam("sum")),
                [{"chunk": int(row.key), "sum": checksum} for row, checksum in computed],
            )
    connection.execute(
        sa.update(vectors).values(
            checksum=sa.func.row_checksum(as_bytes(vectors.c.chunk_key), vectors.c.vector)
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedDocument:
    """A version that is not what was written: which parts of it still are, and what to look for elsewhere."""

    key: int
    id: str
    source: str
    text_sha256: str
    is_past: bool
    has_row: bool
    has_text: bool


def damaged_documents(connection: sa.Connection) -> list[DamagedDocument]:
    """The versions whose row, text or chunks fail their checksums, by key; not those that are set aside."""
    damaged = []
    # By the table itself: an index may have lost some.
    keys = connection.execute(_EVERY_VERSION.of(connection)).scalars().all()
    for key in keys:
        row = connection.execute(_IDENTITIES.where(documents.c.key == key)).one()
        if row.state == b"damaged" and row.is_whole:
            continue
        text = _text_of(connection, key)
        has_text = text_checksum(text) == _decode(row.text_sha256)
        computed = _computed_chunks(connection, key, text)
        has_chunks = len(computed) == row.chunk_count and all(
            row.checksum == wanted for row, wanted in computed
        )
        if not (row.is_whole and has_text and has_chunks):
            damaged.append(
                DamagedDocument(
                    key=key,
                    id=_decode(row.id),
                    source=_decode(row.source),
                    text_sha256=_decode(row.text_sha256),
                    is_past=row.state == b"past",
                    has_row=row.is_whole,
                    has_text=has_text,
                )
            )
    return damaged


_EVERY_VERSION = DialectText("SELECT key FROM documents {by_table} ORDER BY key")


def damaged_vectors(connection: sa.Connection) -> list[int]:
    """The chunks whose vectors in the catalogue fail their checksums, in order."""
    # A server would send all at once.
    query = sa.select(vectors).order_by(vectors.c.chunk_key).execution_options(yield_per=5000)
    return [
        row.chunk_key
        for row in connection.execute(query)
        if row.checksum != vector_checksum(row.chunk_key, row.vector)
    ]


def damaged_words(connection: sa.Connection) -> int:
    """How many chunks the word index has other words of than the document."""
    return int(connection.execute(_DAMAGED_WORDS.of(connection)).scalar_one())


_DAMAGED_WORDS = DialectText(
    "SELECT count(*) FROM chunks c JOIN documents d ON d.key = c.document_key "
    "LEFT JOIN words w ON w.rowid = c.key LEFT JOIN past_words p ON p.rowid = c.key "
    "WHERE d.state != 'damaged' AND {checksum} != c.checksum"
)


def find_damage(connection: sa.Connection) -> str | None:
    """What in a catalogue is not what was written, in words; what is set aside does not count."""
    damaged = damaged_documents(connection)
    if damaged:
        return f"what it holds of {damaged[0].source!r}"
    if damaged_vectors(connection):
        return "a vector"
    return "the word index" if damaged_words(connection) else None


def _blob(column: sa.Column[Any]) -> sa.Label[Any]:
    return as_bytes(column).label(column.name)


def _decode(value: bytes | None) -> str:
    return (value or b"").decode(errors="replace")


_CHUNK_COUNT = sa.select(sa.func.count()).where(chunks.c.document_key == documents.c.key).scalar_subquery()
_TEXT_CHECKSUM = text_checksum_of(documents.c.text)
_IDENTITIES = sa.select(
    *map(_blob, (documents.c.id, documents.c.source, documents.c.state, documents.c.text_sha256)),
    documents.c.chunk_count,
    (document_checksum() == documents.c.checksum).label("is_whole"),
)
_CHUNK_BYTES = [_blob(chunks.c[name]) for name in CHUNK_VALUES]


def _text_of(connection: sa.Connection, key: int) -> bytes:
    return (
        connection.execute(sa.select(_blob(documents.c.text)).where(documents.c.key == key)).scalar() or b""
    )


def _computed_chunks(connection: sa.Connection, key: int, text: bytes) -> list[tuple[Any, str]]:
    """The chunks of a version, as bytes, each with the checksum that it has to have by the version's text."""
    decoded = text.decode(errors="replace")
    query = sa.select(*_CHUNK_BYTES, chunks.c.checksum).where(chunks.c.document_key == key)
    return [
        (
            row,
            _checksum(
                row_digest(connection), [*row[: len(CHUNK_VALUES)], _words(decoded, row.start, row.end)]
            ),
        )
        for row in connection.execute(query)
    ]


def _words(text: str, start: bytes | None, end: bytes | None) -> bytes:
    try:
        return text[int(start or b"0") : int(end or b"0")].encode()
    except ValueError:  # no number any more
        return b""


class DocumentProofs:
    """Which versions have been held against their checksums, until the catalogue's files change; thread-safe.

    A file that changes without its time of change, as a failing disk does, is noticed by what is read anew.
    Without a `catalogue` file it is on a server, and they hold until its generation moves.
    """

    def __init__(self, catalogue: Path | None) -> None:
        self._files = (catalogue, catalogue.with_name(catalogue.name + "-wal")) if catalogue else ()
        self._proven: tuple[Any, set[int], set[int]] = (None, set(), set())

    def require(self, connection: sa.Connection, keys: Iterable[int], *, text: bool = False) -> None:
        """Hold the rows of these versions, and with `text` their texts, against their checksums.

        Raises:
            DamageError: One is not what was written.
        """
        state = tuple(map(_file_state, self._files)) or catalogue_meta.generation(connection)
        if self._proven[0] != state:  # replaced as one: other threads may be reading it
            self._proven = (state, set(), set())
        proven = self._proven[2 if text else 1]
        unproven = set(keys) - proven
        if not unproven:
            return
        is_whole = sa.and_(
            document_checksum() == documents.c.checksum, documents.c.chunk_count == _CHUNK_COUNT
        )
        if text:
            is_whole = sa.and_(is_whole, documents.c.text_sha256 == _TEXT_CHECKSUM)
        query = sa.select(_blob(documents.c.source), is_whole.label("is_whole"))
        rows = connection.execute(query.where(is_in(documents.c.key, unproven))).all()
        for row in rows:
            if not row.is_whole:
                raise DamageError(f"what it holds of {_decode(row.source)!r}")
        proven |= unproven


def _file_state(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
