"""Dates as people write them."""

import re
from datetime import UTC, date, datetime, time
from typing import TypeGuard

from qa.errors import LoadError

__all__ = ["end_of_day", "parse_date", "start_of_day"]

_MONTHS = ("january february march april may june july august september october november december").split()
_ISO = re.compile(
    r"(\d{4})([-/])(\d{1,2})(?:\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}\S*(?: ?[A-Z+-]\S*)?)?)?", re.ASCII
)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]+)\.?,? (\d{4})", re.ASCII | re.IGNORECASE)
_MONTH_FIRST = re.compile(r"([a-z]+)\.?(?: (\d{1,2})(?:st|nd|rd|th)?)?,? (\d{4})", re.ASCII | re.IGNORECASE)


def parse_date(text: str) -> date:
    """Read `2025-09-18`, `2025/9/18`, `2025-09` (its first day), `18 September 2025`, `Sept. 18, 2025`.

    An ISO date with a time counts as its date, as written, whatever its time zone. Dates of numbers alone
    that do not begin with the year, such as 03/04/2025, are refused: they mean two days.

    Raises:
        LoadError: Anything else, and days that do not exist.
    """
    date_text = " ".join(text.split())
    try:
        if match := _ISO.fullmatch(date_text):
            return date(int(match[1]), int(match[3]), int(match[4] or 1))
        if match := _DAY_FIRST.fullmatch(date_text):
            return date(int(match[3]), _parse_month(match[2]), int(match[1]))
        if match := _MONTH_FIRST.fullmatch(date_text):
            return date(int(match[3]), _parse_month(match[1]), int(match[2] or 1))
    except ValueError:
        pass
    raise LoadError(f"unknown date {text[:60]!r}: write YYYY-MM-DD")


def _parse_month(name: str) -> int:
    """1 to 12 for a month's name or an abbreviation of three letters or more, or ValueError."""
    prefix = name.lower()
    for number, month in enumerate(_MONTHS, start=1):
        if len(prefix) >= 3 and month.startswith(prefix):
            return number
    raise ValueError(name)


def _has_time_zone(when: datetime | date | str) -> TypeGuard[datetime]:
    return isinstance(when, datetime) and when.tzinfo is not None


def _to_date(when: datetime | date | str) -> date:
    if isinstance(when, str):
        return parse_date(when)
    return when.date() if isinstance(when, datetime) else when


def end_of_day(when: datetime | date | str) -> datetime:
    """The last second of a day in UTC; a moment with a time zone as it is.

    Raises:
        LoadError: It is no date.
    """
    return when if _has_time_zone(when) else datetime.combine(_to_date(when), time(23, 59, 59), UTC)


def start_of_day(when: datetime | date | str) -> datetime:
    """The first second of a day in UTC; a moment with a time zone as it is."""
    return when if _has_time_zone(when) else datetime.combine(_to_date(when), time(), UTC)
