"""What a workbook is about, where its properties do not say: a line at the top of a sheet."""

import re
from collections.abc import Iterator

from qa.parsers.empty_titles import is_empty_title, names_a_part
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.table_heads import PROPERTY_NAME
from qa.parsers.table_units import is_caption, is_note

__all__ = ["find_sheet_title"]

_MIN_WORDS = 2
_MAX_SHEET_NAME_CHARS = 31
_CODE = re.compile(r"[A-Za-z]{0,4}[ ._-]?\d{1,3}(?:[._-]?\w{1,3}){0,3}")
_WORD = re.compile(r"[^\W\d_]{2,}")


def find_sheet_title(content: ParsedContent) -> str | None:
    """The first line over a table that names it, None where a sheet's own name or the file's says more.

    A line that stands on top of every sheet is the workbook's, and says more than a sheet's name that had to
    be cut; so does one with all words of the only sheet's name, and more.
    """
    headings = [mark for mark in content.structure if mark.level]
    names = [content.text[mark.start : mark.end] for mark in headings]
    starts = [heading.end for heading in headings] or [0]
    rows = {mark.start for mark in content.structure if not mark.level}
    lines = list(_top_lines(content, starts, rows))
    is_shared = len(names) > 1 and len(lines) == len(names) and len(set(lines)) == 1
    says_nothing = (
        not names
        or names_a_part(names[0])
        or is_empty_title(names[0])
        or _CODE.fullmatch(names[0]) is not None
    )
    title = next(filter(_is_title, lines), None)
    if len(names) == 1 and title and _words(names[0]) < _words(title):
        return title
    if not (is_shared or says_nothing or len(names[0]) == _MAX_SHEET_NAME_CHARS):
        return None
    return title


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _top_lines(content: ParsedContent, starts: list[int], rows: set[int]) -> Iterator[str]:
    """The line at the top of each sheet that has a table."""
    for start, end in zip(starts, [*starts[1:], len(content.text)], strict=True):
        sheet = content.text[start:end]
        line_start = start + len(sheet) - len(sheet.lstrip("\n"))
        is_table_below = any(line_start < table.start <= end for table in content.tables)
        if is_table_below and line_start not in rows:
            yield content.text[line_start:end].partition("\n")[0]


def _is_title(line: str) -> bool:
    is_property = line.partition(":")[0] != line and PROPERTY_NAME.fullmatch(line) is not None
    return (
        len(_WORD.findall(line)) >= _MIN_WORDS
        and is_caption(line)
        and not is_note(line, "")
        and not is_property
    )
