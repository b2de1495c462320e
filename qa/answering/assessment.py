"""Whether the passages found for a sub-question answer it: their sentences ranked, and a probability."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.confidence import estimate_confidence
from qa.answering.sentence_ranking import RankedSentence, rank_sentences
from qa.query.query import SubQuestion
from qa.schema import Passage
from qa.text.overlap import content_words

__all__ = ["Assessment", "assess"]

_NAME = re.compile(r"\b[A-Z][\w.’'-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A sub-question with what was found for it.

    Args:
        subquestion: What is asked.
        passages: What was found, best first.
        expanded_passages: The best of them with the sentences around them, read.
        ranked_sentences: The sentences of the expanded passages, most probable first.
        confidence: The probability that the expanded passages answer the sub-question.
    """

    subquestion: SubQuestion
    passages: Sequence[Passage]
    expanded_passages: Sequence[Passage]
    ranked_sentences: Sequence[RankedSentence]
    confidence: float

    @property
    def covers_names(self) -> bool:
        """Whether what was found holds every name of the label ("the Treaty of Tordesillas")."""
        names = content_words(" ".join(_NAME.findall(self.subquestion.label or "")))
        words = (
            content_words(f"{passage.title} {passage.lead or ''} {passage.text}") for passage in self.passages
        )
        return names <= set().union(*words)


def assess(
    subquestion: SubQuestion, passages: Sequence[Passage], expanded_passages: Sequence[Passage]
) -> Assessment:
    """Rank the sentences of what was found, and estimate whether they answer."""
    ranked_sentences = rank_sentences(subquestion, expanded_passages)
    return Assessment(
        subquestion=subquestion,
        passages=passages,
        expanded_passages=expanded_passages,
        ranked_sentences=ranked_sentences,
        confidence=estimate_confidence(subquestion, expanded_passages, ranked_sentences),
    )
