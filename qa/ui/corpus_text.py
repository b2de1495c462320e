"""A document as it was cut: its passages in boxes, with the headings and the rest between them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from qa.chunk import Heading
from qa.schema import Chunk, Document, Version
from qa.ui import escape
from qa.ui.corpus_state import moment, source_name
from qa.ui.wording import day

__all__ = ["history_html", "matching", "passages_html"]


def matching(document: Document, chunks: Sequence[Chunk], words: str) -> list[int]:
    """The places of the chunks that hold each of the words, in text or heading; all if there are no words."""
    wanted = words.casefold().split()
    return [
        number
        for number, one in enumerate(chunks)
        if not wanted
        or _holds(f"{one.heading or ''}\n{document.text[one.start : one.end]}".casefold(), wanted)
    ]


def _holds(text: str, wanted: Sequence[str]) -> bool:
    return all(word in text for word in wanted)


def passages_html(
    document: Document, chunks: Sequence[Chunk], headings: Sequence[Heading], shown: Sequence[int]
) -> str:
    """The passages of these places; with each, what stands between it and the one before it in the text.

    Every text is escaped. All that is in the document is on one of its pages: front matter before the first
    passage, and what stands after the last one.
    """
    parts: list[str] = []
    for number in shown:
        chunk = chunks[number]
        before = chunks[number - 1].end if number else 0
        if not number and document.body_start:
            parts.append(escape.element("div", document.text[: document.body_start].strip(), kind="front"))
            before = document.body_start
        parts += _between(document, headings, before, chunk.start)
        parts.append(_passage(document, chunk))
        if number == len(chunks) - 1:
            parts += _between(document, headings, chunk.end, len(document.text))
    if not chunks:
        parts += _between(document, headings, 0, len(document.text))
    if not parts:
        parts.append('<p class="qa-small">No passage holds these words.</p>')
    return f'<div class="qa-corpus text">{"".join(parts)}</div>'


def _between(document: Document, headings: Sequence[Heading], start: int, end: int) -> Iterator[str]:
    """Headings as such, and whatever else no passage holds, such as the marks of a list."""
    at = start
    first = bisect_left(headings, start, key=lambda one: one.start)
    for heading in headings[first:]:
        if heading.end > end:
            break
        yield from _rest(document.text[at : heading.start])
        level = min(heading.level, 6)
        yield (
            f'<p class="heading level-{level}" role="heading" aria-level="{min(level + 2, 6)}">'
            f"{escape.text(heading.text)}</p>"
        )
        at = heading.end
    yield from _rest(document.text[at:end])


def _rest(text: str) -> Iterator[str]:
    if text.strip():
        yield escape.element("div", text.strip(), kind="rest")


def _passage(document: Document, chunk: Chunk) -> str:
    facts = [f"characters {chunk.start:,}–{chunk.end:,} ({chunk.end - chunk.start:,})"]
    if document.pages:
        first, last = (bisect_right(document.pages, at) for at in (chunk.start, chunk.end - 1))
        facts.insert(0, f"page {first}" if first == last else f"pages {first}–{last}")
    path = f'<span class="path">{escape.text(chunk.heading)}</span>' if chunk.heading else ""
    return (
        f'<article class="passage" aria-label="Passage {chunk.ordinal + 1}"><p class="meta">'
        f'<span class="number">{chunk.ordinal + 1:,}</span>{path}'
        f'<span class="facts">{" · ".join(facts)}</span></p>'
        f"{escape.element('div', document.text[chunk.start : chunk.end], kind='words')}</article>"
    )


def history_html(versions: Sequence[Version]) -> str:
    """A row for each version, the newest first."""
    rows = []
    for one in reversed(versions):
        now = one.until is None
        cells = (
            ("Searched from", moment(one.since)),
            ("until", "now" if one.until is None else moment(one.until)),
            ("Title", one.title),
            ("Published", day(one.published)),
            ("Characters", f"{one.characters:,}"),
            ("Source", source_name(one.source)),
        )
        row = "".join(f'<td data-label="{label}">{escape.text(cell)}</td>' for label, cell in cells)
        rows.append(f'<tr class="{"now" if now else "past"}">{row}</tr>')
    heads = "".join(
        f'<th scope="col">{one}</th>'
        for one in ("Searched from", "until", "Title", "Published", "Characters", "Source")
    )
    return (
        f'<div class="qa-corpus"><table class="history"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}'
        '</tbody></table><p class="qa-small">Times are in UTC. What was there on an earlier day can still be '
        "asked: <code>qa ask --as-of DATE</code>.</p></div>"
    )
