"""Tables of Word, PowerPoint and RTF: merged cells, title rows, and what their look says of heads."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.parsers.content_builder import ContentBuilder
from qa.parsers.table_text import GridCell, put_table
from qa.parsers.table_units import is_note

__all__ = ["Cell", "join_texts", "put_cells"]

_MAX_BOLD_ROWS = 3
_LABEL_COLUMNS = 2
# Digits without letters that are no year.
_FIGURE = re.compile(r"(?!(?:1[5-9]|20|21)\d\d(?![\d.,]\d))[^a-zA-Z\d]*\d[^a-zA-Z]*")
# What no new point begins with.
_CONTINUATION = re.compile(r"(?:and|or|of|in|to|for|by|with|from|per|on|at|than)\b|[(&]")
_PUNCTUATION = tuple(".,:;!?…|/–—-(")


@dataclass(slots=True, kw_only=True)
class Cell:
    """A cell as the file has it; `texts` are its paragraphs.

    `continues` says that it is the lower part of the cell above it; `colour` is that behind its text.
    """

    column: int
    texts: Sequence[str] = ()
    width: int = 1
    continues: bool = False
    is_bold: bool = False
    colour: str = ""


def join_texts(texts: Iterable[str], separator: str = "; ") -> str:
    """Clean paragraphs of a cell on one line, with a separator where the one before ends without a mark."""
    joined = ""
    for text in filter(None, texts):
        goes_on = joined.endswith(_PUNCTUATION) or _CONTINUATION.match(text)
        joined += (" " if goes_on else separator) if joined else ""
        joined += text
    return joined


def put_cells(
    builder: ContentBuilder,
    rows: Sequence[Sequence[Cell]],
    *,
    head_rows: int = 0,
    likely: bool = False,
    head_column: bool = False,
    caption: str = "",
) -> None:
    """A table; `head_rows` and `head_column` are what the file says of heads, `likely` what its style does.

    A first row of one cell over all columns is its title, and lines of that kind at its end are its notes:
    they stand around it as paragraphs.
    """
    rows = [row for row in rows if row]
    width = max((cell.column + cell.width for row in rows for cell in row), default=0)
    if not rows:
        return
    while len(rows) > 1 and (title := _read_title(rows, width, head_rows)):
        builder.paragraph(title)
        caption, rows, head_rows = caption or title, rows[1:], max(0, head_rows - 1)
    notes: list[str] = []
    while len(rows) > 1 and (line := _read_line(rows[-1], width)) and is_note(line, _read_all(rows)):
        notes, rows = [line, *notes], rows[:-1]
    # A name that reaches below the rows that are marked takes the next one in.
    while 0 < head_rows < len(rows) and any(cell.continues for cell in rows[head_rows]):
        head_rows += 1
    head_rows = head_rows if head_rows < len(rows) else 0
    named_rows = head_rows or _count_named_rows(rows, width, likely=likely)
    stands_out = likely or _is_bold(rows[0]) or _has_coloured_head(rows)
    columns = max(int(head_column), _count_bold_columns(rows[named_rows or int(stands_out) :], width))
    put_table(
        builder,
        _merge(rows, named_rows or int(stands_out), named_rows, columns),
        head_rows=head_rows,
        likely=stands_out,
        caption=caption,
    )
    for note in notes:
        builder.paragraph(note)


def _merge(
    rows: Sequence[Sequence[Cell]], joined_rows: int, named_rows: int, head_columns: int
) -> list[list[GridCell]]:
    """The cells as in HTML; names in the first `joined_rows` are phrases, whatever lines they stand on."""
    continued = [{cell.column: cell for cell in row if cell.continues} for row in rows]
    covered: set[int] = set()  # ids of cells that one above covers
    merged: list[list[GridCell]] = []
    for row_index, row in enumerate(rows):
        cells: list[GridCell] = []
        end = 0
        for cell in sorted(row, key=lambda cell: cell.column):
            if cell.column > end:
                cells.append(GridCell("", colspan=cell.column - end))
            end = max(end, cell.column + cell.width)
            if id(cell) in covered:
                continue
            texts, last_row = list(cell.texts), row_index + 1
            while last_row < len(rows):
                below = continued[last_row].get(cell.column)
                if below is None or below.width != cell.width:
                    break
                covered.add(id(below))
                texts += below.texts
                last_row += 1
            is_name = row_index < named_rows or (
                cell.column < head_columns and row_index >= joined_rows and any(texts)
            )
            cells.append(
                GridCell(
                    join_texts(texts, " " if row_index < joined_rows else "; "),
                    rowspan=last_row - row_index,
                    colspan=cell.width,
                    is_head=True if is_name else None,
                )
            )
        merged.append(cells)
    return merged


def _read_line(row: Sequence[Cell], width: int) -> str:
    """What a row says that is one cell over all columns; else ""."""
    is_line = width > 1 and len(row) == 1 and row[0].width == width and not row[0].continues
    return join_texts(row[0].texts, " ") if is_line else ""


def _read_title(rows: Sequence[Sequence[Cell]], width: int, head_rows: int) -> str:
    """The title in the first row; a line like those further down names a group of rows, not the table."""
    title = _read_line(rows[0], width)
    has_groups = any(_read_line(row, width) for row in rows[1:-1])
    return title if not has_groups or head_rows or _is_bold(rows[1]) else ""


def _count_named_rows(rows: Sequence[Sequence[Cell]], width: int, *, likely: bool) -> int:
    """How many rows at the top are names by their look: no figures, and set apart from the rows below.

    Where only a style says so (`likely`), two columns may as well be labels and what they label.
    """
    count = 0
    while count < len(rows) and _is_bold(rows[count]) and not _read_line(rows[count], width):
        count += 1
    is_split = any(cell.width > 1 for cell in rows[0])
    if count in (0, len(rows)) or count > _MAX_BOLD_ROWS:
        # Of names in several rows a style says nothing but that they begin in the first.
        count = int(not is_split and (_has_coloured_head(rows) or (likely and width > _LABEL_COLUMNS)))
    has_figures = any(_FIGURE.fullmatch(text) for row in rows[:count] for cell in row for text in cell.texts)
    if not 0 < count < len(rows) or has_figures or len(rows[0]) < _LABEL_COLUMNS:
        return 0
    is_split = is_split or not all(any(cell.texts) for cell in rows[1])
    return count if is_split else 1


def _has_coloured_head(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row has a colour of its own."""
    colours = {cell.colour for cell in rows[0]}
    return (
        len(colours) == 1
        and "" not in colours
        and len(rows) > 1
        and all(cell.colour not in colours for row in rows[1:] for cell in row)
    )


def _is_bold(row: Sequence[Cell]) -> bool:
    filled = [cell for cell in row if any(cell.texts)]
    return bool(filled) and all(cell.is_bold for cell in filled)


def _count_bold_columns(rows: Sequence[Sequence[Cell]], width: int) -> int:
    """How many columns on the left stand out in bold letters from those beside them."""
    filled = [
        cell
        for row in rows
        if not _is_bold(row) and not _read_line(row, width)
        for cell in row
        if any(cell.texts)
    ]
    count = 0
    while count < width:
        cells = [cell for cell in filled if cell.column == count]
        if not cells or not all(cell.is_bold for cell in cells):
            break
        count += 1
    others = [cell for cell in filled if cell.column >= count]
    stands_out = len(rows) > 1 and sum(cell.is_bold for cell in others) * 2 < len(others)
    return count if stands_out else 0


def _read_all(rows: Sequence[Sequence[Cell]]) -> str:
    return " ".join(text for row in rows[:-1] for cell in row for text in cell.texts)
