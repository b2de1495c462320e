"""Of sentences that give a value, the one that puts right what another says."""

import re
from collections.abc import Sequence
from datetime import date

from qa.answering.outdated import is_outdated, puts_right, says_right, tells_mistake
from qa.answering.polarity.clauses import find_concepts
from qa.answering.polarity.former_spans import asks_of_mistake, former_spans
from qa.answering.polarity.rejected_spans import rejected_spans
from qa.answering.polarity.values import Value, find_values, find_values_in, same_kind
from qa.answering.sentence_ranking import RankedSentence
from qa.query.conditions import find_years
from qa.query.conditions.periods import find_periods
from qa.query.query import SubQuestion
from qa.text.lines import is_table_row
from qa.text.terms import telling_stems

__all__ = [
    "LOOKED_AT",
    "NEAR",
    "distance",
    "find_cell_correction",
    "find_correction",
    "find_later_correction",
    "find_put_right",
    "shares_concepts",
    "shares_unit",
]

NEAR = 3  # sentences before or behind, in which a text says how it is now
LOOKED_AT = 12  # sentences, whose conditions have been checked
_AROUND = 2  # sentences in front of a correction that say what it is of
_MIN_CONCEPTS = 2
_FIGURE = re.compile(r"\d(?:[\d.,]*\d)?")


def find_put_right(subquestion: SubQuestion, ranked: Sequence[RankedSentence]) -> RankedSentence:
    """The best sentence; if it tells a mistake, the one near by that has the right value of the same unit."""
    best = ranked[0]
    if asks_of_mistake(subquestion.text) or not tells_mistake(best) or rejected_spans(best.text):
        return best
    near = [
        other
        for other in ranked[1:]
        if distance(best, other) <= NEAR
        and find_values(other.text)
        and shares_unit(best, other)
        and not tells_mistake(other)
        and not is_outdated(other)
    ]
    # What puts it right says so; else it stands around what it is put right by.
    return max(near, key=lambda other: (says_right(other.text), other.probability), default=best)


def find_correction(
    subquestion: SubQuestion, ranked: Sequence[RankedSentence], *, is_now: bool
) -> RankedSentence:
    """The best sentence; if another one says that its value is not so, or no longer, that one.

    That it holds no longer counts where the question is about now.
    """
    best = ranked[0]
    answered = find_values(best.answer_text)
    if asks_of_mistake(subquestion.text) or rejected_spans(best.text):
        return best
    if len(answered) != 1:
        return _find_corrected_day(best, ranked) if not answered else best
    for other in ranked[1:LOOKED_AT]:
        denied = (*rejected_spans(other.text), *(former_spans(other.text) if is_now else ()))
        if (
            any(
                value.amount == answered[0].amount and same_kind(value, answered[0])
                for span in denied
                for value in find_values_in(other.text, span)
            )
            and shares_concepts(best, other)
            and not other.is_contradicted
        ):
            return other
    return best


def find_later_correction(subquestion: SubQuestion, ranked: Sequence[RankedSentence]) -> RankedSentence:
    """The best sentence; if a newer document puts its figure right, the sentence that gives the right one.

    That one, or those around it, must name the year that is asked of, or the wrong figure.
    """
    best = ranked[0]
    answered = find_values_in(best.text, best.answer_place)
    published = best.passage.published
    if asks_of_mistake(subquestion.text) or len(answered) != 1 or published is None:
        return best
    for other in ranked[1:LOOKED_AT]:
        if (
            other.passage.published is not None
            and other.passage.published > published
            and puts_right(other)
            and not _is_of_another(other)
            and any(same_kind(value, answered[0]) for value in find_values(other.text))
            and _is_about_figure(subquestion, best, answered[0], other)
        ):
            return other
    return best


def find_cell_correction(
    subquestion: SubQuestion, value: str, row: str, published: date | None, ranked: Sequence[RankedSentence]
) -> RankedSentence | None:
    """The sentence that puts a table's figure right, of the same text or one that is not older; None without.

    "Imports from Arda read 261 million instead of 271 million": it must name what the row is named, and
    reject the `value` of the cell.
    """
    figure, names = _FIGURE.search(value), telling_stems(row)
    if asks_of_mistake(subquestion.text) or figure is None or not names:
        return None
    # The unit and scale may stand in the head of the column alone.
    rejected = re.compile(rf"(?<![\d.,]){re.escape(figure[0])}(?![.,]?\d)")
    for other in ranked:
        told = other.passage.published
        if (
            not is_table_row(other.text)
            and not (published and told and told < published)
            and names <= telling_stems(other.text)
            and any(rejected.search(other.text, span.start, span.end) for span in rejected_spans(other.text))
        ):
            return other
    return None


def _is_of_another(ranked: RankedSentence) -> bool:
    """Whether a sentence is about something else than what is asked; a year may stand around it."""
    return any(one.state == "contradicted" and one.condition.kind != "period" for one in ranked.conditions)


def _is_about_figure(
    subquestion: SubQuestion, best: RankedSentence, wrong: Value, other: RankedSentence
) -> bool:
    """Whether a sentence and those around it are about the figure of the best one, and of its year."""
    passage = other.passage
    around = passage.sentences[max(0, other.number - _AROUND) : other.number + 2]
    text = " ".join(map(passage.slice, around))
    if len(find_concepts(best.text) & find_concepts(text)) < _MIN_CONCEPTS:
        return False
    names_year = bool(subquestion.conditions.years & find_years(text))
    return names_year or any(
        value.amount == wrong.amount and same_kind(value, wrong) for value in find_values(text)
    )


def _find_corrected_day(best: RankedSentence, ranked: Sequence[RankedSentence]) -> RankedSentence:
    """The best sentence; if another one says "not on" its day, and has more of its words, that one."""
    days = {(day.months, day.day) for day in find_periods(best.answer_text) if day.day is not None}
    for other in ranked[1:LOOKED_AT] if len(days) == 1 else ():
        denied = [
            (day.months, day.day)
            for span in rejected_spans(other.text)
            for day in find_periods(other.text[span.start : span.end])
        ]
        if days & set(denied) and shares_concepts(best, other):
            return other
    return best


def shares_unit(best: RankedSentence, other: RankedSentence) -> bool:
    """Whether another sentence has a value of the unit that the best one answers with, if that is one."""
    answered = find_values(best.answer_text)
    return not answered or any(
        same_kind(first, second) for first in answered for second in find_values(other.text)
    )


def shares_concepts(best: RankedSentence, other: RankedSentence) -> bool:
    """Whether two sentences speak of more than one thing in common."""
    return len(find_concepts(best.text) & find_concepts(other.text)) > 1


def distance(one: RankedSentence, other: RankedSentence) -> float:
    """How many sentences lie between; infinite in different passages."""
    if one.passage.chunk_id != other.passage.chunk_id:
        return float("inf")
    return abs(one.number - other.number)
