"""Of sentences that answer the same at different times, the one that holds at the asked time comes first."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.answering.outdated import is_outdated, says_still
from qa.answering.polarity.values import find_values
from qa.answering.put_right import (
    LOOKED_AT,
    NEAR,
    distance,
    find_correction,
    find_put_right,
    shares_concepts,
    shares_unit,
)
from qa.answering.sentence_ranking import RankedSentence
from qa.query.conditions import find_years
from qa.query.conditions.period_comparison import date_reach
from qa.query.conditions.periods import Period, day_of, find_periods
from qa.query.follow_up.antecedents import find_persons
from qa.query.query import SubQuestion
from qa.text.lines import is_table_row

__all__ = ["asks_of_now", "put_met_first", "put_newest_first"]

# How probable a newer sentence must be, as a share of the best one, to come before it.
_NEWER_SHARE = 0.35
# The same where the question says that it asks of today.
_TODAYS_SHARE = 0.1
# ... and for one that meets all conditions to come before one with another thing in the place of some.
_MET_SHARE = 0.05
_ASKS_OF_BEFORE = re.compile(
    r"\b(before|earlier|previous(?:ly)?|former(?:ly)?|old|used to|original(?:ly)?|at first|initial(?:ly)?|"
    r"first|was|were|did|had)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\buntil (?:the end of )?(?:\w+ ){0,2}(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
# What was so in a year, and a change of it that follows.
_WAS = re.compile(r"\b(?:was|were|had|stood|paid|charged|cost|went)\b", re.IGNORECASE)
_CHANGED = re.compile(
    r"\b(?:raised|lifted|lowered|cut|reduced|doubled|tripled|halved|increased|brought|rose|fell|went|set)\b"
    r"[^.;:]{0,40} (?:to|at) [$€£]?\d",
    re.IGNORECASE,
)
_FOLLOWING = 6  # sentences behind one of the past, in which its change is looked for
# Who came after whom: "Ada Brink followed Emil Tor", "Emil Tor was succeeded by Ada Brink".
_FOLLOWED = r"(?:followed|succeeds|succeeded|replaces|replaced|took over from|takes over from|relieved)"
_GAVE_WAY = r"(?:was|were|has been|had been|will be|is) (?:\w+ )?(?:followed|succeeded|replaced|relieved) by"
_GONE = r"(?:moved|left|retired|resigned|stepped down|gone|died|been moved)"
_HANDED_ON = r"(?:hands?|handed|passe[sd]|gave) (?:\w+ ){0,4}(?:over |on )?to"
_LATE = re.compile(r"(?:the )?(?:end|late)\b", re.IGNORECASE)
_AS_OF = re.compile(r"as (?:of|at)\b", re.IGNORECASE)
_BEHIND = 0.98  # of the first one's probability at most, to those that are put behind it
_FIGURE = re.compile(r"\d|\b(?:nil|zero)\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z]\w+")
_FULL_NAME = re.compile(r"\b[A-Z][\w’'-]{1,40}(?: [A-Z][\w’'-]{1,40}){1,5}")


def asks_of_now(subquestion: SubQuestion) -> bool:
    """Whether a question about one thing names no time and asks of none that is over."""
    return (
        subquestion.question_type == "fact"
        and not any(condition.kind == "period" for condition in subquestion.conditions.asked)
        and _ASKS_OF_BEFORE.search(subquestion.text) is None
    )


def put_met_first(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> list[RankedSentence]:
    """The sentences with one that meets every condition in front of a best one that contradicts some.

    It keeps its own probability: how sure an answer is does not grow by what stands behind it.
    """
    ranked = list(ranked_sentences)
    if not ranked or not ranked[0].is_contradicted or subquestion.question_type != "fact":
        return ranked
    least = _MET_SHARE * ranked[0].probability
    for other in ranked[1:]:
        if (
            other.probability >= least
            and other.conditions
            and all(checked.is_met for checked in other.conditions)
            and _is_like(ranked[0], other)
        ):
            return _put_first(ranked, other, other.probability)
    return ranked


def put_newest_first(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> list[RankedSentence]:
    """The sentences with the one that holds at the asked time in front, of those that give a like thing.

    Not one whose value another sentence calls wrong. Where the question is about now: not one that its own
    text calls earlier, nor one whose value or name another sentence says to have been replaced, and of
    several documents the newest; only sentences that meet each condition that the best one meets. Where
    it names a year, one that tells what was until a later year, or what has held since the last day before.
    """
    ranked = list(ranked_sentences)
    if not ranked:
        return ranked
    is_now = asks_of_now(subquestion)
    if subquestion.question_type == "fact":
        ranked = _put_first(ranked, find_put_right(subquestion, ranked))
        ranked = _put_first(ranked, find_correction(subquestion, ranked, is_now=is_now))
    if not is_now:
        ranked = _put_first(ranked, _find_former(subquestion, ranked))
        ranked = _put_first(ranked, _find_newest_by(subquestion, ranked))
        return _put_first(ranked, _find_state(subquestion, ranked))
    ranked = _put_first(ranked, _find_current(ranked))
    ranked = _put_first(ranked, _find_successor(ranked))
    best = ranked[0]
    share = _TODAYS_SHARE if subquestion.conditions.asks_newest else _NEWER_SHARE
    rivals = [
        other
        for other in ranked
        if (other.probability >= share * best.probability or _says_change(best, other))
        and _is_rival(best, other)
        and not is_outdated(other)
    ]
    newest = max(rivals, key=lambda other: (*_days(other), other.probability), default=best)
    return _put_first(ranked, newest if _days(newest) > _days(best) else best)


def _put_first(
    ranked: list[RankedSentence], first: RankedSentence, probability: float | None = None
) -> list[RankedSentence]:
    if first is ranked[0]:
        return ranked
    best = ranked[0].probability if probability is None else probability
    others = [
        replace(other, probability=min(other.probability, _BEHIND * best))
        for other in ranked
        if other is not first
    ]
    return [replace(first, probability=best), *others]


def _find_current(ranked: list[RankedSentence]) -> RankedSentence:
    """The best sentence; if that is outdated, the best like it that is not, near by or nearly as probable.

    Of a value of an earlier year, the last change of it that follows.
    """
    best = ranked[0]
    if _is_of_past_year(best):
        changes = [
            other
            for other in ranked
            if 0 < other.number - best.number <= _FOLLOWING
            and other.passage.chunk_id == best.passage.chunk_id
            and _CHANGED.search(other.text)
            and shares_unit(best, other)
            and not other.is_contradicted
        ]
        return max(changes, key=lambda other: other.number, default=best)
    if not is_outdated(best):
        return best
    for other in ranked[1:]:
        is_near = distance(best, other) <= NEAR
        is_probable = other.probability >= _NEWER_SHARE * best.probability
        if (
            (is_near or is_probable)
            and _is_rival(best, other)
            and shares_unit(best, other)
            and not is_outdated(other)
        ):
            return other
    return best


def _is_of_past_year(ranked: RankedSentence) -> bool:
    """Whether a sentence tells a figure as that of a year before its document's."""
    years = find_years(ranked.text)
    published = ranked.passage.published
    return (
        published is not None
        and bool(years)
        and max(map(int, years)) < published.year
        and bool(_WAS.search(ranked.text))
        and not says_still(ranked.text)
        and bool(find_values(ranked.answer_text))
    )


def _find_successor(ranked: list[RankedSentence]) -> RankedSentence:
    """The best sentence; if its answer is whom another sentence says to have been followed, that one."""
    best = ranked[0]
    names = _FULL_NAME.findall(best.answer_text)
    if len(names) != 1:
        return best
    whom = rf"(?:{re.escape(names[0])}|(?:\w+ )?{re.escape(names[0].split()[-1])})"
    told = re.compile(
        rf"{_FOLLOWED} (?:\w+ ){{0,2}}?{whom}\b|\b{whom}(?:,[^,]*,)? (?:{_GAVE_WAY}|{_HANDED_ON}) "
        rf"(?:\w+ ){{0,3}}?[A-Z]|\b{whom} (?:has|had) (?:since )?{_GONE}\b"
    )
    for other in ranked[1:LOOKED_AT]:
        if _days(other)[0] >= _days(best)[0] and told.search(other.text) and not other.is_contradicted:
            return other
    return best


def _find_former(subquestion: SubQuestion, ranked: list[RankedSentence]) -> RankedSentence:
    """The best sentence; if a year is asked and it tells none, one near by that says "until" a later year."""
    best, asked = ranked[0], subquestion.conditions.years
    if subquestion.question_type != "fact" or not asked or find_years(best.text):
        return best
    for other in ranked[1:]:
        until = _UNTIL.search(other.text)
        if (
            until
            and until["year"] > max(asked)
            and distance(best, other) <= NEAR
            and _is_like(best, other)
            and shares_concepts(best, other)
        ):
            return other
    return best


def _find_newest_by(subquestion: SubQuestion, ranked: list[RankedSentence]) -> RankedSentence:
    """The best sentence; if a month or day is asked of that it doesn't name, the newest like it by then.

    "As of September 2025" a speech of that month holds, not a note of March with its plans for 2025.
    """
    best = ranked[0]
    asked = [
        period
        for period in find_periods(subquestion.text)
        if period.years
        and period.months
        and not period.is_relative
        and (period.reach != "since" or _AS_OF.match(subquestion.text, period.start))
    ]
    if subquestion.question_type != "fact" or len(asked) != 1 or best.passage.table_context:
        return best
    if any(period.months for period in find_periods(best.text)):
        return best
    until = _last_day(asked[0], subquestion.text)
    rivals = [
        other
        for other in ranked
        if other.probability >= _NEWER_SHARE * best.probability
        and (other.passage.published or date.max) <= until
        and not is_table_row(other.text)
        and _is_rival(best, other)
    ]
    published = best.passage.published or date.min
    newest = max(rivals, key=lambda other: (other.passage.published, other.probability), default=best)
    is_newer = newest is not best and (newest.passage.published or date.min) > published
    return newest if is_newer or published > until else best


def _says_change(best: RankedSentence, other: RankedSentence) -> bool:
    """Whether a sentence gives the same thing as it has been since a day after the best one's document."""
    published = best.passage.published
    began = _start(other, until=other.passage.published or date.min)
    return (
        published is not None
        and began is not None
        and began > published
        and shares_concepts(best, other)
        and shares_unit(best, other)
    )


def _is_rival(best: RankedSentence, other: RankedSentence) -> bool:
    met = {
        checked.condition
        for checked in best.conditions
        if checked.is_met and not (checked.condition.kind == "newest" and checked.by == "date")
    }
    return (
        _is_like(best, other)
        and not other.is_contradicted
        and met <= {checked.condition for checked in other.conditions if checked.is_met}
    )


def _is_like(best: RankedSentence, other: RankedSentence) -> bool:
    """Whether another sentence answers with a thing of the same kind: a figure, a person or a name."""
    if find_persons(best.answer_text):
        return bool(find_persons(other.answer_text))
    kind = _FIGURE if _FIGURE.search(best.answer_text) else _NAME
    return kind.search(other.answer_text) is not None


def _days(ranked: RankedSentence) -> tuple[date, date]:
    """The day of its document, and the one by then since when it says that something holds."""
    published = ranked.passage.published or date.min
    return published, _start(ranked, until=published) or date.min


def _find_state(subquestion: SubQuestion, ranked: list[RankedSentence]) -> RankedSentence:
    """The best sentence; if it says since when a thing holds, the one like it that says the last such day.

    That is a day by the end of the day or month that is asked of, or the start of the year.
    """
    best = ranked[0]
    asked = [
        period
        for period in find_periods(subquestion.text)
        if period.years and period.reach == "within" and not period.is_relative
    ]
    if subquestion.question_type != "fact" or len(asked) != 1:
        return best
    until = _last_day(asked[0], subquestion.text)
    began = _start(best, until=until)
    if began is None:
        return best
    newest, newest_day = best, began
    for other in ranked[1:]:
        is_probable = other.probability >= _NEWER_SHARE * best.probability
        day = _start(other, until=until) if is_probable and _is_rival(best, other) else None
        if day and day > newest_day:
            newest, newest_day = other, day
    return newest


def _start(ranked: RankedSentence, *, until: date) -> date | None:
    """The last day by `until` since when a sentence says that something holds; None where it says none."""
    published = ranked.passage.published
    days: list[date] = []
    for period in find_periods(ranked.text):
        if period.reach != "since" or period.is_relative:
            continue
        if period.years is None and period.months and published:
            period = date_reach(period, ranked.text, published)
        if period.years:
            days.append(day_of(period.years[0], (period.months or (1, 12))[0], period.day or 1))
    return max((day for day in days if day <= until), default=None)


def _last_day(period: Period, text: str) -> date:
    """The last day of a period with years; the first one of a year, in which more than one thing may hold."""
    assert period.years is not None
    year = period.years[1]
    if period.months:
        return day_of(year, period.months[1], period.day or 31)
    return date(year, 12, 31) if _LATE.match(text, period.start) else date(year, 1, 1)
