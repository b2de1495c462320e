"""Tables that stand side by side on a PDF's page: told by the names of their columns, which come twice."""

from collections.abc import Iterator, Sequence

from qa.parsers.pdf.page_lines import Line
from qa.parsers.pdf.table_grid import is_value
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["part_side_tables"]

_MIN_ROWS = 2
_MAX_GAP = 2.5  # type sizes between two lines of a table
_MIN_EDGE = 1.0  # type sizes, between the tables


def part_side_tables(lines: Sequence[Line]) -> list[Line]:
    """The lines, with those of tables side by side one table after the other, the second as a column."""
    parted: list[Line] = []
    column = max((line.column for line in lines), default=0) + 1
    index = 0
    while index < len(lines):
        end, edge = _find_end(lines, index)
        if end == index or not _are_rows(lines[index + 1 : end], edge):
            parted.append(lines[index])
            index += 1
            continue
        rows = list(lines[index:end])
        # A name above each.
        names = parted[-1] if parted and _is_above(parted[-1], rows[0]) else None
        if names is not None and len(names.pieces) == 2 and not _crosses(names, edge):
            rows.insert(0, parted.pop())
        own_column = rows[0].column
        parted += _take_side(rows, edge, is_left=True, column=own_column)
        parted += _take_side(rows, edge, is_left=False, column=column)
        # What follows below both goes on with neither.
        for line in lines[end:]:
            line.column = column + 1 if line.column == own_column else line.column
        column += 2
        index = end
    return parted


def _find_end(lines: Sequence[Line], first: int) -> tuple[int, float]:
    """The number of the line after the last one of both tables, and the middle between them.

    It is `first` where the names of the columns in its line don't come twice.
    """
    head = lines[first]
    texts = [piece.text for piece in head.pieces]
    half = len(texts) // 2
    if len(texts) < 4 or len(texts) % 2 or texts[1:half] != texts[half + 1 :] or head.dot:
        return first, 0.0
    # Names of rows come with others below them; years alone may be those of one table.
    if is_value(texts[0]) or is_value(texts[half]):
        return first, 0.0
    left, right = head.pieces[half - 1].right, head.pieces[half].left
    end = first + 1
    while end < len(lines) and _is_above(lines[end - 1], lines[end]):
        line = lines[end]
        middle = (left + right) / 2
        is_left = [(piece.left + piece.right) / 2 < middle for piece in line.pieces]
        own_left = max([left, *(piece.right for piece, own in zip(line.pieces, is_left, strict=True) if own)])
        own_right = min(
            [right, *(piece.left for piece, own in zip(line.pieces, is_left, strict=True) if not own)]
        )
        if own_right - own_left < _MIN_EDGE * line.size:
            break
        left, right = own_left, own_right
        end += 1
    # A line without numbers below both is none of them.
    while end > first + 1 and not any(is_value(piece.text) for piece in lines[end - 1].pieces):
        end -= 1
    return end, (left + right) / 2


def _is_above(above: Line, line: Line) -> bool:
    return above.column == line.column and not line.dot and line.top - above.bottom <= _MAX_GAP * line.size


def _crosses(line: Line, edge: float) -> bool:
    return any(piece.left < edge < piece.right for piece in line.pieces)


def _are_rows(lines: Sequence[Line], edge: float) -> bool:
    """Whether each side has rows of a name and numbers, and nothing else."""
    for is_left in (True, False):
        rows = [own for line in lines if (own := list(_pieces_of(line, edge, is_left=is_left)))]
        if len(rows) < _MIN_ROWS or not all(map(_is_row, rows)):
            return False
    return True


def _is_row(pieces: Sequence[Piece]) -> bool:
    names, values = pieces[:1], pieces[1:]
    return not is_value(names[0].text) and all(is_value(piece.text) for piece in values)


def _pieces_of(line: Line, edge: float, *, is_left: bool) -> Iterator[Piece]:
    return (piece for piece in line.pieces if (piece.left < edge) == is_left)


def _take_side(lines: Sequence[Line], edge: float, *, is_left: bool, column: int) -> Iterator[Line]:
    for line in lines:
        if pieces := list(_pieces_of(line, edge, is_left=is_left)):
            start, end = (line.start, edge) if is_left else (edge, line.end)
            yield Line(pieces, column, start, end)
