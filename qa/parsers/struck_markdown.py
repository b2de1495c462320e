"""Text of Markdown that is struck out: "~~60~~ 45 crowns" is no price of 60."""

import re
from collections.abc import Iterator

__all__ = ["remove_struck"]

_MARK = re.compile(r"\\.|`+|~~+|<(?P<end>/?)(?P<tag>del|s|strike)(?:\s[^<>\n]{0,80})?>", re.I)
_FENCE = re.compile(r"[ \t>]{0,6}(`{3,}|~{3,})")
_MAX_SHARE = 0.8  # of the text; more is a mistake

_Span = tuple[int, int]


def remove_struck(text: str, start: int) -> str:
    """The text without what is struck out from `start` on, and without one of the spaces around it."""
    if "~~" not in text and "</" not in text:
        return text
    parts, last = [text[:start]], start
    for block_start, block_end in _iterate_paragraphs(text, start):
        for struck_start, struck_end in _find_struck(text, block_start, block_end):
            before = text[last:struck_start]
            if before[-1:] in ("", " ", "\n") and text[struck_end : struck_end + 1] == " ":
                struck_end += 1
            parts.append(before)
            last = struck_end
    rest = "".join([*parts, text[last:]])
    return rest if len(rest) - start > (1 - _MAX_SHARE) * (len(text) - start) else text


def _iterate_paragraphs(text: str, start: int) -> Iterator[_Span]:
    """Lines without a blank one between them, and without fenced code: no mark reaches further."""
    fence = ""
    first = start
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        mark = _FENCE.match(text, start, end)
        if fence:
            if mark is not None and mark[1].startswith(fence):
                fence = ""
            first = end
        elif mark is not None or not text[start:end].strip():
            fence = mark[1] if mark is not None else ""
            if first < start:
                yield first, start
            first = end
        start = end
    if first < len(text):
        yield first, len(text)


def _find_struck(text: str, start: int, end: int) -> Iterator[_Span]:
    marks = [mark for mark in _MARK.finditer(text, start, end) if not mark[0].startswith("\\")]
    index = 0
    ends = _find_ends(text, marks)
    while index < len(marks):
        last = ends.get(index)
        if last is not None and not marks[index][0].startswith("`"):
            yield marks[index].start(), marks[last].end()
        index = index + 1 if last is None else last + 1


def _find_ends(text: str, marks: "list[re.Match[str]]") -> dict[int, int]:
    """For each mark that begins something the one that ends it, by their numbers."""
    following: dict[str, int] = {}
    ends: dict[int, int] = {}
    for index in reversed(range(len(marks))):
        mark = marks[index]
        name = (mark["tag"] or mark[0]).lower()
        if mark["tag"]:
            begins, ends_here = not mark["end"], bool(mark["end"])
        elif name == "~~":
            begins = text[mark.end() : mark.end() + 1].strip() != ""
            ends_here = text[mark.start() - 1 : mark.start()].strip() != ""
        else:
            begins = ends_here = name[0] == "`"
        if begins and name in following:
            ends[index] = following[name]
        if ends_here:
            following[name] = index
    return ends
