"""Calls of several threads in one batch."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from qa.assistant.shared_batches import SharedBatches, StoppedError
from qa.errors import QuestionError


class Work:
    """Doubles numbers, after a first batch that lasts until it may go on; refuses what is negative."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.goes_on = threading.Event(), threading.Event()

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.begun.set()
        assert self.goes_on.wait(10)
        if any(item < 0 for item in items):
            raise QuestionError(f"{min(items)} is negative")
        return [2 * item for item in items]


def ask_at_once(work: Work, calls: Sequence[Sequence[int]], *, max_calls: int) -> list[Future[Sequence[int]]]:
    """The first of the calls is worked on while the others come, in their order."""
    batches = SharedBatches[int, int](work, max_calls)
    futures = []
    with ThreadPoolExecutor(len(calls)) as pool:
        for number, items in enumerate(calls):
            futures.append(pool.submit(batches.run, items))
            assert work.begun.wait(10)
            until = time.monotonic() + 10
            while len(batches._line) < number and time.monotonic() < until:
                time.sleep(0.001)
        work.goes_on.set()
    return futures


def test_those_that_come_meanwhile_are_worked_on_together() -> None:
    work = Work()
    futures = ask_at_once(work, [[1], [2, 3], [], [4]], max_calls=8)
    assert [list(future.result()) for future in futures] == [[2], [4, 6], [], [8]]
    assert work.batches[0] == [1]
    assert len(work.batches) == 2
    assert sorted(work.batches[1]) == [2, 3, 4]


def test_batches_are_limited() -> None:
    work = Work()
    futures = ask_at_once(work, [[number] for number in range(8)], max_calls=3)
    assert [list(future.result()) for future in futures] == [[2 * number] for number in range(8)]
    assert max(map(len, work.batches)) == 3
    assert sorted(item for batch in work.batches for item in batch) == list(range(8))


def test_a_fault_of_one_costs_no_other() -> None:
    work = Work()
    futures = ask_at_once(work, [[1], [2], [-3], [4]], max_calls=8)
    with pytest.raises(QuestionError, match="-3 is negative"):
        futures.pop(2).result()
    assert [list(future.result()) for future in futures] == [[2], [4], [8]]


def test_alone_and_after_a_fault() -> None:
    work = Work()
    work.goes_on.set()
    batches = SharedBatches[int, int](work, 2)
    with pytest.raises(QuestionError, match="-1 is negative"):
        batches.run([-1])
    assert list(batches.run([5])) == [10]


def test_one_who_is_stopped_waits_no_more() -> None:
    work, stop = Work(), threading.Event()
    batches = SharedBatches[int, int](work, 8)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(batches.run, [1])
        assert work.begun.wait(10)
        other, stopped = pool.submit(batches.run, [2]), pool.submit(batches.run, [3], stop)
        until = time.monotonic() + 10
        while len(batches._line) < 2 and time.monotonic() < until:
            time.sleep(0.001)
        stop.set()
        with pytest.raises(StoppedError):
            stopped.result(10)
        work.goes_on.set()
        assert list(first.result(10)) == [2]
        assert list(other.result(10)) == [4]
    assert work.batches == [[1], [2]]
    assert batches._line == []
