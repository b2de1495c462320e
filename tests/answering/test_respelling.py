"""Claims with their figures, units and periods spelled as their evidence has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.claim_check.respelling import respell


@pytest.mark.parametrize(
    ("text", "evidence", "respelled"),
    [
        ("Two in five sheds leak.", "Of the sheds 40 percent leak.", "40 percent sheds leak."),
        ("It lost 75% of them.", "It lost three quarters of them.", "It lost three quarters of them."),
        (
            "A quarter of the barges leak.",
            "Three of the twelve leak.",
            "three of the twelve of the barges leak.",
        ),
        ("A fifth of the barges leak.", "Three of the twelve leak.", "A fifth of the barges leak."),
        ("It fell in the third quarter.", "It fell by 33.3 percent.", "It fell in the third quarter."),
        ("It fell from July to September.", "It fell in the third quarter.", "It fell third quarter."),
        ("It holds 2,400 million marks.", "It has 2.4 billion marks.", "It holds 2.4 billion marks."),
        ("It holds $2.4bn.", "It has 2.4 billion marks.", "It holds $2.4bn."),
        ("Sixty of them sank.", "Of them 60 sank.", "60 of them sank."),
        ("Two of them sank.", "Of them 2 sank.", "Two of them sank."),
        (
            "A sack of 40 kg costs 8 marks.",
            "It costs 8 marks for 40 kilos.",
            "A sack of 40 kilos costs 8 marks.",
        ),
        ("Up to 5 MW per km.", "Up to 5 megawatts per kilometre.", "Up to 5 megawatts per kilometre."),
        ("Up to 6 MW.", "Up to 6 MW, or 6,000 kilowatts.", "Up to 6 MW."),
        ("It lasts a decade.", "It lasts ten years.", "It lasts ten years."),
        ("It lasts a decade.", "It lasts nine years.", "It lasts a decade."),
    ],
)
def test_spelled_as_in_the_evidence(text: str, evidence: str, respelled: str) -> None:
    assert respell(text, [evidence]).text == respelled


def test_places_are_those_of_the_claim() -> None:
    text = "Since May one in four vans has carried 30 kg of seed."
    other = respell(text, ["Of the vans 25 percent carry 30 kilograms of seed."])
    for word, own in (("May", "May"), ("percent", "one in four"), ("kilograms", " kg"), ("seed", "seed")):
        start = other.text.index(word)
        first, last = other.place_in_claim(start, start + len(word))
        assert text[first:last] == own


_PIECES = st.sampled_from(
    "half, 50 percent, a third, 40 kg, kilos, 1,900 million, 1.9 billion, €5, %, May".split(", ")
)


@given(st.lists(_PIECES, max_size=6), st.lists(_PIECES, max_size=6))
def test_places_lie_in_the_claim(own: list[str], told: list[str]) -> None:
    text = " ".join(own)
    other = respell(text, [" ".join(told)])
    for place in range(len(other.text)):
        start, end = other.place_in_claim(place, place + 1)
        assert 0 <= start < end <= len(text)
