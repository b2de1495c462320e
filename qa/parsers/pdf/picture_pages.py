"""The pages of a PDF that are pictures of text, or whose fonts name no letters: recognised, and counted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from unicodedata import category

from qa.parsers.pdf.page_rendering import measure_pictures, render_page
from qa.parsers.pdf.pdfium_pages import Page, PdfFile
from qa.parsers.pdf.recognised_page import (
    PictureText,
    describe_recognised,
    list_recognised,
    read_page_picture,
)
from qa.parsers.pdf.word_pieces import Piece
from qa.parsers.pictures.text_recognition import MAX_SIDE, Recognition
from qa.schema import RecognisedPage

__all__ = ["PictureReport", "describe_pages", "has_unreadable_letters", "recognise_pages"]

_MAX_UNREADABLE = 0.3  # of the letters
# A page with fewer words than a paragraph over a picture of nearly all of it is a scan with a stamp.
_MAX_STAMP_WORDS = 25
_MIN_PICTURE_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class PictureReport:
    """All pages, with what was recognised; notes on that.

    `refusal` says why nothing may be recognised, `left_out` that there is something to recognise.
    """

    pages: list[Page]
    recognised: tuple[RecognisedPage, ...] = ()
    notes: tuple[str, ...] = ()
    refusal: str | None = None
    left_out: bool = False


def recognise_pages(file: PdfFile, pages: Sequence[Page], recognition: Recognition) -> PictureReport:
    """Recognise the text of the pages that have none, and what a scan says beside the words stamped on it."""
    numbers = [page.number for page in pages if page.width and _lacks_text(file, page)]
    empty = [number for number in numbers if _is_empty(pages[number - 1])]
    if recognition.refusal:
        pictures = [number for number in empty if pages[number - 1].pictures]
        note = f"{describe_pages(pictures)} pictures without text and are left out: {recognition.refusal}"
        return PictureReport(
            list(pages),
            notes=(note,) if pictures else (),
            refusal=recognition.refusal,
            left_out=bool(numbers),
        )
    texts: dict[int, PictureText] = {}
    for number in numbers:
        page = pages[number - 1]
        picture = render_page(file, number, MAX_SIDE)
        text = read_page_picture(picture, page.width) if picture is not None else None
        if text is not None and (text := _without_words_of(page, text)) is not None:
            texts[number] = text
        if recognition.on_page:
            recognition.on_page()
    illegible = [number for number in empty if number not in texts and pages[number - 1].pictures]
    notes = describe_recognised(texts)
    if illegible:
        notes += (f"{describe_pages(illegible)} pictures in which no text was recognised",)
    complete = [_add_text(page, texts[page.number]) if page.number in texts else page for page in pages]
    return PictureReport(complete, list_recognised(texts), notes)


def describe_pages(numbers: Sequence[int]) -> str:
    """So many of its pages, and which, as the beginning of a sentence."""
    page_list = ", ".join(map(str, numbers[:20])) + (", ..." if len(numbers) > 20 else "")
    return f"{len(numbers)} of its pages ({page_list}) are"


def has_unreadable_letters(pages: Sequence[Page]) -> bool:
    """Whether the fonts do not tell which letters many of their signs are."""
    total = unreadable = 0
    for page in pages:
        for piece in page.pieces:
            total += len(piece.text)
            # Where a font names no letters, dingbats and private signs come out.
            unreadable += sum(category(letter) in ("So", "Co", "Cn", "Cc") for letter in piece.text)
    return unreadable > _MAX_UNREADABLE * total


def _is_empty(page: Page) -> bool:
    return not page.pieces and not page.sideways


def _lacks_text(file: PdfFile, page: Page) -> bool:
    if _is_empty(page) or has_unreadable_letters([page]):
        return True
    words = sum(len(piece.text.split()) for piece in (*page.pieces, *page.sideways))
    return (
        page.pictures
        and words < _MAX_STAMP_WORDS
        and measure_pictures(file, page.number) >= _MIN_PICTURE_SHARE
    )


def _without_words_of(page: Page, text: PictureText) -> PictureText | None:
    """What was recognised beside the page's own words; None if that is nothing."""
    if has_unreadable_letters([page]):
        return text
    own_pieces = (*page.pieces, *page.sideways)
    pieces = [piece for piece in text.pieces if not any(_covers(own, piece) for own in own_pieces)]
    sideways = [piece for piece in text.sideways if not any(_covers(own, piece) for own in own_pieces)]
    if not any(map(str.isalnum, "".join(piece.text for piece in (*pieces, *sideways)))):
        return None
    return replace(text, pieces=pieces, sideways=sideways)


def _covers(own: Piece, piece: Piece) -> bool:
    """Whether a recognised piece is one that stands in the file as text."""
    shared = min(own.right, piece.right) - max(own.left, piece.left)
    return own.top - 2 < piece.middle < own.bottom + 2 and shared > 0.5 * (piece.right - piece.left)


def _add_text(page: Page, text: PictureText) -> Page:
    if has_unreadable_letters([page]):
        page = replace(page, pieces=[], sideways=[])
    if _is_empty(page):
        return replace(page, width=text.width, height=text.height, pieces=text.pieces, sideways=text.sideways)
    drawn = len(page.pieces) + len(page.sideways)
    for piece in (*text.pieces, *text.sideways):
        piece.order += drawn
    return replace(page, pieces=[*page.pieces, *text.pieces], sideways=[*page.sideways, *text.sideways])
