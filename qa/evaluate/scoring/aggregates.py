"""What is made of the scores of many questions: means, percentiles, and measures of confidence.

Each is a function of how often every question counts, so that resamples and swapped pairs are computed by the
same code as the figure itself, thousands at a time.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qa.evaluate.scoring.metric_definitions import Aggregate

__all__ = ["BIN_COUNT", "STATISTICS", "Counts", "Floats", "Statistic", "assign_bins", "percentile"]

BIN_COUNT = 10

Floats = NDArray[np.float64]
# How often each question (columns) counts in each resample (rows).
Counts = NDArray[np.uint8]
# The figure in each resample; NaN where it is not defined.
Statistic = Callable[[Counts], Floats]


def _ratio(counts: Counts, columns: Floats) -> Floats:
    """Per resample, the sums of all columns but the last over that of the last; NaN where that is 0."""
    sums = counts.astype(np.float64) @ columns
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios: Floats = np.where(sums[:, -1:] == 0, np.nan, sums[:, :-1] / sums[:, -1:])
    return ratios


def _mean(data: Floats) -> Statistic:
    columns = np.column_stack([data[:, 0] * data[:, 1], data[:, 1]])
    return lambda counts: _ratio(counts, columns)[:, 0]


def _brier(data: Floats) -> Statistic:
    squares = (data[:, 0] - data[:, 1]) ** 2
    return _mean(np.column_stack([squares, np.ones_like(squares)]))


def percentile(data: Floats, percent: float) -> Statistic:
    """The q-th percentile (0..100) of column 0, between neighbours linearly, as `numpy.percentile`."""
    order = np.argsort(data[:, 0], kind="stable")
    ascending = data[order, 0]

    def compute(counts: Counts) -> Floats:
        reached = np.cumsum(counts[:, order], axis=1, dtype=np.int32)
        rank = (reached[:, -1] - 1) * percent / 100
        below = np.floor(rank)
        first, second = (
            ascending[np.count_nonzero(reached <= rank[:, None], axis=1)] for rank in (below, np.ceil(rank))
        )
        values: Floats = first + (rank - below) * (second - first)
        return values

    return compute


def _auroc(data: Floats) -> Statistic:
    order = np.argsort(data[:, 0], kind="stable")
    confidence, answerable = data[order].T
    positive = np.flatnonzero(answerable == 1)
    negative = np.flatnonzero(answerable == 0)
    # For each positive, how many negatives are below it, and how many are not above it.
    below = np.searchsorted(confidence[negative], confidence[positive], side="left")
    not_above = np.searchsorted(confidence[negative], confidence[positive], side="right")

    def compute(counts: Counts) -> Floats:
        drawn = counts[:, order[positive]].astype(np.float64)
        reached = np.zeros((len(counts), len(negative) + 1))
        np.cumsum(counts[:, order[negative]], axis=1, out=reached[:, 1:])
        # A tie counts half.
        wins = np.einsum("ij,ij->i", drawn, reached[:, below] + reached[:, not_above]) / 2
        pairs = drawn.sum(axis=1) * reached[:, -1]
        areas: Floats = np.divide(wins, pairs, out=np.full_like(wins, np.nan), where=pairs != 0)
        return areas

    return compute


def _ece(data: Floats) -> Statistic:
    # |Σ confidence - Σ answerable| of a bin is n_b times the distance of their means.
    columns = np.zeros((len(data), BIN_COUNT + 1))
    columns[np.arange(len(data)), assign_bins(data[:, 0])] = data[:, 0] - data[:, 1]
    columns[:, -1] = 1
    return lambda counts: np.abs(_ratio(counts, columns)).sum(axis=1)


def _selective(data: Floats, coverage: float) -> Statistic:
    """The share that is right among those with the highest confidence, `coverage` of all."""
    order = np.argsort(-data[:, 0], kind="stable")
    confidence, right = data[order].T
    starts = np.flatnonzero(np.r_[True, confidence[1:] != confidence[:-1]])

    def compute(counts: Counts) -> Floats:
        drawn = counts[:, order].astype(np.float64)
        sizes, right_sizes = (np.add.reduceat(columns, starts, axis=1) for columns in (drawn, drawn * right))
        reached = np.cumsum(sizes, axis=1)
        wanted = coverage * reached[:, -1:]
        # Of those with the same confidence, each counts the same part.
        kept = np.clip(wanted - (reached - sizes), 0, sizes)
        parts = np.divide(kept, sizes, out=np.zeros_like(kept), where=sizes != 0)
        shares: Floats = (parts * right_sizes).sum(axis=1) / wanted[:, 0]
        return shares

    return compute


def assign_bins(confidence: Floats) -> NDArray[np.intp]:
    """The number of the bin, which holds its lower edge; the last holds 1 too."""
    return np.digitize(confidence, np.arange(1, BIN_COUNT) / BIN_COUNT)


# By the name of the aggregate; each takes the rows that `statistics.estimate` describes, without NaN.
STATISTICS: dict[Aggregate, Callable[[Floats], Statistic]] = {
    "mean": _mean,
    "p50": lambda data: percentile(data, 50),
    "p95": lambda data: percentile(data, 95),
    "brier": _brier,
    "auroc": _auroc,
    "ece": _ece,
    "selective_80": lambda data: _selective(data, 0.8),
}
