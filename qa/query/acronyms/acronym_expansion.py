"""The acronyms of long names that a question spells out, as the documents themselves say it.

Nothing is known beforehand: the "Comprehensive Economic and Trade Agreement" is "CETA" because a passage that
holds the one says so, in one of the ways in which texts do. An acronym is not looked for by its long name:
the few passages that spell it out would come before those that answer.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from qa.query.acronyms.acronym_definitions import Meaning, read_meaning
from qa.query.acronyms.name_matching import (
    MAX_ACRONYM_LETTERS,
    Word,
    is_title_case,
    name_key,
    name_spans,
    split_words,
)
from qa.query.spelling import load_english_words

__all__ = ["AcronymExpander", "TextSource"]

_MAX_PASSAGES = 50  # that are read for an acronym
_MIN_UNDEFINED_LETTERS = 4  # of an acronym that no document defines


class TextSource(Protocol):
    """What is asked of a store; see `qa.store.Store`."""

    def generation(self) -> int:
        """A number that moves with every change of the documents."""
        ...

    def phrases_present(self, phrases: Sequence[str]) -> set[str]:
        """Those of the words or phrases that are in some passage."""
        ...

    def texts_with_phrase(self, phrase: str, *, count: int) -> list[str]:
        """Up to `count` passages that hold the phrase."""
        ...


@dataclass(frozen=True, slots=True)
class _CachedMeanings:
    generation: int
    meanings: dict[str, Meaning] = field(default_factory=dict)


class AcronymExpander:
    """Finds the acronyms of what a question calls by its long name; thread-safe.

    Args:
        store: Whose documents say what an acronym stands for.
        words: English words in lower case, which are no acronyms; those of the tokenizer if None.
    """

    def __init__(self, store: TextSource, words: Iterable[str] | None = None) -> None:
        self._store = store
        self._words = None if words is None else frozenset(words)
        self._cached: _CachedMeanings | None = None
        self._lock = threading.Lock()

    def expansions(self, question: str) -> tuple[str, ...]:
        """Acronyms of the question's long names, in the order of these; none that the question holds.

        At most 50 passages are read for each acronym, once for each state of the store.

        Raises:
            StoreError: The store can't be read.
            ModelError: The tokenizer's package is missing.
        """
        cached = self._current_meanings()
        located = sorted(self._find_acronyms(question, cached), key=lambda item: item[0])
        lowered = question.casefold()
        return tuple(dict.fromkeys(acronym for _, acronym in located if acronym.casefold() not in lowered))

    def _current_meanings(self) -> _CachedMeanings:
        generation = self._store.generation()
        with self._lock:
            if self._cached is None or self._cached.generation != generation:
                self._cached = _CachedMeanings(generation)
            return self._cached

    def _read_meaning(self, cached: _CachedMeanings, acronym: str) -> Meaning:
        if acronym not in cached.meanings:
            cached.meanings[acronym] = read_meaning(
                acronym, self._store.texts_with_phrase(acronym, count=_MAX_PASSAGES)
            )
        return cached.meanings[acronym]

    def _is_unknown(self, word: str) -> bool:
        return word not in (self._words if self._words is not None else load_english_words().words)

    def _find_acronyms(self, question: str, cached: _CachedMeanings) -> list[tuple[int, str]]:
        """Acronyms whose long names the question spells out, with the places of these."""
        words = split_words(question)
        candidates: dict[tuple[int, int], list[str]] = {}
        for first, last in name_spans(question, words):
            # In lower case "for each other" may be anything: there the initials must be no English word.
            is_name = is_title_case(words[first:last])
            for acronym in _initials(words[first:last]):
                if 3 <= len(acronym) <= MAX_ACRONYM_LETTERS and (is_name or self._is_unknown(acronym)):
                    candidates.setdefault((first, last), []).append(acronym)
        present = (
            self._store.phrases_present(
                sorted({acronym for acronyms in candidates.values() for acronym in acronyms})
            )
            if candidates
            else set()
        )
        located = []
        for (first, last), acronyms in candidates.items():
            for number, acronym in enumerate(acronyms):
                if acronym not in present:
                    continue
                meaning = self._read_meaning(cached, acronym.upper())
                is_defined = name_key(words[first:last]) in meaning.name_keys
                # Where documents do not say what it stands for, a name in capitals is enough; not of three
                # letters, however: a "United States Senate" would be the "USS Atlanta".
                is_undefined = (
                    number == 0 and len(acronym) >= _MIN_UNDEFINED_LETTERS and not meaning.name_keys
                )
                is_name = is_undefined and _is_whole_name(words, first, last)
                if meaning.is_attested and (is_defined or is_name):
                    located.append((words[first].start, acronym.upper()))
        return located


def _initials(words: Sequence[Word]) -> list[str]:
    """The acronyms that words may have: of all but small ones, then those without an inner one of many."""
    initials = [word.initials[0] for word in words if not word.is_function_word]
    shortened = [initials[:number] + initials[number + 1 :] for number in range(1, len(initials) - 1)]
    return list(
        dict.fromkeys("".join(letters) for letters in [initials, *(shortened if len(initials) > 5 else [])])
    )


def _is_whole_name(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether a run of capitals is complete: it neither goes on nor began before, but for "U.S."."""
    name = words[first:last]
    if not is_title_case(name) or (last < len(words) and words[last].is_capitalized):
        return False
    # The first word of a question has a capital anyway.
    if first == 0:
        return len(name) > 3
    previous = words[first - 1]
    return first == 1 or not previous.is_capitalized or previous.text.isupper()
