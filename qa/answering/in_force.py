"""Of sentences that answer the same at different times, the one that holds at the asked time comes first."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from qa.answering.newer import (
    NEWER_SHARE,
    Likeness,
    find_end,
    find_newest,
    find_restated,
    find_successor,
    is_like,
    is_rival,
    start_day,
)
from qa.answering.outdated import had_been, is_outdated, says_still
from qa.answering.polarity.values import find_values
from qa.answering.put_right import (
    LOOKED_AT,
    NEAR,
    distance,
    find_correction,
    find_later_correction,
    find_put_right,
    shares_concepts,
    shares_unit,
)
from qa.answering.sentence_ranking import RankedSentence
from qa.query.conditions import find_years
from qa.query.conditions.periods import Period, day_of, find_periods
from qa.query.query import SubQuestion
from qa.text.lines import is_table_row

__all__ = ["put_met_first", "put_newest_first"]

# How probable, as a share of the best one, a sentence must be that meets all conditions, to come before
# one with another thing in the place of some.
_MET_SHARE = 0.05
_UNTIL = re.compile(r"\buntil (?:the end of )?(?:\w+ ){0,2}(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
# What was so in a year, and a change of it that follows.
_WAS = re.compile(
    r"\b(?:was|were|had|stood|paid|charged|cost|went|published|listed|counted|numbered|began|started)\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:raised|lifted|lowered|cut|reduced|doubled|tripled|halved|increased|brought|rose|fell|went|set)\b"
    r"[^.;:]{0,40} (?:to|at) [$€£]?\d|"
    r"\b(?:new|lower|higher|reduced|present|current) (?:rate|duty|tariff|quota|price|limit|charge|fee)\b"
    r"[^.;:]{0,30} \d[^.;:]{0,20} (?:began|begins|took|takes|applies|has|came|holds)\b|"
    r"\b(?:makes?|making|bringing|brings|brought) (?:it |them |the \w+ |a total of |up |to ){0,3}\d",
    re.IGNORECASE,
)
_FOLLOWING = 6  # sentences behind one of the past, in which its change is looked for
_LATE = re.compile(r"(?:the )?(?:end|late)\b", re.IGNORECASE)
_AS_OF = re.compile(r"as (?:of|at)\b", re.IGNORECASE)
_MAX_RESTATED = 0.75  # how sure an answer is at most that rests on what is said in other words
_MAX_OLD, _OLD = 0.75, timedelta(days=365)  # ... and one that is older by this than what speaks of the same
_BEHIND = 0.98  # of the first one's probability at most, to those that are put behind it


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
            and is_like(ranked[0], other)
        ):
            return _put_first(ranked, other, other.probability)
    return ranked


def put_newest_first(
    subquestion: SubQuestion,
    ranked_sentences: Sequence[RankedSentence],
    likeness: Likeness | None = None,
) -> list[RankedSentence]:
    """The sentences with the one that holds at the asked time in front, of those that give a like thing.

    Not one whose value another sentence calls wrong. Where the question is about now: not one that its own
    text calls earlier, nor one whose value or name another sentence says to have been replaced, and of
    several documents the newest; only sentences that meet each condition that the best one meets. Where
    it names a year, one that tells what was until a later year, or what has held since the last day before.

    `likeness` gives the cosines of a sentence with others, by which a newer one says the same in other words.
    """
    ranked = list(ranked_sentences)
    if not ranked:
        return ranked
    if subquestion.question_type == "yes-no":
        return (
            _temper_old(_put_restated(subquestion, ranked, likeness)) if subquestion.asks_of_now else ranked
        )
    if subquestion.question_type != "fact":
        return ranked
    ranked = _put_first(ranked, find_put_right(subquestion, ranked))
    ranked = _put_first(ranked, find_correction(subquestion, ranked, is_now=subquestion.asks_of_now))
    ranked = _put_first(ranked, find_later_correction(subquestion, ranked))
    if not subquestion.asks_of_now:
        ranked = _put_first(ranked, _find_former(subquestion, ranked))
        ranked = _put_first(ranked, _find_newest_by(subquestion, ranked))
        return _put_first(ranked, _find_state(subquestion, ranked))
    ranked = _put_first(ranked, _find_current(ranked))
    for find in (find_successor, find_newest, find_end):
        newest = find(subquestion, ranked)
        if newest is not ranked[0]:
            return _put_first(ranked, newest)
    return _temper_old(_put_restated(subquestion, ranked, likeness))


def _put_restated(
    subquestion: SubQuestion, ranked: list[RankedSentence], likeness: Likeness | None
) -> list[RankedSentence]:
    """With what a newer document says to it in other words in front, or behind it; neither is sure then.

    To a yes/no question it says nothing itself.
    """
    restated, is_answer = find_restated(subquestion, ranked, likeness) if likeness else (None, False)
    if restated is None:
        return ranked
    if is_answer and subquestion.question_type == "fact":
        # It speaks of what the older one does, of which it need not say the name.
        restated = replace(restated, conditions=ranked[0].conditions, max_confidence=_MAX_RESTATED)
        return _put_first(ranked, restated)
    best = replace(ranked[0], max_confidence=_MAX_RESTATED)
    beside = replace(restated, probability=_BEHIND * best.probability)
    return [best, beside, *(other for other in ranked[1:] if other is not restated)]


def _temper_old(ranked: list[RankedSentence]) -> list[RankedSentence]:
    """The sentences, the best less sure where a much newer document speaks of all names that are asked of.

    That may say in words of its own that it is no longer so.
    """
    best = ranked[0]
    published = best.passage.published
    is_old = published is not None and any(
        other.passage.document_id != best.passage.document_id
        and (other.passage.published or date.min) >= published + _OLD
        and _has_names(other)
        for other in ranked[1:LOOKED_AT]
    )
    return [best.at_most(_MAX_OLD), *ranked[1:]] if is_old else ranked


def _has_names(ranked: RankedSentence) -> bool:
    """Whether a sentence, or what it stands in, has every name that is asked of, and any is."""
    names = [one for one in ranked.conditions if one.condition.kind in ("name", "place")]
    return bool(names) and all(one.is_met for one in names)


def _put_first(
    ranked: list[RankedSentence], first: RankedSentence, probability: float | None = None
) -> list[RankedSentence]:
    if first is ranked[0]:
        return ranked
    key = (first.passage.document_id, first.sentence)
    best = ranked[0].probability if probability is None else probability
    others = [
        replace(other, probability=min(other.probability, _BEHIND * best))
        for other in ranked
        if (other.passage.document_id, other.sentence) != key
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
        # A change speaks of what it changes, of which it need not say the name.
        changed = max(changes, key=lambda other: other.number, default=best)
        return changed if changed is best else replace(changed, conditions=best.conditions)
    if not is_outdated(best):
        return best
    for other in ranked[1:]:
        is_near = distance(best, other) <= NEAR
        is_probable = other.probability >= NEWER_SHARE * best.probability
        if (
            (is_near or is_probable)
            and is_rival(best, other)
            and shares_unit(best, other)
            and not is_outdated(other)
        ):
            return other
    return best


def _is_of_past_year(ranked: RankedSentence) -> bool:
    """Whether a sentence tells a figure as that of a year before its document's, or of before a change."""
    years = find_years(ranked.text)
    published = ranked.passage.published
    is_past = (
        published is not None
        and bool(years)
        and max(map(int, years)) < published.year
        and bool(_WAS.search(ranked.text))
    )
    return (
        (is_past or had_been(ranked.text))
        and not says_still(ranked.text)
        and bool(find_values(ranked.answer_text))
    )


def _find_former(subquestion: SubQuestion, ranked: list[RankedSentence]) -> RankedSentence:
    """The best sentence; if a year is asked and it tells none, one near by that says "until" a later year."""
    best, asked = ranked[0], subquestion.conditions.years
    if not asked or find_years(best.text):
        return best
    for other in ranked[1:]:
        until = _UNTIL.search(other.text)
        if (
            until
            and until["year"] > max(asked)
            and distance(best, other) <= NEAR
            and is_like(best, other)
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
    if len(asked) != 1 or best.passage.table_context:
        return best
    if any(period.months for period in find_periods(best.text)):
        return best
    until = _last_day(asked[0], subquestion.text)
    rivals = [
        other
        for other in ranked
        if other.probability >= NEWER_SHARE * best.probability
        and (other.passage.published or date.max) <= until
        and not is_table_row(other.text)
        and is_rival(best, other)
    ]
    published = best.passage.published or date.min
    newest = max(rivals, key=lambda other: (other.passage.published, other.probability), default=best)
    is_newer = newest is not best and (newest.passage.published or date.min) > published
    return newest if is_newer or published > until else best


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
    if len(asked) != 1:
        return best
    until = _last_day(asked[0], subquestion.text)
    began = start_day(best, until=until)
    if began is None:
        return best
    newest, newest_day = best, began
    for other in ranked[1:]:
        is_probable = other.probability >= NEWER_SHARE * best.probability
        day = start_day(other, until=until) if is_probable and is_rival(best, other) else None
        if day and day > newest_day:
            newest, newest_day = other, day
    return newest


def _last_day(period: Period, text: str) -> date:
    """The last day of a period with years; the first one of a year, in which more than one thing may hold."""
    assert period.years is not None
    year = period.years[1]
    if period.months:
        return day_of(year, period.months[1], period.day or 31)
    return date(year, 12, 31) if _LATE.match(text, period.start) else date(year, 1, 1)
