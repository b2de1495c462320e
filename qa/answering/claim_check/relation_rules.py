"""What a claim says of somebody or something, set against what the evidence says with the same verb.

Each rule yields the places of the claim's words that the evidence contradicts. All need a verb, or a noun of
trade, that both have, or one by which something expected comes: what is said in other words is left to the
model.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from qa.answering.claim_check.reality import Reality
from qa.answering.claim_check.relations import Relation, find_relations
from qa.answering.claim_check.sides import (
    BREAKS,
    NO_SIDE,
    PREPOSITIONS,
    Side,
    Token,
    read_side,
    tokens_of,
)
from qa.answering.claim_check.verb_axes import MOVING, MOVING_ITSELF, read_verb
from qa.answering.polarity.concepts import concept
from qa.schema import Span

__all__ = ["denied_or_opposite", "more_certain", "other_doers", "other_partners", "swapped_roles"]

_GIVING, _TAKING, _EITHER_WAY = (
    frozenset(read_verb(word)[0] for word in row.split())
    for row in (
        "export ship sell deliver send supply lend pay give grant offer donate transfer provide furnish "
        "contribute award",
        "import buy get receive take borrow obtain",
        # "Tell A from B" is the same as "tell B from A".
        "tell distinguish compare separate differ trade meet agree share",
    )
)
_SPEAKING = frozenset(read_verb(word)[0] for word in "say tell reply report announce state explain".split())
_HAPPENING = frozenset(
    read_verb(word)[0] for word in "come arrive issue publish deliver hold make give occur happen".split()
)
_AWAITING = frozenset(read_verb(word)[0] for word in "expect schedule await foresee".split())
_DID_SO = re.compile(r"\bd(?:id|one) (?:so|it)\b", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_GIVEN = frozenset("exports export sales shipments deliveries supplies loan loans payments aid".split())
_TAKEN = frozenset("imports import purchases".split())
_REQUESTING, _ASKING = read_verb("request")[0], read_verb("ask")[0]
_LOANS = frozenset(concept(word) for word in "loan loans credit grant aid money subsidy".split())
_FLOW = "flow"  # the first gives, the second takes
_PAIRED_BY = ("to", "from", "for", "against", "with", "of", "on", "over")
_OWNER_REACH, _NOUN_REACH = 4, 14
_ENDS_PHRASE = frozenset("is are was were will has have had rose fell grew and".split())
# A claim that is itself a perhaps says no more than one.
_HEDGED = re.compile(
    r"\b(?:if|unless|why|whether|perhaps|likely|unlikely|possibl[ey]|(?-i:may)|might|could|would|should|(?:plan|propos|expect|"
    r"intend|want|hop|consider|ask|request|call)(?:e|ed|es|s|al|als|ing|ned|ning)?|draft|bill)\b",
    re.IGNORECASE,
)

# What holds before may not hold after: only what is limited alike is set against each other.
_LIMIT = re.compile(
    r"\b(?:before|after|since|until|except|unless|only|without|other|instead|again|first|initially|formerly|"
    r"previously|yet|still|later|finally|eventually)\b",
    re.IGNORECASE,
)


class _Pair(NamedTuple):
    """Two that stand in a relation which is another one if they change places."""

    key: str
    first: Side
    second: Side

    def is_swapped(self, other: "_Pair") -> bool:
        return self.first.meets(other.second) and self.second.meets(other.first)

    def is_same(self, other: "_Pair") -> bool:
        return self.first.meets(other.first) and self.second.meets(other.second)


def swapped_roles(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Who has the place of whom: "Chile sued Peru" of "Peru sued Chile", also passive, "buy" of "sell"."""
    known = [pair for line in evidence for pair in _pairs(line)]
    pairs = list(_pairs(text))
    for pair in pairs:
        if any(other.key == pair.key and pair.is_swapped(other) for other in pairs):
            continue  # both ways
        alike = [other for other in known if other.key == pair.key]
        if any(map(pair.is_swapped, alike)) and not any(map(pair.is_same, alike)):
            yield from (Span(side.start, side.end) for side in (pair.first, pair.second))


def _pairs(text: str) -> Iterator[_Pair]:
    for relation in find_relations(text):
        yield from _pairs_of(relation)
    yield from _pairs_of_nouns(tokens_of(text))


def _pairs_of(relation: Relation) -> Iterator[_Pair]:
    verb, doer, thing, behind = relation.verb, relation.doer, relation.thing, relation.behind
    key = verb if relation.sign > 0 else f"not {verb}"
    sides = [(key, doer, thing)]
    if verb not in _EITHER_WAY:
        sides += [(f"{key} {word}", doer, behind.get(word, NO_SIDE)) for word in _PAIRED_BY]
        if verb not in _GIVING | _TAKING:  # "granted access to its waters" and "access was granted to"
            sides += [(f"thing {key} {word}", thing, behind.get(word, NO_SIDE)) for word in _PAIRED_BY]
        sides.append((_FLOW, behind.get("from", NO_SIDE), behind.get("to", NO_SIDE)))
    if verb == _REQUESTING and behind.get("from"):
        sides.append((_ASKING, doer, behind["from"]))  # "requested records from Peru"
    if not _LOANS.isdisjoint(behind.get("with", NO_SIDE).concepts):
        sides.append((_FLOW, behind.get("from", NO_SIDE), doer))  # "with a loan from the bank"
    if verb in _GIVING:
        named = thing if thing.names else NO_SIDE  # "lent Velland 60 million", "supplied Chile with"
        sides.append((_FLOW, doer, behind.get("to") or named))
    if verb in _TAKING:
        sides += [(_FLOW, behind.get(word, NO_SIDE), doer) for word in ("from", "of")]
    # What both have tells neither from the other.
    told = ((name, first.without(second), second.without(first)) for name, first, second in sides)
    return (_Pair(*side) for side in told if side[1] and side[2])


def _pairs_of_nouns(tokens: Sequence[Token]) -> Iterator[_Pair]:
    """Who gives and who takes, by nouns: "Chile's exports to Peru", "purchases from Peru by Chile".

    Or by names alone: "from Peru to Chile".
    """
    for number, token in enumerate(tokens):
        behind = _behind_noun(tokens[number + (token.low != "from") : number + _NOUN_REACH])
        if token.low == "from" and behind["from"].names and behind.get("to", NO_SIDE).names:
            yield _Pair(_FLOW, behind["from"], behind["to"])
        if token.low not in _GIVEN | _TAKEN:
            continue
        owner = _owner(tokens[max(0, number - _OWNER_REACH) : number], token)
        giver, taker = behind.get("from", NO_SIDE), behind.get("to", NO_SIDE) or behind.get("into", NO_SIDE)
        if token.low in _GIVEN:
            giver = giver or behind.get("by", NO_SIDE) or owner
        else:
            taker = taker or behind.get("by", NO_SIDE) or owner
        if giver and taker:
            yield _Pair(_FLOW, giver, taker)


def _owner(tokens: Sequence[Token], noun: Token) -> Side:
    """The name in front of a noun, with its place."""
    for token in reversed(tokens):
        if token.low in BREAKS | PREPOSITIONS | {"and", "the"}:
            break
        if token.text[0].isupper():
            name = read_side([token]).concepts
            return Side(name, name, token.start, noun.end)
    return NO_SIDE


def _behind_noun(tokens: Sequence[Token]) -> dict[str, Side]:
    behind: dict[str, Side] = {}
    word, phrase = "", list[Token]()
    for token in tokens:
        is_end = token.low in BREAKS | _ENDS_PHRASE
        if is_end or token.low in PREPOSITIONS:
            behind.setdefault(word, read_side(phrase))
            word, phrase = token.low, []
        if is_end:
            return behind
        phrase.append(token)
    behind.setdefault(word, read_side(phrase))
    return behind


def denied_or_opposite(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Verbs that the evidence denies of the same, or has the opposite of: "fell" of "rose"."""
    limits = _limits(text)
    known = _relations(line for line in evidence if _limits(line) == limits)
    for own in find_relations(text):
        alike = [other for other in known if other.verb == own.verb]
        against = [
            other
            for other in alike
            if other.sign != own.sign and not other.is_partial and _is_same(own, other)
        ]
        for_it = [other for other in alike if other.sign == own.sign and _may_be_same(own, other)]
        if against and all(_is_only_of_same_name(own, other) for other in for_it):
            for_it = []  # "Chile's area shrank" says nothing of Chile's output
        if against and not own.is_partial and not for_it:
            yield Span(own.start, own.end)


def _is_only_of_same_name(own: Relation, other: Relation) -> bool:
    """Whether what moves in two relations has a name in common, and each has something else of its own."""
    if own.verb != MOVING:
        return False
    first, second = own.moved, other.moved
    return bool(
        first.names & second.names
        and not (first.concepts & second.concepts) - first.names
        and first.concepts - first.names
        and second.concepts - second.names
    )


def _limits(text: str) -> set[str]:
    return {match[0].casefold() for match in _LIMIT.finditer(text)}


def more_certain(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Verbs of what is said to be so, or done, and in the evidence is only planned, possible or to come."""
    if _HEDGED.search(text):
        return
    evidence = [line for line in evidence if not _DID_SO.search(line)]
    figures = set(_FIGURE.findall(text))
    known = [
        (one, figures <= set(_FIGURE.findall(line))) for line in evidence for one in find_relations(line)
    ]
    for own in find_relations(text):
        happens = own.verb in _HAPPENING and own.reality == Reality.DONE
        happens = happens and not any(one.verb == own.verb and one.reality == own.reality for one, _ in known)
        if happens and any(_is_awaited(other) and other.thing.meets(own.moved) for other, _ in known):
            yield Span(own.start, own.end)
            continue
        # "1,270 are connected" is not "all 2,148 are to be connected".
        alike = _alike(own, (one for one, is_told in known if is_told))
        alike = [other for other in alike if _may_be_same(own, other)]
        if any(_is_same(own, other) for other in alike) and all(_says_more(own, other) for other in alike):
            yield Span(own.start, own.end)


def _is_awaited(relation: Relation) -> bool:
    """Whether something is expected, and nothing more is said of it: "a ruling is expected in May"."""
    return relation.verb in _AWAITING and relation.sign > 0 and relation.reality == Reality.SO


def _says_more(own: Relation, other: Relation) -> bool:
    if own.reality is None or other.reality is None:
        return False
    if own.reality == Reality.DUE:
        return other.reality == Reality.PERHAPS
    if own.reality == Reality.SO:
        return other.reality <= Reality.MEANT  # what is due may be put in the present
    return own.reality == Reality.DONE and other.reality <= Reality.DUE


def other_doers(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Who does in a claim what in the evidence others do, though it has them in another part."""
    known = _relations(evidence)
    named = {
        name
        for one in known
        for side in (one.doer, one.thing, *one.behind.values())
        for name in side.concepts
    }
    for own in find_relations(text):
        alike = _alike(own, known)
        if own.verb == MOVING or own.is_infinitive or not own.doer or not alike or own.verb in _SPEAKING:
            continue
        if all(_does_instead(other, own) for other in alike) and own.doer.concepts <= named:
            yield Span(own.doer.start, own.doer.end)


def _does_instead(other: Relation, own: Relation) -> bool:
    if not other.doer or other.is_infinitive or other.doer.meets(own.doer):
        return False
    if not own.thing and other.thing.meets(own.doer):
        return False  # "the duty ended the surplus" and "the surplus ended"
    if own.thing and own.doer.concepts | own.thing.concepts <= other.thing.concepts:
        return False  # "Ann heads Quayline and Ben Harlow": who has what can't be told
    return all(first.meets(second) for word, first, second in _places(own, other) if word in {"in", "at"})


def _places(own: Relation, other: Relation) -> Iterator[tuple[str, Side, Side]]:
    """What stands behind the same prepositions in both, where both have names."""
    for word, side in own.behind.items():
        if side.names and other.behind.get(word, NO_SIDE).names:
            yield word, side, other.behind[word]


def other_partners(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Of several who do the like, what another has to do with: "Ann heads the fund" of "Ben the fund"."""
    known = _relations(evidence)
    for own in find_relations(text):
        alike = [other for other in _alike(own, known) if other.doer]
        for name, side in (("", own.thing), *own.behind.items()):
            others = [
                (other.doer, other.thing if not name else other.behind.get(name, NO_SIDE)) for other in alike
            ]
            if not own.doer or not side or not all(other for _, other in others):
                continue
            own_others = [other for doer, other in others if doer.meets(own.doer)]
            has_another = any(other.meets(side) and not doer.meets(own.doer) for doer, other in others)
            if own_others and has_another and not any(other.meets(side) for other in own_others):
                yield from (Span(own.doer.start, own.doer.end), Span(side.start, side.end))


def _relations(lines: Iterable[str]) -> list[Relation]:
    return [relation for line in lines for relation in find_relations(line)]


def _alike(own: Relation, known: Iterable[Relation]) -> list[Relation]:
    """Those with the same verb, of which neither is denied where the other is not."""
    return [other for other in known if (other.verb, other.sign) == (own.verb, own.sign)]


def _is_same(own: Relation, other: Relation) -> bool:
    """Whether two relations are of the same, as far as can be told: what is moved, or both sides."""
    if own.verb in MOVING_ITSELF:
        return own.moved.meets(other.moved) and _is_of_same_places(own, other)
    if own.thing and other.thing:
        return own.thing.meets(other.thing) and (not (own.doer and other.doer) or own.doer.meets(other.doer))
    return not own.thing and not other.thing and own.doer.meets(other.doer)


def _is_of_same_places(own: Relation, other: Relation) -> bool:
    """Whether the names behind a verb are in another relation, if that has any."""
    names = {name for side in (other.doer, other.thing, *other.behind.values()) for name in side.names}
    return not names or all(not side.names or side.names & names for side in own.behind.values())


def _may_be_same(own: Relation, other: Relation) -> bool:
    """Whether nothing speaks against two relations being of the same."""
    if own.verb in MOVING_ITSELF:
        return not own.moved or not other.moved or own.moved.meets(other.moved)
    sides = [(own.thing, other.thing), (own.doer, other.doer), *(pair for _, *pair in _places(own, other))]
    return all(not first or not second or first.meets(second) for first, second in sides)
