"""The parts of a report that need no script: figures, tags, and what was run.

Each function gives HTML in which every text of a run is escaped.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from qa.evaluate.metrics import METRICS, Metric

__all__ = ["figures", "head", "headlines", "questions", "shown", "tags", "text", "title", "what_was_run"]

# What most people want to know first, where there is data for it; the first six, and all by tag.
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
_TILES = 6
_STATES = {"running": "still running", "stopped": "stopped before the end", "done": "done"}


def text(value: object) -> str:
    """The characters as they are, for between tags and inside quoted attributes."""
    return escape(str(value), quote=True)


def shown(metric: Metric, value: float) -> str:
    """A figure with its unit: 84.2 %, 1,234 ms or 0.842."""
    match metric.unit:
        case "share":
            return f"{value:.1%}".replace("%", "\u202f%")
        case "ms":
            return f"{value:,.0f}\u202fms"
        case _:
            return f"{value:.3f}"


def headlines(metrics: Mapping[str, Any]) -> list[Metric]:
    """The figures to show first, best known first, of those that the run has."""
    known = {one.name: one for one in METRICS}
    return [known[name] for name in _HEADLINES if name in metrics and name in known]


def title(summary: Mapping[str, Any]) -> str:
    """For the browser's tab."""
    return f"Evaluation {summary['run'].get('name', '')}".strip()


def head(summary: Mapping[str, Any]) -> str:
    """Name, state, counts, warnings and the main figures."""
    run = summary["run"]
    state = str(run.get("state", ""))
    asked = summary.get("questions", 0)
    counts = [
        f"{asked:,} questions",
        f"{summary.get('answered', 0):,} answered",
        f"{summary.get('refused', 0):,} refused",
        f"{summary.get('failed', 0):,} failed",
    ]
    if summary.get("missing"):
        counts.append(f"{summary['missing']:,} not asked")
    warnings = [str(one) for one in summary.get("warnings", [])]
    notes = "".join(f"<li>{text(one)}</li>" for one in warnings)
    metrics = summary["metrics"]
    tiles = "".join(
        f'<li><span class="value">{text(shown(one, metrics[one.name]["value"]))}</span>'
        f'<span class="name">{text(one.title)}</span>'
        f'<span class="interval">{_interval(one, metrics[one.name])}</span></li>'
        for one in headlines(metrics)[:_TILES]
    )
    return (
        f'<header>\n<p class="brand">Briefing Desk evaluation</p>\n<h1>{text(run.get("name", "Run"))}</h1>\n'
        f'<p class="facts"><span class="state {text(state)}">{text(_STATES.get(state, state))}</span> '
        f"{' · '.join(text(one) for one in counts)} · {text(_moment(run.get('started_at')))}</p>\n"
        + (f'<ul class="warnings" aria-label="Warnings">{notes}</ul>\n' if notes else "")
        + (f'<ul class="tiles" aria-label="Main figures">{tiles}</ul>\n' if tiles else "")
        + "</header>\n"
    )


def figures(summary: Mapping[str, Any]) -> str:
    """Every figure with its interval; definitions fold out."""
    metrics = summary["metrics"]
    found = [one for one in METRICS if one.name in metrics]
    absent = [one for one in METRICS if one.name not in metrics]
    rows = "".join(_figure(one, metrics[one.name]) for one in found)
    rows = (
        rows or '<tr><td colspan="4" class="none">No question was answered: there are no figures.</td></tr>'
    )
    return (
        '<section id="metrics"><h2>Figures</h2>\n<p class="note">With 95 % intervals, by bootstrap over '
        "questions. A click on a figure says what it means.</p>\n"
        '<div class="scroll"><table class="figures"><thead><tr><th scope="col">Figure</th>'
        '<th scope="col" class="number">Value</th><th scope="col" class="number">95 % interval</th>'
        f'<th scope="col" class="number">Questions</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n'
        + (_absent(absent) if absent else "")
        + "</section>\n"
    )


def _figure(metric: Metric, found: Mapping[str, float]) -> str:
    better = {"higher": "↑ higher is better", "lower": "↓ lower is better"}.get(metric.better, "")
    return (
        f'<tr title="{text(metric.definition)}"><th scope="row"><details><summary>{text(metric.title)} '
        f"<code>{text(metric.name)}</code></summary><p>{_meaning(metric)}</p></details></th>"
        f'<td class="number"><strong>{text(shown(metric, found["value"]))}</strong>'
        f'<span class="arrow" title="{better[2:]}">{better[:1]}</span></td>'
        f'<td class="number">{_interval(metric, found)}</td><td class="number">{found["n"]:,}</td></tr>\n'
    )


def _meaning(metric: Metric) -> str:
    better = {"higher": " Higher is better.", "lower": " Lower is better."}.get(metric.better, "")
    source = f' <span class="source">{text(metric.source)}</span>' if metric.source else ""
    return f"{text(metric.definition)}{better}{source}"


def _absent(metrics: Iterable[Metric]) -> str:
    rows = "".join(
        f"<li>{text(one.title)} <code>{text(one.name)}</code>: {_meaning(one)}</li>" for one in metrics
    )
    return (
        f'<details class="absent"><summary>Figures that these questions have no data for</summary><ul>{rows}'
        "</ul></details>\n"
    )


def _interval(metric: Metric, found: Mapping[str, float]) -> str:
    low, high = shown(metric, found["low"]), shown(metric, found["high"])
    # The unit once.
    low = low.rpartition("\u202f")[0] or low
    return f"{text(low)} – {text(high)}"


def tags(summary: Mapping[str, Any]) -> str:
    """The main figures by tag, all others folded."""
    by_tag: Mapping[str, Mapping[str, Any]] = summary.get("tags", {})
    if not by_tag:
        return ""
    present = {name for found in by_tag.values() for name in found}
    main = headlines(dict.fromkeys(present))
    rest = [one for one in METRICS if one.name in present and one not in main]
    folded = _tag_table(by_tag, rest) if rest else ""
    return (
        f'<section id="tags"><h2>By tag</h2>\n{_tag_table(by_tag, main or rest)}'
        + (
            f"<details><summary>All other figures by tag</summary>{folded}</details>"
            if main and folded
            else ""
        )
        + "</section>\n"
    )


def _tag_table(by_tag: Mapping[str, Mapping[str, Any]], metrics: Iterable[Metric]) -> str:
    metrics = list(metrics)
    heads = "".join(
        f'<th scope="col" class="number" title="{text(one.definition)}">{text(one.title)}</th>'
        for one in metrics
    )
    rows = "".join(
        f'<tr><th scope="row">{text(tag)}</th>'
        + "".join(_tag_cell(one, by_tag[tag].get(one.name)) for one in metrics)
        + "</tr>\n"
        for tag in sorted(by_tag)
    )
    return (
        '<div class="scroll"><table class="tags"><thead><tr><th scope="col">Tag</th>'
        f"{heads}</tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )


def _tag_cell(metric: Metric, found: Mapping[str, float] | None) -> str:
    if found is None:
        return '<td class="number none" title="no data">–</td>'
    return (
        f'<td class="number">{text(shown(metric, found["value"]))}'
        f"<small>{_interval(metric, found)}<br>n = {found['n']:,}</small></td>"
    )


def questions() -> str:
    """The place of the questions, which the script fills."""
    return (
        '<section id="questions"><h2>Questions</h2>\n<noscript><p class="warnings">The charts and the '
        "table of questions need JavaScript, which is switched off here. All rows are in results.jsonl.</p>"
        "</noscript></section>\n"
    )


def what_was_run(summary: Mapping[str, Any]) -> str:
    """Questions, corpus, settings, versions and times."""
    run = summary["run"]
    asked, corpus = run.get("questions", {}), run.get("corpus", {})
    model = f" ({run['model']})" if run.get("model") else ""
    facts = {
        "Questions": f"{asked.get('path', '')} ({asked.get('count', 0):,})",
        "SHA-256 of the questions": asked.get("sha256", ""),
        "Corpus": f"{corpus.get('documents', 0):,} documents, {corpus.get('chunks', 0):,} passages",
        "Fingerprint of the corpus": corpus.get("fingerprint", ""),
        "Engine": f"{run.get('engine', '')}{model}",
        "Batches": f"{run.get('batch', 1)} questions a batch, {run.get('workers', 1)} batches at once",
        "Started": _moment(run.get("started_at")),
        "Finished": _moment(run.get("finished_at")),
        "Time": _duration(run.get("elapsed_s")),
    }
    settings = {
        name: "not set" if value is None else value for name, value in run.get("settings", {}).items()
    }
    return (
        f'<section id="run"><h2>What was run</h2>\n<dl>{_facts(facts)}</dl>\n'
        f"<details><summary>Settings</summary><dl>{_facts(settings)}</dl></details>\n"
        f"<details><summary>Versions</summary><dl>{_facts(run.get('versions', {}))}</dl></details>\n"
        "</section>\n"
    )


def _facts(values: Mapping[str, object]) -> str:
    return "".join(
        f"<div><dt>{text(name)}</dt><dd>{text(value)}</dd></div>" for name, value in values.items()
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
    return (
        f"{hours} h {minutes} min {rest} s"
        if hours
        else f"{minutes} min {rest} s"
        if minutes
        else f"{seconds:.1f} s"
    )
