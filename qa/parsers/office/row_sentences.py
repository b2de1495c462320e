"""Tables of cells to sentences: where the column names stand, and what the rows say with them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from qa.parsers.content_builder import ContentBuilder, clean

__all__ = ["Row", "put_sheet", "put_table"]

# A row: column number to text, without the empty cells.
Row = Mapping[int, str]

_VALUE = re.compile(
    r"[(\[<>≤≥~≈±+\-−–]*\s?(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3}(?=\s?\d))?\s?[-−]?\d[\d\s.,'’:/−–-]*"
    r"(?:E[+-]?\d+)?\s?(?:%|‰|°|[$€£¥₹]|[a-zA-Z]{1,4}\.?)?[)\]*†]*"
)
_YEAR = re.compile(r"(?:FY ?)?(?:1[5-9]|20|21)\d\d(?:[-/–](?:\d\d|\d{4}))?[a-z*]?")
_MISSING_VALUE = re.compile(r"[-–—.…*?/ ]+|n\.?/?a\.?|none|nil|null|nan|#N/A", re.IGNORECASE)
_MAX_NAME_CHARS = 100
_SENTENCE_CHARS = 40
_SAMPLE_ROWS = 40
_FILLED_SHARE = 0.6  # of the columns that have a name
_DISTINCT_SHARE = 0.7  # of the names
_VALUE_SHARE = 0.6  # of a column's cells that are numbers or dates
_MAX_NOTE_ROWS = 3


def put_table(
    builder: ContentBuilder, rows: Iterable[Sequence[str]], *, head_rows: int = 0, likely: bool = False
) -> None:
    """A document's table; `head_rows` of it are column names, 0 if that is to be inferred from the cells.

    `likely` says that the first row looks like names, by its letters for instance.
    """
    sparse_rows = [{column: text for column, cell in enumerate(row) if (text := clean(cell))} for row in rows]
    head = [row for row in sparse_rows[:head_rows] if row]
    body = [row for row in sparse_rows[head_rows:] if row]
    if head and body:
        _put_rows(builder, body, _join_names(head))
        return
    filled_rows = head + body
    columns = _find_columns(filled_rows)
    head_count = _count_head_rows(filled_rows, columns, likely=likely)
    _put_rows(builder, filled_rows[head_count:], _join_names(filled_rows[:head_count]))


def put_sheet(builder: ContentBuilder, rows: Iterable[Row]) -> None:
    """A sheet: blocks of rows between empty ones, each with lines above, column names, rows and notes below.

    A block without names of its own takes those of the block above, if it fits under them.
    """
    names: dict[int, str] = {}
    pending: list[Row] = []
    for block in _split_blocks(rows):
        if pending and not _is_head_of(pending[0], block):
            names = _put_block(builder, pending, names)
            pending = []
        block = pending + block
        pending = block if len(block) == 1 and _could_be_names(list(block[0].values()), len(block[0])) else []
        if not pending:
            names = _put_block(builder, block, names)
    if pending:
        _put_block(builder, pending, names)


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
    columns = _find_columns(block)
    is_inside = len(columns) > 1 and min(names) <= columns[0] and columns[-1] <= max(names)
    return is_inside and not _count_head_rows(block, columns, likely=False, must_contrast=True)


def _put_block(builder: ContentBuilder, block: Sequence[Row], names_above: dict[int, str]) -> dict[int, str]:
    """Put a block; returns the column names that hold after it."""
    columns = _find_columns(block)
    if len(columns) == 1:
        _put_lines(builder, [next(iter(row.values())) for row in block])
        return names_above
    body_start = 0
    while body_start < len(block) and _is_line(block[body_start]):
        builder.paragraph(*block[body_start].values())
        body_start += 1
    body_end = len(block)
    while body_end > body_start and _is_line(block[body_end - 1]) and min(block[body_end - 1]) == columns[0]:
        body_end -= 1
    body = block[body_start:body_end]
    fits_above = (
        bool(names_above)
        and not body_start
        and columns[0] >= min(names_above)
        and columns[-1] <= max(names_above)
    )
    head_count = _count_head_rows(body, _find_columns(body), likely=not fits_above, must_contrast=fits_above)
    names = _join_names(body[:head_count]) if head_count else (names_above if fits_above else {})
    _put_rows(builder, body[head_count:], names)
    for row in block[body_end:]:
        builder.paragraph(*row.values())
    return names


def _put_lines(builder: ContentBuilder, lines: Sequence[str]) -> None:
    """Cells below one another: notes as paragraphs, a list's entries as rows."""
    for line in lines:
        if len(lines) <= _MAX_NOTE_ROWS or len(line) > _MAX_NAME_CHARS or line.endswith((".", "!", "?")):
            builder.paragraph(line)
        else:
            builder.row([line])


def _put_rows(builder: ContentBuilder, rows: Sequence[Row], names: Mapping[int, str]) -> None:
    for row in rows:
        columns = sorted(row)
        cells = [row[column] for column in columns]
        if names and (len(row) > 1 or len(names) == 1 or not _is_line(row)):
            builder.record([names.get(column, "") for column in columns], cells)
        else:
            builder.row(cells)


def _find_columns(rows: Sequence[Row]) -> list[int]:
    return sorted(set().union(*rows))


def _is_line(row: Row) -> bool:
    """A single cell of words: a title, a note, or the name of a group of rows."""
    return len(row) == 1 and not _is_value(next(iter(row.values())))


def _count_head_rows(
    rows: Sequence[Row], columns: Sequence[int], *, likely: bool, must_contrast: bool = False
) -> int:
    """How many rows at the top hold column names: 0, 1 or 2.

    With `must_contrast` only names over numbers count; else names over words do too, with two columns only
    if they are `likely`.
    """
    if len(columns) < 2:
        return 0
    gaps = [column for column in columns if column not in rows[0]]
    if len(rows) > 2 and gaps and all(column in rows[1] for column in gaps[1:] or gaps):
        joined_names = _join_names(rows[:2])
        is_text = not any(_is_value(cell) and not _is_year(cell) for cell in rows[1].values())
        if is_text and _is_head(joined_names, rows[2:], columns, likely=False, must_contrast=True):
            return 2
    return int(_is_head(rows[0], rows[1:], columns, likely=likely, must_contrast=must_contrast))


def _is_head(
    names: Row, body: Sequence[Row], columns: Sequence[int], *, likely: bool, must_contrast: bool
) -> bool:
    if not body or not _could_be_names(list(names.values()), len(columns)):
        return False
    contrasts = repeats = False
    for column in columns:
        name = names.get(column, "")
        cells = [
            row[column]
            for row in body[:_SAMPLE_ROWS]
            if column in row and not _MISSING_VALUE.fullmatch(row[column])
        ]
        if not cells or not name:
            continue
        has_values = sum(map(_is_value, cells)) >= _VALUE_SHARE * len(cells)
        contrasts = contrasts or (has_values and not (_is_year(name) and all(map(_is_year, cells))))
        repeats = repeats or any(cell.casefold() == name.casefold() for cell in cells)
    if contrasts or must_contrast:
        return contrasts
    has_year = any(map(_is_year, names.values()))
    has_label = any(name.endswith(":") for name in names.values())
    return not (repeats or has_year or has_label) and (len(columns) > 2 or likely)


def _could_be_names(names: Sequence[str], width: int) -> bool:
    """Short, different from one another, neither numbers nor sentences, and for most columns."""
    if len(names) < max(2, _FILLED_SHARE * width):
        return False
    if any(len(name) > _MAX_NAME_CHARS for name in names):
        return False
    if any(len(name) > _SENTENCE_CHARS and name.endswith((".", "!", ";")) for name in names):
        return False
    if any(_is_value(name) and not _is_year(name) for name in names):
        return False
    return len({name.casefold() for name in names}) >= max(2, _DISTINCT_SHARE * len(names))


def _join_names(rows: Sequence[Row]) -> dict[int, str]:
    """The column names of one or two rows; a name over several columns holds for each of them."""
    if len(rows) < 2:
        return dict(rows[0]) if rows else {}
    joined_names: dict[int, str] = {}
    columns = _find_columns(rows)
    for row_index, row in enumerate(rows):
        name = ""
        for column in columns:
            # The last row names single columns; above it a name reaches to the next one.
            has_name_below = any(column in lower_row for lower_row in rows[row_index + 1 :])
            name = row.get(column, name if has_name_below else "")
            if name and name.casefold() not in joined_names.get(column, "").casefold().split(" – "):
                joined_names[column] = f"{joined_names[column]} – {name}" if column in joined_names else name
    return joined_names


def _is_value(text: str) -> bool:
    return len(text) <= _SENTENCE_CHARS and _VALUE.fullmatch(text) is not None


def _is_year(text: str) -> bool:
    return _YEAR.fullmatch(text) is not None
