"""A child process with limits: what is returned and raised there comes back, and what runs wild is ended."""

import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.ingest.sandbox import Sandbox, extend_time
from qa.parsers.office.ooxml import only_load_errors
from qa.parsers.parsed_text import ParsedContent


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running_sandbox = Sandbox(timeout_s=2, memory_mb=600)
    yield running_sandbox
    running_sandbox.close()


def test_what_a_function_returns_or_raises_comes_back(sandbox: Sandbox) -> None:
    assert sandbox.call(sorted, [3, 1, 2], reverse=True) == [3, 2, 1]
    with pytest.raises(ValueError, match="invalid literal"):
        sandbox.call(int, "three")
    assert sandbox.call(len, b"x" * 5_000_000) == 5_000_000
    assert len(sandbox.call(bytes, 5_000_000)) == 5_000_000


def test_the_child_lives_on_and_is_another_process(sandbox: Sandbox) -> None:
    first = sandbox.call(os.getpid)
    assert first != os.getpid()
    assert sandbox.call(os.getpid) == first


def test_what_hangs_is_ended_and_the_next_call_works(sandbox: Sandbox) -> None:
    first = sandbox.call(os.getpid)
    began = time.monotonic()
    with pytest.raises(LoadError, match="more than 2 s"):
        sandbox.call(time.sleep, 60)
    assert time.monotonic() - began < 20
    assert sandbox.call(os.getpid) != first


def test_what_holds_the_interpreter_is_ended_too(sandbox: Sandbox) -> None:
    sandbox.call(os.getpid)
    with pytest.raises(LoadError, match="more than 2 s"):
        sandbox.call(re.match, r"(a+)+$", "a" * 40 + "b")


def test_what_goes_on_step_by_step_has_the_time_for_each_step(sandbox: Sandbox) -> None:
    assert sandbox.call(_work_in_steps, 4, 0.8) == 4
    with pytest.raises(LoadError, match="more than 2 s"):
        sandbox.call(_work_in_steps, 2, 3.0)
    extend_time()  # here, outside of a child, it does nothing


def _work_in_steps(steps: int, seconds: float) -> int:
    for _ in range(steps):
        time.sleep(seconds)
        extend_time()
    return steps


def test_what_eats_memory_is_ended(sandbox: Sandbox) -> None:
    with pytest.raises(LoadError, match="more than the 600 MB of memory"):
        sandbox.call(bytes, 3_000_000_000)
    assert sandbox.call(abs, -1) == 1


def test_a_crash_is_one_line(sandbox: Sandbox) -> None:
    with pytest.raises(LoadError, match="its reader crashed"):
        sandbox.call(signal.raise_signal, signal.SIGSEGV)
    assert sandbox.call(abs, -1) == 1


def test_endless_recursion_is_one_line(sandbox: Sandbox) -> None:
    with pytest.raises(LoadError, match="nested too deeply"):
        sandbox.call(_recurse, 0)


def _recurse(depth: int) -> int:
    return _recurse(depth + 1) + 1


def test_there_is_no_network_and_no_other_program(sandbox: Sandbox) -> None:
    with pytest.raises(PermissionError, match=r"socket\.connect"):
        sandbox.call(_connect)
    with pytest.raises(PermissionError, match=r"os\.system"):
        sandbox.call(os.system, "true")


def _connect() -> None:
    with socket.socket() as connection:
        connection.connect(("127.0.0.1", 9))


def test_what_is_printed_there_does_no_harm(sandbox: Sandbox) -> None:
    sandbox.call(print, "noise")
    sandbox.call(os.write, 1, b"noise")
    assert sandbox.call(abs, -1) == 1


def test_an_error_that_can_not_be_pickled(sandbox: Sandbox) -> None:
    with pytest.raises(LoadError, match="its reader failed: ValueError: <function"):
        sandbox.call(_raise_lambda)
    with pytest.raises(LoadError, match=r"its reader failed: (PicklingError|AttributeError): Can't pickle"):
        sandbox.call(_return_lambda)


def _raise_lambda() -> None:
    raise ValueError(lambda: None)


def _return_lambda() -> object:
    return lambda: None


def test_what_is_logged_there_is_logged_here(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(LoadError, match="it can't be read: unexpected KeyError: 'x'; please report it"):
        sandbox.call(_fail_to_read)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("qa.parsers.reader_errors", logging.ERROR)
    assert "KeyError: 'x'" in record.getMessage()
    assert "only_load_errors(lambda data:" in record.getMessage()  # the traceback's
    caplog.clear()
    sandbox.call(abs, -1)
    assert not caplog.records  # each is logged once


def _fail_to_read() -> None:
    parts: dict[str, ParsedContent] = {}
    only_load_errors(lambda data: parts[data.decode()])(b"x")


def test_a_log_that_nobody_set_up_goes_to_stderr() -> None:
    code = (
        "from qa.ingest.sandbox import Sandbox; from tests.ingest.test_sandbox import _fail_to_read\n"
        "child = Sandbox(timeout_s=60, memory_mb=600)\n"
        "try: child.call(_fail_to_read)\n"
        "except Exception as error: print(error)"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert "please report it" in process.stdout
    assert "Traceback" in process.stderr


def test_the_child_ends_with_its_parent(tmp_path: Path) -> None:
    code = (
        "import os, signal; from qa.ingest.sandbox import Sandbox; "
        "child = Sandbox(timeout_s=60, memory_mb=600); "
        "print(child.call(os.getpid), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    child = int(process.stdout)
    for _ in range(100):
        if not Path(f"/proc/{child}").exists():
            return
        time.sleep(0.1)
    pytest.fail("the child is still there")
