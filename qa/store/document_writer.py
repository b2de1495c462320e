"""Adding, replacing and removing documents of a store, and what is remembered of those that failed."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.schema import Chunk, Document, Failure
from qa.store import failures, near_duplicates, version_states
from qa.store.model_binding import ModelBinding
from qa.store.store_connection import StoreConnection
from qa.store.timestamps import utc_now

__all__ = ["DocumentWriter"]


class DocumentWriter:
    """Writes under the store's lock; what a failure leaves half done is undone."""

    def __init__(self, store: StoreConnection, model: ModelBinding) -> None:
        self._store = store
        self._model = model

    def put(
        self,
        additions: Sequence[tuple[Document, Sequence[Chunk], NDArray[np.float32]]],
        signatures: Mapping[str, bytes] | None = None,
    ) -> None:
        """Add documents or new versions of them, each with its chunks and their vectors (n, dimension).

        All become searchable together; until then the versions before them are, which are past afterwards.
        `signatures` holds, by document id, what tells near-duplicates. A recorded failure of a source is
        cleared.
        """
        store, now = self._store, utc_now()
        with store.writing():
            document_keys: list[int] = []
            chunk_keys: list[int] = []
            with store.engine.begin() as connection:
                self._model.require_model(connection)
                for document, chunks, vectors in additions:
                    key, keys = version_states.insert(connection, document, chunks, vectors, now=now)
                    near_duplicates.insert_signature(
                        connection, key, (signatures or {}).get(document.id, b"")
                    )
                    document_keys.append(key)
                    chunk_keys += keys
                # Moved before Chroma's files change: should this process die among them, all others will
                # open them anew.
                store.advance_generation(connection)
            if chunk_keys:
                document_ids = [document.id for document, chunks, _ in additions for _ in chunks]
                store.vectors.put(
                    chunk_keys, np.concatenate([vectors for _, _, vectors in additions]), document_ids
                )
            with store.engine.begin() as connection:
                version_states.promote(connection, document_keys)
                failures.clear_failures(connection, [document.source for document, _, _ in additions])
                store.advance_generation(connection)
            store.complete_versions()

    def remove(self, document_ids: Sequence[str], *, forget: bool = False) -> None:
        """Remove ready documents; ids that are not there do not matter.

        They stay in the past, unless all that is known of them is to be forgotten.
        """
        store = self._store
        with store.writing(from_reserve=True):
            with store.engine.begin() as connection:
                if forget:
                    version_states.erase(connection, document_ids)
                else:
                    version_states.retire(connection, document_ids, now=utc_now())
                store.advance_generation(connection)
            store.complete_versions()

    def rename(self, sources: Mapping[str, str]) -> None:
        """Give documents, by id, another source: the same file was found under another name."""
        with self._store.writing(), self._store.engine.begin() as connection:
            version_states.rename(connection, sources)
            self._store.advance_generation(connection)

    def record_failures(self, failed: Sequence[Failure]) -> None:
        """Remember that these sources could not be added."""
        if failed:
            with self._store.recording() as connection:
                failures.record_failures(connection, failed, now=utc_now())

    def clear_failures(self, sources: Sequence[str], fingerprints: Mapping[str, str] | None = None) -> None:
        """Forget the failures of these sources: they have been added, or are gone.

        `fingerprints` holds, by document id, what tells their files by now. Writes nothing where there is
        nothing to change.
        """
        with self._store.reading() as connection:
            recorded = failures.recorded_failures(connection, dismissed=True)
        if not fingerprints and {failure.source for failure in recorded}.isdisjoint(sources):
            return
        with self._store.recording() as connection:
            failures.clear_failures(connection, sources)
            version_states.record_fingerprints(connection, fingerprints or {})

    def dismiss_failures(self, sources: Iterable[str] | None = None) -> int:
        """Show the failures of these sources, or all, no more; how many there were.

        They come back if a source fails for another reason.
        """
        with self._store.recording() as connection:
            return failures.dismiss_failures(connection, sources)
