"""A document as the page shows it: a window of its text with a quote and the answer in it marked."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa.schema import Document, RecognisedPage, Span, Table, TableCell
from qa.ui.shared.formatting import describe_recognition, file_name, format_date

__all__ = ["OpenedPassage", "build_document_view"]

# Characters on each side of a quote, or of the start, that are shown of a long document.
_CONTEXT_CHARS = 4000
# A document up to this length is always shown as a whole.
_WHOLE_CHARS = 20_000
# The longest way that an edge of the window moves to fall between two lines.
_EDGE_CHARS = 400
_MAX_ROWS = 300  # of a table that is drawn as one
_CHANGED = "This document has changed since the answer"
_HEADING = re.compile(r"^#{1,6} [^\n]*", re.MULTILINE)

# A piece of the text: {"type", "text"}; of a table with its "caption" and its "rows" of cells too.
TextRun = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OpenedPassage:
    """What to open: a document, and in it the words to mark and the span that answers.

    `span` and `highlight` are where the words stood in the version with the hash `document_sha256`, and
    `quote` is the words themselves: the document may have changed since.
    """

    document_id: str
    span: Span | None = None
    highlight: Span | None = None
    citation_number: int | None = None
    show_whole: bool = False
    quote: str = ""
    document_sha256: str = ""

    def __post_init__(self) -> None:
        if self.span is not None and len(self.quote) != self.span.end - self.span.start:
            raise ValueError(f"{self.document_id}: {self.quote!r} is not {self.span.start}:{self.span.end}")


def build_document_view(document: Document, passage: OpenedPassage) -> dict[str, Any]:
    """What the document component draws.

    Nothing but the words of the quote is ever marked. Where they do not stand as they did, `change` says so
    in one line; where they are gone, nothing is marked and `lost` holds them.
    """
    span, change = _locate(document, passage)
    start, end = _choose_window(document.text, span, show_whole=passage.show_whole)
    marked_quote: dict[str, str] | None = None
    if span is not None:
        marked_quote = _split_quote(document.text, span, _shift_highlight(passage, span, document.text))
    before = (start, span.start if span else end)
    after = (span.end if span else end, end)
    quoted_table = _find_quoted_table(document, span) if span else None
    if span and quoted_table:
        before, after = (start, quoted_table.start), (quoted_table.end, end)
    pages = [
        number for number, page_start in enumerate(document.pages, 1) if span and page_start <= span.start
    ]
    key = (passage.document_sha256, passage.span, passage.citation_number)
    return {
        "document": document.id,
        "title": document.title,
        "facts": [fact for fact in (document.publisher, format_date(document.published)) if fact],
        "source": document.source,
        "file": file_name(document.source),
        "page": pages[-1] if pages else None,
        "recognised": describe_recognition(_find_certainty(document, span)),
        "number": passage.citation_number,
        "before": list(_split_runs(document, *before)),
        "quote": marked_quote,
        "quoted_table": quoted_table
        and span
        and _table_run(document, quoted_table, span, _shift_highlight(passage, span, document.text)),
        "after": list(_split_runs(document, *after)),
        "hidden_before": start,
        "hidden_after": len(document.text) - end,
        "change": change,
        "lost": passage.quote if passage.span and span is None else None,
        "key": ":".join(map(str, (document.sha256, start, end, *key))),
    }


def _find_certainty(document: Document, span: Span | None) -> float | None:
    """That of the pages of the quote, or of all where nothing is quoted."""
    if span is None:
        return RecognisedPage.least(document.recognised, 1, len(document.pages))
    first, last = (bisect_right(document.pages, offset) for offset in (span.start, span.end - 1))
    return RecognisedPage.least(document.recognised, first, last)


def _locate(document: Document, passage: OpenedPassage) -> tuple[Span | None, str | None]:
    """Where the words of the passage stand in the document of now, and what a reader must know of that."""
    original = passage.span
    if original is None:
        return None, None
    if (
        document.sha256 == passage.document_sha256
        and document.text[original.start : original.end] == passage.quote
    ):
        return original, None
    occurrences = _find_occurrences(passage.quote, document.text)
    if not occurrences:
        return None, f"{_CHANGED}, and these words are no longer in it:"
    nearest = min(occurrences, key=lambda occurrence: abs(occurrence.start - original.start))
    if len(occurrences) > 1:
        return (
            nearest,
            f"{_CHANGED}: these words stand in it {len(occurrences):,} times, the nearest are marked.",
        )
    return nearest, None if nearest.start == original.start else f"{_CHANGED}: the passage has moved."


def _find_occurrences(quote: str, text: str) -> list[Span]:
    """Where the words of a quote stand, whatever white space lies between them; never a part of a word."""
    words = quote.split()
    if not words:
        return []
    before, after = r"(?<!\w)" * words[0][0].isalnum(), r"(?!\w)" * words[-1][-1].isalnum()
    pattern = before + r"\s+".join(map(re.escape, words)) + after
    return [Span(*match.span()) for match in re.finditer(pattern, text)]


def _shift_highlight(passage: OpenedPassage, span: Span, text: str) -> Span | None:
    """The span that answers, where the quote stands now; None where its white space is another."""
    highlight, original = passage.highlight, passage.span
    if highlight is None or original is None or text[span.start : span.end] != passage.quote:
        return None
    shift = span.start - original.start
    return Span(highlight.start + shift, highlight.end + shift)


def _choose_window(text: str, span: Span | None, *, show_whole: bool) -> tuple[int, int]:
    """The part to show, cut between lines where one is near."""
    if show_whole or len(text) <= _WHOLE_CHARS:
        return 0, len(text)
    first, last = (span.start, span.end) if span else (0, 0)
    start, end = max(0, first - _CONTEXT_CHARS), min(len(text), last + _CONTEXT_CHARS)
    if start:
        line = text.find("\n", start, min(start + _EDGE_CHARS, first))
        start = line + 1 if line >= 0 else start
    if end < len(text):
        line = text.rfind("\n", max(end - _EDGE_CHARS, last), end)
        end = line if line >= 0 else end
    return start, end


def _find_quoted_table(document: Document, span: Span) -> Table | None:
    """The table that a quote lies in, if it is drawn as one."""
    last = bisect_right(document.tables, span.start, key=lambda table: table.start) - 1
    table = document.tables[last] if last >= 0 else None
    return table if table and span.end <= table.end and len(table.rows) <= _MAX_ROWS else None


def _table_run(
    document: Document, table: Table, quote: Span | None = None, highlight: Span | None = None
) -> TextRun:
    """A table with the cells of the quote, and of the answer in it, marked."""
    # Where the caption stands right above it is not said twice.
    above = document.text[max(0, table.start - _EDGE_CHARS) : table.start]
    caption = table.caption if table.caption and table.caption not in above else None
    unit = f"({table.unit})" if table.unit and table.unit not in f"{table.caption}{above}" else None

    def mark(cell: TableCell) -> str | None:
        if cell.start is None or cell.end is None or quote is None:
            return None
        if highlight and cell.start < highlight.end and highlight.start < cell.end:
            return "answer"
        return "quote" if cell.start < quote.end and quote.start < cell.end else None

    return {
        "type": "table",
        "text": document.text[table.start : table.end],
        "caption": " ".join(filter(None, (caption, unit))),
        "rows": [
            [
                {
                    "text": cell.read(document.text),
                    "head": cell.head,
                    "rowspan": cell.rowspan,
                    "colspan": cell.colspan,
                    "mark": mark(cell),
                }
                for cell in row
            ]
            for row in table.rows
        ],
    }


def _split_quote(text: str, span: Span, highlight: Span | None) -> dict[str, str]:
    """The quote in three parts that join to it; the middle one answers and may be empty."""
    is_inside = highlight is not None and span.start <= highlight.start and highlight.end <= span.end
    first, last = (highlight.start, highlight.end) if is_inside and highlight else (span.end, span.end)
    return {
        "lead": text[span.start : first],
        "answer": text[first:last],
        "rest": text[last : span.end],
    }


def _split_runs(document: Document, start: int, end: int) -> Iterator[TextRun]:
    """The text between two offsets in runs of one type; they join to exactly that text."""
    body_start = min(max(document.body_start, start), end)
    if start < body_start:
        yield {"type": "front", "text": document.text[start:body_start]}
    position = body_start
    first = bisect_left(document.tables, position, key=lambda table: table.start)
    for table in document.tables[first:]:
        if table.end > end:
            break
        if len(table.rows) <= _MAX_ROWS:
            yield from _split_text(document, position, table.start)
            yield _table_run(document, table)
            position = table.end
    yield from _split_text(document, position, end)


def _split_text(document: Document, start: int, end: int) -> Iterator[TextRun]:
    position = start
    # A heading that a quote begins or ends in is left as it is: only whole lines are headings.
    for heading in _HEADING.finditer(document.text, start, end) if document.markdown else ():
        if heading.start() > position:
            yield {"type": "text", "text": document.text[position : heading.start()]}
        yield {"type": "heading", "text": heading[0]}
        position = heading.end()
    if position < end:
        yield {"type": "text", "text": document.text[position:end]}
