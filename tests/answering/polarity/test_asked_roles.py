"""Sentences that have what a question says the other way round."""

import pytest

from qa.answering.polarity.asked_roles import find_reversing


@pytest.mark.parametrize(
    ("question", "sentences", "number"),
    [
        (
            "Why did Halm Lines sue Orr & Sons?",
            [
                "The salt had been packed wet.",
                "Orr & Sons, a salt works in Dorn, sued the carrier Halm Lines.",
            ],
            1,
        ),
        ("Where to does the Seed Board export wheat?", ["The Seed Board imports all of its wheat."], 0),
        ("Why did Perrin sell the quay to Esk Bank?", ["Perrin bought the quay from Esk Bank last year."], 0),
        ("Why did the League ask for a pause?", ["The League has not asked for a pause."], 0),
        ("Was it Esk that sued Dorn over tolls?", ["In return Dorn sued Esk over tolls."], 0),
        ("Did Perrin buy the quay from Esk Bank?", ["Perrin sold the quay to Esk Bank."], 0),
        ("Did Perrin buy the quay from Esk Bank?", ["Perrin bought the quay from Esk Bank."], None),
        ("Why did Halm Lines sue Orr & Sons?", ["In May Halm Lines sued Orr & Sons over salt."], None),
        ("Why was Halm Lines sued by Orr & Sons?", ["Orr & Sons sued the carrier Halm Lines."], None),
        ("Who sold the quay to Perrin?", ["Perrin bought the quay from Esk Bank."], None),
        # told by the way, and under another name of the country
        (
            "How much rye does Mexico sell to the U.S.?",
            ["The United States, which sells Mexico 40 tonnes of rye a year, asked for talks."],
            0,
        ),
        (
            "How much rye does America sell to Mexico?",
            ["The United States, which sells Mexico 40 tonnes of rye a year, asked for talks."],
            None,
        ),
        (
            "How much rye do the Dutch export to Chile?",
            ["Chile, which ships rye to the Netherlands, won."],
            0,
        ),
        (
            "How much rye does Britain export to America?",
            ["The United Kingdom ships rye to the United States."],
            None,
        ),
        ("What does Dorn sell to Esk?", ["Nothing changes for Esk, which sells Dorn rye."], 0),
        (
            "Why did Dorn sue Esk?",
            ["Esk sued Dorn over its dam.", "In return Dorn sued Esk over its tolls."],
            None,
        ),
    ],
)
def test_find_reversing(question: str, sentences: list[str], number: int | None) -> None:
    assert find_reversing(question, sentences) == number
