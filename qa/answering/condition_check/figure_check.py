"""Whether the evidence has the unit that is asked for, and the figure that the question states."""

import re
from collections.abc import Sequence

from qa.answering.condition_check.evidence import Evidence, PartReading, contradicted, met, unstated
from qa.query.acronyms.name_matching import MAX_ACRONYM_LETTERS, initials_spans, split_words
from qa.query.conditions.figures import (
    CURRENCIES,
    MEASURED,
    Figure,
    find_figures,
    find_units,
    share_unit,
    unit_kind,
)
from qa.schema import CheckedCondition, Condition
from qa.text.overlap import stems
from qa.text.terms import FUNCTION_WORDS, NUMBER_WORDS

__all__ = ["PIECES", "SHARE_WORDS", "check_quantity", "check_unit", "other_units"]

_SHARE = re.compile(
    r"%|\bper ?cent(?:age)?\b|\b(?:half|thirds?|quarters?|fifths?|sixth|eighth|tenth|all|none|most|"
    r"one in \w+|share|majority)\b",
    re.IGNORECASE,
)
# The words of those that are no share themselves: "which the parties share".
_ONLY_NAMED = re.compile(r"(?:share|all|most|none|majority)\Z", re.IGNORECASE)
SHARE_WORDS = frozenset("share percentage proportion fraction".split())
# "of rye" behind a unit, and words that may stand for many things.
_OF_WHAT = re.compile(
    r",? of (?:the |its |their )?(?P<things>[a-z][\w-]+"
    r"(?: (?!(?:did|do|does|was|were|is|are|between|in|from|to|by|at)\b)[a-z][\w-]+)?)"
)
_COMES_FROM = re.compile(r"\b(?:from|by)(?: the)? \Z")
# "Amounts in euros."
_STATED_CURRENCY = re.compile(
    r"\b(?:amounts?|figures|values|prices|sums)\b[^.;\n]{0,30}?\bin (?P<unit>[^.;\n]{1,40})", re.IGNORECASE
)
# What is counted by pieces, whose weight or size is not told by their number.
PIECES = stems(
    "bottles boxes packets bags crates cases consignments containers pieces pairs vehicles lorries trucks "
    "ships people persons workers licences permits applications passengers visitors"
)
_COUNTED_IN_WORDS = re.compile(
    rf"\b(?:{'|'.join(sorted(NUMBER_WORDS))})(?= (?P<counted>[a-z][\w-]*(?: [a-z][\w-]*){{0,2}}))",
    re.IGNORECASE,
)
_PER = re.compile(r"(?:\b(?:per|an?|each)\s|/)\s?\Z", re.IGNORECASE)  # "talers a kilo" are no kilos
_MIN_SUM = 1e5
_GENERAL = stems(
    "goods products freight cargo fish fruit fruits meat grain grains vegetables crops food land output "
    "metal metals fuel it them this these that which those trade capacity imports exports waste material "
    "materials"
)


def check_unit(condition: Condition, evidence: Evidence, question: str = "") -> CheckedCondition:
    """Met by a figure or head of that unit, or by what is counted.

    Contradicted where all figures of the answer have other units of measure, or measure another thing than
    the question: "3 hectares of oats" where hectares of rye are asked for.
    """
    if condition.text.casefold() in SHARE_WORDS:
        asked = "percent"
    elif condition.text.casefold() == "money":
        asked = "money"
    else:
        asked = unit_kind(condition.text)
    if sums := _sums_from(asked, evidence):
        return contradicted(condition, sums)
    if things := _other_things(condition, asked, evidence, question):
        return contradicted(condition, things)
    if in_full := _find_in_full(condition, evidence):
        return met(condition, *in_full)
    others = (
        other_units((asked,), evidence)
        or _other_currency(asked, evidence)
        or _counted_instead(asked, evidence)
    )
    are_sums = any(share_unit(unit_kind(other), "money") for other in others)
    has_measures = any(figure.is_measured for reading in evidence.own for figure in reading.figures)
    for reading in evidence.near:
        place = _find_unit(asked, condition, reading)
        # What is counted may be measured in its table, but sums of money count nothing.
        is_over_row = asked not in MEASURED and not has_measures and not are_sums
        if place and (reading.is_own or not others or is_over_row):
            is_named = _ONLY_NAMED.match(reading.part.text[slice(*place)]) is not None
            is_uncounted = asked not in MEASURED and not is_over_row and not _counts(asked, reading)
            if others and (is_named or is_uncounted):
                continue
            return met(condition, reading, place)
    return contradicted(condition, others) if others else unstated(condition)


def _find_in_full(condition: Condition, evidence: Evidence) -> tuple[PartReading, tuple[int, int]] | None:
    """Where the words stand whose initials the asked unit is: "gross tonnes" for "GT"."""
    acronym = condition.text.split()[-1]
    if not (acronym.isupper() and acronym.isalpha() and 1 < len(acronym) <= MAX_ACRONYM_LETTERS):
        return None
    for reading in evidence.near:
        words = (
            split_words(reading.part.text) if reading.part.by in ("unit", "caption", "column head") else []
        )
        for first, end in initials_spans(acronym.casefold(), words):
            if end >= len(acronym):
                return reading, (words[first].start, words[end - 1].end)
    return None


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
    """Whether a figure stands before the word, or a number in letters: "four harbour cranes"."""
    if any(share_unit(figure.kind, asked) for figure in reading.figures):
        return True
    counted = _COUNTED_IN_WORDS.finditer(reading.part.text)
    return any(asked in stems(match["counted"]) for match in counted)


def other_units(asked: Sequence[str], evidence: Evidence) -> list[str]:
    """The units of measure of the answer's figures where all of them have one, and it is another."""
    figures = [
        (reading, figure) for reading in evidence.own for figure in reading.figures if figure.kind != "time"
    ]
    measured = [
        (reading.part.text[figure.start : figure.end].strip(), figure.kind)
        for reading, figure in figures
        if figure.is_measured
    ]
    if measured and all(_takes_unit(figure) for _, figure in figures if not figure.is_measured):
        kinds = measured
    elif figures and not measured:
        # Bare figures, as in a table: the unit stands over them.
        kinds = [
            (reading.part.text[start:end], kind)
            for reading in evidence.near
            if reading.part.by in ("column head", "unit", "caption")
            for kind, start, end in find_units(reading.part.text)
            if not _PER.search(reading.part.text[:start])
        ]
    else:
        return []
    if any(share_unit(kind, one) for _, kind in kinds for one in asked):
        return []
    return [text for text, _ in kinds]


def _other_currency(asked: str, evidence: Evidence) -> list[str]:
    """The currency that the document says its sums are in, where the answer's have none and it is another."""
    has_own = any(figure.is_measured for reading in evidence.own for figure in reading.figures)
    if asked not in CURRENCIES or has_own:
        return []
    said = [
        (kind, match["unit"])
        for reading in evidence.readings
        if reading.is_opening
        for match in _STATED_CURRENCY.finditer(reading.part.text)
        for kind, _, _ in find_units(match["unit"])
        if kind in CURRENCIES
    ]
    return [text for _, text in said] if said and all(kind != asked for kind, _ in said) else []


def _counted_instead(asked: str, evidence: Evidence) -> list[str]:
    """What the answer's figures count where a measure is asked for: bottles, where that is litres."""
    figures = [(reading, figure) for reading in evidence.own for figure in reading.figures]
    if asked not in MEASURED - CURRENCIES - {"money", "percent"} or any(
        figure.is_measured or _takes_unit(figure) for _, figure in figures
    ):
        return []
    return [
        reading.part.text[figure.start : figure.end].strip()
        for reading, figure in figures
        if figure.kind in PIECES
    ]


def _takes_unit(figure: Figure) -> bool:
    """Whether a figure without a unit has that of another: "Peru sent 9 tonnes and Chile 14"."""
    return not figure.kind or figure.kind in FUNCTION_WORDS


def _other_things(condition: Condition, asked: str, evidence: Evidence, question: str) -> list[str]:
    """What the figures of the asked unit are of, where that is never what the question has behind it."""
    behind = _OF_WHAT.match(question[question.find(condition.text) + len(condition.text) :])
    if behind is None or evidence.is_row:
        return []
    wanted = stems(behind["things"])
    others: list[str] = []
    for reading in evidence.own:
        if wanted & stems(reading.part.text):
            return []
        for figure in reading.figures:
            if share_unit(figure.kind, asked):
                of = _OF_WHAT.match(reading.part.text[figure.end :])
                others.append(reading.part.text[figure.start : figure.end] + of[0].rstrip() if of else "")
    others = list(filter(None, others))
    return others if not (wanted | stems(" ".join(others))) & _GENERAL else []


def _sums_from(asked: str, evidence: Evidence) -> list[str]:
    """The sums of the answer where what should be counted is only whom they come from: "from barges"."""
    if asked in MEASURED or not asked:
        return []
    sums: list[str] = []
    for reading in evidence.own:
        text = reading.part.text
        words = [word for word in reading.words if asked in stems(text[word.start : word.end])]
        if _counts(asked, reading) or not all(_COMES_FROM.search(text[: word.start]) for word in words):
            return []
        if words:
            sums += [
                text[figure.start : figure.end].strip()
                for figure in reading.figures
                if figure.value >= _MIN_SUM
            ]
    return sums


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
    may_be_year = re.match(r"(?:19|20)\d\d\b(?![.,]\d)", condition.text) is not None  # "exports 2023 tonnes"
    asks_figure = may_be_year or any(other.kind in ("unit", "comparison") for other in conditions)
    return contradicted(condition, others) if others and not asks_figure else unstated(condition, others)
