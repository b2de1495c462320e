"""Many readers or one writer, over threads, processes and hosts."""

import os
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import sqlalchemy as sa
from filelock import lock_descriptor, unlock_descriptor
from sqlalchemy.exc import DBAPIError

from qa.errors import StoreBusyError, StoreError
from qa.store.private_files import FILE_MODE

if sys.platform != "win32":
    import fcntl

__all__ = ["AdvisoryLock", "ReadersWriterLock", "StoreLock"]

_POLL_S = 0.002
# The lock's transaction does nothing for as long as its holder works.
_MAY_BE_IDLE = "set_config('idle_in_transaction_session_timeout', '0', true)"
_HandleT = TypeVar("_HandleT")


@dataclass(frozen=True, slots=True)
class _Held(Generic[_HandleT]):
    handle: _HandleT
    shared: bool


class ReadersWriterLock(ABC, Generic[_HandleT]):
    """What a store is read and changed under: shared by those who read, or held by one alone.

    Threads are told apart as processes are; in a thread it is re-entrant. A writer is not kept out by readers
    who come one after the other: those who ask after it wait.

    Args:
        timeout_s: How long to wait.
    """

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._of_thread = threading.local()

    @contextmanager
    def hold(self, *, shared: bool = False, timeout_s: float | None = None) -> Iterator[None]:
        """Hold the lock, however often this thread does already.

        Args:
            shared: Others may hold it too who share it.
            timeout_s: How long to wait; None for the lock's own.

        Raises:
            StoreBusyError: Someone else held it for longer than the time-out.
            RuntimeError: This thread shares it and wants it alone, for which two would wait for ever.
        """
        if self._held is not None:
            if self._held.shared and not shared:
                raise RuntimeError("the store's lock is shared by this thread, which wants it alone")
            yield
            return
        deadline = time.monotonic() + (self._timeout_s if timeout_s is None else timeout_s)
        held = self._of_thread.held = _Held(self._acquire(deadline, shared=shared), shared)
        try:
            yield
        finally:
            self._of_thread.held = None
            self._release(held.handle)

    @property
    def _held(self) -> "_Held[_HandleT] | None":
        """How this thread holds it."""
        held: _Held[_HandleT] | None = getattr(self._of_thread, "held", None)
        return held

    @abstractmethod
    def _acquire(self, deadline: float, *, shared: bool) -> _HandleT:
        """Take it for this thread; StoreBusyError if that is not done by then."""

    @abstractmethod
    def _release(self, handle: _HandleT) -> None:
        """Let go of it."""

    def allow_creation(self) -> None:
        """From now on its files may be created and written."""

    def _busy(self) -> StoreBusyError:
        return StoreBusyError(
            f"the store has been in use for more than {self._timeout_s:g} s: try again in a moment, "
            "or raise lock_timeout_s"
        )


class StoreLock(ReadersWriterLock[int | None]):
    """The lock of a store in files.

    Chroma's embedded mode is not safe between processes: while one changes its files, or opens them, no other
    may have to do with them. Searching in what has been opened writes nothing, and is shared.

    The operating system drops the lock when its holder dies. Of those who wait, one holds the turnstile and
    polls for the lock itself; whoever comes after has to pass the turnstile too, so nobody is overtaken by
    those who take the lock again and again. Where a system's locks can't be shared, each has it alone.

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
        self._gate = threading.Lock()  # of the threads that wait, one polls

    def allow_creation(self) -> None:
        """From now on the files may be created and written."""
        self._read_only, self._flags = False, os.O_RDWR | os.O_CREAT

    def _acquire(self, deadline: float, *, shared: bool) -> int | None:
        if not self._gate.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise self._busy()
        try:
            turnstile = self._lock_file(self._paths[0], deadline, shared=False)
            try:
                return self._lock_file(self._paths[1], deadline, shared=shared)
            finally:
                if turnstile is not None:
                    _unlock(turnstile)
        finally:
            self._gate.release()

    def _release(self, handle: int | None) -> None:
        if handle is not None:
            _unlock(handle)

    def _lock_file(self, path: Path, deadline: float, *, shared: bool) -> int | None:
        """Its locked descriptor; None where there is nothing to lock."""
        try:
            descriptor = os.open(path, self._flags, FILE_MODE)
        except FileNotFoundError:
            if self._read_only:
                return None
            raise
        try:
            while not (_lock_shared(descriptor) if shared else lock_descriptor(descriptor, blocking=False)):
                if time.monotonic() >= deadline:
                    raise self._busy()
                time.sleep(_POLL_S)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor


def _lock_shared(descriptor: int) -> bool:
    """As `lock_descriptor` without blocking, whose locks are never shared."""
    if sys.platform == "win32":
        return lock_descriptor(descriptor, blocking=False)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unlock(descriptor: int) -> None:
    # Unlocked by name, not by closing: a child that was forked meanwhile may hold a copy of the descriptor.
    try:
        unlock_descriptor(descriptor)
    finally:
        os.close(descriptor)


class AdvisoryLock(ReadersWriterLock[sa.Connection]):
    """The lock of a catalogue on a PostgreSQL server, for all hosts.

    The server hands it on in the order of asking, and drops it with the connection of its holder. A holder
    whose connection is gone can't commit any more. It is a transaction's lock, not a session's, so that it
    holds through a pooler too which gives each transaction another connection.

    Args:
        engine: Its connections are taken; whoever holds the lock needs others of them meanwhile.
        timeout_s: How long to wait.
        max_holders: So many threads have one of the connections for the lock at most.
    """

    # Of the schema in which the tables are found, or are about to be made.
    _KEY = (
        "hashtextextended('briefing-desk ' || coalesce((SELECT n.nspname FROM pg_catalog.pg_class c "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass('meta')), "
        "current_schema(), ''), 0)"
    )

    def __init__(self, engine: sa.Engine, timeout_s: float, *, max_holders: int = 5) -> None:
        super().__init__(timeout_s)
        self._engine = engine
        self._places = threading.BoundedSemaphore(max_holders)
        sa.event.listen(engine, "commit", self._require_held)

    def _acquire(self, deadline: float, *, shared: bool) -> sa.Connection:
        if not self._places.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise self._busy()
        try:
            return self._lock(deadline, f"xact_lock{'_shared' if shared else ''}({self._KEY})")
        except BaseException:
            self._places.release()
            raise

    def _lock(self, deadline: float, function: str) -> sa.Connection:
        connection = self._engine.connect()
        try:
            # Between its statements such a transaction sees no state, for which rows would be kept.
            connection = connection.execution_options(isolation_level="READ COMMITTED")
            if not connection.execute(sa.text(f"SELECT pg_try_advisory_{function}, {_MAY_BE_IDLE}")).scalar():
                self._wait(connection, deadline, function)
        except BaseException:
            _drop(connection)
            raise
        return connection

    def _wait(self, connection: sa.Connection, deadline: float, function: str) -> None:
        left_ms = int(1000 * (deadline - time.monotonic()))
        if left_ms <= 0:
            raise self._busy()
        limit = sa.text("SELECT set_config('lock_timeout', :limit, true)")
        connection.execute(limit, {"limit": f"{left_ms}ms"})
        try:
            connection.execute(sa.text(f"SELECT pg_advisory_{function}"))
        except DBAPIError as error:
            raise self._busy() from error

    def _release(self, handle: sa.Connection) -> None:
        try:
            if handle.invalidated:  # with the connection the lock is gone too
                _drop(handle)
                return
            try:
                handle.rollback()
                handle.close()
            except StoreError:
                _drop(handle)
            except BaseException:
                _drop(handle)
                raise
        finally:
            self._places.release()

    def _require_held(self, _: sa.Connection) -> None:
        """Called before each commit: what another may have changed meanwhile must not be written over."""
        if self._held is not None:
            if self._held.handle.invalidated:  # it would be connected anew, without the lock
                raise StoreBusyError("the store's lock was lost with its connection: try again")
            self._held.handle.execute(sa.text("SELECT 1"))


def _drop(connection: sa.Connection) -> None:
    with suppress(Exception):
        connection.invalidate()
    with suppress(Exception):
        connection.close()
