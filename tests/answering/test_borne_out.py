"""What a claim works out rightly from rows and sentences, and what it doesn't."""

from collections.abc import Sequence

import pytest

from qa.answering.claim_check import Claim, ClaimChecker
from qa.answering.claim_check.borne_out import find_borne_out
from qa.models.checker import ClaimScores, ClaimText

MILLS = (
    "Mill: Ombry; Output in 2023 (thousand tonnes): 310; Staff: 40",
    "Mill: Vell; Output in 2023 (thousand tonnes): 260; Staff: 55",
    "Mill: Tarn; Output in 2023 (thousand tonnes): 90; Staff: 20",
)
YEARS = (
    "Year: 2021; Grant (million marks): 4",
    "Year: 2022; Grant (million marks): 6",
    "Year: 2023; Grant (million marks): 9",
)


def borne_out(text: str, *quotes: str) -> list[str]:
    return [text[span.start : span.end] for span in find_borne_out(text, quotes)]


@pytest.mark.parametrize(
    ("quotes", "true", "false"),
    [
        pytest.param(
            MILLS,
            "The output of all mills came to 660,000 tonnes in 2023.",
            "The output of all mills came to 670,000 tonnes in 2023.",
            id="the sum of a column in its scale",
        ),
        pytest.param(
            YEARS,
            "From 2022 to 2023 the grants add up to 15 million marks.",
            "From 2022 to 2023 the grants add up to 19 million marks.",
            id="the sum of some years",
        ),
        pytest.param(
            MILLS,
            "Ombry had an output of 50,000 tonnes more than Vell in 2023.",
            "Tarn had an output of 50,000 tonnes more than Ombry in 2023.",
            id="the difference of two rows",
        ),
        pytest.param(
            MILLS,
            "Vell had the second largest output in 2023.",
            "Tarn had the second largest output in 2023.",
            id="a rank",
        ),
        pytest.param(
            ("The report was due on 20 June 2024 and came three days early.",),
            "The report came on 17 June 2024.",
            "The report came on 18 June 2024.",
            id="a day that is counted from another",
        ),
    ],
)
def test_what_is_worked_out_by_one_step(quotes: tuple[str, ...], true: str, false: str) -> None:
    assert borne_out(true, *quotes)
    assert not borne_out(false, *quotes)


def test_a_rank_among_two_rows_or_beside_an_equal_is_not_borne_out() -> None:
    assert not borne_out("Ombry had the largest output in 2023.", *MILLS[:2])
    equal = "Mill: Sund; Output in 2023 (thousand tonnes): 310; Staff: 12"
    assert not borne_out("Ombry had the largest output in 2023.", *MILLS, equal)


class _Doubting:
    """A model that doubts some words."""

    def __init__(self, *words: str) -> None:
        self._words = words

    def judge(self, claims: Sequence[ClaimText]) -> list[ClaimScores]:
        return [
            ClaimScores(
                0.02,
                0.03,
                0.95,
                tuple(
                    (claim.claim.index(word), claim.claim.index(word) + len(word), 0.9)
                    for word in self._words
                ),
            )
            for claim in claims
        ]


@pytest.mark.parametrize(
    ("doubted", "support"),
    [
        (("660,000",), "supported"),
        (("660,000", "mills"), "partial"),
        (("mills",), "partial"),
        ((), "partial"),
    ],
)
def test_only_what_is_worked_out_may_be_doubted(doubted: tuple[str, ...], support: str) -> None:
    claim = Claim("The output of all the mills came to 660,000 tonnes in 2023.", MILLS)
    (verdict,) = ClaimChecker(lambda: _Doubting(*doubted)).check([claim])
    assert verdict.support == support


@pytest.mark.parametrize(
    "claim",
    [
        "The exports of all mills came to 660,000 tonnes in 2023.",
        "In 2023 the output of all sawmills abroad came to 660,000 tonnes.",
    ],
)
def test_a_right_sum_of_something_else_is_not_supported(claim: str) -> None:
    prose = "The mills began exports and bought sawmills abroad."
    (verdict,) = ClaimChecker(lambda: _Doubting("660,000")).check([Claim(claim, (prose, *MILLS))])
    assert verdict.support != "supported"
