"""What the cells of a table of HTML say: lines told apart, signs with their numbers, names of groups."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qa.parsers.content_builder import clean
from qa.parsers.table_text import GridCell

__all__ = ["fold_groups", "is_whole_line", "join_blocks", "join_lines", "join_signs"]

_MAX_LINE_CHARS = 200
_ENDS_OF_LINES = tuple(".:;,!?–—-/(")
# What may stand on a line of its own in a cell: a value, or a label with one.
_VALUE_LINE = re.compile(
    r"^[^\w]{0,3}\d[\d\s.,'’–-]*(?:%|‰)?[^\w]{0,3}$|^(?=[^:]*[^\W\d])[^:]*+:\s*\S|\b\d{1,2}:\d\d\b"
)
_CURRENCY = re.compile(r"(?:[A-Z]{1,3})?[$€£¥₹]")
_NUMBER_START = re.compile(r"[(−–-]?\s?\d")
_CLOSING = re.compile(r"\)\s?%?")
_MAX_GROUP_CHARS = 80
_MIN_PLAIN_GROUPS = 2


# Lines of one cell ----------------------------------------------------------------------------------


def join_blocks(texts: Sequence[str], *, is_head: bool) -> str:
    """The blocks of one cell, told apart unless they are one name."""
    joined = ""
    for text in texts:
        is_open = is_head or joined.endswith(_ENDS_OF_LINES) or text.startswith("(")
        joined += f"{' ' if is_open else '; '}{text}" if joined else text
    return joined


def join_lines(lines: Sequence[str]) -> str:
    """The lines of one block in a cell: a line that was only broken goes on, values are told apart."""
    joined = ""
    for line in map(clean, lines):
        if not line or not joined:
            joined += line
            continue
        meets = _is_value_line(joined.rpartition("; ")[2]) and _is_value_line(line)
        joined += f"{'; ' if meets else ' '}{line}"
    return joined


def _is_value_line(line: str) -> bool:
    return len(line) <= _MAX_LINE_CHARS and _VALUE_LINE.search(line) is not None


# Cells of one table ---------------------------------------------------------------------------------


def is_whole_line(row: Sequence[GridCell], width: int) -> bool:
    """Whether one cell takes the whole width of a table."""
    return len(row) == 1 and bool(row[0].text) and row[0].colspan >= width and row[0].rowspan == 1


def join_signs(rows: Sequence[Sequence[GridCell]], head_rows: int) -> list[list[GridCell]]:
    """The rows with signs of currencies and brackets, set in cells of their own, at their numbers.

    The cells that held them stay, blank. A column that has a name of its own is left as it is.
    """
    names: set[int] = set()
    for row in rows[: max(1, head_rows)]:
        column = 0
        for cell in row:
            if cell.text and cell.colspan == 1:
                names.add(column)
            column += cell.colspan
    joined: list[list[GridCell]] = []
    for row in rows:
        cells, column = list(row), 0
        for index, cell in enumerate(row):
            if cell.text and column not in names:
                _join_sign(cells, index)
            column += cell.colspan
        joined.append(cells)
    return joined


def _join_sign(cells: list[GridCell], index: int) -> None:
    sign = cells[index]
    is_last = index + 1 == len(cells)
    if _CURRENCY.fullmatch(sign.text) and not is_last and _NUMBER_START.match(cells[index + 1].text):
        number = cells[index + 1]
        cells[index + 1] = replace(number, text=f"{sign.text}{number.text}")
    elif _CLOSING.fullmatch(sign.text) and index and "(" in cells[index - 1].text:
        number = cells[index - 1]
        cells[index - 1] = replace(number, text=f"{number.text}{sign.text}")
    else:
        return
    cells[index] = replace(sign, text="")


def fold_groups(rows: Sequence[list[GridCell]], head_rows: int, width: int) -> list[list[GridCell]]:
    """The rows with each that names the rows below it turned into a cell in front of them."""
    body = rows[head_rows:]
    places = [index for index, row in enumerate(body) if is_whole_line(row, width)]
    if not places:
        return list(rows)
    lengths = {start: end - start - 1 for start, end in pairwise([*places, len(body)])}
    is_marked = all(body[index][0].is_head for index in places)
    is_plain = len(places) >= _MIN_PLAIN_GROUPS and all(
        len(body[index][0].text) <= _MAX_GROUP_CHARS for index in places
    )
    if not (is_marked or is_plain) or not all(lengths.values()):
        return list(rows)
    names_rows = not any(cell.rowspan > 1 for row in body for cell in row) and all(
        any(map(str.isalpha, row[0].text)) for row in body if row
    )
    folded: list[list[GridCell]] = [
        [GridCell("", rowspan=head_rows), *rows[0]],
        *rows[1:head_rows],
    ]
    group: list[GridCell] = [GridCell("", rowspan=places[0])]
    for index, row in enumerate(body):
        if index in lengths:
            group = [GridCell(row[0].text, rowspan=lengths[index], is_head=True)]
            continue
        named = [replace(row[0], is_head=True), *row[1:]] if names_rows and row else row
        folded.append([*group, *named])
        # What follows is covered by the cell in front of the first row.
        group = []
    return folded
