"""Pieces of a PDF's page to lines in reading order, with the columns they stand in."""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from qa.parsers.pdf.number_rows import find_number_rows
from qa.parsers.pdf.page_lines import Line, visual_lines
from qa.parsers.pdf.spread_words import join_spread_words
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["Line", "reading_order", "visual_lines"]

_MIN_SIDE_BY_SIDE = 3  # lines, from which on two stacks of lines may be columns
_MIN_LAST_LINES = 2  # of a column that the end of a text stands in
_MIN_FULL_LINES = 6  # of the one before
_SAME_WIDTH = 0.15
_MAX_PIECES = 3_000  # a map or a drawing has more, and no columns
_MAX_CANDIDATES = 40
_MAX_COLUMNS = 8
_EDGE_TOLERANCE = 2.5  # points: edges that are meant to stand under each other
_MIN_PLAIN = 2.5  # of them that are no figures
_MAX_PARTED = 0.25  # of the lines may have white space in them
# Some programs draw them after all items of a list.
_ITEM_MARKER = re.compile(r"[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)\]]|[•▪◦‣·*–—-]")
_MIN_WORDY = 3.5  # words in a line of a column, on average, where the page is drawn line by line


def reading_order(pieces: Sequence[Piece]) -> list[Line]:
    """All lines: column by column where there are columns, which lines across all of them divide."""
    whole_pieces = list(join_spread_words(pieces))
    rows = find_number_rows(whole_pieces)
    stacks = _split_stacks(whole_pieces, 1, rows)
    ordered_lines: list[Line] = []
    for number, stack in enumerate(stacks):
        lines = visual_lines(stack)
        start, end = min(line.left for line in lines), max(line.right for line in lines)
        for line in lines:
            line.column, line.start, line.end = number, start, end
        ordered_lines += lines
    return ordered_lines


def _split_stacks(pieces: list[Piece], columns: int, rows: set[int]) -> list[list[Piece]]:
    """Pieces that stand under each other, in reading order; `rows` are those of tables over all columns."""
    edge = _find_column_edge(pieces, rows) if columns < _MAX_COLUMNS else None
    if edge is None:
        return [pieces] if pieces else []
    stacks: list[list[Piece]] = []
    rest: list[Piece] = []  # what stands above and below columns, not beside them
    for band in _split_bands(pieces, edge, rows):
        left, right = _split_sides(band, edge)
        if _is_free(band, left, right, rows) and _stand_side_by_side(left, right):
            above, left, right, below = _split_off_ends(left, right)
            stacks += _split_stacks(rest + above, columns + 1, rows)
            stacks += [*_split_stacks(left, columns + 1, rows), *_split_stacks(right, columns + 1, rows)]
            rest = below
        else:
            rest += band
    return [*stacks, *_split_stacks(rest, columns + 1, rows)] if stacks else [pieces]


def _is_free(band: Sequence[Piece], left: Sequence[Piece], right: Sequence[Piece], rows: set[int]) -> bool:
    """Whether nothing of a band reaches over the edge between its sides."""
    return len(left) + len(right) == len(band) and not any(piece.order in rows for piece in band)


def _stand_side_by_side(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether a band has two columns where others have: short ones if one is drawn after the other."""
    count = _count_side_by_side(left, right)
    is_drawn_after = count > 1 and len(left) > 1 and _count_switches(left, right) == 1
    return count >= _MIN_SIDE_BY_SIDE or is_drawn_after or _is_last_column(left, right)


def _split_off_ends(
    left: list[Piece], right: list[Piece]
) -> tuple[list[Piece], list[Piece], list[Piece], list[Piece]]:
    """What stands above the columns and is drawn before them, both columns, and what comes after them."""
    first, last = min(left, key=_vertical_key), max(right, key=_vertical_key)
    drawn_first, drawn_last = min(piece.order for piece in left), max(piece.order for piece in right)
    above = [
        piece for piece in right if piece.order < drawn_first and piece.middle < first.middle - piece.size / 2
    ]
    below = [
        piece for piece in left if piece.order > drawn_last and piece.middle > last.middle + piece.size / 2
    ]
    if below and _is_by_line(left, right) and _goes_on_below(left, below):
        below = []
    end_orders = {piece.order for piece in (*above, *below)}
    left = [piece for piece in left if piece.order not in end_orders]
    return above, left, [piece for piece in right if piece.order not in end_orders], below


def _goes_on_below(left: Sequence[Piece], below: Sequence[Piece]) -> bool:
    """Whether a column that is longer than the one beside it goes on line by line, to its end."""
    heights = sorted({round(piece.middle) for piece in left})
    steps = [below - above for above, below in pairwise(heights) if below - above > 1]
    first = min(piece.middle for piece in below)
    tail_steps = [step for height, step in zip(heights[1:], steps, strict=False) if height >= round(first)]
    return bool(steps) and max(tail_steps, default=0) <= 1.2 * median(steps)


def _is_by_line(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether a line on the left and one on the right are drawn in turn."""
    return _count_switches(left, right) > 0.7 * min(len(left), len(right))


def _count_switches(left: Sequence[Piece], right: Sequence[Piece]) -> int:
    draw_order = sorted([(piece.order, 0) for piece in left] + [(piece.order, 1) for piece in right])
    return sum(previous[1] != current[1] for previous, current in pairwise(draw_order))


def _vertical_key(piece: Piece) -> tuple[float, int]:
    return piece.middle, piece.order


def _split_sides(pieces: Sequence[Piece], edge: float) -> tuple[list[Piece], list[Piece]]:
    """What ends before the edge, and what begins at it."""
    left = [piece for piece in pieces if piece.right <= edge]
    return left, [piece for piece in pieces if piece.left >= edge]


def _split_bands(pieces: Sequence[Piece], edge: float, rows: set[int]) -> list[list[Piece]]:
    """Cut at the pieces that cross the edge, which are bands themselves; from the top down."""
    bands: list[list[Piece]] = []
    crosses_before = None
    for piece in sorted(pieces, key=lambda piece: (piece.middle, piece.order)):
        crosses = piece.left < edge < piece.right or piece.order in rows
        if crosses == crosses_before:
            bands[-1].append(piece)
        else:
            bands.append([piece])
        crosses_before = crosses
    return bands


def _find_column_edge(pieces: Sequence[Piece], rows: set[int]) -> float | None:
    """Where a second column begins, a little before its lines; None if there is one column."""
    if not 2 * _MIN_SIDE_BY_SIDE <= len(pieces) <= _MAX_PIECES:
        return None
    start_counts: dict[int, int] = {}
    for piece in pieces:
        start_counts[round(piece.left)] = start_counts.get(round(piece.left), 0) + 1
    best: tuple[int, int, float] | None = None
    common_starts = sorted(start_counts, key=lambda start: (-start_counts[start], start))[:_MAX_CANDIDATES]
    for start in common_starts:
        if (
            start_counts[start] + start_counts.get(start + 1, 0) + start_counts.get(start - 1, 0)
            < _MIN_LAST_LINES
        ):
            continue
        edge = start - _EDGE_TOLERANCE
        beside_count = 0
        for band in _split_bands(pieces, edge, rows):
            left, right = _split_sides(band, edge)
            if _is_free(band, left, right, rows) and _are_columns(left, right):
                beside_count += _count_side_by_side(left, right)
            elif _is_free(band, left, right, rows) and _is_last_column(left, right):
                beside_count += _MIN_SIDE_BY_SIDE
        crossing = sum(piece.left < edge < piece.right for piece in pieces)
        if beside_count >= _MIN_SIDE_BY_SIDE and (
            best is None or (beside_count - crossing, -start) > best[:2]
        ):
            best = (beside_count - crossing, -start, edge)
    return best[2] if best else None


def _count_side_by_side(left: Sequence[Piece], right: Sequence[Piece]) -> int:
    """How many lines on the right have one beside them on the left."""
    heights = sorted(piece.middle for piece in left)
    return sum(
        bool(heights) and heights[0] - piece.size <= piece.middle <= heights[-1] + piece.size
        for piece in right
    )


def _are_columns(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether two stacks are read one after the other, not line by line as the cells of a table.

    Programs draw a column as a whole, and a table row by row. What is drawn line by line counts as columns
    only if it looks like running text.
    """
    if (
        _count_side_by_side(left, right) < _MIN_SIDE_BY_SIDE
        or _count_side_by_side(right, left) < _MIN_SIDE_BY_SIDE
    ):
        return False
    if all(_ITEM_MARKER.fullmatch(piece.text) for piece in left):
        return False
    if _count_switches(left, right) <= max(2, 0.1 * (len(left) + len(right))):
        return True
    return _is_by_line(left, right) and _is_wordy(visual_lines(left)) and _is_wordy(visual_lines(right))


def _is_last_column(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether a few lines on the right are the end of a text that fills the column before."""
    if len(left) < _MIN_FULL_LINES or len(right) >= len(left) or _count_switches(left, right) != 1:
        return False
    if left[0].order > right[0].order:
        return False
    lines, last_lines = visual_lines(left), visual_lines(right)
    if len(last_lines) < _MIN_LAST_LINES or not (_is_wordy(lines) and _is_wordy(last_lines)):
        return False
    widths = [
        max(line.right for line in stack) - min(line.left for line in stack) for stack in (lines, last_lines)
    ]
    # Columns of one text are equally wide, and begin at about one height, perhaps below lines over both.
    is_alike = abs(widths[0] - widths[1]) <= _SAME_WIDTH * widths[0]
    first = last_lines[0]
    return is_alike and any(abs(line.top - first.top) <= 2 * first.size for line in lines)


def _is_wordy(lines: Sequence[Line]) -> bool:
    """Whether lines are sentences that fill their column."""
    width = max(line.right for line in lines) - min(line.left for line in lines)
    words = [word for line in lines for word in line.text.split()]
    plain_count = sum(any(map(str.isalpha, word)) for word in words)
    # What stands apart in many lines are cells, of figures for the most part.
    parted_count = sum(len(line.pieces) > 1 for line in lines)
    return (
        len(words) >= _MIN_WORDY * len(lines)
        and plain_count >= _MIN_PLAIN * len(lines)
        and parted_count <= _MAX_PARTED * len(lines)
        and median(line.right - line.left for line in lines) > 0.75 * width
    )
