"""What two texts have in common: their numbers, names and longer words, whatever the endings."""

import re
from functools import lru_cache
from typing import NamedTuple

from qa.text.terms import CONNECTING_WORDS, FUNCTION_WORDS, NUMBER_WORDS, stem, words, words_with_starts

__all__ = [
    "LocatedWord",
    "content_words",
    "is_content",
    "located_words",
    "similarity",
    "stems",
    "written_words",
]

# A word cut where letters and digits meet, and letters at their dots: "40kt" holds the number 40.
_NUMBER_OR_LETTERS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
# What is read as other words: "%" is "percent", and "U.S." is "United States".
_REWRITTEN = re.compile(r"(?P<percent>(?<=\d)\s*%|\bper cent\b)|\bU\.S\.A?|\bUSA?\b")
_STOP_WORDS = FUNCTION_WORDS | CONNECTING_WORDS
_MAX_SHORT_CHARS = 4  # words up to this length must be capitalised or numbers to count as content
_TEXTS = 1024  # a question compares the same sentences many times


@lru_cache(maxsize=_TEXTS)
def content_words(text: str) -> frozenset[str]:
    """What a text is about: numbers, names and words over four letters, as stems in lower case."""
    return frozenset(stem(word) for word in written_words(text) if is_content(word))


@lru_cache(maxsize=_TEXTS)
def stems(text: str) -> frozenset[str]:
    """All words of a text as `content_words` compares them."""
    return frozenset(stem(word) for word in written_words(text))


def similarity(first: str, second: str) -> float:
    """The overlap of two texts' content words: intersection over union, 0..1."""
    a, b = content_words(first), content_words(second)
    return len(a & b) / len(a | b) if a | b else 0.0


class LocatedWord(NamedTuple):
    """One of the `written_words` and where it stands: offsets into the text as it is written."""

    word: str
    start: int
    end: int


def written_words(text: str) -> list[str]:
    """The numbers and words of a text in order; "%" is "percent", and "U.S." is "United States"."""
    plain = _REWRITTEN.sub(_rewrite, text)
    return [part for word in words(plain) for part in _NUMBER_OR_LETTERS.findall(word)]


def _rewrite(match: re.Match[str]) -> str:
    return " percent" if match["percent"] is not None else "United States"


def located_words(text: str) -> list[LocatedWord]:
    """The `written_words` with their places; two that were written as one ("U.S.") stand in one place."""
    plain: list[str] = []
    origins: list[tuple[int, int]] = []  # of each character of the plain text
    offset = 0
    for match in [*_REWRITTEN.finditer(text), None]:
        start, end = match.span() if match else (len(text), len(text))
        plain.append(text[offset:start])
        origins += [(position, position + 1) for position in range(offset, start)]
        if match:
            words_instead = _rewrite(match)
            plain.append(words_instead)
            origins += [(start, end)] * len(words_instead)
        offset = end
    joined = "".join(plain)
    return [
        LocatedWord(part[0], origins[start + part.start()][0], origins[start + part.end() - 1][1])
        for word, start in words_with_starts(joined)
        for part in _NUMBER_OR_LETTERS.finditer(word)
    ]


def is_content(word: str) -> bool:
    """Whether one of the `written_words` says what a text is about."""
    lowered = word.casefold()
    if word[0].isdigit() or lowered in NUMBER_WORDS:
        return lowered != "one"
    return lowered not in _STOP_WORDS and (word[0].isupper() or len(word) > _MAX_SHORT_CHARS)
