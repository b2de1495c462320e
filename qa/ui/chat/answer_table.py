"""The little table of an answer: heads, the rows that are cited, and in them the cells that answer."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from qa.assistant import Assistant
from qa.errors import QAError
from qa.exporting import Cell, CitedTable, TablesOf, one_line
from qa.schema import Answer, Citation, Document, Table, TableCell
from qa.ui.chat.chat_state import remember
from qa.ui.chat.document_excerpt import find_past

__all__ = [
    "TableView",
    "cite_tables",
    "read_tables",
    "tables_to_export",
    "to_cited_table",
    "versions_of",
]

# A table as the component draws it: its "caption", its "rows" of cells, each with the "numbers" of the
# citations whose answer it is and, as the "source" in the first of a row, of those that cite that row; and
# the "numbers" of those that point at neither.
TableView = dict[str, Any]

_MAX_ROWS = 40  # of a table beside an answer


def read_tables(
    assistant: Assistant, citations: tuple[Citation, ...], versions: Mapping[str, str]
) -> dict[int, TableView]:
    """The tables that an answer cites, as they were cited; remembered by the session.

    `versions` are the checksums of the documents that there are now.
    """
    key = citations, versions_of(citations, versions)
    return remember("cited_tables", key, lambda: _read_tables(assistant, citations, versions))


def _read_tables(
    assistant: Assistant, citations: tuple[Citation, ...], versions: Mapping[str, str]
) -> dict[int, TableView]:
    def read(citation: Citation) -> Document | None:
        with suppress(QAError):
            if versions.get(citation.document_id) == citation.document_sha256:
                return assistant.document(citation.document_id)
            version = find_past(assistant.history(citation.document_id), citation.document_sha256)
            if version is not None:
                moment = datetime.fromisoformat(version.since)
                return assistant.document(citation.document_id, as_of=moment)
        return None

    return cite_tables(citations, read)


def tables_to_export(assistant: Assistant) -> TablesOf:
    """What gives the tables that an answer cites for a file, as they were cited; in any thread."""

    def give(answer: Answer) -> dict[int, CitedTable]:
        versions = {document.id: document.sha256 for document in assistant.documents()}
        views = _read_tables(assistant, answer.citations, versions)
        return {number: to_cited_table(view) for number, view in views.items()}

    return give


def to_cited_table(view: TableView) -> CitedTable:
    """All rows of one length: what spans several rows or columns stands in the first of them."""
    grid: list[dict[int, Cell]] = [{} for _ in view["rows"]]
    for number, row in enumerate(view["rows"]):
        column = 0
        for cell in row:
            while column in grid[number]:
                column += 1
            shown = Cell(one_line(cell["text"]), cell["head"], bool(cell["numbers"]))
            for below in range(number, min(number + cell["rowspan"], len(grid))):
                for beside in range(column, column + cell["colspan"]):
                    grid[below][beside] = (
                        shown if (below, beside) == (number, column) else Cell("", cell["head"])
                    )
    width = max((max(row, default=-1) + 1 for row in grid), default=0)
    rows = tuple(tuple(row.get(column, Cell("")) for column in range(width)) for row in grid)
    return CitedTable(view["caption"], rows)


def versions_of(citations: Iterable[Citation], versions: Mapping[str, str]) -> tuple[str | None, ...]:
    """Which version of each cited document there is now: what was made of others must be made anew."""
    return tuple(versions.get(citation.document_id) for citation in citations)


def cite_tables(
    citations: Iterable[Citation], read_document: Callable[[Citation], Document | None]
) -> dict[int, TableView]:
    """The tables that citations lie in, by their numbers; those of one table share it.

    Args:
        citations: Of one answer.
        read_document: Gives the version of the document that is cited. Another one, or None, has no tables
            here.
    """
    documents: dict[tuple[str, str], Document | None] = {}
    by_table: dict[tuple[str, str, int], list[Citation]] = {}
    for citation in citations:
        cited_version = citation.document_id, citation.document_sha256
        if cited_version not in documents:
            documents[cited_version] = read_document(citation)
        document = documents[cited_version]
        if document is not None and (table := _find_table(document, citation)):
            by_table.setdefault((*cited_version, table.start), []).append(citation)
    cited: dict[int, TableView] = {}
    for (document_id, sha256, _), of_table in by_table.items():
        document = documents[document_id, sha256]
        table = _find_table(document, of_table[0]) if document else None
        if document and table and (view := _build_view(document, table, of_table)):
            cited.update((citation.number, view) for citation in of_table)
    return cited


def _find_table(document: Document, citation: Citation) -> Table | None:
    """The table that the quote lies in, where it still stands as it did."""
    if document.sha256 != citation.document_sha256 or not document.tables:
        return None
    if document.text[citation.start : citation.end] != citation.quote:
        return None
    last = bisect_right(document.tables, citation.start, key=lambda table: table.start) - 1
    table = document.tables[last] if last >= 0 else None
    return table if table and citation.end <= table.end else None


def _build_view(document: Document, table: Table, citations: list[Citation]) -> TableView | None:
    """None where it would be a long one."""
    head_count = table.head_row_count()
    rows: list[tuple[TableCell, ...]] = []
    for start, end in sorted({(citation.start, citation.end) for citation in citations}):
        cited_rows = table.rows_within(start, end)
        rows = [*(rows or cited_rows[:head_count]), *cited_rows[head_count:]]
    if len(rows) > _MAX_ROWS:
        return None
    numbers_of_cells = [[_numbers_of(cell, citations) for cell in row] for row in rows]
    at_cells = {number for row in numbers_of_cells for numbers in row for number in numbers}
    at_rows: dict[tuple[TableCell, ...], list[int]] = {}
    for citation in citations:
        cited_rows = table.rows_within(citation.start, citation.end)[head_count:]
        if citation.number not in at_cells and len(cited_rows) == 1 and cited_rows[0] in rows:
            at_rows.setdefault(cited_rows[0], []).append(citation.number)
    placed = at_cells.union(*at_rows.values())
    caption, unit = " ".join((table.caption or "").split()), " ".join((table.unit or "").split())
    return {
        "caption": f"{caption} ({unit})".strip() if unit and unit not in caption else caption,
        "rows": [
            [
                {
                    "text": cell.read(document.text),
                    "head": cell.head,
                    "rowspan": cell.rowspan,
                    "colspan": cell.colspan,
                    "numbers": numbers,
                    "source": at_rows.get(row, []) if place == 0 else [],
                }
                for place, (cell, numbers) in enumerate(zip(row, row_numbers, strict=True))
            ]
            for row, row_numbers in zip(rows, numbers_of_cells, strict=True)
        ],
        "numbers": [citation.number for citation in citations if citation.number not in placed],
    }


def _numbers_of(cell: TableCell, citations: list[Citation]) -> list[int]:
    """The numbers of the citations whose words that answer lie in a cell."""
    if cell.start is None or cell.end is None:
        return []
    return [
        citation.number
        for citation in citations
        if citation.highlight and cell.start < citation.highlight.end and citation.highlight.start < cell.end
    ]
