"""How documents write the words of a stem."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.query.spelling.edit_distance import folded
from qa.query.spelling.english_words import stemmer

__all__ = ["Spelling", "read_spellings"]

_WORD = re.compile(r"[^\W\d_]+")
# What stands before a word that has a capital because of its place.
_SENTENCE_START = re.compile(r"(?:^|\n|[.!?:“\"‘(|*#>-])[\s“\"‘(*#>|-]*$")
_BEFORE_CHARS = 8  # that are looked at for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A word as documents write it, and how often; `name` if its stem is never in lower case."""

    text: str
    name: bool
    count: int

    def in_case_of(self, typed: str) -> str:
        """The word with the capital of what was typed; a name as documents write it."""
        capital = typed[0].isupper() and not self.name
        return self.text[0].upper() + self.text[1:] if capital else self.text


def read_spellings(texts: Sequence[str], stem: str) -> dict[str, Spelling]:
    """The words of this stem in the texts: folded word to spelling."""
    # Stems begin as their words do. Few words of a text do, and only those are looked at one by one.
    start = re.compile(rf"(?<![^\W\d_]){re.escape(stem[:3])}[^\W\d_]*", re.IGNORECASE)
    return _read(texts, stem, start) or _read(texts, stem, _WORD)  # the latter finds diacritics


def _read(texts: Sequence[str], stem: str, pattern: re.Pattern[str]) -> dict[str, Spelling]:
    counted: Counter[str] = Counter()
    capitals = False  # not because of their place
    for text in texts:
        for found in pattern.finditer(text):
            if not folded(found[0]).startswith(stem[:3]):
                continue
            counted[found[0]] += 1
            if found[0][0].isupper() and folded(found[0]).startswith(stem[:-1]) and not capitals:
                before = text[max(0, found.start() - _BEFORE_CHARS) : found.start()]
                capitals = not _SENTENCE_START.search(before)
    words = sorted(counted, key=lambda word: (counted[word], word))  # the most frequent comes last, and stays
    words = [word for word, found in zip(words, stemmer().of(words), strict=True) if found == stem]
    # What only ever begins sentences is taken for an ordinary word.
    name = capitals and not any(word.islower() for word in words)
    return {
        folded(word): Spelling(
            text=word if name else word.lower(),
            name=name,
            count=sum(counted[other] for other in words if folded(other) == folded(word)),
        )
        for word in words
    }
