"""The vectors that the catalogue keeps, each held against its checksum when it is read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from qa.store import catalogue_meta
from qa.store.catalogue_schema import SEARCHED, chunks, documents, vectors
from qa.store.checksums import vector_checksum
from qa.store.dialect import is_in
from qa.store.store_errors import DamageError

__all__ = [
    "ExactVectorIndex",
    "document_vectors",
    "exact_cosines",
    "nearest_past",
    "stored_vectors",
]

_PARTITION = 10_000  # vectors that are held at a time


def exact_cosines(
    connection: sa.Connection, vector: NDArray[np.float32], keys: Sequence[int]
) -> dict[int, float]:
    """The exact cosines of these chunks with a unit vector; those without a vector are left out."""
    if not keys:
        return {}
    query = sa.select(vectors).where(is_in(vectors.c.chunk_key, keys))
    cosines: dict[int, float] = {}
    for rows in connection.execute(query).partitions(_PARTITION):
        matrix = _matrix(rows)
        cosines |= zip((row.chunk_key for row in rows), (matrix @ vector).tolist(), strict=True)
    return cosines


def stored_vectors(
    connection: sa.Connection, batch_size: int, keys: Sequence[int] | None = None
) -> Iterator[tuple[list[int], NDArray[np.float32], list[str]]]:
    """The vectors of chunks that are searched, of these or of all, in order, `batch_size` at a time.

    Each time the chunk keys, the vectors and the ids of their documents, which run parallel.
    """
    query = (
        sa.select(vectors, documents.c.id)
        .join(chunks, chunks.c.key == vectors.c.chunk_key)
        .join(documents, documents.c.key == chunks.c.document_key)
        .where(sa.text(f"documents.state {SEARCHED}"))
    )
    if keys is not None:
        query = query.where(is_in(vectors.c.chunk_key, keys))
    # A server would send all at once.
    query = query.order_by(vectors.c.chunk_key).execution_options(yield_per=batch_size)
    for rows in connection.execute(query).partitions():
        yield [row.chunk_key for row in rows], _matrix(rows), [row.id for row in rows]


def _matrix(rows: Sequence[Any]) -> NDArray[np.float32]:
    """The vectors of rows of `vectors`, shape (n, dimension).

    Raises:
        DamageError: One is not what was written.
    """
    for row in rows:
        if vector_checksum(row.chunk_key, row.vector) != row.checksum:
            raise DamageError("a vector")
    return np.frombuffer(b"".join(row.vector for row in rows), dtype="<f4").reshape(len(rows), -1)


@dataclass(frozen=True, slots=True)
class ExactVectorIndex:
    """All vectors of a store that is small enough to compare each: chunk keys, document keys, vectors."""

    keys: NDArray[np.int64]
    document_keys: NDArray[np.int64]
    vectors: NDArray[np.float32]

    @classmethod
    def read(cls, connection: sa.Connection, max_chunks: int) -> "ExactVectorIndex | None":
        """What is searched, if it has at most so many chunks."""
        ready = connection.execute(_READY_CHUNKS.limit(max_chunks + 1)).all()
        if not ready or len(ready) > max_chunks:
            return None
        document_keys = {row.key: row.document_key for row in ready}
        rows = connection.execute(sa.select(vectors).where(is_in(vectors.c.chunk_key, document_keys))).all()
        if len(rows) < len(ready):
            if catalogue_meta.COPY_VECTORS in catalogue_meta.pending_flags(connection):
                return None  # a store of the first format, whose vectors are with Chroma alone
            raise DamageError("a vector")
        return cls(
            np.array([row.chunk_key for row in rows], dtype=np.int64),
            np.array([document_keys[row.chunk_key] for row in rows], dtype=np.int64),
            _matrix(rows),
        )

    def nearest(
        self, vector: NDArray[np.float32], count: int, allowed: Iterable[int] | None
    ) -> dict[int, float]:
        """The `count` chunks that are nearest, of the allowed documents (by key), with their cosines."""
        scores = self.vectors @ vector
        rows = np.arange(len(scores))
        if allowed is not None:
            rows = rows[np.isin(self.document_keys, np.fromiter(allowed, dtype=np.int64))]
        best = rows[np.argsort(-scores[rows], kind="stable")[:count]]
        return {int(self.keys[row]): float(scores[row]) for row in best}


_READY_CHUNKS = (
    sa.select(chunks.c.key, chunks.c.document_key)
    .join(documents, documents.c.key == chunks.c.document_key)
    .where(documents.c.state == "ready")
)


def document_vectors(connection: sa.Connection, document_id: str) -> NDArray[np.float32]:
    """The vectors of a ready document's chunks, in reading order, shape (n, dimension)."""
    query = (
        sa.select(vectors)
        .join(chunks, chunks.c.key == vectors.c.chunk_key)
        .join(documents, documents.c.key == chunks.c.document_key)
        .where(documents.c.id == document_id, documents.c.state == "ready")
    )
    rows = connection.execute(query.order_by(chunks.c.ordinal)).all()
    return _matrix(rows) if rows else np.empty((0, 0), dtype=np.float32)


def nearest_past(
    connection: sa.Connection, vector: NDArray[np.float32], count: int, document_keys: Sequence[int]
) -> dict[int, float]:
    """The `count` chunks of these past versions that are nearest to a unit vector, with their cosines.

    All are compared: what is past is asked about seldom and has no index (20 ms for 10,000 passages).
    """
    if not document_keys:
        return {}
    keys = sa.select(chunks.c.key).where(is_in(chunks.c.document_key, document_keys))
    cosines = exact_cosines(connection, vector, list(connection.execute(keys).scalars()))
    best = sorted(cosines, key=lambda key: (-cosines[key], key))[:count]
    return {key: cosines[key] for key in best}
