"""Is the store consistent, and how it is made so again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.exc import DBAPIError

from qa.store import candidates, writing
from qa.store.faults import ServerError
from qa.store.tables import chunks, create_words, documents, meta, set_value, values, vectors
from qa.store.vectors import VectorIndex

__all__ = [
    "TO_COPY",
    "TO_REBUILD",
    "CheckReport",
    "EmbedsPassages",
    "Problem",
    "check",
    "clear_flag",
    "flags",
    "repair",
    "searched",
    "store_model",
    "stored_model",
    "without_vector",
]

TO_COPY, TO_REBUILD = "vectors_to_copy", "vectors_to_rebuild"
_BATCH = 256  # chunks embedded and written at a time
_PAGE = 5000  # vectors that are copied at a time


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
    rows = values(connection)
    if "embedding_model" not in rows:
        return None
    return rows["embedding_model"], int(rows["embedding_dimension"])


def store_model(connection: sa.Connection, name: str, dimension: int) -> None:
    """Note the embedding model."""
    set_value(connection, "embedding_model", name)
    set_value(connection, "embedding_dimension", str(dimension))


def _scalar(connection: sa.Connection, statement: str) -> int:
    return int(connection.execute(sa.text(statement)).scalar_one())


def flags(connection: sa.Connection) -> set[str]:
    """What an update of the format or a restored backup has left to do: `TO_COPY`, `TO_REBUILD`."""
    found = connection.execute(sa.select(meta.c.name).where(meta.c.name.in_((TO_COPY, TO_REBUILD))))
    return set(found.scalars())


def clear_flag(connection: sa.Connection, name: str) -> None:
    """It has been done."""
    connection.execute(sa.delete(meta).where(meta.c.name == name))


def without_vector(connection: sa.Connection) -> list[int]:
    """The chunks whose vectors the catalogue does not hold, in order."""
    statement = "SELECT key FROM chunks WHERE key NOT IN (SELECT chunk_key FROM vectors) ORDER BY key"
    return list(connection.execute(sa.text(statement)).scalars())


def searched(connection: sa.Connection) -> set[int]:
    """The chunks that Chroma and the word index are to hold: all but those of versions that are past."""
    query = sa.select(chunks.c.key).join(documents, documents.c.key == chunks.c.document_key)
    return set(connection.execute(query.where(documents.c.state != "past")).scalars())


def check(connection: sa.Connection, index: VectorIndex, *, read_only: bool = False) -> CheckReport:
    """Count what does not fit together; of a damaged part, all counts as missing."""
    wanted = searched(connection)
    past = set(connection.execute(sa.select(chunks.c.key)).scalars()) - wanted
    present = _vector_keys(connection, index)
    words = _word_keys(connection, "words", read_only=read_only)
    past_words = _word_keys(connection, "past_words", read_only=read_only)
    damaged_words = words is None or past_words is None
    missing_words = len(wanted - (words or set())) + len(past - (past_words or set()))
    stray_words = len((words or set()) - wanted) + len((past_words or set()) - past)
    integrity = connection.execute(sa.text("PRAGMA quick_check")).scalars().first()
    unfinished = _scalar(connection, "SELECT count(*) FROM documents WHERE state NOT IN ('ready', 'past')")
    found = (
        Problem("damaged catalogue", int(integrity != "ok"), f"SQLite says: {integrity}"),
        Problem("damaged vectors", int(present is None), "the vector index can't be read"),
        Problem("damaged words", int(damaged_words), "the word index can't be read"),
        Problem(
            "missing vectors", len(wanted - (present or set())), "passages that can't be found by meaning"
        ),
        Problem(
            "unkept vectors", len(without_vector(connection)), "vectors that the catalogue has no copy of"
        ),
        Problem("missing words", missing_words, "passages that can't be found by their words"),
        Problem("stray vectors", len((present or set()) - wanted), "vectors of passages that are gone"),
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
        chunks=len(wanted),
        vectors=len(present or ()),
        problems=tuple(one for one in found if one.count),
    )


def _vector_keys(connection: sa.Connection, index: VectorIndex) -> set[int] | None:
    """The chunks with a vector that can be searched, None if the index can't be read."""
    generation = writing.generation(connection)
    try:
        index.refresh(generation)
        found = index.keys()
        if found:
            index.probe()
        return found
    except ServerError:
        index.distrust()
        raise  # nothing can be said about vectors that can't be reached
    # A damaged index may raise anything, of Chroma's Python or its Rust part.
    except Exception:  # noqa: BLE001
        index.distrust()
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
        before = check(connection, index)
        model = stored_model(connection)
    problems = {one.name for one in before.problems}
    anew = model not in (None, (embedder.name, embedder.dimension))
    with engine.begin() as connection:
        # Before Chroma's files change, so that other processes open them anew whatever happens here.
        generation = writing.bump_generation(connection)
    if anew or "damaged vectors" in problems:
        index.clear(generation)
    else:
        index.refresh(generation)
    with engine.begin() as connection:
        store_model(connection, embedder.name, embedder.dimension)
        if anew:
            connection.execute(sa.delete(vectors))
        left = writing.unfinished(connection)
        writing.archive(connection, left.ended)
        writing.drop(connection, left.doomed)
        if problems & {"damaged words", "missing words", "stray words", "wrong offsets"}:
            _rebuild_words(connection)
    with engine.connect() as connection:
        missing = without_vector(connection)
    for at in range(0, len(missing), _BATCH):
        with engine.begin() as connection:
            _keep_vectors(connection, index, embedder, missing[at : at + _BATCH])
    with engine.begin() as connection:
        wanted, present = searched(connection), index.keys()
        index.delete(sorted(present - wanted))
        lacking = sorted(wanted - present)
        for keys, made, owners in candidates.stored_vectors(connection, _PAGE, lacking):
            index.put(keys, made, owners)
        for flag in (TO_COPY, TO_REBUILD):
            clear_flag(connection, flag)
    return before


def _rebuild_words(connection: sa.Connection) -> None:
    for name, states in (("words", "d.state != 'past'"), ("past_words", "d.state = 'past'")):
        create_words(connection, name)
        connection.execute(
            sa.text(
                f"INSERT INTO {name} (rowid, title, heading, body) SELECT c.key, d.title, "
                "coalesce(c.heading, ''), substr(d.text, c.start + 1, c.\"end\" - c.start) "
                f"FROM chunks c JOIN documents d ON d.key = c.document_key WHERE {states}"
            )
        )


def _keep_vectors(
    connection: sa.Connection, index: VectorIndex, embedder: EmbedsPassages, keys: Sequence[int]
) -> None:
    """Put the vectors of these chunks into the catalogue: Chroma's where it has them, else new ones."""
    held, made = index.get(keys)
    writing.put_vectors(connection, held, made)
    wanted = set(keys) - set(held)
    rows = connection.execute(
        sa.text(
            'SELECT c.key, c.heading, d.title, substr(d.text, c.start + 1, c."end" - c.start) AS body '
            "FROM chunks c JOIN documents d ON d.key = c.document_key "
            f"WHERE c.key BETWEEN {keys[0]:d} AND {keys[-1]:d} ORDER BY c.key"
        )
    )
    found = [row for row in rows if row.key in wanted]
    if found:
        new = embedder.embed_passages([(row.title, row.heading, row.body) for row in found])
        writing.put_vectors(connection, [row.key for row in found], new)
