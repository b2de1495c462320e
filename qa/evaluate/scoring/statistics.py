"""Figures with their uncertainty: bootstrap intervals, paired tests, and curves of confidence.

Questions are what is drawn from a larger population, so questions are what is resampled. Everything is
seeded by the number of questions: the same rows give the same figures.

Sources: Efron & Tibshirani, An Introduction to the Bootstrap, 1993 (percentile intervals, ch. 13; paired
permutation, ch. 15); Phipson & Smyth 2010 (p = (k + 1) / (B + 1)); Geifman & El-Yaniv 2017 (risk and
coverage); Naeini et al. 2015 (expected calibration error).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from qa.evaluate.scoring.aggregates import BIN_COUNT, STATISTICS, Counts, Floats, Statistic, assign_bins
from qa.evaluate.scoring.metric_definitions import Aggregate

__all__ = [
    "PERMUTATIONS",
    "RESAMPLES",
    "CalibrationBin",
    "Difference",
    "Interval",
    "RiskPoint",
    "aurc",
    "calibration_bins",
    "estimate",
    "paired_difference",
    "risk_coverage",
]

RESAMPLES = 2000
PERMUTATIONS = 9999
_SEED = 20_260_101
_MAX_EXACT_PAIRS = 13  # pairs up to which all 2^n sign patterns are gone through
_BLOCK_COUNTS = 2_000_000  # counts that are worked on at a time: 16 MB as floats
_MAX_CACHED_QUESTIONS = 20_000  # questions up to which resamples are kept for the next metric (40 MB)
_INTERVAL_PERCENTILES = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure over `n` questions with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of two runs over the same `n` questions: b - a with its 95 % interval and two-sided p."""

    a: float
    b: float
    difference: float
    low: float
    high: float
    p_value: float
    n: int


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """If the `n` questions with a confidence of at least `threshold` are answered, and the rest refused.

    `coverage` is their share of all, `risk` the share of them that is not right.
    """

    threshold: float
    coverage: float
    risk: float
    n: int


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """The `n` questions with a confidence in low..high: their mean, and the share that is answerable."""

    low: float
    high: float
    confidence: float
    answerable: float
    n: int


def estimate(aggregate: Aggregate, data: Floats) -> Interval | None:
    """A figure over questions with its percentile bootstrap interval.

    Args:
        aggregate: What is made of them.
        data: A row a question. Column 0 is the score; column 1 its weight for "mean" (the number of its
            citations, say: Σ w·v / Σ w, whose denominator is resampled too), 0 or 1 (answerable) for
            "brier", "auroc" and "ece", 0 or 1 (right) for "selective_80", and without effect for percentiles.
            A row with NaN is left out.

    Returns:
        None where the figure is not defined: no rows, or one class only for "auroc". Resamples where it is
        not defined are left out of the interval.
    """
    return _bootstrap_interval(STATISTICS[aggregate], data)


def _bootstrap_interval(statistic: Callable[[Floats], Statistic], data: Floats) -> Interval | None:
    data = data[~np.isnan(data).any(axis=1)]
    if not len(data):
        return None
    compute = statistic(data)
    value = _point_estimate(compute, len(data))
    if np.isnan(value):
        return None
    resampled = np.concatenate([compute(counts) for counts in _resamples(len(data))])
    low, high = _percentile_interval(resampled, value)
    return Interval(value, low, high, len(data))


def paired_difference(aggregate: Aggregate, a: Floats, b: Floats) -> Difference | None:
    """How a figure differs between two runs of the same questions.

    Args:
        aggregate: As in `estimate`.
        a: As in `estimate`.
        b: The same questions in the same order. Only rows without NaN in both count.

    Returns:
        The interval is that of a paired bootstrap. The p-value is that of a permutation test: under the null
        hypothesis the two runs of a question could be swapped, for a mean of differences their signs. All
        patterns are gone through if at most 13 pairs differ, 9,999 random ones otherwise. None where one of
        the figures is not defined.
    """
    defined = ~np.isnan(a).any(axis=1) & ~np.isnan(b).any(axis=1)
    a, b = a[defined], b[defined]
    if not len(a):
        return None
    statistic = STATISTICS[aggregate]
    compute_a, compute_b = statistic(a), statistic(b)
    value_a, value_b = _point_estimate(compute_a, len(a)), _point_estimate(compute_b, len(b))
    difference = value_b - value_a
    if np.isnan(difference):
        return None
    resampled = np.concatenate([compute_b(counts) - compute_a(counts) for counts in _resamples(len(a))])
    low, high = _percentile_interval(resampled, difference)
    p_value = _permutation_p_value(statistic, a, b, difference)
    return Difference(value_a, value_b, difference, low, high, p_value, len(a))


def _permutation_p_value(
    statistic: Callable[[Floats], Statistic], a: Floats, b: Floats, observed: float
) -> float:
    """Share of the swaps of pairs whose difference is at least as far from 0 as the observed one."""
    differing_rows = np.flatnonzero((a != b).any(axis=1))
    compute = statistic(np.concatenate([a, b]))
    # Sums in another order differ in their last digits, which must not make a tie a smaller difference.
    limit = abs(observed) * (1 - 1e-9) - 1e-12
    extreme = total = 0
    for swaps in _swap_patterns(len(differing_rows), len(a)):
        swapped = np.zeros((len(swaps), len(a)), dtype=np.uint8)
        swapped[:, differing_rows] = swaps
        differences = compute(np.hstack([swapped, 1 - swapped])) - compute(np.hstack([1 - swapped, swapped]))
        # Where it is not defined, as the ROC curve of one class, nothing speaks against chance.
        extreme += int(np.count_nonzero(~(np.abs(differences) < limit)))
        total += len(swaps)
    exact = len(differing_rows) <= _MAX_EXACT_PAIRS
    return extreme / total if exact else (extreme + 1) / (total + 1)


def _swap_patterns(pair_count: int, n: int) -> Iterator[Counts]:
    """Which of the pairs that differ are swapped, in blocks; all patterns once if they are few."""
    rows = max(1, _BLOCK_COUNTS // (2 * n))
    if pair_count <= _MAX_EXACT_PAIRS:
        patterns = np.arange(2**pair_count)[:, None] >> np.arange(pair_count) & 1
        for start in range(0, len(patterns), rows):
            yield patterns[start : start + rows].astype(np.uint8)
        return
    random = np.random.default_rng([_SEED, pair_count])
    for start in range(0, PERMUTATIONS, rows):
        yield random.integers(2, size=(min(rows, PERMUTATIONS - start), pair_count), dtype=np.uint8)


def _resamples(n: int) -> Iterator[Counts]:
    """`RESAMPLES` draws of n questions with replacement, in blocks of rows."""
    yield from _cached_resamples(n) if n <= _MAX_CACHED_QUESTIONS else _draw_resamples(n)


@lru_cache(maxsize=2)
def _cached_resamples(n: int) -> tuple[Counts, ...]:
    return tuple(_draw_resamples(n))


def _draw_resamples(n: int) -> Iterator[Counts]:
    random = np.random.default_rng([_SEED, n])
    rows = max(1, _BLOCK_COUNTS // n)
    for start in range(0, RESAMPLES, rows):
        block = min(rows, RESAMPLES - start)
        drawn = random.integers(n, size=(block, n)) + n * np.arange(block)[:, None]
        # That one of many questions is drawn more than 255 times will not happen.
        yield np.bincount(drawn.ravel(), minlength=block * n).reshape(block, n).astype(np.uint8)


def _point_estimate(compute: Statistic, n: int) -> float:
    return float(compute(np.ones((1, n), dtype=np.uint8))[0])


def _percentile_interval(values: Floats, fallback: float) -> tuple[float, float]:
    defined = values[~np.isnan(values)]
    if not len(defined):
        return fallback, fallback
    low, high = np.percentile(defined, _INTERVAL_PERCENTILES)
    return float(low), float(high)


def _two_columns(values: ArrayLike, second_values: ArrayLike | None = None) -> Floats:
    first = np.asarray(values, dtype=np.float64)
    second = np.ones_like(first) if second_values is None else np.asarray(second_values, dtype=np.float64)
    return np.column_stack([first, second])


def calibration_bins(confidence: ArrayLike, answerable: ArrayLike) -> tuple[CalibrationBin, ...]:
    """Confidence in 10 bins of equal width, ascending; empty ones are left out."""
    data = _two_columns(confidence, answerable)
    bins = assign_bins(data[:, 0])
    calibration = []
    for number in np.unique(bins).tolist():
        mean, share = data[bins == number].mean(axis=0).tolist()
        count = int(np.count_nonzero(bins == number))
        calibration.append(CalibrationBin(number / BIN_COUNT, (number + 1) / BIN_COUNT, mean, share, count))
    return tuple(calibration)


def risk_coverage(
    confidence: ArrayLike, right: ArrayLike, *, total: int | None = None
) -> tuple[RiskPoint, ...]:
    """The curve as the threshold falls, a point for each different confidence: coverage rises.

    Args:
        confidence: One a question.
        right: 0 or 1 a question: would its answer be right?
        total: All questions, if of some that were refused nothing is known; then the curve ends early.
    """
    data = _two_columns(confidence, right)
    data = data[np.argsort(-data[:, 0], kind="stable")]
    last = np.flatnonzero(np.r_[data[1:, 0] != data[:-1, 0], True]) if len(data) else np.zeros(0, np.intp)
    wrong = np.cumsum(1 - data[:, 1])
    question_count = len(data) if total is None else total
    return tuple(
        RiskPoint(float(data[i, 0]), (i + 1) / question_count, float(wrong[i]) / (i + 1), i + 1)
        for i in last.tolist()
    )


def aurc(confidence: ArrayLike, right: ArrayLike) -> float | None:
    """The area under risk against coverage: the mean, over questions, of the risk at their own threshold.

    Questions with the same confidence are answered or refused together. None without questions.
    """
    points = risk_coverage(confidence, right)
    if not points:
        return None
    previous_n = 0
    area = 0.0
    for point in points:
        area += point.risk * (point.n - previous_n)
        previous_n = point.n
    return area / previous_n
