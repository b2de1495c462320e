"""Documents on their way into the store, in the background, known to all sessions of the process."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from qa.assistant import Assistant, Progress
from qa.schema import AddReport
from qa.ui.background import BackgroundJob, SharedJobs

__all__ = ["FAULT", "Addition", "Additions", "Entry", "Work", "shared_additions"]

FAULT = "The documents could not all be added: a fault in the program, described in the terminal it runs in."

EntryState = Literal["waiting", "read", "added", "updated", "unchanged", "failed"]
Work = Callable[[Callable[[Progress], None]], AddReport]


@dataclass(slots=True)
class Entry:
    """One file or address: what it is called, how far it has come, and why it failed or what to know."""

    name: str
    state: EntryState = "waiting"
    note: str = ""


class Addition(BackgroundJob[Progress, AddReport]):
    """What has come of an addition so far; `entries` are by source, as the store names them."""

    def __init__(
        self, title: str, entries: dict[str, Entry], known: Callable[[], Mapping[str, tuple[str, str]]]
    ) -> None:
        super().__init__(name="qa-add", fault=FAULT)
        self.title, self.entries, self._known = title, entries, known

    def count(self, *states: EntryState) -> int:
        """How many entries are in one of these states."""
        return sum(one.state in states for one in list(self.entries.values()))

    def note(self, progress: Progress) -> None:
        """Remember how far it has come, and what has become of the source."""
        super().note(progress)
        entry = self._entry(progress.source)
        if progress.failure is not None:
            entry.state, entry.note = "failed", progress.failure
        elif entry.state == "waiting":  # the last event names a source again, once all is written
            entry.state = "read"

    def run(self, work: Work) -> AddReport:
        """Do the work, and say of each entry what has become of it."""
        report = work(self.note)
        self._settle(report)
        return report

    def _entry(self, source: str) -> Entry:
        return self.entries.setdefault(source, Entry(source))

    def _settle(self, report: AddReport) -> None:
        """Say of each entry what has become of it."""
        for failure in report.failed:
            entry = self._entry(failure.source)
            entry.state, entry.note = "failed", failure.reason
        states: dict[str, EntryState] = dict.fromkeys(report.unchanged, "unchanged")
        states |= dict.fromkeys(report.updated, "updated")
        states |= dict.fromkeys(report.added, "added")
        known = self._known()
        titles = dict(known.values())
        notes: dict[str, list[str]] = {}
        for source, twin in report.duplicates:
            notes.setdefault(source, []).append(f"has the same text as “{titles.get(twin, twin)}”")
        for source, note in report.notes:
            notes.setdefault(source, []).append(note)
        likes = {one.document: one for one in reversed(report.near_duplicates)}
        for source, entry in self.entries.items():
            document_id, title = known.get(source, ("", ""))
            if entry.state == "failed" or document_id not in states:
                continue
            entry.state = states[document_id]
            parts = [f"“{title}”", *notes.get(source, [])]
            if like := likes.get(document_id):
                parts.append(f"is {like.similarity:.0%} like “{titles.get(like.other, like.other)}”")
            entry.note = ", ".join(parts)


class Additions(SharedJobs[Addition]):
    """The additions of this process that wait, run or are done; one runs at a time, in turn."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = threading.Lock()

    def start(
        self, assistant: Assistant, title: str, entries: Iterable[tuple[str, str]], work: Work
    ) -> Addition:
        """Begin an addition of (source, name) pairs, or have it wait for the one before.

        Args:
            assistant: Asked afterwards what the documents are called.
            title: What is added, in a few words.
            entries: What each source is and is called, in order.
            work: Does it, and reports to the function that it gets.
        """

        def known() -> dict[str, tuple[str, str]]:
            return {one.source: (one.id, one.title) for one in assistant.documents()}

        job = Addition(title, {source: Entry(name) for source, name in entries}, known)
        self.add(job)
        job.start(lambda: job.run(work), turn=self._turn)
        return job


@st.cache_resource(show_spinner=False)
def shared_additions() -> Additions:
    """The one of this process."""
    return Additions()
