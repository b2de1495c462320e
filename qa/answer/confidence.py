"""How likely it is that the documents answer a question: a logistic model on what the reader said.

Its coefficients lie beside those of `ranking`; `tests/bench/calibrate.py` fits them anew.
"""

from collections.abc import Sequence

from qa.answer.ranking import load_model, rank_sentences, squash
from qa.cite import content_words
from qa.retrieve import query_terms
from qa.schema import Passage

__all__ = ["FEATURES", "estimate_confidence", "features", "heading_match"]

FEATURES = ("answers", "evidence", "span", "cosine", "words", "coverage", "heading", "sentence")
_NEVER = -8.0


def estimate_confidence(question: str, contexts: Sequence[Passage]) -> float:
    """The probability that these contexts answer, 0 without any."""
    if not contexts:
        return 0.0
    return load_model("question", FEATURES).probability(features(question, contexts))


def features(question: str, contexts: Sequence[Passage]) -> tuple[float, ...]:
    """What the model looks at, in the order of `FEATURES`.

    answers: the largest passage logit. evidence: the largest logit of a sentence or heading. span: half the
    score of the best span. cosine: the largest of a passage. words: the best passage's BM25 against the best
    of all. coverage: the largest share of the question's content words that one context holds with its title
    and heading. heading: the best `heading_match`. sentence: the probability of the best sentence.
    """
    read = [one.evidence for one in contexts if one.evidence is not None]
    wanted = content_words(question)

    def coverage(context: Passage) -> float:
        held = content_words(f"{context.title} {context.heading or ''} {context.text}")
        return len(wanted & held) / len(wanted) if wanted else 0.0

    return (
        squash(max((e.answers for e in read), default=_NEVER)),
        squash(max((max(*e.sentences, _or_never(e.heading)) for e in read), default=_NEVER)),
        squash(max((e.span_score for e in read), default=_NEVER) / 2),
        max((one.cosine for one in contexts), default=0.0),
        contexts[0].words,
        max((coverage(one) for one in contexts), default=0.0),
        max((heading_match(question, one) for one in contexts), default=0.0),
        rank_sentences(question, contexts)[0].probability,
    )


def _or_never(logit: float | None) -> float:
    return _NEVER if logit is None else logit


def heading_match(question: str, passage: Passage) -> float:
    """How much the question's words and those of the passage's innermost heading are the same, 0..1.

    Words that say nothing do not count; 0 if fewer than two are left on either side.
    """
    wanted = set(query_terms(question))
    given = set(query_terms(passage.heading.rsplit(" > ", 1)[-1])) if passage.heading else set()
    if min(len(wanted), len(given)) < 2:
        return 0.0
    return len(wanted & given) / len(wanted | given)
