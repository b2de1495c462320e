"""The values of a sentence, and the one that a question asks for."""

from datetime import date

import pytest

from qa.answering.polarity.value_choice import best_period_span, best_value_span
from qa.answering.polarity.values import find_values

SHARES = "Ostia took 29 percent of the wool in 2024, Brenland 24 percent and Calder 11 percent."
LOADS = "In all 290,000 tonnes left: 120,000 to Brenland, 95,000 to Calder and 75,000 to Dorn."


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("It sold wool for $2.2 billion in 2020.", [("$2.2 billion", 2.2e9, "money")]),
        ("The ceiling is 260 million florins.", [("260 million", 2.6e8, "money")]),
        ("Some 29 percent, or 1,400 tonnes.", [("29 percent", 29.0, "share"), ("1,400", 1400.0, "amount")]),
        ("An office of nine people.", [("nine", 9.0, "amount")]),
        ("On 3 July 2024 and in May 2025.", []),
        ("Article 7 of the pact, and season three.", []),
    ],
)
def test_finds_values_with_sign_scale_and_unit(sentence: str, values: list[tuple[str, float, str]]) -> None:
    found = [(sentence[v.span.start : v.span.end], v.amount, v.kind) for v in find_values(sentence)]
    assert found == values


@pytest.mark.parametrize(
    ("question", "sentence", "read", "best"),
    [
        (
            "How much of the aid is for guarantees?",
            "Calder gave $12 million of aid, of which $7 million is for guarantees and $5 million for roads.",
            "$12 million",
            "$7 million",
        ),
        (
            "How much of the fund goes to the harbours?",
            "Shipowners will get 10 million of that, harbours 9 million and schools the rest.",
            "10 million",
            "9 million",
        ),
        ("How many ships went to Dorn?", "Calder took six of them, Esk five, Dorn three.", "six", "three"),
        (
            "What share of the salt of Esk went by air?",
            "Month: 2025-02; Partner: Esk; Salt (tonnes): 11; Share by air: 7",
            "7",
            "7",
        ),
        (
            "How much aid did Calder give?",
            "Calder gave $12 million of aid, of which $7 million is for guarantees and $5 million for roads.",
            "$12 million",
            "$12 million",
        ),
        (
            "How long did pears keep before the new crates?",
            "In the new crates pears keep for 34 days, where 19 used to be the limit.",
            "34 days",
            "19",
        ),
        (
            "How long do pears keep in the new crates?",
            "In the new crates pears keep for 34 days, where 19 used to be the limit.",
            "34 days",
            "34 days",
        ),
        (
            "How long does a crate from a listed mill take?",
            "Listed crates took 3 days on average, others 17 days.",
            "17 days",
            "3",
        ),
        (
            "How long do unlisted crates take?",
            "Listed crates took 3 days on average, others 17 days.",
            "17 days",
            "17 days",
        ),
        (
            "What duty do parcels pay now?",
            "Since January parcels have paid 19 percent, and in August that rate was raised to 33.5 percent.",
            "19 percent",
            "33.5 percent",
        ),
        (
            "What duty did parcels pay in January?",
            "Since January parcels have paid 19 percent, and in August that rate was raised to 33.5 percent.",
            "19 percent",
            "19 percent",
        ),
        (
            "What did the strike cost the fund in total?",
            "The fund paid out 38 crowns a day to each striker, 1.6 million crowns in all.",
            "38 crowns",
            "1.6 million",
        ),
        (
            "What did the strike cost the fund a day?",
            "The fund paid out 38 crowns a day to each striker, 1.6 million crowns in all.",
            "38 crowns",
            "38 crowns",
        ),
        (
            "Tariff on coating wax before 2025?",
            "Its tariff fell from 6.5 to 3 percent on 1 January 2025.",
            "3 percent",
            "6.5",
        ),
        (
            "Tariff on coating wax in 2025?",
            "Its tariff fell from 6.5 to 3 percent on 1 January 2025.",
            "3 percent",
            "3 percent",
        ),
        (
            "What was the price of panels in 2019?",
            "The price was 21 cents, against 25 cents in 2019.",
            "21 cents",
            "25",
        ),
        (
            "What was the price of panels in 2020?",
            "The price was 21 cents, against 25 cents in 2019.",
            "21 cents",
            "21 cents",
        ),
        (
            "What did Ostia forecast for 2021?",
            "Ostia took in 5.2 GW and Calder 0.8 GW in 2020, and 6.5 GW is forecast for 2021.",
            "0.8 GW",
            "6.5",
        ),
        (
            "How high is the tariff on steel?",
            "It was doubled to 50 percent for all except Britain, which stayed at 25 percent.",
            "25 percent",
            "50 percent",
        ),
        (
            "How high is the tariff on steel from Britain?",
            "It was doubled to 50 percent for all except Britain, which stayed at 25 percent.",
            "25 percent",
            "25 percent",
        ),
        ("What share went to Brenland?", SHARES, "29 percent", "24 percent"),
        ("What share went to Calder?", SHARES, "29 percent", "11 percent"),
        ("What share went to Ostia?", SHARES, "11 percent", "29 percent"),
        ("What share went to Ostia?", SHARES, "29 percent", "29 percent"),
        ("What share went to Dorn?", SHARES, "29 percent", "29 percent"),
        ("How much went to Calder?", LOADS, "120,000", "95,000"),
        ("How much went to Brenland?", LOADS, "290,000 tonnes", "120,000"),
        (
            "How big is the budget of BOLTA?",
            "Ostia has 40 percent of BOLA's 6 million crowns; of BOLTA's, 22 million crowns, Dorn pays all.",
            "6 million crowns",
            "22 million",
        ),
        (
            "What share named delays?",
            "Of the firms, 44 percent named paperwork, 29 percent named delays and 12 percent named prices.",
            "44 percent",
            "29 percent",
        ),
        (
            "What did wool bring in in 2024?",
            "Wool brought in $2.6 billion in 2023 and $3.1 billion in 2024.",
            "$2.6 billion",
            "$3.1 billion",
        ),
        ("What does Calder pay?", "Ostia and Calder pay 5 and 7 percent respectively.", "5", "7 percent"),
        ("What does Ostia pay?", "Ostia and Calder pay 5 and 7 percent respectively.", "7 percent", "5"),
        ("How many tons of oats did Ostia sell?", "Ostia sold 5 tons of rye and 7 tons of oats.", "7", "7"),
        (
            "How high is the ceiling?",
            "The ceiling was raised from 200 to 260 million florins.",
            "200",
            "260 million",
        ),
        (
            "How high is the ceiling?",
            "The ceiling was raised from 200 to 260 million florins.",
            "260",
            "260 million",
        ),
        ("How high was the ceiling before?", "The ceiling was raised from 200 to 260 million.", "200", "200"),
        (
            "How high was the duty in 2022?",
            "The duty fell from 25 to 15 percent in 2024.",
            "15 percent",
            "25",
        ),
        (
            "How high is the fee?",
            "The fee is not 8 percent, as papers wrote, but 6 percent.",
            "8 percent",
            "6 percent",
        ),
        (
            "Which fee was printed by mistake?",
            "The fee is not 8 percent but 6 percent.",
            "6 percent",
            "8 percent",
        ),
        ("How many people work there?", "The yard employs 900 people, not 1,900.", "1,900", "900"),
        (
            "How high is the tax?",
            "The cabinet had proposed 40 percent; parliament cut it to 25.",
            "40 percent",
            "25",
        ),
        (
            "Who pays?",
            "It is paid not by the growers, as was planned, but by the mills.",
            "the growers",
            "the mills",
        ),
        (
            "Who pays?",
            "It is paid not by the growers, as was planned, but by the mills.",
            "the mills",
            "the mills",
        ),
        (
            "How many growers have been counted?",
            "Of 212,000 growers, 140,000 were counted.",
            "140,000",
            "140,000",
        ),
        (
            "How many physicians do so?",
            "About 7 to 10 percent of physicians do so.",
            "7 to 10 percent",
            "7 to 10 percent",
        ),
        ("What did Dorn export?", "Dorn exports cloth.", "cloth", "cloth"),
    ],
)
def test_moves_to_the_value_that_is_asked_for(question: str, sentence: str, read: str, best: str) -> None:
    start = sentence.index(read)
    a, b = best_value_span(question, sentence, (start, start + len(read)))
    assert sentence[a:b] == best


@pytest.mark.parametrize(
    ("question", "sentence", "read", "best"),
    [
        ("How many carts came in 2030?", "Last year 9,300 carts came; the year before it was 4,200.",
         "9,300", "4,200"),
        ("How many carts came in 2031?", "Last year 9,300 carts came; the year before it was 4,200.",
         "9,300", "9,300"),
        ("Sales of Q3 2031?", "Sales were 60 million, against 71 million in the same quarter a year ago.",
         "60 million", "71 million"),
        ("Sales of Q3 2032?", "Sales were 60 million, against 71 million in the same quarter a year ago.",
         "60 million", "60 million"),
        ("How many mills ran at the end of 2029?",
         "Some 34 mills ran at the end of 2030, against 9 mills a year earlier.",
         "34", "9"),
    ],
)  # fmt: skip
def test_the_value_of_the_asked_period(question: str, sentence: str, read: str, best: str) -> None:
    start = sentence.index(read)
    span = best_period_span(question, sentence, (start, start + len(read)), date(2032, 11, 6))
    assert sentence[slice(*span)] == best
