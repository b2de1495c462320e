"""How documents write the words of a stem."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.query.spelling.edit_distance import fold_word
from qa.query.spelling.english_words import stemmer

__all__ = ["Spelling", "read_spellings"]

_WORD = re.compile(r"[^\W\d_]+")
# What stands before a word that has a capital because of its place.
_SENTENCE_START = re.compile(r"(?:^|\n|[.!?:“\"‘(|*#>-])[\s“\"‘(*#>|-]{0,8}$")
_BEFORE_CHARS = 8  # that are looked at for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A word as documents write it, and how often; `is_name` if its stem is never in lower case."""

    text: str
    is_name: bool
    count: int

    def match_case(self, typed: str) -> str:
        """The word with the capital of what was typed; a name as documents write it."""
        needs_capital = typed[0].isupper() and not self.is_name
        return self.text[0].upper() + self.text[1:] if needs_capital else self.text


def read_spellings(texts: Sequence[str], stem: str) -> dict[str, Spelling]:
    """The words of this stem in the texts: folded word to spelling."""
    # Stems begin as their words do. Few words of a text do, and only those are looked at one by one.
    start = re.compile(rf"(?<![^\W\d_]){re.escape(stem[:3])}[^\W\d_]*", re.IGNORECASE)
    # The second finds diacritics.
    return _read_matching(texts, stem, start) or _read_matching(texts, stem, _WORD)


def _read_matching(texts: Sequence[str], stem: str, pattern: re.Pattern[str]) -> dict[str, Spelling]:
    counts: Counter[str] = Counter()
    is_capitalized = False  # not because of their place
    for text in texts:
        for match in pattern.finditer(text):
            if not fold_word(match[0]).startswith(stem[:3]):
                continue
            counts[match[0]] += 1
            if match[0][0].isupper() and fold_word(match[0]).startswith(stem[:-1]) and not is_capitalized:
                before = text[max(0, match.start() - _BEFORE_CHARS) : match.start()]
                is_capitalized = not _SENTENCE_START.search(before)
    words = sorted(counts, key=lambda word: (counts[word], word))  # the most frequent comes last, and stays
    words = [word for word, word_stem in zip(words, stemmer().of(words), strict=True) if word_stem == stem]
    # What only ever begins sentences is taken for an ordinary word.
    is_name = is_capitalized and not any(word.islower() for word in words)
    return {
        fold_word(word): Spelling(
            text=word if is_name else word.lower(),
            is_name=is_name,
            count=sum(counts[variant] for variant in words if fold_word(variant) == fold_word(word)),
        )
        for word in words
    }
