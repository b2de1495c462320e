"""A question on its way, in a thread of its own.

Streamlit ends a script's run whenever the page changes. The thread outlives that: the next run finds it in
the session and goes on showing it, so an answer is never lost and never computed twice.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from qa.errors import QAError
from qa.schema import Answer, Filters, StreamEvent

__all__ = ["FAULT", "Job", "start"]

FAULT = "The answer could not be finished: a fault in the program, described in the terminal it runs in."


@dataclass(slots=True)
class Job:
    """What has come of a question so far; written by the job's thread, read by the page."""

    question: str
    filters: Filters
    stage: str = "Getting ready"
    text: str = ""
    answer: Answer | None = None
    error: str | None = None
    _done: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> bool:
        """Whether there is an answer or an error."""
        return self._done.is_set()

    def wait(self, seconds: float) -> None:
        """Wait until it is done, but not longer."""
        self._done.wait(seconds)

    def follow(self, events: Iterator[StreamEvent]) -> None:
        """Take in all events; anything but a `QAError` is left to crash the thread, and noted."""
        try:
            for event in events:
                if event.kind == "stage":
                    self.stage = event.text
                self.text += event.text if event.kind == "text" else ""
                self.answer = event.answer or self.answer
        except QAError as error:
            self.error = str(error)
        finally:
            if self.answer is None and self.error is None:
                self.error = FAULT
            self._done.set()


def start(question: str, filters: Filters, events: Iterator[StreamEvent]) -> Job:
    """Begin to follow the events of an answer in the background."""
    job = Job(question, filters)
    threading.Thread(target=job.follow, args=(events,), name="qa-answer", daemon=True).start()
    return job
