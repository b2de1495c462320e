"""Each kind of question asked of real briefings, through the whole program."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.assistant import Assistant, Request
from qa.config import Settings
from qa.schema import Answer, Filters

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
BRIEFINGS = ("canada-mexico-summit.md", "cptpp.md", "eu-mexico-and-ceta.md", "steel-aluminium-tariffs.md")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("kinds")
    with Assistant.open(settings=Settings(store=root / "store", threads=1)) as assistant:
        assistant.add([CORPUS / name for name in BRIEFINGS])
        yield assistant


def cited_files(answer: Answer) -> set[str]:
    return {Path(citation.source).name for citation in answer.citations}


def test_a_summary_stands_for_the_sections_of_one_document(assistant: Assistant) -> None:
    answer = assistant.ask("Could you summarise the summit in Mexico City?")
    assert answer.question_type == "summary"
    assert cited_files(answer) == {"canada-mexico-summit.md"}
    labels = [sentence.label for sentence in answer.sentences]
    assert len(set(labels)) >= 4
    assert labels[0] is None  # what stands before the first heading
    starts = [citation.start for citation in answer.citations]
    assert starts == sorted(starts)
    text = assistant.document(answer.citations[0].document_id).text
    assert all(citation.quote == text[citation.start : citation.end] for citation in answer.citations)


def test_a_summary_of_what_is_not_there_is_refused(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise the chess tournament in Reykjavik")
    assert (answer.status, answer.question_type) == ("not_found", None)
    assert answer.passages


@pytest.mark.parametrize("question", ["What helps against a cold in winter?", "Which knots do climbers use?"])
def test_a_question_from_elsewhere_is_refused(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.confidence <= 0.1) == ("not_found", True)


def test_the_only_document_that_passes_the_filter_is_what_this_means(assistant: Assistant) -> None:
    answer = assistant.ask("What is this document about?", filters=Filters.of(documents=["cptpp.md"]))
    assert (answer.question_type, cited_files(answer)) == ("summary", {"cptpp.md"})


def test_a_comparison_asks_for_both_sides(assistant: Assistant) -> None:
    answer = assistant.ask("What is the difference between CETA and the CPTPP?")
    assert answer.question_type == "compare"
    sides = {sentence.label: sentence for sentence in answer.sentences}
    assert list(sides) == ["CETA", "CPTPP"]
    assert {"cptpp.md", "eu-mexico-and-ceta.md"} <= cited_files(answer)
    assert answer.warnings == ()


def test_a_comparison_with_what_nobody_wrote_about_is_refused(assistant: Assistant) -> None:
    answer = assistant.ask("What is the difference between CETA and the Treaty of Tordesillas?")
    assert answer.status == "not_found"


def test_a_list_is_shown_whole(assistant: Assistant) -> None:
    answer = assistant.ask("List the derivative goods that were added to the steel tariff")
    assert answer.question_type == "list"
    for date in ("March 12", "April 4", "June 23", "August 18"):
        assert date in answer.text


def test_slips_are_mended_and_shown(assistant: Assistant) -> None:
    answer = assistant.ask("When were tarrifs on alumnium douled?")
    assert "tariffs" in answer.standalone_question
    assert "aluminum" in answer.standalone_question
    assert answer.question == "When were tarrifs on alumnium douled?"
    assert cited_files(answer) <= {"steel-aluminium-tariffs.md"}


def test_an_acronym_is_found_by_what_it_stands_for(assistant: Assistant) -> None:
    passages = assistant.search("Comprehensive Economic and Trade Agreement", top_k=1)
    assert Path(passages[0].source).name == "eu-mexico-and-ceta.md"


def test_a_comparison_from_a_list_of_many(assistant: Assistant) -> None:
    requests = [Request(question) for question in ("CETA vs CPTPP", "Who leads Canada?", "")]
    first, second, third = assistant.ask_many(requests)
    assert first.answer is not None
    assert first.answer.question_type == "compare"
    assert second.answer is not None
    assert third.error is not None
