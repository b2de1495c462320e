"""Tables of documents for the terminal."""

import re
import textwrap
from collections.abc import Iterator

from qa.schema import Table, TableCell

__all__ = ["draw_table"]

_MAX_ROWS = 200
_MAX_WIDTH = 36  # of a column
_NUMBER = re.compile(r"[^\w\s]{0,4}\d[\d\s.,:/%–-]*\W{0,3}")


def draw_table(table: Table, text: str) -> Iterator[str]:
    """Its lines: caption and unit, the rows with their columns under each other, the notes.

    A cell over several rows or columns stands in the first of them. Of more than 200 rows the last are left
    out, which is said.
    """
    named = table.caption or "Table"
    unit = f" ({table.unit})" if table.unit and table.unit not in named else ""
    yield f"{named}{unit}"
    grid = table.grid()
    rows = [_row_texts(grid, index, text) for index in range(min(len(grid), _MAX_ROWS))]
    columns = list(zip(*rows, strict=True))
    widths = [min(_MAX_WIDTH, max(map(len, column))) for column in columns]
    head_rows = table.head_row_count()
    is_number = [all(map(_is_number, column[head_rows:])) and any(column[head_rows:]) for column in columns]
    for index, row in enumerate(rows):
        if index == head_rows and index:
            yield "  ".join("-" * width for width in widths)
        cells = [textwrap.wrap(cell, width) if cell else [] for cell, width in zip(row, widths, strict=True)]
        for line in range(max(1, *map(len, cells))):
            pieces = (
                f"{cell[line] if line < len(cell) else '':{'>' if right else '<'}{width}}"
                for cell, width, right in zip(cells, widths, is_number, strict=True)
            )
            yield "  ".join(pieces).rstrip()
    if len(grid) > _MAX_ROWS:
        yield f"... {len(grid) - _MAX_ROWS:,} more rows: --json has them all"
    yield from table.notes


def _row_texts(grid: tuple[tuple[TableCell | None, ...], ...], index: int, text: str) -> list[str]:
    row, above = grid[index], grid[index - 1] if index else ()
    return [
        ""
        if cell is None
        or (cell.colspan > 1 and column and row[column - 1] is cell)
        or (cell.rowspan > 1 and above and above[column] is cell)
        else " ".join(cell.read(text).split())
        for column, cell in enumerate(row)
    ]


def _is_number(cell: str) -> bool:
    return not cell or not any(map(str.isalnum, cell)) or _NUMBER.fullmatch(cell) is not None
