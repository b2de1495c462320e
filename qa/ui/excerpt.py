"""A document as the page shows it: a window of its text with a quote and the answer in it marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa.schema import Document, Span
from qa.ui.wording import day, file_name

__all__ = ["Target", "document_data"]

# Characters on each side of a quote, or of the start, that are shown of a long document.
_AROUND = 4000
# A document up to this length is always shown as a whole.
_WHOLE = 20_000
# The longest way that an edge of the window moves to fall between two lines.
_EDGE = 400
_CHANGED = "This document has changed since the answer"
_HEADING = re.compile(r"^#{1,6} [^\n]*", re.MULTILINE)

Run = dict[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """What to open: a document and, with them, the words to mark and the span that answers.

    `quote` and `highlight` are where the words stood in the version with the hash `document_sha256`, and
    `text` is the words themselves: the document may have changed since.
    """

    document_id: str
    quote: Span | None = None
    highlight: Span | None = None
    number: int | None = None
    whole: bool = False
    text: str = ""
    document_sha256: str = ""

    def __post_init__(self) -> None:
        if self.quote is not None and len(self.text) != self.quote.end - self.quote.start:
            raise ValueError(f"{self.document_id}: {self.text!r} is not {self.quote.start}:{self.quote.end}")


def document_data(document: Document, target: Target) -> dict[str, Any]:
    """What the document component draws.

    Nothing but the words of the quote is ever marked. Where they do not stand as they did, `change` says so
    in one line; where they are gone, nothing is marked and `lost` holds them.
    """
    quote, change = _located(document, target)
    start, end = _window(document.text, quote, whole=target.whole)
    marked: dict[str, str] | None = None
    if quote is not None:
        marked = _marked(document.text, quote, _moved(target, quote, document.text))
    before = (start, quote.start if quote else end)
    after = (quote.end if quote else end, end)
    pages = [number for number, at in enumerate(document.pages, 1) if quote and at <= quote.start]
    return {
        "document": document.id,
        "title": document.title,
        "facts": [part for part in (document.publisher, day(document.published)) if part],
        "source": document.source,
        "file": file_name(document.source),
        "page": pages[-1] if pages else None,
        "number": target.number,
        "before": list(_runs(document, *before)),
        "quote": marked,
        "after": list(_runs(document, *after)),
        "hidden_before": start,
        "hidden_after": len(document.text) - end,
        "change": change,
        "lost": target.text if target.quote and quote is None else None,
        "key": f"{document.sha256}:{target.document_sha256}:{start}:{end}:{target.quote}:{target.number}",
    }


def _located(document: Document, target: Target) -> tuple[Span | None, str | None]:
    """Where the words of the target stand in the document of now, and what a reader must know of that."""
    was = target.quote
    if was is None:
        return None, None
    if document.sha256 == target.document_sha256 and document.text[was.start : was.end] == target.text:
        return was, None
    places = _places(target.text, document.text)
    if not places:
        return None, f"{_CHANGED}, and these words are no longer in it:"
    nearest = min(places, key=lambda place: abs(place.start - was.start))
    if len(places) > 1:
        return nearest, f"{_CHANGED}: these words stand in it {len(places):,} times, the nearest are marked."
    return nearest, None if nearest.start == was.start else f"{_CHANGED}: the passage has moved."


def _places(quote: str, text: str) -> list[Span]:
    """Where the words of a quote stand, whatever white space lies between them; never a part of a word."""
    words = quote.split()
    if not words:
        return []
    before, after = r"(?<!\w)" * words[0][0].isalnum(), r"(?!\w)" * words[-1][-1].isalnum()
    pattern = before + r"\s+".join(map(re.escape, words)) + after
    return [Span(*match.span()) for match in re.finditer(pattern, text)]


def _moved(target: Target, quote: Span, text: str) -> Span | None:
    """The span that answers, where the quote stands now; None where its white space is another."""
    answer, was = target.highlight, target.quote
    if answer is None or was is None or text[quote.start : quote.end] != target.text:
        return None
    by = quote.start - was.start
    return Span(answer.start + by, answer.end + by)


def _window(text: str, quote: Span | None, *, whole: bool) -> tuple[int, int]:
    """The part to show, cut between lines where one is near."""
    if whole or len(text) <= _WHOLE:
        return 0, len(text)
    first, last = (quote.start, quote.end) if quote else (0, 0)
    start, end = max(0, first - _AROUND), min(len(text), last + _AROUND)
    if start:
        line = text.find("\n", start, min(start + _EDGE, first))
        start = line + 1 if line >= 0 else start
    if end < len(text):
        line = text.rfind("\n", max(end - _EDGE, last), end)
        end = line if line >= 0 else end
    return start, end


def _marked(text: str, quote: Span, highlight: Span | None) -> dict[str, str]:
    """The quote in three parts that join to it; the middle one answers and may be empty."""
    inside = highlight is not None and quote.start <= highlight.start and highlight.end <= quote.end
    first, last = (highlight.start, highlight.end) if inside and highlight else (quote.end, quote.end)
    return {
        "lead": text[quote.start : first],
        "answer": text[first:last],
        "rest": text[last : quote.end],
    }


def _runs(document: Document, start: int, end: int) -> Iterator[Run]:
    """The text between two offsets in pieces of one kind; they join to exactly that text."""
    body = min(max(document.body_start, start), end)
    if start < body:
        yield {"kind": "front", "text": document.text[start:body]}
    at = body
    # A heading that a quote begins or ends in is left as it is: only whole lines are headings.
    for heading in _HEADING.finditer(document.text, body, end) if document.markdown else ():
        if heading.start() > at:
            yield {"kind": "text", "text": document.text[at : heading.start()]}
        yield {"kind": "heading", "text": heading[0]}
        at = heading.end()
    if at < end:
        yield {"kind": "text", "text": document.text[at:end]}
