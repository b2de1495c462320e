"""Another name in the same phrase: "an inquiry into steel from Brazil" where Chile is asked of."""

import re
from collections.abc import Sequence

from qa.answering.condition_check.evidence import Evidence
from qa.query.conditions.name_comparison import find_name
from qa.query.conditions.names import Name, split_name, without_possessive
from qa.text.terms import FUNCTION_WORDS, stem

__all__ = ["find_others_in_phrase"]

# The word and the preposition in front of a name: "steel from the".
_PHRASE = re.compile(
    r"\b(?P<word>[^\W\d_]{3,40}) (?P<preposition>from|to|with|against|into)(?: the)? \Z", re.IGNORECASE
)


def find_others_in_phrase(name: Name, question: str, evidence: Evidence, asked: Sequence[Name]) -> list[str]:
    """The names that the answer has behind the word and preposition that the question has before a name.

    Only those that may stand for it, both countries or neither; none where the answer has the name, too.
    """
    words = split_name(question)
    place = find_name(name, question, words)
    phrase = _phrase(question[: place[0]]) if place else None
    if phrase is None or any(find_name(name, own.part.text, own.words) for own in evidence.own):
        return []
    return [
        without_possessive(own.part.text[other.start : other.end])
        for own in evidence.own
        for other in own.names
        if _phrase(own.part.text[: other.start]) == phrase
        and other.is_country == name.is_country
        and not any(find_name(one, own.part.text, other.words) for one in asked)
    ]


def _phrase(before: str) -> tuple[str, str] | None:
    found = _PHRASE.search(before)
    if found is None or found["word"].casefold() in FUNCTION_WORDS:
        return None
    return stem(found["word"].casefold()), found["preposition"].casefold()
