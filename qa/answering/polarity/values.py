"""The values that a sentence states: figures with their scale and unit."""

import re
from dataclasses import dataclass
from typing import Literal

from qa.schema import Span
from qa.text.terms import NUMBER_WORDS, stem

__all__ = ["Value", "ValueKind", "find_values", "find_values_in", "same_kind"]

ValueKind = Literal["share", "money", "amount", "number"]

_WRITTEN = "|".join(word for word in NUMBER_WORDS if word != "one")
_SCALES = "hundred|thousand|million|billion|trillion|bn|mn"
_FACTORS = {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6} | {
    "billion": 1e9, "bn": 1e9, "trillion": 1e12,
}  # fmt: skip
_ATTACHED = r"(?:bn|mn|m|k)\b"  # "5.5m": of a word such as "m" alone, only right behind the digits
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_SYMBOL = r"(?:(?:US|C|CA|A|NZ|HK|Mex)?\$|[€£¥₹])"
_VALUE = re.compile(
    rf"(?P<symbol>{_SYMBOL}\s?)?"
    rf"(?P<number>(?<![\w.,:/–-])\d+(?!:\d)(?:[.,]\d+)*(?=\W|$|{_ATTACHED})|\b(?:{_WRITTEN}|zero|nil)\b)"
    rf"(?P<scale>{_ATTACHED}|(?:\s|-)(?:{_SCALES})\b)?"
    r"(?P<share>\s?%|[\s-](?:percent|per cent)(?![^\W\d_])(?: points?\b)?)?"
    r"(?P<unit>[\s-](?!(?:and|or|of|in|on|to|at|by|from|for|as|the|a|an|is|was|were|are|not|but|than|more|"
    r"less|with|while|after|before|since|until|that|which|who|had|has|have|would|will|may|can|per|each|a|"
    r"under|used to|"
    rf"between|during|he|she|it|they|we|also|{_SCALES})\b)[^\W\d_]+)?",
    re.IGNORECASE,
)
_DATED_BEFORE = re.compile(rf"\b(?:{_MONTHS})\.?\s$", re.IGNORECASE)
_DATED_AFTER = re.compile(rf"(?:st|nd|rd|th)?\s(?:{_MONTHS})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_EARLY_YEAR = re.compile(r"1[0-4]\d\d")
_NUMBERED = re.compile(
    r"\b(?:article|section|chapter|paragraph|annex|figure|table|title|nos?|number|page|part|phase|group|"
    r"form|protocol|heading|version)\.?\s$"
)
# A small number right behind a word counts nothing ("season three"), unless that word is one of these or a
# verb that ends in "ed".
_BEHIND_WORD = re.compile(
    r"\b(?!(?:of|to|from|by|at|with|and|or|about|only|nearly|almost|around|some|than|is|was|are|were|be|a|"
    r"the|for|against|had|has|have|got|took|takes?|paid|pays?|over|under|another|least|most|not|but|just|"
    r"roughly|it|stands|stood|in|longer|now|then|still|where|makes?|making|totals?|totall?ing|reach|reaches|"
    r"reaching|[^\W\d_]+ed)\s)[a-z]+\s$"
)
_CURRENCY = re.compile(
    r"(?:dollar|euro|pound|yen|yuan|peso|crown|franc|florin|krone|kroner|krona|lira|lire|mark|rupee|rand|"
    r"cent|ruble|rouble|real|reais|dinar|shilling|guilder|won|baht)s?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure: `span` holds it with its sign and scale ("$2.2 billion", "29 percent").

    `amount` is its size with the scale, `unit` the stem of the word behind it, None for money, shares and
    bare numbers.
    """

    span: Span
    amount: float
    kind: ValueKind
    unit: str | None


def find_values(sentence: str) -> list[Value]:
    """The values of a sentence in order; years, the days of dates and numbers of articles are none."""
    values: list[Value] = []
    for match in _VALUE.finditer(sentence):
        number, scale, unit = match["number"], match["scale"], match["unit"]
        start, end = match.span()
        is_bare = not (match["symbol"] or scale or match["share"])
        if is_bare and (_is_date(sentence, match) or _is_number_of_thing(sentence, match)):
            continue
        if unit is not None:
            end = match.start("unit")
        word = (unit or "").strip(" -\n")
        kind: ValueKind = "number"
        if match["share"]:
            kind, word = "share", ""
        elif match["symbol"] or _CURRENCY.fullmatch(word):
            kind, word = "money", ""
        elif word:
            kind = "amount"
        values.append(Value(Span(start, end), _amount(number, scale), kind, stem(word) if word else None))
    return values


def find_values_in(sentence: str, place: Span) -> list[Value]:
    """Those of a sentence's values that stand, with a part at least, in a place of it."""
    return [
        value
        for value in find_values(sentence)
        if value.span.start < place.end and place.start < value.span.end
    ]


def same_kind(first: Value, second: Value) -> bool:
    """Whether two values may stand for the same thing; a bare number takes its unit from the other."""
    if "number" in (first.kind, second.kind):
        return True
    return first.kind == second.kind and first.unit == second.unit


def _amount(number: str, scale: str | None) -> float:
    factor = _FACTORS.get((scale or "").strip(" -").casefold(), 1.0)
    plain = re.sub("zero|nil", "0", stem(number))
    # `stem` leaves no zero in front of a point.
    return factor * float(plain) if re.fullmatch(r"\d+(?:\.\d+)?|\.\d+", plain) else float("nan")


def _is_date(sentence: str, match: re.Match[str]) -> bool:
    number = match["number"]
    return bool(
        _YEAR.fullmatch(number)
        or (match["unit"] is None and _EARLY_YEAR.fullmatch(number))
        or _DATED_BEFORE.search(sentence, 0, match.start("number"))
        or _DATED_AFTER.match(sentence, match.end("number"))
    )


def _is_number_of_thing(sentence: str, match: re.Match[str]) -> bool:
    before = sentence[: match.start()].casefold()
    if _NUMBERED.search(before):
        return True
    return (
        match["unit"] is None
        and len(stem(match["number"])) <= 2
        and bool(_BEHIND_WORD.search(sentence, 0, match.start()))
    )
