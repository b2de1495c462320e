"""Which of a sentence's values answers: not one that is denied or past, and the one of the name asked for."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from qa.answering.polarity.former_spans import (
    asks_of_earlier_year,
    asks_of_former,
    asks_of_mistake,
    barred_spans,
    former_spans,
)
from qa.answering.polarity.rejected_spans import find_corrections, rejected_spans
from qa.answering.polarity.values import Value, find_values, same_kind
from qa.query.conditions import find_years
from qa.query.conditions.period_comparison import compare_periods
from qa.query.conditions.periods import Period, find_periods
from qa.schema import Span
from qa.text.terms import ASKING_WORDS, FUNCTION_WORDS, own_stems, stem, word_stems, words

__all__ = ["best_period_span", "best_value_span"]

_NAME = re.compile(r"(?<![.?!]\s)(?<!^)(?<!^[\"“'‘])\b[^\W\d_a-z][\w’'.-]*")
_LABEL = re.compile(r"[^\W\d_a-z][\w’'.-]*(?: [^\W\d_a-z][\w’'.-]*)*|(?:1[5-9]|20)\d\d")
_SEPARATOR = re.compile(r"[,;:](?!\d)|\s(?:and|but|while|whereas|against)\s|\s/\s")
_SHARE = re.compile(
    r"\b(?:what|which) (?:\w+ )?(?:share|percentage|proportion|part)\b|\bhow (?:many|much) percent\b",
    re.IGNORECASE,
)
_OF_WHICH = re.compile(r"\b(?:of which|of it|of that|of this|of these|including|among them)\b", re.IGNORECASE)
_NOW = re.compile(r"\b(?:now|currently|current|today|at present|these days|nowadays)\b", re.IGNORECASE)
_RAISED_TO = re.compile(
    r"\b(?:raised|lifted|lowered|cut|reduced|increased|doubled|halved)(?: [a-z]+){0,3} to $", re.IGNORECASE
)
_TOTAL = re.compile(r"\b(?:in total|in all|altogether|all told|total|overall|combined)\b", re.IGNORECASE)
_TOTAL_BEFORE = re.compile(
    r"\b(?:total(?:s|led|ling)?|in all|altogether|all told)(?: of)?(?: \w+)?,? \Z", re.IGNORECASE
)
_TOTAL_REACH = 30
_OTHERS = re.compile(r"\W*(?:the )?(?:others?|rest|remainder)\b", re.IGNORECASE)
_ASKS_OF_OTHERS = re.compile(
    r"\b(?:(?:an)?others?|rest|remain\w*|ordinary|normal\w*|not|no|without|non\w*|un\w+)\b|n['’]t\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\bhow many (?:thousand |million |billion )?([^\W\d_]+)", re.IGNORECASE)


def best_value_span(question: str, sentence: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span of a sentence that answers, given the one that was read: (start, end) into the sentence.

    It is moved only where the words leave no doubt: from what is denied, past or only proposed to what the
    sentence puts in its place, from another unit to the one that is counted, and from one name's value to
    that of the name asked for. A value comes with its sign and scale ("260 million", not "260"). If nothing
    of that kind applies, it is `span`.
    """
    values = find_values(sentence)
    held = [value for value in values if _overlaps(value.span, span)]
    if len(held) > 1:
        left = [value for value in held if not _is_barred(value, question, sentence)]
        return _of(left[0]) if len(left) == 1 else span
    current = held[0] if held else None
    moved = _leave_barred(question, sentence, span, values, current)
    if moved is not None:
        return moved
    if current is None or not _is_value(sentence, current, span):
        return span
    chosen = _of_unit(question, values, current)
    rivals = [
        value for value in values if same_kind(value, chosen) and not _is_barred(value, question, sentence)
    ]
    if _NOW.search(question):
        raised = [value for value in rivals if _RAISED_TO.search(sentence[: value.span.start])]
        if len(raised) == 1 and raised[0].span.start > chosen.span.start:
            return _of(raised[0])
    chosen = _of_total(question, sentence, rivals, _of_name(question, sentence, rivals, chosen))
    if chosen is current and span[0] <= current.span.start and current.span.end <= span[1]:
        return span
    return _of(chosen)


def best_period_span(
    question: str, sentence: str, span: tuple[int, int], today: date | None
) -> tuple[int, int]:
    """The value of the part of a sentence that speaks of the asked period, given the span that was read.

    "4.3 billion came last year; the year before it had been 2.3": of the year that is asked for by its
    number. `today` is the day of the sentence's document. Elsewhere it is `span`.
    """
    asked = [period for period in find_periods(question) if period.years]
    values = find_values(sentence)
    held = [value for value in values if _overlaps(value.span, span)]
    if len(asked) != 1 or len(held) != 1 or not _is_value(sentence, held[0], span):
        return span
    rivals = [value for value in values if same_kind(value, held[0])]
    bounds = _bounds(sentence, rivals)
    said = find_periods(sentence)
    is_dated = today is not None and any(period.is_relative for period in said)
    fits = [
        _fits_period(
            asked[0],
            [period for period in said if first <= period.named < end],
            today,
            is_of_today=is_dated,
        )
        for first, end in pairwise(bounds)
    ]
    if not fits or fits[rivals.index(held[0])] is not False:
        return span
    fitting = [number for number, fit in enumerate(fits) if fit] or [
        number for number, fit in enumerate(fits) if fit is None
    ]
    return _of(rivals[fitting[0]]) if len(fitting) == 1 else span


def _fits_period(
    asked: Period, said: Sequence[Period], today: date | None, *, is_of_today: bool
) -> bool | None:
    """Whether a part of a sentence that says these periods speaks of the asked one; None if it may."""
    if not said and is_of_today and today:
        said = [Period(start=0, end=0, years=(today.year, today.year), months=(today.month, today.month))]
    fits = [compare_periods(asked, period, today) for period in said]
    return True if True in fits else None if None in fits or not fits else False


def _leave_barred(
    question: str, sentence: str, span: tuple[int, int], values: Sequence[Value], current: Value | None
) -> tuple[int, int] | None:
    """What stands in the place of a span that must not be the answer; None if nothing surely does."""
    if asks_of_mistake(question) and current:
        denied = [
            value for value in values for s in rejected_spans(sentence) if _overlaps(value.span, _pair(s))
        ]
        return _of(denied[0]) if len(denied) == 1 and same_kind(denied[0], current) else None
    if current and asks_of_earlier_year(question, sentence):
        former = [v for v in values if v.span in former_spans(sentence) and same_kind(v, current)]
        return _of(former[0]) if len(former) == 1 else None
    if current and asks_of_former(question):
        former = [v for v in values if v.span in former_spans(sentence) and same_kind(v, current)]
        if len(former) == 1:
            return _of(former[0])
    barred = [one for one in barred_spans(question, sentence) if _overlaps(one, span)]
    if not barred or span[0] < barred[0].start - _MAX_LEAD_CHARS:
        return None
    if current:
        left = [v for v in values if same_kind(v, current) and not _is_barred(v, question, sentence)]
        behind = [value for value in left if value.span.start > current.span.start]
        return _of((behind or left)[0]) if len(left) == 1 or (behind and len(behind) == 1) else None
    for correction in find_corrections(sentence):
        if _overlaps(correction.rejected, span) and correction.accepted:
            return _pair(correction.accepted)
    return None


_MAX_LEAD_CHARS = 12  # that a span may begin before what is denied: "is not", "from"


def _of_unit(question: str, values: Sequence[Value], current: Value) -> Value:
    """The only value of the unit that is asked for, if the current one has another."""
    counted = _COUNTED.search(question)
    if _SHARE.search(question) and current.kind != "share":
        fitting = [value for value in values if value.kind == "share"]
    elif counted:
        unit = stem(counted[1])
        fitting = [value for value in values if value.unit == unit]
    else:
        return current
    return fitting[0] if len(fitting) == 1 and current.kind not in ("number", fitting[0].kind) else current


def _of_name(question: str, sentence: str, rivals: Sequence[Value], current: Value) -> Value:
    """The rival in whose part of the sentence the asked name, year or word stands, and in no other's."""
    if len(rivals) < 2 or current not in rivals:
        return current
    if chosen := _respectively(question, sentence, rivals):
        return chosen
    rivals = _alike(sentence, rivals)
    if current not in rivals:
        return current
    segments = _segments(sentence, rivals)
    if not segments:
        return current
    if part := _of_which(question, rivals, segments):
        return part
    at = rivals.index(current)
    for asked, find in ((find_years(question), find_years), (_names(question), _names)):
        found = [find(f"so {segment}") for segment in segments]
        telling = [number for number, labels in enumerate(found) if labels & asked]
        if len(telling) != 1 or telling[0] == at:
            continue
        # What all share stands in the first part: "Ostia sold 5 tons of rye and 7 of oats".
        if telling[0] > 0 and (found[at] or at == 0):
            return rivals[telling[0]]
        if telling[0] == 0 and found[at] and _last_name(segments[0], rivals[0]) & asked:
            return rivals[0]
    own = own_stems(_plain_words(question), segments)
    telling = [number for number, said in enumerate(own) if said]
    # "Certified parcels took 4 days, others 23": the others are not the ones that are named.
    is_others = _OTHERS.match(segments[at]) is not None and _ASKS_OF_OTHERS.search(question) is None
    return rivals[telling[0]] if len(telling) == 1 and (telling[0] > 0 or is_others) else current


def _alike(sentence: str, rivals: Sequence[Value]) -> Sequence[Value]:
    """Without numbers that may stand for something else.

    A number without a unit stands for such a value only behind one that has it, or all are alike: "Shipowners
    get 10 million of it, ports 9 million", "Dorn took six of them, Esk five".
    """
    full = [value.span.start for value in rivals if value.kind != "number"]
    if full:
        return [value for value in rivals if value.span.start >= full[0]]
    dresses = {_dress(sentence, value) for value in rivals}
    # Bare figures are those of a table's row, as a rule, each of its own column.
    return rivals if len(dresses) == 1 and "" not in dresses else []


def _dress(sentence: str, value: Value) -> str:
    """The scale of a number in figures, "" where it has none, and "word" of one in letters."""
    text = sentence[value.span.start : value.span.end]
    return text.lstrip("0123456789., -").casefold() if text[:1].isdigit() else "word"


def _of_which(question: str, rivals: Sequence[Value], segments: Sequence[str]) -> Value | None:
    """The part of a sum that is asked for: "$12 million, of which 7 for roads"; None where none is told."""
    if not any(_OF_WHICH.search(segment) for segment in segments[1:2]):
        return None
    own = own_stems(_plain_words(question) | _names(question), segments)
    telling = [number for number, said in enumerate(own) if number and said]
    return rivals[telling[0]] if len(telling) == 1 else None


def _of_total(question: str, sentence: str, rivals: Sequence[Value], current: Value) -> Value:
    """The rival that a sentence calls the total, where the question asks for that."""
    if not _TOTAL.search(question):
        return current
    totals = [
        value
        for value in rivals
        if _TOTAL.search(re.split(r"[,;:]", sentence[value.span.end : value.span.end + _TOTAL_REACH])[0])
        or _TOTAL_BEFORE.search(sentence[: value.span.start])
    ]
    return totals[0] if len(totals) == 1 else current


def _respectively(question: str, sentence: str, rivals: Sequence[Value]) -> Value | None:
    if not re.search(r"\brespectively\b", sentence, re.IGNORECASE):
        return None
    before = sentence[: rivals[0].span.start]
    after = sentence[rivals[-1].span.end :]
    for part in (before, after):
        names = list(dict.fromkeys(re.findall(r"\b[^\W\d_a-z][\w’'-]*|\b(?:1[5-9]|20)\d\d\b", part)))
        listed = [name for name in names if stem(name) in word_stems(question) or name in question]
        if len(names) == len(rivals) and len(listed) == 1:
            return rivals[names.index(listed[0])]
    return None


def _segments(sentence: str, rivals: Sequence[Value]) -> list[str]:
    """The sentence in parts of one rival value each; empty if nothing parts two of them.

    Where a part ends: at the first mark or "and" behind its value if names come before values ("A took 5, B
    7"), else at the last ("5 to A, 7 to B").
    """
    return [sentence[a:b] for a, b in pairwise(_bounds(sentence, rivals))]


def _bounds(sentence: str, rivals: Sequence[Value]) -> list[int]:
    """Where the parts of `_segments` begin and end; empty if nothing parts two of the values."""
    gaps = [(first.span.end, second.span.start) for first, second in pairwise(rivals)]
    names_lead = bool(re.search(r"\w", _last_clause(sentence[: rivals[0].span.start])))
    cuts = []
    for start, end in gaps:
        marks = [match.start() for match in _SEPARATOR.finditer(sentence, start, end)]
        if not marks:
            return []
        cuts.append(marks[0] if names_lead else marks[-1])
    return [0, *cuts, len(sentence)]


def _last_clause(text: str) -> str:
    return re.split(r"[:;]", text)[-1]


def _names(text: str) -> set[str]:
    found = {word for match in _NAME.finditer(text) for word in words(match[0])}
    return {stem(word) for word in found if word.casefold() not in FUNCTION_WORDS}


def _last_name(segment: str, value: Value) -> set[str]:
    """The name or year that stands nearest to the value of a sentence's first part."""
    names = list(_LABEL.finditer(f"so {segment}"))
    before = [match[0] for match in names if match.end() - 3 <= value.span.start]
    after = [match[0] for match in names if match.start() - 3 >= value.span.end]
    nearest = before[-1:] or after[:1]
    return {stem(word) for name in nearest for word in words(name)}


def _plain_words(question: str) -> set[str]:
    plain = {word for word in words(question) if word.casefold() not in FUNCTION_WORDS | ASKING_WORDS}
    return {stem(word) for word in plain if not word[0].isdigit()} - _names(question)


def _is_value(sentence: str, value: Value, span: tuple[int, int]) -> bool:
    """Whether the span is the value with little around it, not a phrase that happens to hold it."""
    return (
        len(words(sentence[span[0] : span[1]])) <= len(words(sentence[value.span.start : value.span.end])) + 3
    )


def _is_barred(value: Value, question: str, sentence: str) -> bool:
    return any(_overlaps(value.span, _pair(one)) for one in barred_spans(question, sentence))


def _of(value: Value) -> tuple[int, int]:
    return value.span.start, value.span.end


def _pair(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _overlaps(span: Span, other: tuple[int, int]) -> bool:
    return span.start < other[1] and other[0] < span.end
