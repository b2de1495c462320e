"""Evaluations that run in the background, known to all sessions of the process."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from qa.errors import EvaluationError
from qa.evaluate.run_progress import EvaluationProgress
from qa.ui.shared.background_job import BackgroundJob, SharedJobs

__all__ = ["CRASH_MESSAGE", "EvaluationJob", "EvaluationJobs", "Runner", "shared_evaluation_jobs"]

CRASH_MESSAGE = "The evaluation broke off: a fault in the program, described in the terminal it runs in."


class Runner(Protocol):
    """What a job runs: an `Evaluation`."""

    def run(self) -> dict[str, Any]:
        """Ask all questions; returns the summary."""
        ...

    def stop(self) -> None:
        """Let `run` end early; what is in flight is finished and kept."""
        ...


OnProgress = Callable[[EvaluationProgress], None]


class EvaluationJob(BackgroundJob[EvaluationProgress, dict[str, Any]]):
    """What has come of an evaluation so far; `directory` is where it writes."""

    def __init__(self, directory: Path) -> None:
        super().__init__(name="qa-evaluation", crash_message=CRASH_MESSAGE)
        self.directory = directory


class EvaluationJobs(SharedJobs[EvaluationJob]):
    """The evaluation of this process that runs, or the last one that did."""

    @property
    def latest(self) -> EvaluationJob | None:
        """The one that runs or, if none does, the last one; None once that was put away."""
        return next(iter(self.visible), None)

    def start(self, directory: Path, make_runner: Callable[[OnProgress], Runner]) -> EvaluationJob:
        """Begin an evaluation.

        Args:
            directory: Where it writes, for the page to name it.
            make_runner: Gives the evaluation, which reports to the function it gets.

        Raises:
            EvaluationError: Another one runs: together they would only take longer.
        """
        with self._lock:
            if self.running:
                raise EvaluationError("an evaluation is running: wait until it is done, or stop it")
            job = EvaluationJob(directory)
            runner = make_runner(job.report_progress)
            self._jobs = [job]
        job.start(runner.run, on_stop=runner.stop)
        return job


@st.cache_resource(show_spinner=False)
def shared_evaluation_jobs() -> EvaluationJobs:
    """The one of this process."""
    return EvaluationJobs()
