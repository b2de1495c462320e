"""Whether a sentence has the kind of thing that is asked for."""

import pytest

from qa.answering.answer_kind import lacks_kind, put_kind_first
from qa.answering.sentence_ranking import RankedSentence
from qa.query.query import SubQuestion
from tests.answering.test_extractive_answer import passage


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


def test_what_has_the_kind_comes_first() -> None:
    sentences = ranked("Ostia applied in May 2024.", "The pact has twelve members.")
    first, second = put_kind_first(SubQuestion.of("How many members does the pact have?"), sentences)
    assert first.text == "The pact has twelve members."
    assert second.probability < first.probability
    assert put_kind_first(SubQuestion.of("Who is a member?"), sentences) == sentences
