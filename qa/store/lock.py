"""One holder at a time, over threads and processes."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import lock_descriptor, unlock_descriptor

from qa.errors import StoreBusyError
from qa.store.private_files import FILE_MODE

__all__ = ["StoreLock"]

_POLL_S = 0.002


class StoreLock:
    """The store's lock: re-entrant in a thread, exclusive between threads and processes.

    Chroma's embedded mode is not safe between processes, so every call of it happens under this lock.
    The operating system drops it when its holder dies. Of those who wait, one holds the turnstile and polls
    for the lock itself; whoever lets go of the lock has to pass the turnstile again, so nobody is overtaken
    by a loop that takes the lock again and again.

    Args:
        path: The lock's file; the turnstile lies beside it.
        timeout_s: How long to wait.
        read_only: The files can't be created or written: those that are there are locked all the same, so
            that a reader without the right to write sees no half written files.
    """

    def __init__(self, path: Path, timeout_s: float, *, read_only: bool) -> None:
        self._threads = threading.RLock()
        self._paths = (path.with_name(path.name + ".next"), path)
        self._flags = os.O_RDONLY if read_only else os.O_RDWR | os.O_CREAT
        self._read_only = read_only
        self._timeout_s = timeout_s
        self._depth = 0
        self._descriptor: int | None = None

    def allow_creation(self) -> None:
        """From now on the files may be created and written."""
        self._read_only, self._flags = False, os.O_RDWR | os.O_CREAT

    @contextmanager
    def hold(self, *, timeout_s: float | None = None) -> Iterator[None]:
        """Hold the lock, however often this thread does already.

        Raises:
            StoreBusyError: Someone else held it for longer than the time-out.
        """
        deadline = time.monotonic() + (self._timeout_s if timeout_s is None else timeout_s)
        if not self._threads.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise self._busy()
        try:
            if self._depth == 0:
                self._descriptor = self._acquire(deadline)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0 and self._descriptor is not None:
                    descriptor, self._descriptor = self._descriptor, None
                    _release(descriptor)
        finally:
            self._threads.release()

    def _acquire(self, deadline: float) -> int | None:
        """The locked descriptor; None where there is nothing to lock."""
        turnstile = self._lock_file(self._paths[0], deadline)
        try:
            return self._lock_file(self._paths[1], deadline)
        finally:
            if turnstile is not None:
                _release(turnstile)

    def _lock_file(self, path: Path, deadline: float) -> int | None:
        try:
            descriptor = os.open(path, self._flags, FILE_MODE)
        except FileNotFoundError:
            if self._read_only:
                return None
            raise
        try:
            while not lock_descriptor(descriptor, blocking=False):
                if time.monotonic() >= deadline:
                    raise self._busy()
                time.sleep(_POLL_S)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _busy(self) -> StoreBusyError:
        return StoreBusyError(
            f"the store has been in use for more than {self._timeout_s:g} s: try again in a moment, "
            "or raise lock_timeout_s"
        )


def _release(descriptor: int) -> None:
    # Unlocked by name, not by closing: a child that was forked meanwhile may hold a copy of the descriptor.
    try:
        unlock_descriptor(descriptor)
    finally:
        os.close(descriptor)
