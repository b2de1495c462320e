"""What a question says, without its question word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.answering.polarity.clauses import Term, find_terms
from qa.answering.polarity.concepts import is_predicate
from qa.query.conditions import find_years
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.verb_forms import is_participle
from qa.text.terms import words

__all__ = ["Statement", "read_statement"]

_OPENING = re.compile(
    r"^\W*(?:(?:and|so|but|please|ok|okay)\W+)*(?:(?:in|on|at|by|from|to|for|since|until|with|under) )?"
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|may|might|must|shall|should|who|"
    r"whom|whose|why|when|where|how(?: (?:many|much|long|high|far|often|big|large|old|soon))?|what|"
    r"which)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|no|without|nobody|nothing|none|neither|no longer|yet to|fail\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"^\W*(?:can|could|may|might|would|should)\b|\b(?:if|plan|propos|want|expect|could|might|would|intend)",
    re.IGNORECASE,
)
_RELATIONS = frozenset(
    """before after above below under over within more less fewer most least first last all every only both
    each""".split()
)
_RELATIVE = re.compile(r"\b(?:that|which|who) $")  # in front of a verb that says which thing is meant
_NOUN = re.compile(r"\b(?:the|an?|its|their|his|her|any) $", re.IGNORECASE)  # in front of one: "the end of"
_OF = re.compile(r" of\b")
_ASKS_WHICH = re.compile(r"\bwhich\Z", re.IGNORECASE)  # the word behind is what is asked for
_IN_A_BODY = re.compile(
    r"^\W*(?i:is|are|was|were) (?:[^,?]+) (?:still |already |now )?(?P<inside>in) "
    r"(?:the )?[A-Z][\w-]{0,60}\W{0,20}$"
)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a question says.

    `predicates` are what it says of its subject, as far as that can be told, its verb first. `is_denied` is
    set where it says that something is not so, `is_hedged` where it only may be. `relations` are small words
    that an affirmation must have, too ("after").
    """

    terms: tuple[Term, ...]
    years: frozenset[str]
    predicates: tuple[Term, ...]
    is_denied: bool
    is_hedged: bool
    relations: frozenset[str]

    @property
    def predicate(self) -> Term | None:
        """The first of the predicates; None if there is none."""
        return self.predicates[0] if self.predicates else None

    @property
    def names(self) -> list[Term]:
        """The terms that are names."""
        return [term for term in self.terms if term.is_name]


@lru_cache(maxsize=256)
def read_statement(question: str) -> Statement:
    """The statement in a question: "Did Ostia join the pact in 2019?" says that Ostia joined it in 2019."""
    opening = _OPENING.match(question)
    terms = list(
        {
            term.concept: term for term in reversed(find_terms(question, opening.end() if opening else 0))
        }.values()
    )
    terms.reverse()
    if inside := _IN_A_BODY.match(question):
        terms.append(Term("join", inside["inside"], *inside.span("inside")))
    asked_noun = opening.end() + 1 if opening and _ASKS_WHICH.search(opening[0]) else None
    predicates = [
        term for term in terms if is_predicate(term.concept) and not term.is_name and term.start != asked_noun
    ]
    main = [term for term in predicates if not _RELATIVE.search(question, 0, term.start)] or predicates
    verb = _find_verb(question, terms)
    plain = [term for term in main if term is not verb and not _is_noun(question, term)]
    main = [verb, *plain] if verb else plain or main
    return Statement(
        tuple(terms),
        find_years(question),
        tuple(main),
        bool(_DENIED.search(question)),
        bool(_HEDGED.search(question)),
        _RELATIONS & {word.casefold() for word in words(question)},
    )


def _find_verb(question: str, terms: Sequence[Term]) -> Term | None:
    """What a yes/no question says was or is done: "collected" of "Was the export duty ever collected?"."""
    parts = QuestionParts(question)
    if not parts.is_polar or not parts.verb:
        return None
    if parts.verb in ("been", "being", "be"):
        return next((term for term in terms if is_participle(term.text) and not term.is_name), None)
    return next((term for term in reversed(terms) if term.text == parts.verb), None)


def _is_noun(question: str, term: Term) -> bool:
    """Whether a word that may be a verb is a noun: "survive the end of the duty"."""
    return _NOUN.search(question, 0, term.start) is not None and _OF.match(question, term.end) is not None
