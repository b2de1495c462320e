"""Slips of the keyboard: a word of a question that the documents do not know, against one that they do.

Refusing to answer depends on what is asked for, so a word is replaced only if it surely is a slip: it is in
no document, it is no English word, and one word of the documents stands out as the one that was meant. Names
need more likeness than other words: "Johansen" may well be another person than "Johnson".
"""

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from qa.query.spelling.edit_distance import TWO_EDITS_FROM, Edit, SimilarWords, edit_between, folded
from qa.query.spelling.english_words import MIN_LETTERS, English, english, stemmer
from qa.query.spelling.spellings import Spelling, read_spellings
from qa.text.terms import ASKING_WORDS, CONNECTING_WORDS, FUNCTION_WORDS

__all__ = ["SpellingCorrector", "WordSource"]

# The fewest letters of a typed word, by edit; None: never.
_Limits = tuple[int | None, int | None, int | None, int | None, int | None]
_OF_WORDS: _Limits = (5, 6, 6, 7, 9)
_OF_NAMES: _Limits = (5, 7, 8, None, 10)

# Letters only, perhaps with 's; not part of an address, a file name, an abbreviation or a word with digits.
_WORD = re.compile(r"(?<![\w.@/\\’'])([^\W\d_]+)(?:['’][sS])?(?![\w@/\\]|[.’'][\w])")
# Of two equally near words one must be in this many times as many passages.
_CLEARLY_MORE = 8
_PASSAGES = 10  # that are read for a stem's spellings
_CANDIDATES = 12  # nearest stems whose spellings are looked up
# More strange words than this that are also most of the question: another language, or another subject.
_MOST_SLIPS = 3
# Two of these and their neighbours are not one word cut in two: "break down" is no "breakdown".
_LOOSE = (
    FUNCTION_WORDS
    | ASKING_WORDS
    | CONNECTING_WORDS
    | set(
        """along around away back even ever every forth get less made make must never new non old per pre set
    shall time two upon well""".split()
    )
)


class WordSource(Protocol):
    """What is asked of a store; see `qa.store.Store`."""

    def generation(self) -> int:
        """A number that moves with every change of the documents."""
        ...

    def vocabulary(self) -> tuple[int, dict[str, int]]:
        """The generation, and every stem with the number of passages that hold it."""
        ...

    def phrases_present(self, phrases: Sequence[str]) -> set[str]:
        """Those of the words or phrases that are in some passage."""
        ...

    def texts_with_phrase(self, phrase: str, *, count: int) -> list[str]:
        """Up to `count` passages that hold the phrase."""
        ...

    def texts_with_stem(self, stem: str, *, count: int) -> list[str]:
        """Up to `count` passages that hold the stem."""
        ...


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The stems of one generation of the store."""

    generation: int
    counts: dict[str, int]
    near: SimilarWords
    spellings: dict[str, dict[str, Spelling]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    edit: Edit
    passages: int  # 0: an English word that no document holds
    spelling: Spelling

    @property
    def cost(self) -> int:
        return (0, 1, 1, 1, 2)[self.edit]


class SpellingCorrector:
    """Corrects what surely is a slip; thread-safe.

    Args:
        store: Whose words are right.
        words: English words, none of which is a slip; those of the tokenizer if None.
    """

    def __init__(self, store: WordSource, words: Iterable[str] | None = None) -> None:
        self._store = store
        self._english = None if words is None else English.of(words)
        self._known: _Vocabulary | None = None
        self._lock = threading.Lock()

    def correct(self, question: str) -> str:
        """The question with its slips mended; the very same string if there are none.

        The first call with a strange word after the documents have changed goes through their vocabulary
        (0.5 s at 100,000 passages).

        Raises:
            StoreError: The store can't be read.
            ModelError: The tokenizer's package is missing.
        """
        # What has an accent was typed with care, or is not English.
        words = [
            found for found in _WORD.finditer(question) if found[1].isascii() and not _is_acronym(found[1])
        ]
        joined = self._joined(question, words)
        rest = [found for found in words if not any(start <= found.start() < end for start, end, _ in joined)]
        strange = self._strange([found[1] for found in rest])
        mended = list(joined)
        if strange and (len(strange) <= _MOST_SLIPS or 2 * len(strange) <= len(words)):
            vocabulary = self._vocabulary()
            for found in rest:
                if found[1] in strange:
                    mended.append((found.start(1), found.end(1), self._meant(vocabulary, found[1])))
        for start, end, meant in sorted(mended, reverse=True):
            question = question[:start] + meant + question[end:]
        return question

    def _strange(self, words: Sequence[str]) -> set[str]:
        """Words that are neither English nor in a document."""
        known = self._english or english()
        unknown = {word for word in words if len(word) >= MIN_LETTERS and folded(word) not in known.words}
        unknown -= self._store.phrases_present(sorted(unknown)) if unknown else set()
        stems = stemmer().of(sorted(unknown))
        return {
            word for word, stem in zip(sorted(unknown), stems, strict=True) if stem not in known.known_stems
        }

    def _vocabulary(self) -> _Vocabulary:
        with self._lock:
            if self._known is None or self._known.generation != self._store.generation():
                generation, counts = self._store.vocabulary()
                near = SimilarWords(stem for stem in counts if len(stem) >= 3 and stem.isalpha())
                self._known = _Vocabulary(generation, counts, near)
            return self._known

    # One word ---------------------------------------------------------------------------------------

    def _meant(self, vocabulary: _Vocabulary, typed: str) -> str:
        """The word of the documents that was meant, or what was typed."""
        found = sorted(self._candidates(vocabulary, folded(typed)), key=lambda one: (one.cost, -one.passages))
        if not found:
            return self._split(typed)
        best = found[0]
        for rival in found[1:]:
            unclear = rival.passages == 0 or best.passages < _CLEARLY_MORE * rival.passages
            if rival.cost == best.cost and unclear:
                return typed
        if best.passages == 0:
            return typed
        limits = _OF_NAMES if best.spelling.name else _OF_WORDS
        fewest = limits[best.edit]
        if fewest is None or len(typed) < fewest:
            return typed
        return best.spelling.in_case_of(typed)

    def _candidates(self, vocabulary: _Vocabulary, typed: str) -> Iterator[_Candidate]:
        """The nearest spelling of every stem in reach, and English words in reach that no document holds."""
        known = self._english or english()
        edits = 2 if len(typed) >= TWO_EDITS_FROM else 1
        stems = vocabulary.near.find(stemmer().of([typed])[0] or typed, edits)
        words = defaultdict(list)
        for word, distance in known.near.find(typed, edits).items():
            stem = known.stems[word]
            words[stem].append(word)
            if stem in vocabulary.counts:
                stems[stem] = min(distance, stems.get(stem, distance))
            elif (edit := edit_between(typed, word)) is not None:
                yield _Candidate(edit=edit, passages=0, spelling=Spelling(text=word, name=False, count=0))
        nearest = sorted(stems, key=lambda stem: (stems[stem], -vocabulary.counts[stem], stem))
        for stem in nearest[:_CANDIDATES]:
            spellings = self._spellings(vocabulary, stem)
            edits_to = {word: edit_between(typed, word) for word in [*spellings, *words[stem]]}
            near = [edit for word in spellings if (edit := edits_to[word]) is not None]
            if not near:
                continue
            # Where documents write it nearly so, another form may be nearer: "sesssions" is no "session".
            if not any(spelling.name for spelling in spellings.values()):
                extra = {word: Spelling(text=word, name=False, count=0) for word in words[stem]}
                spellings = extra | spellings
            best = min(
                (edit, word[-1] != typed[-1], -spellings[word].count, word)
                for word in spellings
                if (edit := edits_to[word]) is not None
            )
            yield _Candidate(edit=min(near), passages=vocabulary.counts[stem], spelling=spellings[best[-1]])

    def _spellings(self, vocabulary: _Vocabulary, stem: str) -> dict[str, Spelling]:
        if stem not in vocabulary.spellings:
            texts = self._store.texts_with_stem(stem, count=_PASSAGES)
            vocabulary.spellings[stem] = read_spellings(texts, stem)
        return vocabulary.spellings[stem]

    # Two words --------------------------------------------------------------------------------------

    def _joined(self, question: str, words: Sequence[re.Match[str]]) -> list[tuple[int, int, str]]:
        """Neighbours that documents write as one word and never as two: (start, end, word)."""
        pairs = {
            (left, right): (left[1] + right[1], f"{left[1]} {right[1]}")
            for left, right in pairwise(words)
            if question[left.end() : right.start()] == " "
            and left.end() == left.end(1)
            and min(len(left[1]), len(right[1])) >= 3
            and not _LOOSE & {folded(left[1]), folded(right[1])}
        }
        if not pairs:
            return []
        held = self._store.phrases_present([text for both in pairs.values() for text in both])
        found: list[tuple[int, int, str]] = []
        for (left, right), (joined, apart) in pairs.items():
            if joined in held and apart not in held and (not found or found[-1][1] <= left.start()):
                stem = stemmer().of([joined])[0]
                texts = self._store.texts_with_stem(stem, count=_PASSAGES)
                spelling = read_spellings(texts, stem).get(folded(joined))
                if spelling is not None:
                    found.append((left.start(1), right.end(1), spelling.in_case_of(joined)))
        return found

    def _split(self, typed: str) -> str:
        """Two words written as one, if documents have them side by side; else what was typed."""
        known = self._english or english()
        cuts = [f"{typed[:place]} {typed[place:]}" for place in range(4, len(typed) - 3)]
        cuts = [cut for cut in cuts if all(folded(part) in known.words for part in cut.split())]
        held = self._store.phrases_present(cuts) if cuts else set()
        return held.pop() if len(held) == 1 else typed


def _is_acronym(word: str) -> bool:
    return word.isupper() or not (word.islower() or word.istitle())
