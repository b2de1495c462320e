"""What two texts have in common: their numbers, names and longer words, whatever the endings."""

import re

from qa.text.terms import CONNECTING_WORDS, FUNCTION_WORDS, NUMBER_WORDS, stem, words

__all__ = ["content_words", "is_content", "similarity", "stems", "written_words"]

# A word cut where letters and digits meet, and letters at their dots: "40kt" holds the number 40.
_NUMBER_OR_LETTERS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_PERCENT = re.compile(r"(?<=\d)\s*%|\bper cent\b")
_UNITED_STATES = re.compile(r"\bU\.S\.A?|\bUSA?\b")
_STOP_WORDS = FUNCTION_WORDS | CONNECTING_WORDS
_MAX_SHORT_CHARS = 4  # words up to this length must be capitalised or numbers to count as content


def content_words(text: str) -> set[str]:
    """What a text is about: numbers, names and words over four letters, as stems in lower case."""
    return {stem(word) for word in written_words(text) if is_content(word)}


def stems(text: str) -> set[str]:
    """All words of a text as `content_words` compares them."""
    return {stem(word) for word in written_words(text)}


def similarity(first: str, second: str) -> float:
    """The overlap of two texts' content words: intersection over union, 0..1."""
    a, b = content_words(first), content_words(second)
    return len(a & b) / len(a | b) if a | b else 0.0


def written_words(text: str) -> list[str]:
    """The numbers and words of a text in order; "%" is "percent", and "U.S." is "United States"."""
    plain = _UNITED_STATES.sub("United States", _PERCENT.sub(" percent", text))
    return [token for word in words(plain) for token in _NUMBER_OR_LETTERS.findall(word)]


def is_content(word: str) -> bool:
    """Whether one of the `written_words` says what a text is about."""
    lowered = word.casefold()
    if word[0].isdigit() or lowered in NUMBER_WORDS:
        return lowered != "one"
    return lowered not in _STOP_WORDS and (word[0].isupper() or len(word) > _MAX_SHORT_CHARS)
