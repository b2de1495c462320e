"""The catalogue's side of adding and removing: every function runs inside one transaction."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from qa.schema import Chunk, Document
from qa.store.tables import among, chunks, documents, meta

__all__ = [
    "bump_generation",
    "drop",
    "generation",
    "insert",
    "promote",
    "retire",
    "text_sha256",
    "unfinished",
]


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


def insert(
    connection: sa.Connection, document: Document, parts: Sequence[Chunk], *, now: str
) -> tuple[int, list[int]]:
    """Write a version as "indexing"; its document key and its chunk keys in the order of `parts`."""
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
    return key, keys


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


def promote(connection: sa.Connection, document_keys: Iterable[int]) -> None:
    """Make these versions the ready ones; what was ready under the same ids becomes "removing"."""
    for key in document_keys:
        same = sa.select(documents.c.id).where(documents.c.key == key).scalar_subquery()
        connection.execute(
            sa.update(documents)
            .where(documents.c.id == same, documents.c.state == "ready")
            .values(state="removing")
        )
        connection.execute(sa.update(documents).where(documents.c.key == key).values(state="ready"))


def retire(connection: sa.Connection, document_ids: Sequence[str]) -> None:
    """Take ready documents out of sight."""
    connection.execute(
        sa.update(documents)
        .where(documents.c.id.in_(among(document_ids)), documents.c.state == "ready")
        .values(state="removing")
    )


def unfinished(connection: sa.Connection) -> tuple[list[int], list[int]]:
    """Document keys and chunk keys of versions that are not ready."""
    keys = list(connection.execute(sa.select(documents.c.key).where(documents.c.state != "ready")).scalars())
    parts = (
        sa.select(chunks.c.key)
        .join(documents, documents.c.key == chunks.c.document_key)
        .where(documents.c.state != "ready")
    )
    return keys, list(connection.execute(parts).scalars()) if keys else []


def drop(connection: sa.Connection, document_keys: Sequence[int], chunk_keys: Sequence[int]) -> None:
    """Delete versions with their chunks and words."""
    words = sa.table("words", sa.column("rowid"))
    connection.execute(sa.delete(words).where(words.c.rowid.in_(among(chunk_keys))))
    connection.execute(sa.delete(chunks).where(chunks.c.document_key.in_(among(document_keys))))
    connection.execute(sa.delete(documents).where(documents.c.key.in_(among(document_keys))))
