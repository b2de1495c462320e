"""Days in cells: when something happened ("Signed", "In force"), and which part of a cell holds when.

"When did the pact with Arda enter into force?" is answered by the row of Arda and the column "In force".
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.cell_values import is_blank, with_unit
from qa.answering.tables.labelled_grid import LabelledGrid, label_grid
from qa.answering.tables.table_answer import TableAnswer, best_answer, cite_cells, collect_evidence
from qa.answering.tables.table_periods import Bounds, bounds_of
from qa.answering.tables.table_periods import find_periods as find_names
from qa.answering.tables.table_question import TableQuestion, understand_table_question
from qa.query.conditions.periods import find_periods
from qa.schema import SourceTable, Span

__all__ = ["answer_with_dated_part", "answer_with_day"]

_ASKS_WHEN = re.compile(
    r"^\W*(?:(?:and|so|but)\W+)?(?:(?:since |until |by |from )?when|(?:in |on |since |until |by |from )?"
    r"(?:what|which) (?:day|date|month|year)s?)\b\W*(?:(?:did|do|does|was|were|is|are|has|have|had|will)\b)?",
    re.IGNORECASE,
)
# What is told of a day: how a question words it, and the head of a column.
_EVENTS = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"sign(?:s|ed|ing)?|signatures?|initialled",
        r"(?:(?:come|came|comes|coming|enter|enters|entered|entering|entry|put|been|be) )?"
        r"(?:in|into) (?:force|effect)|(?:take|takes|took|taking|taken) effect|"
        r"effective(?: (?:from|since|date|day))?|"
        r"(?:(?:begin|begins|began|start|starts|started) to )?appl(?:y|ies|ied)(?! (?:to|for)\b)"
        r"(?: (?:from|since|as of))?",
        r"appl(?:y|ied|ies) (?:to|for)|applications?|ask(?:s|ed)? to|requests?|requested|lodged|filed",
        r"join(?:s|ed|ing)?|acce(?:ssion|des?|ded|ding)|bec[ao]me (?:a |the )?(?:\w+ )?members?",
        r"(?:made|make|becomes?|became) public|publish(?:es|ed)?|publication|releas(?:es?|ed)|issued?|"
        r"reported|came out",
        r"end(?:s|ed|ing)?|expir(?:es?|ed|y)|lapsed?|(?:ran|runs?) out|terminat(?:es?|ed|ion)|"
        r"clos(?:es?|ed|ing)",
        r"ratif(?:y|ies|ied|ication)|approv(?:es?|ed|al)",
        r"announc(?:es?|ed|ement)",
        r"adopt(?:s|ed|ion)?|enact(?:s|ed|ment)?|passed",
        r"begins?|began|begun|starts?|started|opens?|opened|opening|launch(?:es|ed)?",
    )
)
_NOT_YET = re.compile(
    r"(?:not|none|never|no)(?: yet| so far| \w+ yet)?|pending|awaited|planned|under negotiation|"
    r"to be \w+|\w+ing",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[;,]\s{1,9}(?!(?:19|20)\d\d\b)|\s{1,9}(?:then|rising to|falling to|and)\s{1,9}")
_TIME = re.compile(
    r"[(,]?\s?\b(?P<word>from|since|as of|after|until|till|to|before|through|in)\s+"
    r"(?P<time>[^()\s][^()]{3,40})\)?$",
    re.IGNORECASE,
)
_ONE_DAY = timedelta(days=1)
_MIN_DAYS = 0.5  # of a column's cells that must hold a time


def answer_with_day(text: str, tables: Sequence[SourceTable]) -> TableAnswer | None:
    """The day that the tables, the most relevant first, give for what a question asks the time of.

    Also that it is not yet so, where the cell says that. None where no row and column are told for sure.
    """
    asked = _ASKS_WHEN.search(text)
    rest = text[asked.end() :] if asked else ""
    events = _find_events(rest)
    if not events:
        return None
    for event in events:
        rest = _EVENTS[event].sub(" ", rest)
    question = understand_table_question(f"how much {rest.strip()}", may_calculate=False)
    if question is None or not question.hard:
        return None
    grids = [grid for source in tables if (grid := label_grid(source))]
    found = [answer for grid in grids if (answer := _answer_from_grid(question, events, grid))]
    return best_answer(found) if found else None


def _find_events(text: str) -> frozenset[int]:
    return frozenset(number for number, pattern in enumerate(_EVENTS) if pattern.search(text))


def _answer_from_grid(
    question: TableQuestion, events: frozenset[int], grid: LabelledGrid
) -> TableAnswer | None:
    columns = [
        column
        for column, labels in grid.columns.items()
        if _find_events(" ".join(label.text for label in labels)) & events and _has_days(grid, column)
    ]
    if len(columns) != 1:
        return None
    matcher = GridMatcher(question, grid)
    matcher.columns = {column: matcher.columns[column] for column in columns if column in matcher.columns}
    match = matcher.best_cell() if matcher.columns else None
    if match is None or match.unmet_words or match.unmet_periods or not match.is_row_told:
        return None
    if any(question.words[number].is_name for number in matcher.subjects & matcher.hard):
        return None  # of whose agreement a row tells is not told by what else the document is about
    value = " ".join(grid.read(match.row, match.column).split())
    if is_blank(value) or not (find_periods(value) or _NOT_YET.fullmatch(value)):
        return None
    places = [(match.row, match.column)]
    return TableAnswer(
        kind="cell",
        cells=cite_cells(grid, places),
        short_answer=value,
        matched=match.matched,
        evidence=collect_evidence(grid, places),
    )


def _has_days(grid: LabelledGrid, column: int) -> bool:
    """Whether most of a column's cells say a time."""
    texts = [text for row in grid.rows if (text := grid.read(row, column).strip())]
    return sum(bool(find_periods(text)) for text in texts) >= _MIN_DAYS * len(texts) > 0


def answer_with_dated_part(matcher: GridMatcher, match: CellMatch) -> TableAnswer | None:
    """The part of a cell that holds at the time that is asked for: "64 percent, 70 percent from July 2027".

    None where the cell says no times, or none of its parts, or several, hold then.
    """
    grid, text = matcher.grid, matcher.grid.read(match.row, match.column)
    parts = _dated_parts(text)
    holding = [part for part in parts if matcher.question.is_within(part.bounds)]
    (cited,) = cite_cells(grid, [(match.row, match.column)])
    if len(parts) < 2 or len(holding) != 1 or cited.highlight is None:
        return None
    start = grid.source.document.text.find(holding[0].text, cited.highlight.start, cited.highlight.end)
    if start < 0:
        return None
    places = [(match.row, match.column)]
    return TableAnswer(
        kind="cell",
        cells=(replace(cited, highlight=Span(start, start + len(holding[0].text))),),
        short_answer=with_unit(holding[0].value, grid.unit(match.row, match.column)),
        matched=match.matched,
        evidence=collect_evidence(grid, places),
    )


class _DatedPart(NamedTuple):
    """A part of a cell, its value without its time, and the days for which it holds."""

    text: str
    value: str
    bounds: Bounds


def _dated_parts(text: str) -> list[_DatedPart]:
    """The parts of a cell in order; the one without a time holds until the first that begins."""
    parts: list[tuple[str, str, Bounds | None]] = []
    for part in _PARTS.split(text):
        time = _TIME.search(part.rstrip())
        bounds = bounds_of(find_names(time["time"]).names) if time else None
        if time is None or bounds is None:
            parts.append((part, part, None))
            continue
        is_end = time["word"].casefold() in ("until", "till", "to", "before", "through")
        is_whole = time["word"].casefold() == "in"
        first = None if is_end else bounds.first
        last = bounds.last if is_end or is_whole else None
        parts.append((part, part[: time.start()].strip(" (,"), Bounds(first, last)))
    starts = [bounds.first for _, _, bounds in parts if bounds and bounds.first]
    ends = [bounds.last for _, _, bounds in parts if bounds and bounds.last]
    dated: list[_DatedPart] = []
    for part, value, bounds in parts:
        if bounds is None:
            bounds = Bounds(
                max(ends) + _ONE_DAY if ends and not starts else None,
                min(starts) - _ONE_DAY if starts else None,
            )
        elif (
            bounds.first and bounds.last is None and (later := [day for day in starts if day > bounds.first])
        ):
            bounds = Bounds(bounds.first, min(later) - _ONE_DAY)
        dated.append(_DatedPart(part, value, bounds))
    return dated if starts or ends else []
