"""Words and phrases of a question: its small words, periods of time, and where a noun phrase ends."""

import re
from dataclasses import dataclass

from qa.query.follow_up.verb_forms import base_form

__all__ = [
    "ADVERB",
    "AUXILIARY",
    "DETERMINER",
    "FIGURES",
    "PERIOD",
    "PLAIN_PERIOD",
    "PREPOSITION",
    "QUESTION_WORD",
    "SUBORDINATING",
    "UNITS",
    "Token",
    "drop_mark",
    "head_word",
    "is_plural",
    "is_predicate",
    "split_words",
    "whole_phrase",
    "without_period",
]

_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_YEAR = r"(?:1[5-9]|20)\d\d(?:[-–/]\d\d(?:\d\d)?)?"
_DATE = (
    rf"(?:{_MONTH} \d{{1,2}}(?:,? {_YEAR})?|\d{{1,2}} {_MONTH}(?:,? {_YEAR})?|{_MONTH}(?: of)? {_YEAR}|"
    rf"{_MONTH}(?=\W|$))"
)
_PART = (
    r"(?:the )?(?:(?:first|second|third|fourth|last|final) (?:half|quarter|months?|weeks?|days?|years?)|end|"
    r"beginning|start|middle|spring|summer|autumn|fall|winter|year to|years?|course|early|late|mid|decade|"
    r"season)"
)
_RELATIVE = r"(?:(?:last|this|next|the previous|the following) (?:year|month|quarter|week|decade|season))"
_NOW = r"(?:now|today|currently|nowadays|at present|at the moment|so far)"
# A period without the preposition before it.
PLAIN_PERIOD = re.compile(
    rf"(?:{_PART}(?: of| in)? (?:the )?)?(?:(?:early|late|mid)[- ])?\b(?:{_DATE}|{_YEAR}|{_RELATIVE})\b|"
    rf"\b{_NOW}\b|"
    rf"\b(?:the )?(?:19|20)\d0s\b",
    re.IGNORECASE,
)
PERIOD = re.compile(
    r"(?:\b(?:at|in|since|from|until|till|by|as of|before|after|during|on|for|through|as from|up to) )?"
    rf"(?:{PLAIN_PERIOD.pattern})(?: (?:and|to|or|until|through) (?:in )?(?:{PLAIN_PERIOD.pattern}))*",
    re.IGNORECASE,
)
AUXILIARY = re.compile(
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|may|might|must|shall|should|"
    r"cannot)(?:n['’]t)?$|(?:ca|wo)n['’]t$",
    re.IGNORECASE,
)
QUESTION_WORD = re.compile(r"(?:who|whom|whose|what|which|when|where|why|how)$", re.IGNORECASE)
PREPOSITION = frozenset(
    """about above across after against along among around as at before behind below between beyond by during
    for from in inside into of on onto out outside over per since than through throughout to toward towards
    under until up upon via with within without""".split()
)
DETERMINER = frozenset(
    "the a an any some each every all both this that these those its their his her".split()
)
SUBORDINATING = frozenset(
    "that which who whom whose because if when where while although though unless whether".split()
)
ADVERB = frozenset(
    "ever still now currently already also not never always actually really just again yet then".split()
)
# Units that something is counted or valued in, as a pattern.
UNITS = (
    r"(?:(?:thousand|million|billion|trillion|U\.?S\.?|metric|short|long|cubic|square) )*"
    r"(?:tonnes?|tons?|kilograms?|kilos?|pounds?|barrels?|bushels?|lit(?:re|er)s?|gallons?|met(?:re|er)s?|"
    r"feet|"
    r"kilomet(?:re|er)s?|miles|hectares?|acres?|dollars?|euros?|yen|yuan|pesos?|francs?|rupees?|crowns?|"
    r"florins?|cents?|"
    r"percent(?:age(?: points)?)?|per cent|points|units|pieces|head|containers?|megawatts?|watts?|joules?|"
    r"days?|weeks?|"
    r"months?|value|volume|weight|money terms|value terms|money|cash|real terms|nominal terms|"
    r"absolute terms|terms of \w+)"
)
# Nouns of figures that are asked of a country or the like, as a pattern.
FIGURES = (
    r"(?:(?:ex|im)ports?|trade|production|output|harvest|catch|landings|lev(?:y|ies)|dut(?:y|ies)|tariffs?|rates?|"
    r"prices?|fees?|costs?|fines?|budget|total|revenues?|turnover|income|population|stocks?|sales|purchases|"
    r"shipments|quotas?|surplus|deficit|debt|value|volume|share|number|yields?|margins?|capacity|consumption|"
    r"wages?|tax|taxes|inflation|unemployment|reserves)"
)
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[$€£¥]?\w+(?:[.,'’/&-]\w+)*%?(?:(?<=s)['’](?=\s|$))?")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text and its place, half open."""

    text: str
    start: int
    end: int

    @property
    def lowered(self) -> str:
        """In lower case."""
        return self.text.lower()

    @property
    def is_capitalised(self) -> bool:
        """Whether it begins as a name does."""
        return self.text[0].isupper()


def split_words(text: str) -> list[Token]:
    """The words of a text; a full stop that ends one is no part of it, but for "U.S."."""
    return [Token(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]


def head_word(phrase: str) -> str:
    """The noun of a noun phrase: the last word before what follows with a preposition."""
    words = [token.lowered for token in split_words(phrase)]
    ends = (*PREPOSITION, *SUBORDINATING)
    stop = next((place for place, word in enumerate(words) if place and word in ends), len(words))
    return words[stop - 1] if words else ""


def is_plural(phrase: str) -> bool:
    """Whether a noun phrase is plural, by its noun or an "and"."""
    head = head_word(phrase)
    if re.match(r"[^,]*\b[A-Z]\w+ and (?:the )?[A-Z]", phrase):
        return True
    return head in ("people", "police", "cattle", "sheep", "men", "women", "children") or (
        head.endswith("s")
        and not head.endswith(("ss", "us", "is", "ics", "'s", "’s"))
        and not phrase.isupper()
    )


def without_period(phrase: str) -> str:
    """A noun phrase without the period at its end, but for that of "the truce of 2019"."""
    for match in PERIOD.finditer(phrase):
        if match.end() == len(phrase) and match.start() and not re.match("of", match[0]):
            before = phrase[: match.start()].rstrip(" ,")
            return phrase if before.endswith((" of", " the")) else before
    return phrase


def whole_phrase(text: str) -> str:
    """The noun phrase with which a text begins, with prepositional phrases behind it, to a verb or period."""
    tokens = split_words(text)
    end = 0
    for place, token in enumerate(tokens):
        word = token.lowered
        if place and word in ("during", "since", "until", "within"):
            break
        if word in SUBORDINATING or AUXILIARY.match(word) or (place and "," in text[end : token.start]):
            break
        if (
            word == "to"
            and place + 1 < len(tokens)
            and base_form(tokens[place + 1].text) == tokens[place + 1].text
        ):
            break
        if place and word in ADVERB:
            break
        if word not in PREPOSITION and word != "and":
            end = token.end
    return without_period(text[:end])


def drop_mark(text: str) -> str:
    """A question on one line without its mark; "U.S." keeps its full stop."""
    line = " ".join(text.split())
    return line if line.endswith(("U.S.", "U.K.")) else line.rstrip("?!. ")


def is_predicate(phrase: str) -> bool:
    """Whether a phrase begins with a word that is no noun phrase's: small, alone or before a preposition."""
    tokens = split_words(phrase)
    if not tokens or tokens[0].text in DETERMINER or not tokens[0].text.islower():
        return False
    return not is_plural(phrase) and (len(tokens) == 1 or tokens[1].lowered in (*PREPOSITION, "according"))
