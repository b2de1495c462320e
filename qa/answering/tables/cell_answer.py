"""The answer that the tables at hand give to a question: a cell, several, or that there is none."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.answering.tables.asked_words import AskedWord
from qa.answering.tables.calculations import answer_by_calculation
from qa.answering.tables.cell_match import CellMatch, GridMatcher
from qa.answering.tables.cell_values import is_blank, is_short_value
from qa.answering.tables.date_cells import answer_with_dated_part
from qa.answering.tables.flow_check import is_about_something_else
from qa.answering.tables.label_fit import LabelFitter
from qa.answering.tables.labelled_grid import LabelledGrid, label_grid
from qa.answering.tables.period_sums import answer_by_period_sum
from qa.answering.tables.row_text import find_row
from qa.answering.tables.superlatives import answer_superlative, says_superlative
from qa.answering.tables.table_answer import (
    TableAnswer,
    amount_of,
    best_answer,
    cite_cells,
    collect_evidence,
    find_note,
    value_of,
)
from qa.answering.tables.table_question import TableQuestion, understand_table_question
from qa.answering.tables.threshold_answer import answer_lookup, answer_threshold
from qa.answering.tables.trade_words import AXIS_NOUNS, SEASONS, unit_words
from qa.query.conditions.periods import MONTHS
from qa.query.query import SubQuestion
from qa.schema import SourceTable

__all__ = ["answer_from_row", "answer_from_tables", "answer_plainly", "answer_with_cell", "may_answer"]

_MIN_MATCHED = 0.5
_NEWEST_COST = 0.25
_MAX_INSTEAD = 8
_MAX_NOUN_WORDS = 2
_BEFORE = re.compile(r"\b(?:before|prior to|ahead of) (?:19|20)\d\d\b", re.IGNORECASE)
_MIN_MET = 2  # words and periods that a table meets where it lacks a name


def answer_from_tables(subquestion: SubQuestion, tables: Sequence[SourceTable]) -> TableAnswer | None:
    """What the tables, the most relevant first, answer; None where they don't for sure."""
    return answer_plainly(subquestion.text, tables)


def answer_plainly(text: str, tables: Sequence[SourceTable]) -> TableAnswer | None:
    """What tables answer to a question that no other is worked out of; None where they don't for sure.

    A value comes before a blank cell, and that before what isn't there at all.
    """
    question = understand_table_question(text)
    if question is None or not question.is_specific:
        return None
    answers: list[TableAnswer] = []
    grids = [grid for source in tables if (grid := label_grid(source)) and may_answer(question, grid)]
    for grid in grids:
        answer = _answer_from_grid(question, grid)
        if answer and (answer.matched >= _MIN_MATCHED):
            answers.append(answer)
    found = [answer for answer in answers if answer.kind != "absent" or answer.reason]
    if found:
        return best_answer(found)
    # What a table lacks is not missing where another has it, though which cell is not told.
    if any(_has_all(question, grid) for grid in grids):
        return None
    return max(answers, key=lambda answer: answer.matched, default=None)


def answer_from_row(
    subquestion: SubQuestion, source: SourceTable, start: int, end: int
) -> TableAnswer | None:
    """What the row in these characters of the text answers, which was read as the one that is asked for.

    The words of the question that no label meets are left to who read it; not so a row that meets more of
    them, a period that the table lacks, or what "how many" counts. None where the column isn't told.
    """
    question = understand_table_question(subquestion.text)
    grid = label_grid(source)
    if question is None or grid is None or question.reckons or question.side:
        return None
    row = find_row(grid, start, end)
    matcher = GridMatcher(question, grid)
    match = matcher.best_cell(row=row) if row is not None else None
    if row is None or match is None or is_about_something_else(matcher, match):
        return None
    if match.unmet_periods:
        return _absent(matcher, replace(match, unmet_words=(), is_row_told=True))
    own = matcher.rows[row].words & matcher.hard
    if any(own < (fit.words & matcher.hard) for fit in matcher.rows.values()):
        best = matcher.best_cell()
        match = best if best and best.is_row_told else replace(match, is_column_told=False)
    # Words of other columns, what "how many" counts and what is measured are not left to who read the row.
    lacking = [
        number
        for number in match.unmet_words
        if (question.words[number].is_of_unit or number in matcher.met - matcher.in_context)
        and question.words[number].text.casefold() not in MONTHS
    ]
    whole = matcher.best_cell() if lacking else None
    if whole and not (whole.unmet_words or whole.unmet_periods or whole.weak):
        return answer_with_cell(matcher, whole) if whole.is_sure else None  # another row has it all
    if lacking:
        return TableAnswer(
            kind="absent",
            cells=(),
            short_answer="",
            matched=match.matched,
            evidence=collect_evidence(grid, [(match.row, match.column)]),
            unmet=(" ".join(question.words[number].text for number in lacking),),
            instead=_instead_of(matcher, match, lacking),
        )
    if not match.is_column_told or not matcher.is_of_wanted_unit(match.row, match.column):
        return None
    return answer_with_cell(matcher, match)


def _instead_of(matcher: GridMatcher, match: CellMatch, lacking: Sequence[int]) -> tuple[str, ...]:
    """What the row has in the place of words that it lacks: its unit for what is counted, else its things."""
    grid, words = matcher.grid, matcher.question.words
    if all(words[number].is_of_unit for number in lacking):
        return tuple(filter(None, [grid.unit(match.row, match.column)]))
    labels = [label for label in grid.rows[match.row] if not (label.is_code or label.periods)]
    return tuple(label.text for label in labels if not unit_words(label.stems))


def _has_all(question: TableQuestion, grid: LabelledGrid) -> bool:
    match = GridMatcher(question, grid).best_cell()
    return match is not None and not (match.unmet_words or match.unmet_periods or match.weak)


def may_answer(question: TableQuestion, grid: LabelledGrid) -> bool:
    """Whether the words of a table meet most of the question's, so that it is worth a closer look."""
    fitter = LabelFitter(question, grid)
    words = [question.words[number] for number in question.hard - fitter.met - fitter.in_context]
    open_words = [
        word for word in words if not word.is_weak and (word.is_name or word.stem not in grid.text_stems)
    ]
    return len(open_words) <= _MAX_NOUN_WORDS


def _answer_from_grid(question: TableQuestion, grid: LabelledGrid) -> TableAnswer | None:
    if question.threshold and question.threshold.asks in ("zero", "blank"):
        return answer_lookup(GridMatcher(question, grid), question.threshold)
    if question.threshold:
        return answer_threshold(question, grid, question.threshold)
    ranked = question.superlative
    if ranked and ranked.asks_value and says_superlative(grid, ranked):
        question = replace(question, superlative=None)
    if question.side and not grid.has_bounds:
        earlier = _only_year_before(question, grid)
        if earlier is None:
            return None
        question = earlier
    if answer := answer_by_period_sum(question, grid):
        return answer
    if question.operation:
        answer = answer_by_calculation(GridMatcher(question, grid), question.operation)
        plain = understand_table_question(question.text, may_calculate=False)
        # "In total" may ask for the row of totals, "combined rate" for what is called so.
        if answer or question.operation not in ("sum", "percent change", "average") or plain is None:
            return answer
        question = plain
    matcher = GridMatcher(question, grid)
    if question.superlative:
        return answer_superlative(matcher, question.superlative)
    return _answer_with_best_cell(matcher)


def _only_year_before(question: TableQuestion, grid: LabelledGrid) -> TableQuestion | None:
    """Of 2024 where "before 2025" is asked of a table of both years; None where it may ask of several."""
    years = sorted(name for name in grid.row_periods | grid.column_periods if re.fullmatch(r"\d{4}", name))
    asked = [name for name in question.periods if name in years]
    if (
        len(years) != len(asked) + 1
        or len(question.periods) != 1
        or years[-1:] != asked
        or not _BEFORE.search(question.text)
    ):
        return None
    return replace(question, side=None, periods=(years[0],), written_periods={years[0]: years[0]})


def _answer_with_best_cell(matcher: GridMatcher) -> TableAnswer | None:
    question, grid = matcher.question, matcher.grid
    match = matcher.best_cell()
    if match is None:
        return None
    cost = 0.0
    years = sorted(name for name in grid.row_periods | grid.column_periods if name[0].isdigit())
    if match.is_ambiguous and years and not question.periods and question.is_newest:
        newest = replace(question, periods=(years[-1],), written_periods={years[-1]: years[-1]})
        matcher, cost = GridMatcher(newest, grid), _NEWEST_COST
        match = matcher.best_cell() or match
    if is_about_something_else(matcher, match) or not matcher.is_of_wanted_unit(match.row, match.column):
        return None
    is_told = match.is_row_told and match.is_column_told and not match.unmet_words
    if match.unmet_periods and is_told and (dated := answer_with_dated_part(matcher, match)):
        return dated
    if match.unmet_words or match.unmet_periods:
        return None if cost else _absent(matcher, match)
    if not (match.is_row_told and match.is_column_told) or (match.weak and not question.asks_figure):
        return None
    return answer_with_cell(matcher, replace(match, matched=match.matched - cost))


def answer_with_cell(matcher: GridMatcher, match: CellMatch) -> TableAnswer | None:
    """What this cell says, or that it is blank; None where it holds no figure."""
    grid, places = matcher.grid, [(match.row, match.column)]
    text = grid.read(match.row, match.column)
    weak = tuple(matcher.question.words[number].text for number in match.weak)
    if is_blank(text):
        return TableAnswer(
            kind="blank",
            cells=cite_cells(grid, places),
            short_answer="",
            matched=match.matched,
            evidence=collect_evidence(grid, places),
            unmet=weak,
            note=find_note(grid, match.row, match.column),
        )
    if not is_short_value(text):
        return None
    return TableAnswer(
        kind="cell",
        cells=cite_cells(grid, places),
        short_answer=value_of(grid, match.row, match.column),
        matched=match.matched,
        evidence=collect_evidence(grid, places),
        unmet=weak,
        amount=amount_of(grid, match.row, match.column),
    )


def _absent(matcher: GridMatcher, match: CellMatch) -> TableAnswer | None:
    """That the table has all but a period, a name or a unit; None where it is about something else."""
    grid, question = matcher.grid, matcher.question
    words = [question.words[number] for number in match.unmet_words]
    instead: tuple[str, ...] = ()
    if match.unmet_periods and not words:
        instead = _other_periods(grid, match)
        unmet = tuple(question.written_periods[name] for name in match.unmet_periods)
    elif (
        not match.unmet_periods
        and all(word.is_of_unit for word in words)
        and match.is_row_told
        and match.is_column_told
    ):
        unit = grid.unit(match.row, match.column)
        instead, unmet = (unit,) if unit else (), (" ".join(word.text for word in words),)
    elif (
        not match.unmet_periods
        and _is_one_name(match)
        and len({word.is_name for word in words}) == 1
        and not any(map(_is_no_thing, words))
    ):
        instead = _other_names(matcher, match, is_name=all(word.is_name for word in words))
        unmet = (" ".join(word.text for word in words),)
    if not instead:
        return None
    return TableAnswer(
        kind="absent",
        cells=(),
        short_answer="",
        matched=min(match.matched, 0.9),
        evidence=collect_evidence(grid, [(match.row, match.column)]),
        unmet=unmet,
        instead=instead,
    )


def _is_no_thing(word: AskedWord) -> bool:
    """Whether a word is a month, a season or a unit, of which no table says that it lacks the thing."""
    is_unit = bool(unit_words([word.stem])) and not word.is_name
    return is_unit or word.stem in SEASONS or word.text.casefold() in MONTHS


def _other_periods(grid: LabelledGrid, match: CellMatch) -> tuple[str, ...]:
    """The periods of the axis that has some, where the other axis is told."""
    is_of_columns = bool(grid.column_periods)
    if not (match.is_row_told if is_of_columns else match.is_column_told) and is_of_columns is not bool(
        grid.row_periods
    ):
        return ()
    axis = grid.columns if is_of_columns else grid.rows
    is_year = match.unmet_periods[0][0].isdigit()
    found: dict[str, str] = {}
    for label in (label for labels in axis.values() for label in labels):
        for name in label.periods:
            if name[0].isdigit() == is_year:
                found.setdefault(name, name if is_year else label.text)
    texts = tuple(found[name] for name in sorted(found))
    return texts if len(texts) <= _MAX_INSTEAD else (texts[0], "…", texts[-1])


def _is_one_name(match: CellMatch) -> bool:
    numbers = match.unmet_words
    return (
        match.is_column_told
        and 0 < len(numbers) <= _MAX_NOUN_WORDS
        and numbers[-1] - numbers[0] == len(numbers) - 1
    )


def _other_names(matcher: GridMatcher, match: CellMatch, *, is_name: bool) -> tuple[str, ...]:
    """What the rows are named, where none is asked for and they are names, or goods, as the word is."""
    grid, question = matcher.grid, matcher.question
    hard = matcher.hard - set(match.unmet_words)
    of_rows = frozenset[int]().union(*(fit.words for fit in matcher.rows.values())) - matcher.in_context
    if (
        hard & of_rows
        or len(hard) + len(question.periods) < _MIN_MET
        or not (is_name or question.asks_figure)
    ):
        return ()
    labels = [
        label
        for row in grid.rows.values()
        for label in row
        if not (label.is_total or label.is_other or label.is_code or label.periods)
        and label.text not in grid.constant_labels
    ]
    heads = {word for label in grid.corner for word in label.stems}
    is_of_goods = bool(heads & AXIS_NOUNS[1])
    if not labels or not (all(label.is_name for label in labels) if is_name else is_of_goods):
        return ()
    if is_name and is_of_goods:
        return ()
    return tuple(dict.fromkeys(label.text for label in labels))[:_MAX_INSTEAD]
