"""The same cell in the tables of several documents, which say different things of it."""

import pytest

from qa.answering.extractive.cell_output import answer_by_cells
from qa.answering.tables.cell_answer import answer_from_tables
from qa.query.query import Query, SubQuestion
from qa.schema import Answer, SourceTable
from tests.support.table_documents import tables_of

QUESTION = "How many thousand tonnes of barley did Ostmark export in 2030?"
CAPTION = "Table 1. Exports of Ostmark by grain (thousand tonnes)"


def report(
    name: str,
    published: str,
    value: str,
    *,
    caption: str = CAPTION,
    row: str = "Barley",
    years: str = "2029 | 2030",
) -> tuple[SourceTable, ...]:
    """The tables of a report that says so much of barley in the second year."""
    day = f"published: {published}\n" if published else ""
    text = (
        f"---\ntitle: Report {name}\n{day}---\n{caption}\n\n| Grain | {years} |\n|---|---|---|\n"
        f"| Oats | 11 | 12 |\n| {row} | 21 | {value} |\n"
    )
    return tables_of(text.encode(), "markdown", name)


def answer_of(*reports: tuple[SourceTable, ...]) -> Answer:
    found = answer_from_tables(SubQuestion.of(QUESTION), [table for tables in reports for table in tables])
    assert found is not None
    return answer_by_cells(Query.of(QUESTION), found, (), (), confidence=found.matched)


@pytest.mark.parametrize("turn", [1, -1])
def test_an_older_document_is_called_earlier(turn: int) -> None:
    reports = [
        report("a", "2031-05-02", "34"),
        report("b", "2031-11-20", "36"),
        report("c", "2031-02-01", "33"),
    ]
    answer = answer_of(*reports[::turn])
    assert answer.short_answer == "36 thousand tonnes"
    assert [sentence.label for sentence in answer.sentences] == [None, "Earlier", "Earlier"]
    assert [citation.title for citation in answer.citations] == ["Report b", "Report a", "Report c"]
    for citation, value in zip(answer.citations, ("36", "34", "33"), strict=True):
        assert citation.highlight is not None
        at = citation.highlight.start - citation.start
        assert citation.quote[at : at + len(value)] == value
    assert answer.warnings == ()
    assert "Earlier, 2031-05-02, Report a: | Barley | 21 | 34 | [2]" in answer.text


@pytest.mark.parametrize("days", [("2031-05-02", "2031-05-02"), ("2031-05-02", ""), ("", "")])
def test_documents_of_one_day_disagree(days: tuple[str, str]) -> None:
    answer = answer_of(report("a", days[0], "34"), report("b", days[1], "36"))
    assert [sentence.label for sentence in answer.sentences] == [None, "Otherwise"]
    first, other = answer.citations
    assert answer.warnings[0].startswith("the documents disagree: ")
    assert f"({first.title}), " in answer.warnings[0]
    assert answer.warnings[0].endswith(f"({other.title})")


@pytest.mark.parametrize(
    "other",
    [
        report("b", "2031-11-20", "34"),
        report("b", "2031-11-20", "36", caption="Table 1. Imports of Ostmark by grain (thousand tonnes)"),
        report("b", "2031-11-20", "36", caption="Table 4. Exports of Ostmark by grain (million euros)"),
        report("b", "2031-11-20", "36", row="Barley, malted"),
        report("b", "2031-11-20", "36", years="2029 | 2030 (planned)"),
        report("a", "2031-11-20", "36"),
    ],
    ids=["same value", "other flow", "other unit", "other row", "planned", "same document"],
)
def test_other_cells_are_no_disagreement(other: tuple[SourceTable, ...]) -> None:
    answer = answer_of(report("a", "2031-05-02", "34"), other)
    assert [sentence.label for sentence in answer.sentences] == [None]
    assert answer.warnings == ()
