"""Running a function in a child process with limits on time and memory.

Documents come from anywhere, and parsers of their formats hang, eat memory or crash on some. The child ends
by itself: whoever asked gets one line. It lives on from call to call, so that libraries are imported once,
and is started anew after it was ended. It guards against accidents and traps, not against code that takes a
parser over: it runs as the same user.
"""

import contextlib
import json
import logging
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from logging.handlers import QueueHandler
from queue import SimpleQueue
from typing import IO, Any, NoReturn, ParamSpec, TypeVar

from qa.errors import LoadError
from qa.text.control_characters import CleanLogFilter

__all__ = ["Sandbox", "borrow_sandbox", "extend_time", "serve"]

_P = ParamSpec("_P")
_T = TypeVar("_T")

_Reply = tuple[bool, Any, list[logging.LogRecord]]  # whether it succeeded, its result or error, its log

_CLEAN_LOG = CleanLogFilter()  # what a reader logs may quote the document
_LENGTH = struct.Struct(">Q")
_START_S = 60.0  # for the child to start, on a machine that is busy
_BUFFER_BYTES, _MAX_REASON_CHARS = 1 << 20, 300
_MAX_CALLS = 500  # after so many the child is replaced: libraries leak


class Sandbox:
    """A child process that calls functions; thread-safe, one call at a time.

    Args:
        timeout_s: How long a call may take, or go on after it has called `extend_time`.
        memory_mb: How much address space the child may take, in megabytes of 1,000,000 bytes (not enforced
            where the system knows no such limit, as macOS).
    """

    def __init__(self, *, timeout_s: float, memory_mb: float) -> None:
        self.timeout_s, self._memory_mb = timeout_s, memory_mb
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._calls = 0

    def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What the function returns there; it, its arguments and its result are pickled.

        Raises:
            LoadError: It takes too long, too much memory, or the child died.
            Exception: What the function raised.
        """
        with self._lock:
            try:
                child = self._ensure_child()
                succeeded, value, log_records = self._send_request(
                    child, pickle.dumps((function, args, kwargs, self.timeout_s))
                )
            except BaseException:
                self._end_child()
                raise
            self._calls += 1
            if self._calls >= _MAX_CALLS:
                self._end_child()
        for record in log_records:
            logger = logging.getLogger(record.name)
            if logger.isEnabledFor(record.levelno):
                _CLEAN_LOG.filter(record)
                logger.handle(record)
        if not succeeded:
            raise value
        return value  # type: ignore[no-any-return]

    def close(self) -> None:
        """End the child; the next call starts another."""
        with self._lock:
            self._end_child()

    def _ensure_child(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._end_child()
        # By its own path: the program may run from a folder that a child would not look in.
        code = (
            f"import sys; sys.path[:] = {json.dumps(sys.path)}; from qa.ingest.sandbox import serve; serve()"
        )
        self._child = subprocess.Popen(
            [sys.executable, "-c", code, str(int(self._memory_mb * 1_000_000))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the parent, which ends the child
        )
        self._calls = 0
        return self._child

    def _send_request(self, child: subprocess.Popen[bytes], request: bytes) -> _Reply:
        assert child.stdin is not None
        assert child.stdout is not None
        start_allowance_s = _START_S if not self._calls else 0.0
        deadline = time.monotonic() + self.timeout_s + start_allowance_s
        try:
            _write(child.stdin, _LENGTH.pack(len(request)) + request, deadline)
            while not (length := _LENGTH.unpack(_read(child.stdout, _LENGTH.size, deadline))[0]):
                deadline = time.monotonic() + self.timeout_s  # see `extend_time`
            reply = _read(child.stdout, length, deadline)
        except TimeoutError:
            raise LoadError(
                f"reading it took more than {self.timeout_s:g} s and was ended: simplify the file, or raise "
                "parse_timeout_s"
            ) from None
        except (BrokenPipeError, EOFError):
            raise LoadError(self._explain_exit(child)) from None
        return pickle.loads(reply)  # type: ignore[no-any-return]

    def _explain_exit(self, child: subprocess.Popen[bytes]) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=5)
        if child.returncode == -signal.SIGXCPU:
            return f"reading it took more than {self.timeout_s:g} s and was ended: simplify the file"
        if child.returncode in (-signal.SIGKILL, -signal.SIGABRT, _OUT_OF_MEMORY):
            limit_text = f"{self._memory_mb:,.6g} MB of memory that parse_memory_mb allows"
            return f"reading it took more than the {limit_text}: split the file, or raise the setting"
        return "its reader crashed: the file is damaged, or made to do that"

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def __del__(self) -> None:
        self._end_child()


def _write(stream: IO[bytes], data: bytes, deadline: float) -> None:
    view, offset = memoryview(data), 0
    os.set_blocking(stream.fileno(), False)
    while offset < len(view):
        _wait(stream, deadline, write=True)
        with contextlib.suppress(BlockingIOError):
            offset += os.write(stream.fileno(), view[offset : offset + _BUFFER_BYTES])


def _read(stream: IO[bytes], count: int, deadline: float) -> bytes:
    pieces: list[bytes] = []
    while count > 0:
        _wait(stream, deadline, write=False)
        piece = os.read(stream.fileno(), min(count, _BUFFER_BYTES))
        if not piece:
            raise EOFError
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _wait(stream: IO[bytes], deadline: float, *, write: bool) -> None:
    remaining_s = deadline - time.monotonic()
    poller = select.poll()  # not select, which knows the first 1,024 files only
    poller.register(stream.fileno(), select.POLLOUT if write else select.POLLIN)
    if remaining_s <= 0 or not poller.poll(remaining_s * 1000):
        raise TimeoutError


# Children for all ----------------------------------------------------------------------------------

_IDLE_S = 60.0  # after which an idle child ends
_idle_lock = threading.Lock()
_idle: dict[float, list[tuple[float, Sandbox]]] = {}


def _forget_idle() -> None:
    """In a process that was forked: the children, and whoever held the lock, are those of the one before."""
    global _idle_lock
    _idle_lock = threading.Lock()
    for idle_sandboxes in _idle.values():
        for _, sandbox in idle_sandboxes:
            sandbox._child = None
    _idle.clear()


os.register_at_fork(after_in_child=_forget_idle)


@contextlib.contextmanager
def borrow_sandbox(*, timeout_s: float, memory_mb: float) -> Iterator[Sandbox]:
    """A sandbox of this process for a while; its child is kept for the next one who asks."""
    with _idle_lock:
        idle_sandboxes = _idle.setdefault(memory_mb, [])
        sandbox = (
            idle_sandboxes.pop()[1] if idle_sandboxes else Sandbox(timeout_s=timeout_s, memory_mb=memory_mb)
        )
    sandbox.timeout_s = timeout_s
    try:
        yield sandbox
    finally:
        with _idle_lock:
            _idle[memory_mb].append((time.monotonic(), sandbox))
        timer = threading.Timer(_IDLE_S + 1, _end_idle)
        timer.daemon = True
        timer.start()


def _end_idle() -> None:
    now = time.monotonic()
    with _idle_lock:
        for idle_sandboxes in _idle.values():
            for idle_since, sandbox in [entry for entry in idle_sandboxes if now - entry[0] > _IDLE_S]:
                idle_sandboxes.remove((idle_since, sandbox))
                sandbox.close()


# The child ------------------------------------------------------------------------------------------

_OUT_OF_MEMORY = 77
_report_progress: Callable[[], None] | None = None  # in the child, while it works on a call
_FORBIDDEN_EVENTS = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
)


def extend_time() -> None:
    """Say, from a call, that it has come a step further, and may take as long again.

    What is long but goes on, as a scan of many pages, is then not taken for what hangs. Outside of a child it
    does nothing.
    """
    if _report_progress is not None:
        _report_progress()


def serve() -> NoReturn:
    """Answer calls from stdin on stdout until it ends; run in the child, which has its limits from argv."""
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    # What libraries print must not get among the replies, nor may they read the requests.
    null_device = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null_device, descriptor)
    log_records = _collect_log_records()
    _limit_memory(int(sys.argv[1]))
    sys.addaudithook(_refuse_event)
    while header := source.read(_LENGTH.size):
        request = source.read(_LENGTH.unpack(header)[0])
        try:
            reply = _pickle_reply(*_call_function(request, target), log_records)
        except MemoryError:
            # Nothing can be relied on any more.
            os._exit(_OUT_OF_MEMORY)
        target.write(_LENGTH.pack(len(reply)) + reply)
        target.flush()
        log_records.clear()
        del request, reply
    os._exit(0)


def _call_function(request: bytes, target: IO[bytes]) -> tuple[bool, Any]:
    global _report_progress
    function, args, kwargs, timeout_s = pickle.loads(request)
    _limit_time(timeout_s)

    def report_progress() -> None:
        target.write(_LENGTH.pack(0))
        target.flush()
        _limit_time(timeout_s)

    _report_progress = report_progress
    try:
        return True, function(*args, **kwargs)
    except MemoryError:
        raise
    except RecursionError:
        return False, LoadError("it is nested too deeply")
    # Whatever it is, it is the caller's to judge.
    except Exception as error:  # noqa: BLE001
        return False, error


def _pickle_reply(succeeded: bool, value: Any, log_records: list[logging.LogRecord]) -> bytes:
    try:
        return pickle.dumps((succeeded, value, log_records))
    # Errors of libraries hold whatever they like.
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        failure = error if succeeded else value
        reason = " ".join(f"{type(failure).__name__}: {failure}".split())[:_MAX_REASON_CHARS]
        return pickle.dumps((False, LoadError(f"its reader failed: {reason}"), log_records))


def _collect_log_records() -> list[logging.LogRecord]:
    """What is logged here from now on, for the parent, whose log people see; libraries talk too much."""
    log_records: list[logging.LogRecord] = []

    class Collector(QueueHandler):
        """Keeps records with their tracebacks as text, which can be pickled."""

        def enqueue(self, record: logging.LogRecord) -> None:
            """Keep a record."""
            log_records.append(record)

    logger = logging.getLogger("qa")
    logger.addHandler(Collector(SimpleQueue()))
    logger.propagate = False
    return log_records


def _limit_memory(max_bytes: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    """A backstop in processor time, should the parent die: it can't end the child then."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + 2 * seconds) + 10
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _refuse_event(event: str, _arguments: object) -> None:
    if event in _FORBIDDEN_EVENTS:
        raise PermissionError(f"a reader of documents tried {event}")
