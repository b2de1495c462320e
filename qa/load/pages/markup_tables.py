"""Tables of HTML: which of them hold data, and their cells with spans written out."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from qa.load.xml import children, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["is_data_table", "table_cells"]

_MAX_COLUMNS = 200
_MAX_CELLS = 300_000
# A cell that holds these is a part of the page.
_PARTS = tuple(f"{{*}}{tag}" for tag in ("table", "h1", "h2", "h3", "h4", "form", "article", "section", "hr"))
_LONG_CELL_CHARS = 600


def is_data_table(table: "Element") -> bool:
    """Whether rows and columns mean something, rather than placing the parts of a page."""
    if table.get("role") in ("presentation", "none"):
        return False
    if next((one for one in table.iter(*_PARTS) if one is not table), None) is not None:
        return False
    widths, longest, named = [], 0, False
    for row in _rows(table):
        cells = list(children(row, "td", "th"))
        widths.append(len(cells))
        named = named or any(local_name(one) == "th" for one in cells)
        longest = max(longest, *(sum(map(len, one.itertext())) for one in cells), 0)
    if not widths or max(widths) < 2:
        return False
    return named or (len(widths) > 1 and longest <= _LONG_CELL_CHARS)


def table_cells(table: "Element", read: "Callable[[Element], str]") -> tuple[list[str], list[list[str]], int]:
    """Its captions, its rows, and how many of these are column names (0: not marked).

    A cell over several rows stands in each of them; one over several columns in each where it is a name, else
    in the first.
    """
    captions = [text for one in children(table, "caption") if (text := read(one))]
    rows: list[list[str]] = []
    held: dict[int, tuple[int, str]] = {}  # column -> rows left, text
    head_rows, count = 0, 0
    for row in _rows(table):
        cells = list(children(row, "td", "th"))
        in_head = local_name(row.getparent()) == "thead"
        is_head = (
            bool(cells)
            and (in_head or all(local_name(one) == "th" for one in cells))
            and len(rows) == head_rows
        )
        line: list[str] = []
        for cell in cells:
            _hold(line, held)
            text, across, down = read(cell), _span(cell, "colspan"), _span(cell, "rowspan")
            for at in range(min(across, _MAX_COLUMNS - len(line))):
                shown = text if at == 0 or local_name(cell) == "th" or is_head else ""
                if down > 1:
                    held[len(line)] = (down - 1, shown)
                line.append(shown)
        _hold(line, held)
        count += len(line)
        if count > _MAX_CELLS:
            held.clear()
        if is_head and any(line):
            head_rows += 1
        if any(line):
            rows.append(line)
    return captions, rows, head_rows


def _hold(line: list[str], held: dict[int, tuple[int, str]]) -> None:
    """Put what reaches down from the rows above."""
    while (here := held.get(len(line))) is not None:
        left, text = here
        if left > 1:
            held[len(line)] = (left - 1, text)
        else:
            del held[len(line)]
        line.append(text)


def _rows(table: "Element") -> "Iterator[Element]":
    for one in children(table, "tr", "thead", "tbody", "tfoot"):
        if local_name(one) == "tr":
            yield one
        else:
            yield from children(one, "tr")


def _span(cell: "Element", name: str) -> int:
    text = (cell.get(name) or "").strip()
    return max(1, min(int(text), 1000)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
