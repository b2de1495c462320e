"""Yes or no by figures: the one that is asked about against the one that is stated."""

import math
import re
from collections.abc import Sequence

from qa.answering.polarity.clauses import find_clauses, find_terms
from qa.answering.polarity.former_spans import barred_spans
from qa.answering.polarity.stance import Stance
from qa.answering.polarity.statement import Statement
from qa.answering.polarity.values import Value, find_values, same_kind
from qa.query.conditions import find_years

__all__ = ["compare_figures"]

_MORE = re.compile(
    r"\b(?:more than|above|over|exceed\w*|higher than|greater than|larger than|upwards? of)\s*$",
    re.IGNORECASE,
)
_LEAST = re.compile(r"\b(?:at least|no less than|not less than|or more)\s*$", re.IGNORECASE)
_LESS = re.compile(r"\b(?:less than|below|under|lower than|fewer than|smaller than)\s*$", re.IGNORECASE)
_MOST = re.compile(r"\b(?:at most|no more than|not more than|up to)\s*$", re.IGNORECASE)
_MIN_SHARE = 0.7  # of the other words of the question, in the sentence and around it
_MIN_STATED = 0.5  # of them in the sentence itself


def compare_figures(
    question: str, sentence: str, statement: Statement, context: Sequence[str]
) -> Stance | None:
    """What the one figure of a sentence says to the one figure of a question; None if they can't be compared.

    "Is the duty 25 percent?" is denied by "The duty is 15 percent", "Is it above 10 percent?" affirmed.
    """
    asked = find_values(question)
    if len(asked) != 1 or math.isnan(asked[0].amount):
        return None
    barred = barred_spans("", sentence)
    told = [
        value
        for value in find_values(sentence)
        if same_kind(value, asked[0])
        and not any(b.start < value.span.end and value.span.start < b.end for b in barred)
    ]
    if len(told) != 1 or math.isnan(told[0].amount) or told[0].kind == "number" or asked[0].kind == "number":
        return None
    if not _is_about(question, asked[0], sentence, statement, context):
        return None
    verdict = _holds(question, asked[0], told[0])
    return Stance(verdict, told[0].span)


def _holds(question: str, asked: Value, told: Value) -> bool:
    before = question[: asked.span.start]
    if _MORE.search(before):
        return told.amount > asked.amount
    if _LESS.search(before):
        return told.amount < asked.amount
    if _LEAST.search(before):
        return told.amount >= asked.amount
    if _MOST.search(before):
        return told.amount <= asked.amount
    return told.amount == asked.amount


def _is_about(
    question: str, asked: Value, sentence: str, statement: Statement, context: Sequence[str]
) -> bool:
    """Whether a sentence states, of the same thing and time, a figure as the one asked about."""
    others = [
        term for term in statement.terms if term.end <= asked.span.start or asked.span.end <= term.start
    ]
    clauses = find_clauses(sentence)
    stated = {term.concept for clause in clauses for term in clause.terms}
    around = {term.concept for text in context for term in find_terms(text)}
    if not others or any(clause.hedges or any(term.is_denied for term in clause.terms) for clause in clauses):
        return False
    if statement.years and not statement.years <= find_years(sentence):
        return False
    in_sentence = [term for term in others if term.concept in stated]
    covered = [term for term in others if term.concept in stated | around]
    names_hold = all(term.concept in stated | around for term in others if term.is_name)
    return (
        names_hold
        and len(in_sentence) >= _MIN_STATED * len(others)
        and len(covered) >= _MIN_SHARE * len(others)
    )
