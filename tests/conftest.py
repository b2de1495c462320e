"""What holds for every test: an offline environment, no network, the same examples every time.

The environment is set when this file is read, before any module of `qa` or a vendor's is imported, and
is inherited by the processes that tests start.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.support.network_guard import sitecustomize
from tests.support.network_guard.sitecustomize import (
    NetworkBlockedError,
    is_local,
    is_unresolvable,
    parse_address,
)

os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    ANONYMIZED_TELEMETRY="False",
    LANGSMITH_TRACING="false",
    LANGCHAIN_TRACING_V2="false",
    STREAMLIT_BROWSER_GATHER_USAGE_STATS="false",
    # The tests run side by side: more threads than processors wait for each other by turning in circles.
    OMP_NUM_THREADS="1",
    OPENBLAS_NUM_THREADS="1",
)
# What the user has set for the application must not change what the tests see.
for _name in [name for name in os.environ if name.startswith("QA_") and not name.startswith("QA_REQUIRE_")]:
    del os.environ[_name]

# Processes that tests start are guarded too; a folder, so that each run and worker has a file of its own.
_record_folder = tempfile.TemporaryDirectory(prefix="network-guard-")
_record = Path(_record_folder.name) / "attempts"
_record.touch()
os.environ[sitecustomize.RECORD] = str(_record)
_guard_folder = str(Path(sitecustomize.__file__).parent)
if _guard_folder not in os.environ.get("PYTHONPATH", "").split(os.pathsep):
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [_guard_folder, os.environ.get("PYTHONPATH")]))

# A job in the background of a shell starts with Ctrl-C ignored, and so do its children: tests that send it to
# a command would wait for ever.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("gate", derandomize=True, deadline=None)
settings.load_profile("gate")

# The files that take longest have few tests. Where those come last, one process ends with the longest of all
# while the other is idle.
_FIRST = ("server", "browser", "slow")
# So many browsers, each with an app of its own: while they wait, the other processes have the processors.
_BROWSER_FOLDER, _BROWSERS = "tests/browser/", 2


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting makes all stays: looking for garbage among it takes a quarter of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest first; within a file the order stays."""
    rank: dict[Path, int] = {}
    for item in items:
        marks = [_FIRST.index(mark.name) for mark in item.iter_markers() if mark.name in _FIRST]
        rank[item.path] = min([rank.get(item.path, len(_FIRST)), *marks])
    items.sort(key=lambda item: rank[item.path])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object | None:
    """A file's tests in one process, and those of half of the files that drive the app: they share one.

    While they wait for pages, the other processes have what takes the processors' time.
    """
    from xdist.scheduler import LoadFileScheduling

    files = sorted(path.name for path in (config.rootpath / _BROWSER_FOLDER).glob("test_*.py"))

    class ByFile(LoadFileScheduling):  # type: ignore[misc]  # it has no types
        def _split_scope(self, nodeid: str) -> str:
            scope: str = super()._split_scope(nodeid)
            if not scope.startswith(_BROWSER_FOLDER):
                return scope
            return f"{_BROWSER_FOLDER}{files.index(scope.removeprefix(_BROWSER_FOLDER)) % _BROWSERS}"

    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def _network_attempts() -> Iterator[list[str]]:
    """Blocks every connection of this process beyond loopback; holds the hosts that were tried.

    Its children have a guard of their own, which writes them into a file.
    """
    attempts: list[str] = []

    def refuse(host: object) -> None:
        attempts.append(str(host))
        raise NetworkBlockedError(f"tests reach no other machine, and this one tried {host!s}")

    def guard(method: Callable[..., Any], position: int) -> Callable[..., Any]:
        def call(self: socket.socket, *arguments: Any) -> Any:
            target = arguments[position]
            if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(target[0]):
                refuse(target[0])
            return method(self, *arguments)

        return call

    resolve = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        # An address needs no resolving: connecting to it is what is refused.
        if not is_local(name) and parse_address(name) is None:
            if is_unresolvable(name):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            refuse(name)
        return resolve(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
            patch.setattr(socket.socket, name, guard(getattr(socket.socket, name), position))
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        yield attempts


@pytest.fixture(scope="session")
def _opened_once() -> dict[str, Callable[..., Any]]:
    # Not at the top: the environment comes first.
    import qa.models.checker
    import qa.models.embedder
    import qa.models.reader

    return {
        "qa.models.embedder.open_embedder": cache(qa.models.embedder.open_embedder),
        "qa.models.reader.Reader": cache(qa.models.reader.Reader),
        "qa.models.checker.Checker": cache(qa.models.checker.Checker),
    }


@pytest.fixture(scope="module")
def loaded_once(_opened_once: dict[str, Callable[..., Any]]) -> Iterator[None]:
    """The real models, but one copy for all tests of the files that ask for it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, open_once in _opened_once.items():
            patch.setattr(name, open_once)
        yield


@pytest.fixture(autouse=True)
def no_loop_of_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """Outside of browser tests no event loop runs: Playwright leaves its own running between its tests."""
    loop = asyncio._get_running_loop()
    if loop is None or "browser" in request.keywords:
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """Streamlit's AppTest leaves its script as the main module, which children of later tests would run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(autouse=True)
def network_attempts(_network_attempts: list[str]) -> Iterator[list[str]]:
    """The hosts that this test tried to reach; any left at its end fail it, even if the error was caught."""
    _network_attempts.clear()
    yield _network_attempts
    tried = sorted({*_network_attempts, *attempts_of_children()})
    _network_attempts.clear()
    assert not tried, f"the test tried to reach {', '.join(tried)}"


def attempts_of_children() -> list[str]:
    """What processes of the tests have tried to reach since this was last asked, with their commands."""
    if not _record.stat().st_size:
        return []
    attempts = _record.read_text(encoding="utf-8").splitlines()
    os.truncate(_record, 0)
    return attempts
