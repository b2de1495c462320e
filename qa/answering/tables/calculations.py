"""Sums, differences, changes and ratios of cells."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from qa.answering.tables.asked_operation import MOVED, Operation
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.cell_values import format_number, is_blank
from qa.answering.tables.flow_check import is_about_something_else
from qa.answering.tables.table_answer import Amount, TableAnswer, cite_cells, collect_evidence
from qa.schema import Computed

__all__ = ["PER", "answer_by_calculation", "bracketed", "named_groups", "reckon", "years_asked"]

PER = re.compile(r"/|\bper\b|\ban?\b", re.IGNORECASE)  # in a unit: of each of something
_TWO = 2
# "Over 2028 to 2030" takes in 2029; "2028 and 2030" does not.
_SPAN = re.compile(r"\b(?:from|between|over|during|through|throughout)\b|\d\d\d\d to \d\d\d\d", re.IGNORECASE)
_HUNDRED = Decimal(100)


def answer_by_calculation(matcher: GridMatcher, operation: Operation) -> TableAnswer | None:
    """What the cells that a question names give; None where they are not all told."""
    matches = _operands(matcher, operation)
    return None if matches is None else reckon(matcher, matches, operation)


def reckon(matcher: GridMatcher, matches: Sequence[CellMatch], operation: Operation) -> TableAnswer | None:
    """What these cells give, which are all told, or that one is blank; None where they don't go together."""
    grid = matcher.grid
    places = [(match.row, match.column) for match in matches]
    if len(set(places)) < len(places) or not all(matcher.is_of_wanted_unit(*place) for place in places):
        return None
    if any(is_about_something_else(matcher, match) for match in matches):
        return None
    texts = [grid.read(*place) for place in places]
    matched = min(match.matched for match in matches)
    blank = next((index for index, text in enumerate(texts) if is_blank(text)), None)
    if blank is not None:
        return TableAnswer(
            kind="blank",
            cells=cite_cells(grid, [places[blank]]),
            short_answer="",
            matched=matched,
            evidence=collect_evidence(grid, places),
        )
    numbers = [grid.number(*place) for place in places]
    units = {grid.unit(*place) for place in places}
    kinds = {number[1] for number in numbers if number}
    if None in numbers or len(units) > 1 or len(kinds) > 1:
        return None
    values = [number[0] for number in numbers if number]
    unit = units.pop() or kinds.pop() or None
    if operation == "sum" and (unit or "").startswith(("%", "percent")) and not matcher.question.wants:
        return None  # two rates make no amount
    worked_out = _work_out(operation, values, texts, unit)
    if worked_out is None:
        return None
    value, how, result_unit = worked_out
    amount = Amount(sum(values, Decimal(0)), unit, f"({how.rpartition(' = ')[0]})")
    return TableAnswer(
        kind="computed",
        cells=cite_cells(grid, places),
        short_answer=_with_unit(value, result_unit),
        matched=matched,
        evidence=collect_evidence(grid, places),
        computed=Computed(value=value, unit=result_unit, how=how, cells=tuple(range(1, len(places) + 1))),
        amount=amount if operation == "sum" else None,
    )


def _with_unit(value: str, unit: str | None) -> str:
    if not unit:
        return value
    return f"{value}{unit}" if unit == "%" else f"{unit}{value}" if unit in "$€£¥" else f"{value} {unit}"


def _operands(matcher: GridMatcher, operation: Operation) -> list[CellMatch] | None:
    """The cells to reckon with, in the order of the question; a change goes from the earlier to the later."""
    question, grid = matcher.question, matcher.grid
    years = years_asked(question.text, question.periods, operation)
    matches: list[CellMatch | None]
    if operation == "share of total":
        part = matcher.best_cell()
        if part is None:
            return None
        totals = [
            row
            for row, labels in grid.rows.items()
            if any(label.is_total for label in labels) and row != part.row
        ]
        if len(totals) != 1 or any(label.is_total for label in grid.rows[part.row]):
            return None
        whole = CellMatch(row=totals[0], column=part.column, matched=part.matched)
        matches = [part, whole]
    elif len(years) == _TWO or (operation in ("sum", "average") and len(years) > _TWO):
        rest = [name for name in question.periods if not name[0].isdigit()]
        matcher = GridMatcher(replace(question, periods=(*years, *rest)), grid)
        if operation == "ratio":
            years = _years_as_told(question.text, years)
        matches = [matcher.best_cell(periods=[year, *rest]) for year in years]
    elif operation in ("sum", "difference", "ratio"):
        named = named_groups(matcher)
        if len(named) < _TWO or (operation != "sum" and len(named) > _TWO):
            return None
        matches = [matcher.best_cell(without=frozenset().union(*named) - words) for words in named]
    else:
        return None
    found = [match for match in matches if match is not None]
    if len(found) < len(matches) or not all(match.is_sure for match in found):
        return None
    return found


def years_asked(text: str, periods: Sequence[str], operation: Operation) -> list[str]:
    """The years to reckon with, in order: those of a span are all of it, for a change its first and last."""
    named = [name for name in periods if name[0].isdigit()]
    spans = [re.fullmatch(r"(\d{4})-(?:\d\d)?(\d\d)", name) for name in named]
    if len(named) == 1 and (span := spans[0]):
        ends = [int(span[1]), int(span[1][:2] + span[2])]
    elif len(named) == _TWO and not any(spans) and all(len(name) == len("2030") for name in named):
        ends = sorted(map(int, named))
    else:
        return sorted(name for name in named if len(name) == len("2030"))
    is_whole = operation in ("sum", "average") and (any(spans) or _SPAN.search(text) is not None)
    return list(map(str, range(ends[0], ends[1] + 1))) if is_whole else list(map(str, ends))


def _years_as_told(text: str, years: Sequence[str]) -> list[str]:
    """Two years in the order of the ratio: the later by the earlier where something grew, else as named."""
    return sorted(years, reverse=True) if MOVED.search(text) else sorted(years, key=text.find)


def named_groups(matcher: GridMatcher) -> list[frozenset[int]]:
    """The words of the question that name rows, or else columns, a group for each, in its order."""
    for fits, axis in ((matcher.rows, matcher.grid.rows), (matcher.columns, matcher.grid.columns)):
        told = {
            fit.words
            for number, fit in fits.items()
            if fit.is_told and fit.words and not any(label.is_total for label in axis[number])
        }
        groups = [words for words in told if not any(words < other for other in told)]
        shared = frozenset.intersection(*groups) if len(groups) > 1 else frozenset[int]()
        groups = [words - shared for words in groups if words - shared]
        if len(groups) >= _TWO and sum(map(len, groups)) == len(frozenset().union(*groups)):
            return sorted(groups, key=min)
    return []


def _work_out(
    operation: Operation, values: Sequence[Decimal], texts: Sequence[str], unit: str | None
) -> tuple[str, str, str | None] | None:
    """The value as text, how it comes about, and its unit."""
    grouped = any("," in text for text in texts) and not any("." in text and "," in text for text in texts)
    shown = [format_number(value, grouped=grouped) for value in values]
    is_percent = unit is not None and (unit.startswith("%") or unit.startswith("percent"))
    if operation == "sum":
        total = format_number(sum(values, Decimal(0)), grouped=grouped)
        return total, f"{' + '.join(shown)} = {total}", unit
    if operation == "average":
        mean = (sum(values, Decimal(0)) / Decimal(len(values))).quantize(Decimal("0.01"), ROUND_HALF_UP)
        result = format_number(mean, grouped=grouped)
        return result, f"({' + '.join(shown)}) / {len(values)} = {result}", unit
    first, second = values
    if operation in ("difference", "change"):
        # A change is the later less the earlier; a difference the greater less the smaller.
        is_turned = operation == "change" or second > first
        pair = [second, first] if is_turned else [first, second]
        names = [shown[1], shown[0]] if is_turned else shown
        result = format_number(pair[0] - pair[1], grouped=grouped)
        return (
            result,
            f"{names[0]} - {bracketed(names[1])} = {result}",
            "percentage points" if is_percent else unit,
        )
    divisor = first if operation == "percent change" else second
    # A change of a share in percent may be meant in points.
    if divisor == 0 or (operation == "percent change" and is_percent):
        return None
    if operation == "percent change":
        result = _rounded((second - first) / first * _HUNDRED)
        return result, f"({shown[1]} - {bracketed(shown[0])}) / {shown[0]} = {result}%", "percent"
    if operation == "share of total":
        result = _rounded(first / second * _HUNDRED)
        return result, f"{shown[0]} / {shown[1]} = {result}%", "percent"
    result = _rounded(first / second)
    return result, f"{shown[0]} / {shown[1]} = {result}", "times"


def bracketed(figure: str) -> str:
    """A figure as it stands behind a minus."""
    return f"({figure})" if figure.startswith("-") else figure


def _rounded(value: Decimal) -> str:
    return format_number(value.quantize(Decimal("0.1"), ROUND_HALF_UP), grouped=False)
