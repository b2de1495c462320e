"""Whether two documents answer a question at one time with different values, or with yes and with no.

Told only where nothing else sets their sentences apart: both speak of the same names and times, hold the same
words of the question, and say nothing of for whom or where that the other does not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.answering.extractive.selected_sentence import SelectedSentence
from qa.answering.outdated import tells_of_before
from qa.answering.polarity.clauses import find_concepts, find_terms
from qa.answering.polarity.concepts import are_opposite
from qa.answering.polarity.former_spans import former_spans, proposed_spans
from qa.answering.polarity.rejected_spans import rejected_spans
from qa.answering.polarity.statement import Statement, read_statement
from qa.answering.polarity.values import find_values_in
from qa.answering.sentence_ranking import RankedSentence
from qa.answering.verdict import Verdict, decide_by, likely_sentences
from qa.query.conditions.periods import find_periods
from qa.query.query import SubQuestion
from qa.schema import Span
from qa.text.terms import telling_stems, words

__all__ = ["DISAGREEMENT", "OTHERWISE", "find_opposing", "label_disagreeing"]

OTHERWISE = "Otherwise"  # the label of what another document says instead
DISAGREEMENT = "the documents disagree"  # how the warning of that begins
_CLOSE = 0.01  # of the larger one: two figures so near to each other are rounded in different ways
_MAX_WORDS_AROUND = 3  # beside a value in the words that answer; more of them are a phrase that holds it
# A figure that is a bound or a guess is no other one than the exact figure.
_VAGUE = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|approximately|some|over|under|above|below|more than|less than|"
    r"fewer than|up to|at least|at most|between|by|another)\W{1,3}(?:the |an? )?$",
    re.IGNORECASE,
)
_SAYING = (
    r"(?:say|said|report|estimat|expect|forecast|put|complain|not(?:e|ed)\b|announc|stat(?:e|ed)|writ|wrote|"
    r"reckon|insist|confirm)"
)
# Who says it, which is no part of what is said.
_ATTRIBUTION = re.compile(
    rf"\b[Aa]ccording to\s[^,.;:]{{1,80}}|,\s[^,.;:]{{1,60}}?\s{_SAYING}\w*(?=[,.;:\s]*$)"
    rf"|^[^,.;:]{{1,60}}?\s{_SAYING}\w*(?:\sthat|:|(?=\s(?:the|its|it|an?)\b))"
)
# What is wished for, or would be, is not said to be so.
_UNREAL = re.compile(
    r"\b(?:propos\w*|plan(?:s|ned)?|could|might|may|would|should|ask(?:s|ed)?|demand\w*|want\w*|seeks?|sought|"
    r"if|unless|suggest\w*|call(?:s|ed)? for|threat\w*)\b"
)
# For whom, where and of what.
_LIMIT = re.compile(
    r"\b(?:for|from|in|to|under|at|with|against|within|outside|except|of|on|per|among)\s"
    r"(?=(?P<what>[^\s,.;:]+(?:\s[^\s,.;:]+){0,2}))"
)


# What was is no denial of what is.
_WAS = re.compile(r"\b(?:(?:was|were|had|did)(?:n['’]t)?)\b", re.IGNORECASE)
_IS = re.compile(r"\b(?:is|are|has|have|be|been|being|gets?|stays?|remains?)(?:n['’]t)?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a sentence says, without who says it; `around` is it without a value that answers."""

    around: str

    @property
    def words(self) -> frozenset[str]:
        """The stems of what it says."""
        return telling_stems(self.around)

    @property
    def names(self) -> frozenset[str]:
        """The stems of whom and what it names; its first word may be a name, too."""
        return telling_stems(" ".join(word for word in words(self.around) if word[0].isupper()))

    @property
    def periods(self) -> frozenset[object]:
        """The times that it names."""
        return frozenset(
            (period.years, period.months, period.day, period.reach) for period in find_periods(self.around)
        )

    def limits(self) -> Iterator[frozenset[str]]:
        """The words of each limit that it sets."""
        return (telling_stems(match["what"]) for match in _LIMIT.finditer(self.around))


@dataclass(frozen=True, slots=True)
class _ValueClaim(_Claim):
    """One that gives a value, and where that stands in its text."""

    text: str
    answer: Span


def label_disagreeing(
    subquestion: SubQuestion, selection: Sequence[SelectedSentence], highlights: Sequence[Span | None]
) -> tuple[list[SelectedSentence], list[Span | None]]:
    """The sentences of a fact with what of each answers; those of documents that say otherwise are labelled.

    Of such a document nothing else is an answer. The first sentence is that of the answer; `highlights` are
    the words of each that answer.
    """
    first = selection[0], highlights[0]
    disagreeing = {
        number
        for number, (selected, highlight) in enumerate(zip(selection, highlights, strict=True))
        if selected.label is None
        and selected.passage.document_id != selection[0].passage.document_id
        and _disagree(subquestion, first, (selected, highlight))
    }
    documents = {selection[number].passage.document_id for number in disagreeing}
    labelled: list[SelectedSentence] = []
    answers: list[Span | None] = []
    for number, (selected, highlight) in enumerate(zip(selection, highlights, strict=True)):
        is_other = selected.label is None and selected.passage.document_id in documents
        labelled.append(replace(selected, label=OTHERWISE) if is_other else selected)
        answers.append(None if is_other and number not in disagreeing else highlight)
    return labelled, answers


def find_opposing(
    subquestion: SubQuestion, verdict: Verdict, ranked_sentences: Sequence[RankedSentence]
) -> list[Verdict]:
    """What other documents decide the other way, by the best sentence of each; for yes and no only."""
    if verdict.kind == "denied":
        return []
    opposing: dict[str, Verdict] = {}
    for ranked in likely_sentences(ranked_sentences):
        document_id = ranked.passage.document_id
        if document_id == verdict.decided_by.passage.document_id or document_id in opposing:
            continue
        other = decide_by(subquestion, ranked)
        if (
            other
            and other.kind != verdict.kind
            and _oppose(subquestion, verdict.decided_by.text, ranked.text)
        ):
            opposing[document_id] = other
    return list(opposing.values())


def _oppose(subquestion: SubQuestion, first: str, second: str) -> bool:
    """Whether two sentences, of which one affirms and one denies, can't both be so."""
    if any("|" in text or _is_set_apart(text) for text in (first, second)):
        return False
    one, other = (_Claim(_ATTRIBUTION.sub("", text)) for text in (first, second))
    statement = read_statement(subquestion.text)
    # What is said of them may be denied in other words: "closed" for "open".
    named = {term.concept for term in statement.terms} - {term.concept for term in statement.predicates}
    return (
        _speak_of_the_same(one, other, telling_stems(subquestion.text))
        and named & find_concepts(one.around) == named & find_concepts(other.around)
        and (
            _WAS.search(subquestion.text) is not None
            or _tells_of_past(statement, one.around) == _tells_of_past(statement, other.around)
        )
        and not any(_is_narrowed(statement, claim.around) for claim in (one, other))
    )


def _tells_of_past(statement: Statement, text: str) -> bool:
    """Whether what is asked is told as over: "was open", "taxed copper", not "is closed"."""
    asked = {term.concept for term in statement.terms}
    return _WAS.search(text) is not None or any(
        term.concept in asked and term.text.endswith("ed") and not _IS.search(text[: term.start])
        for term in find_terms(text)
    )


def _is_narrowed(statement: Statement, text: str) -> bool:
    """Whether more is said amid the words that are asked for, as of which: "exports of refined copper"."""
    asked = {term.concept for term in statement.terms}
    is_asked = [
        any(term.concept == concept or are_opposite(term.concept, concept) for concept in asked)
        for term in find_terms(text)
    ]
    first, behind_last = is_asked.index(True), len(is_asked) - is_asked[::-1].index(True)
    return not all(is_asked[first:behind_last])


def _disagree(
    subquestion: SubQuestion,
    first: tuple[SelectedSentence, Span | None],
    second: tuple[SelectedSentence, Span | None],
) -> bool:
    claims = [claim for claim in (_read_claim(*first), _read_claim(*second)) if claim]
    if len(claims) < 2:
        return False
    one, other = claims
    asked = telling_stems(subquestion.text)
    return (
        _values_differ(one, other)
        and _speak_of_the_same(one, other, asked)
        and bool(one.words & asked)
        and one.words & asked == other.words & asked
    )


def _speak_of_the_same(one: _Claim, other: _Claim, asked: frozenset[str]) -> bool:
    """Whether two claims name the same and the same times, and neither sets a limit that the other does not.

    What is `asked` limits nothing.
    """
    known = asked | (one.words & other.words)
    return (
        one.names <= other.words
        and other.names <= one.words
        and one.periods == other.periods
        and all(limit <= known for claim in (one, other) for limit in claim.limits())
    )


def _read_claim(selected: SelectedSentence, highlight: Span | None) -> _ValueClaim | None:
    """What the sentence says to be so, now; None where it is of another kind."""
    text = selected.text
    if highlight is None or "|" in text or _is_set_apart(text):
        return None
    if rejected_spans(text) or former_spans(text) or proposed_spans(text):
        return None
    start, end = (offset - selected.sentence.start for offset in (highlight.start, highlight.end))
    for said in _ATTRIBUTION.finditer(text):
        if said.start() < end and start < said.end():
            return None
    before = _ATTRIBUTION.sub("", text[:start]) if start else ""
    behind = _ATTRIBUTION.sub("", text[end:])
    return _ValueClaim(
        f"{before} … {behind}",
        before + text[start:end] + behind,
        Span(len(before), len(before) + end - start),
    )


def _is_set_apart(text: str) -> bool:
    """Whether a sentence tells what would be, or what was before."""
    return _UNREAL.search(text) is not None or tells_of_before(text)


def _values_differ(one: _ValueClaim, other: _ValueClaim) -> bool:
    """Whether the answers are one value each, of one kind, and not the same."""
    first, second = _read_day(one), _read_day(other)
    if first or second:
        return bool(first and second) and first != second
    values = [find_values_in(claim.text, claim.answer) for claim in (one, other)]
    if any(len(of_claim) != 1 for of_claim in values):
        return False
    (first_value,), (second_value,) = values
    for claim, value in ((one, first_value), (other, second_value)):
        answer = claim.text[claim.answer.start : claim.answer.end]
        if len(answer.split()) > _MAX_WORDS_AROUND + 2 or _VAGUE.search(claim.text[: value.span.start]):
            return False
    if (first_value.kind, first_value.unit) != (second_value.kind, second_value.unit):
        return False
    larger = max(abs(first_value.amount), abs(second_value.amount))
    # What is no number to compare is never further away.
    return abs(first_value.amount - second_value.amount) > _CLOSE * larger


def _read_day(claim: _ValueClaim) -> tuple[object, ...] | None:
    """The day that answers; None where none does."""
    periods = find_periods(claim.text[claim.answer.start : claim.answer.end])
    if len(periods) != 1 or periods[0].day is None or periods[0].months is None:
        return None
    return periods[0].months, periods[0].day
