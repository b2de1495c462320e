"""How near a typed word is to another, and by what kind of slip."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from enum import IntEnum
from functools import cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

__all__ = ["TWO_EDITS_FROM", "Edit", "SimilarWords", "classify_edit", "fold_word"]

TWO_EDITS_FROM = 8  # letters, from which on two edits still leave most of the word as it was
_REPEATED = re.compile(r"(.)\1+")
# Letters that stand for one another when a word is written as it sounds.
_SOUND_GROUPS = ("aeiouy", "ckq", "csz", "ct", "dt", "gj", "bp", "fv", "vw", "mn")
_KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


class Edit(IntEnum):
    """How one word becomes the other, likeliest slip first."""

    SWAPPED_OR_DOUBLED = 0  # two neighbours changed places, or a letter is doubled in the wrong place
    EXTRA_OR_MISSING = 1  # a letter too many or too few
    SIMILAR_SOUND = 2  # a letter for another that sounds alike
    NEIGHBORING_KEY = 3  # a letter for one beside it on the keyboard
    TWO_EDITS = 4  # two letters too many or too few, or two of which one is of the first kind


def fold_word(word: str) -> str:
    """As the word index sees it: lower case, without diacritics."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _remove_doubles(word: str) -> str:
    return _REPEATED.sub(r"\1", word)


def classify_edit(typed: str, word: str) -> Edit | None:
    """How a slip turned the word into what was typed; None if it was none."""
    if typed[0] != word[0] and typed[:2] != word[1::-1]:
        return None
    distance = OSA.distance(typed, word, score_cutoff=2)
    undoubled_distance = OSA.distance(_remove_doubles(typed), _remove_doubles(word), score_cutoff=1)
    if undoubled_distance == 0 or (distance == 1 and sorted(typed) == sorted(word)):
        return Edit.SWAPPED_OR_DOUBLED
    if typed.endswith("ys") and word == f"{typed[:-2]}ies":
        return Edit.EXTRA_OR_MISSING
    # "singlet" is no "single" with a slip at its end.
    if typed.startswith(word):
        return None
    if distance == 1:
        if len(typed) != len(word):
            return Edit.EXTRA_OR_MISSING
        typed_letter, word_letter = next(pair for pair in zip(typed, word, strict=True) if pair[0] != pair[1])
        if any(typed_letter in group and word_letter in group for group in _SOUND_GROUPS):
            return Edit.SIMILAR_SOUND
        return Edit.NEIGHBORING_KEY if word_letter in _neighboring_keys(typed_letter) else None
    # Two letters for two others are too often another word: "informatics" is no "information".
    is_likely_pair = (
        undoubled_distance == 1 or abs(len(typed) - len(word)) == 2 or sorted(typed) == sorted(word)
    )
    return Edit.TWO_EDITS if distance == 2 and is_likely_pair and len(typed) >= TWO_EDITS_FROM else None


@cache
def _neighboring_keys(letter: str) -> str:
    """The keys around a letter, on an English keyboard."""
    for number, row in enumerate(_KEYBOARD):
        if (column := row.find(letter)) >= 0:
            around = row[max(0, column - 1) : column + 2]
            if number:
                around += _KEYBOARD[number - 1][column : column + 2]
            if number + 1 < len(_KEYBOARD):
                around += _KEYBOARD[number + 1][max(0, column - 1) : column + 1]
            return around.replace(letter, "")
    return ""


class SimilarWords:
    """Words by first letter and length, so that few are compared; and by how they are without doubles."""

    def __init__(self, words: Iterable[str]) -> None:
        self._groups: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
        self._without_doubles: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            self._groups[word[0], len(word)].append(word)
            self._without_doubles[_remove_doubles(word)].append(word)

    def find(self, word: str, edits: int) -> dict[str, int]:
        """Words within that many edits (swaps of neighbours count one), nearest first, with their number.

        The first letter is the same, or has changed places with the second.
        """
        distances: dict[str, int] = dict.fromkeys(self._without_doubles.get(_remove_doubles(word), ()), 0)
        for length in range(len(word) - edits, len(word) + edits + 1):
            for first in dict.fromkeys(word[:2]):
                group = self._groups.get((first, length), ())
                for candidate, distance, _ in extract(
                    word, group, scorer=OSA.distance, processor=None, score_cutoff=edits, limit=None
                ):
                    if first == word[0] or candidate[:2] == word[1::-1]:
                        distances.setdefault(candidate, int(distance))
        return dict(sorted(distances.items(), key=lambda item: (item[1], item[0])))
