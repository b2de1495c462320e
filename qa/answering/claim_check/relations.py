"""What a sentence says of what, by its words: a verb with what stands on its sides, active or passive."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from qa.answering.claim_check.reality import Reality, read_reality
from qa.answering.claim_check.sides import (
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
    relative_clauses,
    tokens_of,
    without_asides,
)
from qa.answering.claim_check.verb_axes import MOVING, is_form_of, read_verb, read_verb_with_particle
from qa.answering.claim_check.verb_places import (
    ARTICLES,
    MEANING_TO,
    is_contraction,
    is_coordinate,
    is_infinitive,
    is_main,
    is_past,
    is_verb,
    word_before,
)
from qa.query.countries import country_of

__all__ = ["Relation", "find_relations"]

_NOT = frozenset("not never cannot unable nor neither hardly".split())
_NONE = frozenset("no none nobody nothing".split())
_NOT_DENYING = frozenset("fewer less later more sooner doubt matter".split())  # "no fewer than"
# "took over the port" is not "took" with a preposition.
_PARTICLES = frozenset("over up down out off".split())
_WITH_PARTICLE = frozenset(
    "take took taken hand set turn call carry buy bought give gave given go went gone come came pick".split()
)
_NOT_DOING = re.compile(r"(?:fail|refus|declin)[a-z]*")
# "A heads the bank and B the fund", "A works in Oslo and B in Lund": the verb goes on without being said.
_JOINS_GAP = frozenset("and while but , ;".split())
_MAX_GAP_NAMES = 3  # words
_MOVES = frozenset("rise increase growth fall decline decrease drop reduction jump surge slump".split())
_DENYING = frozenset("deny denies denied denying dispute disputes disputed".split())  # "that"
_ENDS_HEAD = BREAKS | PREPOSITIONS - {"of"}  # what a clause behind it says something of
_SAID_OF = frozenset("it he she they we you".split())
_HELPER_REACH, _CLAUSE_REACH = 4, 6  # words


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
    is_denied: bool = False

    @property
    def moved(self) -> Side:
        """What goes up or down: the thing, or who does it where there is none."""
        return self.thing or self.doer


@lru_cache(maxsize=256)  # a sentence of the evidence is set against many claims
def find_relations(text: str) -> tuple[Relation, ...]:
    """The relations of a text in order."""
    tokens = tokens_of(without_asides(text))
    verbs = _verbs(tokens)
    return (*_read(tokens, verbs), *_read_moves(tokens, set(verbs)), *_read_relative_clauses(text))


def _verbs(tokens: Sequence[Token]) -> list[int]:
    return [number for number in range(len(tokens)) if is_verb(tokens, number)]


def _read_relative_clauses(text: str) -> Iterator[Relation]:
    """What a clause says of the words right before it: "Peru, which buys wheat from Chile,"."""
    for before, clause in relative_clauses(text):
        verbs = _verbs(before)
        start = len(before)
        while start and before[start - 1].low not in _ENDS_HEAD and start - 1 not in verbs:
            start -= 1
        tokens = [*before[start:], *clause]
        yield from _read(tokens, _verbs(tokens))


def _read(tokens: Sequence[Token], verbs: Sequence[int]) -> Iterator[Relation]:
    last: Relation | None = None
    subject = NO_SIDE
    for place, number in enumerate(verbs):
        governor = (tokens[verbs[place - 1]].low if place else "") if is_infinitive(tokens, number) else None
        after = verbs[place - 1] + 1 if place else 0
        start = number
        while start > after and not _begins_clause(tokens, start - 1, number):
            start -= 1
        subject = _read_subject(tokens, start, number, after, subject, governor is not None)
        limit = verbs[place + 1] if place + 1 < len(verbs) else len(tokens)
        end = number + 1
        while end < limit and tokens[end].low not in BREAKS and not _joins_clause(tokens, end, limit):
            end += 1
        gap = _find_gap(tokens, number, end, limit)
        stands_alone = is_main(tokens, number, verbs)
        relation = _relation(
            tokens, start, number, gap[0] if gap else end, subject, governor, stands_alone=stands_alone
        )
        if governor is not None and last is not None and last.is_denied and MEANING_TO.fullmatch(governor):
            relation = replace(relation, sign=-relation.sign)  # "is not allowed to suspend"
        following = tokens[number + 1].low if number + 1 < len(tokens) else ""
        if last is not None and is_coordinate(tokens, number):
            has_object = following in ARTICLES and not relation.thing
            moves = NO_SIDE if has_object else relation.doer  # "and close the other": not the doer
            relation = replace(relation, reality=last.reality, doer=moves)
        if start > 1 and tokens[start - 1].low == "that" and tokens[start - 2].low in _DENYING:
            relation = replace(relation, sign=-relation.sign)
        if last is not None and not relation.thing and following in {"it", "them"}:
            relation = replace(relation, thing=last.moved)
        last = relation
        yield relation
        if gap:
            yield from _fill_gap(relation, tokens, *gap)


def _read_moves(tokens: Sequence[Token], verbs: Container[int]) -> Iterator[Relation]:
    """What goes up or down, told by a noun: "a rise in exports", "the fall of 3 percent in prices"."""
    for number, token in enumerate(tokens):
        if (
            token.low not in _MOVES
            or number in verbs
            or number == 0
            or word_before(tokens, number) in {"no", "to"}
        ):
            continue
        end = number + 1
        while end < len(tokens) and tokens[end].low not in BREAKS and end not in verbs:
            end += 1
        _, behind = _right_sides(tokens, number + 1, end)
        thing = behind.get("in") or behind.get("of", NO_SIDE)
        thing = _joined(
            thing, *(behind.get(word, NO_SIDE) for word in ("from", "of"))
        )  # "in imports from Chile"
        if tokens[number + 1 : number + 2] and tokens[number + 1].low in {"in", "of"} and thing:
            sign = read_verb(token.low)[1]
            yield Relation(MOVING, sign, NO_SIDE, thing, behind, None, token.start, token.end)


def _joined(first: Side, *others: Side) -> Side:
    concepts = first.concepts.union(*(other.concepts for other in others))
    return replace(first, concepts=concepts, names=first.names.union(*(other.names for other in others)))


def _read_subject(
    tokens: Sequence[Token], start: int, verb: int, after: int, subject: Side, has_to: bool
) -> Side:
    """What stands before a verb in its clause; the subject of the verb before where they share it."""
    left = read_side(tokens[start:verb])
    if (after and start == after and not has_to) or (verb and tokens[verb - 1].low in _SAID_OF):
        left = NO_SIDE  # what follows one verb does not do the next
    return subject if after and _shares_subject(tokens, start, verb, left, has_to) else left


def _find_gap(tokens: Sequence[Token], verb: int, end: int, limit: int) -> tuple[int, int, int, int] | None:
    """Where another does the same without a verb: the ends of what is done, of who does it, and of it all."""
    for number in range(verb + 1, min(end + 1, limit)):
        if tokens[number].low not in _JOINS_GAP:
            continue
        first = number + 1
        while first < limit and tokens[first].low in {"and", "while", "but"}:
            first += 1
        last = first
        while last < limit and last - first <= _MAX_GAP_NAMES and tokens[last].text[0].isupper():
            last += 1
        if first == last or last == limit:
            continue
        is_place = tokens[last].low in PREPOSITIONS - {"of", "by"}
        is_figure = tokens[last].text[0].isdigit() and any(
            token.text[0].isdigit() for token in tokens[verb + 1 : number]
        )
        if tokens[last].low not in ARTICLES and not is_place and not is_figure:
            continue
        if is_place and tokens[last].low not in {token.low for token in tokens[verb + 1 : number]}:
            continue
        stop = last + 1
        while stop < limit and tokens[stop].low not in BREAKS:
            stop += 1
        if stop < limit or limit == len(tokens):
            return number, first, last, stop
    return None


def _fill_gap(
    relation: Relation, tokens: Sequence[Token], end: int, first: int, last: int, stop: int
) -> Iterator[Relation]:
    thing, behind = _right_sides(tokens, last, stop)
    shared = {word for word in behind if behind[word].names and relation.behind.get(word, NO_SIDE).names}
    if bool(thing) != bool(relation.thing) and not shared:
        return
    doer = read_side(tokens[first:last])
    yield replace(relation, doer=doer, thing=thing or relation.thing, behind=behind)


def _begins_clause(tokens: Sequence[Token], number: int, verb: int) -> bool:
    if tokens[number].low == "and":
        first = tokens[number + 1]
        is_subject = (
            first.text[0].isupper() or first.low in ARTICLES or not read_side(tokens[number + 1 : verb])
        )
        return verb - number < _HELPER_REACH and is_subject
    return tokens[number].low in BREAKS


def _shares_subject(tokens: Sequence[Token], start: int, verb: int, left: Side, has_to: bool) -> bool:
    """Whether a verb has the subject of the one before: "lifted one and kept the other", "plans to build"."""
    if left or any(token.low in PRONOUNS for token in tokens[start:verb]):
        return False
    return has_to or (start > 0 and tokens[start - 1].low in {"and", "but", ",", "then"})


def _joins_clause(tokens: Sequence[Token], number: int, limit: int) -> bool:
    """Whether "and" joins another clause, whose verb is near."""
    return tokens[number].low == "and" and limit < len(tokens) and limit - number <= _CLAUSE_REACH


def _relation(
    tokens: Sequence[Token],
    start: int,
    number: int,
    end: int,
    left: Side,
    governor: str | None,
    *,
    stands_alone: bool,
) -> Relation:
    """The relation of the verb of a number; `governor` is the verb before an infinitive, None for none."""
    verb, sign = read_verb(tokens[number].low)
    before = [token.low for token in tokens[start:number] if token.text != "May"]
    following = tokens[number + 1].low if number + 1 < end else ""
    has_particle = following in _PARTICLES and is_form_of(tokens[number].low, _WITH_PARTICLE) is not None
    if has_particle:
        verb, sign = read_verb_with_particle(tokens[number].low, following)
        following = tokens[number + 2].low if number + 2 < end else ""
    right, behind = _right_sides(tokens, number + 1 + has_particle, end)
    has_helper = bool((HAVE | DO | MODALS) & set(before[-_HELPER_REACH:]))
    is_passive = word_before(tokens, number) in BE and not tokens[number].low.endswith("ing")
    is_bare = not (is_passive or has_helper or right) and is_past(tokens[number].low)
    if is_bare and following == "by" and verb != MOVING:
        is_passive = True  # "the site chosen by Liangda"
    doer, thing = (behind.get("by", NO_SIDE), left) if is_passive else (left, right)
    is_aside = (
        is_bare and not is_passive and following in PREPOSITIONS and verb != MOVING and not stands_alone
    )
    if is_aside and not _is_country(tokens[start:number]):
        doer = NO_SIDE  # "the lots tested at Marle"
    is_denied = _is_denied(tokens, number, end, before, governor)
    return Relation(
        verb,
        -sign if is_denied else sign,
        doer,
        thing,
        behind,
        read_reality(before, tokens[number].low, governor, is_passive),
        tokens[number].start,
        tokens[number].end,
        governor is not None,
        _is_wished(tokens, number)
        or bool({"not", "except", "unless"} & {token.low for token in tokens[end : end + 3]}),
        is_denied,
    )


def _is_country(tokens: Sequence[Token]) -> bool:
    """Whether words are a country alone, of which no verb is an aside: "Canada objected to how"."""
    return country_of(tuple(token.text for token in tokens)) is not None


def _is_wished(tokens: Sequence[Token], number: int) -> bool:
    """Whether a verb stands behind "be" alone: "recommends that the duty be abolished"."""
    helper = word_before(tokens, number)
    if helper != "be" or number == 0:
        return False
    place = max(at for at in range(number) if tokens[at].low == "be")
    return word_before(tokens, place) not in MODALS


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
    times = sum(word in _NOT | _NONE or is_contraction(word) for word in before)
    times -= sum(first == "no" and second in _NOT_DENYING for first, second in pairwise([*before, ""]))
    behind = [token.low for token in tokens[number + 1 : min(end, number + _CLAUSE_REACH)]]
    is_joined = "and" in behind or not _NOT_DENYING.isdisjoint(behind)
    times += not is_joined and not _NONE.isdisjoint(behind)
    if governor is not None:
        times += bool(_NOT_DOING.fullmatch(governor)) + ("yet" in before)
    return times % 2 == 1
