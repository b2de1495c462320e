"""Finding chunks by words and by vector, in one state of the catalogue."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from qa.schema import Filters, Passage, Sentence
from qa.store.tables import among, chunks, documents

__all__ = [
    "allowed_documents",
    "any_ready",
    "by_words",
    "neighbours",
    "of_document",
    "passages",
    "section_of",
]

# Weights of title, heading and body in BM25.
_BM25_WEIGHTS = (1.0, 1.0, 1.0)


def allowed_documents(connection: sa.Connection, filters: Filters) -> dict[int, str] | None:
    """The ready documents (key to id) that pass the filters; None when there is nothing to filter."""
    if not filters:
        return None
    query = sa.select(documents.c.key, documents.c.id, documents.c.topics).where(documents.c.state == "ready")
    if filters.documents:
        query = query.where(documents.c.id.in_(among(filters.documents)))
    if filters.since:
        query = query.where(documents.c.published >= filters.since.isoformat())
    if filters.until:
        query = query.where(documents.c.published <= filters.until.isoformat())
    wanted = {topic.casefold() for topic in filters.topics}
    return {
        row.key: row.id
        for row in connection.execute(query)
        if not wanted or wanted & {topic.casefold() for topic in row.topics}
    }


def any_ready(connection: sa.Connection) -> bool:
    """Whether there is a chunk to be found."""
    query = sa.select(chunks.c.key).join(documents, documents.c.key == chunks.c.document_key)
    return connection.execute(query.where(documents.c.state == "ready").limit(1)).first() is not None


def by_words(
    connection: sa.Connection, terms: Sequence[str], count: int, allowed: Iterable[int] | None
) -> list[tuple[int, float]]:
    """Chunk keys with their BM25 scores (higher is better), best first; ties by key.

    A chunk needs one of the terms. Each term is quoted, so nothing in it is read as query syntax.
    """
    if not terms:
        return []
    # FTS5 reads a statement up to its first NUL.
    match = " OR ".join('"' + term.replace('"', '""').replace("\0", " ") + '"' for term in terms)
    scope, limits = "", {}
    if allowed is not None:
        scope = "AND d.key IN (SELECT value FROM json_each(:allowed))"
        limits = {"allowed": json.dumps(sorted(allowed))}
    statement = sa.text(
        f"SELECT w.rowid AS key, -bm25(words, {_BM25_WEIGHTS[0]}, {_BM25_WEIGHTS[1]}, {_BM25_WEIGHTS[2]}) "
        "AS score FROM words w JOIN chunks c ON c.key = w.rowid JOIN documents d ON d.key = c.document_key "
        f"WHERE words MATCH :match AND d.state = 'ready' {scope} ORDER BY score DESC, key LIMIT :count"
    )
    rows = connection.execute(statement, {"match": match, "count": count, **limits})
    return [(row.key, float(row.score)) for row in rows]


def passages(
    connection: sa.Connection, keys: Sequence[int], cosines: dict[int, float], words: dict[int, float]
) -> list[Passage]:
    """The chunks of these keys that belong to ready documents, in the order of the keys.

    `words` holds scores in 0..1. `Passage.score` is left at 0 for the ranking to fill.
    """
    # CROSS JOIN keeps SQLite to this order: by itself it went through all documents (70 ms at 50,000 chunks).
    statement = sa.text(
        "SELECT c.key, c.ordinal, c.section, c.start, c.end, c.heading, c.sentences, w.body, d.id, d.title, "
        "d.source, d.published, d.pages FROM json_each(:keys) k CROSS JOIN chunks c ON c.key = k.value "
        "CROSS JOIN documents d ON d.key = c.document_key CROSS JOIN words w ON w.rowid = c.key "
        "WHERE d.state = 'ready'"
    )
    found = {row.key: row for row in connection.execute(statement, {"keys": json.dumps(list(keys))})}
    return [_passage(found[key], cosines.get(key, 0.0), words.get(key, 0.0)) for key in keys if key in found]


def _passage(row: Any, cosine: float, words: float) -> Passage:
    flat = json.loads(row.sentences)
    return Passage(
        chunk_id=str(row.key),
        document_id=row.id,
        ordinal=row.ordinal,
        section=row.section,
        start=row.start,
        end=row.end,
        heading=row.heading,
        title=row.title,
        source=row.source,
        published=date.fromisoformat(row.published) if row.published else None,
        text=row.body,
        sentences=tuple(
            Sentence(row.start + left, row.start + right)
            for left, right in zip(flat[::2], flat[1::2], strict=True)
        ),
        score=0.0,
        pages=tuple(json.loads(row.pages)),
        cosine=cosine,
        words=words,
    )


def of_document(connection: sa.Connection, document_id: str, most: int) -> list[int]:
    """The first chunks of a ready document, as keys in reading order."""
    query = sa.select(chunks.c.key).join(documents, documents.c.key == chunks.c.document_key)
    query = query.where(documents.c.id == document_id, documents.c.state == "ready")
    return list(connection.execute(query.order_by(chunks.c.ordinal).limit(most)).scalars())


def neighbours(
    connection: sa.Connection, chunk_key: int, start: int, end: int, sentences: int
) -> tuple[str, list[Sentence]]:
    """The text around `start` to `end` with some sentences more on either side.

    Stays in the section of the chunk, and in its version of the document. Returns the text and all its
    sentences in document offsets; the text begins where the first sentence does. Empty if the chunk is gone.
    """
    rows = connection.execute(_OF_SECTION, {"key": chunk_key}).all()
    spans = [
        Sentence(row.start + left, row.start + right)
        for row in rows
        for flat in [json.loads(row.sentences)]
        for left, right in zip(flat[::2], flat[1::2], strict=True)
    ]
    before = [span for span in spans if span.end <= start][-sentences:] if sentences else []
    after = [span for span in spans if span.start >= end][:sentences]
    inside = [span for span in spans if start <= span.start and span.end <= end]
    kept = [*before, *inside, *after]
    if not kept:
        return "", []
    text = connection.execute(
        sa.text("SELECT substr(text, :start + 1, :length) FROM documents WHERE key = :key"),
        {"start": kept[0].start, "length": kept[-1].end - kept[0].start, "key": rows[0].document_key},
    ).scalar_one()
    return text, kept


def section_of(connection: sa.Connection, chunk_key: int) -> list[int]:
    """The chunk keys of the chunk's section, in reading order; empty if the chunk is gone."""
    return [row.key for row in connection.execute(_OF_SECTION, {"key": chunk_key})]


# By the chunk, not by the document's id, whose version may have changed since the chunk was found.
_OF_SECTION = sa.text(
    "SELECT c.key, c.start, c.sentences, c.document_key FROM chunks c JOIN chunks one "
    "ON c.document_key = one.document_key AND c.section = one.section WHERE one.key = :key ORDER BY c.ordinal"
)
