"""Whether a sentence says the reverse of what is asked: affirmed for denied, or the roles swapped."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from qa.answering.polarity.clauses import find_clauses
from qa.answering.polarity.concepts import root
from qa.answering.polarity.statement import read_statement
from qa.query.conditions.asked import WITHOUT
from qa.query.conditions.names import find_names

__all__ = ["is_reversed"]

_ASKS_OF_NOT = re.compile(
    rf"\b(?:not|never|cannot|no longer|nobody|{WITHOUT}|avoids?|avoided|lacks?|lacked|unable|refuse[sd]?|"
    r"fail(?:s|ed)?)\b|n['’]t\b|\b(?:do|does|did|are|is|was|were|have|has|say|given) no\b",
    re.IGNORECASE,
)
# "not" that asks for nothing that is not so: "besides", "or not", "no more than".
_ASKS_OF_REST = re.compile(
    r"\b(?:besides|other than|except|apart from|assuming|in addition|or not|not only|no (?:more|less|"
    r"fewer|later)|not (?:more|less|until)|if|greater|smaller)\b",
    re.IGNORECASE,
)
# Whatever may say that something is not so.
_NEGATIVE = re.compile(
    r"\b(?:not|no|none|never|nor|neither|nobody|nothing|nowhere|cannot|without|unable|fail\w*|refus\w*|"
    r"den(?:y|ies|ied)|lack\w*|except\w*|other than|exclu\w*|exempt\w*|only|rather than|instead|unlike|"
    r"however|but|although|few|little|hardly|rare\w*|seldom|prevent\w*|avoid\w*|prohibit\w*|forb\w+|"
    r"ban(?:s|ned)?|illegal|stop\w*|ceas\w*|end(?:s|ed)?|abolish\w*|left|leav\w*|los[et]\w*|missing|free|"
    r"outside|oppos\w*|reject\w*|against|less|former\w*|until|un(?!it|i[qvf]|der)\w{3,}|non\w*|in(?:valid|"
    r"capable|complete|eligible|sufficient)\w*|im(?:possib|prob)\w*|ir(?:regular|relevant)\w*|dis(?:agree|"
    r"approv|allow|continu|miss)\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
_MIN_SHARED = 2  # terms of the question in the sentence, for it to be about the same
_INVERSE = (
    "husband/wife",
    "father mother parent/son daughter child",
    "predecessor/successor",
    "teacher/student pupil",
    "parent/subsidiary",
    "employer/employee",
    "supplier seller/buyer customer",
    "creditor/debtor",
    "landlord/tenant",
)
_GIVE = (
    r"(?:exports?|exported|ships?|shipped|sells?|sold|delivers?|delivered|sends?|sent|supplies|supply|"
    r"supplied|lends?|lent|pays?|paid|gives?|gave|shipments?|sales|deliveries)"
)
_TAKE = (
    r"(?:imports?|imported|buys?|bought|gets?|got|receives?|received|takes?|took|purchases?|purchased|"
    r"borrows?|borrowed)"
)
_NAME = r"(?:the )?(?P<{}>U\.S\.|U\.K\.|[A-Z][\w’'-]{{0,40}}(?: [A-Z][\w-]{{0,40}}){{0,6}})"
_GIVER, _TAKER, _OWN = _NAME.format("giver"), _NAME.format("taker"), r"(?:['’]s|['’])?"
_NEAR, _FAR = r"(?:[\w-]{1,40} ){0,4}?", r"(?:[\w,.%$-]{1,40} ){0,8}?"
# Who gives and who takes, by the words of trade; the first pattern that fits counts.
_FLOWS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\bfrom {_GIVER}{_OWN} (?:in)?to {_TAKER}",
        rf"\b(?:in)?to {_TAKER}{_OWN} (?:\w{{1,40}} ){{0,3}}?from {_GIVER}",
        rf"{_GIVER}{_OWN} {_NEAR}{_GIVE} {_FAR}to {_TAKER}",
        rf"{_TAKER}{_OWN} {_NEAR}{_TAKE} {_FAR}from {_GIVER}",
    )
)
# "The Union buys half of Peru's exports and a third of Chile's, and Japan a tenth of Peru's."
_BUYS_EXPORTS = re.compile(
    rf"{_TAKER} {_TAKE} (?:[\w,.%$-]{{1,40}} ){{0,6}}?of {_GIVER}['’]s? (?:[a-z]{{1,30}} )?exports\b"
    rf"(?:,? and (?:{_NAME.format('next_taker')} )?(?:[a-z0-9.%$-]{{1,40}} ){{1,6}}?"
    rf"of {_NAME.format('next_giver')}['’]s\b)?"
)

_KIN_OF = re.compile(r"(?P<name>[A-Z][\w-]{0,40})['’]s? (?:\w{1,40} )?(?P<kin>[a-z]{1,40})\b")
_KIN_TO = re.compile(r"\b(?P<kin>[a-z]+) (?:of|to) (?:the )?(?P<name>[A-Z][\w-]*)")


_LEFT_OUT = re.compile(
    r"\b(?:though|but|and) not (?:on|for|to|from|in|of|by) (?:the )?(?P<things>[a-z][\w-]*(?: [a-z][\w-]*)?)"
)
_BEHIND_PREPOSITION = re.compile(
    r"\b(?:on|for|to|from|of|by) (?:the )?(?P<things>[a-z][\w-]*(?: [a-z][\w-]*)?)"
)


_ASKS_AMOUNT = re.compile(
    r"\bhow (?:much|many)\b|\b(?:what|which) (?:sum|amount|compensation|damages)\b", re.IGNORECASE
)
_ASKS_WHICH = re.compile(r"\A\W*which\b", re.IGNORECASE)
# What one wants, is offered and gets are three things, each told by its own words.
_WAYS = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"sought|seeks?|seeking|demand(?:s|ed|ing)?|claim(?:s|ed|ing)?|ask(?:s|ed|ing)? for|"
        r"request(?:s|ed|ing)?|"
        r"appl(?:y|ies|ied|ying) for|hop(?:es?|ed|ing) for|wants?|wanted",
        r"offer(?:s|ed|ing)?",
        r"award(?:s|ed)?|grant(?:s|ed)?|receiv\w+|obtain\w*|wins?|won|gets?|got|given|collect(?:s|ed)?|secured?|"
        r"settled",
    )
)


class _Flow(NamedTuple):
    giver: str
    taker: str


def is_reversed(question: str, sentence: str) -> bool:
    """Whether a sentence says the reverse of what a question asks.

    It is affirmed what is asked for as not so ("What do they not sell?" - "They sell nets and ropes"), the
    roles are swapped ("from Ostia to Calder" - "from Calder to Ostia", a wife for a husband), what is
    asked of is just what the sentence leaves out ("on stoppers, though not on flooring"), or its figure is
    what somebody only sought where it is asked what was got.
    """
    return (
        _affirms_what_is_not(question, sentence)
        or _swaps_roles(question, sentence)
        or _leaves_out(question, sentence)
        or _tells_another_way(question, sentence)
    )


def _tells_another_way(question: str, sentence: str) -> bool:
    """Whether it is asked how much one wants, is offered or gets, and a sentence tells another of these.

    Also where it is asked which ones got something, and a sentence tells which may ask for it.
    """
    is_amount = _ASKS_AMOUNT.search(question) is not None
    asked = [way for way in _WAYS if way.search(question)] if is_amount or _ASKS_WHICH.match(question) else []
    if len(asked) != 1 or asked[0].search(sentence):
        return False
    others = _WAYS if is_amount else _WAYS[:1] if asked[0] is _WAYS[-1] else ()
    return any(way.search(sentence) for way in others)


def _leaves_out(question: str, sentence: str) -> bool:
    """Whether a word behind a preposition in the question stands in the sentence only as left out."""
    left_out = _LEFT_OUT.search(sentence)
    if left_out is None or _ASKS_OF_NOT.search(question) or _ASKS_OF_REST.search(question):
        return False
    asked = {
        root(word) for match in _BEHIND_PREPOSITION.finditer(question) for word in match["things"].split()
    }
    out = {root(word) for word in left_out["things"].split()}
    kept = {root(word) for word in re.findall(r"[^\W\d_]+", sentence[: left_out.start()])}
    told = asked & out - kept
    # Without anything but what is left out, that is what is told of it.
    return bool(told) and re.search(r"\d", sentence[: left_out.start()]) is not None


def _affirms_what_is_not(question: str, sentence: str) -> bool:
    negation = _ASKS_OF_NOT.search(question)
    if not negation or _ASKS_OF_REST.search(question):
        return False
    asked = read_statement(question).terms
    clauses = find_clauses(sentence)
    stated = {term.concept for clause in clauses for term in clause.terms}
    if len({term.concept for term in asked} & stated) < min(_MIN_SHARED, len(asked)):
        return False
    denied = next((term.concept for term in asked if term.start >= negation.end()), None)
    own = [clause for clause in clauses if denied in {term.concept for term in clause.terms}]
    told = [sentence[clause.start : clause.end] for clause in own] or [sentence]
    return not any(_NEGATIVE.search(text) for text in told)


def _swaps_roles(question: str, sentence: str) -> bool:
    asked = _flow(question)
    told = list(_flows(sentence)) if asked else []
    if asked and asked not in told and _Flow(asked.taker, asked.giver) in told:
        return True
    return _swaps_kin(question, sentence)


def _flow(text: str) -> _Flow | None:
    plain = re.sub(r"^\W*(?:How|What|Which|Who|When|Where|Why|In|On|By)\b", "", text)
    for pattern in _FLOWS:
        match = pattern.search(plain)
        if match:
            return _Flow(_bare(match["giver"]), _bare(match["taker"]))
    return None


def _flows(text: str) -> Iterator[_Flow]:
    """Who gives what to whom, by the first pattern that fits, and whose exports somebody buys."""
    if flow := _flow(text):
        yield flow
    for match in _BUYS_EXPORTS.finditer(text):
        taker = _bare(match["taker"])
        yield _Flow(_bare(match["giver"]), taker)
        if match["next_giver"]:
            next_taker = match["next_taker"]
            yield _Flow(_bare(match["next_giver"]), _bare(next_taker) if next_taker else taker)


def _bare(name: str) -> str:
    """A name without its ending, a country by one name: "U.S." and "American" are the United States."""
    plain = re.sub(r"['’]s?$", "", name)
    names = find_names(f"of {plain}")
    return " ".join(names[0].keys) if len(names) == 1 else plain.casefold()


def _swaps_kin(question: str, sentence: str) -> bool:
    """Whether a question asks for the husband of a name, and the sentence tells its wife, and the like."""
    match = _KIN_OF.search(question) or _KIN_TO.search(question)
    if not match or re.search(rf"\b{match['kin']}\b", sentence):
        return False
    inverse = "|".join(_inverse(match["kin"]))
    if not inverse:
        return False
    name = re.escape(match["name"])
    return bool(
        re.search(rf"\b{name}['’]s? (?:\w+ )?(?:{inverse})\b", sentence)
        or re.search(rf"\b(?:{inverse}) (?:of|to) {name}\b", sentence)
        or re.search(rf"\b{name}\b.{{0,60}}\b(?:his|her|its|their) (?:\w+ )?(?:{inverse})\b", sentence)
    )


def _inverse(kin: str) -> list[str]:
    """What one is to whoever is one's `kin`: "wife" for "husband"; empty if that is nothing here."""
    sides = [[side.split() for side in pair.split("/")] for pair in _INVERSE]
    return [word for a, b in sides for word in (b if kin in a else a if kin in b else [])]
