"""The order in which a slide's shapes are read."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

__all__ = ["Box", "sort_in_reading_order"]

# Blocks of more shapes, or of more of them below one another, are read row by row.
_MAX_COMPARED = 100
_MAX_BANDS = 12
# Shares of the slide's height or width.
_MIN_SIZE = 0.03  # shapes whose tops differ by less stand side by side
_MAX_OVERLAP = 0.01  # boxes are often larger than the text in them


class Box(NamedTuple):
    """Where a shape is, in the slide's own units."""

    top: float
    left: float
    bottom: float
    right: float


class _Placed(Protocol):
    @property
    def box(self) -> Box: ...


_Shape = TypeVar("_Shape", bound=_Placed)


def sort_in_reading_order(shapes: Sequence[_Shape], height: float, width: float) -> list[_Shape]:
    """From top to bottom, from left to right, and column by column where there are columns.

    Shapes that form rows as well as columns (cards, a grid) are read the way that the file's own order, which
    is the author's, agrees with better.
    """
    numbers = {id(shape): number for number, shape in enumerate(shapes)}
    return _Sorter(numbers, height, width).sort(list(shapes))


class _Sorter:
    def __init__(self, numbers: dict[int, int], height: float, width: float) -> None:
        self._numbers, self._height, self._width = numbers, height, width

    def sort(self, shapes: list[_Shape]) -> list[_Shape]:
        if len(shapes) < 2:
            return shapes
        bands = self._split_rows(shapes)
        if len(bands) == 1:
            columns = self._split_columns(shapes)
            if len(columns) == 1:
                return self._sort_by_place(shapes)
            return [shape for column in columns for shape in self.sort(column)]
        # For each number of bands from the top the best order of what is in them.
        best: list[tuple[int, list[_Shape]]] = [(0, [])]
        for last in range(len(bands)):
            choices = [best[last][1] + self.sort(bands[last])]
            choices += [best[first][1] + block for first, block in self._read_columns(bands, last)]
            counted = [(self._count_breaks(shapes), shapes) for shapes in choices]
            best.append(min(counted, key=lambda choice: choice[0]))
        return best[-1][1]

    def _read_columns(self, bands: list[list[_Shape]], last: int) -> Iterator[tuple[int, list[_Shape]]]:
        """Blocks of bands up to the last one that are columns as well: their first band, and their order."""
        shapes = list(bands[last])
        for first in range(last - 1, max(-1, last - _MAX_BANDS), -1):
            shapes = bands[first] + shapes
            columns = self._split_columns(shapes)
            if len(columns) < 2 or len(shapes) > _MAX_COMPARED:
                break
            if all(len(column) > 1 for column in columns):
                yield first, [shape for column in columns for shape in self.sort(column)]

    def _count_breaks(self, shapes: Sequence[_Shape]) -> int:
        """How often an order goes back in the file's."""
        numbers = [self._numbers[id(shape)] for shape in shapes]
        return sum(before > after for before, after in itertools.pairwise(numbers))

    def _split_rows(self, shapes: list[_Shape]) -> list[list[_Shape]]:
        return _split(shapes, lambda shape: (shape.box.top, shape.box.bottom), self._height)

    def _split_columns(self, shapes: list[_Shape]) -> list[list[_Shape]]:
        return _split(shapes, lambda shape: (shape.box.left, shape.box.right), self._width)

    def _sort_by_place(self, shapes: list[_Shape]) -> list[_Shape]:
        """By their tops, from left to right where these are about level."""
        ordered: list[_Shape] = []
        band: list[_Shape] = []
        for shape in sorted(shapes, key=lambda shape: shape.box.top):
            if band and shape.box.top - band[0].box.top > _MIN_SIZE * self._height:
                ordered += sorted(band, key=lambda shape: shape.box.left)
                band = []
            band.append(shape)
        return ordered + sorted(band, key=lambda shape: shape.box.left)


def _split(
    shapes: list[_Shape], extent: Callable[[_Shape], tuple[float, float]], slide_size: float
) -> list[list[_Shape]]:
    """Shapes in groups between which there is room, in the order in which they stand."""
    groups: list[list[_Shape]] = []
    reach = 0.0
    for shape in sorted(shapes, key=lambda shape: extent(shape)[0]):
        start, end = extent(shape)
        if groups and start < reach - _MAX_OVERLAP * slide_size:
            groups[-1].append(shape)
        else:
            groups.append([shape])
            reach = start
        reach = max(reach, end, start + _MIN_SIZE * slide_size)
    return groups
