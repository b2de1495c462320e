"""Short questions: "Since when?", "Who else?", "Which ones?" as a form of the last question."""

import re

from qa.query.follow_up.antecedents import Antecedents, find_persons
from qa.query.follow_up.inversion import invert, lower_first, negate
from qa.query.follow_up.leaning import BARE_SUBJECT, is_question_phrase, match_predicate, match_still
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import is_plural
from qa.query.follow_up.verb_forms import base_form, finite_form

__all__ = ["expand_short_question"]

_MORE = re.compile(
    r"^(?:(?:can|could|would|will) you |please )*(?:tell me more|more details?|go on|continue|elaborate|"
    r"say more|"
    r"(?:explain|describe|tell me about) (?:that|this|it))(?: about (?:that|this|it))?(?: in more detail|"
    r" please)*$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"^(?:for (?:example|instance)|such as(?: what)?|like what|(?:an |any )?examples?|"
    r"(?:can|could) you (?:give|name) (?:me )?(?:an |some |any )?examples?)$",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"^(?:(?P<wh>what|who|where|when|how|why|any(?:thing|one|body|where)) else|"
    r"(?:are there )?any (?:others?|more))$",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^(?:which (?:ones?|are (?:they|these|those|the others))|what are (?:they|these|those)|"
    r"who are (?:they|these|those)|"
    r"(?:(?:can|could) you |please )*(?:list|name|show|give)(?: me)? (?:them|those|these)(?: all)?)$",
    re.IGNORECASE,
)
_BY_WHOM = re.compile(
    r"^(?P<verb>[a-z]+(?:ed|t|n|en)) (?P<by>by|for|with|in|on|at|to) (?P<what>whom|who|what|which)$",
    re.IGNORECASE,
)
_WH_IT_WAS = re.compile(
    r"^(?P<wh>(?:(?:by|for|with|from|at|to|in|on|since|until|till) )?(?:when|where|how (?:much|many|high|"
    r"long|big)|what year|who|whom|what))"
    r" (?:is|was|were|are)(?: that| this| it| they)(?P<rest> (?:in|at|by|on|before|after|for|exactly|"
    r"per)\b.+)?$",
    re.IGNORECASE,
)
# "When was the second time?"
_TIME = re.compile(r"^(?P<wh>when|where) (?:is|was|will) (?P<time>the \w+ time)(?: be)?$", re.IGNORECASE)
_WH = re.compile(
    r"^(?P<asked>(?:(?:by|for|with|from|at|to|in|on|since|until|till|of|under|against|as of|through|up to) )?"
    r"(?:(?:exactly|precisely) )?(?:who|whom|what|which|when|where|how)\b.*)$",
    re.IGNORECASE,
)
_WHY_THERE = re.compile(r"^why (there|then|now|here)$", re.IGNORECASE)
_STATE = re.compile(r"in \w+|valid|due|open|closed|shut|based|located|payable|available", re.IGNORECASE)
_DURATION = re.compile(
    r"^(?:since when|until when|till when|from when|for how long|how long|as of when|when)\b", re.IGNORECASE
)


def expand_short_question(question: str, base: str, answer: str) -> str | None:
    """The question as a whole one, without its mark; None where it is none of these.

    `answer` is the first sentence of the last answer, "" if there was none.
    """
    parts, antecedents = QuestionParts(base), Antecedents(base, answer)
    if _MORE.match(question):
        return f"tell me more about {_event(parts) or antecedents.topic() or parts.text}"
    if _EXAMPLE.match(question):
        return f"{parts.text}, for example"
    if found := _ELSE.match(question):
        return _else(found, parts)
    if _WHICH.match(question):
        return _which(parts, answer)
    if short := _of_predicate(question, parts, antecedents):
        return short
    if found := _TIME.match(question):
        again = invert(parts, found["wh"])
        return f"{again} for {found['time']}" if again else None
    if found := _WH_IT_WAS.match(question):
        rest = (found["rest"] or "").strip()
        return _ask_for(found["wh"], parts, antecedents, answer, rest, has_pronoun=True)
    if (found := _WH.match(question)) and is_question_phrase(question):
        return _ask_for(found["asked"], parts, antecedents, answer, "")
    return None


def _of_predicate(question: str, parts: QuestionParts, antecedents: Antecedents) -> str | None:
    """Questions of what the last one spoke of: "still in force?", "signed by whom?", "why there?"."""
    if found := BARE_SUBJECT.match(question):
        return _repeat_verb(found, parts)
    if found := _WHY_THERE.match(question):
        is_asked = re.fullmatch(r"(?:to )?(?:where|when)(?: to)?", parts.asked, re.IGNORECASE)
        again = invert(parts, "why") if is_asked else None
        return f"{again} {found[1].lower()}" if again else None
    found = _BY_WHOM.match(question) or match_still(question) or match_predicate(question)
    if found is None:
        return None
    groups = found.groupdict()
    acts = re.match(r"(?:bas|locat|found|own|list|register)", found[0], re.IGNORECASE) is not None
    thing = antecedents.thing(acts=acts and "by" not in groups)
    if not thing:
        return None
    is_many = is_plural(thing)
    if "by" in groups:
        return f"{found['by']} {found['what']} {'were' if is_many else 'was'} {thing} {found['verb'].lower()}"
    predicate = found["predicate"].lower()
    if "wh" not in groups:
        words = (found["adverb"] or "", predicate, found["behind"] or "")
        return f"{'are' if is_many else 'is'} {thing} {' '.join(' '.join(words).lower().split())}"
    wh = found["wh"].lower()
    is_state = _STATE.match(predicate) or wh.startswith(("since", "until", "till"))
    verbs = ("are" if is_many else "is") if is_state else "were" if is_many else "was"
    return f"{wh} {verbs} {thing} {predicate}"


def _repeat_verb(found: re.Match[str], parts: QuestionParts) -> str | None:
    """After "Did Belmar appeal": "until when could Belmar appeal"."""
    base = base_form(parts.verb)
    if not parts.is_polar or not parts.subject or base is None:
        return None
    behind = parts.text[parts.text.find(parts.verb, parts.text.find(parts.subject)) + len(parts.verb) :]
    verb = parts.verb if parts.auxiliary not in ("has", "have", "had") else base
    return f"{lower_first(found['wh'])} {found['auxiliary'].lower()} {parts.subject} {verb}{behind}"


def _event(parts: QuestionParts) -> str | None:
    """What was asked about as "how Washington first tried to end it"; None where nobody did anything."""
    base = base_form(parts.verb)
    if base is None or not parts.subject or parts.auxiliary not in ("do", "does", "did") or parts.asked_noun:
        return None
    start = parts.text.find(parts.subject)
    body = parts.text[start : parts.verb_end]
    finite = body[::-1].replace(parts.verb[::-1], finite_form(base, parts.auxiliary)[::-1], 1)[::-1]
    is_chain = not body.endswith(parts.verb)
    if is_chain:
        finite = body.replace(f" {parts.verb} ", f" {finite_form(base, parts.auxiliary)} ", 1)
    return f"how {finite} {parts.rest}"


def _else(found: re.Match[str], parts: QuestionParts) -> str:
    wh = (found["wh"] or "what").lower()
    if (
        wh == "who"
        and not re.match("who", parts.asked, re.IGNORECASE)
        and parts.subject
        and parts.verb
        and parts.auxiliary in ("do", "does", "did")
    ):
        inverted = invert(parts, "who else")
        base = base_form(parts.verb)
        if inverted and base:
            finite = finite_form(base, "did" if parts.auxiliary == "did" else "does")
            return inverted.replace(f" {parts.auxiliary} {parts.subject} {parts.verb}", f" {finite}", 1)
    asked = parts.asked
    start = parts.text.find(asked, len(parts.lead)) if asked else 0
    if re.fullmatch(r"(?:\w+ )?(?:what|who|whom|where|when|how|why)", asked, re.IGNORECASE):
        end = start + len(asked)
        return f"{parts.text[:end]} else{parts.text[end:]}"
    if match := re.match(r"(?:\w+ )?(?:what|which)(?= )", asked, re.IGNORECASE):
        end = start + match.end()
        return f"{parts.text[:end]} other{parts.text[end:]}"
    wh = {"anything": "what", "anyone": "who", "anybody": "who", "anywhere": "where"}.get(wh, wh)
    thing = re.search(r"\b(?:any(?:thing|one|body)?|some(?:thing|one)?|an?)\b(?: [a-z-]+)*", parts.rest)
    if parts.is_polar and wh == "what" and thing and thing.start() == 0 and parts.verb:
        body = parts.text[len(parts.lead) : parts.verb_end]
        return f"{parts.lead}what else {lower_first(body)} {parts.rest[thing.end() :].strip()}".rstrip()
    return f"{parts.text}, and {wh} else"


def _which(parts: QuestionParts, answer: str) -> str | None:
    """For "which ones?": "which countries" of "how many countries", or of the answer's "three countries"."""
    if parts.is_wh and re.search(r"\bhow many\b", parts.asked, re.IGNORECASE):
        return re.sub(r"\bhow many\b", "which", parts.text, count=1, flags=re.IGNORECASE)
    any_of = re.match(
        r"(?:any|some|several|other|an?) (?P<noun>(?:[a-z-]+ )*?[a-z-]+)(?= (?:of|on|in|for|from|to|"
        r"with)\b|$)(?P<rest>.*)",
        parts.rest,
    )
    if parts.is_polar and any_of and parts.verb:
        body = lower_first(parts.text[len(parts.lead) : parts.verb_end])
        return f"{parts.lead}which {any_of['noun']} {body}{any_of['rest']}"
    counted = re.match(
        r"(?:the )?(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+|several|many|some|"
        r"a few|most) "
        r"(?P<rest>[a-z][^|;:\n…]*)$",
        answer.rstrip(" .!"),
        re.IGNORECASE,
    )
    if counted:
        return f"which {counted['rest']}"
    if parts.is_wh and (found := re.match(r"(?:\w+ )?who\b", parts.asked, re.IGNORECASE)):
        return parts.text if found else None
    return f"{parts.text}, and which ones"


def _ask_for(
    asked: str,
    parts: QuestionParts,
    antecedents: Antecedents,
    answer: str,
    rest: str,
    *,
    has_pronoun: bool = False,
) -> str | None:
    """The question phrase put before what the last question asked about."""
    behind = f" {rest}" if rest else ""
    if parts.is_wh and parts.asked_noun and re.match(r"how (?:much|many|high|big)$", asked, re.IGNORECASE):
        return None
    asked = re.sub(r"^where (to|from)$", r"\1 where", lower_first(asked), flags=re.IGNORECASE)
    asked = re.sub(r",? for (?:example|instance)$", "", asked)
    subject, auxiliary = parts.subject, parts.auxiliary
    persons = find_persons(answer)
    is_no = parts.is_polar and re.match(r"no\b", answer, re.IGNORECASE)
    if is_no and _DURATION.match(asked) and " " in asked:
        return f"{parts.lead}{asked} {negate(parts.text[len(parts.lead) :])}{behind}"
    inverted = invert(parts, asked)
    if inverted is not None:
        return f"{inverted}{behind}"
    if (
        re.match(r"who", parts.asked, re.IGNORECASE)
        and persons
        and auxiliary in ("is", "are", "was", "were")
        and subject
    ):
        return f"{asked} {auxiliary} {persons[0]} {lower_first(subject)}{behind}"
    if subject and auxiliary in ("is", "are", "was", "were") and not parts.verb:
        if _DURATION.match(asked) and not re.match(r"(?:when|where)\b", parts.asked, re.IGNORECASE):
            is_many = is_plural(subject)
            verb = "did" if auxiliary in ("was", "were") else "do" if is_many else "does"
            return f"{asked} {verb} {subject} apply{behind}"
        return f"{asked} {auxiliary} {parts.text[parts.text.find(subject) :]}{behind}"
    if parts.asks_for_subject and parts.verb and not auxiliary and parts.object:
        base = base_form(parts.verb)
        is_past = base is not None and finite_form(base, "did") == parts.verb
        who = persons[0] if persons and re.match("who", parts.asked, re.IGNORECASE) else parts.asked_noun
        if base and who:
            helper = "did" if is_past else "do" if is_plural(who) and who == parts.asked_noun else "does"
            return f"{asked} {helper} {who} {base} {parts.rest}{behind}"
    topic = antecedents.topic()
    if topic is not None and not parts.is_wh:
        return f"{asked} is {topic}{behind}"
    # "How long is it?" of what no verb is left for is asked of a thing, by its pronoun.
    return None if has_pronoun and asked.startswith("how") else f"{parts.text}, and {asked}{behind}"
