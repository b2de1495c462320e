"""How many years or partners are beyond a figure, and the first or last year that is, by cells."""

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.tables.asked_bound import GROUPED_FROM, Threshold, scale_of
from qa.answering.tables.calculations import years_asked
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.cell_values import format_number, is_blank
from qa.answering.tables.flow_check import is_about_something_else
from qa.answering.tables.labelled_grid import LabelledGrid
from qa.answering.tables.superlatives import telling_labels
from qa.answering.tables.table_answer import TableAnswer, amount_of, cite_cells, collect_evidence
from qa.answering.tables.table_periods import kind_of_period
from qa.answering.tables.table_question import TableQuestion
from qa.answering.tables.trade_words import AXIS_NOUNS, FIRM_NOUNS, are_alike
from qa.schema import Computed
from qa.text.terms import stem

__all__ = ["answer_lookup", "answer_threshold"]

_PERIOD_KINDS = {stem("year"): "year", stem("quarter"): "q", stem("month"): "m"}
_UNNAMED_COST = 0.2  # of partners that a table has only together, and that might be beyond the figure
_MIN_CELLS = 2
_MAX_LACKING = 3  # of rows that are zero, or blank
_MAX_LOOKUP = 0.9


def answer_threshold(question: TableQuestion, grid: LabelledGrid, asked: Threshold) -> TableAnswer | None:
    """The number, or the period; a refusal where a cell that matters is blank, None where none is told."""
    kind = _PERIOD_KINDS.get(stem(asked.noun))
    matcher, matches = (
        _cells_of_periods(question, grid, kind)
        if kind
        else _cells_of_rows(GridMatcher(question, grid), asked.noun)
    )
    places = [(match.row, match.column) for match in matches]
    if len(set(places)) < _MIN_CELLS or len(set(places)) < len(places):
        return None
    if any(is_about_something_else(matcher, match) for match in matches):
        return None
    matched = min(match.matched for match in matches)
    if kind is None and any(_is_beyond(grid, row, matches[0].column, asked) for row in _rows_together(grid)):
        matched -= _UNNAMED_COST
    met: list[tuple[int, int]] = []
    for place in places if asked.asks != "last" else reversed(places):
        amount = amount_of(grid, *place)
        if amount is None:
            if not is_blank(grid.read(*place)):
                return None
            return TableAnswer(
                kind="blank",
                cells=cite_cells(grid, [place]),
                short_answer="",
                matched=matched,
                evidence=collect_evidence(grid, [place]),
            )
        if amount.is_percent is not asked.bound.is_percent and asked.bound.figure:
            return None
        if asked.bound.is_met(amount.value, amount.unit):
            met.append(place)
            if asked.asks != "count":
                break
    return _say(grid, asked, places, met, matched)


def answer_lookup(matcher: GridMatcher, asked: Threshold) -> TableAnswer | None:
    """Whose cell is zero, or blank, among the rows of what is asked for; None where that is not told."""
    grid = matcher.grid
    if not _is_of_rows(grid, asked.noun):
        return None
    matches = [match for row in _single_rows(grid) if (match := matcher.best_cell(row=row))]
    found = [match for match in matches if not (match.unmet_words or match.unmet_periods)]
    if len(found) < _MIN_CELLS or any(is_about_something_else(matcher, match) for match in found):
        return None
    met = [match for match in found if _is_lacking(matcher, match, asked)]
    places = [(match.row, match.column) for match in met]
    labels = telling_labels(grid.rows, [match.row for match in found])
    names = [", ".join(label.text for label in labels[row]) for row, _ in places]
    if not 0 < len(places) <= _MAX_LACKING or not all(names):
        return None
    return TableAnswer(
        kind="superlative",
        cells=cite_cells(grid, places),
        short_answer=" and ".join(names),
        matched=min(_MAX_LOOKUP, *(match.matched for match in met)),
        evidence=collect_evidence(grid, places),
    )


def _is_lacking(matcher: GridMatcher, match: CellMatch, asked: Threshold) -> bool:
    """Whether a row's cell is zero, or blank; where several may be meant, whether all amounts are."""
    grid = matcher.grid
    columns = [match.column]
    if not match.is_column_told:
        asked_periods = frozenset(matcher.question.periods)
        columns = [
            column
            for column in matcher.columns
            if {name for label in grid.columns[column] for name in label.periods} <= asked_periods
            and grid.unit_class(match.row, column) != "percent"
        ]
    texts = [grid.read(match.row, column) for column in columns]
    if asked.asks == "blank":
        return bool(texts) and all(map(is_blank, texts))
    amounts = [grid.number(match.row, column) for column in columns]
    return bool(amounts) and all(amount is not None and not amount[0] for amount in amounts)


def _say(
    grid: LabelledGrid,
    asked: Threshold,
    places: Sequence[tuple[int, int]],
    met: Sequence[tuple[int, int]],
    matched: float,
) -> TableAnswer | None:
    names = {place: _name(grid, place, places) for place in places}
    if asked.asks == "count":
        listed = "; ".join(f"{names[place]}: {grid.read(*place)}" for place in met)
        count = f"{len(met)} of {len(places)}"
        computed = Computed(
            value=str(len(met)),
            unit=asked.noun,
            how=f"{listed}: {count}" if met else count,
            cells=tuple(range(1, len(places) + 1)),
        )
        shown, short = list(places), str(len(met))
    elif met:
        at = places.index(met[0])
        # The one before it, or behind the last, shows that it is the first, or the last.
        shown = list(places[max(0, at - 1) : at + 1] if asked.asks == "first" else places[at : at + 2])
        power = scale_of(grid.unit(*met[0])) if asked.bound.is_scaled else 0
        figure = asked.bound.figure.scaleb(-power)
        listed = "; ".join(f"{names[place]}: {grid.read(*place)}" for place in shown)
        short = _period_name(grid, met[0]) or names[met[0]]
        computed = Computed(
            value=short,
            unit=None,
            how=f"{listed} against {format_number(figure, grouped=figure >= GROUPED_FROM)}",
            cells=tuple(range(1, len(shown) + 1)),
        )
    else:
        return TableAnswer(
            kind="absent",
            cells=(),
            short_answer="",
            matched=matched,
            evidence=collect_evidence(grid, places),
            reason=f"None of {names[places[0]]} to {names[places[-1]]} is so in the table.",
        )
    return TableAnswer(
        kind="computed",
        cells=cite_cells(grid, shown),
        short_answer=short,
        matched=matched,
        evidence=collect_evidence(grid, shown),
        computed=computed,
    )


def _cells_of_periods(
    question: TableQuestion, grid: LabelledGrid, kind: str
) -> tuple[GridMatcher, list[CellMatch]]:
    """The cells of one row, or column, by period in order; none where one is lacking."""
    matcher = GridMatcher(question, grid)
    axes = [grid.column_periods, grid.row_periods]
    for names in axes:
        own = sorted({name for name in names if kind_of_period(name) == kind})
        if len(own) < _MIN_CELLS:
            continue
        others = [name for name in question.periods if kind_of_period(name) != kind]
        asked = question.periods if kind == "year" else ()
        wanted = years_asked(question.text, asked, "sum") if asked else own
        if len(asked) == _MIN_CELLS and not wanted:  # "2018/19 to 2023/24"
            wanted = [name for name in own if min(asked) <= name <= max(asked)]
        if len(asked) == 1 and question.side:  # since 2021, until 2022
            wanted = [
                name for name in own if (name >= asked[0]) is (question.side == "from") or name == asked[0]
            ]
        if not set(wanted) <= set(own):
            return matcher, []
        laid = GridMatcher(replace(question, periods=(*wanted, *others)), grid)
        matches = [laid.best_cell(periods=[name, *others]) for name in wanted]
        found = [match for match in matches if match is not None and match.is_sure]
        in_line = 1 in (len({match.row for match in found}), len({match.column for match in found}))
        return laid, found if len(found) == len(wanted) and in_line else []
    return matcher, []


def _cells_of_rows(matcher: GridMatcher, counted: str) -> tuple[GridMatcher, list[CellMatch]]:
    """The cells of one column by what the rows name, where that is asked for; none where that isn't told."""
    grid = matcher.grid
    if not _is_of_rows(grid, counted):
        return matcher, []
    rows = [row for row in _single_rows(grid) if not any(label.periods for label in grid.rows[row])]
    matches = [matcher.best_cell(row=row) for row in rows]
    found = [
        match
        for match in matches
        if match and match.is_column_told and not (match.unmet_words or match.unmet_periods)
    ]
    is_one_column = len({match.column for match in found}) == 1
    return matcher, found if len(found) == len(rows) and is_one_column else []


def _is_of_rows(grid: LabelledGrid, noun: str) -> bool:
    """Whether a noun is what the rows are."""
    heads = {word for label in grid.corner for word in label.stems}
    groups = [nouns for nouns in (*AXIS_NOUNS[:2], FIRM_NOUNS) if stem(noun) in nouns]
    return any(are_alike(stem(noun), head, is_name=False) for head in heads) or any(
        nouns & heads for nouns in groups
    )


def _single_rows(grid: LabelledGrid) -> list[int]:
    """The rows but totals, others and those that restrict."""
    return [
        row
        for row, labels in grid.rows.items()
        if not any(label.is_total or label.is_other or label.restricts for label in labels)
    ]


def _rows_together(grid: LabelledGrid) -> list[int]:
    """The rows of others."""
    return [row for row, labels in grid.rows.items() if any(label.is_other for label in labels)]


def _is_beyond(grid: LabelledGrid, row: int, column: int, asked: Threshold) -> bool:
    amount = amount_of(grid, row, column)
    return amount is None or asked.bound.is_met(amount.value, amount.unit)


def _period_name(grid: LabelledGrid, place: tuple[int, int]) -> str | None:
    """The year of a cell without the marks beside it ("2023r")."""
    labels = (*grid.rows[place[0]], *grid.columns[place[1]])
    names = [name for label in labels for name in label.periods]
    return names[0] if len(names) == 1 and names[0].isdigit() else None


def _name(grid: LabelledGrid, place: tuple[int, int], places: Sequence[tuple[int, int]]) -> str:
    """What tells a cell from the others: its row's labels, or its column's."""
    by_row = len({row for row, _ in places}) > 1
    labels = grid.rows[place[0]] if by_row else grid.columns[place[1]]
    return ", ".join(label.text for label in labels if not label.is_code)
