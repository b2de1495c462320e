"""The catalogue's side of adding and removing: every function runs inside one transaction."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from qa.schema import Chunk, Document
from qa.store.tables import among, chunks, documents, meta, signature_bands, signatures, vectors

__all__ = [
    "Unfinished",
    "archive",
    "bump_generation",
    "drop",
    "erase",
    "generation",
    "insert",
    "note_fingerprints",
    "promote",
    "put_vectors",
    "rename",
    "retire",
    "set_generation",
    "text_sha256",
    "unfinished",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """What a write has still to do: document keys to delete, and to make past; chunk keys of all of them."""

    doomed: list[int]
    ended: list[int]
    chunks: list[int]

    def __bool__(self) -> bool:
        return bool(self.doomed or self.ended)


def text_sha256(document: Document) -> str:
    """The checksum of the text alone, which tells copies under other names."""
    return hashlib.sha256(document.text.encode()).hexdigest()


def generation(connection: sa.Connection) -> int:
    """The number that moves with every change of what can be searched."""
    value = connection.execute(sa.select(meta.c.value).where(meta.c.name == "generation")).scalar()
    return int(value or 0)


def bump_generation(connection: sa.Connection) -> int:
    """Move the generation on and return the new one."""
    new = generation(connection) + 1
    connection.execute(sa.update(meta).where(meta.c.name == "generation").values(value=str(new)))
    return new


def set_generation(connection: sa.Connection, value: int) -> None:
    """Move the generation to this number."""
    connection.execute(sa.update(meta).where(meta.c.name == "generation").values(value=str(value)))


def insert(
    connection: sa.Connection,
    document: Document,
    parts: Sequence[Chunk],
    made: NDArray[np.float32],
    *,
    now: str,
) -> tuple[int, list[int]]:
    """Write a version as "indexing"; its document key and its chunk keys in the order of `parts`.

    `made` holds the chunks' vectors, shape (len(parts), dimension).
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
        "updated_at": now,
        "format": document.format,
        "fingerprint": document.fingerprint,
        "given": list(document.given),
        "outline": None
        if document.outline is None
        else [offset for mark in document.outline for offset in (mark.start, mark.end, mark.level)],
        "pages": list(document.pages),
        "text": document.text,
    }
    key = int(connection.execute(sa.insert(documents).returning(documents.c.key), row).scalar_one())
    last = int(
        connection.execute(
            sa.text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name='chunks'")
        ).scalar_one()
    )
    keys = [last + 1 + number for number in range(len(parts))]
    if parts:
        connection.execute(
            sa.insert(chunks), [_chunk_row(k, key, part) for k, part in zip(keys, parts, strict=True)]
        )
        connection.execute(
            sa.text("INSERT INTO words (rowid, title, heading, body) VALUES (:key, :title, :heading, :body)"),
            [
                {
                    "key": chunk_key,
                    "title": document.title,
                    "heading": part.heading or "",
                    "body": document.text[part.start : part.end],
                }
                for chunk_key, part in zip(keys, parts, strict=True)
            ],
        )
        put_vectors(connection, keys, made)
    return key, keys


def put_vectors(connection: sa.Connection, keys: Sequence[int], made: NDArray[np.float32]) -> None:
    """Write or replace the vectors of chunks; both run parallel."""
    if not keys:
        return
    connection.execute(sa.delete(vectors).where(vectors.c.chunk_key.in_(among(keys))))
    rows = np.ascontiguousarray(made, dtype="<f4")
    connection.execute(
        sa.insert(vectors),
        [{"chunk_key": key, "vector": row.tobytes()} for key, row in zip(keys, rows, strict=True)],
    )


def _chunk_row(key: int, document_key: int, part: Chunk) -> dict[str, Any]:
    flat = [offset - part.start for span in part.sentences for offset in (span.start, span.end)]
    return {
        "key": key,
        "document_key": document_key,
        "ordinal": part.ordinal,
        "section": part.section,
        "start": part.start,
        "end": part.end,
        "heading": part.heading,
        "sentences": flat,
    }


def promote(connection: sa.Connection, document_keys: Iterable[int], *, now: str) -> None:
    """Make these versions the ready ones; what was ready under the same ids becomes "removing"."""
    for key in document_keys:
        same = sa.select(documents.c.id).where(documents.c.key == key).scalar_subquery()
        connection.execute(
            sa.update(documents)
            .where(documents.c.id == same, documents.c.state == "ready")
            .values(state="removing", ended_at=now)
        )
        connection.execute(sa.update(documents).where(documents.c.key == key).values(state="ready"))


def retire(connection: sa.Connection, document_ids: Sequence[str], *, now: str) -> None:
    """Take ready documents out of sight; they will be past."""
    connection.execute(
        sa.update(documents)
        .where(documents.c.id.in_(among(document_ids)), documents.c.state == "ready")
        .values(state="removing", ended_at=now)
    )


def erase(connection: sa.Connection, document_ids: Sequence[str]) -> None:
    """Take documents out of sight with all that is past of them; nothing will be left."""
    connection.execute(
        sa.update(documents).where(documents.c.id.in_(among(document_ids))).values(state="erasing")
    )


def rename(connection: sa.Connection, sources: Mapping[str, str]) -> None:
    """Give ready documents, by id, another source."""
    for document_id, source in sources.items():
        connection.execute(
            sa.update(documents)
            .where(documents.c.id == document_id, documents.c.state == "ready")
            .values(source=source)
        )


def note_fingerprints(connection: sa.Connection, fingerprints: Mapping[str, str]) -> None:
    """Note, by document id, how the files of ready documents are told."""
    for document_id, mark in fingerprints.items():
        connection.execute(
            sa.update(documents)
            .where(documents.c.id == document_id, documents.c.state == "ready")
            .values(fingerprint=mark)
        )


def unfinished(connection: sa.Connection) -> Unfinished:
    """The versions that are neither ready nor past."""
    query = sa.select(documents.c.key, documents.c.state).where(
        documents.c.state.in_(("indexing", "removing", "erasing"))
    )
    rows = connection.execute(query).all()
    keys = [row.key for row in rows]
    parts = sa.select(chunks.c.key).where(chunks.c.document_key.in_(among(keys)))
    return Unfinished(
        doomed=[row.key for row in rows if row.state != "removing"],
        ended=[row.key for row in rows if row.state == "removing"],
        chunks=list(connection.execute(parts).scalars()) if keys else [],
    )


def drop(connection: sa.Connection, document_keys: Sequence[int]) -> None:
    """Delete versions with all that belongs to them."""
    if not document_keys:
        return
    keys = list(
        connection.execute(
            sa.select(chunks.c.key).where(chunks.c.document_key.in_(among(document_keys)))
        ).scalars()
    )
    for name in ("words", "past_words"):
        words = sa.table(name, sa.column("rowid"))
        connection.execute(sa.delete(words).where(words.c.rowid.in_(among(keys))))
    connection.execute(sa.delete(vectors).where(vectors.c.chunk_key.in_(among(keys))))
    for table in (signature_bands, signatures, chunks):
        connection.execute(sa.delete(table).where(table.c.document_key.in_(among(document_keys))))
    connection.execute(sa.delete(documents).where(documents.c.key.in_(among(document_keys))))


def archive(connection: sa.Connection, document_keys: Sequence[int]) -> None:
    """Make versions past: their words move, so that those of today are weighed among themselves."""
    if not document_keys:
        return
    keys = sa.select(chunks.c.key).where(chunks.c.document_key.in_(among(document_keys)))
    held = list(connection.execute(keys).scalars())
    words = sa.table("words", sa.column("rowid"))
    connection.execute(
        sa.text(
            "INSERT INTO past_words (rowid, title, heading, body) SELECT rowid, title, heading, body "
            "FROM words WHERE rowid IN (SELECT value FROM json_each(:keys))"
        ),
        {"keys": json.dumps(held)},
    )
    connection.execute(sa.delete(words).where(words.c.rowid.in_(among(held))))
    for table in (signature_bands, signatures):
        connection.execute(sa.delete(table).where(table.c.document_key.in_(among(document_keys))))
    connection.execute(
        sa.update(documents).where(documents.c.key.in_(among(document_keys))).values(state="past")
    )
