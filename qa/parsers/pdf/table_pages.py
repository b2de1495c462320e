"""Tables that go on over a page's end: their parts put together, a repeated head once, a broken row whole."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa.parsers.pdf.narrow_columns import has_number
from qa.parsers.pdf.page_lines import Line
from qa.parsers.pdf.running_heads import letters
from qa.parsers.pdf.table_columns import Column, place_line
from qa.parsers.pdf.table_grid import (
    WIDE_SPACE,
    Cell,
    PageTable,
    attach_marks,
    is_value,
    split_at,
    without_stub_leaders,
)
from qa.parsers.pdf.table_rows import fits, group_rows, is_open, make_cells
from qa.parsers.pdf.text_blocks import Block
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["find_last_table", "join_tables", "read_continuation"]

_CONTINUED = re.compile(
    r"\b(?:continued|cont['’]?d|cont\.|contd|fortgesetzt|suite|continuación)\b", re.IGNORECASE
)
_FOOTNOTE = re.compile(r"(?:\[?\d{1,3}\]?|[⁰¹²³⁴-⁹]{1,3}|[*†‡§]{1,3}|[a-z])[.)]?(?=\s)")
_MAX_NOTE_LINES = 3
_MAX_CAPTION_CHARS = 200
_MIN_OVERLAP = 0.6  # of the narrower one of two columns that are the same
_MAX_GAP = 2.5  # type sizes between two lines of a table
_MARGIN = 2.5  # points


def read_continuation(above: PageTable, page: int, lines: Sequence[Line]) -> tuple[int, PageTable] | None:
    """The rows of a page's first lines that stand under the columns of a table on the page before.

    With the number of lines that they are; a head that is repeated is among the lines, not among the rows.
    """
    head = "".join(letters(cell.text) for row in above.rows[: above.head_rows or 1] for cell in row)
    caption = int(bool(lines) and _is_continued(lines[0].text))
    start = caption + _count_head(lines[caption:], head)
    last = -1
    own_lines: list[Line] = []
    for index, line in enumerate(lines[start:], start=start):
        marked = _mark(line, above)
        is_near = index == start or line.top - lines[index - 1].bottom <= _MAX_GAP * line.size
        if (
            not is_near
            or line.column != lines[0].column
            or line.dot
            or not _stands_under(marked, above.columns)
        ):
            break
        goes_on = bool(own_lines) and _goes_on(own_lines[-1], marked)
        own_lines.append(marked)
        is_sure = (
            len(marked.pieces) > 1 or marked.left > above.columns[0][1] or (goes_on and last == index - 1)
        )
        last = index if is_sure else last
    rows = [
        without_stub_leaders(place_line(line, above.columns))
        for line in own_lines[: max(0, last + 1 - start)]
    ]
    if not rows:
        return None
    widths = [right - left for left, right in above.columns]
    groups = group_rows(rows, widths)
    cells = [make_cells(group, len(above.columns)) for group in groups]
    # A line below its own column alone is only what is left of a broken row.
    is_sure = any(len(row.columns()) > 1 for row in rows) or start > 0 or _breaks_row(above, cells[0])
    if not is_sure:
        return None
    table = PageTable(
        page, above.edges, above.columns, cells, lines[0].top, lines[last].bottom, decided=above.decided
    )
    return last + 1, table


def _goes_on(above: Line, line: Line) -> bool:
    """Whether a line is the rest of the name in the row above."""
    first, piece = above.pieces[0], line.pieces[0]
    is_below = abs(first.left - piece.left) <= _MARGIN and line.top - above.bottom <= 0.5 * line.size
    return is_below and is_open(first.text, piece.text)


def _mark(line: Line, above: PageTable) -> Line:
    """A line with its pieces cut where the columns of the table above are."""
    if above.min_space < WIDE_SPACE and not has_number(line):
        return line
    gutters = [(left[1], right[0]) for left, right in pairwise(above.columns)]
    return Line(attach_marks(split_at(line.pieces, gutters, above.min_space)))


def _count_head(lines: Sequence[Line], head: str) -> int:
    """How many lines say what the head of the table says."""
    said = ""
    for count, line in enumerate(lines[:12], start=1):
        said += letters(line.text)
        if head and sorted(said) == sorted(head):
            return count
        if len(said) > len(head):
            break
    return 0


def _stands_under(line: Line, columns: Sequence[Column]) -> bool:
    """Whether each of its pieces keeps within a column, as far as the next one's words."""
    for piece in line.pieces:
        ends = [left for left, _ in columns[1:]] + [columns[-1][1] + 2 * piece.size]
        if not any(
            left - _MARGIN <= piece.left and piece.right <= end + _MARGIN
            for (left, _), end in zip(columns, ends, strict=True)
        ) and not any(
            piece.right <= right + _MARGIN and piece.left >= before[1]
            for before, (_, right) in pairwise(columns)
        ):
            return False
    return True


def join_tables(pages: Sequence[list[Block]]) -> None:
    """Give each table that goes on on the next page its rows there, and take them out of that page."""
    last: Block | None = None
    for blocks in pages:
        first = _find_continuation(blocks, last)
        if first is not None and last is not None and last.table is not None:
            table = blocks[first].table
            if table is not None and _join(last.table, table):
                last.lines += blocks[first].lines
                blocks[: first + 1] = []
                if not blocks:
                    continue
        last = find_last_table(blocks)


def find_last_table(blocks: Sequence[Block]) -> Block | None:
    """The table that a page ends with; only footnotes stand below it."""
    for block in reversed(blocks):
        if block.table is not None:
            return block
        is_footnote = len(block.lines) <= _MAX_NOTE_LINES and _FOOTNOTE.match(block.lines[0].text)
        if block.block_type != "note" and not (block.block_type in ("text", "item") and is_footnote):
            return None
    return None


def _find_continuation(blocks: Sequence[Block], last: Block | None) -> int | None:
    """The number of the page's first block if it is a table; "Table 3 (continued)" may stand before it."""
    for index, block in enumerate(blocks[:3]):
        if last is None or block.block_type == "table":
            return index if block.block_type == "table" else None
        text = " ".join(line.text for line in block.lines)
        if not _is_continued(text):
            return None
    return None


def _is_continued(text: str) -> bool:
    return len(text) <= _MAX_CAPTION_CHARS and _CONTINUED.search(text) is not None


def _join(above: PageTable, below: PageTable) -> bool:
    """Add the rows of the second to the first if they have the same columns."""
    mapping = _map_columns(above, below)
    if mapping is None or below.page - above.last_page != 1:
        return False
    width = len(above.columns)
    rows = [_spread(row, mapping, width) for row in below.rows]
    repeated = _count_repeated(above.rows, rows)
    if below.head_rows and not repeated:
        return False
    rows = rows[repeated:]
    if rows and _breaks_row(above, rows[0]):
        for (_, cell), (_, rest) in zip(_place(above.rows[-1]), _place(rows[0]), strict=False):
            cell.lines += rest.lines
        rows = rows[1:]
    above.page_starts.append((len(above.rows), below.page))
    above.head_rows = above.head_rows or repeated
    above.rows += rows
    return True


def _map_columns(above: PageTable, below: PageTable) -> list[int] | None:
    """The number that each column of the second has in the first, None if one is not there."""
    mapping: list[int] = []
    spans = list(pairwise(above.edges))
    for left, right in pairwise(below.edges):
        shares = [
            (min(right, other_right) - max(left, other_left))
            / max(min(right - left, other_right - other_left), 1.0)
            for other_left, other_right in spans
        ]
        best = max(range(len(shares)), key=shares.__getitem__)
        if shares[best] < _MIN_OVERLAP or (mapping and best <= mapping[-1]):
            return None
        mapping.append(best)
    is_ruled = above.ruled and below.ruled
    if len(below.edges) != len(above.edges) and not is_ruled:
        return None
    return mapping if len(mapping) > 1 and abs(above.edges[0] - below.edges[0]) < 12 else None


def _spread(row: Sequence[Cell], mapping: Sequence[int], width: int) -> list[Cell]:
    """The cells of a row with blank ones for the columns that the second part lacks."""
    if len(mapping) == width:
        return list(row)
    cells: list[Cell] = []
    column = 0
    position = 0
    for cell in row:
        start = mapping[min(column, len(mapping) - 1)]
        cells += [Cell() for _ in range(start - position)]
        column += cell.colspan
        end = mapping[column - 1] + 1 if column <= len(mapping) else width
        cells.append(Cell(cell.lines, cell.rowspan, max(1, end - start)))
        position = end
    return cells + [Cell() for _ in range(width - position)]


def _count_repeated(above: Sequence[Sequence[Cell]], below: Sequence[Sequence[Cell]]) -> int:
    """How many rows at the top are those at the top of the first part again: its head."""
    count = 0
    while (
        count < min(len(above), len(below))
        and [letters(cell.text) for cell in above[count]] == [letters(cell.text) for cell in below[count]]
        and any(cell.lines for cell in below[count])
    ):
        count += 1
    return count


def _place(row: Sequence[Cell]) -> Iterator[tuple[int, Cell]]:
    column = 0
    for cell in row:
        yield column, cell
        column += cell.colspan


def _breaks_row(above: PageTable, row: Sequence[Cell]) -> bool:
    """Whether a page's first row is the rest of the last one on the page before."""
    last = dict(_place(above.rows[-1]))
    filled = {column: cell for column, cell in _place(row) if cell.lines}
    if not filled or len(above.rows) <= above.head_rows:
        return False
    if any(column not in last or not last[column].lines for column in filled):
        return False
    if any(is_value(cell.text) and column and is_value(last[column].text) for column, cell in filled.items()):
        return False
    opens = [is_open(last[column].text, cell.text) for column, cell in filled.items()]
    if 0 in filled:
        return all(opens)
    wrapped = [
        _is_full(last[column].lines[-1], cell.lines[0].pieces[0], above, column)
        for column, cell in filled.items()
    ]
    return any(opens) or (len(filled) < len(last) - 1 and all(wrapped))


def _is_full(line: Line, following: Piece, table: PageTable, column: int) -> bool:
    """Whether the first word of what follows had no room in a cell's last line."""
    left, right = table.columns[column]
    return not fits(line.right - line.left, following, right - left)
