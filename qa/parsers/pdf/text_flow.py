"""Blocks of a PDF put together over columns and pages, and words that are split at a line's end."""

import re
from collections.abc import Iterator, Sequence

from qa.parsers.content_builder import ContentBuilder
from qa.parsers.pdf.reading_order import Line
from qa.parsers.pdf.row_heads import nest_row_heads
from qa.parsers.pdf.table_grid import PageTable
from qa.parsers.pdf.text_blocks import Block, marker_and_text
from qa.parsers.table_text import GridCell, put_table

__all__ = ["write_blocks"]

_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?:\u2026\u3002\uff01\uff1f]['\"”’»)\]]*(?:\W?[\d⁰¹²³⁴-⁹]{1,2})?$")
_HYPHENS = ("-", "\u2010", "\xad")
_LINE_END_HYPHEN = re.compile(r"(?<![^\W_])([^\W_]+)[-\u2010\xad]$")
_MIN_LINE = 15  # letters; a shorter line is hardly one of running text
# What rather begins a word than a compound.
_PREFIXES = frozenset(
    "counter every extra fore infra inter intra macro micro multi other over some super there trans ultra "
    "under where with".split()
)
_MIN_COMPOUND = 4  # letters of each part, from which two words may be a compound


class _Vocabulary:
    """The words of a document, by which a hyphen at a line's end is kept or dropped."""

    def __init__(self, pages: Sequence[Sequence[Block]]) -> None:
        self._words: set[str] = set()
        is_split = False
        for line in (line for blocks in pages for block in blocks for line in block.lines):
            # The last word of a line, and the first of the next, may be parts of one.
            text = line.text.partition(" ")[2] if is_split else line.text
            is_split = _LINE_END_HYPHEN.search(line.text) is not None
            text = text.rpartition(" ")[0] if is_split else text
            self._words.update(word.replace("\u2010", "-") for word in _WORDS.findall(text.casefold()))

    def join(self, text: str, following: str) -> tuple[str, str]:
        """What ends in a hyphen, with the rest of its word from what follows; and what is left of that."""
        if not text.endswith(_HYPHENS):
            return text, following
        word_start = _LINE_END_HYPHEN.search(text)
        if word_start is None:
            return text, following
        rest, _, remainder = following.partition(" ")
        word_end = _WORDS.match(rest)
        if word_end is None:
            # "2024-\n25", "trans-\n(": as it stands, without a space.
            return text.rstrip("\xad") + rest, remainder
        if self._is_compound(word_start[1].casefold(), word_end[0].partition("-")[0].casefold(), rest, text):
            return text + rest, remainder
        return text[:-1] + rest, remainder

    def _is_compound(self, start: str, end: str, rest: str, text: str) -> bool:
        """Whether the hyphen is part of the word."""
        if text.endswith("\xad"):
            return False
        if f"{start}-{end}" in self._words or rest[:1].isupper():
            return True
        if start + end in self._words or start in _PREFIXES:
            return False
        if text[: -len(start) - 1].endswith("-"):
            return True
        is_word = len(end) >= _MIN_COMPOUND and bool({end, f"{end}s", end.removesuffix("s")} & self._words)
        return is_word and (
            len(start) > _MIN_COMPOUND or (len(start) == _MIN_COMPOUND and start in self._words)
        )


def write_blocks(builder: ContentBuilder, pages: Sequence[Sequence[Block]]) -> None:
    """Give all blocks to the builder, page by page.

    A paragraph that goes on in another column, or on the next page, stays whole; footnotes between its pieces
    stand before it.
    """
    vocabulary = _Vocabulary(pages)
    blocks = _merge_continuations(pages)
    page = 0
    for block in blocks:
        while page < block.page:
            page += 1
            builder.page()
        page = _write_block(builder, block, vocabulary, page)
    while page < len(pages):
        page += 1
        builder.page()


def _merge_continuations(pages: Sequence[Sequence[Block]]) -> Iterator[Block]:
    """The blocks with their continuations in `more`."""
    last: Block | None = None
    notes: list[Block] = []  # they stand between the last block and what may go on with it
    for block in (block for blocks in pages for block in blocks):
        if block.block_type == "note" and last is not None:
            notes.append(block)
        elif last is not None and _continues(last, block):
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


def _continues(block: Block, following: Block) -> bool:
    """Whether a block goes on with the next one, which stands in another column or on the next page."""
    last = block.more[-1] if block.more else block
    if block.block_type not in ("text", "item", "note") or following.block_type != "text":
        return False
    last_line, next_line = last.lines[-1], following.lines[0]
    if last.page == following.page and last_line.column == next_line.column:
        return False
    if following.page - last.page > 1 or abs(block.style.size - following.style.size) > 0.6:
        return False
    if last_line.hyphen or _LINE_END_HYPHEN.search(last_line.text):
        return next_line.text[:1].islower()
    # Whether a sentence that ends here ends a paragraph can't be told.
    if _SENTENCE_END.search(last_line.text):
        return False
    if next_line.text[:1].isupper():
        is_full = last_line.end - last_line.right < next_line.pieces[0].first + 0.3 * last_line.size
        is_indented = next_line.left > next_line.start + 0.8 * next_line.size
        return block.block_type == "text" and is_full and not is_indented and len(last_line.text) > _MIN_LINE
    return True


def _write_block(builder: ContentBuilder, block: Block, vocabulary: _Vocabulary, page: int) -> int:
    """Write a block, and return the number of the last page that has begun."""
    if block.block_type == "row":
        builder.row(block.cells)
        return page
    if block.table is not None:
        return _write_table(builder, block.table, vocabulary)
    lines_by_page: dict[int, list[Line]] = {}
    for fragment in (block, *block.more):
        lines_by_page.setdefault(fragment.page, []).extend(fragment.lines)
    texts = _join_lines(list(lines_by_page.values()), vocabulary)
    if block.block_type == "heading":
        builder.heading(" ".join(texts), block.level)
    elif block.block_type == "item":
        marker, text = marker_and_text(block, " ".join(texts))
        builder.item(text, marker)
    else:
        # A page that holds but the end of a word begins with what follows.
        count = next((index for index, text in enumerate(texts) if not text), len(texts))
        builder.paragraph(*texts[:count], " ".join(texts[count:]))
        return page + count - 1
    return page


def _write_table(builder: ContentBuilder, table: PageTable, vocabulary: _Vocabulary) -> int:
    nest_row_heads(table)
    rows = [
        [
            GridCell(
                " ".join(_join_lines([cell.lines], vocabulary)), cell.rowspan, cell.colspan, cell.is_head
            )
            for cell in row
        ]
        for row in table.rows
    ]
    put_table(builder, rows, head_rows=table.head_rows)
    for row, _ in table.page_starts:
        builder.page_in_table(row)
    return table.last_page


def _join_lines(line_groups: Sequence[Sequence[Line]], vocabulary: _Vocabulary) -> list[str]:
    """The text of each group of lines; a word that is split between two stands in the first."""
    texts: list[str] = []
    for lines in line_groups:
        text = ""
        for index, line in enumerate(lines):
            rest = line.text
            if index == 0 and texts:
                texts[-1], rest = vocabulary.join(texts[-1], rest)
            else:
                text, rest = vocabulary.join(text, rest)
            text = f"{text} {rest}" if text and rest else text or rest
        texts.append(text)
    return texts
