"""Of sentences that answer the same at different times, the one that holds at the asked time comes first."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.answering.polarity.clauses import find_terms
from qa.answering.sentence_ranking import RankedSentence
from qa.query.conditions import find_years
from qa.query.conditions.periods import Period, find_periods, in_year_before
from qa.query.query import SubQuestion

__all__ = ["asks_of_now", "is_outdated", "put_newest_first"]

# How probable a newer sentence must be, as a share of the best one, to come before it.
_NEWER_SHARE = 0.35
_ASKS_OF_BEFORE = re.compile(
    r"\b(before|earlier|previous(?:ly)?|former(?:ly)?|old|used to|original(?:ly)?|at first|initial(?:ly)?|"
    r"first|was|were|did|had)\b",
    re.IGNORECASE,
)
_ERROR = (
    r"\b(?:misprint|(?:typing )?errors?|mistakes?|mistaken|slip|transposed|disregard|"
    r"no longer (?:holds?|valid|applies|in force)|put right|"
    r"was wrong|were wrong|out of date|superseded|sorry|overlooked)\b"
)
# What an earlier text of one's own said, what has been replaced, and who was there before.
_OF_BEFORE = re.compile(
    r"\b(?:we (?:wrote|had)|had (?:first |originally |previously )?(?:forecast|expected|estimated|"
    r"pencilled|put|announced|planned|proposed)|(?:circular|briefing|note|notice|issue|edition|version|answer|post|draft|"
    r"bulletin|letter|report)\b.{0,40}\b(?:stated|said|gave|wrote|put|read|were|was)|former(?:ly)?|"
    r"previous(?:ly)?|used to|until (?:now|then|(?:\w+ ){0,2}(?:19|20)\d\d)|"
    r"(?:a|one|two|\d+) years? (?:ago|earlier|before)|(?:last|the) (?:year|month|week) before)\b",
    re.IGNORECASE,
)
_OWN_ERROR = re.compile(_ERROR, re.IGNORECASE)
_ERROR_BEHIND = re.compile(rf"\W*(?:this|that|it|the figure|both|two|please)\b.*{_ERROR}", re.IGNORECASE)
_STILL = re.compile(r"\b(?:remains?|still|was and (?:is|remains)|now|as of|at present)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\buntil (?:the end of )?(?:\w+ ){0,2}(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_LATE = re.compile(r"(?:the )?(?:end|late)\b", re.IGNORECASE)
_BEHIND = 0.98  # of the first one's probability at most, to those that are put behind it
_NEAR = 3  # sentences before or behind, in which a text says how it is now
_FIGURE = re.compile(r"\d")
_NAME = re.compile(r"\b[A-Z]\w+")


def asks_of_now(subquestion: SubQuestion) -> bool:
    """Whether a question about one thing names no time and asks of none that is over."""
    return (
        subquestion.question_type == "fact"
        and not any(condition.kind == "period" for condition in subquestion.conditions.asked)
        and _ASKS_OF_BEFORE.search(subquestion.text) is None
    )


def put_newest_first(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> list[RankedSentence]:
    """The sentences with the one that holds at the asked time in front, of those that give a like thing.

    Where the question is about now: not one that its own text calls earlier or wrong, and of several
    documents the newest; only sentences that meet each condition that the best one meets. Where it names a
    year, one that tells what was until a later year.
    """
    ranked = list(ranked_sentences)
    if not ranked:
        return ranked
    if not asks_of_now(subquestion):
        ranked = _put_first(ranked, _find_former(subquestion, ranked))
        return _put_first(ranked, _find_state(subquestion, ranked))
    ranked = _put_first(ranked, _find_current(ranked))
    best = ranked[0]
    rivals = [
        other
        for other in ranked
        if other.probability >= _NEWER_SHARE * best.probability and _is_rival(best, other)
    ]
    newest = max(rivals, key=lambda other: (*_days(other), other.probability), default=best)
    return _put_first(ranked, newest if _days(newest) > _days(best) else best)


def is_outdated(ranked: RankedSentence) -> bool:
    """Whether a sentence tells what was before, or what it or the next one calls a mistake."""
    passage = ranked.passage
    text = ranked.text
    behind = passage.sentences[ranked.number + 1 : ranked.number + 2]
    if any(_ERROR_BEHIND.match(passage.slice(sentence)) for sentence in behind):
        return True
    if _STILL.search(text):
        return False
    return bool(_OF_BEFORE.search(text) or _OWN_ERROR.search(text))


def _put_first(ranked: list[RankedSentence], first: RankedSentence) -> list[RankedSentence]:
    if first is ranked[0]:
        return ranked
    best = ranked[0].probability
    others = [
        replace(other, probability=min(other.probability, _BEHIND * best))
        for other in ranked
        if other is not first
    ]
    return [replace(first, probability=best), *others]


def _find_current(ranked: list[RankedSentence]) -> RankedSentence:
    """The best sentence; if that is outdated, the best like it that is not, near by or nearly as probable."""
    best = ranked[0]
    if not is_outdated(best):
        return best
    for other in ranked[1:]:
        is_near = _distance(best, other) <= _NEAR
        is_probable = other.probability >= _NEWER_SHARE * best.probability
        if (is_near or is_probable) and _is_rival(best, other) and not is_outdated(other):
            return other
    return best


def _find_former(subquestion: SubQuestion, ranked: list[RankedSentence]) -> RankedSentence:
    """The best sentence; if a year is asked and it tells none, one near by that says "until" a later year."""
    best, asked = ranked[0], subquestion.conditions.years
    if subquestion.question_type != "fact" or not asked or find_years(best.text):
        return best
    terms = {term.concept for term in find_terms(best.text)}
    for other in ranked[1:]:
        until = _UNTIL.search(other.text)
        if (
            until
            and until["year"] > max(asked)
            and _distance(best, other) <= _NEAR
            and _is_like(best, other)
            and len(terms & {term.concept for term in find_terms(other.text)}) > 1
        ):
            return other
    return best


def _is_rival(best: RankedSentence, other: RankedSentence) -> bool:
    met = {checked.condition for checked in best.conditions if checked.is_met}
    return (
        _is_like(best, other)
        and not other.is_contradicted
        and met <= {checked.condition for checked in other.conditions if checked.is_met}
    )


def _is_like(best: RankedSentence, other: RankedSentence) -> bool:
    """Whether another sentence answers with a thing of the same kind: a figure or a name."""
    kind = _FIGURE if _FIGURE.search(best.answer_text) else _NAME
    return kind.search(other.answer_text) is not None


def _distance(one: RankedSentence, other: RankedSentence) -> float:
    """How many sentences lie between; infinite in different passages."""
    if one.passage.chunk_id != other.passage.chunk_id:
        return float("inf")
    return abs(one.number - other.number)


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
            period = in_year_before(period, published)
        if period.years:
            days.append(_day_of(period.years[0], (period.months or (1, 12))[0], period.day or 1))
    return max((day for day in days if day <= until), default=None)


def _last_day(period: Period, text: str) -> date:
    """The last day of a period with years; the first one of a year, in which more than one thing may hold."""
    assert period.years is not None
    year = period.years[1]
    if period.months:
        return _day_of(year, period.months[1], period.day or 31)
    return date(year, 12, 31) if _LATE.match(text, period.start) else date(year, 1, 1)


def _day_of(year: int, month: int, day: int) -> date:
    """The day, or the last of its month where that has fewer."""
    return date(year, month, min(day, monthrange(year, month)[1]))
