"""A PDF's headings: by its bookmarks, else by their type."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from qa.parsers.pdf.pdfium_pages import Bookmark
from qa.parsers.pdf.reading_order import Line
from qa.parsers.pdf.running_heads import letters
from qa.parsers.pdf.text_blocks import Block, Style, TypeFace

__all__ = ["mark_bookmarks", "mark_headings"]

_MAX_LINES = 5
_MAX_CHARS = 250
_MAX_SHARE = 0.3  # of the document's letters in a style that counts as one of headings
_LEVELS = 6
_LARGER = 1.07
_NUMBERING = re.compile(r"(?:chapter|part|section|appendix|annex|kapitel)?[\divxlca-z]{0,8}")
_NO_HEADING_END = re.compile(r"[.,;:]$")

# By the number of a line on its page: the number of the bookmark that names it, and its level.
BookmarkByLine = dict[int, tuple[int, int]]


def mark_bookmarks(bookmarks: Sequence[Bookmark], pages: Sequence[Sequence[Line]]) -> list[BookmarkByLine]:
    """For each page the lines that a bookmark names, which leads there or to the end of the page before."""
    bookmarks_by_page: list[BookmarkByLine] = [{} for _ in pages]
    keys = [[letters(line.text) for line in lines] for lines in pages]
    for number, bookmark in enumerate(bookmarks):
        title_key = letters(bookmark.title)
        if not title_key or len(title_key) > _MAX_CHARS:
            continue
        for page_index in (bookmark.page - 1, bookmark.page):
            if 0 <= page_index < len(pages) and (
                line_numbers := _find_lines(
                    title_key, keys[page_index], pages[page_index], bookmarks_by_page[page_index]
                )
            ):
                bookmarks_by_page[page_index].update(dict.fromkeys(line_numbers, (number, bookmark.level)))
                break
    return bookmarks_by_page


def _find_lines(
    title_key: str, keys: Sequence[str], lines: Sequence[Line], bookmark_by_line: BookmarkByLine
) -> range | None:
    """The lines that are these words, of several the largest ones; numbers before the words may differ."""
    best: tuple[float, range] | None = None
    for first in range(len(keys)):
        text = ""
        for last in range(first, min(first + _MAX_LINES, len(keys))):
            if last in bookmark_by_line or lines[last].column != lines[first].column:
                break
            text += keys[last]
            if len(text) > len(title_key) + 20:
                break
            if _has_same_words(text, title_key):
                weight = lines[first].size + lines[first].bold
                if best is None or weight > best[0]:
                    best = weight, range(first, last + 1)
                break
    return best[1] if best else None


def _has_same_words(first: str, second: str) -> bool:
    """Whether they are equal but for a number before the words of one of them."""
    short, long = sorted((first, second), key=len)
    number = long[: len(long) - len(short)]
    if first == second or len(short) < 3 or not long.endswith(short):
        return first == second
    return bool(_NUMBERING.fullmatch(number)) and any(map(str.isdigit, number))


def mark_headings(pages: Sequence[Sequence[Block]], face: TypeFace) -> None:
    """Make headings of the paragraphs that are set like ones, with levels by size; bookmarks come first."""
    level_by_style = _read_bookmark_levels(pages)
    styles: dict[Style, list[Block]] = defaultdict(list)
    text_lengths: Counter[Style] = Counter()
    for blocks in pages:
        for block in blocks:
            if block.block_type == "text" and block.level == 0 and _looks_like_heading(block, face):
                styles[block.style].append(block)
            elif block.block_type == "text":
                text_lengths[block.style] += sum(len(line.text) for line in block.lines)
    total = sum(len(line.text) for blocks in pages for block in blocks for line in block.lines)
    # What is larger than any bookmarked heading, as the title of the document, stands above them.
    ordered_styles = sorted(styles, key=lambda style: (-style.size, not style.bold))
    lowest = max(level_by_style.values(), default=0)
    largest = max((style.size for style in level_by_style), default=0.0)
    new_styles: list[Style] = []
    title = _find_title(styles)
    for style in ordered_styles:
        style_blocks = styles[style]
        length = sum(len(line.text) for block in style_blocks for line in block.lines)
        # Text may be set in two sizes: a short paragraph of the larger one is no heading.
        if text_lengths[style] > length or (length > _MAX_SHARE * total and len(style_blocks) > 1):
            continue
        level = level_by_style.get(style)
        if level is None and level_by_style and style.size > largest:
            level = 1
        if level is None:
            new_styles.append(style)
            level = min(lowest + len(new_styles), _LEVELS)
        for block in style_blocks:
            block.block_type, block.level = "heading", 1 if block is title else level


def _find_title(styles: dict[Style, list[Block]]) -> Block | None:
    """The first of the largest blocks on the first page, where that is the only one in its size."""
    first_page_blocks = [
        block for style_blocks in styles.values() for block in style_blocks if block.page == 1
    ]
    largest = max((block.style.size for block in first_page_blocks), default=0.0)
    largest_blocks = [block for block in first_page_blocks if block.style.size == largest]
    return largest_blocks[0] if len(largest_blocks) == 1 else None


def _read_bookmark_levels(pages: Sequence[Sequence[Block]]) -> dict[Style, int]:
    """The highest level that the bookmarks give to each style."""
    levels: dict[Style, int] = {}
    for blocks in pages:
        for block in blocks:
            if block.block_type == "heading":
                levels[block.style] = min(block.level, levels.get(block.style, block.level))
    return levels


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
