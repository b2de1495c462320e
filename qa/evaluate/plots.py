"""Charts of a run, from its summary: the same ones for the report and for the app.

Colours are middle tones that can be told from one another by people who see few colours, and that stand out
on white and on black. What belongs to a theme (text, axes, grid) is left to the page that shows a chart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.evaluate.metrics import METRICS

# Takes a quarter of a second to import, which a command that draws nothing must not pay.
if TYPE_CHECKING:
    import altair as alt

__all__ = ["OUTCOME_COLOURS", "Figure", "figures"]

_BLUE, _ORANGE, _GREY = "#2f7fb5", "#c8711f", "#87929a"
# In the order from good to bad in which they are drawn; unknown ones follow.
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
_POINTS = 400
_BINS = 40
# Slowest over fastest question from which equal bins would leave most of them in one.
_WIDE = 8.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with what stands above and below it: a title, and how to read it."""

    name: str
    title: str
    caption: str
    chart: "alt.LayerChart"


def figures(
    summary: Mapping[str, Any], latencies_ms: Sequence[float]
) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    """The charts there is data for, in the order in which they are read, and the titles of the others.

    Args:
        summary: The JSON of summary.json.
        latencies_ms: Milliseconds of every question that has an answer, in any order.
    """
    curves = summary.get("curves", {})
    threshold = summary.get("run", {}).get("settings", {}).get("min_confidence")
    risk = [point for point in curves.get("risk_coverage", []) if point["risk"] is not None]
    calibration = [point for point in curves.get("calibration", []) if point["n"]]
    times = np.asarray([one for one in latencies_ms if np.isfinite(one)], dtype=np.float64)
    made = {
        "Outcomes": _outcomes(summary.get("outcomes", {})),
        "Shares with their 95 % intervals": _intervals(summary.get("metrics", {})),
        "Risk against coverage": _risk_coverage(risk, curves.get("aurc"), threshold),
        "Calibration of confidence": _calibration(calibration),
        "Time per question": _latency(times, summary.get("run", {}).get("batch")),
    }
    found = tuple(one for one in made.values() if one is not None)
    return found, tuple(title for title, one in made.items() if one is None)


def _outcomes(outcomes: Mapping[str, int]) -> Figure | None:
    import altair as alt

    total = sum(outcomes.values())
    if not total:
        return None
    ranks = {name: rank for rank, name in enumerate(OUTCOME_COLOURS)}
    names = sorted((name for name in outcomes if outcomes[name]), key=lambda one: (ranks.get(one, 99), one))
    rows: list[dict[str, Any]] = [
        {"outcome": f"{name}  {outcomes[name]:,}", "n": outcomes[name], "share": outcomes[name] / total}
        for name in names
    ]
    labels = [row["outcome"] for row in rows]
    bars = (
        _chart(rows)
        .mark_bar(cornerRadiusEnd=3)
        .encode(
            x=alt.X("n:Q", title="Questions", axis=_counts(max(row["n"] for row in rows))),
            y=alt.Y("outcome:N", title=None, sort=labels),
            color=alt.Color(
                "outcome:N",
                scale=alt.Scale(domain=labels, range=[OUTCOME_COLOURS.get(one, _GREY) for one in names]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("outcome:N", title="Outcome"),
                alt.Tooltip("n:Q", title="Questions", format=",d"),
                alt.Tooltip("share:Q", title="Share", format=".1%"),
            ],
        )
    )
    chart = _layer(bars, height=26 * len(rows))
    return Figure("outcomes", "Outcomes", "What became of each question, from good to bad.", chart)


def _chart(rows: Sequence[Mapping[str, Any]]) -> "alt.Chart":
    import altair as alt

    return alt.Chart(alt.InlineData(values=list(rows)))


def _layer(*layers: Any, height: int) -> "alt.LayerChart":
    """As wide as the place it is shown in."""
    import altair as alt

    chart: alt.LayerChart = alt.LayerChart(layer=list(layers), width="container", height=height)
    return chart


def _counts(highest: float, **options: Any) -> "alt.Axis":
    """An axis of whole numbers; of few of them Vega would also mark the halves."""
    import altair as alt

    values = {"values": list(range(int(highest) + 1))} if highest < 6 else {"tickCount": 5}
    return alt.Axis(format=",d", **values, **options)


def _intervals(metrics: Mapping[str, Mapping[str, float]]) -> Figure | None:
    import altair as alt

    rows: list[dict[str, Any]] = [
        {
            "title": one.title,
            "name": one.name,
            **{key: metrics[one.name][key] for key in ("value", "low", "high", "n")},
            "better": f"{one.better} is better" if one.better != "neither" else "neither way is better",
        }
        for one in METRICS
        if one.unit == "share" and one.name in metrics
    ]
    if not rows:
        return None
    base = _chart(rows).encode(
        y=alt.Y(
            "title:N",
            title=None,
            sort=[str(row["title"]) for row in rows],
            axis=alt.Axis(grid=True),
        ),
        tooltip=[
            alt.Tooltip("title:N", title="Figure"),
            alt.Tooltip("name:N", title="Name"),
            alt.Tooltip("value:Q", title="Value", format=".1%"),
            alt.Tooltip("low:Q", title="95 % from", format=".1%"),
            alt.Tooltip("high:Q", title="95 % to", format=".1%"),
            alt.Tooltip("n:Q", title="Questions", format=",d"),
            alt.Tooltip("better:N", title="Reading"),
        ],
    )
    x = alt.X("low:Q", title="Share", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%"))
    lines = base.mark_rule(strokeWidth=3, color=_BLUE, opacity=0.55).encode(x=x, x2="high:Q")
    points = base.mark_point(filled=True, size=70, color=_BLUE, opacity=1).encode(x="value:Q")
    chart = _layer(lines, points, height=22 * len(rows))
    return Figure(
        "intervals",
        "Shares with their 95 % intervals",
        "The point is the figure; the line shows where it may lie when other questions of the same kind are "
        "drawn. A long line means: too few questions.",
        chart,
    )


def _risk_coverage(
    points: Sequence[Mapping[str, float]], aurc: float | None, threshold: float | None
) -> Figure | None:
    import altair as alt

    if not points:
        return None
    ordered = sorted(points, key=lambda one: one["coverage"])
    kept = np.unique(np.linspace(0, len(ordered) - 1, min(_POINTS, len(ordered))).round().astype(int))
    rows = [dict(ordered[place]) for place in kept]
    tooltip = [
        alt.Tooltip("threshold:Q", title="Threshold of confidence", format=".3f"),
        alt.Tooltip("coverage:Q", title="Coverage", format=".1%"),
        alt.Tooltip("risk:Q", title="Risk", format=".1%"),
        alt.Tooltip("n:Q", title="Questions answered", format=",d"),
    ]
    x = alt.X(
        "coverage:Q",
        title="Coverage: share of questions answered",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%"),
    )
    y = alt.Y(
        "risk:Q",
        title="Risk: share of answers not right",
        scale=alt.Scale(domainMin=0),
        axis=alt.Axis(format=".0%"),
    )
    base = _chart(rows).encode(x=x, y=y, tooltip=tooltip)
    layers = [base.mark_line(color=_BLUE, strokeWidth=2.5), base.mark_point(opacity=0, size=60, filled=True)]
    caption = "If only the questions with the highest confidence were answered, how many would be wrong?"
    # At least as confident as asked for: the same test as before an answer is given.
    in_force = [one for one in ordered if threshold is not None and one["threshold"] >= threshold]
    if in_force:
        mark = _chart([dict(in_force[-1])]).mark_point(
            filled=True, size=150, shape="diamond", color=_ORANGE, opacity=1
        )
        layers.append(mark.encode(x=x, y=y, tooltip=tooltip))
        caption += f" The diamond is the threshold in force, {threshold:g}."
    if aurc is not None:
        caption += f" Area under the curve (AURC, lower is better): {aurc:.3f}."
    chart = _layer(*layers, height=_HEIGHT)
    return Figure("risk-coverage", "Risk against coverage", caption, chart)


def _calibration(points: Sequence[Mapping[str, float]]) -> Figure | None:
    import altair as alt

    if not points:
        return None
    rows: list[dict[str, float]] = [{**one, "zero": 0} for one in points]
    most = max(one["n"] for one in rows)
    shares = alt.Scale(domain=[0, 1])
    tooltip = [
        alt.Tooltip("low:Q", title="Confidence from", format=".0%"),
        alt.Tooltip("high:Q", title="Confidence to", format=".0%"),
        alt.Tooltip("confidence:Q", title="Mean confidence", format=".1%"),
        alt.Tooltip("answerable:Q", title="Answerable", format=".1%"),
        alt.Tooltip("n:Q", title="Questions", format=",d"),
    ]
    x_title = "Confidence that the documents answer"
    counts = (
        _chart(rows)
        .mark_rect(color=_GREY, opacity=0.28)
        .encode(
            x=alt.X("low:Q", scale=shares, title=x_title, axis=alt.Axis(format=".0%")),
            x2="high:Q",
            # Twice the height that is needed: the bars stay below the points.
            y=alt.Y(
                "n:Q",
                title="Questions (grey)",
                scale=alt.Scale(domain=[0, 2 * most]),
                axis=_counts(most, orient="right", grid=False),
            ),
            y2="zero:Q",
            tooltip=tooltip,
        )
    )
    y = alt.Y(
        "answerable:Q",
        title="Share that is answerable",
        scale=shares,
        axis=alt.Axis(format=".0%", orient="left"),
    )
    ideal = (
        _chart([{"confidence": 0, "answerable": 0}, {"confidence": 1, "answerable": 1}])
        .mark_line(color=_GREY, strokeDash=[5, 4])
        .encode(x=alt.X("confidence:Q", scale=shares, title=x_title), y=y)
    )
    found = (
        _chart(rows)
        .mark_point(filled=True, color=_BLUE, opacity=0.95)
        .encode(
            x=alt.X("confidence:Q", scale=shares, title=x_title),
            y=y,
            size=alt.Size("n:Q", legend=None, scale=alt.Scale(range=[50, 400])),
            tooltip=tooltip,
        )
    )
    chart = _layer(counts, alt.layer(ideal, found), height=_HEIGHT).resolve_scale(y="independent")
    caption = (
        "On the dashed line, a confidence of 80 % means that 8 of 10 such questions can be answered. Below "
        "it the confidence is too high, above it too low. Larger points and higher bars: more questions."
    )
    return Figure("calibration", "Calibration of confidence", caption, chart)


def _latency(times: "np.ndarray[Any, np.dtype[np.float64]]", batch: object) -> Figure | None:
    import altair as alt

    if not len(times):
        return None
    low, high = float(times.min()), float(times.max())
    wide = low > 0 and high / low > _WIDE
    if wide:
        edges = np.geomspace(low, high * 1.000001, _BINS + 1)
    else:
        edges = np.linspace(min(low, 0.8 * high), high + 1e-6 + high * 1e-6, _BINS + 1)
    counts, _ = np.histogram(times, edges)
    rows: list[dict[str, Any]] = [
        {"from": float(edges[at]), "to": float(edges[at + 1]), "n": int(count), "zero": 0}
        for at, count in enumerate(counts)
        if count
    ]
    # A logarithmic scale has no zero to leave out, and says so on the console.
    scale = alt.Scale(type="log", nice=False) if wide else alt.Scale(zero=False, nice=False)
    title = "Milliseconds a question" + (", logarithmic" if wide else "")
    x = alt.X("from:Q", title=title, scale=scale, axis=alt.Axis(format=",~r", tickCount=6, labelOverlap=True))
    bars = (
        _chart(rows)
        .mark_rect(color=_BLUE, opacity=0.8)
        .encode(
            x=x,
            x2="to:Q",
            y=alt.Y("n:Q", title="Questions", axis=_counts(max(row["n"] for row in rows))),
            y2="zero:Q",
            tooltip=[
                alt.Tooltip("from:Q", title="From (ms)", format=",.1f"),
                alt.Tooltip("to:Q", title="To (ms)", format=",.1f"),
                alt.Tooltip("n:Q", title="Questions", format=",d"),
            ],
        )
    )
    quantiles = {name: float(np.percentile(times, share)) for name, share in (("p50", 50), ("p95", 95))}
    marks = [{"from": value, "rule": name} for name, value in quantiles.items()]
    rules = (
        _chart(marks)
        .mark_rule(color=_ORANGE, strokeWidth=2)
        .encode(
            x=alt.X("from:Q", scale=scale),
            strokeDash=alt.StrokeDash(
                "rule:N", scale=alt.Scale(domain=["p50", "p95"], range=[[1, 0], [6, 4]]), legend=None
            ),
            tooltip=[
                alt.Tooltip("rule:N", title="Percentile"),
                alt.Tooltip("from:Q", title="Milliseconds", format=",.1f"),
            ],
        )
    )
    chart = _layer(bars, rules, height=_HEIGHT)
    caption = (
        f"Half of the questions took at most {quantiles['p50']:,.0f} ms (p50, full line), 95 of 100 at most "
        f"{quantiles['p95']:,.0f} ms (p95, dashed line)."
    )
    if isinstance(batch, int) and batch > 1:
        caption += f" They were asked in batches of {batch}, and each has its share of the time."
    return Figure("latency", "Time per question", caption, chart)
