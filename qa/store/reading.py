"""The catalogue's side of listing and showing documents."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from qa.errors import DocumentNotFound
from qa.schema import Document, DocumentSummary
from qa.store.names import DocumentNames
from qa.store.tables import among, chunks, documents

__all__ = ["document", "resolve", "sources", "summaries"]


def summaries(connection: sa.Connection) -> list[DocumentSummary]:
    """All ready documents without their texts, by title, then id."""
    counts = (
        sa.select(chunks.c.document_key, sa.func.count().label("chunks"))
        .group_by(chunks.c.document_key)
        .subquery()
    )
    columns = [column for column in documents.c if column.name not in ("text", "pages")]
    query = (
        sa.select(*columns, counts.c.chunks)
        .outerjoin(counts, counts.c.document_key == documents.c.key)
        .where(documents.c.state == "ready")
    )
    found = [
        DocumentSummary(
            id=row.id,
            title=row.title,
            source=row.source,
            published=date.fromisoformat(row.published) if row.published else None,
            publisher=row.publisher,
            topics=tuple(row.topics),
            chunks=row.chunks or 0,
            characters=row.characters,
            added_at=row.added_at,
            sha256=row.sha256,
        )
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda one: (one.title.casefold(), one.id))


def sources(connection: sa.Connection, where: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Of these sources, those in the store: source to (document id, sha256)."""
    query = sa.select(documents.c.source, documents.c.id, documents.c.sha256).where(
        documents.c.state == "ready", documents.c.source.in_(among(where))
    )
    return {row.source: (row.id, row.sha256) for row in connection.execute(query)}


def document(connection: sa.Connection, document_id: str) -> Document:
    """One ready document with its text."""
    query = sa.select(documents).where(documents.c.id == document_id, documents.c.state == "ready")
    row = connection.execute(query).first()
    if row is None:
        raise DocumentNotFound(f"no document {document_id!r} in the store: `qa list` shows them")
    return _document(row)


def _document(row: Any) -> Document:
    return Document(
        id=row.id,
        source=row.source,
        title=row.title,
        text=row.text,
        sha256=row.sha256,
        published=date.fromisoformat(row.published) if row.published else None,
        publisher=row.publisher,
        topics=tuple(row.topics),
        pages=tuple(row.pages),
        body_start=row.body_start,
        markdown=row.markdown,
    )


def resolve(connection: sa.Connection, reference: str) -> str:
    """The id of the document that a user means: by id, source, title, file name or start of the id.

    Raises:
        DocumentNotFound: None fits, or several do.
    """
    ready = sa.select(documents.c.id, documents.c.source, documents.c.title).where(
        documents.c.state == "ready"
    )
    if reference.isascii():  # as ids are
        exact = connection.execute(ready.where(documents.c.id == reference)).first()
        if exact:
            return str(exact.id)
    found = connection.execute(ready).all()
    matches = DocumentNames(found).find(reference)
    if not matches and len(reference) > 3:
        matches = [str(one.id) for one in found if one.id.startswith(reference)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise DocumentNotFound(f"{reference!r} may mean {', '.join(sorted(matches))}: use one of these ids")
    raise DocumentNotFound(f"no document {reference!r} in the store: `qa list` shows them")
