"""Tables of HTML: which of them hold data, and their cells with the spans and heads that they state."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.parsers.table_text import GridCell
from qa.parsers.web.table_cells import fold_groups, is_whole_line, join_signs
from qa.parsers.xml_elements import children, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["TableContent", "is_data_table", "is_table", "read_table"]

# A cell that holds these is a part of the page.
_LAYOUT_TAGS = tuple(f"{{*}}{tag}" for tag in "h1 h2 h3 h4 form article section hr".split())
_LONG_CELL_CHARS = 600
_MAX_NESTED_SHARE = 0.5  # of a table's letters that may stand in tables inside its cells
_MAX_SPAN = 1000
_ROLE_TAGS = frozenset("div section ul dl span".split())
_TABLE_ROLES = frozenset(("table", "grid", "treegrid"))
_HEAD_ROLES = frozenset(("columnheader", "rowheader"))
_CELL_ROLES = _HEAD_ROLES | {"cell", "gridcell"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableContent:
    """A table's cells row by row, its captions and its notes; the first `head_rows` of them name columns."""

    rows: tuple[tuple[GridCell, ...], ...]
    head_rows: int
    captions: tuple[str, ...]
    notes: tuple[str, ...]


def is_table(element: "Element", tag: str) -> bool:
    """Whether an element is a table, by its tag or by its role."""
    return tag == "table" or (tag in _ROLE_TAGS and element.get("role") in _TABLE_ROLES)


def is_data_table(table: "Element") -> bool:
    """Whether rows and columns mean something, rather than placing the parts of a page."""
    if table.get("role") in ("presentation", "none"):
        return False
    widths, longest, has_names = [], 0, next(children(table, "caption", "thead"), None) is not None
    inner_chars = sum(map(_count_chars, children(table, "caption")))
    for _, cells in _iterate_rows(table):
        widths.append(len(cells))
        has_names = has_names or any(map(_is_head, cells))
        counts = list(map(_count_chars, cells))
        longest = max(longest, *counts, 0)
        inner_chars += sum(counts)
    chars = _count_chars(table)
    # Text beside the cells would be lost with the rest of the markup that is wrong.
    if not widths or max(widths) < 2 or chars > inner_chars:
        return False
    nested_chars = sum(
        map(_count_chars, (nested for nested in table.iter("{*}table") if nested is not table))
    )
    if has_names:
        return nested_chars <= _MAX_NESTED_SHARE * chars
    is_layout = bool(nested_chars) or next(table.iter(*_LAYOUT_TAGS), None) is not None
    return not is_layout and len(widths) > 1 and longest <= _LONG_CELL_CHARS


def read_table(table: "Element", read: "Callable[[Element], str]") -> TableContent:
    """A table's content, the text of its cells and its caption as `read` gives it.

    A row whose one cell takes the whole width is a caption at the top, a note at the bottom, and between them
    it names the rows below it.
    """
    captions = [text for caption in children(table, "caption") if (text := read(caption))]
    has_heads = any(_is_head(cell) for _, cells in _iterate_rows(table) for cell in cells)
    rows: list[list[GridCell]] = [
        [_read_cell(cell, read, in_head=in_head, has_heads=has_heads) for cell in cells]
        for in_head, cells in _iterate_rows(table)
    ]
    width = max((sum(cell.colspan for cell in row) for row in rows), default=0)
    while len(rows) > 1 and is_whole_line(rows[0], width):
        captions.append(rows.pop(0)[0].text)
    head_rows = 0
    for row in rows:
        is_named = any(cell.is_head for cell in row) and all(cell.is_head or not cell.text for cell in row)
        if not is_named or is_whole_line(row, width):
            break
        head_rows += 1
    notes: list[str] = []
    while len(rows) > head_rows + 1 and is_whole_line(rows[-1], width):
        notes.insert(0, rows.pop()[0].text)
    rows = join_signs(rows, head_rows)
    if head_rows:
        rows = fold_groups(rows, head_rows, width)
    return TableContent(
        rows=tuple(map(tuple, rows)),
        head_rows=head_rows if head_rows < len(rows) else 0,
        captions=tuple(captions),
        notes=tuple(notes),
    )


def _read_cell(
    cell: "Element", read: "Callable[[Element], str]", *, in_head: bool, has_heads: bool
) -> GridCell:
    is_head = in_head or _is_head(cell)
    return GridCell(
        read(cell),
        rowspan=_read_span(cell, "rowspan"),
        colspan=_read_span(cell, "colspan"),
        is_head=is_head if is_head or has_heads else None,
    )


def _is_head(cell: "Element") -> bool:
    return local_name(cell) == "th" or cell.get("role") in _HEAD_ROLES


def _count_chars(element: "Element") -> int:
    return sum(len(text.strip()) for text in element.itertext())


def _is_cell(element: "Element") -> bool:
    return local_name(element) in ("td", "th") or element.get("role") in _CELL_ROLES


def _iterate_rows(table: "Element") -> "Iterator[tuple[bool, list[Element]]]":
    """Whether a row is in the head, and its cells; as they are shown: a foot that stands in front comes last.

    Cells without a row make one up.
    """
    feet: list[Element] = []
    loose_cells: list[Element] = []
    for element in children(table):
        name = local_name(element)
        if name == "tfoot":
            feet.append(element)
        elif name in ("thead", "tbody") or element.get("role") == "rowgroup":
            yield from _iterate_group(element, in_head=name == "thead")
        elif _is_cell(element):
            loose_cells.append(element)
        elif name == "tr" or element.get("role") == "row":
            yield False, [cell for cell in children(element) if _is_cell(cell)]
    if loose_cells:
        yield False, loose_cells
    for foot in feet:
        yield from _iterate_group(foot, in_head=False)


def _iterate_group(group: "Element", *, in_head: bool) -> "Iterator[tuple[bool, list[Element]]]":
    loose_cells: list[Element] = []
    for element in children(group):
        if _is_cell(element):
            loose_cells.append(element)
        elif local_name(element) == "tr" or element.get("role") == "row":
            yield in_head, [cell for cell in children(element) if _is_cell(cell)]
    if loose_cells:
        yield in_head, loose_cells


def _read_span(cell: "Element", name: str) -> int:
    text = (cell.get(name) or cell.get(f"aria-{name}") or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        return 1
    # Of rows 0 stands for all that follow.
    return max(1, min(int(text) or (_MAX_SPAN if name == "rowspan" else 1), _MAX_SPAN))
