"""Work in a thread of its own, which goes on when a page is closed or loaded again.

Streamlit ends a script's run whenever the page changes. The thread outlives that: the next run finds the job
and goes on showing it, so that nothing is lost and nothing is done twice.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Generic, Literal, TypeVar

from qa.errors import QAError, with_request

__all__ = ["BackgroundJob", "JobState", "SharedJobs"]

JobState = Literal["waiting", "running", "finished", "failed", "stopped"]
ProgressT = TypeVar("ProgressT")
ResultT = TypeVar("ResultT")


class BackgroundJob(Generic[ProgressT, ResultT]):
    """The state, progress and result of some work; written by the job's thread, read by the pages.

    `exception` is what ended it. Anything but a `QAError` crashes the thread as well, so that it is
    described in the terminal, and a reader sees the `crash_message`.
    """

    def __init__(self, *, name: str, crash_message: str) -> None:
        self._name, self._crash_message = name, crash_message
        self._on_stop: Callable[[], None] | None = None
        self._ended = threading.Event()
        self.state: JobState = "waiting"
        self.progress: ProgressT | None = None
        self.result: ResultT | None = None
        self.exception: BaseException | None = None
        self.stop_requested = False

    @property
    def done(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self._ended.is_set()

    @property
    def error(self) -> str | None:
        """Why it failed, in one line; None if it did not."""
        if self.exception is None:
            return None
        is_told = isinstance(self.exception, QAError)
        return with_request(str(self.exception) if is_told else self._crash_message, self.exception)

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, but not longer."""
        self._ended.wait(seconds)

    def report_progress(self, progress: ProgressT) -> None:
        """Remember how far the work has come."""
        self.progress = progress

    def stop(self) -> None:
        """Ask it to end; what it has done by then stays."""
        self.stop_requested = True
        if self._on_stop is not None:
            self._on_stop()

    def start(
        self,
        work: Callable[[], ResultT],
        *,
        lock: AbstractContextManager[object] | None = None,
        on_stop: Callable[[], None] | None = None,
    ) -> None:
        """Begin the work in the background.

        Args:
            work: Does it, and gives the result.
            lock: Is held meanwhile: the job waits for it.
            on_stop: Lets the work end early.
        """
        self._on_stop = on_stop
        threading.Thread(
            target=self._run, args=(work, lock or nullcontext()), name=self._name, daemon=True
        ).start()

    def _run(self, work: Callable[[], ResultT], lock: AbstractContextManager[object]) -> None:
        end_state: JobState = "failed"
        try:
            with lock:
                self.state = "running"
                self.result = work()
            end_state = "stopped" if self.stop_requested else "finished"
        except QAError as error:
            self.exception = error
        except BaseException as error:
            self.exception = error
            raise
        finally:
            self.state = end_state
            self._ended.set()


JobT = TypeVar("JobT", bound=BackgroundJob[Any, Any])


class SharedJobs(Generic[JobT]):
    """The jobs that all sessions of the process know, until they are put away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: list[JobT] = []

    @property
    def visible(self) -> list[JobT]:
        """Those that have not been put away, the newest first."""
        return self._jobs[::-1]

    @property
    def running(self) -> bool:
        """Whether one runs or waits."""
        return any(not job.done for job in self._jobs)

    def add(self, job: JobT) -> None:
        """Show a job to all."""
        with self._lock:
            self._jobs.append(job)

    def hide_done(self) -> None:
        """Show those that have ended no longer."""
        with self._lock:
            self._jobs = [job for job in self._jobs if not job.done]
