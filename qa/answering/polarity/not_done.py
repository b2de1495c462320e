"""Whether what a question takes for done is told as given up, left alone, or still to come."""

import re

from qa.answering.claim_check.relation_rules import more_certain
from qa.answering.polarity.clauses import find_concepts, find_terms
from qa.answering.polarity.concepts import concept
from qa.answering.polarity.statement import Statement, read_statement
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.verb_forms import base_form, finite_form

__all__ = ["claim_of", "denies_before", "tells_not_done"]

_GIVEN_UP = (
    r"cancell?ed|called off|given up|gave up|dropped|shelved|abandoned|scrapped|put off|postponed|"
    r"(?:put )?on hold|not held|broken off"
)
# "The tender was cancelled", "a visit was considered and put off", "the plan has been given up".
_CALLED_OFF = re.compile(
    rf"(?P<thing>[^.;:]{{3,160}}?) (?:(?:has|have|had) (?:since )?been|was|were|is|are) "
    rf"(?:[a-z]+ed (?:and|but) )?(?:later |then |since |again )?(?:{_GIVEN_UP})\b"
)
# "The government looked at the idea and dropped it", "they planned a visit but called it off".
_DROPPED_IT = re.compile(
    r"\b(?:would|plan(?:s|ned)?|ideas?|propos(?:al|ed)|consider(?:ed)?|looked at|thought of|intended|"
    r"wanted)\b[^.;]{0,120}\b(?:dropped|shelved|abandoned|scrapped|gave up|called off|put off|gave) "
    r"(?:it|them|this|that|the (?:idea|plan|proposal)s?)\b"
)
# What follows only where a thing went on to its end.
_OUTCOMES = frozenset(
    map(concept, "win award begin happen hold sign open accept build conclude visit result finish".split())
)
_ASKS_OF_END = re.compile(
    rf"\b(?:{_GIVEN_UP}|cancel\w*|call off|give up|drop|shelve|abandon|scrap|postpone|put off|break off|"
    r"plan\w*|propos\w*|consider\w*|want\w*|intend\w*|reject\w*|refus\w*|fail\w*|end(?:ed)?|stop\w*|late|"
    r"later|delay\w*)\b",
    re.IGNORECASE,
)
_LEFT_ALONE = re.compile(
    r"\b(?:do(?:es)?|did|will) not (?:touch|affect|concern|apply to|extend to|cover|change|deal with) "
    r"(?P<behind>[^.;,]{3,80})|"
    r"(?P<before>[^.;:]{3,120}?) (?:is|are|was|were|remains?|remained) (?:not affected|unaffected|"
    r"not touched|untouched|not concerned|unchanged)\b",
    re.IGNORECASE,
)
_ASKS_OF_EFFECT = re.compile(
    r"\b(?:touch|affect|concern|appl[yi]|extend|cover|chang|deal|spare|exempt|exclu|not|no|except|unaffect|escape|"
    r"avoid)",
    re.IGNORECASE,
)
# "The tax was withdrawn before it took effect": nothing was done with it.
_UNDONE = re.compile(
    r"\b(?:withdrawn|suspended|dropped|scrapped|revoked|cancell?ed|repealed|annulled|lifted|overturned)\b"
    r"[^.;]{0,40}? before (?:(?:it|they) (?:(?:could|had|was|were|ever) )?(?:ever |even )?"
    r"(?:t[ao]ken? effect|took effect|(?:come|came|enter|entered) into (?:force|effect)|"
    r"appl\w+|start\w*|beg[aiu]n|been applied|be applied)\b|an? single )"
)
_ASKS_OF_UNDOING = re.compile(
    r"\b(?:withdr[ae]w\w*|suspen\w+|dropp?\w*|scrap\w*|revok\w+|cancel\w*|repeal\w*|annul\w*|lift\w*|"
    r"overturn\w*|announc\w+|plann?\w*|propos\w+|decid\w+|threat\w+|intend\w*|want\w*)\b",
    re.IGNORECASE,
)
# "damaged only the access road"; "rose only 3 percent" and "only in May" tell how far, and when.
_ONLY = re.compile(
    r"\b(?P<verb>[a-z]{3,20}) only (?:to |on |for |against )?(?:the|an?|its|their|those|these|one|two|three) "
    r"(?!(?:first|second|last|next|few|day|days|week|month|year)\b)[a-z]"
)
_ASKS_LIMIT = re.compile(r"\b(?:only|just|besides|apart from|other than|else|except\w*|not)\b", re.IGNORECASE)
_IT_THAT = re.compile(
    r"^\W*(?:is|was) it (?:really |in fact |actually )?(?P<who>[^?]{2,80}?) (?:that|who|which) "
    r"(?P<did>[^?]{3,200})",
    re.IGNORECASE,
)
_DENIES_BEFORE = re.compile(
    r"(?:(?:But|Yet|In fact),? )?(?:(?:[Ww]e|[Tt]hey|[Ii]t|[Hh]e|[Ss]he|[Tt]his|[Tt]hat|[Ss]uch plans?) "
    r"(?:shall|will|wo|would|did|do|does|is|are|has|have|was|were|can|ca|could|may|must)(?: not|n[’']t)"
    r"(?: do so| be so| so| true| the case| happen| happened)?|"
    r"(?:[Tt]his|[Tt]hat|[Ii]t) (?:is|was) (?:wrong|untrue|false|mistaken|incorrect|a mistake|a rumou?r)|No|"
    r"Not so|"
    r"[Nn]othing of the (?:kind|sort)(?: is (?:so|true|planned))?)[.!]"
)
_DONE = ("did", "was", "were", "has", "have", "had")  # what asks for what was done
_HAS_TO = re.compile(r"\b(?:has|have|had) to\b")
_NAMING = ("named", "appointed", "elected", "chose", "nominated")
_ASKS_HOLDER = re.compile(r"who (?:is|are|was|were) (?P<holder>the [^,?]+)", re.IGNORECASE)


def denies_before(sentence: str) -> bool:
    """Whether a sentence only denies what was said right before it: "We shall not.", "That is not so."."""
    return _DENIES_BEFORE.fullmatch(sentence.strip()) is not None


def claim_of(question: str) -> str | None:
    """What a question says, as a plain sentence: "the Board raised the levy" of "Why did the Board ...?".

    Who or what is asked for is "they". None where no verb is found.
    """
    if pointed := _IT_THAT.match(question):
        return f"{pointed['who']} {pointed['did']}"
    parts = QuestionParts(question)
    if not ((parts.is_wh or parts.is_polar) and parts.verb) or _HAS_TO.search(question):
        return None
    start = parts.text.rfind(parts.verb, 0, parts.verb_end)
    if parts.asks_for_subject:
        return " ".join(filter(None, ("they", parts.auxiliary, parts.text[start:])))
    if not parts.subject:
        return None
    base = base_form(parts.verb) or parts.verb
    is_do = parts.auxiliary in ("do", "does", "did")
    verb = finite_form(base, parts.auxiliary) if is_do else f"{parts.auxiliary} {parts.verb}"
    return f"{parts.subject} {verb}{parts.text[start + len(parts.verb) :]}"


def _is_called_off(question: str, statement: Statement, sentence: str) -> bool:
    """Whether what a question asks the outcome of, or says was done, is told as given up."""
    if _ASKS_OF_END.search(question) or statement.is_hedged or not _has_names(statement, sentence):
        return False
    verb = QuestionParts(question).verb
    done = {term.concept for term in statement.predicates} | ({concept(verb)} if verb else set())
    if dropped := _DROPPED_IT.search(sentence):
        return bool(done & find_concepts(sentence[: dropped.end()]))
    asked = {term.concept for term in statement.terms}
    for called in _CALLED_OFF.finditer(sentence):
        things = [
            term for term in find_terms(called["thing"]) if not (term.is_name or term.text[0].isdigit())
        ]
        shared = asked & {term.concept for term in things}
        if shared and (done & (_OUTCOMES | shared)):
            return True
    return False


def _is_undone(question: str, statement: Statement, sentence: str) -> bool:
    """Whether what a question says was done with a thing was not, as the thing was given up before."""
    if _ASKS_OF_UNDOING.search(question) or _UNDONE.search(sentence) is None:
        return False
    stated = find_concepts(sentence)
    shared = [term for term in statement.terms if term.concept in stated]
    return QuestionParts(question).auxiliary in _DONE and (
        len(shared) > 1 or re.match(r"\W*(?:it|they)\b", sentence, re.IGNORECASE) is not None
    )


def _has_names(statement: Statement, sentence: str) -> bool:
    stated = find_concepts(sentence)
    return all(term.concept in stated for term in statement.names[-1:])


def _is_untouched(question: str, statement: Statement, sentence: str) -> bool:
    """Whether a sentence says that what a question says something happened to was not affected."""
    if _ASKS_OF_EFFECT.search(question) or not QuestionParts(question).verb:
        return False
    asked = {term.concept for term in statement.terms}
    for left in _LEFT_ALONE.finditer(sentence):
        things = find_terms(left["behind"] or left["before"])
        if things and all(term.concept in asked for term in things):
            return True
    return False


def _is_still_to_come(question: str, sentence: str) -> bool:
    """Whether what a question says was done is only planned or due: "is to be signed in June"."""
    parts = QuestionParts(question)
    if parts.is_polar and parts.auxiliary not in _DONE:
        return False
    claims = [claim_of(question)]
    if holder := _ASKS_HOLDER.match(question):
        claims = [f"they {verb} {holder['holder']}" for verb in _NAMING]
    return any(claim and any(more_certain(claim, (sentence,))) for claim in claims)


def tells_not_done(question: str, sentence: str) -> bool:
    """Whether a sentence tells that what a question takes for done was given up, left alone or is to come."""
    statement = read_statement(question)
    return not statement.is_denied and (
        _is_called_off(question, statement, sentence)
        or _is_undone(question, statement, sentence)
        or _is_untouched(question, statement, sentence)
        or _is_still_to_come(question, sentence)
        or _is_only_of_another(question, sentence)
    )


def _is_only_of_another(question: str, sentence: str) -> bool:
    """Whether a sentence says that it was only something else: "damaged only the road", of a pier.

    It must share something of what stands before the verb, and nothing of what stands behind it.
    """
    only = list(_ONLY.finditer(sentence))
    verb_text = QuestionParts(question).verb if only and not _ASKS_LIMIT.search(question) else ""
    if not verb_text:
        return False
    verb = concept(verb_text)
    asked = find_concepts(question[question.find(verb_text) + len(verb_text) :])
    if not asked or asked & find_concepts(sentence):
        return False
    before = find_concepts(question) - asked - {verb}
    return any(
        concept(one["verb"]) == verb and before & find_concepts(sentence[: one.start()]) for one in only
    )
