"""What an acronym stands for, as texts say it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

from qa.query.acronyms.name_matching import (
    LONGEST,
    Word,
    in_capitals,
    joined,
    key_of,
    match,
    phrase_of,
    shuffled,
    windows,
    words_of,
)

__all__ = ["Meaning", "read_meaning"]

_MOST_MEANINGS = 2
_REACH_CHARS = 160  # around an acronym, for what it stands for
_SKIP_FROM = 5  # letters, from which on one word need not show: CPTPP has no letter for "Agreement"
_UNASKED_FROM = 4  # letters, from which on capitals with the right initials are enough, wherever they stand

_ENDS = re.compile(r"[\n()\[\];:!?]|(?<=[a-z0-9’”\"])\.\s")
_SAYS_SHORT = (
    r"(?:,? (?:also |commonly |better )?(?:known as|called|abbreviated(?: as| to)?)|, or)(?: simply| the)*"
)
_SAYS_LONG = r"(?:,? (?:short for|which stands for|stands for|or)|,)(?: the)? "
_OF_YEAR = re.compile(r"(?: of)? \d{4}$")


@dataclass(frozen=True)
class Meaning:
    """What documents say of an acronym: `phrases`, the most frequent first, and whether it is in capitals."""

    phrases: tuple[str, ...]
    written: bool

    @cached_property
    def keys(self) -> frozenset[tuple[str, ...]]:
        """See `key_of`."""
        return frozenset(key_of(words_of(phrase)) for phrase in self.phrases)


def read_meaning(acronym: str, texts: Sequence[str]) -> Meaning:
    """What texts (parts of each divided by blank lines) say of an acronym, given in capitals without dots."""
    written = "\\.?".join(acronym) + r"\.?s?"
    if not any(re.search(rf"(?<![\w-]){written}(?![\w-])", text) for text in texts):
        return Meaning((), False)
    said: Counter[str] = Counter()
    guessed: Counter[str] = Counter()
    for text in dict.fromkeys(text for whole in texts for text in whole.split("\n\n")):
        said.update(_said(acronym, written, text))
        if len(acronym) >= _UNASKED_FROM:
            guessed.update(_guessed(acronym, text))
    return Meaning(_most_frequent(said or guessed), True)


def _most_frequent(found: Counter[str]) -> tuple[str, ...]:
    """One spelling of each phrase, by how often it is said, then by letters."""
    ordered = sorted(found, key=lambda phrase: (key_of(words_of(phrase)), -found[phrase], phrase))
    groups = [list(group) for _, group in groupby(ordered, key=lambda phrase: key_of(words_of(phrase)))]
    groups.sort(key=lambda group: (-sum(found[phrase] for phrase in group), group[0]))
    return tuple(group[0] for group in groups[:_MOST_MEANINGS])


def _said(acronym: str, written: str, text: str) -> Iterator[str]:
    """Long names that the text gives to the acronym in so many words."""
    short = rf"[\"“‘]?{written}[\"”’]?(?![\w-])"
    for found in re.finditer(rf"\s?\((?:or |the |also |“the |\"the )?{short}[^()]{{0,30}}\)", text):
        yield from _before(acronym, text[: found.start()])
    for found in re.finditer(rf"{_SAYS_SHORT} {short}", text):
        yield from _before(acronym, text[: found.start()])
    for found in re.finditer(
        rf"(?<![\w.-]){short} \((?:the |or |formerly )?([^()]{{5,{_REACH_CHARS}}})\)", text
    ):
        yield from _after(acronym, found[1], whole=True)
    for found in re.finditer(rf"(?<![\w.-]){short}{_SAYS_LONG}", text):
        yield from _after(acronym, text[found.end() : found.end() + _REACH_CHARS], whole=False)


def _before(acronym: str, text: str) -> Iterator[str]:
    """The long name at the end of the text."""
    text = _OF_YEAR.sub("", _ENDS.split(text[-_REACH_CHARS:])[-1].rstrip(' ,"”’'))
    words = words_of(text)
    if words and words[-1].end == len(text):
        start = match(acronym.casefold(), words, _skips(acronym, words))
        if start is None:
            start = shuffled(acronym, words)
        if start is not None:
            yield phrase_of(text, words[start:])


def _after(acronym: str, text: str, *, whole: bool) -> Iterator[str]:
    """The long name at the beginning of the text."""
    text = _ENDS.split(text)[0]
    words = words_of(text)
    for last in range(len(words) if whole else 2, min(len(words), 2 * LONGEST) + 1):
        name = words[:last]
        if any(not joined(text, left, right) for left, right in pairwise(name)):
            return
        start = match(acronym.casefold(), name, _skips(acronym, name))
        if start is None and (whole or last == len(words) or not words[last].capital):
            start = shuffled(acronym, name)
        if start == 0 and (whole or in_capitals(name)):
            yield phrase_of(text, name)
            return


def _guessed(acronym: str, text: str) -> Iterator[str]:
    """Names in capitals somewhere in the text whose initials are the acronym's."""
    words = words_of(text)
    for first, last in windows(text, words):
        name = words[first:last]
        # Two joined words with capitals on either side would make it a part of a longer name.
        longer = last < len(words) and words[last].capital and joined(text, words[last - 1], words[last])
        if in_capitals(name) and not longer and name[0].letters[0] == acronym[0].casefold():
            start = match(acronym.casefold(), name, _skips(acronym, name))
            if start == 0 and name[0].letters != acronym.casefold():
                yield phrase_of(text, name)


def _skips(acronym: str, words: Sequence[Word]) -> int:
    return int(len(acronym) >= _SKIP_FROM and words[-1].capital)
