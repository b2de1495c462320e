"""Is the store consistent, and how it is made so again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.exc import DBAPIError

from qa.store import candidate_queries, catalogue_meta, version_states
from qa.store.catalogue_schema import CHUNK_LEAD, chunks, documents, fill_word_indexes, vectors
from qa.store.store_errors import ServerError
from qa.store.vector_index import VectorIndex

__all__ = [
    "CheckReport",
    "EmbedsPassages",
    "Problem",
    "check",
    "copy_vectors",
    "match_catalogue",
    "rebuild_vectors",
    "repair",
]

_EMBED_BATCH = 256  # chunks embedded and written at a time
_COPY_BATCH = 5000  # vectors that are copied at a time


class EmbedsPassages(Protocol):
    """What a repair needs of an embedder."""

    name: str
    dimension: int

    def embed_passages(self, passages: Sequence[tuple[str, str | None, str]]) -> NDArray[np.float32]:
        """Unit vectors of (title, lead, text) triples, shape (n, dimension)."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """An inconsistency: its name, how often it occurs, and what it means for a user."""

    name: str
    count: int
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found; `problems` is empty for a sound store."""

    documents: int
    chunks: int
    vectors: int
    problems: tuple[Problem, ...]


def _scalar(connection: sa.Connection, statement: str) -> int:
    return int(connection.execute(sa.text(statement)).scalar_one())


def _chunks_without_vector(connection: sa.Connection) -> list[int]:
    """The chunks whose vectors the catalogue does not hold, in order."""
    statement = "SELECT key FROM chunks WHERE key NOT IN (SELECT chunk_key FROM vectors) ORDER BY key"
    return list(connection.execute(sa.text(statement)).scalars())


def _searched_chunks(connection: sa.Connection) -> set[int]:
    """The chunks that Chroma and the word index are to hold: all but those of versions that are past."""
    query = sa.select(chunks.c.key).join(documents, documents.c.key == chunks.c.document_key)
    return set(connection.execute(query.where(documents.c.state != "past")).scalars())


def check(connection: sa.Connection, index: VectorIndex, *, read_only: bool = False) -> CheckReport:
    """Count what does not fit together; of a damaged part, all counts as missing."""
    expected = _searched_chunks(connection)
    past = set(connection.execute(sa.select(chunks.c.key)).scalars()) - expected
    present = _vector_keys(connection, index)
    words = _word_keys(connection, "words", read_only=read_only)
    past_words = _word_keys(connection, "past_words", read_only=read_only)
    damaged_words = words is None or past_words is None
    missing_words = len(expected - (words or set())) + len(past - (past_words or set()))
    stray_words = len((words or set()) - expected) + len((past_words or set()) - past)
    integrity = connection.execute(sa.text("PRAGMA quick_check")).scalars().first()
    unfinished = _scalar(connection, "SELECT count(*) FROM documents WHERE state NOT IN ('ready', 'past')")
    problems = (
        Problem("damaged catalogue", int(integrity != "ok"), f"SQLite says: {integrity}"),
        Problem("damaged vectors", int(present is None), "the vector index can't be read"),
        Problem("damaged words", int(damaged_words), "the word index can't be read"),
        Problem(
            "missing vectors", len(expected - (present or set())), "passages that can't be found by meaning"
        ),
        Problem(
            "unkept vectors",
            len(_chunks_without_vector(connection)),
            "vectors that the catalogue has no copy of",
        ),
        Problem("missing words", missing_words, "passages that can't be found by their words"),
        Problem("stray vectors", len((present or set()) - expected), "vectors of passages that are gone"),
        Problem("stray words", stray_words, "index entries of passages that are gone"),
        Problem("unfinished", unfinished, "documents that a crash left half added or half removed"),
        Problem(
            "wrong offsets",
            _wrong_offsets(connection) if not damaged_words else 0,
            "passages that do not match their document",
        ),
    )
    return CheckReport(
        documents=_scalar(connection, "SELECT count(*) FROM documents WHERE state = 'ready'"),
        chunks=len(expected),
        vectors=len(present or ()),
        problems=tuple(problem for problem in problems if problem.count),
    )


def _vector_keys(connection: sa.Connection, index: VectorIndex) -> set[int] | None:
    """The chunks with a vector that can be searched, None if the index can't be read."""
    generation = catalogue_meta.generation(connection)
    try:
        index.refresh(generation)
        keys = index.keys()
        if keys:
            index.probe()
        return keys
    except ServerError:
        index.invalidate()
        raise  # nothing can be said about vectors that can't be reached
    # A damaged index may raise anything, of Chroma's Python or its Rust part.
    except Exception:  # noqa: BLE001
        index.invalidate()
        return None


def _word_keys(connection: sa.Connection, index: str, *, read_only: bool) -> set[int] | None:
    """The chunks in a word index, None if it can't be read."""
    try:
        if not read_only:  # it reads only, but counts as a write
            connection.execute(sa.text(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')"))
        return set(connection.execute(sa.text(f"SELECT rowid FROM {index}")).scalars())
    except DBAPIError:
        return None


def _wrong_offsets(connection: sa.Connection) -> int:
    wrong = 0
    for document in connection.execute(sa.select(documents.c.key, documents.c.text)):
        rows = connection.execute(
            sa.text(
                "SELECT c.start, c.end, coalesce(w.body, p.body) AS body FROM chunks c "
                "LEFT JOIN words w ON w.rowid = c.key LEFT JOIN past_words p ON p.rowid = c.key "
                "WHERE c.document_key = :key AND coalesce(w.body, p.body) IS NOT NULL"
            ),
            {"key": document.key},
        )
        wrong += sum(document.text[row.start : row.end] != row.body for row in rows)
    return wrong


def repair(engine: sa.Engine, index: VectorIndex, embedder: EmbedsPassages) -> CheckReport:
    """Undo what is unfinished, rebuild the word indexes if they are off, embed what has no vector.

    Call it under the store's lock. It can be interrupted anywhere: the next one goes on from there.
    """
    with engine.connect() as connection:
        report = check(connection, index)
        model = catalogue_meta.embedding_model(connection)
    problems = {problem.name for problem in report.problems}
    model_changed = model not in (None, (embedder.name, embedder.dimension))
    with engine.begin() as connection:
        # Before Chroma's files change, so that other processes open them anew whatever happens here.
        generation = catalogue_meta.bump_generation(connection)
    if model_changed or "damaged vectors" in problems:
        index.clear(generation)
    else:
        index.refresh(generation)
    with engine.begin() as connection:
        catalogue_meta.set_embedding_model(connection, embedder.name, embedder.dimension)
        if model_changed:
            connection.execute(sa.delete(vectors))
        unfinished = version_states.unfinished_versions(connection)
        version_states.archive(connection, unfinished.to_archive)
        version_states.drop(connection, unfinished.to_delete)
        if problems & {"damaged words", "missing words", "stray words", "wrong offsets"}:
            fill_word_indexes(connection)
    with engine.connect() as connection:
        missing = _chunks_without_vector(connection)
    for start in range(0, len(missing), _EMBED_BATCH):
        with engine.begin() as connection:
            _complete_vectors(connection, index, embedder, missing[start : start + _EMBED_BATCH])
    with engine.begin() as connection:
        match_catalogue(connection, index)
        for flag in (catalogue_meta.COPY_VECTORS, catalogue_meta.REBUILD_VECTORS):
            catalogue_meta.clear_flag(connection, flag)
    return report


def match_catalogue(connection: sa.Connection, index: VectorIndex) -> None:
    """Delete from the index the vectors that do not belong there, and put those that are missing."""
    expected, present = _searched_chunks(connection), index.keys()
    index.delete(sorted(present - expected))
    missing = sorted(expected - present)
    for keys, stored, document_ids in candidate_queries.stored_vectors(connection, _COPY_BATCH, missing):
        index.put(keys, stored, document_ids)


def rebuild_vectors(engine: sa.Engine, index: VectorIndex) -> None:
    """All of Chroma's vectors anew from the catalogue; under the store's lock."""
    with engine.begin() as connection:
        generation = catalogue_meta.bump_generation(connection)
    index.clear(generation)
    with engine.connect() as connection:
        for keys, stored, document_ids in candidate_queries.stored_vectors(connection, _COPY_BATCH):
            index.put(keys, stored, document_ids)
    with engine.begin() as connection:
        catalogue_meta.clear_flag(connection, catalogue_meta.REBUILD_VECTORS)


def copy_vectors(engine: sa.Engine, index: VectorIndex) -> None:
    """From Chroma to the catalogue, where an older version kept none; under the store's lock."""
    with engine.begin() as connection:
        missing = _chunks_without_vector(connection)
        index.refresh(catalogue_meta.generation(connection))
        for start in range(0, len(missing), _COPY_BATCH):
            keys, stored = index.get(missing[start : start + _COPY_BATCH])
            version_states.put_vectors(connection, keys, stored)
        catalogue_meta.clear_flag(connection, catalogue_meta.COPY_VECTORS)


def _complete_vectors(
    connection: sa.Connection, index: VectorIndex, embedder: EmbedsPassages, keys: Sequence[int]
) -> None:
    """Put the vectors of these chunks into the catalogue: Chroma's where it has them, else new ones."""
    present, stored = index.get(keys)
    version_states.put_vectors(connection, present, stored)
    missing = set(keys) - set(present)
    rows = connection.execute(
        sa.text(
            f"SELECT c.key, {CHUNK_LEAD} AS lead, d.title, "
            'substr(d.text, c.start + 1, c."end" - c.start) AS body '
            "FROM chunks c JOIN documents d ON d.key = c.document_key "
            f"WHERE c.key BETWEEN {keys[0]:d} AND {keys[-1]:d} ORDER BY c.key"
        )
    )
    passages = [row for row in rows if row.key in missing]
    if passages:
        embedded = embedder.embed_passages([(row.title, row.lead or None, row.body) for row in passages])
        version_states.put_vectors(connection, [row.key for row in passages], embedded)
