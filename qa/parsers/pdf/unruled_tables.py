"""Tables among the lines of a PDF's column: words and numbers that stand under each other."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from qa.parsers.pdf.head_lines import Head, read_head
from qa.parsers.pdf.narrow_columns import NARROW_SPACE, find_last_number_line, find_narrow_columns
from qa.parsers.pdf.page_frame import Box
from qa.parsers.pdf.page_lines import Line
from qa.parsers.pdf.sheet_columns import find_sheet_rows, has_stray_names
from qa.parsers.pdf.table_columns import Column, find_column, find_columns, place_line
from qa.parsers.pdf.table_grid import (
    WIDE_SPACE,
    PageTable,
    Placed,
    RowLine,
    attach_marks,
    is_value,
    split_at,
    without_stub_leaders,
)
from qa.parsers.pdf.table_rows import group_rows, make_cells
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["TableSpan", "find_tables"]

_EDGE_TOLERANCE = 2.5  # points
_MAX_GAP = 2.5  # type sizes between two lines of a table
_MAX_SINGLES = 4  # lines of one piece between two rows
_MAX_CROSSING = 0.6  # of the table's width, for a line of one piece within it
_MIN_WORDY = 4.0  # words in a cell, on average, from which on it is text in columns
_FILLED_SHARE = 0.8  # of the cells
_MIN_NUMBER_COLUMNS = 2  # of a table whose groups of rows may have names in its middle
_NUMBER_SHARE = 0.4  # of a column's cells
_CENTER_SHARE = 0.04  # of the table's width
_MIN_DECIDED = 3  # rows
_MARKER = re.compile(r"[^\w\s$€£¥%()]|[(\[]?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)\]]|o")
_PAGE_NUMBER = re.compile(r"\d{1,4}|[ivxlc]{1,7}")
_LEADERS = re.compile(r"(?:[.·…_] ?){4,}")
_AFTER_DOTS = re.compile(r"(?:[.·…_]\s*)*[.·…_]\s+([\d(-].*)")
_NO_CELL = re.compile(r"[.·…_ ]+")


@dataclass(frozen=True, slots=True)
class TableSpan:
    """A table with its first and last line."""

    first: int
    last: int
    table: PageTable


def find_tables(page: int, lines: Sequence[Line], rules: Sequence[Box]) -> list[TableSpan]:
    """From the top down; `rules` are the page's lines that run across it."""
    tables: list[TableSpan] = []
    index = 0
    while index < len(lines):
        last = max(_find_last_line(lines, index), find_last_number_line(lines, index))
        above = tables[-1].last + 1 if tables else 0
        table = _read_table(page, lines, (above, index, last), rules) if last > index else None
        if table is not None:
            tables.append(table)
        index = (table.last if table is not None else index) + 1
    return tables


def _find_last_line(lines: Sequence[Line], first: int) -> int:
    """The last line that may belong to the table that begins here, `first` itself if there is none."""
    if len(lines[first].pieces) < 2 or lines[first].dot:
        return first
    rows = [lines[first]]
    last = first
    for index in range(first + 1, len(lines)):
        line = lines[index]
        if line.column != lines[first].column or line.top - lines[index - 1].bottom > _MAX_GAP * line.size:
            break
        if len(line.pieces) > 1 and not line.dot:
            if not any(_share_gaps(row, line) for row in rows[-3:]):
                break
            rows.append(line)
            last = index
        elif index - last > _MAX_SINGLES:
            break
    return last


def _share_gaps(above: Line, line: Line) -> bool:
    """Whether at least half of the gaps between the words of one run on in the other."""
    gaps = [(left.right, right.left) for left, right in pairwise(above.pieces)]
    other_gaps = [(left.right, right.left) for left, right in pairwise(line.pieces)]
    shared = sum(
        any(min(end, other_end) - max(start, other_start) > 1 for other_start, other_end in other_gaps)
        for start, end in gaps
    )
    return shared > 0 and 2 * shared >= min(len(gaps), len(other_gaps))


def _read_table(
    page: int, lines: Sequence[Line], span: tuple[int, int, int], rules: Sequence[Box]
) -> TableSpan | None:
    """The table in a span of lines: the first that may be a part of its head, its first row and its last."""
    above, first, last = span
    marked = [Line(attach_marks(_without_dots(line.pieces))) for line in lines[first : last + 1]]
    sheet = find_sheet_rows(marked)
    marked = sheet.lines if sheet else marked
    columns = sheet.columns if sheet else find_columns(marked)
    narrow = [] if sheet else find_narrow_columns(marked)
    is_narrow = len(narrow) > max(1, len(columns))
    columns = narrow if is_narrow else columns
    gutters = [(left[1], right[0]) for left, right in pairwise(columns)]
    min_space = NARROW_SPACE if is_narrow else WIDE_SPACE
    marked = [Line(attach_marks(split_at(line.pieces, gutters, min_space))) for line in marked]
    last = first + _find_last_row(marked, columns)
    if len(columns) < 2 or last <= first:
        return None
    rows = marked[: last - first + 1]
    columns = columns if is_narrow or sheet else find_columns(rows)
    if not _are_cells(rows, columns):
        return None
    while last + 1 < len(lines) and _goes_on(rows, lines[last + 1], columns):
        last += 1
        rows.append(Line(lines[last].pieces))
    while first > above and (
        upper := _read_spanner(lines[first - 1], rows[0], columns)
        or _read_names(lines[first - 1], rows[0], columns)
    ):
        first -= 1
        rows.insert(0, upper)
    columns = [(min(columns[0][0], *(line.left for line in rows)), columns[0][1]), *columns[1:]]
    placed = _span_groups([place_line(line, columns) for line in rows], columns)
    widths = [right - left for left, right in columns]
    rows_of_all = group_rows(placed, widths, _find_breaks(placed, columns, rules))
    starts = set(accumulate(map(len, rows_of_all), initial=0))
    head = read_head(placed, columns, rules, starts)
    if sheet is None and has_stray_names(placed[: head.line_count], placed[head.line_count :], columns):
        head = Head(head.line_count, [], decided=False)
    body = [without_stub_leaders(line) for line in placed[head.line_count :]]
    breaks = _find_breaks(body, columns, rules)
    is_code = _is_typewritten(rows, columns)
    groups = [[line] for line in body] if is_code else group_rows(body, widths, breaks)
    cells = [*head.rows, *(make_cells(group, len(columns)) for group in groups)]
    decided = len(cells) >= _MIN_DECIDED and not is_code
    has_leaders = 2 * sum(bool(_LEADERS.search(line.text)) for line in lines[first:last]) > last - first
    # A table of contents or an index.
    decided = decided and not (has_leaders and len(columns) == 2 and not head.line_count)
    decided = decided and _is_decided(rows, placed, columns, head.line_count, breaks)
    sure_from = None
    if not head.decided:
        sure_from = head.line_count if decided else None
        decided = False
        cells = [*(make_cells([line], len(columns)) for line in placed[: head.line_count]), *cells]
    edges = [columns[0][0], *((left[1] + right[0]) / 2 for left, right in pairwise(columns)), columns[-1][1]]
    table = PageTable(
        page,
        edges,
        columns,
        cells,
        rows[0].top,
        rows[-1].bottom,
        head_rows=len(head.rows) if decided else 0,
        decided=decided,
        sure_from=sure_from,
        min_space=min_space,
    )
    return TableSpan(first, last, table)


def _without_dots(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces but for rows of dots between a name and its number."""
    kept = [piece for piece in pieces if not _NO_CELL.fullmatch(piece.text) or len(piece.text) < 3]
    cleaned = [
        replace(piece, text=match[1]) if (match := _AFTER_DOTS.fullmatch(piece.text)) else piece
        for piece in kept
    ]
    return cleaned or list(pieces)


def _find_last_row(lines: Sequence[Line], columns: Sequence[Column]) -> int:
    """The number of the last line before one of running text."""
    if len(columns) < 2:
        return 0
    width = columns[-1][1] - columns[0][0]
    last_row = 0
    for number, line in enumerate(lines):
        if len(line.pieces) > 1:
            last_row = number
        elif line.right - line.left > _MAX_CROSSING * width and _crosses(line, columns):
            break
    return last_row


def _crosses(line: Line, columns: Sequence[Column]) -> bool:
    return any(place.first < place.last for place in place_line(line, columns).placed)


def _are_cells(rows: Sequence[Line], columns: Sequence[Column]) -> bool:
    """Whether it is no list, no contents and no running text in columns."""
    if len(columns) < 2:
        return False
    cells: list[list[str]] = [[] for _ in columns]
    for line in rows:
        for piece in line.pieces:
            cells[find_column(piece, columns)].append(piece.text)
    if len(columns) == 2 and all(_MARKER.fullmatch(text) for text in cells[0]):
        return False
    if sum(bool(_LEADERS.search(line.text)) for line in rows) * 2 >= len(rows) and _are_pages(cells[-1]):
        return False
    words = [sum(len(text.split()) for text in column) / max(len(column), 1) for column in cells]
    return not all(count >= _MIN_WORDY for count in words)


def _is_typewritten(rows: Sequence[Line], columns: Sequence[Column]) -> bool:
    """Whether it may be the code of a program: all letters are equally wide, and no column holds numbers."""
    pieces = [piece for line in rows for piece in line.pieces]
    widths = [
        (piece.right - piece.left) / (len(piece.text) * piece.size) for piece in pieces if len(piece.text) > 1
    ]
    if len(widths) < _MIN_DECIDED or max(widths) - min(widths) > 0.01:
        return False
    cells: list[list[str]] = [[] for _ in columns]
    for piece in pieces:
        cells[find_column(piece, columns)].append(piece.text)
    is_filled = sum(map(len, cells)) >= _FILLED_SHARE * len(cells) * len(rows)
    has_numbers = any(sum(map(is_value, column)) >= 0.5 * len(column) > 1 for column in cells[1:])
    return not has_numbers and not (len(columns) > 2 and is_filled)


def _are_pages(texts: Sequence[str]) -> bool:
    """Whether they are page numbers, as in a table of contents."""
    if not all(_PAGE_NUMBER.fullmatch(text) for text in texts):
        return False
    numbers = [int(text) for text in texts if text.isdigit()]
    return numbers == sorted(numbers)


def _span_groups(lines: Sequence[RowLine], columns: Sequence[Column]) -> list[RowLine]:
    """Names of groups of rows that stand in the middle of a table of numbers cover all of it."""
    numbers = [
        column
        for column in range(1, len(columns))
        if sum(column in line.values() for line in lines) > _NUMBER_SHARE * len(lines)
    ]
    if len(numbers) < _MIN_NUMBER_COLUMNS:
        return list(lines)
    start, end = columns[0][0], columns[-1][1]
    spanned = []
    for line in lines:
        place = line.placed[0]
        offset = abs(place.piece.left + place.piece.right - start - end) / 2
        is_group = len(line.placed) == 1 and place.first > 0 and not is_value(place.piece.text)
        if is_group and offset <= _CENTER_SHARE * (end - start):
            line = RowLine((Placed(place.piece, 0, len(columns) - 1),))
        spanned.append(line)
    return spanned


def _goes_on(rows: Sequence[Line], line: Line, columns: Sequence[Column]) -> bool:
    """Whether a line of one piece goes on with a cell of the last row."""
    last = rows[-1]
    if len(line.pieces) > 1 or line.top - last.bottom > 0.5 * line.size or line.dot:
        return False
    piece = line.pieces[0]
    column = find_column(piece, columns)
    end = columns[column + 1][0] if column + 1 < len(columns) else columns[column][1] + _EDGE_TOLERANCE
    above = [cell for row in rows[-2:] for cell in row.pieces if find_column(cell, columns) == column]
    if not above or piece.right > end or piece.left < columns[column][0] - _EDGE_TOLERANCE:
        return False
    is_second_value = is_value(piece.text) and is_value(above[-1].text)
    if abs(above[-1].left - piece.left) > _EDGE_TOLERANCE or is_second_value:
        return False
    room = columns[column][1] - above[-1].right
    return piece.text[0].islower() or (column > 0 and room < piece.first + 0.6 * piece.size)


def _read_spanner(line: Line, below: Line, columns: Sequence[Column]) -> Line | None:
    """A name above several columns that stands alone on its line."""
    if len(line.pieces) != 1 or line.column != below.column or below.top - line.bottom > 0.9 * line.size:
        return None
    piece = line.pieces[0]
    is_inside = piece.left > columns[0][1] and piece.right <= columns[-1][1] + _EDGE_TOLERANCE
    if len(columns) < 3 or not is_inside or len(piece.text) > 60:
        return None
    whole = (columns[0][0] + columns[-1][1]) / 2
    numbers = (columns[1][0] + columns[-1][1]) / 2
    center = (piece.left + piece.right) / 2
    return Line([piece]) if abs(center - whole) > abs(center - numbers) else None


def _read_names(line: Line, below: Line, columns: Sequence[Column]) -> Line | None:
    """The names of the columns where they stand so close above them that they were taken for one."""
    if len(columns) < 3 or line.column != below.column or line.dot:
        return None
    if below.top - line.bottom > 0.9 * line.size:
        return None
    gutters = [(left[1], right[0]) for left, right in pairwise(columns)]
    names = Line(attach_marks(split_at(line.pieces, gutters, WIDE_SPACE)))
    places = place_line(names, columns).placed
    starts = [place.first for place in places]
    is_one_each = starts == sorted(set(starts)) and all(place.first == place.last for place in places)
    is_full = len(places) >= len(columns) - 1
    return (
        names if is_full and is_one_each and not any(is_value(piece.text) for piece in names.pieces) else None
    )


def _find_breaks(lines: Sequence[RowLine], columns: Sequence[Column], rules: Sequence[Box]) -> set[int]:
    """The lines that have a ruling line over most of the table's width above them."""
    width = columns[-1][1] - columns[0][0]
    own = [
        (rule.top + rule.bottom) / 2
        for rule in rules
        if min(rule.right, columns[-1][1]) - max(rule.left, columns[0][0]) > 0.7 * width
    ]
    return {
        number
        for number, (above, line) in enumerate(pairwise(lines), start=1)
        if any(above.middle < height < line.middle for height in own)
    }


def _is_decided(
    rows: Sequence[Line],
    placed: Sequence[RowLine],
    columns: Sequence[Column],
    head_lines: int,
    breaks: set[int],
) -> bool:
    """Whether every cell is sure enough of its column to be read with its head."""
    body = placed[head_lines:]
    doubled = sum(len({place.first for place in line.placed}) < len(line.placed) for line in body)
    if doubled > 0.1 * len(body):
        return False
    if len(columns) == 2 and _are_pages([line.text(1) for line in body if line.text(1)]) and not head_lines:
        return False
    numbers = [
        column
        for column in range(1, len(columns))
        if (texts := [line.text(column) for line in body if line.text(column)])
        and sum(map(is_value, texts)) >= 0.6 * len(texts)
    ]
    return bool(numbers) or len(columns) > 2 or len(breaks) > 1 or 0 < head_lines < len(rows) - 1
