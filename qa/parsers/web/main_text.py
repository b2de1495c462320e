"""The main text of a web page: the blocks that trafilatura takes for it, and what goes with them."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.parsers.web.listings import order_entries
from qa.parsers.web.lost_blocks import is_linked, recover_blocks
from qa.parsers.web.markup_blocks import Block, page_blocks
from qa.parsers.web.word_alignment import cover_blocks

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["MainText", "find_main_text"]

_MAX_ELEMENTS = 20_000  # for the search for the main text
_FEW_ELEMENTS = 2000
_MAX_DEPTH = 200
_MAX_DEPTHS = 600_000  # of all elements; trafilatura looks from each at those above it
_RESULT_BLOCKS = frozenset(("head", "p", "item", "cell", "quote", "code", "ab", "row", "table", "list"))
_UNUSED_TAGS = tuple(f"{{*}}{tag}" for tag in "style svg link nav select iframe textarea template".split())
_MIN_LINKED_BLOCKS = 3
_MAX_PAGE_LINK_SHARE = 0.2
# A main text of fewer characters must hold this share of what can be text. More is an article, however long
# what readers wrote below it.
_TOO_LITTLE = ((600, 0.2), (200, 0.5))


_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MainText:
    """The blocks of a page's main text in order, and lines about what was left out of it."""

    blocks: list[Block]
    notes: tuple[str, ...] = ()


def find_main_text(root: "Element", body: "Element", entries: "Sequence[Element]") -> MainText:
    """The main text of a page that lists these entries, or none.

    A page around whose text nothing stands is read whole; so is what can be text if none is found, or too
    little.
    """
    blocks, has_furniture = page_blocks(body)
    proper_blocks = [block for block in blocks if not block.is_around] or blocks
    if not (has_furniture or _has_link_lists(blocks)):
        return MainText(proper_blocks)
    texts = _extract_main_texts(root)
    if not texts:
        return MainText(proper_blocks)
    keep = cover_blocks(blocks, texts)
    if entries:
        return MainText(order_entries(blocks, keep, entries))
    recover_blocks(root, blocks, keep)
    main_blocks = [block for block, is_kept in zip(blocks, keep, strict=True) if is_kept]
    chars, all_chars = _count_chars(main_blocks), _count_chars(proper_blocks)
    if any(chars < few_chars and chars < share * all_chars for few_chars, share in _TOO_LITTLE):
        return MainText(proper_blocks)
    return MainText(main_blocks, _describe_rest(blocks, keep))


def _has_link_lists(blocks: Sequence[Block]) -> bool:
    """Whether there are lines of links: menus, teasers."""
    linked_blocks = [block for block in blocks if is_linked(block)]
    link_chars = sum(block.link_chars for block in blocks)
    return len(linked_blocks) >= _MIN_LINKED_BLOCKS or link_chars > _MAX_PAGE_LINK_SHARE * sum(
        len(block.text) for block in blocks
    )


def _describe_rest(blocks: Sequence[Block], keep: Sequence[bool]) -> tuple[str, ...]:
    """A line about what might be text and was left out."""
    kept = [index for index, is_kept in enumerate(keep) if is_kept]
    inside = range(kept[0], kept[-1]) if kept else range(0)
    # What says that it stands beside the text, but stands in the middle of it, may be a part of it.
    rest = [
        block
        for index, (block, is_kept) in enumerate(zip(blocks, keep, strict=True))
        if not (is_kept or is_linked(block))
        and (not block.is_around or (index in inside and not block.level))
    ]
    if not rest:
        return ()
    chars = sum(len(block.text) for block in rest)
    count = "1 passage" if len(rest) == 1 else f"{len(rest)} passages"
    return (f"left out as standing around the main text: {count}, {chars:,} characters",)


def _count_chars(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) - block.link_chars for block in blocks)


# What trafilatura finds -----------------------------------------------------------------------------


def _extract_main_texts(root: "Element") -> list[str]:
    """The texts that trafilatura takes for the article, block by block; none if it finds none.

    Takes menus, scripts and styles out of the page.
    """
    if not _is_manageable(root):
        return []
    # About 0.2 s to import.
    from lxml import etree, html
    from trafilatura import bare_extraction

    # It tells of every page without an article.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    # What it takes out first anyway: it copies the page several times.
    etree.strip_elements(root, *_UNUSED_TAGS, with_tail=False)
    for script in root.iter("{*}script"):
        if "json" not in (script.get("type") or ""):
            script.text = None
    source = etree.tostring(root, encoding="utf-8", method="html")
    tree = html.document_fromstring(source, parser=html.HTMLParser(encoding="utf-8"))
    for cell in tree.iter("td", "th"):
        # It writes spans out, to any number of cells.
        for span in ("colspan", "rowspan"):
            cell.attrib.pop(span, None)
    try:
        extraction = bare_extraction(tree, include_comments=False, include_tables=True)
    # It raises what its parts raise; the page is read without it then.
    except Exception:
        _logger.warning("the main text of a page was not looked for", exc_info=True)
        return []
    body = getattr(extraction, "body", None)
    return [] if body is None else list(_iterate_block_texts(body))


def _iterate_block_texts(body: "Element") -> Iterator[str]:
    """The text of each block of the result, without those of the blocks inside it, in order."""
    from lxml import etree

    texts: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        is_block = element.tag in _RESULT_BLOCKS
        if is_block and texts:
            yield "".join(texts)
            texts = []
        if (text := element.text if event == "start" else element.tail) is not None:
            texts.append(text)
        if element.tag == "lb":
            texts.append(" ")
    yield "".join(texts)


def _is_manageable(root: "Element") -> bool:
    if root.xpath("count(//*)") <= _FEW_ELEMENTS:
        return True
    count = depths = 0
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        count += 1
        depths += depth
        if depth > _MAX_DEPTH or count > _MAX_ELEMENTS or depths > _MAX_DEPTHS:
            return False
        stack.extend((child, depth + 1) for child in element)
    return True
