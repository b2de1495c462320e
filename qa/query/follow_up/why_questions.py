"""Questions for a reason: "Why?" is the last question with "why" before it, or asks it of the answer."""

import re

from qa.query.follow_up.antecedents import Antecedents
from qa.query.follow_up.inversion import invert, lower_first, negate
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import AUXILIARY, DETERMINER, PREPOSITION, is_plural, split_words
from qa.query.follow_up.verb_forms import base_form, finite_form, is_noun_too, is_participle
from qa.text.terms import query_terms, stem

__all__ = ["ask_why", "split_lead", "state"]

_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should)"
_POINTER = r"(?:it|they|he|she|that|this|these|those)"
_WHY = re.compile(
    r"^(?:why|how come|how so|for what reason|what for)(?P<so>,? so \w+)?(?: exactly)?(?P<rest>"
    rf"(?P<not> not)?| that| so| {_AUXILIARY} {_POINTER}(?P<not2> not)?(?: so| the case)?|"
    rf" (?P<not3>{_AUXILIARY}n['’]t|can['’]t|won['’]t) {_POINTER}|"
    rf" {_AUXILIARY} (?P<who>[\w’' -]+?) (?:do|done) (?:that|this|it|so)|"
    rf" (?P<who2>[\w’' -]+?) (?:do|does|did) (?:that|this|it|so))$",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^no\b|\b(?:not|never|no longer|neither|nor|refus\w+|declin\w+|fail\w+|reject\w+|without|no|none|"
    r"nobody|nothing|"
    r"lacks?|cannot|unlikely)\b|n['’]t\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:yes|no|indeed|so far|then|but|and|so|however|in fact|instead|finally|still|for the time being|"
    r"thus|therefore)"
    r"\b[,:]? ",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^((?:in|on|at|for|under|after|since|by|from|during|with) [^,]*(?:, (?:19|20)\d\d)?), (?=\w)",
    re.IGNORECASE,
)
_ADVERBS = frozenset("also then therefore thus now finally soon again later still only just".split())
_MAX_WORDS = 18  # of a statement that is asked the reason of


def ask_why(question: str, base: str, answer: str) -> str | None:
    """The reason asked of the last question or of its answer's first sentence; None if none is asked.

    Without the question mark.
    """
    found = _WHY.match(question)
    if not found:
        return None
    text, is_told = _name_alternative(QuestionParts(base).text, answer)
    parts = QuestionParts(text)
    if found["so"]:
        return _ask_why_so(found["so"].strip(" ,").lower(), parts, Antecedents(base, answer))
    who = found["who"] or found["who2"] or ""
    if who and who.lower() not in ("they", "it", "he", "she", "we", "you", "that", "this"):
        return _put_subject(parts, who)
    is_negated = bool(found["not"] or found["not2"] or found["not3"])
    statement = state(answer)
    if parts.is_polar:
        polar = text[len(parts.lead) :]
        # After a "no", what is asked is why not.
        if is_negated or (not is_told and _NO.search(answer)):
            return f"{parts.lead}why {negate(polar)}"
        if statement and not (
            is_told or re.match(r"yes\b", answer, re.IGNORECASE) or _repeats(parts, answer)
        ):
            return _ask_of(statement, parts)
        return f"{parts.lead}why {lower_first(polar)}"
    is_bare = parts.asked.lower() == "what" and bool(parts.verb)
    inverted = None if statement and (is_negated or is_bare) else invert(parts, "why")
    if inverted is None and statement:
        return _ask_of(statement, parts)
    if inverted is None and parts.subject and not parts.verb and parts.auxiliary:
        inverted = _ask_of_value(parts, answer)
    topic = Antecedents(base, answer).topic()
    return inverted or (f"what is the reason for {topic}" if topic else f"why {lower_first(text)}")


def state(answer: str) -> str | None:
    """A short whole sentence of an answer, without what leads to it; None where it does not stand alone."""
    text = _OPENING.sub("", answer.rstrip(" .!"))
    if not 4 <= len(text.split()) <= _MAX_WORDS or re.search(r"[|;:\n…]", text):
        return None
    lead = _LEAD.match(text)
    body = text[lead.end() :] if lead else text
    if re.match(r"(?:it|they|he|she|this|that|these|those|its|their|his|her)\b", body, re.IGNORECASE):
        return None
    return text


def split_lead(statement: str) -> tuple[str, str]:
    """A statement without the phrase before its subject, and that phrase to put behind it ("" if none)."""
    lead = _LEAD.match(statement)
    if not lead:
        return statement, ""
    return statement[lead.end() :], f" {statement[0].lower()}{statement[1 : lead.end(1)]}"


def _ask_of(statement: str, parts: QuestionParts) -> str:
    """Why a statement is so: "why did London pause the talks", or with "why is it that" before it."""
    known = parts.text.split()
    body, adjunct = split_lead(statement)
    first = body.split(" ", 1)[0]
    if first.lower() in known and first.lower() != first:
        body = body[0].lower() + body[1:]
    body = lower_first(body)
    inverted = _invert_statement(body)
    asked = f"why {inverted}{adjunct}" if inverted else f"why is it that {body}{adjunct}"
    asked_terms, said = ({stem(term) for term in query_terms(text)} for text in (parts.text, statement))
    topic = Antecedents(parts.text, "").topic()
    # What was spoken of is named where the statement only points to it.
    return asked if asked_terms & said or not topic else f"{asked} in the case of {topic}"


def _invert_statement(body: str) -> str | None:
    tokens = split_words(body)
    for place, token in enumerate(tokens[1:10], start=1):
        before = tokens[place - 1].lowered
        if token.lowered in ("that", "which", "who", "whose", "if", "because") or "," in body[: token.start]:
            return None
        is_have = token.lowered in ("has", "have", "had")
        subject_end = place - 1 if before in _ADVERBS else place
        subject = body[: tokens[subject_end - 1].end]
        rest = body[token.end :]
        after = next(
            (
                one.text
                for one in tokens[place + 1 :]
                if one.lowered not in (*_ADVERBS, "usually", "long", "not")
            ),
            "",
        )
        if AUXILIARY.match(token.text) and (not is_have or is_participle(after)):
            return f"{token.lowered} {subject}{rest}" if token.lowered not in ("do", "does", "did") else None
        base = base_form(token.text)
        if base is None or before in (*DETERMINER, *PREPOSITION) or before.endswith(("'s", "’s")):
            continue
        if token.text == finite_form(base, "did") and token.text != base:
            return f"did {subject} {base}{rest}"
        if token.text == finite_form(base, "does") and not is_noun_too(base):
            return f"does {subject} {base}{rest}"
        if not is_noun_too(base):
            return None
    return None


def _ask_why_so(so: str, parts: QuestionParts, antecedents: Antecedents) -> str:
    is_amount = so.endswith((" much", " many", " little", " few"))
    if parts.asked_noun and not is_amount and (thing := antecedents.thing(acts=False)):
        return f"why {'are' if is_plural(thing) else 'is'} {thing} {so}"
    inverted = invert(parts, "why", so)
    if inverted is None and parts.subject and not parts.verb:
        inverted = f"{parts.lead}why {parts.auxiliary} {parts.subject} {so}"
    return inverted or f"why {so}, {lower_first(parts.text)}"


def _put_subject(parts: QuestionParts, who: str) -> str | None:
    """The last question with why and another subject: "why does nobody else refine"."""
    inverted = invert(parts, "why")
    if inverted is None or not parts.subject:
        return None
    return inverted.replace(parts.subject, who, 1)


def _ask_of_value(parts: QuestionParts, answer: str) -> str | None:
    """Why a value is what the answer tells: "why is the levy 4 percent"."""
    value = re.search(r"[$€£¥]?\d[\d,.]*\d?(?: (?:million|billion|percent|per cent))*\b|\d+%", answer)
    values = re.findall(r"(?<![\w.])[$€£¥]?\d[\d,.]{0,30} ?(?:percent|per cent|%|million|billion)", answer)
    if not re.match(r"(?:how (?:high|big|large|much|long)|what)$", parts.asked, re.IGNORECASE):
        return None
    told = value[0] if value and len(values) == 1 and values[0] in value[0] else ""
    high = re.match(r"how (high|big|large|long)$", parts.asked, re.IGNORECASE)
    said = told or (f"that {high[1].lower()}" if high else "what it is")
    return f"{parts.lead}why {parts.auxiliary} {parts.subject} {said}"


def _repeats(parts: QuestionParts, answer: str) -> bool:
    """Whether the answer says most of what the question asks, and so says yes."""
    asked = {stem(term) for term in query_terms(parts.text)}
    said = {stem(term) for term in query_terms(answer)}
    base = base_form(parts.verb)
    is_said = base is not None and any(base_form(token.text) == base for token in split_words(answer))
    return bool(asked) and (3 * len(asked & said) >= 2 * len(asked) or (is_said and bool(asked & said)))


def _name_alternative(text: str, answer: str) -> tuple[str, bool]:
    """A question with that of "steel or aluminum" alone that the answer names; and whether it names one."""
    if found := re.search(r"\b([\w-]{1,60}) or ([\w-]+)\b", text):
        named = [
            word for word in found.groups() if re.search(rf"\b{re.escape(word)}\b", answer, re.IGNORECASE)
        ]
        if len(named) == 1:
            return f"{text[: found.start()]}{named[0]}{text[found.end() :]}", True
    return text, False
