"""Bounds for the figures of a run, and margins for those of two."""

from pathlib import Path
from typing import Any, Literal

import pytest

from qa.errors import EvaluationError
from qa.evaluate import Gate, Margin, check_gates, check_margins, compare
from tests.evaluate.test_compare import row, runs

SUMMARY: dict[str, Any] = {
    "metrics": {
        "citation_recall": {"value": 0.652, "low": 0.5, "high": 0.8, "n": 40},
        "false_refusal_rate": {"value": 0.2, "low": 0.1, "high": 0.3, "n": 40},
        "latency_ms_p95": {"value": 512.5, "low": 400, "high": 600, "n": 40},
    }
}


@pytest.mark.parametrize(
    ("side", "text", "failures"),
    [
        ("under", "citation_recall=0.7", ["citation_recall is 0.652, 0.048 under 0.7"]),
        ("under", "citation_recall=0.652", []),
        ("under", "citation_recall=0.6", []),
        ("over", "false_refusal_rate=0.15", ["false_refusal_rate is 0.2, 0.05 over 0.15"]),
        ("over", "false_refusal_rate=0.2", []),
        ("over", "latency_ms_p95=500", ["latency_ms_p95 is 512.5, 12.5 over 500"]),
        ("under", "refusal_recall=0.5", ["refusal_recall has no value: no question has what it is made of"]),
    ],
)
def test_what_fails_says_by_how_much(side: Literal["under", "over"], text: str, failures: list[str]) -> None:
    assert check_gates(SUMMARY, [Gate.parse(text, side)]) == failures


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("citation_recall", "write METRIC=VALUE"),
        ("citation_recal=0.7", "the nearest is citation_recall"),
        ("citation_recall=much", "'much' is no number"),
        ("citation_recall=nan", "'nan' is no number"),
        ("citation_recall=70", "write 70 % as 0.7"),
        ("latency_ms_p50=100", "lower is better, so use --fail-over latency_ms_p50=100"),
    ],
)
def test_a_gate_that_can_not_be_meant(text: str, reason: str) -> None:
    with pytest.raises(EvaluationError, match=reason):
        Gate.parse(text, "under")


@pytest.mark.parametrize(
    ("texts", "failing"),
    [
        (["0.3"], []),
        (["0.2"], ["citation_hit"]),
        (["0.3", "citation_hit=0.2"], ["citation_hit"]),
        (["0.2", "citation_hit=0.3"], []),
        (["0.1", "0.3"], []),
        (["latency_ms_p50=5"], ["latency_ms_p50"]),
        (["latency_ms_p50=10"], []),
        (["refusal_recall=0"], ["refusal_recall"]),
        ([], []),
    ],
)
def test_margins(tmp_path: Path, texts: list[str], failing: list[str]) -> None:
    """A quarter gets worse and all take 10 ms longer; that fewer are answered is no loss."""
    a = [row(number, latency_ms=10.0) for number in range(8)]
    b = [row(number, "refused" if number < 2 else "right", latency_ms=20.0) for number in range(8)]
    comparison = compare(*runs(tmp_path, a, b))
    failures = check_margins(comparison, [Margin.parse(text) for text in texts])
    assert [failure.split()[0] for failure in failures] == failing


def test_a_loss_is_said_with_both_figures(tmp_path: Path) -> None:
    a, b = runs(tmp_path, [row(1), row(2)], [row(1), row(2, "missed in retrieval")])
    assert check_margins(compare(a, b), [Margin.parse("0.02")]) == [
        "citation_hit is worse by 0.5 (1, then 0.5), 0.02 is allowed"
    ]
    assert check_margins(compare(b, a), [Margin.parse("0")]) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a lot", "the margin: 'a lot' is no number"),
        ("-0.1", "a margin is 0 or more"),
        ("answered_rate=0.1", "neither higher nor lower is better"),
        ("hits=0.1", "there is no metric 'hits'"),
    ],
)
def test_a_margin_that_can_not_be_meant(text: str, reason: str) -> None:
    with pytest.raises(EvaluationError, match=reason):
        Margin.parse(text)
