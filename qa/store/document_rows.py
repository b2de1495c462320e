"""Rows of documents and their versions as values."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from qa.errors import DocumentNotFound
from qa.schema import (
    Document,
    DocumentSummary,
    HasMetadata,
    Metadata,
    RecognisedPage,
    SourceTable,
    StructureMark,
    Version,
)
from qa.store.catalogue_schema import chunks, documents
from qa.store.checksums import DocumentProofs
from qa.store.dialect import DialectText, is_in
from qa.store.document_lookup import DocumentLookup, NamedDocument
from qa.store.packed_tables import unpack_table
from qa.store.store_errors import DamageError
from qa.text.shared_titles import tell_titles_apart

__all__ = [
    "KnownDocument",
    "count_ready",
    "document",
    "document_summaries",
    "document_tables",
    "document_versions",
    "known_documents",
    "resolve_past_reference",
    "resolve_reference",
    "set_aside_document",
    "shared_titles",
    "states_of_tables",
    "version",
    "version_as_of",
    "version_keys",
]

_IN_FORCE_OR_PAST = ("ready", "removing", "past")  # the states of versions that were found at some time


def count_ready(connection: sa.Connection) -> tuple[int, int]:
    """How many documents and chunks are ready."""
    statement = sa.text(
        "SELECT (SELECT count(*) FROM documents WHERE state = 'ready'), (SELECT count(*) FROM chunks) - "
        "(SELECT count(*) FROM chunks WHERE document_key IN "
        "(SELECT key FROM documents WHERE state != 'ready'))"
    )
    row = connection.execute(statement).one()
    return int(row[0]), int(row[1])


def document_summaries(connection: sa.Connection, proofs: DocumentProofs) -> list[DocumentSummary]:
    """All ready documents without their texts, by title, then id; titles that several have are told apart."""
    proofs.require(connection, version_keys(connection, ("ready",)))
    counts = (
        sa.select(chunks.c.document_key, sa.func.count().label("chunks"))
        .group_by(chunks.c.document_key)
        .subquery()
    )
    columns = [column for column in documents.c if column.name not in ("text", "pages", "tables", "outline")]
    query = (
        sa.select(*columns, counts.c.chunks)
        .outerjoin(counts, counts.c.document_key == documents.c.key)
        .where(documents.c.state == "ready")
    )
    rows = connection.execute(query).all()
    shown_titles = tell_titles_apart((row.source, row.title) for row in rows)
    summaries = [
        DocumentSummary(
            id=row.id,
            source=row.source,
            metadata=replace(_metadata(row), title=shown_titles.get(row.source, row.title)),
            stored_title=row.title if row.source in shown_titles else "",
            chunks=row.chunks or 0,
            characters=row.characters,
            added_at=row.added_at,
            sha256=row.sha256,
            updated_at=row.updated_at,
            format=row.format,
            recognised=tuple(RecognisedPage(*page) for page in row.recognised or ()),
            user_set_fields=tuple(row.given),
        )
        for row in rows
    ]
    return sorted(summaries, key=lambda summary: (summary.title.casefold(), summary.id))


def version_keys(connection: sa.Connection, states: Sequence[str] = ("ready", "past")) -> Sequence[int]:
    """The keys of the versions in these states."""
    return connection.execute(sa.select(documents.c.key).where(documents.c.state.in_(states))).scalars().all()


def shared_titles(connection: sa.Connection) -> dict[str, str]:
    """By source, the titles to show of the ready documents that share theirs with others.

    Goes through all documents: 0.3 s at 50,000.
    """
    query = sa.select(documents.c.source, documents.c.title).where(documents.c.state == "ready")
    return tell_titles_apart((row.source, row.title) for row in connection.execute(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDocument(HasMetadata):
    """What an update has to know of a ready document: its checksums and what a user has set."""

    id: str
    source: str
    sha256: str
    text_sha256: str
    fingerprint: str
    metadata: Metadata
    user_set_fields: tuple[str, ...]


def known_documents(
    connection: sa.Connection, proofs: DocumentProofs, sources: Sequence[str] | None = None
) -> list[KnownDocument]:
    """The ready documents of these sources, or all of them, in the order of their keys."""
    proofs.require(connection, version_keys(connection, ("ready",)))
    query = _KNOWN.where(documents.c.state == "ready")
    if sources is not None:
        query = query.where(is_in(documents.c.source, sources))
    return [_known_document(row) for row in connection.execute(query.order_by(documents.c.key))]


def set_aside_document(connection: sa.Connection, key: int) -> KnownDocument:
    """What is known of a version that was set aside; neither its text nor its file counts as unchanged."""
    row = connection.execute(_KNOWN.where(documents.c.key == key)).one()
    return replace(_known_document(row), sha256="", fingerprint="")


_KNOWN_COLUMNS = "id source sha256 text_sha256 fingerprint given title published publisher topics".split()
_KNOWN = sa.select(*(documents.c[name] for name in _KNOWN_COLUMNS))


def _known_document(row: Any) -> KnownDocument:
    return KnownDocument(
        id=row.id,
        source=row.source,
        sha256=row.sha256,
        text_sha256=row.text_sha256,
        fingerprint=row.fingerprint,
        metadata=_metadata(row),
        user_set_fields=tuple(row.given),
    )


def document_versions(connection: sa.Connection, proofs: DocumentProofs, document_id: str) -> list[Version]:
    """The states of a document that were or are ready, oldest first; none if it never was."""
    columns = [column for column in documents.c if column.name not in ("text", "pages", "tables", "outline")]
    is_version = sa.and_(documents.c.id == document_id, documents.c.state.in_(_IN_FORCE_OR_PAST))
    proofs.require(connection, connection.execute(sa.select(documents.c.key).where(is_version)).scalars())
    query = sa.select(*columns).where(is_version)
    return [
        Version(
            document=row.id,
            source=row.source,
            metadata=_metadata(row),
            characters=row.characters,
            sha256=row.sha256,
            since=row.updated_at,
            until=row.ended_at,
        )
        for row in connection.execute(query.order_by(documents.c.key))
    ]


def _metadata(row: Any) -> Metadata:
    return Metadata(
        title=row.title,
        published=date.fromisoformat(row.published) if row.published else None,
        publisher=row.publisher,
        topics=tuple(row.topics),
    )


def version_as_of(connection: sa.Connection, proofs: DocumentProofs, document_id: str, when: str) -> Document:
    """A document as it was at a moment (as the catalogue writes moments)."""
    query = sa.select(documents.c.key).where(
        documents.c.id == document_id,
        documents.c.state.in_(_IN_FORCE_OR_PAST),
        documents.c.updated_at <= when,
        sa.or_(documents.c.ended_at.is_(None), documents.c.ended_at > when),
    )
    key = connection.execute(query).scalar()
    if key is None:
        raise DocumentNotFound(
            f"the document {document_id!r} was not in the store at {when}: `qa history` shows when it was"
        )
    return _document(_whole_row(connection, proofs, key))


def document(connection: sa.Connection, proofs: DocumentProofs, document_id: str) -> Document:
    """One ready document with its text."""
    query = sa.select(documents.c.key).where(documents.c.id == document_id, documents.c.state == "ready")
    key = connection.execute(query).scalar()
    if key is None:
        raise DocumentNotFound(f"no document {document_id!r} in the store: `qa list` shows them")
    return _document(_whole_row(connection, proofs, key))


def version(connection: sa.Connection, proofs: DocumentProofs, key: int) -> Document:
    """The version of this key, in whatever state it is."""
    return _document(_whole_row(connection, proofs, key))


def _whole_row(connection: sa.Connection, proofs: DocumentProofs, key: int) -> Any:
    """The row of a version, all of which is what was written."""
    proofs.require(connection, [key], text=True)
    return connection.execute(sa.select(documents).where(documents.c.key == key)).one()


def states_of_tables(
    connection: sa.Connection, document_ids: Sequence[str], versions: Collection[str] | None
) -> dict[str, tuple[Any, ...]]:
    """Of these documents those that hold tables, by id, with what tells versions apart.

    They are those that are ready or, with `versions`, those of these checksums, in force or past.
    """
    columns = (documents.c.id, documents.c.key, documents.c.sha256, documents.c.updated_at)
    query = (
        sa.select(*columns)
        .where(is_in(documents.c.id, document_ids), documents.c.tables.is_not(None))
        .order_by(documents.c.key)
    )
    if versions is None:
        query = query.where(documents.c.state == "ready")
    else:
        query = query.where(
            is_in(documents.c.sha256, list(versions)), documents.c.state.in_(_IN_FORCE_OR_PAST)
        )
    return {row.id: (row.key, row.sha256, row.updated_at) for row in connection.execute(query)}


def document_tables(
    connection: sa.Connection, proofs: DocumentProofs, document_key: int
) -> tuple[SourceTable, ...]:
    """The tables of a version, in order, each with the headings over it."""
    row = _whole_row(connection, proofs, document_key)
    found = _document(row)
    headings = connection.execute(_HEADINGS.of(connection), {"key": row.key}).all()
    if not all(chunk.is_whole for chunk in headings):
        raise DamageError(f"a heading of {found.source!r}")
    starts = sorted((chunk.start, chunk.heading) for chunk in headings)
    return tuple(
        SourceTable(
            document=found,
            table=table,
            heading=next((heading for start, heading in reversed(starts) if start <= table.start), None),
        )
        for table in found.tables
    )


_HEADINGS = DialectText(
    "SELECT c.start, c.heading, {checksum} = c.checksum AS is_whole FROM chunks c "
    "LEFT JOIN words w ON w.rowid = c.key LEFT JOIN past_words p ON p.rowid = c.key "
    "WHERE c.document_key = :key"
)


def _marks(flat: Sequence[int]) -> tuple[StructureMark, ...]:
    return tuple(StructureMark(*flat[start : start + 3]) for start in range(0, len(flat), 3))


def _document(row: Any) -> Document:
    return Document(
        id=row.id,
        source=row.source,
        metadata=_metadata(row),
        text=row.text,
        sha256=row.sha256,
        pages=tuple(row.pages),
        body_start=row.body_start,
        markdown=row.markdown,
        structure=None if row.outline is None else _marks(row.outline),
        tables=tuple(map(unpack_table, row.tables or ())),
        recognised=tuple(RecognisedPage(*page) for page in row.recognised or ()),
        format=row.format,
        fingerprint=row.fingerprint,
        user_set_fields=tuple(row.given),
    )


def resolve_reference(connection: sa.Connection, reference: str) -> str:
    """The id of the document that a user means: by id, source, title, file name or start of the id.

    Raises:
        DocumentNotFound: None fits, or several do.
    """
    ready = sa.select(documents.c.id, documents.c.source, documents.c.title).where(
        documents.c.state == "ready"
    )
    if reference.isascii():  # as ids are
        row = connection.execute(ready.where(documents.c.id == reference)).first()
        if row:
            return str(row.id)
    return _resolve_among(connection.execute(ready).all(), reference)


def resolve_past_reference(connection: sa.Connection, reference: str) -> str:
    """As `resolve_reference`, also for a document that has been removed.

    Raises:
        DocumentNotFound: None fits, or several do.
    """
    try:
        return resolve_reference(connection, reference)
    except DocumentNotFound:
        past = sa.select(documents.c.id, documents.c.source, documents.c.title).where(
            documents.c.state.in_(("removing", "past", "damaged"))
        )
        return _resolve_among({row.id: row for row in connection.execute(past)}.values(), reference)


def _resolve_among(rows: Iterable[NamedDocument], reference: str) -> str:
    candidates = list(rows)
    matches = DocumentLookup(candidates).find(reference)
    if not matches and len(reference) > 3:
        matches = [str(document.id) for document in candidates if document.id.startswith(reference)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise DocumentNotFound(f"{reference!r} may mean {', '.join(sorted(matches))}: use one of these ids")
    raise DocumentNotFound(f"no document {reference!r} in the store: `qa list` shows them")
