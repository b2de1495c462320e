"""What stands turned on a PDF's pages: notes of printers at their sides, and text such as a wide table."""

import re
from collections import defaultdict
from collections.abc import Sequence

from qa.parsers.pdf.drawn_words import SLANTED
from qa.parsers.pdf.pdfium_pages import Page
from qa.parsers.pdf.reading_order import Line, reading_order, visual_lines
from qa.parsers.pdf.word_pieces import Piece

__all__ = ["turned_lines", "without_side_text"]

_MARGIN_SHARE = 0.075  # of the page's width, at either side
_MIN_GAP = 8.0  # points, to the text
_MAX_MARGIN_CHARS = 200
_PLACE_STEP = 8.0  # points
_NUMBERS = re.compile(r"\d+")


def without_side_text(pages: Sequence[Page]) -> tuple[list[list[Piece]], list[str]]:
    """The turned pieces of each page but for notes at its sides and what repeats, and the words of these."""
    groups: dict[tuple[str, int, int, int], set[int]] = defaultdict(set)
    for page in pages:
        for piece in page.sideways:
            groups[_make_key(piece)].add(page.number)
    kept_pieces: list[list[Piece]] = []
    texts: dict[str, str] = {}
    for page in pages:
        kept: list[Piece] = []
        for piece in page.sideways:
            repeats = len(groups[_make_key(piece)]) >= (2 if piece.turn == SLANTED else 3)
            if repeats or _stands_at_side(piece, page):
                texts.setdefault(_NUMBERS.sub("#", piece.text), piece.text)
            else:
                kept.append(piece)
        kept_pieces.append(kept)
    return kept_pieces, list(texts.values())


def turned_lines(pieces: Sequence[Piece]) -> list[list[Line]]:
    """Lines in reading order for each direction in which pieces of a page are turned."""
    pieces_by_turn: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        pieces_by_turn[piece.turn].append(piece)
    return [
        visual_lines(turned) if turn == SLANTED else reading_order(turned)
        for turn, turned in sorted(pieces_by_turn.items())
    ]


def _make_key(piece: Piece) -> tuple[str, int, int, int]:
    place = round(piece.left / _PLACE_STEP), round(piece.top / _PLACE_STEP)
    return _NUMBERS.sub("#", piece.text.casefold()), piece.turn, *place


def _stands_at_side(piece: Piece, page: Page) -> bool:
    """Whether a short piece runs along the page's edge, away from its text."""
    if piece.turn not in (1, 3) or not page.pieces or len(piece.text) > _MAX_MARGIN_CHARS:
        return False
    # Turned to the left, the page's left side is its top.
    left, right = (
        (piece.top, piece.bottom) if piece.turn == 1 else (page.width - piece.bottom, page.width - piece.top)
    )
    margin = _MARGIN_SHARE * page.width
    if right <= margin:
        return right + _MIN_GAP <= min(other.left for other in page.pieces)
    return left >= page.width - margin and left - _MIN_GAP >= max(other.right for other in page.pieces)
