"""Question to passages: words and vectors, fused, read closely, ranked.

`Retriever` is the step; as a LangChain retriever it is `qa.assistant.langchain.PassageRetriever`.
"""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.embed import Embedder
from qa.reader import Reader, squash
from qa.schema import Filters, Passage, Sentence
from qa.store import Store
from qa.text.terms import query_terms

__all__ = ["Retrieval", "Retriever", "SentenceVectors"]

# Weight of cosine against words (BM25 over the best one's) before reading, and of the reader after it.
_COSINE_WEIGHT = 0.7
_READER_WEIGHT = 0.02
# Passages are read this many at a time, until the next one could not come first even if the reader gave it
# logits of 4. Measured on 670 questions: the first passage is always the same as when 24 are read, recall at
# 5 is no lower, and 9 to 13 are read where the documents answer, about 20 where they do not.
_ROUND = 8
_HOPE = _READER_WEIGHT * 2 * 4
# How many of the best passages are read again, with how many more sentences on either side.
_CONTEXTS, _CONTEXT_SENTENCES = 5, 2
# One that is further behind the best hardly ever holds a sentence of the answer: 1 of 1,060 refusals changes.
_CONTEXT_LEAD = 0.4
# For summaries: chunks of a document and sentences of a section that are looked at, what is a sentence, and
# what being first and near to the question adds to its cosine with the middle of the document.
_DIGESTED, _DIGESTED_OF_SECTION = 120, 12
_SAYS_SOMETHING = re.compile(r"(?![-*+•–|]\s?)(?!\d{1,3}[.)]\s)(?s:.{40})")
_LEAD_BONUS, _ASKED_WEIGHT = 0.2, 0.3
_SECTION_PASSAGES = 6  # windows of a section that are read when its heading answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval:
    """Passages, best first, and how long finding and reading took (milliseconds).

    The last of them are unread (`evidence` is None) where reading them could not change which is the best.

    `contexts` are the best of them in the same order, widened by the sentences around them and read again:
    "This measure aimed to ..." answers only beside the sentence that names the measure.
    """

    passages: tuple[Passage, ...]
    contexts: tuple[Passage, ...]
    retrieve_ms: float
    read_ms: float


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


def _worth_reading(read: Sequence[Passage], rest: Sequence[Passage]) -> bool:
    """Whether the best unread passage could still come first."""
    return bool(rest) and (not read or fuse(rest[0]) + _HOPE > max(one.score for one in read))


class SentenceVectors:
    """The vectors of sentences, embedded once each while they are among the latest `most`; thread-safe.

    Questions of a conversation, and even more of a bulk run, come back to the same sentences; 20,000 take
    about 35 MB.
    """

    def __init__(self, embedder: Embedder, most: int = 20_000) -> None:
        self._embedder, self._most = embedder, most
        self._known: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `Embedder.embed`."""
        with self._lock:
            found = {text: self._known.pop(text) for text in dict.fromkeys(texts) if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        found |= dict(zip(new, self._embedder.embed(new), strict=True))
        with self._lock:
            self._known |= found  # at the end: the latest used are the last to go
            for text in list(self._known)[: max(0, len(self._known) - self._most)]:
                del self._known[text]
        return np.array([found[text] for text in texts]) if texts else self._embedder.embed(texts)


class Retriever:
    """Finds and reads passages; thread-safe.

    Args:
        store: Where to look.
        embedder: The model that made the store's vectors.
        reader: Reads the candidates.
        read_k: How many candidates are read at most.
        sentences: Where sentences' vectors come from, if some may be known already.
        expand: Gives further phrases to look for by words, such as what an acronym stands for.
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        reader: Reader,
        *,
        read_k: int,
        sentences: SentenceVectors | None = None,
        expand: Callable[[str], Sequence[str]] | None = None,
    ) -> None:
        self._expand = expand or (lambda _question: ())
        self._store, self._embedder, self._reader, self._read_k = store, embedder, reader, read_k
        self._embed_sentences = sentences.of if sentences else embedder.embed

    def search(self, question: str, *, filters: Filters | None = None, contexts: bool = True) -> Retrieval:
        """The passages that may answer, best first, at most `read_k`; empty if no document passes.

        `contexts` False saves the second reading where no answer is wanted.
        """
        return self.search_many([question], filters=filters, contexts=contexts)[0]

    def search_many(
        self, questions: Sequence[str], *, filters: Filters | None = None, contexts: bool = True
    ) -> list[Retrieval]:
        """As `search` for each question, with the models run over all of them together.

        The times of each are its share of the whole.
        """
        began = time.perf_counter()
        vectors = self._embedder.embed(questions)
        candidates = [
            self._candidates(question, vector, filters or Filters())
            for question, vector in zip(questions, vectors, strict=True)
        ]
        found_at = time.perf_counter()
        ranked = self._ranked(questions, candidates)
        closely = self._in_context(questions, vectors, ranked) if contexts else [[] for _ in questions]
        share = 1000 / max(1, len(questions))
        retrieve_ms, read_ms = (found_at - began) * share, (time.perf_counter() - found_at) * share
        return [
            Retrieval(
                passages=tuple(passages), contexts=tuple(around), retrieve_ms=retrieve_ms, read_ms=read_ms
            )
            for passages, around in zip(ranked, closely, strict=True)
        ]

    def _candidates(self, question: str, vector: NDArray[np.float32], filters: Filters) -> list[Passage]:
        terms = [*query_terms(question), *self._expand(question)]
        found = self._store.search(vector, terms, count=2 * self._read_k, filters=filters)
        return sorted(found, key=lambda one: (-fuse(one), int(one.chunk_id)))[: self._read_k]

    def _ranked(
        self, questions: Sequence[str], candidates: Sequence[Sequence[Passage]]
    ) -> list[list[Passage]]:
        """The candidates of each question, which come by their blend, read as far as that can matter."""
        ranked: list[list[Passage]] = [[] for _ in questions]
        rest = [list(found) for found in candidates]
        while turn := [number for number, read in enumerate(ranked) if _worth_reading(read, rest[number])]:
            taken = [(questions[number], rest[number][:_ROUND]) for number in turn]
            for number, read in zip(turn, self._read(taken), strict=True):
                del rest[number][:_ROUND]
                ranked[number] += [replace(one, score=_read_score(one)) for one in read]
        for read, unread in zip(ranked, rest, strict=True):
            read.sort(key=lambda one: (-one.score, int(one.chunk_id)))
            # Unread ones keep their distances to one another, below those that were read.
            below = read[-1].score - fuse(unread[0]) if unread else 0.0
            read += [replace(one, score=below + fuse(one)) for one in unread]
        return ranked

    def _in_context(
        self, questions: Sequence[str], vectors: NDArray[np.float32], ranked: Sequence[Sequence[Passage]]
    ) -> list[list[Passage]]:
        """The best passages of each question, widened, read, with their sentences' cosines."""
        widened = [
            [
                self._store.widened(one, _CONTEXT_SENTENCES)
                for one in passages[:_CONTEXTS]
                if one.score >= passages[0].score - _CONTEXT_LEAD
            ]
            for passages in ranked
        ]
        read = self._read(list(zip(questions, widened, strict=True)))
        # Neighbouring contexts, and questions about the same thing, share sentences.
        texts = {one.slice(span): 0 for passages in read for one in passages for span in one.sentences}
        for row, text in enumerate(texts):
            texts[text] = row
        of_texts = self._embed_sentences(list(texts))
        return [
            [
                replace(
                    one,
                    sentence_cosines=tuple(
                        (of_texts[[texts[one.slice(span)] for span in one.sentences]] @ vector).tolist()
                    ),
                )
                for one in passages
            ]
            for vector, passages in zip(vectors, read, strict=True)
        ]

    def section(self, question: str, passage: Passage, known: Sequence[Passage] = ()) -> list[Passage]:
        """The passages of the section that a passage lies in, in reading order, read.

        Those that are among `known`, read for the same question, are not read again.
        """
        read = {one.chunk_id: one.evidence for one in known}
        found = [
            replace(one, evidence=read.get(one.chunk_id))
            for one in self._store.section(passage)[:_SECTION_PASSAGES]
        ]
        return self._read([(question, found)])[0]

    def digest(self, question: str, document_id: str) -> list[tuple[Passage, Sentence, float]]:
        """How well each sentence stands for its document, in reading order; the higher, the better.

        That is its cosine with the middle of all, and a little of that with the question, more for the first
        sentences of a section. Items of lists and lines too short to say something are left out.
        """
        passages = self._store.passages_of(document_id, _DIGESTED)
        found: list[tuple[Passage, Sentence, float]] = []
        section, place = -1, 0
        for passage in passages:
            if passage.section != section:
                section, place = passage.section, 0
            for sentence in passage.sentences:
                place += 1
                if _SAYS_SOMETHING.match(passage.slice(sentence)) and place <= _DIGESTED_OF_SECTION:
                    found.append((passage, sentence, _LEAD_BONUS / place))
        if not found:
            return []
        vectors = self._embedder.embed([question, *(one.slice(sentence) for one, sentence, _ in found)])
        asked, vectors = vectors[0], vectors[1:]
        middle = vectors.mean(axis=0)
        middle /= max(float(np.linalg.norm(middle)), 1e-9)
        scores = vectors @ (middle + _ASKED_WEIGHT * asked)
        return [(*one[:2], one[2] + float(score)) for one, score in zip(found, scores, strict=True)]

    def _read(self, asked: Sequence[tuple[str, Sequence[Passage]]]) -> list[list[Passage]]:
        """The passages of each question with their evidence; what has been read already is not read again."""
        pairs = [(question, one) for question, found in asked for one in found if one.evidence is None]
        evidence = iter(self._reader.read_pairs(pairs))
        return [
            [one if one.evidence else replace(one, evidence=next(evidence)) for one in found]
            for _, found in asked
        ]
