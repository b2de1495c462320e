"""From pages of pieces to a text: lines in reading order, blocks, headings, what is left out at the edges."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.parsers.content_builder import ContentBuilder
from qa.parsers.datelines import find_dateline
from qa.parsers.parsed_text import STRUCK_NOTE, ParsedContent
from qa.parsers.pdf.page_lines import visual_lines
from qa.parsers.pdf.page_shapes import Shapes
from qa.parsers.pdf.page_tables import PageLayout, find_page_tables, lay_out_page
from qa.parsers.pdf.pdf_dates import find_published
from qa.parsers.pdf.pdf_headings import mark_bookmarks, mark_headings
from qa.parsers.pdf.pdf_titles import find_title
from qa.parsers.pdf.pdfium_pages import Bookmark, Page
from qa.parsers.pdf.running_heads import without_margins
from qa.parsers.pdf.side_text import turned_lines, without_side_text
from qa.parsers.pdf.table_pages import join_tables
from qa.parsers.pdf.text_blocks import Block, find_blocks, read_type
from qa.parsers.pdf.text_flow import write_blocks
from qa.parsers.pdf.word_pieces import Piece
from qa.schema import Metadata

__all__ = ["write_pages"]

_MAX_QUOTES = 5  # of lines that are left out


def write_pages(
    pages: Sequence[Page], bookmarks: Sequence[Bookmark] = (), metadata: Metadata | None = None
) -> ParsedContent:
    """The text of all pages, with what the first one says of title and day where `metadata` does not.

    Its notes say what is left out at the edges of pages.
    """
    metadata = metadata or Metadata()
    body, margin_texts = without_margins(pages)
    sideways, side_texts = without_side_text(pages)
    layouts = _lay_out(pages, body)
    lines = [layout.lines for layout in layouts]
    face = read_type([layout.all_lines() for layout in layouts])
    bookmarks_by_page = mark_bookmarks(bookmarks, lines)
    blocks: list[list[Block]] = []
    for page, layout, turned, page_bookmarks in zip(pages, layouts, sideways, bookmarks_by_page, strict=True):
        tables = find_page_tables(layout, page.shapes, page_bookmarks, blocks[-1] if blocks else [])
        page_blocks = find_blocks(page.number, layout.lines, page_bookmarks, face, tables)
        for turned_page_lines in turned_lines(turned):
            turned_layout = PageLayout(page.number, turned_page_lines, {})
            tables = find_page_tables(turned_layout, Shapes(), {}, [])
            page_blocks += find_blocks(page.number, turned_page_lines, {}, face, tables)
        blocks.append(page_blocks)
    join_tables(blocks)
    mark_headings(blocks, face)
    builder = ContentBuilder()
    write_blocks(builder, blocks)
    published, date_notes = _choose_date(pages[0], face.body.size, metadata.published)
    content = builder.build(
        replace(metadata, published=published, title=metadata.title or find_title(lines, face))
    )
    struck_notes = (STRUCK_NOTE,) if any(page.has_struck for page in pages) else ()
    margin_notes = _note_margins([*margin_texts, *side_texts])
    return replace(content, notes=(*margin_notes, *struck_notes, *date_notes))


def _lay_out(pages: Sequence[Page], body: Sequence[Sequence[Piece]]) -> list[PageLayout]:
    """The lines of all pages in reading order."""
    layouts: list[PageLayout] = []
    for page, pieces in zip(pages, body, strict=True):
        layouts.append(lay_out_page(page.number, page.shapes, pieces, layouts[-1] if layouts else None))
    return layouts


def _choose_date(page: Page, body_size: float, created: date | None) -> tuple[date | None, tuple[str, ...]]:
    """The day that the first page names, else that on which the file was made, which a note then says."""
    lines = visual_lines(page.pieces)
    days = find_published(lines, body_size)
    if not days and (day := find_dateline("\n".join(line.text for line in lines))):
        days = {day}
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
