"""Which sentences answer: a logistic model on what reading and retrieval said about each.

The reader alone is misled by text unlike its training data; retrieval alone knows passages, not sentences.
The coefficients lie in `calibration.json` beside this file; `tests/bench/calibrate.py` fits them anew.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from qa.answering.condition_check import CONDITION_FEATURES, check_conditions, condition_features
from qa.answering.evidence_parts import evidence_parts
from qa.answering.polarity.reversals import is_reversed
from qa.models.reader import squash
from qa.query.query import SubQuestion
from qa.schema import CheckedCondition, Condition, Passage, Sentence, Span
from qa.text.terms import query_terms

__all__ = [
    "CONDITION_WEIGHTS",
    "SENTENCE_FEATURES",
    "LogisticModel",
    "RankedSentence",
    "load_calibrated_model",
    "put_behind",
    "rank_sentences",
    "sentence_features",
    "weigh_conditions",
    "weighing_features",
]

SENTENCE_FEATURES = (
    "evidence", "lead", "cosine", "cosine_lead", "words", "span", "span_lead",
    "before", "behind", "cosine_before", "cosine_behind",
    "answers", "passage", "context_lead", "document_lead", "heading", "context", "context_cosine",
)  # fmt: skip
# What the second model sees of a sentence: the log-odds that the first gives, and its checked conditions.
CONDITION_WEIGHTS = ("log_odds", *CONDITION_FEATURES)
_NEVER = -8.0
_MAX_CHECKED = 12  # sentences whose conditions are checked: one further down is hardly ever the answer


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """A fitted logistic model: one weight a feature, in the order of its features, and the intercept."""

    weights: tuple[float, ...]
    intercept: float

    def probability(self, values: Sequence[float]) -> float:
        """Of the values of the features, in their order."""
        total = self.intercept + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence, by its number in a passage, with the probability that it answers.

    Of the passages that hold it, the passage is the one that makes it most probable. `conditions` are those
    of the question, checked against it; empty where none is asked, or nobody has looked. `max_confidence` is
    how sure an answer by it is at most.
    """

    passage: Passage
    number: int
    probability: float
    conditions: tuple[CheckedCondition, ...] = ()
    max_confidence: float = 1.0

    def at_most(self, confidence: float) -> "RankedSentence":
        """The same, of which an answer is no surer than this."""
        return replace(self, max_confidence=min(self.max_confidence, confidence))

    @property
    def sentence(self) -> Sentence:
        """The sentence's span."""
        return self.passage.sentences[self.number]

    @property
    def text(self) -> str:
        """The sentence's own words."""
        return self.passage.slice(self.sentence)

    @property
    def answer_text(self) -> str:
        """The words of its best span; its own where it has none."""
        return self.passage.slice(self._answer_span)

    @property
    def answer_place(self) -> Span:
        """Where its `answer_text` stands in its `text`."""
        span = self._answer_span
        return Span(span.start - self.sentence.start, span.end - self.sentence.start)

    @property
    def _answer_span(self) -> Span:
        scores = self.passage.reader_scores
        return (scores.answer_spans[self.number] if scores else None) or self.sentence

    @property
    def logit(self) -> float:
        """The reader's of the sentence; the passage must have been read."""
        if self.passage.reader_scores is None:
            raise ValueError(f"{self.passage.chunk_id} has not been read")
        return self.passage.reader_scores.sentence_logits[self.number]

    @property
    def log_odds(self) -> float:
        """Of its probability; about 14 at most, either way."""
        probability = min(1 - 1e-6, max(1e-6, self.probability))
        return math.log(probability / (1 - probability))

    @property
    def is_contradicted(self) -> bool:
        """Whether it is about something else than the question."""
        return any(checked.state == "contradicted" for checked in self.conditions)


# How probable the newest mail must be, as a share of an earlier one, to come before it, and by how much.
_NEWEST_SHARE, _BEHIND = 0.2, 0.98
_SHARE_BEHIND = 0.1  # of the probability of the last sentence in front, to what is put behind
_SAYS_NOTHING = -4.0  # the reader's logit of a sentence that has nothing to do with the question
_ASKS_OF_BEFORE = re.compile(
    r"\b(before|earlier|previous(?:ly)?|former(?:ly)?|old|used to|original(?:ly)?|at first|initial(?:ly)?)\b",
    re.IGNORECASE,
)


@cache
def load_calibrated_model(name: str, features: tuple[str, ...]) -> LogisticModel:
    """A packaged model: "sentence" or "question"."""
    path = Path(__file__).with_name("calibration.json")
    coefficients = json.loads(path.read_text(encoding="utf-8"))[name]
    weights = tuple(coefficients["weights"][feature] for feature in features)
    return LogisticModel(weights, coefficients["intercept"])


def sentence_features(
    subquestion: SubQuestion, expanded_passages: Sequence[Passage]
) -> list[tuple[Passage, int, tuple[float, ...]]]:
    """Every sentence of every passage, as passage, number of the sentence in it, and its features.

    Of the sentence: evidence is its logit, lead that less the best one's of the passage, cosine that with the
    question, cosine_lead that less the best one's of all, words the share of the question's words that it
    holds, span half the score of its best span, span_lead that less the best one's of all. Of the sentences
    before and behind it: their logits and cosines, for what answers at length stands together. Of the
    passage (context): answers is its logit, passage its score, context_lead that less the best one's,
    document_lead the same of the best passage of its document, heading the heading's logit, context and
    context_cosine the means of its sentences' logits and cosines. A newer passage is no best one.
    """
    question_terms = set(subquestion.terms)
    found = [passage for passage in expanded_passages if not passage.is_newer]
    top_cosine = max(
        (max(passage.sentence_cosines) for passage in found if passage.sentence_cosines), default=0.0
    )
    top_span = max(
        (passage.reader_scores.best_span_score for passage in found if passage.reader_scores), default=0.0
    )
    top_score = max((passage.score for passage in found), default=0.0)
    document_scores: dict[str, float] = {}
    for passage in expanded_passages:
        best_score = document_scores.get(passage.document_id, passage.score)
        document_scores[passage.document_id] = max(passage.score, best_score)
    rows: list[tuple[Passage, int, tuple[float, ...]]] = []
    for passage in expanded_passages:
        scores = passage.reader_scores
        if scores is None:
            raise ValueError(f"{passage.chunk_id} has not been read")
        best_logit = max(scores.sentence_logits)
        heading = squash(scores.heading_logit) if scores.heading_logit is not None else _NEVER
        count = len(passage.sentences)
        logits = [_NEVER, *map(squash, scores.sentence_logits), _NEVER]
        cosines = [0.0, *(passage.sentence_cosines or [0.0] * count), 0.0]
        mean_logit, mean_cosine = (sum(padded[1:-1]) / count for padded in (logits, cosines))
        for number, sentence in enumerate(passage.sentences):
            terms = set(query_terms(passage.slice(sentence)))
            span = scores.span_scores[number] / 2
            values = (
                logits[number + 1], max(_NEVER, scores.sentence_logits[number] - best_logit),
                cosines[number + 1], cosines[number + 1] - top_cosine,
                len(question_terms & terms) / len(question_terms) if question_terms else 0.0,
                squash(span), max(_NEVER, span - top_span / 2),
                logits[number], logits[number + 2], cosines[number], cosines[number + 2],
                squash(scores.answerability_logit), passage.score, passage.score - top_score,
                document_scores[passage.document_id] - top_score, heading, mean_logit, mean_cosine,
            )  # fmt: skip
            rows.append((passage, number, values))
    return rows


def put_behind(
    ranked_sentences: Sequence[RankedSentence], is_behind: Callable[[RankedSentence], bool]
) -> list[RankedSentence]:
    """The sentences with some behind all others, and less probable than the last of those by far."""
    ranked = list(ranked_sentences)
    put = [is_behind(one) for one in ranked]
    others = [one for one, behind in zip(ranked, put, strict=True) if not behind]
    if not others or len(others) == len(ranked):
        return ranked
    least = _SHARE_BEHIND * others[-1].probability
    last = [
        replace(one, probability=min(one.probability, least))
        for one, behind in zip(ranked, put, strict=True)
        if behind
    ]
    return [*others, *last]


def _put_newer_mails_first(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> Iterator[RankedSentence]:
    """What a thread's earlier mails say, less probable than what its newest says to the same question.

    "8 percent" of last year must not hide "3 percent now". A question about a year, or about what was before,
    is left as it is, and so is one to which the newest mail says next to nothing.
    """
    if subquestion.conditions.years or _ASKS_OF_BEFORE.search(subquestion.text):
        yield from ranked_sentences
        return
    newest: dict[str, float] = {}
    is_earlier = [ranked.passage.quotes_earlier(ranked.sentence) for ranked in ranked_sentences]
    for ranked, earlier in zip(ranked_sentences, is_earlier, strict=True):
        if not earlier and ranked.logit > _SAYS_NOTHING:
            document_id = ranked.passage.document_id
            newest[document_id] = max(newest.get(document_id, 0.0), ranked.probability)
    for ranked, earlier in zip(ranked_sentences, is_earlier, strict=True):
        limit = newest.get(ranked.passage.document_id, 0.0)
        if earlier and _NEWEST_SHARE * ranked.probability <= limit < ranked.probability:
            ranked = replace(ranked, probability=_BEHIND * limit)
        yield ranked


def rank_sentences(
    subquestion: SubQuestion, expanded_passages: Sequence[Passage], model: LogisticModel | None = None
) -> list[RankedSentence]:
    """All sentences of the passages, each once, most probable first; ties in reading order.

    `model` stands in for the packaged one.
    """
    model = model or load_calibrated_model("sentence", SENTENCE_FEATURES)
    best: dict[tuple[str, int], RankedSentence] = {}
    for passage, number, values in sentence_features(subquestion, expanded_passages):
        candidate = RankedSentence(passage, number, model.probability(values))
        key = (passage.document_id, candidate.sentence.start)
        if key not in best or best[key].probability < candidate.probability:
            best[key] = candidate
    return sorted(
        _put_newer_mails_first(subquestion, list(best.values())),
        key=lambda ranked: (-ranked.probability, ranked.passage.document_id, ranked.sentence.start),
    )


def weigh_conditions(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence], model: LogisticModel | None = None
) -> list[RankedSentence]:
    """The sentences ranked anew by what they say to the question's conditions, most probable first.

    Only the first of them are looked at; those behind stay there. `model` stands in for the packaged one.
    """
    model = model or load_calibrated_model("condition", CONDITION_WEIGHTS)
    if not ranked_sentences:
        return []
    first, rest = ranked_sentences[:_MAX_CHECKED], ranked_sentences[_MAX_CHECKED:]
    checked = [replace(ranked, conditions=_check(subquestion, ranked)) for ranked in first]
    weighed = [
        replace(ranked, probability=model.probability(weighing_features(ranked))) for ranked in checked
    ]
    weighed.sort(key=lambda ranked: -ranked.probability)
    lowest = weighed[-1].probability
    return [
        *weighed, *(replace(ranked, probability=min(ranked.probability, lowest)) for ranked in rest)
    ]  # fmt: skip


def _check(subquestion: SubQuestion, ranked: RankedSentence) -> tuple[CheckedCondition, ...]:
    """The question's conditions against a sentence, and that it says the reverse, where it does."""
    passage = ranked.passage
    parts = evidence_parts(passage, ranked.number)
    checked = check_conditions(subquestion.conditions.asked, parts, question=subquestion.text)
    if is_reversed(subquestion.text, passage.slice(ranked.sentence)):
        reverse = Condition(text="as asked", kind="negation")
        return (*checked, CheckedCondition(condition=reverse, state="contradicted"))
    return checked


def weighing_features(ranked: RankedSentence) -> tuple[float, ...]:
    """What the model of conditions looks at, in the order of `CONDITION_WEIGHTS`."""
    return (ranked.log_odds, *condition_features(ranked.conditions))
