"""The trained checker, with its real weights, over claims of our own of every kind."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from qa.answering.claim_check import Claim, ClaimChecker, ClaimVerdict
from qa.assistant.loaded_models import open_claim_model
from qa.models.checker.training.claim_sets import read_claim_set

KINDS = Path(__file__).parents[1] / "fixtures" / "claims" / "kinds.jsonl"
EVIDENCE = (
    "The tariff on steel is 25 percent.",
    "It was raised in March 2025.",
    "The minister of trade signed the order in Ottawa.",
)


@pytest.fixture(scope="module")
def checker() -> ClaimChecker:
    model = open_claim_model("packaged", "auto")
    return ClaimChecker(lambda: model)


def marked(claim: str, verdict: ClaimVerdict) -> list[str]:
    return [claim[span.start : span.end] for span in verdict.unsupported_words]


def test_five_false_sentences_that_share_their_words(checker: ClaimChecker) -> None:
    claims = [
        "The tariff on aluminium is 25 percent.",
        "The tariff on steel was lowered in March 2025.",
        "The minister of trade cancelled the order in Ottawa.",
        "The president signed the order in Ottawa.",
        "The order of Ottawa raised the minister in March, and the steel signed the tariff of trade.",
    ]
    verdicts = checker.check([Claim(claim, EVIDENCE) for claim in claims])
    assert [verdict.support for verdict in verdicts] == ["unsupported"] * 5
    words = [" ".join(marked(claim, verdict)) for claim, verdict in zip(claims, verdicts, strict=True)]
    for word, own in zip(("aluminium", "lowered", "cancelled", "president"), words, strict=False):
        assert word in own


def test_what_the_evidence_says_stays_supported(checker: ClaimChecker) -> None:
    claims = [
        "The tariff on steel is 25 percent.",
        "The trade minister signed the order in Ottawa.",
        "The steel tariff went up in March 2025.",
        "Steel is taxed at 25 %.",
    ]
    verdicts = checker.check([Claim(claim, EVIDENCE) for claim in claims])
    assert [verdict.support for verdict in verdicts] == ["supported"] * 4


@cache
def shares_of_kinds() -> dict[str, float]:
    """How often each kind of false claim is told, and "true": how often true ones are supported."""
    rows = read_claim_set(KINDS)
    model = open_claim_model("packaged", "auto")
    verdicts = ClaimChecker(lambda: model).check([Claim(row.claim, row.evidence) for row in rows])
    right: dict[str, list[bool]] = defaultdict(list)
    for row, verdict in zip(rows, verdicts, strict=True):
        is_true = row.label == "supported"
        right["true" if is_true else row.change].append((verdict.support == "supported") == is_true)
    return {kind: sum(values) / len(values) for kind, values in right.items()}


# Of ten false claims of each kind.
MIN_SHARES = {
    "number": 0.9, "unit": 0.9, "date": 0.8, "name": 0.9, "product": 0.7, "role": 0.6, "direction": 0.7,
    "negation": 0.8, "modality": 0.6, "scope": 0.6, "cause": 0.6, "mixed": 0.7, "salad": 0.7, "true": 0.85,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "least"), MIN_SHARES.items())
def test_how_many_of_each_kind_are_told(kind: str, least: float) -> None:
    assert shares_of_kinds()[kind] >= least
