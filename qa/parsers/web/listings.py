"""Pages that list others, each entry with its own date: the latest news, notices, search results."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.parsers.content_builder import clean
from qa.parsers.web.html_metadata import read_moment
from qa.parsers.web.markup_blocks import Block
from qa.parsers.web.markup_tables import is_data_table
from qa.parsers.xml_elements import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["find_listing", "order_entries"]

_HEADINGS = tuple(f"{{*}}h{level}" for level in range(1, 7))
_OUTSIDE = frozenset(("nav", "aside", "footer", "head"))
_DATE_CHARS = range(6, 60)
_DIGIT = re.compile(r"\d")
_MIN_ENTRIES = 3
_MIN_NAME_CHARS = 12  # of a link that names an entry, rather than "more"
_MIN_SHARE = 0.5  # of the page's letters that the entries hold
_MAX_ENTRY_SHARE = 0.6  # more is an article, with others beside it
_MAX_DATES = 500


def find_listing(body: "Element") -> "Sequence[Element]":
    """The entries of a listing in their order; none if the page is no listing.

    They are parts of one element, each with one date and with a heading or a link that names it, and
    together they hold most of the text outside menus.
    """
    counts: dict[Element, int] = {}
    dates = _find_dates(body)
    if not _MIN_ENTRIES <= len(dates) <= _MAX_DATES:
        return []
    for date in dates:
        for ancestor in date.iterancestors():
            counts[ancestor] = counts.get(ancestor, 0) + 1
    groups: dict[Element, list[Element]] = {}
    for date in dates:
        entry, parent = date, date.getparent()
        while parent is not None and counts[parent] == 1:
            entry, parent = parent, parent.getparent()
        if parent is not None and _has_name(entry):
            groups.setdefault(parent, []).append(entry)
    entries = max(groups.values(), key=len, default=[])
    if len(entries) < _MIN_ENTRIES:
        return []
    letters = [_count_letters(entry) for entry in entries]
    is_listing = sum(letters) >= _MIN_SHARE * _count_letters(body) and max(letters) <= _MAX_ENTRY_SHARE * sum(
        letters
    )
    return entries if is_listing else []


def _find_dates(body: "Element") -> "list[Element]":
    """The elements that hold a date and nothing else, outside menus and tables."""
    dates: list[Element] = []
    known: dict[Element, bool] = {}
    for element in body.iter():
        tag = element.tag
        if len(dates) > _MAX_DATES or not isinstance(tag, str):
            continue
        is_time = tag.endswith("time") and local_name(element) == "time"
        text = element.text or ""
        if is_time:
            text = element.get("datetime") or clean("".join(element.itertext()))
        elif len(element):
            continue
        if (
            len(text) in _DATE_CHARS
            and _DIGIT.search(text)
            and read_moment(text)
            and not _is_outside(element, known)
        ):
            dates.append(element)
    return dates


def _is_outside(element: "Element", known: "dict[Element, bool]") -> bool:
    """Whether it stands in a menu or a table; `known` holds what was found for the elements above others."""
    is_outside = False
    path: list[Element] = []
    for ancestor in element.iterancestors():
        if ancestor in known:
            is_outside = known[ancestor]
            break
        path.append(ancestor)
        tag = local_name(ancestor).lower()
        if tag in _OUTSIDE or (tag == "table" and is_data_table(ancestor)):
            is_outside = True
            break
    known.update(dict.fromkeys(path, is_outside))
    return is_outside


def _has_name(entry: "Element") -> bool:
    if next(entry.iter(*_HEADINGS), None) is not None:
        return True
    return any(len(clean("".join(link.itertext()))) >= _MIN_NAME_CHARS for link in entry.iter("{*}a"))


def _count_letters(element: "Element") -> int:
    letters = 0
    stack = [element]
    while stack:
        node = stack.pop()
        if node is not element:
            letters += len((node.tail or "").strip())
        tag = local_name(node).lower()
        if tag and tag not in _OUTSIDE and tag not in ("script", "style", "noscript", "template"):
            letters += len((node.text or "").strip())
            stack.extend(node)
    return letters


def order_entries(blocks: Sequence[Block], keep: Sequence[bool], entries: "Sequence[Element]") -> list[Block]:
    """The blocks of the entries and those to keep besides, in order; an entry's heading before its date."""
    places = {entry: place for place, entry in enumerate(entries)}
    ordered: list[Block] = []
    entry_start, last_place = 0, -1
    for block, is_kept in zip(blocks, keep, strict=True):
        place = next(
            (places[each] for each in (block.element, *block.element.iterancestors()) if each in places), -1
        )
        if place != last_place:
            entry_start, last_place = len(ordered), place
        if place >= 0 and block.level and not any(other.level for other in ordered[entry_start:]):
            # Else the date would stand below the heading of the entry before.
            ordered.insert(entry_start, block)
        elif is_kept or block.level == 1 or (place >= 0 and not block.is_around):
            ordered.append(block)
    return ordered
