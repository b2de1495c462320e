"""Blocks of a PDF put together over columns and pages, and words that are split at a line's end."""

import re
from collections.abc import Iterator, Sequence

from qa.load.content import ContentBuilder
from qa.load.pdf.blocks import Block, marker_and_text
from qa.load.pdf.layout import Line

__all__ = ["write_blocks"]

_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_ENDS = re.compile(r"[.!?:\u2026\u3002\uff01\uff1f]['\"”’»)\]]*(?:\W?\d{1,2})?$")
_SPLIT = re.compile(r"([^\W_]+)[-\u2010\xad]$")
_MIN_LINE = 15  # letters; a shorter line is hardly one of running text
# What rather begins a word than a compound.
_PREFIXES = frozenset(
    "counter every extra fore infra inter intra macro micro multi other over some super there trans ultra "
    "under where with".split()
)
_MIN_COMPOUND = 4  # letters of each part, from which two words may be a compound


class _Words:
    """The words of a document: they tell what a hyphen at a line's end means."""

    def __init__(self, pages: Sequence[Sequence[Block]]) -> None:
        self._known: set[str] = set()
        for blocks in pages:
            for block in blocks:
                for line in block.lines:
                    # The last word of a line may be a part of one.
                    text = line.text.rpartition(" ")[0] if _SPLIT.search(line.text) else line.text
                    self._known.update(
                        word.replace("\u2010", "-") for word in _WORDS.findall(text.casefold())
                    )

    def joined(self, text: str, following: str) -> tuple[str, str]:
        """What ends in a hyphen, with the rest of its word from what follows; and what is left of that."""
        rest, _, left = following.partition(" ")
        start = _SPLIT.search(text)
        if start is None:
            return text, following
        end = _WORDS.match(rest)
        if end is None:
            # "2024-\n25", "trans-\n(": as it stands, without a space.
            return text.rstrip("\xad") + rest, left
        if self._is_compound(start[1].casefold(), end[0].partition("-")[0].casefold(), rest, text):
            return text + rest, left
        return text[:-1] + rest, left

    def _is_compound(self, start: str, end: str, rest: str, text: str) -> bool:
        """Whether the hyphen is part of the word."""
        if text.endswith("\xad"):
            return False
        if f"{start}-{end}" in self._known or rest[:1].isupper():
            return True
        if start + end in self._known or start in _PREFIXES:
            return False
        if text[: -len(start) - 1].endswith("-"):
            return True
        whole = len(end) >= _MIN_COMPOUND and bool({end, f"{end}s", end.removesuffix("s")} & self._known)
        return whole and (
            len(start) > _MIN_COMPOUND or (len(start) == _MIN_COMPOUND and start in self._known)
        )


def write_blocks(builder: ContentBuilder, pages: Sequence[Sequence[Block]]) -> None:
    """Give all blocks to the builder, page by page.

    A paragraph that goes on in another column, or on the next page, stays whole; footnotes between its parts
    stand before it.
    """
    words = _Words(pages)
    waiting = _in_order(pages)
    page = 0
    for block in waiting:
        while page < block.page:
            page += 1
            builder.page()
        page = _write(builder, block, words, page)
    while page < len(pages):
        page += 1
        builder.page()


def _in_order(pages: Sequence[Sequence[Block]]) -> Iterator[Block]:
    """The blocks with their continuations in `more`."""
    last: Block | None = None
    notes: list[Block] = []  # they stand between the last block and what may go on with it
    for block in (block for blocks in pages for block in blocks):
        if block.kind == "note" and last is not None:
            notes.append(block)
        elif last is not None and _goes_on(last, block):
            yield from notes
            notes = []
            last.more.append(block)
        else:
            if last is not None:
                yield last
            yield from notes
            notes = []
            last = block
    if last is not None:
        yield last
    yield from notes


def _goes_on(block: Block, following: Block) -> bool:
    """Whether a block goes on with the next one, which stands in another column or on the next page."""
    last = block.more[-1] if block.more else block
    if block.kind not in ("text", "item", "note") or following.kind != "text":
        return False
    here, there = last.lines[-1], following.lines[0]
    if last.page == following.page and here.column == there.column:
        return False
    if following.page - last.page > 1 or abs(block.style.size - following.style.size) > 0.6:
        return False
    if here.hyphen or _SPLIT.search(here.text):
        return there.text[:1].islower()
    # Whether a sentence that ends here ends a paragraph can't be told.
    if _ENDS.search(here.text):
        return False
    if there.text[:1].isupper():
        is_full = here.end - here.right < there.pieces[0].first + 0.3 * here.size
        is_indented = there.left > there.start + 0.8 * there.size
        return block.kind == "text" and is_full and not is_indented and len(here.text) > _MIN_LINE
    return True


def _write(builder: ContentBuilder, block: Block, words: _Words, page: int) -> int:
    """Write a block, and return the number of the last page that has begun."""
    if block.kind == "row":
        builder.row(block.cells)
        return page
    parts: dict[int, list[Line]] = {}
    for piece in (block, *block.more):
        parts.setdefault(piece.page, []).extend(piece.lines)
    texts = _texts(list(parts.values()), words)
    if block.kind == "heading":
        builder.heading(" ".join(texts), block.level)
    elif block.kind == "item":
        marker, text = marker_and_text(block, " ".join(texts))
        builder.item(text, marker)
    else:
        # A page whose part is but the end of a word begins with what follows.
        count = next((at for at, text in enumerate(texts) if not text), len(texts))
        builder.paragraph(*texts[:count], " ".join(texts[count:]))
        return page + count - 1
    return page


def _texts(parts: Sequence[Sequence[Line]], words: _Words) -> list[str]:
    """The text of each part; a word that is split between two stands in the first one."""
    texts: list[str] = []
    for part in parts:
        text = ""
        for at, line in enumerate(part):
            rest = line.text
            if at == 0 and texts:
                texts[-1], rest = words.joined(texts[-1], rest)
            else:
                text, rest = words.joined(text, rest)
            text = f"{text} {rest}" if text and rest else text or rest
        texts.append(text)
    return texts
