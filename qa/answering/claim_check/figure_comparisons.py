"""What a claim says is more, or has become more, set against the figures that the evidence gives of both."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from qa.answering.claim_check.comparison_rules import Order, find_orders, find_ways
from qa.answering.claim_check.row_rules import CELL, names_of, read_row, terms_of
from qa.answering.claim_check.sides import parts_between, without_asides
from qa.answering.polarity.values import Value, find_values, same_kind
from qa.schema import Span
from qa.text.sentences import sentence_spans

__all__ = ["contrary_changes", "contrary_comparisons"]

_PART_BREAK = re.compile(
    r"[,;]\s|\s(?:and|while|whereas|but|against|with|to(?= [$€£]?\d)|than|versus|after)\s(?!(?:an?|the) )|"
    r"(?<=[a-z])\.\s"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_IN_FRONT_CHARS = 12
# Beside the words that `find_ways` knows.
_ALSO_WAYS = {"dearer": 1, "cheaper": -1}
_EARLIER = (
    r"(?:(?:an?|one|the) (?:\w+ )?(?:year|month|week|quarter)s? (?:earlier|before|ago)|"
    r"(?:the|last) (?:year|month|week|quarter|previous|preceding|one before)|"
    r"twelve months (?:earlier|before|ago)|previously|before)"
)
_PERIOD_THAN = re.compile(
    r"\b(?P<how>more|greater|higher|larger|bigger|longer|less|fewer|lower|smaller|shorter)\b[^.;]{0,80}? "
    rf"than (?:{_EARLIER}\b|(?:in|at|during) [^,.;]{{0,30}}?(?P<then>(?:19|20)\d\d))",
    re.IGNORECASE,
)
_CUT = re.compile(r"cut", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"[A-Z]\w{0,30}\s$")
_MORE = frozenset("more greater higher larger bigger longer".split())
_IS_UP = re.compile(r"\b(?:is|are|was|were|been) (?P<way>up|down)\b(?! to)")
_ADJECTIVE = re.compile(r"\b(?:dearer|cheaper)\b", re.IGNORECASE)
_TURNS = re.compile(
    r"\b(?:not|no|never|without|despite|instead|rather|fail\w*|refus\w*)\b|n['’]t\b", re.IGNORECASE
)
# In front of a first figure, between two of them, and behind the second.
_FROM = re.compile(r"\bfrom\s\W?$")
_TO = re.compile(r"^[^,;]{0,40}\bto\s\W?$")
_UP_FROM = re.compile(r"\b(?:up|down)(?: \w+)? (?:from|on)\s\W?$")
_SET_AGAINST = re.compile(r"\b(?:against|compared (?:with|to)|versus|after)\s\W?$")
_WAS_EARLIER = re.compile(rf"[^,;.]{{0,30}}?(?:{_EARLIER}\b|in (?:[^,;.]{{0,25}} of )?(?:19|20)\d\d)")
_THAN_REACH = 10  # words between "more" and "than"
_MIN_SHARED = 0.5  # of the terms of a claim, for the evidence to speak of the same


class _Part(NamedTuple):
    """A piece of text with one figure, and what is named beside it."""

    value: Value
    terms: frozenset[str]
    years: frozenset[str]
    key: str = ""


def _terms(text: str) -> frozenset[str]:
    return frozenset(term for term in terms_of(text) if len(term) > 1)


@lru_cache(maxsize=256)
def _parts(line: str) -> tuple[_Part, ...]:
    """The parts of a sentence that have one figure, or the cells of a row with its label."""
    cells = read_row(line)
    parts = []
    if len(cells) > 1:
        label = " ".join(value for _, value in cells if not value[:1].isdigit())
        for key, value in cells:
            found = find_values(value)
            if value[:1].isdigit() and len(found) == 1:
                parts.append(_Part(found[0], _terms(f"{key} {label}"), frozenset(_YEAR.findall(key)), key))
        return tuple(parts)
    for start, end in sentence_spans(line):
        sentence = without_asides(line[start:end])
        for first, last in parts_between(_PART_BREAK, sentence):
            part = sentence[first:last]
            found = [value for value in find_values(part) if not _names_thing(part, value)]
            if len(found) == 1:
                parts.append(_Part(found[0], _terms(part), frozenset(_YEAR.findall(part))))
    return tuple(parts)


def _names_thing(part: str, value: Value) -> bool:
    """Whether a figure is part of a name: "Notice 187"."""
    return value.kind == "number" and _NAME_BEFORE.search(part, 0, value.span.start) is not None


def contrary_comparisons(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Comparisons that the figures of both go against: "A has more than B" of "A has 31 percent, B 34"."""
    orders = [
        order
        for order in find_orders(text, _THAN_REACH)
        if order.kind == "than" and order.left and order.right
    ]
    if not orders:
        return
    pairs = [pair for line in evidence for pair in _pairs(line)]
    pairs += _pairs_of_rows(text, evidence)
    names = names_of(text)
    for order in orders:
        signs = {sign for sign in (_sign(order, names, *pair) for pair in pairs) if sign is not None}
        if signs and signs <= {0, -order.sign}:
            yield order.place


def _pairs(line: str) -> Iterator[tuple[_Part, _Part]]:
    """The parts of a sentence or row of which just two have a figure of the same kind."""
    parts = _parts(line)
    for number, part in enumerate(parts):
        alike = [other for other in parts if same_kind(part.value, other.value)]
        yield from ((part, other) for other in parts[number + 1 :] if other in alike and len(alike) == 2)


def _pairs_of_rows(text: str, evidence: Sequence[str]) -> Iterator[tuple[_Part, _Part]]:
    """The cells of two rows in the one column of which a text says most."""
    own = _terms(text)
    rows = [_parts(line) for line in evidence if len(read_row(line)) > 1]
    for first, second in combinations(rows, 2):
        pairs = [(one, other) for one in first for other in second if one.key == other.key]
        said = [len(_terms(one.key) & own) for one, _ in pairs]
        if said and said.count(max(said)) == 1:
            yield pairs[said.index(max(said))]


def _sign(order: Order, names: frozenset[str], first: _Part, second: _Part) -> int | None:
    """Whether what stands left in a comparison has more than what stands right, or less; None for neither."""
    for left, right in ((first, second), (second, first)):
        told = (right.terms - left.terms) & order.right
        if told and _is_of(order, names, left, right):
            return _compare(left.value.amount, right.value.amount)
    return None


def _is_of(order: Order, names: frozenset[str], left: _Part, right: _Part) -> bool:
    """Whether what stands left in a comparison is a part's: by a name on each side, or by half its words."""
    if not (left.terms - right.terms) & order.left:
        return False
    own, other = order.left & names, order.right & names
    if own and other and own <= left.terms and other <= right.terms:
        return True
    return len(order.left & (left.terms | right.terms)) >= _MIN_SHARED * len(order.left)


def contrary_changes(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Words of a way, up or down, where the figures that the evidence gives in time go the other way only."""
    own = list(_said_ways(text))
    if not own or _TURNS.search(text):
        return
    signs = {sign for sign, _ in own}
    if len(signs) != 1:
        return
    named = _terms(text)
    years = frozenset(_YEAR.findall(text))
    rows = [line for line in evidence if "; " in line and CELL.match(line)]
    if any(sign in signs for line in evidence for sign, _ in find_ways(line)):
        return  # another thing may have gone that way
    told = [sign for line in evidence if line not in rows for sign in _signs(line)]
    told += [sign for line in rows for sign in _signs_of_row(line, named, years)]
    said = {name for line in evidence for name in _terms(line)}
    if set(told) == {-sign for sign in signs} and len(named & said) >= _MIN_SHARED * len(named):
        yield from (place for _, place in own)


def _said_ways(text: str) -> Iterator[tuple[int, Span]]:
    """The words of a way up, 1, or down, -1: "grew", "is down", "more in 2024 than in 2023"."""
    for match in _PERIOD_THAN.finditer(text):
        sign = 1 if match["how"].casefold() in _MORE else -1
        is_later = match["then"] and match["then"] != min(_YEAR.findall(text))
        yield (-sign if is_later else sign), Span(*match.span("how"))
    for match in _IS_UP.finditer(text):
        yield (1 if match["way"] == "up" else -1), Span(*match.span("way"))
    for match in _ADJECTIVE.finditer(text):
        yield _ALSO_WAYS[match[0].casefold()], Span(*match.span())
    # A cut is as often a thing: "cut stones".
    yield from ((sign, place) for sign, place in find_ways(text) if not _CUT.match(text, place.start))


def _signs(line: str) -> Iterator[int]:
    """The ways of the figures of which a line gives two in time: "from 18 to 26", "26, up from 18"."""
    for start, end in sentence_spans(line):
        sentence = line[start:end]
        for first, second in pairwise(find_values(sentence)):
            between = sentence[first.span.end : second.span.start]
            in_front = sentence[max(0, first.span.start - _IN_FRONT_CHARS) : first.span.start]
            if not same_kind(first, second):
                continue
            if _FROM.search(in_front) and _TO.search(between):
                yield _compare(second.amount, first.amount)
            elif _UP_FROM.search(between) or (
                _SET_AGAINST.search(between) and _WAS_EARLIER.match(sentence, second.span.end)
            ):
                yield _compare(first.amount, second.amount)


def _compare(later: float, earlier: float) -> int:
    return (later > earlier) - (later < earlier)


def _signs_of_row(line: str, named: frozenset[str], years: frozenset[str]) -> Iterator[int]:
    """The ways of a row's figures from year to year, if a claim with these terms and years is about it."""
    parts = [part for part in _parts(line) if len(part.years) == 1]
    if len(years) > 1:
        parts = [part for part in parts if part.years <= years]
    _, label = read_row(line)[0]
    if not _terms(label) <= named:
        return
    series: dict[str, list[_Part]] = {}
    for part in parts:
        series.setdefault(_YEAR.sub("", part.key), []).append(part)
    for one in series.values():
        ordered = sorted(one, key=lambda part: min(part.years))
        for first, last in pairwise(ordered):
            yield _compare(last.value.amount, first.value.amount)
