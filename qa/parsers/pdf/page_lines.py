"""Pieces of a PDF's page that stand on one height, as lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.parsers.pdf.word_pieces import Piece

__all__ = ["Line", "visual_lines"]


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
