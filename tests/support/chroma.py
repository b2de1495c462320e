"""A real Chroma server on loopback in a child process, once a session, as a plugin of pytest."""

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.kept_process import KeptProcess

__all__ = ["ChromaServer", "chroma_server", "own_chroma_server", "server_settings", "vectors_at"]

_START_S = 60
_ATTEMPTS = 3  # another may take the port that was free


class ChromaServer:
    """`chroma run` on a folder; `url` is what a user would type. It can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log.txt"
        self._process: KeptProcess | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        for _ in range(_ATTEMPTS):
            self._port = self._port or _free_port()
            self._run()
            if self._comes_up():
                return
            self.stop()
            self._port = 0
        pytest.fail(f"chroma did not start:\n{self._log.read_text(errors='replace')[-3000:]}")

    def _run(self) -> None:
        command = [
            Path(sys.executable).with_name("chroma"), "run", "--path", self._folder / "data",
            "--port", self._port, "--host", "127.0.0.1",
        ]  # fmt: skip
        # It keeps notes there.
        self._process = KeptProcess(command, self._log, env=os.environ | {"HOME": str(self._folder)})

    def _comes_up(self) -> bool:
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=2):
                    return True
            except OSError:
                time.sleep(0.03)
            if "in use" in self._log.read_text(errors="replace"):
                return False
        return False

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """One server for all tests: each store has a collection of its own there."""
    server = ChromaServer(tmp_path_factory.mktemp("chroma"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def own_chroma_server(tmp_path: Path) -> Iterator[ChromaServer]:
    """One that a test may stop and start."""
    server = ChromaServer(tmp_path)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server_settings(chroma_server: ChromaServer) -> dict[str, str]:
    """What a user would set, for `Settings(**server_settings)`."""
    return {"chroma_url": chroma_server.url}


@pytest.fixture(params=["embedded", "server"])
def vectors_at(request: pytest.FixtureRequest) -> str | None:
    """Where the vectors are: None for files, or a server's address. A test that asks is run with both."""
    if request.param == "embedded":
        return None
    server: ChromaServer = request.getfixturevalue("chroma_server")
    return server.url
