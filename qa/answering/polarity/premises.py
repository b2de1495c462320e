"""Whether a sentence denies what a question takes for granted."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from qa.answering.claim_check.sides import without_asides
from qa.answering.polarity.clauses import Clause, Term, find_clauses, find_concepts, find_terms
from qa.answering.polarity.concepts import concept
from qa.answering.polarity.stance import Match, is_in_doubt, match_terms, speaks_against
from qa.answering.polarity.statement import Statement, read_statement
from qa.query.conditions.names import INSTITUTION_WORDS
from qa.query.follow_up.question_parts import QuestionParts

__all__ = ["denies_premise"]

_ASKS_YES_NO = re.compile(
    r"^\W*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|may|must|shall)\b", re.IGNORECASE
)
_UNKNOWN = re.compile(
    r"\b(?:(?:not|never|no longer|not yet|yet to)(?: \w+){0,2} (?:be |been )?(?:published|disclosed|"
    r"report(?:ed)?|released|known|available(?! (?:at|in|to|for|from|on)\b)|shown|recorded|counted|stated|"
    r"announced|settled|fixed|determined)|(?:is|are|was|were|remains?|stays?) (?:still )?(?:unknown|secret|"
    r"confidential|undisclosed|unclear|undecided))\b",
    re.IGNORECASE,
)
# "She asked for six months and was refused", "They wanted to move the seat, but this was turned down".
_TURNED_DOWN = re.compile(
    r"\b(?:wanted|asked|wished|sought|hoped|tried|planned|proposed|applied)(?: to| for)? (?P<wish>"
    r"[^.;]{3,120}?)(?:,? (?:but|and)|;)[^.;]{0,60}\b(?:refused|rejected|turned (?:\w+ )?down|"
    r"denied|voted down|in vain|fell through|came to nothing)\b"
)
_GRANTED = frozenset(map(concept, ("grant", "granted", "given", "allowed", "get", "obtain")))
_ASKS_OF_WISH = re.compile(
    r"\b(?:want|ask|wish|seek|sought|hop|try|tried|plan|propos|appl[iy]|refus|reject|turn|den[yi]|vote|oppos)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^:.;]{1,40}:\Z")
_ASKS_FIGURE = re.compile(
    r"\bhow (?:many|much|high|large|big)\b|\b(?:figure|number|amount|sum|share|percent\w*|total|quantity|"
    r"value|price)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|till|up to)\b", re.IGNORECASE)
# By whom something was not done, at the end of its clause.
_BY_WHOM = re.compile(r"\bnot [a-z]+ed by (?:the )?(?P<whom>[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*)")
# What points back to the sentence before, as "Nobody bid" does.
_PRONOUN = re.compile(
    r"\b(?:it|he|she|they|this|these|both|neither|its|their)\b|^\W*(?:nobody|none|no one)\b", re.IGNORECASE
)
_POSSIBLE = re.compile(
    r"\b(?:if|unless|should)\b.{0,300}\b(?:can|could|may|might) (?:still |then |also )?be (?P<verb>[a-z]+)",
    re.IGNORECASE,
)
_HAPPENED = re.compile(r"\b(?:was|were|been|did|since)\b|\b(?:after|when)\b.{0,300}ed\b", re.IGNORECASE)
_UNDECIDED = re.compile(
    r"\b(?:has|have|had|did) (?:not|never|yet to) (?:yet )?(?:ruled?|decided?|voted?|acted|act|signed?|"
    r"concluded?)\b",
    re.IGNORECASE,
)
_DECISIONS = frozenset(
    {"end", "accept", "reject", "allow", "ban", "begin", "sign", "raise", "cut", "support"}
)
# "No tariff weighs more than this one" and "not by the tariff alone" deny nothing.
_AFFIRMS_BY_NO = re.compile(
    r"\b(?:no|none|nobody|nothing|never|not|neither|nor)\b[^.;:]*?\b(?:alone|only|merely|just|"
    r"(?:more|less|fewer|(?!rather\b|other\b)[a-z]{3,}er)\b[^.;:]* than)\b",
    re.IGNORECASE,
)
# "Whoever fails to do so pays 185 points" says who pays.
_WHO_FAILS = re.compile(
    r"\b(?:who(?:ever)?|(?:any|every)(?:one|body) who|those (?:who|that)|(?:a|any) [a-z]+ (?:who|that)) "
    r"(?:fails?|do(?:es)? not|is not|are not)\b",
    re.IGNORECASE,
)
# What such a question presupposes is not so itself: "get out of paying", "spared the duty".
_PRESUPPOSES_NOT = re.compile(
    r"\b(?:g[eo]t(?:ting)? out of|avoid(?:s|ed)?|escap(?:e|es|ed)|(?:be|was|were|is|are) spared|let off)\b",
    re.IGNORECASE,
)
# Whoever takes another's place comes as that one goes.
_ASKS_WHO = re.compile(r"\W*whom?\b", re.IGNORECASE)
_CHANGED_HANDS = re.compile(
    r"\b(?:left|moved|retired|resigned|went|gone|stepped down)\b[^.;]*\b(?:took|takes|taken|follow(?:s|ed)|"
    r"replace[sd]|succeed(?:s|ed))\b"
)
_REFUSED = re.compile(r"\b(refus|reject|declin|withh[eo]ld|den(?:y|ied))", re.IGNORECASE)
# "Sarmelia refused the price offered by the smelter" says that one was offered.
_REFUSED_WHAT = re.compile(
    r"\b(?:refus|reject|declin)\w{0,5} (?:the|an?|its|their|his|her) (?:[\w-]{1,30} ){1,4}?"
    r"(?P<done>[a-z]{2,20}ed)\b"
)
_MOST = re.compile(r"\b(?:most|least|highest|lowest|largest|smallest|biggest)\b", re.IGNORECASE)
_WITHOUT = re.compile(r"\bwithout (?:an? |any )?\Z")
_OF_ANOTHER = re.compile(r"\W*(?:It|They|He|She)\b")
_MAX_UNASKED = 2  # words of a sentence that says that something is not known
_MIN_OTHERS = 2  # words besides the denied one, where no name is shared


def denies_premise(
    question: str, sentence: str, context: Sequence[str] = (), *, by_opposites: bool = True
) -> bool:
    """Whether a sentence says that something which a question presupposes is not so.

    "Why did Ostia join the pact?" presupposes that it joined; "Ostia has not applied for membership" denies
    it. Yes/no questions and those that ask what is not so presuppose nothing here. `context` holds what the
    sentence stands under or behind.
    """
    if (
        _ASKS_YES_NO.match(question)
        or QuestionParts(question).is_polar
        or _agrees_in_its_no(question, sentence)
    ):
        return False
    statement = read_statement(question)
    if statement.is_denied or not statement.terms or _AFFIRMS_BY_NO.search(sentence):
        return False
    return any(
        _denies(question, statement, reading, context, by_opposites=by_opposites)
        for reading in _readings(sentence)
    )


def _readings(sentence: str) -> list[str]:
    """A sentence, and what it says without asides: "Ostia, which had been asked, did not sign"."""
    plain = " ".join(without_asides(sentence).split())
    return [sentence] if plain == " ".join(sentence.split()) else [sentence, plain]


def _denies(
    question: str, statement: Statement, sentence: str, context: Sequence[str], *, by_opposites: bool
) -> bool:
    refused = _REFUSED_WHAT.search(sentence)
    if refused and concept(refused["done"]) == concept(QuestionParts(question).verb or "-"):
        return False
    clauses = find_clauses(sentence)
    stated = [term for clause in clauses for term in clause.terms]
    around = [term for text in context for term in find_terms(text)]
    affirmed = {term.concept for term in stated if not term.is_denied}
    if (
        _is_turned_down(question, statement, sentence)
        or _is_not_known(question, statement, clauses, sentence)
        or _is_conditional(question, statement, sentence)
    ):
        return True
    for clause in clauses:
        matches = match_terms(statement.terms, clause.terms)
        if is_in_doubt(statement, clause, matches):
            continue
        denied = [match for match in matches if speaks_against(match) and match.asked.concept not in affirmed]
        denied = [match for match in denied if _counts(match, question, statement, clause, sentence)]
        denied = [match for match in denied if by_opposites or not match.is_opposite]
        if _is_pending(statement, clause, sentence):
            return True
        if denied and _is_about(statement, denied, clause, stated, around, sentence):
            return True
    return False


def _agrees_in_its_no(question: str, sentence: str) -> bool:
    """Whether what sounds like a denial is what is asked of: a refusal, whoever fails, who is spared."""
    refused = {word.casefold() for word in _REFUSED.findall(question)}
    return bool(
        _WHO_FAILS.search(sentence)
        or (_ASKS_WHO.match(question) and _CHANGED_HANDS.search(sentence))
        or _PRESUPPOSES_NOT.search(question)
        or refused & {word.casefold() for word in _REFUSED.findall(sentence)}
    )


def _is_not_known(question: str, statement: Statement, clauses: Sequence[Clause], sentence: str) -> bool:
    """Whether a sentence says of hardly more than what is asked that it is not known or not published.

    A name alone says so only to a question for a figure: a figure kept secret tells nothing of a visa.
    """
    is_figure = _ASKS_FIGURE.search(question) is not None
    asked = {term.concept for term in statement.terms}
    for clause in clauses:
        unknown = _UNKNOWN.search(sentence, clause.start, clause.end)
        if not unknown:
            continue
        label = _LABEL.match(sentence[: clause.start + 1])
        terms = (*find_terms(label[0]), *clause.terms) if label else clause.terms
        rest = [term for term in terms if term.end <= unknown.start() or unknown.end() <= term.start]
        shared = [term for term in rest if term.concept in asked]
        is_of_it = is_figure or not all(term.is_name for term in shared)
        # That of one of many is not known says nothing of the most of all.
        unasked = [term for term in rest if term.concept not in asked]
        if _MOST.search(question) and any(sentence[term.start].isupper() for term in unasked):
            continue
        if shared and is_of_it and len(rest) - len(shared) <= _MAX_UNASKED:
            return True
    return False


def _is_conditional(question: str, statement: Statement, sentence: str) -> bool:
    """Whether what a question says has happened is only possible ("if it fails, it can be closed")."""
    possible = _POSSIBLE.search(sentence)
    if not possible or not _HAPPENED.search(question):
        return False
    asked = {term.concept for term in statement.terms}
    others = {term.concept for term in find_terms(sentence, 0, possible.start("verb"))}
    return concept(possible["verb"]) in asked and bool(asked & others)


def _counts(match: Match, question: str, statement: Statement, clause: Clause, sentence: str) -> bool:
    """Whether what speaks against a word does so for all: not for another ("not signed by Ostia").

    Nor is the opposite said of what lasted until then: who was in until 2010 left in that year.
    """
    lasts = _UNTIL.search(sentence, clause.start, clause.end + len(" until ")) is not None
    by = _BY_WHOM.search(sentence, clause.start, clause.end)
    return (
        not match.asked.is_name
        and _is_asked_for(statement, match)
        and not (lasts and match.is_opposite)
        and not (_WITHOUT.search(sentence[: match.found.start]) and _is_all(match, statement, clause))
        and (by is None or _is_named(by["whom"], question))
    )


def _is_all(match: Match, statement: Statement, clause: Clause) -> bool:
    """Whether a clause has nothing of what is asked but that, and names: "people come without a visa"."""
    told = {term.concept for term in clause.terms}
    return not any(
        term.concept in told and not term.is_name and term.concept != match.asked.concept
        for term in statement.terms
    )


def _is_turned_down(question: str, statement: Statement, sentence: str) -> bool:
    """Whether what a question says was done is told as a wish that was turned down."""
    wished = _TURNED_DOWN.search(sentence)
    if wished is None or _ASKS_OF_WISH.search(question):
        return False
    asked = {term.concept for term in statement.terms}
    shared = asked & find_concepts(wished["wish"])
    return len(shared) >= (_MIN_OTHERS if asked.isdisjoint(_GRANTED) else 1)


def _is_named(name: str, question: str) -> bool:
    known = find_concepts(question)
    return any(concept(word) in known for word in name.split())


def _is_pending(statement: Statement, clause: Clause, sentence: str) -> bool:
    """Whether a named body has not decided yet what a question says that it did."""
    if not _UNDECIDED.search(sentence, clause.start, clause.end) or statement.predicate is None:
        return False
    stated = find_concepts(sentence)
    names = [term for term in statement.names if term.start < statement.predicate.start]
    decides = statement.predicate.concept in _DECISIONS
    return decides and bool(names) and all(term.concept in stated for term in names)


def _is_asked_for(statement: Statement, match: Match) -> bool:
    """An opposite counts only of what the question says of its subject."""
    return not match.is_opposite or match.asked == statement.predicate


def _is_about(
    statement: Statement,
    denied: Sequence[Match],
    clause: Clause,
    stated: Sequence[Term],
    around: Sequence[Term],
    sentence: str,
) -> bool:
    """Whether the sentence is about what is asked: its names, or enough of its words."""
    signals = {match.asked.concept for match in denied}
    others = [term for term in statement.terms if term.concept not in signals]
    stated_concepts = {term.concept for term in stated}
    shared = [term for term in others if term.concept in stated_concepts]
    missing_names = [term for term in statement.names if term.concept not in stated_concepts]
    in_clause = any(term.concept in {other.concept for other in clause.terms} for term in others)
    clause_text = sentence[clause.start : clause.end]
    # "and has not applied" goes on about the subject of the clause before.
    if not in_clause and not clause_text.startswith("and ") and not _PRONOUN.search(clause_text):
        return False
    nearby = {term.concept for term in around}
    is_far = any(term.concept not in nearby for term in missing_names)
    # Who never accepted some duty as a member says nothing of who left another body.
    if all(match.is_opposite for match in denied) and (is_far or len(shared) < min(_MIN_OTHERS, len(others))):
        return False
    if statement.years and _other_year(statement, sentence):
        return False
    if around:
        if is_far:
            return False
        if _PRONOUN.search(sentence) and any(term.concept in nearby for term in others):
            return True
    names = list(_names_of(statement))
    if any(_is_whole_name(name, stated_concepts) for name in names):
        return True
    # "It charges no duty" alone does not tell who does.
    if names and not around and _OF_ANOTHER.match(sentence) and len(missing_names) == len(statement.names):
        return False
    return len(shared) >= _MIN_OTHERS or bool(shared and _PRONOUN.search(sentence))


def _names_of(statement: Statement) -> Iterator[list[Term]]:
    """The names of a question, each with all of its words that stand side by side."""
    run: list[Term] = []
    for term in statement.names:
        if run and term.start - run[-1].end > 1:
            yield run
            run = []
        run.append(term)
    if run:
        yield run


def _is_whole_name(name: Sequence[Term], stated: AbstractSet[str]) -> bool:
    """Whether a sentence has a name: the whole, or a person's last; "Reef Cold" is no Cold Chain Council."""
    if name[-1].text.casefold() not in INSTITUTION_WORDS:
        return name[-1].concept in stated
    return all(term.concept in stated for term in name)


def _other_year(statement: Statement, sentence: str) -> bool:
    told = set(re.findall(r"\b(?:1[5-9]|20)\d\d\b", sentence))
    return bool(told and not told & statement.years)
