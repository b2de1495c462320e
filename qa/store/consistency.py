"""Is the store consistent, and how it is made so again."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.exc import DBAPIError

from qa.errors import QAError
from qa.schema import Failure
from qa.store import catalogue_meta, postgres_words, stored_vectors, version_states
from qa.store.catalogue_schema import (
    CHUNK_LEAD,
    SEARCHED,
    chunks,
    documents,
    fill_word_indexes,
    vectors,
)
from qa.store.checksums import DamagedDocument, damaged_documents, damaged_vectors, damaged_words
from qa.store.dialect import DialectText, is_in, is_postgresql
from qa.store.store_errors import DamageError, ServerError, is_damage
from qa.store.vector_index import VectorIndex

__all__ = [
    "DAMAGED_CATALOGUE",
    "CheckReport",
    "EmbedsPassages",
    "Problem",
    "check",
    "copy_vectors",
    "list_sources",
    "match_catalogue",
    "rebuild_vectors",
    "repair",
]

DAMAGED_CATALOGUE = "damaged catalogue"
_DAMAGED_COPIES = "damaged copies of vectors"
_SAME_VECTOR = 1e-3  # the most that a number may differ
_NAMED = 5  # sources, of which a problem names no more
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
    """What a check found; `problems` is empty for a sound store.

    `damaged` holds the versions that are not what was written. A repair sets them aside; `added_again` holds
    the ids of those that it could add again, `to_add_again` says why others were not.
    """

    documents: int
    chunks: int
    vectors: int
    problems: tuple[Problem, ...]
    damaged: tuple[DamagedDocument, ...] = ()
    added_again: tuple[str, ...] = ()
    to_add_again: tuple[Failure, ...] = ()


def _scalar(connection: sa.Connection, statement: str) -> int:
    return int(connection.execute(sa.text(statement)).scalar_one())


def _chunks_without_vector(connection: sa.Connection) -> list[int]:
    """The chunks whose vectors the catalogue does not hold, in order."""
    statement = (
        "SELECT c.key FROM chunks c JOIN documents d ON d.key = c.document_key WHERE d.state != 'damaged' "
        "AND c.key NOT IN (SELECT chunk_key FROM vectors) ORDER BY c.key"
    )
    return list(connection.execute(sa.text(statement)).scalars())


def _searched_chunks(connection: sa.Connection) -> set[int]:
    """The chunks that Chroma and the word index are to hold: all but those of versions that are past."""
    query = sa.select(chunks.c.key).join(documents, documents.c.key == chunks.c.document_key)
    return set(connection.execute(query.where(sa.text(f"documents.state {SEARCHED}"))).scalars())


def check(connection: sa.Connection, index: VectorIndex, *, read_only: bool = False) -> CheckReport:
    """Count what does not fit together; of a damaged part, all counts as missing."""
    try:
        integrity = "ok"  # a server looks after its own files
        if not is_postgresql(connection):
            integrity = connection.execute(sa.text("PRAGMA integrity_check")).scalars().first() or ""
        return _compare(connection, index, str(integrity), read_only=read_only)
    except DBAPIError as error:
        if not is_damage(error):
            raise
        return CheckReport(documents=0, chunks=0, vectors=0, problems=(_damaged_catalogue(error.orig),))


def _damaged_catalogue(reason: object) -> Problem:
    return Problem(DAMAGED_CATALOGUE, 1, f"SQLite says: {reason}")


def _compare(
    connection: sa.Connection, index: VectorIndex, integrity: str, *, read_only: bool
) -> CheckReport:
    expected = _searched_chunks(connection)
    past = _chunks_in(connection, "past")
    present = _vector_keys(connection, index)
    words = _word_keys(connection, "words", read_only=read_only)
    past_words = _word_keys(connection, "past_words", read_only=read_only)
    has_bad_index = words is None or past_words is None
    missing_words = len(expected - (words or set())) + len(past - (past_words or set()))
    stray_words = len((words or set()) - expected) + len((past_words or set()) - past)
    unfinished = _scalar(
        connection, "SELECT count(*) FROM documents WHERE state NOT IN ('ready', 'past', 'damaged')"
    )
    damaged = damaged_documents(connection)
    set_aside = connection.execute(
        sa.select(documents.c.source).where(documents.c.state == "damaged", documents.c.ended_at.is_(None))
    )
    waiting = sorted({*set_aside.scalars()} - {document.source for document in damaged})
    problems = (
        *([] if integrity == "ok" else [_damaged_catalogue(integrity)]),
        Problem(
            "damaged documents",
            len(damaged),
            f"not what was added: {list_sources(document.source for document in damaged)}",
        ),
        Problem("documents set aside", len(waiting), f"damaged, add them again: {list_sources(waiting)}"),
        Problem(
            _DAMAGED_COPIES,
            len(damaged_vectors(connection)),
            "vectors that are not what was made",
        ),
        Problem(
            "wrong vectors",
            _wrong_vectors(connection, index) if present else 0,
            "vectors that are not those of the catalogue",
        ),
        Problem("damaged vectors", int(present is None), "the vector index can't be read"),
        Problem("damaged words", int(has_bad_index), "the word index can't be read"),
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
            0 if has_bad_index else damaged_words(connection),
            "passages that do not match their document",
        ),
    )
    return CheckReport(
        documents=_scalar(connection, "SELECT count(*) FROM documents WHERE state = 'ready'"),
        chunks=len(expected),
        vectors=len(present or ()),
        problems=tuple(problem for problem in problems if problem.count),
        damaged=tuple(damaged),
    )


def _chunks_in(connection: sa.Connection, state: str) -> set[int]:
    query = sa.select(chunks.c.key).join(documents, documents.c.key == chunks.c.document_key)
    return set(connection.execute(query.where(documents.c.state == state)).scalars())


def list_sources(sources: Iterable[str]) -> str:
    """The first of them, for a message."""
    named = [repr(source) for source in sources]
    return ", ".join(named[:_NAMED]) + (f" and {len(named) - _NAMED} more" if len(named) > _NAMED else "")


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


def _wrong_vectors(connection: sa.Connection, index: VectorIndex) -> int:
    """The vectors in files that differ from the catalogue's; 0 where one of these is damaged itself."""
    if not index.in_files:
        return 0
    wrong = 0
    try:
        for keys, stored, _ in stored_vectors.stored_vectors(connection, _COPY_BATCH):
            rows = {key: row for row, key in enumerate(keys)}
            present, there = index.get(keys)
            if present:
                apart = np.abs(there - stored[[rows[key] for key in present]]).max(axis=1)
                wrong += int((~(apart < _SAME_VECTOR)).sum())  # one that is no number differs too
    except DamageError:
        return 0
    except (QAError, ValueError):  # of a damaged index a part may be readable
        return max(wrong, 1)
    return wrong


def _word_keys(connection: sa.Connection, index: str, *, read_only: bool) -> set[int] | None:
    """The chunks in a word index, None if it can't be read."""
    try:
        if not read_only and not is_postgresql(connection):  # it reads only, but counts as a write
            connection.execute(sa.text(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')"))
        return set(connection.execute(sa.text(f"SELECT rowid FROM {index}")).scalars())
    except DBAPIError:
        return None


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
    if model_changed or problems & {"damaged vectors", "wrong vectors", _DAMAGED_COPIES}:
        index.clear(generation)
    else:
        index.refresh(generation)
    with engine.begin() as connection:
        catalogue_meta.set_embedding_model(connection, embedder.name, embedder.dimension)
        if model_changed:
            connection.execute(sa.delete(vectors))
        # What is not what was added is searched no more, and no index is made of it.
        version_states.set_aside(connection, [document.key for document in report.damaged])
        connection.execute(sa.delete(vectors).where(is_in(vectors.c.chunk_key, damaged_vectors(connection))))
        unfinished = version_states.unfinished_versions(connection)
        version_states.archive(connection, unfinished.to_archive)
        version_states.drop(connection, unfinished.to_delete)
        if report.damaged or problems & {"damaged words", "missing words", "stray words", "wrong offsets"}:
            fill = postgres_words.fill_word_indexes if is_postgresql(connection) else fill_word_indexes
            fill(connection)
    with engine.connect() as connection:
        missing = _chunks_without_vector(connection)
    for start in range(0, len(missing), _EMBED_BATCH):
        with engine.begin() as connection:
            _embed(connection, embedder, missing[start : start + _EMBED_BATCH])
    index.delete(missing)  # what is there was made another time
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
    for keys, stored, document_ids in stored_vectors.stored_vectors(connection, _COPY_BATCH, missing):
        index.put(keys, stored, document_ids)


def rebuild_vectors(engine: sa.Engine, index: VectorIndex) -> None:
    """All of Chroma's vectors anew from the catalogue; under the store's lock."""
    with engine.begin() as connection:
        generation = catalogue_meta.bump_generation(connection)
    index.clear(generation)
    with engine.connect() as connection:
        for keys, stored, document_ids in stored_vectors.stored_vectors(connection, _COPY_BATCH):
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


def _embed(connection: sa.Connection, embedder: EmbedsPassages, keys: Sequence[int]) -> None:
    """Make the vectors of these chunks anew; nothing says that Chroma's are what was put there."""
    rows = connection.execute(_TO_EMBED.of(connection), {"keys": json.dumps(list(keys))}).all()
    if rows:
        embedded = embedder.embed_passages([(row.title, row.lead or None, row.body) for row in rows])
        version_states.put_vectors(connection, [row.key for row in rows], embedded)


_TO_EMBED = DialectText(
    f"SELECT c.key, {CHUNK_LEAD} AS lead, d.title, "
    'substr(d.text, c.start + 1, c."end" - c.start) AS body '
    "FROM chunks c JOIN documents d ON d.key = c.document_key "
    "WHERE d.state != 'damaged' AND c.key IN (SELECT value FROM {numbers} k) ORDER BY c.key"
)
