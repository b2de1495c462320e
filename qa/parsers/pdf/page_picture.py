"""A page of a PDF as a picture for a reader, with the places of words on it."""

import ctypes
import io
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from qa.errors import LoadError
from qa.parsers.pdf.pdfium_pages import open_pdf
from qa.schema import PageBox, PagePicture

__all__ = ["draw_page_picture"]

_MAX_WIDTH, _MAX_HEIGHT = 1100, 2200  # pixels
_MAX_BYTES = 300_000
_QUALITIES = (82, 65, 45, 25)
_MAX_PAGE_CHARS = 200_000  # a page of a newspaper has 40,000
_MAX_BOXES = 400
_ANCHOR_CHARS = 24
_GRID = 100_000  # PDFium gives places as whole numbers
_HYPHENS = frozenset("-\u2010\u2011\xad\x02\ufffe")


def draw_page_picture(
    data: bytes, number: int, phrases: Sequence[Sequence[tuple[str, bool]]], share: float
) -> PagePicture:
    """A page, counted from 1, with the boxes of the phrases that stand on it.

    A phrase is given in pieces, of which those that answer are marked. Where it stands several times, the one
    nearest to the share of the page's text that lies before it counts.

    Raises:
        LoadError: The file or the page can't be opened.
    """
    with open_pdf(data) as file:
        count = file.page_count
        with file.open_page(number) as page:
            if not 1 <= number <= count or page is None:
                raise LoadError(f"page {number:,} of {count:,} can't be opened")
            picture, width, height = _encode(_render(file.pdfium, page))
            boxes = tuple(_find_boxes(file.pdfium, page, phrases, share))
    return PagePicture(picture, width, height, boxes, count)


def _render(pdfium: Any, page: Any) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    """Red, green and blue of each point, shape (height, width, 3)."""
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    scale = min(_MAX_WIDTH / max(width, 1.0), _MAX_HEIGHT / max(height, 1.0))
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    bitmap = pdfium.FPDFBitmap_CreateEx(across, down, pdfium.FPDFBitmap_BGR, None, 0)
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xFFFFFFFF)
        flags = pdfium.FPDF_ANNOT | pdfium.FPDF_REVERSE_BYTE_ORDER
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, flags)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        buffer = ctypes.cast(
            pdfium.FPDFBitmap_GetBuffer(bitmap), ctypes.POINTER(ctypes.c_ubyte * (stride * down))
        )
        rows = np.frombuffer(buffer.contents, dtype=np.uint8).reshape(down, stride)
        return rows[:, : 3 * across].reshape(down, across, 3).copy()
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _encode(points: "np.ndarray[Any, np.dtype[np.uint8]]") -> tuple[bytes, int, int]:
    """A JPEG of at most so many bytes, with its width and height: coarser, then smaller, until it is."""
    from PIL import Image

    image = Image.fromarray(points)
    while True:
        for quality in _QUALITIES:
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=quality, optimize=True)
            if buffer.tell() <= _MAX_BYTES:
                return buffer.getvalue(), *image.size
        image = image.reduce(2)


def _find_boxes(
    pdfium: Any, page: Any, phrases: Sequence[Sequence[tuple[str, bool]]], share: float
) -> Iterator[PageBox]:
    text_page = pdfium.FPDFText_LoadPage(page)
    if not text_page:
        return
    try:
        letters, places = _read_letters(pdfium, text_page)
        for phrase in phrases:
            pieces = [_plain_letters(text) for text, _ in phrase]
            words = "".join(pieces)
            start, end = _find_phrase(words, letters, share)
            if start == end:
                continue
            yield from _line_boxes(pdfium, page, text_page, places[start], places[end - 1], is_answer=False)
            # Only where the phrase stands as it is are its pieces where they are in it.
            ends = list(accumulate(map(len, pieces)))
            if end - start == len(words):
                for piece, last, (_, is_answer) in zip(pieces, ends, phrase, strict=True):
                    if is_answer and piece:
                        first, final = places[start + last - len(piece)], places[start + last - 1]
                        yield from _line_boxes(pdfium, page, text_page, first, final, is_answer=True)
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _plain_letters(text: str) -> str:
    """What stays the same however a text is set: without spaces, hyphens and ligatures."""
    letters = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in letters if not letter.isspace() and letter not in _HYPHENS)


def _read_letters(pdfium: Any, text_page: Any) -> tuple[str, list[int]]:
    """The letters of a page, and for each the number of its character."""
    letters: list[str] = []
    places: list[int] = []
    for index in range(min(pdfium.FPDFText_CountChars(text_page), _MAX_PAGE_CHARS)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if 0 < code < 0x110000:
            for letter in _plain_letters(chr(code)):
                letters.append(letter)
                places.append(index)
    return "".join(letters), places


def _find_phrase(words: str, letters: str, share: float) -> tuple[int, int]:
    """Where a phrase stands in the letters of a page; an empty span where it does not.

    Where signs in it are missing from the page or the text, such as marks of notes, it reaches from its
    beginning to its end.
    """
    expected = share * len(letters)
    starts = _find_all(words, letters)
    if starts:
        start = min(starts, key=lambda start: abs(start - expected))
        return start, start + len(words)
    if len(words) < 2 * _ANCHOR_CHARS:
        return 0, 0
    starts, ends = (_find_all(anchor, letters) for anchor in (words[:_ANCHOR_CHARS], words[-_ANCHOR_CHARS:]))
    for start in sorted(starts, key=lambda start: abs(start - expected)):
        following = bisect_right(ends, start)
        if following < len(ends) and ends[following] + _ANCHOR_CHARS - start < 1.3 * len(words):
            return start, ends[following] + _ANCHOR_CHARS
    return 0, 0


def _find_all(words: str, letters: str) -> list[int]:
    starts: list[int] = []
    at = letters.find(words) if words else -1
    while at >= 0:
        starts.append(at)
        at = letters.find(words, at + 1)
    return starts


def _line_boxes(
    pdfium: Any, page: Any, text_page: Any, first: int, last: int, *, is_answer: bool
) -> list[PageBox]:
    """The boxes of characters, of each line together."""
    corners = [ctypes.c_double() for _ in range(4)]
    boxes: list[PageBox] = []
    for index in range(min(pdfium.FPDFText_CountRects(text_page, first, last - first + 1), _MAX_BOXES)):
        pdfium.FPDFText_GetRect(text_page, index, *corners)
        left, top, right, bottom = (corner.value for corner in corners)
        across, down = zip(
            _to_share(pdfium, page, left, top), _to_share(pdfium, page, right, bottom), strict=True
        )
        box = PageBox(min(across), min(down), max(across), max(down), is_answer)
        previous = boxes[-1] if boxes else None
        if previous and min(previous.bottom, box.bottom) - max(previous.top, box.top) > 0.5 * (
            box.bottom - box.top
        ):
            boxes[-1] = PageBox(
                min(previous.left, box.left),
                min(previous.top, box.top),
                max(previous.right, box.right),
                max(previous.bottom, box.bottom),
                is_answer,
            )
        else:
            boxes.append(box)
    return boxes


def _to_share(pdfium: Any, page: Any, x: float, y: float) -> tuple[float, float]:
    """A place on the page, as it is seen, as shares of its width and height."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _GRID, _GRID, 0, x, y, across, down)
    return across.value / _GRID, down.value / _GRID
