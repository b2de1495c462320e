"""Documents that come in through the chat: into an empty desk, or with a question."""

from functools import partial
from pathlib import Path

import streamlit as st

import qa
from qa.assistant import Assistant
from qa.config import Settings
from qa.ui.chat.chat_state import ChatState
from qa.ui.corpus.corpus_add import add_files, draw_add
from qa.ui.corpus.corpus_jobs import AdditionJob, shared_addition_jobs
from qa.ui.corpus.corpus_progress import draw_job
from qa.ui.corpus.corpus_state import attempt, corpus_state
from qa.ui.shared.components import ASSETS, draw_error
from qa.ui.shared.job_panel import draw_jobs

__all__ = ["add_with_question", "draw_additions", "draw_first_additions", "draw_first_steps", "sample_folder"]

_PACKAGE = Path(qa.__file__).parent


def sample_folder() -> Path | None:
    """The sample briefings: in the package, or beside it in a checkout; None where neither has them."""
    folders = (_PACKAGE / "samples", _PACKAGE.parent / "corpus")
    return next((folder for folder in folders if any(folder.glob("*.md"))), None)


def draw_first_steps(assistant: Assistant, settings: Settings) -> None:
    """What an empty desk offers: files, addresses, the sample briefings; and how far they have come."""
    st.html(
        '<div class="qa-welcome"><h1>Bring in your briefings</h1><p>Drop files here, name web pages, '
        "or begin with the sample briefings on trade policy. All stays on this computer.</p></div>"
    )
    if assistant.read_only:
        draw_error("This store can only be read, and holds no documents: name another with --store.")
        return
    draw_first_additions()
    jobs = shared_addition_jobs()
    if said := corpus_state().error or corpus_state().message:
        draw_error(said)
    if folder := sample_folder():
        st.button(
            "Try the sample briefings",
            icon=":material/school:",
            type="primary",
            disabled=jobs.running,
            on_click=partial(_add_samples, assistant, folder),
        )
    draw_add(assistant, settings, jobs)


def draw_first_additions() -> None:
    """What is on its way into the desk, or what became of it, until it is put away."""
    st.html(ASSETS / "corpus.css")
    draw_jobs(shared_addition_jobs(), draw_job, key="first")


def _add_samples(assistant: Assistant, folder: Path) -> None:
    shared_addition_jobs().start(
        assistant,
        "the sample briefings",
        [
            (str(path.resolve()), path.name)
            for path in sorted(folder.glob("*.md"))
            if path.name != "README.md"
        ],
        lambda on_progress: assistant.add([folder], on_progress=on_progress),
    )


def add_with_question(
    assistant: Assistant, state: ChatState, files: list[tuple[str, bytes]]
) -> AdditionJob | None:
    """Set files from the question's box on their way; what went wrong is the page's notice."""
    jobs = shared_addition_jobs()
    is_begun = attempt(lambda: add_files(assistant, jobs, files))
    state.notice = corpus_state().error or corpus_state().message
    if not is_begun:
        return None
    job = jobs.visible[0]
    state.additions.add(job)
    return job


def draw_additions(state: ChatState) -> None:
    """The files that came with questions of this page, until they are put away."""
    if state.additions.visible:
        st.html(ASSETS / "corpus.css")
        draw_jobs(state.additions, draw_job, key="chat")
