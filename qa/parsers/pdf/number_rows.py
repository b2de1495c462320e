"""Where a PDF's page has rows of numbers from edge to edge: a table, which is not read column by column."""

import re
from collections.abc import Sequence

from qa.parsers.pdf.page_lines import visual_lines
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["find_number_rows"]

_NUMBER = re.compile(r"[(+\-−–$€£~<>]*\d[\d.,’' ]*[%)]*|[-−–—.]{1,3}|\([-−–—xXzZ*]\)|n\.?/?a\.?")
_MIN_PIECES = 3
_MIN_NUMBERS = 2
_MIN_ROWS = 3
_MIN_WIDE_ROWS, _MIN_WIDE = 2, 6  # of rows that have so many pieces
_MAX_WORDS = 6  # in a piece: more is running text
_MAX_LINES_BETWEEN = 3
_MAX_HEAD_LINES = 6
_MAX_GAP = 2.0  # type sizes between two lines


def find_number_rows(pieces: Sequence[Piece]) -> set[int]:
    """The numbers (by `order`) of those pieces of a page that stand in rows of numbers, or in their heads."""
    if sum(_NUMBER.fullmatch(piece.text) is not None for piece in pieces) < _MIN_NUMBERS * _MIN_WIDE_ROWS:
        return set()
    lines = [line.pieces for line in visual_lines(pieces)]
    rows = [index for index, line in enumerate(lines) if _is_row(line)]
    runs: list[list[int]] = []
    for index in rows:
        if runs and _may_go_on(lines, runs[-1][-1], index):
            runs[-1].append(index)
        else:
            runs.append([index])
    orders: set[int] = set()
    for run in runs:
        is_wide = all(len(lines[index]) >= _MIN_WIDE for index in run)
        if len(run) < (_MIN_WIDE_ROWS if is_wide else _MIN_ROWS):
            continue
        first = run[0]
        while first and run[0] - first < _MAX_HEAD_LINES and _is_head(lines[first - 1], lines[first]):
            first -= 1
        orders.update(piece.order for line in lines[first : run[-1] + 1] for piece in line)
    return orders


def _is_row(line: Sequence[Piece]) -> bool:
    numbers = sum(_NUMBER.fullmatch(piece.text) is not None for piece in line)
    return (
        len(line) >= _MIN_PIECES
        and numbers >= max(_MIN_NUMBERS, 0.5 * (len(line) - 1))
        and _is_short(line[1:])
        and len(line[0].text.split()) < 2 * _MAX_WORDS
    )


def _is_short(line: Sequence[Piece]) -> bool:
    return all(len(piece.text.split()) <= _MAX_WORDS for piece in line)


def _may_go_on(lines: Sequence[Sequence[Piece]], last: int, index: int) -> bool:
    between = lines[last + 1 : index]
    return len(between) <= _MAX_LINES_BETWEEN and all(
        _is_short(line) and _measure_gap(above, line) <= _MAX_GAP * line[0].size
        for above, line in zip(lines[last:index], [*between, lines[index]], strict=True)
    )


def _measure_gap(above: Sequence[Piece], line: Sequence[Piece]) -> float:
    return min(piece.top for piece in line) - max(piece.bottom for piece in above)


def _is_head(line: Sequence[Piece], below: Sequence[Piece]) -> bool:
    """Whether a line stands right above a row and is made of several short names, or of a part of one."""
    is_near = _measure_gap(line, below) < 1.2 * below[0].size
    is_part = len(line) == 1 and line[0].right - line[0].left < 0.3 * (below[-1].right - below[0].left)
    return is_near and _is_short(line) and (len(line) > 1 or is_part)
