"""Tables of Markdown: where their cells stand in the file's own text."""

import re
from itertools import pairwise

from qa.chunking import read_markdown
from qa.parsers.head_columns import count_head_columns
from qa.parsers.table_heads import Texts
from qa.parsers.table_units import find_unit, is_caption, is_note, join_caption
from qa.schema import Table, TableCell
from qa.text.lines import trim

__all__ = ["blocks_above", "markdown_tables", "notes_below"]

_MAX_LINES_AROUND = 8  # above or below a table
_BAR = re.compile(r"(?<!\\)\|")
# Marks of emphasis or code around all that a cell says.
_WRAPPED = re.compile(r"(\*\*\*|\*\*|\*|___|__|_|`{1,9})(?=\S)(.+?)(?<=\S)\1")
_HEADING = re.compile(r"#{1,6}\s++(.*)")
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)")


def markdown_tables(text: str, body_start: int) -> tuple[Table, ...]:
    """The tables of `text[body_start:]` in order, their first row as heads, with the lines around them.

    A cell's span leaves out the marks of emphasis around all of it; inside of it the text is the file's.
    """
    row_spans = read_markdown(text, body_start).tables
    bounds = [body_start, *(rows[-1][1] for rows in row_spans)]
    ends = [*(rows[0][0] for rows in row_spans[1:]), len(text)]
    return tuple(
        _read_table(text, rows, bound, end) for rows, bound, end in zip(row_spans, bounds, ends, strict=False)
    )


def _read_table(text: str, rows: tuple[tuple[int, int], ...], bound: int, end: int) -> Table:
    """`text[bound:end]` holds the table and what may belong to it."""
    spans = [_cell_spans(text, *row) for row in rows]
    texts: list[Texts] = [
        {column: text[slice(*span)] for column, span in enumerate(row) if span[0] < span[1]} for row in spans
    ]
    width = len(spans[0])
    head_columns = count_head_columns(texts[1:], range(width))
    start = rows[0][0]
    above = blocks_above(text, bound, start)
    captions = [line for line in above if not _HEADING.fullmatch(line)]
    heading = next((match[1] for line in above if (match := _HEADING.fullmatch(line))), "")
    heading = heading.rstrip("#").rstrip()
    notes = notes_below(text, rows[-1][1], end, text[start : rows[-1][1]])
    return Table(
        start=start,
        end=rows[-1][1],
        rows=tuple(
            tuple(
                TableCell(*row[column], number == 0 or column < head_columns)
                if column < len(row) and row[column][0] < row[column][1]
                else TableCell()
                for column in range(width)
            )
            for number, row in enumerate(spans)
        ),
        caption=_EMPHASIS.sub("", join_caption(captions) or heading) or None,
        unit=find_unit([*reversed(captions), heading, *notes]),
        notes=notes,
    )


def _cell_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the cells of a row stand; an empty span for a blank one."""
    bars = [start + match.start() for match in _BAR.finditer(text[start:end])]
    if not bars or text[start:end][0] != "|":
        bars.insert(0, start - 1)
    if bars[-1] != end - 1 or len(bars) < 2:
        bars.append(end)
    spans = []
    for bar, following in pairwise(bars):
        cell_start, cell_end = trim(text, bar + 1, following)
        if wrapped := _WRAPPED.fullmatch(text, cell_start, cell_end):
            cell_start, cell_end = wrapped.span(2)
        spans.append((cell_start, cell_end))
    return spans


def blocks_above(text: str, bound: int, start: int) -> list[str]:
    """The paragraphs right above a table that may name it, and the heading above these; in order."""
    lines: list[str] = []
    for block in reversed(re.split(r"\n[ \t]*\n", text[bound:start])[-_MAX_LINES_AROUND:]):
        line = " ".join(block.split())
        if not line:
            continue
        # The lines of a block that begins with a heading.
        first, _, rest = block.strip().partition("\n")
        if heading := _HEADING.fullmatch(first.strip()):
            words = " ".join(rest.split())
            lines += [words, first.strip()] if words and is_caption(words) else [] if words else [heading[0]]
            break
        if not is_caption(line) or len(lines) > 2:
            break
        lines.append(line)
    return lines[::-1]


def notes_below(text: str, start: int, end: int, table_text: str) -> tuple[str, ...]:
    """The paragraphs right below a table, with this text, that are notes on it."""
    notes: list[str] = []
    for block in re.split(r"\n[ \t]*\n", text[start:end])[: _MAX_LINES_AROUND + 1]:
        line = " ".join(block.split())
        if not line:
            continue
        line = _EMPHASIS.sub("", line)
        if not is_note(line, table_text):
            break
        notes.append(line)
    return tuple(notes)
