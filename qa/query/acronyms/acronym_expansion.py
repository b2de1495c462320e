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
from qa.query.acronyms.name_matching import LONGEST, Word, in_capitals, key_of, windows, words_of
from qa.query.spelling import english

__all__ = ["AcronymExpander", "TextSource"]

_PASSAGES = 50  # that are read for an acronym
_UNSAID_FROM = 4  # letters


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
class _Known:
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
        self._known: _Known | None = None
        self._lock = threading.Lock()

    def expansions(self, question: str) -> tuple[str, ...]:
        """Acronyms of the question's long names, in the order of these; none that the question holds.

        At most 50 passages are read for each acronym, once for each state of the store.

        Raises:
            StoreError: The store can't be read.
            ModelError: The tokenizer's package is missing.
        """
        known = self._current()
        found = sorted(self._shortened(question, known), key=lambda one: one[0])
        there = question.casefold()
        return tuple(dict.fromkeys(acronym for _, acronym in found if acronym.casefold() not in there))

    def _current(self) -> _Known:
        generation = self._store.generation()
        with self._lock:
            if self._known is None or self._known.generation != generation:
                self._known = _Known(generation)
            return self._known

    def _meaning(self, known: _Known, acronym: str) -> Meaning:
        if acronym not in known.meanings:
            known.meanings[acronym] = read_meaning(
                acronym, self._store.texts_with_phrase(acronym, count=_PASSAGES)
            )
        return known.meanings[acronym]

    def _strange(self, word: str) -> bool:
        return word not in (self._words if self._words is not None else english().words)

    def _shortened(self, question: str, known: _Known) -> list[tuple[int, str]]:
        """Acronyms whose long names the question spells out, with the places of these."""
        words = words_of(question)
        runs: dict[tuple[int, int], list[str]] = {}
        for first, last in windows(question, words):
            # In lower case "for each other" may be anything: there the initials must be no English word.
            named = in_capitals(words[first:last])
            for short in _initials(words[first:last]):
                if 3 <= len(short) <= LONGEST and (named or self._strange(short)):
                    runs.setdefault((first, last), []).append(short)
        held = (
            self._store.phrases_present(sorted({short for one in runs.values() for short in one}))
            if runs
            else set()
        )
        found = []
        for (first, last), shorts in runs.items():
            for number, short in enumerate(shorts):
                if short not in held:
                    continue
                meaning = self._meaning(known, short.upper())
                said = key_of(words[first:last]) in meaning.keys
                # Where documents do not say what it stands for, a name in capitals is enough; not of three
                # letters, however: a "United States Senate" would be the "USS Atlanta".
                alone = number == 0 and len(short) >= _UNSAID_FROM and not meaning.keys
                named = alone and _is_whole_name(words, first, last)
                if meaning.written and (said or named):
                    found.append((words[first].start, short.upper()))
        return found


def _initials(words: Sequence[Word]) -> list[str]:
    """The acronyms that words may have: of all but small ones, then those without an inner one of many."""
    full = [word.initials[0] for word in words if not word.small]
    without = [full[:number] + full[number + 1 :] for number in range(1, len(full) - 1)]
    return list(dict.fromkeys("".join(one) for one in [full, *(without if len(full) > 5 else [])]))


def _is_whole_name(words: Sequence[Word], first: int, last: int) -> bool:
    """Whether a run of capitals is complete: it neither goes on nor began before, but for "U.S."."""
    name = words[first:last]
    if not in_capitals(name) or (last < len(words) and words[last].capital):
        return False
    # The first word of a question has a capital anyway.
    if first == 0:
        return len(name) > 3
    before = words[first - 1]
    return first == 1 or not before.capital or before.text.isupper()
