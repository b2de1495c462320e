"""Work in a thread of its own, which goes on when a page is closed or loaded again.

Streamlit ends a script's run whenever the page changes. The thread outlives that: the next run finds the job
and goes on showing it, so that nothing is lost and nothing is done twice.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Generic, Literal, TypeVar

from qa.errors import QAError

__all__ = ["BackgroundJob", "JobState", "SharedJobs"]

JobState = Literal["waiting", "running", "finished", "failed", "stopped"]
ProgressT = TypeVar("ProgressT")
ResultT = TypeVar("ResultT")


class BackgroundJob(Generic[ProgressT, ResultT]):
    """What has come of some work so far; written by the job's thread, read by the pages.

    `cause` is the exception that ended it. Anything but a `QAError` crashes the thread as well, so that it is
    described in the terminal, and a reader is told that there is a `fault`.
    """

    def __init__(self, *, name: str, fault: str) -> None:
        self._name, self._fault = name, fault
        self._on_stop: Callable[[], None] | None = None
        self._ended = threading.Event()
        self.state: JobState = "waiting"
        self.progress: ProgressT | None = None
        self.result: ResultT | None = None
        self.cause: BaseException | None = None
        self.stopping = False

    @property
    def done(self) -> bool:
        """Whether it has ended, in whichever way."""
        return self._ended.is_set()

    @property
    def error(self) -> str | None:
        """Why it failed, in one line; None if it did not."""
        if self.cause is None:
            return None
        return str(self.cause) if isinstance(self.cause, QAError) else self._fault

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, but not longer."""
        self._ended.wait(seconds)

    def note(self, progress: ProgressT) -> None:
        """Remember how far it has come."""
        self.progress = progress

    def stop(self) -> None:
        """Ask it to end; what it has done by then stays."""
        self.stopping = True
        if self._on_stop is not None:
            self._on_stop()

    def start(
        self,
        work: Callable[[], ResultT],
        *,
        turn: AbstractContextManager[object] | None = None,
        on_stop: Callable[[], None] | None = None,
    ) -> None:
        """Begin the work in the background.

        Args:
            work: Does it, and gives the result.
            turn: A lock that is held meanwhile: the job waits for it.
            on_stop: Lets the work end early.
        """
        self._on_stop = on_stop
        threading.Thread(
            target=self._run, args=(work, turn or nullcontext()), name=self._name, daemon=True
        ).start()

    def _run(self, work: Callable[[], ResultT], turn: AbstractContextManager[object]) -> None:
        ended: JobState = "failed"
        try:
            with turn:
                self.state = "running"
                self.result = work()
            ended = "stopped" if self.stopping else "finished"
        except QAError as error:
            self.cause = error
        except BaseException as error:
            self.cause = error
            raise
        finally:
            self.state = ended
            self._ended.set()


JobT = TypeVar("JobT", bound=BackgroundJob[Any, Any])


class SharedJobs(Generic[JobT]):
    """The jobs that all sessions of the process know, until they are put away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: list[JobT] = []

    @property
    def all(self) -> list[JobT]:
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

    def put_away(self) -> None:
        """Show those that have ended no longer."""
        with self._lock:
            self._jobs = [job for job in self._jobs if not job.done]
