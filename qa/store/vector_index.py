"""Vectors by chunk key in a collection of Chroma, in files or on a server.

Call it under the store's lock, which `nearest` shares with others, and `refresh` where it opens no files.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from qa.store.chroma_embedded import EmbeddedVectors
from qa.store.chroma_server import ServerAddress, ServerVectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["VectorIndex"]


class _ChromaBackend(Protocol):
    """Opens a collection, and knows how much one call may carry."""

    max_ids: int
    """In one call."""
    max_vectors: int
    """In one call."""
    max_results: int | None
    """Of one query, None for any number."""

    @property
    def collection(self) -> Any: ...
    @property
    def is_open(self) -> bool: ...
    def translate_errors(self) -> AbstractContextManager[None]: ...
    def refresh(self, generation: int) -> None: ...
    def mark_written(self, generation: int) -> None: ...
    def invalidate(self) -> None: ...
    def require_answer(self, timeout_s: float) -> None: ...
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
        is_probe: bool = False,
    ) -> None:
        """With a `server`, the vectors are there, in the `collection` of this store; else in `path`.

        A probe opens files of which it is not known whether that ends the process.
        """
        self._backend: _ChromaBackend
        if server is None:
            self._backend = EmbeddedVectors(path, read_only=read_only, is_probe=is_probe)
        elif collection is None:
            raise ValueError(f"the vectors on {server} need the name of a collection")
        else:
            self._backend = ServerVectors(server, collection)

    def refresh(self, generation: int) -> None:
        """Make sure that what this process sees is not older than `generation`."""
        self._backend.refresh(generation)

    def mark_written(self, generation: int) -> None:
        """Note that this process itself made the write that `generation` stands for."""
        self._backend.mark_written(generation)

    def invalidate(self) -> None:
        """Open the collection again before the next use, after a call that failed."""
        self._backend.invalidate()

    def shows(self, generation: int) -> bool:
        """Whether the files are open in the state of this generation; only where they are in files."""
        assert isinstance(self._backend, EmbeddedVectors)
        return self._backend.shows(generation)

    def require_answer(self, timeout_s: float) -> None:
        """Make sure that the server answers, where there is one; needs no lock.

        Raises:
            StoreError: It did not in that time.
        """
        self._backend.require_answer(timeout_s)

    @property
    def is_open(self) -> bool:
        """Whether there is anything to close."""
        return self._backend.is_open

    def close(self) -> None:
        """Let go of files and connections; `refresh` opens them again."""
        self._backend.close()

    @property
    def in_files(self) -> bool:
        """Whether they are in files of the store, not on a server."""
        return isinstance(self._backend, EmbeddedVectors)

    def adopt(self, folder: Path, generation: int) -> None:
        """Put the files of another folder in the place of these; only where they are in files."""
        assert isinstance(self._backend, EmbeddedVectors)
        self._backend.adopt(folder, generation)

    def put(self, keys: Sequence[int], vectors: "NDArray[np.float32]", document_ids: Sequence[str]) -> None:
        """Add or replace vectors; all three run parallel."""
        for batch in _batches(len(keys), self._backend.max_vectors):
            self._call(
                "upsert",
                ids=[str(key) for key in keys[batch]],
                embeddings=vectors[batch],
                metadatas=[{"document": document_id} for document_id in document_ids[batch]],
            )

    def delete(self, keys: Sequence[int]) -> None:
        """Drop vectors; keys that are not there do not matter."""
        for batch in _batches(len(keys), self._backend.max_ids):
            self._call("delete", ids=[str(key) for key in keys[batch]])

    def nearest(
        self, vector: "NDArray[np.float32]", count: int, document_ids: Sequence[str] | None
    ) -> list[tuple[int, float]]:
        """The nearest chunk keys with their cosines, nearest first; only of `document_ids` if given.

        Chroma Cloud gives 300 at most.
        """
        if count < 1:
            return []
        count = min(count, self._backend.max_results or count)
        if document_ids is None:
            return self._query(vector, count, None)
        nearest: list[tuple[int, float]] = []
        for batch in _batches(len(document_ids), self._backend.max_ids):
            nearest += self._query(vector, count, {"document": {"$in": list(document_ids[batch])}})
        return sorted(nearest, key=lambda candidate: (-candidate[1], candidate[0]))[:count]

    def get(self, keys: Sequence[int]) -> tuple[list[int], "NDArray[np.float32]"]:
        """Those of the keys that are there, in order, and their vectors, shape (n, dimension)."""
        vectors: dict[int, Any] = {}
        for batch in _batches(len(keys), self._backend.max_vectors):
            result = self._call("get", ids=[str(key) for key in keys[batch]], include=["embeddings"])
            vectors |= zip(map(int, result["ids"]), result["embeddings"], strict=True)
        import numpy as np

        ordered = sorted(vectors)
        if not ordered:
            return [], np.empty((0, 0), dtype=np.float32)
        return ordered, np.asarray([vectors[key] for key in ordered], dtype=np.float32)

    def keys(self) -> set[int]:
        """All chunk keys that have a vector."""
        keys: set[int] = set()
        offset, page = 0, self._backend.max_ids
        while ids := self._call("get", include=[], limit=page, offset=offset)["ids"]:
            keys.update(map(int, ids))
            offset += len(ids)
        return keys

    def probe(self) -> None:
        """Search once: raises what a search in a damaged index would."""
        result = self._call("get", limit=1, include=["embeddings"])
        if result["ids"]:
            import numpy as np

            self._query(np.asarray(result["embeddings"][0], dtype=np.float32), 1, None)

    def clear(self, generation: int) -> None:
        """Drop all vectors, for a rebuild, in whatever state they are."""
        self._backend.clear(generation)

    def _query(
        self, vector: "NDArray[np.float32]", count: int, where: dict[str, Any] | None
    ) -> list[tuple[int, float]]:
        result = self._call(
            "query", query_embeddings=[vector], n_results=count, where=where, include=["distances"]
        )
        return [
            (int(key), 1.0 - float(distance))
            for key, distance in zip(result["ids"][0], result["distances"][0], strict=True)
        ]

    def _call(self, method: str, **arguments: Any) -> Any:
        call = getattr(self._backend.collection, method)
        with self._backend.translate_errors():
            return call(**arguments)


def _batches(count: int, batch_size: int) -> Iterator[slice]:
    for start in range(0, count, batch_size):
        yield slice(start, start + batch_size)
