"""The lines of some evidence that a claim speaks of: a model judges by few better than by many."""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import fsum  # the same in any order

from qa.answering.claim_check.row_rules import read_row, terms_of
from qa.text.sentences import sentence_spans

__all__ = ["told_lines"]

_MAX_LINES = 3
# What says something of the one before: it is read with that.
_GOES_ON = re.compile(
    r"\W*(?:It|Its|They|Their|Them|He|His|She|Her|This|That|These|Those|Both|Each|Neither|But|And|So)\b"
)


def told_lines(text: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """At most three sentences or rows that have most of a claim's words, each with what it goes on from.

    They are in order, all where they are no more than that. A word counts the less the more lines have it.
    """
    lines = [line for whole in evidence for line in _lines(whole)]
    if len(lines) <= _MAX_LINES:
        return tuple(evidence)
    own = terms_of(text)
    shared = [_terms(line) & own for line in lines]
    weights = {term: 1 / sum(term in terms for terms in shared) for terms in shared for term in terms}
    chosen: set[int] = set()
    covered: frozenset[str] = frozenset()
    while len(chosen) < _MAX_LINES:
        gains = [fsum(weights[term] for term in terms - covered) for terms in shared]
        best = max(range(len(lines)), key=lambda number: gains[number])
        if not gains[best]:
            break
        chosen.add(best)
        covered |= shared[best]
    chosen |= {number - 1 for number in chosen if number and _GOES_ON.match(lines[number])}
    return tuple(line for number, line in enumerate(lines) if number in chosen) or tuple(evidence)


@lru_cache(maxsize=256)
def _lines(whole: str) -> tuple[str, ...]:
    """The sentences of a piece of evidence; a row of a table as it is."""
    if len(read_row(whole)) > 1:
        return (whole,)
    return tuple(whole[start:end] for start, end in sentence_spans(whole))


@lru_cache(maxsize=256)
def _terms(line: str) -> frozenset[str]:
    return terms_of(line)
