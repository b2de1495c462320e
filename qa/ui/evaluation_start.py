"""Starting, watching, stopping and resuming evaluations."""

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import EvaluationError, QAError
from qa.evaluate.catalogue import METRICS
from qa.evaluate.directory import RUN
from qa.evaluate.figures import shown
from qa.evaluate.run import Evaluation, EvaluationProgress
from qa.ui import escape
from qa.ui.components import draw_error
from qa.ui.evaluation_jobs import EvaluationJob, Runs
from qa.ui.evaluation_runs import QUESTIONS, Run, clean_name, find_question_files

__all__ = ["draw_progress", "draw_refusal", "draw_start", "in_words", "keep_upload", "resume"]

# How often a page looks for what has become of a run, and whether another session has started one.
_WATCHING_S, _IDLE_S = 1.0, 15.0
# Small: those who chat meanwhile wait for the batch that is in the models.
_BATCH = 8
_ERROR = "evaluation-error"
_UPLOAD_TYPES = ["jsonl", "json", "csv"]


def draw_start(assistant: Assistant, settings: Settings, runs: Runs) -> None:
    """The form for a new run."""
    if not assistant.documents():
        command = shlex.join(["qa", "--store", str(settings.store), "add"])
        st.html(
            '<p class="qa-small">There are no documents yet: add some with '
            f"<code>{escape.text(command)} FILE</code>.</p>"
        )
        return
    here = Path.cwd()
    found = [
        str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
        for path in find_question_files([here, here / "corpus", (settings.runs / QUESTIONS).absolute()])
    ]
    uploaded = st.file_uploader("Upload questions", type=_UPLOAD_TYPES, key="evaluation-upload")
    st.selectbox(
        "Question file",
        found,
        index=0 if found else None,
        accept_new_options=True,
        placeholder="Choose one, or type a path",
        disabled=uploaded is not None,
        help="One JSON object a line with `id` and `question`; `qa eval --help` says what else is read.",
        key="evaluation-file",
    )
    st.text_input("Name", placeholder="made of the file's name and the time", key="evaluation-name")
    st.checkbox(
        "One question at a time, to measure the time a user waits",
        help="Slower. In batches the times are each question's share of the common work.",
        key="evaluation-single",
    )
    st.button(
        "Start",
        type="primary",
        icon=":material/play_arrow:",
        disabled=runs.running,
        on_click=_start,
        args=(assistant, settings, runs),
    )
    draw_refusal()


def draw_refusal() -> None:
    """Why the last click started nothing, if so."""
    if error := st.session_state.get(_ERROR):
        draw_error(error)


def _start(assistant: Assistant, settings: Settings, runs: Runs) -> None:
    """Runs on a click, before the page is drawn anew."""
    st.session_state[_ERROR] = None
    try:
        questions = _question_file(settings)
        name = clean_name(st.session_state["evaluation-name"] or "")
        if not name:
            name = f"{clean_name(questions.stem) or 'run'}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        directory = settings.runs / name
        if (directory / RUN).exists() or name == QUESTIONS:
            raise EvaluationError(
                f"there is a run named {name} already: choose another name, or resume that one"
            )
        single = st.session_state["evaluation-single"]
        options: dict[str, Any] = {"batch": 1, "workers": 1} if single else {"batch": _BATCH}
        runs.start(
            directory, lambda note: Evaluation(assistant, questions, directory, on_progress=note, **options)
        )
        # Where it can be watched, and seen when it is done.
        st.session_state["evaluation-view"] = "Runs"
        st.query_params["run"] = name
    except QAError as error:
        st.session_state[_ERROR] = str(error)


def _question_file(settings: Settings) -> Path:
    """The file that was uploaded, kept among the runs, or the one whose path was chosen.

    Raises:
        EvaluationError: There is neither, or another file of the name is kept already.
    """
    uploaded = st.session_state.get("evaluation-upload")
    if uploaded is not None:
        return keep_upload(settings.runs / QUESTIONS, uploaded.name, uploaded.getvalue())
    chosen = (st.session_state.get("evaluation-file") or "").strip()
    if not chosen:
        raise EvaluationError("no question file: choose one, type its path, or upload one")
    return Path(chosen).expanduser()


def keep_upload(folder: Path, name: str, content: bytes) -> Path:
    """Keep an uploaded file under a clean name; other content never replaces what a run was made with.

    Raises:
        EvaluationError: The folder can't be written.
    """
    stem = clean_name(Path(name.replace("\\", "/")).stem) or "questions"
    suffix = Path(name).suffix.casefold()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = 1
        path = folder / f"{stem}{suffix}"
        while path.exists() and path.read_bytes() != content:
            number += 1
            path = folder / f"{stem}-{number}{suffix}"
        path.write_bytes(content)
    except OSError as error:
        raise EvaluationError(
            f"{folder} can't be written ({error.strerror or error}): free it or make room"
        ) from error
    return path


def resume(assistant: Assistant, runs: Runs, run: Run) -> None:
    """Go on with a run as it was begun; runs on a click."""
    st.session_state[_ERROR] = None
    described = run.run
    try:
        runs.start(
            run.path,
            lambda note: Evaluation(
                assistant,
                Path(described["questions"]["path"]),
                run.path,
                engine=described.get("engine"),
                model=described.get("model"),
                workers=described.get("workers", 2),
                batch=described.get("batch"),
                on_progress=note,
            ),
        )
    except QAError as error:
        st.session_state[_ERROR] = str(error)


def draw_progress(runs: Runs) -> None:
    """The run in the background, drawn anew every second, in every session; the whole page once it ends."""
    st.fragment(_draw_latest, run_every=_WATCHING_S if runs.running else _IDLE_S)(runs)


def _draw_latest(runs: Runs) -> None:
    job = runs.latest
    now = (id(job), job.done) if job else None
    before = st.session_state.get("evaluation-seen", now)
    st.session_state["evaluation-seen"] = now
    if now != before:
        st.rerun()
    if job is not None:
        with st.container(key="evaluation-progress", border=True):
            _draw_job(runs, job)


def _draw_job(runs: Runs, job: EvaluationJob) -> None:
    progress = job.progress
    state = "Done" if job.done else "Stopping" if job.stopping else "Running"
    if job.error:
        state = "Not finished"
    elif job.done and progress is not None and progress.done < progress.total:
        state = "Stopped"
    st.html(escape.element("div", f"{state}: {job.directory.name}", kind="qa-job", role="status"))
    if progress is not None and progress.total:
        st.progress(min(1.0, progress.done / progress.total))
        st.html(escape.element("p", in_words(progress, job.done), kind="qa-small"))
    elif not job.done:
        st.html(escape.element("p", "Reading the questions and loading the models …", kind="qa-small"))
    if job.error:
        draw_error(job.error)
    if job.done:
        st.button("Put away", on_click=runs.put_away, key="evaluation-put-away")
    else:
        st.button(
            "Stop",
            icon=":material/stop:",
            on_click=job.stop,
            disabled=job.stopping,
            key="evaluation-stop",
            help="What is in flight is finished and kept; the run can be resumed.",
        )


def in_words(progress: EvaluationProgress, done: bool) -> str:
    """How far it has come, how fast it goes, and the figures so far."""
    parts = [f"{progress.done:,} of {progress.total:,} questions"]
    if progress.resumed:
        parts.append(f"{progress.resumed:,} from before")
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    if progress.questions_per_s:
        parts.append(f"{progress.questions_per_s:.1f} a second")
    if not done and progress.left_s is not None and progress.done < progress.total:
        parts.append(_left(progress.left_s))
    known = {one.name: one for one in METRICS}
    parts += [f"{known[name].title} {shown(known[name], value)}" for name, value in progress.running.items()]
    return " · ".join(parts)


def _left(seconds: float) -> str:
    if seconds < 60:
        return f"about {max(1, round(seconds))} s left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 60 else f"about {minutes // 60} h {minutes % 60} min left"
