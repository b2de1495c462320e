"""A follow-up as the one clean question that it means after the turns before it, by rule.

"And for Britain?" takes the place of Japan in the last question, "Why?" turns the last question round, and
"When does it expire?" names what it speaks of. A chain builds on the last question as it was understood. What
is complete in itself is left alone, but for an "And" at its beginning.
"""

import re
from collections.abc import Callable, Sequence

from qa.query.conditions.names import NUMBERED
from qa.query.follow_up.antecedents import Antecedents
from qa.query.follow_up.ellipsis import substitute
from qa.query.follow_up.inversion import lower_first
from qa.query.follow_up.leaning import LEAVES_TOPIC_OPEN, drop_opening, is_follow_up, is_fragment, points_back
from qa.query.follow_up.pronouns import resolve_pronouns
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import PERIOD
from qa.query.follow_up.short_questions import expand_short_question
from qa.query.follow_up.verb_forms import base_form
from qa.query.follow_up.why_questions import ask_why, split_lead, state
from qa.schema import Turn
from qa.text.sentences import sentence_spans

__all__ = ["rewrite_follow_up"]

_MARKERS = re.compile(r"\s{0,9}\[\d+\]|(?<=\n)- ")
_ATTRIBUTION = re.compile(r"^(?:[^\n:]{1,60}, )?(?:\d{4}-\d\d-\d\d|undated), [^\n:]{1,120}:\s+(?:- )?|^- ")
_REMARK = re.compile(
    r"^(?:ok|okay|thanks|thank you|well|good|great|hello|hi|now|i see)\b[^.?!]*[.!] +(?=\w)", re.IGNORECASE
)
_REQUEST = re.compile(
    r"^(?:please )?(?:tell|list|name|define|explain|describe|show|give|compare|summari[sz]e)\b", re.IGNORECASE
)
# "How much was that in 2022?": the last question, for another period or in another unit.
_THAT_IN = re.compile(
    r"^(?:how (?:much|many|high|big|large)|what)(?: (?:is|was|were|are|will) (?:that|this|it|they)(?: be)?)? "
    r"(?P<piece>(?:in|at|by|before|after|on|for|per|to|from) .+)$",
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


def rewrite_follow_up(question: str, history: Sequence[Turn], *, correct: Callable[[str], str] = str) -> str:
    """The question that is meant after the turns before it, oldest first; unchanged if it stands alone.

    Where a turn does not say how its question was understood, that is told from the turns before it;
    `correct` mends its slips. An answer that was refused says nothing.
    """
    base, answer = "", ""
    for turn in history:
        if turn.question.strip():
            understood = (turn.standalone_question or "").strip()
            base = understood or _rewrite(correct(turn.question.strip()), base, answer)
            answer = _first_sentence(turn)
    return _rewrite(question, base, answer)


def _rewrite(question: str, base: str, answer: str) -> str:
    """The question after a whole one and the first sentence of its answer; both are "" at the beginning."""
    if not base:
        return question
    core, has_opening = drop_opening(_REMARK.sub("", question.strip()))
    if not is_follow_up(question):
        return _finish(core) if has_opening and core else question
    return _finish(_expand(core, has_opening, _REMARK.sub("", base), answer))


def _expand(core: str, has_opening: bool, base: str, answer: str) -> str:
    if (that := _THAT_IN.match(core)) and not QuestionParts(base).is_polar:
        return substitute(that["piece"], base)
    short = ask_why(core, base, answer) or expand_short_question(core, base, answer)
    if short is not None:
        return short
    if is_fragment(core, has_opening=has_opening):
        resolved = (
            resolve_pronouns(core, base, answer)
            if re.search(r"\b(?:if|because|when|though)\b", core)
            else None
        )
        return substitute(resolved or core, base)
    text = _name_ones(core, QuestionParts(base))
    if points_back(text):
        text = resolve_pronouns(text, base, answer) or text
    return _close(text, core, base, answer)


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
    if not plain or turn.is_refused:
        return ""
    start, end = next(iter(sentence_spans(plain)), (0, len(plain)))
    return plain[start:end]
