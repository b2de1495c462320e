"""The conditions that a question sets for its answer, by its words."""

import re
from dataclasses import dataclass
from typing import Literal

from qa.query.conditions.asked import find_asked
from qa.schema import Condition
from qa.text.overlap import stems

__all__ = ["ExpectedValue", "QueryConditions", "find_conditions", "find_years"]

ExpectedValue = Literal["sum", "number", "time", "person"]

# "how many tons", "how much of their wheat"; verbs are not what is counted.
_COUNTED = re.compile(
    r"\bhow (?:many|much) (?:of (?:the |its |their |his |her )?)?(?:more |other |new |different )?"
    r"(?!(?:is|was|are|were|do|does|did|has|have|had|will|would|can|could|should|must|of|may|might|in|on)\b)"
    r"([a-z][\w-]+)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_SINCE_YEAR = re.compile(r"\b(?:since|after|from) (?:\w+ )?((?:19|20)\d\d)\b", re.IGNORECASE)
# What a value is asked for by; the first that fits counts.
_EXPECTED: dict[ExpectedValue, re.Pattern[str]] = {
    "sum": re.compile(
        r"\bhow much (money|(?:did|does|will) .{0,300} cost)|\bwhat (fee|price|cost|sum)\b",
        re.IGNORECASE,
    ),
    "number": re.compile(
        r"\bhow (many|much|high|large|big|long|old|far|often)\b|"
        r"\bwhat (share|percentage|rate|number|amount|duty|tariff|margin|level|vote)\b",
        re.IGNORECASE,
    ),
    "time": re.compile(
        r"\bwhen\b|\b(what|which|on what|in what) (year|date|day|month)\b",
        re.IGNORECASE,
    ),
    "person": re.compile(
        r"\b(who|whom|whose|which (judge|minister|president|person|official))\b", re.IGNORECASE
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryConditions:
    """What the words of a question ask of an answer; a field is empty or None where they ask nothing.

    `expected_value` is the kind of short value that is asked for. `counted` holds the stems of what is to be
    counted ("how many tons"), None where nothing is. `years` are the years that are named, `since_year` the
    first that counts ("since 2024"). `asked` are all conditions, in the order of their kinds.
    """

    expected_value: ExpectedValue | None = None
    counted: frozenset[str] | None = None
    years: frozenset[str] = frozenset()
    since_year: int | None = None
    asked: tuple[Condition, ...] = ()


def find_conditions(question: str) -> QueryConditions:
    """The conditions that a question sets."""
    counted, since = _COUNTED.search(question), _SINCE_YEAR.search(question)
    return QueryConditions(
        expected_value=next((name for name, asks in _EXPECTED.items() if asks.search(question)), None),
        counted=frozenset(stems(counted[1])) if counted else None,
        years=find_years(question),
        since_year=int(since[1]) if since else None,
        asked=find_asked(question),
    )


def find_years(text: str) -> frozenset[str]:
    """The years from 1500 to 2099 that a text names."""
    return frozenset(_YEAR.findall(text))
