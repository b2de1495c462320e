"""Rows and columns of a sheet that someone has hidden: what is left when they are taken out."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from qa.parsers.office.sheet_regions import SheetRow
from qa.parsers.table_text import GridCell

__all__ = ["HiddenCells", "without_hidden"]


@dataclass(slots=True)
class HiddenCells:
    """What is hidden on a sheet, columns counted from 0; `left_out` are those of it that hold something.

    What a filter hides, or an outline that folds out, belongs to what the sheet says and is none of it.
    """

    rows: Collection[int] = ()
    columns: Collection[int] = ()
    left_out_rows: set[int] = field(default_factory=set)
    left_out_columns: set[int] = field(default_factory=set)


def without_hidden(
    numbered_rows: Iterable[tuple[int, SheetRow]], hidden: HiddenCells
) -> Iterator[tuple[int, SheetRow]]:
    """The rows without hidden cells, closed up; a merged cell keeps what is left of its size."""
    if not hidden.rows and not hidden.columns:
        yield from numbered_rows
        return
    carried: dict[int, GridCell] = {}  # merged cells that begin in a hidden row, by column
    gone = last = 0
    hidden_rows, hidden_columns = sorted(hidden.rows), sorted(hidden.columns)
    for number, row in numbered_rows:
        while gone < len(hidden_rows) and hidden_rows[gone] < number:
            gone += 1
        carried = {
            column: GridCell(cell.text, cell.rowspan - (number - last), cell.colspan, cell.is_head)
            for column, cell in carried.items()
            if cell.rowspan > number - last
        }
        last = number
        if number in hidden.rows:
            if row:
                hidden.left_out_rows.add(number)
            for column, cell in row.items():
                if isinstance(cell, GridCell) and cell.rowspan > 1:
                    carried[column] = cell
            continue
        cells = _close_columns({**carried, **row}, number, hidden, hidden_columns)
        carried = {}
        if cells:
            yield number - gone, cells


def _close_columns(
    row: SheetRow, number: int, hidden: HiddenCells, hidden_columns: Sequence[int]
) -> SheetRow:
    cells: dict[int, GridCell | str] = {}
    for column, cell in row.items():
        width = cell.colspan if isinstance(cell, GridCell) else 1
        seen = [place for place in range(column, column + width) if place not in hidden.columns]
        if not seen:
            hidden.left_out_columns.add(column)
            continue
        if isinstance(cell, GridCell):
            height = sum(place not in hidden.rows for place in range(number, number + cell.rowspan))
            cell = GridCell(cell.text, height, len(seen), cell.is_head)
        cells[seen[0] - bisect_left(hidden_columns, seen[0])] = cell
    return dict(sorted(cells.items()))
