"""Claims that are a cell, "Chile: exports, 2024: 41", set against the rows of a table.

What a row says of its own cells needs no model: the claim's words have to be the row's, and its figure the
cell's.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from qa.answering.claim_check.row_rules import read_row, terms_of
from qa.answering.polarity.concepts import concept
from qa.query.conditions.periods import MONTHS

__all__ = ["judge_cell", "scale_of"]

_CLAIM = re.compile(
    r"[-–—•\s]*(?:\d{1,2}[.)]\s)?(?P<heads>[^;.!?\n]{1,200}): "
    r"(?P<value>[$€£]?\d[\d.,]{0,20}[^\d;:.!?]{0,40})\.?"
)
_FIGURE = re.compile(r"\d[\d.,]*")
_PLAIN = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_MONTH = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])\b(?!\d)")
_SCALE = re.compile(
    r"\b(?:1[,.\s]?000\b|'?000s?\b|thousands?\b|(?P<millions>millions?|mn)\b|(?P<billions>billions?|bn)\b)"
)
_SHORT = {"t": concept("tonnes"), "pct": concept("percent")}
_PERIOD = re.compile(r"\b(?:year|season|month|week|quarter|half|date|day|period)s?\b", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:not|no|never|without|except|other)\b", re.IGNORECASE)


class _Cell(NamedTuple):
    """A figure of a row with its scale; the terms of its column, and those with what the row is of."""

    amount: float
    scale: float
    key: frozenset[str]
    terms: frozenset[str]
    row: int


def judge_cell(
    text: str, evidence: Sequence[str], context: str
) -> Literal["supported", "unsupported"] | None:
    """Whether rows have the cell that a claim says, or another figure there; None if that can't be told.

    It can where all the words of the claim are of the column, the row and the context of just one cell.
    """
    claim = _CLAIM.fullmatch(text.strip())
    if claim is None or _DENIED.search(text):
        return None
    value = _FIGURE.search(claim["value"])
    amount = _amount(value[0]) if value else None
    if value is None or amount is None:
        return None
    behind = claim["value"][value.end() :]
    said = _terms(claim["heads"]) | _terms(behind)
    rows = [line for line in evidence if len(read_row(line)) > 1]
    known = _terms(" ".join([context, *(line for line in evidence if line not in rows)]))
    cells = [cell for number, line in enumerate(rows) for cell in _cells(line, number)]
    fitting = [cell for cell in _best(cells, said) if said <= cell.terms | known]
    if len(fitting) != 1 or not said & (fitting[0].terms - fitting[0].key):
        return None
    scale = scale_of(f"{claim['heads']} {behind}")
    told = scale != 1 or bool(_terms(behind))
    cell = fitting[0]
    ways = {cell.amount * cell.scale} if told else {cell.amount, cell.amount * cell.scale}
    return (
        "supported"
        if any(abs(amount * scale - way) < 1e-6 * max(1.0, way) for way in ways)
        else "unsupported"
    )


def _best(cells: Sequence[_Cell], said: frozenset[str]) -> Iterator[_Cell]:
    """The cells of whose column and row a claim says most, where it says something of both."""
    found = [cell for cell in cells if said & cell.key]
    most = max((len(said & cell.terms) for cell in found), default=0)
    yield from (cell for cell in found if len(said & cell.terms) == most)


@lru_cache(maxsize=256)
def _cells(line: str, number: int) -> tuple[_Cell, ...]:
    """The figures of a row; its other cells say what it is of."""
    found = read_row(line)
    amounts = [None if _PERIOD.search(key) and "(" not in key else _amount(value) for key, value in found]
    label = _terms(
        " ".join(value for (_, value), amount in zip(found, amounts, strict=True) if amount is None)
    )
    return tuple(
        _Cell(amount, scale_of(key), _terms(key), _terms(key) | label, number)
        for (key, _), amount in zip(found, amounts, strict=True)
        if amount is not None
    )


def _amount(written: str) -> float | None:
    plain = written.strip().rstrip(".,")
    return float(plain.replace(",", "")) if _PLAIN.fullmatch(plain) else None


def scale_of(text: str) -> float:
    """What a figure is multiplied by under a heading or before a word: 1e6 of "million", else 1."""
    match = _SCALE.search(text)
    if match is None:
        return 1.0
    return 1e6 if match["millions"] else 1e9 if match["billions"] else 1e3


def _terms(text: str) -> frozenset[str]:
    """The concepts of a text without its scale; "2025-06" is "June 2025"."""
    named = _MONTH.sub(lambda match: f"{MONTHS[int(match['month']) - 1]} {match['year']}", text)
    words = terms_of(_SCALE.sub(" ", named.replace("%", " percent ")))
    return frozenset(_SHORT.get(word, word) for word in words)
