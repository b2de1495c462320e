"""The figures of a run: as `summary.json`, and as Markdown for a terminal."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from qa.evaluate.reporting.markdown_tables import format_cell, format_table, to_single_line
from qa.evaluate.reporting.run_figures import (
    FIGURE_DIGITS,
    Figure,
    describe_run,
    format_percent,
    format_value,
    round_values,
    sort_outcomes,
)
from qa.evaluate.scoring.metric_definitions import METRICS, Metric
from qa.evaluate.scoring.score_table import ScoreTable
from qa.evaluate.scoring.statistics import (
    Interval,
    RiskPoint,
    aurc,
    calibration_bins,
    estimate,
    risk_coverage,
)

__all__ = ["summarize_run", "summary_markdown"]

_MAX_POINTS = 400  # of the risk-coverage curve; 10,000 would make the file and the plot slow
_MAX_TAGS = 15
_TAG_METRICS = ("citation_hit", "refusal_recall", "false_refusal_rate", "confidently_wrong_rate", "token_f1")


def summarize_run(table: ScoreTable, run: Mapping[str, Any], *, expected: int) -> dict[str, Any]:
    """The JSON of `summary.json`.

    Args:
        table: The rows that are there.
        run: The JSON of `run.json`.
        expected: How many questions there are in all.
    """
    failed, rows = table.failed_count, len(table.ids)
    answered = int(np.nansum(table.column("answered_rate")))
    missing = max(0, expected - rows)
    intervals = _estimate_metrics(table)
    curves, curve_warnings = _compute_curves(table, run)
    return {
        "complete": not failed and not missing,
        "questions": max(expected, rows),
        "answered": answered,
        "refused": rows - failed - answered,
        "failed": failed,
        "missing": missing,
        "metrics": _intervals_json(intervals),
        "tags": _estimate_by_tag(table),
        "outcomes": sort_outcomes(Counter(table.outcomes)),
        "curves": curves,
        "usage": run.get("usage"),
        "warnings": [
            *([f"the run was stopped: {run['stopped_by']}"] if run.get("stopped_by") else []),
            *_warn_of_rows_left_out(failed, missing),
            *curve_warnings,
            *_warn_of_zero_width(intervals),
        ],
        "run": dict(run),
    }


def _estimate_metrics(table: ScoreTable, rows: Sequence[int] | None = None) -> dict[str, Interval]:
    """Of the metrics that there is data for, in their order; `rows` picks questions."""
    selection = slice(None) if rows is None else np.asarray(rows)
    data = {metric: table.metric_data(metric)[selection] for metric in METRICS}
    counts = {metric: int(np.count_nonzero(~np.isnan(values).any(axis=1))) for metric, values in data.items()}
    intervals: dict[Metric, Interval] = {}
    # Those over as many questions share their resamples.
    for metric in sorted(METRICS, key=counts.__getitem__):
        if (interval := estimate(metric.aggregate, data[metric])) is not None:
            intervals[metric] = interval
    return {metric.name: intervals[metric] for metric in METRICS if metric in intervals}


def _estimate_by_tag(table: ScoreTable) -> dict[str, dict[str, dict[str, float]]]:
    rows_of_tag: dict[str, list[int]] = {}
    for row, tags in enumerate(table.tags):
        for tag in dict.fromkeys(tags):
            rows_of_tag.setdefault(tag, []).append(row)
    return {tag: _intervals_json(_estimate_metrics(table, rows_of_tag[tag])) for tag in sorted(rows_of_tag)}


def _intervals_json(intervals: Mapping[str, Interval]) -> dict[str, dict[str, float]]:
    return {name: round_values(asdict(interval)) for name, interval in intervals.items()}


def _compute_curves(table: ScoreTable, run: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    confidence, right = table.column("confidence"), table.column("right_if_answered")
    is_known = ~np.isnan(confidence) & ~np.isnan(right)
    # A refusal of which it is not known what would have been said, but would be if it had been said.
    refused = (table.column("answered_rate") == 0) & ~is_known & ~np.isnan(table.answerable)
    unknown_count = int(np.count_nonzero(refused)) if is_known.any() else 0
    points = risk_coverage(confidence[is_known], right[is_known], total=int(is_known.sum()) + unknown_count)
    threshold = run.get("settings", {}).get("min_confidence")
    area = None if unknown_count else aurc(confidence[is_known], right[is_known])
    labelled = ~np.isnan(confidence) & ~np.isnan(table.answerable)
    bins = calibration_bins(confidence[labelled], table.answerable[labelled])
    curves = {
        "risk_coverage": [round_values(asdict(point)) for point in _thin_out(points, threshold)],
        "aurc": None if area is None else round(area, FIGURE_DIGITS),
        "calibration": [round_values(asdict(calibration_bin)) for calibration_bin in bins],
    }
    warnings = []
    if unknown_count:
        warnings.append(
            f"risk against coverage ends at {format_percent(points[-1].coverage)} coverage: what would "
            f"have been answered to {unknown_count:,} refused questions is not known"
        )
    return curves, warnings


def _thin_out(points: Sequence[RiskPoint], threshold: object) -> list[RiskPoint]:
    """At most about 400, evenly spread, with the one of the threshold in force."""
    indices = set(np.linspace(0, len(points) - 1, min(_MAX_POINTS, len(points))).round().astype(int).tolist())
    if isinstance(threshold, int | float):
        at_least = sum(point.threshold >= threshold for point in points)
        indices |= {at_least - 1} if at_least else set()
    return [points[index] for index in sorted(indices)]


def _warn_of_rows_left_out(failed: int, missing: int) -> list[str]:
    counts = {"failed": failed, "not asked yet": missing}
    reasons = [f"{count:,} {name}" for name, count in counts.items() if count]
    return [f"questions that no figure counts: {', '.join(reasons)}"] if reasons else []


def _warn_of_zero_width(intervals: Mapping[str, Interval]) -> list[str]:
    """Of n like questions a bootstrap can't say more than the rule of three: the rest is below 3 / n."""
    bounds = []
    for metric in METRICS:
        interval = intervals.get(metric.name)
        # Of three or fewer it says nothing.
        if metric.unit != "share" or interval is None or interval.low != interval.high or interval.n <= 3:
            continue
        if interval.value in (0.0, 1.0):
            rest = min(1.0, 3 / interval.n)
            at_most, at_least = f"at most {format_percent(rest)}", f"at least {format_percent(1 - rest)}"
            bound = at_most if interval.value == 0 else at_least
            bounds.append(f"{metric.name} {format_percent(interval.value)}, {bound}")
    if not bounds:
        return []
    return [f"no question differs, so the interval has no width; rule of three (3/n): {'; '.join(bounds)}"]


def summary_markdown(summary: Mapping[str, Any]) -> str:
    """The summary for people: counts, figures with intervals, outcomes, tags, warnings."""
    run = describe_run(summary)
    counts = ", ".join(f"{count:,} {name}" for name, count in run.counts.items())
    blocks = [f"{run.questions:,} questions: {counts}"]
    rows = []
    for name, figure in run.figures.items():
        value, low, high = (
            format_value(number, figure.metric.unit) for number in (figure.value, figure.low, figure.high)
        )
        rows.append([name, value, f"{low} – {high}", f"{figure.n:,}"])
    if rows:
        blocks.append(format_table(["metric", "value", "95 % interval", "n"], rows))
    if run.outcomes:
        rows = [[format_cell(name), f"{count:,}"] for name, count in run.outcomes.items()]
        blocks.append(format_table(["outcome", "questions"], rows))
    blocks += _tag_blocks(run.tags)
    blocks += [f"Note: {to_single_line(warning)}" for warning in run.warnings]
    return "\n\n".join(blocks)


def _tag_blocks(tags: Mapping[str, Mapping[str, Figure]]) -> list[str]:
    names = [name for name in _TAG_METRICS if any(name in figures for figures in tags.values())]
    sizes = {
        tag: figures["answered_rate"].n if "answered_rate" in figures else 0 for tag, figures in tags.items()
    }
    ordered = sorted(tags, key=lambda tag: (-sizes[tag], tag))
    rows = []
    for tag in ordered[:_MAX_TAGS]:
        figures = [tags[tag].get(name) for name in names]
        values = [
            "" if figure is None else format_value(figure.value, figure.metric.unit) for figure in figures
        ]
        rows.append([format_cell(tag), f"{sizes[tag]:,}", *values])
    blocks = [format_table(["tag", "n", *names], rows)] if rows else []
    if len(ordered) > _MAX_TAGS:
        blocks.append(f"and {len(ordered) - _MAX_TAGS:,} more tags in summary.json")
    return blocks
