"""The parts of an answer's evidence, read once for all conditions."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from qa.answering.evidence_parts import EvidencePart
from qa.query.conditions.figures import Figure
from qa.query.conditions.names import Name, NameWord, blank_out, find_names, split_name
from qa.query.conditions.periods import Period, figures_apart_from, find_periods
from qa.schema import CheckedCondition, Condition
from qa.text.lines import is_table_row

__all__ = ["OWN_PLACES", "Evidence", "PartReading", "contradicted", "met", "unstated"]

_POINTS_BACK = re.compile(
    r"\W*(?:it|its|they|their|this|these|both|the (?:first|second|former|latter))\b", re.IGNORECASE
)
# What the answer itself is made of; what it stands under can't outweigh it.
OWN_PLACES = ("sentence", "cell", "row", "column head")


class PartReading:
    """A part with what it names."""

    def __init__(self, part: EvidencePart) -> None:
        self.part = part

    @property
    def is_own(self) -> bool:
        """Whether it belongs to the answer itself."""
        return self.part.by in OWN_PLACES

    @property
    def is_opening(self) -> bool:
        """Whether it is how the document begins: who issues it, and of what."""
        return self.part.by == "document" and self.part.start == 0

    @cached_property
    def words(self) -> Sequence[NameWord]:
        """Its words, as names are compared."""
        return split_name(self.part.text)

    @cached_property
    def names(self) -> list[Name]:
        """The names that it has; months are none."""
        return find_names(blank_out(self.part.text, [(period.start, period.end) for period in self.periods]))

    @cached_property
    def periods(self) -> list[Period]:
        """The periods that it names."""
        return find_periods(self.part.text)

    @cached_property
    def figures(self) -> list[Figure]:
        """Its figures, years left out."""
        return figures_apart_from(self.periods, self.part.text)


@dataclass(frozen=True)
class Evidence:
    """The parts of an answer's evidence, in the order in which they may meet a condition."""

    readings: Sequence[PartReading]

    @classmethod
    def of(cls, parts: Sequence[EvidencePart]) -> "Evidence":
        """The evidence of these parts, blank ones left out."""
        return cls([PartReading(part) for part in parts if part.text.strip()])

    @cached_property
    def own(self) -> Sequence[PartReading]:
        """The parts that the answer itself is made of."""
        return [reading for reading in self.readings if reading.is_own]

    @cached_property
    def near(self) -> Sequence[PartReading]:
        """All but lines of the document elsewhere, which tell of whom it is, not what the answer says."""
        return [reading for reading in self.readings if reading.part.by != "document"]

    @cached_property
    def ruling(self) -> Sequence[PartReading]:
        """Those, and the innermost heading."""
        headings = [reading for reading in self.readings if reading.part.by == "heading"]
        return [*self.own, *headings[:1]]

    @cached_property
    def titles(self) -> Sequence[PartReading]:
        """What the answer stands under: the title and the headings."""
        return [reading for reading in self.readings if reading.part.by in ("title", "heading")]

    @cached_property
    def is_row(self) -> bool:
        """Whether the answer is of a table's row."""
        return any(
            reading.part.by in ("row", "cell") or is_table_row(reading.part.text) for reading in self.own
        )

    @cached_property
    def single_names(self) -> frozenset[str]:
        """The names of one word that the parts have for certain."""
        return frozenset(
            name.words[0].key for reading in self.readings for name in reading.names if len(name.words) == 1
        )

    @property
    def knows_document(self) -> bool:
        """Whether all of the document has been looked through for the names that are asked of."""
        return any(reading.part.by == "document" for reading in self.readings)

    @cached_property
    def today(self) -> date | None:
        """The date of the document, where it is a whole one."""
        period = self.dated[1] if self.dated else None
        if period is None or period.years is None or period.months is None:
            return None
        with suppress(ValueError):  # the 31st of June
            return date(period.years[0], period.months[0], period.day or 1)
        return None

    @cached_property
    def dated(self) -> tuple[PartReading, Period] | None:
        """Where the date of the document stands: in its metadata, or as a whole day in its opening."""
        for reading in self.readings:
            for period in reading.periods if reading.part.by == "date" or reading.is_opening else ():
                if period.years and period.months and (period.day or reading.part.by == "date"):
                    return reading, period
        return None

    def sentence_before(self, own: PartReading) -> PartReading | None:
        """The sentence right before one of the answer's, where it stands close."""
        starts = [
            (reading.part.start, reading)
            for reading in self.readings
            if reading.part.by == "context" and reading.part.start is not None
        ]
        before = [pair for pair in starts if own.part.start is not None and pair[0] < own.part.start]
        return max(before, key=lambda pair: pair[0])[1] if before else None

    @cached_property
    def pointed_at(self) -> str:
        """The sentence that the answer's first word stands for ("It", "They"); "" where it does not."""
        for own in self.own:
            if _POINTS_BACK.match(own.part.text) and (before := self.sentence_before(own)):
                return before.part.text
        return ""


def met(condition: Condition, reading: PartReading, place: tuple[int, int]) -> CheckedCondition:
    """It is met by characters of a part."""
    start = reading.part.start
    return CheckedCondition(
        condition=condition,
        state="met",
        by=reading.part.by,
        document_id=reading.part.document_id,
        start=None if start is None else start + place[0],
        end=None if start is None else start + place[1],
    )


def contradicted(condition: Condition, instead: Sequence[str]) -> CheckedCondition:
    """The evidence has something else in its place."""
    return CheckedCondition(condition=condition, state="contradicted", instead=tuple(dict.fromkeys(instead)))


def unstated(condition: Condition, instead: Sequence[str] = ()) -> CheckedCondition:
    """Nothing says it, and nothing denies it."""
    return CheckedCondition(condition=condition, state="unstated", instead=tuple(dict.fromkeys(instead)))
