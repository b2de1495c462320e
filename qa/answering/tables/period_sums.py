"""A half year, quarter or year that a table has in parts: the sum or mean of its quarters or months."""

import re
from dataclasses import replace

from qa.answering.tables.calculations import PER, reckon
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.labelled_grid import LabelledGrid
from qa.answering.tables.table_answer import TableAnswer
from qa.answering.tables.table_labels import Label
from qa.answering.tables.table_periods import kind_of_period, months_of, split_period
from qa.answering.tables.table_question import TableQuestion
from qa.answering.tables.trade_words import PRICE, RATE, STATES, measure_of

__all__ = ["answer_by_period_sum"]

_KINDS = ("q", "m")
_MONTHLY = re.compile(r"\bmonth", re.IGNORECASE)
_QUARTERLY = re.compile(r"\bquarterly|\b(?:a|per) quarter\b", re.IGNORECASE)


def answer_by_period_sum(question: TableQuestion, grid: LabelledGrid) -> TableAnswer | None:
    """What the parts of the asked period give together; None where the table has it whole, or lacks a part.

    Prices, rates, shares and what is counted at a day are not added up.
    """
    if question.superlative or question.side or question.operation not in (None, "sum", "average"):
        return None
    asked = _parts_asked(question, grid)
    if not asked:
        return None
    matcher = GridMatcher(replace(question, periods=tuple(dict.fromkeys(sum(asked, ())))), grid)
    matches = [matcher.best_cell(periods=periods) for periods in asked]
    found = [match for match in matches if match is not None and match.is_sure and not match.weak]
    if len(found) < len(matches) or min(_lines(found)) > 1:
        return None
    is_mean = question.operation == "average"
    if not is_mean and not all(_is_flow(matcher, match) for match in found):
        return None
    return reckon(matcher, found, "average" if is_mean else "sum")


def _lines(matches: list[CellMatch]) -> tuple[int, int]:
    """How many rows, and columns, some cells stand in."""
    return len({match.row for match in matches}), len({match.column for match in matches})


def _parts_asked(question: TableQuestion, grid: LabelledGrid) -> list[tuple[str, ...]]:
    """The periods of each part, with the year that is asked for; none where there is no such sum."""
    years = [name for name in question.periods if name[0].isdigit()]
    parts = [name for name in question.periods if not name[0].isdigit()]
    if len(years) > 1 or len(parts) > 1 or not question.periods:
        return []
    for axis in (grid.columns, grid.rows):
        own = [name for labels in axis.values() for name in _own_periods(labels)]
        if not own or question.periods[-1] in own or (parts and parts[0] in own):
            continue
        if not parts and (
            any(label.is_total for labels in axis.values() for label in labels)
            or not {kind_of_period(name) for name in own} <= {*_KINDS}
        ):
            continue
        for kind in _kinds_asked(question):
            split = split_period(parts[0] if parts else years[0], kind)
            if split and set(split) <= set(own):
                return [(*years, name) for name in split]
    return []


def _kinds_asked(question: TableQuestion) -> tuple[str, ...]:
    """Quarters or months, the longer first where either will do."""
    if question.operation != "average":
        return _KINDS
    return ("q",) if _QUARTERLY.search(question.text) else ("m",) if _MONTHLY.search(question.text) else ()


def _own_periods(labels: tuple[Label, ...]) -> list[str]:
    """Of what period a row or column is: the shortest that its labels name."""
    spans = [(months, name) for label in labels for name in label.periods if (months := months_of(name))]
    shortest = min((last - first for (first, last), _ in spans), default=0)
    return [name for (first, last), name in spans if last - first == shortest]


def _is_flow(matcher: GridMatcher, match: CellMatch) -> bool:
    """Whether a figure is of what happened in its period, and not of a state, a price or a rate."""
    grid = matcher.grid
    unit = grid.unit(match.row, match.column) or ""
    labels = (*grid.rows[match.row], *grid.columns[match.column])
    said = grid.caption_stems.union(*(label.stems for label in labels))
    is_rate = any(measure_of(word) & (PRICE | RATE) for word in said)
    kind = grid.unit_class(match.row, match.column)
    return not (is_rate or said & STATES or PER.search(unit) or kind in ("percent", "time"))
