"""Comparisons, orders in time, ways up and down, figures and scopes of a claim, set against the evidence's.

Each rule yields the places of the claim's words that the evidence contradicts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from qa.answering.claim_check.sides import BREAKS, Token, parts_between, tokens_of, without_asides
from qa.answering.polarity.clauses import find_concepts, find_terms
from qa.answering.polarity.concepts import concept
from qa.query.conditions.periods import MONTHS, WEEKDAYS
from qa.schema import Span
from qa.text.terms import FUNCTION_WORDS, NUMBER_WORDS

__all__ = [
    "Order",
    "find_orders",
    "find_ways",
    "other_ways",
    "swapped_contrasts",
    "swapped_figures",
    "swapped_orders",
    "swapped_steps",
    "widened_scope",
    "without_conditions",
]

_SIGNS = dict.fromkeys(
    "more larger bigger higher greater longer dearer stronger earlier faster quicker".split(), 1
)
_SIGNS |= dict.fromkeys("less fewer smaller lower shorter cheaper weaker later slower".split(), -1)
_ORDERS = {"before": ("before", 1), "after": ("before", -1), "above": ("above", 1), "below": ("above", -1)}
_NUMBER_ORDERS = {"over": ("above", 1), "under": ("above", -1)}
# Causes come first, too: what is named behind the first of these, and before the second.
_CAUSES = re.compile(
    r"\b(?:(?P<effect>because(?: of)?|owing to|(?<!is )(?<!are )(?<!was )(?<!were )due to|thanks to|"
    r"in the wake of|as a (?:result|consequence) of|(?:result(?:s|ed)?|stem(?:s|med)?) from|follow(?:s|ed)|"
    r"(?:is|are|was|were|been) (?:caused|triggered|prompted|brought about|driven|preceded) by)|"
    r"(?P<cause>(?:leads?|led) to|caused|causes|result(?:s|ed)? in|(?:brings?|brought) about|triggers|"
    r"triggered|prompts|prompted|gives? rise to|gave rise to|preceded|"
    r"(?:is|are|was|were|been) followed by|so)(?= ))\b",
    re.IGNORECASE,
)
_ORDER_BREAKS = BREAKS - {"that", "which", "who"}
_THAN_REACH = 7  # words between "more" and "than"
_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|rather|instead)\b|n['’]t\b",
    re.IGNORECASE,
)
_TURNS_ROUND = re.compile(
    rf"{_NOT.pattern}|\b(?:fail\w*|refus\w*|despite|unless|stop\w*|ceas\w*|end(?:s|ed)?)\b", re.IGNORECASE
)

_UP = frozenset(
    """rise rises rose risen rising raise raises raised raising increase increases increased increasing grow
    grows grew grown growing growth climb climbs climbed climbing jump jumped hike hiked expand expanded
    widen widens widened widening soar soared surge surged lengthened""".split()
)
_DOWN = frozenset(
    """fall falls fell fallen falling lower lowers lowered lowering reduce reduces reduced reducing reduction
    cut cuts cutting decline declines declined declining decrease decreases decreased shrink shrinks shrank
    shrunk narrow narrows narrowed narrowing slump slumped sank sunk slid slides slipped slashed trimmed
    dipped dwindled halved shortened""".split()
)
# What may tell a way, too: enough to leave it open, or to go against it in the evidence.
_MAYBE_UP = _UP | frozenset("gain gained gains higher up more".split())
_MAYBE_DOWN = _DOWN | frozenset("lower down less fewer drop dropped drops dropping smaller lost".split())
_NO_WAY = re.compile(
    r"\b(?:(?:falls?|fallen|falling|fell) (?:due|through|under|within|outside|to (?:the|an?|its)\b)|cut off|"
    r"(?:no|nothing) (?:less|fewer|more|longer|higher|larger|lower)|rather than|(?:up|down)(?! from| by)|"
    r"raise[sd]? (?:the )?(?:question|issue|matter|concern|objection|money|capital|funds)s?|"
    r"(?:an?|the) (?:reduced|lowered|raised|increased|growing|rising))\b",
    re.IGNORECASE,
)
_GOES = re.compile(
    r"\b(?:go|goes|going|went|gone|move|moves|moving|moved) (?:up|(?P<down>down))\b"
    r"(?! (?:against|for|to the)\b)",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_MIN_SHARED = 0.5  # of the other terms of a claim, for the evidence to speak of the same

_FIGURE = r"(?<![\w.,])\d[\d.,]{0,15}?(?![\d]|[.,]\d)"
_STEP = re.compile(
    rf"\bfrom [$€£]?(?P<from1>{_FIGURE})(?:(?! to )[^.;]){{0,40}} to [$€£]?(?P<to1>{_FIGURE})|"
    rf"\bto [$€£]?(?P<to2>{_FIGURE})(?:(?! from )[^.;]){{0,40}} from [$€£]?(?P<from2>{_FIGURE})|"
    rf"(?P<to3>{_FIGURE})[^.;\d]{{0,60}} (?:down|up) from [$€£]?(?P<from3>{_FIGURE})"
)

_PART_BREAK = re.compile(r"[,;:]\s|\s(?:and|while|whereas|but|against|with|by contrast)\s")
_PART_FIGURE = re.compile(rf"{_FIGURE}|\b(?:{'|'.join(word for word in NUMBER_WORDS if word != 'one')})\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAME = re.compile(r"[A-Z][\w-]+")
_ROW = re.compile(r"[^.:;]{1,40}: [^.;]*;")
_NO_NAMES = FUNCTION_WORDS | frozenset((*MONTHS, *WEEKDAYS))

_CONTRAST = re.compile(
    r"(?P<kept>(?:[\w’'-]{1,40} ){0,2}[\w’'-]{1,40})(?:, not|,? (?:rather than|instead of|and not|but not)) "
    r"(?P<out>[\w’'-]{1,40}(?: [\w’'-]{1,40}){0,3})"
)
_ALL = re.compile(
    r"\b(?:all|every|each|entire|entirely|always|unanimous(?:ly)?|fully|completely)\b", re.IGNORECASE
)
_WHOLE = re.compile(rf"{_ALL.pattern}|\b(?:whole|both|none|no one|nobody|never)\b", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:most|mostly|some|many|several|few|half|majority|mainly|largely|partly|often|usually|nearly|almost|"
    r"virtually|not every|rarely|seldom|sometimes|occasionally|except)\b",
    re.IGNORECASE,
)
_ALMOST_ALL = re.compile(
    r"\b(?:almost|nearly|virtually|practically|not) (?:all|every|everything|everybody|each|entirely|fully|"
    r"completely|always|the (?:whole|entire))\b",
    re.IGNORECASE,
)
_NOT_OF_SCOPE = re.compile(r"\b(?:at all|all but|after all|above all|all the|first of all)\b", re.IGNORECASE)


_UNCONDITIONAL = re.compile(
    r"\b(?:whenever|whatever|whichever|whomever|however (?:often|much|many|long|far|large|small|little|few)|"
    r"no (?:other )?(?:strings|conditions)(?: attached)?|regardless|irrespective|"
    r"in (?:any|every|all) (?:case|event)s?|no matter|whether or not|at any time|unconditional(?:ly)?|"
    r"as soon as|automatically|"
    r"even (?:if|when|without)|without (?:further|any|another|(?P<doing>[a-z]{3,20}ing))\b)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|where|when|once|unless|provided|only|as long as|on condition|subject to|until|after|"
    r"before|within|except|at (?:most|least)|no (?:more|fewer|less|later) than|needs?|must|shall)\b",
    re.IGNORECASE,
)
_OWN_CONDITION = re.compile(r"\b(?:if|unless|provided|only|as long as|except)\b", re.IGNORECASE)


class Order(NamedTuple):
    """A comparison or an order in time: its kind, 1 or -1, what stands on its sides, and its place."""

    kind: str
    sign: int
    left: frozenset[str]
    right: frozenset[str]
    place: Span

    def agrees(self, other: "Order") -> bool | None:
        """Whether another says the same, with its sides in either order; None if that can't be told."""
        straight = self.left & other.left and self.right & other.right
        crossed = self.left & other.right and self.right & other.left
        if bool(straight) == bool(crossed):
            return None
        return (self.sign == other.sign) == bool(straight)


def swapped_orders(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Orders the other way round: "before" for "after", "less than" for "more than", or the sides changed."""
    if _NOT.search(text):
        return
    known = [order for line in evidence if not _NOT.search(line) for order in find_orders(line)]
    for own in find_orders(text):
        verdicts = [own.agrees(other) for other in known if other.kind == own.kind]
        if verdicts and all(verdict is False for verdict in verdicts):
            yield own.place


def find_orders(text: str, than_reach: int = _THAN_REACH) -> Iterator[Order]:
    """The comparisons and orders in time of a text, in order."""
    causes = {match.start(): match for match in _CAUSES.finditer(text)}
    tokens = _with_causes(text, causes)
    for number, token in enumerate(tokens):
        if token.start in causes:
            kind, sign = "before", 1 if causes[token.start]["cause"] else -1
        elif token.low == "than":
            signs = [_SIGNS[t.low] for t in tokens[max(0, number - than_reach) : number] if t.low in _SIGNS]
            kind, sign = ("than", signs[0]) if len(signs) == 1 else ("", 0)
        else:
            is_limit = number + 1 < len(tokens) and tokens[number + 1].text[0].isdigit()
            kind, sign = {**_ORDERS, **(_NUMBER_ORDERS if is_limit else {})}.get(token.low, ("", 0))
        if not kind:
            continue
        start = _clause_start(tokens, number)
        end = _clause_end(tokens, number + 1)
        if start > 1 and token.start in causes and not _said(tokens[start:number]):
            start = _clause_start(tokens, start - 1)  # "a fire, which led to", "a fire, so"
        left = _said(tokens[start:number])
        if not left and tokens[end : end + 1] and tokens[end].low == ",":  # "After the strike, prices rose"
            left = _said(tokens[end + 1 : _clause_end(tokens, end + 1)])
        right = _said(tokens[number + 1 : end])
        # What both sides have tells neither from the other.
        yield Order(kind, sign, left - right, right - left, Span(token.start, token.end))


def _with_causes(text: str, causes: Mapping[int, re.Match[str]]) -> list[Token]:
    """The tokens of a text, the words for a cause as one."""
    tokens: list[Token] = []
    for token in tokens_of(text):
        match = causes.get(token.start)
        if match is not None:
            tokens.append(Token(match[0], match[0].casefold(), *match.span()))
        elif not tokens or token.start >= tokens[-1].end:
            tokens.append(token)
    return tokens


def _clause_start(tokens: Sequence[Token], number: int) -> int:
    while number > 0 and tokens[number - 1].low not in _ORDER_BREAKS:
        number -= 1
    return number


def _clause_end(tokens: Sequence[Token], number: int) -> int:
    while number < len(tokens) and tokens[number].low not in _ORDER_BREAKS:
        number += 1
    return number


def _said(tokens: Sequence[Token]) -> frozenset[str]:
    kept = [token for token in tokens if token.low not in FUNCTION_WORDS and token.low not in _SIGNS]
    return frozenset(concept(token.text) for token in kept if token.text[0].isalnum())


def other_ways(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Words of one way, up or down, where the evidence, about the same, has only words of the other."""
    own = list(find_ways(text))
    if not own or any(_TURNS_ROUND.search(line) for line in (text, *evidence)):
        return
    sides = {sign for sign, _ in find_ways(text, _MAYBE_UP, _MAYBE_DOWN)}
    known = {sign for line in evidence for sign, _ in find_ways(line, _MAYBE_UP, _MAYBE_DOWN)}
    if len(sides) != 1 or known != {-sign for sign in sides}:
        return
    said = {name for line in evidence for name in find_concepts(line)}
    places = {place.start for _, place in own}
    others = [term for term in find_terms(text) if term.start not in places]
    if sum(term.concept in said for term in others) >= _MIN_SHARED * len(others):
        yield from (place for _, place in own)


def find_ways(
    text: str, up: frozenset[str] = _UP, down: frozenset[str] = _DOWN
) -> Iterator[tuple[int, Span]]:
    """The words of a text for a way up, 1, or down, -1, with their places."""
    for match in _GOES.finditer(text):
        yield (-1 if match["down"] else 1), Span(*match.span())
    plain = _NO_WAY.sub(lambda match: " " * len(match[0]), _GOES.sub(lambda match: " " * len(match[0]), text))
    for match in _LETTERS.finditer(plain):
        word = match[0].casefold()
        if word in up or word in down:
            yield (1 if word in up else -1), Span(*match.span())


def swapped_steps(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Steps the other way round: "from 31 to 24" where the evidence has "from 24 to 31"."""
    known = {step for line in evidence for step, _ in _steps(line)}
    for (before, after), place in _steps(text):
        if before != after and (after, before) in known and (before, after) not in known:
            yield place


def _steps(text: str) -> Iterator[tuple[tuple[str, str], Span]]:
    for match in _STEP.finditer(text):
        found = match.groupdict()
        before, after = (
            next(found[f"{end}{n}"] for n in (1, 2, 3) if found[f"{end}{n}"]) for end in ("from", "to")
        )
        yield (before, after), Span(*match.span())


def swapped_figures(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """The figure of another name: "Chile took 5, Peru 7" of "Chile took seven, Peru 5"."""
    parts = [part for line in evidence if not _ROW.match(line) for part in _parts(line)]
    names_of: dict[str, list[set[str]]] = {}
    for figures, names, _ in parts:
        for figure in figures:
            names_of.setdefault(figure, []).append(names if len(figures) == 1 else set())
    for figures, names, place in _parts(text):
        known = names_of.get(figures[0], []) if len(figures) == 1 else []
        if not known or not all(known) or any(names & others for others in known):
            continue
        elsewhere = [others for other, lists in names_of.items() if other != figures[0] for others in lists]
        if any(names & others for others in elsewhere):
            yield place


def _parts(text: str) -> Iterator[tuple[list[str], set[str], Span]]:
    """The parts of a sentence between commas and the like: figures but years, and names."""
    plain = without_asides(text)
    for start, end in parts_between(_PART_BREAK, plain):
        part = plain[start:end]
        if not part:
            continue
        written = [match[0] for match in _PART_FIGURE.finditer(part) if not _YEAR.fullmatch(match[0])]
        figures = [str(NUMBER_WORDS.get(figure, figure)) for figure in written]
        names = {concept(match[0]) for match in _NAME.finditer(part) if match[0].casefold() not in _NO_NAMES}
        yield figures, names, Span(start, end)


def swapped_contrasts(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """What is told from what, the other way round: "customs, not the agency" of "the agency, not customs"."""
    known = [_contrasted(match) for line in evidence for match in _CONTRAST.finditer(line)]
    for match in _CONTRAST.finditer(text):
        kept, out = _contrasted(match)
        if any(kept & lost and out & held and not kept & held for held, lost in known):
            yield Span(*match.span())


def _contrasted(match: re.Match[str]) -> tuple[frozenset[str], frozenset[str]]:
    kept, out = _said(tokens_of(match["kept"])), _said(tokens_of(match["out"]))
    return kept - out, out - kept


def widened_scope(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Words for all of something where the evidence has some or most of it."""
    found = _ALL.search(text)
    if not found or _PART.search(text) or _NOT_OF_SCOPE.search(text):
        return
    whole = (_WHOLE.search(_ALMOST_ALL.sub(" ", line)) for line in evidence)
    if any(map(_PART.search, evidence)) and not any(whole):
        yield Span(*found.span())


def without_conditions(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Words for no condition ("whenever", "without asking") where the evidence, about the same, sets one."""
    found = _UNCONDITIONAL.search(text)
    if not found or _OWN_CONDITION.search(_UNCONDITIONAL.sub(" ", text)):
        return
    if any(map(_UNCONDITIONAL.search, evidence)) or any(map(_WHOLE.search, evidence)):
        return
    said = {term.concept for line in evidence if _CONDITION.search(line) for term in find_terms(line)}
    if found["doing"] and concept(found["doing"]) not in said:
        return  # "without leaving the branch" is "within it"
    terms = [term for term in find_terms(text) if not found.start() <= term.start < found.end()]
    if sum(term.concept in said for term in terms) >= _MIN_SHARED * max(1, len(terms)):
        yield Span(*found.span())
