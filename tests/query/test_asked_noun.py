"""The noun that a question asks for, and whether one of it, several, or an account is wanted."""

import pytest

from qa.query.asked_noun import find_asked_noun


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which countries signed?", ("countries", "several")),
        ("Which steel products did the ministry exempt?", ("products", "several")),
        ("Which dairy goods still have a quota?", ("goods", "several")),
        ("What historical events shaped the treaty?", ("events", "several")),
        ("Which body sets the catch?", ("body", "one")),
        ("Which court ruled against it?", ("court", "one")),
        ("On what basis was it refused?", ("basis", "one")),
        ("What type of vessel was seized?", ("type", "one")),
        ("What kinds of vessels were seized?", ("kinds", "several")),
        ("What combined rate did the review set?", ("rate", "one")),
        ("What is the treaty's secretariat called?", ("secretariat", "one")),
        ("What was Peru's most valuable export product?", ("product", "one")),
        ("What is the main reason for the delay?", ("reason", "prose")),
        ("What role does the bank play?", ("role", "prose")),
    ],
)
def test_the_noun_and_how_much_of_it(question: str, expected: tuple[str, str]) -> None:
    assert find_asked_noun(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What did Peru buy?", "What is a tariff?", "What governs the trade in logs?",
        "What caused the delay?", "Who signed it?", "what",
    ],
)  # fmt: skip
def test_a_question_may_ask_for_no_noun(question: str) -> None:
    assert find_asked_noun(question) is None
