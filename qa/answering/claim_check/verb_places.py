"""Which words of a sentence are verbs, by their forms and places, and which of them are infinitives."""

import re
from collections.abc import Sequence

from qa.answering.claim_check.sides import ADVERBS, BE, BREAKS, DO, HAVE, MODALS, PREPOSITIONS, Token
from qa.answering.claim_check.verb_axes import is_form_of
from qa.text.terms import FUNCTION_WORDS

__all__ = [
    "ARTICLES",
    "DUE_TO",
    "MEANING_TO",
    "is_contraction",
    "is_coordinate",
    "is_infinitive",
    "is_main",
    "is_past",
    "is_verb",
    "word_before",
]

_NO_PAST = frozenset(
    "need speed indeed hundred seed feed embed breed exceed proceed succeed red bed based".split()
)
_PAST = frozenset(
    """fell rose grew bought sold sent paid lent won lost took gave got kept made met held led said began came
    went sought withdrew wrote brought built found overtook undertook chose drew knew left cut set hit shut
    put spent struck ran beat shrank sank taken given grown risen fallen sunk shrunk written driven drawn
    chosen broken forbidden overtaken beaten withdrawn known shown seen done gone told bound fed let hurt
    """.split()
)
# Verbs whose present is told from nouns by its place, and those of them that are as often nouns.
_PRESENT = frozenset(
    """oppose support supply deliver export import buy sell lend borrow pay own lead replace overtake
    criticise criticize accuse sue ask tell reject accept approve appoint advise demand warn blame
    praise exceed outsell ship send receive need want employ owe charge tax subsidise subsidize fund
    finance represent head run chair control manage host block ban allow refuse favour favor back fear
    supersede succeed outweigh follow precede carry recognise recognize produce use issue collect grant
    provide give take get keep lower raise cut rise fall grow drop increase decrease decline expand
    narrow widen shrink abolish impose lift introduce include exclude exempt
    join leave keep retain suspend resume adopt repeal begin start end""".split()
)
_OR_NOUN = frozenset(
    """export import supply ship need charge tax fund finance head run host block ban issue use grant back cut
    demand plan raise fear produce control rise fall drop increase decrease decline lead support
    leave repeal start end""".split()
)
_DETERMINERS = frozenset("the a an their his her this these those its of in for on with any no some".split())
DUE_TO = frozenset("is are was were has have had due".split())
# In front of an infinitive: what is meant to be, and what is not so.
MEANING_TO = re.compile(
    r"(?:plan|propos|intend|want|expect|hop|consider|threaten|ask|aim|seek|sought|request|demand|urg|promis|"
    r"wish|tr[yi]|call|likely|unlikely|able|allow|offer|schedul|prepar|ready|recommend|designed|meant|set)[a-z]*"
)
ARTICLES = frozenset("the a an its their his her most all some no two three".split())
_BEGINS_PART = frozenset("of among with".split())  # "Of the lots tested at Marle, nine"
_GETS = frozenset("gets got".split())
_TURNING = frozenset("open close reopen resume".split())
_COORDINATE_REACH = 15


def is_verb(tokens: Sequence[Token], number: int) -> bool:
    """Whether the word of a number is a verb, as far as its form and the words beside it tell."""
    text, low = tokens[number][:2]
    if low in _GETS and _takes_object(tokens, number):
        return True
    if not low.isalpha() or low in FUNCTION_WORDS | ADVERBS | BE | HAVE or (text[0].isupper() and number):
        return False
    helper = word_before(tokens, number)
    if helper in BE and (is_past(low) or _is_going_on(tokens, number)):
        return True
    if helper in MODALS | DO or is_contraction(helper):
        if helper != "to" or is_form_of(low, _PRESENT) is not None:
            return True  # "to" stands before nouns, too
        in_front = _word_in_front_of_to(tokens, number)
        return in_front in DUE_TO or MEANING_TO.fullmatch(in_front) is not None
    if number == 0:
        return False
    if is_coordinate(tokens, number):
        return True
    if is_past(low):
        return tokens[number - 1].low not in _DETERMINERS
    return _is_present(tokens, number)


def _is_going_on(tokens: Sequence[Token], number: int) -> bool:
    """Whether a word behind "is" is what somebody is doing: "is selling", "is leasing the yard"."""
    low = tokens[number].low
    if not low.endswith("ing"):
        return False
    following = tokens[number + 1].text if number + 1 < len(tokens) else "."
    return (
        is_form_of(low, _PRESENT) is not None
        or following in ARTICLES
        or following[0].isdigit()
        or following[0].isupper()
    )


def _is_present(tokens: Sequence[Token], number: int) -> bool:
    previous, low = tokens[number - 1], tokens[number].low
    base = is_form_of(low, _PRESENT) if low[-3:] != "ing" else None
    following = tokens[number + 1].low if number + 1 < len(tokens) else ""
    if base is None and low[-1] == "s" and previous.text[0].isupper() and following in ARTICLES:
        return previous.low.isalpha()  # "Arden roasts the beans"
    if base is None or previous.low in _DETERMINERS | PREPOSITIONS or not previous.low.isalpha():
        return False
    if base in _OR_NOUN and _has_participle_behind(tokens, number):
        return False  # "Sugar ban lifted"
    return base not in _OR_NOUN or (
        previous.text[0].isupper() and following not in PREPOSITIONS | BE | HAVE | {"and", ",", ""}
    )


def _has_participle_behind(tokens: Sequence[Token], number: int) -> bool:
    """Whether a past stands behind a word and nothing that it could be done to behind that."""
    following = [token.low for token in tokens[number + 1 : number + 3]]
    return (
        bool(following)
        and is_past(following[0])
        and (following[1:] == [] or following[1] in BREAKS | PREPOSITIONS)
    )


def _takes_object(tokens: Sequence[Token], number: int) -> bool:
    """Whether a form of "get" is the verb itself: "gets cocoa", not "got paid"."""
    if not 0 < number < len(tokens) - 1:
        return False
    return tokens[number - 1].low not in HAVE and not is_past(tokens[number + 1].low)


def is_past(low: str) -> bool:
    """Whether a word in lower case has the form of a past or of its participle."""
    return low in _PAST or (low.endswith("ed") and len(low) > 4 and low not in _NO_PAST)


def is_contraction(low: str) -> bool:
    """Whether a word in lower case ends in "n't"."""
    return low.endswith(("n't", "n’t"))


def word_before(tokens: Sequence[Token], number: int) -> str:
    """The word before one, adverbs aside; empty at the beginning."""
    number -= 1
    while number >= 0 and (tokens[number].low in ADVERBS or tokens[number].low.endswith("ly")):
        number -= 1
    return tokens[number].low if number >= 0 else ""


def is_coordinate(tokens: Sequence[Token], number: int) -> bool:
    """Whether a verb shares the modal of the one before: "will open one hub and close another"."""
    if tokens[number - 1].low != "and" or not is_form_of(tokens[number].low, _PRESENT | _TURNING):
        return False
    before = [token.low for token in tokens[max(0, number - _COORDINATE_REACH) : number]]
    following = tokens[number + 1].low if number + 1 < len(tokens) else ""
    is_followed = following in ARTICLES or (tokens[number].low in _TURNING and following in PREPOSITIONS)
    return is_followed and not MODALS.isdisjoint(before) and tokens[number].low[-1] not in "sdg"


def _word_in_front_of_to(tokens: Sequence[Token], number: int) -> str:
    """The word before the "to" of an infinitive, adverbs aside."""
    while number > 0 and tokens[number].low != "to":
        number -= 1
    return word_before(tokens, number)


def is_infinitive(tokens: Sequence[Token], number: int) -> bool:
    """Whether a verb stands behind "to", or behind "to be"."""
    while number > 0 and word_before(tokens, number) in {"be", "have", "been"}:
        number -= 1
    return word_before(tokens, number) == "to"


def is_main(tokens: Sequence[Token], number: int, verbs: Sequence[int]) -> bool:
    """Whether a clause has no other verb that could be its main one: "the lots tested at Marle were sold"."""
    first, last = number, number + 1
    while first > 0 and tokens[first - 1].low not in BREAKS:
        first -= 1
    while last < len(tokens) and tokens[last].low not in BREAKS:
        last += 1
    if tokens[first].low in _BEGINS_PART:
        return False
    others = [*range(first, number), *range(number + 1, last)]
    return not any(
        (
            other in verbs
            or (tokens[other].low in BE | HAVE | DO | MODALS - {"to"} and tokens[other].text != "May")
        )
        and not is_infinitive(tokens, other)
        and not is_infinitive(tokens, other - 1)
        for other in others
    )
