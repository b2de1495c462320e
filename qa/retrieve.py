"""Question to passages: words and vectors, fused, read closely, ranked.

`Retriever` is the step; `PassageRetriever` is the same as a LangChain retriever.
"""

import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from numpy.typing import NDArray

from qa.embed import Embedder
from qa.reader import Reader
from qa.schema import Filters, Passage
from qa.store import Store

__all__ = ["PassageRetriever", "Retrieval", "Retriever", "query_terms", "squash"]

# English words that say nothing about what a question is about. Question words are among them.
_STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before being
    below between both but by can could did do does doing down during each few for from further give had has
    have having he her here hers him his how i if in into is it its itself just let many me more most much my
    no nor not now of off on once only or other our ours out over own please same she should so some such tell
    than that the their theirs them then there these they this those through to too under until up us very was
    we were what when where which while who whom whose why will with would you your""".split()
)
_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*", re.UNICODE)

# Weight of cosine against words (BM25 over the best one's) before reading, and of the reader after it.
_COSINE_WEIGHT = 0.7
_READER_WEIGHT = 0.02
# How many of the best passages are read again, with how many more sentences on either side.
_CONTEXTS, _CONTEXT_SENTENCES = 5, 2
_SECTION_PASSAGES = 6  # windows of a section that are read when its heading answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """Passages, best first, all of them read, and how long finding and reading took (milliseconds).

    `contexts` are the best of them in the same order, widened by the sentences around them and read again:
    "This measure aimed to ..." answers only beside the sentence that names the measure.
    """

    passages: tuple[Passage, ...]
    contexts: tuple[Passage, ...]
    retrieve_ms: float
    read_ms: float


def query_terms(question: str) -> list[str]:
    """The words to look for, in order, once each; empty if there are only stop words.

    Words joined by hyphens count separately. Terms keep inner dots ("U.S", "1.5"), which the word index
    reads as a phrase. An acronym is looked for with and without dots ("US" and "U.S").
    """
    terms: list[str] = []
    shouted = question.isupper()
    for word in _WORD.findall(question):
        acronym = word.replace(".", "")
        if 2 <= len(acronym) <= 5 and acronym.isalpha() and acronym.isupper() and not shouted:
            terms += [acronym.casefold(), ".".join(acronym).casefold()]
        elif word.casefold() not in _STOP_WORDS:
            terms.append(word.casefold())
    return list(dict.fromkeys(terms))


def fuse(passage: Passage) -> float:
    """The score before reading, 0..1: a blend of cosine and words.

    Measured against reciprocal rank fusion of the same two on 1,500 SQuAD questions: the passage comes first
    for 81.7 % of them, not 75.1 %. A cosine's share of 0.7 instead of 0.6 gains 3 points on `corpus/`.
    """
    return _COSINE_WEIGHT * passage.cosine + (1 - _COSINE_WEIGHT) * passage.words


def _read_score(passage: Passage) -> float:
    """The score after reading. Logits are squashed, so that reading corrects the blend, not replaces it."""
    evidence = passage.evidence
    if evidence is None:
        return fuse(passage)
    best = max(evidence.sentences)
    if evidence.heading is not None:
        best = max(best, evidence.heading)
    return fuse(passage) + _READER_WEIGHT * (squash(best) + squash(evidence.answers))


def squash(logit: float) -> float:
    """A logit between -8 and 8: beyond that the reader is only sure of itself."""
    return 8 * math.tanh(logit / 8)


class Retriever:
    """Finds and reads passages; thread-safe.

    Args:
        store: Where to look.
        embedder: The model that made the store's vectors.
        reader: Reads the candidates.
        read_k: How many candidates are read.
    """

    def __init__(self, store: Store, embedder: Embedder, reader: Reader, *, read_k: int) -> None:
        self._store, self._embedder, self._reader, self._read_k = store, embedder, reader, read_k

    def search(self, question: str, *, filters: Filters | None = None, contexts: bool = True) -> Retrieval:
        """The passages that may answer, best first, at most `read_k`; empty if no document passes.

        `contexts` False saves the second reading where no answer is wanted.
        """
        began = time.perf_counter()
        vector = self._embedder.embed([question])[0]
        found = self._store.search(
            vector, query_terms(question), count=2 * self._read_k, filters=filters or Filters()
        )
        candidates = sorted(found, key=lambda one: (-fuse(one), int(one.chunk_id)))[: self._read_k]
        found_at = time.perf_counter()
        ranked = sorted(
            (replace(passage, score=_read_score(passage)) for passage in self._read(question, candidates)),
            key=lambda one: (-one.score, int(one.chunk_id)),
        )
        widened = [
            self._store.widened(passage, _CONTEXT_SENTENCES) for passage in ranked[: _CONTEXTS * contexts]
        ]
        closely = self._compared(vector, self._read(question, widened))
        return Retrieval(
            passages=tuple(ranked),
            contexts=tuple(closely),
            retrieve_ms=1000 * (found_at - began),
            read_ms=1000 * (time.perf_counter() - found_at),
        )

    def section(self, question: str, passage: Passage) -> list[Passage]:
        """The passages of the section that a passage lies in, in reading order, read."""
        return self._read(question, self._store.section(passage)[:_SECTION_PASSAGES])

    def _compared(self, vector: NDArray[np.float32], passages: Sequence[Passage]) -> list[Passage]:
        """The passages with their sentences' cosines."""
        texts = [passage.slice(sentence) for passage in passages for sentence in passage.sentences]
        cosines = iter((self._embedder.embed(texts) @ vector).tolist())
        return [
            replace(passage, sentence_cosines=tuple(next(cosines) for _ in passage.sentences))
            for passage in passages
        ]

    def _read(self, question: str, passages: Sequence[Passage]) -> list[Passage]:
        evidence = self._reader.read(question, passages)
        return [replace(passage, evidence=one) for passage, one in zip(passages, evidence, strict=True)]


class PassageRetriever(BaseRetriever):
    """LangChain's view: documents whose metadata hold ids, offsets, heading, title and score."""

    search: Callable[[str], Sequence[Passage]]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [_langchain_document(passage) for passage in self.search(query)]


def _langchain_document(passage: Passage) -> LangChainDocument:
    metadata: dict[str, Any] = {
        "id": passage.chunk_id,
        "document": passage.document_id,
        "start": passage.start,
        "end": passage.end,
        "heading": passage.heading,
        "title": passage.title,
        "source": passage.source,
        "published": passage.published.isoformat() if passage.published else None,
        "page": passage.page,
        "score": passage.score,
    }
    return LangChainDocument(id=passage.chunk_id, page_content=passage.text, metadata=metadata)
