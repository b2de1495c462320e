"""Pieces of a PDF's page to lines in reading order, with the columns they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from qa.parsers.pdf.pdfium_pages import Piece

__all__ = ["Line", "reading_order", "visual_lines"]

_MIN_SIDE_BY_SIDE = 3  # lines, from which on two stacks of lines may be columns
_MAX_PIECES = 3_000  # a map or a drawing has more, and no columns
_MAX_CANDIDATES = 40
_MAX_COLUMNS = 8
_EDGE_TOLERANCE = 2.5  # points: edges that are meant to stand under each other
_MIN_WORDY = 3.5  # words in a line of a column, on average, where the page is drawn line by line


@dataclass(slots=True)
class Line:
    """A line: its pieces from left to right, and the column (by number on its page) that it stands in.

    `start` and `end` are the column's edges.
    """

    pieces: list[Piece]
    column: int = 0
    start: float = 0.0
    end: float = 0.0
    text: str = field(init=False)
    left: float = field(init=False)
    right: float = field(init=False)
    top: float = field(init=False)
    bottom: float = field(init=False)
    size: float = field(init=False)
    bold: bool = field(init=False)

    def __post_init__(self) -> None:
        main = max(self.pieces, key=lambda piece: len(piece.text))
        self.text = " ".join(piece.text for piece in self.pieces)
        self.left = min(piece.left for piece in self.pieces)
        self.right = max(piece.right for piece in self.pieces)
        self.top, self.bottom, self.size = main.top, main.bottom, main.size
        self.bold = all(piece.bold for piece in self.pieces if any(map(str.isalpha, piece.text)))
        self.bold &= any(piece.bold for piece in self.pieces)

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def hyphen(self) -> bool:
        """Whether its last word goes on in the next line."""
        return self.pieces[-1].hyphen

    @property
    def dot(self) -> bool:
        """Whether a bullet is drawn before it."""
        return self.pieces[0].dot


def visual_lines(pieces: Sequence[Piece]) -> list[Line]:
    """The pieces on one height each, from the top down, whatever columns there are."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.middle, piece.left, piece.order)):
        group = groups[-1] if groups else []
        if group and _is_on_one_line(group[0], piece):
            group.append(piece)
        else:
            groups.append([piece])
    return [Line(_sort_across(group)) for group in groups]


def _is_on_one_line(first: Piece, second: Piece) -> bool:
    small, large = sorted((first.size, second.size))
    # A raised number leaves the middle, but stays within the height of the line.
    reach = 0.35 * large if small > 0.8 * large else 0.6 * large
    return abs(first.middle - second.middle) < reach


def _sort_across(group: list[Piece]) -> list[Piece]:
    """From left to right; a script that runs the other way keeps the order in which it is drawn."""
    if any("\u0590" <= letter <= "\u08ff" for piece in group for letter in piece.text[:3]):
        return sorted(group, key=lambda piece: piece.order)
    return sorted(group, key=lambda piece: (piece.left, piece.order))


def reading_order(pieces: Sequence[Piece]) -> list[Line]:
    """All lines: column by column where there are columns, which lines across all of them divide."""
    stacks = _split_stacks(list(pieces), 1)
    ordered_lines: list[Line] = []
    for number, stack in enumerate(stacks):
        lines = visual_lines(stack)
        start, end = min(line.left for line in lines), max(line.right for line in lines)
        for line in lines:
            line.column, line.start, line.end = number, start, end
        ordered_lines += lines
    return ordered_lines


def _split_stacks(pieces: list[Piece], columns: int) -> list[list[Piece]]:
    """Pieces that stand under each other, in reading order."""
    edge = _find_column_edge(pieces) if columns < _MAX_COLUMNS else None
    if edge is None:
        return [pieces] if pieces else []
    stacks: list[list[Piece]] = []
    rest: list[Piece] = []  # what stands above and below columns, not beside them
    for band in _split_bands(pieces, edge):
        left, right = _split_sides(band, edge)
        if len(left) + len(right) == len(band) and _count_side_by_side(left, right) >= _MIN_SIDE_BY_SIDE:
            above, left, right, below = _split_off_ends(left, right)
            stacks += _split_stacks(rest + above, columns + 1)
            stacks += [*_split_stacks(left, columns + 1), *_split_stacks(right, columns + 1)]
            rest = below
        else:
            rest += band
    return [*stacks, *_split_stacks(rest, columns + 1)] if stacks else [pieces]


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
    end_orders = {piece.order for piece in (*above, *below)}
    left = [piece for piece in left if piece.order not in end_orders]
    return above, left, [piece for piece in right if piece.order not in end_orders], below


def _vertical_key(piece: Piece) -> tuple[float, int]:
    return piece.middle, piece.order


def _split_sides(pieces: Sequence[Piece], edge: float) -> tuple[list[Piece], list[Piece]]:
    """What ends before the edge, and what begins at it."""
    left = [piece for piece in pieces if piece.right <= edge]
    return left, [piece for piece in pieces if piece.left >= edge]


def _split_bands(pieces: Sequence[Piece], edge: float) -> list[list[Piece]]:
    """Cut at the pieces that cross the edge, which are bands themselves; from the top down."""
    bands: list[list[Piece]] = []
    crosses_before = None
    for piece in sorted(pieces, key=lambda piece: (piece.middle, piece.order)):
        crosses = piece.left < edge < piece.right
        if crosses == crosses_before:
            bands[-1].append(piece)
        else:
            bands.append([piece])
        crosses_before = crosses
    return bands


def _find_column_edge(pieces: Sequence[Piece]) -> float | None:
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
            < _MIN_SIDE_BY_SIDE
        ):
            continue
        edge = start - _EDGE_TOLERANCE
        beside_count = 0
        for band in _split_bands(pieces, edge):
            left, right = _split_sides(band, edge)
            if len(left) + len(right) == len(band) and _are_columns(left, right):
                beside_count += _count_side_by_side(left, right)
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
    draw_order = sorted([(piece.order, 0) for piece in left] + [(piece.order, 1) for piece in right])
    switches = sum(previous[1] != current[1] for previous, current in pairwise(draw_order))
    if switches <= max(2, 0.1 * len(draw_order)):
        return True
    return switches > 0.7 * min(len(left), len(right)) and _is_wordy(left) and _is_wordy(right)


def _is_wordy(pieces: Sequence[Piece]) -> bool:
    """Whether lines are sentences that fill their column."""
    lines = visual_lines(pieces)
    width = max(line.right for line in lines) - min(line.left for line in lines)
    words = sum(len(line.text.split()) for line in lines) / len(lines)
    return words >= _MIN_WORDY and median(line.right - line.left for line in lines) > 0.75 * width
