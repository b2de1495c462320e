"""Sheets of cells: which rows are lines above, tables, and notes below."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.table_heads import (
    MAX_NAME_CHARS,
    could_be_names,
    count_head_rows,
    is_line,
    used_columns,
)
from qa.parsers.table_text import GridCell, Heads, Row, texts_of, write_table

__all__ = ["SheetRow", "put_sheet"]

_MAX_NOTE_ROWS = 3

# A row as a file has it: column number to cell, without the empty ones.
SheetRow = Mapping[int, GridCell | str]


def put_sheet(builder: ContentBuilder, rows: Iterable[SheetRow]) -> None:
    """A sheet: blocks of rows between empty ones, each with lines above, column names, rows and notes below.

    A block without names of its own takes those of the block above, if it fits under them.
    """
    heads: Heads | None = None
    pending: list[Row] = []
    for block in _split_blocks(map(_clean_row, rows)):
        if pending and not _is_head_of(pending[0], block):
            heads = _put_block(builder, pending, heads)
            pending = []
        block = pending + block
        texts = texts_of(block[:1])[0]
        pending = block if len(block) == 1 and could_be_names(list(texts.values()), len(texts)) else []
        if not pending:
            heads = _put_block(builder, block, heads)
    if pending:
        _put_block(builder, pending, heads)


def _clean_row(row: SheetRow) -> Row:
    cells = {}
    for column, entry in sorted(row.items(), key=lambda item: item[0]):
        cell = GridCell(clean(entry)) if isinstance(entry, str) else entry
        if cell.text:
            cells[column] = cell
    return cells


def _split_blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in rows:
        if row:
            block.append(row)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _is_head_of(names: Row, block: Sequence[Row]) -> bool:
    """Whether a row that stands alone names the columns of the block below it."""
    texts = texts_of(block)
    columns = used_columns(texts)
    is_inside = len(columns) > 1 and min(names) <= columns[0] and columns[-1] <= max(names)
    return is_inside and not count_head_rows(texts, columns, likely=False, must_contrast=True)


def _put_block(builder: ContentBuilder, block: Sequence[Row], heads_above: Heads | None) -> Heads | None:
    """Put a block; returns the column names that hold after it."""
    texts = texts_of(block)
    columns = used_columns(texts)
    if len(columns) == 1:
        _put_lines(builder, [next(iter(row.values())) for row in texts])
        return heads_above
    body_start = 0
    while body_start < len(block) and is_line(texts[body_start]):
        builder.paragraph(*texts[body_start].values())
        body_start += 1
    body_end = len(block)
    while body_end > body_start and is_line(texts[body_end - 1]) and min(texts[body_end - 1]) == columns[0]:
        body_end -= 1
    body = texts[body_start:body_end]
    names_above = heads_above.columns if heads_above else {}
    fits_above = (
        bool(names_above)
        and not body_start
        and columns[0] >= min(names_above)
        and columns[-1] <= max(names_above)
    )
    head_count = count_head_rows(body, used_columns(body), likely=not fits_above, must_contrast=fits_above)
    heads = write_table(
        builder, block[body_start:body_end], head_count, heads_above=heads_above if fits_above else None
    )
    for row in texts[body_end:]:
        builder.paragraph(*row.values())
    return heads


def _put_lines(builder: ContentBuilder, lines: Sequence[str]) -> None:
    """Cells below one another: notes as paragraphs, a list's entries as rows."""
    for line in lines:
        if len(lines) <= _MAX_NOTE_ROWS or len(line) > MAX_NAME_CHARS or line.endswith((".", "!", "?")):
            builder.paragraph(line)
        else:
            builder.row([line])
