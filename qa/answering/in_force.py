"""Of sentences that answer the same at different times, the one that holds now comes first."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.answering.sentence_ranking import RankedSentence
from qa.query.query import SubQuestion

__all__ = ["asks_of_now", "put_newest_first"]

# How probable a newer sentence must be, as a share of the best one, to come before it.
_NEWER_SHARE = 0.35
_ASKS_OF_BEFORE = re.compile(
    r"\b(before|earlier|previous(?:ly)?|former(?:ly)?|old|used to|original(?:ly)?|at first|initial(?:ly)?|"
    r"first|was|were|did|had)\b",
    re.IGNORECASE,
)
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
    """The sentences with the newest of those that give a thing of the same kind in front.

    Only where the question is about now, and only sentences that meet each condition that the best one meets.
    """
    ranked = list(ranked_sentences)
    if not ranked or not asks_of_now(subquestion):
        return ranked
    best = ranked[0]
    kind = _FIGURE if _FIGURE.search(best.answer_text) else _NAME
    met = {checked.condition for checked in best.conditions if checked.is_met}
    rivals = [
        other
        for other in ranked
        if other.probability >= _NEWER_SHARE * best.probability
        and not other.is_contradicted
        and met <= {checked.condition for checked in other.conditions if checked.is_met}
        and kind.search(other.answer_text)
    ]
    newest = max(rivals, key=lambda other: (_day(other), other.probability), default=best)
    if _day(newest) <= _day(best):
        return ranked
    first = replace(newest, probability=best.probability)
    return [first, *(other for other in ranked if other is not newest)]


def _day(ranked: RankedSentence) -> date:
    return ranked.passage.published or date.min
