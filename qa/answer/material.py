"""What an answer is made from: the passages found for each part of a question, ranked and judged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.confidence import estimate_confidence
from qa.answer.questions import Part
from qa.answer.ranking import Ranked, rank_sentences
from qa.schema import Passage
from qa.text.overlap import content_words

__all__ = ["Material", "judge"]

_NAME = re.compile(r"\b[A-Z][\w.’'-]*")


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

    @property
    def has_names(self) -> bool:
        """Whether what was found holds every name of the label ("the Treaty of Tordesillas")."""
        names = content_words(" ".join(_NAME.findall(self.part.label or "")))
        held = (content_words(f"{one.title} {one.heading or ''} {one.text}") for one in self.passages)
        return names <= set().union(*held)


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
