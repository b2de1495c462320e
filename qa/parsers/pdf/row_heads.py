"""Names of rows in two columns of a PDF's table: a country once, and below it what is counted of it."""

from collections.abc import Sequence

from qa.parsers.pdf.table_grid import Cell, PageTable, is_value

__all__ = ["nest_row_heads"]

_MIN_COLUMNS = 3
_MIN_GROUPS = 2
_NUMBER_SHARE = 0.6  # of the cells after the names


def nest_row_heads(table: PageTable) -> None:
    """Where the first column names groups of rows and the second one the rows, make heads of both."""
    body = table.rows[table.head_rows :]
    if not table.head_rows or len(table.columns) < _MIN_COLUMNS:
        return
    groups = _find_groups(body)
    if len(groups) < _MIN_GROUPS or not all(len(group) > 1 for group in groups):
        return
    for group in groups:
        first = group[0][0]
        for cells in group[1:]:
            if cells[0].column == 0:
                first.rowspan += 1
                del cells[0]
        first.is_head = True
        for cells in group:
            next(cell for cell in cells if cell.column == 1).is_head = True
    for cell in (cell for row in table.rows[: table.head_rows] for cell in row if cell.lines):
        cell.is_head = True


def _find_groups(rows: Sequence[list[Cell]]) -> list[list[list[Cell]]]:
    """The rows below each name in the first column; none if anything else stands there."""
    groups: list[list[list[Cell]]] = []
    covered = 0
    for cells in rows:
        by_column = {cell.column: cell for cell in cells}
        name, label = by_column.get(0), by_column.get(1)
        numbers = [cell.text for column, cell in by_column.items() if column > 1 and cell.lines]
        if label is None or not label.lines or label.colspan > 1 or is_value(label.text):
            return []
        if not numbers or sum(map(is_value, numbers)) < _NUMBER_SHARE * len(numbers):
            return []
        if name is not None and name.lines:
            if covered or name.colspan > 1 or is_value(name.text):
                return []
            groups.append([cells])
            covered = name.rowspan - 1
        elif not groups or (name is None) != (covered > 0):
            return []
        else:
            groups[-1].append(cells)
            covered -= covered > 0
    return groups
