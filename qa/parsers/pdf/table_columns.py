"""Columns of a PDF's table without ruling lines: the gaps that run through its rows."""

from collections.abc import Sequence
from itertools import pairwise

from qa.parsers.pdf.page_lines import Line
from qa.parsers.pdf.table_grid import WIDE_SPACE, Placed, RowLine, is_value, is_year
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["Column", "find_column", "find_columns", "find_gaps", "place_line"]

_MIN_SHARE = 0.5  # of the pieces of the fullest line, from which on a line tells of columns
_MAX_CROSSING = 0.06  # of the lines
_MAX_HEAD_LINES = 3
_MIN_GAP = 1.0  # points
_MIN_ROWS = 2
_EDGE_TOLERANCE = 2.5  # points
_REACHED_SHARE = 0.3  # of a column, from which on a piece stands in it too

# Where a column's words begin and end.
Column = tuple[float, float]


def find_columns(lines: Sequence[Line]) -> list[Column]:
    """From left to right; heads may reach over their column's edges."""
    full = max((len(line.pieces) for line in lines), default=0)
    core = [line for line in lines if len(line.pieces) >= max(2, _MIN_SHARE * full)]
    named = _find_named(core)
    if named:
        return named
    best: list[Column] = []
    for skipped in range(min(_MAX_HEAD_LINES + 1, max(1, len(core) - 1))):
        columns = _without_spanners(find_gaps(core[skipped:]), core[skipped:])
        if len(columns) > len(best):
            best = columns
    return best


def _find_named(lines: Sequence[Line]) -> list[Column]:
    """The columns of the rows of numbers with the names above them, if there is one for each.

    A name that begins at its column's left may end before the numbers at its right do begin.
    """
    first = next((index for index, line in enumerate(lines) if _has_number(line)), 0)
    if not first or first > 2 * _MAX_HEAD_LINES or len(lines) - first < _MIN_ROWS:
        return []
    columns = find_gaps(lines[first:])
    for line in reversed(lines[:first]):
        missing = len(columns) - len(line.pieces)
        if missing not in (0, 1) or len(columns) < 2:  # the names of rows may have none
            continue
        named = [
            *columns[:missing],
            *(
                (min(left, piece.left), max(right, piece.right))
                for (left, right), piece in zip(columns[missing:], line.pieces, strict=True)
            ),
        ]
        if all(left[1] < right[0] for left, right in pairwise(named)):
            return named
    return []


def _has_number(line: Line) -> bool:
    return any(is_value(piece.text) and not is_year(piece.text) for piece in line.pieces[1:])


def _without_spanners(columns: Sequence[Column], lines: Sequence[Line]) -> list[Column]:
    """The columns but for what a single name makes one that stands between two columns, over both."""
    kept: list[Column] = []
    for index, (left, right) in enumerate(columns):
        holders = [
            line for line in lines if any(piece.left < right and piece.right > left for piece in line.pieces)
        ]
        is_inner = 0 < index < len(columns) - 1
        if is_inner and len(holders) == 1 and holders[0] in lines[:_MAX_HEAD_LINES] and len(lines) > 2:
            before, after = columns[index - 1], columns[index + 1]
            beside = [
                piece
                for piece in holders[0].pieces
                if (piece.left < before[1] and piece.right > before[0])
                or (piece.left < after[1] and piece.right > after[0])
            ]
            if not beside:
                continue
        kept.append((left, right))
    return kept


def find_gaps(lines: Sequence[Line], min_space: float = WIDE_SPACE) -> list[Column]:
    """The columns between gaps that run through nearly all lines; spaces so wide (in type sizes) are gaps."""
    # A wide space within a piece may be the one between two cells.
    parts = [part for line in lines for piece in line.pieces for part in _list_parts(piece, min_space)]
    changes = sorted([(left, 1) for left, _ in parts] + [(right, -1) for _, right in parts])
    allowed = int(_MAX_CROSSING * len(lines))
    columns: list[Column] = []
    depth = 0
    start: float | None = None
    for position, change in changes:
        depth += change
        if depth > allowed and start is None:
            start = position
        elif depth <= allowed and start is not None:
            if columns and start - columns[-1][1] < _MIN_GAP:
                columns[-1] = columns[-1][0], position
            else:
                columns.append((start, position))
            start = None
    return columns


def _list_parts(piece: Piece, min_space: float) -> list[Column]:
    spaces = [(left, right) for _, left, right in piece.spaces() if right - left > min_space * piece.size]
    starts = [piece.left, *(right for _, right in spaces)]
    ends = [*(left for left, _ in spaces), piece.right]
    return list(zip(starts, ends, strict=True))


def find_column(piece: Piece, columns: Sequence[Column]) -> int:
    """The column that it shares most with, else the nearest one."""
    return max(
        range(len(columns)),
        key=lambda index: (
            min(piece.right, columns[index][1]) - max(piece.left, columns[index][0]),
            -index,
        ),
    )


def place_line(line: Line, columns: Sequence[Column]) -> RowLine:
    """Each piece of a line in the columns that it reaches into."""
    placed = []
    for piece in line.pieces:
        own = find_column(piece, columns)
        reached = [
            index
            for index, (left, right) in enumerate(columns)
            if min(piece.right, right) - max(piece.left, left)
            > max(_EDGE_TOLERANCE, _REACHED_SHARE * (right - left))
        ]
        placed.append(Placed(piece, min([own, *reached]), max([own, *reached])))
    return RowLine(tuple(placed))
