"""Words that may stand for one another, and words that may not: what paraphrases and changes are made of.

The lists lie in `words`, a row a line: "|" parts the members of a row, "<>" sides that say the opposite.
"""

import re
from functools import cache
from pathlib import Path

from qa.models.reader.reader_input import MONTHS

__all__ = [
    "MONTHS",
    "NEVER_SAID_ALONE",
    "OPPOSITES",
    "PRODUCTS",
    "ROLES",
    "SCOPES",
    "SYNONYMS",
    "UNITS",
    "base_of",
    "participle_of",
    "past_of",
    "phrase_pattern",
]


def _lines(name: str) -> list[str]:
    return (Path(__file__).parent / "words" / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _rows(name: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(line.split("|")) for line in _lines(name))


SYNONYMS = _rows("synonyms")  # what means the same in statements on trade and politics, whatever is around it
OPPOSITES = tuple(tuple(tuple(side.split("|")) for side in line.split("<>")) for line in _lines("opposites"))
ROLES = _rows("roles")  # who may be taken for whom
SCOPES = _rows("scopes")  # what may stand, wrongly, for the first
UNITS = _rows("units")  # likewise
PRODUCTS = tuple(_lines("products"))
# A clause with one of these can't be left out, nor taken out of its sentence, without saying another thing.
NEVER_SAID_ALONE = re.compile(
    r"\b(if|unless|except|not|no|never|without|only|may|might|could|would|should|plans?|expected|proposed|"
    r"denie[sd]|claim(s|ed)?|rather|instead|but|whether|until|nor|neither|although|while|hardly)\b",
    re.IGNORECASE,
)


@cache
def _forms() -> dict[str, tuple[str, str, str]]:
    """Base, past and participle of each verb, by each of them."""
    forms: dict[str, tuple[str, str, str]] = {}
    for base, past, participle in _rows("verbs"):
        for form in (base, past, participle):
            forms.setdefault(form, (base, past, participle))
    return forms


def base_of(word: str) -> str | None:
    """The verb of a past form or participle; None where it is none that is known, or is its own past."""
    forms = _forms().get(word)
    return forms[0] if forms and word in forms[1:] and word != forms[0] else None


def past_of(base: str) -> str | None:
    """The past of a verb that is known."""
    forms = _forms().get(base)
    return forms[1] if forms and forms[0] == base else None


def participle_of(base: str) -> str | None:
    """The participle of a verb that is known."""
    forms = _forms().get(base)
    return forms[2] if forms and forms[0] == base else None


@cache
def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """The phrase as whole words; a capital in front where it begins the sentence."""
    first, rest = phrase[0], phrase[1:]
    start = f"[{first.upper()}{first.lower()}]" if first.isalpha() else re.escape(first)
    before = r"(?<![\w'’-])" if first.isalnum() else r"(?<=\d)\s?"
    after = r"(?![\w'’-])" if phrase[-1].isalnum() else ""
    return re.compile(before + start + re.escape(rest) + after)
