"""How near a typed word is to another, and by what kind of slip."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from enum import IntEnum
from functools import cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

__all__ = ["TWO_EDITS_FROM", "Edit", "SimilarWords", "edit_between", "folded"]

TWO_EDITS_FROM = 8  # letters, from which on two edits still leave most of the word as it was
_REPEATED = re.compile(r"(.)\1+")
# Letters that stand for one another when a word is written as it sounds.
_ALIKE = ("aeiouy", "ckq", "csz", "ct", "dt", "gj", "bp", "fv", "vw", "mn")
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class Edit(IntEnum):
    """How one word becomes the other, likeliest slip first."""

    SWAPPED_OR_DOUBLED = 0  # two neighbours changed places, or a letter is doubled in the wrong place
    MORE_OR_LESS = 1  # a letter too many or too few
    OTHER = 2  # a letter for another that sounds alike
    KEY = 3  # a letter for one beside it on the keyboard
    TWO = 4  # two letters too many or too few, or two of which one is of the first kind


def folded(word: str) -> str:
    """As the word index sees it: lower case, without diacritics."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _undoubled(word: str) -> str:
    return _REPEATED.sub(r"\1", word)


def edit_between(typed: str, word: str) -> Edit | None:
    """How a slip turned the word into what was typed; None if it was none."""
    if typed[0] != word[0] and typed[:2] != word[1::-1]:
        return None
    distance = OSA.distance(typed, word, score_cutoff=2)
    plain = OSA.distance(_undoubled(typed), _undoubled(word), score_cutoff=1)
    if plain == 0 or (distance == 1 and sorted(typed) == sorted(word)):
        return Edit.SWAPPED_OR_DOUBLED
    # "singlet" is no "single" with a slip at its end.
    if typed.startswith(word):
        return None
    if distance == 1:
        if len(typed) != len(word):
            return Edit.MORE_OR_LESS
        left, right = next(pair for pair in zip(typed, word, strict=True) if pair[0] != pair[1])
        if any(left in group and right in group for group in _ALIKE):
            return Edit.OTHER
        return Edit.KEY if right in _beside(left) else None
    # Two letters for two others are too often another word: "informatics" is no "information".
    two = plain == 1 or abs(len(typed) - len(word)) == 2 or sorted(typed) == sorted(word)
    return Edit.TWO if distance == 2 and two and len(typed) >= TWO_EDITS_FROM else None


@cache
def _beside(letter: str) -> str:
    """The keys around a letter, on an English keyboard."""
    for number, row in enumerate(_KEYBOARD):
        if (place := row.find(letter)) >= 0:
            around = row[max(0, place - 1) : place + 2]
            if number:
                around += _KEYBOARD[number - 1][place : place + 2]
            if number + 1 < len(_KEYBOARD):
                around += _KEYBOARD[number + 1][max(0, place - 1) : place + 1]
            return around.replace(letter, "")
    return ""


class SimilarWords:
    """Words by first letter and length, so that few are compared; and by how they are without doubles."""

    def __init__(self, words: Iterable[str]) -> None:
        self._groups: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        self._undoubled: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            self._groups[word[0], len(word)].append(word)
            self._undoubled[_undoubled(word)].append(word)

    def find(self, word: str, edits: int) -> dict[str, int]:
        """Words within that many edits (swaps of neighbours count one), nearest first, with their number.

        The first letter is the same, or has changed places with the second.
        """
        found: dict[str, int] = dict.fromkeys(self._undoubled.get(_undoubled(word), ()), 0)
        for length in range(len(word) - edits, len(word) + edits + 1):
            for first in dict.fromkeys(word[:2]):
                group = self._groups.get((first, length), ())
                for other, distance, _ in extract(
                    word, group, scorer=OSA.distance, processor=None, score_cutoff=edits, limit=None
                ):
                    if first == word[0] or other[:2] == word[1::-1]:
                        found.setdefault(other, int(distance))
        return dict(sorted(found.items(), key=lambda one: (one[1], one[0])))
