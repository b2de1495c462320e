"""Words of a name, and whether their initials are those of an acronym."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.text.terms import SMALL_WORDS

__all__ = [
    "MAX_ACRONYM_LETTERS",
    "SPELLED_OUT",
    "Word",
    "are_adjacent",
    "initials_spans",
    "is_title_case",
    "match_initials",
    "name_key",
    "name_spans",
    "split_words",
]

MAX_ACRONYM_LETTERS = 6  # letters of an acronym
# And those of names in French, Italian, Portuguese and Spanish.
_FUNCTION_WORDS = SMALL_WORDS | frozenset("da de del des di do du e en et la le los y".split())
_LONG_FORMS = {"us": ("united", "states"), "uk": ("united", "kingdom"), "eu": ("european", "union")}
# What trade writes short without saying what it stands for, as texts spell it out in small letters.
SPELLED_OUT = {
    "GDP": "gross domestic product",
    "GNP": "gross national product",
    "EV": "electric vehicle",
    "GM": "genetically modified",
    "GMO": "genetically modified organism",
    "LNG": "liquefied natural gas",
    "LPG": "liquefied petroleum gas",
    "CO2": "carbon dioxide",
    "VAT": "value added tax",
    "FDI": "foreign direct investment",
    "FTA": "free trade agreement",
    "IP": "intellectual property",
    "AI": "artificial intelligence",
    "PPE": "personal protective equipment",
    "PV": "photovoltaic",
    "HGV": "heavy goods vehicle",
}
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:[’'][^\W\d_]+)?")
_BETWEEN = re.compile(r" *+\n? *|[-\u2010\u2011–]|, (?=and )| & ")


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place in the text, half open."""

    text: str
    start: int
    end: int

    @property
    def letters(self) -> str:
        """In lower case, without dots."""
        return self.text.replace(".", "").casefold()

    @property
    def is_function_word(self) -> bool:
        """Whether acronyms may leave it out, like "of"."""
        return self.text.casefold() in _FUNCTION_WORDS

    @property
    def is_capitalized(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()

    @property
    def initials(self) -> tuple[str, ...]:
        """What the word may give to an acronym: "U.S." gives "us" or "u"."""
        is_abbreviation = self.text.isupper() and 2 <= len(self.letters) <= 3
        return (self.letters, self.letters[0]) if is_abbreviation else (self.letters[0],)


def split_words(text: str) -> list[Word]:
    """The words of a text; those joined by hyphens count separately, "U.S." is one."""
    return [Word(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]


def name_key(words: Sequence[Word]) -> tuple[str, ...]:
    """What two ways to write a name have in common."""
    letters: list[str] = []
    for word in words:
        if not word.is_function_word:
            letters += (
                _LONG_FORMS.get(word.letters, (word.letters,)) if word.text.isupper() else (word.letters,)
            )
    return tuple(letters)


def is_title_case(words: Sequence[Word]) -> bool:
    """Whether all words begin with a capital, small ones aside."""
    return all(word.is_capitalized or word.is_function_word for word in words)


def are_adjacent(text: str, left: Word, right: Word) -> bool:
    """Whether nothing but spaces, one line's end or a hyphen stands between two words."""
    return _BETWEEN.fullmatch(text, left.end, right.start) is not None


def name_spans(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Runs of words that begin and end with one that counts: index of the first, index after the last."""
    for first, word in enumerate(words):
        if word.is_function_word:
            continue
        for last in range(first + 1, min(len(words), first + MAX_ACRONYM_LETTERS + 4)):
            if not are_adjacent(text, words[last - 1], words[last]):
                break
            if not words[last].is_function_word:
                yield first, last + 1


def match_initials(letters: str, words: Sequence[Word], skips: int) -> int | None:
    """Where the name begins whose initials are the letters and that ends with the last word.

    Small words may give a letter or none; so may as many others as `skips`, but not the first or last.
    """

    def find_start(remaining: str, end: int, skips: int) -> int | None:
        if not remaining:
            return end
        if not end:
            return None
        word = words[end - 1]
        start = None
        for initials in word.initials:
            if start is None and remaining.endswith(initials):
                start = find_start(remaining.removesuffix(initials), end - 1, skips)
        is_last = end == len(words)
        if start is None and not is_last and (word.is_function_word or skips):
            start = find_start(remaining, end - 1, skips if word.is_function_word else skips - 1)
        return start

    start = find_start(letters, len(words), skips)
    return start if start is not None and len(words) - start >= 2 else None


def initials_spans(letters: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """As `name_spans`, of the names whose initials are the letters, by where they end."""
    for end in range(2, len(words) + 1):
        first = match_initials(letters, words[:end], 0)
        if first is not None:
            yield first, end
