"""Trees of HTML and XHTML to blocks: headings, paragraphs, items and tables in reading order."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.table_text import put_table
from qa.parsers.web.markup_tables import is_data_table, table_cells
from qa.parsers.xml_elements import attribute, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Block", "blocks_of", "put_blocks"]

# Never text that is read.
_SKIPPED_TAGS = frozenset(
    """head script style noscript template svg math iframe object embed applet audio video canvas map button
    select textarea input datalist progress meter dialog nav rp rt""".split()
)
# Around the text of a web page, not part of it.
_BOILERPLATE_TAGS = frozenset(("aside", "footer", "menu"))
_BOILERPLATE_ROLES = frozenset(
    "navigation complementary contentinfo search dialog alertdialog menu menubar".split()
)
_BOILERPLATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|shar(?:e|ing)|social|related|newsletter|comments|advert\w*"
    r"|promo|skip-?(?:link|to\w*|nav\w*)|sr-only|visually-?hidden|site-?(?:header|nav|footer))(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADING_LEVELS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_TAGS = frozenset(
    """address article aside blockquote body caption center dd details dir div dl dt fieldset
    figcaption figure footer form header hgroup hr html legend li main menu ol optgroup option p pre
    section summary table tbody td tfoot th thead tr ul""".split()
) | frozenset(_HEADING_LEVELS)
_INLINE_IN_HEADINGS = frozenset("div hgroup center".split())  # there they are no blocks of their own
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_ANCHORS = ("#", "¶", "§")  # links of headings to themselves
_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|[a-z*†‡]|note \d+)[\])]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading (`level` 1 to 6), a paragraph, an item (`marker`), or a table (`rows`).

    `text` is the whole text, of a table its cells in order; `link_chars` of it are links, and the first
    `head_rows` of the rows are column names. `element` holds it.
    """

    block_type: str
    text: str
    element: Any = field(repr=False)
    level: int = 0
    marker: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    head_rows: int = 0
    link_chars: int = 0


def put_blocks(builder: ContentBuilder, blocks: Iterable[Block]) -> None:
    """Add blocks to a text; the tables with their column names."""
    for block in blocks:
        if block.block_type == "heading":
            builder.heading(block.text, block.level)
        elif block.block_type == "item":
            builder.item(block.text, block.marker)
        elif block.block_type == "table":
            put_table(builder, block.rows, head_rows=block.head_rows)
        else:
            builder.paragraph(block.text)


def blocks_of(root: "Element", *, page: bool = False) -> list[Block]:
    """Everything that shows, in order; of a web page without what stands around its text."""
    return _BlockCollector(root, page=page).blocks


class _BlockCollector:
    """One pass over a tree, without recursion: pages are nested to any depth."""

    def __init__(self, root: "Element", *, page: bool) -> None:
        self.blocks: list[Block] = []
        self._root = root
        self._is_page = page
        self._owners: list[Element] = [root]
        self._texts: list[str] = []
        self._link_chars = 0
        self._open_links = 0
        self._open_pre = 0
        self._line_breaks = 0  # since the last letter
        self._in_form = False
        self._marker = ""
        self._term = ""
        self._item_numbers: list[int | None] = []
        stack: list[tuple[Element, bool]] = [(root, False)]
        while stack:
            element, is_end = stack.pop()
            if is_end:
                self._close(element)
            elif not isinstance(element.tag, str):
                pass
            elif (element is root or not self._is_left_out(element)) and self._open(element):
                stack.append((element, True))
                stack.extend((child, False) for child in reversed(element))
                continue
            if element is not root:
                self._add(element.tail)
        self._flush()
        self._end_term()

    # What stays out -----------------------------------------------------------------------------

    def _is_left_out(self, element: "Element") -> bool:
        tag = local_name(element).lower()
        if tag in _SKIPPED_TAGS or attribute(element, "type") == "noteref":
            return True
        if tag == "a" and (element.text or "").strip() in _ANCHORS:
            return True
        if element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return True
        if (style := element.get("style")) and _HIDDEN.search(style):
            return True
        if tag == "sup" and _NOTE_MARK.fullmatch(clean("".join(element.itertext()))):
            # The mark of a note, not a power.
            return next(element.iter("{*}a"), None) is not None
        return self._is_page and self._is_boilerplate(element, tag)

    def _is_boilerplate(self, element: "Element", tag: str) -> bool:
        """Whether it stands around a page's text."""
        if tag in ("html", "body", "main", "article"):
            return False
        if tag in _BOILERPLATE_TAGS or element.get("role") in _BOILERPLATE_ROLES:
            return True
        if tag == "header" or element.get("role") == "banner":
            return not any(
                local_name(ancestor) in ("article", "main") for ancestor in element.iterancestors()
            ) and _lacks(element, "h1")
        if tag == "form" and not self._in_form:
            # Some systems wrap the whole page in a form.
            self._in_form = not _is_small(element, self._root)
            return not self._in_form
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        return (
            len(names) > 4
            and bool(_BOILERPLATE_NAMES.search(names))
            and _lacks(element, "h1", "main", "article")
        )

    # Elements -----------------------------------------------------------------------------------

    def _open(self, element: "Element") -> bool:
        """Begin an element; False if it is done with."""
        tag = local_name(element).lower()
        if tag == "br":
            self._add_break()
        elif tag == "a":
            self._open_links += 1
        elif tag == "sup" and len(element) == 0 and (power := self._read_power(element)):
            self._texts.append(power)
            return False
        if self._is_block(element, tag):
            self._flush()
            if tag == "table" and is_data_table(element):
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

    def _close(self, element: "Element") -> None:
        tag = local_name(element).lower()
        if tag == "a":
            self._open_links -= 1
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
        if element is self._root or tag not in _BLOCK_TAGS:
            return False
        is_in_heading = local_name(self._owners[-1]).lower() in _HEADING_LEVELS
        return not (is_in_heading and tag in _INLINE_IN_HEADINGS)

    def _read_power(self, element: "Element") -> str:
        text = clean(element.text or "")
        preceding = next((piece for piece in reversed(self._texts) if piece), "")
        is_power = preceding[-1:].isalnum() and text and not text.strip("0123456789+-−")
        return text.translate(_SUPERSCRIPT) if is_power else ""

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
                self._link_chars += len(clean(text))
        self._texts.append(text)

    def _add_break(self) -> None:
        """A break is a space, two of them end the paragraph."""
        self._line_breaks += 1
        if self._line_breaks > 1:
            self._flush()
        self._texts.append(" ")

    def _flush(self) -> None:
        text, link_chars = clean("".join(self._texts)), self._link_chars
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

    def _end_term(self) -> None:
        """A term without a description is a paragraph."""
        if self._term:
            term, self._term = self._term, ""
            self._put("paragraph", term, self._owners[-1])

    def _put_table(self, element: "Element") -> None:
        captions, rows, head_rows = table_cells(element, self._read_cell)
        for caption in captions:
            self._put("paragraph", caption, element)
        if text := clean(" ".join(cell for row in rows for cell in row)):
            self._put("table", text, element, rows=tuple(map(tuple, rows)), head_rows=head_rows)

    def _read_cell(self, element: "Element") -> str:
        return " ".join(block.text for block in _BlockCollector(element, page=self._is_page).blocks)

    def _put(self, block_type: str, text: str, element: "Element", **fields: Any) -> None:
        self.blocks.append(Block(block_type=block_type, text=text, element=element, **fields))


def _parse_number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text.strip(), re.ASCII) else default


def _lacks(element: "Element", *tags: str) -> bool:
    return next(element.iter(*(f"{{*}}{tag}" for tag in tags)), None) is None


def _is_small(element: "Element", root: "Element") -> bool:
    """Whether it has less than half of all text."""
    return 2 * _count_letters(element.itertext()) < _count_letters(root.itertext())


def _count_letters(texts: Iterator[str] | Sequence[str]) -> int:
    return sum(len(text.strip()) for text in texts)
