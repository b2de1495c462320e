"""Ranks that a claim gives the thing of a row, and figures of it that only rows of others have."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from qa.answering.claim_check.row_rules import read_row, terms_of
from qa.answering.claim_check.sides import parts_between
from qa.schema import Span
from qa.text.terms import NUMBER_WORDS

__all__ = [
    "Row",
    "figures_of_other_rows",
    "held_ranks",
    "is_of_one_unit",
    "named_rows",
    "rows_of",
    "too_high_ranks",
    "wider_cells",
    "words_of_other_rows",
]

_AMOUNT = re.compile(
    r"[$€£]?(?P<figure>\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?)(?![\d.,]?\d)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w)|(?<![\w.,])\d+(?:\.\d+)?(?![\d]|[.,]\d)")
_ALL_ROWS = re.compile(r"\b(?:total|sum|overall|average|mean|all|others?|rest|world)\b", re.IGNORECASE)
_MOST = "largest biggest highest longest most dearest heaviest tallest"
_LEAST = "smallest lowest shortest fewest least cheapest lightest"
_OF_ANY = frozenset("largest biggest highest smallest lowest".split())
_SIGNS = dict.fromkeys(_MOST.split(), 1) | dict.fromkeys(_LEAST.split(), -1)
_MIN_RANKED = 3
_NTH = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
_RANK = re.compile(
    rf"\b(?:(?P<nth>{'|'.join(_NTH)})[- ])?(?P<most>{'|'.join(_SIGNS)})\b(?! (?:of (?:its|the year)|ever))",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\s(?:[a-z]+\s){0,2}(?:rise|increase|growth|fall|drop|decline|cut|change|gain|loss|jump|difference|gap)s?\b",
    re.IGNORECASE,
)
# What makes of a rank one among fewer, or of several.
_AMONG = re.compile(
    r"\b(?:one of|among|after|behind|besides|apart|except|outside|not|no|never|than|since|yet|so far|"
    r"at (?:most|least|the)|(?:most|least|main(?:ly)?|top|leading) of)\b|n['’]t\b|"
    rf"(?<!part )(?<!share )\bof (?:the|those|these|its|their|all) (?!(?:{'|'.join(NUMBER_WORDS)}|\d)\b)",
    re.IGNORECASE,
)
# What brings in the figure of another.
_OF_OTHERS = re.compile(
    r"\b(?:than|others?|another|next|ahead|behind|followed|second|rest|rivals?|neighbours?|against|compared|"
    r"versus|average|total|together|all|both|combined|by(?! (?:19|20)\d\d)|more|less|fewer|difference|gap|"
    r"each|every|above|below|over|under|about|around|some|nearly|almost|roughly)\b",
    re.IGNORECASE,
)
# What says of a row less than that its cell is another.
_OPEN = re.compile(
    r"\b(?:if|unless|except|only|until|before|may|might|could|whether|than|others?|another|unlike|next|rest|"
    r"both|together|instead|rather|like)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:no|not|without|never|exempt|free|nor|none)\b|n['’]t\b", re.IGNORECASE)
_PART_BREAK = re.compile(r"[,;:]\s|\s(?:and|while|whereas|but|though)\s")
_WIDE = re.compile(r"\b(?:all|every|any) (?P<noun>[a-z]{3,30})\b", re.IGNORECASE)
_WHOLE = re.compile(r"\b(?:all|any|every|each|whole)\b", re.IGNORECASE)


def _terms(text: str) -> frozenset[str]:
    """The concepts of a text, whose words count alike in capitals and small letters."""
    return terms_of(text.casefold())


class Row(NamedTuple):
    """A row of a table: the terms of its label, those that no other label has, and its cells by column.

    `amounts` are those of the cells that begin with a figure, `units` what stands behind it.
    """

    label: frozenset[str]
    told: frozenset[str]
    cells: dict[str, str]
    amounts: dict[str, float]
    units: dict[str, str]


def rows_of(evidence: Sequence[str]) -> tuple[Row, ...]:
    """The rows of evidence that have the columns of the first of them; those of totals and the rest not."""
    return _rows(tuple(evidence))


@lru_cache(maxsize=64)  # the rows of a table are set against many claims
def _rows(evidence: tuple[str, ...]) -> tuple[Row, ...]:
    found = [cells for line in evidence if len(cells := read_row(line)) > 1]
    if not found:
        return ()
    keys = [key for key, _ in found[0][1:]]
    found = [cells for cells in found if [key for key, _ in cells[1:]] == keys]
    labels = [_terms(cells[0][1]) for cells in found]
    rows = []
    for number, (cells, label) in enumerate(zip(found, labels, strict=True)):
        others = frozenset().union(*(labels[:number] + labels[number + 1 :]))
        read = {key: match for key, value in cells[1:] if (match := _AMOUNT.match(value))}
        amounts = {key: _number(match["figure"]) for key, match in read.items()}
        units = {key: match.string[match.end() :].strip() for key, match in read.items()}
        if not _ALL_ROWS.search(cells[0][1]):
            told = frozenset(filter(str.isalpha, label - others)) or label - others or label
            rows.append(Row(label, told, dict(cells[1:]), amounts, units))
    return tuple(rows)


def named_rows(text: str, rows: Sequence[Row]) -> list[Row]:
    """The rows of whose labels a text has what tells them from the others, and half of the rest.

    Where two labels are one in the other, the longer one is meant.
    """
    own = _terms(text)
    full = [
        row for row in rows if row.told and row.told <= own and 2 * len(row.label & own) >= len(row.label)
    ]
    return [row for row in full if not any(row.label < other.label for other in full)]


def figures_of_other_rows(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Figures that only rows have of which a claim names nothing, where it names one row, and that fully."""
    rows = rows_of(evidence)
    named = named_rows(text, rows)
    if len(named) != 1 or len(rows) < 2:
        return
    own, terms = named[0], _terms(text)
    others = [row for row in rows if row is not own]
    prose = " ".join(line for line in evidence if len(read_row(line)) < 2)
    known = {_number(match[0]) for match in _DIGITS.finditer(prose)}
    known |= {_number(match[0]) for value in own.cells.values() for match in _DIGITS.finditer(value)}
    for start, end in parts_between(_PART_BREAK, text):
        if _OF_OTHERS.search(text, start, end):
            continue
        for match in _DIGITS.finditer(text, start, end):
            amount = _number(match[0])
            holding = [row for row in others if amount in row.amounts.values()]
            if _YEAR.fullmatch(match[0]) or amount in known or not holding:
                continue
            if not any(row.told & terms for row in holding):
                yield Span(*match.span())


def _number(written: str) -> float:
    return float(written.replace(",", ""))


def too_high_ranks(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Ranks of what a row is of that too many rows stand before: "second largest" of the third."""
    for match, own, rows, key in _ranked(text, evidence):
        if _ahead(own, rows, key, match) >= _place(match):
            yield Span(*match.span())


def held_ranks(text: str, evidence: Sequence[str]) -> Iterator[re.Match[str]]:
    """Ranks of what a row is of that it has among three rows or more, with no other in the same place."""
    for match, own, rows, key in _ranked(text, evidence):
        is_alone = sum(row.amounts[key] == own.amounts[key] for row in rows) == 1
        if len(rows) >= _MIN_RANKED and is_alone and _ahead(own, rows, key, match) == _place(match) - 1:
            yield match


def _ranked(text: str, evidence: Sequence[str]) -> Iterator[tuple[re.Match[str], Row, Sequence[Row], str]]:
    """The ranks of a text with the one row that it names, all rows, and the column that it speaks of."""
    if _AMONG.search(text) or len(list(_RANK.finditer(text))) != 1:
        return
    rows = rows_of(evidence)
    named = named_rows(text, rows)
    terms = _terms(text)
    if len(named) != 1 or len(rows) < 2 or any(row is not named[0] and row.told & terms for row in rows):
        return
    match = next(_RANK.finditer(text))
    prose = (line for line in evidence if len(read_row(line)) < 2)
    if any(match["most"].casefold() in line.casefold() for line in prose):
        return  # which may rank by something else
    keys = [key for key in named[0].amounts if is_of_one_unit(key, rows)]
    if _CHANGE.match(text, match.end()) or (len(keys) > 1 and match["most"].casefold() not in _OF_ANY):
        return
    start, end = next(part for part in parts_between(_PART_BREAK, text) if part[0] <= match.start() < part[1])
    here = _terms(text[start:end])
    if not named[0].told <= here:
        return
    said = [
        len(shared) if any(map(str.isalpha, shared)) else 0
        for shared in ((_terms(key) - named[0].label) & here for key in keys)
    ]
    if keys and said.count(max(said)) == 1 and max(said):
        yield match, named[0], rows, keys[said.index(max(said))]


def is_of_one_unit(key: str, rows: Sequence[Row]) -> bool:
    """Whether all rows have a figure in a column, with the same behind it."""
    return all(key in row.amounts for row in rows) and len({row.units[key] for row in rows}) == 1


def _ahead(own: Row, rows: Sequence[Row], key: str, match: re.Match[str]) -> int:
    sign = _SIGNS[match["most"].casefold()]
    return sum(sign * (row.amounts[key] - own.amounts[key]) > 0 for row in rows)


def _place(match: re.Match[str]) -> int:
    return _NTH.get((match["nth"] or "").casefold(), 1)


def words_of_other_rows(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Words of a cell that only other rows have in its column, where a claim names one row and no other.

    Or "no" of a column for which the row has "yes", and what the column is of where it has "no".
    """
    rows = rows_of(evidence)
    named = named_rows(text, rows)
    own = _terms(text)
    if len(named) != 1 or len(rows) < 2 or _OPEN.search(text):
        return
    if any(row is not named[0] and row.told & own for row in rows):
        return
    prose = _terms(" ".join(line for line in evidence if len(read_row(line)) < 2))
    said = own - prose - named[0].label
    for key, value in named[0].cells.items():
        if any(key in row.amounts for row in rows):
            continue
        values = {row.cells[key].casefold() for row in rows}
        if values == {"yes", "no"}:
            is_other = _terms(key) <= own and bool(_DENIED.search(text)) == (value.casefold() == "yes")
        else:
            here = _terms(value)
            others = [_terms(row.cells[key]) for row in rows]
            is_other = not here & own and any(one and one <= said and not one & here for one in others)
        if is_other:
            yield Span(0, len(text))


def wider_cells(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Words for all of something where the thing's own cell names some of it, and another's has all."""
    rows = rows_of(evidence)
    named = named_rows(text, rows)
    if len(named) != 1:
        return
    for match in _WIDE.finditer(text):
        noun = _terms(match["noun"])
        for key, value in named[0].cells.items():
            wide = [row for row in rows if _WHOLE.search(row.cells[key]) and noun <= _terms(row.cells[key])]
            if noun and wide and not _WHOLE.search(value):
                yield Span(*match.span())
