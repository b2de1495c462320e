"""Charts of a run as Vega-Lite, from its summary: the same ones for the report and for the app.

Colours are middle tones that can be told from one another by people who see few colours, and that stand out
on white and on black. What belongs to a theme (text, axes, grid) is left to the page that shows a chart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa.evaluate.reporting.run_figures import Figure, read_figures, sort_outcomes
from qa.evaluate.scoring.aggregates import Floats

__all__ = ["OUTCOME_COLOURS", "Chart", "draw_charts"]

_BLUE, _ORANGE, _GREY = "#2f7fb5", "#c8711f", "#87929a"
# From good to bad.
OUTCOME_COLOURS: Mapping[str, str] = {
    "right": "#1f8a70",
    "rightly refused": "#2f7fb5",
    "found but not cited": "#b98a12",
    "cited but refused": "#c8711f",
    "refused": "#9a6fb0",
    "missed in retrieval": "#cc5b4c",
    "wrong": "#b5365c",
    "answered without evidence": "#8c4a2f",
    "not graded": _GREY,
    "failed": "#6f7880",
}
_HEIGHT = 260
# More points than pixels are of no use, and 10,000 of them make the page slow.
_MAX_POINTS = 400
_LATENCY_BINS = 40
# Slowest over fastest question from which equal bins would leave most of them in one.
_LOG_SCALE_RATIO = 8.0
_UNIT_SCALE = {"domain": [0, 1]}
_PERCENT_AXIS = {"format": ".0%"}

_Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """A Vega-Lite specification with what stands above it: a title, and how to read it."""

    name: str
    title: str
    caption: str
    spec: Mapping[str, Any]


def draw_charts(
    summary: Mapping[str, Any], latencies_ms: Sequence[float]
) -> tuple[tuple[Chart, ...], tuple[str, ...]]:
    """The charts there is data for, in the order in which they are read, and the titles of the others.

    Args:
        summary: The JSON of summary.json.
        latencies_ms: Milliseconds of every question that has an answer, in any order.
    """
    curves = summary.get("curves", {})
    threshold = summary.get("run", {}).get("settings", {}).get("min_confidence")
    risk = [point for point in curves.get("risk_coverage", []) if point["risk"] is not None]
    calibration = [point for point in curves.get("calibration", []) if point["n"]]
    times = np.asarray([value for value in latencies_ms if np.isfinite(value)], dtype=np.float64)
    by_title = {
        "Outcomes": _draw_outcomes(summary.get("outcomes", {})),
        "Shares with their 95 % intervals": _draw_intervals(summary.get("metrics", {})),
        "Risk against coverage": _draw_risk_coverage(risk, curves.get("aurc"), threshold),
        "Calibration of confidence": _draw_calibration(calibration),
        "Time per question": _draw_latency(times, summary.get("run", {}).get("batch")),
    }
    drawn = tuple(chart for chart in by_title.values() if chart is not None)
    return drawn, tuple(title for title, chart in by_title.items() if chart is None)


def _layer_spec(rows: Sequence[Mapping[str, Any]], *layers: _Spec, height: int, **options: Any) -> _Spec:
    """Over rows that all layers share unless they have their own; as wide as the place it is shown in."""
    return {"data": {"values": rows}, "width": "container", "height": height, "layer": layers, **options}


def _mark(name: str, /, **look: Any) -> _Spec:
    return {"type": name, **look}


def _number_field(field: str, title: str | None = None, **options: Any) -> _Spec:
    titled = {} if title is None else {"title": title}
    return {"field": field, "type": "quantitative", **titled, **options}


def _nominal_field(field: str, title: str | None, **options: Any) -> _Spec:
    return {"field": field, "type": "nominal", "title": title, **options}


def _share_field(field: str, title: str | None = None, **axis: Any) -> _Spec:
    return _number_field(field, title, scale=_UNIT_SCALE, axis=_PERCENT_AXIS | axis)


def _tooltip(*fields: tuple[str, str, str]) -> list[_Spec]:
    """What a tooltip says: field, title and a number's format, which is empty for a text."""
    return [
        _number_field(field, title, format=number_format) if number_format else _nominal_field(field, title)
        for field, title, number_format in fields
    ]


def _count_axis(highest: float, **options: Any) -> _Spec:
    """An axis of whole numbers; of few of them Vega would also mark the halves."""
    ticks = {"values": list(range(int(highest) + 1))} if highest < 6 else {"tickCount": 5}
    return {"format": ",d", **ticks, **options}


def _draw_outcomes(outcomes: Mapping[str, int]) -> Chart | None:
    counts = sort_outcomes(outcomes)
    if not counts:
        return None
    total = sum(counts.values())
    rows = [{"outcome": f"{name}  {n:,}", "n": n, "share": n / total} for name, n in counts.items()]
    labels = [row["outcome"] for row in rows]
    colours = {"domain": labels, "range": [OUTCOME_COLOURS.get(name, _GREY) for name in counts]}
    bars = {
        "mark": _mark("bar", cornerRadiusEnd=3),
        "encoding": {
            "x": _number_field("n", "Questions", axis=_count_axis(max(counts.values()))),
            "y": _nominal_field("outcome", None, sort=labels),
            "color": {"field": "outcome", "type": "nominal", "scale": colours, "legend": None},
            "tooltip": _tooltip(
                ("outcome", "Outcome", ""), ("n", "Questions", ",d"), ("share", "Share", ".1%")
            ),
        },
    }
    spec = _layer_spec(rows, bars, height=26 * len(rows))
    return Chart("outcomes", "Outcomes", "What became of each question, from good to bad.", spec)


def _draw_intervals(metrics: Mapping[str, Mapping[str, float]]) -> Chart | None:
    rows = [
        _interval_row(figure) for figure in read_figures(metrics).values() if figure.metric.unit == "share"
    ]
    if not rows:
        return None
    titles = [row["title"] for row in rows]
    shared = {
        "y": _nominal_field("title", None, sort=titles, axis={"grid": True}),
        "tooltip": _tooltip(
            ("title", "Figure", ""),
            ("name", "Name", ""),
            ("value", "Value", ".1%"),
            ("low", "95 % from", ".1%"),
            ("high", "95 % to", ".1%"),
            ("n", "Questions", ",d"),
            ("better", "Reading", ""),
        ),
    }
    lines = {
        "mark": _mark("rule", strokeWidth=3, color=_BLUE, opacity=0.55),
        "encoding": {"x": _share_field("low", "Share"), "x2": {"field": "high"}},
    }
    points = {
        "mark": _mark("point", filled=True, size=70, color=_BLUE, opacity=1),
        "encoding": {"x": _number_field("value")},
    }
    return Chart(
        "intervals",
        "Shares with their 95 % intervals",
        "The point is the figure; the line shows where it may lie when other questions of the same kind are "
        "drawn. A long line means: too few questions.",
        _layer_spec(rows, lines, points, height=22 * len(rows), encoding=shared),
    )


def _interval_row(figure: Figure) -> dict[str, Any]:
    better = figure.metric.better
    return {
        "title": figure.metric.title,
        "name": figure.metric.name,
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "n": figure.n,
        "better": "neither way is better" if better == "neither" else f"{better} is better",
    }


def _draw_risk_coverage(
    points: Sequence[Mapping[str, float]], aurc: float | None, threshold: float | None
) -> Chart | None:
    if not points:
        return None
    ordered = sorted(points, key=lambda point: point["coverage"])
    drawn = np.unique(np.linspace(0, len(ordered) - 1, min(_MAX_POINTS, len(ordered))).round().astype(int))
    shared = {
        "x": _share_field("coverage", "Coverage: share of questions answered"),
        "y": _number_field(
            "risk", "Risk: share of answers not right", scale={"domainMin": 0}, axis=_PERCENT_AXIS
        ),
        "tooltip": _tooltip(
            ("threshold", "Threshold of confidence", ".3f"),
            ("coverage", "Coverage", ".1%"),
            ("risk", "Risk", ".1%"),
            ("n", "Questions answered", ",d"),
        ),
    }
    layers: list[_Spec] = [
        {"mark": _mark("line", color=_BLUE, strokeWidth=2.5)},
        {"mark": _mark("point", opacity=0, size=60, filled=True)},
    ]
    caption = "If only the questions with the highest confidence were answered, how many would be wrong?"
    # At least as confident as asked for: the same test as before an answer is given.
    in_force = [point for point in ordered if threshold is not None and point["threshold"] >= threshold]
    if in_force:
        diamond = _mark("point", filled=True, size=150, shape="diamond", color=_ORANGE, opacity=1)
        layers.append({"data": {"values": [in_force[-1]]}, "mark": diamond})
        caption += f" The diamond is the threshold in force, {threshold:g}."
    if aurc is not None:
        caption += f" Area under the curve (AURC, lower is better): {aurc:.3f}."
    spec = _layer_spec([ordered[index] for index in drawn], *layers, height=_HEIGHT, encoding=shared)
    return Chart("risk-coverage", "Risk against coverage", caption, spec)


def _draw_calibration(points: Sequence[Mapping[str, float]]) -> Chart | None:
    if not points:
        return None
    highest = max(point["n"] for point in points)
    tooltip = _tooltip(
        ("low", "Confidence from", ".0%"),
        ("high", "Confidence to", ".0%"),
        ("confidence", "Mean confidence", ".1%"),
        ("answerable", "Answerable", ".1%"),
        ("n", "Questions", ",d"),
    )
    x_title = "Confidence that the documents answer"
    # Twice the height that is needed: the bars stay below the points.
    height = {"domain": [0, 2 * highest]}
    count_axis = _count_axis(highest, orient="right", grid=False)
    counts = {
        "mark": _mark("rect", color=_GREY, opacity=0.28),
        "encoding": {
            "x": _share_field("low", x_title),
            "x2": {"field": "high"},
            "y": _number_field("n", "Questions (grey)", scale=height, axis=count_axis),
            "y2": {"datum": 0},
            "tooltip": tooltip,
        },
    }
    shared = {
        "x": _share_field("confidence", x_title),
        "y": _share_field("answerable", "Share that is answerable", orient="left"),
    }
    ideal = {
        "data": {"values": [{"confidence": 0, "answerable": 0}, {"confidence": 1, "answerable": 1}]},
        "mark": _mark("line", color=_GREY, strokeDash=[5, 4]),
    }
    measured_points = {
        "mark": _mark("point", filled=True, color=_BLUE, opacity=0.95),
        "encoding": {"size": _number_field("n", legend=None, scale={"range": [50, 400]}), "tooltip": tooltip},
    }
    shares = {"layer": [ideal, measured_points], "encoding": shared}
    resolve = {"scale": {"y": "independent"}}
    return Chart(
        "calibration",
        "Calibration of confidence",
        "On the dashed line, a confidence of 80 % means that 8 of 10 such questions can be answered. Below "
        "it the confidence is too high, above it too low. Larger points and higher bars: more questions.",
        _layer_spec(points, counts, shares, height=_HEIGHT, resolve=resolve),
    )


def _histogram(times: Floats, *, logarithmic: bool) -> list[dict[str, float]]:
    low, high = float(times.min()), float(times.max())
    if logarithmic:
        edges = np.geomspace(low, high * 1.000001, _LATENCY_BINS + 1)
    else:
        edges = np.linspace(min(low, 0.8 * high), high + 1e-6 + high * 1e-6, _LATENCY_BINS + 1)
    counts, _ = np.histogram(times, edges)
    bins = zip(edges[:-1].tolist(), edges[1:].tolist(), counts.tolist(), strict=True)
    return [{"from": start, "to": end, "n": count} for start, end, count in bins if count]


def _draw_latency(times: Floats, batch: object) -> Chart | None:
    if not len(times):
        return None
    logarithmic = times.min() > 0 and bool(times.max() / times.min() > _LOG_SCALE_RATIO)
    rows = _histogram(times, logarithmic=logarithmic)
    # A logarithmic scale has no zero to leave out, and says so on the console.
    scale = {"type": "log", "nice": False} if logarithmic else {"zero": False, "nice": False}
    title = "Milliseconds a question" + (", logarithmic" if logarithmic else "")
    axis = {"format": ",~r", "tickCount": 6, "labelOverlap": True}
    bars = {
        "mark": _mark("rect", color=_BLUE, opacity=0.8),
        "encoding": {
            "x": _number_field("from", title, scale=scale, axis=axis),
            "x2": {"field": "to"},
            "y": _number_field("n", "Questions", axis=_count_axis(max(row["n"] for row in rows))),
            "y2": {"datum": 0},
            "tooltip": _tooltip(
                ("from", "From (ms)", ",.1f"), ("to", "To (ms)", ",.1f"), ("n", "Questions", ",d")
            ),
        },
    }
    p50, p95 = np.percentile(times, (50, 95)).tolist()
    dashes = {"domain": ["p50", "p95"], "range": [[1, 0], [6, 4]]}
    rules = {
        "data": {"values": [{"rule": "p50", "from": p50}, {"rule": "p95", "from": p95}]},
        "mark": _mark("rule", color=_ORANGE, strokeWidth=2),
        "encoding": {
            "x": _number_field("from", scale=scale),
            "strokeDash": {"field": "rule", "type": "nominal", "scale": dashes, "legend": None},
            "tooltip": _tooltip(("rule", "Percentile", ""), ("from", "Milliseconds", ",.1f")),
        },
    }
    caption = (
        f"Half of the questions took at most {p50:,.0f} ms (p50, full line), 95 of 100 at most "
        f"{p95:,.0f} ms (p95, dashed line)."
    )
    if isinstance(batch, int) and batch > 1:
        caption += f" They were asked in batches of {batch}, and each has its share of the time."
    return Chart("latency", "Time per question", caption, _layer_spec(rows, bars, rules, height=_HEIGHT))
