"""Which sentences answer: a logistic model on what reading and retrieval said about each.

The reader alone is misled by text unlike its training data; retrieval alone knows passages, not sentences.
The coefficients lie in `calibration.json` beside this file; `tests/bench/calibrate.py` fits them anew.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from qa.reader import squash
from qa.schema import Passage, Sentence
from qa.text.terms import query_terms

__all__ = ["FEATURES", "Logistic", "Ranked", "load_model", "rank_sentences", "sentence_features"]

FEATURES = (
    "evidence", "lead", "cosine", "cosine_lead", "words", "span", "span_lead",
    "before", "behind", "cosine_before", "cosine_behind",
    "answers", "passage", "context_lead", "document_lead", "heading", "context", "context_cosine",
)  # fmt: skip
_NEVER = -8.0


@dataclass(frozen=True, slots=True)
class Logistic:
    """A fitted logistic model: one weight a feature, in the order of its features, and the intercept."""

    weights: tuple[float, ...]
    intercept: float

    def probability(self, values: Sequence[float]) -> float:
        """Of the values of the features, in their order."""
        total = self.intercept + sum(w * v for w, v in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with the probability that it answers, in the context that makes it most probable."""

    passage: Passage
    sentence: Sentence
    probability: float


@cache
def load_model(name: str, features: tuple[str, ...]) -> Logistic:
    """A packaged model: "sentence" or "question"."""
    found = json.loads(Path(__file__).with_name("calibration.json").read_text(encoding="utf-8"))[name]
    return Logistic(tuple(found["weights"][one] for one in features), found["intercept"])


def sentence_features(
    question: str, contexts: Sequence[Passage]
) -> list[tuple[Passage, int, tuple[float, ...]]]:
    """Every sentence of every context, as context, number of the sentence in it, and its features.

    Of the sentence: evidence is its logit, lead that less the best one's of the passage, cosine that with the
    question, cosine_lead that less the best one's of all, words the share of the question's words that it
    holds, span half the score of its best span, span_lead that less the best one's of all. Of the sentences
    before and behind it: their logits and cosines, for what answers at length stands together. Of the
    context: answers is its logit, passage its score, context_lead that less the best one's, document_lead the
    same of the best context of its document, heading the heading's logit, context and context_cosine the
    means of its sentences' logits and cosines.
    """
    wanted = set(query_terms(question))
    top_cosine = max((max(one.sentence_cosines) for one in contexts if one.sentence_cosines), default=0.0)
    top_span = max((one.evidence.span_score for one in contexts if one.evidence), default=0.0)
    top_score = max((one.score for one in contexts), default=0.0)
    of_document: dict[str, float] = {}
    for one in contexts:
        of_document[one.document_id] = max(one.score, of_document.get(one.document_id, one.score))
    rows: list[tuple[Passage, int, tuple[float, ...]]] = []
    for context in contexts:
        evidence = context.evidence
        if evidence is None:
            raise ValueError(f"{context.chunk_id} has not been read")
        best = max(evidence.sentences)
        heading = squash(evidence.heading) if evidence.heading is not None else _NEVER
        logits = [_NEVER, *map(squash, evidence.sentences), _NEVER]
        cosines = [0.0, *(context.sentence_cosines or [0.0] * len(context.sentences)), 0.0]
        mean_logit, mean_cosine = (sum(each[1:-1]) / len(context.sentences) for each in (logits, cosines))
        for number, sentence in enumerate(context.sentences):
            held = set(query_terms(context.slice(sentence)))
            span = evidence.span_scores[number] / 2
            values = (
                logits[number + 1], max(_NEVER, evidence.sentences[number] - best),
                cosines[number + 1], cosines[number + 1] - top_cosine,
                len(wanted & held) / len(wanted) if wanted else 0.0,
                squash(span), max(_NEVER, span - top_span / 2),
                logits[number], logits[number + 2], cosines[number], cosines[number + 2],
                squash(evidence.answers), context.score, context.score - top_score,
                of_document[context.document_id] - top_score, heading, mean_logit, mean_cosine,
            )  # fmt: skip
            rows.append((context, number, values))
    return rows


def rank_sentences(question: str, contexts: Sequence[Passage], model: Logistic | None = None) -> list[Ranked]:
    """All sentences of the contexts, each once, most probable first; ties in reading order.

    `model` stands in for the packaged one.
    """
    model = model or load_model("sentence", FEATURES)
    best: dict[tuple[str, int], Ranked] = {}
    for context, number, values in sentence_features(question, contexts):
        one = Ranked(context, context.sentences[number], model.probability(values))
        key = (context.document_id, one.sentence.start)
        if key not in best or best[key].probability < one.probability:
            best[key] = one
    return sorted(
        best.values(), key=lambda one: (-one.probability, one.passage.document_id, one.sentence.start)
    )
