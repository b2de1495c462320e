"""What all documents say: a line of each that says something, and how many there are."""

from datetime import date

from qa.answering.assessment import assess
from qa.answering.extractive.extractive_answer import answer_extractively
from qa.query.query import Query
from qa.schema import Answer, Passage
from tests.answering.test_extractive_answer import passage


def survey(question: str, *passages: Passage, document_count: int) -> Answer | None:
    """The answer; None where it would be refused for want of evidence."""
    query = Query.of(question)
    assessment = assess(query.subquestions[0], passages, passages, document_count)
    if not assessment.confidence:
        return None
    return answer_extractively(
        query, [assessment], confidence=assessment.confidence, top_k=5, read_section=lambda _: ()
    )


def test_a_theme_has_a_line_of_each_document_that_speaks_of_it() -> None:
    tea = passage(
        "Frost is the main danger.", "Tea is green.", logits=[1.0, -5.0], document="tea",
        published=date(2024, 1, 1),
    )  # fmt: skip
    canal = passage(
        "The locks are old.", "A gate could jam for weeks.", logits=[-6.0, -2.0], document="canal",
        heading="Threats", published=date(2025, 1, 1),
    )  # fmt: skip
    milk = passage("A threat was made.", "Milk is white.", logits=[-6.0, -3.0], document="milk")
    answer = survey("What are the main risks?", tea, canal, milk, document_count=24)
    assert answer is not None
    assert answer.text.splitlines() == [
        "2 of 24 documents:",
        "- 2025-01-01, Title canal: A gate could jam for weeks. [1]",
        "- 2024-01-01, Title tea: Frost is the main danger. [2]",
    ]
    assert [sentence.citations for sentence in answer.sentences] == [(), (1,), (2,)]
    assert answer.question_type == "survey"


def test_a_theme_of_which_nothing_is_said_has_no_evidence() -> None:
    assert (
        survey("What are the main risks?", passage("Milk is white.", logits=[-6.0]), document_count=2) is None
    )


def test_a_topic_is_cited_where_its_own_words_stand() -> None:
    tea = passage(
        "Ruritania drinks tea.", "The levy made smuggling pay.", logits=[4.0, -4.0], document="Ruritania"
    )
    answer = survey("Which briefings mention smuggling in Ruritania?", tea, document_count=3)
    assert answer is not None
    assert [citation.quote for citation in answer.citations] == ["The levy made smuggling pay."]
    assert answer.confidence >= 0.8


def test_one_document_alone_is_asked_as_ever() -> None:
    query = Query.of("What are the main risks?")
    one = passage("Frost is a danger.", "Hail is another of them.", logits=[2.0, 1.9])
    answer = answer_extractively(
        query,
        [assess(query.subquestions[0], [one], [one])],
        confidence=0.9,
        top_k=5,
        read_section=lambda _: (),
    )
    assert len(answer.sentences) == 2
    assert "documents" not in answer.text
