"""A PDF's headings: by its bookmarks, else by their type."""

import re
from collections import defaultdict
from collections.abc import Sequence

from qa.load.pdf.blocks import Block, Style, TypeFace
from qa.load.pdf.layout import Line
from qa.load.pdf.margins import letters
from qa.load.pdf.pages import Bookmark

__all__ = ["mark_bookmarks", "mark_headings"]

_MAX_LINES = 5
_MAX_CHARS = 250
_MAX_SHARE = 0.3  # of the document's letters in a style that is told to be one of headings
_LEVELS = 6
_LARGER = 1.07
_NUMBERING = re.compile(r"(?:chapter|part|section|appendix|annex|kapitel)?[\divxlca-z]{0,8}")
_NO_HEADING_END = re.compile(r"[.,;:]$")

# By the number of a line on its page: the number of the bookmark that names it, and its level.
Marks = dict[int, tuple[int, int]]


def mark_bookmarks(bookmarks: Sequence[Bookmark], pages: Sequence[Sequence[Line]]) -> list[Marks]:
    """For each page the lines that a bookmark names, which leads there or to the end of the page before."""
    marks: list[Marks] = [{} for _ in pages]
    keys = [[letters(line.text) for line in lines] for lines in pages]
    for number, bookmark in enumerate(bookmarks):
        wanted = letters(bookmark.title)
        if not wanted or len(wanted) > _MAX_CHARS:
            continue
        for page in (bookmark.page - 1, bookmark.page):
            if 0 <= page < len(pages) and (found := _find(wanted, keys[page], pages[page], marks[page])):
                marks[page].update(dict.fromkeys(found, (number, bookmark.level)))
                break
    return marks


def _find(wanted: str, keys: Sequence[str], lines: Sequence[Line], taken: Marks) -> range | None:
    """The lines that are these words, of several the largest ones; numbers before the words may differ."""
    best: tuple[float, range] | None = None
    for first in range(len(keys)):
        text = ""
        for last in range(first, min(first + _MAX_LINES, len(keys))):
            if last in taken or lines[last].column != lines[first].column:
                break
            text += keys[last]
            if len(text) > len(wanted) + 20:
                break
            if _same_words(text, wanted):
                weight = lines[first].size + lines[first].bold
                if best is None or weight > best[0]:
                    best = weight, range(first, last + 1)
                break
    return best[1] if best else None


def _same_words(one: str, other: str) -> bool:
    """Whether they are equal but for a number before the words of one of them."""
    short, long = sorted((one, other), key=len)
    number = long[: len(long) - len(short)]
    if one == other or len(short) < 3 or not long.endswith(short):
        return one == other
    return bool(_NUMBERING.fullmatch(number)) and any(map(str.isdigit, number))


def mark_headings(pages: Sequence[Sequence[Block]], face: TypeFace) -> None:
    """Make headings of the paragraphs that are set like ones, with levels by size; bookmarks come first."""
    known = _levels_by_style(pages)
    styles: dict[Style, list[Block]] = defaultdict(list)
    for blocks in pages:
        for block in blocks:
            if block.kind == "text" and block.level == 0 and _looks_like_heading(block, face):
                styles[block.style].append(block)
    total = sum(len(line.text) for blocks in pages for block in blocks for line in block.lines)
    # What is larger than any bookmarked heading, as the title of the document, stands above them.
    order = sorted(styles, key=lambda style: (-style.size, not style.bold))
    lowest = max(known.values(), default=0)
    largest = max((style.size for style in known), default=0.0)
    new: list[Style] = []
    title = _title(styles)
    for style in order:
        found = styles[style]
        share = sum(len(line.text) for block in found for line in block.lines) / max(total, 1)
        if share > _MAX_SHARE and len(found) > 1:
            continue
        level = known.get(style)
        if level is None and known and style.size > largest:
            level = 1
        if level is None:
            new.append(style)
            level = min(lowest + len(new), _LEVELS)
        for block in found:
            block.kind, block.level = "heading", 1 if block is title else level


def _title(styles: dict[Style, list[Block]]) -> Block | None:
    """The first of the largest blocks on the first page, where that is the only one in its size."""
    first = [block for found in styles.values() for block in found if block.page == 1]
    largest = max((block.style.size for block in first), default=0.0)
    blocks = [block for block in first if block.style.size == largest]
    return blocks[0] if len(blocks) == 1 else None


def _levels_by_style(pages: Sequence[Sequence[Block]]) -> dict[Style, int]:
    """The highest level that the bookmarks give to each style."""
    found: dict[Style, int] = {}
    for blocks in pages:
        for block in blocks:
            if block.kind == "heading":
                found[block.style] = min(block.level, found.get(block.style, block.level))
    return found


def _looks_like_heading(block: Block, face: TypeFace) -> bool:
    style, body = block.style, face.body
    text = " ".join(line.text for line in block.lines)
    if len(text) > _MAX_CHARS or len(block.lines) > _MAX_LINES or not any(map(str.isalpha, text)):
        return False
    if style.size > _LARGER * body.size:
        return sum(map(str.isalpha, text)) >= 2
    if not style.bold or body.bold or style.size < 0.93 * body.size:
        return False
    return len(text) <= 120 and not _NO_HEADING_END.search(text) and len(letters(text)) > 2
