"""Queries for chunks by words, by vector and by place, in one state of the catalogue."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from qa.schema import Filters, Metadata, Passage, RecognisedPage, Sentence
from qa.store import postgres_words
from qa.store.catalogue_schema import chunks, documents
from qa.store.checksums import DocumentProofs
from qa.store.dialect import DialectText, is_in, is_postgresql
from qa.store.store_errors import DamageError
from qa.store.timestamps import to_timestamp

__all__ = [
    "allowed_documents",
    "chunk_keys_of_document",
    "chunk_keys_of_section",
    "document_texts",
    "has_ready_chunks",
    "lexical_candidates",
    "past_documents",
    "read_passages",
    "surrounding_sentences",
]

# Weights of title, heading and body in BM25.
_BM25_WEIGHTS = (1.0, 1.0, 1.0)
_PARTITION = 10_000  # vectors that are held at a time


def allowed_documents(connection: sa.Connection, filters: Filters) -> dict[int, str] | None:
    """The ready documents (key to id) that pass the filters; None when all of them do."""
    if not filters:
        return None
    query = sa.select(documents.c.key, documents.c.id, documents.c.topics).where(documents.c.state == "ready")
    if filters.as_of:
        query = query.where(documents.c.updated_at <= to_timestamp(filters.as_of))
    passing = _passing_documents(connection, query, filters)
    is_time_alone = not (filters.documents or filters.topics or filters.since or filters.until)
    if is_time_alone and len(passing) == connection.execute(_COUNT_READY).scalar_one():
        return None
    return passing


def past_documents(connection: sa.Connection, filters: Filters) -> list[int]:
    """The keys of the versions that were ready at `filters.as_of`, are not any more, and pass the filters."""
    if filters.as_of is None:
        return []
    then = to_timestamp(filters.as_of)
    query = sa.select(documents.c.key, documents.c.id, documents.c.topics).where(
        documents.c.state == "past", documents.c.updated_at <= then, documents.c.ended_at > then
    )
    return sorted(_passing_documents(connection, query, filters))


_COUNT_READY = sa.select(sa.func.count()).select_from(documents).where(documents.c.state == "ready")


def _passing_documents(connection: sa.Connection, query: sa.Select[Any], filters: Filters) -> dict[int, str]:
    if filters.documents:
        query = query.where(is_in(documents.c.id, filters.documents))
    if filters.since:
        query = query.where(documents.c.published >= filters.since.isoformat())
    if filters.until:
        query = query.where(documents.c.published <= filters.until.isoformat())
    topics = {topic.casefold() for topic in filters.topics}
    return {
        row.key: row.id
        for row in connection.execute(query)
        if not topics or topics & {topic.casefold() for topic in row.topics}
    }


def has_ready_chunks(connection: sa.Connection) -> bool:
    """Whether there is a chunk to be found."""
    query = sa.select(chunks.c.key).join(documents, documents.c.key == chunks.c.document_key)
    return connection.execute(query.where(documents.c.state == "ready").limit(1)).first() is not None


def lexical_candidates(
    connection: sa.Connection,
    terms: Sequence[str],
    count: int,
    allowed: Iterable[int] | None,
    *,
    past: bool = False,
) -> list[tuple[int, float]]:
    """Chunk keys with their BM25 scores (higher is better), best first; ties by key.

    A chunk needs one of the terms. Each term is quoted, so nothing in it is read as query syntax. `allowed`
    are document keys. With `past`, versions that are past are looked through instead of those of today.
    """
    if not terms:
        return []
    if is_postgresql(connection):
        return postgres_words.lexical_candidates(connection, terms, count, allowed, past=past)
    table, state = ("past_words", "past") if past else ("words", "ready")
    # FTS5 reads a statement up to its first NUL.
    match = " OR ".join('"' + term.replace('"', '""').replace("\0", " ") + '"' for term in terms)
    scope, limits = "", {}
    if allowed is not None:
        scope = "AND d.key IN (SELECT value FROM json_each(:allowed))"
        limits = {"allowed": json.dumps(sorted(allowed))}
    statement = sa.text(
        f"SELECT w.rowid AS key, -bm25({table}, {_BM25_WEIGHTS[0]}, {_BM25_WEIGHTS[1]}, {_BM25_WEIGHTS[2]}) "
        f"AS score FROM {table} w JOIN chunks c ON c.key = w.rowid "
        f"JOIN documents d ON d.key = c.document_key WHERE {table} MATCH :match AND d.state = '{state}' "
        f"{scope} ORDER BY score DESC, key LIMIT :count"
    )
    rows = connection.execute(statement, {"match": match, "count": count, **limits}).all()
    if any(row.score is None for row in rows):  # its counts are gone, which SQLite does not mind
        raise DamageError("the word index")
    return [(row.key, float(row.score)) for row in rows]


def read_passages(
    connection: sa.Connection,
    keys: Sequence[int],
    cosines: Mapping[int, float],
    words: Mapping[int, float],
    shown_titles: Mapping[str, str],
    proofs: DocumentProofs,
) -> list[Passage]:
    """The chunks of these keys that belong to ready or past versions, in the order of the keys.

    `words` holds scores in 0..1. `Passage.score` is left at 0 for the ranking to fill. `shown_titles` are
    those by source that stand for a document's own.

    Raises:
        DamageError: A chunk or its document is not what was written.
    """
    found = connection.execute(_PASSAGES.of(connection), {"keys": json.dumps(list(keys))})
    rows = {row.key: row for row in found}
    proofs.require(connection, {row.document_key for row in rows.values()})
    for row in rows.values():
        if not row.is_whole:
            raise DamageError(f"a passage of {row.source!r}")
    return [
        _passage(rows[key], cosines.get(key, 0.0), words.get(key, 0.0), shown_titles)
        for key in keys
        if key in rows
    ]


_PASSAGES = DialectText(
    'SELECT c.key, c.ordinal, c.section, c.start, c."end", c.heading, '
    "CAST(c.sentences AS TEXT) AS sentences, c.table_context, coalesce(w.body, p.body) AS body, "
    "d.key AS document_key, d.id, d.title, d.source, "
    "d.published, CAST(d.pages AS TEXT) AS pages, CAST(d.recognised AS TEXT) AS recognised, d.sha256, "
    "{checksum} = c.checksum AS is_whole FROM {numbers} k {then} chunks c ON c.key = k.value "
    "{then} documents d ON d.key = c.document_key LEFT JOIN words w ON w.rowid = c.key "
    "LEFT JOIN past_words p ON p.rowid = c.key WHERE d.state IN ('ready', 'past')"
)


def _passage(row: Any, cosine: float, words: float, shown_titles: Mapping[str, str]) -> Passage:
    flat = json.loads(row.sentences)
    return Passage(
        chunk_id=str(row.key),
        document_id=row.id,
        ordinal=row.ordinal,
        section=row.section,
        start=row.start,
        end=row.end,
        heading=row.heading,
        table_context=row.table_context,
        source=row.source,
        metadata=Metadata(
            title=shown_titles.get(row.source, row.title),
            published=date.fromisoformat(row.published) if row.published else None,
        ),
        text=row.body,
        sentences=tuple(
            Sentence(row.start + first, row.start + second)
            for first, second in zip(flat[::2], flat[1::2], strict=True)
        ),
        score=0.0,
        pages=tuple(json.loads(row.pages)),
        recognised=tuple(RecognisedPage(*page) for page in json.loads(row.recognised or "[]")),
        document_sha256=row.sha256,
        dense_score=cosine,
        lexical_score=words,
    )


def chunk_keys_of_document(connection: sa.Connection, chunk_key: int, count: int) -> list[int]:
    """The first `count` chunks of the version that the chunk is of, in reading order; empty if it is gone."""
    version = sa.select(chunks.c.document_key).where(chunks.c.key == chunk_key).scalar_subquery()
    query = sa.select(chunks.c.key).where(chunks.c.document_key == version)
    return list(connection.execute(query.order_by(chunks.c.ordinal).limit(count)).scalars())


def surrounding_sentences(
    connection: sa.Connection,
    chunk_key: int,
    start: int,
    end: int,
    count: int,
    proofs: DocumentProofs,
) -> tuple[str, list[Sentence]]:
    """The text around `start` to `end` with `count` sentences more on either side.

    Stays in the section of the chunk, and in its version of the document. Returns the text and all its
    sentences in document offsets; the text begins where the first sentence does. Empty if the chunk is gone.

    Raises:
        DamageError: The document is not what was written.
    """
    rows = connection.execute(_OF_SECTION.of(connection), {"key": chunk_key}).all()
    proofs.require(connection, {row.document_key for row in rows}, text=True)
    if not all(row.is_whole for row in rows):
        raise DamageError("a passage")
    spans = [
        Sentence(row.start + sentence_start, row.start + sentence_end)
        for row in rows
        for flat in [json.loads(row.sentences)]
        for sentence_start, sentence_end in zip(flat[::2], flat[1::2], strict=True)
    ]
    before = [span for span in spans if span.end <= start][-count:] if count else []
    after = [span for span in spans if span.start >= end][:count]
    inside = [span for span in spans if start <= span.start and span.end <= end]
    surrounding = [*before, *inside, *after]
    if not surrounding:
        return "", []
    text = connection.execute(
        sa.text("SELECT substr(text, :start + 1, :length) FROM documents WHERE key = :key"),
        {
            "start": surrounding[0].start,
            "length": surrounding[-1].end - surrounding[0].start,
            "key": rows[0].document_key,
        },
    ).scalar_one()
    return text, surrounding


def document_texts(
    connection: sa.Connection, keys: Sequence[int], length: int, proofs: DocumentProofs
) -> dict[int, str]:
    """The first characters of the versions that these chunks are of, by chunk key; each text is read once.

    Raises:
        DamageError: A document is not what was written.
    """
    rows = connection.execute(sa.select(chunks.c.key, chunks.c.document_key).where(is_in(chunks.c.key, keys)))
    document_keys = {row.key: row.document_key for row in rows}
    proofs.require(connection, document_keys.values(), text=True)
    query = sa.select(documents.c.key, sa.func.substr(documents.c.text, 1, length).label("text"))
    query = query.where(is_in(documents.c.key, set(document_keys.values())))
    texts = {row.key: row.text for row in connection.execute(query)}
    return {key: texts[document_key] for key, document_key in document_keys.items()}


def chunk_keys_of_section(connection: sa.Connection, chunk_key: int) -> list[int]:
    """The chunk keys of the chunk's section, in reading order; empty if the chunk is gone."""
    return [row.key for row in connection.execute(_OF_SECTION.of(connection), {"key": chunk_key})]


# By the chunk, not by the document's id, whose version may have changed since the chunk was found.
_OF_SECTION = DialectText(
    "SELECT c.key, c.start, CAST(c.sentences AS TEXT) AS sentences, c.document_key, "
    "{checksum} = c.checksum AS is_whole FROM chunks one "
    "JOIN chunks c ON c.document_key = one.document_key AND c.section = one.section "
    "LEFT JOIN words w ON w.rowid = c.key LEFT JOIN past_words p ON p.rowid = c.key "
    "WHERE one.key = :key ORDER BY c.ordinal"
)
