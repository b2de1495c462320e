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

from qa.retrieve import query_terms, squash
from qa.schema import Passage, Sentence

__all__ = ["FEATURES", "Logistic", "Ranked", "load_model", "rank_sentences", "sentence_features"]

FEATURES = (
    "evidence", "answers", "cosine", "passage", "lead",
    "words", "position", "heading", "first", "cosine_lead",
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

    evidence: its logit. answers: the passage's. cosine: with the question. passage: the passage's score.
    lead: its logit less the best one's of the passage. words: the share of the question's words that it
    holds. position: 1 for the first sentence of the context, 1/2 for the second, and so on. heading: the
    heading's logit. first: 1 for the first sentence. cosine_lead: its cosine less the best one's of all.
    """
    wanted = set(query_terms(question))
    top = max((max(one.sentence_cosines) for one in contexts if one.sentence_cosines), default=0.0)
    rows: list[tuple[Passage, int, tuple[float, ...]]] = []
    for context in contexts:
        evidence = context.evidence
        if evidence is None:
            raise ValueError(f"{context.chunk_id} has not been read")
        best = max(evidence.sentences)
        heading = squash(evidence.heading) if evidence.heading is not None else _NEVER
        for number, (sentence, logit) in enumerate(zip(context.sentences, evidence.sentences, strict=True)):
            held = set(query_terms(context.slice(sentence)))
            cosine = context.sentence_cosines[number] if context.sentence_cosines else 0.0
            values = (
                squash(logit), squash(evidence.answers), cosine, context.score, max(_NEVER, logit - best),
                len(wanted & held) / len(wanted) if wanted else 0.0, 1 / (1 + number), heading,
                float(number == 0), cosine - top,
            )  # fmt: skip
            rows.append((context, number, values))
    return rows


def rank_sentences(question: str, contexts: Sequence[Passage]) -> list[Ranked]:
    """All sentences of the contexts, each once, most probable first; ties in reading order."""
    model = load_model("sentence", FEATURES)
    best: dict[tuple[str, int], Ranked] = {}
    for context, number, values in sentence_features(question, contexts):
        one = Ranked(context, context.sentences[number], model.probability(values))
        key = (context.document_id, one.sentence.start)
        if key not in best or best[key].probability < one.probability:
            best[key] = one
    return sorted(
        best.values(), key=lambda one: (-one.probability, one.passage.document_id, one.sentence.start)
    )
