"""What a sentence decides: yes or no, or that what a question takes for granted is not so."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.answering.polarity.premises import denies_premise
from qa.answering.polarity.yes_no import decide_yes_no
from qa.answering.sentence_ranking import RankedSentence
from qa.query.query import SubQuestion
from qa.schema import Span
from qa.text.lines import is_table_row

__all__ = ["Verdict", "find_verdict"]

_MAX_SENTENCES, _MAX_DENYING = 6, 3  # that are looked at
_SENTENCES_BEFORE = 3  # that a sentence is understood with
_MIN_SHARE = 0.3  # of the best sentence's probability that one needs
_PRESUPPOSING = ("fact", "open", "list")
# Where the best sentence is surer than this to answer, only that one may deny what the question presupposes.
_SURE = 0.7


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict, the sentence that gives it, and the words of it that decide, in document offsets."""

    kind: Literal["yes", "no", "denied"]
    decided_by: RankedSentence
    words: Span | None = None


def find_verdict(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence], confidence: float
) -> Verdict | None:
    """The verdict of the first of the best sentences that gives one; None if none does.

    `confidence` is how sure the best of them is to answer.
    """
    if not ranked_sentences:
        return None
    least = _MIN_SHARE * ranked_sentences[0].probability
    for rank, ranked in enumerate(ranked_sentences[:_MAX_SENTENCES]):
        if ranked.probability < least:
            break
        passage, sentence = ranked.passage, ranked.sentence
        text = passage.slice(sentence)
        if is_table_row(text):
            continue
        context = [passage.title, *filter(None, [passage.heading])]
        if subquestion.question_type == "yes-no":
            before = passage.sentences[max(0, ranked.number - _SENTENCES_BEFORE) : ranked.number]
            around = [*context, *map(passage.slice, before)]
            if decided := decide_yes_no(subquestion.text, text, around):
                start = sentence.start + decided.words.start
                return Verdict(decided.verdict, ranked, Span(start, sentence.start + decided.words.end))
        elif (
            subquestion.question_type in _PRESUPPOSING
            and rank < (1 if confidence >= _SURE else _MAX_DENYING)
            and (denies_premise(subquestion.text, text) or denies_premise(subquestion.text, text, context))
        ):
            return Verdict("denied", ranked)
    return None
