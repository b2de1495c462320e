"""Values that are worked out of figures of sentences."""

from dataclasses import replace

import pytest

from qa.answering.assessment import Assessment, assess
from qa.answering.extractive.cell_output import answer_by_figures
from qa.answering.prose_calculation import work_out
from qa.query.query import Query, SubQuestion
from tests.answering.test_extractive_answer import passage


def assessed(question: str, *sentences: str, first: int = 0) -> Assessment:
    """What is made of sentences of which the reader takes one for the answer."""
    found = passage(*sentences, logits=[5.0 if number == first else -6.0 for number in range(len(sentences))])
    return replace(assess(SubQuestion.of(question, question_type="fact"), [found], [found]), confidence=0.9)


@pytest.mark.parametrize(
    ("question", "sentences", "value", "how"),
    [
        (
            "By how much does the quay exceed its budget?",
            ["The budget allowed for 38 million crowns; the bill now stands at 46 million."],
            "8 million crowns",
            "46 - 38 = 8",
        ),
        (
            "What is the gap between the duty in and out of the quota?",
            ["The duty is 8 per cent in the quota and 45 per cent outside."],
            "37 percentage points",
            "45 - 8 = 37",
        ),
        (
            "How far did tin exports fall?",
            ["It shipped 640 tonnes of tin, compared with 1,120 tonnes a year earlier."],
            "480 tonnes",
            "1,120 - 640 = 480",
        ),
        (
            "Rise of the tin price in percent?",
            ["The tin price was 6,300 crowns in May, as against 5,250 crowns in April."],
            "20 percent",
            "(6,300 - 5,250) / 5,250 = 20%",
        ),
        (
            "By what percentage did tin exports fall?",
            ["It shipped 600 tonnes of tin, compared with 1,200 tonnes a year earlier."],
            "50 percent",
            "(1,200 - 600) / 1,200 = 50%",
        ),
        (
            "Percentage of the loads sampled in 2040 that were wet?",
            ["Water was found in 14 of the 131 loads sampled in 2040, against 6 of 118 in 2039."],
            "10.7 percent",
            "14 / 131 = 10.7%",
        ),
        (
            "What share of the tin went to Dorn?",
            ["The mine sold 88,000 cubic metres.", "Of these, 57,200 cubic metres went to Dorn."],
            "65 percent",
            "57,200 / 88,000 = 65%",
        ),
        (
            "How many cubic metres went to buyers other than Dorn and Esk?",
            [
                "The mine sold 88,000 cubic metres.",
                "Of these, 57,200 cubic metres went to Dorn and 13,000 to Esk.",
            ],
            "17,800 cubic metres",
            "88,000 - 57,200 - 13,000 = 17,800",
        ),
    ],
)
def test_a_value_is_worked_out_of_sentences(
    question: str, sentences: list[str], value: str, how: str
) -> None:
    worked_out = work_out(assessed(question, *sentences, first=len(sentences) - 1))
    assert worked_out is not None
    assert (worked_out.short_answer, worked_out.computed.how) == (value, how)
    assert worked_out.confidence <= 0.7
    answer = answer_by_figures(Query.of(question), worked_out, (), ())
    assert answer.computed is not None
    assert len(answer.computed.cells) == len(answer.citations) == len(worked_out.figures)
    for citation in answer.citations:
        assert citation.highlight is not None
        figure = citation.quote[
            citation.highlight.start - citation.start : citation.highlight.end - citation.start
        ]
        assert figure.split()[0] in how or figure.rstrip(" percnt") in how


@pytest.mark.parametrize(
    ("question", "sentences"),
    [
        # The sentence says it itself, or the other way round.
        ("By how much did tin exports rise?", ["They would rise by 190 tonnes; we said 240 tonnes."]),
        ("How far did tin exports rise?", ["It shipped 640 tonnes, compared with 1,120 tonnes in 2029."]),
        ("How far did the toll rise?", ["The toll is 8 crowns at Tolm and 6 crowns at Brenn."]),
        ("How high is the toll in percent?", ["The toll was 8 crowns, compared with 6 crowns in May."]),
        # Others than are named have a part, too.
        (
            "How much went to buyers other than Esk?",
            ["The mine at Esk sold 90 tonnes.", "Of these, 30 tonnes went to Dorn."],
        ),
        # Of other figures, of how one of two things changed, or of limits.
        (
            "How far did tin exports fall?",
            ["They fell from 90 to 80 tonnes, and those of zinc from 7 tonnes."],
        ),
        ("What is the gap between the duty of Dorn and Esk?", ["The duty fell from 12 to 8 percent."]),
        ("By how much does the fee exceed its limit?", ["The fee is 8 crowns, the limit at least 6 crowns."]),
        ("By how much does the fee exceed the toll?", ["The fee is 8 crowns and the toll 3 percent."]),
        # Nobody is named of whom the part is, or which it is.
        (
            "What share of the tin went to Peru?",
            ["The mine sold 90 tonnes.", "Of these, 30 tonnes went to Dorn."],
        ),
        ("What share was wet?", ["Of the loads 14 of the 131 were wet in May and 6 of 118 in June."]),
        # No name of the question may be missing.
        ("By how much does the fee in Lund exceed the toll?", ["The fee is 8 crowns, the toll 3 crowns."]),
        # A figure that is put right elsewhere.
        (
            "Difference between the fee and the toll?",
            ["The toll is 2 crowns, not 3 crowns.", "The fee is 8 crowns, the toll 3 crowns."],
        ),
        ("How high is the fee?", ["The fee is 8 crowns, the toll 3 crowns."]),
    ],
)
def test_nothing_is_worked_out_of_other_figures(question: str, sentences: list[str]) -> None:
    assert work_out(assessed(question, *sentences, first=len(sentences) - 1)) is None
