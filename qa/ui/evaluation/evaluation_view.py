"""One run, and two runs side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from qa.errors import QAError
from qa.evaluate.compare import Comparison, compare
from qa.evaluate.reporting.report_html import render_part
from qa.evaluate.reporting.run_charts import Chart, draw_charts
from qa.evaluate.reporting.run_figures import describe_run
from qa.evaluate.run_directory import REPORT_FILE, RESULTS_FILE
from qa.ui.evaluation.evaluation_runs import QuestionRow, RunListing, read_question_rows, read_result_row
from qa.ui.shared import escape
from qa.ui.shared.components import draw_error

__all__ = ["draw_comparison", "draw_run", "filter_rows"]

_COLUMNS = {
    "outcome": "Outcome", "question": "Question", "answer": "Answer", "confidence": "Confidence",
    "latency_ms": "ms", "id": "Id",
}  # fmt: skip
_AXIS_PX, _LABEL_PX = 70, 230


def _draw_part(part: str, **values: Any) -> None:
    """A part of the report, as the report has it."""
    st.html(f'<div class="qa-report">{render_part(part, **values)}</div>')


def draw_run(run: RunListing) -> None:
    """Everything about a run."""
    if run.summary is None:
        st.html(
            '<p class="qa-small">There are no figures yet: they come when the run ends or is stopped.</p>'
        )
        return
    summary = {**run.summary, "run": run.run_json}
    described, rows = describe_run(summary), _read_rows(run.path)
    _draw_part("header", run=described)
    report = run.path / REPORT_FILE
    if report.is_file():
        st.download_button(
            "Download the report",
            report.read_bytes,
            file_name=f"{run.name}.html",
            mime="text/html",
            icon=":material/download:",
            on_click="ignore",
        )
    drawable, missing = draw_charts(summary, [row.latency_ms for row in rows if row.latency_ms is not None])
    columns = st.columns(2, gap="medium")
    for place, chart in enumerate(drawable):
        with columns[place % 2]:
            _draw_part("chart", chart=chart)
            st.vega_lite_chart(_fit_chart(chart), width="stretch", key=f"chart-{run.name}-{chart.name}")
    if missing:
        _draw_part("missing_charts", missing=missing)
    _draw_part("figures", run=described)
    _draw_part("tags", run=described)
    _draw_questions(run, rows)
    _draw_part("what_was_run", run=described)


def _fit_chart(chart: Chart) -> dict[str, Any]:
    """Streamlit fits the axes into the height, and shortens the names of figures."""
    labels = {"axis": {"labelLimit": _LABEL_PX}}
    return {**chart.spec, "height": chart.spec["height"] + _AXIS_PX, "config": labels}


def _read_rows(directory: Path) -> Sequence[QuestionRow]:
    """The rows, or none and a line that says why."""
    try:
        return _cached_rows(directory, _file_stamp(directory))
    except QAError as error:
        draw_error(str(error))
        return []


# Other sessions get the same list: it is read, never changed. The stamp is there to be part of the key.
@st.cache_resource(show_spinner=False, max_entries=4)
def _cached_rows(directory: Path, stamp: tuple[int, int]) -> list[QuestionRow]:
    return read_question_rows(directory)


def _draw_questions(run: RunListing, rows: Sequence[QuestionRow]) -> None:
    st.html('<div class="qa-report"><h2>Questions</h2></div>')
    search_column, outcome_column = st.columns([3, 2])
    query = search_column.text_input(
        "Search", key="evaluation-search", placeholder="Words of a question or an answer"
    )
    outcomes = sorted({row.outcome for row in rows})
    outcome = outcome_column.selectbox(
        "Outcome", outcomes, index=None, placeholder="All", key=f"evaluation-outcome-{run.name}"
    )
    matches = filter_rows(rows, query, outcome)
    st.html(
        escape.element(
            "p", f"{len(matches):,} of {len(rows):,}. Choose one to see all of it.", css_class="qa-small"
        )
    )
    if not matches:
        return
    columns = {title: [getattr(row, name) for row in matches] for name, title in _COLUMNS.items()}
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
        key=f"evaluation-table-{run.name}-{outcome}-{query}",
    )
    places = event["selection"]["rows"]
    if places and places[0] < len(matches):
        row = read_result_row(run.path, matches[places[0]].number)
        if row is not None:
            _draw_part("question", row=row)


def filter_rows(rows: Sequence[QuestionRow], query: str, outcome: str | None) -> list[QuestionRow]:
    """Those with the outcome, if one is given, and with each of the words."""
    words = query.casefold().split()
    return [
        row
        for row in rows
        if outcome in (None, row.outcome)
        and all(word in f"{row.id}\n{row.question}\n{row.answer}".casefold() for word in words)
    ]


def draw_comparison(runs: Sequence[RunListing]) -> None:
    """Two runs to choose, and what differs between them."""
    finished = {run.name: run for run in runs if run.summary is not None}
    if len(finished) < 2:
        st.html('<p class="qa-small">Two finished runs are needed.</p>')
        return
    names = list(finished)
    left, right = st.columns(2)
    a = left.selectbox("From run A", names, index=1, key="evaluation-a")
    b = right.selectbox("to run B", names, index=0, key="evaluation-b")
    common = st.checkbox("Only the questions that both have", key="evaluation-common")
    try:
        comparison = _cached_comparison(
            finished[a].path,
            finished[b].path,
            _file_stamp(finished[a].path),
            _file_stamp(finished[b].path),
            common=common,
        )
    except QAError as error:
        draw_error(str(error))
        return
    _draw_part("comparison", comparison=comparison)
    if comparison.changed:
        st.html(f'<div class="qa-report"><h2>Questions that changed ({len(comparison.changed):,})</h2></div>')
        titles = {
            "direction": "Change",
            "question": "Question",
            "a": "Outcome in A",
            "b": "Outcome in B",
            "id": "Id",
        }
        st.dataframe(
            {
                title: [getattr(question, name) for question in comparison.changed]
                for name, title in titles.items()
            },
            hide_index=True,
            column_config={"Question": st.column_config.TextColumn(width="large")},
            key=f"evaluation-changed-{a}-{b}",
        )


def _file_stamp(directory: Path) -> tuple[int, int]:
    """Changes when the results do."""
    try:
        status = (directory / RESULTS_FILE).stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


# The page runs for every click, and drawing new samples of 10,000 questions takes seconds.
@st.cache_resource(show_spinner="Comparing the runs …", max_entries=8)
def _cached_comparison(
    a: Path, b: Path, stamp_a: tuple[int, int], stamp_b: tuple[int, int], *, common: bool
) -> Comparison:
    return compare(a, b, common=common)
