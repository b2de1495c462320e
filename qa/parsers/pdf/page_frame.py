"""Places on a PDF's page as it is seen, however it is turned: from its own space, where y runs upwards."""

from typing import NamedTuple

__all__ = ["Box", "PageFrame", "turn_direction"]


class Box(NamedTuple):
    """In points from the page's upper left corner, as it is seen."""

    left: float
    right: float
    top: float
    bottom: float


class PageFrame(NamedTuple):
    """The edges of a page in its own space; `rotation` counts quarters to the right."""

    left: float
    bottom: float
    right: float
    top: float

    def size(self, rotation: int) -> tuple[float, float]:
        """Width and height of the page, turned."""
        width, height = abs(self.right - self.left), abs(self.top - self.bottom)
        return (height, width) if rotation % 2 else (width, height)

    def depth(self, x: float, y: float, rotation: int) -> float:
        """How far below the upper edge a point is on the page so turned."""
        if rotation % 2:
            return x - self.left if rotation == 1 else self.right - x
        return y - self.bottom if rotation else self.top - y

    def turn_box(self, left: float, bottom: float, right: float, top: float, rotation: int) -> Box:
        """A box on the page so turned."""
        x0, y0, x1, y1 = self
        if rotation == 0:
            return Box(left - x0, right - x0, y1 - top, y1 - bottom)
        if rotation == 1:
            return Box(bottom - y0, top - y0, left - x0, right - x0)
        if rotation == 2:
            return Box(x1 - right, x1 - left, bottom - y0, top - y0)
        return Box(y1 - top, y1 - bottom, x1 - right, x1 - left)


def turn_direction(across: float, up: float, rotation: int) -> tuple[float, float]:
    """A direction on the page so turned, its second part downwards."""
    return ((across, -up), (up, across), (-across, up), (-up, -across))[rotation]
