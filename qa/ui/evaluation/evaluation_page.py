"""The page of evaluations: runs that are there, two of them compared, drafted questions, and a new run."""

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.evaluate.reporting.report_html import read_asset
from qa.evaluate.reporting.run_figures import headline_metrics, read_figures
from qa.ui.evaluation.evaluation_drafts import draw_drafts
from qa.ui.evaluation.evaluation_jobs import EvaluationJobs, shared_evaluation_jobs
from qa.ui.evaluation.evaluation_runs import RunListing, find_runs
from qa.ui.evaluation.evaluation_start import draw_job, draw_start, draw_start_error, resume
from qa.ui.evaluation.evaluation_view import draw_comparison, draw_run
from qa.ui.shared import escape
from qa.ui.shared.components import ASSETS, draw_choices, draw_error, draw_tabs
from qa.ui.shared.formatting import format_time
from qa.ui.shared.job_panel import draw_jobs

__all__ = ["draw_evaluation"]

_CSS = ASSETS / "evaluation.css"
_TABS = ("Runs", "Compare", "Questions", "New run")
_RUN_KEY = "run"
_STATE_LABELS = {"running": "running, or broken off", "stopped": "stopped", "done": "done"}
_MAX_FIGURES = 3


def draw_evaluation(assistant: Assistant, settings: Settings) -> None:
    """The page below its title."""
    st.html(f"<style>.qa-report {{ {read_asset('parts.css')} }}\n{_CSS.read_text(encoding='utf-8')}</style>")
    jobs = shared_evaluation_jobs()
    with st.container(key="evaluation"):
        st.html('<div class="qa-report"><h1>Evaluation</h1></div>')
        draw_jobs(jobs, draw_job, key="evaluation")
        runs, problems = find_runs(settings.runs)
        for problem in problems:
            draw_error(problem)
        tab = draw_tabs("View", dict.fromkeys(_TABS), key="evaluation-view")
        if tab == "Compare":
            draw_comparison(runs)
        elif tab == "Questions":
            draw_drafts(assistant, settings)
        elif tab == "New run":
            draw_start(assistant, settings, jobs)
        else:
            _draw_runs(assistant, settings, jobs, runs)


def _draw_runs(
    assistant: Assistant, settings: Settings, jobs: EvaluationJobs, runs: list[RunListing]
) -> None:
    if not runs:
        st.html(
            '<p class="qa-small">There are no runs in '
            f"<code>{escape.text(str(settings.runs))}</code> yet: “New run” starts one, as does "
            f"<code>qa eval QUESTIONS --out {escape.text(str(settings.runs))}/NAME</code>.</p>"
        )
        return
    runs_by_name = {run.name: run for run in runs}
    # In the address, so that loading the page again, or sending it to someone, shows the same run.
    selected = runs_by_name.get(st.query_params.get(_RUN_KEY, ""), runs[0])
    draw_choices(
        [(run.name, run.name, describe_run(run, running=_is_running(jobs, run))) for run in runs],
        key="evaluation-runs",
        on_choice=_select,
        layout="list",
        selected=selected.name,
        search="Find a run",
    )
    is_unfinished = selected.state != "done" or (selected.summary or {}).get("failed")
    if is_unfinished and not _is_running(jobs, selected):
        _draw_resume(assistant, jobs, selected)
    draw_run(selected)


def _is_running(jobs: EvaluationJobs, run: RunListing) -> bool:
    return jobs.running and jobs.latest is not None and jobs.latest.directory == run.path


def _select(name: object) -> None:
    st.query_params[_RUN_KEY] = str(name)


def _draw_resume(assistant: Assistant, jobs: EvaluationJobs, run: RunListing) -> None:
    has_failures = run.state == "done"
    st.button(
        "Ask the failed questions again" if has_failures else "Resume",
        icon=":material/resume:",
        disabled=jobs.running,
        on_click=resume,
        args=(assistant, jobs, run),
        key=f"evaluation-resume-{run.name}",
    )
    draw_start_error()


def describe_run(run: RunListing, *, running: bool = False) -> str:
    """A run in one line: state (`running` where this process knows that it does), size, figures, time."""
    facts = [
        "running" if running else _STATE_LABELS.get(run.state, run.state),
        f"{run.question_count:,} questions",
    ]
    figures = read_figures((run.summary or {}).get("metrics", {}))
    facts += [
        f"{metric.title} {figures[metric.name].value_text}"
        for metric in headline_metrics(figures)[:_MAX_FIGURES]
    ]
    facts.append(format_time(run.started_at))
    return " · ".join(fact for fact in facts if fact)
