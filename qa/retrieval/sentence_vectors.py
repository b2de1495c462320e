"""Vectors of sentences, kept for the questions that come back to them."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.models.embedder import Embedder

__all__ = ["SentenceVectors"]


class SentenceVectors:
    """The vectors of sentences, embedded once each while they are among the latest; thread-safe.

    Questions of a conversation, and even more of a bulk run, come back to the same sentences; 20,000 take
    about 35 MB.
    """

    def __init__(self, embedder: Embedder, max_sentences: int = 20_000) -> None:
        self._embedder, self._max_sentences = embedder, max_sentences
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `Embedder.embed`."""
        with self._lock:
            vectors = {
                text: self._vectors.pop(text) for text in dict.fromkeys(texts) if text in self._vectors
            }
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        vectors |= dict(zip(new, self._embedder.embed(new), strict=True))
        with self._lock:
            self._vectors |= vectors  # at the end: the latest used are the last to go
            for text in list(self._vectors)[: max(0, len(self._vectors) - self._max_sentences)]:
                del self._vectors[text]
        return np.array([vectors[text] for text in texts]) if texts else self._embedder.embed(texts)

    def cosines(self, text: str, others: Sequence[str]) -> list[float]:
        """How like a sentence is to others in its sense: -1 to 1, in their order."""
        first, *vectors = self.embed([text, *others])
        return [float(vector @ first) for vector in vectors]
