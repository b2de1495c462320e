"""Vectors by chunk key in a collection of Chroma, in files or on a server. Call it under the store's lock."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.store.chroma_server import ServerAddress, ServerVectors
from qa.store.embedded import EmbeddedVectors

__all__ = ["VectorIndex"]


class _Home(Protocol):
    """Where a collection lives: opens it, and knows how much one call may carry."""

    page: int
    """Ids in one call."""
    batch: int
    """Vectors in one call."""
    most: int | None
    """Results of one query, None for any number."""

    @property
    def collection(self) -> Any: ...
    @property
    def is_open(self) -> bool: ...
    def explained(self) -> AbstractContextManager[None]: ...
    def refresh(self, generation: int) -> None: ...
    def written(self, generation: int) -> None: ...
    def distrust(self) -> None: ...
    def close(self) -> None: ...
    def clear(self, generation: int) -> None: ...


class VectorIndex:
    """The vectors of the chunks, compared by cosine."""

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool,
        server: ServerAddress | None = None,
        collection: str | None = None,
    ) -> None:
        """With a `server`, the vectors are there, in the `collection` of this store; else in `path`."""
        self._home: _Home
        if server is None:
            self._home = EmbeddedVectors(path, read_only=read_only)
        elif collection is None:
            raise ValueError(f"the vectors on {server} need the name of a collection")
        else:
            self._home = ServerVectors(server, collection)

    def refresh(self, generation: int) -> None:
        """Make sure that what this process sees is not older than `generation`."""
        self._home.refresh(generation)

    def written(self, generation: int) -> None:
        """Note that this process itself made the write that `generation` stands for."""
        self._home.written(generation)

    def distrust(self) -> None:
        """Open the collection again before the next use, after a call that failed."""
        self._home.distrust()

    @property
    def is_open(self) -> bool:
        """Whether there is anything to close."""
        return self._home.is_open

    def close(self) -> None:
        """Let go of files and connections; `refresh` opens them again."""
        self._home.close()

    @property
    def in_files(self) -> bool:
        """Whether they are in files of the store, not on a server."""
        return isinstance(self._home, EmbeddedVectors)

    def adopt(self, folder: Path, generation: int) -> None:
        """Put the files of another folder in the place of these; only where they are in files."""
        assert isinstance(self._home, EmbeddedVectors)
        self._home.adopt(folder, generation)

    def put(self, keys: Sequence[int], vectors: NDArray[np.float32], document_ids: Sequence[str]) -> None:
        """Add or replace vectors; all three run parallel."""
        for part in _parts(len(keys), self._home.batch):
            self._call(
                "upsert",
                ids=[str(key) for key in keys[part]],
                embeddings=vectors[part],
                metadatas=[{"document": document_id} for document_id in document_ids[part]],
            )

    def delete(self, keys: Sequence[int]) -> None:
        """Drop vectors; keys that are not there do not matter."""
        for part in _parts(len(keys), self._home.page):
            self._call("delete", ids=[str(key) for key in keys[part]])

    def nearest(
        self, vector: NDArray[np.float32], count: int, document_ids: Sequence[str] | None
    ) -> list[tuple[int, float]]:
        """The nearest chunk keys with their cosines, nearest first; only of `document_ids` if given.

        Chroma Cloud gives 300 at most.
        """
        if count < 1:
            return []
        count = min(count, self._home.most or count)
        if document_ids is None:
            return self._query(vector, count, None)
        found: list[tuple[int, float]] = []
        for part in _parts(len(document_ids), self._home.page):
            found += self._query(vector, count, {"document": {"$in": list(document_ids[part])}})
        return sorted(found, key=lambda one: (-one[1], one[0]))[:count]

    def get(self, keys: Sequence[int]) -> tuple[list[int], NDArray[np.float32]]:
        """Those of the keys that are there, in order, and their vectors, shape (n, dimension)."""
        held: dict[int, Any] = {}
        for part in _parts(len(keys), self._home.batch):
            found = self._call("get", ids=[str(key) for key in keys[part]], include=["embeddings"])
            held |= zip(map(int, found["ids"]), found["embeddings"], strict=True)
        ordered = sorted(held)
        if not ordered:
            return [], np.empty((0, 0), dtype=np.float32)
        return ordered, np.asarray([held[key] for key in ordered], dtype=np.float32)

    def keys(self) -> set[int]:
        """All chunk keys that have a vector."""
        found: set[int] = set()
        at, page = 0, self._home.page
        while ids := self._call("get", include=[], limit=page, offset=at)["ids"]:
            found.update(map(int, ids))
            at += len(ids)
        return found

    def probe(self) -> None:
        """Search once: raises what a search in a damaged index would."""
        found = self._call("get", limit=1, include=["embeddings"])
        if found["ids"]:
            self._query(np.asarray(found["embeddings"][0], dtype=np.float32), 1, None)

    def clear(self, generation: int) -> None:
        """Drop all vectors, for a rebuild, in whatever state they are."""
        self._home.clear(generation)

    def _query(
        self, vector: NDArray[np.float32], count: int, where: dict[str, Any] | None
    ) -> list[tuple[int, float]]:
        found = self._call(
            "query", query_embeddings=[vector], n_results=count, where=where, include=["distances"]
        )
        return [
            (int(key), 1.0 - float(distance))
            for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def _call(self, method: str, **arguments: Any) -> Any:
        call = getattr(self._home.collection, method)
        with self._home.explained():
            return call(**arguments)


def _parts(count: int, most: int) -> Iterator[slice]:
    for at in range(0, count, most):
        yield slice(at, at + most)
