"""The store as the rest of the program sees it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from qa.errors import StoreError
from qa.schema import Chunk, Document, Failure, Filters, Passage
from qa.store import candidates, failures, health, similar, writing
from qa.store.base import now
from qa.store.faults import explained
from qa.store.reads import StoreReads
from qa.store.upkeep import StoreUpkeep

__all__ = ["Store"]

_COMPARED = 5000  # chunks up to which all vectors are compared: 8 MB, and under a millisecond a question


class Store(StoreReads, StoreUpkeep):
    """Documents, chunks, words and vectors in one folder; safe for threads and processes."""

    _small: tuple[int, candidates.SmallStore | None] | None = None

    def search(
        self, vector: NDArray[np.float32], terms: Sequence[str], *, count: int, filters: Filters
    ) -> list[Passage]:
        """Up to `count` chunks by vector and as many by words, in no particular order.

        Where an earlier moment is asked about, as many of the versions that are past come along.

        Every passage has its exact cosine; `words` is its BM25 score divided by the best one's, 0 where
        the words did not find it. All of it comes from one state of the store.

        Raises:
            StaleIndexError: The vectors have been made anew by another model than the one bound.
            StoreError: The vectors are gone.
        """
        with explained(self.path), ExitStack() as opened:
            with self._lock.held():
                connection = opened.enter_context(self._engine.connect())
                with self._vectors_of(connection):
                    # That read fixed what this transaction sees; the vectors are asked in the same breath.
                    self._require_model(connection)
                    allowed = candidates.allowed_documents(connection, filters)
                    past = candidates.past_documents(connection, filters)
                    ids = None if allowed is None else sorted(allowed.values())
                    near = dict(self._vectors.nearest(vector, count, ids))
                    if not near and ids != [] and candidates.any_ready(connection):
                        raise StoreError(
                            f"the store {self.path} has lost its vectors: run `qa check --repair`"
                        )
                    near |= self._exactly(connection, vector, count, allowed)
                    near |= candidates.nearest_past(connection, vector, count, past)
                    found = candidates.by_words(connection, terms, count, allowed)
                    if past:
                        found += candidates.by_words(connection, terms, count, past, past=True)
                    missing = [key for key, _ in found if key not in near]
                    cosines = near | candidates.cosines(connection, vector, missing)
            best = max((score for _, score in found), default=0.0)
            words = {key: score / best if best > 0 else 0.0 for key, score in found}
            return candidates.passages(connection, sorted(cosines | words), cosines, words)

    def _exactly(
        self,
        connection: sa.Connection,
        vector: NDArray[np.float32],
        count: int,
        allowed: Mapping[int, str] | None,
    ) -> dict[int, float]:
        """The nearest chunks by comparing all, where the store is small; under the lock.

        Chroma's graph is approximate, and what was replaced and removed makes it more so.
        """
        generation = writing.generation(connection)
        if self._small is None or self._small[0] != generation:
            self._small = (generation, candidates.SmallStore.read(connection, _COMPARED))
        small = self._small[1]
        return {} if small is None else small.nearest(vector, count, allowed)

    # Writing ------------------------------------------------------------------------------------

    def bind_model(self, name: str, dimension: int) -> None:
        """Note or check which embedding model the vectors come from.

        Raises:
            StaleIndexError: It is another one.
        """
        self._model = (name, dimension)
        with explained(self.path):
            with self._engine.begin() as connection:
                if self._require_model(connection) or self.read_only:
                    return
            with self._lock.held(), self._engine.begin() as connection:
                if not self._require_model(connection):
                    health.store_model(connection, name, dimension)

    def put(
        self,
        parts: Sequence[tuple[Document, Sequence[Chunk], NDArray[np.float32]]],
        signatures: Mapping[str, bytes] | None = None,
    ) -> None:
        """Add documents or new versions of them, each with its chunks and their vectors (n, dimension).

        All become searchable together; until then the versions before them are, which are past afterwards.
        `signatures` holds, by document id, what tells near-duplicates. A noted failure of a source is
        forgotten.
        """
        began = now()
        with self._writing():
            with self._engine.begin() as connection:
                self._require_model(connection)
                written = []
                for document, chunks, vectors in parts:
                    key, chunk_keys = writing.insert(connection, document, chunks, vectors, now=began)
                    similar.insert(connection, key, (signatures or {}).get(document.id, b""))
                    written.append((key, chunk_keys))
                # Moved before Chroma's files change: should this process die among them, all others will
                # open them anew.
                self._advance(connection)
            keys = [key for key, _ in written]
            all_chunks = [key for _, found in written for key in found]
            if all_chunks:
                owners = [document.id for document, chunks, _ in parts for _ in chunks]
                self._vectors.put(all_chunks, np.concatenate([vectors for _, _, vectors in parts]), owners)
            with self._engine.begin() as connection:
                writing.promote(connection, keys, now=began)
                failures.forget(connection, [document.source for document, _, _ in parts])
                self._advance(connection)
            self._sweep()

    def remove(self, document_ids: Sequence[str], *, forget: bool = False) -> None:
        """Remove ready documents; ids that are not there do not matter.

        They stay in the past, unless all that is known of them is to be forgotten.
        """
        with self._writing():
            with self._engine.begin() as connection:
                if forget:
                    writing.erase(connection, document_ids)
                else:
                    writing.retire(connection, document_ids, now=now())
                self._advance(connection)
            self._sweep()

    def rename(self, sources: Mapping[str, str]) -> None:
        """Give documents, by id, another source: the same file was found under another name."""
        with self._writing(), self._engine.begin() as connection:
            writing.rename(connection, sources)
            self._advance(connection)

    def note_failures(self, failed: Sequence[Failure]) -> None:
        """Remember that these sources could not be added."""
        if failed:
            with self._noting() as connection:
                failures.note(connection, failed, now=now())

    def settle(self, sources: Sequence[str], fingerprints: Mapping[str, str]) -> None:
        """Forget the failures of these sources, and note, by document id, how their files are told by now.

        Writes nothing where there is nothing to note.
        """
        with self._reading() as connection:
            wanted = set(sources)
            if not fingerprints and not any(
                one.source in wanted for one in failures.noted(connection, dismissed=True)
            ):
                return
        with self._noting() as connection:
            failures.forget(connection, sources)
            writing.note_fingerprints(connection, fingerprints)

    def forget_failures(self, sources: Iterable[str]) -> None:
        """Forget the failures of these sources: they are gone."""
        with self._noting() as connection:
            failures.forget(connection, sources)

    def dismiss_failures(self, sources: Iterable[str] | None = None) -> int:
        """Show the failures of these sources, or all, no more; how many there were.

        They come back if a source fails for another reason.
        """
        with self._noting() as connection:
            return failures.dismiss(connection, sources)

    # Health -------------------------------------------------------------------------------------

    def check(self) -> health.CheckReport:
        """Compare catalogue, word index and vectors; changes nothing."""
        with explained(self.path), self._lock.held(), self._engine.connect() as connection:
            return health.check(connection, self._vectors, read_only=self.read_only)

    def repair(self, embedder: health.EmbedsPassages) -> health.CheckReport:
        """Make word index and vectors agree with the catalogue; embeds what is missing.

        With another model than the store's, all is embedded anew. Returns what was found before.
        """
        with self._writing():
            self._model = (embedder.name, embedder.dimension)
            return health.repair(self._engine, self._vectors, embedder)
