"""Grids of ruling lines on a PDF's page: which lines belong together, and which cells they part."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qa.parsers.pdf.page_frame import Box
from qa.parsers.pdf.page_shapes import Shapes
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["Grid", "find_grids", "find_place"]

_TOUCH = 3.0  # points between lines that meet
_SAME_LINE = 3.0  # points between the two of a double line
_DRAWN_SHARE = 0.5  # of a cell's side
_MAX_PAIRS = 400_000
_MAX_CELLS = 40_000
_MAX_ROW_RATIO = 1.3  # of a white row's height to that of the filled one above
_MAX_STRIPE_GAP = 90.0  # points between filled rows, where every other one is left white


# First and last row, first and last column.
Extent = tuple[int, int, int, int]


@dataclass(slots=True)
class Grid:
    """Ruling lines that meet: places of columns (`across`) and rows (`down`), and which sides are drawn.

    `row_sides` names (row, column) whose upper side is drawn, `column_sides` those whose left side is.
    `striped` says that only every other row is filled.
    """

    across: list[float]
    down: list[float]
    row_sides: set[tuple[int, int]] = field(default_factory=set)
    column_sides: set[tuple[int, int]] = field(default_factory=set)
    striped: bool = False
    _regions: list[list[int]] | None = None
    _extents: dict[int, Extent] = field(default_factory=dict)

    @property
    def box(self) -> Box:
        """Its outer edges."""
        return Box(self.across[0], self.across[-1], self.down[0], self.down[-1])

    def regions(self) -> list[list[int]]:
        """A number for each place, by rows, equal where no line parts two places."""
        if self._regions is None:
            self._regions = self._find_regions()
        return self._regions

    def extents(self) -> dict[int, Extent]:
        """First and last row, first and last column of each region."""
        regions = self.regions()
        if not self._extents:
            for row, row_regions in enumerate(regions):
                for column, region in enumerate(row_regions):
                    top, bottom, left, right = self._extents.get(region, (row, row, column, column))
                    self._extents[region] = (
                        min(top, row),
                        max(bottom, row),
                        min(left, column),
                        max(right, column),
                    )
        return self._extents

    def place(self, left: float, right: float, middle: float) -> tuple[int, int]:
        """The row and the column of what stands there."""
        return find_place(self.down, middle), find_place(self.across, (left + right) / 2)

    def _find_regions(self) -> list[list[int]]:
        rows, columns = len(self.down) - 1, len(self.across) - 1
        parents = list(range(rows * columns))
        for row in range(rows):
            for column in range(columns):
                place = row * columns + column
                if row and (row, column) not in self.row_sides:
                    _unite(parents, place - columns, place)
                if column and (row, column) not in self.column_sides:
                    _unite(parents, place - 1, place)
        return [[_find(parents, row * columns + column) for column in range(columns)] for row in range(rows)]

    def _forget(self) -> None:
        self._regions, self._extents = None, {}

    def draw_above(self, row: int, columns: Iterable[int]) -> None:
        """Part a row from the one above it in these columns."""
        self.row_sides |= {(row, column) for column in columns}
        self._forget()

    def draw_between(self, rows: range, columns: range) -> None:
        """Part these columns from those before them in these rows."""
        self.column_sides |= {(row, column) for column in columns for row in rows}
        self._forget()

    def add_row(self, top: float, bottom: float) -> None:
        """A row above or below all others, with all of its sides."""
        columns = range(len(self.across) - 1)
        if top < self.down[0]:
            self.down.insert(0, top)
            self.row_sides = {(row + 1, column) for row, column in self.row_sides}
            self.column_sides = {(row + 1, column) for row, column in self.column_sides}
            self.row_sides |= {(1, column) for column in columns}
            self.column_sides |= {(0, column) for column in columns}
        else:
            row = len(self.down) - 1
            self.row_sides |= {(row, column) for column in columns}
            self.column_sides |= {(row, column) for column in columns}
            self.down.append(bottom)
        self._forget()

    def insert_row(self, row: int, position: float, columns: set[int]) -> None:
        """Part a row at a height, in these columns."""
        self.down.insert(row + 1, position)
        self.row_sides = {(old + (old > row), column) for old, column in self.row_sides}
        self.row_sides |= {(row + 1, column) for column in columns}
        sides = {(old + (old > row), column) for old, column in self.column_sides}
        self.column_sides = sides | {(row + 1, column) for old, column in self.column_sides if old == row}
        self._forget()

    def insert_column(self, column: int, position: float, rows: set[int]) -> None:
        """Part a column at a place, in these rows."""
        self.across.insert(column + 1, position)
        self.column_sides = {(row, old + (old > column)) for row, old in self.column_sides}
        self.column_sides |= {(row, column + 1) for row in rows}
        sides = {(row, old + (old > column)) for row, old in self.row_sides}
        self.row_sides = sides | {(row, column + 1) for row, old in self.row_sides if old == column}
        self._forget()


def find_place(edges: Sequence[float], position: float) -> int:
    """The number of the interval between edges that a position lies in, the nearest one outside of all."""
    return max(0, min(bisect_right(edges, position) - 1, len(edges) - 2))


def find_grids(shapes: Shapes, pieces: Sequence[Piece]) -> list[Grid]:
    """From the top down, each with at least two columns; `pieces` are those of the page."""
    if not shapes.across or not shapes.down or len(shapes.across) * len(shapes.down) > _MAX_PAIRS:
        return []
    groups = _group_lines(shapes.across, shapes.down)
    grids = []
    for across, down in groups:
        grid = _make_grid(across, down)
        if grid is not None:
            grids.append(grid)
    return _join_stripes(sorted(grids, key=lambda grid: (grid.down[0], grid.across[0])), pieces)


def _unite(parents: list[int], first: int, second: int) -> None:
    first, second = _find(parents, first), _find(parents, second)
    parents[max(first, second)] = min(first, second)


def _find(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place


def _group_lines(across: Sequence[Box], down: Sequence[Box]) -> list[tuple[list[Box], list[Box]]]:
    """Lines that meet, from one to the next."""
    parents = list(range(len(across) + len(down)))
    for number, rule in enumerate(down):
        for other, crossing in enumerate(across):
            if (
                crossing.left - _TOUCH <= rule.left <= crossing.right + _TOUCH
                and rule.top - _TOUCH <= crossing.top <= rule.bottom + _TOUCH
            ):
                _unite(parents, other, len(across) + number)
    groups: dict[int, tuple[list[Box], list[Box]]] = {}
    for number, rule in enumerate((*across, *down)):
        group = groups.setdefault(_find(parents, number), ([], []))
        group[number >= len(across)].append(rule)
    return [group for group in groups.values() if group[0] and group[1]]


def _make_grid(across: Sequence[Box], down: Sequence[Box]) -> Grid | None:
    columns = _cluster([_middle(rule.left, rule.right) for rule in down] + _ends(across, "left", "right"))
    # A line down that ends between two lines across parts what stands beside it from what stands above.
    ends = [end for rule in down for end in (rule.top, rule.bottom)]
    rows = _cluster([_middle(rule.top, rule.bottom) for rule in across] + ends)
    if len(columns) < 3 or len(rows) < 2 or len(columns) * len(rows) > _MAX_CELLS:
        return None
    grid = Grid(columns, rows)
    for row, height in enumerate(rows):
        near = [rule for rule in across if abs(_middle(rule.top, rule.bottom) - height) <= _SAME_LINE]
        for column in range(len(columns) - 1):
            if _is_drawn(columns[column], columns[column + 1], [(rule.left, rule.right) for rule in near]):
                grid.row_sides.add((row, column))
    for column, place in enumerate(columns):
        near = [rule for rule in down if abs(_middle(rule.left, rule.right) - place) <= _SAME_LINE]
        for row in range(len(rows) - 1):
            if _is_drawn(rows[row], rows[row + 1], [(rule.top, rule.bottom) for rule in near]):
                grid.column_sides.add((row, column))
    _close_spans(grid)
    return grid


def _close_spans(grid: Grid) -> None:
    """Part a cell over several columns from theirs below, where only the lines down tell so."""
    for row in range(1, len(grid.down) - 1):
        start = 0
        for column in range(1, len(grid.across)):
            if column < len(grid.across) - 1 and (row - 1, column) not in grid.column_sides:
                continue
            inside = range(start + 1, column)
            if any((row, other) in grid.column_sides for other in inside):
                grid.row_sides |= {(row, other) for other in range(start, column)}
            start = column


def _middle(start: float, end: float) -> float:
    return (start + end) / 2


def _ends(rules: Sequence[Box], first: str, last: str) -> list[float]:
    """The outer ends of lines, where no line may close the grid."""
    return [min(getattr(rule, first) for rule in rules), max(getattr(rule, last) for rule in rules)]


def _cluster(places: Sequence[float]) -> list[float]:
    clusters: list[list[float]] = []
    for place in sorted(places):
        if clusters and place - clusters[-1][0] <= _SAME_LINE:
            clusters[-1].append(place)
        else:
            clusters.append([place])
    return [_middle(cluster[0], cluster[-1]) for cluster in clusters]


def _is_drawn(start: float, end: float, pieces: Sequence[tuple[float, float]]) -> bool:
    covered = sum(max(0.0, min(end, last) - max(start, first)) for first, last in _join_spans(pieces))
    return covered >= _DRAWN_SHARE * (end - start)


def _join_spans(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _join_stripes(grids: Sequence[Grid], pieces: Sequence[Piece]) -> list[Grid]:
    """Filled rows with white ones between them are one grid."""
    joined: list[Grid] = []
    for grid in grids:
        last = joined[-1] if joined else None
        if last is not None and _are_stripes(last, grid, pieces):
            offset = len(last.down)
            columns = range(len(last.across) - 1)
            last.row_sides |= {(row + offset, column) for row, column in grid.row_sides}
            last.row_sides |= {(offset, column) for column in columns}
            last.column_sides |= {(row + offset, column) for row, column in grid.column_sides}
            last.column_sides |= {(offset - 1, column) for column in columns}
            last.down += grid.down
            last.striped = True
        else:
            joined.append(grid)
    return joined


def _are_stripes(above: Grid, below: Grid, pieces: Sequence[Piece]) -> bool:
    top, bottom = above.down[-1], below.down[0]
    if len(above.across) != len(below.across) or not _SAME_LINE < bottom - top < _MAX_STRIPE_GAP:
        return False
    if any(abs(a - b) > _SAME_LINE for a, b in zip(above.across, below.across, strict=True)):
        return False
    between = [
        piece
        for piece in pieces
        if top < piece.middle < bottom and piece.right > above.across[0] and piece.left < above.across[-1]
    ]
    columns = {
        column
        for piece in between
        for column, (left, right) in enumerate(pairwise(above.across))
        if left - 2 <= piece.left and piece.right <= right + 2
    }
    is_row = bottom - top <= _MAX_ROW_RATIO * (top - above.down[-2])
    crosses = any(
        piece.left < edge - 2 and piece.right > edge + 2 for piece in between for edge in above.across
    )
    return (len(columns) > 1 or (is_row and bool(columns))) and not crosses
