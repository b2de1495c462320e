"""Years, quarters, halves and months in questions and in the heads of tables, told alike."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from qa.query.conditions.periods import MONTH_NUMBERS, MONTHS, day_of, month_of_years

__all__ = [
    "Bounds",
    "FoundPeriods",
    "bounds_of",
    "drop_days",
    "find_bounds",
    "find_periods",
    "find_start",
    "kind_of_period",
    "months_of",
    "split_period",
]

_MONTH = "|".join(f"{name}|{name[:3]}\\.?" if len(name) > 4 else name for name in MONTHS)
_ORDINALS = {
    "first": "1",
    "1st": "1",
    "second": "2",
    "2nd": "2",
    "third": "3",
    "3rd": "3",
    "fourth": "4",
    "4th": "4",
    "opening": "1",
    "closing": "4",
    "last": "4",
    "final": "4",
}
_YEAR = r"(?:1[89]|20)\d\d"
_PERIOD = re.compile(
    r"(?<![\w.,])(?P<day>[0-3]?\d)[./](?P<day_month>[01]?\d)[./](?P<day_year>(?:1[89]|20)\d\d)(?!\w)"
    r"|(?<![\w.,])(?P<iso>(?:1[89]|20)\d\d-[01]\d-[0-3]\d)(?!\w)"
    rf"|\b(?P<first_month>{_MONTH})\s?(?:[-–—/]|to|through)\s?(?P<last_month>{_MONTH})(?![\w])"
    r"|\b(?:(?:the )?first (?P<months>three|six|nine|3|6|9) months|(?P<short_months>[369])M)\b"
    rf"|(?<![\w.,])(?P<month_day>[0-3]?\d)(?:st|nd|rd|th)?\s(?=(?:{_MONTH})\s{_YEAR})"
    rf"|\b(?P<dash_month>{_MONTH})(?:[-–]|\s?[’'])(?P<dash_year>\d\d)(?![\w%]|[.,-]\d)"
    rf"|\A\s*(?P<slash_month>0?[1-9]|1[0-2])/(?P<slash_year>{_YEAR})\s*\Z"
    rf"|(?<![\w.,])(?P<part_year>{_YEAR})[-\s]?(?P<year_part>[QHM])(?P<part_number>\d\d?)\b"
    r"|(?<![\w.,])(?P<split>(?:1[89]|20)\d\d\s?[/–-]\s?(?:20)?\d\d)(?![\d%]|[.,]\d)"
    r"|(?<![\d.,])(?<![^\W\d_][-/])(?:FY\s?)?(?P<year>(?:1[89]|20)\d\d)(?![\d%]|[.,]\d)"
    rf"|\b(?P<last_months>(?:last|final) three months)(?= of {_YEAR})"
    r"|\b(?P<ordinal>first|second|third|fourth|1st|2nd|3rd|4th|opening|closing|"
    rf"(?:last|final)(?= (?:quarter|half) (?:of )?{_YEAR}))[\s-](?P<part>quarter|half)\b"
    r"|\b(?P<short>[QH])\s?(?P<number>[1-4])\b"
    r"|\bquarter\s(?P<plain>[1-4])\b"
    rf"|\b(?P<month>{_MONTH})(?![\w])",
    re.IGNORECASE,
)
_MONTH_COUNTS = {"three": 3, "six": 6, "nine": 9}
# Months from the first to the last that have a name of their own.
_NAMED_MONTHS = {(1, 3): "q1", (4, 6): "q2", (7, 9): "q3", (10, 12): "q4", (1, 6): "h1", (7, 12): "h2"}
_DAY = (
    rf"[0-3]?\d[./][01]?\d[./]{_YEAR}|{_YEAR}-[01]\d-[0-3]\d|[0-3]?\d(?:st|nd|rd|th)?\s(?:{_MONTH})\s{_YEAR}|"
    rf"(?:{_MONTH})\s[0-3]?\d,?\s{_YEAR}|(?:{_MONTH})\s{_YEAR}|{_YEAR}"
)
_ONE_DAY = re.compile(rf"(?<![\w.,])(?:{_DAY.rsplit('|', 2)[0]})(?!\w)", re.IGNORECASE)
_BOUND = re.compile(
    r"(?:(?<!\d)(?<!\d )\b"
    rf"(?P<from>(?:on or )?after|(?:as )?from|since|as of|effective|starting|valid from)\s+"
    rf"(?P<start>{_DAY})(?:\s*(?:to|until|till|through|[–—-])\s*(?P<both>{_DAY}))?|"
    rf"(?P<to>up to(?: and including)?|until|till|to|through|before|valid (?:to|until))\s+(?P<end>{_DAY})|"
    rf"(?P<first>{_DAY.rsplit('|', 2)[0]})\s*(?:to|until|[–—-])\s*(?P<last>{_DAY.rsplit('|', 2)[0]}))"
    r"(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_ONLY_DAY = re.compile(rf"\s*(?:{_DAY})\s*", re.IGNORECASE)
_MONTH_DAYS = timedelta(days=31)
_LOWER_CASE_WORDS = ("may", "march", "mar", "sep", "dec", "jan")


class Bounds(NamedTuple):
    """Days from the first to the last; None where there is no end."""

    first: date | None
    last: date | None

    def holds(self, other: "Bounds") -> bool:
        """Whether all days of another stretch are within."""
        starts = self.first is None or (other.first is not None and self.first <= other.first)
        return starts and (self.last is None or (other.last is not None and other.last <= self.last))

    def starts_within(self, other: "Bounds") -> bool:
        """Whether the first day is one of another stretch that is no longer than a month."""
        if self.first is None or other.first is None or other.last is None:
            return False
        return other.first <= self.first <= other.last and other.last - other.first <= _MONTH_DAYS


class FoundPeriods(NamedTuple):
    """The periods of a text in order, and the text without them.

    They are named "2023", "2023/24", "q1", "h2", "m03", "m01-m09" and, for the day of a date, "d31".

    `written` says how the text words each.
    """

    names: tuple[str, ...]
    written: dict[str, str]
    rest: str


def find_periods(text: str) -> FoundPeriods:
    """The periods that a text names; "may" and "march" are months only with a capital or before a year."""
    written: dict[str, str] = {}

    def keep(match: re.Match[str]) -> str:
        names = _names(match)
        for name in names:
            written.setdefault(name, match[0])
        return " " if names else match[0]

    rest = _PERIOD.sub(keep, text)
    return FoundPeriods(tuple(written), written, rest)


def kind_of_period(name: str) -> str:
    """What a period as `find_periods` names it is: "year", "q", "h", "m" or "d"."""
    return "year" if name[0].isdigit() else name[0]


def months_of(name: str) -> tuple[int, int] | None:
    """The first and the last month of a part of a year, or of a year; None for days and spans of years."""
    if kind_of_period(name) == "year":
        return (1, 12) if re.fullmatch(_YEAR, name) else None
    named = next((months for months, called in _NAMED_MONTHS.items() if called == name), None)
    return named or ((int(name[1:3]), int(name[-2:])) if name[0] == "m" else None)


def split_period(name: str, kind: str) -> tuple[str, ...]:
    """The months ("m") or quarters ("q") that a longer period is made of, in order; empty where it is not."""
    months, length = months_of(name), {"m": 1, "q": 3}[kind]
    if months is None or (months[0] - 1) % length or months[1] % length or months[1] - months[0] < length:
        return ()
    return tuple(
        _name_of_months(first, first + length - 1) if length > 1 else f"m{first:02}"
        for first in range(months[0], months[1] + 1, length)
    )


def drop_days(text: str) -> str:
    """The text without its dates of one day."""
    return _ONE_DAY.sub(" ", text)


def find_bounds(text: str) -> tuple[Bounds, str] | None:
    """From when or until when a label holds ("from 1.7.2025"), and the label without that; None without."""
    match = _BOUND.search(text)
    is_end_of_range = (
        match
        and (match["to"] or "").lower() in ("to", "through")
        and any(find_periods(text[: match.start()]).names)
    )
    if match is None or is_end_of_range:
        return None
    rest = text[: match.start()] + " " + text[match.end() :]
    first, last = match["start"] or match["first"], match["both"] or match["end"] or match["last"]
    starts, ends = (_days(written) if written else None for written in (first, last))
    if (first and starts is None) or (last and ends is None):
        return None
    start, end = starts.first if starts else None, ends.last if ends else None
    if (match["from"] or "").lower() == "after" and starts and starts.last:
        start = starts.last + timedelta(days=1)
    if (match["to"] or "").lower() == "before" and ends and ends.first:
        end = ends.first - timedelta(days=1)
    return Bounds(start, end), rest


def find_start(text: str) -> date | None:
    """The first day of a written date, month or year that is all of the text; None where it is none."""
    days = _days(text) if _ONLY_DAY.fullmatch(text) else None
    return days.first if days else None


def bounds_of(names: Iterable[str]) -> Bounds | None:
    """The days of periods as `find_periods` names them, which lie in one year; None where that isn't told."""
    years = [int(name) for name in names if re.fullmatch(_YEAR, name)]
    parts = [name for name in names if not name[0].isdigit()]
    if len(years) != 1 or len(years) + len(parts) != len(list(names)):
        return None
    first, last, day = 1, 12, 0
    for name in parts:
        if name[0] == "d":
            day = int(name[1:])
            continue
        months = next((months for months, named in _NAMED_MONTHS.items() if named == name), None)
        first, last = months or (int(name[1:3]), int(name[-2:]))
    try:
        if day:
            return Bounds(date(years[0], first, day), date(years[0], first, day))
        return Bounds(date(years[0], first, 1), day_of(years[0], last, 31))
    except ValueError:
        return None


def _days(text: str) -> Bounds | None:
    """The days of a written date, month or year."""
    names = list(find_periods(text).names)
    if not any(name[0] == "d" for name in names):
        rest = re.search(r"\d+", find_periods(text).rest)
        names += [f"d{int(rest[0]):02}"] if rest else []
    return bounds_of(names)


def _names(match: re.Match[str]) -> tuple[str, ...]:
    if match["day"]:
        return match["day_year"], f"m{int(match['day_month']):02}", f"d{int(match['day']):02}"
    if match["month_day"]:
        return (f"d{int(match['month_day']):02}",)
    if match["iso"]:
        year, month, day = match["iso"].split("-")
        return year, f"m{month}", f"d{day}"
    if match["last_months"]:
        return ("q4",)
    if match["months"] or match["short_months"]:
        count = match["months"] or match["short_months"]
        return (_name_of_months(1, _MONTH_COUNTS.get(count.lower()) or int(count)),)
    if match["first_month"]:
        first, last = (_month_number(match[group]) for group in ("first_month", "last_month"))
        return (_name_of_months(first, last),)
    if match["dash_month"] or match["slash_month"]:
        year = match["slash_year"] or f"20{match['dash_year']}"
        month = int(match["slash_month"] or 0) or _month_number(match["dash_month"])
        return year, f"m{month:02}"
    if match["part_year"]:
        return match["part_year"], _name_of_part(match["year_part"].lower(), int(match["part_number"]))
    if match["split"] and (month := month_of_years(match["split"])):
        return match["split"][:4], f"m{month:02}"
    name = _name(match)
    return (name,) if name else ()


def _name_of_part(length: str, number: int) -> str:
    return f"m{number:02}" if length == "m" else f"{length}{number}"


def _name_of_months(first: int, last: int) -> str:
    return _NAMED_MONTHS.get((first, last), f"m{first:02}-m{last:02}")


def _month_number(name: str) -> int:
    return MONTH_NUMBERS[name.lower()[:3]]


def _name(match: re.Match[str]) -> str | None:
    if years := match["split"]:
        first, second = re.split(r"\s?[/–-]\s?", years)
        # "2019-2023" are years from one to the other; "2022/23" is one.
        return (
            f"{first}/{second[-2:]}"
            if int(second[-2:]) == (int(first[-2:]) + 1) % 100
            else f"{first}-{second}"
        )
    if match["year"]:
        return match["year"]
    if match["part"]:
        number = _ORDINALS[match["ordinal"].lower()]
        return f"h{min(number, '2')}" if match["part"].lower() == "half" else f"q{number}"
    if match["short"]:
        return f"{match['short'].lower()}{match['number']}"
    if match["plain"]:
        return f"q{match['plain']}"
    month = match["month"].rstrip(".")
    if month in _LOWER_CASE_WORDS and not re.match(rf"\.?\s{_YEAR}\b", match.string[match.end() :]):
        return None
    return f"m{_month_number(month):02}"
