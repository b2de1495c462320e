"""A PDF's bookmarks, and other texts that PDFium gives out."""

import ctypes
from typing import Any, NamedTuple

__all__ = ["Bookmark", "read_bookmarks", "read_text"]

_MAX_BOOKMARKS = 20_000
_MAX_DEPTH = 32


class Bookmark(NamedTuple):
    """An entry of the outline: its level from 1, and the number of its page from 1 (0: none)."""

    title: str
    level: int
    page: int


def read_bookmarks(pdfium: Any, document: Any) -> list[Bookmark]:
    """The outline in order, without entries that lead back to one before."""
    bookmarks: list[Bookmark] = []
    visited: set[int] = set()
    stack = [(pdfium.FPDFBookmark_GetFirstChild(document, None), 1)]
    while stack and len(bookmarks) < _MAX_BOOKMARKS:
        entry, level = stack.pop()
        address = ctypes.cast(entry, ctypes.c_void_p).value if entry else None
        if address is None or address in visited:
            continue
        visited.add(address)
        bookmarks.append(Bookmark(_read_title(pdfium, entry), level, _find_page(pdfium, document, entry)))
        stack.append((pdfium.FPDFBookmark_GetNextSibling(document, entry), level))
        if level < _MAX_DEPTH:
            stack.append((pdfium.FPDFBookmark_GetFirstChild(document, entry), level + 1))
    return bookmarks


def _read_title(pdfium: Any, entry: Any) -> str:
    return read_text(lambda buffer, size: pdfium.FPDFBookmark_GetTitle(entry, buffer, size))


def _find_page(pdfium: Any, document: Any, entry: Any) -> int:
    destination = pdfium.FPDFBookmark_GetDest(document, entry)
    if not destination and (action := pdfium.FPDFBookmark_GetAction(entry)):
        destination = pdfium.FPDFAction_GetDest(document, action)
    return pdfium.FPDFDest_GetDestPageIndex(document, destination) + 1 if destination else 0


def read_text(read: Any) -> str:
    """The text that a function gives that fills a buffer with UTF-16 and returns the size in bytes."""
    size = read(None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
