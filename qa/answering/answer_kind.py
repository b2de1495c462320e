"""Whether a sentence has what kind of thing is asked for: a number, or a day."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from qa.answering.sentence_ranking import RankedSentence
from qa.query.conditions.periods import find_periods
from qa.query.query import SubQuestion
from qa.text.terms import NUMBER_WORDS

__all__ = ["lacks_kind", "put_kind_first"]

_NUMBER = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)?(?:how (?:many|much)|(?:what|which) (?:share|percentage|number))\b",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)?(?:(?:since |until |by |from )?when\b|(?:in |on |since |until |by |from )?"
    r"(?:what|which) (?:day|date|month|year)\b)",
    re.IGNORECASE,
)
# What tells an amount without a figure, and a time without a day.
_AMOUNT = re.compile(
    r"\b(?:half|halves|third|thirds|quarters?|fifths?|tenths?|double[sd]?|triple[sd]?|twice|thrice|once|dozens?|"
    r"hundreds?|thousands?|millions?|billions?|no|none|nothing|not|nobody|never|zero|nil|free|all|both|every|each|"
    r"most|any|few|many|several|majority|entire(?:ly)?|whole|single|pair|couple|[a-z]+(?:th|eth)|"
    r"without|full(?:y)?|little|much|hardly|almost)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:when|after|before|until|till|once|during|since|upon|within|next|last|now|then|today|yesterday|"
    r"tomorrow|yet|never|not|no|still|soon|later|earlier|as soon as|at the time|ago|start|beginning|end|"
    r"christmas|easter|years?|months?|weeks?|days?|hours?|spring|summer|autumn|winter|decades?|century|centuries|"
    r"immediately|always|already|meanwhile|first|by)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_SHARE_LEFT = 0.1  # of the probability of the last sentence that has the kind, to one that lacks it

Kind = Literal["number", "day"]


def asked_kind(subquestion: SubQuestion) -> Kind | None:
    """What kind of thing one sentence must have to answer; None where that isn't told by the question."""
    if subquestion.question_type != "fact":
        return None
    if _NUMBER.search(subquestion.text):
        return "number"
    return "day" if _DAY.search(subquestion.text) else None


def lacks_kind(subquestion: SubQuestion, ranked: RankedSentence) -> bool:
    """Whether a sentence has nothing of the kind that is asked for."""
    kind = asked_kind(subquestion)
    if kind is None:
        return False
    return not (_has_number(ranked.text) if kind == "number" else _has_time(ranked.text))


def _has_number(text: str) -> bool:
    """Whether an amount stands there that is no date."""
    rest = text
    for period in find_periods(text):
        rest = rest[: period.start] + " " * (period.end - period.start) + rest[period.end :]
    if any(letter.isdigit() for letter in rest) or _AMOUNT.search(rest):
        return True
    return any(word.casefold() in NUMBER_WORDS for word in _WORD.findall(rest))


def _has_time(text: str) -> bool:
    return (
        bool(find_periods(text))
        or _TIME.search(text) is not None
        or re.search(r"\b\d{4}\b", text) is not None
    )


def put_kind_first(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> list[RankedSentence]:
    """The sentences with those behind all others that can't hold what is asked for: a number, or a day."""
    ranked = list(ranked_sentences)
    lacking = [lacks_kind(subquestion, one) for one in ranked]
    having = [one for one, lacks in zip(ranked, lacking, strict=True) if not lacks]
    if not having or len(having) == len(ranked):
        return ranked
    least = _SHARE_LEFT * having[-1].probability
    others = [
        replace(one, probability=min(one.probability, least))
        for one, lacks in zip(ranked, lacking, strict=True)
        if lacks
    ]
    return [*having, *others]
