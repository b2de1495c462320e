"""A short answer says its unit, and what limits it."""

import pytest

from qa.answering.extractive.whole_value import complete_value


@pytest.mark.parametrize(
    ("sentence", "span", "whole"),
    [
        ("It undertook to buy 12 million tons of soybeans.", "12 million", "12 million tons"),
        ("It carries 2.6 billion cubic feet a day.", "2.6 billion", "2.6 billion cubic feet a day"),
        ("The benefit is limited to 30 billion pesos until 2030.", "30 billion", "30 billion pesos"),
        ("It offered power near $20 a megawatt-hour.", "$20", "near $20 a megawatt-hour"),
        ("More than 20,000 of them come in a year.", "20,000", "More than 20,000"),
        ("It was approved by 408 votes to 254.", "254", "408 votes to 254"),
        ("It was upheld by seven votes to four.", "seven", "seven votes to four"),
        (
            "It carries 2.6 billion cubic feet a day.",
            "2.6 billion cubic feet",
            "2.6 billion cubic feet a day",
        ),
        ("It took 3 tonnes a year ago.", "3 tonnes", "3 tonnes"),
        ("They supply roughly a quarter of the lumber.", "a quarter", "roughly a quarter"),
        ("It was signed by Mr. Brink and others.", "Brink", "Mr. Brink"),
        ("The fee was $20 a year ago.", "$20", "$20"),
        ("In 2024 the fee fell.", "2024", "2024"),
        ("The third is named by the secretariat of the Pact.", "Pact", "the secretariat of the Pact"),
        ("It goes to the Land and Water Board.", "Water Board", "Land and Water Board"),
        ("Ask the Ministry of Trade and Industry Board Esk.", "Industry Board", "Industry Board"),
        ("Dorn and Esk Bank sued.", "Esk Bank", "Esk Bank"),
        ("They met in the town of Esk.", "Esk", "Esk"),
        ("It has 270 days to report.", "270", "270 days"),
        ("The works closed on July 3.", "July 3", "July 3"),
        ("We expect sales of 610 to 640 million.", "640 million", "610 to 640 million"),
        ("We expect sales of 610 to 640 tonnes.", "610", "610 to 640 tonnes"),
        ("It takes between 3 and 5 percent.", "5 percent", "between 3 and 5 percent"),
        ("The duty goes from 3 to 5 percent.", "5 percent", "5 percent"),
        ("Esk sold 3 and 5 tonnes went by sea.", "5 tonnes", "5 tonnes"),
        ("The duty of 30 stays as it is.", "30", "30"),
        ("It covers no more than 400 euros.", "more than 400", "no more than 400 euros"),
        ("It covers not less than 400 euros.", "400 euros", "not less than 400 euros"),
    ],
)
def test_a_value_comes_whole(sentence: str, span: str, whole: str) -> None:
    start = sentence.index(span)
    begin, end = complete_value(sentence, start, start + len(span))
    assert sentence[begin:end] == whole
