"""Whether the answer measures what is asked for: a price is not told by tonnes."""

import re
from collections.abc import Sequence
from functools import lru_cache

from qa.answering.condition_check.evidence import Evidence, contradicted, unstated
from qa.answering.condition_check.figure_check import PIECES, other_units
from qa.query.conditions.figures import share_unit
from qa.schema import CheckedCondition, Condition

__all__ = ["check_measure"]

# What is asked for by these nouns and verbs, and the kinds of unit that such a figure has.
_ASKED = (
    r"(?:\b(?:what|which|how (?:high|large|big|low))\b(?: (?:is|was|are|were))?(?: (?:the|an?|its|their))?"
    r"(?P<between>(?: [\w.’'-]+){0,3}?) |"
    # "Palm oil price at Port Amara?"
    r"\A\W*(?!(?:who|whom|whose|when|where|why|how|which|what|list|name|and|so|but)\b)"
    r"(?P<lead>(?:[\w.’'-]{1,30} ){0,4}?))"
)
_ASKED_MEASURES = tuple(
    (re.compile(pattern, re.IGNORECASE), kinds)
    for pattern, kinds in (
        (
            rf"{_ASKED}(?P<noun>price|costs?|value|worth|fee|budget|revenues?|income|wages?|salary|rent|"
            r"turnover|spending)\b(?! (?:[a-z]+ing|chain|list|tag|share|added|content)\b)",
            ("money",),
        ),
        (
            rf"{_ASKED}(?P<noun>rate|duty|tariff|tax|levy|surcharge|surtax|vat|interest)\b"
            r"(?! (?:quota|code|line|office)\b|[ -]free\b)",
            ("money", "percent"),
        ),
        (rf"{_ASKED}(?P<noun>distance)\b", ("length",)),
        (
            r"\bhow (?P<noun>long|far) (?:is|are|was|were)\b(?! .{0,60}\b(?:ahead|behind|above|below)\b)",
            ("length", "time"),
        ),
        (r"\bhow (?P<noun>long|old)\b", ("time",)),
        (r"\bhow (?P<noun>deep|tall)\b", ("length",)),
        (
            r"\bhow much (?P<noun>compensation|damages|revenue|funding|cash|rent)\b",
            ("money",),
        ),
        (  # "How much duty was paid on rye?" may mean the rate
            r"\bhow much (?:[a-z]+ )?(?P<noun>duty|duties|tax|tariff|vat)\b"
            r".{0,60}\b(?:collected|raised|refunded|repaid|gathered|brought in|taken in)\b",
            ("money",),
        ),
        (
            r"\bwhat (?:do|does|did|will|would) .{1,60}\b(?P<noun>cost)\b",
            ("money",),
        ),
        (
            r"\bhow much (?:is|are|was|were) .{1,80}\b(?P<noun>paid)\b",
            ("money", "percent"),
        ),
        (
            r"\bhow much\b.{0,80}\b(?P<noun>worth|costs?|earn|earned|spend|spent)\b",
            ("money", "percent"),
        ),
        (
            r"\b(?:how much|what) (?:do|does|did|will|would|must)\b.{0,80}?\b(?P<noun>pay|charge)\b",
            ("money", "percent"),
        ),
        (
            r"(?<!by )\bhow much\b(?! (?:more|less|higher|lower|of)\b).{1,80}?\b(?:do|does|did|will)\b"
            r".{1,60}?\b(?P<noun>import|export|buy|sell|ship|send|produce|grow|harvest|deliver|consume|order)\b",
            ("money", "mass", "volume", "area", "length", "power", "energy"),
        ),
    )
)
_NOUN_OF_VERB = {
    "long": "length of time", "far": "distance", "old": "age", "deep": "depth",
    "tall": "height",
    "worth": "value", "cost": "cost", "costs": "cost", "earn": "sum", "earned": "sum", "spend": "sum",
    "spent": "sum", "paid": "pay",
    "duties": "sum", "tax": "sum", "pay": "rate or sum", "charge": "rate or sum",
} | dict.fromkeys(
    "import export buy sell ship send produce grow harvest deliver consume order".split(), "amount"
)  # fmt: skip
# How long something lasts, or from when until when.
_LASTS = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|years?|decades?|centur(?:y|ies)|until|till|"
    r"since|from|indefinite(?:ly)?|permanent(?:ly)?|temporar(?:y|ily)|forever|as long as|through|overnight|"
    r"expires?|ends?|ended|lasts?|lasted|metres?|meters?|kilomet(?:re|er)s?|miles?|km)\b",
    re.IGNORECASE,
)
# What ends the run of words between the question word and the noun.
_BREAKS = re.compile(
    r"\b(?:the|an?|its|their|do|does|did|has|have|had|will|would|can|could|must|is|was|of|in|on|at|for|to|"
    r"from|with|by|about|per|and|or|that|who|when|why)\b",
    re.IGNORECASE,
)

# "had risen by 41 percent in two years", and what asks for that.
_CHANGED_BY = re.compile(
    r"\b(?:rise[ns]?|rose|rising|fall(?:s|en|ing)?|fell|gr[eo]wn?|grows|growing|increas(?:e[sd]?|ing)|"
    r"decreas(?:e[sd]?|ing)|decline[sd]?|declining|drop(?:s|ped)?|climb(?:s|ed)?|jump(?:s|ed)?|shr[aiu]nk|"
    r"gone (?:up|down)|went (?:up|down)|up|down)\s(?:\w+\s){0,2}?by\s(?:[a-z]{1,10}\s){0,2}?(?=[$€£]?\d)",
    re.IGNORECASE,
)
_ASKS_CHANGE = re.compile(
    r"\bby (?:how|what)\b|\b(?:ris[ei]\w*|rose|f[ae]ll\w*|gr[eo]w\w*|increas\w+|decreas\w+|declin\w+|"
    r"drop\w*|climb\w*|jump\w*|chang\w+|cut\w*|rais\w+|lower\w*|reduc\w+|up|down|more|less|higher|change)\b",
    re.IGNORECASE,
)
_OF_THEM = re.compile(r" (?:more )?of (?:them|these|those)\b")


def check_measure(question: str, evidence: Evidence) -> CheckedCondition | None:
    """The measure that is asked for, where the answer measures what it can't be; else None.

    A price is not told by tonnes, nor a wage by how many get it, nor what is bought by percent alone, nor any
    of them by how far it rose.
    """
    asked = _find_asked_measure(question)
    if asked is None:
        return None
    if "time" in asked[1] and any(_LASTS.search(reading.part.text) for reading in evidence.own):
        return None
    others = other_units(asked[1], evidence) or _counted(asked[1], evidence)
    if not others and asked[1][-1] in ("length", "time"):
        return _check_extent(asked, evidence)
    if not others and not _ASKS_CHANGE.search(question):
        others = _changes(evidence)
    return contradicted(Condition(text=f"the {asked[0]}", kind="unit"), others) if others else None


def _check_extent(asked: tuple[str, Sequence[str]], evidence: Evidence) -> CheckedCondition | None:
    """How long something is or lasts, where no figure of the answer can be that, or it has none."""
    figures = [(reading.part.text, figure) for reading in evidence.own for figure in reading.figures]
    if evidence.is_row or any(share_unit(figure.kind, kind) for _, figure in figures for kind in asked[1]):
        return None
    condition = Condition(text=f"the {asked[0]}", kind="unit")
    if figures:
        return contradicted(condition, [text[figure.start : figure.end].strip() for text, figure in figures])
    return unstated(condition)


@lru_cache(maxsize=256)  # every sentence that may answer is checked by it
def _find_asked_measure(question: str) -> tuple[str, Sequence[str]] | None:
    """The noun of the measure that a question asks for, and the kinds of unit that it may have."""
    for pattern, kinds in _ASKED_MEASURES:
        asking = pattern.search(question)
        said = asking.groupdict() if asking else {}
        between = f"{said.get('between') or ''} {said.get('lead') or ''}"
        if asking and not _BREAKS.search(between):
            noun = asking["noun"].casefold()
            return _NOUN_OF_VERB.get(noun, noun), kinds
    return None


def _counted(kinds: Sequence[str], evidence: Evidence) -> list[str]:
    """What the answer's figures count, where all count people or pieces and money is asked for."""
    counted: list[str] = []
    for reading in evidence.own if "money" in kinds and not evidence.is_row else ():
        text = reading.part.text
        for figure in reading.figures:
            if figure.kind not in PIECES and not _OF_THEM.match(text, figure.end):
                return []
            counted.append(text[figure.start : figure.end].strip())
    return counted


def _changes(evidence: Evidence) -> list[str]:
    """The figures of the answer where all of them tell by how much something rose or fell."""
    changes: list[str] = []
    for reading in evidence.own:
        by = {match.end() for match in _CHANGED_BY.finditer(reading.part.text)}
        for figure in reading.figures:
            if figure.start not in by:
                return []
            changes.append(reading.part.text[figure.start : figure.end].strip())
    return changes
