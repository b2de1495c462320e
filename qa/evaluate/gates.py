"""Bounds that a run's figures must keep, for scripts that stop where an answer got worse."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from qa.errors import EvaluationError
from qa.evaluate.compare import Comparison
from qa.evaluate.scoring.metric_definitions import METRICS_BY_NAME, Metric

__all__ = ["Gate", "Margin", "check_gates", "check_margins"]

# Differences of figures that were rounded for a file are no differences.
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A metric must not lie under its bound, or not over it where lower is better."""

    metric: Metric
    bound: float
    side: Literal["under", "over"]

    @classmethod
    def parse(cls, text: str, side: Literal["under", "over"]) -> "Gate":
        """A gate written as METRIC=VALUE.

        Raises:
            EvaluationError: It is written otherwise, no metric has this name, or the bound is on the wrong
                side of the metric or beyond what it can be.
        """
        name, separator, value = text.partition("=")
        if not separator:
            raise EvaluationError(f"{text!r}: write METRIC=VALUE, as in citation_recall=0.7")
        metric, bound = _find_metric(name), _parse_number(value, name)
        if metric.better == ("lower" if side == "under" else "higher"):
            other = "over" if side == "under" else "under"
            raise EvaluationError(f"{name}: {metric.better} is better, so use --fail-{other} {text}")
        if metric.unit == "share" and not 0 <= bound <= 1:
            raise EvaluationError(f"{name}: a share is from 0 to 1, not {bound:g}: write 70 % as 0.7")
        return cls(metric=metric, bound=bound, side=side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How much worse a metric may be in the second of two runs; None stands for all but times."""

    metric: Metric | None
    value: float

    @classmethod
    def parse(cls, text: str) -> "Margin":
        """A margin written as VALUE or METRIC=VALUE.

        Raises:
            EvaluationError: It is written otherwise, is negative, or no metric of which one way is better has
                this name.
        """
        name, separator, value = text.rpartition("=")
        metric = _find_metric(name) if separator else None
        if metric and metric.better == "neither":
            raise EvaluationError(f"{name}: neither higher nor lower is better, so it can't be worse")
        margin = _parse_number(value, name or "the margin")
        if margin < 0:
            raise EvaluationError(f"{text}: a margin is 0 or more")
        return cls(metric=metric, value=margin)


def check_gates(summary: Mapping[str, Any], gates: Iterable[Gate]) -> list[str]:
    """What fails in a run's summary, a line each; a metric that no question has data for fails too."""
    failures = []
    for gate in gates:
        name = gate.metric.name
        figure = summary["metrics"].get(name)
        if figure is None:
            failures.append(f"{name} has no value: no question has what it is made of")
            continue
        distance = figure["value"] - gate.bound
        if (distance if gate.side == "over" else -distance) > _TOLERANCE:
            failures.append(
                f"{name} is {figure['value']:.4g}, {abs(distance):.4g} {gate.side} {gate.bound:g}"
            )
    return failures


def check_margins(comparison: Comparison, margins: Sequence[Margin]) -> list[str]:
    """What is worse in B by more than its margin, a line each; a metric's own margin goes before the general.

    It is the difference itself that counts, whatever its interval. Where several margins are given for the
    same, the last one counts.
    """
    own = {margin.metric.name: margin.value for margin in margins if margin.metric}
    general = next((margin.value for margin in reversed(margins) if margin.metric is None), None)
    failures = [
        f"{name} has no value in both runs: no question has what it is made of"
        for name in own
        if name not in comparison.metrics
    ]
    for name, difference in comparison.metrics.items():
        metric = METRICS_BY_NAME[name]
        margin = own.get(name, None if metric.unit == "ms" else general)
        if margin is None or metric.better == "neither":
            continue
        loss = difference.difference if metric.better == "lower" else -difference.difference
        if loss > margin + _TOLERANCE:
            failures.append(
                f"{name} is worse by {loss:.4g} ({difference.a:.4g}, then {difference.b:.4g}), "
                f"{margin:g} is allowed"
            )
    return failures


def _find_metric(name: str) -> Metric:
    if metric := METRICS_BY_NAME.get(name.strip()):
        return metric
    near = get_close_matches(name, METRICS_BY_NAME, n=1, cutoff=0)
    raise EvaluationError(f"there is no metric {name!r}: the nearest is {near[0]}")


def _parse_number(text: str, name: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise EvaluationError(f"{name}: {text!r} is no number")
    return number
