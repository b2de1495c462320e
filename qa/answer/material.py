"""What an answer is made from: the passages found for each part of a question, ranked and judged."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.confidence import estimate_confidence
from qa.answer.questions import Part
from qa.answer.ranking import Ranked, rank_sentences
from qa.schema import Passage

__all__ = ["Material", "judge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One part of a question with what was found for it.

    Args:
        part: What was asked.
        passages: What was found, best first.
        contexts: The best of them with the sentences around them, read.
        ranked: The sentences of the contexts, most probable first.
        confidence: The probability that the contexts answer the part.
    """

    part: Part
    passages: Sequence[Passage]
    contexts: Sequence[Passage]
    ranked: Sequence[Ranked]
    confidence: float


def judge(part: Part, passages: Sequence[Passage], contexts: Sequence[Passage]) -> Material:
    """Rank the sentences of what was found, and estimate whether they answer."""
    ranked = rank_sentences(part.question, contexts)
    return Material(
        part=part,
        passages=passages,
        contexts=contexts,
        ranked=ranked,
        confidence=estimate_confidence(part.question, contexts, ranked),
    )
