"""Tables of a PDF's page whose columns are parted by ruling lines or filled boxes."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from qa.parsers.pdf.grid_splits import (
    collect,
    cut_columns,
    grow,
    may_grow,
    part_spans,
    split_at_lines,
    split_columns,
    split_rows,
)
from qa.parsers.pdf.page_lines import Line, visual_lines
from qa.parsers.pdf.page_shapes import Shapes
from qa.parsers.pdf.ruled_grids import Grid, find_grids, find_place
from qa.parsers.pdf.table_grid import Cell, PageTable, attach_marks, is_value, is_year
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["find_ruled_tables"]

_MARGIN = 2.0  # points by which letters may stand over a line
_MAX_MISFITS = 0.05  # of the pieces
_MAX_CELL_CHARS = 2_500  # more is a column of text
_MIN_ROWS = 2
_MAX_HEAD_ROWS = 6
_NUMBER_SHARE = 0.4  # of the texts in a column with its name
_MIN_FILLED = 0.25  # of the cells


def find_ruled_tables(
    number: int, shapes: Shapes, pieces: Sequence[Piece], above: PageTable | None = None
) -> tuple[list[tuple[PageTable, list[Piece]]], list[Piece]]:
    """The tables of page `number` with their pieces, and what stands outside of all of them.

    `above` is the last one of the page before, of which a single row may be left.
    """
    tables: list[tuple[PageTable, list[Piece]]] = []
    rest = list(pieces)
    grids = find_grids(shapes, pieces)
    # A table within another one's cell is a part of that cell.
    for grid in sorted(grids, key=lambda grid: -_measure(grid)):
        inside = [piece for piece in rest if _is_inside(piece, grid)]
        if not inside:
            continue
        if may_grow(grid, inside):
            inside += grow(
                grid, [piece for piece in rest if not any(_is_inside(piece, other) for other in grids)]
            )
        table = _read_grid(number, grid, inside, above)
        if table is not None:
            tables.append((table, inside))
            orders = {piece.order for piece in inside}
            rest = [piece for piece in rest if piece.order not in orders]
    return sorted(tables, key=lambda table: (table[0].top, table[0].edges[0])), rest


def _measure(grid: Grid) -> float:
    box = grid.box
    return (box.right - box.left) * (box.bottom - box.top)


def _is_inside(piece: Piece, grid: Grid) -> bool:
    box = grid.box
    return (
        box.left - _MARGIN <= (piece.left + piece.right) / 2 <= box.right + _MARGIN
        and box.top - _MARGIN <= piece.middle <= box.bottom + _MARGIN
    )


def _read_grid(number: int, grid: Grid, pieces: list[Piece], above: PageTable | None) -> PageTable | None:
    pieces = split_at_lines(grid, pieces)
    part_spans(grid, pieces)
    split_columns(grid, pieces)
    pieces = split_at_lines(grid, pieces)
    if not _fits(grid, pieces):
        return None
    cut_columns(grid, pieces)
    split_rows(grid, pieces)
    cells = _fill(grid, pieces)
    edges = _keep_edges(cells, grid)
    goes_on = above is not None and _are_among(edges, above.edges)
    if not _is_table(cells, 1 if goes_on else _MIN_ROWS):
        return None
    box = grid.box
    rows = _make_rows(cells)
    columns = [(left + _MARGIN, right - _MARGIN) for left, right in pairwise(edges)]
    head_rows = _count_head_rows(rows)
    return PageTable(number, edges, columns, rows, box.top, box.bottom, head_rows=head_rows, ruled=True)


def _count_head_rows(rows: Sequence[Sequence[Cell]]) -> int:
    """How many rows at the top are a head: those above the first number, or in bold; else 0."""
    by_column: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        for cell in row:
            if cell.lines and cell.column:
                by_column[cell.column].append(cell.text)
    numbers = {
        column
        for column, texts in by_column.items()
        if sum(map(is_value, texts)) >= _NUMBER_SHARE * len(texts)
    }
    first_number = next(
        (
            index
            for index, row in enumerate(rows)
            if any(cell.column in numbers and is_value(cell.text) and not is_year(cell.text) for cell in row)
        ),
        None,
    )
    count = first_number if first_number is not None else _count_bold(rows)
    # Names of groups stand alone below the head.
    while count and len([cell for cell in rows[count - 1] if cell.lines]) < 2:
        count -= 1
    return count if count <= _MAX_HEAD_ROWS and count < len(rows) else 0


def _count_bold(rows: Sequence[Sequence[Cell]]) -> int:
    count = 0
    for row in rows:
        # What names several columns is followed by what names each of them.
        if not all(cell.bold for cell in row if cell.lines) and not (
            count and any(cell.colspan > 1 for cell in rows[count - 1])
        ):
            break
        count += 1
    return count


def _are_among(edges: Sequence[float], other_edges: Sequence[float]) -> bool:
    """Whether columns are those of another table, as far as they hold anything."""
    return len(edges) > 2 and all(
        any(abs(edge - other) < 2 * _MARGIN for other in other_edges) for edge in edges
    )


def _fits(grid: Grid, pieces: Sequence[Piece]) -> bool:
    """Whether the words keep within the cells."""
    misfits = 0
    regions = grid.regions()
    for piece in pieces:
        row, column = grid.place(piece.left, piece.right, piece.middle)
        region = regions[row][column]
        first, last = (
            find_place(grid.across, piece.left + _MARGIN),
            find_place(grid.across, piece.right - _MARGIN),
        )
        misfits += any(regions[row][other] != region for other in range(first, last + 1))
    return misfits <= max(1, _MAX_MISFITS * len(pieces)) and misfits < len(pieces)


def _fill(grid: Grid, pieces: Sequence[Piece]) -> list[tuple[int, int, int, int, list[Line]]]:
    """First and last row and column of each cell, and its lines."""
    extents = grid.extents()
    areas: dict[int, int] = defaultdict(int)
    for row_regions in grid.regions():
        for region in row_regions:
            areas[region] += 1
    filled = []
    texts = collect(grid, pieces)
    for region, (top, bottom, left, right) in extents.items():
        lines = visual_lines(texts.get(region, []))
        if areas[region] == (bottom - top + 1) * (right - left + 1):
            filled.append((top, bottom, left, right, lines))
            continue
        # Lines that end in the open leave what is no box: place by place then.
        for row, row_regions in enumerate(grid.regions()):
            for column in range(left, right + 1):
                if row_regions[column] == region:
                    own = [
                        piece
                        for line in lines
                        for piece in line.pieces
                        if grid.place(piece.left, piece.right, piece.middle) == (row, column)
                    ]
                    filled.append((row, row, column, column, visual_lines(own)))
    return filled


def _is_table(cells: Sequence[tuple[int, int, int, int, list[Line]]], min_rows: int) -> bool:
    """Whether it is a table rather than a frame around text, a form, or a drawing."""
    filled = [cell for cell in cells if cell[4]]
    rows, columns = {cell[0] for cell in filled}, {cell[2] for cell in filled}
    if len(rows) < min_rows or len(columns) < 2 or len(filled) < _MIN_FILLED * len(cells):
        return False
    if max(sum(len(line.text) for line in cell[4]) for cell in filled) > _MAX_CELL_CHARS:
        return False
    by_row: dict[int, int] = defaultdict(int)
    for cell in filled:
        by_row[cell[0]] += 1
    return sum(count > 1 for count in by_row.values()) >= 1


def _keep(cells: Sequence[tuple[int, int, int, int, list[Line]]]) -> tuple[list[int], list[int]]:
    """The rows and columns that hold something of their own."""
    filled = [cell for cell in cells if cell[4]]
    rows = {cell[0] for cell in filled}
    columns = {cell[2] for cell in filled if cell[2] == cell[3]}
    # A column that only merged cells reach into is none, except where nothing else begins there.
    for cell in filled:
        if not any(column in columns for column in range(cell[2], cell[3] + 1)):
            columns.add(cell[2])
    return sorted(rows), sorted(columns)


def _keep_edges(cells: Sequence[tuple[int, int, int, int, list[Line]]], grid: Grid) -> list[float]:
    _, columns = _keep(cells)
    return [grid.across[column] for column in columns] + [grid.across[-1]]


def _make_rows(cells: Sequence[tuple[int, int, int, int, list[Line]]]) -> list[list[Cell]]:
    kept_rows, kept_columns = _keep(cells)
    rows: list[list[tuple[int, Cell]]] = [[] for _ in kept_rows]
    for top, bottom, left, right, lines in cells:
        own_rows = [index for index, row in enumerate(kept_rows) if top <= row <= bottom]
        own_columns = [index for index, column in enumerate(kept_columns) if left <= column <= right]
        if own_rows and own_columns:
            clean_lines = [Line(attach_marks(line.pieces)) for line in lines]
            rows[own_rows[0]].append(
                (own_columns[0], Cell(clean_lines, len(own_rows), len(own_columns), own_columns[0]))
            )
    return [[cell for _, cell in sorted(row, key=lambda entry: entry[0])] for row in rows]
