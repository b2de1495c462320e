"""How likely it is that the documents answer a question: a logistic model on what the reader said.

Its coefficients lie beside those of `ranking`; `tests/bench/calibrate.py` fits them anew.
"""

import re
from collections.abc import Sequence

from qa.answer.questions import kind
from qa.answer.ranking import Ranked, load_model, rank_sentences
from qa.reader import squash
from qa.schema import Evidence, Passage
from qa.text.overlap import stems

__all__ = ["FEATURES", "estimate_confidence", "features"]

FEATURES = ("answers", "span", "cosine", "words", "asks_number", "unit", "span_misfit", "year")
_NEVER = -8.0
# "how many tons", "how much of their wheat"; verbs are not what is counted.
_COUNTED = re.compile(
    r"\bhow (?:many|much) (?:of (?:the |its |their |his |her )?)?(?:more |other |new |different )?"
    r"(?!(?:is|was|are|were|do|does|did|has|have|had|will|would|can|could|should|must|of|may|might|in|on)\b)"
    r"([a-z][\w-]+)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
# What a question asks for, and what its answer must then hold.
_SUM, _NUMBER, _TIME, _PERSON = (
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

    answers: the largest logit of a passage or, unless one short thing is asked for, of a heading. span: half
    the score of the best sentence's span. cosine, words: the largest of a passage. asks_number: 1 if a number
    or sum is asked for, for some number is nearly always there. unit: 1 if the best sentence lacks what is to
    be counted ("how many tons"). span_misfit: 1 if a number, a date, a sum or a person is asked for and the
    best sentence's span is none. year: 1 if the best sentence tells of other years than the question.
    """
    read = [one.evidence for one in contexts if one.evidence is not None]
    best = (ranked or rank_sentences(question, contexts))[0]
    sentence = best.passage.slice(best.sentence)
    brief = kind(question) in ("fact", "yes-no")
    years, told = (set(_YEAR.findall(text)) for text in (question, sentence))
    return (
        squash(max((one.answers for one in read), default=_NEVER) if brief else _best_logit(read)),
        squash(_span_score(best) / 2),
        max(one.cosine for one in contexts),
        max(one.words for one in contexts),
        float(bool(_SUM[0].search(question) or _NUMBER[0].search(question))),
        float(_lacks_unit(question, sentence)),
        float(_misfit(question, _best_span(best))),
        float(bool(years and told and not years & told)),
    )


def _span_score(best: Ranked) -> float:
    evidence = best.passage.evidence
    return evidence.span_scores[best.passage.sentences.index(best.sentence)] if evidence else _NEVER


def _best_logit(read: Sequence[Evidence]) -> float:
    """The largest of a passage or heading: a heading that answers means its section does."""
    return max(
        (max(one.answers, _NEVER if one.heading is None else one.heading) for one in read), default=_NEVER
    )


def _best_span(best: Ranked) -> str:
    """The words of the sentence's best span; the sentence where there is none."""
    evidence = best.passage.evidence
    span = evidence.spans[best.passage.sentences.index(best.sentence)] if evidence else None
    return best.passage.slice(span or best.sentence)


def _lacks_unit(question: str, sentence: str) -> bool:
    counted = _COUNTED.search(question)
    return counted is not None and stems(counted[1]).isdisjoint(stems(sentence))


def _misfit(question: str, answer: str) -> bool:
    for asks, holds in (_SUM, _NUMBER, _TIME, _PERSON):
        if asks.search(question):
            return not holds.search(answer)
    return False
