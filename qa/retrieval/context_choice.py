"""Which of the passages found are read again, with the sentences around them."""

from collections.abc import Sequence
from datetime import date

from qa.query.query import SubQuestion
from qa.schema import Passage

__all__ = ["choose_contexts"]

_MAX_CONTEXTS = 5
# One that is further behind the best hardly ever holds a sentence of the answer: 1 of 1,060 refusals changes.
_MAX_LAG = 0.4
# Of a newer document than the best one's, where it is asked what holds now: what changed says it in other
# words.
_MAX_NEWER_LAG = 0.6


def choose_contexts(subquestion: SubQuestion, ranking: Sequence[Passage]) -> list[Passage]:
    """The best passages, in their order, up to five: those that are not far behind the first."""

    def max_lag(passage: Passage) -> float:
        is_newer = (passage.published or date.min) > (ranking[0].published or date.max)
        return _MAX_NEWER_LAG if is_newer and subquestion.conditions.asks_newest else _MAX_LAG

    return [
        passage for passage in ranking[:_MAX_CONTEXTS] if passage.score >= ranking[0].score - max_lag(passage)
    ]
