"""The day of publication that stands on a PDF's first page."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from qa.errors import LoadError
from qa.parsers.datelines import DAY, MONTH, WEEKDAY
from qa.parsers.dates import parse_date
from qa.parsers.pdf.page_lines import Line

__all__ = ["find_published"]

_MAX_LINES = 40  # at the head of a page that has no running text
_MAX_CHARS = 110
_MIN_TEXT_CHARS = 60  # of a line of running text
_MAX_WORDS = 6  # of a place or a name before a date
_AFTER = r"(?:,? (?:at )?\d{1,2}[:.]\d{2}.*+)?"
_LABELLED = re.compile(
    r"(?:(?:first |originally )?(?:published|issued|released|posted)(?: on)?|(?:release|issue) date"
    r"|date of (?:publication|issue|release)|publication date|date published)"
    rf" ?[:–—-]? ?{WEEKDAY}({DAY})\b.*",
    re.I,
)
_CHANGED = re.compile(
    rf"(?:last |page )?(?:updated|changed|modified|revised)(?: on)? ?:? ?{WEEKDAY}({DAY})\b.*", re.I
)
_DATED = re.compile(rf"dated?(?: of (?:the )?(?:document|report|memo))? ?: ?{WEEKDAY}({DAY}){_AFTER}", re.I)
# A running head such as "Federal Register / Vol. 90, No. 158 / Tuesday, August 19, 2025 / Notices".
_GAZETTE = re.compile(
    rf".{{0,150}}\b(?:vol(?:ume)?|no|nr|issue)\b\.? ?\d.{{0,150}}?\b{WEEKDAY}({DAY})\b.*", re.I
)
_ALONE = re.compile(rf"(.*?)(?<![\s,|/·•–—(-])[\s,|/·•–—(-]*+\b{WEEKDAY}({DAY}){_AFTER}[\s.)|]*", re.I)
_MONTH_ALONE = re.compile(rf"({MONTH} \d{{4}})", re.I)
# Words after which a date is that of something else.
_OTHER_DAY = re.compile(
    r"\b(?:of|on|at|from|to|by|until|till|since|before|after|between|and|in|effective|expires?|deadline|due"
    r"|embargo(?:ed)?|valid|meeting|session|comments?|updated?|revised?|accessed|retrieved|printed|downloaded|as"
    r"|your|force|applies|approved|adopted|signed|received|filed|hearing|next|week|year|month|period|ended|ending)"
    r"\b[\s,:]*$",
    re.I,
)


def find_published(lines: Sequence[Line], body_size: float) -> set[date]:
    """The days that the first page names as that of its publication: one, several that contradict, or none.

    What is said to be published, issued or released then comes first; then the head of a gazette, then a date
    that stands alone above the text. `lines` are those of the page from the top down, with its margins.
    """
    texts = [" ".join(line.text.split()) for line in lines]
    head = texts[: _find_text(lines, body_size)]
    months = [match[1] for text in head if (match := _MONTH_ALONE.fullmatch(text))]
    for days in (
        _match_days(_LABELLED, texts),
        _match_days(_GAZETTE, [*texts[:2], *texts[-2:]]),
        _match_days(_DATED, head),
        _list_days_alone(head),
        (day for month in months for day in _parse(month)),
        _match_days(_CHANGED, head),
    ):
        if distinct_days := set(days):
            return distinct_days
    return set()


def _find_text(lines: Sequence[Line], body_size: float) -> int:
    """The number of the first line of running text."""
    for index, line in enumerate(lines[:_MAX_LINES]):
        if (
            max(len(piece.text) for piece in line.pieces) >= _MIN_TEXT_CHARS
            and line.size <= 1.1 * body_size
            and not _ALONE.fullmatch(line.text)
        ):
            return index
    return _MAX_LINES


def _match_days(pattern: re.Pattern[str], texts: Iterable[str]) -> Iterator[date]:
    for text in texts:
        if len(text) <= _MAX_CHARS and (match := pattern.fullmatch(text)):
            yield from _parse(match[1])


def _list_days_alone(texts: Iterable[str]) -> Iterator[date]:
    """Dates that have no more than a place or a name before them."""
    for text in texts:
        match = _ALONE.fullmatch(text)
        if match is None or len(match[1].split()) > _MAX_WORDS:
            continue
        # "of 3 May 2025" alone goes on with the name of an act above it.
        if _OTHER_DAY.search(match[1]) and match[1].casefold() != "of":
            continue
        yield from _parse(match[2])


def _parse(text: str) -> Iterator[date]:
    try:
        day = parse_date(text)
    except LoadError:
        return
    if day.year >= 1900:
        yield day
