"""Questions over all documents: which of them mention a thing, and what all of them say to a theme."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from qa.text.overlap import stems, written_words
from qa.text.terms import query_terms, stem

__all__ = ["Survey", "find_survey"]

_DOCUMENTS = "documents|briefings|reports|articles|papers|texts|memos|notes|files|sources"
_DOCUMENT = rf"(?:{_DOCUMENTS}|document|briefing|report|article|paper|text|memo|note|file|source)"
_THE = r"(?:the |these |those |our |my |your |all |all the |all of the )?"
_OF_DOCUMENTS = rf"(?:in )?(?:which|what|how many) (?:of {_THE})?(?:\w+ )?{_DOCUMENT}"
_FOUND = (
    r"(?:(?:been )?(?:mentioned|discussed|named|covered|described|treated|dealt with|found|quoted)|appears?|"
    r"occurs?|comes? up|turns? up|features?|plays? an? (?:part|role)|be found)"
)
_TELLS = (
    r"(?:mention|discuss|deals? with|cover|address|refers? to|report|reports? on|contain|describe|treat|"
    r"touch on|touch upon|bring up|take up|raise|comment on|dwell on|name|cite|see|foresee|show|give|concern|"
    r"expect|predict|recommend|"
    r"criticise|criticize|look at|examine|analyse|analyze|are about|is about|"
    r"(?:talk|write|speak|warn|tell us|say something|say anything|say)s? (?:about|of|on)|"
    r"(?:say|warn|state)s? that|"
    r"(?:have|has|contain)s? (?:something|anything) (?:on|about))(?:s|es)?"
)
_HELD = r"(?: (?:that )?(?:we|you|i) (?:have|hold|keep|hold here|have here))?"
_ON = r"(?:about|on|of|regarding|concerning)"
_TOPIC = r"(?P<topic>.*[^\s?.!])"
_MENTIONS = tuple(
    re.compile(pattern + r"[\s?.!]*$", re.IGNORECASE)
    for pattern in (
        rf"^{_OF_DOCUMENTS} (?:that )?(?:also )?{_TELLS} {_TOPIC}",
        rf"^{_OF_DOCUMENTS} (?:do|does|did|is|are|was|were|has|have) (?P<topic>.+?) {_FOUND}",
        rf"^what (?:do|does|did) {_THE}(?:{_DOCUMENTS}){_HELD} "
        rf"(?:say|tell us|report|write|state|know|have|have to say) {_ON} {_TOPIC}",
        rf"^what (?:(?:else )?(?:do|have) (?:we|you) (?:have|hold|got|read)|is there) {_ON} {_TOPIC}",
        rf"^(?:do (?:we|you) have |is there |have we got )?(?:anything|everything|all) "
        rf"(?:we have |there is )?{_ON} {_TOPIC}",
        rf"^what (?:is|was|has been) (?:said|written|reported) (?:here )?(?:about|on|of) {_TOPIC}",
        rf"^where (?:do|does|did|is|are|was|were|has|have) (?P<topic>.+?) {_FOUND}",
        r"^(?:(?:find|list|show)(?: me)? )?(?:all |any |every |the )*(?:mention|reference)s? (?:of|to) "
        rf"{_TOPIC}",
        rf"^(?:find|list|show|name)(?: me)? {_THE}{_DOCUMENT} (?:that |which )?"
        rf"(?:{_TELLS}|mentioning|about|on) "
        rf"{_TOPIC}",
    )
)
# Words of one theme, by which a heading or a sentence tells that it is about it.
_THEMES = tuple(
    frozenset(words.split())
    for words in (
        """risk risks danger dangers dangerous threat threats hazard hazards peril perils obstacle obstacles
        challenge challenges drawback drawbacks problem problems hurdle hurdles concern concerns worry worries
        difficulty difficulties pitfall pitfalls uncertainty uncertainties""",
        "outlook outlooks prospect prospects forecast forecasts expectation expectations",
        """recommendation recommendations recommend recommends recommended advice advise advises proposal
        proposals propose proposes suggest suggests suggestion suggestions""",
        "benefit benefits advantage advantages opportunity opportunities gain gains winner winners",
    )
)
_THEME = re.compile(
    r"^(?:what|which) (?:(?:is|are|were|was) )?(?:the |some |some of the |all |all the )?"
    r"(?:(?:main|major|primary|key|big|biggest|chief|principal|greatest|largest|important|most \w+|top|"
    r"general|overall) ){0,9}(?P<theme>[a-z]++)(?P<rest>(?:.*[^\s?.!])?)[\s?.!]*$",
    re.IGNORECASE,
)
# What may follow a theme that is asked of all documents: the documents themselves, or next to nothing.
_REST_OF_ALL = re.compile(
    r"^(?: (?:are|is|were|do|does|we|they|there|here|overall|altogether|generally|now|today|at present|"
    r"right now|ahead|in|of|from|across|to|by|according|for|us|face|watch|see|named|mentioned|discussed|"
    rf"described|mention|name|discuss|describe|out|stand|say|the|these|those|all|our|my|{_DOCUMENT}))*$",
    re.IGNORECASE,
)
# What stands before a person's name; a text may say it otherwise, or leave it out.
_OFFICES = frozenset(
    map(
        stem,
        """minister president secretary general commissioner ambassador chancellor senator governor director
        chair chairman chairwoman trade prime foreign finance premier king queen judge mr mrs ms dr professor
        representative deputy chief""".split(),
    )
)
_FILLERS = frozenset(
    map(stem, "each something anything thing things danger possibility fact subject".split())
)
# "Which papers mention the ferry and what became of it?": the second question goes by itself.
_SECOND_QUESTION = re.compile(
    r",? and (?:what|how|why|when|where|who|which|since when|in which|do(?:es)?|did|is|are|was|were)\b.*",
    re.IGNORECASE,
)
_MIN_PREFIX = 5  # letters that two words share which are forms of one: "retaliate", "retaliation"
_MIN_SHARE_OF_NAMED = 0.5  # of the other words, where the names are there
_MIN_UNNAMED = 2  # of the other words, where a document has the names elsewhere
# Of the words of a topic without names, if it has more than three.
_FEW_WORDS, _MIN_SHARE_OF_MANY = 3, 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What all documents are asked for.

    `topic` is the thing that is to be mentioned, in the question's words, with the stems of its `names`
    and its other `words`; "" where a theme is asked for ("the main risks"), whose words `theme` holds.
    """

    topic: str = ""
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    theme: frozenset[str] = frozenset()

    @property
    def question(self) -> str:
        """What is looked up for a topic."""
        return f"What is said about {self.topic}?"

    def count_words(self, text: str) -> int:
        """How many words of the topic or theme a text holds, in whatever form."""
        return len(self.find_words(text))

    def find_words(self, text: str) -> frozenset[str]:
        """The stems of those words of the topic or theme that a text holds, in whatever form."""
        held = stems(text)
        if self.theme:
            return held & _stems_of(self.theme)
        return frozenset(word for word in self.names | self.words if _is_among(word, held))

    def is_met_by(
        self, text: str, variants: Sequence[str] = (), named_elsewhere: AbstractSet[str] = frozenset()
    ) -> bool:
        """Whether a text speaks of the topic, or of the theme, by its words.

        Of a theme one word does. Of a topic all names must be there, or one of the `variants` (other names,
        in lower case), and half of the other words; where there are no names, all of up to three words, and
        three quarters of more. Names that its document has elsewhere (`named_elsewhere`) need not be there
        if two of the other words are, or the only one.
        """
        found = self.find_words(text)
        if self.theme:
            return bool(found)
        lowered = " ".join(text.casefold().split())
        has_variant = any(variant in lowered for variant in variants)
        if not self.names:
            share = 1.0 if len(self.words) <= _FEW_WORDS else _MIN_SHARE_OF_MANY
            return len(found) + has_variant >= share * len(self.words)
        told = len(found & self.words)
        is_named = found >= self.names or has_variant
        if not is_named and told >= min(_MIN_UNNAMED, len(self.words)) > 0:
            is_named = found | named_elsewhere >= self.names
        return is_named and told >= _MIN_SHARE_OF_NAMED * len(self.words)


def find_survey(request: str) -> Survey | None:
    """What a question asks of all documents; None where it asks something else."""
    for pattern in _MENTIONS:
        if match := pattern.search(request):
            return _survey_topic(match["topic"], is_shouted=request.isupper())
    match = _THEME.search(request)
    if match and not match["theme"].endswith("ed") and _REST_OF_ALL.match(match["rest"]):
        asked = match["theme"].casefold()
        theme = next((theme for theme in _THEMES if asked in theme), None)
        return Survey(theme=theme) if theme else None
    return None


def _survey_topic(topic: str, *, is_shouted: bool) -> Survey | None:
    topic = _SECOND_QUESTION.sub("", topic, count=1) or topic
    content = [word for word in written_words(topic) if query_terms(word)]
    names = {stem(word) for word in content if word[0].isupper() and not is_shouted} - _OFFICES
    words = {stem(word) for word in content} - names - _FILLERS
    if names:
        words -= _OFFICES
    return Survey(topic=topic, names=frozenset(names), words=frozenset(words)) if names | words else None


@cache
def _stems_of(words: frozenset[str]) -> frozenset[str]:
    return frozenset(map(stem, words))


def _is_among(word: str, held: frozenset[str]) -> bool:
    """Whether a stem, or another form of its word, is there."""
    if word in held:
        return True
    return len(word) >= _MIN_PREFIX and any(
        len(other) >= _MIN_PREFIX and (other.startswith(word) or word.startswith(other)) for other in held
    )
