"""Rows of a table that somebody has written in paragraphs, with tabs between the cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from qa.parsers.content_builder import ContentBuilder, clean
from qa.parsers.office.cell_grids import Cell, put_cells
from qa.parsers.spaced_rows import are_rows
from qa.parsers.xml_elements import child, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Block", "TabbedLine", "count_tabbed", "join_tabbed", "put_tabbed", "split_tabbed"]

_MIN_ROWS = 3
_MIN_TABS = 2

Block = Callable[[ContentBuilder], None]


@dataclass(frozen=True, slots=True)
class TabbedLine:
    """A paragraph with tabs, which is one unless others beside it make it a row of a table."""

    text: str

    def __call__(self, builder: ContentBuilder) -> None:
        """Put it as a paragraph."""
        builder.paragraph(self.text)


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


def put_tabbed(builder: ContentBuilder, rows: Sequence[Sequence[str]]) -> None:
    """Put the cells as a table."""
    put_cells(
        builder, [[Cell(column=column, texts=[text]) for column, text in enumerate(row)] for row in rows]
    )


def join_tabbed(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with paragraphs that have as many tabs each as one table where they are its rows."""
    joined: list[Block] = []
    for tabs, group in groupby(blocks, _tabs_of):
        lines = list(group)
        texts = [line.text for line in lines if isinstance(line, TabbedLine)]
        rows = split_tabbed(texts) if tabs >= _MIN_TABS and len(texts) >= _MIN_ROWS else []
        joined += [partial(put_tabbed, rows=rows)] if rows else lines
    return joined


def _tabs_of(block: Block) -> int:
    return block.text.count("\t") if isinstance(block, TabbedLine) else 0
