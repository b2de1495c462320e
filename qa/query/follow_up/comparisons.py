"""Follow-ups that compare what was told, or find it high: "more than in 2021?", "why is it so low there?"."""

import re

from qa.query.follow_up.inversion import lower_first
from qa.query.follow_up.moved_periods import shifted_year
from qa.query.follow_up.question_parts import QuestionParts
from qa.query.follow_up.question_words import UNITS, is_plural
from qa.query.follow_up.verb_forms import base_form, finite_form

__all__ = ["drop_comparison", "expand_comparison", "is_comparison"]

_BE = r"(?:is|are|was|were)"
_POINTER = r"(?:that|this|it|they|these|those)"
_DEGREE = (
    r"(?:(?:still|even|so|much|far|any|a lot|very|that|really|quite) ){0,3}"
    r"(?:more|less|fewer|(?:high|low|larg|bigg|small|cheap|dear|long|short|strong|weak|great|slow|fast|late|earli)e?r|"
    r"better|worse|different|(?:up|down)(?: or (?:up|down))?|"
    r"(?:higher|more) or (?:lower|less)|as (?:much|many|high|low|large))"
)
_THAN = re.compile(
    rf"^(?:and )?(?P<why>(?:why|how come) )?(?:(?P<be>{_BE}) )?(?:{_POINTER} )?"
    rf"(?P<degree>{_DEGREE}) (?P<than>than|from|as|on|against|compared (?:with|to)) (?P<other>.{{1,100}})$",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    rf"^how (?:does|do|did) {_POINTER} (?P<verb>compare|differ) "
    r"(?P<than>with|to|from|against) (?P<other>.{1,100})$",
    re.IGNORECASE,
)
# "why is it still so low there"
_WHY_SO = re.compile(
    rf"^(?:why|how come) {_BE} {_POINTER} (?P<so>(?:(?:still|so|that|very|such|as|too) ){{1,3}}"
    r"(?:low|high|small|large|big|little|much|few|many|long|short|strong|weak|expensive|cheap|dear))"
    r"(?P<there> there)?$",
    re.IGNORECASE,
)
_ADDED = re.compile(
    rf", and (?:{_BE} that {_DEGREE} |how does that (?:compare|differ) |why is that {_DEGREE} ).{{1,100}}$",
    re.IGNORECASE,
)


def is_comparison(question: str) -> bool:
    """Whether a question without its mark compares what was told with something."""
    return any(pattern.match(question) for pattern in (_THAN, _COMPARE, _WHY_SO)) and not _names_both(
        question
    )


def _names_both(question: str) -> bool:
    """Whether what is compared is named: "Is Tarvel's levy higher than Oskeny's" has no pointer."""
    found = _THAN.match(question)
    return bool(
        found and found["be"] and not re.match(rf".*\b{_POINTER} ", question[: found.start("degree")])
    )


def drop_comparison(question: str) -> str:
    """An understood question without the comparison that was added to it, for what builds on it."""
    mark = "?" if question.endswith("?") else ""
    return _ADDED.sub("", question.rstrip("?")) + mark


def expand_comparison(question: str, base: str) -> str | None:
    """The comparison as a whole question, without its mark; None where nothing is compared."""
    if not is_comparison(question):
        return None
    parts = QuestionParts(base)
    measure = _measure(parts)
    if so := _WHY_SO.match(question):
        if measure is None:
            return None
        text = re.sub(r" in (?:1[89]|20)\d\d$", "", measure)
        return f"why {_be(parts, text)} {text} {so['so'].lower()}"
    found = _THAN.match(question) or _COMPARE.match(question)
    if found is None:
        return None
    other = found["other"]
    if (moved := shifted_year(parts.text, other)) is not None:
        other = f"in {moved}"
    if "verb" in found.re.groupindex:
        return f"{parts.text}, and how does that {found['verb'].lower()} {found['than'].lower()} {other}"
    degree, than = found["degree"].lower(), found["than"].lower()
    be = _be(parts, measure or "")
    if found["why"]:
        return (
            f"why {be} {measure} {degree} {than} {other}"
            if measure
            else f"{parts.text}, and why is that {degree} {than} {other}"
        )
    return f"{parts.text}, and is that {degree} {than} {other}"


def _be(parts: QuestionParts, measure: str) -> str:
    is_past = parts.auxiliary in ("was", "were", "did", "had")
    if is_plural(measure):
        return "were" if is_past else "are"
    return "was" if is_past else "is"


def _measure(parts: QuestionParts) -> str | None:
    """What was asked for as a noun phrase, "the share of the exports that went abroad"; None without one."""
    noun, verb, auxiliary = parts.asked_noun, parts.verb, parts.auxiliary
    if not parts.is_wh and not parts.is_polar:  # asked in keywords
        first = parts.text.split(" ", 1)[0]
        is_name = first[1:] != first[1:].lower()
        return f"the {parts.text if is_name else parts.text[:1].lower() + parts.text[1:]}"
    is_valued = re.match(r"(?:how (?:high|large|big|long|low|great)|what)$", parts.asked, re.IGNORECASE)
    if is_valued and parts.subject and auxiliary in ("is", "are", "was", "were") and not verb:
        return parts.subject
    is_count = re.match(r"(?:how|in how) (?:many|much)\b", parts.asked, re.IGNORECASE)
    if not noun or is_count or re.fullmatch(UNITS, noun, re.IGNORECASE):
        return None
    if parts.asks_for_subject and verb and not auxiliary:
        behind = parts.text[parts.text.find(noun) + len(noun) :].strip()
        adverb = re.search(r" (?:actually|really|[a-z]+ly)$", noun)
        bare = noun[: adverb.start()] if adverb else noun
        return f"the {bare} that{adverb[0] if adverb else ''} {behind}"
    if parts.subject and verb and auxiliary in ("do", "does", "did"):
        finite = finite_form(base_form(verb) or verb, auxiliary)
        rest = f" {parts.rest}" if parts.rest else ""
        return f"the {noun} that {lower_first(parts.subject)} {finite}{rest}"
    return (
        f"the {noun} of {parts.subject}"
        if parts.subject and auxiliary in ("is", "are", "was", "were")
        else None
    )
