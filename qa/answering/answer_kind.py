"""Whether a sentence has what kind of thing is asked for: a number, or a day."""

import re
from collections.abc import Sequence
from typing import Literal

from qa.answering.polarity.event_days import ASKS_TIME
from qa.answering.sentence_ranking import RankedSentence, put_behind
from qa.query.conditions.names import blank_out
from qa.query.conditions.periods import WEEKDAYS, find_periods
from qa.query.query import SubQuestion
from qa.text.lines import is_table_row
from qa.text.terms import NUMBER_WORDS, telling_stems, word_stems

__all__ = ["is_left_to_reckon", "lacks_items", "lacks_kind", "put_kind_first", "temper_reckoning"]

_NUMBER = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)?(?:how (?:many|much)|(?:what|which) (?:share|percentage|number))\b",
    re.IGNORECASE,
)
# What tells an amount without a figure, and a time without a day.
_AMOUNT = re.compile(
    r"\b(?:half|halves|third|thirds|quarters?|fifths?|tenths?|double[sd]?|triple[sd]?|twice|thrice|once|dozens?|"
    r"hundreds?|thousands?|millions?|billions?|no|none|nothing|not|nobody|never|zero|nil|free|all|both|every|each|"
    r"most|any|few|many|several|majority|entire(?:ly)?|whole|single|pair|couple|[a-z]+(?:th|eth)|"
    r"without|full(?:y)?|little|much|hardly|almost)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:when|after|before|until|till|once|during|since|upon|within|next|last|now|then|today|tonight|yesterday|"
    r"tomorrow|yet|never|not|no|still|soon|later|earlier|as soon as|at the time|ago|start|beginning|end|"
    r"christmas|easter|years?|months?|weeks?|weekends?|days?|hours?|minutes?|spring|summer|autumn|winter|seasons?|"
    r"decades?|century|centuries|immediately|always|already|meanwhile|first|by|mornings?|noon|afternoons?|"
    r"evenings?|nights?|midnight|dawn|dusk|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|every|each|often|"
    rf"\d{{1,2}}[.:]\d\d|\d{{1,2}} ?[ap]\.?m|(?:{'|'.join(WEEKDAYS)})s?)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")

# What asks how far two figures lie apart, and how a sentence says that itself.
_MORE_WORDS = "more|less|fewer|higher|lower|larger|smaller|longer|shorter|dearer|cheaper"
_FAR_WORDS = "above|below|short of|ahead of|behind|over|under"
_ASKS_DISTANCE = re.compile(
    r"\b(?:difference|gap|spread)s? (?:in |of )?.{0,80}\bbetween\b|"
    r"\bby how (?:much|many)\b.{1,200}"
    rf"\b(?:exceed|top(?:s|ped)?|outstrip|surpass|undercut|beat|{_MORE_WORDS}|{_FAR_WORDS})\b|"
    rf"\bhow (?:much|many) (?:[a-z]+ )?(?:{_MORE_WORDS})\b.{{1,200}}\bthan\b",
    re.IGNORECASE,
)
_SAYS_DISTANCE = re.compile(
    rf"\b(?:difference|gap|spread|margin|exceed\w*|{_MORE_WORDS}|{_FAR_WORDS}|twice|times|half|double|treble|by|"
    r"points?|up|down|ris\w+|rose|fall\w*|fell|grow\w*|grew|increas\w+|decreas\w+|reduc\w+|cut\w*|add\w*|extra|"
    r"another|premium|discount|saving|surplus|deficit|shortfall|excess)\b",
    re.IGNORECASE,
)
# ... or one figure has moved, and what part of another one is.
_ASKS_CHANGE = re.compile(
    r"\b(?:how far|by how (?:much|many(?: [a-z]+){1,3})) (?:did|has|have|do|does)\b.{1,200}"
    r"\b(?:fall|fallen|drop|dropped|decline|decrease|shrink|shrunk|rise|risen|grow|grown|increase|go|gone)\b",
    re.IGNORECASE,
)
_SAYS_CHANGE = re.compile(
    r"\bby (?:[a-z]+ ){0,3}[$€£]?\d|"
    r"\b(?:a (?:third|quarter|fifth|tenth)|half|twice|double\w*|treble\w*|tripl\w+)\b|"
    r"\d\S{0,20} (?:[a-z]{1,20} ){0,4}(?:less|more|fewer|lower|higher|up|down|above|below|points?)\b|"
    r"\b(?:rise|fall|increase|decrease|drop|decline|growth|cut) of\b|"
    r"\b(?:up|down|rose|fell|grew|gained|lost) \d",
    re.IGNORECASE,
)
_ASKS_PERCENTAGE = re.compile(r"\b(?:(?:what|which) )?(?:percentage|per cent|percent) of\b", re.IGNORECASE)
_SAYS_PERCENTAGE = re.compile(
    r"%|\bper ?cent|\b(?:half|halves|thirds?|quarters?|fifths?|tenths?|all|none|most|majority|every|share)\b",
    re.IGNORECASE,
)
# A year over a figure of a row: "2023: 143" is no day.
_YEARLY = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]?: [\d.,–-]{0,20}")
_MAX_NOT_WORKED_OUT = 0.5
# "... in March and October: crop, levy, licences", "from each of Peru, Chile and Bolivia".
_LISTED = re.compile(r":\s(?P<items>[^:?]{3,200}?)\W*$")
_EACH_OF = re.compile(r"\beach of (?P<items>[^?:]{5,200}?)(?: in (?:19|20)\d\d)?\W*$", re.IGNORECASE)
_BETWEEN_ITEMS = re.compile(r"[,;/]| and ")
_MIN_ITEMS = 3
_MAX_IN_PART = 0.5  # how sure an answer is that has not all of what is asked for

Kind = Literal["number", "day"]


def asked_kind(subquestion: SubQuestion) -> Kind | None:
    """What kind of thing one sentence must have to answer; None where that isn't told by the question."""
    if subquestion.question_type != "fact":
        return None
    if _NUMBER.search(subquestion.text):
        return "number"
    return "day" if ASKS_TIME.search(subquestion.text) else None


def lacks_kind(subquestion: SubQuestion, ranked: RankedSentence) -> bool:
    """Whether a sentence has nothing of the kind that is asked for."""
    kind = asked_kind(subquestion)
    if kind is None:
        return False
    return not (_has_number(ranked.text) if kind == "number" else _has_time(ranked.text))


def _has_number(text: str) -> bool:
    """Whether an amount stands there that is no date."""
    rest = blank_out(text, [(period.start, period.end) for period in find_periods(text)])
    if any(letter.isdigit() for letter in rest) or _AMOUNT.search(rest):
        return True
    return any(word.casefold() in NUMBER_WORDS for word in _WORD.findall(rest))


def _has_time(text: str) -> bool:
    if is_table_row(text):
        text = _YEARLY.sub(" ", text)
    return (
        bool(find_periods(text))
        or _TIME.search(text) is not None
        or re.search(r"\b\d{4}\b", text) is not None
    )


def is_left_to_reckon(question: str, text: str) -> bool:
    """Whether it is asked how far two figures lie apart, and a sentence only has figures to reckon with.

    "What is the gap between the duty in and out of quota?" - "It is 8 percent in quota, 45 percent outside."
    So it is where a change is asked for, or a share, of which it has no percentage.
    """
    if _ASKS_DISTANCE.search(question):
        return _SAYS_DISTANCE.search(text) is None
    if _ASKS_CHANGE.search(question):
        return _SAYS_CHANGE.search(text) is None
    return _ASKS_PERCENTAGE.search(question) is not None and _SAYS_PERCENTAGE.search(text) is None


def temper_reckoning(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> list[RankedSentence]:
    """The sentences, the best one at most half sure where what is asked is left to reckon, or in part."""
    ranked = list(ranked_sentences)
    if ranked and subquestion.question_type == "fact" and is_left_to_reckon(subquestion.text, ranked[0].text):
        ranked[0] = ranked[0].at_most(_MAX_NOT_WORKED_OUT)
    if ranked and lacks_items(subquestion.text, ranked[0].text):
        ranked[0] = ranked[0].at_most(_MAX_IN_PART)
    return ranked


def lacks_items(question: str, text: str) -> bool:
    """Whether a question names several things to be told of, and a sentence says nothing of some of them."""
    listed = _EACH_OF.search(question) or _LISTED.search(question)
    items = _BETWEEN_ITEMS.split(listed["items"]) if listed else []
    asked = [stems for item in items if (stems := telling_stems(item))]
    said = word_stems(text)
    return len(asked) >= _MIN_ITEMS and any(stems.isdisjoint(said) for stems in asked)


def put_kind_first(
    subquestion: SubQuestion, ranked_sentences: Sequence[RankedSentence]
) -> list[RankedSentence]:
    """The sentences with those behind all others that can't hold what is asked for: a number, or a day."""
    return put_behind(ranked_sentences, lambda one: lacks_kind(subquestion, one))
