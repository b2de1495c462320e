"""What kind of answer a question asks for, the parts it is made of, and the shapes that answers take."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from qa.answering import (
    answer_extractively,
    assess,
    find_summarized_document,
    select_summary_sentences,
    unanswered_side_warnings,
)
from qa.answering.extractive import sentence_selection
from qa.query.query import Query, SubQuestion
from qa.query.question_type import QuestionType, classify_question, split_comparison
from qa.schema import Answer, Passage
from qa.text.terms import topic_terms
from tests.answering.test_extractive_answer import passage

OLD, NEW = date(2019, 6, 17), date(2025, 9, 30)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Summarise the summit", "summary"),
        ("can you give me a quick overview of the lumber dispute?", "summary"),
        ("What is the briefing on natural gas about?", "summary"),
        ("What are the key takeaways?", "summary"),
        ("How do Canada's and Mexico's positions on dairy differ?", "compare"),
        ("What is the difference between CETA and the CPTPP?", "compare"),
        ("CPTPP vs CETA", "compare"),
        ("Compare the tariffs on steel and aluminum", "compare"),
        ("What changed since 2024 for small parcels?", "change"),
        ("How has the steel tariff changed over time?", "change"),
        ("what's new in the joint review", "change"),
        ("What new name did the council choose?", "fact"),
        ("diesel subsidy what happens in July 2025", "open"),
        ("Reason for the higher duty on tea?", "open"),
        ("According to the note, when did the ban on tea start?", "fact"),
        ("Besides Orr, who buys tea from Esk?", "fact"),
        ("During which months may tea be sold?", "fact"),
        ("Which months saw most tea sold?", "list"),
        ("What will a box of tea be charged in May?", "fact"),
        ("What would happen if tea paid no duty?", "open"),
        ("Main threats to the growers of tea?", "open"),
        ("Brief me on the rules of origin", "summary"),
        ("Which Ostian pits stand idle?", "list"),
        ("Did Mexico retaliate?", "yes-no"),
        ("Isn't Britain a member?", "yes-no"),
        ("So is there a quota for cheese?", "yes-no"),
        ("Could you list the members?", "list"),
        ("Which products are exempt?", "list"),
        ("By how much was the tariff raised?", "fact"),
        ("Can you tell me who signed it?", "fact"),
        ("When did the tariff change?", "fact"),
        ("What are the main risks?", "survey"),
        ("Why did the United States withdraw?", "open"),
        ("steel tariff britain rate", "fact"),
        ("the lumber dispute", "open"),
        ("Who are the signatories?", "list"),
        ("Which farm products did the panel leave out?", "list"),
        ("What three things upset the market?", "list"),
        ("Which port city handles the most grain?", "fact"),
        ("What is the capital of the province?", "fact"),
        ("What did the mill pay for its logs?", "fact"),
        ("What did the minister say about logs?", "open"),
        ("What governs the trade in logs?", "open"),
        ("What effect did the quota have?", "open"),
        ("What is a tariff quota?", "open"),
        ("How heavy are the logs?", "fact"),
        ("How were the logs shipped?", "open"),
        ("How many mills closed, and what became of the workers?", "open"),
        ("What were the mill's exports in 2019?", "fact"),
        ("What were the mill's main exports in 2019?", "list"),
        ("", "open"),
    ],
)
def test_the_kind_of_a_question(question: str, expected: str) -> None:
    assert classify_question(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How do Canada's and Mexico's positions on the review differ?",
            [("Canada", "What are Canada's positions on the review?"),
             ("Mexico", "What are Mexico's positions on the review?")],
        ),
        (
            "How do Canadian and Mexican positions differ?",
            [("Canadian positions", "What are Canadian positions?"),
             ("Mexican positions", "What are Mexican positions?")],
        ),
        ("CPTPP vs. CETA", [("CPTPP", "What is CPTPP?"), ("CETA", "What is CETA?")]),
        (
            "What's the difference between IEEPA and section 232 tariffs?",
            [("IEEPA", "What is IEEPA?"), ("Section 232 tariffs", "What are section 232 tariffs?")],
        ),
        (
            "How do Canada and Mexico differ on steel?",
            [("Canada", "Canada on steel"), ("Mexico", "Mexico on steel")],
        ),
        ("How does CETA differ from Y?", [("CETA", "What is CETA?"), ("Y", "What is Y?")]),
        ("How do exporters get a licence?", [(None, "How do exporters get a licence?")]),
        ("vs", [(None, "vs")]),
        ("", [(None, "")]),
    ],
)  # fmt: skip
def test_the_sides_of_a_comparison_are_asked_by_themselves(
    question: str, expected: list[tuple[str | None, str]]
) -> None:
    subquestions = Query.of(question).subquestions
    assert [(subquestion.label, subquestion.text) for subquestion in subquestions] == expected


def test_a_long_sentence_with_versus_is_no_comparison() -> None:
    question = "What did the panel in the case of " + "the " * 9 + "growers versus the ministry say?"
    assert split_comparison(question) == ()
    assert len(Query.of(question).subquestions) == 1


def test_the_topic_of_a_summary() -> None:
    assert topic_terms("Could you give me a short summary of the briefing on softwood lumber?") == [
        "softwood",
        "lumber",
    ]
    assert topic_terms("What is this document about?") == []


def answer_from(
    question: str, *retrieved: Sequence[Passage], section: Sequence[Passage] = (), confidence: float = 0.9
) -> Answer:
    query = Query.of(question)
    assessments = [
        assess(subquestion, passages, passages)
        for subquestion, passages in zip(query.subquestions, retrieved, strict=True)
    ]
    return answer_extractively(
        query, assessments, confidence=confidence, top_k=5, read_section=lambda _: section
    )


def test_a_comparison_has_two_labelled_sides() -> None:
    canada = passage("Canada wants the quotas to stay.", "Milk is white.", logits=[5, -6], document="a")
    mexico = passage("Mexico wants the quotas to go.", "Corn is yellow.", logits=[5, -6], document="b")
    answer = answer_from("How do Canada's and Mexico's positions on quotas differ?", [canada], [mexico])
    assert answer.question_type == "compare"
    assert [(sentence.label, sentence.text) for sentence in answer.sentences] == [
        ("Canada", "Canada wants the quotas to stay."),
        ("Mexico", "Mexico wants the quotas to go."),
    ]
    assert "Canada, undated, Title a: Canada wants the quotas to stay. [1]" in answer.text
    assert [shown_passage.document_id for shown_passage in answer.passages] == [
        "a"
    ]  # both doubles have the same chunk id


def test_a_side_without_an_answer_is_named() -> None:
    assessments = [
        assess(subquestion, [passage("It is so.", logits=[3.0])], [passage("It is so.", logits=[3.0])])
        for subquestion in (SubQuestion.of("Canada?", label="Canada"), SubQuestion.of("Peru?", label="Peru"))
    ]
    assert unanswered_side_warnings(assessments, assessments[:1]) == (
        "The documents do not answer this side: Peru",
    )
    assert unanswered_side_warnings(assessments, assessments) == ()


def test_a_list_is_shown_whole_with_the_line_that_leads_in() -> None:
    sentences = [
        "The list has grown in stages:",
        "- March: screws.",
        "- April: cans.",
        "- June: fridges.",
        "That is all.",
    ]
    list_passage = passage(*sentences, logits=[0.5, 3.0, -2.0, -2.0, -6.0])
    answer = answer_from("List the goods that were added", [list_passage], section=[list_passage])
    assert [sentence.text for sentence in answer.sentences] == sentences[:4]
    assert answer.text.splitlines() == [
        "- The list has grown in stages: [1]",
        "- March: screws. [2]",
        "- April: cans. [3]",
        "- June: fridges. [4]",
    ]


def test_a_fact_puts_the_best_sentence_first_and_prose_keeps_its_order() -> None:
    tariff_passage = passage(
        "It was 25 percent in March.", "It was doubled to 50 percent.", logits=[2.5, 4.0]
    )
    assert (
        answer_from("How high is the tariff?", [tariff_passage]).sentences[0].text
        == "It was doubled to 50 percent."
    )
    assert (
        answer_from("Explain the tariff", [tariff_passage]).sentences[0].text == "It was 25 percent in March."
    )


def test_a_change_is_told_in_the_order_of_time_and_not_from_before_the_year_asked_for() -> None:
    old = passage("In 2018 the rate was set at 25 percent.", logits=[4.0], document="a", published=OLD)
    new = passage("In 2025 the rate was doubled to 50 percent.", logits=[4.2], document="b", published=NEW)
    whole = answer_from("How has the rate changed over time?", [new, old])
    assert [citation.document_id for citation in whole.citations] == ["a", "b"]
    since = answer_from("What changed since 2024?", [new, old])
    assert [citation.document_id for citation in since.citations] == ["b"]


def test_the_document_that_a_summary_means() -> None:
    told = "The quarrel over lumber is old."
    lumber = passage(told, logits=[0.0], document="lumber", heading="The lumber quarrel")
    dairy = passage("Quotas limit milk.", logits=[0.0], document="dairy")
    assert find_summarized_document(Query.of("Summarise the lumber quarrel"), [dairy, lumber]) == (
        "lumber",
        1.0,
    )
    mentions = passage(told, logits=[0.0], document="letter")
    assert find_summarized_document(Query.of("Summarise the lumber quarrel"), [mentions]) == ("letter", 0.75)
    rows = passage("The lumber quarrel and others.", logits=[0.0], document="others", heading="Lumber")
    assert find_summarized_document(Query.of("Summarise the lumber quarrel"), [rows, lumber])[1] == 0.75
    by_the_way = replace(mentions, score=0.9)
    spoken_of = [lumber, replace(lumber, chunk_id="2"), replace(lumber, chunk_id="3")]
    query = Query.of("Summarise the old lumber quarrel")
    assert find_summarized_document(query, [by_the_way, *spoken_of])[0] == "lumber"
    _, sure = find_summarized_document(Query.of("Summarise the chess tournament"), [dairy, lumber])
    assert sure == 0.0
    assert find_summarized_document(Query.of("What is this document about?"), [dairy, lumber]) == (None, 0.0)
    assert find_summarized_document(Query.of("What is this document about?"), [dairy]) == ("dairy", 1.0)


def test_a_summary_has_a_sentence_of_each_section_in_reading_order() -> None:
    section_passage = passage(
        "First of all.", "Second of it.", "Third of them.", logits=[0, 0, 0], heading="Part > One"
    )
    salient_sentences = [
        (section_passage, sentence, score)
        for sentence, score in zip(section_passage.sentences, (0.1, 0.9, 0.5), strict=True)
    ]
    selection = select_summary_sentences(salient_sentences)
    assert [selected.text for selected in selection] == ["First of all.", "Second of it.", "Third of them."]
    assert {selected.label for selected in selection} == {"One"}
    assert select_summary_sentences([]) == []


def test_a_name_of_a_side_must_be_in_what_was_found() -> None:
    passages = [passage("CETA was signed in Brussels.", logits=[3.0])]
    assert assess(SubQuestion.of("What is CETA?", label="CETA"), passages, passages).covers_names
    assert assess(SubQuestion.of("What is the deal?", label="the deal"), passages, passages).covers_names
    assert not assess(
        SubQuestion.of("What is it?", label="Treaty of Tordesillas"), passages, passages
    ).covers_names


@pytest.mark.parametrize("table", [sentence_selection._MAX_SENTENCES, sentence_selection._MIN_SHARES])
def test_every_question_type_has_its_limits(table: dict[QuestionType, float]) -> None:
    assert set(table) == set(get_args(QuestionType))
