"""Passages of a store: by words and vector, and those around them."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from qa.errors import StoreError
from qa.schema import Filters, Passage
from qa.store import candidate_queries, catalogue_meta, document_rows, stored_vectors
from qa.store.model_binding import ModelBinding
from qa.store.store_connection import StoreConnection
from qa.store.stored_vectors import ExactVectorIndex

__all__ = ["PassageSearch"]

_EXACT_CHUNKS = 5000  # up to which all vectors are compared: 8 MB, and under a millisecond a question


class PassageSearch:
    """Finds passages, and reads what stands around them; every answer is of one state of the store."""

    def __init__(self, store: StoreConnection, model: ModelBinding) -> None:
        self._store = store
        self._model = model
        self._reading_exact = threading.Lock()
        self._exact_index: tuple[int, ExactVectorIndex | None] | None = None  # with its generation
        self._shared_titles: tuple[int, dict[str, str]] | None = None  # with their generation

    def search(
        self, vector: NDArray[np.float32], terms: Sequence[str], *, count: int, filters: Filters
    ) -> list[Passage]:
        """Up to `count` chunks by vector and as many by words, in no particular order.

        Where an earlier moment is asked about, as many of the versions that are past come along.

        Every passage has its exact cosine as `dense_score`; `lexical_score` is its BM25 score divided by the
        best one's, 0 where the words did not find it. All of it comes from one state of the store.

        Raises:
            StaleIndexError: The vectors have been made anew by another model than the one bound.
            StoreError: The vectors are gone.
        """
        choose = partial(self._choose, vector=vector, terms=terms, count=count, filters=filters)
        with self._store.searching(choose) as (connection, (cosines, matches)):
            best = max((score for _, score in matches), default=0.0)
            words = {key: score / best if best > 0 else 0.0 for key, score in matches}
            return self._read_passages(connection, sorted(cosines | words), cosines, words)

    def _choose(
        self,
        connection: sa.Connection,
        *,
        vector: NDArray[np.float32],
        terms: Sequence[str],
        count: int,
        filters: Filters,
    ) -> tuple[dict[int, float], list[tuple[int, float]]]:
        """The chunks of a search: the cosines of all, and the BM25 scores of those found by words."""
        self._model.require_model(connection)
        self._require_rows(connection, filters)
        allowed = candidate_queries.allowed_documents(connection, filters)
        past = candidate_queries.past_documents(connection, filters)
        cosines = self._dense_candidates(connection, vector, count, allowed, past)
        matches = candidate_queries.lexical_candidates(connection, terms, count, allowed)
        if past:
            matches += candidate_queries.lexical_candidates(connection, terms, count, past, past=True)
        missing = [key for key, _ in matches if key not in cosines]
        return cosines | stored_vectors.exact_cosines(connection, vector, missing), matches

    def count_documents(self, filters: Filters) -> int:
        """How many documents pass the filters."""
        with self._store.reading() as connection:
            self._require_rows(connection, filters)
            allowed = candidate_queries.allowed_documents(connection, filters)
            count = document_rows.count_ready(connection)[0] if allowed is None else len(allowed)
            return count + len(candidate_queries.past_documents(connection, filters))

    def _require_rows(self, connection: sa.Connection, filters: Filters) -> None:
        """Filters read what is known of every version: nothing is left out for what is damaged."""
        if filters:
            self._store.proofs.require(connection, document_rows.version_keys(connection))

    def _dense_candidates(
        self,
        connection: sa.Connection,
        vector: NDArray[np.float32],
        count: int,
        allowed: Mapping[int, str] | None,
        past: Sequence[int],
    ) -> dict[int, float]:
        """The nearest chunks of the allowed documents and of the past ones, with their cosines."""
        document_ids = None if allowed is None else sorted(allowed.values())
        cosines = dict(self._store.vectors.nearest(vector, count, document_ids))
        if not cosines and document_ids != [] and candidate_queries.has_ready_chunks(connection):
            raise StoreError(
                f"the store {self._store.files.path} has lost its vectors: run `qa check --repair`"
            )
        # Chroma chooses; what counts is the vectors that are proven to be what was made.
        cosines |= stored_vectors.exact_cosines(connection, vector, sorted(cosines))
        cosines |= self._exact_candidates(connection, vector, count, allowed)
        cosines |= stored_vectors.nearest_past(connection, vector, count, past)
        return cosines

    def _exact_candidates(
        self,
        connection: sa.Connection,
        vector: NDArray[np.float32],
        count: int,
        allowed: Mapping[int, str] | None,
    ) -> dict[int, float]:
        """The nearest chunks by comparing all, where the store is small.

        Chroma's graph is approximate, and what was replaced and removed makes it more so.
        """
        generation = catalogue_meta.generation(connection)
        with self._reading_exact:  # once for all threads that search
            if self._exact_index is None or self._exact_index[0] != generation:
                self._exact_index = (generation, ExactVectorIndex.read(connection, _EXACT_CHUNKS))
            index = self._exact_index[1]
        return {} if index is None else index.nearest(vector, count, allowed)

    def _read_passages(
        self,
        connection: sa.Connection,
        keys: Sequence[int],
        cosines: Mapping[int, float] = MappingProxyType({}),
        words: Mapping[int, float] = MappingProxyType({}),
    ) -> list[Passage]:
        """The passages, with titles that several documents have told apart."""
        generation = catalogue_meta.generation(connection)
        shared_titles = self._shared_titles  # which another thread may exchange
        if shared_titles is None or shared_titles[0] != generation:
            shared_titles = (generation, document_rows.shared_titles(connection))
            self._shared_titles = shared_titles
        return candidate_queries.read_passages(
            connection, keys, cosines, words, shared_titles[1], self._store.proofs
        )

    def section_passages(self, passage: Passage) -> list[Passage]:
        """All chunks of the passage's section, in reading order; the passage itself if it is gone by now."""
        with self._store.reading() as connection:
            keys = candidate_queries.chunk_keys_of_section(connection, int(passage.chunk_id))
            return self._read_passages(connection, keys) or [passage]

    def document_passages(self, passage: Passage, count: int) -> list[Passage]:
        """The first `count` chunks of the passage's document, in its version and reading order.

        The passage itself if it is gone by now.
        """
        with self._store.reading() as connection:
            keys = candidate_queries.chunk_keys_of_document(connection, int(passage.chunk_id), count)
            return self._read_passages(connection, keys) or [passage]

    def expand_passage(self, passage: Passage, sentences: int) -> Passage:
        """The passage with this many sentences of its section more on either side, as far as there are.

        Its reader scores are gone, unless there are none and it is the same passage.
        """
        with self._store.reading() as connection:
            text, spans = candidate_queries.surrounding_sentences(
                connection,
                int(passage.chunk_id),
                passage.start,
                passage.end,
                sentences,
                self._store.proofs,
            )
        if not spans or (spans[0].start, spans[-1].end) == (passage.start, passage.end):
            return passage
        return replace(
            passage,
            start=spans[0].start,
            end=spans[-1].end,
            text=text,
            sentences=tuple(spans),
            reader_scores=None,
        )

    def document_texts(self, passages: Sequence[Passage], length: int) -> list[str]:
        """The first characters of the document of each passage, in its version; "" where that is gone."""
        with self._store.reading() as connection:
            keys = [int(passage.chunk_id) for passage in passages]
            texts = candidate_queries.document_texts(connection, keys, length, self._store.proofs)
            return [texts.get(key, "") for key in keys]
