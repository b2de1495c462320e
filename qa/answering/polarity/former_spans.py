"""The values that a sentence gives as past or as merely proposed, and what an answer must not lie in."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from qa.answering.polarity.rejected_spans import CHANGES, UP_TO_END, WITHIN, rejected_spans, trimmed
from qa.answering.polarity.values import Value, find_values, same_kind
from qa.query.conditions import find_years
from qa.schema import Span

__all__ = [
    "asks_of_earlier_year",
    "asks_of_former",
    "asks_of_mistake",
    "barred_spans",
    "former_spans",
    "proposed_spans",
]

_NO_LONGER = re.compile(rf"\b(?:no longer|not any longer)\s(?P<former>.{{1,200}}?){UP_TO_END}", re.IGNORECASE)
_FROM = re.compile(rf"\bfrom\s(?P<former>{WITHIN}{{1,60}}?)\s(?:to|down to|up to)\s", re.IGNORECASE)
_RANGES = re.compile(r"\b(?:rang|vary|varies|varied|between)\w*", re.IGNORECASE)
_CHANGE = re.compile(rf"\b{CHANGES}\w*", re.IGNORECASE)
_DOWN_FROM = re.compile(
    rf"\b(?:up|down)(?: slightly| sharply)? (?:from|on)\s(?P<former>{WITHIN}+)", re.IGNORECASE
)
_PAST = re.compile(
    r"\b(?:previous(?:ly)?|former(?:ly)?|hitherto|used to (?:be|pay|cost|stand at)|had (?:been|stood at)|"
    r"until then|up to then|(?:compared|against|as against) (?:with |to )?|(?:replac|"
    r"supersed)\w+(?: the)?|"
    rf"(?:the|its|their) (?:old|earlier|original|initial|previous|former))\b(?P<former>{WITHIN}+)",
    re.IGNORECASE,
)
# "where 28 used to be the limit".
_USED_TO_BE = re.compile(r"(?P<former>\d[\w.,]{0,20}%?(?: [^\W\d_]{1,20}){0,2}?) used to be\b", re.IGNORECASE)
# "38.5 percent before the accord, falls in steps to 9": what stands between the two.
_BEFORE_CHANGE = re.compile(r" before (?:the|this|that|its|their)\b", re.IGNORECASE)
_THEN = re.compile(
    r"^.{0,40}?\b(?:a year|the year|years?|months?|in \d{4}|then|ago|previous\w*)\b", re.IGNORECASE
)
_PROPOSED = re.compile(
    r"\b(?:had (?:first |originally |once )?(?:proposed|planned|asked|demanded|requested|wanted|sought|"
    r"suggested|called|considered|expected|forecast|foreseen|threatened|promised|offered|hoped|claimed|"
    r"said|written|reported|printed|announced|estimated)|"
    rf"(?:was|were) (?:first |originally )(?:planned|proposed|meant))\b(?P<proposed>{WITHIN}+)",
    re.IGNORECASE,
)
_ASKS_OF_BEFORE = re.compile(
    r"\b(?:before|earlier|previous(?:ly)?|former(?:ly)?|old|used to|original(?:ly)?|at first|"
    r"initial(?:ly)?|from (?:what|which|how)|first|had|until then|hitherto)\b",
    re.IGNORECASE,
)
# "before the new boxes", "what did it use to cost": of a sentence with a former value that one.
_ASKS_OF_FORMER = re.compile(
    r"\b(?:before (?:the|this|that|these|its|their|it|they)\b(?! (?:end|year|month)\b)|previously|formerly|"
    r"used? to (?:be|pay|cost|take|last|stand))\b",
    re.IGNORECASE,
)
_BEFORE_YEAR = re.compile(
    r"\b(?:before|until|till|up to|prior to|ahead of) (?:\w+ ){0,3}?(?:1[5-9]|20)\d\d\b", re.IGNORECASE
)
_ASKS_OF_MISTAKE = re.compile(
    r"\b(?:mistak\w*|wrong\w*|errors?|erroneous\w*|misprint\w*|claim\w*|rumou?r\w*|slip|false(?:ly)?|"
    r"incorrect\w*|newspapers?|papers?|press|reported(?:ly)?|not|instead of|rather than|first notice|"
    r"den(?:y|ied))\b|n['’]t\b",
    re.IGNORECASE,
)
_ASKS_OF_PROPOSAL = re.compile(
    r"\b(?:propos\w*|plan\w*|ask(?:ed|s)?|demand\w*|request\w*|want\w*|sought|seek|suggest\w*|"
    r"call(?:ed)? for|consider\w*|expect\w*|forecast\w*|foresee\w*|threat\w*|promis\w*|offer\w*|hop\w*|"
    r"claim\w*|original\w*|at first|first|before|say|said|wr[io]t\w*|report\w*|estimat\w*|announc\w*)\b",
    re.IGNORECASE,
)
# "everyone except Britain, which stayed at 25 percent".
_EXCEPTION = re.compile(
    r"\b(?:except(?: for)?|apart from|other than) (?:the )?(?P<name>[A-Z][\w-]*)[^.;:,]{0,40}, "
    r"(?:which|who|where) (?P<excepted>[^.;:]+)"
)
_MIN_TOLD_WORDS = 4  # outside of the proposal, for the sentence to tell what came of it
_YEAR_REACH = 30  # behind a value, for its own year
_MAX_GAP_CHARS = 12  # between "to" and the value that is new


def former_spans(sentence: str) -> tuple[Span, ...]:
    """The values that a sentence gives as those of before, in order: "25" of "goes down from 25 to 15"."""
    values = find_values(sentence)
    return _in_order(value.span for value in _former_values(sentence, values))


def proposed_spans(sentence: str) -> tuple[Span, ...]:
    """What a sentence says was only proposed, asked for or expected, before it tells what came of it."""
    found = []
    for match in _PROPOSED.finditer(sentence):
        told = sentence[: match.start()] + sentence[match.end() :]
        span = trimmed(sentence, *match.span("proposed"))
        if (
            span
            and any(map(str.isalnum, sentence[span.start : span.end]))
            and len(told.split()) >= _MIN_TOLD_WORDS
        ):
            found.append(span)
    return tuple(found)


def barred_spans(question: str, sentence: str) -> tuple[Span, ...]:
    """What a short answer from a sentence must not lie in, in order.

    What the sentence denies, unless the question asks for the mistake; what was before, unless it asks for
    that or names an earlier year; what was only proposed, unless it asks for the proposal; what holds for an
    exception that the question does not name.
    """
    barred: list[Span] = []
    if not asks_of_mistake(question):
        barred += rejected_spans(sentence)
    if not _ASKS_OF_BEFORE.search(question) and not asks_of_earlier_year(question, sentence):
        asked = find_years(question)
        # "21 cents, against 25 cents in 2019": of 2019 that is the value.
        barred += [
            span
            for span in former_spans(sentence)
            if not asked & find_years(re.split(r"[,;]", sentence[span.end : span.end + _YEAR_REACH])[0])
        ]
    if not _ASKS_OF_PROPOSAL.search(question) and not asks_of_mistake(question):
        barred += proposed_spans(sentence)
    barred += [
        Span(*match.span("excepted"))
        for match in _EXCEPTION.finditer(sentence)
        if match["name"].casefold() not in question.casefold()
    ]
    return _in_order(barred)


def asks_of_earlier_year(question: str, sentence: str) -> bool:
    """Whether a question names a year, or what was before it, and the sentence a later one, or that one."""
    asked, told = find_years(question), find_years(sentence)
    if not (asked and told):
        return False
    return max(asked) < max(told) or (max(asked) == max(told) and _BEFORE_YEAR.search(question) is not None)


def asks_of_former(question: str) -> bool:
    """Whether a question says that it asks for what was before a change."""
    return _ASKS_OF_FORMER.search(question) is not None


def asks_of_mistake(question: str) -> bool:
    """Whether a question asks for a value that was given wrongly."""
    return bool(_ASKS_OF_MISTAKE.search(question))


def _former_values(sentence: str, values: list[Value]) -> Iterator[Value]:
    for match in _FROM.finditer(sentence):
        former = [value for value in values if _inside(value, match.span("former"))]
        later = [value for value in values if value.span.start >= match.end()]
        changes = _CHANGE.search(sentence) and not _RANGES.search(sentence, 0, match.start())
        follows = later and later[0].span.start <= match.end() + _MAX_GAP_CHARS
        if former and follows and changes and same_kind(former[-1], later[0]):
            yield former[-1]
    for match in _DOWN_FROM.finditer(sentence):
        yield from [value for value in values if _inside(value, match.span("former"))][:1]
    for match in _NO_LONGER.finditer(sentence):
        yield from [value for value in values if _inside(value, match.span("former"))][:1]
    for value, following in pairwise(values):
        between = sentence[value.span.end : following.span.start]
        if _BEFORE_CHANGE.match(between) and between.endswith(" to ") and _CHANGE.search(between):
            yield from (one for one in (value,) if same_kind(value, following))
    for match in _USED_TO_BE.finditer(sentence):
        inside = [value for value in values if match.start() <= value.span.end <= match.end("former")][:1]
        yield from (value for value in inside if len(values) > 1)
    for match in _PAST.finditer(sentence):
        inside = [value for value in values if _inside(value, match.span("former"))][:1]
        compares = re.match(r"(?:compared|against|as against)", match[0], re.IGNORECASE)
        if not compares or _THEN.search(sentence[match.start("former") :]):
            yield from (value for value in inside if len(values) > 1)


def _in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(set(spans), key=lambda span: (span.start, span.end)))


def _inside(value: Value, span: tuple[int, int]) -> bool:
    return span[0] <= value.span.start and value.span.end <= span[1]
