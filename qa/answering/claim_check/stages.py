"""Steps in their order, the days of a list, and what was so until something ended it.

Each rule yields the places of the claim's words that the evidence contradicts.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from qa.answering.claim_check.row_rules import terms_of
from qa.answering.claim_check.sides import parts_between
from qa.answering.polarity.values import find_values
from qa.query.conditions.periods import Period, find_periods
from qa.schema import Span
from qa.text.sentences import sentence_spans

__all__ = ["ended_figures", "other_days", "swapped_stages"]

# The steps of a text that says which is first, and which comes then.
_STAGED = re.compile(r"\bfirst\b(?! (?:of|time|half|quarter|year|place|month|trip|\d))", re.IGNORECASE)
_STAGE_BREAK = re.compile(
    r",?\s(?:and |but )?(?:only )?(?:then|after (?:that|this|which)|afterwards|next|finally|lastly)\b,?"
    r"|,\s(?:and )?|\sand\s",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"(?P<left>[^.;]{3,160}?)(?P<word>\bbefore\b|\bfirst,? and\b|,? and (?:only )?then\b)"
    r"(?P<right>[^.;]{3,160})",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\b(?:afterwards|later|then)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|no|never|without|unless|after|until)\b|n['’]t\b", re.IGNORECASE)
_LISTED = re.compile(r"(?P<day>[^:;.]{4,30}): (?P<what>[^;]+)")
_UNTIL = re.compile(r"\b(?:until|till)\b", re.IGNORECASE)
_WAS = re.compile(r"\b(?:was|were|had|stood|cost|paid|[a-z]{2,20}ed)\b", re.IGNORECASE)
_IS = re.compile(r"\b(?:is|are|has|have|will|shall|(?-i:may)|can|does|do|must)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:was|were|had|did|been|until|till|formerly|previous(?:ly)?|then|once|before|earlier|old|former|ago|"
    r"used|paid|cost|stood|fell|rose|went|came|no longer|from|would|[a-z]{2,20}ed)\b",
    re.IGNORECASE,
)
_CLAUSE_BREAK = re.compile(r"[;:]\s|,\s(?:and|but|while|which|when)\s|\s(?:but|while|whereas)\s|,\s")
_FRACTION = re.compile(r"\b(?:two|three|four)[- ](?:thirds|quarters|fifths)\b", re.IGNORECASE)
_MIN_SHARED = 0.5


def swapped_stages(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Orders of two steps that the evidence has the other way round: "first B, then A"."""
    if _NOT.search(text):
        return
    for match in _ORDERED.finditer(text):
        if match["word"].casefold().startswith("first") and not _AFTER.search(match["right"]):
            continue
        left, right = terms_of(match["left"]), terms_of(match["right"])
        for line in evidence:
            for stages in _stages(line):
                first, second = _stage_of(left - right, stages), _stage_of(right - left, stages)
                if first is not None and second is not None and second < first:
                    yield Span(*match.span("word"))
                    return


@lru_cache(maxsize=256)
def _stages(line: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """The terms of the steps of each sentence of a line that tells some."""
    found = []
    for start, end in sentence_spans(line):
        sentence = line[start:end]
        if not _STAGED.search(sentence):
            continue
        stages = [terms_of(sentence[a:b]) for a, b in parts_between(_STAGE_BREAK, sentence)]
        found.append(tuple(stage for stage in stages if stage))
    return tuple(found)


def _stage_of(terms: frozenset[str], stages: Sequence[frozenset[str]]) -> int | None:
    """The one step that some terms are of; None if they are of none, or of several alike."""
    shared = [
        len(terms & stage - frozenset().union(*(other for other in stages if other is not stage)))
        for stage in stages
    ]
    most = max(shared, default=0)
    return shared.index(most) if most and shared.count(most) == 1 else None


def other_days(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Days of another line of a list of days than the one whose words the claim has."""
    listed = [
        (periods[0], terms_of(match["what"]))
        for line in evidence
        if (match := _LISTED.fullmatch(line.strip())) and len(periods := _days(match["day"])) == 1
    ]
    own = terms_of(text)
    days = _days(text)
    if len(listed) < 2 or len(days) != 1:
        return
    prose = {
        _day(period) for line in evidence if not _LISTED.fullmatch(line.strip()) for period in _days(line)
    }
    shares = [len(terms & own) / max(1, len(terms)) for _, terms in listed]
    best = shares.index(max(shares))
    told = [_day(period) for period, _ in listed]
    if max(shares) < _MIN_SHARED or shares.count(max(shares)) > 1 or _day(days[0]) in prose:
        return
    if _day(days[0]) in told and _day(days[0]) != told[best]:
        yield Span(days[0].start, days[0].end)


def _days(text: str) -> list[Period]:
    return [period for period in find_periods(text) if period.day and period.months]


def _day(period: Period) -> tuple[object, ...]:
    return period.years, period.months, period.day


def ended_figures(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Figures told as of now that the evidence has only as what was "until" something else came."""
    if _PAST.search(text):
        return
    ended = [clause for line in evidence for clause, is_over in _clauses(line) if is_over]
    others = [clause for line in evidence for clause, is_over in _clauses(line) if not is_over]
    known = {figure for clause in others for figure, _ in _figures(clause)}
    over = {figure for clause in ended for figure, _ in _figures(clause)}
    for figure, place in _figures(text):
        if figure in over and figure not in known:
            yield place


@lru_cache(maxsize=256)
def _clauses(line: str) -> tuple[tuple[str, bool], ...]:
    """The clauses of a line, each with whether it was so "until" something, and is no more."""
    return tuple(
        (line[start:end][first:last], _is_over(line[start:end], first, last))
        for start, end in sentence_spans(line)
        for first, last in parts_between(_CLAUSE_BREAK, line[start:end])
    )


def _is_over(sentence: str, start: int, end: int) -> bool:
    found = _UNTIL.search(sentence, start, end)
    is_led = re.match(r"\W*(?:until|till)\b", sentence, re.IGNORECASE) is not None and start == 0
    return (
        bool(found or is_led)
        and bool(_WAS.search(sentence, start, end))
        and not _IS.search(sentence, start, end)
    )


def _figures(text: str) -> Iterator[tuple[str, Span]]:
    for match in _FRACTION.finditer(text):
        yield match[0].casefold().replace("-", " "), Span(*match.span())
    for value in find_values(text):
        if value.kind != "number" or value.unit:
            yield f"{value.amount:g} {value.kind} {value.unit}", value.span
