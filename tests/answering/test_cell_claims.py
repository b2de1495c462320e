"""Cells of an answer's table, or items of its lists, against the rows of a document's."""

from collections.abc import Sequence
from functools import partial

import pytest

from qa.answering.claim_check import Claim, ClaimChecker
from qa.answering.claim_check.cell_claims import judge_cell
from qa.models.checker import ClaimScores, ClaimText

WHEAT = "Country: Orsina; Season: 2024/25; Product: Wheat; Production (1000 t): 2200; Imports (1000 t): 5900"
NEXT = "Country: Orsina; Season: 2025/26; Product: Wheat; Production (1000 t): 2050; Imports (1000 t): 5640"
DRUGS = "Month: 2025-06; Partner: Peru; Drugs (million CHF): 10.8; Devices (million CHF): 1.9; By air (%): 64"


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        pytest.param("Orsina: wheat imports 2024/25 (1000 t): 5900", "supported", id="as it is"),
        pytest.param("- Orsina, wheat imports 2025/26: 5,640", "supported", id="item"),
        pytest.param("Orsina: wheat imports 2024/25: 5.9 million tonnes", "supported", id="scaled"),
        pytest.param("Peru: drugs, June 2025 (million CHF): 10.8", "supported", id="month in words"),
        pytest.param("Peru: share by air, June 2025: 64%", None, id="a word that no row has"),
        pytest.param("Peru: by air, June 2025: 64%", "supported", id="percent"),
        pytest.param("Orsina: wheat imports 2024/25 (1000 t): 2200", "unsupported", id="another column"),
        pytest.param("Orsina: wheat imports 2024/25: 5,640", "unsupported", id="another row"),
        pytest.param("Orsina: wheat imports 2024/25: 5,900 tonnes", "unsupported", id="another scale"),
        pytest.param("Peru: devices, June 2025 (million CHF): 10.8", "unsupported", id="another thing"),
        pytest.param("Peru: drugs, May 2025 (million CHF): 10.8", None, id="a month that no row has"),
        pytest.param("Orsina: wheat imports: 5,900", None, id="either of two rows"),
        pytest.param("Orsina: imports other than wheat 2024/25: 5,900", None, id="denied"),
        pytest.param("Orsina imported 5,900 tonnes.", None, id="a sentence"),
    ],
)
def test_a_cell_is_judged_by_the_rows(claim: str, verdict: str | None) -> None:
    assert judge_cell(claim, (WHEAT, NEXT, DRUGS), "stocks.csv") == verdict


def test_a_cell_needs_something_of_the_row_and_of_the_column() -> None:
    assert judge_cell("Imports: 5900", (WHEAT,), "") is None
    assert judge_cell("Orsina: 5900", (WHEAT,), "") is None


class Model:
    """A model that gives every claim the same scores."""

    def __init__(self, supported: float) -> None:
        self.scores = ClaimScores(supported, 0.0, 1 - supported)

    def judge(self, claims: Sequence[ClaimText]) -> list[ClaimScores]:
        return [self.scores] * len(claims)


def test_rows_decide_whatever_the_model_says() -> None:
    right = Claim("Orsina: wheat imports 2024/25: 5,900", (WHEAT,))
    wrong = Claim("Orsina: wheat imports 2024/25: 2,200", (WHEAT,))
    for share in (0.0, 0.98):
        verdicts = ClaimChecker(partial(Model, share)).check([right, wrong])
        assert [verdict.support for verdict in verdicts] == ["supported", "unsupported"]
