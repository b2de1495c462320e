"""Sentences that say the reverse of what is asked."""

import pytest

from qa.answering.polarity.reversals import is_reversed


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What do the shops in Calder not sell?", "The shops in Calder sell nets and ropes."),
        ("Which countries did not sign the pact?", "Ostia and Dorn signed the pact in May."),
        ("Which duties does Ostia never charge?", "Ostia charges duties on wool and rye."),
        ("What type of ship do the ports lack?", "The ports have a type of ship with cranes."),
        ("How much went from Ostia to Calder?", "Some 40 tonnes went from Calder to Ostia."),
        ("How much did Ostia sell to Calder?", "Ostia bought 40 tonnes from Calder."),
        ("What were Ostia's imports from Calder worth?", "Calder imports cloth from Ostia."),
        ("What share of Ostia's imports comes from Calder?", "Calder buys half of Ostia’s exports."),
        (
            "What share of Ostia's imports comes from Calder?",
            "Calder buys half of Dorn’s exports and a third of Ostia’s.",
        ),
        (
            "What share of Chile's imports comes from the United States?",
            "Half of U.S. imports come from Chile.",
        ),
        ("Who was Toren's husband?", "Toren's wife Mirel ruled after him."),
        ("Who was the successor of Lund?", "The predecessor of Lund was Marek Aldo."),
        (
            "What duty did Dorn put on cork flooring?",
            "It put a duty of 18 percent on cork stoppers, though not on cork flooring.",
        ),
        ("How much was Lumen awarded in damages?", "Lumen had sought damages of 9 million."),
        ("How much is Aldo claiming from Lumen?", "We have offered Aldo 2 million."),
        ("What sum did the growers ask for?", "The growers received 4 million."),
    ],
)
def test_is_reversed(question: str, sentence: str) -> None:
    assert is_reversed(question, sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What do the shops in Calder sell?", "The shops in Calder sell nets and ropes."),
        ("What do the shops in Calder not sell?", "The shops in Calder sell no fish."),
        ("Which countries did not sign the pact?", "Only Dorn refused to sign the pact."),
        ("Besides wool, what does Ostia not tax?", "Ostia taxes wool and rye."),
        ("How much went from Ostia to Calder?", "Some 40 tonnes went from Ostia to Calder."),
        ("How much did Ostia sell to Calder?", "Calder bought 40 tonnes from Ostia."),
        ("Who was Toren's husband?", "Toren's husband was Aldo Marek."),
        ("Who was Toren's husband?", "Aldo Marek married Toren."),
        ("How much did Lumen get?", "Lumen asked for 9 million and got 5."),
        ("How much did the growers get?", "The state paid the growers 5 million."),
        ("Who got the contract?", "Dorn offered 9 million for the contract."),
        (
            "What duty did Dorn put on cork stoppers?",
            "It put a duty of 18 percent on cork stoppers, though not on cork flooring.",
        ),
        (
            "What share of Ostia's exports went to Calder?",
            "Ostia took 1 percent of Calder’s exports and Calder about 3 percent of Ostia’s.",
        ),
    ],
)
def test_is_not_reversed(question: str, sentence: str) -> None:
    assert not is_reversed(question, sentence)
