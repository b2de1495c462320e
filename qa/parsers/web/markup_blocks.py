"""Trees of HTML and XHTML to blocks: headings, paragraphs, items and tables in reading order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.raised_text import lower_text, raise_text
from qa.parsers.spaced_rows import split_spaced
from qa.parsers.table_text import GridCell, put_table
from qa.parsers.web.markup_tables import TableContent, is_data_table, is_table, read_table
from qa.parsers.web.page_furniture import (
    BLOCK_TAGS,
    UNREAD_TAGS,
    PageFurniture,
    Place,
    book_role,
    is_left_out,
)
from qa.parsers.web.table_cells import join_blocks, join_lines
from qa.parsers.xml_elements import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Block", "blocks_of", "page_blocks", "put_blocks"]

_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
_INLINE_IN_HEADINGS = frozenset("div hgroup center".split())  # there they are no blocks of their own
_ANCHORS = ("#", "¶", "§")  # links of headings to themselves
_MAX_RAISED_CHARS = 40  # more is text that someone set small
_LINE_BREAK = "\x0c"  # white space, should it stay
_MAX_FIGURE_DEPTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading (`level` 1 to 6), a paragraph, an item (`marker`), or a table (`table`).

    `text` is the whole text, of a table its cells in order; `link_chars` of it are links. `element` holds it.
    `is_around` says that it seems to stand around a page's text.
    """

    block_type: str
    text: str
    element: Any = field(repr=False)
    level: int = 0
    marker: str = ""
    table: TableContent | None = None
    caption: str = ""
    link_chars: int = 0
    is_around: bool = False


def put_blocks(builder: ContentBuilder, blocks: Iterable[Block]) -> None:
    """Add blocks to a text; the tables with their column names."""
    for block in blocks:
        if block.block_type == "heading":
            builder.heading(block.text, block.level)
        elif block.block_type == "item":
            builder.item(block.text, block.marker)
        elif block.table is not None:
            _put_table(builder, block.table, block.caption)
        else:
            builder.paragraph(block.text)


def _put_table(builder: ContentBuilder, table: TableContent, caption: str) -> None:
    for line in table.captions:
        builder.paragraph(line)
    caption = ". ".join((*table.captions, *([caption] if caption else ())))
    put_table(builder, table.rows, head_rows=table.head_rows, caption=caption, notes=table.notes)
    for note in table.notes:
        builder.paragraph(note)


def blocks_of(root: "Element") -> list[Block]:
    """Everything that shows, in order."""
    return _BlockCollector(root).blocks


def page_blocks(body: "Element") -> tuple[list[Block], bool]:
    """The blocks of a web page but for menus and banners, and whether anything stands around its text."""
    furniture = PageFurniture(body)
    blocks = _BlockCollector(body, furniture).blocks
    return blocks, furniture.is_present


class _BlockCollector:
    """One pass over a tree, without recursion: pages are nested to any depth."""

    def __init__(
        self, root: "Element", furniture: PageFurniture | None = None, *, is_cell: bool = False
    ) -> None:
        self.blocks: list[Block] = []
        self._root = root
        self._furniture = furniture
        self._is_cell = is_cell
        self._around: Element | None = None
        self._owners: list[Element] = [root]
        self._texts: list[str] = []
        self._link_chars = 0
        self._open_links = 0
        self._open_pre = 0
        self._line_breaks = 0  # since the last letter
        self._marker = ""
        self._term = ""
        self._item_numbers: list[int | None] = []
        # An element with its tag, once it is open.
        stack: list[tuple[Element, str]] = [(root, "")]
        while stack:
            element, open_tag = stack.pop()
            if open_tag:
                self._close(element, open_tag)
            elif (
                (tag := local_name(element).lower())
                and self._enter(element, tag)
                and self._open(element, tag)
            ):
                stack.append((element, tag))
                stack.extend([(child, "") for child in reversed(element)])
                continue
            if element is not root:
                self._add(element.tail)
        self._flush()
        self._end_term()

    # What stays out -----------------------------------------------------------------------------

    def _enter(self, element: "Element", tag: str) -> bool:
        """Whether an element is read at all; remembers where what stands around the text begins."""
        if element is self._root:
            return True
        if tag == "a" and (element.text or "").strip() in _ANCHORS:
            return False
        if element.keys() and book_role(element) == "pagebreak":
            return False
        if tag == "button":
            # The heads of parts that fold out.
            return local_name(self._owners[-1]).lower() in (*_HEADING_LEVELS, "summary")
        if self._furniture is None or self._around is not None:
            return not is_left_out(element, tag)
        if tag in UNREAD_TAGS:
            return False
        place = self._furniture.place(element, tag)
        if place is Place.AROUND:
            self._flush()
            self._around = element
        return place is not Place.LEFT_OUT

    # Elements -----------------------------------------------------------------------------------

    def _open(self, element: "Element", tag: str) -> bool:
        """Begin an element; False if it is done with."""
        if self._add_raised(element, tag):
            return False
        if tag == "br":
            self._add_break()
        elif tag == "a":
            self._open_links += 1
        if self._is_block(element, tag):
            self._flush()
            if is_table(element, tag) and is_data_table(element):
                self._put_table(element)
                return False
            self._owners.append(element)
            self._begin_block(element, tag)
        self._add(element.text)
        return True

    def _begin_block(self, element: "Element", tag: str) -> None:
        if tag in ("ol", "ul", "menu", "dir"):
            start = _parse_number(element.get("start"), 1) if tag == "ol" else None
            self._item_numbers.append(start)
        elif tag == "li":
            self._marker = "-"
            if self._item_numbers and (number := self._item_numbers[-1]) is not None:
                number = _parse_number(element.get("value"), number)
                self._marker, self._item_numbers[-1] = f"{number}.", number + 1
        elif tag == "pre":
            self._open_pre += 1

    def _close(self, element: "Element", tag: str) -> None:
        if tag == "a":
            self._open_links -= 1
        if element is self._around:
            self._flush()
            self._around = None
        if self._owners[-1] is not element or element is self._root:
            return
        self._flush()
        self._owners.pop()
        if tag in ("ol", "ul", "menu", "dir") and self._item_numbers:
            self._item_numbers.pop()
        elif tag == "li":
            self._marker = ""
        elif tag == "pre":
            self._open_pre -= 1
        elif tag == "dl":
            self._end_term()

    def _is_block(self, element: "Element", tag: str) -> bool:
        if element is self._root or tag not in BLOCK_TAGS:
            return False
        is_in_heading = local_name(self._owners[-1]).lower() in _HEADING_LEVELS
        return not (is_in_heading and tag in _INLINE_IN_HEADINGS)

    def _add_raised(self, element: "Element", tag: str) -> bool:
        """Add text that is raised or lowered, if the element sets it so."""
        if tag not in ("sup", "sub") and not (tag == "a" and book_role(element) == "noteref"):
            return False
        text = clean("".join(element.itertext()))
        if len(text) > _MAX_RAISED_CHARS:
            return False
        before = next((piece for piece in reversed(self._texts) if piece), "")
        self._add_text(lower_text(text, before) if tag == "sub" else raise_text(text, before))
        return True

    # Text ---------------------------------------------------------------------------------------

    def _add(self, text: str | None) -> None:
        if not text:
            return
        if self._open_pre:
            first, *rest = re.split(r"\n[ \t\r]*\n", text)
            self._add_text(first)
            for piece in rest:
                self._flush()
                self._add_text(piece)
        else:
            self._add_text(text)

    def _add_text(self, text: str) -> None:
        if not text.isspace():
            self._line_breaks = 0
            if self._open_links > 0:
                self._link_chars += len(text.strip())
        self._texts.append(text)

    def _add_break(self) -> None:
        """A break is a space, two of them end the paragraph."""
        self._line_breaks += 1
        if self._line_breaks > 1:
            self._flush()
        self._texts.append(_LINE_BREAK if self._is_cell else " ")

    def _flush(self) -> None:
        if not self._texts:
            return
        text, link_chars = "".join(self._texts), self._link_chars
        if self._open_pre and self._put_columns(text):
            return
        text = join_lines(text.split(_LINE_BREAK)) if self._is_cell else clean(text)
        self._texts.clear()
        self._link_chars = 0
        if not text:
            return
        owner = self._owners[-1]
        tag = local_name(owner).lower()
        level = _HEADING_LEVELS.get(tag, 0)
        if not level and owner.get("role") == "heading":
            level = min(6, max(1, _parse_number(owner.get("aria-level"), 2)))
        if tag == "dt":
            self._end_term()
            self._term = text
            return
        if tag == "dd" and self._term:
            text = f"{self._term}{'' if self._term.endswith(':') else ':'} {text}"
            self._term, self._marker = "", "-"
        self._end_term()
        if level:
            self._put("heading", text, owner, level=level, link_chars=link_chars)
        elif self._marker:
            self._put("item", text, owner, marker=self._marker, link_chars=link_chars)
        else:
            self._put("paragraph", text, owner, link_chars=link_chars)
        self._marker = ""

    def _put_columns(self, text: str) -> bool:
        """Put preformatted lines whose words stand under each other as a table; False if they don't."""
        rows = split_spaced(text.split("\n"))
        if rows:
            self._texts.clear()
            self._link_chars = 0
            self._end_term()
            cells = tuple(tuple(map(GridCell, row)) for row in rows)
            table = TableContent(rows=cells, head_rows=0, captions=(), notes=())
            self._put("table", clean(text), self._owners[-1], table=table)
        return bool(rows)

    def _end_term(self) -> None:
        """A term without a description is a paragraph."""
        if self._term:
            term, self._term = self._term, ""
            self._put("paragraph", term, self._owners[-1])

    def _put_table(self, element: "Element") -> None:
        table = read_table(element, _read_cell)
        texts = [*table.captions, *(cell.text for row in table.rows for cell in row), *table.notes]
        if text := clean(" ".join(texts)):
            link_chars = sum(_count_letters(link.itertext()) for link in element.iter("{*}a"))
            caption = _find_figure_caption(element)
            self._put("table", text, element, table=table, caption=caption, link_chars=link_chars)

    def _put(self, block_type: str, text: str, element: "Element", **fields: Any) -> None:
        is_around = self._around is not None
        self.blocks.append(
            Block(block_type=block_type, text=text, element=element, is_around=is_around, **fields)
        )


# Cells of tables ------------------------------------------------------------------------------------


def _read_cell(cell: "Element") -> str:
    """The text of a cell: its blocks and the rows of a table inside it one after another, told apart."""
    if not len(cell):
        return clean(cell.text or "")
    texts: list[str] = []
    for block in _BlockCollector(cell, is_cell=True).blocks:
        if block.table is None:
            texts.append(block.text)
        else:
            rows = (clean(" ".join(cell.text for cell in row)) for row in block.table.rows)
            texts += [*block.table.captions, *rows, *block.table.notes]
    return join_blocks([text for text in texts if text], is_head=local_name(cell) in ("th", "caption"))


def _find_figure_caption(table: "Element") -> str:
    """The caption of the figure that a table is; it stands in the text by itself."""
    for number, ancestor in enumerate(table.iterancestors()):
        if local_name(ancestor) == "figure":
            caption = next(ancestor.iter("{*}figcaption"), None)
            return "" if caption is None else _read_cell(caption)
        if number >= _MAX_FIGURE_DEPTH:
            break
    return ""


def _parse_number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text.strip(), re.ASCII) else default


def _count_letters(texts: Iterable[str]) -> int:
    return sum(len(text.strip()) for text in texts)
