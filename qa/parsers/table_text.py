"""Tables to text: rows with the names of their columns, and where in it each cell stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.table_heads import Texts, count_head_rows, has_head_column, is_line, used_columns
from qa.schema import TableCell

__all__ = ["GridCell", "Heads", "Row", "fill_heads", "put_table", "texts_of", "write_table"]

_MAX_COLUMNS = 1000
_MAX_PLACES = 1_000_000  # of a table; spans that would fill more are not followed
_NAME_SEPARATOR = " – "


@dataclass(frozen=True, slots=True, eq=False)
class GridCell:
    """A cell as its file has it: "" is blank, which is not zero.

    `is_head` says whether the file names it a head, None where it does not say. Two cells are never equal:
    places that one cell covers are told by its identity.
    """

    text: str
    rowspan: int = 1
    colspan: int = 1
    is_head: bool | None = None


# A piece of a row's text, the cell that it is, and whether it is a name.
_Piece = tuple[str, GridCell | None, bool]

# A row: column to cell, without blank ones; each place that a cell covers holds that cell.
Row = Mapping[int, GridCell]


def put_table(
    builder: ContentBuilder,
    rows: Iterable[Sequence[GridCell | str]],
    *,
    head_rows: int = 0,
    likely: bool = False,
    caption: str = "",
    notes: Sequence[str] = (),
) -> None:
    """A document's table, its rows as in HTML: without the places that a span covers, with blank cells.

    `head_rows` of them are column names, 0 if that is to be told by the cells: by what the file says of them,
    else by what they hold. `likely` says that the first row looks like names, by its letters for instance.
    `caption` and `notes` are what the file itself calls so; the caller puts them into the text.
    """
    grid = _spread(rows)
    head = [row for row in grid[:head_rows] if row]
    body = [row for row in grid[head_rows:] if row]
    filled_rows = head + body
    if not filled_rows:
        return
    head_count = len(head) if body else 0
    if not head_count:
        texts = texts_of(filled_rows)
        head_count = _count_named_rows(filled_rows) or count_head_rows(
            texts, used_columns(texts), likely=likely
        )
    write_table(builder, filled_rows, head_count, caption=caption, notes=notes)


def _spread(rows: Iterable[Sequence[GridCell | str]]) -> list[dict[int, GridCell]]:
    """Every cell in each place that it covers, blank ones left out in the end."""
    all_rows = list(rows)
    places: list[dict[int, GridCell]] = [{} for _ in all_rows]
    count = 0
    for row_index, row in enumerate(all_rows):
        column = 0
        for entry in row:
            cell = _clean_cell(entry)
            while column in places[row_index]:
                column += 1
            columns = range(column, min(column + max(1, cell.colspan), _MAX_COLUMNS))
            last_row = min(row_index + max(1, cell.rowspan), len(all_rows))
            count += len(columns) * (last_row - row_index)
            if count > _MAX_PLACES:
                columns, last_row = range(column, column + 1), row_index + 1
            for covered in places[row_index:last_row]:
                for place in columns:
                    covered.setdefault(place, cell)
            column += len(columns)
    return [{column: cell for column, cell in sorted(row.items()) if cell.text} for row in places]


def _clean_cell(entry: GridCell | str) -> GridCell:
    if isinstance(entry, str):
        return GridCell(clean(entry))
    text = clean(entry.text)
    return entry if text == entry.text else replace(entry, text=text)


def _count_named_rows(rows: Sequence[Row]) -> int:
    """How many rows at the top hold nothing but what the file calls heads; 0 if that is all of them."""
    for count, row in enumerate(rows):
        if not all(cell.is_head for cell in row.values()):
            return count
    return 0


def texts_of(rows: Sequence[Row]) -> list[Texts]:
    """What rows say: a cell over several columns in the first, one over several rows in each."""
    return [
        {column: cell.text for column, cell in row.items() if row.get(column - 1) is not cell} for row in rows
    ]


def fill_heads(rows: Sequence[Row]) -> list[Row]:
    """Rows of names in which one that stands over several columns covers them, as far as no file says so.

    The last row names single columns; above it a name reaches to the next one.
    """
    columns = sorted(set().union(*rows))
    filled: list[Row] = []
    for row_index, row in enumerate(rows):
        if row_index == len(rows) - 1 or any(cell.colspan > 1 for cell in row.values()):
            filled.append(row)
            continue
        names: dict[int, GridCell] = {}
        name: GridCell | None = None
        for column in columns:
            has_name_below = any(column in lower_row for lower_row in rows[row_index + 1 :])
            name = row.get(column, name if has_name_below else None)
            if name is not None:
                names[column] = name
        filled.append(names)
    return filled


class Heads:
    """The rows that name columns, and where each of their cells was written first."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = fill_heads(rows) if rows else []
        self.spans: dict[GridCell, tuple[int, int]] = {}
        self.columns: dict[int, list[GridCell]] = {}
        self._equals: list[tuple[GridCell, GridCell]] = []
        for row in self.rows:
            for column, cell in row.items():
                names = self.columns.setdefault(column, [])
                equal = next((name for name in names if name.text.casefold() == cell.text.casefold()), None)
                if equal is None:
                    names.append(cell)
                elif equal is not cell:
                    self._equals.append((cell, equal))

    def note(self, cell: GridCell, start: int, end: int) -> None:
        """Remember where a cell stands, the first time that it is written."""
        self.spans.setdefault(cell, (start, end))

    def span(self, cell: GridCell) -> tuple[int, int] | None:
        """Where a cell was written first; None if it never was."""
        equal = next((other for name, other in self._equals if name is cell), cell)
        return self.spans.get(cell) or self.spans.get(equal)


def write_table(
    builder: ContentBuilder,
    rows: Sequence[Row],
    head_count: int,
    *,
    heads_above: Heads | None = None,
    caption: str = "",
    notes: Sequence[str] = (),
) -> Heads | None:
    """Write filled rows, of which the first `head_count` are names, and hand the table to the builder.

    A row is a record ("Country: Canada; Share: 77 %.") where its columns have names, else its cells with bars
    between them. Names that no record would say stand in rows of their own first. `heads_above` are those of
    a table further up, for rows without their own. Returns the heads that hold now.
    """
    heads = Heads(rows[:head_count]) if head_count else heads_above
    body = rows[head_count:]
    names = heads.columns if heads else {}
    texts = texts_of(body)
    is_record = [bool(names) and (len(row) > 1 or len(names) == 1 or not is_line(row)) for row in texts]
    writer = _RowWriter(builder, heads)
    first_column = min((min(row) for row in rows), default=0)
    if heads and head_count:
        said = {
            name
            for row, records in zip(texts, is_record, strict=True)
            if records
            for column in row
            for name in names.get(column, ())
        }
        if any(name not in said for column_names in names.values() for name in column_names):
            for row in heads.rows:
                writer.write_bars(row, first_column)
    for row, records in zip(body, is_record, strict=True):
        if records:
            writer.write_record(row, names)
        else:
            writer.write_bars(row, first_column)
    if writer.start is not None:
        all_rows = [*(heads.rows if heads else ()), *body]
        cells = _find_cells(all_rows, len(all_rows) - len(body), texts, writer)
        builder.table(writer.start, builder.length, cells, caption=caption, notes=notes)
    return heads


class _RowWriter:
    """Writes rows, and remembers where each cell stands first."""

    def __init__(self, builder: ContentBuilder, heads: Heads | None) -> None:
        self.start: int | None = None
        self._builder = builder
        self._heads = heads
        self._spans: dict[GridCell, tuple[int, int]] = {}

    def span(self, cell: GridCell) -> tuple[int, int] | None:
        """Where a cell was written first."""
        return (self._heads.span(cell) if self._heads else None) or self._spans.get(cell)

    def write_record(self, row: Row, names: Mapping[int, Sequence[GridCell]]) -> None:
        """Names and values: "Country: Canada; Share: 77 %."."""
        pieces: list[_Piece] = []
        for column, cell in row.items():
            if row.get(column - 1) is cell:
                continue
            if pieces:
                pieces.append(("; ", None, False))
            for number, name in enumerate(names.get(column, ())):
                pieces += [(_NAME_SEPARATOR, None, False)] if number else []
                pieces.append((name.text, name, True))
            pieces += [(": ", None, False)] if names.get(column) else []
            pieces.append((cell.text, cell, False))
        if not pieces[-1][0].endswith((".", "!", "?")):
            pieces.append((".", None, False))
        self._write(pieces)

    def write_bars(self, row: Row, first_column: int) -> None:
        """Cells with bars between them: blank ones keep their places, up to the last that is filled."""
        pieces: list[_Piece] = []
        is_name = self._heads is not None and any(row is head for head in self._heads.rows)
        for column in range(min(row) if len(row) == 1 else first_column, max(row) + 1):
            cell = row.get(column)
            if cell is not None and row.get(column - 1) is cell:
                continue
            if column > first_column and len(row) > 1:
                pieces.append((" | " if pieces else "| ", None, False))
            if cell is not None:
                pieces.append((cell.text, cell, is_name))
        self._write(pieces)

    def _write(self, pieces: Sequence[_Piece]) -> None:
        start = self._builder.row_text("".join(text for text, _, _ in pieces))
        self.start = start if self.start is None else self.start
        for text, cell, is_name in pieces:
            end = start + len(text)
            if cell is not None and is_name and self._heads is not None:
                self._heads.note(cell, start, end)
            elif cell is not None:
                self._spans.setdefault(cell, (start, end))
            start = end


def _find_cells(
    rows: Sequence[Row], head_count: int, body_texts: Sequence[Texts], writer: _RowWriter
) -> list[list[TableCell]]:
    """The cells of the rows as in HTML, with spans over columns that are in use."""
    columns = sorted(set().union(*rows))
    body = rows[head_count:]
    is_marked = any(cell.is_head for row in body for cell in row.values())
    head_columns = set(columns[:1]) if not is_marked and has_head_column(body_texts, columns) else set()
    result: list[list[TableCell]] = []
    for row_index, row in enumerate(rows):
        above: Row = rows[row_index - 1] if row_index else {}
        cells: list[TableCell] = []
        for number, column in enumerate(columns):
            cell = row.get(column)
            if cell is None:
                cells.append(TableCell())
                continue
            if above.get(column) is cell or (number and row.get(columns[number - 1]) is cell):
                continue
            is_head = row_index < head_count or bool(cell.is_head) or column in head_columns
            start, end = writer.span(cell) or (None, None)
            cells.append(
                TableCell(
                    start,
                    end,
                    is_head and start is not None,
                    _count_rows(rows, row_index, column, cell),
                    _count_columns(row, columns, number, cell),
                )
            )
        result.append(cells)
    return result


def _count_rows(rows: Sequence[Row], first: int, column: int, cell: GridCell) -> int:
    last = first + 1
    while last < len(rows) and rows[last].get(column) is cell:
        last += 1
    return last - first


def _count_columns(row: Row, columns: Sequence[int], first: int, cell: GridCell) -> int:
    last = first + 1
    while last < len(columns) and row.get(columns[last]) is cell:
        last += 1
    return last - first
