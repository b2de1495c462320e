"""The cell that is asked for in other words than its labels have, as the reader takes it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from qa.answering.tables.cell_answer import answer_with_cell, may_answer
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.cell_values import is_blank, is_short_value
from qa.answering.tables.flow_check import is_about_something_else
from qa.answering.tables.labelled_grid import LabelledGrid, label_grid
from qa.answering.tables.table_answer import TableAnswer
from qa.answering.tables.table_question import TableQuestion, understand_table_question
from qa.answering.tables.trade_words import SEASONS
from qa.query.query import SubQuestion
from qa.schema import Passage, Sentence, SourceTable

__all__ = ["StatementReader", "choose_cell"]

# How well passages of one sentence answer a question, as logits.
StatementReader = Callable[[str, Sequence[Passage]], Sequence[float]]

_MAX_CELLS = 24  # that are read, of all tables together
_WORD_WORTH = 2.0  # in logits, of a word of the question that labels meet
# Measured on the tables of six question sets by others: of 12 cells that pass both, 11 were right.
_MIN_LEAD, _MIN_LOGIT = 3.0, -2.0
_LONE_LEAD = 3.0  # of the only cell that may be
_LIKELY, _PLAUSIBLE = 0.7, 0.55  # how sure a cell is that the reader takes for the answer, or for likely


class _Candidate(NamedTuple):
    matcher: GridMatcher
    row: int
    column: int
    met: int

    def as_passage(self) -> Passage:
        """The cell with its heads as one sentence, as rows are read."""
        grid, source = self.matcher.grid, self.matcher.grid.source
        group = (grid.groups[self.row],) if self.row in grid.groups else ()
        labels = (*group, *grid.rows[self.row], *grid.columns[self.column])
        heads = ", ".join(label.text for label in labels)
        text = f"{heads}: {grid.read(self.row, self.column) or '–'}."
        return Passage(
            chunk_id=source.document.id,
            document_id=source.document.id,
            ordinal=0,
            section=0,
            start=0,
            end=len(text),
            heading=source.heading,
            source=source.document.source,
            metadata=source.document.metadata,
            text=text,
            sentences=(Sentence(0, len(text)),),
            score=0.0,
            table_context=source.table.caption,
        )


def choose_cell(
    subquestion: SubQuestion, tables: Sequence[SourceTable], read: StatementReader
) -> TableAnswer | None:
    """The cell that the reader takes for the answer, or that it is blank; None where no cell leads clearly.

    Names, figures and periods of the question must be met by its labels or what the table stands under.
    """
    question = understand_table_question(subquestion.text)
    if question is None or not question.is_specific:
        return None
    if question.reckons or question.side:
        return None
    grids = (grid for source in tables if (grid := label_grid(source)) and may_answer(question, grid))
    found = [candidate for grid in grids for candidate in _candidates(question, grid)]
    most = max((candidate.met for candidate in found), default=0)
    found = [candidate for candidate in found if candidate.met >= most - 1]
    if not found or len(found) > _MAX_CELLS:
        return None
    logits = read(subquestion.text, [candidate.as_passage() for candidate in found])
    ranked = sorted(zip(found, logits, strict=True), key=lambda item: -(item[1] + _WORD_WORTH * item[0].met))
    (best, logit), others = ranked[0], ranked[1:]
    lead = _LONE_LEAD
    if others:
        lead = logit + _WORD_WORTH * best.met - (others[0][1] + _WORD_WORTH * others[0][0].met)
    return _answer(best, logit) if lead >= _MIN_LEAD and logit >= _MIN_LOGIT else None


def _candidates(question: TableQuestion, grid: LabelledGrid) -> Iterator[_Candidate]:
    """The cells that have the names, figures and periods; none of a table whose periods nobody asks for."""
    matcher = GridMatcher(question, grid)
    asked = frozenset(question.periods)
    if not asked and (grid.row_periods or grid.column_periods):
        return
    words = matcher.question.words
    needed = frozenset(
        number
        for number in matcher.hard
        if words[number].is_name or words[number].stem.isdigit() or words[number].stem in SEASONS
    )
    for row, row_fit in matcher.rows.items():
        for column, column_fit in matcher.columns.items():
            met = (row_fit.words | column_fit.words) & matcher.hard
            text = grid.read(row, column)
            if (
                not needed - met - matcher.in_context
                and not matcher.unmet_periods(asked, row_fit.periods | column_fit.periods)
                and (is_blank(text) or is_short_value(text))
            ):
                yield _Candidate(matcher, row, column, len(met))


def _answer(best: _Candidate, logit: float) -> TableAnswer | None:
    matcher, row, column = best.matcher, best.row, best.column
    match = CellMatch(row=row, column=column, matched=_LIKELY if logit >= 0 else _PLAUSIBLE)
    is_other = is_about_something_else(matcher, match) or matcher.lacks_unit(row, column)
    if is_other or not matcher.is_of_wanted_unit(row, column):
        return None
    fits = matcher.rows[row], matcher.columns[column]
    open_words = matcher.hard - matcher.in_context - fits[0].words - fits[1].words
    return answer_with_cell(matcher, replace(match, weak=tuple(sorted(open_words))))
