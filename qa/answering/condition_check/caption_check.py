"""Whether the lines over a table leave out what is asked of: "not for the ordinary mail"."""

import re
from collections.abc import Iterable

from qa.answering.condition_check.evidence import contradicted
from qa.answering.evidence_parts import EvidencePart
from qa.schema import CheckedCondition, Condition
from qa.text.overlap import stems
from qa.text.terms import FUNCTION_WORDS

__all__ = ["check_left_out"]

_LEFT_OUT = re.compile(
    r", (?:but |and )?not (?:for|on|to|in|by|of) (?P<things>(?:[a-z][a-z-]+ ){0,3}?[a-z][a-z-]+)"
    r"(?=[,.;:)]|\Z| (?:and|or|but|which|that)\b)"
)
_ASKS_OF_NOT = re.compile(
    r"\b(?:not|never|no|without|except\w*|exclud\w*|besides|other than|apart from|left out)\b|n['’]t\b",
    re.IGNORECASE,
)


def check_left_out(question: str, parts: Iterable[EvidencePart]) -> CheckedCondition | None:
    """What a question asks of, where the lines over the answer's table leave just that out; else None."""
    if _ASKS_OF_NOT.search(question):
        return None
    asked = stems(question)
    for part in parts:
        for left_out in _LEFT_OUT.finditer(part.text) if part.by == "caption" else ():
            words = [word for word in left_out["things"].split() if word not in FUNCTION_WORDS]
            things = stems(" ".join(words))
            if things and things <= asked:
                return contradicted(Condition(text=left_out["things"], kind="name"), [])
    return None
