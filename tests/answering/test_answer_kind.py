"""Whether a sentence has the kind of thing that is asked for."""

import pytest

from qa.answering.answer_kind import is_left_to_reckon, lacks_items, lacks_kind, put_kind_first
from qa.answering.assessment import assess
from qa.answering.sentence_ranking import RankedSentence
from qa.query.query import SubQuestion
from tests.answering.test_extractive_answer import answer_from, passage


def ranked(*sentences: str) -> list[RankedSentence]:
    """The sentences of one passage, each less probable than the one before."""
    found = passage(*sentences, logits=[1.0] * len(sentences))
    return [RankedSentence(found, number, 0.8 - number / 10) for number in range(len(found.sentences))]


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        ("How many members does the pact have?", "Ostia applied in September 2024.", True),
        ("How many members does the pact have?", "Ostia became the twelfth member.", False),
        ("How many members does the pact have?", "Half of the coast belongs to it.", False),
        ("When did Ostia join?", "Ostia joined with Peru.", True),
        ("When did Ostia join?", "Ostia joined after Peru.", False),
        ("When did Ostia join?", "Ostia joined in 2021.", False),
        ("When does the ferry sail?", "The ferry sails at 6.40 each morning.", False),
        ("When does the ferry sail?", "It sails at 14:05.", False),
        ("When does the market open?", "Stalls open on Tuesdays.", False),
        ("When does the market open?", "Stalls open at noon.", False),
        ("Who joined?", "Ostia joined with Peru.", False),
    ],
)
def test_what_a_sentence_cannot_answer(question: str, sentence: str, lacks: bool) -> None:
    assert lacks_kind(SubQuestion.of(question), ranked(sentence)[0]) is lacks


def test_a_year_over_a_figure_is_no_day() -> None:
    when = SubQuestion.of("Until when is the sale of rye barred?")
    row, sentence = ranked("Product: Rye; 2021: 97; 2022: 126.", "It is barred until May 2025.")
    assert lacks_kind(when, row)
    assert not lacks_kind(when, sentence)


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        ("Compare rye in May and June: crop, levy, licences.", "The levy on rye is 4 percent.", True),
        ("Compare rye in May: crop, levy, licences.", "Crop 9, levy 4 percent, no licences.", False),
        ("How much did Esk buy from each of Peru, Chile and Dorn?", "Esk bought 9 tonnes from Peru.", True),
        ("Rye in May: how much was sold?", "In May 9 tonnes were sold.", False),
    ],
)
def test_what_is_told_in_part(question: str, sentence: str, lacks: bool) -> None:
    assert lacks_items(question, sentence) is lacks


def test_what_has_the_kind_comes_first() -> None:
    sentences = ranked("Ostia applied in May 2024.", "The pact has twelve members.")
    first, second = put_kind_first(SubQuestion.of("How many members does the pact have?"), sentences)
    assert first.text == "The pact has twelve members."
    assert second.probability < first.probability
    assert put_kind_first(SubQuestion.of("Who is a member?"), sentences) == sentences


@pytest.mark.parametrize(
    ("question", "sentence", "is_left"),
    [
        (
            "What is the gap between the duty in and out of quota?",
            "It is 8 percent in and 45 percent out of it.",
            True,
        ),
        (
            "By how much does the fee at Tolm exceed that at Brenn?",
            "It is 6 crowns at Tolm and 4 at Brenn.",
            True,
        ),
        ("How far did tin exports fall?", "It sold 640 tonnes, against 1,120 tonnes.", True),
        ("How far did tin exports fall?", "They fell by 480 tonnes, to 640 tonnes.", False),
        ("By how many tonnes did sales go up?", "Sales were 480 tonnes higher.", False),
        ("Percentage of the loads that were wet?", "Of the 131 loads 14 were wet.", True),
        ("Percentage of the loads that were wet?", "A tenth of the loads was wet.", False),
        ("How much dearer is tea in Tolm than in Brenn?", "Tea costs 6 crowns in Tolm and 4 in Brenn.", True),
        (
            "How much dearer is tea in Tolm than in Brenn?",
            "Tea is 2 crowns dearer in Tolm than in Brenn.",
            False,
        ),
        ("By how much did exports exceed imports?", "Exports beat imports by 6 million crowns.", False),
        ("What is the difference between a levy and a duty?", "The difference is who collects it.", False),
        ("How much is the fee at Tolm?", "It is 6 crowns at Tolm and 4 at Brenn.", False),
        ("By how much did the fee rise?", "It is 6 crowns at Tolm and 4 at Brenn.", True),
    ],
)
def test_figures_that_are_left_to_reckon_with(question: str, sentence: str, is_left: bool) -> None:
    assert is_left_to_reckon(question, sentence) is is_left


def test_one_of_two_figures_is_not_their_difference() -> None:
    question = "By how much does the fee at Tolm exceed the fee at Brenn?"
    told = passage("The fee is 6 crowns at Tolm and 4 crowns at Brenn.", logits=[8.0], span="6 crowns")
    assert assess(SubQuestion.of(question), [told], [told]).confidence <= 0.5
    assert answer_from(question, told).short_answer is None
    assert answer_from("How high is the fee at Tolm?", told).short_answer == "6 crowns"
