"""The type of a question, by its words, and the two sides of a comparison."""

import re
from typing import Literal, NamedTuple

from qa.query.asked_noun import find_asked_noun
from qa.query.survey import find_survey

__all__ = [
    "ONE_THING_TYPES",
    "QuestionType",
    "Side",
    "classify_question",
    "plain_request",
    "split_comparison",
]

QuestionType = Literal["fact", "yes-no", "list", "change", "compare", "summary", "survey", "open"]
# One short thing answers: a fact, or a yes or no.
ONE_THING_TYPES: frozenset[QuestionType] = frozenset({"fact", "yes-no"})

_TYPES_OF_NOUNS: dict[str, QuestionType] = {"one": "fact", "several": "list", "prose": "open"}

_POLITE = re.compile(
    r"^\W*((please|so|ok|okay|and|but|hi|hello|(can|could|would|will) you(?= \w+ )|"
    r"i (want|need|would like) (you )?to( know)?|do you know|tell me(?! (more )?about))\b\W*)*",
    re.IGNORECASE,
)
# "According to the bulletin, when did the ban start?": what is asked stands behind it.
_LEAD = re.compile(
    r"^(?:besides|apart from|other than|according to|under|in|on|after|before|since|during|at|by|with|for|of|"
    r"within|as of|until|from) [^,?]{2,80}, (?=(?:who|whom|whose|what|which|when|where|why|how)\b)",
    re.IGNORECASE,
)
# "During which months" is one time.
_WHAT_TIME = re.compile(
    r"^(?:during|between|over|within) (?:which|what) (?:days|weeks|months|quarters|years|hours)\b",
    re.IGNORECASE,
)
# "how well", "how did"; all other "how" questions ask for a measure ("how abundant", "how many").
_TOLD_HOW = (
    r"(?:do|does|did|is|are|was|were|has|have|had|will|would|can|could|should|may|might|must|come|so|to|about|"
    r"else|well|badly|and|exactly|not)"
)
_HOW_MUCH = rf"how (?!{_TOLD_HOW}\b)\w+"
_SUMMARY = re.compile(
    r"^(summari[sz]e|sum up|recap|outline|brief (me|us)|give (me|us) the (main )?facts|"
    r"(give|write|show)( me| us)? (an? |the )?(\w+ )?(summary|overview|recap|outline|gist)|"
    r"(an? |the )?(\w+ )?(summary|overview|recap|gist) of|"
    r"what (is|was|are|were) (the )?(main|key|central|most important) "
    r"(points?|takeaways?|messages?|findings?|conclusions?)|key (points|takeaways)|"
    r"what (is|does) (the |this |that )?(\w+ ){0,3}?"
    r"(briefing|document|report|article|paper|text|memo|note)s?\b.*"
    r"\b(about|say)\W*$|tell me (more )?about (the |this |that )?(briefing|document|report|article|paper)\b)",
    re.IGNORECASE,
)
_FACT = re.compile(
    rf"^(\w+ )?(who(?! are\b| were\b)|whom|whose|when|where)\b|\b{_HOW_MUCH}\b|\bworth\b|"
    r"\b(called|known as)\W*$",
    re.IGNORECASE,
)
_TWO_QUESTIONS = re.compile(
    r"\w,? and (how|what|who|when|where|why|which|is|are|was|were|did|does|do|has|have)\b(?!\W*$)",
    re.IGNORECASE,
)
# "What did they say": a sentence or more, where "what did they pay" is a word or two.
_WHAT_DID = re.compile(r"\b(what|whom?) (do|does|did|has|have|had|will|would)\b", re.IGNORECASE)
_TOLD = re.compile(
    r"\b(sa(y|ys|id)|think|thought|do|doing|done|decided?|argued?|ruled?|conclude[sd]?|recommend(s|ed)?|"
    r"propose[sd]?|suggest(s|ed)?|want(s|ed)?|demand(s|ed)?|complain(s|ed)?|expect(s|ed)?|fear(s|ed)?|report(s|ed)?|"
    r"find|found|show(s|ed|n)?|mean|concede[sd]?|agreed?|believed?|plan(s|ned)?|promised?|pledged?|claim(s|ed)?|"
    r"discuss(ed)?|describe[sd]?|predict(s|ed)?|hope|offer(s|ed)?|learn(ed)?|tell|told|mention(s|ed)?|"
    r"explain(s|ed)?|request(s|ed)?|achieve[sd]?|happen(s|ed|ing)?|warn(s|ed)?|write|wrote|written|settled|aim|"
    r"reserved|entail|stipulate[sd]?|provide[sd]?|express(ed)?|emphasi[sz]ed?|regarding|concerning|about)\b",
    re.IGNORECASE,
)
# "What were Peru's exports of 2019": an amount.
_AMOUNT = re.compile(
    r"^what (are|were) (?!.*\b(main|major|key|largest|biggest|chief|top|most)\b)(?>.*?"
    r"\b(exports|imports|sales|earnings|revenues|profits|costs|deliveries|shipments|reserves|stocks|landings|"
    r"fees|dues|duties|prices)\b).*\b(1[5-9]|20)\d\d\b",
    re.IGNORECASE,
)
# What is typed into a search box for a value: "japan beef duty cptpp"; a shorter one may name a subject.
_ASKING_OR_TELLING = re.compile(
    r"\b(what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can|could|will|"
    r"would|should|may|might|must|definition|overview|history|background|reasons?|effects?|risks?|members)\b",
    re.IGNORECASE,
)
_MIN_KEYWORDS = 4
_YES_NO = re.compile(
    r"^(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must|(is|are|was|were|do|does|"
    r"did|has|have|had|ca|could|wo|would|should)n['’]t)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^(list|enumerate|name (the|all|some|two|three))\b|\blist (of|all|the)\b|(what|which|who) (are|were)\b|"
    r"^[\w.-]+ members\W*$|^(the )?(members|parties|signatories) (of|to)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\bwhat (happens|happened|became|becomes|has become)\b|"
    r"^(why|(the |what (is|was|were|are) the )?(reasons?|grounds?) (for|behind)\b|on what grounds|"
    r"what (triggered|caused|prompted|led to|explains|speaks for|makes|made)\b|"
    r"(the )?(main|major|key|biggest|chief|principal|greatest) [\w-]+s (to|for|of|in|facing)\b|"
    r"anything else|what else|any others?|tell me more|for (example|instance)|"
    rf"how {_TOLD_HOW}\b|explain|describe|discuss|tell (me|us)|"
    r"what (would|could|might|will|should)"
    r"(?! .{1,80}\b(pay|cost|owe|be (charged|paid|levied|worth)|amount to|come to)\b)|"
    r"what (are|were) ((the|some|\w+['’]s?|private \w+['’]) )?"
    r"((main|major|primary|key|big|biggest|chief|principal|greatest|strongest|important|most \w+) |"
    r"(risk|reason|consequence|difference|effect|impact|"
    r"argument|concern|obstacle|challenge|problem|issue|state|position|outlook|danger|worr|hurdle|drawback|"
    r"advantage|benefit|objection|criticism|prospect)))",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"^what (has |have |had |is |was |will )?(been )?(changed?|different|happened)\b|"
    r"^what (has been |have been |is |was )?new(?=\W*$| (in|on|about|with|for|at|since|to|from|under)\b)|"
    r"^what['’]s (new|changed)\b|^(which|what) changes\b|\bover time\b|"
    r"^(how|in what way) (has|have|had|did|do|does|is|are|will)\b.*"
    r"\b(changed?|evolved?|develop(ed)?|shift(ed)?|moved?)\b|^(the )?(history|evolution|timeline) of\b",
    re.IGNORECASE,
)
# The first that fits counts.
_TYPES_OF_WORDING: tuple[tuple[QuestionType, re.Pattern[str]], ...] = (
    ("change", _CHANGE),
    ("open", _OPEN),
    ("yes-no", _YES_NO),
    ("open", _TWO_QUESTIONS),
    ("fact", _FACT),
    ("fact", _WHAT_TIME),
    ("fact", _AMOUNT),
)
# "the difference between A and B on X", "how do A and B differ on X", "compare A with B", "A versus B".
_TOPIC = (
    r"(?P<rest> (?:in|on|over|about|regarding|concerning|towards?|when it comes to|with regard to) "
    r".*[^\s?.!])?"
)
_HOW = r"how (?:do|does|did|is|are|was|were) "
# Where the first place that may divide the sides leads nowhere, no later one does: none is tried (`(?>`).
_COMPARE = tuple(
    re.compile(rf"^(?=[^\n]*+\s*+$){pattern}(?<![\s?.!])[\s?.!]*+$", re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"(?>.*?\b(?:differences?|contrast|comparison) between )"
        rf"(?>(?P<a>.+?) and )(?P<b>.+?){_TOPIC}",
        rf"{_HOW}(?>(?P<a>.+?) (?:differ|differs|different|diverge) from )(?P<b>.+?){_TOPIC}",
        rf"{_HOW}(?>(?P<a>.+?) compared? (?:to|with) )(?P<b>.+?){_TOPIC}",
        rf"{_HOW}(?>(?P<a>.+?) and )(?P<b>.+?) (?:differ|different|diverge|compare){_TOPIC}",
        rf"(?:compare|contrast) (?>(?P<a>.+?) (?:and|with|to|against|versus|vs\.?) )(?P<b>.+?){_TOPIC}",
        rf"(?:what (?:separates|distinguishes)) (?>(?P<a>.+?) (?:and|from) )(?P<b>.+?){_TOPIC}",
        r"(?>(?P<a>.+?) (?:versus|vs\.?) )(?P<b>[^:]+?)(?P<rest>:.*[^\s?.!])?",
    )
)
_HOLDER = re.compile(r"^(?:the )?(?P<holder>.+?)(?P<own>['’]s|s['’])$")
_POSSESSION = re.compile(r"^(?:the )?(?P<holder>.+?)(?P<own>['’]s|s['’]) (?P<thing>.+)$", re.DOTALL)
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
    happened in the order of time, "compare" two sides, "summary" a document in short, "survey" a line of
    every document, "open" all else that takes sentences. `is_comparison` says whether `split_comparison`
    gives two sides, if that is known.
    """
    request = _LEAD.sub("", plain_request(question))
    if _SUMMARY.search(request):
        return "summary"
    if find_survey(request):
        return "survey"
    if bool(split_comparison(question)) if is_comparison is None else is_comparison:
        return "compare"
    for question_type, pattern in _TYPES_OF_WORDING:
        if pattern.search(request):
            return question_type
    if asked := find_asked_noun(request):
        return _TYPES_OF_NOUNS[asked.wants]
    if _LIST.search(request):
        return "list"
    return "fact" if _asks_short(request) else "open"


def plain_request(question: str) -> str:
    """The question without what is said for politeness before it; all of it if nothing is left."""
    return _POLITE.sub("", question, count=1) or question


def _asks_short(request: str) -> bool:
    """Whether a word or two answer: "what did they pay", "japan beef duty cptpp"; not "what did they say"."""
    if _WHAT_DID.search(request):
        return not _TOLD.search(_WHAT_DID.sub("", request))
    return len(request.split()) >= _MIN_KEYWORDS and not _ASKING_OR_TELLING.search(request)


def split_comparison(question: str) -> tuple[Side, ...]:
    """The two sides of a comparison, each with its own question; empty where nothing is compared.

    "How do Canada's and Mexico's positions on dairy differ?" asks "What are Canada's positions on dairy?"
    and "What are Mexico's positions on dairy?".
    """
    request = plain_request(question)
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
