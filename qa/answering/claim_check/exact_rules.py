"""Where rules are exact: figures, their scales and units, and dates that the evidence lacks."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from qa.answering.claim_check.arithmetic import WorkedOut
from qa.answering.polarity.values import Value, find_values
from qa.query.conditions.periods import MONTHS, WEEKDAYS
from qa.schema import Span
from qa.text.overlap import LocatedWord, located_words, written_words
from qa.text.terms import NUMBER_WORDS, stem

__all__ = ["calculates", "contradicted_figures", "unknown_dates", "unknown_figures"]

_MONTHS_AND_DAYS = frozenset((*MONTHS, *WEEKDAYS))
_NUMERIC_DATE = re.compile(r"\b\d{4}-(\d\d)(?:-\d\d)?\b|\b\d{1,2}[./](\d{1,2})[./]\d{2,4}\b")
# What is said of a figure that need not be the exact one, in front of it.
_HEDGE = re.compile(
    r"\b(about|around|some|roughly|approximately|nearly|almost|close to|just|over|under|above|below|than|"
    r"least|most|up to|exceed(?:s|ed|ing)?|short of|beyond|near|well|circa|ca\.|a good|hardly)"
    r"\s*(?:\w+\s)?[$€£]?$",
    re.IGNORECASE,
)
_HEDGE_TOLERANCE, _HEDGE_CHARS = 0.12, 40
_FRACTIONS = {
    "half": 50, "halves": 50, "halved": 50, "third": 33.3, "thirds": 66.7, "quarter": 25, "quarters": 75,
    "fourth": 25, "fifth": 20, "fifths": 40, "tenth": 10, "tenths": 30, "doubled": 100, "double": 100,
    "twice": 100, "tripled": 200, "all": 100, "whole": 100, "everything": 100, "none": 0, "no": 0,
    "nothing": 0, "not": 0, "dozen": 12, "hundred": 100, "thousand": 1000, "million": 1e6,
    "billion": 1e9, "nil": 0, "free": 0, "without": 0, "decade": 10, "century": 100, "once": 1,
    "thrice": 3, "pair": 2, "couple": 2, "both": 2, "single": 1, "sole": 1, "only": 1,
}  # fmt: skip
_TENS = {
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
}
_TENS |= {"sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19}
_LATER = re.compile(
    rf"\b(?P<count>\d{{1,2}}|{'|'.join(NUMBER_WORDS)}) months? (?P<way>later|after|earlier|before)\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_SCALES = (1.0, 1e3, 1e6, 1e9)
_SAME = 1e-6
# Units of one measure: a figure of one of a row can't be the same of another.
_MEASURES = tuple(
    tuple(stem(unit) for unit in row.split())
    for row in (
        "seconds minutes hours days weeks months years decades",
        "grams kilograms kg kilos tonnes tons pounds ounces",
        "litres gallons barrels hectolitres bushels",
        "metres kilometres km miles feet yards inches",
        "hectares acres",
        "dollars euros pounds yen marks francs crowns talers pesos",
    )
)


def unknown_figures(text: str, evidence: Sequence[str]) -> list[Span]:
    """The figures in digits that the evidence has in no spelling, and that can't be worked out of its own."""
    known = _Amounts(evidence)
    return [
        Span(word.start, word.end)
        for word, amounts, hedged in _figures(text)
        if not known.holds(word, amounts, hedged)
    ]


def calculates(text: str, evidence: Sequence[str]) -> bool:
    """Whether a claim has figures that its evidence doesn't write, but that can all be worked out of it."""
    known = _Amounts(evidence)
    new = [figure for figure in _figures(text) if not known.writes(figure[0])]
    return bool(new) and all(known.holds(*figure) for figure in new)


def _figures(text: str) -> Iterator[tuple[LocatedWord, list[float], bool]]:
    """Words of digits with what they may amount to, and whether about as much is said."""
    values = find_values(text)
    for word in located_words(text):
        if not word.word[0].isdigit():
            continue
        plain = stem(word.word)
        amounts = [float(plain)] if _PLAIN.fullmatch(plain) else []
        amounts += [
            value.amount for value in values if value.span.start <= word.start and word.end <= value.span.end
        ]
        yield word, amounts, bool(_HEDGE.search(text[max(0, word.start - _HEDGE_CHARS) : word.start]))


class _Amounts:
    """What figures, number words and fractions of texts amount to."""

    def __init__(self, texts: Sequence[str]) -> None:
        words = [word.word for text in texts for word in located_words(text)]
        self._stems = {stem(word) for word in words}
        amounts = {value.amount for text in texts for value in find_values(text)}
        amounts |= {float(name) for name in self._stems if _PLAIN.fullmatch(name)}
        lowered = {word.casefold() for word in words}
        amounts |= {float(number) for word, number in {**_FRACTIONS, **_TENS}.items() if word in lowered}
        amounts |= {float(NUMBER_WORDS[word]) for word in lowered if word in NUMBER_WORDS}
        self._amounts = sorted(amount for amount in amounts if amount == amount)
        self._texts = texts

    @cached_property
    def _worked_out(self) -> WorkedOut:
        return WorkedOut(self._texts)

    def writes(self, word: LocatedWord) -> bool:
        """Whether a figure is there as it is written."""
        return stem(word.word) in self._stems

    def holds(self, word: LocatedWord, amounts: Iterable[float], hedged: bool) -> bool:
        """Whether a figure is there: as it is written, scaled, worked out, or nearly where it is hedged."""
        if self.writes(word):
            return True
        for amount in amounts:
            scaled = [known * scale for known in self._amounts for scale in _SCALES]
            scaled += [known / scale for known in self._amounts for scale in _SCALES[1:]]
            tolerance = _HEDGE_TOLERANCE if hedged else _SAME
            if any(abs(amount - known) <= tolerance * max(known, _SAME) for known in scaled):
                return True
            if self._worked_out.holds(amount, word.word, hedged=hedged):
                return True
        return False


def contradicted_figures(text: str, evidence: Sequence[str]) -> list[Span]:
    """The figures that the evidence has only with another scale, or another unit of the same measure."""
    known = [(line, value) for line in evidence for value in find_values(line)]
    spans = []
    for value in find_values(text):
        digits = _digits(text, value)
        same = [(line, other) for line, other in known if _digits(line, other) == digits]
        if not digits or not same:
            continue
        if any(abs(value.amount - other.amount) <= _SAME * max(1.0, abs(other.amount)) for _, other in same):
            units = {other.unit for _, other in same}
            if value.unit and units and all(_is_rival(value.unit, unit) for unit in units):
                spans.append(value.span)
        elif all(_scale(line, other) and _scale(text, value) for line, other in same):
            spans.append(value.span)
    return spans


def _digits(text: str, value: Value) -> str:
    match = re.search(r"\d+(?:[.,]\d+)*", text[value.span.start : value.span.end])
    return stem(match[0]) if match else ""


def _scale(text: str, value: Value) -> str:
    match = re.search(
        r"(thousand|million|billion|trillion|bn|mn|k|m)\b", text[value.span.start : value.span.end], re.I
    )
    return match[1] if match else ""


def _is_rival(unit: str, other: str | None) -> bool:
    return any(unit in row and other in row and unit != other for row in _MEASURES)


def unknown_dates(text: str, evidence: Sequence[str]) -> list[Span]:
    """The months and weekdays that the evidence names in no spelling, nor by "two months later"."""
    known = {word.word.casefold()[:3] for line in evidence for word in located_words(line)}
    known |= {
        MONTHS[int(number) - 1][:3]
        for line in evidence
        for match in _NUMERIC_DATE.finditer(line)
        for number in match.groups()
        if number and 1 <= int(number) <= 12
    }
    known |= {month for line in evidence for month in _counted_months(line)}
    return [
        Span(word.start, word.end)
        for word in located_words(text)
        if word.word.casefold() in _MONTHS_AND_DAYS
        and word.word[0].isupper()
        and word.word.casefold()[:3] not in known
    ]


def _counted_months(line: str) -> Iterator[str]:
    """The first letters of the months that a line counts from its own: "in April, two months later"."""
    named = [
        MONTHS.index(word.casefold())
        for word in written_words(line)
        if word.istitle() and word.casefold() in MONTHS
    ]
    for match in _LATER.finditer(line) if named else ():
        count = match["count"].casefold()
        months = NUMBER_WORDS[count] if count in NUMBER_WORDS else int(count)
        sign = 1 if match["way"].casefold() in {"later", "after"} else -1
        yield from (MONTHS[(month + sign * int(months)) % 12][:3] for month in named)
