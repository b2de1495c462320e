"""A follow-up as the one clean question that it means after the turns before it, by rule.

"And for Britain?" takes the place of Japan in the last question, "Why?" turns the last question round, and
"When does it expire?" names what it speaks of. A chain builds on the last question as it was understood. What
is complete in itself is left alone, but for an "And" at its beginning.
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from qa.query.conditions.names import NUMBERED
from qa.query.follow_up.antecedents import Antecedents
from qa.query.follow_up.comparisons import drop_comparison, expand_comparison, is_comparison
from qa.query.follow_up.ellipsis import is_whole_phrase, put_date, substitute
from qa.query.follow_up.inversion import lower_first
from qa.query.follow_up.leaning import LEAVES_TOPIC_OPEN, drop_opening, is_follow_up, is_fragment, points_back
from qa.query.follow_up.moved_periods import is_moved_period, name_pointed_period, then_as_date
from qa.query.follow_up.openings import Return, drop_remarks, find_correction, find_return, unit_in_aside
from qa.query.follow_up.pronouns import resolve_pronouns
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import DETERMINER, PERIOD, PREPOSITION
from qa.query.follow_up.short_questions import expand_short_question
from qa.query.follow_up.verb_forms import base_form
from qa.query.follow_up.well_formed import is_well_formed
from qa.query.follow_up.why_questions import ask_why, split_lead, state
from qa.schema import Turn
from qa.text.sentences import sentence_spans
from qa.text.terms import query_terms, stem

__all__ = ["rewrite_follow_up"]

_SHORT_IS = re.compile(r"^(what|who|where|when|how)['’]s(?= \w)", re.IGNORECASE)
_ASKS_WHY = re.compile(r"(?:why|how come|what is the reason)\b", re.IGNORECASE)
_ASKS_PART = re.compile(r"(?:how (?:much|many)|what (?:share|part)) of\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:in total|overall|altogether|(?:the|its|their) (?:whole|total|overall|entire|full)"
    r"(?: (?:take|sum|amount|figure|number|lot|thing))?|the (?:sum|lot))"
    r"\b(?= (?:in|for|of|at|by|during|since)\b|$)",
    re.IGNORECASE,
)
# "shelled nuts, what do they pay": after a preposition it would be a whole question.
_OWN_CLAUSE = re.compile(
    r"^(?P<topic>[^,?]{1,80}), (?P<clause>(?:(?:by|for|at|to|from|in|on|since|until) )?"
    r"(?:who|whom|what|which|when|where|why|how|"
    r"(?:is|are|was|were|do|does|did|has|have|had|will|can) (?:it|they|that|he|she))"
    r"\b.{0,120})$",
    re.IGNORECASE,
)
_THAT_NOUN = re.compile(r"\b(?:that|this|the same) ([a-z]{3,30})\b(?!['’-])", re.IGNORECASE)
_ASKS_PLACE = re.compile(
    r"\b(?:where|cit(?:y|ies)|country|countries|place|town|port|market|capital)$", re.IGNORECASE
)
_THERE = re.compile(r" there$")
_SAYS_NOTHING = re.compile(
    r"^(?:the )?(?:documents?|sources?|briefings?|texts?|files?) (?:do|does|did) not "
    r"(?:say|tell|answer|give|mention|state|contain|show)\b",
    re.IGNORECASE,
)
_MARKERS = re.compile(r"\s{0,9}\[\d+\]|(?<=\n)- ")
_ATTRIBUTION = re.compile(r"^(?:[^\n:]{1,60}, )?(?:\d{4}-\d\d-\d\d|undated), [^\n:]{1,120}:\s+(?:- )?|^- ")
_REQUEST = re.compile(
    r"^(?:please )?(?:tell|list|name|define|explain|describe|show|give|compare|summari[sz]e)\b", re.IGNORECASE
)
# "How much was that in 2022?": the last question, for another period or in another unit.
_THAT_IN = re.compile(
    r"^(?:how (?:much|many|high|big|large|long|often)|what)"
    r"(?: (?:is|was|were|are|will) (?:that|this|it|they)(?: be)?)? "
    r"(?P<piece>(?:in|at|by|before|after|on|for|per|to|from) .+)$",
    re.IGNORECASE,
)
_NOUN_IN = re.compile(
    r"^(?:what|which|how (?:much|many)) (?P<noun>[a-z-]{1,30}(?: [a-z-]{1,30}){0,2}?) "
    r"(?P<piece>(?:in|at|by|before|after|on|for|per|to|from|under|since|until) .+)$",
    re.IGNORECASE,
)
_IDEA = re.compile(r"\bthe (?:idea|plan|proposal|notion|suggestion)$")
_ORDINAL_ONE = re.compile(r"\b(?:first|second|third|last|other|next) (?:ones?|two)$")
_BARE_WORDS = 3  # a question of so many lacks what it is about
# What else went on in the same case: "after the meeting in Busan".
_ADJUNCT = re.compile(r" (?:after|before|during|under|at) (?:the|an?|[A-Z]).+$", re.DOTALL)
_MONTH = re.compile(
    r"\b(?:january|february|april|june|july|august|september|october|november|december)\b|\b(?:march|"
    r"may)(?= \d)"
)
_OPEN_PREPOSITIONS = {
    "react": "to",
    "respond": "to",
    "reply": "to",
    "comply": "with",
    "object": "to",
    "retaliate": "against",
    "pay": "for",
    "want": "for",
}


class _Understood(NamedTuple):
    """An earlier question as understood, the first sentence of its answer, and whether it leant on others."""

    question: str
    answer: str
    leans: bool


def rewrite_follow_up(question: str, history: Sequence[Turn], *, correct: Callable[[str], str] = str) -> str:
    """The question that is meant after the turns before it, oldest first; unchanged if it stands alone.

    Where a turn does not say how its question was understood, that is told from the turns before it;
    `correct` mends its slips. An answer that was refused says nothing.
    """
    talk: list[_Understood] = []
    for turn in history:
        if turn.question.strip():
            typed = correct(turn.question.strip())
            understood = (turn.standalone_question or "").strip() or _rewrite(typed, talk)
            base = _SHORT_IS.sub(r"\1 is", drop_comparison(drop_remarks(understood)))
            talk.append(_Understood(base, _first_sentence(turn), bool(talk) and is_follow_up(typed)))
    return _rewrite(question, talk)


def _rewrite(question: str, talk: Sequence[_Understood]) -> str:
    """The question after whole ones, oldest first."""
    if not talk:
        return question
    if back := find_return(question):
        return _finish(_come_back(back, talk))
    if meant := find_correction(question):
        return _finish(_complete(meant, talk))
    core, has_opening = drop_opening(drop_remarks(question))
    if named := _name_that(core, talk[-1]):
        return _finish(named)
    if not is_follow_up(question):
        return _finish(core) if has_opening and core else question
    if unit := unit_in_aside(question):
        same = [one for one in talk if re.search(rf"\b{re.escape(unit)}\b", one.question, re.IGNORECASE)]
        talk = [*talk, same[-1]] if same else talk
    return _finish(_expand(core, has_opening, talk))


def _expand(core: str, has_opening: bool, talk: Sequence[_Understood]) -> str:
    base, answer = talk[-1].question, talk[-1].answer
    core = name_pointed_period(core, _texts(talk)) if not is_moved_period(core) else core
    parts = QuestionParts(base)
    if (that := _THAT_IN.match(core) or _same_noun_in(core, parts)) and not parts.is_polar:
        return substitute(that["piece"], base)
    if compared := expand_comparison(core, base):
        return compared
    short = ask_why(core, base, answer) or expand_short_question(core, base, answer)
    if short is not None:
        return short
    if is_fragment(core, has_opening=has_opening):
        if re.search(r"\b(?:if|because|when|though)\b", core):
            return substitute(resolve_pronouns(core, base, answer) or core, base)
        return _complete(core, talk)
    text = _name_ones(core, QuestionParts(base))
    if points_back(text):
        text = resolve_pronouns(text, base, answer) or text
    return _close(text, core, base, answer)


def _name_that(core: str, last: _Understood) -> str | None:
    """The question with "the Orchard Fund" for "that fund", where the last answer named it; None without."""
    found = _THAT_NOUN.search(core)
    named = Antecedents(last.question, last.answer).named_in_answer(found[1]) if found else None
    return f"{core[: found.start()]}{named}{core[found.end() :]}" if found and named else None


def _same_noun_in(core: str, parts: QuestionParts) -> re.Match[str] | None:
    """For "what yield in 2026", which asks for the same thing as the last question."""
    found = _NOUN_IN.match(core)
    return found if found and found["noun"].lower() == parts.asked_noun.lower() else None


def _texts(talk: Sequence[_Understood]) -> list[str]:
    """What was asked and told, the latest first."""
    return [text for one in reversed(talk) for text in (one.question, one.answer)]


def _complete(fragment: str, talk: Sequence[_Understood]) -> str:
    """A fragment put into the last question that has a place for it; both side by side where none is sure."""
    first, _, rest = fragment.partition(" ")
    fragment = f"{first.lower()} {rest}".strip() if first.lower() in PREPOSITION else fragment
    # "And Belmar?" after "Why so high?" asks again how high it is.
    while len(talk) > 1 and talk[-1].leans and _ASKS_WHY.match(talk[-1].question):
        talk = talk[:-1]
    # "the whole take?" after "How much of that came from shelled nuts?"
    if total := _TOTAL.match(fragment):
        while len(talk) > 1 and _ASKS_PART.match(talk[-1].question):
            talk = talk[:-1]
            fragment = fragment[total.end() :].strip() or fragment
    base = talk[-1].question
    if is_moved_period(fragment) and (piece := then_as_date(fragment, _texts(talk)[:2])):
        return put_date(piece, base)
    if is_whole_phrase(fragment, base):
        return fragment
    if own := _OWN_CLAUSE.match(fragment):
        return _complete_with_clause(own["topic"], own["clause"], talk)
    answer = next((one.answer for one in reversed(talk) if one.answer), "")
    text = substitute(fragment, base, answer)
    if is_well_formed(text, base, fragment):
        return text
    return f"{QuestionParts(base).text}, and {fragment}"


def _complete_with_clause(topic: str, clause: str, talk: Sequence[_Understood]) -> str:
    """For "shelled nuts, what do they pay?": the last question for those, or what is asked of them."""
    base = talk[-1].question
    parts, asked = QuestionParts(base), QuestionParts(clause)
    is_same = not asked.verb or base_form(asked.verb) == (base_form(parts.verb) or parts.verb)
    if is_same and not re.search(r"\b(?:is|was) (?:that|it|he|she)$", clause):
        text = substitute(topic, base, talk[-1].answer)
        if is_well_formed(text, base, topic):
            return text
    return resolve_pronouns(clause, f"What is {topic}?", "") or f"{clause} for {topic}"


def _come_back(back: Return, talk: Sequence[_Understood]) -> str:
    """What is asked of an earlier subject: of the latest question, or else answer, that names it."""
    words = {stem(word) for word in query_terms(back.subject)} - {stem("one"), stem("ones")}
    found = [
        place
        for texts in (
            [one.question for one in talk],
            [f"{one.question} {one.answer}" for one in talk],
        )
        for place in reversed(range(len(talk)))
        if words and words <= {stem(word) for word in query_terms(texts[place])}
    ]
    talk = talk[: found[0] + 1] if found else talk
    base, answer = talk[-1].question, talk[-1].answer
    if not back.rest:
        return base if found else back.subject
    core, has_opening = drop_opening(drop_remarks(back.rest))
    if is_fragment(core, has_opening=has_opening) or is_comparison(core):
        return _expand(core, has_opening, talk)
    subject = back.subject
    if re.search(r" ones?$", subject):
        subject = Antecedents(base, answer).thing(acts=False) or subject
    if text := _THERE.sub(f" in {subject}", core) if _THERE.search(core) else "":
        return text
    if points_back(core):
        the_subject = (
            subject if subject != subject.lower() or subject.split()[0] in DETERMINER else f"the {subject}"
        )
        return resolve_pronouns(core, f"What is {the_subject}?", "") or core
    if _bare_amount := re.match(r"(?:how (?:much|many))(?= (?:of it )?(?!of\b)[a-z]+)", core, re.IGNORECASE):
        asked = QuestionParts(core)
        if not asked.asked_noun and not subject.startswith("the "):
            return f"{_bare_amount[0]} {subject}{core[_bare_amount.end() :]}"
    if words & {stem(word) for word in query_terms(core)} or is_follow_up(core):
        return _expand(core, has_opening, [*talk[:-1], _Understood(f"What is {subject}?", "", False)])
    return f"{core} in the case of {subject}" if found else core


def _name_ones(core: str, parts: QuestionParts) -> str:
    """The question with "which refinery" for "which one"."""
    noun = re.sub(r"^.* (?:of|in|from) ", "", parts.asked_noun)
    return (
        re.sub(r"\b(which|what other|which other) ones?\b", rf"\1 {noun}", core, count=1, flags=re.IGNORECASE)
        if noun
        else core
    )


def _close(text: str, core: str, base: str, answer: str) -> str:
    """What the question leaves open, added: what someone reacted to, where "there" is, when "then" was."""
    antecedents, parts = Antecedents(base, answer), QuestionParts(base)
    topic = antecedents.topic() or ""
    if found := LEAVES_TOPIC_OPEN.match(core):
        return _add_topic(text, (found["verb"] or found["verb2"]).lower(), topic, answer)
    if text.endswith(" instead"):
        is_done = bool(parts.is_polar and parts.subject and parts.verb and parts.object)
        text = f"what {parts.auxiliary} {parts.subject} {parts.verb} instead" if is_done else text
        return f"{text} of {topic}" if topic else text
    if _IDEA.search(text) and topic and not QuestionParts(text).names():
        return f"{text} of {topic}"
    if (
        re.search(r"\belse\b", core)
        and (adjunct := _ADJUNCT.search(base.rstrip("?")))
        and adjunct[0] not in text
    ):
        return f"{text}{adjunct[0]}"
    if text.endswith(" there"):
        places = [name for name in parts.names() if not name.is_possessive]
        if _ASKS_PLACE.search(parts.asked) and (named := antecedents.named_in_answer()):
            return f"{text.removesuffix('there')}in {named}"
        return f"{text.removesuffix('there')}in {places[-1].text}" if places else text
    if text.endswith((" then", " at that time")):
        period, event = PERIOD.search(base), NUMBERED.search(base)
        when = f" {period[0].strip()}" if period else f" in {event[0]}" if event else ""
        return re.sub(r" (?:at that time|then)$", when, text)
    asked = QuestionParts(text)
    is_bare = asked.is_wh and not asked.object and not asked.subject and len(text.split()) <= _BARE_WORDS
    if is_bare and topic and not points_back(text):
        return f"{text} {antecedents.thing(acts=False)}" if asked.verb else f"{text} of {topic}"
    return f"{text} for {topic}" if _ORDINAL_ONE.search(text) and topic else text


def _add_topic(text: str, verb: str, topic: str, answer: str) -> str:
    """What someone said or did with "about" what; where that is named already, after what was told."""
    bare = re.sub(r" (?:then|next|after that|in response)$", "", text)
    if topic and topic not in text:
        return f"{bare} {_OPEN_PREPOSITIONS.get(base_form(verb) or '', 'about')} {topic}"
    body, adjunct = split_lead(state(answer) or "")
    return f"{bare} after {lower_first(body)}{adjunct}" if body else bare


def _finish(text: str) -> str:
    """With a capital, a question mark and single spaces."""
    text = " ".join(text.split()).strip(" ,;:")
    text = text if text.endswith(("U.S.", "U.K.")) else text.rstrip("?!. ")
    text = _MONTH.sub(lambda month: month[0].capitalize(), text)
    mark = "." if _REQUEST.match(text) else "?"
    return f"{text[:1].upper()}{text[1:]}{mark}"


def _first_sentence(turn: Turn) -> str:
    """The first sentence of an answer without marks and without what says whose it is; "" of a refusal."""
    plain = " ".join(_MARKERS.sub("", _ATTRIBUTION.sub("", turn.answer.strip())).split())
    if not plain or turn.is_refused or _SAYS_NOTHING.match(plain):
        return ""
    start, end = next(iter(sentence_spans(plain)), (0, len(plain)))
    return plain[start:end]
