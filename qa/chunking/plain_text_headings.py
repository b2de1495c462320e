"""Headings of plain text: underlined, between equals signs, or lines that read like one."""

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from qa.text.lines import (
    LIST_ITEM,
    Heading,
    Line,
    continues_sentence,
    ends_sentence,
    is_question,
    iterate_lines,
    trim,
)

__all__ = ["is_title_line", "plain_headings"]

_MAX_CHARS = 100
_MAX_WORDS = 14
_MAX_NUMBERS = 3
_LONG_LINE = 100  # characters: a line above it is a whole paragraph
_BODY_CHARS = 60  # a heading's paragraph has more characters: in a dialogue the answer is short
_TITLE_REACH = (
    4  # lines below the first one in which a title's text must begin (author and date stand between)
)

_QUOTES = "\"'“”‘’«»„\u201a"
_NO_TITLE_END = frozenset(".!;:,…\u3002\uff01\u3001\uff0c\uff1b\uff1a-–—" + _QUOTES)
_SPEAKER = re.compile(r"[A-ZÀ-ÞŒ][A-ZÀ-ÞŒ .,'’()-]*:(?:\s|$)")
_LABEL = re.compile(
    r"(?:by\s+[A-Z]|(?:published|updated|posted|date|author|source|from|to|cc|subject|tags?|topics?)\s*:)",
    re.I,
)
_COLUMNS = re.compile(r"\t|\S {3,}\S|\|")
_WIKI = re.compile(r"(=(?: ?=){0,5})\s+(\S.{0,200}?)\s+\1")
_WIKI_TIGHT = re.compile(r"(={2,6})([^=\s](?:.{0,200}[^=\s])?)\1")
_ATX = re.compile(r"(#{1,6})[ \t]+(\S.*?)(?:(?<![ \t])[ \t]+#+)?")
_UNDERLINE = re.compile(r"([=\-~^\"'*#+])\1{2,}")


class _HeadingSpan(NamedTuple):
    """A heading's level and words, and the number of its last line; spans are keyed by that of the first."""

    last: int
    level: int
    words: str


def is_title_line(line: str) -> bool:
    """Whether a line by itself asks a question or reads like a title.

    It has at most 100 characters and 14 words, starts with a capital letter, a digit or an opening bracket
    (or a letter of a script without capitals), and ends in "?" or without punctuation. List items, spoken
    lines, bylines and rows of a table are no titles.
    """
    line = line.strip()
    if not line or len(line) > _MAX_CHARS or line[-1] in _NO_TITLE_END:
        return False
    if not _starts_like_title(line) or _SPEAKER.match(line) or _LABEL.match(line):
        return False
    if not _ends_like_title(line):
        return False
    words = line.split()
    numbers = sum(any(letter.isdigit() for letter in word) for word in words)
    has_few_numbers = numbers <= _MAX_NUMBERS and 2 * numbers <= len(words)
    return len(words) <= _MAX_WORDS and has_few_numbers and not _COLUMNS.search(line)


def _ends_like_title(line: str) -> bool:
    """Nothing is open, no full stop stands before a closing bracket, and it is no stage direction."""
    is_direction = line[0] in "([" and line[-1] in ")]"
    is_open = line.count("(") != line.count(")") or line.count("[") != line.count("]")
    return not is_direction and not is_open and (is_question(line) or not ends_sentence(line))


def _starts_like_title(line: str) -> bool:
    first_character = line[0]
    if LIST_ITEM.match(line):
        return False
    return (
        first_character in "([¿"
        or first_character.isdigit()
        or (first_character.isalpha() and not first_character.islower())
    )


def plain_headings(text: str, start: int, *, title: str, excluded: Set[int] = frozenset()) -> list[Heading]:
    """The headings of `text[start:]`, in order.

    Marked ones are all there are where at least two are found; else lines that read like headings count
    too. Those have level 2, and level 1 where the first line of the text is its title.

    Args:
        text: Of the document.
        start: Where the body begins.
        title: The document's title.
        excluded: Offsets of lines that can't be headings (code, rows of tables).
    """
    lines = list(iterate_lines(text, start, len(text)))
    marked_spans = _find_marked_headings(lines, excluded)
    spans = (
        marked_spans
        if len(marked_spans) >= 2
        else _find_title_lines(lines, excluded, marked_spans, title) | marked_spans
    )
    return [
        Heading(*trim(text, lines[first].start, lines[span.last].end), span.level, span.words)
        for first, span in sorted(spans.items())
    ]


def _find_marked_headings(lines: Sequence[Line], excluded: Set[int]) -> dict[int, _HeadingSpan]:
    """By number of line: WikiText (` = Title = `), `# Title`, and underlined titles."""
    spans: dict[int, _HeadingSpan] = {}
    underlines: list[str] = []
    last = -1  # the line under the last underlined heading, which is not the one over the next
    for number, line in enumerate(lines):
        if not line.text or line.start in excluded or len(line.text) > 2 * _MAX_CHARS:
            continue
        if line.text[0] == "=" and (wiki := _WIKI.fullmatch(line.text) or _WIKI_TIGHT.fullmatch(line.text)):
            spans[number] = _HeadingSpan(number, wiki[1].count("="), wiki[2])
        elif line.text[0] == "#":
            atx = _ATX.fullmatch(line.text)
            if atx and is_title_line(atx[2]) and _is_blank(lines, number - 1):
                spans[number] = _HeadingSpan(number, len(atx[1]), atx[2])
        elif _is_underlined(lines, number):
            character = lines[number + 1].text[0]
            has_overline = (
                number - 1 > last and number > 0 and lines[number - 1].text == lines[number + 1].text
            )
            style = character + ("^" if has_overline else "")
            if style not in underlines:
                underlines.append(style)
            first = number - 1 if has_overline else number
            last = number + 1
            spans[first] = _HeadingSpan(last, underlines.index(style) + 1, line.text)
    return spans


def _is_underlined(lines: Sequence[Line], number: int) -> bool:
    line = lines[number]
    if number + 1 >= len(lines) or not _UNDERLINE.fullmatch(lines[number + 1].text):
        return False
    line_above = lines[number - 1].text if number else ""
    stands_alone = not line_above or line_above == lines[number + 1].text
    return stands_alone and len(lines[number + 1].text) >= len(line.text) - 2 and is_title_line(line.text)


def _is_blank(lines: Sequence[Line], number: int) -> bool:
    return not 0 <= number < len(lines) or not lines[number].text


def _find_title_lines(
    lines: Sequence[Line], excluded: Set[int], marked_spans: dict[int, _HeadingSpan], title: str
) -> dict[int, _HeadingSpan]:
    """By number of line: lines that stand alone, read like a heading, and have a text under them."""
    is_wrapped = _is_wrapped(lines)
    spans: dict[int, _HeadingSpan] = {}
    first = next((number for number, line in enumerate(lines) if line.text), -1)
    previous = first - 1  # the last line that is not blank
    for number in range(max(first, 0), len(lines)):
        line = lines[number]
        if not line.text:
            continue
        if (
            number not in marked_spans
            and line.start not in excluded
            and is_title_line(line.text)
            and _stands_alone(lines, number, previous in spans or previous in marked_spans, is_wrapped)
            and _has_body(lines, number, is_first=number == first)
        ):
            is_title = number == first and _is_same_title(line.text, title)
            spans[number] = _HeadingSpan(number, 1 if is_title else 2, line.text)
        previous = number
    return spans


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether most of the text stands in lines of at most 100 characters."""
    lengths = [len(line.text) for line in lines]
    return 2 * sum(length for length in lengths if length > _LONG_LINE) < sum(lengths)


def _is_same_title(first: str, second: str) -> bool:
    return " ".join(first.casefold().split()) == " ".join(second.casefold().split())


def _stands_alone(lines: Sequence[Line], number: int, follows_heading: bool, is_wrapped: bool) -> bool:
    """Whether what is around separates the line from it.

    Among lines that are whole paragraphs a full stop before and a long line after suffice; where lines are
    wrapped, the last line of a paragraph may look like a question of its own, so it takes blank lines.
    """
    separated_above = _is_blank(lines, number - 1) or follows_heading
    if is_wrapped:
        return separated_above and _is_blank(lines, number + 1)
    separated_below = _is_blank(lines, number + 1) or _is_paragraph(
        lines[number + 1].text, len(lines[number].text)
    )
    return separated_below and (separated_above or ends_sentence(lines[number - 1].text))


def _is_paragraph(line: str, heading_chars: int) -> bool:
    """Whether a line right under a heading is its text: long, or a whole sentence that is longer.

    A digit rather goes on with what is above, as in a formula that lost its subscripts.
    """
    if line[0].isdigit():
        return False
    return len(line) > _LONG_LINE or (len(line) > heading_chars and ends_sentence(line))


def _has_body(lines: Sequence[Line], number: int, *, is_first: bool) -> bool:
    """Whether a paragraph follows that is longer than the line; a title may have a few lines in between."""
    line = lines[number].text
    min_chars = max(len(line) + 1, _BODY_CHARS)
    index = number + 1
    for _ in range(_TITLE_REACH if is_first else 1):
        while index < len(lines) and not lines[index].text:
            index += 1
        if index >= len(lines) or continues_sentence(lines[index].text):
            return False
        length = 0
        while index < len(lines) and lines[index].text and length <= min_chars:
            length += len(lines[index].text) + 1
            index += 1
        if length > min_chars:
            return True
    return False
