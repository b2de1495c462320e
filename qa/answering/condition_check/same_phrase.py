"""Another name in the same phrase: "steel from Brazil", "went to Brazil", where Chile is asked of."""

import re
from collections.abc import Sequence

from qa.answering.condition_check.evidence import Evidence
from qa.query.conditions.name_comparison import find_name
from qa.query.conditions.names import Name, split_name, without_possessive
from qa.text.terms import FUNCTION_WORDS, stem

__all__ = ["find_others_gone_to", "find_others_in_phrase", "find_place_before"]

# The word and the preposition in front of a name: "steel from the".
_PHRASE = re.compile(
    r"\b(?P<word>[^\W\d_]{3,40}) (?P<preposition>from|to|with|against|into)(?: the)? \Z", re.IGNORECASE
)

# "went to", "flew back to the"
_GONE_TO = re.compile(
    r"\b(?:go|goes|went|gone|going|travel\w*|fl(?:y|ies|ew|own|ying)|journey\w*|sail\w*|head(?:s|ed|ing)|"
    r"mov(?:e[sd]?|ing)|return\w*|com(?:e|es|ing)|came) (?:back )?to (?:the )?\Z|"
    r"\bvisit(?:s|ed|ing)? (?:the )?\Z",
    re.IGNORECASE,
)
_AT_PLACE = re.compile(r"\b(?:in|at|near|inside) (?:the )?\Z", re.IGNORECASE)
_MAX_BEFORE = 2  # sentences that say where
_ASKS_OF_TRADE = re.compile(
    r"\b(?:how much|share|part|percent\w*|exports?|imports?|shipments?|sales|goods|money)\b", re.IGNORECASE
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


def find_others_gone_to(name: Name, question: str, evidence: Evidence) -> list[str]:
    """Where the answer says that somebody went, where the question asks who went to a name; none if there.

    What is traded goes to many at once.

    "Who went to Lima in May?" - "Two ministers of Lima went to Quito."
    """
    place = find_name(name, question, split_name(question))
    if place is None or not _GONE_TO.search(question[: place[0]]) or _ASKS_OF_TRADE.search(question):
        return []
    gone_to: list[str] = []
    for own in evidence.own:
        text = own.part.text
        for other in own.names:
            if not _GONE_TO.search(text[: other.start]):
                continue
            if find_name(name, text, other.words):
                return []
            gone_to.append(without_possessive(text[other.start : other.end]))
    return gone_to


def find_place_before(name: Name, question: str, evidence: Evidence) -> list[str]:
    """Where the answer's own passage is set, where that is elsewhere than the question asks.

    "It began at the Orrin Bridge. A lorry waits 35 minutes. At Stelling Pass it is planned.": how long at
    Stelling Pass? Nothing where a sentence before the answer, or what it stands under, has the name.
    """
    place = find_name(name, question, split_name(question))
    own = next(iter(evidence.own), None)
    if place is None or not _AT_PLACE.search(question[: place[0]]) or own is None or own.part.start is None:
        return []
    if any(find_name(name, reading.part.text, reading.words) for reading in evidence.titles):
        return []
    before = own
    for _ in range(_MAX_BEFORE):
        reading = evidence.sentence_before(before)
        if reading is None or find_name(name, reading.part.text, reading.words):
            return []
        text = reading.part.text
        others = [
            without_possessive(text[other.start : other.end])
            for other in reading.names
            if _AT_PLACE.search(text[: other.start]) and other.is_country == name.is_country
        ]
        if others:
            return others
        before = reading
    return []


def _phrase(before: str) -> tuple[str, str] | None:
    found = _PHRASE.search(before)
    if found is None or found["word"].casefold() in FUNCTION_WORDS:
        return None
    return stem(found["word"].casefold()), found["preposition"].casefold()
