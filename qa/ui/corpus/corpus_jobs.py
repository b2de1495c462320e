"""Documents on their way into the store, in the background, known to all sessions of the process."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from qa.assistant import Assistant, Progress
from qa.schema import AddReport
from qa.ui.shared.background_job import BackgroundJob, SharedJobs

__all__ = ["CRASH_MESSAGE", "AdditionJob", "AdditionJobs", "SourceProgress", "Work", "shared_addition_jobs"]

CRASH_MESSAGE = (
    "The documents could not all be added: a fault in the program, described in the terminal it runs in."
)

SourceState = Literal["waiting", "read", "added", "updated", "unchanged", "failed"]
Work = Callable[[Callable[[Progress], None]], AddReport]


@dataclass(slots=True)
class SourceProgress:
    """One file or address: what it is called, how far it has come, and why it failed or what to know.

    `has_remark` says that the note of one that did not fail tells more than its title.
    """

    name: str
    state: SourceState = "waiting"
    note: str = ""
    has_remark: bool = False


class AdditionJob(BackgroundJob[Progress, AddReport]):
    """What has come of an addition so far; `sources` are by the name that the store gives them."""

    def __init__(
        self,
        title: str,
        sources: dict[str, SourceProgress],
        read_documents: Callable[[], Mapping[str, tuple[str, str]]],
    ) -> None:
        super().__init__(name="qa-add", crash_message=CRASH_MESSAGE)
        self.title, self.sources, self._read_documents = title, sources, read_documents

    def count(self, *states: SourceState) -> int:
        """How many sources are in one of these states."""
        return sum(source.state in states for source in list(self.sources.values()))

    def report_progress(self, progress: Progress) -> None:
        """Remember how far it has come, and what has become of the source."""
        super().report_progress(progress)
        source_progress = self._progress_of(progress.source)
        if progress.failure is not None:
            source_progress.state, source_progress.note = "failed", progress.failure
        elif source_progress.state == "waiting":  # the last event names a source again, once all is written
            source_progress.state = "read"

    def run(self, work: Work) -> AddReport:
        """Do the work, and say of each source what has become of it."""
        report = work(self.report_progress)
        self._apply_report(report)
        return report

    def _progress_of(self, source: str) -> SourceProgress:
        return self.sources.setdefault(source, SourceProgress(source))

    def _apply_report(self, report: AddReport) -> None:
        """Say of each source what has become of it."""
        for failure in report.failed:
            source_progress = self._progress_of(failure.source)
            source_progress.state, source_progress.note = "failed", failure.reason
        states: dict[str, SourceState] = dict.fromkeys(report.unchanged, "unchanged")
        states |= dict.fromkeys(report.updated, "updated")
        states |= dict.fromkeys(report.added, "added")
        documents = self._read_documents()
        titles = dict(documents.values())
        notes: dict[str, list[str]] = {}
        for source, twin in report.duplicates:
            notes.setdefault(source, []).append(f"has the same text as “{titles.get(twin, twin)}”")
        for source, note in report.notes:
            notes.setdefault(source, []).append(note)
        near_duplicates = {pair.document: pair for pair in reversed(report.near_duplicates)}
        for source, source_progress in self.sources.items():
            document_id, title = documents.get(source, ("", ""))
            if source_progress.state == "failed" or document_id not in states:
                continue
            source_progress.state = states[document_id]
            notes_of_source = [f"“{title}”", *notes.get(source, [])]
            if pair := near_duplicates.get(document_id):
                notes_of_source.append(
                    f"is {pair.similarity:.0%} like “{titles.get(pair.other, pair.other)}”"
                )
            source_progress.note = ", ".join(notes_of_source)
            source_progress.has_remark = len(notes_of_source) > 1


class AdditionJobs(SharedJobs[AdditionJob]):
    """The additions of this process that wait, run or are done; one runs at a time, in turn."""

    def __init__(self) -> None:
        super().__init__()
        self._turn_lock = threading.Lock()

    def start(
        self, assistant: Assistant, title: str, sources: Iterable[tuple[str, str]], work: Work
    ) -> AdditionJob:
        """Begin an addition of (source, name) pairs, or have it wait for the one before.

        Args:
            assistant: Asked afterwards what the documents are called.
            title: What is added, in a few words.
            sources: What each is and is called, in order.
            work: Does it, and reports to the function that it gets.
        """

        def read_documents() -> dict[str, tuple[str, str]]:
            return {document.source: (document.id, document.title) for document in assistant.documents()}

        job = AdditionJob(title, {source: SourceProgress(name) for source, name in sources}, read_documents)
        self.add(job)
        job.start(lambda: job.run(work), lock=self._turn_lock)
        return job


@st.cache_resource(show_spinner=False)
def shared_addition_jobs() -> AdditionJobs:
    """The one of this process."""
    return AdditionJobs()
