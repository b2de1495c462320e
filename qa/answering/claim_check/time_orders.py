"""What a claim says came first, set against the days that the evidence gives of both."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from qa.answering.claim_check.comparison_rules import Order, find_orders
from qa.answering.claim_check.row_rules import names_of, read_row, terms_of
from qa.answering.claim_check.sides import parts_between, without_asides
from qa.query.conditions.periods import Period, find_periods
from qa.schema import Span

__all__ = ["contrary_times"]

_ORDER = re.compile(r"before|after", re.IGNORECASE)
_SOONER = re.compile(r"\b(?:earlier|later|sooner)\b", re.IGNORECASE)
_SOONER_CHARS = 60
_PART_BREAK = re.compile(r"[;]\s|[.]\s(?=[A-Z])|,?\s(?:and|while|whereas|but)\s")


class _Dated(NamedTuple):
    """A piece of text with one day, month or year; what is named beside it, and what names a row's column."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]
    terms: frozenset[str]
    key: frozenset[str]


def contrary_times(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Words for what came first where the days go against it: "A before B" of "B in 2021, A in 2024"."""
    orders = [order for order in find_orders(text) if _is_of_time(text, order)]
    if not orders:
        return
    names = names_of(text)
    own = terms_of(text)
    dated = [part for line in evidence for part in _dated(line)]
    for order in orders:
        second = order.right & names
        first = order.left & names
        if order.kind == "than" and not first:  # "A opened in May, two months earlier than B"
            first = (names_of(text[: order.place.start]) & names) - second
        left, right = _of(dated, first, second, own), _of(dated, second, first, own)
        found = {_sign(first, second) for first, second in product(left, right)}
        if found == {-order.sign}:
            yield order.place


def _is_of_time(text: str, order: Order) -> bool:
    if order.kind == "before":
        return _ORDER.fullmatch(text[order.place.start : order.place.end]) is not None
    start = max(0, order.place.start - _SOONER_CHARS)
    return order.kind == "than" and _SOONER.search(text, start, order.place.start) is not None


def _of(
    dated: Sequence[_Dated], names: frozenset[str], others: frozenset[str], own: frozenset[str]
) -> list[_Dated]:
    """The days beside some names and none of others; of a row those of the columns that a claim names."""
    found = [part for part in dated if names & part.terms - part.key and not others & part.terms - part.key]
    most = max((len(part.key & own) for part in found), default=0)
    return [part for part in found if len(part.key & own) == most]


def _sign(left: _Dated, right: _Dated) -> int:
    """1 where the left one came first, -1 where the right one did, 0 where that can't be told."""
    return (left.last < right.first) - (right.last < left.first)


@lru_cache(maxsize=256)
def _dated(line: str) -> tuple[_Dated, ...]:
    cells = read_row(line)
    if len(cells) > 1:
        label = terms_of(" ".join(value for _, value in cells if not find_periods(value)))
        return tuple(
            _Dated(*_bounds(period), terms_of(key) | label, terms_of(key))
            for key, value in cells
            for period in _only_period(value)
        )
    plain = without_asides(line)
    return tuple(
        _Dated(*_bounds(period), terms_of(plain[start:end]), frozenset())
        for start, end in parts_between(_PART_BREAK, plain)
        for period in _only_period(plain[start:end])
    )


def _only_period(text: str) -> Iterator[Period]:
    """The one period of a text that names its year, if it has no other."""
    found = find_periods(text)
    if len(found) == 1 and found[0].years and not found[0].is_relative and found[0].reach == "within":
        yield found[0]


def _bounds(period: Period) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Its first and last day, the last of a month as 31."""
    years, months = period.years or (0, 0), period.months or (1, 12)
    return (years[0], months[0], period.day or 1), (years[1], months[1], period.day or 31)
