"""The tables of a PDF's page among its lines: those with ruling lines first, then those without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.parsers.pdf.page_shapes import Shapes
from qa.parsers.pdf.reading_order import Line, reading_order
from qa.parsers.pdf.ruled_tables import find_ruled_tables
from qa.parsers.pdf.side_tables import part_side_tables
from qa.parsers.pdf.table_grid import PageTable
from qa.parsers.pdf.table_pages import find_last_table, read_continuation
from qa.parsers.pdf.text_blocks import Block
from qa.parsers.pdf.unruled_tables import find_tables
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["PageLayout", "find_page_tables", "lay_out_page"]


@dataclass(frozen=True, slots=True)
class PageLayout:
    """A page's lines in reading order; an empty one stands for each ruled table, by its number."""

    page: int
    lines: list[Line]
    ruled_tables: dict[int, PageTable]

    def all_lines(self) -> list[Line]:
        """With those of the tables."""
        return [*self.lines, *(line for table in self.ruled_tables.values() for line in table.lines())]


def lay_out_page(
    page: int, shapes: Shapes, pieces: Sequence[Piece], page_before: PageLayout | None
) -> PageLayout:
    """The lines of a page, after those of the one before."""
    tables_before = list(page_before.ruled_tables.values()) if page_before else []
    above = max(tables_before, key=lambda table: table.bottom, default=None)
    tables, rest = find_ruled_tables(page, shapes, pieces, above)
    if not tables:
        return PageLayout(page, part_side_tables(reading_order(rest)), {})
    stand_ins = {}
    for table, own_pieces in tables:
        stand_in = _make_stand_in(table, own_pieces)
        stand_ins[stand_in.order] = table
        rest.append(stand_in)
    lines: list[Line] = []
    ruled_tables: dict[int, PageTable] = {}
    for line in part_side_tables(reading_order(rest)):
        own_tables = [piece for piece in line.pieces if piece.order in stand_ins]
        words = [piece for piece in line.pieces if piece.order not in stand_ins]
        if own_tables and words:
            lines.append(_like(line, words))
        for piece in own_tables:
            ruled_tables[len(lines)] = stand_ins[piece.order]
            lines.append(_like(line, [piece]))
        if not own_tables:
            lines.append(line)
    return PageLayout(page, lines, ruled_tables)


def _make_stand_in(table: PageTable, pieces: Sequence[Piece]) -> Piece:
    """A line as wide as the table's words where it begins, without words."""
    size = min(piece.size for piece in pieces)
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    return Piece(
        "",
        left,
        right,
        table.top,
        table.top + size,
        size,
        False,
        min(piece.order for piece in pieces),
        right - left,
    )


def _like(line: Line, pieces: Sequence[Piece]) -> Line:
    return Line(list(pieces), line.column, line.start, line.end)


def find_page_tables(
    layout: PageLayout,
    shapes: Shapes,
    bookmark_by_line: Mapping[int, tuple[int, int]],
    blocks_before: Sequence[Block],
) -> dict[int, tuple[int, PageTable]]:
    """All tables by the number of their first line, with that of their last; a heading begins none.

    `blocks_before` are those of the page before, whose last one may be a table that goes on.
    """
    tables = {index: (index, table) for index, table in layout.ruled_tables.items()}
    start = 0
    last = find_last_table(blocks_before)
    if (
        last is not None
        and last.table is not None
        and not last.table.ruled
        and layout.lines
        and 0 not in tables
    ):
        rest = read_continuation(last.table, layout.page, layout.lines)
        if rest is not None and not any(index < rest[0] for index in (*tables, *bookmark_by_line)):
            start = rest[0]
            tables[0] = start - 1, rest[1]
    for table in find_tables(layout.page, layout.lines[start:], shapes.across):
        first, end = table.first + start, table.last + start
        if first not in bookmark_by_line and not layout.ruled_tables.keys() & range(first, end + 1):
            tables[first] = end, table.table
    return tables
