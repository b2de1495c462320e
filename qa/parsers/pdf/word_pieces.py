"""The words of a PDF's page put together to pieces of lines, raised and lowered ones where they belong."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa.parsers.pdf.drawn_words import MAX_WORD_GAP, SLANTED, Word, has_space, is_level
from qa.parsers.pdf.page_frame import Box
from qa.parsers.pdf.page_shapes import Shapes
from qa.parsers.pdf.raised_words import (
    MAX_MARKER_GAP,
    MAX_RAISED_WORDS,
    find_base,
    goes_on,
    is_initial,
    is_mark_before,
    place_raised,
    write_raised,
)

__all__ = ["Piece", "join_words", "mark_dots"]

_MAX_NUMBER_GAP = 0.7  # type sizes: numbers further apart stand in two columns; a typewriter's space is 0.6
_VALUE = re.compile(r"[(+\-−–$€£]*\d[\d.,]*[%)]*|[-−–—]+|\([-−–—]\)")
_MARKER = re.compile(r"[^\w\s$€£¥%()]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]|o")


def _make_gaps() -> "array[float]":
    return array("f")


@dataclass(slots=True)
class Piece:
    """Words side by side on one line of a page, in points from its upper left corner.

    `order` counts in the order in which the page draws; `hyphen` says that a word goes on in the next line.
    `first` is how wide the first word is; `dot` marks that a bullet is drawn before it.
    `gaps` are the spaces between its words, where two cells of a table may meet: for each how many letters
    stand before it, and both of its edges.
    A piece that is not upright has its place on the page so turned that it is; `turn` as in `Word`.
    """

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool
    order: int
    first: float
    hyphen: bool = False
    dot: bool = False
    turn: int = 0
    gaps: "array[float]" = field(default_factory=_make_gaps)

    @property
    def middle(self) -> float:
        """Half-way between top and bottom."""
        return (self.top + self.bottom) / 2

    def spaces(self) -> list[tuple[int, float, float]]:
        """Its gaps one by one."""
        edges = iter(self.gaps)
        return [(int(offset), left, right) for offset, left, right in zip(edges, edges, edges, strict=True)]


def join_words(words: Sequence[Word], shapes: Shapes) -> dict[int, list[Piece]]:
    """The pieces of a page by their turn, each in the order in which they are drawn.

    A ruling line that runs down between two words parts them.
    """
    words_by_turn: dict[int, list[Word]] = {}
    for word in words:
        words_by_turn.setdefault(word.turn, []).append(word)
    pieces: dict[int, list[Piece]] = {}
    count = 0
    for turn, turn_words in words_by_turn.items():
        own_shapes = shapes if turn == 0 and shapes.down else None
        groups = _iterate_pieces(turn_words if turn == SLANTED else place_raised(turn_words), own_shapes)
        pieces[turn] = [_make_piece(group, order) for order, group in enumerate(groups, start=count)]
        count += len(pieces[turn])
    return pieces


def _iterate_pieces(words: Sequence[Word], shapes: Shapes | None) -> Iterator[list[Word]]:
    group: list[Word] = []
    left = right = size = 0.0
    for word in words:
        last = group[-1] if group else None
        is_parted = last is not None and shapes is not None and _parts(shapes, last, word)
        if last is not None and not is_parted and _continues(group, last, word, left, right, size):
            group.append(word)
            left, right, size = min(left, word.left), max(right, word.right), max(size, word.size)
        else:
            if group:
                yield group
            group, left, right, size = [word], word.left, word.right, word.size
    if group:
        yield group


def _parts(shapes: Shapes, last: Word, word: Word) -> bool:
    return not word.glued and shapes.parts(last.right, word.left, (word.top + word.bottom) / 2)


def _continues(group: Sequence[Word], last: Word, word: Word, left: float, right: float, size: float) -> bool:
    if last.hyphen or (last.breaks and not goes_on(group, word)):
        return False
    if word.turn == SLANTED or word.glued:
        return True
    size = max(size, word.size, 1.0)
    start = word.left if word.struck_left is None else word.struck_left
    gap = max(start - right, left - word.right)
    if gap > _MAX_NUMBER_GAP * size and _VALUE.fullmatch(word.text) and _VALUE.fullmatch(last.text):
        return False
    is_marker = len(group) == 1 and (_MARKER.fullmatch(last.text) or is_mark_before(last, word))
    if gap >= (MAX_MARKER_GAP if is_marker else MAX_WORD_GAP) * size:
        return False
    middle = word.top + word.bottom
    if abs(middle - last.top - last.bottom) < 1.2 * size:
        return True
    # A raised word may stand far from the middle of what goes on in the line after it.
    return any(
        abs(middle - previous.top - previous.bottom) < 1.2 * size
        for previous in group[-2 : -MAX_RAISED_WORDS - 2 : -1]
    )


def _make_piece(words: Sequence[Word], order: int) -> Piece:
    first, last = words[0], words[-1]
    piece = Piece(
        first.text,
        min(word.left for word in words),
        max(word.right for word in words),
        first.top,
        first.bottom,
        first.size,
        all(word.bold for word in words),
        order,
        first.right - first.left,
        last.hyphen,
        turn=first.turn,
    )
    if first.turn == SLANTED:
        piece.text = " ".join(word.text for word in words)
        piece.top, piece.bottom = min(word.top for word in words), max(word.bottom for word in words)
        return piece
    if len(words) == 1:
        return piece
    if is_initial(first, words[1]):
        # White space around an initial is no space, unless it is a word.
        is_part = first.text not in "AI" and words[1].text[0].islower()
        words[1].glued = is_part or not has_space(first, words[1])
    if all(is_level(first, word) for word in words):
        largest = max(words[is_initial(first, words[1]) :], key=lambda word: word.size)
        base = largest if not first.size <= largest.size <= 1.2 * first.size else first
        piece.text, ends = _write_level(words)
    else:
        base = find_base(words)
        piece.text, ends = write_raised(words, base)
    piece.size, piece.top, piece.bottom = base.size, base.top, base.bottom
    piece.gaps = _find_gaps(words, piece.text, ends)
    return piece


def _find_gaps(words: Sequence[Word], text: str, ends: Sequence[int]) -> "array[float]":
    """The spaces in a text, whose words end at these offsets."""
    edges: list[float] = []
    for (last, end), word in zip(zip(words, ends, strict=True), words[1:], strict=False):
        if text[end : end + 1] == " ":
            edges += (end, last.right, word.left)
    return array("f", edges)


def _write_level(words: Sequence[Word]) -> tuple[str, list[int]]:
    text = words[0].text
    ends = [len(text)]
    for word in words[1:]:
        text += word.text if word.glued else f" {word.text}"
        ends.append(len(text))
    return text, ends


def mark_dots(pieces: Sequence[Piece], dots: Sequence[Box]) -> None:
    """Mark the pieces that a bullet is drawn before."""
    if len(dots) > 2_000:  # a drawing
        return
    for dot in dots:
        middle = (dot.top + dot.bottom) / 2
        for piece in pieces:
            is_near = 0 < piece.left - dot.right < 2 * piece.size and dot.right - dot.left < 0.7 * piece.size
            if is_near and piece.top < middle < piece.bottom:
                piece.dot = True
