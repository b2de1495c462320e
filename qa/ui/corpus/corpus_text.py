"""A document as it was cut: its passages in boxes, with the headings and the rest between them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date

from qa.chunking import Heading
from qa.schema import Chunk, Document, RecognisedPage, Table, TableCell, Version
from qa.ui.shared import escape
from qa.ui.shared.formatting import describe_recognition, file_name, format_date, format_time

__all__ = ["find_matching_chunks", "render_history", "render_passages"]


def find_matching_chunks(document: Document, chunks: Sequence[Chunk], query: str) -> list[int]:
    """The places of the chunks that hold each of the words, in text or heading; all if there are no words."""
    words = query.casefold().split()
    return [
        place
        for place, chunk in enumerate(chunks)
        if _contains(f"{chunk.heading or ''}\n{document.text[chunk.start : chunk.end]}".casefold(), words)
    ]


def _contains(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def render_passages(
    document: Document, chunks: Sequence[Chunk], headings: Sequence[Heading], places: Sequence[int]
) -> str:
    """The passages of these places; with each, what stands between it and the one before it in the text.

    Every text is escaped. All that is in the document is on one of its pages: front matter before the first
    passage, and what stands after the last one.
    """
    blocks: list[str] = []
    above: list[int] = []
    for place in places:
        chunk = chunks[place]
        previous_end = chunks[place - 1].end if place else 0
        if not place and document.body_start:
            blocks.append(
                escape.element("div", document.text[: document.body_start].strip(), css_class="front")
            )
            previous_end = document.body_start
        blocks += _render_between(document, headings, previous_end, chunk.start, above)
        blocks.append(_render_passage(document, chunk))
        if place == len(chunks) - 1:
            blocks += _render_between(document, headings, chunk.end, len(document.text), above)
    if not chunks:
        blocks += _render_between(document, headings, 0, len(document.text), above)
    if not blocks:
        blocks.append('<p class="qa-small">No passage holds these words.</p>')
    return f'<div class="qa-corpus text">{"".join(blocks)}</div>'


def _render_between(
    document: Document, headings: Sequence[Heading], start: int, end: int, above: list[int]
) -> Iterator[str]:
    """Headings as such, and whatever else no passage holds, such as the marks of a list.

    `above` holds the levels of the headings that stand above, and is kept so: for those who can't see them
    none skips a level below the document's title.
    """
    position = start
    first = bisect_left(headings, start, key=lambda heading: heading.start)
    for heading in headings[first:]:
        if heading.end > end:
            break
        yield from _render_rest(document.text[position : heading.start])
        level = min(heading.level, 6)
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        yield (
            f'<p class="heading level-{level}" role="heading" aria-level="{min(len(above) + 2, 6)}">'
            f"{escape.text(heading.text)}</p>"
        )
        position = heading.end
    yield from _render_rest(document.text[position:end])


def _render_rest(text: str) -> Iterator[str]:
    if text.strip():
        yield escape.element("div", text.strip(), css_class="rest")


def _render_passage(document: Document, chunk: Chunk) -> str:
    facts = [f"characters {chunk.start:,}–{chunk.end:,} ({chunk.end - chunk.start:,})"]
    if document.pages:
        first, last = (bisect_right(document.pages, offset) for offset in (chunk.start, chunk.end - 1))
        facts.insert(0, f"page {first}" if first == last else f"pages {first}–{last}")
        certainty = RecognisedPage.least(document.recognised, first, last)
        facts += [describe_recognition(certainty)] if certainty is not None else []
    path = f'<span class="path">{escape.text(chunk.heading)}</span>' if chunk.heading else ""
    return (
        f'<article class="passage" aria-label="Passage {chunk.ordinal + 1}"><p class="meta">'
        f'<span class="number">{chunk.ordinal + 1:,}</span>{path}'
        f'<span class="facts">{" · ".join(facts)}</span></p>'
        f'<div class="words">{"".join(_render_words(document, chunk))}</div></article>'
    )


def _render_words(document: Document, chunk: Chunk) -> Iterator[str]:
    """The text of a passage, rows of tables as tables under the names of their columns."""
    position = chunk.start
    first = bisect_right(document.tables, position, key=lambda table: table.end)
    for table in document.tables[first:]:
        if table.start >= chunk.end:
            break
        start, end = max(table.start, chunk.start), min(table.end, chunk.end)
        yield escape.text(document.text[position:start].rstrip())
        yield _render_table(table, document.text, start, end)
        position = end
    yield escape.text(document.text[position : chunk.end].lstrip("\n"))


def _render_table(table: Table, text: str, start: int, end: int) -> str:
    caption = " ".join(filter(None, (table.caption, f"({table.unit})" if table.unit else "")))
    rows = (
        f"<tr>{''.join(_render_cell(cell, text) for cell in row)}</tr>"
        for row in table.rows_within(start, end)
    )
    return f"<table><caption>{escape.text(caption)}</caption><tbody>{''.join(rows)}</tbody></table>"


def _render_cell(cell: TableCell, text: str) -> str:
    tag = "th" if cell.head else "td"
    spans = "".join(
        f' {name}="{count}"'
        for name, count in (("rowspan", cell.rowspan), ("colspan", cell.colspan))
        if count > 1
    )
    return f"<{tag}{spans}>{escape.text(cell.read(text))}</{tag}>"


def render_history(versions: Sequence[Version]) -> str:
    """A row for each version, the newest first."""
    rows = []
    for version in reversed(versions):
        now = version.until is None
        cells = (
            ("Searched from", format_time(version.since)),
            ("until", "now" if version.until is None else format_time(version.until)),
            ("Title", version.title),
            ("Published", format_date(version.published)),
            ("Characters", f"{version.characters:,}"),
            ("Source", file_name(version.source)),
        )
        row = "".join(f'<td data-label="{label}">{escape.text(cell)}</td>' for label, cell in cells)
        row += f'<td data-label="Ask">{_render_way_back(version)}</td>'
        rows.append(f'<tr class="{"now" if now else "past"}">{row}</tr>')
    heads = "".join(
        f'<th scope="col">{label}</th>'
        for label in ("Searched from", "until", "Title", "Published", "Characters", "Source", "Ask")
    )
    return (
        f'<div class="qa-corpus"><table class="history"><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}'
        '</tbody></table><p class="qa-small">Times are in UTC. What was there at the end of a day can be '
        "asked still.</p></div>"
    )


def _render_way_back(version: Version) -> str:
    """A link to a new conversation over the desk as it stood when the version was there."""
    if version.until is None:
        return '<a href="/" target="_self">what holds now</a>'
    day = version.since[:10]
    if day == version.until[:10]:
        return "not at the end of any day"
    return f'<a href="/?as-of={day}" target="_self">as of {format_date(date.fromisoformat(day))}</a>'
