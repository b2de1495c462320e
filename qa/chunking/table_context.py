"""What names the columns of a window's rows where it stands outside of the window."""

from bisect import bisect_right

from qa.schema import Document, Table

__all__ = ["table_context"]

_MAX_CHARS = 300  # of a table's caption, and of its column names


def table_context(document: Document, start: int, end: int, heading: str | None) -> str | None:
    """Caption, unit and column names of the tables whose rows `text[start:end]` holds.

    Only what neither that text nor the heading says: a window that begins with the table needs none. A row
    that names those below it ("Europe", over all columns) counts as a column name. None if there is nothing
    to say; else a line each, in the order of the tables.
    """
    tables = document.tables
    first = bisect_right(tables, start, key=lambda table: table.end)
    lines: list[str] = []
    for table in tables[first:]:
        if table.start >= end:
            break
        said = f"{document.title}\n{heading or ''}\n{document.text[start:end]}"
        for line in (
            _caption(table),
            _column_names(document.text, table, start),
            _group(document.text, table, start),
        ):
            if line and line not in said:
                lines.append(line)
                said = f"{said}\n{line}"
    return "\n".join(lines) or None


def _caption(table: Table) -> str:
    caption = (table.caption or "")[:_MAX_CHARS]
    if table.unit and table.unit not in caption:
        return f"{caption} ({table.unit})" if caption else table.unit
    return caption


def _column_names(text: str, table: Table, start: int) -> str:
    """The heads above the rows, those of a column joined; "" where each row of the text has its names."""
    head_rows = table.head_row_count()
    heads = [cell for row in table.rows[:head_rows] for cell in row if cell.start is not None]
    body = [cell.start for row in table.rows[head_rows:] for cell in row if cell.start is not None]
    if not heads or not body or heads[0].start is None or heads[0].start >= start:
        return ""
    # Where rows are records the first of them says the names, in its own line.
    if "\n" not in text[heads[0].start : min(body)]:
        return ""
    names: list[str] = []
    for column in zip(*table.grid()[:head_rows], strict=True):
        cells = [cell for cell in dict.fromkeys(column) if cell is not None and cell.start is not None]
        names.append(" – ".join(dict.fromkeys(cell.read(text) for cell in cells)))
    return " | ".join(names)[:_MAX_CHARS].strip(" |")


def _group(text: str, table: Table, start: int) -> str:
    """The last row before `start` that is one head over all columns, for the rows below it."""
    groups = [
        row[0]
        for row in table.rows[table.head_row_count() :]
        if len(row) == 1 and row[0].head and row[0].colspan > 1 and row[0].start is not None
    ]
    before = [cell for cell in groups if cell.start is not None and cell.start < start]
    return before[-1].read(text) if before else ""
