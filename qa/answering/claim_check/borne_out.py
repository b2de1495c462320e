"""Words of a claim that its evidence gives by one exact step: a sum, a difference of two rows, a rank, a day.

The step has to be of the rows or the sentence that the claim speaks of. A difference of two figures of a
sentence, or of two days, is none: which is more, or came first, can't be told there exactly enough.
"""

import contextlib
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from qa.answering.claim_check.cell_claims import scale_of
from qa.answering.claim_check.row_ranks import Row, held_ranks, is_of_one_unit, named_rows, rows_of
from qa.answering.claim_check.row_rules import read_row, terms_of
from qa.answering.polarity.values import Value, find_values
from qa.query.conditions.periods import Period, find_periods
from qa.schema import Span
from qa.text.sentences import sentence_spans

__all__ = ["find_borne_out", "says_only"]

_HEDGE = re.compile(
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|just over|just under)\s$", re.IGNORECASE
)
_BEHIND = re.compile(
    r"%|\s(?:million|billion|thousand|percent(?:age)?|per cent|points?|days?|weeks?|months?|years?|hours?)\b"
)
_UNIT = re.compile(r"\s(?P<unit>[a-z]{3,20})\b")
_SUM = re.compile(
    r"\b(?:in total|totals?|totalled|totalling|together|in all|combined|altogether|over the|the whole|"
    r"c[oa]me to|add(?:s|ed)? up to|sums? of)\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:\s[a-z]{2,20}){0,2}?\s(?P<how>more|less|fewer|higher|lower|longer|shorter|larger|smaller)\b"
)
_RANGE = re.compile(r"\b(?P<first>(?:19|20)\d\d)(?: to | and |[-–])(?P<last>(?:19|20)\d\d)\b")
_SUMMING = terms_of(
    "total totals altogether combined together sum whole come came add up added all over than"
)
_ALIKE_LETTERS = 5
_UPWARDS = frozenset("more higher longer larger".split())
_EARLY = re.compile(
    r"\b(?P<count>[a-z]+|\d{1,2}) (?P<unit>day|week)s? (?P<way>early|earlier|late|later|after|before)\b"
)
_DAYS = {"day": 1, "week": 7}
_MID_MONTH = 15
_HEDGED, _SAME = 0.1, 1e-6


def find_borne_out(text: str, evidence: Sequence[str]) -> list[Span]:
    """The figures, days and ranks of a claim that are worked out rightly, with their units."""
    lines = tuple(evidence)
    known = {(value.amount, value.kind) for line in lines for value in find_values(line)}
    spans = [Span(*match.span()) for match in held_ranks(text, lines)]
    for value in find_values(text):
        if (value.amount, value.kind) in known and not _has_scale(text, value):
            continue
        hedge = _HEDGE.search(text, 0, value.span.start)
        if _is_worked_out(text, value, lines, is_hedged=hedge is not None):
            spans.append(Span(hedge.start() if hedge else value.span.start, _end(text, value, lines)))
    spans.extend(_reckoned_days(text, lines))
    return spans


def says_only(text: str, spans: Sequence[Span], evidence: Sequence[str]) -> bool:
    """Whether all words of a claim beside some places are in its evidence, small words aside.

    Of a sum they have to be in the rows, or in what is no cited line: the last of the evidence.
    """
    rest = list(text)
    for span in spans:
        rest[span.start : span.end] = " " * (span.end - span.start)
    if _SUM.search(text):
        evidence = [*(line for line in evidence[:-1] if len(read_row(line)) > 1), *evidence[-1:]]
    known = terms_of(" ".join(evidence).casefold())
    beginnings = {term[:_ALIKE_LETTERS] for term in known if len(term) >= _ALIKE_LETTERS}
    own = terms_of("".join(rest).casefold()) - _SUMMING
    return all(term in known or term[:_ALIKE_LETTERS] in beginnings for term in own if len(term) > 1)


def _has_scale(text: str, value: Value) -> bool:
    return re.search(r"illion|thousand", text[value.span.start : value.span.end]) is not None


def _end(text: str, value: Value, evidence: Sequence[str]) -> int:
    """The end of a figure with its unit."""
    end = value.span.end
    while match := _BEHIND.match(text, end):
        end = match.end()
    unit = _UNIT.match(text, end)
    if unit and any(unit["unit"] in line.casefold() for line in evidence):
        end = unit.end()
    return end


def _is_worked_out(text: str, value: Value, evidence: tuple[str, ...], *, is_hedged: bool) -> bool:
    tolerance = _HEDGED if is_hedged else _SAME
    return any(
        _is_near(value.amount, amount, tolerance) for amount in _of_rows(text, value, rows_of(evidence))
    )


def _is_near(amount: float, known: float, tolerance: float) -> bool:
    return abs(amount - known) <= tolerance * max(1.0, abs(known))


@lru_cache(maxsize=256)
def _sentences(line: str) -> tuple[str, ...]:
    return tuple(line[start:end] for start, end in sentence_spans(line)) if len(read_row(line)) < 2 else ()


def _of_rows(text: str, value: Value, rows: Sequence[Row]) -> Iterator[float]:
    """The sum of a column, the difference of two of its cells, and the cell itself in another scale."""
    named = _in_range(text, rows) or named_rows(text, rows)
    for key in _columns(text, rows):
        amounts = {id(row): row.amounts[key] * scale_of(key) for row in rows if key in row.amounts}
        if scale_of(key) != 1:
            yield from (amounts[id(row)] for row in named if id(row) in amounts)
        summed = [row for row in (named if len(named) > 1 else rows) if id(row) in amounts]
        is_all = len(named) != 1 and len(summed) > 1 and len(summed) == len(named or rows)
        if is_all and _SUM.search(text):
            yield sum(amounts[id(row)] for row in summed)
        if len(named) == 2 and all(id(row) in amounts for row in named) and (sign := _sign(text, value)):
            first, second = sorted(named, key=lambda row: _place(text, row))
            yield sign * (amounts[id(first)] - amounts[id(second)])


def _in_range(text: str, rows: Sequence[Row]) -> list[Row]:
    """The rows of the years that a text tells as from one to another."""
    match = _RANGE.search(text)
    if match is None:
        return []
    years = [match["first"] <= "".join(row.label) <= match["last"] for row in rows]
    return [row for row, is_in in zip(rows, years, strict=True) if is_in]


def _columns(text: str, rows: Sequence[Row]) -> list[str]:
    """The column of figures that a text speaks of most; none where that can't be told."""
    keys = [key for key in (rows[0].amounts if rows else ()) if is_of_one_unit(key, rows)]
    said = [len(terms_of(key.casefold()) & terms_of(text.casefold())) for key in keys]
    most = max(said, default=0)
    return [keys[said.index(most)]] if most and said.count(most) == 1 else []


def _sign(text: str, value: Value) -> int:
    """1 for "9 more", -1 for "9 fewer", 0 where neither follows."""
    match = _MORE.match(text, value.span.end)
    return 0 if match is None else 1 if match["how"] in _UPWARDS else -1


def _place(text: str, row: Row) -> int:
    """Where a text names a row first."""
    low = text.casefold()
    return min((low.find(term) for term in row.told if term in low), default=len(low))


def _date_of(period: Period) -> date | None:
    """The day of a period, or the middle of its month; None where it is in no one year, or is none."""
    if period.years and period.months and period.years[0] == period.years[1]:
        with contextlib.suppress(ValueError):  # "31 June"
            return date(period.years[0], period.months[0], period.day or _MID_MONTH)
    return None


def _reckoned_days(text: str, evidence: Sequence[str]) -> Iterator[Span]:
    """Days that a sentence counts from its own: "due on 15 January, and made four days early"."""
    known = {day for line in evidence for sentence in _sentences(line) for day in _counted_days(sentence)}
    for period in find_periods(text):
        if period.day and _date_of(period) in known:
            yield Span(period.start, period.end)


def _counted_days(sentence: str) -> Iterator[date]:
    days = list(filter(None, map(_date_of, find_periods(sentence))))
    for match in _EARLY.finditer(sentence) if len(days) == 1 else ():
        sign = -1 if match["way"] in {"early", "earlier", "before"} else 1
        for count in find_values(match[0])[:1]:
            yield days[0] + timedelta(sign * round(count.amount * _DAYS[match["unit"]]))
