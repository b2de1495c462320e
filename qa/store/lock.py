"""One holder at a time, over threads and processes."""

import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import lock_descriptor, unlock_descriptor

from qa.errors import StoreBusyError
from qa.store.private_files import FILE_MODE

__all__ = ["OneHolder", "StoreLock"]

_POLL_S = 0.002


class OneHolder(ABC):
    """A lock that is re-entrant in a thread, and exclusive between threads and whoever else takes it.

    Args:
        timeout_s: How long to wait.
    """

    def __init__(self, timeout_s: float) -> None:
        self._threads = threading.RLock()
        self._timeout_s = timeout_s
        self._depth = 0

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
                self._acquire(deadline)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._release()
        finally:
            self._threads.release()

    @abstractmethod
    def _acquire(self, deadline: float) -> None:
        """Take it from all others; StoreBusyError if that is not done by then."""

    @abstractmethod
    def _release(self) -> None:
        """Let go of it."""

    def allow_creation(self) -> None:  # noqa: B027 - nothing to do where it is no file
        """From now on its files may be created and written."""

    def _busy(self) -> StoreBusyError:
        return StoreBusyError(
            f"the store has been in use for more than {self._timeout_s:g} s: try again in a moment, "
            "or raise lock_timeout_s"
        )


class StoreLock(OneHolder):
    """The lock of a store in files: re-entrant in a thread, exclusive between threads and processes.

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
        super().__init__(timeout_s)
        self._paths = (path.with_name(path.name + ".next"), path)
        self._flags = os.O_RDONLY if read_only else os.O_RDWR | os.O_CREAT
        self._read_only = read_only
        self._descriptor: int | None = None

    def allow_creation(self) -> None:
        """From now on the files may be created and written."""
        self._read_only, self._flags = False, os.O_RDWR | os.O_CREAT

    def _acquire(self, deadline: float) -> None:
        turnstile = self._lock_file(self._paths[0], deadline)
        try:
            # None where there is nothing to lock.
            self._descriptor = self._lock_file(self._paths[1], deadline)
        finally:
            if turnstile is not None:
                _release(turnstile)

    def _release(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            _release(descriptor)

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


def _release(descriptor: int) -> None:
    # Unlocked by name, not by closing: a child that was forked meanwhile may hold a copy of the descriptor.
    try:
        unlock_descriptor(descriptor)
    finally:
        os.close(descriptor)
