"""Periods as texts name them: years, ranges, quarters, halves, months and days."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.query.conditions.figures import Figure, find_figures, measures

__all__ = [
    "MONTHS",
    "MONTH_NUMBERS",
    "WEEKDAYS",
    "YEAR_MONTHS",
    "Period",
    "day_of",
    "figures_apart_from",
    "find_periods",
    "month_of_years",
]

MONTHS = "january february march april may june july august september october november december".split()
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTH_NUMBERS = {name[:3]: number for number, name in enumerate(MONTHS, start=1)}
_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
}
_COUNTS = {
    name: number
    for number, name in enumerate("two three four five six seven eight nine ten eleven".split(), start=2)
}
_RELATIVE_YEARS = {"this": 0, "current": 0, "last": -1, "previous": -1, "next": 1, "coming": 1}
_REACH_CHARS = 80  # before a period, for what is said of it
_QUARTER_MONTHS, _HALF_MONTHS, YEAR_MONTHS = 3, 6, 12

_YEAR = r"(?:1[5-9]|20)\d\d"
_SHORT_MONTH = "|".join(name[:3].capitalize() for name in MONTHS)
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?"
    rf"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?|{'|'.join(MONTHS)})"
    rf"(?!\w|-(?!(?:{_SHORT_MONTH})))"
)
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d%]|[.,]\d)"
_NTH = "|".join(_ORDINALS)
_SEPARATOR = r"(?<![\d.,])"


def _of_year(name: str) -> str:
    return rf"(?:,? (?:of |in )?(?:the year )?(?P<year_{name}>{_YEAR})(?!\d))"


_FORMS = (
    rf"{_SEPARATOR}(?P<iso_year>{_YEAR})-(?P<iso_month>[01]\d)-(?P<iso_day>[0-3]\d)(?!\d)",
    rf"{_SEPARATOR}(?P<dot_day>[0-3]?\d)\. ?(?P<dot_month>[01]?\d)\. ?(?P<dot_year>{_YEAR})(?!\d)",
    rf"\b[Ff]irst (?P<first_months>{'|'.join(_COUNTS)}) months{_of_year('h')}?",
    rf"\bbetween (?P<month_between>{_MONTH}) and (?P<to_month_between>{_MONTH}){_of_year('g')}?",
    rf"{_SEPARATOR}(?P<day_a>{_DAY}) (?:of )?(?P<month_a>{_MONTH})\b{_of_year('a')}?",
    rf"\b(?P<month_b>{_MONTH}) (?P<day_b>{_DAY})(?!-?\d){_of_year('b')}?",
    rf"\b(?P<month_c>{_MONTH})(?:(?: to | ?[–-] ?| through | until )(?P<to_month>{_MONTH}))?"
    rf"{_of_year('c')}?",
    rf"\b(?P<part>(?P<nth>{_NTH}) (?P<length>quarter|half)(?: of)?|(?P<short>[QH][1-4])[ /-]?)"
    rf"(?: ?{_of_year('d')}| (?P<year_e>{_YEAR})\b|(?P<year_f>{_YEAR})\b|(?![\w-]))",
    # "2025Q1", "2025-M04", "Jan-25".
    rf"{_SEPARATOR}(?P<year_i>{_YEAR})[ -]?(?P<coded>[QH][1-4]|M(?:0[1-9]|1[0-2]))\b",
    rf"\b(?P<short_month>{_SHORT_MONTH})(?:[-–]| ?[’'])(?P<short_year>\d\d)\b",
    rf"{_SEPARATOR}(?P<from>{_YEAR})(?:\s?[/–-]\s?| to | through | until )(?P<to>{_YEAR}|\d\d)(?![\d.,]*\d)",
    rf"\bbetween (?P<between>{_YEAR}) and (?P<and>{_YEAR})\b",
    rf"{_SEPARATOR}(?P<decade>(?:1[5-9]|20)\d0)[’']?s\b",
    # With the mark of a note ("2023a", "2024*").
    rf"{_SEPARATOR}(?<![$€£])(?P<year>{_YEAR})(?:[a-z*†¹²³⁴⁵⁶⁷⁸⁹]{{1,2}})?"
    r"(?![\w%]|[.,]\d)",
    r"\b(?P<same>same (?:months?|period|quarter|half|time|weeks?) (?:of |in )?(?:the )?)?"
    r"(?P<relative>[Tt]his|[Ll]ast|[Nn]ext|[Cc]oming|[Pp]revious|[Cc]urrent) (?P<relative_unit>year|month)\b",
    r"\b(?:(?:[Aa]|[Oo]ne|[Tt]he) year (?P<ago>ago|earlier|before)|"
    rf"(?P<count>{'|'.join(_COUNTS)}) years (?P<long_ago>ago|earlier))\b",
)
_PATTERN = re.compile("|".join(_FORMS))
_YEAR_AND_MONTH = re.compile(r"\d\d(?P<year>\d\d)-(?P<month>0[1-9]|1[0-2])")
_PART = r"(?:the )?(?:end|start|beginning|middle|mid|spring|summer|autumn|fall|winter|early|late)(?: of)?"
_BEFORE_SINCE = re.compile(
    r"\b(?:since(?: [a-z]+){0,5}?(?: in| on)?|from|after|as of|starting(?: in| on)?|beginning(?: in| on)?|"
    r"effective)"
    rf"(?: {_PART})?:?\s*\Z",
    re.IGNORECASE,
)
# "The highest since 2008" is not about 2008.
_SINCE_RECORD = re.compile(
    r"\b(?:\w+est|most|least|first|worst|record)\b[^.;]{0,40}\bsince\s*\Z", re.IGNORECASE
)
_BEFORE_UNTIL = re.compile(
    rf"(?:\b(?:until|till|through|before|up to|by|no later than)|(?:\A|(?<=[|;:–] ))to)(?: {_PART})?\s*\Z|"
    # "before the Fisheries Act of 2031"
    r"\bbefore (?:the |its |their )?(?:(?-i:[A-Z])[\w-]{1,30} ){1,4}of \Z",
    re.IGNORECASE,
)
# What holds until a day held before it; what is done by a day did not.
_LASTS = re.compile(r"(?:until|till|through|up to|to)\b", re.IGNORECASE)
_BEFORE_PART = re.compile(rf"\b{_PART}\s*\Z", re.IGNORECASE)
# "may" and "march" are months only where something says so.
_BEFORE_MONTH = re.compile(
    r"\b(?:in|since|until|till|by|of|from|to|during|for|last|next|this|early|late|mid|and|through|before|"
    r"after)[ -]\Z",
    re.IGNORECASE,
)
# The value of a labelled cell ("Volume: 2010") is no year, unless its label says so.
_LABEL = re.compile(r"(?:^|[;.\n] ?)(?P<label>[^;:\n]{0,200}): ?\Z")
_YEAR_LABEL = re.compile(
    r"\b(?:years?|dates?|periods?|seasons?|since|from|until|in force)\W*\Z", re.IGNORECASE
)
_PIPE_CELL = re.compile(r"\|\s*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period and where a text names it; `named` is where without what says how far it reaches ("since").

    `years` are the first and last year, None where none is named; `months` those of the first and last year
    that it reaches, 1 to 12, `day` the day of the month. `reach` says that it goes on ("since") or comes
    before ("until"); `lasts` is set where what is said held all the time before ("until", not "by").
    `is_relative` is set where `years` count from the date of the document ("last year"); `leans` where they
    count from a time that is named before it, and outside of the text ("the year before").
    """

    start: int
    end: int
    named: int = 0
    years: tuple[int, int] | None = None
    months: tuple[int, int] | None = None
    day: int | None = None
    reach: Literal["within", "since", "until"] = "within"
    is_relative: bool = False
    lasts: bool = False
    leans: bool = False

    def in_year(self, year: int) -> "Period":
        """The same in a given year, counted from it where it is relative."""
        first, last = self.years or (0, 0)
        base = year if self.is_relative or self.years is None else 0
        return Period(
            start=self.start,
            end=self.end,
            named=self.named,
            years=(base + first, base + last),
            months=self.months,
            day=self.day,
            reach=self.reach,
            lasts=self.lasts,
        )


def day_of(year: int, month: int, day: int) -> date:
    """The day, or the last of its month where that has fewer."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def find_periods(text: str) -> list[Period]:
    """The periods that a text names, in order.

    Figures in the cells of a table's row are none, unless their label says so.
    """
    return list(_find_periods(text))


def figures_apart_from(periods: Iterable[Period], text: str) -> list[Figure]:
    """The figures of a text that begin in none of its periods, in order: no years, no days."""
    places = [(period.start, period.end) for period in periods]
    return [
        figure
        for figure in find_figures(text)
        if not any(start <= figure.start < end for start, end in places)
    ]


def _find_periods(text: str) -> Iterator[Period]:
    months_before: tuple[int, int] | None = None
    last: Period | None = None
    for match in _PATTERN.finditer(text):
        before = text[max(0, match.start() - _REACH_CHARS) : match.start()]
        found = _read_match(match, before)
        if found is None or _SINCE_RECORD.search(before):
            continue
        years, months, day, is_relative = found
        ago = match["ago"] or match["long_ago"]
        if match["same"] or ago:
            months = months_before
        # "1,040 in 2031, after 980 a year earlier": earlier than what is named before it.
        leans = ago in ("earlier", "before")
        if leans and years and last and last.years:
            years, is_relative, leans = _moved(last.years, years[0]), last.is_relative, False
        months_before = months or months_before
        start, reach = match.start(), "within"
        for name, pattern in (("since", _BEFORE_SINCE), ("until", _BEFORE_UNTIL)):
            if said := pattern.search(before):
                start, reach = match.start() - len(before) + said.start(), name
                break
        else:
            if part := _BEFORE_PART.search(before):
                start = match.start() - len(before) + part.start()
        if years and years[0] != years[1]:
            reach = "within"
        period = Period(
            start=start,
            end=match.start() + len(match[0].rstrip(" ,/-")),
            named=match.start(),
            years=years,
            months=months,
            day=day,
            reach="since" if reach == "since" else "until" if reach == "until" else "within",
            is_relative=is_relative,
            lasts=reach == "until" and _LASTS.match(text, start) is not None,
            leans=leans,
        )
        last = last if ago else period
        yield period


def _moved(years: tuple[int, int], by: int) -> tuple[int, int]:
    return years[0] + by, years[1] + by


_Read = tuple[tuple[int, int] | None, tuple[int, int] | None, int | None, bool]


def _read_match(match: re.Match[str], before: str) -> _Read | None:
    """Years, months, day, and whether the years are relative; None where it is no period."""
    named = {name: value for name, value in match.groupdict().items() if value is not None}
    year_text = next((value for name, value in named.items() if name.startswith("year")), None)
    years = (int(year_text), int(year_text)) if year_text else None
    if "iso_year" in named or "dot_year" in named or "short_year" in named:
        return _read_short(named)
    if "first_months" in named:
        return years, (1, _COUNTS[named["first_months"]]), None, False
    if "month_a" in named or "month_b" in named or "month_c" in named or "month_between" in named:
        return _read_months(named, years, before)
    if "part" in named:
        return (years, _part_months(named), None, False)
    if "coded" in named:
        return years, _coded_months(named["coded"]), None, False
    if "from" in named:
        month = month_of_years(match[0])
        return _read_month(int(named["from"]), month) if month else _read_range(named["from"], named["to"])
    if "between" in named:
        return _read_range(named["between"], named["and"])
    if "decade" in named:
        first = int(named["decade"])
        return (first, first + 9), None, None, False
    if "relative" in named or "ago" in named or "count" in named:
        return _read_relative(named)
    behind = match.string[match.end() :]
    is_value = _is_cell_value(behind[:1], before) or measures(behind)
    return None if is_value else (years, None, None, False)


def _read_relative(named: dict[str, str]) -> _Read | None:
    """Of "last year", "a year ago" and "two years earlier"; None of months."""
    shift = -_COUNTS.get(named.get("count", ""), 1)
    shift = _RELATIVE_YEARS.get(named.get("relative", "").casefold(), shift)
    return ((shift, shift), None, None, True) if named.get("relative_unit") != "month" else None


def _read_short(named: dict[str, str]) -> _Read | None:
    """Of "2025-04-03", "3.4.2025" and "Apr-25"."""
    if "short_year" in named:
        return _read_month(2000 + int(named["short_year"]), MONTH_NUMBERS[named["short_month"].casefold()])
    form = "iso" if "iso_year" in named else "dot"
    year, month, day = (int(named[f"{form}_{part}"]) for part in ("year", "month", "day"))
    return _read_month(year, month, day) if 1 <= month <= YEAR_MONTHS else None


def _read_month(year: int, month: int, day: int | None = None) -> _Read:
    return (year, year), (month, month), day, False


def _read_months(named: dict[str, str], years: tuple[int, int] | None, before: str) -> _Read | None:
    first = next(value for name, value in named.items() if name.startswith("month_"))
    last = next((value for name, value in named.items() if name.startswith("to_month")), first)
    day_text = named.get("day_a") or named.get("day_b")
    is_alone = first == last and not years and not day_text
    if is_alone and (first in ("may", "mar", "jan", "dec", "jun") or (len(first) == 3 and first != "May")):
        return None
    if is_alone and first.casefold() in ("may", "march") and not _BEFORE_MONTH.search(before):
        return None
    months = MONTH_NUMBERS[first[:3].casefold()], MONTH_NUMBERS[last[:3].casefold()]
    if months[0] > months[1]:
        return None
    return years, months, int(re.sub(r"\D", "", day_text)) if day_text else None, False


def _is_cell_value(behind: str, before: str) -> bool:
    """Whether a figure of four digits is what a cell of a table's row holds, not the year of the row."""
    label = _LABEL.search(before)
    is_labelled = label is not None and behind in ("", ";", ".", "\n")
    return _PIPE_CELL.search(before) is not None or (
        is_labelled and label is not None and not _YEAR_LABEL.search(label["label"])
    )


def _coded_months(code: str) -> tuple[int, int]:
    """Of "Q3", "H2" or "M04"."""
    length, number = {"Q": _QUARTER_MONTHS, "H": _HALF_MONTHS}.get(code[0], 1), int(code[1:])
    return (number - 1) * length + 1, number * length


def _part_months(named: dict[str, str]) -> tuple[int, int]:
    if short := named.get("short"):
        return _coded_months(short)
    length = _QUARTER_MONTHS if named["length"] == "quarter" else _HALF_MONTHS
    number = _ORDINALS[named["nth"]]
    number = min(number, YEAR_MONTHS // length)
    return (number - 1) * length + 1, number * length


def month_of_years(text: str) -> int | None:
    """The month of what is written as a year and a month ("2025-04"); None of two years ("2019-23")."""
    match = _YEAR_AND_MONTH.fullmatch(text)
    is_month = match is not None and match["month"] <= match["year"]
    return int(match["month"]) if match and is_month else None


def _read_range(first_text: str, last_text: str) -> _Read | None:
    first = int(first_text)
    last = int(last_text) if len(last_text) == len(first_text) else first // 100 * 100 + int(last_text)
    return ((first, last), None, None, False) if first <= last else None
