"""The words of a PDF's page as they are drawn."""

from dataclasses import dataclass

__all__ = [
    "GLUED_GAP",
    "MAX_WORD_GAP",
    "SAME_BASELINE",
    "SLANTED",
    "Word",
    "find_turn",
    "has_space",
    "is_level",
]

MAX_WORD_GAP = 1.1  # in type sizes: words further apart may belong to two columns
SLANTED = 4  # the turn of a word that stands neither upright nor at a right angle
SAME_BASELINE = 0.06  # in type sizes
GLUED_GAP = 0.15  # in type sizes: less is no space between two words
_MAX_SLANT = 0.15  # a scan may stand a little askew


@dataclass(slots=True)
class Word:
    """A word as drawn, or the part of it on one baseline; y downwards.

    `turn` says how often the page is to be turned right by a quarter so that the word stands upright, or that
    it is slanted; its place is that on the page so turned. `breaks` says that the file's line ends after it,
    `glued` that no space stands before it. `first_char` and `last_char` number its letters on the page.
    `struck_left` is where what is struck out between the word before and it begins, if that is all there is.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    baseline: float
    size: float
    bold: bool
    turn: int
    breaks: bool = False
    glued: bool = False
    hyphen: bool = False
    first_char: int = -1
    last_char: int = -1
    struck_left: float | None = None


def find_turn(across: float, down: float) -> int:
    """How often the page is to be turned right by a quarter so that such a direction goes right."""
    if not down and across >= 0:
        return 0
    if min(abs(across), abs(down)) > _MAX_SLANT * max(abs(across), abs(down)):
        return SLANTED
    if abs(across) >= abs(down):
        return 0 if across >= 0 else 2
    return 1 if down < 0 else 3


def has_space(first: Word, following: Word) -> bool:
    """Whether white space parts them, as wide as between two words."""
    return following.left - first.right >= GLUED_GAP * following.size


def is_level(first: Word, second: Word) -> bool:
    """Whether they stand on one baseline."""
    return abs(first.baseline - second.baseline) <= SAME_BASELINE * max(first.size, second.size)
