"""Whether a question made from two is still a question: told by what no English question has in it."""

import re
from collections import Counter
from itertools import pairwise

from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import (
    AUXILIARY,
    DETERMINER,
    PERIOD,
    PREPOSITION,
    QUESTION_WORD,
    Token,
    split_words,
)
from qa.query.follow_up.verb_forms import base_form, is_noun_too

__all__ = ["is_well_formed"]

_BE = re.compile(r"\bbe\b")
# Prepositions that stand before another one.
_BEFORE_PREPOSITION = frozenset("from until since about over up out as per than except".split())
_OPENS_CLAUSE = re.compile(
    r"(?:even )?(?:if|unless|when|although|though|because|while|after|before|without|not|only|except)\b",
    re.IGNORECASE,
)
_MOVED = re.compile(r"\b(?:year|quarter|month|week|season) (?:before|earlier|after|later)\b", re.IGNORECASE)
# After which a verb or an auxiliary may follow: "since was", "the ban before will".
_BEFORE_VERB = frozenset("to than as up out in on off over before after since by".split())


def is_well_formed(text: str, base: str, fragment: str) -> bool:
    """Whether a question holds together that came from putting a fragment into the base question.

    Only what the base itself has not is held against it.
    """
    old, new = QuestionParts(base), QuestionParts(text)
    tokens = split_words(new.text)
    known = _pairs(split_words(old.text), old.text)
    # "bring in in 2023": the particle of a verb stands before any preposition.
    particles = {one for one, other in known if other.lower() in PREPOSITION and _clash(one, other)}
    pairs = [pair for pair in _pairs(tokens, new.text) if pair not in known and pair[0] not in particles]
    if any(_clash(*pair) for pair in pairs):
        return False
    if _is_clause(fragment) and fragment.lower() in text.lower() and not _OPENS_CLAUSE.match(fragment):
        return False
    if "," in fragment and fragment in new.text and not new.text.endswith(fragment):
        return False
    if (old.verb and not new.verb) or (_BE.search(old.text) and not _BE.search(new.text)):
        return False
    names = Counter(name.text for name in new.names())
    had = Counter(name.text for name in old.names())
    if any(count > max(1, had[name]) for name, count in names.items()):
        return False
    periods = [len(list(PERIOD.finditer(parts.text))) for parts in (old, new)]
    if periods[1] > max(periods[0], 1) and not re.search(r"\b(?:and|or|to|than)\b", fragment):
        return False
    return bool(_MOVED.search(old.text)) or not _MOVED.search(new.text)


def _pairs(tokens: list[Token], text: str) -> list[tuple[str, str]]:
    """The words that follow each other with only a space between them."""
    return [(one.text, other.text) for one, other in pairwise(tokens) if text[one.end : other.start] == " "]


def _clash(one: str, other: str) -> bool:
    """Whether the second word cannot follow the first."""
    first, second = one.lower(), other.lower()
    if first.endswith(("'s", "’s")) and second in DETERMINER:
        return True
    if first in ("many", "much"):  # "how many the value"
        return second in DETERMINER
    if first in PREPOSITION and second in PREPOSITION:
        return first not in _BEFORE_PREPOSITION and second not in ("about", "over", "around")
    if first in PREPOSITION and first not in _BEFORE_VERB:
        is_verb = base_form(second) == second and not is_noun_too(second)
        return other.islower() and (is_verb or AUXILIARY.match(second) is not None)
    return first in DETERMINER and second in DETERMINER and first not in ("all", "both")


def _is_clause(fragment: str) -> bool:
    """Whether a fragment has a question word or an auxiliary: "shelled ones, what do they pay"."""
    return any(
        token.text.islower() and (QUESTION_WORD.match(token.text) or AUXILIARY.match(token.text))
        for token in split_words(fragment)
    )
