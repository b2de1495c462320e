"""Rows of a table that somebody has written in paragraphs of Word, with tabs between the cells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.parsers.content_builder import clean
from qa.parsers.spaced_rows import are_rows
from qa.parsers.xml_elements import child, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["count_tabbed", "split_tabbed"]

_MIN_ROWS = 3
_MIN_TABS = 2


def count_tabbed(blocks: "Sequence[Element]", start: int) -> int:
    """How many paragraphs from one on have as many tabs as it, enough of both for a table; else 0."""
    tabs = _count_tabs(blocks[start])
    if tabs < _MIN_TABS:
        return 0
    end = start + 1
    while end < len(blocks) and _count_tabs(blocks[end]) == tabs:
        end += 1
    return end - start if end - start >= _MIN_ROWS else 0


def _count_tabs(block: "Element") -> int:
    """The tabs between a paragraph's letters; 0 for an item of a list, and for what is no paragraph."""
    if local_name(block) != "p" or child(child(block, "pPr"), "numPr") is not None:
        return 0
    return sum(local_name(tab.getparent()) == "r" for tab in block.iter("{*}tab"))


def split_tabbed(texts: Sequence[str]) -> list[list[str]]:
    """The cells of paragraphs with tabs; none unless each has two at least, and a column holds figures."""
    rows = [[clean(cell) for cell in text.split("\t")] for text in texts]
    return rows if are_rows(rows) else []
