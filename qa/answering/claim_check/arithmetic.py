"""What can be worked out of the figures of the evidence: sums, differences, shares, multiples, rounded."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from qa.answering.polarity.values import Value, find_values
from qa.text.terms import NUMBER_WORDS

__all__ = ["FRACTION", "ONE_IN", "WorkedOut", "shares_of"]

_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_FRACTIONS = {
    "half": 50.0, "halves": 50.0, "halved": 50.0, "halve": 50.0, "third": 100 / 3, "thirds": 200 / 3,
    "quarter": 25.0, "quarters": 75.0, "fourth": 25.0, "fifth": 20.0, "fifths": 40.0, "sixth": 100 / 6,
    "seventh": 100 / 7, "eighth": 12.5, "eighths": 37.5, "tenth": 10.0, "tenths": 30.0, "twentieth": 5.0,
    "hundredth": 1.0,
}  # fmt: skip
_TIMES = {
    "twice": 2.0,
    "double": 2.0,
    "doubled": 2.0,
    "half": 2.0,
    "halved": 2.0,
    "tripled": 3.0,
    "triple": 3.0,
}
FRACTION = re.compile(rf"(?:\b(?P<few>[a-z]+)[ -])?\b(?P<part>{'|'.join(_FRACTIONS)})\b", re.IGNORECASE)
_NUMBER = rf"(?:{'|'.join(NUMBER_WORDS)}|\d{{1,4}})"
ONE_IN = re.compile(
    rf"\b(?P<some>{_NUMBER}) (?:\w{{1,20}} )?(?:in|out of) (?:every )?(?P<all>{_NUMBER}|hundred)\b",
    re.IGNORECASE,
)
_NUMBERS = {word: float(number) for word, number in NUMBER_WORDS.items()} | {"every": 1.0, "hundred": 100.0}
_TERM = re.compile(rf"\b(?P<count>{_NUMBER})(?:[ -](?:\w{{1,20}} )?)(?P<unit>year|month)s?\b", re.IGNORECASE)
_OTHER_YEAR = re.compile(
    r"\b(?:(?:an?|one|the|this|last|next|previous|preceding|following|coming|past|prior) (?:\w{1,20} )?year|"
    r"year (?:before|earlier|later|after|ago)|(?:an?|per|each|every) decade|yearly|annual(?:ly)?|"
    r"(?:this|last|next) (?:winter|spring|summer|autumn|season)|"
    r"(?:until|till|through|after|before|by) (?:the end of )?(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_SMALL = re.compile(r"[a-z]+")
_MAX_YEARS = 60
_MAX_SUMMED = 8
_UNIT_STEPS = (7.0, 12.0, 24.0, 60.0, 1000.0)  # days of a week, months of a year, hours, minutes, kilograms
_SCALES = (1.0, 100.0)  # a third of a metre in centimetres
_MAX_FIGURES = 14  # out of more of them nearly any figure can be worked out
_ROUNDED_SHARE, _HEDGED_SHARE = 0.005, 0.06


class WorkedOut:
    """The figures that those of some texts give by one step of arithmetic."""

    def __init__(self, texts: Sequence[str]) -> None:
        values = [value for text in texts for value in find_values(text) if value.amount == value.amount]
        shares = {value.amount for value in values if value.kind == "share"}
        shares |= {value.amount for value in values if value.kind == "number" and value.amount < 100}
        shares |= {share for text in texts for share in shares_of(text)}
        self.amounts: list[float] = []
        self._steps = {
            *_UNIT_STEPS,
            *(_TIMES[word] for text in texts for word in _SMALL.findall(text.casefold()) if word in _TIMES),
        }
        if len(values) <= _MAX_FIGURES:
            self.amounts = sorted(set(self._work_out(values, shares)))
        years = sorted({int(year) for text in texts for year in _YEAR.findall(text)})
        steps = {step for text in texts for step in _steps_in_years(text)}
        self.amounts += [float(b - a) for a in years for b in years if a < b]
        self._years = {year + sign * step for year in years for step in steps for sign in (1, -1)}

    def _work_out(self, values: Sequence[Value], shares: set[float]) -> Iterator[float]:
        yield from shares
        yield from (100 - share for share in shares)
        counts = [value for value in values if value.kind != "share"]
        for share in shares:
            for value in counts:
                yield share * value.amount / 100
                yield (100 - share) * value.amount / 100
        for is_share in (True, False):
            kinds = {"share", "number"} if is_share else {"money", "amount", "number"}
            alike = [value.amount for value in values if value.kind in kinds]
            yield sum(alike)
            if is_share:
                yield 100 - sum(alike)
            yield from map(sum, combinations(alike, 3) if len(alike) <= _MAX_SUMMED else ())
            for first, second in permutations(alike, 2):
                yield from (first - second, first + second)
                if not is_share:
                    yield first * second
                if second:
                    yield from (first / second, 100 * first / second, 100 * (first - second) / second)
                    yield 100 - 100 * first / second
        yield from (value.amount * step for value in counts for step in self._steps)
        yield from (value.amount / step for value in counts for step in self._steps)

    def holds(self, amount: float, written: str, *, hedged: bool) -> bool:
        """Whether a figure is among them, as it is rounded; about as much where it is hedged."""
        if _YEAR.fullmatch(written) and amount in self._years:
            return True
        decimals = len(written.partition(".")[2])
        tolerance = max(
            0.51 * 10.0**-decimals * (amount / _plain(written) if _plain(written) else 1),
            _ROUNDED_SHARE * amount,
        )
        if hedged:
            tolerance = max(tolerance, _HEDGED_SHARE * amount)
        return any(
            abs(abs(known) * scale - amount) <= tolerance for known in self.amounts for scale in _SCALES
        )


def _steps_in_years(text: str) -> Iterator[int]:
    """How far a text counts from a year: "two years later", "last year"; months may reach another year."""
    if _OTHER_YEAR.search(text):
        yield 1
    for match in _TERM.finditer(text):
        count = match["count"].casefold()
        number = int(_NUMBERS.get(count, _plain(count)))
        if match["unit"].casefold() == "month":
            yield from (number // 12, number // 12 + 1)
        elif number < _MAX_YEARS:
            yield number


def shares_of(text: str) -> Iterator[float]:
    """Fractions of a text in percent: "four fifths", "one in six"."""
    for match in FRACTION.finditer(text):
        one = _FRACTIONS[match["part"].casefold()]
        yield float(one)
        if not match["part"].endswith("s") or match["few"] is None:
            continue
        yield min(
            100.0,
            _NUMBERS.get(match["few"].casefold(), 1.0) * _FRACTIONS.get(match["part"].casefold()[:-1], one),
        )
    for match in ONE_IN.finditer(text):
        some, whole = (_NUMBERS.get(match[name].casefold(), _plain(match[name])) for name in ("some", "all"))
        if 0 < some < whole:
            yield 100 * some / whole


def _plain(written: str) -> float:
    digits = written.replace(",", "")
    return float(digits) if re.fullmatch(r"\d+(?:\.\d+)?", digits) else 0.0
