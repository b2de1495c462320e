"""Rows of a table in lines of text, whose cells stand under each other or have tabs between them."""

import re
from collections.abc import Sequence

from qa.parsers.cell_types import type_of_cell
from qa.parsers.content_builder import clean

__all__ = ["RULE", "are_rows", "find_columns", "split_spaced"]

_MIN_ROWS = 3
_MIN_COLUMNS = 3
_MIN_GAP = 2  # characters between two columns
_MAX_LINES = 500
RULE = re.compile(r"[-=_+| ]+")


def split_spaced(lines: Sequence[str]) -> list[list[str]]:
    """The cells of lines in a type of one width, told by the gaps that run through all of them; else none."""
    rows = [line.expandtabs().rstrip() for line in lines if line.strip() and not RULE.fullmatch(line)]
    if not _MIN_ROWS <= len(rows) <= _MAX_LINES:
        return []
    columns = find_columns(rows)
    cells = [[clean(row[start:end]) for start, end in columns] for row in rows]
    return cells if columns and are_rows(cells) else []


def find_columns(rows: Sequence[str]) -> list[tuple[int, int]]:
    """Where columns begin and end in lines without tabs, by the gaps through all; none if too few."""
    width = max(map(len, rows))
    used = [any(row[place : place + 1].strip() for row in rows) for place in range(width)]
    columns: list[list[int]] = []
    for place in (place for place, is_used in enumerate(used) if is_used):
        if columns and place - columns[-1][1] <= _MIN_GAP:
            columns[-1][1] = place
        else:
            columns.append([place, place])
    return [(start, end + 1) for start, end in columns] if len(columns) >= _MIN_COLUMNS else []


def are_rows(rows: Sequence[Sequence[str]]) -> bool:
    """Whether lines of as many cells each are a table: each has two at least, and a column holds figures."""
    if any(len(row) != len(rows[0]) or sum(map(bool, row)) < 2 for row in rows):
        return False
    columns = [[row[column] for row in rows if row[column]] for column in range(1, len(rows[0]))]
    return any(
        sum(type_of_cell(text) in ("value", "missing") for text in texts) >= len(rows) / 2
        for texts in columns
    )
