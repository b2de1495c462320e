"""What a question asks to be worked out of figures that sentences have: a difference, a share, what is left.

Only where the figures can be mistaken for no others: two of one unit in the best sentence, "14 of the 131",
or a whole with its parts ("Of these, 57,200 went to Ostia").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Literal, NamedTuple

from qa.answering.assessment import Assessment
from qa.answering.sentence_ranking import RankedSentence
from qa.answering.tables.asked_operation import find_operation
from qa.answering.tables.cell_values import format_number
from qa.query.conditions import find_years
from qa.query.conditions.periods import figures_apart_from, find_periods
from qa.schema import Computed, Passage, Sentence, Span
from qa.text.lines import is_table_row
from qa.text.overlap import content_words

__all__ = ["CitedFigure", "WorkedOut", "work_out"]

_MAX_CONFIDENCE = 0.7
_MIN_CONFIDENCE = 0.4  # of the sentence that it is worked out of
_MUST_BE_MET = ("name", "place")
_LOOKED_AT = 40  # of the best sentences, for what puts a figure right
_GROUPED_FROM = 1000  # from which on thousands are set apart
_TWO, _HUNDRED = 2, Decimal(100)

Asked = Literal["difference", "percent change", "share", "rest"]
_ASKS_SHARE = re.compile(
    r"\b(?:(?:what|which) (?:share|percentage|proportion|part|percent|per cent)|percentage of|share of|"
    r"how (?:large|big|high) (?:a|was the|is the) (?:share|part|proportion))\b",
    re.IGNORECASE,
)
_ASKS_REST = re.compile(
    r"\b(?:left(?: over)?|remain(?:s|ed|ing|der)?|the rest|others?(?: than)?|elsewhere|unallocated|"
    r"unreserved|apart from|besides|except)\b",
    re.IGNORECASE,
)
_BUT_FOR = re.compile(r"\b(?:other than|apart from|besides|except)\b", re.IGNORECASE)
_ASKS_CHANGE = re.compile(
    r"\b(?:how (?:far|much)|by how (?:much|many)|by what|what (?:was|is) the|the)\b.{0,200}"
    r"\b(?P<way>fall|fell|drop|decline|decrease|shrink|rise|rose|grow|increase|(?:go|went) (?:up|down))\b|"
    r"\b(?P<named>rise|increase|growth|fall|drop|decline|decrease)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(r"fall|fell|drop|decline|decrease|shrink|down", re.IGNORECASE)
_ASKS_PERCENT = re.compile(
    r"\b(?:in percent|in per cent|percentage(?! points?)|what percent|by percent)\b|%", re.I
)
# What stands between a figure and the one before it in time.
_EARLIER_BEHIND = re.compile(
    r"\b(?:compared (?:with|to)|(?:as )?against|after|up from|down from|from(?= [^,;]{0,40}\Z)|instead of)\b",
    re.IGNORECASE,
)
_LATER_BEHIND = re.compile(r"\bto\b|\bnow\b|\bsince then\b|\bthis year\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom (?:about |some |around |roughly )?[$€£]?\Z", re.IGNORECASE)
_OF = re.compile(r"\W{0,5}(?:[\w-]{1,30} ){0,2}?of (?:the |its |all |some |these )?", re.IGNORECASE)
_OF_THE_WHOLE = re.compile(r"\b[Oo]f (?:these|this|that|them|it|which|whom)\b")
_FIGURE = re.compile(
    r"(?P<sign>(?:US|C|A|CA)?[$€£¥]\s?)?"
    r"(?P<digits>\d{1,3}(?:[,'\u00a0\u202f ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?)"
    r"(?:[ -](?P<scale>hundred|thousand|million|billion|trillion)\b)?"
)
_UNIT = re.compile(r"\s?-?(?P<unit>(?:(?:cubic|square|metric|percentage) )?[^\W\d_][\w-]*|%)")
_NO_UNIT = re.compile(
    r"(?:and|or|of|in|to|from|at|by|for|on|a|an|the|after|against|as|while|went|were|was|is|are|had|has|that|"
    r"which|per|compared|this|last|more|less)\Z"
)
# What says the difference itself.
_SAYS_BY = re.compile(r"\bby (?:about |some |around |roughly |nearly |almost )?[$€£]?\d")
# What says that figures are not whole or not sure.
_OPEN = re.compile(r"\b(?:between|up to|at least|at most|no more than|(?:more|less|fewer) than|over|under)\b")


class _Amount(NamedTuple):
    value: Decimal  # as it stands, without its scale
    scale: str
    unit: str
    span: Span  # in its sentence

    def is_like(self, other: "_Amount") -> bool:
        """Whether both are counted alike; a unit may be said once for two."""
        return self.scale == other.scale and (self.unit == other.unit or "" in (self.unit, other.unit))


@dataclass(frozen=True, slots=True)
class CitedFigure:
    """A figure that a value was worked out of: its sentence, and where it stands, in document offsets."""

    passage: Passage
    sentence: Sentence
    span: Span


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A value that was worked out of `figures`, in the order in which `computed.how` names them."""

    computed: Computed
    figures: tuple[CitedFigure, ...]
    confidence: float

    @property
    def short_answer(self) -> str:
        """The value with its unit."""
        unit = self.computed.unit
        return f"{self.computed.value} {unit}" if unit else self.computed.value


def work_out(assessment: Assessment) -> WorkedOut | None:
    """What a question for a difference, a change, a share or a rest is answered by figures of a sentence.

    None where it asks for none, where the best sentence says it itself, or has not just the figures for it.
    """
    subquestion = assessment.subquestion
    best = assessment.ranked_sentences[0] if assessment.ranked_sentences else None
    asked = _find_asked(subquestion.text)
    if (
        asked is None
        or best is None
        or subquestion.question_type != "fact"
        or assessment.confidence < _MIN_CONFIDENCE
        or assessment.verdict
        or best.passage.is_newer
        or is_table_row(best.text)
        or _OPEN.search(best.text)
        or not all(one.is_met for one in best.conditions if one.condition.kind in _MUST_BE_MET)
        # The unit is that of what is worked out.
        or any(one.state == "contradicted" for one in best.conditions if one.condition.kind != "unit")
    ):
        return None
    amounts = _find_amounts(best.text)
    if asked in ("difference", "percent change"):
        found = _work_out_change(subquestion.text, best.text, amounts, asked)
    else:
        found = _work_out_part(subquestion.text, best, amounts, asked)
    if found is None:
        return None
    computed, used = found
    if any(_is_put_right(_show_as_written(best, place, amount), assessment, best) for place, amount in used):
        return None
    figures = tuple(_cite(best, number, amount.span) for number, amount in used)
    return WorkedOut(computed, figures, min(assessment.confidence, _MAX_CONFIDENCE))


def _show_as_written(best: RankedSentence, place: int, amount: _Amount) -> str:
    sentence = best.passage.slice(best.passage.sentences[best.number + place])
    return sentence[amount.span.start : amount.span.end].split()[0]


def _is_put_right(figure: str, assessment: Assessment, best: RankedSentence) -> bool:
    """Whether another sentence says that a figure was a mistake: "1.70 crowns, not 1.90 crowns"."""
    mistaken = re.compile(
        r"\b(?:not|instead of|rather than|in place of|corrected from) [^.;,]{0,30}?(?<![\d.,])"
        rf"{re.escape(figure)}(?![\d.,]?\d)"
    )
    others = assessment.ranked_sentences[:_LOOKED_AT]
    return any(one is not best and mistaken.search(one.text) for one in others)


def _find_asked(text: str) -> Asked | None:
    operation = find_operation(text)
    if operation == "percent change" or (_ASKS_CHANGE.search(text) and _ASKS_PERCENT.search(text)):
        return "percent change"
    if _ASKS_SHARE.search(text):
        return "share"
    if operation in ("difference", "change") or re.search(
        r"\bhow far (?:did|has|have)\b", text, re.IGNORECASE
    ):
        return "difference"
    return (
        "rest"
        if _ASKS_REST.search(text) and re.search(r"\bhow (?:much|many)\b|\bwhat\b", text, re.I)
        else None
    )


def _find_amounts(text: str) -> list[_Amount]:
    """The figures of a sentence that are no periods, with what they are counted in."""
    amounts = []
    for figure in figures_apart_from(find_periods(text), text):
        if figure.kind == "time":
            continue
        match = _FIGURE.match(text, figure.start)
        if match is None:
            continue
        digits = re.sub(r"[,'\u00a0\u202f ](?=\d{3}(?!\d))", "", match["digits"]).replace(",", ".")
        behind = _UNIT.match(text, match.end())
        unit = behind["unit"] if behind and not _NO_UNIT.match(behind["unit"]) else ""
        unit = "percent" if figure.kind == "percent" else (match["sign"] or "").strip() or unit
        span = Span(figure.start, max(figure.end, match.end()))
        amounts.append(_Amount(Decimal(digits), match["scale"] or "", unit, span))
    return amounts


def _work_out_change(
    question: str, text: str, amounts: Sequence[_Amount], asked: Asked
) -> tuple[Computed, list[tuple[int, _Amount]]] | None:
    if len(amounts) != _TWO or not amounts[0].is_like(amounts[1]) or _SAYS_BY.search(text):
        return None
    first, second = amounts
    way = _ASKS_CHANGE.search(question)
    is_change = asked == "percent change" or way is not None
    if not is_change and _FROM.search(text[: first.span.start]):
        return None  # Two things are compared, and the sentence tells how one of them changed.
    later = _find_later(text, first, second)
    earlier = second if later is first else first
    if is_change and (way is None or later is None or earlier.value == 0):
        return None
    if way and later and (later.value < earlier.value) is not bool(_DOWN.search(way["way"] or way["named"])):
        return None
    unit = first.unit or second.unit
    high, low = sorted(amounts, key=lambda amount: -amount.value)
    shown_high, shown_low = _show(high), _show(low)
    used = [(0, high), (0, low)]
    if asked == "percent change":
        if unit == "percent":
            return None
        result = _round((high.value - low.value) / earlier.value * _HUNDRED)
        how = f"({shown_high} - {shown_low}) / {_show(earlier)} = {result}%"
        return Computed(value=result, unit="percent", how=how, cells=()), used
    result = format_number(high.value - low.value, grouped=high.value >= _GROUPED_FROM)
    named = "percentage points" if unit == "percent" else _with_scale(first.scale, unit)
    return Computed(value=result, unit=named, how=f"{shown_high} - {shown_low} = {result}", cells=()), used


def _find_later(text: str, first: _Amount, second: _Amount) -> _Amount | None:
    """Which of two figures holds later; None where the words between them don't tell."""
    between = text[first.span.end : second.span.start]
    if _FROM.search(text[: first.span.start]) and re.search(r"\bto\b", between):
        return second
    if _EARLIER_BEHIND.search(between) or re.match(
        r"[^.;]{0,40}\b(?:a year|the year) (?:earlier|before)\b", text[second.span.end :]
    ):
        return first
    return second if _LATER_BEHIND.search(between) else None


def _work_out_part(
    question: str, best: RankedSentence, amounts: Sequence[_Amount], asked: Asked
) -> tuple[Computed, list[tuple[int, _Amount]]] | None:
    """A share of a whole, or what is left of it."""
    if asked == "share" and (pair := _find_pair(question, best.text, amounts)):
        part, whole = pair
        return _share_of(part, whole, [(0, part), (0, whole)])
    parts = _find_parts(best, amounts)
    if parts is None:
        return None
    place, whole, rest = parts
    asked_words = content_words(question)
    named = [part for part in rest if _names_of_part(best.text, part, rest) & asked_words]
    if asked == "share":
        return _share_of(named[0], whole, [(0, named[0]), (place, whole)]) if len(named) == 1 else None
    if len(named) < len(rest) and (named or _BUT_FOR.search(question)):
        return None
    left = whole.value - sum((part.value for part in rest), Decimal(0))
    if left < 0:
        return None
    result = format_number(left, grouped=True)
    how = " - ".join([_show(whole), *map(_show, rest)])
    unit = _with_scale(whole.scale, whole.unit or rest[0].unit)
    used = [(place, whole), *((0, part) for part in rest)]
    return Computed(value=result, unit=unit, how=f"{how} = {result}", cells=()), used


def _share_of(
    part: _Amount, whole: _Amount, used: list[tuple[int, _Amount]]
) -> tuple[Computed, list[tuple[int, _Amount]]] | None:
    if not 0 < part.value <= whole.value:
        return None
    result = _round(part.value / whole.value * _HUNDRED)
    how = f"{_show(part)} / {_show(whole)} = {result}%"
    return Computed(value=result, unit="percent", how=how, cells=()), used


def _find_pair(question: str, text: str, amounts: Sequence[_Amount]) -> tuple[_Amount, _Amount] | None:
    """The only part and whole like "14 of the 131", or those beside a year that is asked of."""
    pairs = [
        (part, whole)
        for part, whole in pairwise(amounts)
        if _OF.fullmatch(text[part.span.end : whole.span.start])
    ]
    years = find_years(question)
    if len(pairs) > 1 and years:
        ends = [pair[0].span.start for pair in pairs[1:]] + [len(text)]
        pairs = [
            pair
            for pair, end in zip(pairs, ends, strict=True)
            if find_years(text[pair[1].span.end : end]) & years
        ]
    return pairs[0] if len(pairs) == 1 else None


def _find_parts(
    best: RankedSentence, amounts: Sequence[_Amount]
) -> tuple[int, _Amount, list[_Amount]] | None:
    """The whole and its parts, with the whole's sentence: 0, or -1 for the one before."""
    marker = _OF_THE_WHOLE.search(best.text)
    if marker is None:
        return None
    parts = [amount for amount in amounts if amount.span.start > marker.start()]
    before = [amount for amount in amounts if amount.span.end <= marker.start()]
    place = 0
    if not before and best.number and not best.text[: marker.start()].strip():
        text, place = best.passage.slice(best.passage.sentences[best.number - 1]), -1
        before = [] if _OPEN.search(text) else _find_amounts(text)
    like = [amount for amount in before if parts and amount.is_like(parts[0]) and amount.unit]
    if not parts or len(like) != 1 or not all(like[0].is_like(part) for part in parts):
        return None
    return place, like[0], parts


def _names_of_part(text: str, part: _Amount, parts: Sequence[_Amount]) -> set[str]:
    """The words that say of whom a part is: those up to the next one."""
    behind = [other.span.start for other in parts if other.span.start > part.span.end]
    return set(content_words(text[part.span.end : min(behind, default=len(text))]))


def _cite(best: RankedSentence, place: int, span: Span) -> CitedFigure:
    sentence = best.passage.sentences[best.number + place]
    return CitedFigure(best.passage, sentence, Span(sentence.start + span.start, sentence.start + span.end))


def _show(amount: _Amount) -> str:
    return format_number(amount.value, grouped=amount.value >= _GROUPED_FROM)


def _round(value: Decimal) -> str:
    return format_number(value.quantize(Decimal("0.1"), ROUND_HALF_UP), grouped=False)


def _with_scale(scale: str, unit: str) -> str | None:
    return f"{scale} {unit}".strip() or None
