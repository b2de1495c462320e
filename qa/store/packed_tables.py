"""Tables as the catalogue keeps them: offsets alone, for the words stand in the document's text."""

from typing import Any

from qa.schema import Table, TableCell

__all__ = ["pack_table", "unpack_table"]

_BLANK = TableCell()


def pack_table(table: Table) -> list[Any]:
    """As JSON: start, end, caption, unit, notes, and rows of cells, each as short as it can be."""
    rows = [[_pack_cell(cell) for cell in row] for row in table.rows]
    return [table.start, table.end, table.caption, table.unit, list(table.notes), rows]


def unpack_table(values: list[Any]) -> Table:
    """What `pack_table` packed."""
    start, end, caption, unit, notes, rows = values
    return Table(
        start=start,
        end=end,
        caption=caption,
        unit=unit,
        notes=tuple(notes),
        rows=tuple(tuple(_unpack_cell(cell) for cell in row) for row in rows),
    )


def _pack_cell(cell: TableCell) -> list[int | None]:
    if cell == _BLANK:
        return []
    if cell.rowspan == cell.colspan == 1:
        return [cell.start, cell.end, 1] if cell.head else [cell.start, cell.end]
    return [cell.start, cell.end, int(cell.head), cell.rowspan, cell.colspan]


def _unpack_cell(values: list[Any]) -> TableCell:
    if not values:
        return _BLANK
    start, end, *rest = values
    head, *spans = rest or (0,)
    return TableCell(start, end, bool(head), *spans)
