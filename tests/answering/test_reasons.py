"""Why: the sentence that gives a reason, or that there is none."""

from dataclasses import replace

import pytest

from qa.answering.assessment import NO_FIGURE, NO_REASON, assess
from qa.answering.confidence import estimate_confidence
from qa.answering.extractive.extractive_answer import answer_extractively
from qa.answering.reasons import states_reason
from qa.query.query import Query, SubQuestion
from tests.answering.test_extractive_answer import passage

WHY = "Why did Ostia close the harbour at Dorn?"


@pytest.mark.parametrize(
    ("question", "sentence", "following", "expected"),
    [
        (WHY, "Ostia closed the harbour because the pier had sunk.", "", True),
        (WHY, "Ostia closed the harbour at Dorn in May.", "The pier had sunk in a storm.", False),
        (WHY, "Ostia closed the harbour at Dorn in May.", "This was due to a storm.", True),
        (WHY, "Ostia closed the harbour at Dorn in May.", "The fair began because the rain stopped.", False),
        (WHY, "Rice fell because of the rain.", "", False),
        ("Why did the strike begin?", "The walkout started owing to low pay.", "", True),
        (WHY, "To keep ships out of the storm, Ostia closed the harbour at Dorn in May.", "", True),
        (WHY, "Ostia closed the harbour at Dorn, over the objections of its pilots, in May.", "", True),
        ("Why is the quay unused?", "The quay has been unused since the crane was sold.", "", False),
    ],
)
def test_a_reason_has_a_word_for_it(question: str, sentence: str, following: str, expected: bool) -> None:
    assert states_reason(question, sentence, following) is expected


def test_what_is_mentioned_without_a_reason_is_less_sure() -> None:
    sentences = ("Ostia closed the harbour at Dorn in May{}.", "Ships go to Esk.")
    assessments = [
        assess(SubQuestion.of(WHY), [told], [told])
        for reason in ("", " because of a storm")
        for told in [passage(sentences[0].format(reason), sentences[1], logits=[1.0, -1.0])]
    ]
    assert [assessment.omission for assessment in assessments] == [NO_REASON, None]
    assert assessments[0].confidence < 0.55 * assessments[1].confidence


def test_a_reason_for_another_thing_is_none() -> None:
    told = passage(
        "The council of Ostia rejected the plan of Brink for the harbour.",
        "Dorn bought less salt because Ostia raised its price.", logits=[2.0, 1.0],
    )  # fmt: skip
    question = "Why did the council of Ostia reject Brink's plan for the harbour?"
    assert assess(SubQuestion.of(question), [told], [told]).omission == NO_REASON


def test_what_follows_a_question_that_a_speaker_puts_is_its_reason() -> None:
    told = passage(
        "Some of you ask what Ostia has done to deserve a new harbour.", "It burned in the storm of May.",
        logits=[2.0, 1.0],
    )  # fmt: skip
    assessment = assess(SubQuestion.of("Why did Ostia get a new harbour?"), [told], [told])
    assert assessment.omission is None
    assert assessment.ranked_sentences[0].number == 1


def test_the_reason_comes_first_and_what_stands_before_it_is_left_out() -> None:
    told = passage(
        "Ostia closed the harbour at Dorn in May.", "The fair was held all the same.",
        "The harbour was closed because the pier had sunk.", logits=[4.0, 3.0, 2.0],
    )  # fmt: skip
    assessment = assess(SubQuestion.of(WHY), [told], [told])
    assert assessment.omission is None
    assert assessment.ranked_sentences[0].number == 2
    answer = answer_extractively(
        Query.of(WHY), [assessment], confidence=0.9, top_k=5, read_section=lambda _: ()
    )
    assert answer.text == "The harbour was closed because the pier had sunk. [1]"


@pytest.mark.parametrize(
    "sentence",
    [
        "Ostia has given no grounds for closing the harbour at Dorn.",
        "Ostia did not say why the harbour at Dorn closed.",
    ],
)
def test_a_refusal_to_explain_is_no_reason(sentence: str) -> None:
    told = passage(sentence, "Ships go to Esk.", logits=[1.0, -1.0])
    assessment = assess(SubQuestion.of(WHY), [told], [told])
    assert assessment.omission == NO_REASON
    sure = estimate_confidence(assessment.subquestion, [told], assessment.ranked_sentences)
    assert assessment.confidence == pytest.approx(sure / 2)


def test_a_figure_that_there_is_not() -> None:
    told = passage("Dorn: no survey was taken in 2031.", "Ships go to Esk.", logits=[2.0, -1.0])
    found = assess(SubQuestion.of("How high was the vacancy rate of Dorn in 2031?"), [told], [told])
    assert (found.omission, found.confidence <= 0.1) == (NO_FIGURE, True)


@pytest.mark.parametrize(("name", "is_named"), [("Brenland", False), ("Ostia", True), ("Osttia", True)])
def test_nobody_answers_for_a_name_that_the_document_lacks(name: str, is_named: bool) -> None:
    told = passage("Ostia bought a stake of 40 percent.", "Ships go to Esk.", logits=[3.0, -1.0])
    told = replace(told, document_lines=((0, told.text),))
    found = assess(SubQuestion.of(f"Which stake did {name} buy?"), [told], [told])
    assert (found.confidence > 0.25) is is_named
