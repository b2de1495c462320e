"""The unit that a table's figures are counted in, as its labels, caption or heads say it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from qa.answering.tables.table_labels import BRACKETS, Label
from qa.answering.tables.trade_words import SCALES, UNIT_LABEL, UnitClass, unit_words
from qa.query.spelling import load_english_words
from qa.text.overlap import written_words
from qa.text.terms import stem

__all__ = [
    "class_of_coined",
    "find_introduction",
    "find_stated_unit",
    "find_unit",
    "find_units_of_nouns",
    "find_units_of_one",
]

_MAX_CAPTION_CHARS, _MAX_UNIT_LINE_CHARS = 250, 60
_MIN_COINED = 4  # letters of a unit that may be a currency

# Between commas, or as a line: "Landed, thousand tonnes, marketing years", "Million marks, f.o.b.".
_INNER_UNIT = re.compile(
    r"(?:^|,|[.)]\s)\s*((?:in\s+)?(?:thousand|million|billion)s?\s+(?:of\s+)?[^\W\d_]+(?:\s[^\W\d_]+)?)\s*[,;.]",
    re.IGNORECASE,
)
# "Average prices, florints per kilogram": whatever money that is.
_PRICE_UNIT = re.compile(r"[^\W\d_]+ (?:per|an?|each) [^\W\d_]+(?: [^\W\d_]+)?", re.IGNORECASE)
# "Output in million square metres": what one column or row is counted in.
_UNIT_OF_ONE = re.compile(
    r"(?:^|[.;:,]\s|\()(?P<name>[^\W\d_][\w -]{1,40}?)(?:\s(?:is|are))?(?:\s(?:given|shown|stated))? in "
    r"(?P<unit>[^.;:,()]{1,60})"
)
# "Duties by exporter (percent) and exports in 2023 (tonnes)": each of what stands before it.
_UNIT_OF_NOUN = re.compile(r"(?P<name>[^()]{3,120})\((?P<unit>[^()]{1,60})\)")
# Of these a table tells how many there are, whatever its other figures are counted in.
_COUNTED = frozenset(
    map(
        stem,
        "employees workers staff people persons headcount workforce licences applications permits".split(),
    )
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


def find_unit(
    labels: Sequence[Label],
    table_unit: str | None,
    texts: Iterable[str],
    units_of_one: Sequence[tuple[frozenset[str], str]] = (),
) -> str | None:
    """The unit and scale that labels say, the closest first, else the table's, else that of `texts`.

    `units_of_one` are those that `find_units_of_one` gives; such a one is no other column's.
    """
    own = [unit for name, unit in units_of_one if any(name == {*label.stems} for label in labels)]
    if own or (table_unit and any(table_unit in unit for _, unit in units_of_one)):
        table_unit = own[0] if own else None
    if unit := _unit_of_labels(labels):
        return unit
    if any(not _COUNTED.isdisjoint(label.stems) for label in labels):
        return None
    if table_unit:
        return _tidy(table_unit)
    for text in texts:
        if match := _TRAILING_UNIT.search(text) or _INNER_UNIT.search(text):
            return _tidy(match[1])
        # "Levy on imports, marks per tonne (Ministry of Finance)".
        behind = _after_comma(_IN_BRACKETS_LAST.sub("", text))
        said = [stem(word) for word in written_words(behind)]
        is_unit = all(word in UNIT_LABEL or word in _BETWEEN_UNITS for word in said)
        if unit_words(said) and (is_unit or _PRICE_UNIT.fullmatch(behind)):
            return _tidy(behind)
        if re.search(r"\b(?:percent|per cent)\b", text):
            return "percent"
    return None


def _unit_of_labels(labels: Iterable[Label]) -> str | None:
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
    return None


def find_units_of_one(texts: Iterable[str]) -> Iterator[tuple[frozenset[str], str]]:
    """The units that some texts say one column or row is in: the stems of its name, and the unit."""
    for text in texts:
        for match in _UNIT_OF_ONE.finditer(text):
            unit = _UNIT_ENDS.split(match["unit"])[0]
            if _says_unit(unit):
                yield frozenset(map(stem, written_words(match["name"]))), _tidy(unit)


def find_units_of_nouns(caption: str, heads: Iterable[Label]) -> Iterator[tuple[frozenset[str], str]]:
    """As `find_units_of_one`, of a caption with several units in brackets, each behind what it is of.

    A head has the unit of the noun that it shares a word with, those that share none the one that is left.
    """
    nouns = [
        (frozenset(map(stem, written_words(match["name"]))), _tidy(match["unit"]))
        for match in _UNIT_OF_NOUN.finditer(caption)
        if _says_unit(match["unit"])
    ]
    named = {frozenset(label.stems) for label in heads} if len(nouns) > 1 else set[frozenset[str]]()
    fits = {name: [unit for noun, unit in nouns if noun & name] for name in named}
    taken = {unit for units in fits.values() if len(units) == 1 for unit in units}
    left = [unit for _, unit in nouns if unit not in taken]
    for name, units in fits.items():
        units = units or left
        if len(units) == 1:
            yield name, units[0]


def class_of_coined(unit: str) -> UnitClass | None:
    """Money, for a unit that is no word of English, as currencies are: "million florints"."""
    words = [word for word in written_words(unit) if stem(word) not in SCALES and word.isalpha()]
    english = load_english_words().words if len(words) == 1 else frozenset[str]()
    is_coined = len(words) == 1 and words[0].islower() and not {words[0], stem(words[0])} & english
    return "money" if is_coined and len(words[0]) >= _MIN_COINED else None


def find_introduction(text: str, start: int) -> str:
    """The line that introduces a table which begins at `start`; "" where it is none, or too long.

    Where that line says but a unit ("Million marks, f.o.b."), the one above belongs to it.
    """
    before, _, above = text[:start].rstrip().rpartition("\n")
    lines = [above.strip()]
    if len(above) <= _MAX_UNIT_LINE_CHARS and _INNER_UNIT.match(f"{lines[0]}."):
        lines.insert(0, before.rstrip().rpartition("\n")[2].strip())
    return ". ".join(
        line
        for line in lines
        if line and not line.startswith(("#", "|", "- ")) and len(line) <= _MAX_CAPTION_CHARS
    )


def _after_comma(text: str) -> str:
    return text.rpartition(",")[2].strip() if "," in text else ""


def _says_unit(text: str) -> bool:
    return bool(re.search(r"[%$€£¥]|\b(?:thousand|million|billion)s?\b", text)) or bool(
        unit_words(map(stem, written_words(text)))
    )


def _tidy(unit: str) -> str:
    """A unit as it stands behind a figure: "thousand barrels" for "in thousands of barrels"."""
    unit = re.sub(r"^\W*in\s+", "", unit.strip(), flags=re.IGNORECASE).strip(" .")
    unit = re.sub(r"\bper cent\b", "percent", unit, flags=re.IGNORECASE)
    return re.sub(
        r"^(thousand|million|billion|trillion)s?(?:\s+of)?\b",
        lambda match: match[1].lower(),
        unit,
        flags=re.IGNORECASE,
    )
