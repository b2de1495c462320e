"""The conditions that a question sets for its answer, by its words."""

import re
from dataclasses import dataclass

from qa.query.conditions.asked import find_asked
from qa.schema import Condition

__all__ = ["QueryConditions", "find_conditions", "find_years"]

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_SINCE_YEAR = re.compile(r"\b(?:since|after|from) (?:\w+ )?((?:19|20)\d\d)\b", re.IGNORECASE)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|high|large|big|long|old|far|often)\b|"
    r"\bwhat (?:fee|price|cost|sum|share|percentage|rate|number|amount|duty|tariff|margin|level|vote)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryConditions:
    """What the words of a question ask of an answer; a field is empty or None where they ask nothing.

    `asks_number` says that it asks for a number or sum. `years` are the years that are named, `since_year`
    the first that counts ("since 2024"). `asked` are all conditions, in the order of their kinds.
    """

    asks_number: bool = False
    years: frozenset[str] = frozenset()
    since_year: int | None = None
    asked: tuple[Condition, ...] = ()

    @property
    def asks_newest(self) -> bool:
        """Whether it says that it asks of now, or of the newest."""
        return any(condition.kind == "newest" for condition in self.asked)


def find_conditions(question: str) -> QueryConditions:
    """The conditions that a question sets."""
    since = _SINCE_YEAR.search(question)
    return QueryConditions(
        asks_number=_ASKS_NUMBER.search(question) is not None,
        years=find_years(question),
        since_year=int(since[1]) if since else None,
        asked=find_asked(question),
    )


def find_years(text: str) -> frozenset[str]:
    """The years from 1500 to 2099 that a text names."""
    return frozenset(_YEAR.findall(text))
