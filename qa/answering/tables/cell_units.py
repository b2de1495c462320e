"""The unit that a table's figures are counted in, as its labels, caption or heads say it."""

import re
from collections.abc import Iterable

from qa.answering.tables.table_labels import BRACKETS, Label
from qa.answering.tables.trade_words import unit_words
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = ["find_unit"]

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
