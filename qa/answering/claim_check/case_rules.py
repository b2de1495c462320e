"""Cases that the evidence tells apart, and a claim takes together or for one another.

Each rule yields the places of the claim's words that the evidence contradicts.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

from qa.answering.claim_check.row_rules import names_of, read_row, terms_of
from qa.answering.claim_check.sides import parts_between
from qa.answering.polarity.values import Value, find_values
from qa.schema import Span
from qa.text.sentences import sentence_spans

__all__ = ["despite_exceptions", "figures_of_other_clauses", "left_out_names"]

_OWN_CASE = re.compile(
    r"\b(?:if|when|where|unless|except|other|otherwise|only|but|provided|not|no|whether)\b|n['’]t\b",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(
    r"(?:\b(?:not|never)\b|n['’]t\b|\b(?:except|exempt\w*)\b)[^.;,]{0,60}?"
    r"\b(?:at|in|for|to|from)\s(?P<what>(?:the\s)?(?:[A-Z][\w'’-]{1,30}(?:\s|\b)){1,4})"
)
_QUANTIFIED = re.compile(
    r"\b(?:all|any|every|each)\b(?P<noun>(?: (?:of|the|its|their|[\w'’-]{1,30})){1,4})", re.IGNORECASE
)
_BUT_NOT = re.compile(r"\bbut not (?P<what>[^,.;]{2,60})")
_CLAUSE_BREAK = re.compile(r"[,;]\s(?:and\s|while\s|whereas\s|but\s)?|\s(?:while|whereas)\s")
_MIN_TERMS = 2


def _sentences(evidence: Iterable[str]) -> Iterator[str]:
    for line in evidence:
        yield from (line[start:end] for start, end in sentence_spans(line))


def despite_exceptions(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Words for any of what the evidence excepts one of by its name: "it doesn't apply at Port Ilvane"."""
    own, names = terms_of(text), names_of(text)
    if _OWN_CASE.search(text):
        return
    for match in _QUANTIFIED.finditer(text):
        nouns = terms_of(match["noun"])
        for sentence in _sentences(evidence):
            for exception in _EXCEPTION.finditer(sentence):
                what = terms_of(exception["what"])
                rest = terms_of(sentence[: exception.start()] + sentence[exception.end() :])
                if (
                    len(what) > 1
                    and what & nouns
                    and not (what - nouns) & own
                    and own & (rest - nouns - names)
                ):
                    yield Span(*match.span())
                    return


def left_out_names(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Names that the evidence leaves out by "but not" and a claim has beside the same verb."""
    parts = [text[start:end] for start, end in parts_between(_CLAUSE_BREAK, text)]
    for sentence in _sentences(evidence):
        for match in _BUT_NOT.finditer(sentence):
            before = re.split(r"[,;]\s", sentence[: match.start()])[-1]
            left_out = names_of(match["what"]) - names_of(before)
            said = terms_of(before) - names_of(before)
            for part in parts:
                has_it = left_out & names_of(part) and not _OWN_CASE.search(part)
                if has_it and len(said & terms_of(part)) >= _MIN_TERMS:
                    start = text.index(part)
                    yield Span(start, start + len(part))


class _Clause(NamedTuple):
    """A clause of several alike: what is named in it, and its figures."""

    terms: frozenset[str]
    values: tuple[Value, ...]


def figures_of_other_clauses(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Figures of the other of two clauses that go alike: "two years" of "A runs two years, B five"."""
    own, values = terms_of(text), find_values(text)
    for sentence in _sentences(line for line in evidence if len(read_row(line)) < 2):
        for right, wrong in permutations(_clauses(sentence), 2):
            told, others = right.terms - wrong.terms, wrong.terms - right.terms
            is_alike = len(right.terms & wrong.terms) > _MIN_TERMS
            is_of_right = len(told & own) >= _MIN_TERMS and len(told & own) > len(others & own)
            if not (others and is_alike and is_of_right):
                continue
            told_units = {_unit(value) for value in values if _has(right, value)}
            for value in values:
                if _unit(value) in told_units:
                    continue
                if _has(wrong, value) and not _has(right, value) and _has_another(right, value):
                    yield value.span


def _clauses(sentence: str) -> list[_Clause]:
    """The clauses of a sentence that have figures, if just two have, and of the same units."""
    found: list[_Clause] = []
    first = 0
    for _, end in parts_between(_CLAUSE_BREAK, sentence):
        part = sentence[first:end]
        values = tuple(find_values(part))
        if values:  # what has no figure goes with what follows: "at Calder, between two rivers, 9 percent"
            figures = " ".join(part[value.span.start : value.span.end] for value in values)
            found.append(_Clause(terms_of(part) - terms_of(figures), values))
            first = end
    if len(found) != 2 or sorted(map(_unit, found[0].values)) != sorted(map(_unit, found[1].values)):
        return []
    return found


def _unit(value: Value) -> str:
    return f"{value.kind} {value.unit}"


def _has(clause: _Clause, value: Value) -> bool:
    return any(_unit(other) == _unit(value) and other.amount == value.amount for other in clause.values)


def _has_another(clause: _Clause, value: Value) -> bool:
    return any(_unit(other) == _unit(value) and other.amount != value.amount for other in clause.values)
