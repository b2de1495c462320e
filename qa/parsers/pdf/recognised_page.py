"""The recognised lines of a page as pieces of it, with the size and weight of their type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING
from unicodedata import normalize

from qa.parsers.pdf.drawn_words import SLANTED
from qa.parsers.pdf.page_lines import visual_lines
from qa.parsers.pdf.word_pieces import Piece
from qa.parsers.pictures.straight_picture import InkBox, LineInk, is_blank, straighten
from qa.parsers.pictures.text_recognition import PictureLine, recognise_lines
from qa.schema import RecognisedPage

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["PictureText", "describe_recognised", "list_recognised", "read_page_picture"]

_UNCERTAIN = 0.5  # lines below it are counted
_SURE_SIGN = 0.8  # "%", "–", "•": signs without letters are often specks or parts of drawings
_HOPELESS = 0.3  # a line of one or two letters below it is a speck
_BODY_SIZE = 10.5  # points: what the type of a picture without a size is taken for
_MAX_WORD_GAP = 0.8  # in type sizes, between words that the engine has taken apart
_LINE_REACH = 0.3  # in type sizes, between the middles of words on one line
# Sizes that differ by less are one: they are measured on letters of different shape, in a word on few.
_SAME_SIZE, _SAME_SIZE_OF_WORDS, _WORD_LETTERS = 0.14, 0.25, 12
_BOLD = 1.3  # times the usual thickness of strokes
# Parts of the type size: what stands on the line, and what hangs below it.
_CAP_HEIGHT, _X_HEIGHT, _ACCENT, _DESCENT, _COMMA_DESCENT = 0.69, 0.49, 0.18, 0.21, 0.12
_TALL = frozenset("bdfhklt()[]{}/|!?%&§$€£¥@#'\"’‘“”*")
_HANGING = frozenset("gjpqyç()[]{}|Qµ@§$")


@dataclass(frozen=True, slots=True)
class PictureText:
    """What was recognised on a page: pieces in points, those that run up or down, and how certain it is.

    `certainty` is the mean over its letters, in 0..1. `uncertain_lines` counts the lines below one half.
    """

    width: float
    height: float
    pieces: list[Piece]
    sideways: list[Piece]
    certainty: float
    uncertain_lines: int


@dataclass(slots=True)
class _Measured:
    """A line with its ink; `size` is that of its type in pixels, 0 where it can't be told."""

    line: PictureLine
    ink: InkBox
    size: float
    baseline: float


def read_page_picture(picture: "Image", width: float | None = None) -> PictureText | None:
    """The text of a page that is `width` points wide, None where nothing is legible.

    Where the width is not known, the page is taken for as large as makes its type a usual size.
    """
    if is_blank(picture):
        return None
    upright, lines = recognise_lines(straighten(picture))
    lines = [line for line in lines if _is_text(line)]
    if not any(any(map(str.isalnum, line.text)) for line in lines):
        return None
    ink = LineInk.of(upright)
    measured = _measure([line for line in lines if line.is_upright], ink)
    sizes = [entry.size for entry in measured for _ in entry.line.text]
    usual = median(sizes) if sizes else 0.015 * upright.height
    # A page that was turned is as high as the width that was given.
    full_width = upright.width if picture.width == upright.width else upright.height
    scale = width / full_width if width else _BODY_SIZE / max(usual, 1.0)
    weight = median([entry.ink.stroke / entry.size for entry in measured for _ in entry.line.text] or [1.0])
    pieces = [_make_piece(entry, scale, weight) for entry in _join_words(measured, ink)]
    _number(pieces)
    sideways = [
        _make_sideways(line, scale, len(pieces) + index)
        for index, line in enumerate(line for line in lines if not line.is_upright)
    ]
    letters = sum(len(line.text) for line in lines)
    return PictureText(
        upright.width * scale,
        upright.height * scale,
        pieces,
        sideways,
        round(sum(line.certainty * len(line.text) for line in lines) / letters, 3),
        sum(line.certainty < _UNCERTAIN for line in lines),
    )


def list_recognised(texts: Mapping[int, PictureText]) -> tuple[RecognisedPage, ...]:
    """The pages, by number, with their certainty, as the document keeps them."""
    return tuple(RecognisedPage(number, text.certainty) for number, text in texts.items())


def describe_recognised(texts: Mapping[int, PictureText]) -> tuple[str, ...]:
    """What a reader should know of text that was recognised: how much of it, and what is uncertain."""
    if not texts:
        return ()
    least = RecognisedPage.describe(min(text.certainty for text in texts.values()))
    notes = [
        f"1 page is a picture: its text was recognised, {least}"
        if len(texts) == 1
        else f"{len(texts):,} pages are pictures: their text was recognised, at least {least}"
    ]
    uncertain = {number: text.uncertain_lines for number, text in texts.items() if text.uncertain_lines}
    if uncertain:
        numbers = [f"{number}" for number in uncertain]
        listed = ", ".join(numbers[:20]) + (", ..." if len(numbers) > 20 else "")
        lines = sum(uncertain.values())
        notes.append(
            f"{lines:,} recognised {'line is' if lines == 1 else 'lines are'} less than {_UNCERTAIN:.0%} "
            f"certain (page {listed}): compare with the picture"
        )
    return tuple(notes)


def _is_text(line: PictureLine) -> bool:
    """Whether it says anything: words, or surely a sign, such as the dash that fills a cell of a table."""
    if not line.is_upright and line.certainty < _SURE_SIGN:  # upside down
        return False
    if any(map(str.isalnum, line.text)):
        return line.certainty >= _HOPELESS or len(line.text) > 2
    return line.certainty >= _SURE_SIGN


def _measure(lines: Sequence[PictureLine], ink: LineInk) -> list[_Measured]:
    measured = []
    for line in lines:
        box = ink.find(line)
        if box is None:
            # The engine's boxes have a margin all around.
            margin = 0.2 * (line.bottom - line.top)
            box = InkBox(
                line.left + margin, line.right - margin, line.top + margin, line.bottom - margin, 1.0
            )
        measured.append(_Measured(line, box, *_measure_type(line.text, box)))
    usual = median([entry.size for entry in measured if entry.size] or [1.0])
    for entry in measured:
        if not entry.size:
            entry.size = usual
            entry.baseline = (entry.ink.top + entry.ink.bottom) / 2 + 0.25 * usual
    _unify_sizes(measured)
    return measured


def _measure_type(text: str, box: InkBox) -> tuple[float, float]:
    """The size of the type and the height of the line it stands on, by which letters there are."""
    if not any(map(str.isalnum, text)):
        return 0.0, 0.0
    is_tall = any(letter in _TALL or letter.isupper() or letter.isdigit() for letter in text)
    descent = _COMMA_DESCENT if "," in text or ";" in text else 0.0
    if any(letter in _HANGING for letter in text):
        descent = _DESCENT
    rise = _CAP_HEIGHT if is_tall else _X_HEIGHT
    if any(letter.isupper() and len(normalize("NFD", letter)) > 1 for letter in text):
        rise += _ACCENT
    size = (box.bottom - box.top) / (rise + descent)
    return size, box.bottom - descent * size


def _unify_sizes(measured: Sequence[_Measured]) -> None:
    """Give lines of about one size the same, that of most letters first."""
    rest = list(measured)
    while rest:
        sizes = sorted(entry.size for entry in rest for _ in entry.line.text)
        usual = sizes[len(sizes) // 2]
        group = [entry for entry in rest if abs(entry.size - usual) <= _tolerance(entry) * usual]
        for entry in group:
            entry.size = usual
        rest = [entry for entry in rest if entry not in group]


def _tolerance(entry: _Measured) -> float:
    return _SAME_SIZE if len(entry.line.text) > _WORD_LETTERS else _SAME_SIZE_OF_WORDS


def _join_words(measured: Sequence[_Measured], ink: LineInk) -> list[_Measured]:
    """Words of one line that stand as close as words do."""
    joined: list[_Measured] = []
    for entry in sorted(measured, key=lambda entry: entry.ink.left):
        before = next((other for other in reversed(joined) if _follows(other, entry, ink)), None)
        if before is None:
            joined.append(replace(entry))
            continue
        letters, more = len(before.line.text), len(entry.line.text)
        certainty = (before.line.certainty * letters + entry.line.certainty * more) / (letters + more)
        before.line = before.line._replace(text=f"{before.line.text} {entry.line.text}", certainty=certainty)
        before.ink = before.ink._replace(right=entry.ink.right)
    return joined


def _follows(before: _Measured, entry: _Measured, ink: LineInk) -> bool:
    size = max(before.size, entry.size)
    gap = entry.ink.left - before.ink.right
    if (
        not -0.5 * size < gap < _MAX_WORD_GAP * size
        or abs(before.baseline - entry.baseline) > _LINE_REACH * size
    ):
        return False
    # Two figures so close may stand in two cells; a line drawn between makes that sure.
    if before.line.text[-1:].isdigit() and entry.line.text[:1].isdigit() and gap > 0.4 * size:
        return False
    return gap < 2 or not ink.is_ruled(
        before.ink.right, entry.ink.left, entry.baseline - 0.8 * size, entry.baseline + 0.2 * size
    )


def _make_piece(entry: _Measured, scale: float, weight: float) -> Piece:
    size, baseline, text = entry.size * scale, entry.baseline * scale, entry.line.text
    left, right = entry.ink.left * scale, entry.ink.right * scale
    return Piece(
        text,
        left,
        right,
        baseline - 0.8 * size,
        baseline + 0.2 * size,
        size,
        any(map(str.isalpha, text)) and entry.ink.stroke / entry.size > _BOLD * weight,
        0,
        (right - left) * len(text.partition(" ")[0]) / len(text),
    )


def _make_sideways(line: PictureLine, scale: float, order: int) -> Piece:
    left, right, top, bottom = (scale * edge for edge in (line.left, line.right, line.top, line.bottom))
    return Piece(
        line.text, left, right, top, bottom, max(1.0, right - left), False, order, right - left, turn=SLANTED
    )


def _number(pieces: Sequence[Piece]) -> None:
    """Say that they are drawn line by line, from the top down."""
    order = 0
    for line in visual_lines(pieces):
        for piece in line.pieces:
            piece.order = order
            order += 1
