"""Whether the evidence speaks of the period that is asked of, or of now."""

import re
from dataclasses import replace

from qa.answering.condition_check.evidence import Evidence, PartReading, contradicted, met, unstated
from qa.query.conditions.period_comparison import compare_periods, date_reach
from qa.query.conditions.periods import Period, find_periods
from qa.schema import CheckedCondition, Condition

__all__ = ["check_newest", "check_period"]

_NEWEST = re.compile(
    r"\b(?:now|currently|current|latest|newest|most recent(?:ly)?|today|at the moment|at present|presently|"
    r"these days|nowadays|still|remains?)\b",
    re.IGNORECASE,
)
_NOTE_MARK = re.compile(r"(?<=\d\d\d\d)[a-z*†¹²³⁴⁵⁶⁷⁸⁹]+\Z")
# "goes down from 25 to 15 percent" tells what held before, too.
_CHANGE = re.compile(r"\bfrom [$€£]?\d[\w.,%]*(?: [a-z%$]+){0,2} to [$€£]?\d", re.IGNORECASE)
# A section or table of another period has figures of that period.
_RULING_PLACES = ("caption", "heading", "unit")


def check_period(condition: Condition, evidence: Evidence) -> CheckedCondition:
    """Met by the first part that names it or a part of it; the document's date is one.

    Contradicted where what the answer is made of names other periods only, and where the period begins years
    after the document, which then tells nothing of it.
    """
    asked = next(iter(find_periods(condition.text)), None)
    if asked is None:
        return unstated(condition)
    others: dict[bool, list[str]] = {True: [], False: []}  # of the answer itself, and of what rules it
    is_unsure = False
    is_before = condition.text[:7].casefold() == "before "
    around = sorted((one for one in evidence.near if not one.is_own), key=_is_date)
    for reading in (*evidence.own, *around):
        # The day of a document tells nothing against what caption or heading say.
        if _is_date(reading) and others[False]:
            continue
        is_ruling = reading.is_own or reading.part.by in _RULING_PLACES
        for said in reading.periods if not others[True] or reading.is_own else ():
            fits = _fits(asked, said, reading, evidence) and not (is_before and _begins_in(asked, said))
            if fits and _is_of_before(said, reading, evidence):
                is_unsure = True
            elif fits:
                return met(condition, reading, (said.start, said.end))
            is_unsure |= fits is None and reading.is_own
            if fits is False and is_ruling:
                others[reading.is_own] += _name_others(asked, said, reading, evidence)
    instead = others[True] or others[False]
    if not instead and not is_unsure and evidence.dated and _is_year_of(asked, evidence):
        reading, day = evidence.dated
        return met(condition, reading, (day.start, day.end))
    if not instead and not is_unsure and evidence.dated and _is_far_ahead(asked, evidence):
        reading, day = evidence.dated
        return contradicted(condition, [reading.part.text[day.start : day.end]])
    return unstated(condition, instead) if is_unsure or not instead else contradicted(condition, instead)


def _begins_in(asked: Period, said: Period) -> bool:
    """Whether what is said holds only since the time before which is asked."""
    if said.reach != "since" or not (asked.years and said.years):
        return False
    first, begin = (asked.years[0], *(asked.months or (1,))[:1]), (said.years[0], *(said.months or (1,))[:1])
    return begin >= first


def _is_of_before(said: Period, reading: PartReading, evidence: Evidence) -> bool:
    """Whether a sentence around tells what held until a day, and so not what the answer tells."""
    has_figures = reading.figures and any(own.figures for own in evidence.own)
    return reading.part.by == "context" and said.lasts and bool(has_figures)


def _is_far_ahead(asked: Period, evidence: Evidence) -> bool:
    """Whether a period begins after the year that follows the document's, of which it then tells nothing."""
    today = evidence.today
    return today is not None and asked.years is not None and asked.years[0] > today.year + 1


def _is_year_of(asked: Period, evidence: Evidence) -> bool:
    """Whether a period lies in the year of the document, before its date: it may hold for that."""
    today = evidence.today
    if today is None or asked.years is None or asked.is_relative or asked.reach != "within":
        return False
    return asked.years == (today.year, today.year) and (
        asked.months is None or asked.months[1] <= today.month
    )


def _fits(asked: Period, said: Period, reading: PartReading, evidence: Evidence) -> bool | None:
    """Whether a part that says a period speaks of the one that is asked of; None where that can't be told."""
    if said.leans and asked.years is not None:
        part = replace(said, years=None)
        if asked.months and said.months and not compare_periods(_in_any_year(asked), part):
            return False
        around = [p.years[0] for p in _years_around(reading, evidence) if p.years and not p.is_relative]
        return any(compare_periods(asked, said.in_year(year)) for year in around) or None
    if said.years is None and asked.years is not None:
        if said.reach != "within" and said.months:
            dated = date_reach(said, reading.part.text, evidence.today) if evidence.today else None
            if dated and asked.reach == said.reach == "until" and not said.lasts:  # each as of its day
                return compare_periods(_within(asked), _within(dated))
            return compare_periods(asked, dated, evidence.today) if dated else None
        if asked.months and said.months and not compare_periods(_in_any_year(asked), said):
            return False
        others = _years_around(reading, evidence)
        if any(period.years and compare_periods(asked, said.in_year(period.years[0])) for period in others):
            return True
        # The quarters of a row are of the years that stand over it.
        return False if evidence.is_row and others else None
    fits = compare_periods(asked, said, evidence.today)
    return None if fits is False and _is_before_change(asked, said, reading) else fits


def _name_others(asked: Period, said: Period, reading: PartReading, evidence: Evidence) -> list[str]:
    """What a part has in the place of the asked period: its own words, or the years over a row's quarters."""
    around = _years_around(reading, evidence) if said.years is None and asked.years else []
    if evidence.is_row and around and compare_periods(_in_any_year(asked), said) is not False:
        return [str(year) for period in around if period.years for year in sorted(set(period.years))]
    return [_NOTE_MARK.sub("", reading.part.text[said.named : said.end])]


def _is_date(reading: PartReading) -> bool:
    return reading.part.by == "date"


def _years_around(reading: PartReading, evidence: Evidence) -> list[Period]:
    """The periods of the other parts that name years; those of the document's date where no other does."""
    others = [other for other in evidence.near if other is not reading]
    if evidence.is_row:  # other rows have years of their own, and figures that look like some
        others = [other for other in others if other.part.by not in ("context", "document")]
    years = [(other, period) for other in others for period in other.periods if period.years]
    told = [period for other, period in years if not _is_date(other)]
    # Nor is the day of a notice the year of its table.
    return [p for p in told if p.day is None] or told or [period for _, period in years]


def _within(period: Period) -> Period:
    return replace(period, reach="within")


def _is_before_change(asked: Period, said: Period, reading: PartReading) -> bool:
    """Whether the part tells of a change after the period that is asked of, with the value before it."""
    is_later = asked.years is not None and said.years is not None and asked.years[1] <= said.years[0]
    is_for = reading.part.text[: said.named].endswith("for ")  # of that year, not in it
    return is_later and not is_for and _CHANGE.search(reading.part.text) is not None


def _in_any_year(period: Period) -> Period:
    return Period(
        start=period.start, end=period.end, months=period.months, day=period.day, reach=period.reach
    )


def check_newest(condition: Condition, evidence: Evidence) -> CheckedCondition:
    """Met where the answer says so, or has no period before the year of its document's date."""
    for reading in evidence.own:
        if found := _NEWEST.search(reading.part.text):
            return met(condition, reading, found.span())
    today = evidence.today
    if today is None:
        return unstated(condition)
    periods = [period for reading in evidence.own for period in reading.periods if period.years]
    if (
        any(
            period.reach == "since" or period.is_relative or (period.years and period.years[1] >= today.year)
            for period in periods
        )
        or not periods
    ):
        assert evidence.dated is not None
        reading, day = evidence.dated
        return met(condition, reading, (day.start, day.end))
    return unstated(condition)
