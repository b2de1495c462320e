"""The life of a document's version in the catalogue, from "indexing" over "ready" to "past" or nothing.

Every function runs inside one transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from qa.schema import Chunk, Document
from qa.store.catalogue_schema import chunks, documents, signature_bands, signatures, vectors
from qa.store.checksums import document_checksum, seal_chunks, text_checksum, vector_checksum
from qa.store.dialect import as_bytes, is_in, is_postgresql, reserve_keys
from qa.store.packed_tables import pack_table
from qa.store.timestamps import after

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "UnfinishedVersions",
    "archive",
    "drop",
    "erase",
    "insert",
    "promote",
    "put_vectors",
    "record_fingerprints",
    "rename",
    "retire",
    "set_aside",
    "text_sha256",
    "unfinished_versions",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedVersions:
    """What a write has still to do: document keys to delete, and to make past; chunk keys of all of them."""

    to_delete: list[int]
    to_archive: list[int]
    chunk_keys: list[int]

    def __bool__(self) -> bool:
        return bool(self.to_delete or self.to_archive)


def text_sha256(document: Document) -> str:
    """The checksum of the text alone, which tells copies under other names."""
    return text_checksum(document.text.encode())


def insert(
    connection: sa.Connection,
    document: Document,
    document_chunks: Sequence[Chunk],
    chunk_vectors: "NDArray[np.float32]",
    *,
    now: str,
) -> tuple[int, list[int]]:
    """Write a version as "indexing"; its document key and its chunk keys in the order of the chunks.

    The vectors are those of the chunks, shape (n, dimension).
    """
    first_added = connection.execute(
        sa.select(documents.c.added_at).where(documents.c.id == document.id, documents.c.state == "ready")
    ).scalar()
    row: dict[str, Any] = {
        "id": document.id,
        "state": "indexing",
        "source": document.source,
        "title": document.title,
        "published": document.published.isoformat() if document.published else None,
        "publisher": document.publisher,
        "topics": list(document.topics),
        "sha256": document.sha256,
        "text_sha256": text_sha256(document),
        "characters": len(document.text),
        "body_start": document.body_start,
        "markdown": document.markdown,
        "added_at": first_added or now,
        "updated_at": _begin_of_next(connection, document.id, now),
        "format": document.format,
        "fingerprint": document.fingerprint,
        "given": list(document.user_set_fields),
        "chunk_count": len(document_chunks),
        "recognised": [list(page) for page in document.recognised] or None,
        "outline": None
        if document.structure is None
        else [offset for mark in document.structure for offset in (mark.start, mark.end, mark.level)],
        "tables": [pack_table(table) for table in document.tables] or None,
        "pages": list(document.pages),
        "text": document.text,
    }
    (key,) = reserve_keys(connection, documents, 1)
    connection.execute(
        sa.insert(documents).values(
            key=key, **row, checksum=_checksum_of_new(connection, {"key": key, **row})
        )
    )
    chunk_keys = reserve_keys(connection, chunks, len(document_chunks))
    if document_chunks:
        connection.execute(
            sa.insert(chunks),
            [
                _chunk_row(chunk_key, key, chunk)
                for chunk_key, chunk in zip(chunk_keys, document_chunks, strict=True)
            ],
        )
        _insert_words(
            connection,
            [
                {
                    "key": chunk_key,
                    "title": document.title,
                    "heading": chunk.lead or "",
                    "body": document.text[chunk.start : chunk.end],
                }
                for chunk_key, chunk in zip(chunk_keys, document_chunks, strict=True)
            ],
        )
        seal_chunks(connection, key)
        put_vectors(connection, chunk_keys, chunk_vectors)
    return key, chunk_keys


def _insert_words(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    if is_postgresql(connection):
        from qa.store import postgres_words

        postgres_words.insert_words(connection, rows)
        return
    connection.execute(
        sa.text("INSERT INTO words (rowid, title, heading, body) VALUES (:key, :title, :heading, :body)"),
        rows,
    )


def _begin_of_next(connection: sa.Connection, document_id: str, now: str) -> str:
    """Now, unless the clock went backwards: a version begins when the one before has ended."""
    query = sa.select(documents.c.state, documents.c.updated_at, documents.c.ended_at).where(
        documents.c.id == document_id, documents.c.state != "indexing"
    )
    ends = (row.ended_at or after(row.updated_at, now) for row in connection.execute(query))
    return max([now, *ends])


def _checksum_of_new(connection: sa.Connection, row: Mapping[str, Any]) -> str:
    nothing = {column.name: None for column in documents.c}
    return str(connection.execute(sa.select(document_checksum({**nothing, **row}))).scalar_one())


def _update(connection: sa.Connection, condition: sa.ColumnElement[bool], **changes: str) -> None:
    """Change versions; one that is not what was written stays recognisable as such."""
    seal = sa.case(
        (documents.c.checksum == document_checksum(), document_checksum(changes)),
        else_=documents.c.checksum,
    )
    connection.execute(sa.update(documents).where(condition).values(**changes, checksum=seal))


def put_vectors(connection: sa.Connection, keys: Sequence[int], chunk_vectors: "NDArray[np.float32]") -> None:
    """Write or replace the vectors of chunks; both run parallel."""
    import numpy as np

    if not keys:
        return
    connection.execute(sa.delete(vectors).where(is_in(vectors.c.chunk_key, keys)))
    rows = np.ascontiguousarray(chunk_vectors, dtype="<f4")
    connection.execute(
        sa.insert(vectors),
        [
            {"chunk_key": key, "vector": vector, "checksum": vector_checksum(key, vector)}
            for key, row in zip(keys, rows, strict=True)
            for vector in [row.tobytes()]
        ],
    )


def _chunk_row(key: int, document_key: int, chunk: Chunk) -> dict[str, Any]:
    flat = [offset - chunk.start for span in chunk.sentences for offset in (span.start, span.end)]
    return {
        "key": key,
        "document_key": document_key,
        "ordinal": chunk.ordinal,
        "section": chunk.section,
        "start": chunk.start,
        "end": chunk.end,
        "heading": chunk.heading,
        "sentences": flat,
        "table_context": chunk.table_context,
    }


def promote(connection: sa.Connection, document_keys: Iterable[int]) -> None:
    """Make these versions the ready ones; what was ready under the same ids becomes "removing"."""
    for key in document_keys:
        query = sa.select(documents.c.id, documents.c.updated_at).where(documents.c.key == key)
        version = connection.execute(query).one()
        same = documents.c.id == version.id
        is_before = sa.and_(same, documents.c.state == "ready")
        _update(connection, is_before, state="removing", ended_at=version.updated_at)
        # What a repair has set aside has been added again.
        is_replaced = sa.and_(same, documents.c.state == "damaged", documents.c.ended_at.is_(None))
        _update(connection, is_replaced, state="erasing")
        _update(connection, documents.c.key == key, state="ready")


def retire(connection: sa.Connection, document_ids: Sequence[str], *, now: str) -> None:
    """Take ready documents out of sight; they will be past."""
    is_ready = sa.and_(is_in(documents.c.id, document_ids), documents.c.state == "ready")
    ahead = sa.select(documents.c.key, documents.c.updated_at).where(is_ready, documents.c.updated_at > now)
    for row in connection.execute(ahead).all():
        end = after(row.updated_at, now)
        _update(connection, documents.c.key == row.key, state="removing", ended_at=end)
    _update(connection, is_ready, state="removing", ended_at=now)


def erase(connection: sa.Connection, document_ids: Sequence[str]) -> None:
    """Take documents out of sight with all that is past of them; nothing will be left."""
    _update(connection, is_in(documents.c.id, document_ids), state="erasing")


def rename(connection: sa.Connection, sources: Mapping[str, str]) -> None:
    """Give ready documents, by id, another source."""
    for document_id, source in sources.items():
        _update(
            connection, sa.and_(documents.c.id == document_id, documents.c.state == "ready"), source=source
        )


def record_fingerprints(connection: sa.Connection, fingerprints: Mapping[str, str]) -> None:
    """Note, by document id, what tells the files of ready documents from others."""
    for document_id, fingerprint in fingerprints.items():
        connection.execute(
            sa.update(documents)
            .where(documents.c.id == document_id, documents.c.state == "ready")
            .values(fingerprint=fingerprint)
        )


def unfinished_versions(connection: sa.Connection) -> UnfinishedVersions:
    """The versions that are neither ready nor past."""
    query = sa.select(documents.c.key, documents.c.state).where(
        documents.c.state.in_(("indexing", "removing", "erasing"))
    )
    rows = connection.execute(query).all()
    keys = [row.key for row in rows]
    chunk_keys = sa.select(chunks.c.key).where(is_in(chunks.c.document_key, keys))
    return UnfinishedVersions(
        to_delete=[row.key for row in rows if row.state != "removing"],
        to_archive=[row.key for row in rows if row.state == "removing"],
        chunk_keys=list(connection.execute(chunk_keys).scalars()) if keys else [],
    )


def drop(connection: sa.Connection, document_keys: Sequence[int]) -> None:
    """Delete versions with all that belongs to them."""
    if not document_keys:
        return
    keys = list(
        connection.execute(
            sa.select(chunks.c.key).where(is_in(chunks.c.document_key, document_keys))
        ).scalars()
    )
    for name in ("words", "past_words"):
        words = sa.table(name, sa.column("rowid", sa.Integer))
        connection.execute(sa.delete(words).where(is_in(words.c.rowid, keys)))
    connection.execute(sa.delete(vectors).where(is_in(vectors.c.chunk_key, keys)))
    for table in (signature_bands, signatures, chunks):
        connection.execute(sa.delete(table).where(is_in(table.c.document_key, document_keys)))
    connection.execute(sa.delete(documents).where(is_in(documents.c.key, document_keys)))


def archive(connection: sa.Connection, document_keys: Sequence[int]) -> None:
    """Make versions past: their words move, so that those of today are weighed among themselves."""
    if not document_keys:
        return
    query = sa.select(chunks.c.key).where(is_in(chunks.c.document_key, document_keys))
    chunk_keys = list(connection.execute(query).scalars())
    words = sa.table("words", sa.column("rowid", sa.Integer))
    if is_postgresql(connection):
        from qa.store import postgres_words

        postgres_words.archive_words(connection, chunk_keys)
    else:
        names = ("rowid", "title", "heading", "body")
        columns: list[sa.ColumnElement[Any]] = [sa.column(name) for name in names]
        chosen = sa.select(*columns).select_from(words).where(is_in(words.c.rowid, chunk_keys))
        past_words = sa.table("past_words", *map(sa.column, names))
        connection.execute(sa.insert(past_words).from_select(names, chosen))
    connection.execute(sa.delete(words).where(is_in(words.c.rowid, chunk_keys)))
    for table in (signature_bands, signatures):
        connection.execute(sa.delete(table).where(is_in(table.c.document_key, document_keys)))
    _update(connection, is_in(documents.c.key, document_keys), state="past")


def set_aside(connection: sa.Connection, document_keys: Sequence[int]) -> None:
    """Take versions that are damaged out of all that is read; they stay until they are added again or erased.

    Their rows are sealed as they are now: what is said about them is that they are damaged. What is no text
    any more is written so that it can be read.
    """
    for name in ("id", "source", "title"):
        column = documents.c[name]
        blob = sa.select(documents.c.key, as_bytes(column).label("value"))
        for row in connection.execute(blob.where(is_in(documents.c.key, document_keys))).all():
            readable = (row.value or b"").decode(errors="replace")
            if readable.encode() != row.value:
                connection.execute(
                    sa.update(documents).where(documents.c.key == row.key).values({name: readable})
                )
    if document_keys:
        changes = {"state": "damaged"}
        connection.execute(
            sa.update(documents)
            .where(is_in(documents.c.key, document_keys))
            .values(**changes, checksum=document_checksum(changes))
        )
