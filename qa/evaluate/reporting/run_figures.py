"""The figures of a run and how they are written, once for terminal, report and page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from qa.evaluate.scoring.metric_definitions import METRICS, METRICS_BY_NAME, OUTCOMES, Metric
from qa.text.redaction import mask_user_info

__all__ = [
    "FIGURE_DIGITS",
    "Figure",
    "RunDescription",
    "describe_run",
    "describe_usage",
    "format_metric",
    "format_p_value",
    "format_percent",
    "format_setting",
    "format_value",
    "headline_metrics",
    "read_figures",
    "round_values",
    "sort_outcomes",
]

# What most people want to know first, where there is data for it.
_HEADLINES = (
    "citation_hit",
    "retrieval_hit@5",
    "token_f1",
    "refusal_recall",
    "false_refusal_rate",
    "confidently_wrong_rate",
    "latency_ms_p50",
    "quote_fidelity",
    "answered_rate",
    "supported_rate",
)
FIGURE_DIGITS = 6  # in JSON files
_UNIT_SPACE = "\u202f"  # narrow, and no place for a line break
_COUNT_KEYS = ("answered", "refused", "failed", "missing")


def format_percent(share: float) -> str:
    """0.125 as 12.5 %."""
    return f"{100 * share:.1f} %"


def format_value(
    value: float, unit: Literal["share", "ms", "score"], *, signed: bool = False, ms_digits: int = 1
) -> str:
    """A value in its unit; a difference of shares is in percentage points."""
    sign = "+" if signed else ""
    value += 0.0  # no "-0.0"
    if unit == "share":
        return f"{100 * value:{sign}.1f} {'pp' if signed else '%'}"
    return f"{value:{sign},.{ms_digits}f} ms" if unit == "ms" else f"{value:{sign}.3f}"


def format_p_value(value: float) -> str:
    """Three digits, as more say nothing."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def format_setting(value: object) -> str:
    """The value of a setting, a version or a fact of a run; None is "not set".

    Runs of older versions have kept passwords in addresses.
    """
    return "not set" if value is None else mask_user_info(str(value))


def round_values(values: Mapping[str, float]) -> dict[str, float]:
    """Figures as the JSON files of a run hold them: six digits; whole numbers stay as they are."""
    # Adding 0.0 turns -0.0 into 0.0.
    return {
        name: round(value, FIGURE_DIGITS) + 0.0 if isinstance(value, float) else value
        for name, value in values.items()
    }


def format_metric(metric: Metric, value: float) -> str:
    """A metric's value where it stands among text, on one line with its unit: 84.2 %, 1,234 ms or 0.842."""
    return format_value(value, metric.unit, ms_digits=0).replace(" ", _UNIT_SPACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What a metric came to over `n` questions, with its 95 % interval."""

    metric: Metric
    value: float
    low: float
    high: float
    n: int

    @property
    def value_text(self) -> str:
        """The value with its unit."""
        return format_metric(self.metric, self.value)

    @property
    def interval_text(self) -> str:
        """Both ends of the interval, with the unit once."""
        low, high = format_metric(self.metric, self.low), format_metric(self.metric, self.high)
        return f"{low.rpartition(_UNIT_SPACE)[0] or low} – {high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDescription:
    """A run's figures, and what was run.

    `figures` by name and `metrics_without_data` have the order of `METRICS`. `outcomes` goes from good to
    bad, `tags` by name. `counts` says what became of the `questions`. `facts`, `settings` and
    `versions` hold values to show under names to show.
    """

    name: str
    state: str
    started: str
    questions: int
    counts: Mapping[str, int]
    figures: Mapping[str, Figure]
    metrics_without_data: Sequence[Metric]
    outcomes: Mapping[str, int]
    tags: Mapping[str, Mapping[str, Figure]]
    warnings: Sequence[str]
    facts: Mapping[str, object]
    settings: Mapping[str, object]
    versions: Mapping[str, object]

    @property
    def headline_figures(self) -> Sequence[Figure]:
        """What to show first."""
        return [self.figures[metric.name] for metric in headline_metrics(self.figures)]

    @property
    def tag_tables(self) -> Sequence[Sequence[Metric]]:
        """The metrics by tag that are shown first, then the others; neither is empty."""
        measured_names = {name for figures in self.tags.values() for name in figures}
        first = headline_metrics(measured_names)
        remaining = [metric for metric in METRICS if metric.name in measured_names and metric not in first]
        return [metrics for metrics in (first, remaining) if metrics]


def read_figures(metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, Figure]:
    """The figures of a summary's "metrics" by name, in the order of `METRICS`; unknown ones are left out."""
    return {
        metric.name: Figure(
            metric=metric, **{key: metrics[metric.name][key] for key in ("value", "low", "high", "n")}
        )
        for metric in METRICS
        if metric.name in metrics
    }


def headline_metrics(names: Iterable[str]) -> list[Metric]:
    """The metrics to show first, best known first, of those named."""
    measured = frozenset(names)
    return [METRICS_BY_NAME[name] for name in _HEADLINES if name in measured]


def sort_outcomes(outcomes: Mapping[str, int]) -> dict[str, int]:
    """The outcomes that there are, in the order of `OUTCOMES`; unknown ones follow by name."""
    names = [*OUTCOMES, *sorted(outcomes.keys() - set(OUTCOMES))]
    return {name: outcomes[name] for name in names if outcomes.get(name)}


def describe_run(summary: Mapping[str, Any]) -> RunDescription:
    """Made of the JSON of summary.json, whose "run" is that of run.json."""
    run = summary.get("run", {})
    questions, corpus = run.get("questions", {}), run.get("corpus", {})
    model = f" ({run['model']})" if run.get("model") else ""
    figures = read_figures(summary["metrics"])
    return RunDescription(
        name=str(run.get("name", "")),
        state=str(run.get("state", "")),
        started=_format_time(run.get("started_at")),
        questions=summary.get("questions", 0),
        counts={name: summary.get(name, 0) for name in _COUNT_KEYS},
        figures=figures,
        metrics_without_data=[metric for metric in METRICS if metric.name not in figures],
        outcomes=sort_outcomes(summary.get("outcomes", {})),
        tags={tag: read_figures(metrics) for tag, metrics in sorted(summary.get("tags", {}).items())},
        warnings=[str(warning) for warning in summary.get("warnings", [])],
        facts={
            "Questions": f"{questions.get('path', '')} ({questions.get('count', 0):,})",
            "SHA-256 of the questions": questions.get("sha256", ""),
            "Corpus": f"{corpus.get('documents', 0):,} documents, {corpus.get('chunks', 0):,} passages",
            "Fingerprint of the corpus": corpus.get("fingerprint", ""),
            "Engine": f"{run.get('engine', '')}{model}",
            **describe_usage(run.get("usage")),
            "Batches": f"{run.get('batch', 1)} questions a batch, {run.get('workers', 1)} batches at once",
            "Started": _format_time(run.get("started_at")),
            "Finished": _format_time(run.get("finished_at")),
            "Time": _format_duration(run.get("elapsed_s")),
        },
        settings=run.get("settings", {}),
        versions=run.get("versions", {}),
    )


def describe_usage(usage: object) -> dict[str, str]:
    """What a chat model took, for one that was asked."""
    if not isinstance(usage, dict):
        return {}
    calls, sent, written = (f"{usage.get(name, 0):,}" for name in ("calls", "input_tokens", "output_tokens"))
    text = f"{sent} tokens sent, {written} written, in {calls} calls"
    text += ", partly estimated" if usage.get("estimated") else ""
    cost = usage.get("cost")
    return {"Chat model took": text + (f"; cost {cost:,.6g}" if isinstance(cost, int | float) else "")}


def _format_time(value: object) -> str:
    """A time of run.json as people write it; anything else as it is."""
    try:
        return f"{datetime.fromisoformat(str(value)):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return str(value or "not yet")


def _format_duration(seconds: object) -> str:
    if not isinstance(seconds, int | float):
        return "not known"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min {rest} s"
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
