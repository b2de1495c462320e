"""What an asynchronous source gives, read in a thread that can let go of it at any moment.

The clients of chat models are read in the one event loop of the program. Ending a task there closes its
connection, also while nothing comes, which no thread that waits in a client could be made to do.
"""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

__all__ = ["StoppedError", "read_in_time", "remaining_s", "wait_unless_stopped"]

_T = TypeVar("_T")
_PIECES_AHEAD = 1000  # read before they are asked for
_POLL_S = 0.1  # how often a reader that may be stopped looks whether it is
_CLOSING_S = 2.0  # at most, that a reader who lets go waits for the connection to be closed


class StoppedError(Exception):
    """Whoever asked wants no more of it."""


class _DaemonThreads(ThreadPoolExecutor):
    """A thread for each call. The program's end waits for none: one may hang in a name server or a model."""

    def submit(self, fn: Callable[..., _T], /, *args: Any, **kwargs: Any) -> "Future[_T]":
        """Call it in a thread of its own."""
        future: Future[_T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            # Whatever it is, it is raised where the result is asked for.
            except BaseException as error:  # noqa: BLE001
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=run, name="chat model call", daemon=True).start()
        return future


class _LoopThread:
    """The event loop, begun when it is first needed. Clients keep their connections in it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def get(self) -> asyncio.AbstractEventLoop:
        """The running loop."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._loop.set_default_executor(_DaemonThreads())
                threading.Thread(target=self._loop.run_forever, name="chat models", daemon=True).start()
            return self._loop


_LOOP = _LoopThread()


@dataclass(slots=True)
class _End:
    """Behind the last piece of a source: what it raised, if it did."""

    error: BaseException | None = None


class _Reader(Generic[_T]):
    """Reads a source in the loop, not much further than it is asked for."""

    def __init__(self, open_source: Callable[[], AsyncGenerator[_T, None]], deadline: float | None) -> None:
        self._open_source, self._deadline = open_source, deadline
        self._room = asyncio.Semaphore(_PIECES_AHEAD)
        self.pieces: queue.SimpleQueue[_T | _End] = queue.SimpleQueue()
        self.has_ended = threading.Event()

    async def read(self) -> None:
        end = _End()
        try:
            async with asyncio.timeout(remaining_s(self._deadline)), aclosing(self._open_source()) as source:
                async for piece in source:
                    await self._room.acquire()
                    self.pieces.put(piece)
        # Whatever it is, it is raised where the pieces are asked for.
        except BaseException as error:  # noqa: BLE001
            end.error = error
        self.has_ended.set()
        self.pieces.put(end)

    def make_room(self) -> None:
        """A piece was taken; to be called in the loop."""
        self._room.release()


def read_in_time(
    open_source: Callable[[], AsyncGenerator[_T, None]],
    *,
    deadline: float | None,
    stop: threading.Event | None,
) -> Generator[_T, None, None]:
    """The pieces of a source that is opened in the event loop, and closed there when this is.

    Raises:
        TimeoutError: The source had not ended by the deadline, in monotonic time.
        StoppedError: `stop` was set.
        Exception: What the source raised.
    """
    loop, reader = _LOOP.get(), _Reader(open_source, deadline)
    # Traces and callbacks of LangChain go by the context, which this hands on.
    task = asyncio.run_coroutine_threadsafe(reader.read(), loop)
    try:
        while True:
            if stop is not None and stop.is_set():
                raise StoppedError
            remaining = remaining_s(deadline)
            wait_s = remaining if stop is None else min(_POLL_S, _POLL_S if remaining is None else remaining)
            try:
                piece = reader.pieces.get(timeout=wait_s)
            except queue.Empty:
                if remaining == 0:
                    raise TimeoutError from None
                continue
            if isinstance(piece, _End):
                if piece.error is not None:
                    raise piece.error
                return
            loop.call_soon_threadsafe(reader.make_room)
            yield piece
    finally:
        if not reader.has_ended.is_set():
            task.cancel()
            reader.has_ended.wait(_CLOSING_S)


def remaining_s(deadline: float | None) -> float | None:
    """The seconds until a deadline in monotonic time, 0 where it is past."""
    return None if deadline is None else max(0.0, deadline - time.monotonic())


def wait_unless_stopped(seconds: float, stop: threading.Event | None) -> bool:
    """Wait; returns False, and at once, where `stop` is set meanwhile."""
    if stop is not None:
        return not stop.wait(seconds)
    time.sleep(seconds)
    return True
