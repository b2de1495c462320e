"""Figures of a claim that a table has in another row or column than the claim says.

A row of the evidence reads "Country: Chile; 2023: 38; 2024: 41": the first cell that is no figure names it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from qa.answering.claim_check.sides import parts_between, without_asides
from qa.answering.polarity.concepts import concept
from qa.schema import Span
from qa.text.terms import FUNCTION_WORDS

__all__ = ["CELL", "names_of", "other_cells", "read_row", "terms_of"]

CELL = re.compile(r"(?P<key>[^:;]{1,80}):\s(?P<value>[^;]+)(?:;|$)")
_WORD = re.compile(r"[^\W_]+")
_NAME = re.compile(r"\b[A-Z][^\W_]*")
_FIGURE = re.compile(r"(?<![\w.,])\d[\d.,]{0,15}?(?![\d]|[.,]\d)")
_PART_BREAK = re.compile(r"[,;]\s|\s(?:and|while|whereas|but|against|with|than|versus|after)\s")
_NOTHING = re.compile(r"\b(?:free|duty-free|zero|nil)\b", re.IGNORECASE)


class _Cell(NamedTuple):
    """A figure of a row, with the terms of its column and of what the row is about."""

    amount: float
    key: frozenset[str]
    label: frozenset[str]


def terms_of(text: str) -> frozenset[str]:
    """The concepts of a text's words and figures, small words aside."""
    return frozenset(concept(word) for word in _WORD.findall(text) if word.casefold() not in FUNCTION_WORDS)


def names_of(text: str) -> frozenset[str]:
    """The concepts of a text's capitalised words."""
    return frozenset(concept(word) for word in _NAME.findall(text))


def read_row(line: str) -> list[tuple[str, str]]:
    """The column and the value of each cell of a row, in order; none of what has not several."""
    return [(match["key"], match["value"].strip()) for match in CELL.finditer(line)] if "; " in line else []


@lru_cache(maxsize=256)
def _cells(line: str) -> tuple[_Cell, ...]:
    """The figures of a row in order; none of what is no row."""
    found = read_row(line)
    if len(found) < 2:
        return ()
    if ". " in found[0][0]:  # behind a caption
        found[0] = (found[0][0].rsplit(". ", 1)[1], found[0][1])
    label = terms_of(next((value for _, value in found if not value[:1].isdigit()), found[0][1]))
    return tuple(
        _Cell(_amount(match[0]), terms_of(key), label)
        for key, value in found
        if (match := _FIGURE.match(value))
    )


def _amount(figure: str) -> float:
    plain = figure.replace(",", "")
    return float(plain) if re.fullmatch(r"\d+(?:\.\d+)?", plain) else float("nan")


def other_cells(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Figures that stand in another row or column than the one that is named beside them."""
    rows = [row for line in evidence if (row := _cells(line))]
    if not rows:
        return
    all_amounts = {cell.amount for row in rows for cell in row}
    in_prose = {_amount(figure) for line in evidence if not _cells(line) for figure in _FIGURE.findall(line)}
    own = terms_of(text)
    if len(rows) > 1:
        rows = [row for row in rows if row[0].label <= own] or rows
    cells = [cell for row in rows for cell in row]
    common = frozenset.intersection(*(cell.key for cell in cells))
    plain = without_asides(text)
    for start, end in parts_between(_PART_BREAK, plain):
        part = plain[start:end]
        terms = terms_of(part)
        figures = [m for m in _FIGURE.finditer(part) if not re.fullmatch(r"(?:19|20)\d\d", m[0])]
        if not figures and (nothing := _NOTHING.search(part)):
            figures = [nothing]
        if len(figures) != 1:
            continue
        amount = 0.0 if figures[0][0][0].isalpha() else _amount(figures[0][0])
        if amount in in_prose or amount not in all_amounts:
            continue
        told = [cell for cell in cells if (cell.key - common) and (cell.key - common) <= terms]
        has_it = [cell for cell in cells if cell.amount == amount]
        # Of two columns that are named beside it, its own may be meant.
        if told and any((cell.key - common) & terms for cell in has_it):
            continue
        if all(cell.amount != amount for cell in told or cells):
            yield Span(start + figures[0].start(), start + figures[0].end())
