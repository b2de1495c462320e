"""Tables of plain text: where the cells stand that spaces or tabs put under each other."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from qa.parsers.head_columns import count_head_columns
from qa.parsers.pipe_tables import blocks_above, markdown_tables, notes_below
from qa.parsers.spaced_rows import RULE, are_rows, find_columns
from qa.parsers.table_heads import Texts, count_head_rows
from qa.parsers.table_units import find_unit, join_caption
from qa.schema import Table, TableCell
from qa.text.lines import trim

__all__ = ["text_tables"]

_MIN_ROWS = 3
_MIN_COLUMNS = 3
_MAX_LINES = 500
_MAX_HEAD_ROWS = 3
_MAX_LINE_CHARS = 400
_NUMBERED = re.compile(r"[ \t]*(?:table|tab\.|figure|exhibit|annex)[ \t]+[\dA-Z]", re.IGNORECASE)
_BLOCK = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|$))+")
# What is one cell no more: words far apart, or two numbers.
_TWO_CELLS = re.compile(r"\S {2,}\S|\t|\d [-+(]?\d")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")

_Span = tuple[int, int]


def text_tables(text: str, body_start: int, *, markdown: bool) -> tuple[Table, ...]:
    """The tables of `text[body_start:]` in order, with the lines around them: of Markdown those with bars.

    In plain text one is kept only where gaps run through all its lines, so that each word is sure of its
    column.
    """
    if markdown:
        return markdown_tables(text, body_start) if "|" in text else ()
    found = [
        rows for block in _BLOCK.finditer(text, body_start) for rows in _iterate_tables(text, *block.span())
    ]
    bounds = [body_start, *(_end_of(rows) for rows in found)]
    ends = [*(rows[0][1][0] for rows in found[1:]), len(text)]
    return tuple(
        _make_table(text, rows, bound, end) for rows, bound, end in zip(found, bounds, ends, strict=False)
    )


# A row: whether a line is drawn above it, where its line is, and where its cells are.
_Row = tuple[bool, _Span, list[_Span]]


def _end_of(rows: Sequence[_Row]) -> int:
    return rows[-1][1][1]


def _iterate_tables(text: str, start: int, end: int) -> Iterator[list[_Row]]:
    """The rows of each table in a paragraph: lines that hold gaps, one after the other."""
    lines = list(_iterate_lines(text, start, end))
    for is_row, group in groupby(lines, lambda line: _could_be_row(text[slice(*line)])):
        own = list(group)
        if _NUMBERED.match(text, own[0][0]):
            own.pop(0)
        if not is_row or not _MIN_ROWS <= len(own) <= _MAX_LINES or _has_names_above(text, own[0][0]):
            continue
        if rows := _split(text, own):
            yield rows


def _has_names_above(text: str, start: int) -> bool:
    """Whether the line above a blank one holds gaps too: names of the columns, set apart."""
    above = text[max(0, start - _MAX_LINE_CHARS) : start].rstrip()
    line = above[above.rfind("\n") + 1 :].strip()
    return _could_be_row(line) and RULE.fullmatch(line) is None and _NUMBERED.match(line) is None


def _could_be_row(line: str) -> bool:
    words = line.strip()
    return "  " in words or "\t" in words or RULE.fullmatch(words) is not None


def _iterate_lines(text: str, start: int, end: int) -> Iterator[_Span]:
    while start < end:
        line_end = text.find("\n", start, end)
        line_end = end if line_end < 0 else line_end
        if text[start:line_end].strip():
            yield start, line_end
        start = line_end + 1


def _split(text: str, lines: Sequence[_Span]) -> list[_Row]:
    is_rule = [RULE.fullmatch(text, *line) is not None for line in lines]
    own = [line for line, rule in zip(lines, is_rule, strict=True) if not rule]
    if len(own) < _MIN_ROWS:
        return []
    texts = [text[slice(*line)] for line in own]
    spans = _split_tabs(texts, own) if "\t" in texts[0].strip() else _split_spaces(text, texts, own)
    cells = [[text[slice(*cell)] for cell in row] for row in spans]
    filled = [column for column in range(len(cells[0]) if cells else 0) if any(row[column] for row in cells)]
    cells = [[row[column] for column in filled] for row in cells]
    spans = [[row[column] for column in filled] for row in spans]
    if len(filled) < _MIN_COLUMNS or not are_rows(cells) or not _has_figures(cells):
        return []
    if any(map(_is_two, (cell for row in cells for cell in row))):
        return []
    ruled = {lines[index + 1] for index, rule in enumerate(is_rule[:-1]) if rule}
    return [(line in ruled, line, row) for line, row in zip(own, spans, strict=True)]


def _has_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a column after the first holds digits in most rows: a list of signs is no table."""
    columns = list(zip(*rows, strict=True))[1:]
    return any(2 * sum(any(map(str.isdigit, cell)) for cell in column) > len(rows) for column in columns)


def _split_tabs(texts: Sequence[str], lines: Sequence[_Span]) -> list[list[_Span]]:
    spans: list[list[_Span]] = []
    for text, (start, _) in zip(texts, lines, strict=True):
        row: list[_Span] = []
        for cell in text.split("\t"):
            left = start + len(cell) - len(cell.lstrip())
            row.append((left, max(left, start + len(cell.rstrip()))))
            start += len(cell) + 1
        spans.append(row)
    return spans if all(len(row) == len(spans[0]) for row in spans) else []


def _split_spaces(text: str, texts: Sequence[str], lines: Sequence[_Span]) -> list[list[_Span]]:
    if any("\t" in line for line in texts):
        return []
    columns = find_columns(texts)
    return (
        [
            [trim(text, min(start + left, end), min(start + right, end)) for left, right in columns]
            for start, end in lines
        ]
        if columns
        else []
    )


def _is_two(cell: str) -> bool:
    return _TWO_CELLS.search(cell) is not None and not _THOUSANDS.fullmatch(cell)


def _make_table(text: str, rows: Sequence[_Row], bound: int, end: int) -> Table:
    """`text[bound:end]` holds the table and what may belong to it."""
    texts: list[Texts] = [
        {column: text[slice(*cell)] for column, cell in enumerate(row) if cell[0] < cell[1]}
        for _, _, row in rows
    ]
    columns = range(len(rows[0][2]))
    most = min(_MAX_HEAD_ROWS, len(rows) - 2)
    head_rows = next((number for number in range(1, most + 1) if rows[number][0]), 0)
    if not head_rows:
        head_rows = count_head_rows(texts, columns, likely=False)
    head_columns = count_head_columns(texts[head_rows:], columns)
    start, last = rows[0][1][0], _end_of(rows)
    captions = blocks_above(text, bound, start)
    notes = notes_below(text, last, end, text[start:last])
    return Table(
        start=start,
        end=last,
        rows=tuple(
            tuple(
                TableCell(*cell, number < head_rows or column < head_columns)
                if cell[0] < cell[1]
                else TableCell()
                for column, cell in enumerate(row)
            )
            for number, (_, _, row) in enumerate(rows)
        ),
        caption=join_caption(captions) or None,
        unit=find_unit([*reversed(captions), *notes]),
        notes=notes,
    )
