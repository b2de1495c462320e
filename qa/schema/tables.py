"""Tables of documents as values: cells with their places in the text."""

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Table", "TableCell"]


class TableCell(NamedTuple):
    """A cell: `text[start:end]` of the document's text, or blank, which is not zero, where both are None.

    `head` says that it names its rows or columns; `rowspan` and `colspan` are how many of them it covers.
    """

    start: int | None = None
    end: int | None = None
    head: bool = False
    rowspan: int = 1
    colspan: int = 1

    def read(self, text: str) -> str:
        """What it says; "" for a blank cell."""
        return "" if self.start is None else text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A grid of cells in a document.

    `rows` hold cells as HTML does: places that a cell above or before covers are left out. `start` and `end`
    enclose the rows in the document's text; heads that stand further up in the text, because several tables
    share them, lie before. `unit` is the unit and scale that hold for all of it, as the document words them
    ("thousand tonnes").
    """

    start: int
    end: int
    rows: tuple[tuple[TableCell, ...], ...]
    caption: str | None = None
    unit: str | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a table with an empty or backward span {self.start}:{self.end}")
        for row in self.rows:
            for start, end, _, rowspan, colspan in row:
                is_right = end is None if start is None else end is not None and 0 <= start < end
                if not is_right or rowspan < 1 or colspan < 1:
                    raise ValueError(f"the table at {self.start} has a broken cell: {start}:{end}")

    def grid(self) -> tuple[tuple[TableCell | None, ...], ...]:
        """Its rows with every place filled by the cell that covers it, None where there is none.

        All rows are equally long.
        """
        places: list[dict[int, TableCell]] = [{} for _ in self.rows]
        for row_index, row in enumerate(self.rows):
            column = 0
            for cell in row:
                while column in places[row_index]:
                    column += 1
                for covered in places[row_index : row_index + cell.rowspan]:
                    covered.update((column + offset, cell) for offset in range(cell.colspan))
                column += cell.colspan
        width = max((max(row) + 1 for row in places if row), default=0)
        return tuple(tuple(row.get(column) for column in range(width)) for row in places)

    def rows_within(self, start: int, end: int) -> tuple[tuple[TableCell, ...], ...]:
        """The heads of the columns, and the rows of which a cell begins in `start:end`.

        A cell over several rows covers as many of them as there are, and stands in the first.
        """
        head_rows = self.head_row_count()
        grid = self.grid()
        kept = [
            number
            for number, row in enumerate(self.rows)
            if number < head_rows or any(cell.start is not None and start <= cell.start < end for cell in row)
        ]
        rows: list[tuple[TableCell, ...]] = []
        for index, number in enumerate(kept):
            cells: list[TableCell] = []
            for column, cell in enumerate(grid[number]):
                if cell is None or cell.start is None:
                    cells.append(TableCell())
                    continue
                is_below = index > 0 and cell is grid[kept[index - 1]][column]
                if is_below or (column and cell is grid[number][column - 1]):
                    continue
                rowspan = 1
                while index + rowspan < len(kept) and grid[kept[index + rowspan]][column] is cell:
                    rowspan += 1
                cells.append(cell._replace(rowspan=rowspan))
            rows.append(tuple(cells))
        return tuple(rows)

    def head_row_count(self) -> int:
        """How many rows at the top hold nothing but heads that name columns.

        A single head below others names the rows under it, or a row whose other cells are blank.
        """
        for count, row in enumerate(self.rows):
            cells = [cell for cell in row if cell.start is not None]
            if not all(cell.head for cell in cells) or (count and len(cells) < 2):
                return count
        return len(self.rows)
