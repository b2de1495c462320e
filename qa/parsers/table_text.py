"""Tables to text: rows with the names of their columns, and where in it each cell stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.head_columns import count_head_columns
from qa.parsers.stub_spans import span_stubs
from qa.parsers.table_heads import Texts, count_head_rows, is_line, used_columns
from qa.schema import TableCell

__all__ = ["GridCell", "Heads", "Row", "fill_heads", "put_table", "texts_of", "write_table"]

_MAX_COLUMNS = 1000
_MAX_PLACES = 1_000_000  # of a table; spans that would fill more are not followed
_SAMPLE_ROWS = 100
_NAME_SEPARATOR = " – "
_BLANK = TableCell()


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
    """How many rows at the top hold nothing but what the file calls heads; 0 if that is all of them.

    One head over all columns, below others, names the rows under it.
    """
    columns = set().union(*rows)
    for count, row in enumerate(rows):
        is_group = count > 0 and len(row) == len(columns) and len(set(row.values())) == 1
        if is_group or not all(cell.is_head for cell in row.values()):
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
    body = span_stubs(rows[head_count:])
    if not body and not head_count:
        return heads
    writer = _TableWriter(builder, heads, body)
    if heads and head_count and not writer.says_all_names():
        for row in heads.rows:
            writer.write_names(row)
    for index in range(len(body)):
        writer.write_body(index)
    builder.table(writer.start, builder.length, writer.find_cells(), caption=caption, notes=notes)
    return heads


class _TableWriter:
    """Writes the rows of a table, and remembers where each cell stands first."""

    def __init__(self, builder: ContentBuilder, heads: Heads | None, body: Sequence[Row]) -> None:
        self.start = builder.next_row_start
        self._builder, self._heads, self._body = builder, heads, body
        self._columns = sorted(set().union(*(heads.rows if heads else ()), *body))
        # Most tables have no cell over several rows or columns, and large ones have to be written fast.
        self._has_spans = len({cell for row in body for cell in row.values()}) < sum(map(len, body))
        self._names = {
            column: _NAME_SEPARATOR.join(name.text for name in names) + ": "
            for column, names in (heads.columns if heads else {}).items()
        }
        self._unsaid = set(self._names)
        sample = texts_of(body[:_SAMPLE_ROWS])
        is_marked = any(cell.is_head for row in body for cell in row.values())
        head_count = 0 if is_marked else count_head_columns(sample, self._columns)
        self._head_columns = set(self._columns[:head_count])
        self._rows: list[list[TableCell]] = []

    def says_all_names(self) -> bool:
        """Whether records of the body say each name."""
        columns = self._heads.columns if self._heads else {}
        unsaid = {name for names in columns.values() for name in names}
        for row in filter(self._is_record, self._body):
            if not unsaid:
                break
            for column, cell in row.items():
                if row.get(column - 1) is not cell:
                    unsaid.difference_update(columns.get(column, ()))
        return not unsaid

    def _is_single(self, row: Row) -> bool:
        return len(row) == 1 or (self._has_spans and len(set(row.values())) == 1)

    def _is_record(self, row: Row) -> bool:
        if not self._names:
            return False
        if len(self._names) == 1 or not self._is_single(row):
            return True
        return not is_line({0: next(iter(row.values())).text})

    def write_names(self, row: Row) -> None:
        """A row of names, with bars between them."""
        assert self._heads is not None
        position, bars = self._builder.next_row_start, 0
        parts: list[str] = []
        for number, column in enumerate(self._columns):
            cell = row.get(column)
            if cell is not None and number and row.get(self._columns[number - 1]) is cell:
                continue
            bars += number > 0
            if cell is not None:
                parts.append(_separate(bars, is_first=not parts))
                parts.append(cell.text)
                position += len(parts[-2]) + len(cell.text)
                self._heads.note(cell, position - len(cell.text), position)
                bars = 0
        self._builder.row_text("".join(parts))

    def write_body(self, index: int) -> None:
        """A row as a record, or with bars between its cells.

        Blank cells keep their places between bars, up to the last that is filled.
        """
        row = self._body[index]
        above: Row = self._body[index - 1] if index and self._has_spans else {}
        is_record = self._is_record(row)
        is_single = self._is_single(row)
        position, bars = self._builder.next_row_start, 0
        parts: list[str] = []
        cells: list[TableCell] = []
        for number, column in enumerate(self._columns):
            cell = row.get(column)
            if cell is None:
                cells.append(_BLANK)
                bars += number > 0
                continue
            if self._has_spans and number and row.get(self._columns[number - 1]) is cell:
                continue
            if is_record:
                prefix = self._names.get(column, "")
                if column in self._unsaid:
                    self._note_names(column, position + 2 * bool(parts))
                if parts:
                    prefix = f"; {prefix}"
            else:
                prefix = "" if is_single else _separate(bars + (number > 0), is_first=not parts)
                bars = 0
            text = cell.text
            parts += (prefix, text)
            start = position + len(prefix)
            position = start + len(text)
            is_head = bool(cell.is_head) or column in self._head_columns
            if not self._has_spans:
                cells.append(TableCell(start, position, is_head))
            elif above.get(column) is not cell:
                rowspan = _count_rows(self._body, index, column, cell)
                colspan = _count_columns(row, self._columns, number, cell)
                cells.append(TableCell(start, position, is_head, rowspan, colspan))
        if is_record and not parts[-1].endswith((".", "!", "?")):
            parts.append(".")
        self._rows.append(cells)
        self._builder.row_text("".join(parts))

    def _note_names(self, column: int, position: int) -> None:
        assert self._heads is not None
        self._unsaid.discard(column)
        for name in self._heads.columns[column]:
            self._heads.note(name, position, position + len(name.text))
            position += len(name.text) + len(_NAME_SEPARATOR)

    def find_cells(self) -> list[list[TableCell]]:
        """The cells of heads and body as in HTML, with spans over columns that are in use."""
        result: list[list[TableCell]] = []
        rows = self._heads.rows if self._heads else []
        for index, row in enumerate(rows):
            above: Row = rows[index - 1] if index else {}
            cells: list[TableCell] = []
            for number, column in enumerate(self._columns):
                cell = row.get(column)
                span = self._heads.span(cell) if self._heads and cell is not None else None
                if cell is None or span is None:
                    cells.append(_BLANK)
                elif above.get(column) is not cell and not (
                    number and row.get(self._columns[number - 1]) is cell
                ):
                    rowspan = _count_rows(rows, index, column, cell)
                    cells.append(
                        TableCell(*span, True, rowspan, _count_columns(row, self._columns, number, cell))
                    )
            result.append(cells)
        return result + self._rows


def _separate(bars: int, *, is_first: bool) -> str:
    """So many bars before a cell; at the start of a line without a space in front."""
    return ("| " + " | " * (bars - 1) if is_first else " | " * bars) if bars else ""


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
