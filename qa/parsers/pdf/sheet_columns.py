"""Columns of a printed spreadsheet: names begin at a cell's left edge, numbers end at its right one.

There a name stands nearer to the numbers of the column before it than to its own, and names as long as their
cells are wide stand no further apart than words.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.parsers.pdf.narrow_columns import has_number
from qa.parsers.pdf.page_lines import Line
from qa.parsers.pdf.table_columns import Column, find_gaps
from qa.parsers.pdf.table_grid import RowLine, is_value, split_at
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["SheetRows", "find_sheet_rows", "has_stray_names"]

_MAX_HEAD_LINES = 4
_MIN_ROWS = 2
_TOLERANCE = 0.8  # points
_MAX_PADDING = 0.5  # type sizes, from a column's right edge to the names of the next one
_ALIGNED_SHARE = 0.95  # of a column's numbers
_NUMBER_SHARE = 0.5  # of a column's texts


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The columns, and the lines with their names cut at the columns' edges."""

    columns: list[Column]
    lines: list[Line]


def find_sheet_rows(lines: Sequence[Line]) -> SheetRows | None:
    """The columns where each name is sure of its own, None if this is no sheet."""
    first = next((index for index, line in enumerate(lines) if has_number(line)), 0)
    if not 0 < first <= _MAX_HEAD_LINES or len(lines) - first < _MIN_ROWS:
        return None
    lines = [*lines[:first], *_part_remarks(lines[first:])]
    columns = find_gaps(lines[first:])
    ends = [_find_end(lines[first:], column) for column in columns]
    if len(columns) < 3 or sum(end is not None for end in ends[1:]) < 2:
        return None
    starts = _find_starts(lines[first - 1], columns, ends)
    if starts is None:
        return None
    gutters = [(start - _TOLERANCE, start) for start in starts[1:]]
    cut = [
        *(
            Line(split_at(line.pieces, gutters, 0.0), line.column, line.start, line.end)
            for line in lines[:first]
        ),
        *lines[first:],
    ]
    edges = [
        (min(start, left), right if end is None else max(right, end))
        for start, end, (left, right) in zip(starts, ends, columns, strict=True)
    ]
    edges = [*((left, min(right, after[0] - 0.01)) for (left, right), after in pairwise(edges)), edges[-1]]
    edges[-1] = edges[-1][0], max(edges[-1][1], *(line.right for line in cut[:first]))
    if any(left >= right for left, right in edges):
        return None
    names = cut[first - 1].pieces
    owners = [_find_owner(piece, edges) for piece in names]
    is_one_each = len(owners) == len(set(owners)) and None not in owners
    return SheetRows(edges, cut) if is_one_each and set(range(1, len(edges))) <= set(owners) else None


def has_stray_names(head: Sequence[RowLine], body: Sequence[RowLine], columns: Sequence[Column]) -> bool:
    """Whether a name goes on beyond the end of its numbers, towards a column that has none."""
    named = set().union(*(line.columns() for line in head))
    rows = [Line([place.piece for place in line.placed]) for line in body]
    for place in (place for line in head for place in line.placed if place.first == place.last):
        following = place.first + 1
        if place.first and following < len(columns) and following not in named:
            end = _find_end(rows, columns[place.first])
            words = _list_words(place.piece)
            if end is not None and any(left >= end - _TOLERANCE for left, _ in words[1:]):
                return True
    return False


def _part_remarks(rows: Sequence[Line]) -> list[Line]:
    """The rows, with text that begins right after a number cut from it: it stands in the next cell."""
    ends = sorted(
        right
        for line in rows
        for piece in line.pieces
        for offset, right, _ in [*piece.spaces(), (len(piece.text), piece.right, 0.0)]
        if is_value(piece.text[:offset])
    )
    parted: list[Line] = []
    for line in rows:
        gutters = [
            (left, right)
            for piece in line.pieces
            for offset, left, right in piece.spaces()
            if is_value(piece.text[:offset])
            and not is_value(piece.text)
            and bisect_right(ends, left + _TOLERANCE) - bisect_left(ends, left - _TOLERANCE) >= _MIN_ROWS
        ]
        pieces = split_at(line.pieces, gutters, 0.0) if gutters else line.pieces
        parted.append(Line(list(pieces), line.column, line.start, line.end) if gutters else line)
    return parted


def _find_end(rows: Sequence[Line], column: Column) -> float | None:
    """Where the numbers of a column end, None if they don't end together."""
    texts = [piece for line in rows for piece in line.pieces if column[0] <= piece.left <= column[1]]
    numbers = [piece.right for piece in texts if is_value(piece.text)]
    if len(numbers) < _MIN_ROWS or len(numbers) < _NUMBER_SHARE * len(texts):
        return None
    aligned = sum(column[1] - right <= _TOLERANCE for right in numbers)
    return column[1] if aligned >= _ALIGNED_SHARE * len(numbers) else None


def _find_starts(names: Line, columns: Sequence[Column], ends: Sequence[float | None]) -> list[float] | None:
    """Where each column begins, if each name begins at its left edge or ends where its numbers do."""
    words = [word for piece in names.pieces for word in _list_words(piece)]
    size = names.size
    paddings: list[float] = []
    starts = [columns[0][0]]
    for number in range(1, len(columns)):
        end, before = ends[number], ends[number - 1]
        own = columns[number]
        lefts = [
            left
            for left, _ in words
            if before is not None and -_TOLERANCE <= left - before <= _MAX_PADDING * size
        ]
        is_flush = any(
            end is not None and abs(right - end) <= _TOLERANCE and left > columns[number - 1][1] - _TOLERANCE
            for left, right in words
        )
        if lefts:
            assert before is not None
            paddings.append(min(lefts) - before)
            starts.append(min(lefts))
        elif is_flush or before is None:
            # What is longer than its cell is cut off a little within the next one.
            least = columns[number - 1][1] - _MAX_PADDING * size
            inside = [left for left, _ in words if least < left <= own[1]]
            starts.append(min([own[0], *inside]))
        else:
            return None
    is_even = bool(paddings) and max(paddings) - min(paddings) <= _TOLERANCE
    return starts if is_even else None


def _list_words(piece: Piece) -> list[Column]:
    spaces = piece.spaces()
    lefts = [piece.left, *(right for _, _, right in spaces)]
    return list(zip(lefts, [*(left for _, left, _ in spaces), piece.right], strict=True))


def _find_owner(piece: Piece, columns: Sequence[Column]) -> int | None:
    """The only column that a name stands in."""
    return next(
        (
            number
            for number, (left, right) in enumerate(columns)
            if left - _TOLERANCE <= piece.left and piece.right <= right + _TOLERANCE
        ),
        None,
    )
