"""Rows of tables among the lines of a PDF's column."""

from collections.abc import Sequence
from statistics import median

from qa.parsers.pdf.pdfium_pages import Piece
from qa.parsers.pdf.reading_order import Line

__all__ = ["Table", "find_tables"]

_EDGE_TOLERANCE = 2.5  # points

# First and last line, and the rows of cells.
Table = tuple[int, int, list[list[list[Piece]]]]


def find_tables(lines: Sequence[Line]) -> list[Table]:
    """Runs of lines whose pieces stand under each other, from at least two rows on."""
    tables: list[Table] = []
    index = 0
    while index < len(lines):
        last = _find_last_line(lines, index)
        if last > index:
            tables.append((index, last, _split_rows(lines[index : last + 1])))
        index = max(last, index) + 1
    return tables


def _find_last_line(lines: Sequence[Line], first: int) -> int:
    """The last line of the table that begins here, `first` itself if there is none."""
    if len(lines[first].pieces) < 2 or lines[first].dot:
        return first
    last_row = last = first
    for index in range(first + 1, len(lines)):
        line = lines[index]
        if line.column != lines[first].column or line.top - lines[index - 1].bottom > 2.5 * line.size:
            break
        if len(line.pieces) > 1:
            if not _is_aligned(lines[last_row], line):
                break
            last_row = last = index
        elif not _belongs_to_row(lines[last_row], line):
            break
    # A cell of the last row may have more lines.
    while last_row > first and last + 1 < len(lines) and _belongs_to_row(lines[last_row], lines[last + 1]):
        last += 1
    return last if last_row > first else first


def _is_aligned(row: Line, line: Line) -> bool:
    """Whether at least half of the cells after the first stand under each other."""
    cells, other_cells = row.pieces[1:], line.pieces[1:]
    aligned_count = sum(any(_stands_under(cell, above) for above in other_cells) for cell in cells)
    return 2 * aligned_count >= min(len(cells), len(other_cells)) and aligned_count > 0


def _stands_under(cell: Piece, above: Piece) -> bool:
    if (
        abs(cell.left - above.left) < _EDGE_TOLERANCE
        or abs(cell.left + cell.right - above.left - above.right) < 2 * _EDGE_TOLERANCE
    ):
        return True
    return abs(cell.right - above.right) < _EDGE_TOLERANCE and _is_number(cell) and _is_number(above)


def _is_number(piece: Piece) -> bool:
    return any(map(str.isdigit, piece.text)) and len(piece.text.split()) <= 2


def _belongs_to_row(row: Line, line: Line) -> bool:
    """Whether a line of one piece goes on with a cell of the row above it."""
    if len(line.pieces) > 1 or line.top - row.bottom > 6 * line.size or line.column != row.column:
        return False
    cells = row.pieces
    column = next(
        (index for index, cell in enumerate(cells) if abs(cell.left - line.left) < _EDGE_TOLERANCE), None
    )
    if column is None:
        return False
    # In the first column it has to leave the others free, and be near.
    if column == 0:
        return line.right < cells[1].left and line.top - row.bottom < 0.5 * line.size
    return column + 1 == len(cells) or line.right < cells[column + 1].left


def _split_rows(lines: Sequence[Line]) -> list[list[list[Piece]]]:
    """Cells with their pieces; tables are drawn cell by cell: where the column falls back a row ends."""
    widest = max(len(line.pieces) for line in lines)
    centers = [
        median(
            line.pieces[index].left + line.pieces[index].right for line in lines if len(line.pieces) == widest
        )
        / 2
        for index in range(widest)
    ]
    spans = [
        (
            min(line.pieces[index].left for line in lines if len(line.pieces) == widest),
            max(line.pieces[index].right for line in lines if len(line.pieces) == widest),
        )
        for index in range(widest)
    ]
    rows: list[list[list[Piece]]] = []
    previous_column = widest
    last: Piece | None = None
    for piece in sorted((piece for line in lines for piece in line.pieces), key=lambda piece: piece.order):
        column = max(
            range(widest),
            key=lambda index: (_measure_overlap(piece, spans[index]), -abs(centers[index] - _center(piece))),
        )
        same_cell = column == previous_column and last is not None and _is_next_line(last, piece)
        if same_cell:
            rows[-1][-1].append(piece)
        elif column > previous_column and last is not None and piece.top > last.top - 20 * piece.size:
            rows[-1].append([piece])
        else:
            rows.append([[piece]])
        previous_column, last = column, piece
    return rows


def _center(piece: Piece) -> float:
    return (piece.left + piece.right) / 2


def _measure_overlap(piece: Piece, span: tuple[float, float]) -> float:
    return max(0.0, min(piece.right, span[1]) - max(piece.left, span[0]))


def _is_next_line(last: Piece, piece: Piece) -> bool:
    step = piece.middle - last.middle
    return step < 0.5 * piece.size or (
        0 < step < 1.6 * piece.size and piece.top - last.bottom < 0.35 * piece.size
    )
