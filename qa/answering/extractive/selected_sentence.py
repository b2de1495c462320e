"""A sentence that is chosen for an answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.answering.answer_kind import is_left_to_reckon
from qa.answering.extractive.enumeration import find_enumeration
from qa.query.question_type import QuestionType
from qa.schema import Passage, Sentence, Span

__all__ = ["SectionReader", "SelectedSentence"]

SectionReader = Callable[[Passage], Sequence[Passage]]

_MIN_SPAN_SCORE = 6.0  # start and end logit together; spans that are right have 10 and more


@dataclass(frozen=True, slots=True)
class SelectedSentence:
    """A sentence chosen for the answer, with its score among all sentences (higher is better).

    `label` names the part of the answer that it belongs to: a side of a comparison, a section.
    """

    passage: Passage
    sentence: Sentence
    score: float
    label: str | None = None

    @property
    def text(self) -> str:
        """The sentence's own words."""
        return self.passage.slice(self.sentence)

    def highlight(self, question_type: QuestionType, question: str = "") -> Span | None:
        """The sentence's answer span if it is not all of it; where prose is asked for, only a sure one.

        Where a list is asked for, what the sentence counts up for the question, if it does; where figures are
        to be reckoned with, none of them.
        """
        if question_type == "list" and (counted := find_enumeration(self.text, question)):
            return Span(self.sentence.start + counted.start, self.sentence.start + counted.end)
        scores = self.passage.reader_scores
        if scores is None or (question_type == "fact" and is_left_to_reckon(question, self.text)):
            return None
        number = self.passage.sentences.index(self.sentence)
        span = scores.answer_spans[number]
        is_sure = question_type in ("fact", "yes-no", "list") or scores.span_scores[number] >= _MIN_SPAN_SCORE
        return span if is_sure and span != self.sentence else None
