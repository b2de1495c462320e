"""What a sentence answers where it is asked whether something still holds: that it goes on, or is over."""

import re
from collections.abc import Sequence

from qa.answering.polarity.clauses import Clause, Term, find_clauses, find_terms
from qa.answering.polarity.stance import Stance, covers, match_terms
from qa.answering.polarity.statement import Statement
from qa.schema import Span

__all__ = ["asks_whether_still", "find_still"]

_ASKS = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)*(?:is|are|was|were|do|does|did|has|have|had|can|could|may|must)\b"
    r"[^?]{1,200}?\bstill\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(?:still|go(?:es)? on|going on|continu(?:es?|ing)|remains?|remaining|keeps? on|as before|as ever|"
    r"unchanged|has not changed|have not changed)\b",
    re.IGNORECASE,
)
_IS_OVER = re.compile(
    r"\b(?:no longer|(?:not|n[’']t)\b[^.;]{1,60} any (?:more|longer)|"
    r"(?:made|paid|had|took|held|saw|sent|shipped) (?:its|their|his|her|the) last|for the last time|"
    r"(?:has|have|had|was|were) (?:been )?(?:abolished|scrapped|dropped|repealed|revoked|rescinded|withdrawn|"
    r"terminated|cancelled|discontinued|shut down|wound up|dissolved|done away with)|ceased|"
    r"came to an end|(?:is|are) (?:a thing of the past|history))\b",
    re.IGNORECASE,
)
# What is only planned, or held under a condition; what is not so goes on no more.
_NOT_SO = re.compile(
    r"\b(?:not|never|no|nobody|none|nothing|if|unless|will|would|may|might|could|should|until|whether|"
    r"plans?|planned|wants?|asks?|propos\w+|hopes?|expect\w*|hardly)\b|n[’']t\b",
    re.IGNORECASE,
)
_MIN_SAID = 2  # terms of the question, by the clause itself


def asks_whether_still(question: str) -> bool:
    """Whether a yes/no question asks if something goes on: "Is the tax still paid?"."""
    return _ASKS.match(question) is not None


def find_still(statement: Statement, sentence: str, context: Sequence[str] = ()) -> Stance | None:
    """What a clause says by "still" or "no longer" of what is asked; None where none does.

    `context` holds what the sentence stands under or behind: title, heading, the sentence before.
    """
    around = [term for text in context for term in find_terms(text)]
    for clause in find_clauses(sentence):
        over = _IS_OVER.search(sentence, clause.start, clause.end)
        on = _GOES_ON.search(sentence, clause.start, clause.end)
        said = over or on
        if said is None or not _is_about(statement, clause, around):
            continue
        if over is None and not _says_the_same(statement, clause, said.end()):
            continue
        outside = sentence[clause.start : said.start()] + sentence[said.end() : clause.end]
        if _NOT_SO.search(outside):
            return None
        return Stance(over is None, Span(said.start(), said.end()))
    return None


def _says_the_same(statement: Statement, clause: Clause, goes_on: int) -> bool:
    """Whether a clause has the verb that is asked, or names nothing else up to what goes on.

    `goes_on` is where "still" ends in the sentence.
    """
    asked = {term.concept for term in statement.terms}
    told = [term for term in clause.terms if not _GOES_ON.fullmatch(term.text)]
    before = [term for term in told if term.start < goes_on]
    behind = [term for term in told if term.start >= goes_on][:1]
    return bool({term.concept for term in told} & {term.concept for term in statement.predicates}) or all(
        term.concept in asked for term in (*before, *behind)
    )


def _is_about(statement: Statement, clause: Clause, around: Sequence[Term]) -> bool:
    """Whether a clause has enough of what is asked, and with what it stands under all names and figures."""
    said = [match for match in match_terms(statement.terms, clause.terms) if not match.is_opposite]
    return len(said) >= min(_MIN_SAID, len(statement.terms)) and covers(statement, said, around)
