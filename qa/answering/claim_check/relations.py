"""What a sentence says of what, by its words: a verb with what stands on its sides, active or passive."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from qa.answering.claim_check.sides import (
    ADVERBS,
    BE,
    BREAKS,
    DO,
    HAVE,
    MODALS,
    NO_SIDE,
    PREPOSITIONS,
    PRONOUNS,
    Side,
    Token,
    read_side,
    tokens_of,
    without_asides,
)
from qa.answering.claim_check.verb_axes import MOVING, is_form_of, read_verb
from qa.text.terms import FUNCTION_WORDS

__all__ = ["Reality", "Relation", "find_relations"]

_NOT = frozenset("not never cannot nor neither hardly".split())
_NONE = frozenset("no none nobody nothing".split())
_NOT_DENYING = frozenset("fewer less later more sooner doubt matter".split())  # "no fewer than"
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
    narrow widen shrink abolish impose lift introduce include exclude exempt""".split()
)
_OR_NOUN = frozenset(
    """export import supply ship need charge tax fund finance head run host block ban issue use grant back cut
    demand plan raise fear produce control rise fall drop increase decrease decline lead support""".split()
)
# "took over the port" is not "took" with a preposition.
_PARTICLES = frozenset("over up down out off".split())
_WITH_PARTICLE = frozenset("take took taken hand set turn call carry buy bought give gave given".split())
_DETERMINERS = frozenset("the a an their his her this these those its of in for on with any no some".split())
_PERHAPS, _UNREAL, _DUE = (
    frozenset(row.split()) for row in ("may might could can", "would should", "will shall must")
)
_DUE_TO = frozenset("is are was were has have had due".split())
# In front of an infinitive: what is meant to be, and what is not so.
_MEANING_TO = re.compile(
    r"(?:plan|propos|intend|want|expect|hop|consider|threaten|ask|aim|seek|sought|request|demand|urg|promis|"
    r"wish|tr[yi]|call|likely|unlikely|able|allow|offer|schedul|prepar|ready|recommend|designed|meant|set)[a-z]*"
)
_NOT_DOING = re.compile(r"(?:fail|refus|declin)[a-z]*")
_HELPER_REACH, _CLAUSE_REACH = 4, 6  # words


class Reality(IntEnum):
    """How far something that is said is so; a higher one says more."""

    PERHAPS = 1  # "may", "could"
    MEANT = 2  # "plans to", "would"
    DUE = 3  # "will", "must", "is to"
    SO = 4
    DONE = 5


@dataclass(frozen=True, slots=True)
class Relation:
    """A verb, who does it, what it is done to, and what stands behind each preposition.

    `verb` and `sign` are those of `read_verb`, the sign turned by a negation. `reality` is None where the
    verb is an infinitive of which that can't be told. `is_partial` is set where an exception follows ("but
    not").
    """

    verb: str
    sign: int
    doer: Side
    thing: Side
    behind: Mapping[str, Side] = field(default_factory=dict)
    reality: Reality | None = Reality.SO
    start: int = 0
    end: int = 0
    is_infinitive: bool = False
    is_partial: bool = False

    @property
    def moved(self) -> Side:
        """What goes up or down: the thing, or who does it where there is none."""
        return self.thing or self.doer


@lru_cache(maxsize=256)  # a sentence of the evidence is set against many claims
def find_relations(text: str) -> tuple[Relation, ...]:
    """The relations of a text in order."""
    tokens = tokens_of(without_asides(text))
    return tuple(_read(tokens, [number for number in range(len(tokens)) if _is_verb(tokens, number)]))


def _is_verb(tokens: Sequence[Token], number: int) -> bool:
    text, low = tokens[number][:2]
    if not low.isalpha() or low in FUNCTION_WORDS | ADVERBS | BE | HAVE or (text[0].isupper() and number):
        return False
    helper = _word_before(tokens, number)
    if helper in BE and _is_past(low):
        return True
    if helper in MODALS | DO or _is_contraction(helper):
        return helper != "to" or is_form_of(low, _PRESENT) is not None  # "to" stands before nouns, too
    if number == 0:
        return False
    previous = tokens[number - 1]
    if _is_past(low):
        return previous.low not in _DETERMINERS
    base = is_form_of(low, _PRESENT) if low[-3:] != "ing" else None
    if base is None or previous.low in _DETERMINERS | PREPOSITIONS or not previous.low.isalpha():
        return False
    following = tokens[number + 1].low if number + 1 < len(tokens) else ""
    return base not in _OR_NOUN or (
        previous.text[0].isupper() and following not in PREPOSITIONS | BE | HAVE | {"and", ",", ""}
    )


def _is_past(low: str) -> bool:
    return low in _PAST or (low.endswith("ed") and len(low) > 4 and low not in _NO_PAST)


def _is_contraction(low: str) -> bool:
    return low.endswith(("n't", "n’t"))


def _word_before(tokens: Sequence[Token], number: int) -> str:
    """The word before one, adverbs aside; empty at the beginning."""
    number -= 1
    while number >= 0 and (tokens[number].low in ADVERBS or tokens[number].low.endswith("ly")):
        number -= 1
    return tokens[number].low if number >= 0 else ""


def _read(tokens: Sequence[Token], verbs: Sequence[int]) -> Iterator[Relation]:
    subject = NO_SIDE
    for place, number in enumerate(verbs):
        after = verbs[place - 1] + 1 if place else 0
        start = number
        while start > after and not _begins_clause(tokens, start - 1, number):
            start -= 1
        is_infinitive = _word_before(tokens, number) == "to"
        left = read_side(tokens[start:number])
        if place and start == after and not is_infinitive:
            left = NO_SIDE  # what follows one verb does not do the next
        if place and _shares_subject(tokens, start, number, left, is_infinitive):
            left = subject
        subject = left
        limit = verbs[place + 1] if place + 1 < len(verbs) else len(tokens)
        end = number + 1
        while end < limit and tokens[end].low not in BREAKS and not _joins_clause(tokens, end, limit):
            end += 1
        governor = tokens[verbs[place - 1]].low if place else ""
        yield _relation(tokens, start, number, end, left, governor if is_infinitive else None)


def _begins_clause(tokens: Sequence[Token], number: int, verb: int) -> bool:
    if tokens[number].low == "and":
        return verb - number <= _HELPER_REACH - 1 and not read_side(tokens[number + 1 : verb])
    return tokens[number].low in BREAKS


def _shares_subject(tokens: Sequence[Token], start: int, verb: int, left: Side, is_infinitive: bool) -> bool:
    """Whether a verb has the subject of the one before: "lifted one and kept the other", "plans to build"."""
    if left or any(token.low in PRONOUNS for token in tokens[start:verb]):
        return False
    return is_infinitive or (start > 0 and tokens[start - 1].low in {"and", "but", ",", "then"})


def _joins_clause(tokens: Sequence[Token], number: int, limit: int) -> bool:
    """Whether "and" joins another clause, whose verb is near."""
    return tokens[number].low == "and" and limit < len(tokens) and limit - number <= _CLAUSE_REACH


def _relation(
    tokens: Sequence[Token], start: int, number: int, end: int, left: Side, governor: str | None
) -> Relation:
    """The relation of the verb of a number; `governor` is the verb before an infinitive, None for none."""
    verb, sign = read_verb(tokens[number].low)
    before = [token.low for token in tokens[start:number]]
    following = tokens[number + 1].low if number + 1 < end else ""
    has_particle = following in _PARTICLES and is_form_of(tokens[number].low, _WITH_PARTICLE) is not None
    if has_particle:
        verb, following = f"{verb} {following}", tokens[number + 2].low if number + 2 < end else ""
    right, behind = _right_sides(tokens, number + 1 + has_particle, end)
    has_helper = bool((HAVE | DO | MODALS) & set(before[-_HELPER_REACH:]))
    is_passive = _word_before(tokens, number) in BE
    is_bare = not (is_passive or has_helper or right) and _is_past(tokens[number].low)
    if is_bare and following == "by" and verb != MOVING:
        is_passive = True  # "the site chosen by Liangda"
    doer, thing = (behind.get("by", NO_SIDE), left) if is_passive else (left, right)
    if is_bare and not is_passive and following in PREPOSITIONS and verb != MOVING:
        doer = NO_SIDE  # "the lots tested at Marle"
    return Relation(
        verb,
        -sign if _is_denied(tokens, number, end, before, governor) else sign,
        doer,
        thing,
        behind,
        _reality(before, tokens[number].low, governor, is_passive),
        tokens[number].start,
        tokens[number].end,
        governor is not None,
        bool({"not", "except", "unless"} & {token.low for token in tokens[end : end + 3]}),
    )


def _right_sides(tokens: Sequence[Token], start: int, end: int) -> tuple[Side, dict[str, Side]]:
    """What a verb is followed by ("the silos of Kestrel" as one), and what stands behind each preposition."""
    bounds = [*(number for number in range(start, end) if tokens[number].low in PREPOSITIONS), end]
    joins_of = len(bounds) > 1 and tokens[bounds[0]].low == "of" and bounds[0] > start
    behind: dict[str, Side] = {}
    for cut, stop in pairwise(bounds):
        behind.setdefault(tokens[cut].low, read_side(tokens[cut + 1 : stop]))
    return read_side(tokens[start : bounds[1] if joins_of else bounds[0]]), behind


def _is_denied(
    tokens: Sequence[Token], number: int, end: int, before: Sequence[str], governor: str | None
) -> bool:
    times = sum(word in _NOT | _NONE or _is_contraction(word) for word in before)
    times -= sum(first == "no" and second in _NOT_DENYING for first, second in pairwise([*before, ""]))
    behind = [token.low for token in tokens[number + 1 : min(end, number + _CLAUSE_REACH)]]
    is_joined = "and" in behind or not _NOT_DENYING.isdisjoint(behind)
    times += not is_joined and not _NONE.isdisjoint(behind)
    if governor is not None:
        times += bool(_NOT_DOING.fullmatch(governor)) + ("yet" in before)
    return times % 2 == 1


def _reality(before: Sequence[str], verb: str, governor: str | None, is_passive: bool) -> Reality | None:
    near = set(before[-_CLAUSE_REACH:])
    if governor is not None:
        in_front = before[before.index("to") - 1] if "to" in before[1:] else governor
        if in_front in _DUE_TO:
            return Reality.DUE
        return Reality.MEANT if _MEANING_TO.fullmatch(in_front) else None
    for helpers, reality in ((_PERHAPS, Reality.PERHAPS), (_UNREAL, Reality.MEANT), (_DUE, Reality.DUE)):
        if near & helpers:
            return reality
    if is_passive:
        return Reality.SO if near & {"is", "are"} and "been" not in near else Reality.DONE
    return Reality.DONE if _is_past(verb) or "did" in near else Reality.SO
