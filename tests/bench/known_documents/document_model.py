"""A document whose text, headings, notes and tables are known, before it is printed to any format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

__all__ = [
    "Block",
    "Cell",
    "ExpectedCell",
    "Heading",
    "KnownDocument",
    "Note",
    "NoteMark",
    "Paragraph",
    "Piece",
    "Points",
    "Quote",
    "Table",
    "expected_cells",
    "pieces_text",
    "place_cells",
]


@dataclass(frozen=True, slots=True)
class NoteMark:
    """A raised mark that points at a note: "1", "a"."""

    label: str


Piece = str | NoteMark


@dataclass(frozen=True, slots=True)
class Note:
    """A note's mark and its text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the title of the document is not among them."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, with note marks where they stand."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A list of items."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as in HTML: positions that a span covers are not repeated; `mark` stands raised after the text.

    A "group" is a row that says what the rows below it are.
    """

    text: str = ""
    role: Literal["value", "column", "row", "group"] = "value"
    rowspan: int = 1
    colspan: int = 1
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what stands above and below it."""

    caption: str
    unit: str
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[Note, ...] = ()
    source: str = ""
    is_unit_apart: bool = False

    @property
    def head_rows(self) -> int:
        """How many rows at the top hold column heads."""
        return sum(any(cell.role == "column" for cell in row) for row in self.rows)

    @property
    def lines_above(self) -> tuple[str, ...]:
        """What is printed above it: the caption with the unit, or with the unit on a line of its own."""
        if self.is_unit_apart and self.unit:
            return (self.caption, self.unit[0].upper() + self.unit[1:])
        full_caption = f"{self.caption} ({self.unit})" if self.unit else self.caption
        return (full_caption,) if full_caption else ()


Block = Heading | Paragraph | Points | Quote | Table


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """The document: its blocks in reading order, and its notes, which stand at a page's foot or the end."""

    title: str
    published: date
    publisher: str
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    def only_tables(self, *, limit: int | None = None) -> "KnownDocument":
        """What a workbook holds of it."""
        return replace(self, blocks=self.tables[:limit], notes=())

    def without_tables_above(self, rows: int) -> "KnownDocument":
        """The same without tables of more rows."""
        blocks = (block for block in self.blocks if not isinstance(block, Table) or len(block.rows) <= rows)
        return replace(self, blocks=tuple(blocks))

    def with_decimal_commas(self) -> "KnownDocument":
        """The same with figures in tables as they are written on the continent."""
        tables = tuple(
            replace(
                table,
                rows=tuple(
                    tuple(replace(cell, text=_swap_separators(cell.text)) for cell in row)
                    for row in table.rows
                ),
            )
            for table in self.tables
        )
        return replace(self, blocks=tables)

    def without_words_around_tables(self) -> "KnownDocument":
        """The tables with nothing above them."""
        return replace(self, blocks=tuple(replace(table, caption="", unit="") for table in self.tables))


@dataclass(frozen=True, slots=True)
class ExpectedCell:
    """What a value is, and the heads that say what it is of; "" is a blank."""

    text: str
    row_heads: tuple[str, ...]
    column_heads: tuple[str, ...]
    has_mark: bool


def _swap_separators(text: str) -> str:
    is_figure = text.strip("-%").replace(",", "").replace(".", "").isdigit()
    return text.translate(str.maketrans(",.", ".,")) if is_figure else text


def pieces_text(pieces: Sequence[Piece]) -> str:
    """The words alone."""
    return "".join(piece for piece in pieces if isinstance(piece, str))


def place_cells(rows: Sequence[Sequence[Cell]]) -> list[list[tuple[Cell, bool]]]:
    """A full grid: the cell at each position, and whether the position is the cell's first."""
    grid: dict[tuple[int, int], tuple[Cell, bool]] = {}
    for row_number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (row_number, column) in grid:
                column += 1
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    grid[row_number + down, column + right] = (cell, down == right == 0)
            column += cell.colspan
    width = 1 + max(column for _, column in grid)
    return [[grid[row_number, column] for column in range(width)] for row_number in range(len(rows))]


def expected_cells(table: Table) -> Iterator[ExpectedCell]:
    """Every value of a table with its heads."""
    grid = place_cells(table.rows)
    for row in grid:
        row_heads = tuple(dict.fromkeys(cell.text for cell, _ in row if cell.role == "row"))
        for column, (cell, is_first) in enumerate(row):
            if cell.role != "value" or not is_first:
                continue
            heads = (above[column][0] for above in grid)
            column_heads = tuple(
                dict.fromkeys(head.text for head in heads if head.role == "column" and head.text)
            )
            yield ExpectedCell(cell.text, row_heads, column_heads, bool(cell.mark))
