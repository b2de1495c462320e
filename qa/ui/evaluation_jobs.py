"""Evaluations that run in the background, known to all sessions of the process.

A page may be closed or loaded again: the run goes on in its own thread, and every page that is open shows it.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from qa.errors import EvaluationError, QAError
from qa.evaluate.run import EvaluationProgress

__all__ = ["FAULT", "EvaluationJob", "Runner", "Runs", "shared_runs"]

FAULT = "The evaluation broke off: a fault in the program, described in the terminal it runs in."


class Runner(Protocol):
    """What a job runs: an `Evaluation`."""

    def run(self) -> dict[str, Any]:
        """Ask all questions; returns the summary."""
        ...

    def stop(self) -> None:
        """Let `run` end early."""
        ...


OnProgress = Callable[[EvaluationProgress], None]


@dataclass(slots=True)
class EvaluationJob:
    """What has come of an evaluation so far; written by the job's thread, read by the pages."""

    directory: Path
    runner: Runner | None = None
    progress: EvaluationProgress | None = None
    error: str | None = None
    stopping: bool = False
    _done: threading.Event = field(default_factory=threading.Event)

    @property
    def done(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self._done.is_set()

    def note(self, progress: EvaluationProgress) -> None:
        """Remember how far it has come."""
        self.progress = progress

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, but not longer."""
        self._done.wait(seconds)

    def stop(self) -> None:
        """Ask it to end; what is in flight is finished and kept."""
        self.stopping = True
        if self.runner is not None:
            self.runner.stop()

    def run(self) -> None:
        """To the end; anything but a `QAError` is left to crash the thread, and noted."""
        ended = False
        try:
            if self.runner is not None:
                self.runner.run()
            ended = True
        except QAError as error:
            self.error = str(error)
        finally:
            if not ended and self.error is None:
                self.error = FAULT
            self._done.set()


class Runs:
    """The evaluation of this process that runs, or the last one that did."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: EvaluationJob | None = None

    @property
    def latest(self) -> EvaluationJob | None:
        """The one that runs or, if none does, the last one; None once that was put away."""
        return self._latest

    @property
    def running(self) -> bool:
        """Whether one runs."""
        return self._latest is not None and not self._latest.done

    def start(self, directory: Path, make: Callable[[OnProgress], Runner]) -> EvaluationJob:
        """Begin an evaluation.

        Args:
            directory: Where it writes, for the page to name it.
            make: Gives the evaluation, which reports to the function it gets.

        Raises:
            EvaluationError: Another one runs: together they would only take longer.
        """
        with self._lock:
            if self.running:
                raise EvaluationError("an evaluation is running: wait until it is done, or stop it")
            job = EvaluationJob(directory)
            job.runner = make(job.note)
            self._latest = job
        threading.Thread(target=job.run, name="qa-evaluation", daemon=True).start()
        return job

    def put_away(self) -> None:
        """Show the last one no longer, if it has ended."""
        with self._lock:
            if not self.running:
                self._latest = None


@st.cache_resource(show_spinner=False)
def shared_runs() -> Runs:
    """The one of this process."""
    return Runs()
