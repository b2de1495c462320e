"""Whether a sentence affirms or denies what a question says."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.answering.polarity.clauses import Clause, Term, find_clauses, find_terms
from qa.answering.polarity.concepts import are_opposite
from qa.answering.polarity.statement import Statement, read_statement
from qa.query.conditions import find_years
from qa.query.follow_up.question_parts import QuestionParts
from qa.schema import Span
from qa.text.terms import words

__all__ = [
    "Match",
    "Stance",
    "affirms_plainly",
    "covers",
    "find_stance",
    "is_in_doubt",
    "match_terms",
    "speaks_against",
]

_PRONOUN = re.compile(r"\b(?:it|he|she|they|this|these|that|its|their|his|her|such)\b", re.IGNORECASE)
_HOLDS_IF = re.compile(r"[\s,]*(?:if|unless)\b", re.IGNORECASE)
_MIN_COVERED = 0.6  # of a statement's terms, by sentence and context, for a denial
_MIN_DENSITY = 0.5  # of the terms between the first and the last that match, for an affirmation
_MIN_MATCHES = 2
_MIN_TOLD = 0.75  # ... of those that are no names, by a sentence that is sure to answer
# What such a sentence would have to say of all, of a limit, or of more.
_ASKS_MORE = re.compile(
    r"\b(?:all|every|each|only|both|either|any|most|more|less|fewer|higher|lower|first|last|same|different|or|"
    r"enough|fully|entirely|always)\b|n['’]t\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"\b(?:except\w*|unless|if|until|before|but|though|although|however|instead|formerly|once|had|partly|most|"
    r"some|few|hardly|almost|nearly|may|might|could|would|should|asked|wants?|wanted|plans?|planned|hopes?|due|"
    r"expected|proposed|draft|bill|other than|apart from|than|without|less|limited|alone)\b",
    re.IGNORECASE,
)
_MIN_STATED = 0.5  # of them by the sentence alone, for an affirmation


class Stance(NamedTuple):
    """What a sentence says to a statement, and the words that decide."""

    affirms: bool
    words: Span


class Match(NamedTuple):
    """A term of a question with the one of a sentence that means the same or the opposite."""

    asked: Term
    found: Term
    is_opposite: bool


def find_stance(statement: Statement, sentence: str, context: Sequence[str] = ()) -> Stance | None:
    """What a sentence says to a statement; None if it leaves that open.

    `context` holds what the sentence stands under or behind: title, heading, the sentence before.
    """
    clauses = find_clauses(sentence)
    around = [term for text in context for term in find_terms(text)]
    stated = [term for clause in clauses for term in clause.terms]
    if _differs_in_year(statement, sentence):
        return None
    denials = [
        _find_denial(statement, clause, stated, around, sentence)
        for clause in clauses
        if not _HOLDS_IF.match(sentence, clause.end)
    ]
    for denial in denials:
        if denial is not None:
            return denial
    return _find_affirmation(statement, clauses, stated, around, sentence)


def affirms_plainly(question: str, sentence: str, context: Sequence[str] = ()) -> Span | None:
    """The words with which a sentence that is sure to answer says yes; None where it need not.

    It denies, excepts and doubts nothing, has the question's verb, its figures and most of its other words;
    of names those that it lacks stand in the context.
    """
    statement = read_statement(question)
    if _ASKS_MORE.search(question) or statement.is_denied or _LIMITS.search(sentence):
        return None
    clauses = find_clauses(sentence)
    stated = [term for clause in clauses for term in clause.terms]
    matches = match_terms(statement.terms, stated)
    if len(matches) < _MIN_MATCHES or any(match.is_opposite for match in matches):
        return None
    if any(term.is_denied for term in stated) or any(clause.ends_in_none for clause in clauses):
        return None
    if any(
        hedge.start not in {m.found.start for m in matches} for clause in clauses for hedge in clause.hedges
    ):
        return None
    verb = QuestionParts(question).verb
    if verb not in ("", "be", "been", "being") and all(
        match.asked.text != verb or match.asked != statement.predicate for match in matches
    ):
        return None
    if statement.predicate and all(match.asked != statement.predicate for match in matches):
        return None
    if _differs_in_year(statement, sentence) or not covers(statement, matches, list(_terms_of(context))):
        return None
    found = {match.asked.concept for match in matches}
    told = sum(term.concept in found for term in statement.terms if not term.is_name)
    asked = sum(not term.is_name for term in statement.terms)
    if told < _MIN_TOLD * asked:
        return None
    return Span(min(m.found.start for m in matches), max(m.found.end for m in matches))


def _terms_of(context: Sequence[str]) -> Iterator[Term]:
    return (term for text in context for term in find_terms(text))


def match_terms(asked: Sequence[Term], found: Sequence[Term]) -> list[Match]:
    """Each asked term with the first found one of its concept, or else of an opposite one."""
    matches = []
    for term in asked:
        for other in found:
            if other.concept == term.concept:
                matches.append(Match(term, other, False))
                break
        else:
            for other in found:
                if are_opposite(term.concept, other.concept):
                    matches.append(Match(term, other, True))
                    break
    return matches


def _find_denial(
    statement: Statement, clause: Clause, stated: Sequence[Term], around: Sequence[Term], sentence: str
) -> Stance | None:
    """What a clause says by a negation or an opposite word; None if it has neither for what is asked."""
    matches = match_terms(statement.terms, clause.terms)
    if is_in_doubt(statement, clause, matches):
        return None
    if any(_is_said_otherwise(match, clause) or _remains(match, stated) for match in matches):
        return None
    said = [match for match in matches if is_of_predicate(statement, match)]
    against = [match.found for match in said if speaks_against(match)]
    twice = [match.found for match in said if match.is_opposite and match.found.is_denied]
    affirmed = {term.concept for term in stated if not term.is_denied}
    is_left_open = not any(term.concept in affirmed for term in statement.predicates)
    if clause.ends_in_none and matches and len(matches) == len(clause.terms) and is_left_open:
        against = [match.found for match in matches]
    if not against and not twice:
        return None
    if (
        len(matches) < _MIN_MATCHES
        and not _PRONOUN.search(sentence[clause.start : clause.end])
        and _names_another(statement, clause)
    ):
        return None
    if not _is_covered(statement, match_terms(statement.terms, stated), around, sentence):
        return None
    words = twice or against
    return Stance(bool(twice), Span(min(word.start for word in words), max(word.end for word in words)))


def _is_said_otherwise(match: Match, clause: Clause) -> bool:
    """Whether what a clause says the opposite of is said plainly beside it: "to stay or to leave"."""
    return match.is_opposite and any(
        term.concept == match.asked.concept and not term.is_denied for term in clause.terms
    )


def _remains(match: Match, stated: Sequence[Term]) -> bool:
    """Whether a sentence says that it remains what a clause says the opposite of: "but remains a member"."""
    asked = [
        number
        for number, term in enumerate(stated)
        if term.concept == match.asked.concept and not term.is_denied
    ]
    return match.is_opposite and any(
        term.concept == "remain" and not term.is_denied
        for number in asked
        for term in stated[max(0, number - 2) : number]
    )


def is_in_doubt(statement: Statement, clause: Clause, matches: Sequence[Match]) -> bool:
    """Whether a clause holds only perhaps or in part, where what is asked does not ask for a perhaps."""
    hedges = [hedge for hedge in clause.hedges if all(m.found.start != hedge.start for m in matches)]
    if any(speaks_against(match) and not match.is_opposite for match in matches):
        hedges = [hedge for hedge in hedges if not hedge.is_modal]  # "it would be leased, not bought"
    return bool(hedges and not statement.is_hedged) or clause.is_excepted


def is_of_predicate(statement: Statement, match: Match) -> bool:
    """Whether a match is of what the question says of its subject, or of a thing that is denied with "no"."""
    if match.is_opposite and match.found.concept.endswith(match.asked.concept):
        return True  # "unprofitable" for "profitable"
    if match.is_opposite or (statement.predicates and not match.found.is_thing):
        return match.asked in statement.predicates
    return True


def speaks_against(match: Match) -> bool:
    """Whether what was found denies what was asked: by a negation right before it, or by an opposite word."""
    if match.is_opposite:
        return not match.found.is_denied
    return match.found.is_denied and match.found.is_target


def _names_another(statement: Statement, clause: Clause) -> bool:
    asked = {term.concept for term in statement.terms}
    return any(term.is_name and term.concept not in asked for term in clause.terms)


def _find_affirmation(
    statement: Statement,
    clauses: Sequence[Clause],
    stated: Sequence[Term],
    around: Sequence[Term],
    sentence: str,
) -> Stance | None:
    """An affirmation: everything asked is stated, nothing of it denied, in doubt or excepted."""
    found = match_terms(statement.terms, stated)
    # "The quota is kept" answers whether it survives "the end of the fee".
    matches = [match for match in found if not match.is_opposite or is_of_predicate(statement, match)]
    if not matches or any(match.is_opposite or match.found.is_denied for match in matches):
        return None
    if any(clause.ends_in_none for clause in clauses):  # "Ostia signed, but Dorn did not"
        return None
    first, last = min(m.found.start for m in matches), max(m.found.end for m in matches)
    touched = [clause for clause in clauses if clause.start < last and first < clause.end]
    if any(is_in_doubt(statement, clause, matches) for clause in touched):
        return None
    least = _MIN_STATED if statement.predicate else 1.0
    if len(matches) < least * len(statement.terms):
        return None
    if statement.predicate and all(match.asked != statement.predicate for match in matches):
        return None
    if not statement.relations <= {word.casefold() for word in words(sentence)}:
        return None
    between = [term for term in stated if first <= term.start < last]
    if len(matches) < _MIN_DENSITY * len(between):
        return None
    if not statement.predicate and not _is_in_order(matches):
        return None
    missing = _missing(statement, matches, around)
    return None if missing else Stance(True, Span(first, last))


def _is_in_order(matches: Sequence[Match]) -> bool:
    places = [match.found.start for match in matches]
    return places == sorted(places)


def _missing(statement: Statement, matches: Sequence[Match], around: Sequence[Term]) -> list[Term]:
    have = {match.asked.concept for match in matches} | {term.concept for term in around}
    return [term for term in statement.terms if term.concept not in have]


def _is_covered(
    statement: Statement, matches: Sequence[Match], around: Sequence[Term], sentence: str
) -> bool:
    """Whether sentence and context are about what is asked: all its names and figures, most of its words."""
    if len(matches) < min(_MIN_MATCHES, len(statement.terms)) and not _PRONOUN.search(sentence):
        return False
    return covers(statement, matches, around)


def covers(statement: Statement, matches: Sequence[Match], around: Sequence[Term]) -> bool:
    """Whether all names and figures of a statement, and most of its words, match or stand around."""
    missing = _missing(statement, matches, around)
    if any(term.is_name or term.text[0].isdigit() for term in missing):
        return False
    return len(statement.terms) - len(missing) >= _MIN_COVERED * len(statement.terms)


def _differs_in_year(statement: Statement, sentence: str) -> bool:
    told = find_years(sentence)
    return bool(statement.years and told and not statement.years & told)
