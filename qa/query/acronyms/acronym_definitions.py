"""What an acronym stands for, as texts say it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.query.acronyms.name_matching import Word, in_capitals, joined, key_of, match, windows, words_of

__all__ = ["Meaning", "read_meaning"]

_REACH_CHARS = 160  # before an acronym, for what it stands for
_SKIP_FROM = 5  # letters, from which on one word need not show: CPTPP has no letter for "Agreement"
_UNASKED_FROM = 4  # letters, from which on capitals with the right initials are enough, wherever they stand

_ENDS = re.compile(r"[\n()\[\];:!?]|(?<=[a-z0-9’”\"])\.\s")
_SAYS_SHORT = (
    r"(?:,? (?:also |commonly |better )?(?:known as|called|abbreviated(?: as| to)?)|, or)(?: simply| the)*"
)
_OF_YEAR = re.compile(r"(?: of)? \d{4}$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What documents say of an acronym: its long names, see `key_of`, and whether it stands in capitals."""

    keys: frozenset[tuple[str, ...]]
    written: bool


def read_meaning(acronym: str, texts: Sequence[str]) -> Meaning:
    """What texts (parts of each divided by blank lines) say of an acronym, given in capitals without dots."""
    written = "\\.?".join(acronym) + r"\.?s?"
    if not any(re.search(rf"(?<![\w-]){written}(?![\w-])", text) for text in texts):
        return Meaning(frozenset(), False)
    parts = list(dict.fromkeys(part for text in texts for part in text.split("\n\n")))
    keys = {key for part in parts for key in _said(acronym, written, part)}
    if not keys and len(acronym) >= _UNASKED_FROM:
        keys = {key for part in parts for key in _guessed(acronym, part)}
    return Meaning(frozenset(keys), True)


def _said(acronym: str, written: str, text: str) -> Iterator[tuple[str, ...]]:
    """Long names that the text gives to the acronym in so many words."""
    short = rf"[\"“‘]?{written}[\"”’]?(?![\w-])"
    in_brackets = rf"\s?\((?:or |the |also |“the |\"the )?{short}[^()]{{0,30}}\)"
    for found in re.finditer(rf"{in_brackets}|{_SAYS_SHORT} {short}", text):
        before = _ENDS.split(text[max(0, found.start() - _REACH_CHARS) : found.start()])[-1]
        before = _OF_YEAR.sub("", before.rstrip(' ,"”’'))
        words = words_of(before)
        if words and words[-1].end == len(before):
            start = match(acronym.casefold(), words, _skips(acronym, words))
            if start is not None:
                yield key_of(words[start:])


def _guessed(acronym: str, text: str) -> Iterator[tuple[str, ...]]:
    """Names in capitals somewhere in the text whose initials are the acronym's."""
    words = words_of(text)
    for first, last in windows(text, words):
        name = words[first:last]
        # Two joined words with capitals on either side would make it a part of a longer name.
        longer = last < len(words) and words[last].capital and joined(text, words[last - 1], words[last])
        if in_capitals(name) and not longer and name[0].letters[0] == acronym[0].casefold():
            start = match(acronym.casefold(), name, _skips(acronym, name))
            if start == 0 and name[0].letters != acronym.casefold():
                yield key_of(name)


def _skips(acronym: str, words: Sequence[Word]) -> int:
    return int(len(acronym) >= _SKIP_FROM and words[-1].capital)
