"""The text of a document as blocks for the page, in which every character has its place."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from qa.chunking import headings
from qa.chunking.markdown_layout import Block, Run, layout_inline, layout_markdown
from qa.schema import Document, Span, Table, TableCell

__all__ = ["Marks", "build_blocks", "find_quoted_table", "pieces_of_rows"]

_MAX_ROWS = 300  # of a table that is drawn as one
_CAPTION_CHARS = 400  # before a table, where its caption may stand
# A plain text that is longer does without the headings that would have to be told from its lines.
_MAX_UNSTRUCTURED_CHARS = 200_000

# {"type", "runs" or "blocks", "level"}; of a table with its "rows" of cells.
BlockView = dict[str, Any]
# {"text", "style", "mark", "page"}, without what is empty; "page" is one that begins with the run.
RunView = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Marks:
    """The words to mark, and those in them that answer."""

    quote: Span | None = None
    answer: Span | None = None

    def of(self, start: int, end: int) -> str:
        """The mark of characters of which some may be marked: "answer", "quote" or ""."""
        if self.quote is None:
            return ""
        if self.answer and start < self.answer.end and self.answer.start < end:
            return "answer"
        return "quote" if start < self.quote.end and self.quote.start < end else ""

    @property
    def cuts(self) -> list[int]:
        """Where a mark begins or ends."""
        return [offset for span in (self.quote, self.answer) if span for offset in (span.start, span.end)]


def build_blocks(document: Document, start: int, end: int, marks: Marks) -> list[BlockView]:
    """The blocks of `text[start:end]`; the texts of their runs and cells, in order, join to exactly that."""
    return list(_Builder(document, marks).build(start, end))


def find_quoted_table(document: Document, span: Span) -> Table | None:
    """The table that a quote lies in, if it is drawn as one."""
    last = bisect_right(document.tables, span.start, key=lambda table: table.start) - 1
    table = document.tables[last] if last >= 0 else None
    return table if table and span.end <= table.end and len(table.rows) <= _MAX_ROWS else None


def pieces_of_rows(document: Document, table: Table, marks: Marks) -> list[list[tuple[str, bool]]]:
    """The cells of each row that is quoted, with whether each answers."""
    return [
        [
            (cell.read(document.text), _mark_cell(cell, marks) == "answer")
            for cell in row
            if cell.start is not None
        ]
        for row in table.rows
        if any(_mark_cell(cell, marks) for cell in row)
    ]


def _mark_cell(cell: TableCell, marks: Marks) -> str:
    return "" if cell.start is None or cell.end is None else marks.of(cell.start, cell.end)


class _Builder:
    def __init__(self, document: Document, marks: Marks) -> None:
        self._document, self._text, self._marks = document, document.text, marks
        # The first page needs no sign of where it begins.
        self._pages = {offset: number for number, offset in enumerate(document.pages, 1) if number > 1}
        self._cuts = sorted({*marks.cuts, *self._pages})

    def build(self, start: int, end: int) -> Iterator[BlockView]:
        position = min(max(self._document.body_start, start), end)
        if start < position:
            yield {"type": "front", "runs": self._split([Run(start, position)])}
        tables = self._document.tables
        for table in tables[bisect_left(tables, position, key=lambda table: table.start) :]:
            if table.end > end:
                break
            if len(table.rows) <= _MAX_ROWS and position <= table.start:
                yield from self._build_text(position, table.start)
                yield self._build_table(table)
                position = table.end
        yield from self._build_text(position, end)

    def _build_text(self, start: int, end: int) -> Iterator[BlockView]:
        if start < end:
            is_markdown = self._document.markdown
            blocks = layout_markdown(self._text, start, end) if is_markdown else self._layout(start, end)
            yield from map(self._view, blocks)

    def _layout(self, start: int, end: int) -> Iterator[Block]:
        """Headings, and what stands between them as it is."""
        position = start
        document = self._document
        is_outlined = document.structure is not None or len(self._text) <= _MAX_UNSTRUCTURED_CHARS
        for heading in headings(document) if is_outlined else ():
            if position <= heading.start and heading.end <= end:
                yield from self._layout_lines(position, heading.start)
                yield Block("heading", (Run(heading.start, heading.end),), level=heading.level)
                position = heading.end
        yield from self._layout_lines(position, end)

    def _layout_lines(self, start: int, end: int) -> Iterator[Block]:
        """Lines, and the empty ones around them, for which the look of blocks stands."""
        text = self._text[start:end]
        first = start + len(text) - len(text.lstrip("\n"))
        last = max(first, start + len(text.rstrip("\n")))
        runs = (Run(start, first, "markup"), Run(first, last), Run(last, end, "markup"))
        if start < end:
            block_type = "plain" if first < last else "gap"
            yield Block(block_type, tuple(run for run in runs if run.start < run.end))

    def _view(self, block: Block) -> BlockView:
        view: BlockView = {"type": block.type}
        if block.level:
            view["level"] = block.level
        if block.runs:
            view["runs"] = self._split(block.runs)
        if block.blocks:
            view["blocks"] = [self._view(inner) for inner in block.blocks]
        return view

    def _split(self, runs: Iterable[Run]) -> list[RunView]:
        """Runs, cut where a mark begins or ends, or a page begins."""
        views: list[RunView] = []
        for run in runs:
            first, last = (bisect_right(self._cuts, run.start), bisect_left(self._cuts, run.end))
            places = [run.start, *self._cuts[first:last], run.end]
            for start, end in pairwise(places):
                view: RunView = {"text": self._text[start:end]}
                values = {
                    "style": run.style,
                    "mark": self._marks.of(start, end),
                    "page": self._pages.get(start),
                }
                views.append(view | {name: value for name, value in values.items() if value})
        return views

    def _build_table(self, table: Table) -> BlockView:
        # What stands in the text right above the table is not said twice.
        above = " ".join(self._text[max(0, table.start - _CAPTION_CHARS) : table.start].split())
        caption = table.caption if table.caption and table.caption not in above else None
        unit = f"({table.unit})" if table.unit and table.unit not in f"{table.caption}{above}" else None
        said = [] if self._document.markdown else [caption, unit]
        in_place = _find_ordered(cell.start for row in table.rows for cell in row)
        cursor = table.start
        rows: list[list[dict[str, Any]]] = []
        for row in table.rows:
            cells: list[dict[str, Any]] = []
            for cell in row:
                start, end = cell.start, cell.end or 0
                is_next = start in in_place and cursor <= (start or 0) and end <= table.end
                cells.append(self._build_cell(cell, cursor if is_next else None))
                cursor = end if is_next else cursor
            rows.append(cells)
        return {
            "type": "table",
            "caption": " ".join(filter(None, said)),
            "rows": rows,
            "rest": self._text[cursor : table.end],
        }

    def _build_cell(self, cell: TableCell, position: int | None) -> dict[str, Any]:
        """A cell with its runs and the text in front of it from the position, the "gap".

        One that stands elsewhere, such as a head that the text names in the first row, is only "said".
        """
        values: dict[str, Any] = {"mark": _mark_cell(cell, self._marks)}
        values |= {"rowspan": cell.rowspan, "colspan": cell.colspan, "head": cell.head}
        if cell.start is None or cell.end is None:
            return values
        if position is not None:
            runs: Sequence[Run] = (Run(cell.start, cell.end),)
            if self._document.markdown:
                runs = layout_inline(self._text, cell.start, cell.end)
            values["gap"] = self._text[position : cell.start]
            values["runs"] = [
                {"text": self._text[run.start : run.end]} | ({"style": run.style} if run.style else {})
                for run in runs
            ]
        else:
            values["said"] = cell.read(self._text)
        return values


def _find_ordered(starts: Iterable[int | None]) -> set[int]:
    """The most of the places that stand in ascending order."""
    places = [start for start in starts if start is not None]
    lasts: list[int] = []
    lengths: list[int] = []
    for start in places:
        length = bisect_left(lasts, start)
        lasts[length : length + 1] = [start]
        lengths.append(length)
    ordered: set[int] = set()
    wanted, limit = len(lasts) - 1, float("inf")
    for start, length in zip(reversed(places), reversed(lengths), strict=True):
        if length == wanted and start < limit:
            ordered.add(start)
            wanted, limit = wanted - 1, start
    return ordered
