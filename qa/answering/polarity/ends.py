"""Whether a sentence says of what a question asks about that it is over."""

import re
from collections.abc import Sequence

from qa.answering.polarity.clauses import Clause, Term, find_clauses, find_terms
from qa.answering.polarity.concepts import is_predicate
from qa.query.conditions import find_years

__all__ = ["best_end_span", "says_end", "things_of"]

# Not "lifted from 5 to 8 percent".
_IS_OVER = re.compile(
    r"\b(?:(?:has|have|had|was|were|is|are) (?:been )?(?:\w+ly )?)?"
    r"(?:removed|abolished|scrapped|dropped|repealed|revoked|rescinded|suspended|withdr[ae]wn?|terminated|"
    r"cancelled|ended|expired|lapsed|lifted|phased out|did away with|no longer)\b(?![^.;]{0,80} to [$€£]?\d)",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:will|would|shall|should|may|might|could|must|plans?|planned|propos\w+|wants?|wish\w*|if|unless|"
    r"consider\w*|threat\w*|expect\w*|hopes?|hoping|is to|are to|to be|ask\w*|demand\w*|call\w* for|"
    r"except\w*|not|never|n['’]t)\b",
    re.IGNORECASE,
)
_MEASURES = frozenset("high large big low long much many great".split())
# Not "how many firms": they are counted, and what is over is another thing.
_ASKS_LEVEL = re.compile(r"^\W*(?:(?:and|so|but)\W+)?(?:how(?! many)|what|which)\b", re.IGNORECASE)


def things_of(question: str) -> list[Term]:
    """The things and names that a question speaks of, in order."""
    return [
        term
        for term in find_terms(question)
        if not is_predicate(term.concept) and term.text.casefold() not in _MEASURES
    ]


def says_end(question: str, sentence: str, told: Sequence[str]) -> bool:
    """Whether a sentence says as a fact that the first thing of a question is over.

    `told` are the concepts that count as things of the question; where they are names alone, all of them.
    """
    return _find_end(question, sentence, told) is not None


def best_end_span(question: str, sentence: str, span: tuple[int, int]) -> tuple[int, int]:
    """That a thing is over, in place of its former value or the day, where it is asked how much it is now."""
    is_figure = any(map(str.isdigit, sentence[slice(*span)]))
    if not is_figure or not _ASKS_LEVEL.match(question) or find_years(question):
        return span
    end = _find_end(question, sentence, [term.concept for term in things_of(question)])
    if end is None:
        return span
    clause, over = end
    # What stands in the same clause is what is over: "the tax, formerly 5 percent, was abolished".
    return over.span() if clause.start <= span[0] < clause.end else span


def _find_end(question: str, sentence: str, told: Sequence[str]) -> tuple[Clause, re.Match[str]] | None:
    """The clause that says that it is over, and the words that say so."""
    asked = [term for term in things_of(question) if term.concept in told]
    things = {term.concept for term in ([term for term in asked if not term.is_name][:1] or asked)}
    for clause in find_clauses(sentence):
        over = _IS_OVER.search(sentence, clause.start, clause.end)
        if (
            over
            and not _NOT_YET.search(sentence, clause.start, clause.end)
            and things <= {term.concept for term in clause.terms}
        ):
            return clause, over
    return None
