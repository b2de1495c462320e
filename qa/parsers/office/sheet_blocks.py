"""Sheets of cells: which rows are lines above, tables, and notes below."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import dropwhile

from qa.parsers.cell_types import type_of_cell
from qa.parsers.content_builder import ContentBuilder
from qa.parsers.head_columns import count_head_columns
from qa.parsers.office.sheet_regions import Block, SheetRow, cover_merged_cells, split_into_blocks
from qa.parsers.table_heads import (
    MAX_NAME_CHARS,
    PROPERTY_NAME,
    HeadRows,
    Texts,
    could_be_names,
    find_head_rows,
    is_line,
    used_columns,
)
from qa.parsers.table_text import Row, fill_heads, texts_of, write_table
from qa.parsers.table_units import is_note

__all__ = ["SheetRow", "put_sheet"]

_MAX_NOTE_ROWS = 3
_MAX_LINES = 8  # below one another that may stand over a table
_MAX_PROPERTIES = 12
_MIN_PROPERTIES = 2  # of which a block without names of columns consists
_SAMPLE_ROWS = 45
_MAX_PENDING_ROWS = 3
_LONG_CHARS = 60  # of a line that is a note rather than a value wherever it stands
_NOTE_NAME = re.compile(
    r"(?:(?:foot)?notes?|sources?|n\.?b\.?)\s*:?|\(?(?:[a-z]|\d{1,2}|[*†‡]{1,3})[).:/]*", re.IGNORECASE
)
_TABLE_NAME = re.compile(r"(?:table|figure|chart|exhibit)\s*[\dIVX]", re.IGNORECASE)
_SPARSE_PLACES = 500_000  # of a table; a larger one must be filled to some part
_SPARSE_SHARE = 0.02


@dataclass(slots=True)
class _Table:
    """A table in the making: names, and rows below them; lines that name a group are rows too."""

    heads: Sequence[Row]
    rows: list[Row] = field(default_factory=list)

    def takes(self, columns: Sequence[int]) -> bool:
        """Whether rows that fill these columns fit under its names."""
        names = used_columns(self.heads)
        return len(columns) > 1 and bool(names) and columns[0] >= names[0] and columns[-1] <= names[-1]


def put_sheet(builder: ContentBuilder, rows: Iterable[tuple[int, SheetRow]]) -> None:
    """A sheet of numbered rows: its tables, each with the lines above it and the notes below it.

    A block of rows without names of its own goes on with the table above, if it fits under its names.
    """
    for blocks in split_into_blocks(cover_merged_cells(rows)):
        region = _Region(builder)
        for block in blocks:
            region.add(block)
        region.finish()


class _Region:
    """Blocks below one another: lines are put when it is clear what they are, a table when it is complete."""

    def __init__(self, builder: ContentBuilder) -> None:
        self._builder = builder
        self._table: _Table | None = None
        self._lines: list[Row] = []  # since the table; they may name a group of rows that goes on with it
        self._pending: list[Row] = []  # rows that may name the columns of the next block

    def add(self, block: Block) -> None:
        """Take the next block of rows."""
        if self._pending:
            if _are_heads_of(self._pending, block):
                block = [*self._pending, *block]
            else:
                self._add_rows(self._pending)
            self._pending = []
        fits = self._table is not None and self._table.takes(used_columns(block))
        if len(block) <= _MAX_PENDING_ROWS + _MAX_LINES and not fits and _could_be_heads(texts_of(block)):
            self._pending = list(block)
        else:
            self._add_rows(block)

    def finish(self) -> None:
        """No block follows."""
        if self._pending:
            self._add_rows(self._pending)
        self._put_table()
        self._put_lines(self._lines)

    def _add_rows(self, block: Block) -> None:
        texts = texts_of(block)
        columns = used_columns(texts)
        if len(columns) == 1:
            if len(block) > _MAX_LINES:
                self._put_table()
                self._put_lines(self._lines)
                self._put_lines(block)
                self._lines = []
            else:
                self._lines += block
            return
        if len(columns) == 2 and len(block) <= _MAX_PROPERTIES and all(map(_is_property, texts)):
            self._put_table()
            self._put_lines(self._lines, above_table=True)
            self._put_properties(block)
            self._lines = []
            return
        start = next((index for index, row in enumerate(texts) if not is_line(row)), len(block))
        end = len(block)
        first_column = used_columns(texts[start:])[0] if start < end else 0
        while end > start and _is_note_row(texts[end - 1], first_column, len(columns)):
            end -= 1
        if start < end:
            self._add_body(block[:start], block[start:end], texts[start:end])
        else:
            self._lines += block[:start]
        self._lines += block[end:]

    def _add_body(self, leading: Block, body: Block, texts: Sequence[Texts]) -> None:
        """Rows below lines: they start a table or go on with the one above."""
        columns = used_columns(body)
        above = self._table if self._table is not None and self._table.takes(columns) else None
        properties = sum(map(_is_property, texts[:_MAX_PROPERTIES]))
        likely = above is None and properties < _MIN_PROPERTIES
        heads = find_head_rows(texts, columns, likely=likely, must_contrast=above is not None)
        if (
            leading
            and not heads.start
            and _is_spanner(leading, columns, count_head_columns(texts[heads.count :], columns))
        ):
            body, texts = [leading[-1], *body], [*texts_of(leading[-1:]), *texts]
            leading, heads = leading[:-1], HeadRows(0, heads.count + 1)
        lines = [*self._lines, *leading]
        self._lines = []
        if above is not None and not heads.count and all(map(_is_group_name, texts_of(lines))):
            self._add_to_table(above, [*lines, *body], [*texts_of(lines), *texts])
            return
        self._put_table()
        self._put_lines(lines, above_table=True)
        self._put_properties(body[: heads.start])
        names = _cover_heads(body[heads.start :][: heads.count], columns)
        if above is not None and not heads.count:
            names = list(above.heads)
        self._table = _Table(names)
        body_start = heads.start + heads.count
        self._add_to_table(self._table, body[body_start:], texts[body_start:])

    def _add_to_table(self, table: _Table, rows: Sequence[Row], texts: Sequence[Texts]) -> None:
        """Rows below the names, up to where another table begins without an empty row between."""
        names = texts_of(table.heads[:1])
        for index in range(1, len(rows)):
            repeats_names = bool(names) and texts[index] == names[0]
            if not (repeats_names or (is_line(texts[index - 1]) and _begins_table(texts, index))):
                continue
            start = index
            while start > 0 and is_line(texts[start - 1]):
                start -= 1
            table.rows += rows[:start]
            # Fewer rows than before.
            self._put_table()
            self._add_rows(rows[start:])
            return
        table.rows += rows

    def _put_table(self) -> None:
        table, self._table = self._table, None
        if table is None:
            return
        rows = [*table.heads, *table.rows]
        columns = used_columns(rows)
        places = len(columns) * len(rows)
        if places > _SPARSE_PLACES and sum(map(len, rows)) < _SPARSE_SHARE * places:
            # Cells strewn over a sheet are no table.
            for texts in texts_of(rows):
                self._builder.row(filter(None, texts.values()))
            return
        if columns[-1] >= len(columns):
            numbers = {column: number for number, column in enumerate(columns)}
            rows = [{numbers[column]: cell for column, cell in row.items()} for row in rows]
        write_table(self._builder, rows, len(table.heads))

    def _put_lines(self, rows: Sequence[Row], *, above_table: bool = False) -> None:
        """Cells below one another: titles and notes as paragraphs, a list's entries as rows."""
        for row in texts_of(rows):
            line = " ".join(row.values())
            is_note_line = len(line) > MAX_NAME_CHARS or line.endswith((".", "!", "?")) or is_note(line, "")
            if above_table or len(rows) <= _MAX_NOTE_ROWS or is_note_line or len(row) > 1:
                self._builder.paragraph(line)
            else:
                self._builder.row([line])

    def _put_properties(self, rows: Sequence[Row]) -> None:
        """Rows that say something of a table, such as its source or unit."""
        for row in texts_of(rows):
            name, *values = row.values()
            separator = " " if name.endswith(":") else ": "
            self._builder.paragraph(separator.join([name, " ".join(values)]) if values else name)


def _are_heads_of(pending: Sequence[Row], block: Block) -> bool:
    """Whether rows that stand alone name the columns of the block below them."""
    columns, names = used_columns(block), used_columns(pending)
    if len(columns) < 2 or names[0] > columns[0] or columns[-1] > names[-1]:
        return False
    return not find_head_rows(texts_of(block), columns, likely=False, must_contrast=True).count


def _is_spanner(leading: Sequence[Row], columns: Sequence[int], head_columns: int) -> bool:
    """Whether the last line above a table names its columns but the first, rather than the table."""
    *others, last = leading
    column = min(last)
    text = last[column].text
    is_title = _TABLE_NAME.match(text) is not None or len(text) > MAX_NAME_CHARS
    is_indented = bool(others) and min(others[-1]) == column
    # Elsewhere stands a title set in the middle, or a unit at the right edge.
    is_over_values = len(last) > 1 or column == columns[max(1, head_columns)]
    return column > columns[0] and is_over_values and not is_title and not is_indented


def _could_be_heads(rows: Sequence[Texts]) -> bool:
    """Whether rows that stand alone, below lines, may name columns: words and labels, most columns filled."""
    rows = list(dropwhile(is_line, rows))
    if not 0 < len(rows) <= _MAX_PENDING_ROWS or any(map(is_line, rows[1:])):
        return False
    if any(type_of_cell(text) == "value" for row in rows for text in row.values()):
        return False
    names = list(rows[-1].values())
    return len(names) > 1 and could_be_names(names, len(names))


def _begins_table(rows: Sequence[Texts], index: int) -> bool:
    """Whether names of columns stand in a row, over numbers in the rows below it."""
    cells = list(rows[index].values())
    if len(cells) < 2 or any(type_of_cell(text) == "value" for text in cells):
        return False
    if all(type_of_cell(text) == "missing" for text in cells[1:]):
        return False
    sample = rows[index : index + _SAMPLE_ROWS]
    columns = used_columns(sample)
    heads = find_head_rows(sample, columns, likely=False, must_contrast=True)
    return heads.count > 0 and heads.start == 0 and len(cells) > len(columns) / 2


def _is_note_row(row: Texts, first_column: int, width: int) -> bool:
    """Whether a row at the end of a block is a note, not a row of the table."""
    if is_line(row):
        ((column, text),) = row.items()
        return column == first_column or len(text) > _LONG_CHARS
    if len(row) != 2 or width < 3 or min(row) != first_column:
        return False
    name, text = row.values()
    return _NOTE_NAME.fullmatch(name) is not None and type_of_cell(text) == "text"


def _is_property(row: Texts) -> bool:
    """Whether a row of two cells says something of a table, such as its source or unit."""
    name = next(iter(row.values()))
    return len(row) == 1 or PROPERTY_NAME.fullmatch(name) is not None


def _is_group_name(row: Texts) -> bool:
    """Whether a line may name the rows that follow it within a table."""
    text = next(iter(row.values()))
    return (
        len(row) == 1
        and len(text) <= MAX_NAME_CHARS
        and not is_note(text, "")
        and not text.endswith((".", "!", "?"))
        and not _TABLE_NAME.match(text)
    )


def _cover_heads(rows: Sequence[Row], columns: Sequence[int]) -> list[Row]:
    """Rows of names in which each stands over all columns that it names, also where no file says so."""
    covered: list[Row] = []
    for row in fill_heads(rows) if rows else ():
        cells = dict(row)
        if len(cells) == 1 and (first := min(cells)) > columns[0]:
            # One name over all columns but the first.
            cells = {column: cells[first] for column in columns if column >= first}
        counts = Counter(cells.values())
        wide = {
            cell: replace(cell, colspan=count)
            for cell, count in counts.items()
            if count > 1 and cell.colspan == 1
        }
        covered.append({column: wide.get(cell, cell) for column, cell in cells.items()})
    return covered
