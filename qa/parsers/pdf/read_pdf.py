"""PDF files: the text of their pages in reading order, with headings, lists, tables and page numbers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from unicodedata import category

from qa.errors import LoadError
from qa.parsers.content_builder import ContentBuilder
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.pdf.page_lines import visual_lines
from qa.parsers.pdf.pdf_dates import find_published
from qa.parsers.pdf.pdf_headings import mark_bookmarks, mark_headings
from qa.parsers.pdf.pdf_metadata import read_metadata
from qa.parsers.pdf.pdf_titles import find_title
from qa.parsers.pdf.pdfium_pages import Page, PdfFile, open_pdf
from qa.parsers.pdf.reading_order import reading_order
from qa.parsers.pdf.running_heads import without_margins
from qa.parsers.pdf.side_text import turned_lines, without_side_text
from qa.parsers.pdf.text_blocks import Block, find_blocks, read_type
from qa.parsers.pdf.text_flow import write_blocks
from qa.parsers.reader_errors import unexpected_error

__all__ = ["read_pdf"]

_MAX_PIECES = 3_000_000  # of all pages; a page of text has 60
_MAX_UNREADABLE = 0.3  # of the letters
_MAX_QUOTES = 5  # of lines that are left out
_DAMAGED = "the file is damaged: open and save it anew"


def read_pdf(data: bytes) -> ParsedContent:
    """The text of a PDF.

    Running headers, footers and page numbers are left out; a paragraph that runs over columns or pages stays
    whole. Headings are those of the bookmarks, and what is set like a heading.

    Raises:
        LoadError: It is damaged, encrypted, has too many pages, or holds pictures without text.
    """
    try:
        return _read_content(data)
    except LoadError:
        raise
    except RecursionError as error:
        raise LoadError("it is nested too deeply") from error
    except MemoryError as error:
        raise LoadError("reading it takes more memory than there is: split it") from error
    # Damage is told by the library's codes, which are asked for where they are: this is a mistake of ours.
    except Exception as error:
        raise unexpected_error(error) from error


def _read_content(data: bytes) -> ParsedContent:
    if not data.strip():
        raise LoadError("it is empty")
    with open_pdf(data) as file:
        pages = _read_pages(file)
        metadata = read_metadata(file, data)
        bookmarks = file.bookmarks()
    body, margin_texts = without_margins(pages)
    sideways, side_texts = without_side_text(pages)
    lines = [reading_order(pieces) for pieces in body]
    face = read_type(lines)
    bookmarks_by_page = mark_bookmarks(bookmarks, lines)
    blocks: list[list[Block]] = []
    for page, page_lines, turned, page_bookmarks in zip(
        pages, lines, sideways, bookmarks_by_page, strict=True
    ):
        page_blocks = find_blocks(page.number, page_lines, page_bookmarks, face)
        for turned_page_lines in turned_lines(turned):
            page_blocks += find_blocks(page.number, turned_page_lines, {}, face)
        blocks.append(page_blocks)
    mark_headings(blocks, face)
    builder = ContentBuilder()
    write_blocks(builder, blocks)
    published, date_notes = _choose_date(pages[0], face.body.size, metadata.published)
    content = builder.build(
        replace(metadata, published=published, title=metadata.title or find_title(lines, face))
    )
    margin_notes = _note_margins([*margin_texts, *side_texts])
    return replace(content, notes=(*_make_notes(pages), *margin_notes, *date_notes))


def _choose_date(page: Page, body_size: float, created: date | None) -> tuple[date | None, tuple[str, ...]]:
    """The day that the first page names, else that on which the file was made, which a note then says."""
    days = find_published(visual_lines(page.pieces), body_size)
    if len(days) == 1:
        return days.pop(), ()
    if created is None or created in days:
        return created, ()
    if days:
        return None, ("its first page names several days: none is taken for that of its publication",)
    return created, (f"its date, {created}, is the day on which the file was made: no other is named",)


def _note_margins(texts: Sequence[str]) -> tuple[str, ...]:
    """What is left out at the edges of pages, in its own words."""
    if not texts:
        return ()
    quotes = [f"“{text if len(text) <= 80 else text[:79] + '…'}”" for text in texts[:_MAX_QUOTES]]
    more = f" and {len(texts) - _MAX_QUOTES} more" if len(texts) > _MAX_QUOTES else ""
    return (f"lines at the edges of its pages are left out: {', '.join(quotes)}{more}",)


def _make_notes(pages: Sequence[Page]) -> tuple[str, ...]:
    """What a reader of the text should know is missing from it."""
    empty = [page.number for page in pages if not page.pieces and not page.sideways]
    pictures = [page.number for page in pages if page.number in empty and page.pictures]
    broken = [page.number for page in pages if page.number in empty and not page.width]
    problems = (
        (pictures, "pictures without text and are left out (OCR is not done)"),
        (broken, "damaged and are left out"),
    )
    return tuple(f"{_describe_pages(numbers)} {problem}" for numbers, problem in problems if numbers)


def _describe_pages(numbers: Sequence[int]) -> str:
    page_list = ", ".join(map(str, numbers[:20])) + (", ..." if len(numbers) > 20 else "")
    return f"{len(numbers)} of its pages ({page_list}) are"


def _read_pages(file: PdfFile) -> list[Page]:
    pages: list[Page] = []
    count = 0
    broken = 0
    for number in range(1, file.page_count + 1):
        page = file.page(number)
        if page is None:
            broken += 1
            page = Page(number, 0.0, 0.0, [], [], False)
        pages.append(page)
        count += len(page.pieces) + len(page.sideways)
        if count > _MAX_PIECES:
            raise LoadError("it holds more text than a document of 5,000 pages: split it")
    if not count:
        raise LoadError(_explain_empty(pages, broken))
    _check_letters(pages)
    return pages


def _explain_empty(pages: Sequence[Page], broken: int) -> str:
    if any(page.pictures for page in pages):
        return (
            "it has no text, its pages are pictures: recognising text in pictures (OCR) is not done, so let "
            "another program do that first"
        )
    return _DAMAGED if broken else "it holds no text"


def _check_letters(pages: Sequence[Page]) -> None:
    """Refuse a file whose fonts do not tell which letters their signs are."""
    total = unreadable = 0
    for page in pages:
        for piece in page.pieces:
            total += len(piece.text)
            # Where a font names no letters, dingbats and private signs come out.
            unreadable += sum(category(letter) in ("So", "Co", "Cn", "Cc") for letter in piece.text)
    if unreadable > _MAX_UNREADABLE * total:
        raise LoadError(
            "its fonts do not tell which letters it shows: export it anew, or have its text recognised (OCR)"
        )
