"""Days in the cells of tables: of the event that is asked for, and of the part of a cell that holds then."""

import pytest

from qa.answering.tables.cell_answer import answer_from_tables
from qa.answering.tables.date_cells import answer_with_day
from qa.query.query import SubQuestion
from qa.schema import SourceTable
from tests.support.table_documents import tables_of

AGREEMENTS = """\
# Lorvania's agreements

Lorvania has made these agreements:

| Partner | Signed | In force |
|---|---|---|
| Ostmark | 4 March 2031 | 1 January 2032 |
| Thessia | May 2032 | Not yet |
| Velin | 7 June 2030 | |
"""

RULINGS = """\
# How the Sound Pact's panels ruled

| Case | Complaint by | Report made public | Winner |
|---|---|---|---|
| Tyres, first case | Velin | January 2030 | Velin |
| Tyres, second case | Velin | June 2032 | Ostmark |
"""

CONTENT = """\
# What the Sound Pact asks of a tyre

| Requirement | Bicycles | Lorries |
|---|---|---|
| Local content | 75 percent | 64 percent, 70 percent from July 2034 |
| Local wages | 40 percent | 30 percent (until 2031), 45 percent |
"""


def tables(text: str) -> tuple[SourceTable, ...]:
    return tables_of(text.encode(), "markdown", "note")


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("When did Lorvania's agreement with Ostmark enter into force?", "1 January 2032"),
        ("Since when has Lorvania's agreement with Ostmark been in effect?", "1 January 2032"),
        ("On what day did Lorvania sign its agreement with Ostmark?", "4 March 2031"),
        ("When did Lorvania's agreement with Thessia take effect?", "Not yet"),
        ("When was the report on the second tyres case published?", "June 2032"),
        ("In what year was the report on the first case about tyres made public?", "January 2030"),
        # Another's agreement, a row that is not there, an event without a column, and a blank.
        ("When did Velin's agreement with Ostmark enter into force?", None),
        ("When did Lorvania's agreement with Brell enter into force?", None),
        ("When did Lorvania's agreement with Ostmark expire?", None),
        ("When did Lorvania apply for the agreement with Ostmark?", None),
        ("When did Lorvania's agreement with Velin enter into force?", None),
        ("Why did Lorvania sign its agreement with Ostmark?", None),
    ],
)
def test_the_day_of_the_event_that_is_asked_for(question: str, value: str | None) -> None:
    answer = answer_with_day(question, (*tables(AGREEMENTS), *tables(RULINGS)))
    assert (answer.short_answer if answer else None) == value
    if answer:
        (cell,) = answer.cells
        assert cell.highlight is not None
        assert cell.source.document.text[cell.highlight.start : cell.highlight.end] == value


@pytest.mark.parametrize(
    ("question", "value", "part"),
    [
        ("What local content do lorries need from July 2034?", "70 percent", "70 percent from July 2034"),
        ("What local content did lorries need in 2033?", "64 percent", "64 percent"),
        ("How high were local wages for lorries in 2031?", "30 percent", "30 percent (until 2031)"),
        ("How high are local wages for lorries in 2033?", "45 percent", "45 percent"),
    ],
)
def test_the_part_of_a_cell_that_holds_then(question: str, value: str, part: str) -> None:
    answer = answer_from_tables(SubQuestion.of(question), tables(CONTENT))
    assert answer is not None
    assert answer.short_answer == value
    (cell,) = answer.cells
    assert cell.highlight is not None
    assert cell.source.document.text[cell.highlight.start : cell.highlight.end] == part


def test_a_cell_of_two_times_is_whole_where_no_time_is_asked_for_and_nothing_where_it_changes() -> None:
    whole = answer_from_tables(SubQuestion.of("What local content do lorries need?"), tables(CONTENT))
    assert whole is not None
    assert whole.short_answer == "64 percent, 70 percent from July 2034"
    changing = answer_from_tables(
        SubQuestion.of("What local content did lorries need in 2034?"), tables(CONTENT)
    )
    assert changing is None or changing.is_refusal
