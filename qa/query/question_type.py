"""The type of a question, by its words, and the two sides of a comparison."""

import re
from typing import Literal, NamedTuple

__all__ = ["ONE_THING_TYPES", "QuestionType", "Side", "classify_question", "split_comparison"]

QuestionType = Literal["fact", "yes-no", "list", "change", "compare", "summary", "open"]
# One short thing answers: a fact, or a yes or no.
ONE_THING_TYPES: frozenset[QuestionType] = frozenset({"fact", "yes-no"})

_POLITE = re.compile(
    r"^\W*((please|so|ok|okay|and|but|hi|hello|(can|could|would|will) you(?= \w+ )|"
    r"i (want|need|would like) (you )?to( know)?|do you know|tell me(?! (more )?about))\b\W*)*",
    re.IGNORECASE,
)
_SUMMARY = re.compile(
    r"^(summari[sz]e|sum up|recap|outline|"
    r"(give|write|show)( me| us)? (an? |the )?(\w+ )?(summary|overview|recap|outline|gist)|"
    r"(an? |the )?(\w+ )?(summary|overview|recap|gist) of|"
    r"what (is|was|are|were) (the )?(main|key|central|most important) "
    r"(points?|takeaways?|messages?|findings?|conclusions?)|key (points|takeaways)|"
    r"what (is|does) (the |this |that )?(\w+ )?(briefing|document|report|article|paper|text|memo|note)s?\b.*"
    r"\b(about|say)\W*$|tell me (more )?about (the |this |that )?(briefing|document|report|article|paper)\b)",
    re.IGNORECASE,
)
_FACT = re.compile(
    r"\b(who|whom|whose|when|where|how (many|much|long|old|far|high|large|big|often)|what (share|percentage|"
    r"percent|proportion|rate|year|date|day|month|amount|number|price|level|size|threshold|name|country|city|"
    r"law|section|article)|which (country|company|city|year|president|minister|law|article|section|agency|"
    r"party|court|month|side|chapter|province|state))\b",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must|(is|are|was|were|do|does|"
    r"did|has|have|had|ca|could|wo|would|should)n['’]t)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\b(list|name (the|all|some|two|three)|(which|what) (other |main |major |new |key )?"
    r"(?!is\b|was\b|does\b|has\b|basis\b)\w+[^s\W]s\b|what are|what were|which are)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"^(why|anything else|what else|any others?|tell me more|for (example|instance)|"
    r"how (?!many|much|long|old|far|high|large|big|often)|explain|describe|discuss|tell (me|us)|"
    r"what (happens|happened|would|could|might|will|should)|"
    r"what (is|are|was|were) ((the|some|\w+['’]s?|private \w+['’]) )?"
    r"((main|major|primary|key|big|biggest|chief|principal|greatest|strongest|important|most \w+) |"
    r"(risk|reason|consequence|difference|effect|impact|"
    r"argument|concern|obstacle|challenge|problem|issue|state|position|outlook|danger|worr|hurdle|drawback|"
    r"advantage|benefit|objection|criticism|prospect)))",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"^what (has |have |had |is |was |will )?(been )?(changed?|new|different|happened)\b|"
    r"^what['’]s (new|changed)\b|^(which|what) changes\b|\bover time\b|"
    r"^(how|in what way) (has|have|had|did|do|does|is|are|will)\b.*"
    r"\b(changed?|evolved?|develop(ed)?|shift(ed)?|moved?)\b|^(the )?(history|evolution|timeline) of\b",
    re.IGNORECASE,
)
# "the difference between A and B on X", "how do A and B differ on X", "compare A with B", "A versus B".
_TOPIC = r"(?P<rest> (?:in|on|over|about|regarding|concerning|towards?|when it comes to|with regard to) .+?)?"
_HOW = r"^how (?:do|does|did|is|are|was|were) (?P<a>.+?)"
_COMPARE = tuple(
    re.compile(pattern + r"[\s?.!]*$", re.IGNORECASE)
    for pattern in (
        rf"\b(?:differences?|contrast|comparison) between (?P<a>.+?) and (?P<b>.+?){_TOPIC}",
        rf"{_HOW} (?:differ|differs|different|diverge) from (?P<b>.+?){_TOPIC}",
        rf"{_HOW} compared? (?:to|with) (?P<b>.+?){_TOPIC}",
        rf"{_HOW} and (?P<b>.+?) (?:differ|different|diverge|compare){_TOPIC}",
        rf"^(?:compare|contrast) (?P<a>.+?) (?:and|with|to|against|versus|vs\.?) (?P<b>.+?){_TOPIC}",
        rf"^(?:what (?:separates|distinguishes)) (?P<a>.+?) (?:and|from) (?P<b>.+?){_TOPIC}",
        r"^(?P<a>.+?) (?:versus|vs\.?) (?P<b>[^:]+?)(?P<rest>:.+)?",
    )
)
_HOLDER = re.compile(r"^(?:the )?(?P<holder>.+?)(?P<own>['’]s|s['’])$")
_POSSESSION = re.compile(r"^(?:the )?(?P<holder>.+?)(?P<own>['’]s|s['’]) (?P<thing>.+)$")
_PREPOSITION = re.compile(r" (?:on|in|of|over|about|to|towards?|regarding|under|for) ")
_ADJECTIVE_ENDINGS = ("an", "ese", "ish", "ch")
_MAX_SIDE_WORDS = 8  # words of one side of a comparison at most


class Side(NamedTuple):
    """One side of a comparison: its name, and the question that is asked about it."""

    label: str
    question: str


def classify_question(question: str, *, is_comparison: bool | None = None) -> QuestionType:
    """What an answer should look like.

    "fact" is one short thing, "yes-no" what bears on a yes or no, "list" several things, "change" what
    happened in the order of time, "compare" two sides, "summary" a document in short, "open" all else
    that takes sentences. `is_comparison` says whether `split_comparison` gives two sides, if that is known.
    """
    request = _POLITE.sub("", question, count=1) or question
    if _SUMMARY.search(request):
        return "summary"
    if bool(split_comparison(question)) if is_comparison is None else is_comparison:
        return "compare"
    if _CHANGE.search(request):
        return "change"
    if _OPEN.search(request):
        return "open"
    if _YES_NO.search(request):
        return "yes-no"
    if _FACT.search(request):
        return "fact"
    return "list" if _LIST.search(request) else "open"


def split_comparison(question: str) -> tuple[Side, ...]:
    """The two sides of a comparison, each with its own question; empty where nothing is compared.

    "How do Canada's and Mexico's positions on dairy differ?" asks "What are Canada's positions on dairy?"
    and "What are Mexico's positions on dairy?".
    """
    request = _POLITE.sub("", question, count=1)
    for pattern in _COMPARE:
        match = pattern.search(request)
        if match:
            rest = (match["rest"] or "").rstrip(" ?.!")
            if sides := _sides(match["a"].strip(), match["b"].strip(), rest):
                return sides
    return ()


def _sides(first: str, second: str, rest: str) -> tuple[Side, ...]:
    if max(len(first.split()), len(second.split())) > _MAX_SIDE_WORDS:
        return ()
    possession, holder = _POSSESSION.match(second), _HOLDER.match(first)
    if possession and holder:  # "Canada's and Mexico's positions"
        first = f"{first} {possession['thing']}"
    elif possession is None and first.endswith(_ADJECTIVE_ENDINGS) and " " not in first and " " in second:
        first = f"{first} {second.split(' ', 1)[1]}"  # "Canadian and Mexican positions"
    return tuple(Side(_label(side), _question_about(side, rest)) for side in (first, second))


def _label(side: str) -> str:
    possession = _POSSESSION.match(side)
    name = possession["holder"] if possession else re.sub(r"^(the|a|an) ", "", side, flags=re.IGNORECASE)
    return name[:1].upper() + name[1:]


def _question_about(side: str, rest: str) -> str:
    if rest.startswith(":"):
        return f"{side}{rest}"
    if rest and not _POSSESSION.match(side):
        return f"{side}{rest}"
    head = _PREPOSITION.split(side)[0]
    is_plural = (
        head.endswith("s")
        and not head.endswith("ss")
        and (_POSSESSION.match(side) or not head[:-1].isupper())
    )
    return f"What {'are' if is_plural else 'is'} {side}{rest}?"
