"""Of several days in a sentence the one of the event that is asked for."""

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.answering.polarity.clauses import find_terms
from qa.answering.polarity.concepts import is_predicate
from qa.query.conditions.periods import Period, find_periods
from qa.text.terms import own_stems, telling_stems

__all__ = ["ASKS_TIME", "best_event_day"]

ASKS_TIME = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)?(?:(?:since |until |by |from )?when\b|(?:in |on |since |until |by |from )?"
    r"(?:what|which) (?:day|date|month|year)\b)",
    re.IGNORECASE,
)
# Which of several times is a matter of their order, not of the verb.
_ASKS_WHICH_TIME = re.compile(
    r"\b(?:first|second|third|fourth|last|latest|again|next|previous|once more|(?:most|more) recent\w*)\b",
    re.IGNORECASE,
)
_NOUN = re.compile(r"(?:ments?|[ts]ions?)\Z", re.IGNORECASE)  # an "agreement" says not who agrees
_MARK = re.compile(r"[,;:](?!\d)|\s(?:and|but|while|whereas|then)\s")
# "March 8, 2018": the mark inside of a day parts nothing.
_LEADS = re.compile(r"\W*(?:(?:in|on|since|by|from|until|after|before)\s)?(?:the\s)?", re.IGNORECASE)


def best_event_day(question: str, sentence: str, span: tuple[int, int]) -> tuple[int, int]:
    """The day of the part of a sentence that says what the question asks the time of, given the span read.

    "It applied in 2021, signed in 2023 and became a member in 2024": when it joined. By the first verb of
    each part, or else by the words of the question that only one part has. Elsewhere it is `span`.
    """
    asking = None if _ASKS_WHICH_TIME.search(question) else ASKS_TIME.search(question)
    days = [day for day in find_periods(sentence) if day.years and not day.is_relative]
    held = [number for number, day in enumerate(days) if day.named < span[1] and span[0] < day.end]
    if asking is None or len(days) < 2 or len(held) != 1:
        return span
    parts = _parts(sentence, days)
    wanted = _main_concept(question[asking.end() :])
    telling = [number for number, part in enumerate(parts) if wanted and _main_concept(part) == wanted]
    if not telling:
        own = own_stems(telling_stems(question), parts)
        telling = [number for number, said in enumerate(own) if said]
    if len(telling) != 1 or telling == held:
        return span
    return days[telling[0]].named, days[telling[0]].end


def _parts(sentence: str, days: Sequence[Period]) -> list[str]:
    """The sentence in parts of one day each; empty where nothing parts two of them.

    Behind its day where what happened stands first ("it applied in 2021, and joined in 2024"), else in front
    of it ("in 2021 it applied, in 2024 it joined").
    """
    is_first = _LEADS.fullmatch(sentence, 0, days[0].named) is not None
    cuts = [0]
    for first, second in pairwise(days):
        marks = [mark.start() for mark in _MARK.finditer(sentence, first.end, second.named)]
        if not marks:
            return []
        cuts.append(marks[-1] if is_first else marks[0])
    return [sentence[start:end] for start, end in pairwise([*cuts, len(sentence)])]


def _main_concept(text: str) -> str | None:
    """What the first word of a text that says something of a thing means; None where none does."""
    return next(
        (
            term.concept
            for term in find_terms(text)
            if is_predicate(term.concept) and not term.is_name and not _NOUN.search(term.text)
        ),
        None,
    )
