"""Tables of HTML: which of them hold data, and their cells with spans written out."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from qa.parsers.xml_elements import children, local_name

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["is_data_table", "table_cells"]

_MAX_COLUMNS = 200
_MAX_CELLS = 300_000
# A cell that holds these is a part of the page.
_LAYOUT_TAGS = tuple(
    f"{{*}}{tag}" for tag in ("table", "h1", "h2", "h3", "h4", "form", "article", "section", "hr")
)
_LONG_CELL_CHARS = 600


def is_data_table(table: "Element") -> bool:
    """Whether rows and columns mean something, rather than placing the parts of a page."""
    if table.get("role") in ("presentation", "none"):
        return False
    if next((element for element in table.iter(*_LAYOUT_TAGS) if element is not table), None) is not None:
        return False
    widths, longest, has_names = [], 0, False
    for row in _iterate_rows(table):
        cells = list(children(row, "td", "th"))
        widths.append(len(cells))
        has_names = has_names or any(local_name(cell) == "th" for cell in cells)
        longest = max(longest, *(sum(map(len, cell.itertext())) for cell in cells), 0)
    if not widths or max(widths) < 2:
        return False
    return has_names or (len(widths) > 1 and longest <= _LONG_CELL_CHARS)


def table_cells(table: "Element", read: "Callable[[Element], str]") -> tuple[list[str], list[list[str]], int]:
    """Its captions, its rows, and how many of these are column names (0: not marked).

    A cell over several rows stands in each of them; one over several columns in each where it is a name, else
    in the first.
    """
    captions = [text for caption in children(table, "caption") if (text := read(caption))]
    rows: list[list[str]] = []
    row_spans: dict[int, tuple[int, str]] = {}  # column -> rows left, text
    head_rows, cell_count = 0, 0
    for row in _iterate_rows(table):
        cells = list(children(row, "td", "th"))
        in_head = local_name(row.getparent()) == "thead"
        is_head = (
            bool(cells)
            and (in_head or all(local_name(cell) == "th" for cell in cells))
            and len(rows) == head_rows
        )
        row_texts: list[str] = []
        for cell in cells:
            _fill_row_spans(row_texts, row_spans)
            text, colspan, rowspan = read(cell), _read_span(cell, "colspan"), _read_span(cell, "rowspan")
            for offset in range(min(colspan, _MAX_COLUMNS - len(row_texts))):
                cell_text = text if offset == 0 or local_name(cell) == "th" or is_head else ""
                if rowspan > 1:
                    row_spans[len(row_texts)] = (rowspan - 1, cell_text)
                row_texts.append(cell_text)
        _fill_row_spans(row_texts, row_spans)
        cell_count += len(row_texts)
        if cell_count > _MAX_CELLS:
            row_spans.clear()
        if is_head and any(row_texts):
            head_rows += 1
        if any(row_texts):
            rows.append(row_texts)
    return captions, rows, head_rows


def _fill_row_spans(row_texts: list[str], row_spans: dict[int, tuple[int, str]]) -> None:
    """Put what reaches down from the rows above."""
    while (span := row_spans.get(len(row_texts))) is not None:
        rows_left, text = span
        if rows_left > 1:
            row_spans[len(row_texts)] = (rows_left - 1, text)
        else:
            del row_spans[len(row_texts)]
        row_texts.append(text)


def _iterate_rows(table: "Element") -> "Iterator[Element]":
    for element in children(table, "tr", "thead", "tbody", "tfoot"):
        if local_name(element) == "tr":
            yield element
        else:
            yield from children(element, "tr")


def _read_span(cell: "Element", name: str) -> int:
    text = (cell.get(name) or "").strip()
    return max(1, min(int(text), 1000)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
