"""A row of a table that can be understood without the table: each value with the name of its column."""

from collections.abc import Sequence

from qa.answering.tables.cell_values import is_blank
from qa.answering.tables.labelled_grid import LabelledGrid, label_grid
from qa.answering.tables.table_labels import Label
from qa.schema import SourceTable

__all__ = ["find_row", "read_row"]


def read_row(source: SourceTable, start: int, end: int) -> str | None:
    """The row that begins in these characters, as "Country: Peru; 2029: 64 tonnes"; blank cells are left out.

    None where none does, or no column names the rows.
    """
    grid = label_grid(source)
    row = find_row(grid, start, end) if grid else None
    if grid is None or row is None:
        return None
    named = [grid.groups[row]] if row in grid.groups else []
    parts = [_join_named(_join(grid.corner), _join([*named, *grid.rows[row]]))]
    for column, labels in grid.columns.items():
        value = grid.read(row, column)
        if not is_blank(value):
            unit = grid.unit(row, column) if grid.number(row, column) else None
            head = _join(labels)
            is_said = unit is None or unit.casefold() in f"{head} {value}".casefold()
            parts.append(_join_named(head, value if is_said else f"{value} {unit}"))
    return "; ".join(parts)


def find_row(grid: LabelledGrid, start: int, end: int) -> int | None:
    """The first row with a cell that begins in these characters; None where there is none."""

    def begins(row: int) -> bool:
        return any(cell and cell.start is not None and start <= cell.start < end for cell in grid.cells[row])

    return next(filter(begins, grid.rows), None)


def _join(labels: Sequence[Label]) -> str:
    return ", ".join(" ".join(label.text.split()) for label in labels)


def _join_named(name: str, value: str) -> str:
    value = " ".join(value.split())
    return f"{name}: {value}" if name else value
