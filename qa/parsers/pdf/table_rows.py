"""Which lines of a PDF's table are one row: cells that are wrapped over several lines stay whole."""

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from qa.parsers.pdf.page_lines import Line
from qa.parsers.pdf.table_grid import Cell, Placed, RowLine, is_value
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["fits", "group_rows", "is_open", "make_cells"]

_OPEN_END = re.compile(
    r"[-,(&/–—]$|\b(?:of|and|the|for|to|in|by|or|with|from|on|at|a|an|than)$", re.IGNORECASE
)
_BRACKETED = re.compile(r"[(\[].*[)\]]\W?")
_MIN_NUMBERS = 2  # below others, from which on a line without a name is a row
_MAX_INVERTED_LINES = 40
_WIDE_STEP = 1.22  # of the usual one in a cell
_MAX_BREAK_SHARE = 0.3  # of the narrow steps that look like the border of two rows


def group_rows(
    lines: Sequence[RowLine], widths: Sequence[float], breaks: Collection[int] = (), *, ruled: bool = False
) -> list[list[RowLine]]:
    """The lines of each row, in order.

    `breaks` are the numbers of lines that have a ruling line above them. `ruled` says that rows usually have
    one, so that what stands between two is likely one row.
    """
    if not lines:
        return []
    inverted = _find_inversions(lines)
    spacing = _Spacing(lines, widths)
    rows = [[lines[0]]]
    for number, line in enumerate(lines[1:], start=1):
        row = rows[-1]
        # Between two ruling lines a date may fall into three: 31, August, 2029.
        is_part = ruled and 0 not in line.columns() and len(line.values()) < _MIN_NUMBERS
        if number in breaks or (_conflicts(row, line) and not is_part):
            is_same = False
        elif number in inverted:
            is_same = True
        elif not ruled and (told := spacing.tells(number)) is not None:
            is_same = told
        else:
            is_same = _continues(row, line, widths, ruled)
        if is_same:
            row.append(line)
        else:
            rows.append([line])
    return rows


def make_cells(row: Sequence[RowLine], width: int) -> list[Cell]:
    """The cells of a row, also the blank ones."""
    spans = _merge_spans(place for line in row for place in line.placed)
    cells: list[Cell] = []
    column = 0
    while column < width:
        last = next((last for first, last in spans if first == column), column)
        lines = []
        for line in row:
            pieces = [place.piece for place in line.placed if column <= place.first <= last]
            if pieces:
                lines.append(Line(pieces))
        cells.append(Cell(lines, colspan=last - column + 1, column=column))
        column = last + 1
    return cells


def _merge_spans(places: Iterable[Placed]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for first, last in sorted({(place.first, place.last) for place in places}):
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _conflicts(row: Sequence[RowLine], line: RowLine) -> bool:
    """Whether a line brings a second number for a column, which a cell does not hold."""
    values = line.values()
    stub = line.text(0)
    if is_value(stub) and any(map(str.isdigit, stub)) and any(is_value(above.text(0)) for above in row):
        return True
    second_values = [column for column in values if any(column in above.values() for above in row)]
    if not second_values:
        return False
    # Shares or errors in brackets stand below their numbers.
    is_bracketed = all(_BRACKETED.fullmatch(line.text(column)) for column in values)
    was_bracketed = any(_BRACKETED.fullmatch(row[-1].text(column)) for column in second_values)
    return not is_bracketed or was_bracketed or bool(line.text(0)) or line.columns() != values


def _find_inversions(lines: Sequence[RowLine]) -> set[int]:
    """The lines that are drawn before something above them: tables are drawn cell by cell, row by row."""
    last_above: list[int] = []
    latest = -1
    for line in lines:
        last_above.append(latest)
        latest = max(latest, *(place.piece.order for place in line.placed))
    inverted: set[int] = set()
    earliest = 10**9
    for number in range(len(lines) - 1, 0, -1):
        earliest = min(earliest, *(place.piece.order for place in lines[number].placed))
        if earliest < last_above[number]:
            inverted.add(number)
    # Drawn column by column it tells nothing about rows.
    run = longest = 0
    for number in range(1, len(lines)):
        run = run + 1 if number in inverted else 0
        longest = max(longest, run)
    is_by_column = longest >= _MAX_INVERTED_LINES or (
        len(lines) > 2
        and longest == len(lines) - 1
        and any(_looks_like_row(above, line) for above, line in pairwise(lines))
    )
    return set() if is_by_column else inverted


def _looks_like_row(above: RowLine, line: RowLine) -> bool:
    """Whether a second row begins here for sure: with numbers below numbers."""
    return bool(above.values() & line.values())


class _Spacing:
    """Whether the space between lines tells rows apart, as where cells have a margin."""

    def __init__(self, lines: Sequence[RowLine], widths: Sequence[float]) -> None:
        self._steps = [0.0] + [line.middle - above.middle for above, line in pairwise(lines)]
        steps = self._steps[1:]
        self._narrow = min(steps, default=0.0)
        is_narrow = [step <= 1.1 * self._narrow + 0.3 for step in self._steps]
        wide_count = sum(map(self._is_wide, steps))
        narrow_numbers = [number for number in range(1, len(lines)) if is_narrow[number]]
        breaks = sum(_looks_like_break(lines[number - 1], lines[number], widths) for number in narrow_numbers)
        self._tells = (
            bool(narrow_numbers)
            and wide_count > 0
            and self._narrow > 0
            and breaks <= _MAX_BREAK_SHARE * len(narrow_numbers)
        )

    def _is_wide(self, step: float) -> bool:
        return step > _WIDE_STEP * self._narrow + 0.5

    def tells(self, number: int) -> bool | None:
        """Whether the line goes on with the row above; None if that can't be told."""
        if not self._tells:
            return None
        return not self._is_wide(self._steps[number])


def _looks_like_break(above: RowLine, line: RowLine, widths: Sequence[float]) -> bool:
    if _conflicts([above], line):
        return True
    both = above.columns() & line.columns()
    return 0 in both and len(both) > 1 and any(_fits(above, line, column, widths) for column in both)


def _fits(above: RowLine, line: RowLine, column: int, widths: Sequence[float]) -> bool:
    """Whether the first word of a cell's line would have had room in the line above."""
    upper = [place.piece for place in above.placed if place.first == column]
    lower = [place.piece for place in line.placed if place.first == column]
    if not upper or not lower:
        return False
    return fits(upper[-1].right - upper[0].left, lower[0], widths[column])


def fits(used: float, following: Piece, width: float) -> bool:
    """Whether the first word of what follows has room in a line of which so much is used."""
    return width - used > following.first + 0.6 * following.size


def _continues(row: Sequence[RowLine], line: RowLine, widths: Sequence[float], ruled: bool) -> bool:
    """Whether a line goes on with a row, by its words."""
    columns = line.columns()
    row_columns = set().union(*(above.columns() for above in row))
    values = line.values()
    if 0 not in columns:
        if ruled:
            return True
        if values and not all(_is_wrapped(row, line, column, widths) for column in columns):
            # The numbers may stand on the last line of the name.
            return len(row_columns) == 1 and 0 in row_columns and len(row) > 1 and not values & row_columns
        return columns <= row_columns and all(_is_wrapped(row, line, column, widths) for column in columns)
    if columns == {0}:
        return 0 in row_columns and (
            _is_open(row, line, 0) or (ruled and not _fits(row[-1], line, 0, widths))
        )
    if row_columns == {0}:
        return _is_open(row, line, 0)
    if values:
        return False
    wrapped = [column for column in columns if _is_wrapped(row, line, column, widths)]
    is_wrapped = len(wrapped) == len(columns) and 2 * sum(
        _is_open(row, line, column) for column in columns
    ) >= len(columns)
    if is_wrapped:
        return True
    return ruled and not (
        len(columns) > 1 and any(_fits(row[-1], line, column, widths) for column in columns)
    )


def _is_wrapped(row: Sequence[RowLine], line: RowLine, column: int, widths: Sequence[float]) -> bool:
    above = next((above.text(column) for above in reversed(row) if above.text(column)), "")
    if not above or (is_value(above) and line.text(column)[:1].isupper()):
        return False
    return _is_open(row, line, column) or not _fits(row[-1], line, column, widths)


def _is_open(row: Sequence[RowLine], line: RowLine, column: int) -> bool:
    """Whether the words of a cell go on for sure."""
    above = next((above.text(column) for above in reversed(row) if above.text(column)), "")
    return is_open(above, line.text(column))


def is_open(above: str, text: str) -> bool:
    """Whether words go on with those above them for sure."""
    if not above or not text:
        return False
    if text[0].islower() or _OPEN_END.search(above):
        return True
    return above.count("(") > above.count(")")
