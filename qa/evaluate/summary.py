"""The figures of a run: as `summary.json`, and as Markdown for a terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from qa.evaluate.catalogue import METRICS, Metric
from qa.evaluate.figures import Figure, describe, figure, from_good_to_bad, percent
from qa.evaluate.markdown import cell, one_line, table_lines
from qa.evaluate.statistics import Interval, RiskPoint, aurc, calibration_bins, estimate, risk_coverage
from qa.evaluate.table import Table

__all__ = ["markdown", "summarise"]

_POINTS = 400  # of the risk-coverage curve; 10,000 would make the file and the plot slow
_DIGITS = 6
_TAGS_SHOWN = 15
_TAG_METRICS = ("citation_hit", "refusal_recall", "false_refusal_rate", "token_f1")


def summarise(table: Table, run: Mapping[str, Any], *, expected: int) -> dict[str, Any]:
    """The JSON of `summary.json`.

    Args:
        table: The rows that are there.
        run: The JSON of `run.json`.
        expected: How many questions there are in all.
    """
    failed, rows = table.errors, len(table.ids)
    answered = int(np.nansum(table.column("answered_rate")))
    missing = max(0, expected - rows)
    intervals = _intervals(table)
    curves, curve_warnings = _curves(table, run)
    return {
        "complete": not failed and not missing,
        "questions": max(expected, rows),
        "answered": answered,
        "refused": rows - failed - answered,
        "failed": failed,
        "missing": missing,
        "metrics": {name: _json(one) for name, one in intervals.items()},
        "tags": _tags(table),
        "outcomes": from_good_to_bad(Counter(table.outcomes)),
        "curves": curves,
        "warnings": [*_left_out(failed, missing), *curve_warnings, *_without_width(intervals)],
        "run": dict(run),
    }


def _intervals(table: Table, rows: Sequence[int] | None = None) -> dict[str, Interval]:
    """Of the metrics that there is data for, in their order; `rows` picks questions."""
    chosen = slice(None) if rows is None else np.asarray(rows)
    data = {one: table.data(one)[chosen] for one in METRICS}
    counts = {one: int(np.count_nonzero(~np.isnan(values).any(axis=1))) for one, values in data.items()}
    found: dict[Metric, Interval] = {}
    # Those over as many questions share their resamples.
    for one in sorted(METRICS, key=counts.__getitem__):
        if (interval := estimate(one.aggregate, data[one])) is not None:
            found[one] = interval
    return {one.name: found[one] for one in METRICS if one in found}


def _tags(table: Table) -> dict[str, dict[str, dict[str, float]]]:
    rows: dict[str, list[int]] = {}
    for at, tags in enumerate(table.tags):
        for tag in dict.fromkeys(tags):
            rows.setdefault(tag, []).append(at)
    return {
        tag: {name: _json(one) for name, one in _intervals(table, rows[tag]).items()} for tag in sorted(rows)
    }


def _json(interval: Interval) -> dict[str, float]:
    return {
        "value": round(interval.value, _DIGITS),
        "low": round(interval.low, _DIGITS),
        "high": round(interval.high, _DIGITS),
        "n": interval.n,
    }


def _curves(table: Table, run: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    confidence, right = table.column("confidence"), table.column("right_if_answered")
    known = ~np.isnan(confidence) & ~np.isnan(right)
    # A refusal of which it is not known what would have been said, but would be if it had been said.
    refused = (table.column("answered_rate") == 0) & ~known & ~np.isnan(table.answerable)
    unknown = int(np.count_nonzero(refused)) if known.any() else 0
    points = risk_coverage(confidence[known], right[known], total=int(known.sum()) + unknown)
    threshold = run.get("settings", {}).get("min_confidence")
    area = None if unknown else aurc(confidence[known], right[known])
    judged = ~np.isnan(confidence) & ~np.isnan(table.answerable)
    bins = calibration_bins(confidence[judged], table.answerable[judged])
    curves = {
        "risk_coverage": [_rounded(asdict(one)) for one in _thinned(points, threshold)],
        "aurc": None if area is None else round(area, _DIGITS),
        "calibration": [_rounded(asdict(one)) for one in bins],
    }
    warnings = []
    if unknown:
        warnings.append(
            f"risk against coverage ends at {percent(points[-1].coverage)} coverage: what would have been "
            f"answered to {unknown:,} refused questions is not known"
        )
    return curves, warnings


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, _DIGITS) for name, value in values.items()}


def _thinned(points: Sequence[RiskPoint], threshold: object) -> list[RiskPoint]:
    """At most about 400, evenly spread, with the one of the threshold in force."""
    kept = set(np.linspace(0, len(points) - 1, min(_POINTS, len(points))).round().astype(int).tolist())
    if isinstance(threshold, int | float):
        at_least = sum(one.threshold >= threshold for one in points)
        kept |= {at_least - 1} if at_least else set()
    return [points[at] for at in sorted(kept)]


def _left_out(failed: int, missing: int) -> list[str]:
    counts = {"failed": failed, "not asked yet": missing}
    parts = [f"{count:,} {name}" for name, count in counts.items() if count]
    return [f"questions that no figure counts: {', '.join(parts)}"] if parts else []


def _without_width(intervals: Mapping[str, Interval]) -> list[str]:
    """Of n like questions a bootstrap can't say more than the rule of three: the rest is below 3 / n."""
    parts = []
    for one in METRICS:
        found = intervals.get(one.name)
        # Of three or fewer it says nothing.
        if one.unit != "share" or found is None or found.low != found.high or found.n <= 3:
            continue
        if found.value in (0.0, 1.0):
            rest = min(1.0, 3 / found.n)
            bound = f"at most {percent(rest)}" if found.value == 0 else f"at least {percent(1 - rest)}"
            parts.append(f"{one.name} {percent(found.value)}, {bound}")
    if not parts:
        return []
    return [f"no question differs, so the interval has no width; rule of three (3/n): {'; '.join(parts)}"]


def markdown(summary: Mapping[str, Any]) -> str:
    """The summary for people: counts, figures with intervals, outcomes, tags, warnings."""
    run = describe(summary)
    counts = ", ".join(f"{count:,} {name}" for name, count in run.counts.items())
    parts = [f"{run.questions:,} questions: {counts}"]
    rows = []
    for name, one in run.figures.items():
        value, low, high = (figure(number, one.metric.unit) for number in (one.value, one.low, one.high))
        rows.append([name, value, f"{low} – {high}", f"{one.n:,}"])
    if rows:
        parts.append(table_lines(["metric", "value", "95 % interval", "n"], rows))
    if run.outcomes:
        rows = [[cell(name), f"{count:,}"] for name, count in run.outcomes.items()]
        parts.append(table_lines(["outcome", "questions"], rows))
    parts += _tag_parts(run.tags)
    parts += [f"Note: {one_line(one)}" for one in run.warnings]
    return "\n\n".join(parts)


def _tag_parts(tags: Mapping[str, Mapping[str, Figure]]) -> list[str]:
    names = [name for name in _TAG_METRICS if any(name in figures for figures in tags.values())]
    sizes = {tag: found["answered_rate"].n if "answered_rate" in found else 0 for tag, found in tags.items()}
    shown = sorted(tags, key=lambda tag: (-sizes[tag], tag))
    rows = []
    for tag in shown[:_TAGS_SHOWN]:
        figures = [tags[tag].get(name) for name in names]
        values = ["" if one is None else figure(one.value, one.metric.unit) for one in figures]
        rows.append([cell(tag), f"{sizes[tag]:,}", *values])
    parts = [table_lines(["tag", "n", *names], rows)] if rows else []
    if len(shown) > _TAGS_SHOWN:
        parts.append(f"and {len(shown) - _TAGS_SHOWN:,} more tags in summary.json")
    return parts
