"""What several threads ask for at once is worked on together."""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

__all__ = ["SharedBatches", "StoppedError"]

_POLL_S = 0.1  # how often one who waits and may be stopped looks whether it is

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


class StoppedError(Exception):
    """Nobody waits for the results any more."""


class _Call(Generic[ItemT, ResultT]):
    """What one thread asks for, and what comes of it: results or an error."""

    def __init__(self, items: Sequence[ItemT]) -> None:
        self.items = items
        self.results: Sequence[ResultT] | None = None
        self.error: Exception | None = None
        self.is_alone = False  # a batch that it was part of has failed
        self.is_stopped = False


class SharedBatches(Generic[ItemT, ResultT]):
    """One batch at a time: the calls that come while one is worked on make up the next; thread-safe.

    Args:
        work: Gives a result for each item, in their order.
        max_calls: So many calls make up a batch at most.
    """

    def __init__(self, work: Callable[[Sequence[ItemT]], Sequence[ResultT]], max_calls: int) -> None:
        self._work, self._max_calls = work, max_calls
        self._line: list[_Call[ItemT, ResultT]] = []
        self._lock, self._working = threading.Lock(), threading.Lock()

    def run(self, items: Sequence[ItemT], stop: threading.Event | None = None) -> Sequence[ResultT]:
        """The results of these items, in their order.

        Raises what the work raises for these items by themselves.

        Raises:
            StoppedError: `stop` was set while others were worked on. They go on.
        """
        call = _Call[ItemT, ResultT](items)
        with self._lock:
            self._line.append(call)
        self._wait(call, stop)
        try:
            if call.results is None and call.error is None:
                self._work_on(self._take(call))
        finally:
            self._working.release()
        if call.error is not None:
            raise call.error
        assert call.results is not None
        return call.results

    def _wait(self, call: _Call[ItemT, ResultT], stop: threading.Event | None) -> None:
        """Until this thread is the one that works."""
        while not self._working.acquire(timeout=-1 if stop is None else _POLL_S):
            if stop is not None and stop.is_set():
                with self._lock:
                    call.is_stopped = True
                    self._line = [other for other in self._line if other is not call]
                raise StoppedError

    def _take(self, own: _Call[ItemT, ResultT]) -> list[_Call[ItemT, ResultT]]:
        """This thread's own call, and the first of the line that can go with it."""
        with self._lock:
            line = [call for call in self._line if call is not own]
            others = [] if own.is_alone else [call for call in line if not call.is_alone]
            others = others[: self._max_calls - 1]
            self._line = [call for call in line if call not in others]
            return [own, *others]

    def _work_on(self, batch: Sequence[_Call[ItemT, ResultT]]) -> None:
        try:
            results = self._work([item for call in batch for item in call.items])
        # Each is told by its own thread, whatever it is; the others must not pay for the fault of one.
        except Exception as error:  # noqa: BLE001
            own, *others = batch
            if not others:
                own.error = error
                return
            with self._lock:  # each by itself, by the thread that waits for it
                for call in others:
                    call.is_alone = True
                self._line = [*(call for call in others if not call.is_stopped), *self._line]
            self._work_on([own])
            return
        first = 0
        for call in batch:
            call.results = results[first : first + len(call.items)]
            first += len(call.items)
