"""PDF files: the text of their pages, the pages that are pictures recognised, and what is missing of it."""

from dataclasses import replace

from qa.errors import LoadError
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.pdf.page_flow import write_pages
from qa.parsers.pdf.page_shapes import Shapes
from qa.parsers.pdf.pdf_metadata import read_metadata
from qa.parsers.pdf.pdfium_pages import Page, PdfFile, open_pdf
from qa.parsers.pdf.picture_pages import (
    PictureReport,
    describe_pages,
    has_unreadable_letters,
    recognise_pages,
)
from qa.parsers.pictures.text_recognition import RECOGNISE, Recognition
from qa.parsers.reader_errors import unexpected_error

__all__ = ["read_pdf"]

_MAX_PIECES = 3_000_000  # of all pages; a page of text has 60
_DAMAGED = "the file is damaged: open and save it anew"


def read_pdf(data: bytes, recognition: Recognition = RECOGNISE) -> ParsedContent:
    """The text of a PDF; of pages that are pictures, what is recognised in them.

    Running headers, footers and page numbers are left out; a paragraph that runs over columns or pages stays
    whole. Headings are those of the bookmarks, and what is set like a heading.

    Raises:
        LoadError: It is damaged, encrypted, has too many pages, or holds pictures without text that may not
            be recognised.
    """
    try:
        return _read_content(data, recognition)
    except LoadError:
        raise
    except RecursionError as error:
        raise LoadError("it is nested too deeply") from error
    except MemoryError as error:
        raise LoadError("reading it takes more memory than there is: split it") from error
    # Damage is told by the library's codes, which are asked for where they are: this is a mistake of ours.
    except Exception as error:
        raise unexpected_error(error) from error


def _read_content(data: bytes, recognition: Recognition) -> ParsedContent:
    if not data.strip():
        raise LoadError("it is empty")
    with open_pdf(data) as file:
        pages = _read_pages(file)
        pictures = recognise_pages(file, pages, recognition)
        metadata = read_metadata(file, data)
        bookmarks = file.bookmarks()
    _check_pages(pictures)
    content = write_pages(pictures.pages, bookmarks, metadata)
    broken = [page.number for page in pages if not page.width]
    notes: tuple[str, ...] = ()
    if broken:
        notes = (f"{describe_pages(broken)} damaged and are left out",)
    silent = [page.number for page in pictures.pages if page.width and _is_silent(page)]
    if silent:
        notes += (f"{describe_pages(silent)} without text: blank, drawn or damaged",)
    return replace(
        content,
        recognised=pictures.recognised,
        pictures_left_out=pictures.left_out,
        notes=(*pictures.notes, *notes, *content.notes),
    )


def _read_pages(file: PdfFile) -> list[Page]:
    pages: list[Page] = []
    count = 0
    broken = 0
    for number in range(1, file.page_count + 1):
        page = file.page(number)
        if page is None:
            broken += 1
            page = Page(number, 0.0, 0.0, [], [], Shapes())
        pages.append(page)
        count += len(page.pieces) + len(page.sideways)
        if count > _MAX_PIECES:
            raise LoadError("it holds more text than a document of 5,000 pages: split it")
    if broken == len(pages):
        raise LoadError(_DAMAGED)
    return pages


def _is_silent(page: Page) -> bool:
    """Whether a page says nothing, not by a picture either; damage may be why, which PDFium does not tell."""
    return not (page.pieces or page.sideways or page.pictures)


def _check_pages(pictures: PictureReport) -> None:
    """Refuse a file without text, or one whose fonts do not tell which letters their signs are."""
    pages = pictures.pages
    if not any(page.pieces or page.sideways for page in pages):
        if any(page.pictures for page in pages):
            reason = pictures.refusal or "no text was recognised in them"
            raise LoadError(f"it has no text, its pages are pictures: {reason}")
        raise LoadError(_DAMAGED if any(not page.width for page in pages) else "it holds no text")
    if has_unreadable_letters(pages):
        way_out = f", or have its text recognised: {pictures.refusal}" if pictures.refusal else ""
        raise LoadError(f"its fonts do not tell which letters it shows: export it anew{way_out}")
