"""Yes or no, where a sentence decides it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.answering.polarity.figure_comparison import compare_figures
from qa.answering.polarity.stance import find_stance
from qa.answering.polarity.statement import read_statement
from qa.answering.polarity.still import asks_whether_still, find_still
from qa.schema import Span

__all__ = ["YesNo", "decide_yes_no"]

_AUXILIARY = re.compile(
    r"^\W*(?:(?:and|so|but|please|ok|okay)\W+)*(?P<aux>is|are|was|were|do|does|did|has|have|had|can|could|"
    r"will|would|may|must|shall)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|never|no|without|nobody|nothing|none|neither|or)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class YesNo:
    """A verdict, and the words of the sentence that decide it."""

    verdict: Literal["yes", "no"]
    words: Span


def decide_yes_no(question: str, sentence: str, context: Sequence[str] = ()) -> YesNo | None:
    """What a sentence answers to a yes/no question; None if it doesn't decide.

    `context` holds what the sentence stands under or behind: title, heading, the sentence before it.
    """
    if not _AUXILIARY.match(question) or _NEGATED.search(question):
        return None
    statement = read_statement(question)
    by_figure = compare_figures(question, sentence, statement, context)
    if by_figure is not None:
        return YesNo("yes" if by_figure.affirms else "no", by_figure.words)
    stance = find_stance(statement, sentence, context)
    if stance is None and asks_whether_still(question):
        stance = find_still(statement, sentence, context)
    return None if stance is None else YesNo("yes" if stance.affirms else "no", stance.words)
