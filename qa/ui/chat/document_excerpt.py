"""A document as the page shows it: a window of its text with a quote and the answer in it marked."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from qa.schema import Document, RecognisedPage, Span, Version
from qa.ui.chat.document_blocks import Marks, build_blocks, find_quoted_table, pieces_of_rows
from qa.ui.shared.formatting import describe_recognition, file_name, format_date, read_rows

__all__ = ["OpenedPassage", "build_document_view", "find_past", "find_phrases"]

# Characters on each side of a quote, or of the start, that are shown of a long document.
_CONTEXT_CHARS = 4000
# A document up to this length is always shown as a whole.
_WHOLE_CHARS = 20_000
# The longest way that an edge of the window moves to fall between two lines.
_EDGE_CHARS = 400
_CHANGED = "This document has changed since the answer"
_OTHER = "This is not the version that was cited"


@dataclass(frozen=True, slots=True)
class OpenedPassage:
    """What to open: a document, and in it the words to mark and the span that answers.

    `span` and `highlight` are where the words stood in the version with the hash `document_sha256`, and
    `quote` is the words themselves: the document may have changed since. `heading` is that of their section.
    `trail` holds what else can be opened of the same answer, in order. `as_of` is the moment (ISO 8601) since
    when the version that is to be shown was the document, None for the one of now; `page` is to be shown,
    None for that of the words. `exchange` is the place in the open conversation that it was opened from.
    """

    document_id: str
    span: Span | None = None
    highlight: Span | None = None
    citation_number: int | None = None
    show_whole: bool = False
    quote: str = ""
    document_sha256: str = ""
    heading: str | None = field(default=None, compare=False)
    trail: "tuple[OpenedPassage, ...]" = field(default=(), compare=False, repr=False)
    as_of: str | None = None
    page: int | None = None
    exchange: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.span is not None and len(self.quote) != self.span.end - self.span.start:
            raise ValueError(f"{self.document_id}: {self.quote!r} is not {self.span.start}:{self.span.end}")

    @property
    def position(self) -> int | None:
        """Its place in its trail; None if it is not there."""
        places = ((entry.document_id, entry.span, entry.citation_number, entry.quote) for entry in self.trail)
        own = (self.document_id, self.span, self.citation_number, self.quote)
        return next((number for number, place in enumerate(places) if place == own), None)


def build_document_view(document: Document, passage: OpenedPassage) -> dict[str, Any]:
    """What the document component draws.

    Nothing but the words of the quote is ever marked. Where they do not stand as they did, `change` says so
    in one line; where they are gone, nothing is marked and `lost` holds them.
    """
    span, change = _locate(document, passage)
    highlight = _shift_highlight(passage, span, document.text) if span else None
    start, end = _choose_window(document.text, span, show_whole=passage.show_whole)
    page = _find_page(document, span.start) if span else None
    facts = [format_date(document.published), document.publisher, passage.heading, page and f"page {page}"]
    position = passage.position
    key = (passage.document_sha256, passage.span, passage.citation_number, position, passage.as_of)
    return {
        "document": document.id,
        "title": document.title,
        "facts": [fact for fact in facts if fact],
        "source": document.source,
        "file": file_name(document.source),
        "page": page,
        "recognised": describe_recognition(_find_certainty(document, span)),
        "number": passage.citation_number,
        "trail": None if position is None else {"position": position + 1, "count": len(passage.trail)},
        "blocks": build_blocks(document, start, end, Marks(span, highlight)),
        "hidden_before": start,
        "hidden_after": len(document.text) - end,
        "change": change,
        "lost": read_rows(passage.quote) if passage.span and span is None else None,
        "key": ":".join(map(str, (document.sha256, start, end, *key))),
    }


def _find_page(document: Document, offset: int) -> int | None:
    """The page that a character stands on, from 1; None where there are no pages."""
    return bisect_right(document.pages, offset) or None


def find_past(versions: Sequence[Version], sha256: str) -> Version | None:
    """The past version with a hash, of all of a document, oldest first; None if it is that of now or gone."""
    cited = next((version for version in reversed(versions) if version.sha256 == sha256), None)
    return cited if cited is not None and cited.until else None


def find_phrases(
    document: Document, passage: OpenedPassage, page: int
) -> tuple[list[list[tuple[str, bool]]], float]:
    """What stands of a quote on a page, in pieces with whether each answers; and the share before it.

    Of a row of a table the cells, as the text may put it in other words than the page.
    """
    page_start = document.pages[page - 1]
    page_end = document.pages[page] if page < len(document.pages) else len(document.text)
    span, _ = _locate(document, passage)
    if span is None or span.end <= page_start or page_end <= span.start:
        return [], 0.0
    share = max(0.0, (span.start - page_start) / (page_end - page_start))
    highlight = _shift_highlight(passage, span, document.text)
    if table := find_quoted_table(document, span):
        return pieces_of_rows(document, table, Marks(span, highlight)), share
    cuts = sorted({span.start, span.end, *((highlight.start, highlight.end) if highlight else ())})
    pieces = [
        (
            document.text[max(first, page_start) : min(last, page_end)],
            highlight is not None and highlight.start <= first < highlight.end,
        )
        for first, last in pairwise(cuts)
        if first < page_end and page_start < last
    ]
    return [pieces], share


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
    changed = _CHANGED if passage.as_of is None else _OTHER
    occurrences = _find_occurrences(passage.quote, document.text)
    if not occurrences:
        return None, f"{changed}, and these words are no longer in it:"
    nearest = min(occurrences, key=lambda occurrence: abs(occurrence.start - original.start))
    if len(occurrences) > 1:
        return (
            nearest,
            f"{changed}: these words stand in it {len(occurrences):,} times, the nearest are marked.",
        )
    return nearest, None if nearest.start == original.start else f"{changed}: the passage has moved."


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
