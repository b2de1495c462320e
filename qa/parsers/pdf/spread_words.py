"""Typewritten lines whose words are spread over the column: no cells of a table."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from qa.parsers.pdf.page_lines import Line, visual_lines
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["join_spread_words"]

_MIN_CHARS = 6  # of a piece by which the type is judged
_MIN_WORDS = 4  # in a line of running text
_MAX_GAP = 5.5  # letters between two words that are spread
_MIN_CELL_GAP = 1.6  # letters that white space shares from line to line where it parts cells or columns
_MIN_LINES = 6  # through which white space parts columns
_VALUE = re.compile(r"[(+\-−–$€£]*\d[\d.,]*[%)]*")


def join_spread_words(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces of a page; in type of one width for all letters, those of running text put together.

    Between columns and cells white space goes through several lines: there they stay apart.
    """
    if not _is_typewritten(pieces):
        return pieces
    lines = visual_lines(pieces)
    return [piece for index in range(len(lines)) for piece in _join(lines, index)]


def _is_typewritten(pieces: Sequence[Piece]) -> bool:
    long_pieces = [piece for piece in pieces if len(piece.text) >= _MIN_CHARS]
    # Figures are equally wide in any type.
    worded = [piece for piece in long_pieces if 2 * sum(map(str.isalpha, piece.text)) > len(piece.text)]
    return _is_of_one_width(long_pieces) and _is_of_one_width(worded)


def _is_of_one_width(pieces: Sequence[Piece]) -> bool:
    pitches = sorted((piece.right - piece.left) / len(piece.text) / max(piece.size, 1.0) for piece in pieces)
    inner = pitches[len(pitches) // 8 : len(pitches) - len(pitches) // 8]
    return len(pitches) >= _MIN_LINES and inner[-1] - inner[0] < 0.02 and 0.5 < inner[0] < 0.7


def _join(lines: Sequence[Line], index: int) -> list[Piece]:
    line = lines[index]
    is_table_row = sum(_VALUE.fullmatch(piece.text) is not None for piece in line.pieces) > 1
    if len(line.pieces) < 2 or is_table_row or len(line.text.split()) < _MIN_WORDS:
        return line.pieces
    pitch = 0.6 * line.size
    pieces = [line.pieces[0]]
    for piece in line.pieces[1:]:
        last = pieces[-1]
        is_far = piece.left - last.right > _MAX_GAP * pitch
        if is_far or piece.dot or _goes_through((last.right, piece.left), index, lines, pitch):
            pieces.append(piece)
        else:
            text = f"{last.text} {piece.text}"
            pieces[-1] = replace(last, text=text, right=piece.right, hyphen=piece.hyphen)
    return pieces


def _goes_through(gap: tuple[float, float], index: int, lines: Sequence[Line], pitch: float) -> bool:
    """Whether the white space stands in several lines one under the other; after the end of one of them."""
    count = min(_MIN_LINES, len(lines))
    for first in range(max(index - count + 1, 0), min(index, len(lines) - count) + 1):
        left, right = gap
        ended_count = 0
        for line in lines[first : first + count]:
            start, end = _find_space(line.pieces, (left, right))
            left, right = max(left, start), min(right, end)
            ended_count += end == math.inf
        if right - left > _MIN_CELL_GAP * pitch and ended_count < 2:
            return True
    return False


def _find_space(pieces: Sequence[Piece], gap: tuple[float, float]) -> tuple[float, float]:
    """The widest white space of a line within these bounds; to infinity after its end."""
    edges = [0.0, *(edge for piece in pieces for edge in (piece.left, piece.right)), math.inf]
    spaces = zip(edges[::2], edges[1::2], strict=True)
    return max(spaces, key=lambda space: min(space[1], gap[1]) - max(space[0], gap[0]))
