"""The unit that a table's figures are counted in, as its labels, caption or heads say it."""

import re
from collections.abc import Iterable

from qa.answering.tables.table_labels import BRACKETS, Label
from qa.answering.tables.trade_words import UNIT_LABEL, unit_words
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["find_stated_unit", "find_unit"]

# Between commas: "Landed, thousand tonnes, marketing years".
_INNER_UNIT = re.compile(
    r",\s*((?:in\s+)?(?:thousand|million|billion)s?\s+(?:of\s+)?[^\W\d_]+(?:\s[^\W\d_]+)?)\s*[,;.]",
    re.IGNORECASE,
)
_TRAILING_UNIT = re.compile(
    r"(?:^|[,;:(.–-]\s{0,9}|\bin\s{1,9})((?:in\s{1,9})?(?:[$€£¥]\s?)?(?:thousands?|millions?|billions?|trillions?|mio|mln|bn|"
    r"percent|per cent|%)(?:\s{1,9}(?:of\s{1,9})?[\w$€£]{1,40}){0,3}|[$€£¥])\s{0,9}\)?\s{0,9}$",
    re.IGNORECASE,
)

_IN_BRACKETS_LAST = re.compile(r"\([^()]{0,200}\)[\s.]{0,9}$")
_BETWEEN_UNITS = frozenset(stem(word) for word in "of per a an each".split())
# What the text of a document says of all its figures: "Values are in millions of US dollars unless ...".
_STATED = re.compile(
    r"\b(?P<of>values?|amounts|figures|data|prices|quantities|weights|volumes|numbers)(?: here| below)?"
    r"(?: (?:are|is))?(?: (?:given|stated|shown|expressed|reported|quoted))? in (?P<unit>[^\n.;:()]{1,60})",
    re.IGNORECASE,
)
_UNIT_ENDS = re.compile(r",|\b(?:unless|except|if|where|and|at|as|for|by)\b", re.IGNORECASE)
_MONEY_NOUNS = frozenset(("value", "values", "amounts", "prices"))


def find_stated_unit(text: str) -> tuple[str, bool] | None:
    """The unit and scale that a text says all figures have, and whether it says so of money alone."""
    for match in _STATED.finditer(text):
        unit = _UNIT_ENDS.split(match["unit"])[0].strip()
        said = [stem(word) for word in written_words(unit)]
        if said and unit_words(said) and _says_unit(unit):
            return _tidy(unit), match["of"].lower() in _MONEY_NOUNS
    return None


def find_unit(labels: Iterable[Label], table_unit: str | None, texts: Iterable[str]) -> str | None:
    """The unit and scale that labels say, the closest first, else the table's, else that of `texts`."""
    for label in labels:
        after_comma = _after_comma(label.text)
        for part in (
            *BRACKETS.findall(label.text),
            "" if re.search(r"\d", after_comma) else after_comma,
            label.text if label.is_unit else "",
        ):
            if part and _says_unit(part):
                return _tidy(part)
        if label.restricts and re.search(r"\bper ?cent|%|percentage", label.text, re.IGNORECASE):
            return "percent"
    if table_unit:
        return _tidy(table_unit)
    for text in texts:
        if match := _TRAILING_UNIT.search(text) or _INNER_UNIT.search(text):
            return _tidy(match[1])
        # "Levy on imports, marks per tonne (Ministry of Finance)".
        behind = _after_comma(_IN_BRACKETS_LAST.sub("", text))
        said = [stem(word) for word in written_words(behind)]
        if unit_words(said) and all(word in UNIT_LABEL or word in _BETWEEN_UNITS for word in said):
            return _tidy(behind)
        if re.search(r"\b(?:percent|per cent)\b", text):
            return "percent"
    return None


def _after_comma(text: str) -> str:
    return text.rpartition(",")[2].strip() if "," in text else ""


def _says_unit(text: str) -> bool:
    return bool(re.search(r"[%$€£¥]|\b(?:thousand|million|billion)s?\b", text)) or bool(
        unit_words(map(stem, written_words(text)))
    )


def _tidy(unit: str) -> str:
    """A unit as it stands behind a figure: "thousand barrels" for "in thousands of barrels"."""
    unit = re.sub(r"^\W*in\s+", "", unit.strip(), flags=re.IGNORECASE).strip(" .")
    return re.sub(
        r"^(thousand|million|billion|trillion)s?(?:\s+of)?\b",
        lambda match: match[1].lower(),
        unit,
        flags=re.IGNORECASE,
    )
