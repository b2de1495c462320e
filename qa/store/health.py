"""Is the store consistent, and how it is made so again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.exc import DBAPIError

from qa.store import writing
from qa.store.tables import chunks, create_words, documents, meta
from qa.store.vectors import VectorIndex

__all__ = ["CheckReport", "EmbedsPassages", "Problem", "check", "repair", "store_model", "stored_model"]

_BATCH = 256  # chunks embedded and written at a time


class EmbedsPassages(Protocol):
    """What a repair needs of an embedder."""

    name: str
    dimension: int

    def embed_passages(self, passages: Sequence[tuple[str, str | None, str]]) -> NDArray[np.float32]:
        """Unit vectors of (title, heading, text) triples, shape (n, dimension)."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of inconsistency: its name, how often, and what it means for a user."""

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


def stored_model(connection: sa.Connection) -> tuple[str, int] | None:
    """The name and dimension of the embedding model of the vectors, None before the first document."""
    rows = {row.name: row.value for row in connection.execute(sa.select(meta))}
    if "embedding_model" not in rows:
        return None
    return rows["embedding_model"], int(rows["embedding_dimension"])


def store_model(connection: sa.Connection, name: str, dimension: int) -> None:
    """Note the embedding model."""
    for key, value in (("embedding_model", name), ("embedding_dimension", str(dimension))):
        connection.execute(sa.delete(meta).where(meta.c.name == key))
        connection.execute(sa.insert(meta).values(name=key, value=value))


def _scalar(connection: sa.Connection, statement: str) -> int:
    return int(connection.execute(sa.text(statement)).scalar_one())


def check(connection: sa.Connection, vectors: VectorIndex, *, read_only: bool = False) -> CheckReport:
    """Count what does not fit together; of a damaged part, all counts as missing."""
    wanted = set(connection.execute(sa.select(chunks.c.key)).scalars())
    present = _vector_keys(connection, vectors)
    words = _word_keys(connection, read_only=read_only)
    integrity = connection.execute(sa.text("PRAGMA quick_check")).scalars().first()
    unfinished = _scalar(connection, "SELECT count(*) FROM documents WHERE state != 'ready'")
    found = (
        Problem("damaged catalogue", int(integrity != "ok"), f"SQLite says: {integrity}"),
        Problem("damaged vectors", int(present is None), "the vector index can't be read"),
        Problem("damaged words", int(words is None), "the word index can't be read"),
        Problem(
            "missing vectors", len(wanted - (present or set())), "passages that can't be found by meaning"
        ),
        Problem(
            "missing words", len(wanted - (words or set())), "passages that can't be found by their words"
        ),
        Problem("stray vectors", len((present or set()) - wanted), "vectors of passages that are gone"),
        Problem("stray words", len((words or set()) - wanted), "index entries of passages that are gone"),
        Problem("unfinished", unfinished, "documents that a crash left half added or half removed"),
        Problem(
            "wrong offsets",
            _wrong_offsets(connection) if words is not None else 0,
            "passages that do not match their document",
        ),
    )
    return CheckReport(
        documents=_scalar(connection, "SELECT count(*) FROM documents WHERE state = 'ready'"),
        chunks=len(wanted),
        vectors=len(present or ()),
        problems=tuple(one for one in found if one.count),
    )


def _vector_keys(connection: sa.Connection, vectors: VectorIndex) -> set[int] | None:
    """The chunks with a vector that can be searched, None if the index can't be read."""
    generation = writing.generation(connection)
    try:
        vectors.refresh(generation)
        found = vectors.keys()
        if found:
            vectors.probe()
        return found
    # A damaged index may raise anything, of Chroma's Python or its Rust part.
    except Exception:  # noqa: BLE001
        vectors.distrust()
        return None


def _word_keys(connection: sa.Connection, *, read_only: bool) -> set[int] | None:
    """The chunks in the word index, None if it can't be read."""
    try:
        if not read_only:  # it reads only, but counts as a write
            connection.execute(sa.text("INSERT INTO words (words) VALUES ('integrity-check')"))
        return set(connection.execute(sa.text("SELECT rowid FROM words")).scalars())
    except DBAPIError:
        return None


def _wrong_offsets(connection: sa.Connection) -> int:
    wrong = 0
    for document in connection.execute(sa.select(documents.c.key, documents.c.text)):
        rows = connection.execute(
            sa.text(
                "SELECT c.start, c.end, w.body FROM chunks c JOIN words w ON w.rowid = c.key "
                "WHERE c.document_key = :key"
            ),
            {"key": document.key},
        )
        wrong += sum(document.text[row.start : row.end] != row.body for row in rows)
    return wrong


def repair(engine: sa.Engine, vectors: VectorIndex, embedder: EmbedsPassages) -> CheckReport:
    """Undo what is unfinished, rebuild the word index if it is off, embed what has no vector.

    Call it under the store's lock. It can be interrupted anywhere: the next one goes on from there.
    """
    with engine.connect() as connection:
        before = check(connection, vectors)
        model = stored_model(connection)
    problems = {one.name for one in before.problems}
    anew = model not in (None, (embedder.name, embedder.dimension)) or "damaged vectors" in problems
    with engine.begin() as connection:
        # Before Chroma's files change, so that other processes open them anew whatever happens here.
        generation = writing.bump_generation(connection)
    if anew:
        vectors.clear(generation)
    else:
        vectors.refresh(generation)
    with engine.begin() as connection:
        store_model(connection, embedder.name, embedder.dimension)
        if problems & {"damaged words", "missing words", "stray words", "wrong offsets"}:
            _rebuild_words(connection)
        writing.drop(connection, *writing.unfinished(connection))
    with engine.connect() as connection:
        wanted = set(connection.execute(sa.select(chunks.c.key)).scalars())
        present = vectors.keys()
        vectors.delete(sorted(present - wanted))
        missing = sorted(wanted - present)
        for at in range(0, len(missing), _BATCH):
            _embed(connection, vectors, embedder, missing[at : at + _BATCH])
    return before


def _rebuild_words(connection: sa.Connection) -> None:
    create_words(connection)
    connection.execute(
        sa.text(
            "INSERT INTO words (rowid, title, heading, body) SELECT c.key, d.title, coalesce(c.heading, ''), "
            'substr(d.text, c.start + 1, c."end" - c.start) '
            "FROM chunks c JOIN documents d ON d.key = c.document_key"
        )
    )


def _embed(
    connection: sa.Connection, vectors: VectorIndex, embedder: EmbedsPassages, keys: Sequence[int]
) -> None:
    rows = connection.execute(
        sa.text(
            "SELECT c.key, c.heading, d.title, d.id, w.body FROM chunks c "
            "JOIN documents d ON d.key = c.document_key JOIN words w ON w.rowid = c.key "
            f"WHERE c.key BETWEEN {keys[0]:d} AND {keys[-1]:d} ORDER BY c.key"
        )
    )
    wanted = set(keys)
    found = [row for row in rows if row.key in wanted]
    made = embedder.embed_passages([(row.title, row.heading, row.body) for row in found])
    vectors.put([row.key for row in found], made, [row.id for row in found])
