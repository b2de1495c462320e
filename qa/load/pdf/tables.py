"""Rows of tables among the lines of a PDF's column."""

from collections.abc import Sequence
from statistics import median

from qa.load.pdf.layout import Line
from qa.load.pdf.pages import Piece

__all__ = ["Table", "find_tables"]

_NEAR = 2.5  # points

# First and last line, and the rows of cells.
Table = tuple[int, int, list[list[list[Piece]]]]


def find_tables(lines: Sequence[Line]) -> list[Table]:
    """Runs of lines whose pieces stand under each other, from at least two rows on."""
    found: list[Table] = []
    at = 0
    while at < len(lines):
        last = _last_row(lines, at)
        if last > at:
            found.append((at, last, _rows(lines[at : last + 1])))
        at = max(last, at) + 1
    return found


def _last_row(lines: Sequence[Line], first: int) -> int:
    """The last line of the table that begins here, `first` itself if there is none."""
    if len(lines[first].pieces) < 2 or lines[first].dot:
        return first
    row = last = first
    for at in range(first + 1, len(lines)):
        line = lines[at]
        if line.column != lines[first].column or line.top - lines[at - 1].bottom > 2.5 * line.size:
            break
        if len(line.pieces) > 1:
            if not _aligned(lines[row], line):
                break
            row = last = at
        elif not _belongs(lines[row], line):
            break
    # A cell of the last row may have more lines.
    while row > first and last + 1 < len(lines) and _belongs(lines[row], lines[last + 1]):
        last += 1
    return last if row > first else first


def _aligned(one: Line, other: Line) -> bool:
    """Whether at least half of the cells after the first stand under each other."""
    cells, others = one.pieces[1:], other.pieces[1:]
    under = sum(any(_stands_under(cell, above) for above in others) for cell in cells)
    return 2 * under >= min(len(cells), len(others)) and under > 0


def _stands_under(cell: Piece, above: Piece) -> bool:
    if (
        abs(cell.left - above.left) < _NEAR
        or abs(cell.left + cell.right - above.left - above.right) < 2 * _NEAR
    ):
        return True
    return abs(cell.right - above.right) < _NEAR and _is_number(cell) and _is_number(above)


def _is_number(piece: Piece) -> bool:
    return any(map(str.isdigit, piece.text)) and len(piece.text.split()) <= 2


def _belongs(row: Line, line: Line) -> bool:
    """Whether a line of one piece goes on with a cell of the row above it."""
    if len(line.pieces) > 1 or line.top - row.bottom > 6 * line.size or line.column != row.column:
        return False
    cells = row.pieces
    place = next((at for at, cell in enumerate(cells) if abs(cell.left - line.left) < _NEAR), None)
    if place is None:
        return False
    # In the first column it has to leave the others free, and be near.
    if place == 0:
        return line.right < cells[1].left and line.top - row.bottom < 0.5 * line.size
    return place + 1 == len(cells) or line.right < cells[place + 1].left


def _rows(lines: Sequence[Line]) -> list[list[list[Piece]]]:
    """Cells with their pieces; tables are drawn cell by cell: where the column falls back a row ends."""
    widest = max(len(line.pieces) for line in lines)
    starts = [
        median(line.pieces[at].left + line.pieces[at].right for line in lines if len(line.pieces) == widest)
        / 2
        for at in range(widest)
    ]
    spans = [
        (
            min(line.pieces[at].left for line in lines if len(line.pieces) == widest),
            max(line.pieces[at].right for line in lines if len(line.pieces) == widest),
        )
        for at in range(widest)
    ]
    rows: list[list[list[Piece]]] = []
    before = widest
    last: Piece | None = None
    for piece in sorted((piece for line in lines for piece in line.pieces), key=lambda one: one.order):
        column = max(
            range(widest), key=lambda at: (_shared(piece, spans[at]), -abs(starts[at] - _center(piece)))
        )
        same_cell = column == before and last is not None and _is_next_line(last, piece)
        if same_cell:
            rows[-1][-1].append(piece)
        elif column > before and last is not None and piece.top > last.top - 20 * piece.size:
            rows[-1].append([piece])
        else:
            rows.append([[piece]])
        before, last = column, piece
    return rows


def _center(piece: Piece) -> float:
    return (piece.left + piece.right) / 2


def _shared(piece: Piece, span: tuple[float, float]) -> float:
    return max(0.0, min(piece.right, span[1]) - max(piece.left, span[0]))


def _is_next_line(last: Piece, piece: Piece) -> bool:
    step = piece.middle - last.middle
    return step < 0.5 * piece.size or (
        0 < step < 1.6 * piece.size and piece.top - last.bottom < 0.35 * piece.size
    )
