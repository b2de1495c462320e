"""What a question takes for done, and a sentence tells as given up, left alone, or still to come."""

import pytest

from qa.answering.polarity.not_done import claim_of, denies_before, tells_not_done


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "Which firm won the tender for the ferry?",
            "The tender was cancelled in March, as both bids were high.",
        ),
        (
            "When does the ban on old presses take effect?",
            "The planned ban on old presses has been given up.",
        ),
        ("When did Ida Tor visit Lund?", "A visit to Lund was considered and put off until autumn."),
        (
            "Why did Dorn close the Seed Board?",
            "Asked if the Seed Board would be closed, she said that Dorn considered it and dropped it.",
        ),
        ("Which berth fees does the pact abolish?", "It does not touch berth fees, which each harbour sets."),
        ("Why was the mill at Old Quay closed?", "The mill at Old Quay was not affected."),
        ("Who are the deputies of Karl Brandt?", "Mr Brandt will name his two deputies in May."),
        ("Which minister signed the rye contract?", "A contract for rye is to be signed in June."),
        ("Did Dorn ever collect the duty on rye?", "The duty on rye was suspended before it took effect."),
        ("Did the fire destroy the north mole?", "The fire destroyed only the timber yard."),
        ("How badly did the fire destroy the north mole?", "The fire of May destroyed only the timber yard."),
        ("Was the zinc tax ever levied?", "It was withdrawn in March, before a single crown had been paid."),
    ],
)
def test_not_done(question: str, sentence: str) -> None:
    assert tells_not_done(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Did the fire destroy the timber yard?", "The fire destroyed only the timber yard."),
        ("When did the fire destroy the mole?", "The fire destroyed only the head of the mole."),
        ("By how much did rye rise?", "Rye rose only 3 percent."),
        ("Was the zinc tax withdrawn?", "It was withdrawn before it took effect."),
        ("Will Dorn appeal against the fee?", "Dorn may appeal against the fee until May."),
        ("Why was the tender for the ferry cancelled?", "The tender was cancelled, as both bids were high."),
        ("Who won the tender for the ferry?", "The survey was cancelled in March."),
        (
            "Why did stage three start late?",
            "Stage three was meant to begin in 2021 and was put off by a year.",
        ),
        (
            "Who wanted the Seed Board to be privatised?",
            "Dorn thought of privatising the Seed Board and dropped it.",
        ),
        ("When does the levy in Esk begin?", "A charge was to begin in Orm in 2024 but has been put off."),
        ("Which fees are not affected?", "Berth fees are not affected."),
        ("Who are the deputies of Karl Brandt?", "Mr Brandt named Ida Tor and Emil Rask as his deputies."),
        ("When will the rye contract be signed?", "A contract for rye is to be signed in June."),
        ("How many days does a firm have to go to court?", "A firm can go to court within 45 days."),
    ],
)
def test_may_be_done(question: str, sentence: str) -> None:
    assert not tells_not_done(question, sentence)


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Why did the Board raise the levy?", "the Board raised the levy"),
        ("Who signed the pact?", "they signed the pact"),
        ("When was the mill closed?", "the mill was closed"),
        ("Who is the chair?", None),
        ("Did the Board raise the levy?", "the Board raised the levy"),
        ("Was it Dorn that raised the levy?", "Dorn raised the levy"),
        ("Is the levy high?", None),
    ],
)
def test_claim_of_a_question(question: str, claim: str | None) -> None:
    assert claim_of(question) == claim


@pytest.mark.parametrize(
    ("sentence", "denies"),
    [
        ("We shall not.", True),
        ("But it won't happen.", True),
        ("That is not so.", True),
        ("This is a rumour.", True),
        ("Nothing of the kind is planned.", True),
        ("We shall not sell the mill.", False),
        ("No firm has bid.", False),
        ("They do.", False),
    ],
)
def test_what_only_denies_the_sentence_before(sentence: str, denies: bool) -> None:
    assert denies_before(sentence) is denies
