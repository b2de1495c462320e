"""What names the columns of a window's rows where it stands outside of the window."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

from qa.schema import Document, Table

__all__ = ["TableContexts"]

_MAX_CHARS = 300  # of a table's caption, and of its column names


@dataclass(frozen=True, slots=True)
class _Names:
    """What names the rows of a table: "" where there is nothing, or each row says it itself.

    `heads` stand in the text up to `heads_start`; `groups` are rows that name those below them, with where
    they stand, in order.
    """

    caption: str
    heads: str
    heads_start: int
    groups: tuple[tuple[int, str], ...]


class TableContexts:
    """Tells for any window of a document what it has to be read with."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._tables = document.tables
        self._names = [_read_names(document.text, table) for table in document.tables]

    def find(self, start: int, end: int, heading: str | None) -> str | None:
        """Caption, unit and column names of the tables whose rows `text[start:end]` holds.

        Only what neither that text nor the heading says: a window that begins with the table needs none. A
        row that names those below it ("Europe", over all columns) counts as a column name. None if there is
        nothing to say; else a line each, in the order of the tables.
        """
        lines: list[str] = []
        first = bisect_right(self._tables, start, key=lambda table: table.end)
        last = bisect_left(self._tables, end, key=lambda table: table.start)
        said = ""
        for names in self._names[first:last]:
            said = said or f"{self._document.title}\n{heading or ''}\n{self._document.text[start:end]}"
            heads = names.heads if names.heads_start < start else ""
            group = bisect_left(names.groups, (start, ""))
            for line in (names.caption, heads, names.groups[group - 1][1] if group else ""):
                if line and not all(part in said for part in line.split(". ")):
                    lines.append(line)
                    said = f"{said}\n{line}"
        return "\n".join(lines) or None


def _read_names(text: str, table: Table) -> _Names:
    caption = (table.caption or "")[:_MAX_CHARS]
    if table.unit and table.unit not in caption:
        caption = f"{caption} ({table.unit})" if caption else table.unit
    head_rows = table.head_row_count()
    groups = tuple(
        (row[0].start, row[0].read(text))
        for row in table.rows[head_rows:]
        if len(row) == 1 and row[0].head and row[0].colspan > 1 and row[0].start is not None
    )
    heads = [cell.start for row in table.rows[:head_rows] for cell in row if cell.start is not None]
    body = next(
        (cell.start for row in table.rows[head_rows:] for cell in row if cell.start is not None), None
    )
    # Where rows are records the first of them says the names, in its own line.
    if not heads or body is None or "\n" not in text[heads[0] : body]:
        return _Names(caption, "", 0, groups)
    names: list[str] = []
    for column in zip(*replace(table, rows=table.rows[:head_rows]).grid(), strict=True):
        cells = [cell for cell in dict.fromkeys(column) if cell is not None and cell.start is not None]
        names.append(" – ".join(dict.fromkeys(cell.read(text) for cell in cells)))
    return _Names(caption, " | ".join(names)[:_MAX_CHARS].strip(" |"), heads[0], groups)
