"""Words of a claim whose opposites are in the evidence's place: "exporting rice" of "importing rice"."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from qa.answering.claim_check.sides import BE, parts_between, tokens_of
from qa.answering.claim_check.verb_axes import is_form_of
from qa.answering.polarity.concepts import concept
from qa.schema import Span
from qa.text.terms import FUNCTION_WORDS

__all__ = ["opposite_words"]

# Two sides to a row; a word may be in several rows. Of what one gives and another takes both may be said.
_CONVERSE = (
    ("import importer", "export exporter"),
    ("buy buyer purchase", "sell seller sale"),
    ("borrow borrower", "lend lender"),
    ("win winner", "lose loser"),
    ("creditor", "debtor"),
    ("arrive arrival", "depart departure"),
    ("entry enter inflow inbound incoming", "exit outflow outbound outgoing"),
)
_OTHERS = (
    ("begin start launch commence", "end expire lapse stop cease finish"),
    ("resume restart", "suspend halt stop interrupt"),
    ("keep retain continue maintain", "scrap drop abolish abandon stop halt discontinue end"),
    ("adopt approve ratify endorse accept pass", "reject veto repeal dismiss refuse"),
    ("grant", "refuse deny revoke withdraw"),
    ("allow permit authorise authorize", "ban prohibit forbid outlaw"),
    ("include cover subject", "exempt exclude"),
    ("open reopen", "close shut"),
    ("join", "leave quit withdraw"),
    ("impose introduce reinstate", "lift abolish scrap remove waive"),
    ("support back", "oppose"),
    ("tighten", "loosen relax ease"),
    ("extend prolong lengthen", "shorten"),
    ("hire recruit", "dismiss fire"),
    ("confirm", "deny"),
    ("succeed", "fail"),
    ("accelerate", "slow"),
    ("appreciate", "depreciate"),
    ("surplus", "deficit"),
    ("profit", "loss"),
    ("minimum", "maximum"),
    ("optional voluntary", "compulsory mandatory obligatory"),
    ("wholesale", "retail"),
    ("domestic", "foreign"),
)
_LISTED = frozenset(word for row in (*_CONVERSE, *_OTHERS) for side in row for word in side.split())

_CLAUSE_BREAK = re.compile(
    r"[,;:—()]\s|\s(?:and|but|while|whereas|although|though|because|which|who|whose|unless|when|so that)\s"
)
# What turns a word round, or sets a bound to it: only clauses that have the same of them are set together.
_TURNS = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|instead|rather|only|except|before|"
    r"after|since|until|till|again|first|yet|still|longer|fail\w*|refus\w*|ask\w*|call\w*|had|temporar\w*|"
    r"prevent\w*|avoid\w*|against|despite)\b|n['’]t\b",
    re.IGNORECASE,
)
_MIN_TERMS = 2  # in a clause, to tell what it is about
# Of the other terms of a claim's clause: for one of the evidence to be of the same, at most for one with the
# claim's own word to be of something else, and how much more the first needs to have else.
_MIN_SHARED, _MAX_SHARED, _MIN_LEAD = 0.6, 0.3, 0.5


class _Word(NamedTuple):
    """A word that has an opposite: its rows and sides, and the terms around it in its clause, in order."""

    sides: frozenset[tuple[int, int]]
    place: Span
    before: tuple[str, ...]
    behind: tuple[str, ...]
    names: frozenset[str]
    is_passive: bool
    turns: frozenset[str]

    @property
    def terms(self) -> frozenset[str]:
        return frozenset(self.before + self.behind)

    def shared(self, other: "_Word") -> float:
        """How much of the terms around it stand around another, too, from 0 to 1."""
        return len(self.terms & other.terms) / len(self.terms) if self.terms else 0.0


@cache
def _sides(word: str) -> frozenset[tuple[int, int]]:
    """The rows that a word in lower case is in, each with its side, 1 or -1."""
    base = is_form_of(word, _LISTED)
    return frozenset(
        (number, sign)
        for number, row in enumerate((*_CONVERSE, *_OTHERS))
        for sign, words in zip((1, -1), row, strict=True)
        if base in words.split()
    )


def opposite_words(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Words that have their opposite where the evidence says the rest of the same clause."""
    known = [word for line in evidence for word in _words(line)]
    for own in _words(text):
        turned = {(row, -sign) for row, sign in own.sides}
        against = [other for other in known if turned & other.sides and _is_opposite(own, other)]
        if any(own.sides & other.sides and len(other.terms) < _MIN_TERMS for other in known):
            continue  # "and close the other"
        for_it = max((own.shared(other) for other in known if own.sides & other.sides), default=0.0)
        least = max(_MIN_SHARED, for_it + _MIN_LEAD if for_it > _MAX_SHARED else 0)
        if any(own.shared(other) >= least for other in against):
            yield own.place


def _is_opposite(own: _Word, other: _Word) -> bool:
    if own.shared(other) < _MIN_SHARED or own.turns != other.turns or not own.names <= other.terms:
        return False
    is_converse = any(row < len(_CONVERSE) for row, _ in own.sides)
    if not is_converse:
        return True
    # "Japan buys from Chile" says the same as "Chile sells to Japan".
    sequences = [
        [term for term in (*one.before, "", *one.behind) if not term or term in own.terms & other.terms]
        for one in (own, other)
    ]
    return own.is_passive == other.is_passive and sequences[0] == sequences[1]


def _words(text: str) -> Iterator[_Word]:
    for start, end in parts_between(_CLAUSE_BREAK, text):
        tokens = tokens_of(text[start:end])
        turns = frozenset(match[0].casefold() for match in _TURNS.finditer(text[start:end]))
        for number, token in enumerate(tokens):
            if not _sides(token.low):
                continue
            before, behind = (
                tuple(
                    concept(other.text)
                    for other in part
                    if other.text[0].isalnum() and other.low not in FUNCTION_WORDS
                )
                for part in (tokens[:number], tokens[number + 1 :])
            )
            names = frozenset(
                concept(other.text) for other in tokens if other.text[0].isupper() and start + other.start
            )
            yield _Word(
                _sides(token.low),
                Span(start + token.start, start + token.end),
                before,
                behind,
                names - {concept(token.text)},
                number > 0 and tokens[number - 1].low in BE,
                turns,
            )
