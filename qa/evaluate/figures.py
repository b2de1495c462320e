"""What a run came to, described once: terminal, report and page lay out the same values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from qa.evaluate.catalogue import METRICS, OUTCOMES, Metric

__all__ = [
    "Figure",
    "RunDescription",
    "describe",
    "figure",
    "from_good_to_bad",
    "headlines",
    "measured",
    "p_value",
    "percent",
    "shown",
]

# What most people want to know first, where there is data for it.
_HEADLINES = (
    "citation_hit",
    "retrieval_hit@5",
    "token_f1",
    "refusal_recall",
    "false_refusal_rate",
    "latency_ms_p50",
    "quote_fidelity",
    "answered_rate",
    "supported_rate",
)
_UNIT_SPACE = "\u202f"  # narrow, and no place for a line break
_COUNTS = ("answered", "refused", "failed", "missing")


def percent(share: float) -> str:
    """0.125 as 12.5 %."""
    return f"{100 * share:.1f} %"


def figure(
    value: float, unit: Literal["share", "ms", "score"], *, signed: bool = False, ms_digits: int = 1
) -> str:
    """A value in its unit; a difference of shares is in percentage points."""
    sign = "+" if signed else ""
    value += 0.0  # no "-0.0"
    if unit == "share":
        return f"{100 * value:{sign}.1f} {'pp' if signed else '%'}"
    return f"{value:{sign},.{ms_digits}f} ms" if unit == "ms" else f"{value:{sign}.3f}"


def p_value(value: float) -> str:
    """Three digits, as more say nothing."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def shown(metric: Metric, value: float) -> str:
    """A metric's value where it stands among text, on one line with its unit: 84.2 %, 1,234 ms or 0.842."""
    return figure(value, metric.unit, ms_digits=0).replace(" ", _UNIT_SPACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What a metric came to over `n` questions, with its 95 % interval."""

    metric: Metric
    value: float
    low: float
    high: float
    n: int

    @property
    def shown(self) -> str:
        """The value with its unit."""
        return shown(self.metric, self.value)

    @property
    def interval(self) -> str:
        """Both ends of the interval, with the unit once."""
        low, high = shown(self.metric, self.low), shown(self.metric, self.high)
        return f"{low.rpartition(_UNIT_SPACE)[0] or low} – {high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDescription:
    """A run's figures, and what was run.

    `figures` by name and `absent`, the metrics without data, have the order of `METRICS`. `outcomes` goes
    from good to bad, `tags` by name. `counts` says what became of the `questions`. `facts`, `settings` and
    `versions` hold values to show under names to show.
    """

    name: str
    state: str
    started: str
    questions: int
    counts: Mapping[str, int]
    figures: Mapping[str, Figure]
    absent: Sequence[Metric]
    outcomes: Mapping[str, int]
    tags: Mapping[str, Mapping[str, Figure]]
    warnings: Sequence[str]
    facts: Mapping[str, object]
    settings: Mapping[str, object]
    versions: Mapping[str, object]

    @property
    def main(self) -> Sequence[Figure]:
        """What to show first."""
        return [self.figures[one.name] for one in headlines(self.figures)]

    @property
    def tag_tables(self) -> Sequence[Sequence[Metric]]:
        """The metrics by tag that are shown first, then the others; neither is empty."""
        present = {name for figures in self.tags.values() for name in figures}
        main = headlines(present)
        others = [one for one in METRICS if one.name in present and one not in main]
        return [metrics for metrics in (main, others) if metrics]


def measured(metrics: Mapping[str, Mapping[str, Any]]) -> dict[str, Figure]:
    """The figures of a summary's "metrics" by name, in the order of `METRICS`; unknown ones are left out."""
    return {
        one.name: Figure(metric=one, **{key: metrics[one.name][key] for key in ("value", "low", "high", "n")})
        for one in METRICS
        if one.name in metrics
    }


def headlines(names: Iterable[str]) -> list[Metric]:
    """The metrics to show first, best known first, of those named."""
    known, present = {one.name: one for one in METRICS}, frozenset(names)
    return [known[name] for name in _HEADLINES if name in present]


def from_good_to_bad(outcomes: Mapping[str, int]) -> dict[str, int]:
    """The outcomes that there are, in the order of `OUTCOMES`; unknown ones follow by name."""
    names = [*OUTCOMES, *sorted(outcomes.keys() - set(OUTCOMES))]
    return {name: outcomes[name] for name in names if outcomes.get(name)}


def describe(summary: Mapping[str, Any]) -> RunDescription:
    """Made of the JSON of summary.json, whose "run" is that of run.json."""
    run = summary.get("run", {})
    asked, corpus = run.get("questions", {}), run.get("corpus", {})
    model = f" ({run['model']})" if run.get("model") else ""
    figures = measured(summary["metrics"])
    return RunDescription(
        name=str(run.get("name", "")),
        state=str(run.get("state", "")),
        started=_moment(run.get("started_at")),
        questions=summary.get("questions", 0),
        counts={name: summary.get(name, 0) for name in _COUNTS},
        figures=figures,
        absent=[one for one in METRICS if one.name not in figures],
        outcomes=from_good_to_bad(summary.get("outcomes", {})),
        tags={tag: measured(found) for tag, found in sorted(summary.get("tags", {}).items())},
        warnings=[str(one) for one in summary.get("warnings", [])],
        facts={
            "Questions": f"{asked.get('path', '')} ({asked.get('count', 0):,})",
            "SHA-256 of the questions": asked.get("sha256", ""),
            "Corpus": f"{corpus.get('documents', 0):,} documents, {corpus.get('chunks', 0):,} passages",
            "Fingerprint of the corpus": corpus.get("fingerprint", ""),
            "Engine": f"{run.get('engine', '')}{model}",
            "Batches": f"{run.get('batch', 1)} questions a batch, {run.get('workers', 1)} batches at once",
            "Started": _moment(run.get("started_at")),
            "Finished": _moment(run.get("finished_at")),
            "Time": _duration(run.get("elapsed_s")),
        },
        settings=run.get("settings", {}),
        versions=run.get("versions", {}),
    )


def _moment(value: object) -> str:
    """A time of run.json as people write it; anything else as it is."""
    try:
        return f"{datetime.fromisoformat(str(value)):%Y-%m-%d %H:%M:%S} UTC"
    except ValueError:
        return str(value or "not yet")


def _duration(seconds: object) -> str:
    if not isinstance(seconds, int | float):
        return "not known"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min {rest} s"
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"
