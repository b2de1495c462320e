"""The life of a job in the background."""

import threading
from typing import Any

import pytest

from qa.errors import StoreError
from qa.ui.shared.background_job import BackgroundJob, SharedJobs

CRASH_MESSAGE = "a fault in the program"


def new() -> BackgroundJob[int, str]:
    return BackgroundJob(name="qa-test", crash_message=CRASH_MESSAGE)


def test_job_waits_for_its_turn_runs_and_finishes() -> None:
    job, lock, begun, go = new(), threading.Lock(), threading.Event(), threading.Event()

    def work() -> str:
        job.report_progress(3)
        begun.set()
        assert go.wait(10)
        return "made"

    with lock:
        job.start(work, lock=lock)
        job.wait(0.05)
        assert (job.state, job.done, job.progress) == ("waiting", False, None)
    assert begun.wait(10)
    assert (job.state, job.done, job.progress, job.result) == ("running", False, 3, None)
    go.set()
    job.wait(10)
    assert (job.state, job.done, job.result, job.error, job.exception) == (
        "finished",
        True,
        "made",
        None,
        None,
    )
    assert lock.acquire(timeout=10)


def test_job_that_is_stopped_keeps_its_result() -> None:
    job, go = new(), threading.Event()

    def work() -> str:
        assert go.wait(10)
        return "half"

    job.start(work, on_stop=go.set)
    job.stop()
    job.wait(10)
    assert (job.state, job.result, job.stop_requested, job.error) == ("stopped", "half", True, None)


def test_job_that_fails_keeps_the_cause_and_lets_the_next_one_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    crashes: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", crashes.append)
    lock = threading.Lock()

    def failed(error: Exception) -> BackgroundJob[int, str]:
        def work() -> str:
            raise error

        job = new()
        job.start(work, lock=lock)
        job.wait(10)
        assert (job.state, job.exception, job.result) == ("failed", error, None)
        assert not lock.locked()
        return job

    assert (
        failed(StoreError("the disk is full: free some space")).error == "the disk is full: free some space"
    )
    assert crashes == []
    assert failed(ZeroDivisionError("secret")).error == CRASH_MESSAGE
    for thread in threading.enumerate():
        if thread.name == "qa-test":
            thread.join(10)
    assert [crash.exc_type for crash in crashes] == [ZeroDivisionError]


def test_jobs_are_known_until_they_are_put_away() -> None:
    shared: SharedJobs[BackgroundJob[int, str]] = SharedJobs()
    assert (shared.visible, shared.running) == ([], False)
    first, second, go = new(), new(), threading.Event()
    shared.add(first)
    shared.add(second)
    first.start(lambda: "made")
    second.start(lambda: str(go.wait(10)))
    first.wait(10)
    running = [shared.running]
    shared.hide_done()
    assert shared.visible == [second]
    go.set()
    second.wait(10)
    running.append(shared.running)
    assert running == [True, False]
    shared.hide_done()
    assert shared.visible == []
