"""Whether the evidence counts or measures what is asked for, and has the figure that the question states."""

import re
from collections.abc import Sequence

from qa.answering.condition_check.evidence import Evidence, PartReading, contradicted, met, unstated
from qa.query.conditions.figures import MEASURED, find_figures, find_units, share_unit, unit_kind
from qa.schema import CheckedCondition, Condition
from qa.text.overlap import stems

__all__ = ["check_quantity", "check_unit"]

_SHARE = re.compile(
    r"%|\bper ?cent(?:age)?\b|\b(?:half|thirds?|quarters?|fifths?|sixth|eighth|tenth|all|none|most|"
    r"one in \w+|share|majority)\b",
    re.IGNORECASE,
)
_SHARE_WORDS = frozenset("share percentage proportion fraction".split())


def check_unit(condition: Condition, evidence: Evidence) -> CheckedCondition:
    """Met by a figure or head of that unit, or by what is counted.

    Contradicted where all figures of the answer have other units of measure.
    """
    if condition.text.casefold() in _SHARE_WORDS:
        asked = "percent"
    elif condition.text.casefold() == "money":
        asked = "money"
    else:
        asked = unit_kind(condition.text)
    others = _other_units(asked, evidence)
    for reading in evidence.near:
        place = _find_unit(asked, condition, reading)
        if place and (reading.is_own or not others):
            if asked not in MEASURED and others and not _counts(asked, reading):
                continue
            return met(condition, reading, place)
    return contradicted(condition, others) if others else unstated(condition)


def _find_unit(asked: str, condition: Condition, reading: PartReading) -> tuple[int, int] | None:
    text = reading.part.text
    for figure in reading.figures:
        if share_unit(figure.kind, asked):
            return figure.start, figure.end
    if asked in MEASURED:
        if asked == "percent" and (found := _SHARE.search(text)):
            return found.span()
        return next(((start, end) for kind, start, end in find_units(text) if share_unit(kind, asked)), None)
    for word in reading.words:
        if asked in stems(text[word.start : word.end]):
            return word.start, word.end
    return None


def _counts(asked: str, reading: PartReading) -> bool:
    return any(share_unit(figure.kind, asked) for figure in reading.figures)


def _other_units(asked: str, evidence: Evidence) -> list[str]:
    """The units of measure of the answer's figures where all of them have one, and it is another."""
    figures = [
        (reading, figure) for reading in evidence.own for figure in reading.figures if figure.kind != "time"
    ]
    measured = [
        (reading.part.text[figure.start : figure.end].strip(), figure.kind)
        for reading, figure in figures
        if figure.is_measured
    ]
    if figures and len(measured) == len(figures):
        kinds = measured
    elif figures and not measured:
        # Bare figures, as in a table: the unit stands over them.
        kinds = [
            (reading.part.text[start:end], kind)
            for reading in evidence.near
            if reading.part.by in ("column head", "unit", "caption")
            for kind, start, end in find_units(reading.part.text)
        ]
    else:
        return []
    if any(share_unit(kind, asked) for _, kind in kinds):
        return []
    return [text for text, _ in kinds]


def check_quantity(
    condition: Condition, evidence: Evidence, conditions: Sequence[Condition]
) -> CheckedCondition:
    """Met by an equal figure; contradicted where the answer has others of the unit and no part has it.

    Not where the question asks for a figure itself, for then the answer has another one.
    """
    asked = next(iter(find_figures(condition.text)), None)
    if asked is None:
        return unstated(condition)
    for reading in evidence.near:
        for figure in reading.figures:
            if asked.is_equal(figure):
                return met(condition, reading, (figure.start, figure.end))
    others = [
        reading.part.text[figure.start : figure.end].strip()
        for reading in evidence.own
        for figure in reading.figures
        if asked.is_measured and share_unit(asked.kind, figure.kind)
    ]
    asks_figure = any(other.kind in ("unit", "comparison") for other in conditions)
    return contradicted(condition, others) if others and not asks_figure else unstated(condition, others)
