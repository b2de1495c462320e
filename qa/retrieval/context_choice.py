"""Which of the passages found are read for their sentences: the best, and what newer documents say to it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date

from qa.query.conditions.names import INSTITUTION_WORDS
from qa.query.query import SubQuestion
from qa.schema import Passage
from qa.text.terms import FUNCTION_WORDS, telling_stems, word_stems

__all__ = ["choose_contexts", "choose_newer"]

_MAX_CONTEXTS = 5
# One that is further behind the best hardly ever holds a sentence of the answer: 1 of 1,060 refusals changes.
_MAX_LAG = 0.4
# How many passages of newer documents are looked at where it is asked what holds now: what changed is said
# in other words, and so found far behind.
_MAX_NEWER = 4
_MIN_TITLE_WORDS = 2  # that two titles share, to be of the same subject
_MIN_TERMS = 0.5  # of the question's words, for a passage to speak of the same where no name is asked of


def choose_contexts(ranking: Sequence[Passage]) -> list[Passage]:
    """The best passages, in their order, up to five: those that are not far behind the first."""
    return [passage for passage in ranking[:_MAX_CONTEXTS] if passage.score >= ranking[0].score - _MAX_LAG]


def choose_newer(
    subquestion: SubQuestion, ranking: Sequence[Passage], contexts: Sequence[Passage]
) -> list[Passage]:
    """Further passages, best first, of documents that are newer than the best one's and speak of the same.

    None where it is not asked what holds now. The same is what the question names, or what the best passage
    answers with.
    """
    if not (subquestion.asks_of_now and ranking and ranking[0].published):
        return []
    taken = {passage.chunk_id for passage in contexts}
    newer = [passage for passage in ranking if (passage.published or date.min) > ranking[0].published]
    # What one passage of a document speaks of, the others go on with.
    sameness: dict[str, float] = {}
    names = _asked_names(subquestion)
    answered = _answer_names(ranking[0]) if newer else frozenset()
    for passage in newer:
        own = _sameness(passage, subquestion, ranking[0], names, answered)
        sameness[passage.document_id] = max(own, sameness.get(passage.document_id, 0.0))
    same = [
        passage
        for passage in newer
        if sameness[passage.document_id] and passage.chunk_id not in taken and passage.reader_scores
    ]
    same.sort(key=lambda passage: -sameness[passage.document_id])
    return [replace(passage, is_newer=True) for passage in same[:_MAX_NEWER]]


def _sameness(
    passage: Passage,
    subquestion: SubQuestion,
    best: Passage,
    asked: AbstractSet[str],
    answered: AbstractSet[str],
) -> float:
    """How many words a passage shares with the names that are asked of and answered with, or its title's.

    Where no name is asked of, the share of the question's words, at least a half; 0 where it is less.
    """
    said = word_stems(passage.full_text)
    title = telling_stems(best.title) & telling_stems(passage.title)
    shared = (asked | answered) & said | (title if len(title) >= _MIN_TITLE_WORDS else frozenset())
    if shared:
        return float(len(shared))
    terms = word_stems(" ".join(subquestion.terms))
    share = len(terms & said) / len(terms) if terms and not asked else 0.0
    return share if share >= _MIN_TERMS else 0.0


def _asked_names(subquestion: SubQuestion) -> frozenset[str]:
    """The words of the names that are asked of, but for those that many bodies have."""
    asked = subquestion.conditions.asked
    names = " ".join(condition.text for condition in asked if condition.kind in ("name", "place"))
    return word_stems(names) - INSTITUTION_WORDS - FUNCTION_WORDS


def _answer_names(best: Passage) -> frozenset[str]:
    """The names in the best span of the best sentence of a passage."""
    scores = best.reader_scores
    if scores is None:
        return frozenset()
    number = max(range(len(scores.sentence_logits)), key=scores.sentence_logits.__getitem__)
    span = scores.answer_spans[number]
    if span is None:
        return frozenset()
    return word_stems(" ".join(word for word in best.slice(span).split() if word[:1].isupper()))
