"""A claim with its figures and units spelled as in its evidence: a model takes few spellings for equal."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.answering.claim_check.arithmetic import FRACTION, ONE_IN, shares_of
from qa.answering.polarity.values import Value, find_values
from qa.schema import Span

__all__ = ["Respelled", "respell"]

# Spellings of one unit, behind a figure, a scale or "per".
_UNITS = tuple(
    tuple(re.compile(rf"(?:(?<=\d)\s?|(?<=\s))(?:{form})(?!\w)", re.IGNORECASE) for form in row.split(" or "))
    for row in (
        "mg or milligrams?",
        "kg or kilograms?|kilogrammes?|kilos?",
        "kt or kilotonnes?|kilotons?",
        "km or kilomet(?:re|er)s?",
        "ha or hectares?",
        "hz or hertz",
        "mw or megawatts?",
        "gw or gigawatts?",
        "% or percent|per cent",
    )
)
_TONNES = (re.compile(r"(?<=\d)\s?t(?!\w)|(?<=illion )t(?!\w)"), re.compile(r"(?<=\s)tonnes?(?!\w)"))
_MONTHS_OF_QUARTERS = (
    ("first", "January", "March"),
    ("second", "April", "June"),
    ("third", "July", "September"),
    ("fourth", "October", "December"),
)
# Other words for the same.
_PHRASES = tuple(
    tuple(re.compile(rf"\b(?:{form})\b", re.IGNORECASE) for form in row)
    for row in (
        ("first six months", "first half"),
        ("(?:second|last) six months", "second half"),
        ("twelve months|12 months", "(?:a|one) year"),
        ("ten years|10 years", "(?:a|one) decade"),
        ("six months", "half a year"),
        ("two weeks", "a fortnight"),
        ("European Union", "EU"),
        *(
            (f"{name} quarter", f"(?:from |between )?{first} (?:to|and|through) {last}")
            for name, first, last in _MONTHS_OF_QUARTERS
        ),
    )
)
_COUNT = re.compile(r"(?:an?|one|two|three|four|five|six|seven|eight|nine)[ -]", re.IGNORECASE)
_OF_A_PERIOD = re.compile(r"\b(?:first|second|third|fourth|last|next|this)[ -]$", re.IGNORECASE)
_OF_THE = re.compile(
    r"\b(?P<some>[a-z]{3,5}|\d{1,2}) of (?:the|its|their) (?P<all>[a-z]{3,6}|\d{1,2})\b", re.IGNORECASE
)
_SIGN = re.compile(r"[$€£¥]")
_SMALL = 12  # up to here words for numbers stay: "one of the two" counts nothing
_NEAR = 0.06  # "a third" is 33.3 percent


class Respelled(NamedTuple):
    """A claim in other spellings: each change as its place in the claim, and in this text, in order."""

    text: str
    changes: tuple[tuple[Span, Span], ...] = ()

    def place_in_claim(self, start: int, end: int) -> tuple[int, int]:
        """Where in the claim stands what is at a place of this text; all of a change that it touches."""
        first, last, shift = start, end, 0
        for own, other in self.changes:
            if other.end <= start:
                shift = own.end - other.end
            if other.start < end and start < other.end:
                return own.start, own.end
        return first + shift, last + shift


class _Share(NamedTuple):
    start: int
    end: int
    percent: float


def respell(text: str, evidence: Sequence[str]) -> Respelled:
    """The claim with equal figures, shares, units and periods written as in the evidence; else as it is."""
    joined = " ".join(evidence)
    found: list[tuple[Span, str]] = []
    for place, other in (*_figures(text, joined), *_spellings(text, joined)):
        if not any(known.start < place.end and place.start < known.end for known, _ in found):
            found.append((place, other))
    parts, changes, end, length = [], [], 0, 0
    for place, other in sorted(found, key=lambda one: one[0].start):
        parts += [text[end : place.start], other]
        length += place.start - end
        changes.append((place, Span(length, length + len(other))))
        length, end = length + len(other), place.end
    return Respelled("".join([*parts, text[end:]]), tuple(changes))


def _figures(text: str, evidence: str) -> Iterator[tuple[Span, str]]:
    known, shares = find_values(evidence), list(_shares(evidence))
    in_percent = [value for value in known if value.kind == "share"]
    plain = _plain(evidence)
    for share in _shares(text):
        if _plain(text[share.start : share.end]) in plain:
            continue
        others = [value.span for value in in_percent if abs(value.amount - share.percent) < _NEAR]
        others += [Span(one.start, one.end) for one in shares if abs(one.percent - share.percent) < _NEAR]
        if others:
            yield Span(share.start, share.end), _form(evidence, others[0])
    for value in find_values(text):
        written = text[value.span.start : value.span.end]
        if _is_written(written, evidence) or (value.kind == "number" and value.amount <= _SMALL):
            continue
        places = [other.span for other in known if _is_same(value, other)]
        if value.kind == "share":
            places += [Span(one.start, one.end) for one in shares if abs(one.percent - value.amount) < _NEAR]
        elif value.amount <= _SMALL:
            places = []
        for place in places[:1]:
            sign, other_sign = _SIGN.match(written), _SIGN.match(evidence, place.start)
            if sign is None or (other_sign is not None and sign[0] == other_sign[0]):
                start = place.start + (sign is None and other_sign is not None)
                yield value.span, _form(evidence, Span(start, place.end))


def _is_same(value: Value, other: Value) -> bool:
    if value.amount != other.amount:
        return False
    return value.kind == other.kind or ("number" in (value.kind, other.kind) and value.kind != "share")


def _shares(text: str) -> Iterator[_Share]:
    """The fractions of a text: "three quarters", "half", "one in six", "two of the four"."""
    for match in _OF_THE.finditer(text):
        some, whole = (find_values(match[name]) for name in ("some", "all"))
        if some and whole and 0 < some[0].amount < whole[0].amount:
            yield _Share(*match.span(), 100 * some[0].amount / whole[0].amount)
    for match in ONE_IN.finditer(text):
        yield from (_Share(*match.span(), share) for share in list(shares_of(match[0]))[-1:])
    for match in FRACTION.finditer(text):
        start = match.start() if _COUNT.match(match[0]) else match.start("part")
        is_counted = start < match.start("part") or match["part"].casefold() == "half"
        if is_counted and not _OF_A_PERIOD.search(text, 0, start):
            percent = list(shares_of(text[start : match.end()]))[-1]
            yield _Share(start, match.end(), percent)


def _spellings(text: str, evidence: str) -> Iterator[tuple[Span, str]]:
    for forms in (*_UNITS, _TONNES, *_PHRASES):
        for own in forms:
            match = own.search(text)
            if match is None or own.search(evidence):
                continue
            other = next(filter(None, (form.search(evidence) for form in forms if form is not own)), None)
            if other is None:
                continue
            for match in own.finditer(text):
                is_set_off = match[0][0].isspace() or text[match.start() - 1 : match.start()].isdigit()
                written = other[0].strip()
                blank = " " if is_set_off and written[0].isalpha() else ""
                yield Span(*match.span()), blank + written


def _form(evidence: str, place: Span) -> str:
    written = evidence[place.start : place.end]
    return written if written.isupper() else written.casefold()


def _plain(text: str) -> str:
    return text.casefold().replace("-", " ")


def _is_written(written: str, evidence: str) -> bool:
    return re.search(rf"(?<![\w.,]){re.escape(_plain(written))}(?!\w|[.,]\d)", _plain(evidence)) is not None
