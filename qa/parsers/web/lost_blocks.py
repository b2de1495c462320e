"""Blocks of a page's main text that were lost inside it: lists, tables, headings, notes."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from qa.parsers.web.markup_blocks import Block
from qa.parsers.web.page_furniture import book_role
from qa.parsers.xml_elements import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["is_linked", "recover_blocks"]

_MAX_LINK_SHARE = 0.4
_MAX_NOTE_DEPTH = 4  # of a note's lines below the element that its mark leads to
_NOTE_START = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]|\[\w{1,3}\]|[*†‡§]|(?:foot)?notes?\b[\s:.]|sources?:", re.IGNORECASE)
_LIST_TAGS = frozenset("li ul ol menu dir dl dd dt".split())


def recover_blocks(root: "Element", blocks: Sequence[Block], keep: list[bool]) -> None:
    """Keep what belongs to the blocks that are kept.

    Between two of them, in the same part of the page: lines, lists and tables; below one: tables, notes, and
    the list that it announces; and headings above each.
    """
    kept_indexes = [index for index, is_kept in enumerate(keep) if is_kept]
    if not kept_indexes:
        return
    parts = [_find_part(block) for block in blocks]
    for before, after in pairwise(kept_indexes):
        for index in range(before + 1, after):
            part = parts[index]
            is_beside = parts[before] is part is parts[after] or _holds_both(
                part, parts[before], parts[after]
            )
            is_table = blocks[index].block_type == "table"
            keep[index] = (is_beside or is_table) and _is_text(blocks[index])
    targets = _find_note_targets(root)
    last_kept: int | None = None
    for index, block in enumerate(blocks):
        if not keep[index] and not is_linked(block):
            is_below = last_kept is not None and parts[index] is parts[last_kept] and not block.is_around
            keep[index] = _is_target(block, targets) or (
                is_below and last_kept is not None and _continues(blocks[last_kept], block)
            )
        if keep[index]:
            last_kept = index
        elif not block.level:
            last_kept = None
    for index in reversed(range(len(blocks) - 1)):
        heading = blocks[index]
        if heading.level and keep[index + 1] and not (keep[index] or heading.is_around):
            keep[index] = index > kept_indexes[0] or heading.level == 1


def is_linked(block: Block) -> bool:
    """Whether it is links for the most part."""
    return block.link_chars >= _MAX_LINK_SHARE * len(block.text)


def _is_text(block: Block) -> bool:
    return not (block.is_around or is_linked(block))


def _find_part(block: Block) -> "Element | None":
    """The part of the page that a block is in: what holds its list, or the boxes that hold nothing else."""
    element = block.element
    while (parent := element.getparent()) is not None:
        is_alone = len(parent) == 1 and not (parent.text or "").strip()
        if not (is_alone or local_name(parent).lower() in _LIST_TAGS):
            break
        element = parent
    return parent


def _holds_both(part: "Element | None", before: "Element | None", after: "Element | None") -> bool:
    """Whether one of two blocks stands in a part itself, and the other in one inside it."""
    if part is None or (before is not part and after is not part):
        return False
    inner = after if before is part else before
    return inner is not None and any(ancestor is part for ancestor in inner.iterancestors())


def _continues(above: Block, block: Block) -> bool:
    """Whether a block that stands below one belongs to it: a table, a note, or the list it announces."""
    if block.block_type == "table" or _NOTE_START.match(block.text):
        return True
    is_list_begun = above.block_type == "item" and block.element.getparent() is above.element.getparent()
    return block.block_type == "item" and (is_list_begun or above.text.endswith(":"))


def _is_target(block: Block, targets: set[str]) -> bool:
    return bool(targets) and any(
        element.get("id") in targets for element in islice(_ancestry(block.element), _MAX_NOTE_DEPTH)
    )


def _find_note_targets(root: "Element") -> set[str]:
    """The ids that raised links and links to notes lead to."""
    targets: set[str] = set()
    for link in root.iter("{*}a"):
        href = link.get("href") or ""
        if not href.startswith("#") or len(href) < 2:
            continue
        is_mark = (
            book_role(link) == "noteref"
            or local_name(link.getparent()) == "sup"
            or next(link.iter("{*}sup"), None) is not None
        )
        if is_mark:
            targets.add(href[1:])
    return targets


def _ancestry(element: "Element") -> "Iterator[Element]":
    yield element
    yield from element.iterancestors()
