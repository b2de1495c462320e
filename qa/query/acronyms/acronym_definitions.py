"""What an acronym stands for, as texts say it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.query.acronyms.name_matching import (
    Word,
    are_adjacent,
    is_title_case,
    match_initials,
    name_key,
    name_spans,
    split_words,
)

__all__ = ["Meaning", "read_meaning"]

_REACH_CHARS = 160  # before an acronym, for what it stands for
# From so many letters on one word need not show: CPTPP has no letter for "Agreement".
_MIN_SKIPPING_LETTERS = 5
# From so many letters on capitals with the right initials are enough, wherever they stand.
_MIN_MATCHED_LETTERS = 4

_CLAUSE_END = re.compile(r"[\n()\[\];:!?]|(?<=[a-z0-9’”\"])\.\s")
_INTRODUCES_ACRONYM = (
    r"(?:,? (?:also |commonly |better )?(?:known as|called|abbreviated(?: as| to)?)|, or)(?: simply| the)*"
)
_OF_YEAR = re.compile(r"(?: of)? \d{4}$")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What documents say of an acronym: its long names, see `name_key`, and whether it stands in capitals."""

    name_keys: frozenset[tuple[str, ...]]
    is_attested: bool


def read_meaning(acronym: str, texts: Sequence[str]) -> Meaning:
    """What texts (parts of each divided by blank lines) say of an acronym, given in capitals without dots."""
    pattern = "\\.?".join(acronym) + r"\.?s?"
    if not any(re.search(rf"(?<![\w-]){pattern}(?![\w-])", text) for text in texts):
        return Meaning(frozenset(), False)
    paragraphs = list(dict.fromkeys(paragraph for text in texts for paragraph in text.split("\n\n")))
    keys = {key for paragraph in paragraphs for key in _find_definitions(acronym, pattern, paragraph)}
    if not keys and len(acronym) >= _MIN_MATCHED_LETTERS:
        keys = {key for paragraph in paragraphs for key in _find_matching_names(acronym, paragraph)}
    return Meaning(frozenset(keys), True)


def _find_definitions(acronym: str, pattern: str, text: str) -> Iterator[tuple[str, ...]]:
    """Long names that the text gives to the acronym in so many words."""
    acronym_pattern = rf"[\"“‘]?{pattern}[\"”’]?(?![\w-])"
    in_brackets = rf"\s?\((?:or |the |also |“the |\"the )?{acronym_pattern}[^()]{{0,30}}\)"
    for match in re.finditer(rf"{in_brackets}|{_INTRODUCES_ACRONYM} {acronym_pattern}", text):
        before = _CLAUSE_END.split(text[max(0, match.start() - _REACH_CHARS) : match.start()])[-1]
        before = _OF_YEAR.sub("", before.rstrip(' ,"”’'))
        words = split_words(before)
        if words and words[-1].end == len(before):
            start = match_initials(acronym.casefold(), words, _allowed_skips(acronym, words))
            if start is not None:
                yield name_key(words[start:])


def _find_matching_names(acronym: str, text: str) -> Iterator[tuple[str, ...]]:
    """Names in capitals somewhere in the text whose initials are the acronym's."""
    words = split_words(text)
    for first, last in name_spans(text, words):
        name = words[first:last]
        # Two joined words with capitals on either side would make it a part of a longer name.
        is_part_of_name = (
            last < len(words)
            and words[last].is_capitalized
            and are_adjacent(text, words[last - 1], words[last])
        )
        if is_title_case(name) and not is_part_of_name and name[0].letters[0] == acronym[0].casefold():
            start = match_initials(acronym.casefold(), name, _allowed_skips(acronym, name))
            if start == 0 and name[0].letters != acronym.casefold():
                yield name_key(name)


def _allowed_skips(acronym: str, words: Sequence[Word]) -> int:
    return int(len(acronym) >= _MIN_SKIPPING_LETTERS and words[-1].is_capitalized)
