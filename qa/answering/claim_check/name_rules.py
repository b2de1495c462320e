"""The names of a claim that its evidence has in no form."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa.answering.claim_check.sides import concepts_of, tokens_of
from qa.query.conditions.figures import CURRENCIES, unit_kind
from qa.query.conditions.periods import MONTHS, WEEKDAYS
from qa.query.countries import country_of, is_country
from qa.schema import Span
from qa.text.overlap import is_content, located_words
from qa.text.terms import stem

__all__ = ["unknown_names"]

_MONTHS_AND_DAYS = frozenset((*MONTHS, *WEEKDAYS))
_MONEY_WORD = re.compile(r"[^\W\d_]+|[$€£¥]")
_PLAIN_WORD = re.compile(r"[^\W\d_]+")
_FIRST_PERSON = re.compile(r"\b(?:[Ww]e|[Oo]urs?|us|I|[Mm]y|me)\b")
_SENTENCE_START = re.compile(r"[.!?:;\"“(]\s*[\"“(]?$")
# What opens a sentence about somebody whom it does not name.
_OF_IT = re.compile(
    r"\W*(?:[^,]{1,40}, )?(?:It|it|Its|its|They|they|Their|their|He|he|His|his|She|she|Her|her)\b"
)
_JOINING_WORDS = frozenset("of and the for".split())
_ALIKE_LETTERS = 4  # of the beginning: "Canadian" is alike to "Canada"
# A seat of government stands for its state.
_SEATS = tuple(
    (seat, state)
    for state, seats in {
        "United States": "Washington America", "U.S.": "Washington America", "China": "Beijing",
        "Chinese": "Beijing", "Russia": "Moscow", "India": "Delhi", "Japan": "Tokyo", "Canada": "Ottawa",
        "Mexico": "Mexico City", "United Kingdom": "London Britain British",
        "European Union": "Brussels", "EU": "Brussels European", "Germany": "Berlin", "German": "Berlin",
        "France": "Paris", "Netherlands": "Hague Dutch", "Dutch": "Hague", "Brazil": "Brasília",
        "Korea": "Seoul", "Australia": "Canberra", "Congo": "Kinshasa", "Finland": "Finnish",
    }.items()
    for seat in seats.split()
)  # fmt: skip


def unknown_names(text: str, evidence: Sequence[str]) -> list[Span]:
    """The words in capitals, but the first of a sentence, of which the evidence has nothing alike.

    The first counts, too, where it is a country and the evidence speaks of "it". Where the evidence speaks of
    "us", it may be about whoever is named. "Swiss" is known by "Switzerland", "EUR" by "euros", and "VAT" by
    "value added tax".
    """
    if any(_FIRST_PERSON.search(line) for line in evidence):
        return []
    words = located_words(text)
    known = {stem(word.word) for line in evidence for word in located_words(line)}
    beginnings = {name[:_ALIKE_LETTERS] for name in known if len(name) >= _ALIKE_LETTERS}
    initials = {letters for line in evidence for letters in _initials(line)}
    initials |= {letters for line in evidence for letters in _acronyms(line)}
    joined = " ".join(evidence)
    countries = set(_countries(joined).values())
    own_countries = _countries(text)
    currencies = {unit_kind(word) for word in _MONEY_WORD.findall(joined)} & CURRENCIES
    named = [
        word
        for before, word in pairwise(words)
        if word.word[0].isupper() and not _SENTENCE_START.search(text[before.end : word.start])
    ]
    if any(map(_OF_IT.match, evidence)):
        named = [word for word in words[:1] if country_of((_bare(word.word),))] + named
    return [
        Span(word.start, word.end)
        for word in named
        if is_content(word.word)
        and word.word.casefold() not in _MONTHS_AND_DAYS
        and stem(word.word) not in known
        and stem(word.word)[:_ALIKE_LETTERS] not in beginnings
        and _bare(word.word).casefold() not in initials
        and own_countries.get(word.start) not in countries
        and unit_kind(word.word) not in currencies
        and not any(seat in text[: word.end] and state in joined for seat, state in _SEATS)
    ]


def _countries(text: str) -> dict[int, str]:
    """The country that each word in capitals is of, by the word's start; of those that are of one."""
    tokens = [token for token in tokens_of(text) if token.text[0].isalpha()]
    named = zip(tokens, concepts_of(tokens), strict=True)
    return {token.start: name for token, name in named if token.text[0].isupper() and is_country(name)}


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _initials(line: str) -> Iterator[str]:
    """The first letters of names of several words, small words aside; of "The" with it and without."""
    letters = ""
    for word in [*line.split(), ""]:
        if word[:1].isupper():
            letters += word[0].casefold()
        elif word not in _JOINING_WORDS:
            yield from (letters, letters[1:])
            letters = ""


def _acronyms(line: str) -> Iterator[str]:
    """What the first letters of three or four small words give: "vat" of "value added tax"."""
    words = [word.casefold() for word in _PLAIN_WORD.findall(line)]
    for count in (3, 4):
        yield from (
            "".join(word[0] for word in words[start : start + count])
            for start in range(len(words) - count + 1)
        )
