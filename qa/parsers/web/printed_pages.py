"""Pages of print inside a web page: their running heads, which stand in the middle of sentences."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qa.parsers.web.markup_blocks import Block

__all__ = ["join_printed_pages"]

_MAX_HEAD_CHARS = 100
_MAX_HEAD_LINES = 5
_MIN_TEXT_CHARS = 60
_MIN_PAGES = 3
_MIN_BROKEN_SENTENCES = 2
_MIN_TIMES = 2  # of what stands beside a running head: left and right pages differ
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"\d{1,5}(?!\d)")
_FIRST_NUMBER = re.compile(r"(\d{1,5})\s+(?=\S)")
_MAX_END_CHARS = 8
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’»)\]]*$")


@dataclass(slots=True)
class _PageBreak:
    """Short lines from `first` to `last`, between a paragraph and the next one."""

    first: int
    last: int
    lines: list[str]
    before: str
    after: str

    def line_keys(self) -> set[str]:
        return set(map(_make_key, self.lines))


def join_printed_pages(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without running heads, and the paragraphs whole that these cut in two.

    Lines that stand between paragraphs again and again, numbers aside, are running heads if sentences go on
    below them; what stands beside them as often is part of the head, and so is what of it was run into the
    paragraph below: its page number, its date. Nothing is a head by its words,
    but one of its lines must count the pages.
    """
    breaks = list(_find_breaks(blocks))
    counts = Counter(key for page_break in breaks for key in page_break.line_keys())
    repeated_lines = {
        line for page_break in breaks for line in page_break.lines if counts[_make_key(line)] >= _MIN_PAGES
    }
    broken: Counter[str] = Counter()
    for page_break in breaks:
        if _breaks_sentence(page_break, repeated_lines):
            broken.update(page_break.line_keys())
    heads = {
        key for key, count in broken.items() if count >= _MIN_BROKEN_SENTENCES and counts[key] >= _MIN_PAGES
    }
    head_breaks = [page_break for page_break in breaks if page_break.line_keys() & heads]
    head_counts = Counter(key for page_break in head_breaks for key in page_break.line_keys())
    heads |= {key for key, count in head_counts.items() if count >= _MIN_TIMES}
    if not any(_counts_pages(head_breaks, key) for key in heads):
        return list(blocks)
    return _join_pages(blocks, head_breaks, heads)


def _counts_pages(breaks: Sequence[_PageBreak], key: str) -> bool:
    """Whether a line holds a number that grows each time."""
    lines = [line for page_break in breaks for line in page_break.lines if _make_key(line) == key]
    numbers = [int(match[0]) for line in lines if (match := _PAGE_NUMBER.search(line))]
    return len(numbers) >= _MIN_PAGES and all(number < later for number, later in pairwise(numbers))


def _find_breaks(blocks: Sequence[Block]) -> Iterator[_PageBreak]:
    texts = [index for index, block in enumerate(blocks) if _is_text(block)]
    for before, after in pairwise(texts):
        between = blocks[before + 1 : after]
        if 0 < len(between) <= _MAX_HEAD_LINES and all(
            block.table is None and len(block.text) <= _MAX_HEAD_CHARS for block in between
        ):
            lines = [block.text for block in between]
            yield _PageBreak(before + 1, after - 1, lines, blocks[before].text, blocks[after].text)


def _is_text(block: Block) -> bool:
    return block.block_type in ("paragraph", "item") and len(block.text) >= _MIN_TEXT_CHARS


def _make_key(line: str) -> str:
    return _NUMBER.sub("#", line.casefold())


def _breaks_sentence(page_break: _PageBreak, repeated_lines: set[str]) -> bool:
    if _ends_sentence(page_break.before):
        return False
    after = _strip_line(page_break.after, repeated_lines)
    if match := _FIRST_NUMBER.match(after):
        after = after[match.end() :]
    return after[:1].islower()


def _ends_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text[-_MAX_END_CHARS:]) is not None


def _strip_line(text: str, lines: set[str]) -> str:
    """A text without the one of these lines that it begins with."""
    for length in range(_MAX_HEAD_CHARS, 0, -1):
        if text[length : length + 1] == " " and text[:length] in lines:
            return text[length + 1 :]
    return text


def _join_pages(blocks: Sequence[Block], breaks: Sequence[_PageBreak], heads: set[str]) -> list[Block]:
    head_lines = {line for page_break in breaks for line in page_break.lines if _make_key(line) in heads}
    texts = [_strip_line(page_break.after, head_lines) for page_break in breaks]
    numbers = [match and int(match[1]) for match in map(_FIRST_NUMBER.match, texts)]
    page_numbers = [number for number in numbers if number is not None]
    is_numbered = len(page_numbers) >= _MIN_TIMES and all(
        number < later for number, later in pairwise(page_numbers)
    )
    joined: list[Block] = []
    start = 0
    for page_break, text, number in zip(breaks, texts, numbers, strict=True):
        joined += blocks[start : page_break.first]
        rest = [
            block
            for block in blocks[page_break.first : page_break.last + 1]
            if _make_key(block.text) not in heads
        ]
        if is_numbered and number is not None:
            text = _FIRST_NUMBER.sub("", text, count=1)
        below = blocks[page_break.last + 1]
        if rest or below.block_type != "paragraph" or _ends_sentence(joined[-1].text):
            joined += [*rest, replace(below, text=text)]
        else:
            joined[-1] = replace(joined[-1], text=f"{joined[-1].text} {text}")
        start = page_break.last + 2
    return joined + list(blocks[start:])
