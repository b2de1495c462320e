"""How dates, counts, sources and confidence are written for a reader."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from qa.schema import Answer, CheckedCondition, RecognisedPage, Support
from qa.store import file_name
from qa.text.source_words import format_count, format_date, format_month, read_rows

__all__ = [
    "SUPPORT_LABELS",
    "collapse_whitespace",
    "describe_confidence",
    "describe_doubt",
    "describe_met",
    "describe_missing",
    "describe_recognition",
    "file_name",
    "format_change",
    "format_count",
    "format_date",
    "format_month",
    "format_time",
    "read_rows",
    "split_rows",
]

# What a reader is told about a sentence that its citations do not fully bear out.
SUPPORT_LABELS: dict[Support, str] = {
    "supported": "",
    "partial": "Partly supported",
    "unsupported": "Not supported",
}
_HIGH, _MEDIUM = 0.85, 0.65
# Where a condition of the question is met, from `CheckedCondition.by`.
_PLACES = {
    "sentence": "in the sentence",
    "cell": "in the cell",
    "row": "in the row",
    "column head": "in the column head",
    "unit": "in the unit",
    "caption": "in the caption",
    "heading": "in the heading",
    "title": "in the title",
    "date": "by the date",
    "context": "near the sentence",
    "document": "elsewhere in the document",
    "calculation": "worked out",
}
# A period that begins so needs no "for" before it.
_PREPOSITIONS = tuple("after before between by during for from in over since through to until within".split())


def format_time(text: str) -> str:
    """A time of the store, for a reader: 2026-11-23 13:21."""
    return text[:16].replace("T", " ")


def format_change(text: str) -> str:
    """When something changed, as the clock here says it: today's time, or the day."""
    changed, now = datetime.fromisoformat(text).astimezone(), datetime.now(UTC).astimezone()
    return f"{changed:%H:%M}" if changed.date() == now.date() else format_date(changed.date())


def collapse_whitespace(text: str) -> str:
    """One line."""
    return " ".join(text.split())


def split_rows(before: str, answer: str, after: str) -> list[str]:
    """The three parts of a quote, of which the middle one answers, as `read_rows` writes the whole."""
    whole = before + answer + after
    shown = read_rows(whole)
    if not answer:
        return [shown, "", ""]
    if shown == whole:
        return [before, answer, after]
    words = read_rows(answer)
    first = shown.find(words, len(read_rows(before)))
    return [shown[:first], words, shown[first + len(words) :]] if first >= 0 else [shown, "", ""]


def describe_recognition(certainty: float | None) -> str:
    """That words were recognised in a picture, and how certain they are; "" where they were not."""
    return "" if certainty is None else f"recognised text, {RecognisedPage.describe(certainty)}"


def describe_confidence(answer: Answer) -> str:
    """How sure the answer, or the refusal, is."""
    share = answer.confidence
    if answer.status == "not_found":
        return f"{share:.0%} likely that the documents answer"
    name, limit = (
        ("High", 2.0) if share >= _HIGH else ("Medium", _HIGH) if share >= _MEDIUM else ("Low", _MEDIUM)
    )
    # Rounding never reaches the value at which the next name begins.
    percent = min(round(100 * share), round(100 * limit) - 1)
    return f"{name} confidence ({percent}%)"


def describe_doubt(answer: Answer) -> str:
    """What is said above an answer that is likelier than others to be wrong; "" of any other."""
    return "Low confidence" if answer.status == "answered" and answer.confidence < _MEDIUM else ""


def describe_met(conditions: Iterable[CheckedCondition]) -> list[str]:
    """The conditions that are met, by where: "Canada and 2023 in the sentence", "share near the sentence"."""
    by_place: dict[str, list[str]] = {}
    for checked in conditions:
        if checked.is_met:
            place = _PLACES.get(checked.by or "", checked.by or "")
            by_place.setdefault(place, []).append(collapse_whitespace(checked.condition.text))
    return [f"{join_words(texts)} {place}".rstrip() for place, texts in by_place.items()]


def join_words(words: Sequence[str]) -> str:
    """a, b and c."""
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _format_if_day(text: str) -> str:
    try:
        return format_date(date.fromisoformat(text)) if len(text) == len("2025-11-03") else text
    except ValueError:
        return text


def describe_missing(conditions: Iterable[CheckedCondition]) -> list[str]:
    """Those that are not met, in words: "for 2029, not 2030", "not stated in one place: Peru, in tonnes"."""
    missing = [checked for checked in conditions if not checked.is_met]
    unstated = [collapse_whitespace(one.condition.text) for one in missing if one.state == "unstated"]
    # Each of several may well be stated somewhere.
    lead = "not stated in one place" if len(unstated) > 1 else "not stated"
    told = [f"{lead}: {', '.join(unstated)}"] if unstated else []
    return told + [_describe_contradicted(checked) for checked in missing if checked.state != "unstated"]


def _describe_contradicted(checked: CheckedCondition) -> str:
    text = collapse_whitespace(checked.condition.text)
    values = [_format_if_day(collapse_whitespace(value)) for value in checked.instead if value.strip()]
    if not values:
        return f"{text}: the documents say otherwise"
    is_bare = not any(words.casefold().split()[0] in _PREPOSITIONS for words in (text, *values))
    return (
        f"{'for ' if checked.condition.kind == 'period' and is_bare else ''}{join_words(values)}, not {text}"
    )
