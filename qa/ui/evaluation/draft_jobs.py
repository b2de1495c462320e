"""Drafting questions in the background, known to all sessions of the process."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from qa.assistant import Assistant
from qa.errors import EvaluationError
from qa.evaluate.datasets.draft_file import DraftWording, write_drafts
from qa.evaluate.datasets.drafted_questions import DraftedQuestion
from qa.store.private_files import make_private_folder
from qa.ui.shared import escape
from qa.ui.shared.background_job import BackgroundJob, SharedJobs
from qa.ui.shared.components import draw_error

__all__ = ["DraftJob", "DraftJobs", "draw_job", "shared_draft_jobs"]

_CRASH_MESSAGE = "Drafting broke off: a fault in the program, described in the terminal it runs in."


class DraftJob(BackgroundJob[int, tuple[int, int]]):
    """Questions that are drafted into a file; its progress is how many a chat model was given to word.

    The result is how many there are, and how many of them are unanswerable.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(name="qa-drafts", crash_message=_CRASH_MESSAGE)
        self.path = path
        self.wording: DraftWording | None = None

    def draft(
        self, assistant: Assistant, documents: Sequence[str], limit: int, worded: bool
    ) -> tuple[int, int]:
        """Write the file.

        Raises:
            QAError: As `write_drafts`.
        """
        make_private_folder(self.path.parent)
        if worded:
            self.wording = DraftWording(assistant, self.report_progress)
        return write_drafts(assistant, self.path, documents=documents, limit=limit, reword=self._reword)

    def _reword(self, draft: DraftedQuestion) -> str | None:
        # Once it is to stop, the rule's wording has to do for the rest.
        return None if self.wording is None or self.stop_requested else self.wording(draft)


class DraftJobs(SharedJobs[DraftJob]):
    """The drafting of this process that goes on, or the last one that did."""

    def start(
        self, assistant: Assistant, path: Path, *, documents: Sequence[str], limit: int, worded: bool
    ) -> DraftJob:
        """Begin to draft.

        Raises:
            EvaluationError: Questions are being drafted already.
        """
        with self._lock:
            if self.running:
                raise EvaluationError("questions are being drafted: wait until that is done")
            job = DraftJob(path)
            self._jobs = [job]
        job.start(lambda: job.draft(assistant, documents, limit, worded))
        return job


@st.cache_resource(show_spinner=False)
def shared_draft_jobs() -> DraftJobs:
    """The one of this process."""
    return DraftJobs()


def draw_job(job: DraftJob) -> None:
    """How far it has come, what came of it, and how to stop the wording."""
    if job.error:
        draw_error(job.error)
        return
    if job.done and job.result:
        count, unanswerable = job.result
        text = f"{count:,} questions drafted, {unanswerable:,} of them unanswerable"
        st.html(escape.element("div", text, css_class="qa-job", role="status"))
        if job.wording is not None:
            st.html(escape.element("p", job.wording.summary, css_class="qa-small"))
        return
    text = f"Drafting: the chat model words question {job.progress + 1:,}" if job.progress else "Drafting …"
    st.html(escape.element("div", text, css_class="qa-job", role="status"))
    if job.wording is not None:
        st.button(
            "Stop wording",
            icon=":material/stop:",
            on_click=job.stop,
            disabled=job.stop_requested,
            key="drafts-stop",
            help="What is not worded yet stays worded by rule.",
        )
