"""Columns of numbers in a PDF that stand no further apart than words: told by the spaces of many lines."""

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.parsers.pdf.page_lines import Line
from qa.parsers.pdf.table_columns import Column, find_gaps
from qa.parsers.pdf.table_grid import WIDE_SPACE, is_value, is_year, split_at

__all__ = ["NARROW_SPACE", "find_last_number_line", "find_narrow_columns", "has_number"]

NARROW_SPACE = 0.12  # type sizes
_MIN_LINES = 4
_MAX_LINES = 400
_MAX_GAP = 1.0  # type sizes between two lines
_MAX_OTHERS = 2  # lines without numbers between two rows
_NUMBER_SHARE = 0.6  # of a column's texts
_HAS_DIGIT = re.compile(r"\d")
_SURE_SHARE = 0.9  # of the texts of one column at least
_THOUSANDS = re.compile(r"\d{3}(?:[.,]\d+)?")


def find_last_number_line(lines: Sequence[Line], first: int) -> int:
    """The last one of the lines from `first` on that nearly all hold a number after a name, else `first`."""
    last, count = first, 0
    if not has_number(lines[first]):
        return first
    for index in range(first, min(len(lines), first + _MAX_LINES)):
        line = lines[index]
        if line.column != lines[first].column or line.dot:
            break
        if index > first and line.top - lines[index - 1].bottom > _MAX_GAP * line.size:
            break
        if has_number(line):
            last, count = index, count + 1
        elif index - last > _MAX_OTHERS or (index > first and _is_full(line)):
            break
    return last if count >= max(_MIN_LINES, _NUMBER_SHARE * (last - first + 1)) else first


def has_number(line: Line) -> bool:
    """Whether a line is a name with numbers."""
    if not _HAS_DIGIT.search(line.text):
        return False
    words = line.text.split()
    return len(words) > 1 and (_is_number(words[-1]) or sum(map(_is_number, words[1:])) > 1)


def _is_number(text: str) -> bool:
    return is_value(text) and not is_year(text)


def _is_full(line: Line) -> bool:
    return line.right > line.end - line.size and line.end - line.start > 30 * line.size


def find_narrow_columns(lines: Sequence[Line]) -> list[Column]:
    """From left to right; none where narrow spaces part no numbers."""
    core = [line for line in lines if has_number(line)]
    if len(core) < max(_MIN_LINES, _NUMBER_SHARE * len(lines)) or 2 * sum(map(_is_full, core)) > len(core):
        return []
    columns = find_gaps(core, NARROW_SPACE)
    gutters = [(left[1], right[0]) for left, right in pairwise(columns)]
    parts = [split_at(line.pieces, gutters, NARROW_SPACE) for line in core]
    texts = [
        [
            " ".join(piece.text for piece in pieces if left - 1 <= piece.left and piece.right <= right + 1)
            for pieces in parts
        ]
        for left, right in columns
    ]
    size = core[0].size
    joined: list[tuple[Column, list[str]]] = []
    for column, column_texts in zip(columns, texts, strict=True):
        if joined:
            last, last_texts = joined[-1]
            is_wide = column[0] - last[1] > WIDE_SPACE * size
            if not is_wide and not _are_cells(last_texts, column_texts):
                both = [
                    f"{left} {right}".strip() for left, right in zip(last_texts, column_texts, strict=True)
                ]
                joined[-1] = (last[0], column[1]), both
                continue
        joined.append((column, column_texts))
    numbers = [[text for text in column_texts if text] for _, column_texts in joined[1:]]
    is_sure = any(
        len(filled) >= _NUMBER_SHARE * len(core) and sum(map(is_value, filled)) >= _SURE_SHARE * len(filled)
        for filled in numbers
    )
    return [column for column, _ in joined] if is_sure else []


def _are_cells(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether what stands on the right of a narrow space is a column of numbers of its own."""
    filled = [text for text in right if text]
    if len(filled) < _MIN_LINES - 1 or sum(map(_is_number, filled)) < _NUMBER_SHARE * len(filled):
        return False
    if len({text for text in left if text}) < 2:
        return False
    # "12 345" is one number.
    pairs = [(before, text) for before, text in zip(left, right, strict=True) if text and before]
    return not all(_THOUSANDS.fullmatch(text) and before[-1].isdigit() for before, text in pairs)
