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
    wanted = " ".join(text.split())
    try:
        if found := _ISO.fullmatch(wanted):
            return date(int(found[1]), int(found[3]), int(found[4] or 1))
        if found := _DAY_FIRST.fullmatch(wanted):
            return date(int(found[3]), _month(found[2]), int(found[1]))
        if found := _MONTH_FIRST.fullmatch(wanted):
            return date(int(found[3]), _month(found[1]), int(found[2] or 1))
    except ValueError:
        pass
    raise LoadError(f"unknown date {text[:60]!r}: write YYYY-MM-DD")


def _month(name: str) -> int:
    """1 to 12 for a month's name or an abbreviation of three letters or more, or ValueError."""
    wanted = name.lower()
    for number, month in enumerate(_MONTHS, start=1):
        if len(wanted) >= 3 and month.startswith(wanted):
            return number
    raise ValueError(name)


def _is_moment(when: datetime | date | str) -> TypeGuard[datetime]:
    return isinstance(when, datetime) and when.tzinfo is not None


def _day(when: datetime | date | str) -> date:
    if isinstance(when, str):
        return parse_date(when)
    return when.date() if isinstance(when, datetime) else when


def end_of_day(when: datetime | date | str) -> datetime:
    """The last second of a day in UTC; a moment with a time zone as it is.

    Raises:
        LoadError: It is no date.
    """
    return when if _is_moment(when) else datetime.combine(_day(when), time(23, 59, 59), UTC)


def start_of_day(when: datetime | date | str) -> datetime:
    """The first second of a day in UTC; a moment with a time zone as it is."""
    return when if _is_moment(when) else datetime.combine(_day(when), time(), UTC)
