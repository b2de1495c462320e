"""Starting, watching, stopping and resuming evaluations."""

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import EvaluationError, QAError
from qa.evaluate.reporting.run_figures import format_metric
from qa.evaluate.run import Evaluation
from qa.evaluate.run_directory import DRAFTS_FOLDER, QUESTIONS_FOLDER, RUN_FILE
from qa.evaluate.run_progress import EvaluationProgress
from qa.evaluate.scoring.metric_definitions import METRICS_BY_NAME
from qa.store.private_files import make_private_folder, open_private
from qa.ui.evaluation.evaluation_jobs import EvaluationJob, EvaluationJobs
from qa.ui.evaluation.evaluation_runs import RunListing, find_question_files, sanitize_name
from qa.ui.shared import escape
from qa.ui.shared.components import draw_error

__all__ = ["describe_progress", "draw_job", "draw_start", "draw_start_error", "resume", "save_upload"]

# Small: those who chat meanwhile wait for the batch that is in the models.
_BATCH_SIZE = 8
_ERROR_KEY = "evaluation-error"
_UPLOAD_TYPES = ["jsonl", "json", "csv"]


def draw_start(assistant: Assistant, settings: Settings, jobs: EvaluationJobs) -> None:
    """The form for a new run."""
    if not assistant.documents():
        command = shlex.join(["qa", "--store", str(settings.store), "add"])
        st.html(
            '<p class="qa-small">There are no documents yet: add some with '
            f"<code>{escape.text(command)} FILE</code>.</p>"
        )
        return
    working_directory = Path.cwd()
    paths = [
        str(path.relative_to(working_directory)) if path.is_relative_to(working_directory) else str(path)
        for path in find_question_files(
            [working_directory, working_directory / "corpus", (settings.runs / QUESTIONS_FOLDER).absolute()]
        )
    ]
    uploaded = st.file_uploader("Upload questions", type=_UPLOAD_TYPES, key="evaluation-upload")
    st.selectbox(
        "Question file",
        paths,
        index=0 if paths else None,
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
        disabled=jobs.running,
        on_click=_start,
        args=(assistant, settings, jobs),
    )
    draw_start_error()


def draw_start_error() -> None:
    """Why the last click started nothing, if so."""
    if error := st.session_state.get(_ERROR_KEY):
        draw_error(error)


def _start(assistant: Assistant, settings: Settings, jobs: EvaluationJobs) -> None:
    """Runs on a click, before the page is drawn anew."""
    st.session_state[_ERROR_KEY] = None
    try:
        questions = _pick_question_file(settings)
        name = sanitize_name(st.session_state["evaluation-name"] or "")
        if not name:
            name = f"{sanitize_name(questions.stem) or 'run'}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        directory = settings.runs / name
        if (directory / RUN_FILE).exists() or name in (DRAFTS_FOLDER, QUESTIONS_FOLDER):
            raise EvaluationError(
                f"there is a run named {name} already: choose another name, or resume that one"
            )
        is_single = st.session_state["evaluation-single"]
        options: dict[str, Any] = {"batch": 1, "workers": 1} if is_single else {"batch": _BATCH_SIZE}
        jobs.start(
            directory,
            lambda on_progress: Evaluation(
                assistant, questions, directory, on_progress=on_progress, **options
            ),
        )
        # Where it can be watched, and seen when it is done.
        st.session_state["evaluation-view"] = "Runs"
        st.query_params["run"] = name
    except QAError as error:
        st.session_state[_ERROR_KEY] = str(error)


def _pick_question_file(settings: Settings) -> Path:
    """The file that was uploaded, kept among the runs, or the one whose path was chosen.

    Raises:
        EvaluationError: There is neither, or another file of the name is kept already.
    """
    uploaded = st.session_state.get("evaluation-upload")
    if uploaded is not None:
        return save_upload(settings.runs / QUESTIONS_FOLDER, uploaded.name, uploaded.getvalue())
    path = (st.session_state.get("evaluation-file") or "").strip()
    if not path:
        raise EvaluationError("no question file: choose one, type its path, or upload one")
    return Path(path).expanduser()


def save_upload(folder: Path, name: str, content: bytes) -> Path:
    """Keep an uploaded file under a clean name; other content never replaces what a run was made with.

    Raises:
        EvaluationError: The folder can't be written.
    """
    stem = sanitize_name(Path(name.replace("\\", "/")).stem) or "questions"
    suffix = Path(name).suffix.casefold()
    try:
        make_private_folder(folder)
        number = 1
        path = folder / f"{stem}{suffix}"
        while path.exists() and path.read_bytes() != content:
            number += 1
            path = folder / f"{stem}-{number}{suffix}"
        with open(path, "wb", opener=open_private) as stream:
            stream.write(content)
    except OSError as error:
        raise EvaluationError(
            f"{folder} can't be written ({error.strerror or error}): free it or make room"
        ) from error
    return path


def resume(assistant: Assistant, jobs: EvaluationJobs, run: RunListing) -> None:
    """Go on with a run as it was begun; runs on a click."""
    st.session_state[_ERROR_KEY] = None
    run_json = run.run_json
    try:
        jobs.start(
            run.path,
            lambda on_progress: Evaluation(
                assistant,
                Path(run_json["questions"]["path"]),
                run.path,
                engine=run_json.get("engine"),
                model=run_json.get("model"),
                workers=run_json.get("workers", 2),
                batch=run_json.get("batch"),
                on_progress=on_progress,
            ),
        )
    except QAError as error:
        st.session_state[_ERROR_KEY] = str(error)


def draw_job(job: EvaluationJob) -> None:
    """An evaluation: how far it has come, why it failed, and how to stop it."""
    progress = job.progress
    state = "Done" if job.done else "Stopping" if job.stop_requested else "Running"
    if job.error:
        state = "Not finished"
    elif job.done and progress is not None and progress.done < progress.total:
        state = "Stopped"
    st.html(escape.element("div", f"{state}: {job.directory.name}", css_class="qa-job", role="status"))
    if progress is not None and progress.total:
        st.progress(min(1.0, progress.done / progress.total))
        st.html(escape.element("p", describe_progress(progress, job.done), css_class="qa-small"))
    elif not job.done:
        st.html(escape.element("p", "Reading the questions and loading the models …", css_class="qa-small"))
    if job.error:
        draw_error(job.error)
    if not job.done:
        st.button(
            "Stop",
            icon=":material/stop:",
            on_click=job.stop,
            disabled=job.stop_requested,
            key="evaluation-stop",
            help="What is in flight is finished and kept; the run can be resumed.",
        )


def describe_progress(progress: EvaluationProgress, done: bool) -> str:
    """How far it has come, how fast it goes, and the figures so far."""
    facts = [f"{progress.done:,} of {progress.total:,} questions"]
    if progress.resumed:
        facts.append(f"{progress.resumed:,} from before")
    if progress.failed:
        facts.append(f"{progress.failed:,} failed")
    if progress.questions_per_s:
        facts.append(f"{progress.questions_per_s:.1f} a second")
    if not done and progress.left_s is not None and progress.done < progress.total:
        facts.append(_format_time_left(progress.left_s))
    facts += [
        f"{METRICS_BY_NAME[name].title} {format_metric(METRICS_BY_NAME[name], value)}"
        for name, value in progress.running.items()
    ]
    return " · ".join(facts)


def _format_time_left(seconds: float) -> str:
    if seconds < 60:
        return f"about {max(1, round(seconds))} s left"
    minutes = round(seconds / 60)
    return f"about {minutes} min left" if minutes < 60 else f"about {minutes // 60} h {minutes % 60} min left"
