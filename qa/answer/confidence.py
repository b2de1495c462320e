"""How likely it is that the documents answer a question: a logistic model on what the reader said.

Its coefficients lie beside those of `ranking`; `tests/bench/calibrate.py` fits them anew.
"""

import re
from collections.abc import Sequence

from qa.answer.ranking import Ranked, load_model, rank_sentences
from qa.cite import content_words
from qa.retrieve import query_terms, squash
from qa.schema import Passage

__all__ = ["FEATURES", "estimate_confidence", "features", "heading_match"]

FEATURES = (
    "answers", "evidence", "span", "cosine", "sentence", "heading", "covered", "missing", "names", "misfit",
)  # fmt: skip
_NEVER = -8.0
# A name or a number inside a question; its first word says nothing by its capital.
_NAME = re.compile(r"(?<=\s)[A-Z][\w.’'-]*|\b\d[\d.,]*")
# What a question asks for, and what its answer must then hold.
_EXPECTED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(question, re.IGNORECASE), re.compile(answer))
    for question, answer in (
        (
            r"\bhow much (money|did .* cost|does .* cost|will .* cost)|\bwhat (fee|price|cost|sum)\b",
            r"[$€£¥]|\b(dollars?|pesos?|euros?|pounds?|yen|yuan|cents?|USD|CAD)\b",
        ),
        (
            r"\bhow (many|much|high|large|big|long|old|far|often)\b|"
            r"\bwhat (share|percentage|rate|number|amount|duty|tariff|margin|level|vote)\b",
            r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|half|third|"
            r"quarter|hundreds?|thousands?|millions?|billions?|dozens?|zero|none|no|once|twice|both)\b",
        ),
        (
            r"\bwhen\b|\b(what|which|on what|in what) (year|date|day|month)\b",
            r"\d|\b(January|February|March|April|May|June|July|August|September|October|November|December|"
            r"[Yy]ears?|[Mm]onths?|[Ww]eeks?|[Dd]ays?|[Ww]hen|[Aa]fter|[Bb]efore|[Uu]ntil|[Ss]ince)\b",
        ),
        (r"\b(who|whom|whose|which (judge|minister|president|person|official))\b", r"\b[A-Z]"),
    )
)


def estimate_confidence(
    question: str, contexts: Sequence[Passage], ranked: Sequence[Ranked] | None = None
) -> float:
    """The probability that these contexts answer, 0 without any; `ranked` are their sentences, if known."""
    if not contexts:
        return 0.0
    return load_model("question", FEATURES).probability(features(question, contexts, ranked))


def features(
    question: str, contexts: Sequence[Passage], ranked: Sequence[Ranked] | None = None
) -> tuple[float, ...]:
    """What the model looks at, in the order of `FEATURES`; there must be a context.

    answers: the largest passage logit. evidence: the largest logit of a sentence or heading. span: half the
    score of the best span. cosine: the largest of a passage. sentence: the probability of the best
    sentence. heading: the best `heading_match`. covered: the share of the question's content words that the
    best sentence's context holds, with its title and heading. missing: the share that no context holds.
    names: the share of the question's names and numbers that the best context lacks. misfit: 1 if the
    question asks for a number, a date, a sum or a person and the best sentence has none.
    """
    read = [one.evidence for one in contexts if one.evidence is not None]
    best = (ranked or rank_sentences(question, contexts))[0]
    wanted = content_words(question)
    held = [_held(one) for one in contexts]
    in_best = _held(best.passage)
    names = {word for name in _NAME.findall(question) for word in content_words(name)}
    return (
        squash(max((e.answers for e in read), default=_NEVER)),
        squash(max((max(*e.sentences, _or_never(e.heading)) for e in read), default=_NEVER)),
        squash(max((e.span_score for e in read), default=_NEVER) / 2),
        max(one.cosine for one in contexts),
        best.probability,
        max(heading_match(question, one) for one in contexts),
        _share(wanted & in_best, wanted),
        _share(wanted - set().union(*held), wanted),
        _share(names - in_best, names),
        float(_misfit(question, best.passage.slice(best.sentence))),
    )


def _share(part: set[str], whole: set[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


def _held(context: Passage) -> set[str]:
    return content_words(f"{context.title}\n{context.heading or ''}\n{context.text}")


def _or_never(logit: float | None) -> float:
    return _NEVER if logit is None else logit


def _misfit(question: str, sentence: str) -> bool:
    for asks, holds in _EXPECTED:
        if asks.search(question):
            return not holds.search(sentence)
    return False


def heading_match(question: str, passage: Passage) -> float:
    """How much the question's words and those of the passage's innermost heading are the same, 0..1.

    Words that say nothing do not count; 0 if fewer than two are left on either side.
    """
    wanted = set(query_terms(question))
    given = set(query_terms(passage.innermost_heading or ""))
    if min(len(wanted), len(given)) < 2:
        return 0.0
    return len(wanted & given) / len(wanted | given)
