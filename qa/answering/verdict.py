"""What a sentence decides: yes or no, or that what a question takes for granted is not so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from qa.answering.newer import find_end
from qa.answering.polarity.plain_denial import denies_plainly
from qa.answering.polarity.premises import denies_premise
from qa.answering.polarity.stance import find_stance
from qa.answering.polarity.statement import read_statement
from qa.answering.polarity.yes_no import decide_yes_no
from qa.answering.sentence_ranking import RankedSentence
from qa.query.query import SubQuestion
from qa.schema import Span
from qa.text.lines import LIST_ITEM, is_table_row

__all__ = ["Verdict", "decide_by", "find_verdict", "likely_sentences"]

_MAX_SENTENCES, _MAX_DENYING = 6, 3  # that are looked at
_SENTENCES_BEFORE = 3  # that a sentence is understood with
_MIN_SHARE = 0.3  # of the best sentence's probability that one needs
_PRESUPPOSING = ("fact", "open", "list")
# Where the best sentence is surer than this to answer, only that one may deny what the question presupposes.
_SURE = 0.7
# What an item's lead says of it is no answer to who wants or waits for what.
_ASKS_OF_WISH = re.compile(
    r"\b(?:want|ask|wish|seek|sought|tr(?:y|ied)|appl[iy]|request|wait|bid|candidat)", re.IGNORECASE
)
_MIN_PLAIN = 0.5  # how sure the best sentence is to answer, by whose plain "not" alone a question is denied


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict, the sentence that gives it, and the words of it that decide, in document offsets.

    `is_plain` says that these words deny, and that what they deny is known from the reader alone.
    """

    kind: Literal["yes", "no", "denied"]
    decided_by: RankedSentence
    words: Span | None = None
    is_plain: bool = False


def find_verdict(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence], confidence: float
) -> Verdict | None:
    """The verdict of the first of the best sentences that gives one; None if none does.

    `confidence` is how sure the best of them is to answer.
    """
    for rank, ranked in enumerate(likely_sentences(ranked_sentences)):
        if is_table_row(ranked.text):
            continue
        denying = _find_denying_lead(subquestion.text, ranked) if rank < 1 else None
        if subquestion.question_type == "yes-no":
            if denying:
                return Verdict("no", denying)
            if verdict := decide_by(subquestion, ranked):
                return _unless_over(subquestion, verdict, ranked_sentences)
        elif (
            subquestion.question_type in _PRESUPPOSING
            and not ranked.passage.is_newer
            and rank < (1 if confidence >= _SURE else _MAX_DENYING)
            and (
                denying
                or denies_premise(subquestion.text, ranked.text)
                or denies_premise(subquestion.text, ranked.text, _headings(ranked))
            )
        ):
            return Verdict("denied", denying or ranked)
    if subquestion.question_type == "yes-no" and confidence >= _MIN_PLAIN:
        return _deny_plainly(subquestion, ranked_sentences)
    return None


def _deny_plainly(subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]) -> Verdict | None:
    """A "no" by the best sentence's own; None where it tells of something else, or a newer document may."""
    best = ranked_sentences[0]
    is_old = subquestion.asks_of_now and any(one.passage.is_newer for one in ranked_sentences)
    if best.is_contradicted or is_old or is_table_row(best.text):
        return None
    denial = denies_plainly(subquestion.text, best.text)
    if denial is None:
        return None
    start = best.sentence.start
    return Verdict("no", best, Span(start + denial.start, start + denial.end), is_plain=True)


def _unless_over(
    subquestion: SubQuestion, verdict: Verdict, ranked_sentences: Sequence[RankedSentence]
) -> Verdict:
    """The verdict; "no" where a newer document says that what a yes is about is over."""
    if verdict.kind != "yes" or not subquestion.asks_of_now:
        return verdict
    end = find_end(subquestion, [verdict.decided_by, *ranked_sentences])
    return verdict if end is verdict.decided_by else Verdict("no", end)


def likely_sentences(ranked_sentences: Sequence[RankedSentence]) -> list[RankedSentence]:
    """Those that may decide: the best ones, as far as they are nearly as probable as the first."""
    least = _MIN_SHARE * ranked_sentences[0].probability if ranked_sentences else 0.0
    likely = takewhile(lambda ranked: ranked.probability >= least, ranked_sentences[:_MAX_SENTENCES])
    return list(likely)


def decide_by(subquestion: SubQuestion, ranked: RankedSentence) -> Verdict | None:
    """What one sentence says to a yes/no question; None if it leaves that open."""
    passage, sentence = ranked.passage, ranked.sentence
    before = passage.sentences[max(0, ranked.number - _SENTENCES_BEFORE) : ranked.number]
    decided = decide_yes_no(subquestion.text, ranked.text, [*_headings(ranked), *map(passage.slice, before)])
    if decided is None:
        return None
    start, end = (sentence.start + offset for offset in (decided.words.start, decided.words.end))
    return Verdict(decided.verdict, ranked, Span(start, end))


def _find_denying_lead(question: str, ranked: RankedSentence) -> RankedSentence | None:
    """The line over a list that says of its items the opposite of what a question says of this one.

    "Others are waiting: - China, 2021" for "When did China join?"; the item itself says nothing of it.
    """
    lead = _find_lead(ranked)
    if lead is None or _ASKS_OF_WISH.search(question):
        return None
    item = LIST_ITEM.sub("", ranked.text, count=1)
    statement = read_statement(question)
    if statement.predicate is None or find_stance(statement, item, _headings(ranked)):
        return None
    stance = find_stance(statement, f"{lead.text} {item}", _headings(ranked))
    is_denied = stance is not None and not stance.affirms and stance.words.end <= len(lead.text)
    return lead if is_denied else None


def _find_lead(ranked: RankedSentence) -> RankedSentence | None:
    """The line with a colon over the list that a sentence is an item of; None where there is none."""
    number = ranked.number
    texts = [ranked.passage.slice(span) for span in ranked.passage.sentences[: number + 1]]
    while number >= 0 and LIST_ITEM.match(texts[number]):
        number -= 1
    is_lead = 0 <= number < ranked.number and texts[number].rstrip().endswith(":")
    return replace(ranked, number=number) if is_lead else None


def _headings(ranked: RankedSentence) -> list[str]:
    return [ranked.passage.title, *filter(None, [ranked.passage.heading])]
