"""A figure that a question sets as a bound: "more than 100 million"; and what is counted or sought by it."""

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from qa.answering.tables.trade_words import flow_of, measure_of, unit_words
from qa.text.terms import stem

__all__ = [
    "GROUPED_FROM",
    "Bound",
    "Threshold",
    "Way",
    "find_bound",
    "find_lookup",
    "find_threshold",
    "holds",
    "scale_of",
]

Way = Literal["above", "least", "below", "most", "equal"]
GROUPED_FROM = 10_000  # a figure has commas between its thousands
_BOUND = re.compile(
    r"\b(?:(?P<above>more than|over|above|exceed(?:ed|ing|s)?|top(?:ped|s)?|surpass(?:ed)?|higher than|"
    r"greater than)|"
    r"(?P<least>at least|reach(?:ed)?)|(?P<below>less than|under|below|fewer than|lower than)|"
    r"(?P<most>at most|no more than|not more than)) "
    r"(?P<figure>\d[\d,]*(?:\.\d+)?|an?(?= (?:thousand|million|billion)\b))(?:\s?(?P<percent>%|per ?cent\b))?"
    r"(?: (?P<scale>thousand|million|billion)\b)?",
    re.IGNORECASE,
)
_SCALES = {"thousand": 3, "million": 6, "billion": 9}
_SCALE = re.compile(r"\b(thousand|million|billion)s?\b", re.IGNORECASE)
_WAYS: tuple[Way, ...] = ("above", "least", "below", "most")
_YEAR = re.compile(r"(?:19|20)\d\d")

_YEAR_KIND = r"(?:(?:fiscal|financial|calendar|marketing|crop) )?"
_COUNT = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)*(?:(?:in|for|during) )?how many (?:of (?:(?:the|its|these|those|all) )?)?"
    r"(?:(?:two|three|four|five|six|seven|eight|nine|ten|twelve|\d\d?) )?"
    rf"{_YEAR_KIND}(?P<noun>[^\W\d_]{{3,20}}s)\b",
    re.IGNORECASE,
)
_PART = r"(?! (?:quarter|half|halves|three|six|nine|\d))"
_PERIOD_NOUN = "(?:year|quarter|month)"
_ASKED_FIRST = re.compile(
    r"^\W*(?:(?:in )?(?:what|which) (?:was|is) )?(?:the )?(?P<which>first|earliest|last|latest) "
    rf"{_YEAR_KIND}(?P<noun>{_PERIOD_NOUN})s?(?: (?:in which|that|when|where))?\b",
    re.IGNORECASE,
)
_ASKED_WHEN = re.compile(
    rf"^\W*(?:(?:in )?(?:what|which) {_YEAR_KIND}(?P<noun>{_PERIOD_NOUN})s?|when)"
    rf"(?= .*\b(?P<which>first|last)\b{_PART})",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(rf"\b(?:for the )?(?:first|last)(?: time)?\b{_PART}", re.IGNORECASE)
_VERB = (
    r"(?:\b(?:stay(?:ed)?|remain(?:ed)?|go|goes|went|come|came|rise|rose|climb(?:ed)?|fall|fell|stand|stood|"
    r"be|was|were|is|are|have|had|run|ran|lie|lay|get|got|drop(?:ped)?|dip(?:ped)?|move[d]?) )?"
)
_VERB_BEFORE = re.compile(rf"{_VERB}\Z", re.IGNORECASE)
_PASSED = re.compile(
    r"\b(?:pass(?:ed)?|cross(?:ed)?|break|broke|beat|clear(?:ed)?)(?= (?:\d|an? [mb]illion))", re.IGNORECASE
)
_NOTHING = re.compile(r"\b(?:nothing|zero|none|no [^\W\d_]+ at all)\b", re.IGNORECASE)
# "Which buyer took no tin in 2024?", "for which year is the price left blank".
_WHICH = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)*(?:(?:for|from|to|at|in) )?(?:which|what) "
    r"(?:of (?:(?:the|its|these|those) )?)?(?:(?:single|one|only|two|three) )?(?P<noun>[^\W\d_]{3,20})\b"
)
_NONE_OF = re.compile(
    r"\b(?P<none>(?:no|zero|nothing|none|not any)(?: at all)?\b(?!thing| longer| more| less| fewer| one\b)|"
    r"(?:did|do|does) not [a-z]{3,12} any\b)(?P<rest>.{0,200}?)(?: at all\b|(?=\W*$)|$)"
)
_BLANK = re.compile(
    r"\b(?:(?:is|are|was|were|has been|been)? ?(?:left )?(?:blank|empty|missing)|"
    r"(?:(?:has|have|had|with|gives?|shows?) )?(?:no|without an?) (?:figure|value|entry|number|data)s?|"
    r"lacks?|lacking|(?:is|are|was|were) not (?:given|available|stated|published|released))\b"
)
_TWO_FIGURES = re.compile(r"\bbetween (?!(?:19|20)\d\d\b)\d[\d,.]* (?:and|to) \d", re.IGNORECASE)


class Bound(NamedTuple):
    """A figure that something is to be above, below or at; `is_scaled` where it says thousand or the like.

    `start` and `end` are where it stands in the question.
    """

    way: Way
    figure: Decimal
    is_percent: bool
    is_scaled: bool
    start: int
    end: int

    def is_met(self, value: Decimal, unit: str | None) -> bool:
        """Whether a figure in this unit is so; without a scale it is one of the unit's own."""
        return holds(self.way, value.scaleb(scale_of(unit)) if self.is_scaled else value, self.figure)


class Threshold(NamedTuple):
    """How many years, partners or the like are beyond a bound, or which year is the first or last that is.

    Or which partner or the like has nothing ("zero"), or no figure at all ("blank"); the bound is zero then.

    `noun` is what is counted or sought, as the question has it ("years"), `rest` the question without that
    and the bound.
    """

    asks: Literal["count", "first", "last", "zero", "blank"]
    noun: str
    bound: Bound
    rest: str


def holds(way: Way, value: Decimal, figure: Decimal) -> bool:
    """Whether a value is above a figure, at least it, and so on."""
    return {
        "above": value > figure,
        "least": value >= figure,
        "below": value < figure,
        "most": value <= figure,
        "equal": value == figure,
    }[way]


def scale_of(unit: str | None) -> int:
    """The power of ten that a unit begins with: 6 for "million dollars"."""
    match = _SCALE.search(unit or "")
    return _SCALES[match[1].lower()] if match else 0


def find_bound(text: str) -> Bound | None:
    """The first bound of a question; None where there is none, or only a year."""
    match = _BOUND.search(text)
    if match is None or _YEAR.fullmatch(match["figure"]):
        return None
    scale = (match["scale"] or "").lower()
    number = match["figure"].replace(",", "") if match["figure"][0].isdigit() else "1"
    return Bound(
        way=next(way for way in _WAYS if match[way]),
        figure=Decimal(number).scaleb(_SCALES.get(scale, 0)),
        is_percent=match["percent"] is not None,
        is_scaled=bool(scale),
        start=match.start(),
        end=match.end(),
    )


def find_threshold(text: str) -> Threshold | None:
    """What is counted or sought by a bound; None where nothing is, or by two bounds at once."""
    plain = _PASSED.sub("exceeded", " ".join(text.split()))
    count = _COUNT.search(plain)
    asked = count or _ASKED_FIRST.search(plain) or _ASKED_WHEN.search(plain)
    if asked is None or _TWO_FIGURES.search(plain):
        return None
    bound = find_bound(plain)
    nothing = _NOTHING.search(plain) if count and not bound else None
    if nothing:
        bound = Bound("equal", Decimal(0), False, False, nothing.start(), nothing.end())
    if bound is None or bound.start < asked.end():
        return None
    between, behind = plain[asked.end() : bound.start], plain[bound.end :]
    if find_bound(behind):
        return None
    noun = (asked["noun"] or "year").lower()
    if unit_words([stem(noun)]) and noun != "months":
        return None
    which = "count" if count else asked["which"].lower()
    if count and _is_verb(between.strip()):
        between = ""
    if not count:
        between, behind = (_FIRST_WORD.sub(" ", part) for part in (between, behind))
    rest = " ".join(f"How much {_VERB_BEFORE.sub('', between)} {behind}".split())
    return Threshold(
        asks="count" if which == "count" else "first" if which in ("first", "earliest") else "last",
        noun=noun,
        bound=bound,
        rest=rest,
    )


def find_lookup(text: str) -> Threshold | None:
    """Whose figure is zero, or blank, by a question; None where neither is asked."""
    plain = " ".join(text.split())
    asked = _WHICH.search(plain[:1].lower() + plain[1:])
    if asked is None or unit_words([stem(asked["noun"])]):
        return None
    for asks, pattern in (("blank", _BLANK), ("zero", _NONE_OF)):
        if lacking := pattern.search(plain, asked.end()):
            bound = Bound("equal", Decimal(0), False, False, lacking.start(), lacking.end())
            between = _VERB_BEFORE.sub("", plain[asked.end() : lacking.start()])
            behind = f"{lacking['rest'] if asks == 'zero' else ''} {plain[lacking.end() :]}"
            rest = " ".join(f"How much {between} {behind}".split())
            return Threshold("zero" if asks == "zero" else "blank", asked["noun"], bound, rest)
    return None


def _is_verb(words: str) -> bool:
    """Whether one word between what is counted and the bound only joins them: "fairs drew more than ten"."""
    return words.isalpha() and flow_of(stem(words)) is None and not measure_of(stem(words))
