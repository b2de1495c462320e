"""Intervals, tests and curves: by hand, against scipy and scikit-learn, and by simulation.

Both are imported where they are used: each process of the tests reads this file, and one runs it.
"""

import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.evaluate.scoring.metric_definitions import Aggregate
from qa.evaluate.scoring.statistics import (
    Interval,
    RiskPoint,
    aurc,
    calibration_bins,
    estimate,
    paired_difference,
    risk_coverage,
)

Floats = NDArray[np.float64]
# Aggregates of a confidence against a label of 0 or 1.
_WITH_LABELS = ("brier", "auroc", "ece", "selective_80")


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(20_260_101)


def rows(values: object, second_values: object = None) -> Floats:
    first = np.asarray(values, dtype=float)
    return np.column_stack(
        [first, np.ones_like(first) if second_values is None else np.asarray(second_values, dtype=float)]
    )


def defined(interval: Interval | None) -> Interval:
    assert interval is not None
    return interval


def test_values() -> None:
    assert defined(estimate("mean", rows([1.0, 0.0, 0.0, 1.0, 1.0]))).value == pytest.approx(3 / 5)
    # (2 of 2 and 1 of 4 and 0 of 1) are 3 of 7
    assert defined(estimate("mean", rows([1.0, 0.25, 0.0], [2.0, 4.0, 1.0]))).value == pytest.approx(3 / 7)
    assert defined(estimate("p50", rows([4.0, 1.0, 3.0, 2.0]))).value == pytest.approx(2.5)
    assert defined(estimate("p95", rows([10.0, 20.0, 30.0]))).value == pytest.approx(29.0)


def test_the_surest_four_fifths() -> None:
    # 4 of 5, of which 3 are right; those with the same confidence go in whatever order.
    confidence, right = [0.9, 0.8, 0.7, 0.6, 0.5], [1.0, 1.0, 0.0, 1.0, 0.0]
    assert defined(estimate("selective_80", rows(confidence, right))).value == pytest.approx(3 / 4)
    assert defined(estimate("selective_80", rows(confidence[::-1], right[::-1]))).value == pytest.approx(
        3 / 4
    )
    # 3.2 of 4: the surest, and 2.2 of the three that are equally sure, of which one is right.
    ties = rows([0.5, 0.5, 0.9, 0.5], [0.0, 1.0, 1.0, 0.0])
    assert defined(estimate("selective_80", ties)).value == pytest.approx((1 + 2.2 / 3) / 3.2)
    assert defined(estimate("selective_80", ties[[1, 3, 0, 2]])).value == pytest.approx((1 + 2.2 / 3) / 3.2)
    assert estimate("selective_80", rows([math.nan], [1.0])) is None


def test_questions_without_the_metric_do_not_count() -> None:
    nan = math.nan
    assert estimate("mean", rows([1.0, nan, 0.0, 1.0, nan])) == estimate("mean", rows([1.0, 0.0, 1.0]))
    assert defined(estimate("mean", rows([1.0, nan, 0.0]))).n == 2
    assert estimate("mean", rows([nan, nan])) is None
    assert estimate("mean", rows([])) is None
    assert estimate("p50", rows([])) is None


def test_one_question_has_no_width() -> None:
    assert estimate("mean", rows([0.25])) == Interval(0.25, 0.25, 0.25, 1)
    assert estimate("p95", rows([12.0])) == Interval(12.0, 12.0, 12.0, 1)


def test_equal_values_have_no_width() -> None:
    assert estimate("mean", rows([1.0] * 54)) == Interval(1.0, 1.0, 1.0, 54)


def test_the_same_input_gives_the_same_output(random: np.random.Generator) -> None:
    values = random.random(300)
    assert estimate("mean", rows(values)) == estimate("mean", rows(values.copy()))
    others = random.random(300)
    first = paired_difference("mean", rows(values), rows(others))
    assert first == paired_difference("mean", rows(values), rows(others))


def ratio(values: Floats, weights: Floats, axis: int = -1) -> Floats:
    ratios: Floats = (values * weights).sum(axis=axis) / weights.sum(axis=axis)
    return ratios


@pytest.mark.parametrize("n", [8, 60, 400])
def test_means_have_the_interval_of_scipy(random: np.random.Generator, n: int) -> None:
    from scipy import stats

    values = random.beta(2, 1, n)
    weights = random.integers(1, 6, n).astype(float)
    options = {"n_resamples": 20_000, "method": "percentile", "rng": 1, "vectorized": True, "batch": 2000}
    for ours, theirs in [
        (estimate("mean", rows(values)), stats.bootstrap((values,), np.mean, **options)),
        (
            estimate("mean", rows(values, weights)),
            stats.bootstrap((values, weights), ratio, paired=True, **options),
        ),
    ]:
        interval, expected = defined(ours), theirs.confidence_interval
        width = expected.high - expected.low
        assert interval.low == pytest.approx(expected.low, abs=0.05 * width)
        assert interval.high == pytest.approx(expected.high, abs=0.05 * width)


@pytest.mark.parametrize(("aggregate", "q"), [("p50", 50), ("p95", 95)])
def test_percentiles_have_the_interval_of_plain_resampling(
    random: np.random.Generator, aggregate: Aggregate, q: float
) -> None:
    values = random.gamma(3, 40, 200)
    interval = defined(estimate(aggregate, rows(values)))
    assert interval.value == pytest.approx(np.percentile(values, q))
    drawn = np.percentile(random.choice(values, (20_000, 200)), q, axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    assert interval.low == pytest.approx(low, abs=0.1 * (high - low))
    assert interval.high == pytest.approx(high, abs=0.1 * (high - low))


@pytest.mark.parametrize("aggregate", ["mean", "p50", "brier", "auroc", "selective_80"])
def test_intervals_hold_the_truth_95_times_of_100(random: np.random.Generator, aggregate: Aggregate) -> None:
    from sklearn.metrics import roc_auc_score

    def draw(n: int) -> Floats:
        values = random.beta(2, 1, n)
        return rows(values, random.random(n) < values**2 if aggregate in _WITH_LABELS else None)

    many = draw(200_000)
    truth = {
        "mean": 2 / 3,
        "p50": math.sqrt(1 / 2),
        "brier": ((many[:, 0] - many[:, 1]) ** 2).mean(),
        "auroc": roc_auc_score(many[:, 1], many[:, 0]) if aggregate == "auroc" else math.nan,
        # The surest four fifths lie above √(1/5): the integral of 2·v·v² from there, over 4/5.
        "selective_80": (1 - (1 / 5) ** 2) / 2 / (4 / 5),
    }[aggregate]
    intervals = [defined(estimate(aggregate, draw(100))) for _ in range(400)]
    covered = sum(interval.low <= truth <= interval.high for interval in intervals)
    # Percentile intervals of 100 questions are a little too short; the rest is chance.
    assert 0.90 <= covered / 400 <= 0.99


def test_weighted_intervals_hold_the_truth(random: np.random.Generator) -> None:
    # Longer answers have worse quotes: the mean over questions is not the share of all quotes.
    sizes, shares, odds = np.array([1, 2, 6]), np.array([0.9, 0.7, 0.5]), [0.5, 0.3, 0.2]
    truth = (sizes * shares * odds).sum() / (sizes * odds).sum()
    covered = 0
    for _ in range(300):
        group = random.choice(3, 150, p=odds)
        values = random.binomial(sizes[group], shares[group]) / sizes[group]
        interval = defined(estimate("mean", rows(values, sizes[group].astype(float))))
        covered += interval.low <= truth <= interval.high
    assert 0.90 <= covered / 300 <= 0.99


def difference_of_means(a: Floats, b: Floats, axis: int = -1) -> Floats:
    differences: Floats = b.mean(axis=axis) - a.mean(axis=axis)
    return differences


def difference_of_medians(a: Floats, b: Floats, axis: int = -1) -> Floats:
    differences: Floats = np.median(b, axis=axis) - np.median(a, axis=axis)
    return differences


def test_permutations_by_hand() -> None:
    # Differences 1, 1, 1 and three ties: of the 8 patterns of signs, +++ and --- are as far from 0: p = 2/8.
    difference = paired_difference("mean", rows([0, 0, 0, 1, 0, 1]), rows([1, 1, 1, 1, 0, 1]))
    assert difference is not None
    assert (difference.a, difference.b, difference.difference) == pytest.approx((2 / 6, 5 / 6, 3 / 6))
    assert (difference.p_value, difference.n) == (2 / 8, 6)
    # 2, 1 and -1: sum 2. |±2 ±1 ±1| >= 2 for 4, 2, 2, -2, -2, -4; 0 for the other two: 6/8.
    difference = paired_difference("mean", rows([0, 0, 1]), rows([2, 1, 0]))
    assert difference is not None
    assert difference.p_value == 6 / 8


def test_equal_runs_do_not_differ(random: np.random.Generator) -> None:
    same = rows(random.random(50), random.random(50) < 0.5)
    for aggregate in get_args(Aggregate):
        difference = paired_difference(aggregate, same, same)
        assert difference is not None
        assert (difference.difference, difference.low, difference.high, difference.p_value, difference.n) == (
            0,
            0,
            0,
            1,
            50,
        )


@pytest.mark.parametrize("n", [4, 9, 12])
@pytest.mark.parametrize("aggregate", ["mean", "p50"])
def test_few_pairs_have_the_exact_p_of_scipy(
    random: np.random.Generator, n: int, aggregate: Aggregate
) -> None:
    from scipy import stats

    a, b = random.random(n), random.random(n) + 0.2
    statistic = difference_of_means if aggregate == "mean" else difference_of_medians
    expected = stats.permutation_test(
        (a, b), statistic, permutation_type="samples", vectorized=True, n_resamples=np.inf
    )
    difference = paired_difference(aggregate, rows(a), rows(b))
    assert difference is not None
    assert difference.difference == pytest.approx(expected.statistic)
    assert difference.p_value == pytest.approx(expected.pvalue)


@pytest.mark.parametrize("shift", [0.0, 0.02, 0.05, 0.5])
def test_many_pairs_have_the_p_of_scipy(random: np.random.Generator, shift: float) -> None:
    from scipy import stats

    a = random.random(200)
    b = np.clip(a + random.normal(shift, 0.2, 200), 0, 1)
    expected = stats.permutation_test(
        (a, b), difference_of_means, permutation_type="samples", vectorized=True, n_resamples=9999, rng=1
    )
    difference = paired_difference("mean", rows(a), rows(b))
    assert difference is not None
    # Two estimates from 9,999 patterns each; scipy's doubles the smaller tail.
    assert difference.p_value == pytest.approx(expected.pvalue, abs=0.03)
    assert difference.p_value >= 1 / 10_000


def test_weighted_pairs_are_swapped_with_their_weights(random: np.random.Generator) -> None:
    n = 10
    a, b = rows(random.random(n), random.integers(1, 5, n)), rows(random.random(n), random.integers(1, 5, n))
    difference = paired_difference("mean", a, b)
    assert difference is not None
    assert difference.difference == pytest.approx(ratio(*b.T) - ratio(*a.T))
    swapped = []
    for pattern in range(2**n):
        swap = (pattern >> np.arange(n) & 1 == 1)[:, None]
        swapped.append(ratio(*np.where(swap, a, b).T) - ratio(*np.where(swap, b, a).T))
    expected = np.mean(np.abs(swapped) >= abs(difference.difference) - 1e-12)
    assert difference.p_value == pytest.approx(expected)


def test_p_values_are_uniform_where_nothing_differs(random: np.random.Generator) -> None:
    from scipy import stats

    p_values = []
    for _ in range(150):
        a, b = random.random((2, 16))
        difference = paired_difference("mean", rows(a), rows(b))
        assert difference is not None
        p_values.append(difference.p_value)
    assert stats.kstest(p_values, "uniform").pvalue > 0.001


def test_paired_intervals_are_those_of_scipy(random: np.random.Generator) -> None:
    from scipy import stats

    a = random.random(120)
    b = a + random.normal(0.1, 0.1, 120)
    expected = stats.bootstrap(
        (b - a,), np.mean, n_resamples=20_000, method="percentile", rng=1, batch=2000
    ).confidence_interval
    difference = paired_difference("mean", rows(a), rows(b))
    assert difference is not None
    assert (difference.low, difference.high) == pytest.approx((expected.low, expected.high), abs=0.002)


def test_only_pairs_count() -> None:
    nan = math.nan
    difference = paired_difference("mean", rows([0, 1, nan, 1]), rows([1, nan, 1, 1]))
    assert difference is not None
    assert (difference.a, difference.b, difference.n) == (0.5, 1.0, 2)
    assert paired_difference("mean", rows([nan]), rows([1])) is None


def test_percentiles_are_swapped_too(random: np.random.Generator) -> None:
    fast = random.gamma(4, 20, 150)
    difference = paired_difference("p95", rows(fast), rows(fast * 1.5))
    assert difference is not None
    assert difference.difference == pytest.approx(0.5 * np.percentile(fast, 95))
    assert difference.p_value < 0.01
    assert difference.low > 0


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=2, max_size=30))
@settings(max_examples=50)
def test_the_area_under_the_roc_curve_is_that_of_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    from sklearn.metrics import roc_auc_score

    confidence, answerable = zip(*pairs, strict=True)
    if len(set(answerable)) == 1:
        assert estimate("auroc", rows(confidence, answerable)) is None
    else:
        area = defined(estimate("auroc", rows(confidence, answerable))).value
        assert area == pytest.approx(roc_auc_score(answerable, confidence))


def test_resamples_without_both_classes_are_left_out() -> None:
    interval = defined(estimate("auroc", rows([0.1, 0.9], [0, 1])))
    assert (interval.value, interval.low, interval.high) == (1, 1, 1)


def test_calibration_by_hand() -> None:
    confidence, answerable = [0.05, 0.1, 0.19, 0.95, 1.0, 0.9], [0, 0, 1, 1, 1, 0]
    bins = calibration_bins(confidence, answerable)
    assert [(calibration_bin.low, calibration_bin.high, calibration_bin.n) for calibration_bin in bins] == [
        (0, 0.1, 1),
        (0.1, 0.2, 2),
        (0.9, 1, 3),
    ]
    assert [calibration_bin.confidence for calibration_bin in bins] == pytest.approx(
        [0.05, 0.29 / 2, 2.85 / 3]
    )
    assert [calibration_bin.answerable for calibration_bin in bins] == pytest.approx([0, 1 / 2, 2 / 3])
    # 1/6 |0.05 - 0| + 2/6 |0.145 - 0.5| + 3/6 |0.95 - 2/3|
    expected = 0.05 / 6 + 2 / 6 * 0.355 + 3 / 6 * (0.95 - 2 / 3)
    assert defined(estimate("ece", rows(confidence, answerable))).value == pytest.approx(expected)
    assert calibration_bins([], []) == ()
    assert estimate("ece", rows([], [])) is None


def test_brier_by_hand() -> None:
    interval = defined(estimate("brier", rows([0.8, 0.3], [1, 1])))
    assert interval.value == pytest.approx((0.2**2 + 0.7**2) / 2)


def test_risk_by_hand() -> None:
    # From the most confident: right, wrong and right with one confidence, wrong.
    points = risk_coverage([0.5, 0.9, 0.2, 0.5], [0, 1, 0, 1])
    assert points == (
        RiskPoint(0.9, 1 / 4, 0.0, 1),
        RiskPoint(0.5, 3 / 4, 1 / 3, 3),
        RiskPoint(0.2, 1.0, 2 / 4, 4),
    )
    # The risk at the threshold of each question: 0, 1/3, 1/3, 1/2
    assert aurc([0.5, 0.9, 0.2, 0.5], [0, 1, 0, 1]) == pytest.approx((0 + 1 / 3 + 1 / 3 + 1 / 2) / 4)
    assert risk_coverage([0.9], [1], total=4) == (RiskPoint(0.9, 1 / 4, 0.0, 1),)
    assert risk_coverage([], []) == ()
    assert aurc([], []) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_risk_falls_to_that_of_everything(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = zip(*pairs, strict=True)
    points = risk_coverage(confidence, right)
    assert [point.coverage for point in points] == sorted({point.coverage for point in points})
    assert points[-1].coverage == 1
    assert points[-1].risk == pytest.approx(1 - sum(right) / len(right))
    for point in points:
        answered = [ok for value, ok in pairs if value >= point.threshold]
        assert point.n == len(answered)
        assert point.risk == pytest.approx(1 - sum(answered) / len(answered))


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=12),
    st.sampled_from(get_args(Aggregate)),
)
@settings(max_examples=60, deadline=None)
def test_intervals_are_numbers_around_the_value(
    pairs: list[tuple[float, bool]], aggregate: Aggregate
) -> None:
    confidence, answerable = zip(*pairs, strict=True)
    data = rows(confidence, answerable if aggregate in _WITH_LABELS else None)
    interval = estimate(aggregate, data)
    if interval is not None:
        assert 0 <= interval.low <= interval.high <= 1 + 1e-9
        assert interval.n == len(pairs)
    difference = paired_difference(aggregate, data, data[::-1])
    if difference is not None:
        numbers = (difference.a, difference.b, difference.low, difference.high, difference.p_value)
        assert all(map(math.isfinite, numbers))
        assert 0 < difference.p_value <= 1
