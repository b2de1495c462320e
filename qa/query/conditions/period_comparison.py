"""Whether two periods that texts name can be one."""

from datetime import date

from qa.query.conditions.periods import YEAR_MONTHS, Period

__all__ = ["compare_periods", "date_reach"]


def date_reach(period: Period, text: str, today: date) -> Period:
    """What reaches from or to a month without a year, in the year that the date of its text gives it."""
    assert period.months is not None
    is_past = text[period.start :].casefold().startswith("since")
    is_before = period.reach == "since" and is_past and period.months[0] > today.month
    is_next = period.reach == "until" and period.months[1] < today.month and not period.lasts
    return period.in_year(today.year - is_before + is_next)


def compare_periods(asked: Period, said: Period, today: date | None = None) -> bool | None:
    """Whether a text that says one period speaks of another; None where that can't be told.

    `today` is the date of the text: what holds "since" a day holds until then, and what has no year is of
    that one.
    """
    if today and (said.is_relative or (said.years is None and asked.years is not None)):
        said = said.in_year(today.year)
    if today and asked.is_relative:
        asked = asked.in_year(today.year)
    if asked.is_relative or said.is_relative:
        return None
    if asked.years and said.years:
        return _compare_spans(asked, said, today)
    if asked.months is None or said.months is None:
        return None
    return _overlap(asked.months, said.months) and _is_same_day(asked, said)


def _compare_spans(asked: Period, said: Period, today: date | None) -> bool | None:
    (first, last), (said_first, said_last) = _span(asked), _span(said)
    if asked.reach == "until":
        return said_first <= last or None
    if asked.reach == "since":
        return said_last >= first or None
    if said.reach == "since" and last > said_last:
        # What began by the date of a text, or is to begin soon, need not hold years later.
        is_far = today and last > max(said_last, _month(today.year + 1, YEAR_MONTHS))
        return None if is_far else True
    if said.reach == "until" and first < said_first:
        is_past = today is not None and said_last <= _month(today.year, today.month)
        is_now = today is not None and first >= _month(today.year, 1)
        return True if is_now or (is_past and said.lasts) else None
    if not _overlap((first, last), (said_first, said_last)):
        return False
    is_coarser = said_first < first or said_last > last
    if asked.months and is_coarser:
        return None
    return _is_same_day(asked, said)


def _is_same_day(asked: Period, said: Period) -> bool:
    return asked.day is None or said.day is None or asked.day == said.day or said.reach != "within"


def _overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    return first[0] <= second[1] and second[0] <= first[1]


def _month(year: int, month: int) -> int:
    return year * YEAR_MONTHS + month - 1


def _span(period: Period) -> tuple[int, int]:
    """Its first and last month, counted from the year 0; it must have years."""
    assert period.years is not None
    first, last = period.months or (1, YEAR_MONTHS)
    return _month(period.years[0], first), _month(period.years[1], last)
