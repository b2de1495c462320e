"""Whether what is asked for stands in the clause of who or when is asked of, or in that of another.

"Peru sent 400 soldiers, and Chile paid 9 million florins" tells no sum of Peru.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from qa.answering.condition_check.evidence import Evidence, contradicted
from qa.answering.polarity.values import find_values
from qa.query.conditions.name_comparison import find_name
from qa.query.conditions.names import Name, find_names, split_name, without_possessive
from qa.query.conditions.period_comparison import compare_periods
from qa.query.conditions.periods import find_periods
from qa.query.follow_up.question_parts import QuestionParts
from qa.schema import CheckedCondition, Condition

__all__ = ["check_clauses"]

_CUT = re.compile(
    r"[;:] |,? (?:while|whereas|but) |, and (?=(?:the |its |their )?[A-Z]|(?:it|they) )|"
    r"\band (?=(?:it|they) )"
)
_ASKS_DURATION = re.compile(r"\bhow long\b|\bhow many (?:years|months|weeks|days|hours)\b", re.IGNORECASE)
_ASKS_SUM = re.compile(
    r"\b(?:what sum|how much money|what amount of money)\b|"
    r"\bhow much (?:do|does|did|will|would|has|have|had)\b.{1,80}?\b"
    r"(?:pay|paid|spend|spent|give|gave|lend|lent)\b",
    re.IGNORECASE,
)
_ASKS_REASON = re.compile(r"\A\W*why\b", re.IGNORECASE)
_NUMBER = r"(?:\d+(?:\.\d+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|some|many)"
_DURATION = re.compile(
    rf"\b{_NUMBER}[ -](?:\w+ )?(?:minute|hour|day|week|fortnight|month|year|decade)s?\b|"
    r"\bovernight\b|\bfor (?:weeks|days|months|years|hours)\b",
    re.IGNORECASE,
)
_REASON = re.compile(r"\b(?:because|over|due to|owing to|on account of|for fear|as it|since it)\b")
_REFERS = re.compile(r"\b(?:it|its|they|them|their|both|each|together|this|these|those)\b", re.IGNORECASE)
_BEGINS = re.compile(r"\W*(?:[Tt]he )?\Z")


def check_clauses(question: str, evidence: Evidence) -> CheckedCondition | None:
    """Who or when is asked of, where what is asked for stands in the clause of another alone; else None.

    Only a length of time, a sum of money or a reason is looked for: what else may answer is not known.
    """
    has_asked = _finder(question)
    if has_asked is None or evidence.is_row or len(evidence.own) != 1:
        return None
    clauses = _split(evidence.own[0].part.text)
    is_telling = [has_asked(clause) for clause in clauses]
    if all(is_telling) or not any(is_telling):
        return None
    return _check_period(question, clauses, is_telling) or _check_doer(question, clauses, is_telling)


def _finder(question: str) -> Callable[[str], bool] | None:
    """What tells whether a text has such a thing as is asked for; None where that isn't known."""
    if _ASKS_DURATION.search(question):
        return lambda text: _DURATION.search(text) is not None
    if _ASKS_SUM.search(question):
        return lambda text: any(value.kind == "money" for value in find_values(text))
    if _ASKS_REASON.search(question):
        return lambda text: _REASON.search(text) is not None
    return None


def _split(sentence: str) -> list[str]:
    """The clauses of a sentence that may have a subject or a period of their own."""
    cuts = [match.end() for match in _CUT.finditer(sentence)]
    return [sentence[start:end] for start, end in zip([0, *cuts], [*cuts, len(sentence)], strict=True)]


def _check_period(
    question: str, clauses: Sequence[str], is_telling: Sequence[bool]
) -> CheckedCondition | None:
    asked = [period for period in find_periods(question) if period.years and not period.is_relative]
    if len(asked) != 1:
        return None
    instead: list[str] = []
    is_elsewhere = False
    for clause, tells in zip(clauses, is_telling, strict=True):
        said = find_periods(clause)
        fits = any(compare_periods(asked[0], one) is not False for one in said)
        is_elsewhere |= fits and not tells
        if tells:
            if fits or not said:
                return None
            instead.append(clause[said[0].start : said[0].end])
    condition = Condition(text=question[asked[0].start : asked[0].end], kind="period")
    return contradicted(condition, instead) if is_elsewhere else None


def _check_doer(question: str, clauses: Sequence[str], is_telling: Sequence[bool]) -> CheckedCondition | None:
    doers, names = _doers(question), find_names(question)
    instead: list[str] = []
    is_elsewhere = False
    for clause, tells in zip(clauses, is_telling, strict=True):
        words = split_name(clause)
        if not tells:
            is_elsewhere |= bool(doers) and all(find_name(name, clause, words) for name in doers)
            continue
        subject = next(iter(find_names(clause)), None)
        if subject is None or not _BEGINS.match(clause[: subject.start]):
            return None
        if any(find_name(name, clause, words) for name in names) or (is_elsewhere and _REFERS.search(clause)):
            return None
        instead.append(without_possessive(clause[subject.start : subject.end]))
    condition = Condition(text=QuestionParts(question).subject or "", kind="name")
    return contradicted(condition, instead) if is_elsewhere else None


@lru_cache(maxsize=256)  # every sentence that may answer is checked by it
def _doers(question: str) -> tuple[Name, ...]:
    """The names of whom a question says that they did something."""
    return tuple(find_names(QuestionParts(question).subject or ""))
