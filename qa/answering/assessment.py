"""Whether the passages found for a sub-question answer it: their sentences ranked, and a probability."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.answer_kind import lacks_kind, put_kind_first, temper_reckoning
from qa.answering.confidence import as_measured, estimate_confidence
from qa.answering.extractive.list_choice import is_only_counted, is_undenied
from qa.answering.in_force import put_met_first, put_newest_first
from qa.answering.newer import Likeness
from qa.answering.polarity.values import find_values
from qa.answering.reasons import has_no_reason, put_reasons_first
from qa.answering.sentence_ranking import LogisticModel, RankedSentence, rank_sentences, weigh_conditions
from qa.answering.statements_first import put_questions_last, put_statements_first
from qa.answering.survey_evidence import estimate_survey_confidence
from qa.answering.verdict import Verdict, find_verdict
from qa.query.conditions.name_comparison import says_slip_of
from qa.query.query import SubQuestion
from qa.schema import CheckedCondition, Passage
from qa.text.lines import is_table_row
from qa.text.overlap import content_words
from qa.text.terms import query_terms

__all__ = ["Assessment", "assess", "order_sentences"]

# How sure an answer is that denies what the question takes for granted, and the share of its confidence that
# is left to a yes/no question which no sentence decides.
_MIN_DENIED, _MAX_DENIED = 0.6, 0.75
_UNDECIDED_SHARE = 0.75
_UNREASONED_SHARE = 0.5  # ... to one that gives no reason where it is asked why
_UNDENIED_SHARE = 0.3  # ... to a list of those that did what those asked for did not
_REPEATED_SHARE = 0.5  # ... to an answer of the question's own words
_UNNAMED_SHARE = 0.4  # ... and to an answer from a document that nowhere has a name that is asked of
# A question from elsewhere is near no passage, and at most half of its words stand in any; and how sure an
# answer to such a one is at most.
_FAR_COSINE, _FAR_SHARE, _MAX_FAR = 0.22, 0.5, 0.1
# Said of what is mentioned without what is asked of it; and how sure an answer is at most that names nobody.
NO_REASON = "They give no reason for it."
NOT_NAMED = "They say how many there are, but do not name them."
NO_FIGURE = "They say that there is no figure for it."
_NO_FIGURE = re.compile(
    r"\bno (?:[a-z-]{1,20} )?(?:survey|figure|data|count|census|statistic|number|estimate|record|value)s? "
    r"(?:was|were|is|are|has|have|had|exists?)\b|"
    r"\b(?:figures?|data|numbers?|values?|statistics|results) (?:[^.;]{0,40} )?(?:not|never)(?: yet)?"
    r"(?: been)? (?:taken|collected|published|recorded|available|released|given|disclosed)\b",
    re.IGNORECASE,
)
_MAX_OMITTED = 0.1
_MAX_LOOKED_AT = 3
_NAME = re.compile(r"\b[A-Z][\w.’'-]*")
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_NO_ONE = re.compile(r"[A-Z]{2,6}s|(?=.*\d)[A-Za-z\d-]{2,8}")  # goods by a short name: "EVs", "CO2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A sub-question with what was found for it.

    Args:
        subquestion: What is asked.
        passages: What was found, best first.
        expanded_passages: The best of them with the sentences around them, read.
        ranked_sentences: The sentences of the expanded passages, most probable first.
        confidence: The probability that the best of them answers the sub-question.
        verdict: What a sentence decides, None where none does.
        document_count: How many documents were asked for a line each; None where that is not asked.
    """

    subquestion: SubQuestion
    passages: Sequence[Passage]
    expanded_passages: Sequence[Passage]
    ranked_sentences: Sequence[RankedSentence]
    confidence: float
    verdict: Verdict | None = None
    document_count: int | None = None

    @property
    def conditions(self) -> tuple[CheckedCondition, ...]:
        """The question's conditions, checked against the sentence that comes first."""
        return self.ranked_sentences[0].conditions if self.ranked_sentences else ()

    @property
    def is_contradicted(self) -> bool:
        """Whether even the best sentence tells of something else; of more than one thing, the best three.

        What stands behind the conditions of the question decides by the best one alone: it was looked for
        because that one tells of something else.
        """
        best = self.ranked_sentences[0] if self.ranked_sentences else None
        if self.verdict or best is None or not best.is_contradicted:
            return False
        if self.subquestion.question_type == "fact":
            return True
        asked = self.subquestion.conditions.asked
        is_apart = any(
            one.state == "contradicted" and one.condition not in asked and one.condition.kind != "negation"
            for one in best.conditions
        )
        return self.subquestion.question_type in ("open", "list") and (
            is_apart or all(ranked.is_contradicted for ranked in self.ranked_sentences[:_MAX_LOOKED_AT])
        )

    @property
    def omission(self) -> str | None:
        """What the documents lack although they mention what is asked, in a sentence; else None."""
        if self.verdict:
            return None
        if _is_only_counted(self.subquestion, self.ranked_sentences):
            return NOT_NAMED
        if _says_no_figure(self.subquestion, self.ranked_sentences):
            return NO_FIGURE
        is_open = self.subquestion.question_type == "open"
        return NO_REASON if is_open and has_no_reason(self.subquestion.text, self.ranked_sentences) else None

    @property
    def covers_names(self) -> bool:
        """Whether what was found holds every name of the label ("the Treaty of Tordesillas")."""
        names = content_words(" ".join(_NAME.findall(self.subquestion.label or "")))
        return all(
            any(name in content_words(passage.full_text) for passage in self.passages) for name in names
        )


def order_sentences(
    subquestion: SubQuestion,
    expanded_passages: Sequence[Passage],
    sentence_model: LogisticModel | None = None,
    condition_model: LogisticModel | None = None,
    likeness: Likeness | None = None,
) -> list[RankedSentence]:
    """The sentences of the passages, most probable first, by all that decides which of them answers.

    The models stand in for the packaged ones; `likeness` gives the cosines of a sentence with others.
    """
    ranked = rank_sentences(subquestion, expanded_passages, sentence_model)
    ranked = weigh_conditions(subquestion, ranked, condition_model)
    ranked = put_statements_first(subquestion, ranked)
    ranked = put_kind_first(subquestion, ranked)
    ranked = put_met_first(subquestion, ranked)
    ranked = temper_reckoning(subquestion, put_newest_first(subquestion, ranked, likeness))
    return put_questions_last(subquestion, put_reasons_first(subquestion.text, ranked))


def assess(
    subquestion: SubQuestion,
    passages: Sequence[Passage],
    expanded_passages: Sequence[Passage],
    document_count: int | None = None,
    likeness: Likeness | None = None,
) -> Assessment:
    """Rank the sentences of what was found, and estimate whether they answer.

    `likeness` gives the cosines of a sentence with others; without it nothing newer is known by its sense.
    """
    ranked_sentences = order_sentences(subquestion, expanded_passages, likeness=likeness)
    found = [passage for passage in expanded_passages if not passage.is_newer]
    confidence = estimate_confidence(subquestion, found, ranked_sentences)
    verdict = find_verdict(subquestion, ranked_sentences, confidence)
    if verdict and verdict.kind == "denied":
        confidence = min(_MAX_DENIED, max(_MIN_DENIED, confidence))
    elif verdict is None and subquestion.question_type == "yes-no":
        confidence *= _UNDECIDED_SHARE
    elif verdict and verdict.is_plain:
        confidence = min(confidence, _MAX_DENIED)
    if verdict is None and _is_far(subquestion, found):
        confidence = min(confidence, _MAX_FAR)
    confidence *= _share_left(subquestion, ranked_sentences, verdict)
    if verdict is None and (
        _is_only_counted(subquestion, ranked_sentences)
        or _says_no_figure(subquestion, ranked_sentences)
        or any(lacks_kind(subquestion, best) for best in ranked_sentences[:1])
    ):
        confidence = min(confidence, _MAX_OMITTED)
    confidence = min([as_measured(confidence), *(one.max_confidence for one in ranked_sentences[:1])])
    if document_count and subquestion.survey:
        confidence = estimate_survey_confidence(subquestion.survey, ranked_sentences, confidence)
    return Assessment(
        subquestion=subquestion,
        passages=passages,
        expanded_passages=expanded_passages,
        ranked_sentences=ranked_sentences,
        confidence=confidence,
        verdict=verdict,
        document_count=document_count,
    )


def _share_left(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence], verdict: Verdict | None
) -> float:
    """The share of its confidence that is left to an answer by what it lacks."""
    share = 1.0
    if verdict is None:
        if has_no_reason(subquestion.text, ranked_sentences):
            share *= _UNREASONED_SHARE
        if _lacks_name(subquestion, ranked_sentences):
            share *= _UNNAMED_SHARE
        if _repeats_question(subquestion, ranked_sentences):
            share *= _REPEATED_SHARE
    if subquestion.question_type == "list" and is_undenied(subquestion, ranked_sentences):
        share *= _UNDENIED_SHARE
    return share


def _is_far(subquestion: SubQuestion, expanded_passages: Sequence[Passage]) -> bool:
    """Whether a question has nothing to do with what was found: neither its sense nor its words."""
    terms = set(subquestion.terms)
    if subquestion.survey or not terms:
        return False
    if not 0 < max((passage.dense_score for passage in expanded_passages), default=0.0) < _FAR_COSINE:
        return False
    found = {term for passage in expanded_passages for term in query_terms(passage.full_text)}
    return len(terms & found) <= _FAR_SHARE * len(terms)


def _lacks_name(subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]) -> bool:
    """Whether a name or place of the question, or a slip of it, stands nowhere in the best one's document."""
    return subquestion.survey is None and any(
        checked.state == "unstated"
        and checked.condition.kind in ("name", "place")
        and checked.condition.text[:1].isupper()
        and not _NO_ONE.fullmatch(checked.condition.text)
        and not says_slip_of(checked.condition.text, best.passage.full_text)
        for best in ranked_sentences[:1]
        if best.passage.document_lines and not is_table_row(best.text)
        for checked in best.conditions
    )


def _repeats_question(subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]) -> bool:
    """Whether the words that answer are the question's own: "$5 billion" to "How much of the $5 billion?"."""
    if subquestion.question_type not in ("fact", "list") or _OR.search(subquestion.text):
        return False
    asked = content_words(subquestion.text)
    return any(
        words and words <= asked for words in (content_words(one.answer_text) for one in ranked_sentences[:1])
    )


def _says_no_figure(subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]) -> bool:
    """Whether the best sentence says that there is no figure, and has none."""
    best = ranked_sentences[0] if ranked_sentences else None
    return (
        best is not None
        and subquestion.question_type == "fact"
        and _NO_FIGURE.search(best.text) is not None
        and not find_values(best.text)
    )


def _is_only_counted(subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]) -> bool:
    return subquestion.question_type == "list" and is_only_counted(subquestion.text, ranked_sentences)
