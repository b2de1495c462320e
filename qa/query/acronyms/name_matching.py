"""Words of a name, and whether their initials are those of an acronym."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.text.terms import SMALL_WORDS

__all__ = [
    "LONGEST",
    "Word",
    "in_capitals",
    "joined",
    "key_of",
    "match",
    "windows",
    "words_of",
]

LONGEST = 6  # letters of an acronym
# And those of names in French, Italian, Portuguese and Spanish.
_SMALL = SMALL_WORDS | frozenset("da de del des di do du e en et la le los y".split())
_LONG_FORMS = {"us": ("united", "states"), "uk": ("united", "kingdom"), "eu": ("european", "union")}
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:[’'][^\W\d_]+)?")
_BETWEEN = re.compile(r" *\n? *|[-\u2010\u2011–]|, (?=and )| & ")


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
    def small(self) -> bool:
        """Whether acronyms may leave it out, like "of"."""
        return self.text.casefold() in _SMALL

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()

    @property
    def initials(self) -> tuple[str, ...]:
        """What the word may give to an acronym: "U.S." gives "us" or "u"."""
        short = self.text.isupper() and 2 <= len(self.letters) <= 3
        return (self.letters, self.letters[0]) if short else (self.letters[0],)


def words_of(text: str) -> list[Word]:
    """The words of a text; those joined by hyphens count separately, "U.S." is one."""
    return [Word(found[0], found.start(), found.end()) for found in _WORD.finditer(text)]


def key_of(words: Sequence[Word]) -> tuple[str, ...]:
    """What two ways to write a name have in common."""
    parts: list[str] = []
    for word in words:
        if not word.small:
            parts += (
                _LONG_FORMS.get(word.letters, (word.letters,)) if word.text.isupper() else (word.letters,)
            )
    return tuple(parts)


def in_capitals(words: Sequence[Word]) -> bool:
    """Whether all words begin with a capital, small ones aside."""
    return all(word.capital or word.small for word in words)


def joined(text: str, left: Word, right: Word) -> bool:
    """Whether nothing but spaces, one line's end or a hyphen stands between two words."""
    return _BETWEEN.fullmatch(text, left.end, right.start) is not None


def windows(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Runs of words that begin and end with one that counts: index of the first, index after the last."""
    for first, word in enumerate(words):
        if word.small:
            continue
        for last in range(first + 1, min(len(words), first + LONGEST + 4)):
            if not joined(text, words[last - 1], words[last]):
                break
            if not words[last].small:
                yield first, last + 1


def match(letters: str, words: Sequence[Word], skips: int) -> int | None:
    """Where the name begins whose initials are the letters and that ends with the last word.

    Small words may give a letter or none; so may as many others as `skips`, but not the first or last.
    """

    def begin(left: str, place: int, skips: int) -> int | None:
        if not left:
            return place
        if not place:
            return None
        word = words[place - 1]
        found = None
        for initials in word.initials:
            if found is None and left.endswith(initials):
                found = begin(left.removesuffix(initials), place - 1, skips)
        last = place == len(words)
        if found is None and not last and (word.small or skips):
            found = begin(left, place - 1, skips if word.small else skips - 1)
        return found

    found = begin(letters, len(words), skips)
    return found if found is not None and len(words) - found >= 2 else None
