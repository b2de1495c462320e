"""What a sentence denies, what it calls past or proposed, and what an answer must not lie in."""

import pytest

from qa.answering.polarity.former_spans import barred_spans, former_spans, proposed_spans
from qa.answering.polarity.rejected_spans import find_corrections, rejected_spans
from qa.schema import Span


def texts(sentence: str, spans: tuple[Span, ...]) -> list[str]:
    return [sentence[span.start : span.end] for span in spans]


@pytest.mark.parametrize(
    ("sentence", "rejected"),
    [
        ("The fee is not 8 percent, as two papers wrote, but 6 percent.", ["8 percent"]),
        ("The yard employs 900 people, not 1,900, as its owner had claimed.", ["1,900"]),
        ("It is 52,000 tonnes, not 61,000.", ["61,000"]),
        ("In section 5, for “6,000 talers” read “9,000 talers”.", ["6,000 talers"]),
        ("The index rests on 40 shops, not on 14, as a misprint had it.", ["on 14"]),
        ("The fee is 6 percent rather than 8.", ["8"]),
        ("Brenland pays 25 crowns instead of the 40 crowns it had feared.", ["the 40 crowns it had feared"]),
        ("The toll was not raised to 7 percent but stays at 5 percent.", ["7 percent"]),
        ("The ministry did not cut the quota to 30,000 tonnes.", ["30,000 tonnes"]),
        ("Contrary to reports of a 9 percent levy, growers pay 4 percent.", ["reports of a 9 percent levy"]),
        ("The case ended in a settlement, not in a ruling.", ["in a ruling"]),
        ("The dock would be leased, not bought.", ["bought"]),
        ("Farmers, not the mills, bear the cost.", ["the mills"]),
        ("The levy is due in May, not in March.", ["in March"]),
        ("The licence is not abolished but only suspended.", ["abolished"]),
        ("The bank wrongly put the loss at 30 million crowns.", ["put the loss at 30 million crowns."]),
        ("Not only rye but also oats pay 5 percent.", []),
        ("No shipment may weigh more than 5 tonnes, and not more than 9 may leave a day.", []),
        ("The ban will not be lifted until 2027.", []),
        ("Calder has not paid the 5 million crowns.", []),
        ("The fee applies to 40 percent of the crop.", []),
        ("The harbour has not reopened, but 5 ships wait.", []),
    ],
)
def test_finds_what_is_denied_as_a_value(sentence: str, rejected: list[str]) -> None:
    found = texts(sentence, rejected_spans(sentence))
    assert [text.rstrip(".") for text in found] == [text.rstrip(".") for text in rejected]


def test_a_correction_says_what_stands_in_its_place_without_the_shared_preposition() -> None:
    sentence = "The survey is paid for not by the growers, as was planned, but by the shippers."
    (correction,) = find_corrections(sentence)
    assert correction.accepted is not None
    assert texts(sentence, (correction.rejected, correction.accepted)) == ["the growers", "the shippers"]


@pytest.mark.parametrize(
    ("sentence", "former"),
    [
        ("The duty goes down from 25 to 15 percent in October.", ["25"]),
        ("The ceiling was raised from 200 to 260 million florins.", ["200"]),
        ("The quota grows from 180,000 to 240,000 tonnes a year.", ["180,000"]),
        ("Sales came to $5 billion, up from $4 billion in 2019.", ["$4 billion"]),
        ("The rate is no longer 25 but 15 percent.", ["25"]),
        ("A fee of 3 percent replaces the old 2 percent.", ["2 percent"]),
        ("Ostia sold 6 percent, compared with 5 percent a year earlier.", ["5 percent"]),
        ("The duty, 38.5 percent before the pact, falls in steps to 9 percent.", ["38.5 percent"]),
        ("It was 12 percent before the pact and cost 5 percent of sales.", []),
        ("Rates range from 5 to 10 percent.", []),
        ("The talks lasted from 2016 to 2019 and raised 5 points.", []),
        ("The bridge is 40 metres long.", []),
    ],
)
def test_finds_the_values_of_before(sentence: str, former: list[str]) -> None:
    assert texts(sentence, former_spans(sentence)) == former


def test_finds_what_was_only_proposed() -> None:
    sentence = "The cabinet had proposed 40 percent; parliament cut it to 25."
    assert texts(sentence, proposed_spans(sentence)) == ["40 percent"]


@pytest.mark.parametrize(
    ("question", "sentence", "barred"),
    [
        ("How high is the fee?", "The fee is not 8 percent but 6 percent.", ["8 percent"]),
        ("Which fee did the papers wrongly print?", "The fee is not 8 percent but 6 percent.", []),
        ("How high is the duty?", "The duty fell from 25 to 15 percent in 2024.", ["25"]),
        ("How high was the duty before?", "The duty fell from 25 to 15 percent in 2024.", []),
        ("How high was the duty in 2022?", "The duty fell from 25 to 15 percent in 2024.", []),
        ("How high is the duty in 2025?", "The duty fell from 25 to 15 percent in 2024.", ["25"]),
        ("How high is the tax?", "The cabinet had proposed 40 percent; parliament cut it.", ["40 percent"]),
        ("What did the cabinet propose?", "The cabinet had proposed 40 percent; parliament cut it.", []),
    ],
)
def test_bars_what_the_question_does_not_ask_for(question: str, sentence: str, barred: list[str]) -> None:
    assert texts(sentence, barred_spans(question, sentence)) == barred
