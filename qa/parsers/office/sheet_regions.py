"""Regions of a sheet: merged cells in all their places, and the blocks that empty rows and columns part."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from qa.parsers.cell_types import type_of_cell
from qa.parsers.content_builder import clean
from qa.parsers.table_heads import Texts, find_head_rows, is_line, used_columns
from qa.parsers.table_text import GridCell, Row, texts_of

__all__ = ["Block", "SheetRow", "cover_merged_cells", "split_into_blocks"]

_MAX_PLACES = 1_000_000  # that merged cells cover on a sheet; further ones stand in their first place only
_MAX_DEPTH = 4
_MAX_GAPS = 50  # empty columns between tables
_SAMPLE_ROWS = 300
_LABEL_SHARE = 0.6

# A row as a file has it: column number to cell, without the empty ones; a merged cell in its first place.
SheetRow = Mapping[int, GridCell | str]


class _NumberedRow(NamedTuple):
    number: int
    cells: Row
    is_continued: bool  # nothing but merged cells stands in the rows before, if there is a gap


Block = Sequence[Row]


def cover_merged_cells(rows: Iterable[tuple[int, SheetRow]]) -> list[_NumberedRow]:
    """The filled rows, each cell in all places that it covers as far as the sheet uses them."""
    filled = [_NumberedRow(number, cells, False) for number, row in rows if (cells := _clean_row(row))]
    if not any(cell.rowspan > 1 or cell.colspan > 1 for row in filled for cell in row.cells.values()):
        return filled
    columns: Sequence[int] = used_columns([row.cells for row in filled])
    open_cells: list[tuple[int, Sequence[int], GridCell]] = []  # last row, columns, cell
    result: list[_NumberedRow] = []
    previous, places = 0, 0
    for number, row, _ in filled:
        is_continued = any(last >= number - 1 > previous for last, _, _ in open_cells)
        open_cells = [entry for entry in open_cells if entry[0] >= number]
        covered = dict(row)
        for column, cell in row.items():
            if cell.colspan > 1 or cell.rowspan > 1:
                reach = columns[bisect_left(columns, column) : bisect_left(columns, column + cell.colspan)]
                open_cells.append((number + cell.rowspan - 1, reach, cell))
        for _, reach, cell in open_cells:
            places += len(reach)
            if places < _MAX_PLACES:
                for place in reach:
                    covered.setdefault(place, cell)
        open_cells = [entry for entry in open_cells if entry[0] > number]
        result.append(
            _NumberedRow(number, dict(sorted(covered.items(), key=lambda item: item[0])), is_continued)
        )
        previous = number
    return result


def _clean_row(row: SheetRow) -> Row:
    cells = {}
    columns = list(row)
    for column in columns if columns == sorted(columns) else sorted(columns):
        entry = row[column]
        cell = GridCell(clean(entry)) if isinstance(entry, str) else entry
        if cell.text:
            cells[column] = cell
    return cells


def split_into_blocks(rows: Sequence[_NumberedRow], depth: int = 0) -> Iterator[list[Block]]:
    """Regions from above and from the left, each as its blocks of rows that empty rows part.

    Tables side by side, with an empty column between them, are regions of their own.
    """
    region: list[Block] = []
    for block in _split_at_gaps(rows):
        parts = _split_at_columns(block) if depth < _MAX_DEPTH else []
        if len(parts) < 2:
            region.append([row.cells for row in block])
            continue
        if region:
            yield region
            region = []
        for part in parts:
            yield from split_into_blocks(part, depth + 1)
    if region:
        yield region


def _split_at_gaps(rows: Sequence[_NumberedRow]) -> Iterator[list[_NumberedRow]]:
    block: list[_NumberedRow] = []
    for row in rows:
        if block and row.number > block[-1].number + 1 and not row.is_continued:
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _split_at_columns(block: list[_NumberedRow]) -> list[list[_NumberedRow]]:
    """The tables that stand side by side in a block; one where nothing says that there are several."""
    columns = used_columns([row.cells for row in block])
    starts = [column for left, column in pairwise(columns) if column > left + 1]
    if not starts or len(starts) > _MAX_GAPS:
        return [block]
    sample = block[:_SAMPLE_ROWS]
    bounds: list[int] = []
    for start in starts:
        next_start = next((other for other in starts if other > start), columns[-1] + 1)
        left = _cut(sample, bounds[-1] if bounds else columns[0], start)
        right = _cut(sample, start, next_start)
        if left and right and _stand_alone(left, right):
            bounds.append(start)
    if not bounds:
        return [block]
    return [_cut(block, first, end) for first, end in pairwise([columns[0], *bounds, columns[-1] + 1])]


def _cut(rows: Sequence[_NumberedRow], first: int, end: int) -> list[_NumberedRow]:
    cut_rows = []
    for row in rows:
        cells = {column: cell for column, cell in row.cells.items() if first <= column < end}
        if cells:
            cut_rows.append(_NumberedRow(row.number, cells, row.is_continued))
    return cut_rows


def _stand_alone(left: Sequence[_NumberedRow], right: Sequence[_NumberedRow]) -> bool:
    """Whether what stands right of an empty column is a table of its own, with names for its rows.

    Else the column only sets a group of columns apart.
    """
    left_texts, right_texts = (texts_of([row.cells for row in side]) for side in (left, right))
    left_columns, right_columns = used_columns(left_texts), used_columns(right_texts)
    if len(right_columns) < 2:
        # A remark at the side, not a column of remarks.
        lines = all(map(is_line, right_texts))
        return lines and len(right) <= max(1, len(left) // 8) and len(left_columns) > 1
    if len(left_columns) < 2:
        return all(map(is_line, left_texts)) and len(left) <= max(1, len(right) // 8)
    if any(is_line(row) for row in right_texts[:1]) and left_texts and is_line(left_texts[0]):
        return True  # each has a title
    right_head = find_head_rows(_without_lines(right_texts), right_columns, likely=True)
    left_head = find_head_rows(_without_lines(left_texts), left_columns, likely=True)
    if not (right_head.count and left_head.count):
        return False
    right_rows, left_rows = _without_lines(right_texts), _without_lines(left_texts)
    left_names = {
        text.casefold() for row in left_rows[: left_head.start + left_head.count] for text in row.values()
    }
    right_stub = [row.get(right_columns[0], "") for row in right_rows]
    head_end = right_head.start + right_head.count
    stub_name = next((text for text in right_stub[:head_end] if text), "")
    labels = [text for text in right_stub[head_end:] if text]
    has_labels = sum(type_of_cell(text) in ("text", "label") for text in labels) >= _LABEL_SHARE * max(
        1, len(labels)
    )
    if not labels or not has_labels:
        return False
    repeats_names = stub_name.casefold() in left_names
    has_numbers = any(
        type_of_cell(text) == "value"
        for row in right_rows[head_end:]
        for column, text in row.items()
        if column != right_columns[0]
    )
    are_distinct = len(set(labels)) == len(labels) > 1
    return repeats_names or (
        has_numbers and are_distinct and all(type_of_cell(text) == "text" for text in labels[:1])
    )


def _without_lines(rows: Sequence[Texts]) -> list[Texts]:
    """The rows from the first that is no title on."""
    start = next((index for index, row in enumerate(rows) if not is_line(row)), len(rows))
    return list(rows[start:])
