"""One run, and two runs side by side."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from qa.errors import QAError
from qa.evaluate import report_html
from qa.evaluate.catalogue import METRICS
from qa.evaluate.compare import Comparison, compare
from qa.evaluate.directory import REPORT, RESULTS
from qa.evaluate.markdown import figure, p_value
from qa.evaluate.plots import Figure, figures
from qa.ui import escape
from qa.ui.components import draw_error
from qa.ui.evaluation_runs import Row, Run, read_row, rows_of

__all__ = ["chosen_rows", "comparison_html", "draw_comparison", "draw_run", "row_html"]

_COLUMNS = {
    "outcome": "Outcome", "question": "Question", "answer": "Answer", "confidence": "Confidence",
    "latency_ms": "ms", "id": "Id",
}  # fmt: skip
_SIGNIFICANT = 0.05
_AXIS_PX, _LABEL_PX = 70, 230


def _report(html: str) -> None:
    st.html(f'<div class="qa-report">{html}</div>')


def draw_run(run: Run) -> None:
    """Everything about a run."""
    if run.summary is None:
        st.html(
            '<p class="qa-small">There are no figures yet: they come when the run ends or is stopped.</p>'
        )
        return
    summary = {**run.summary, "run": run.run}
    rows = _rows(run.path)
    _report(report_html.head(summary))
    report = run.path / REPORT
    if report.is_file():
        st.download_button(
            "Download the report",
            report.read_bytes,
            file_name=f"{run.name}.html",
            mime="text/html",
            icon=":material/download:",
            on_click="ignore",
        )
    drawn, missing = figures(summary, [row.latency_ms for row in rows if row.latency_ms is not None])
    columns = st.columns(2, gap="medium")
    for at, one in enumerate(drawn):
        with columns[at % 2]:
            _report(f"<h2>{escape.text(one.title)}</h2>{escape.element('p', one.caption, kind='note')}")
            st.altair_chart(_in_app(one), width="stretch", key=f"chart-{run.name}-{one.name}")
    if missing:
        _report(escape.element("p", f"Not drawn, for lack of data: {'; '.join(missing)}.", kind="note"))
    _report(report_html.figures(summary))
    _report(report_html.tags(summary))
    _draw_questions(run, rows)
    _report(report_html.what_was_run(summary))


def _in_app(one: Figure) -> Any:
    """Streamlit fits the axes into the height, and shortens the names of figures."""
    return one.chart.properties(height=one.chart.height + _AXIS_PX).configure_axis(labelLimit=_LABEL_PX)


def _rows(directory: Path) -> Sequence[Row]:
    """The rows, or none and a line that says why."""
    try:
        return _cached_rows(directory, _stamp(directory))
    except QAError as error:
        draw_error(str(error))
        return []


# Other sessions get the same list: it is read, never changed. The stamp is there to be part of the key.
@st.cache_resource(show_spinner=False, max_entries=4)
def _cached_rows(directory: Path, stamp: tuple[int, int]) -> list[Row]:
    return rows_of(directory)


def _draw_questions(run: Run, rows: Sequence[Row]) -> None:
    _report("<h2>Questions</h2>")
    left, right = st.columns([3, 2])
    words = left.text_input("Search", key="evaluation-search", placeholder="Words of a question or an answer")
    outcomes = sorted({row.outcome for row in rows})
    outcome = right.selectbox(
        "Outcome", outcomes, index=None, placeholder="All", key=f"evaluation-outcome-{run.name}"
    )
    found = chosen_rows(rows, words, outcome)
    st.html(
        escape.element("p", f"{len(found):,} of {len(rows):,}. Choose one to see all of it.", kind="qa-small")
    )
    if not found:
        return
    columns = {title: [getattr(row, name) for row in found] for name, title in _COLUMNS.items()}
    event = st.dataframe(
        columns,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Confidence": st.column_config.NumberColumn(format="percent", width="small"),
            "ms": st.column_config.NumberColumn(format="%d", width="small"),
            "Question": st.column_config.TextColumn(width="large"),
            "Outcome": st.column_config.TextColumn(width="small"),
            "Answer": st.column_config.TextColumn(width="medium"),
        },
        # A choice belongs to the rows it was made among.
        key=f"evaluation-table-{run.name}-{outcome}-{words}",
    )
    places = event["selection"]["rows"]
    if places and places[0] < len(found):
        row = read_row(run.path, found[places[0]].number)
        if row is not None:
            _report(row_html(row))


def chosen_rows(rows: Sequence[Row], words: str, outcome: str | None) -> list[Row]:
    """Those with the outcome, if one is given, and with each of the words."""
    wanted = words.casefold().split()
    return [
        row
        for row in rows
        if outcome in (None, row.outcome)
        and all(word in f"{row.id}\n{row.question}\n{row.answer}".casefold() for word in wanted)
    ]


def row_html(row: dict[str, Any]) -> str:
    """One question with all that is known about it, as HTML in which every text is escaped."""
    result = row.get("result", {})
    parts = [escape.element("h3", row["question"], kind="question")]
    if "error" in row:
        parts.append(escape.element("p", row["error"], kind="qa-error"))
    parts.append(
        _part("Answer", [escape.element("p", result.get("text", ""), kind="text")] if result else [])
    )
    citations = [
        f"<blockquote>[{one['number']}] {escape.text(one['quote'])}"
        f"<cite>{escape.text(one['title'])} · {one['start']}–{one['end']}</cite></blockquote>"
        for one in result.get("citations", [])
    ]
    parts.append(_part("Citations", citations))
    answers = [escape.element("p", str(one), kind="text") for one in row.get("answers", [])]
    parts.append(_part("Right answers", answers))
    quotes = [
        f"<blockquote>{escape.text(one.get('text') or 'The whole document')}"
        f"<cite>{escape.text(str(one.get('document', '')))}</cite></blockquote>"
        for one in row.get("quotes", [])
    ]
    parts.append(_part("Right quotes", quotes))
    scores = ", ".join(f"{name} {value:.3g}" for name, value in row.get("scores", {}).items())
    parts.append(_part("Scores", [escape.element("p", scores, kind="note")] if scores else []))
    return f'<article class="row">{"".join(parts)}</article>'


def _part(title: str, items: Sequence[str]) -> str:
    return f"<h4>{title}</h4>{''.join(items)}" if items else ""


def draw_comparison(runs: Sequence[Run]) -> None:
    """Two runs to choose, and what differs between them."""
    finished = {one.name: one for one in runs if one.summary is not None}
    if len(finished) < 2:
        st.html('<p class="qa-small">Two finished runs are needed.</p>')
        return
    names = list(finished)
    left, right = st.columns(2)
    a = left.selectbox("From run A", names, index=1, key="evaluation-a")
    b = right.selectbox("to run B", names, index=0, key="evaluation-b")
    common = st.checkbox("Only the questions that both have", key="evaluation-common")
    try:
        found = _cached_comparison(
            finished[a].path,
            finished[b].path,
            _stamp(finished[a].path),
            _stamp(finished[b].path),
            common=common,
        )
    except QAError as error:
        draw_error(str(error))
        return
    _report(comparison_html(found))
    if found.changed:
        _report(f"<h2>Questions that changed ({len(found.changed):,})</h2>")
        titles = {
            "direction": "Change",
            "question": "Question",
            "a": "Outcome in A",
            "b": "Outcome in B",
            "id": "Id",
        }
        rows = [asdict(one) for one in found.changed]
        st.dataframe(
            {title: [row[name] for row in rows] for name, title in titles.items()},
            hide_index=True,
            column_config={"Question": st.column_config.TextColumn(width="large")},
            key=f"evaluation-changed-{a}-{b}",
        )


def _stamp(directory: Path) -> tuple[int, int]:
    """Changes when the results do."""
    try:
        status = (directory / RESULTS).stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


# The page runs for every click, and drawing new samples of 10,000 questions takes seconds.
@st.cache_resource(show_spinner="Comparing the runs …", max_entries=8)
def _cached_comparison(
    a: Path, b: Path, stamp_a: tuple[int, int], stamp_b: tuple[int, int], *, common: bool
) -> Comparison:
    return compare(a, b, common=common)


def comparison_html(found: Comparison) -> str:
    """The table of differences with intervals and p-values, and what the runs were made with."""
    notes = [f"{found.n:,} questions compared"]
    notes += [f"{found.failed:,} failed in one of them"] if found.failed else []
    notes += [f"{found.not_common:,} not in both"] if found.not_common else []
    worse = sum(one.direction == "worse" for one in found.changed)
    notes.append(f"{len(found.changed) - worse:,} got better, {worse:,} got worse")
    differs = "".join(
        f"<div><dt>{escape.text(name)}</dt><dd>{escape.text(str(old))} → {escape.text(str(new))}</dd></div>"
        for name, (old, new) in found.differs.items()
    )
    rows = []
    for one in METRICS:
        if one.name not in found.metrics:
            continue
        change, p = found.metrics[one.name], found.p_holm[one.name]
        sign = change.difference if one.better == "higher" else -change.difference
        verdict = "" if p >= _SIGNIFICANT or one.better == "neither" else "better" if sign > 0 else "worse"
        cells = [
            figure(change.a, one.unit),
            figure(change.b, one.unit),
            figure(change.difference, one.unit, signed=True),
            f"{figure(change.low, one.unit, signed=True)} to {figure(change.high, one.unit, signed=True)}",
            p_value(change.p_value),
            p_value(p),
        ]
        rows.append(
            f'<tr class="{verdict}" title="{escape.text(one.definition)}"><th scope="row">'
            f"{escape.text(one.title)} <code>{escape.text(one.name)}</code>"
            + (f' <span class="verdict">{verdict}</span>' if verdict else "")
            + "</th>"
            + "".join(f'<td class="number">{escape.text(cell)}</td>' for cell in cells)
            + "</tr>"
        )
    heads = ("A", "B", "B − A", "95 % interval", "p", "p, Holm")
    return (
        f"{escape.element('p', ' · '.join(notes), kind='note')}"
        '<div class="scroll"><table class="figures"><thead><tr><th scope="col">Figure</th>'
        + "".join(f'<th scope="col" class="number">{one}</th>' for one in heads)
        + f"</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        '<p class="note">Paired over the same questions. Marked is what stays below 0.05 after Holm\'s '
        "correction for looking at several figures.</p>"
        + (
            f"<details><summary>What the runs were made with</summary><dl>{differs}</dl></details>"
            if differs
            else ""
        )
    )
