"""Grids of a PDF's page made finer or larger by the words in them: only some rows and columns are ruled."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from qa.parsers.pdf.page_lines import Line, visual_lines
from qa.parsers.pdf.ruled_grids import Grid, find_place
from qa.parsers.pdf.table_columns import Column, find_columns
from qa.parsers.pdf.table_grid import Placed, RowLine, attach_marks, is_mark, is_value, split_at
from qa.parsers.pdf.table_rows import group_rows
from qa.parsers.pdf.word_pieces import Piece

__all__ = [
    "collect",
    "cut_columns",
    "grow",
    "may_grow",
    "part_spans",
    "split_at_lines",
    "split_columns",
    "split_rows",
]

_MARGIN = 2.0  # points by which letters may stand over a line
_MIN_ROWS = 2
_MAX_HEAD_ROWS = 2
_MAX_GROWTH_GAP = 1.8  # type sizes between lines
_SAME_HEIGHT = 0.35  # type sizes between the middles of words on one line
_MAX_WRAPPED_LINES = 12  # between two ruling lines


def may_grow(grid: Grid, pieces: Sequence[Piece]) -> bool:
    """Whether rows may stand outside of its lines: where only the head is filled, or every other row."""
    rows = {find_place(grid.down, piece.middle) for piece in pieces}
    return grid.striped or (len(rows) <= _MAX_HEAD_ROWS and not any(is_value(piece.text) for piece in pieces))


def grow(grid: Grid, outside: Sequence[Piece]) -> list[Piece]:
    """Rows without lines of their own above and below, as where only the head is filled."""
    box = grid.box
    near = [
        piece for piece in outside if piece.left > box.left - _MARGIN and piece.right < box.right + _MARGIN
    ]
    # What goes on beside the grid is no row of it.
    beside = [
        piece.middle
        for piece in outside
        if piece.right > box.right + _MARGIN or piece.left < box.left - _MARGIN
    ]
    added: list[Piece] = []
    # Names of columns may stand so close that they were taken for one.
    edges = [(edge - 1, edge + 1) for edge in grid.across[1:-1]]
    near_lines = [Line(split_at(line.pieces, edges)) for line in visual_lines(near)]
    for lines in (
        [line for line in reversed(near_lines) if line.middle < box.top][:1],
        [line for line in near_lines if line.middle > box.bottom],
    ):
        taken: list[Line] = []
        edge = box.top if lines and lines[0].middle < box.top else box.bottom
        for line in lines:
            gap = max(line.top - edge, edge - line.bottom)
            is_free = not any(abs(middle - line.middle) < 0.6 * line.size for middle in beside)
            is_row = len(line.pieces) > 1 or bool(taken)
            if gap > _MAX_GROWTH_GAP * line.size or not (is_row and is_free and _fits_columns(line, grid)):
                break
            taken.append(line)
            edge = line.bottom if line.middle > box.bottom else line.top
        while taken and len(taken[-1].pieces) < 2 and not _goes_on(taken):
            taken.pop()
        if taken:
            grid.add_row(min(line.top for line in taken), max(line.bottom for line in taken))
            added += [piece for line in taken for piece in line.pieces]
    return added


def _goes_on(lines: Sequence[Line]) -> bool:
    """Whether the last line goes on with a cell of the one above it."""
    if len(lines) < 2 or lines[-1].top - lines[-2].bottom > 0.5 * lines[-1].size:
        return False
    return any(abs(piece.left - lines[-1].left) <= _MARGIN for piece in lines[-2].pieces)


def _fits_columns(line: Line, grid: Grid) -> bool:
    edges = grid.across[1:-1]
    return not any(
        piece.left < edge - _MARGIN and piece.right > edge + _MARGIN
        for piece in line.pieces
        for edge in edges
    )


def split_at_lines(grid: Grid, pieces: Sequence[Piece]) -> list[Piece]:
    """Cut what reaches over a line that is drawn there, as where a cell's words touch the next one's."""
    split: list[Piece] = []
    for piece in pieces:
        row = find_place(grid.down, piece.middle)
        drawn = [
            (edge - 1, edge + 1)
            for column, edge in enumerate(grid.across[1:-1], start=1)
            if (row, column) in grid.column_sides
        ]
        split += split_at([piece], drawn)
    return split


def collect(grid: Grid, pieces: Sequence[Piece]) -> dict[int, list[Piece]]:
    """The pieces of each region."""
    regions = grid.regions()
    collected: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        row, column = grid.place(piece.left, piece.right, piece.middle)
        collected[regions[row][column]].append(piece)
    return collected


def part_spans(grid: Grid, pieces: Sequence[Piece]) -> None:
    """Part a place over several columns whose words keep to them: a white row between filled ones."""
    collected = collect(grid, pieces)
    for region, (top, bottom, left, right) in list(grid.extents().items()):
        own = collected.get(region, [])
        edges = grid.across[left + 1 : right + 1]
        columns = {find_place(grid.across, (piece.left + piece.right) / 2) for piece in own}
        crosses = any(piece.left < edge - 1 and piece.right > edge + 1 for piece in own for edge in edges)
        lines = visual_lines(own)
        is_row = bool(lines) and all(len(line.pieces) > 1 for line in lines[:1])
        if len(columns) > 1 and not crosses and is_row:
            grid.draw_between(range(top, bottom + 1), range(left + 1, right + 1))


def split_columns(grid: Grid, pieces: Sequence[Piece]) -> None:
    """Part a column that holds several: only some are parted by a line."""
    collected = collect(grid, pieces)
    for column in range(len(grid.across) - 2, -1, -1):
        extents = grid.extents()
        own = [
            piece
            for region, (_, _, first, last) in extents.items()
            if first == last == column
            for piece in collected.get(region, ())
        ]
        lines = [Line(attach_marks(line.pieces)) for line in visual_lines(own)]
        if sum(len(line.pieces) > 1 for line in lines) < _MIN_ROWS:
            continue
        columns = _without_marks(find_columns(lines), lines)
        edges = [(left[1] + right[0]) / 2 for left, right in pairwise(columns)]
        rows = [
            row
            for row, regions in enumerate(grid.regions())
            if extents[regions[column]][2] == extents[regions[column]][3]
        ]
        for edge in reversed(edges):
            crossed = {
                find_place(grid.down, piece.middle)
                for piece in own
                if piece.left < edge - 1 and piece.right > edge + 1
            }
            grid.insert_column(column, edge, set(rows) - crossed)
        collected = collect(grid, pieces) if edges else collected


def _without_marks(columns: Sequence[Column], lines: Sequence[Line]) -> list[Column]:
    """Marks at a number's side, such as "(R)", are no column."""
    merged: list[Column] = []
    is_last_mark = False
    for left, right in columns:
        texts = [
            piece.text
            for line in lines
            for piece in line.pieces
            if left <= piece.left and piece.right <= right
        ]
        is_marks = bool(texts) and all(map(is_mark, texts))
        if merged and (is_marks or is_last_mark):
            merged[-1] = merged[-1][0], right
        else:
            merged.append((left, right))
        is_last_mark = is_marks
    return merged


def cut_columns(grid: Grid, pieces: Sequence[Piece]) -> None:
    """Part what goes on over a line that all other columns have, if its words stand beside their rows."""
    collected = collect(grid, pieces)
    for region, (top, bottom, left, right) in list(grid.extents().items()):
        if top == bottom:
            continue
        others = [column for column in range(len(grid.across) - 1) if not left <= column <= right]
        own = collected.get(region, [])
        orders = {piece.order for piece in own}
        rest = [piece.middle for piece in pieces if piece.order not in orders]
        for row in range(bottom, top, -1):
            if not others or any((row, column) not in grid.row_sides for column in others):
                continue
            below = [piece for piece in own if piece.middle > grid.down[row]]
            beside = sum(
                any(abs(piece.middle - middle) <= _SAME_HEIGHT * piece.size for middle in rest)
                for piece in below
            )
            if beside > 1 and len(below) == beside < len(own):
                grid.draw_above(row, range(left, right + 1))
                own = [piece for piece in own if piece.middle < grid.down[row]]


def split_rows(grid: Grid, pieces: Sequence[Piece]) -> None:
    """Part a row that holds several: lines part only some of them, or none."""
    row_count = len(grid.down) - 1
    texts = collect(grid, pieces)
    extents = grid.extents()
    filled_rows = {extents[region][0] for region in texts if extents[region][0] == extents[region][1]}
    collected = texts
    for row in range(row_count - 1, -1, -1):
        extents = grid.extents()
        regions = grid.regions()[row]
        columns = {
            column for column, region in enumerate(regions) if extents[region][0] == extents[region][1]
        }
        own = [
            piece for region in {regions[column] for column in columns} for piece in collected.get(region, ())
        ]
        lines = [
            RowLine(
                tuple(
                    Placed(
                        piece, *extents[regions[find_place(grid.across, (piece.left + piece.right) / 2)]][2:]
                    )
                    for piece in attach_marks(line.pieces)
                )
            )
            for line in visual_lines(own)
        ]
        if len(lines) < 2:
            continue
        widths = [right - left - 4 for left, right in pairwise(grid.across)]
        groups = group_rows(lines, widths, ruled=len(filled_rows) > 2 and len(lines) < _MAX_WRAPPED_LINES)
        for above, group in reversed(list(pairwise(groups))):
            position = (above[-1].middle + group[0].middle) / 2
            grid.insert_row(row, position, columns)
        collected = collect(grid, pieces) if len(groups) > 1 else collected
