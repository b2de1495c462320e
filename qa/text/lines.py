"""Lines with their offsets, and what a line alone shows."""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = [
    "EAST_ASIAN_END",
    "ITEM_MARKER",
    "LIST_ITEM",
    "LOWERED_FIGURES",
    "RAISED_FIGURES",
    "Heading",
    "Line",
    "continues_sentence",
    "ends_sentence",
    "is_question",
    "is_symbols",
    "is_table_row",
    "item_start",
    "iterate_lines",
    "starts_block",
    "trim",
]

_BULLET = r"[-*+•‣◦▪·–—]"
_NUMBER = r"(?:\d{1,3}[.)]|\(?[a-z]\)|\(\d{1,3}\))"
# A list item's marker with the white space after it; quote marks of Markdown may stand before it.
LIST_ITEM = re.compile(rf"[ \t>]*(?:{_BULLET}|{_NUMBER})[ \t]+(?=\S)")
# What an item loses where it is shown in another list; "(a)" may be referred to, and stays.
ITEM_MARKER = re.compile(r"(?:[-*+•–]|\d{1,3}[.)])\s+")
RAISED_FIGURES, LOWERED_FIGURES = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
# Full stop, exclamation and question mark of East Asian scripts.
EAST_ASIAN_END = "\u3002\uff01\uff1f"
_SENTENCE_END = re.compile(rf"[.!?…{EAST_ASIAN_END}]['\"”’»)\]*_]*(?:[{RAISED_FIGURES},]+|\[\w{{1,3}}\])?\Z")
_MID_SENTENCE = re.compile(r"[,.;:!?)\]%]|\d+\s+[^\W\d_A-Z]")
_TABLE_ROW = re.compile(r"^\||^[^|]+ \| [^|]*\||^[^:;]{1,60}: [^;]*; [^:;]{1,60}: ")
_NON_SPACE = re.compile(r"\S")


class Line(NamedTuple):
    """A line without its newline: its place in the document and its text without white space around it."""

    start: int
    end: int
    text: str


class Heading(NamedTuple):
    """A heading: where it stands (with its marks and underline), its level from 1 down, and its words."""

    start: int
    end: int
    level: int
    text: str


def iterate_lines(text: str, start: int, end: int) -> Iterator[Line]:
    """The lines of `text[start:end]`, blank ones too."""
    while start <= end:
        newline = text.find("\n", start, end)
        stop = end if newline < 0 else newline
        yield Line(start, stop, text[start:stop].strip())
        start = stop + 1


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space around it; empty if there is nothing else."""
    match = _NON_SPACE.search(text, start, end)
    if match is None:
        return end, end
    while text[end - 1].isspace():
        end -= 1
    return match.start(), end


def ends_sentence(line: str) -> bool:
    """Whether a line ends in terminal punctuation, closing quotes and brackets aside."""
    return bool(_SENTENCE_END.search(line[-8:]))


def is_question(line: str) -> bool:
    """Whether a line ends in a question mark."""
    return line.endswith(("?", EAST_ASIAN_END[-1]))


def continues_sentence(line: str) -> bool:
    """Whether a line starts in the middle of a sentence: lower-case, a number before it, or punctuation."""
    return line[:1].islower() or _MID_SENTENCE.match(line) is not None


def starts_block(line: str) -> bool:
    """Whether a line is a list item or a table row, so that no sentence reaches into it."""
    return line.startswith("|") or LIST_ITEM.match(line) is not None


def item_start(text: str) -> int:
    """Where the words of a list's item start behind its `ITEM_MARKER`; 0 for what has none."""
    marker = ITEM_MARKER.match(text)
    return marker.end() if marker else 0


def is_symbols(text: str) -> bool:
    """Whether there is no letter and no digit: rules, fences, the line under a table's head."""
    return not any(map(str.isalnum, text))


def is_table_row(text: str) -> bool:
    """Whether a line is a row of a table, as records ("Port: Esk; Ships: 5") or between bars."""
    return _TABLE_ROW.search(text) is not None
