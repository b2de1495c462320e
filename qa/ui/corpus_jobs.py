"""Documents on their way into the store, in the background, known to all sessions of the process.

A page may be closed or loaded again: the work goes on in its own thread, and every open page shows it.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from qa.assistant import Assistant, Progress
from qa.errors import QAError
from qa.schema import AddReport

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


@dataclass(slots=True)
class Addition:
    """What has come of an addition so far; written by its thread, read by the pages.

    `entries` are by source, as the store names them.
    """

    title: str
    entries: dict[str, Entry]
    work: Work
    known: Callable[[], Mapping[str, tuple[str, str]]]
    started: bool = False
    progress: Progress | None = None
    error: str | None = None
    _done: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self._done.is_set()

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, but not longer."""
        self._done.wait(seconds)

    def count(self, *states: EntryState) -> int:
        """How many entries are in one of these states."""
        return sum(one.state in states for one in list(self.entries.values()))

    def note(self, progress: Progress) -> None:
        """Remember how far it has come."""
        self.progress = progress
        entry = self._entry(progress.source)
        if progress.failure is not None:
            entry.state, entry.note = "failed", progress.failure
        elif entry.state == "waiting":  # the last event names a source again, once all is written
            entry.state = "read"

    def run(self, turn: threading.Lock) -> None:
        """To the end, when it is its turn; anything but a `QAError` crashes the thread, and is noted."""
        ended = False
        try:
            with turn:
                self.started = True
                self._settle(self.work(self.note))
            ended = True
        except QAError as error:
            self.error = str(error)
        finally:
            if not ended and self.error is None:
                self.error = FAULT
            self._done.set()

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
        known = self.known()
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


class Additions:
    """The additions of this process that wait, run or are done; one runs at a time, in turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._all: list[Addition] = []

    @property
    def all(self) -> list[Addition]:
        """Those that have not been put away, the newest first."""
        return self._all[::-1]

    @property
    def running(self) -> bool:
        """Whether one runs or waits."""
        return any(not one.done for one in self._all)

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

        job = Addition(title, {source: Entry(name) for source, name in entries}, work, known)
        with self._lock:
            self._all.append(job)
        threading.Thread(target=job.run, args=(self._turn,), name="qa-add", daemon=True).start()
        return job

    def put_away(self) -> None:
        """Show those that have ended no longer."""
        with self._lock:
            self._all = [one for one in self._all if not one.done]


@st.cache_resource(show_spinner=False)
def shared_additions() -> Additions:
    """The one of this process."""
    return Additions()
