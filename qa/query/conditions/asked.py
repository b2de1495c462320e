"""What a question asks of its answer, one condition for each thing that the words name."""

import re
from collections.abc import Iterator

from qa.query.conditions.directions import find_directions
from qa.query.conditions.figures import MEASURED, find_figures, unit_kind
from qa.query.conditions.name_comparison import initials_of
from qa.query.conditions.names import NUMBERED, blank_out, find_names, without_possessive
from qa.query.conditions.periods import find_periods
from qa.schema import Condition

__all__ = ["WITHOUT", "find_asked"]

_NOT_COUNTED = (
    r"(?!(?:is|was|are|were|do|does|did|has|have|had|will|would|can|could|should|must|of|may|might|in|on|long|"
    r"more|times)\b)"
)
_SCALE = r"(?:(?:hundred|thousand|million|billion|trillion)s? (?:of )?)?"
_HOW_MANY = re.compile(
    r"\bhow many (?:more |other |new |different |of (?:the |its |their |his |her )?)?"
    r"(?-i:[A-Z][\w.]*(?<!s) (?=[a-z]))?"
    rf"(?P<unit>{_SCALE}(?:metric |cubic |square |Canadian |U\.S\. |US )?{_NOT_COUNTED}[^\W\d_][\w-]*)",
    re.IGNORECASE,
)
_IN_UNIT = re.compile(
    rf"\bin (?P<unit>{_SCALE}(?:metric |cubic |square |U\.S\. |US |(?-i:[A-Z][\w-]* ))?[^\W\d_][\w-]*)",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:what|which)(?: (?:(?:is|was|are|were)(?: the| its| their)?)?(?: (?!the\b|an?\b)[\w’'-]+){0,3}?)? "
    r"(?P<unit>share|percentage|percent|per cent|proportion|fraction)\b(?! (?:price|capital|holder|of a)\b)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\bhow much (?P<unit>money)\b", re.IGNORECASE)
_COMPARISON = re.compile(
    r"\b(?:more|less|fewer|higher|lower|larger|smaller|bigger|greater|longer|shorter|earlier|later) than\b|"
    r"\bat (?:least|most)\b|\b(?:above|below|over|under|exceed(?:s|ed)?|up to)(?= [$€£]?\d)",
    re.IGNORECASE,
)
# "without duty" is free of it, which a text says in many words.
WITHOUT = r"without(?! (?:paying )?(?:a |any |customs |import )*(?:duty|duties|tariffs?|tax|taxes)\b)"
_NEGATION = re.compile(
    rf"\b(?:not|never|no longer|except(?: for)?|{WITHOUT}|apart from|other than|besides|"
    r"excluding)\b|n[’']t\b",
    re.IGNORECASE,
)
# "..., doesn't it?" denies nothing.
_TAG = re.compile(
    r",\s(?:is|are|was|were|do|does|did|has|have|had|can|could|wo|ca|will|would|must|should)n[’']t "
    r"(?:it|they|he|she|there|we|you)\W{0,3}\Z",
    re.IGNORECASE,
)
_NEWEST = re.compile(
    r"\b(?:now|currently|current|latest|newest|newer(?= [a-z])|most recent(?:ly)?|today|at the moment|"
    r"at present|presently|these days|nowadays|still(?! (?:wines?|water|waters|drinks?)\b))\b",
    re.IGNORECASE,
)
_IN_PLACE = re.compile(r"\b(?:in|at|near|inside|within)(?: the)? \Z", re.IGNORECASE)


def find_asked(question: str) -> tuple[Condition, ...]:
    """The conditions of a question: names and places, periods, units, figures, ways, and the others."""
    found: dict[tuple[str, str], Condition] = {}
    for condition in _find_conditions(question):
        found.setdefault((condition.kind, condition.text.casefold()), condition)
    return tuple(found.values())


def _find_conditions(question: str) -> Iterator[Condition]:
    # "Notice 2019/21" is of no season.
    numbered = [match.span() for match in NUMBERED.finditer(question) if "/" in match[0]]
    periods = [
        period
        for period in find_periods(question)
        if not any(start <= period.start < end for start, end in numbered)
    ]
    masked = blank_out(question, [(period.start, period.end) for period in periods])
    masked = blank_out(masked, [tag.span() for tag in _TAG.finditer(masked)])
    is_shouted = question.isupper()
    names = [] if is_shouted else find_names(masked, guess_case=question.islower())
    for name in names:
        text = without_possessive(question[name.start : name.end])
        acronym = initials_of(name)
        is_place = name.is_country and _IN_PLACE.search(question[: name.start])
        yield Condition(
            text=text, kind="place" if is_place else "name", variants=(acronym,) if acronym else ()
        )
    for period in periods:
        yield Condition(text=question[period.start : period.end], kind="period")
    yield from _find_units(masked)
    for figure in find_figures(NUMBERED.sub(lambda match: " " * len(match[0]), masked)):
        yield Condition(text=question[figure.start : figure.end].strip(), kind="quantity")
    # The "Export Guarantee Fund" asks of no exports.
    bodies = [name for name in names if name.is_body]
    for direction in find_directions(masked):
        if any(name.start <= direction.start < name.end for name in bodies):
            continue
        yield Condition(text=question[direction.start : direction.end], kind="direction")
    for kind, pattern in (("comparison", _COMPARISON), ("negation", _NEGATION), ("newest", _NEWEST)):
        for match in pattern.finditer(masked):
            yield Condition(
                text=match[0],
                kind="comparison" if kind == "comparison" else "negation" if kind == "negation" else "newest",
            )


def _find_units(question: str) -> Iterator[Condition]:
    """The unit that is asked for: of how many, in what."""
    for pattern in (_HOW_MANY, _SHARE, _MONEY):
        if match := pattern.search(question):
            yield Condition(text=match["unit"], kind="unit")
            return
    for match in _IN_UNIT.finditer(question):
        if unit_kind(match["unit"]) in MEASURED:
            yield Condition(text=match["unit"], kind="unit")
