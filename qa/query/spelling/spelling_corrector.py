"""Slips of the keyboard: a word of a question that the documents do not know, against one that they do.

Refusing to answer depends on what is asked for, so a word is replaced only if it surely is a slip: it is in
no document, it is no English word, and one word of the documents stands out as the one that was meant, or
stands beside its neighbour there as well. Names need more likeness than other words: "Johansen" may well be
another person than "Johnson". What is likely a slip, and not surely, is only suggested.
"""

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from qa.query.spelling.edit_distance import TWO_EDITS_FROM, Edit, SimilarWords, classify_edit, fold_word
from qa.query.spelling.english_words import MIN_LETTERS, EnglishWords, load_english_words, stemmer
from qa.query.spelling.spellings import Spelling, read_spellings
from qa.text.terms import ASKING_WORDS, CONNECTING_WORDS, FUNCTION_WORDS

__all__ = ["SpellingCorrector", "WordSource"]

# The fewest letters of a typed word, by edit; None: never.
_Limits = tuple[int | None, int | None, int | None, int | None, int | None]
_WORD_LIMITS: _Limits = (5, 6, 6, 7, 9)
_NAME_LIMITS: _Limits = (5, 7, 8, None, 10)
# Beside the same neighbour as in the documents, and for what is only suggested.
_CONFIRMED_LIMITS: _Limits = (4, 5, 5, 6, 8)
_SUGGESTED_LIMITS: _Limits = (4, 5, 5, 6, 8)
_SUGGESTED_NAME_LIMITS: _Limits = (5, 5, 7, None, 9)
_MIN_UNSEEN_LETTERS = 6  # of a word that no document holds, two of whose letters changed places

# Letters only, perhaps with 's; not part of an address, a file name, an abbreviation or a word with digits.
_WORD = re.compile(r"(?<![\w.@/\\’'])([^\W\d_]+)(?:['’][sS])?(?![\w@/\\]|[.’'][\w])")
# Of two equally near words one must be in this many times as many passages.
_MIN_FREQUENCY_RATIO = 8
_MAX_PASSAGES = 10  # that are read for a stem's spellings
_MAX_CANDIDATES = 12  # nearest stems whose spellings are looked up
# More strange words than this that are also most of the question: another language, or another subject.
_MAX_SLIPS = 3
_SMALL_WORDS = FUNCTION_WORDS | ASKING_WORDS | CONNECTING_WORDS
_QUESTION_WORDS = ("what", "when", "where", "which", "whose")
# Two of these and their neighbours are not one word cut in two: "break down" is no "breakdown".
_NEVER_COMPOUND = _SMALL_WORDS | set(
    """along around away back even ever every forth get less made make must never new non old per pre set
    shall time two upon well""".split()
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
    similar_stems: SimilarWords
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
        self._english = None if words is None else EnglishWords.of(words)
        self._cached: _Vocabulary | None = None
        self._lock = threading.Lock()

    def correct(self, question: str) -> str:
        """The question with its slips mended; the very same string if there are none.

        The first call with a strange word after the documents have changed goes through their vocabulary
        (0.5 s at 100,000 passages).

        Raises:
            StoreError: The store can't be read.
            ModelError: The tokenizer's package is missing.
        """
        return self._mend(question, is_sure=True)

    def suggest(self, question: str) -> str | None:
        """The question with what is likely a slip mended as well; None where there is nothing more to mend.

        For a question that was corrected and has no answer: a user is to decide.

        Raises:
            StoreError: The store can't be read.
            ModelError: The tokenizer's package is missing.
        """
        suggested = self._mend(question, is_sure=False)
        return None if suggested == question else suggested

    def _mend(self, question: str, *, is_sure: bool) -> str:
        # What has an accent was typed with care, or is not English.
        matches = [
            match for match in _WORD.finditer(question) if match[1].isascii() and not _is_acronym(match[1])
        ]
        mended = self._join_words(question, matches)
        rest = [
            match for match in matches if not any(start <= match.start() < end for start, end, _ in mended)
        ]
        unknown = self._find_unknown([match[1] for match in rest])
        if unknown:
            found = self._correct_words(question, rest, unknown, is_sure=is_sure)
            is_strange = len(unknown) > _MAX_SLIPS and 2 * len(unknown) > len(matches)
            if not is_strange or {match[1] for match, _ in found} == unknown:
                mended += [(match.start(1), match.end(1), corrected) for match, corrected in found]
        for start, end, corrected in sorted(mended, reverse=True):
            question = question[:start] + corrected + question[end:]
        return question

    def _correct_words(
        self, question: str, words: Sequence[re.Match[str]], unknown: set[str], *, is_sure: bool
    ) -> list[tuple[re.Match[str], str]]:
        """The unknown words that can be mended, each with what was meant."""
        vocabulary = self._vocabulary()
        texts = {match.start(): match[1] for match in words}
        found: dict[int, str] = {}
        for match in words:
            if match[1] in unknown:
                corrected = self._correct_word(vocabulary, match[1], is_sure=is_sure)
                if corrected != match[1]:
                    found[match.start()] = texts[match.start()] = corrected
        for before, match, after in zip([None, *words], words, [*words[1:], None], strict=False):
            if match[1] in unknown and match.start() not in found:
                left = before and question[before.end() : match.start()] == " " and texts[before.start()]
                right = after and question[match.end() : after.start()] == " " and texts[after.start()]
                confirmed = self._confirm(vocabulary, match[1], left or "", right or "")
                if confirmed is not None:
                    found[match.start()] = texts[match.start()] = confirmed
        return [(match, found[match.start()]) for match in words if match.start() in found]

    def _find_unknown(self, words: Sequence[str]) -> set[str]:
        """Words that are neither English nor in a document."""
        english = self._english or load_english_words()
        unknown = {
            word for word in words if len(word) >= MIN_LETTERS and fold_word(word) not in english.words
        }
        unknown -= self._store.phrases_present(sorted(unknown)) if unknown else set()
        stems = stemmer().of(sorted(unknown))
        return {
            word
            for word, stem in zip(sorted(unknown), stems, strict=True)
            if stem not in english.known_stems and not english.derives(fold_word(word))
        }

    def _vocabulary(self) -> _Vocabulary:
        with self._lock:
            if self._cached is None or self._cached.generation != self._store.generation():
                generation, counts = self._store.vocabulary()
                similar_stems = SimilarWords(stem for stem in counts if len(stem) >= 3 and stem.isalpha())
                self._cached = _Vocabulary(generation, counts, similar_stems)
            return self._cached

    # One word ---------------------------------------------------------------------------------------

    def _correct_word(self, vocabulary: _Vocabulary, typed: str, *, is_sure: bool) -> str:
        """The word of the documents that was meant, or what was typed."""
        if small := _find_small_word(typed):
            return small
        candidates = sorted(
            self._candidates(vocabulary, fold_word(typed)),
            key=lambda candidate: (candidate.cost, -candidate.passages),
        )
        if not candidates:
            return self._split_word(typed)
        best = candidates[0]
        rivals = [rival for rival in candidates[1:] if rival.cost == best.cost]
        if not is_sure:
            rivals = [rival for rival in rivals if rival.passages]
        for rival in rivals:
            if rival.passages == 0 or best.passages < _MIN_FREQUENCY_RATIO * rival.passages:
                return typed
        is_reordered = sorted(fold_word(typed)) == sorted(fold_word(best.spelling.text))
        if best.passages == 0 and not (
            is_reordered and typed.islower() and len(typed) >= _MIN_UNSEEN_LETTERS
        ):
            return typed
        limits = (
            (_NAME_LIMITS if best.spelling.is_name else _WORD_LIMITS)
            if is_sure
            else (_SUGGESTED_NAME_LIMITS if best.spelling.is_name else _SUGGESTED_LIMITS)
        )
        min_letters = limits[best.edit]
        if min_letters is None or len(typed) < min_letters:
            return typed
        return best.spelling.match_case(typed)

    def _confirm(self, vocabulary: _Vocabulary, typed: str, left: str, right: str) -> str | None:
        """The one word that stands beside a neighbour in the documents too: "softwood lumbr"."""
        candidates = [
            candidate
            for candidate in self._candidates(vocabulary, fold_word(typed))
            if candidate.passages
            and not candidate.spelling.is_name
            and len(typed) >= (_CONFIRMED_LIMITS[candidate.edit] or 0)
        ]
        phrases = {
            phrase: candidate
            for candidate in candidates
            for neighbor, phrase in (
                (left, f"{left} {candidate.spelling.text}"),
                (right, f"{candidate.spelling.text} {right}"),
            )
            if neighbor and fold_word(neighbor) not in _SMALL_WORDS
        }
        present = self._store.phrases_present(sorted(phrases)) if phrases else set()
        words = {phrases[phrase].spelling.match_case(typed) for phrase in present}
        return words.pop() if len(words) == 1 else None

    def _candidates(self, vocabulary: _Vocabulary, typed: str) -> Iterator[_Candidate]:
        """The nearest spelling of every stem in reach, and English words in reach that no document holds."""
        english = self._english or load_english_words()
        edits = 2 if len(typed) >= TWO_EDITS_FROM else 1
        stems = vocabulary.similar_stems.find(stemmer().of([typed])[0] or typed, edits)
        words = defaultdict(list)
        for word, distance in english.similar_words.find(typed, edits).items():
            stem = english.stems[word]
            words[stem].append(word)
            if stem in vocabulary.counts:
                stems[stem] = min(distance, stems.get(stem, distance))
            elif (edit := classify_edit(typed, word)) is not None:
                yield _Candidate(edit=edit, passages=0, spelling=Spelling(text=word, is_name=False, count=0))
        nearest = sorted(stems, key=lambda stem: (stems[stem], -vocabulary.counts[stem], stem))
        for stem in nearest[:_MAX_CANDIDATES]:
            spellings = self._spellings(vocabulary, stem)
            edits_by_word = {word: classify_edit(typed, word) for word in [*spellings, *words[stem]]}
            possible_edits = [edit for word in spellings if (edit := edits_by_word[word]) is not None]
            if not possible_edits:
                continue
            # Where documents write it nearly so, another form may be nearer: "sesssions" is no "session".
            if not any(spelling.is_name for spelling in spellings.values()):
                unseen = {word: Spelling(text=word, is_name=False, count=0) for word in words[stem]}
                spellings = unseen | spellings
            best = min(
                (edit, word[-1] != typed[-1], -spellings[word].count, word)
                for word in spellings
                if (edit := edits_by_word[word]) is not None
            )
            yield _Candidate(
                edit=min(possible_edits), passages=vocabulary.counts[stem], spelling=spellings[best[-1]]
            )

    def _spellings(self, vocabulary: _Vocabulary, stem: str) -> dict[str, Spelling]:
        if stem not in vocabulary.spellings:
            texts = self._store.texts_with_stem(stem, count=_MAX_PASSAGES)
            vocabulary.spellings[stem] = read_spellings(texts, stem)
        return vocabulary.spellings[stem]

    # Two words --------------------------------------------------------------------------------------

    def _join_words(self, question: str, words: Sequence[re.Match[str]]) -> list[tuple[int, int, str]]:
        """Neighbours that documents write as one word and never as two: (start, end, word)."""
        phrases = {
            (first, second): (first[1] + second[1], f"{first[1]} {second[1]}")
            for first, second in pairwise(words)
            if question[first.end() : second.start()] == " "
            and first.end() == first.end(1)
            and min(len(first[1]), len(second[1])) >= 3
            and not _NEVER_COMPOUND & {fold_word(first[1]), fold_word(second[1])}
        }
        if not phrases:
            return []
        present = self._store.phrases_present([phrase for pair in phrases.values() for phrase in pair])
        corrections: list[tuple[int, int, str]] = []
        for (first, second), (joined, separate) in phrases.items():
            if (
                joined in present
                and separate not in present
                and (not corrections or corrections[-1][1] <= first.start())
            ):
                stem = stemmer().of([joined])[0]
                texts = self._store.texts_with_stem(stem, count=_MAX_PASSAGES)
                spelling = read_spellings(texts, stem).get(fold_word(joined))
                if spelling is not None:
                    corrections.append((first.start(1), second.end(1), spelling.match_case(joined)))
        return corrections

    def _split_word(self, typed: str) -> str:
        """Two words written as one, if documents have them side by side; else what was typed."""
        english = self._english or load_english_words()
        cuts = [f"{typed[:place]} {typed[place:]}" for place in range(4, len(typed) - 3)]
        cuts = [cut for cut in cuts if all(fold_word(word) in english.words for word in cut.split())]
        present = self._store.phrases_present(cuts) if cuts else set()
        return present.pop() if len(present) == 1 else typed


def _find_small_word(typed: str) -> str | None:
    """The small word that was typed in another order ("waht"), or the question word that lacks a letter."""
    folded = fold_word(typed)
    near = [
        word
        for word in sorted(_SMALL_WORDS)
        if len(word) >= MIN_LETTERS
        and (
            (sorted(word) == sorted(folded) and classify_edit(folded, word) is Edit.SWAPPED_OR_DOUBLED)
            or (word in _QUESTION_WORDS and classify_edit(folded, word) is Edit.EXTRA_OR_MISSING)
        )
    ]
    if len(near) != 1:
        return None
    return near[0].capitalize() if typed[0].isupper() else near[0]


def _is_acronym(word: str) -> bool:
    return word.isupper() or not (word.islower() or word.istitle())
