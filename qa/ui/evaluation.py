"""The page of evaluations: runs that are there, two of them compared, and a new one."""

from pathlib import Path

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.evaluate.figures import headlines, measured
from qa.evaluate.report_html import asset
from qa.ui import escape
from qa.ui.components import draw_choices, draw_error
from qa.ui.evaluation_jobs import Runs, shared_runs
from qa.ui.evaluation_runs import Run, find_runs
from qa.ui.evaluation_start import draw_progress, draw_refusal, draw_start, resume
from qa.ui.evaluation_view import draw_comparison, draw_run

__all__ = ["draw_evaluation"]

_CSS = Path(__file__).parent / "assets" / "evaluation.css"
_VIEWS = ("Runs", "Compare", "New run")
_RUN = "run"
_STATES = {"running": "running, or broken off", "stopped": "stopped", "done": "done"}
# From so many on, a list has a search box.
_SEARCHED = 8
_SHOWN_FIGURES = 3


def draw_evaluation(assistant: Assistant, settings: Settings) -> None:
    """The page below its title."""
    st.html(f"<style>.qa-report {{ {asset('parts.css')} }}\n{_CSS.read_text(encoding='utf-8')}</style>")
    runs = shared_runs()
    with st.container(key="evaluation"):
        st.html('<div class="qa-report"><h1>Evaluation</h1></div>')
        draw_progress(runs)
        found, problems = find_runs(settings.runs)
        for problem in problems:
            draw_error(problem)
        view = st.segmented_control(
            "View", _VIEWS, default="Runs", required=True, key="evaluation-view", label_visibility="collapsed"
        )
        if view == "Compare":
            draw_comparison(found)
        elif view == "New run":
            draw_start(assistant, settings, runs)
        else:
            _draw_runs(assistant, settings, runs, found)


def _draw_runs(assistant: Assistant, settings: Settings, runs: Runs, found: list[Run]) -> None:
    if not found:
        st.html(
            '<p class="qa-small">There are no runs in '
            f"<code>{escape.text(str(settings.runs))}</code> yet: “New run” starts one, as does "
            f"<code>qa eval QUESTIONS --out {escape.text(str(settings.runs))}/NAME</code>.</p>"
        )
        return
    names = {one.name: one for one in found}
    # In the address, so that loading the page again, or sending it to someone, shows the same run.
    chosen = names.get(st.query_params.get(_RUN, ""), found[0])
    draw_choices(
        [(one.name, one.name, described(one, running=_is_running(runs, one))) for one in found],
        key="evaluation-runs",
        on_choice=_choose,
        look="list",
        chosen=chosen.name,
        search="Find a run" if len(found) > _SEARCHED else None,
    )
    unfinished = chosen.state != "done" or (chosen.summary or {}).get("failed")
    if unfinished and not _is_running(runs, chosen):
        _draw_resume(assistant, runs, chosen)
    draw_run(chosen)


def _is_running(runs: Runs, run: Run) -> bool:
    return runs.running and runs.latest is not None and runs.latest.directory == run.path


def _choose(name: object) -> None:
    st.query_params[_RUN] = str(name)


def _draw_resume(assistant: Assistant, runs: Runs, run: Run) -> None:
    failed = run.state == "done"
    st.button(
        "Ask the failed questions again" if failed else "Resume",
        icon=":material/resume:",
        disabled=runs.running,
        on_click=resume,
        args=(assistant, runs, run),
        key=f"evaluation-resume-{run.name}",
    )
    draw_refusal()


def described(run: Run, *, running: bool = False) -> str:
    """A run in one line: state (`running` where this process knows that it does), size, figures, time."""
    parts = ["running" if running else _STATES.get(run.state, run.state), f"{run.count:,} questions"]
    figures = measured((run.summary or {}).get("metrics", {}))
    parts += [f"{one.title} {figures[one.name].shown}" for one in headlines(figures)[:_SHOWN_FIGURES]]
    parts.append(run.started_at[:16].replace("T", " "))
    return " · ".join(part for part in parts if part)
