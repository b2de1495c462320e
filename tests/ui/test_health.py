"""What a watcher is told of the desk: of a real server, by `qa health` and as a load balancer asks."""

import asyncio
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import Request

import qa
from qa import Assistant, Settings
from qa.cli import main
from qa.errors import StaleIndexError, StoreError
from qa.store import ServerAddress, Store
from qa.ui import health
from qa.ui.health import HealthCheck
from qa.ui.shared import resources
from tests.browser.conftest import free_port

if TYPE_CHECKING:
    # Not at run time: pytest wants to import its plugins first.
    from tests.support.chroma import ChromaServer

pytest_plugins = ["tests.support.chroma"]

START_S = 240
NOTHING_LISTENS = "http://127.0.0.1:9"


def ask(port: int, path: str = "/health", *, method: str = "GET", **headers: str) -> tuple[int, Any]:
    """Status and body; `Host` may be anything."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.putrequest(method, path, skip_host=True)
        for name, value in {"Host": f"127.0.0.1:{port}", **headers}.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read()
        with suppress(ValueError):
            return answer.status, json.loads(body)
        return answer.status, body.decode()


@contextmanager
def server(store: Path, log: Path, **settings: str) -> Iterator[int]:
    """`qa app`, once it answers at all; its port."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "qa", "--store", str(store), "app", "--port", str(port)],
            env={**os.environ, "QA_THREADS": "1", **settings},
            stdout=output,
            stderr=output,
        )
    try:
        until_it(lambda: ask(port, "/health/live") == (200, {"status": "alive"}), process, log)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def until_it(holds: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError, http.client.HTTPException):
            if holds():
                return
        time.sleep(0.2)
    pytest.fail(f"the app did not come up:\n{log.read_text(errors='replace')}")


def until_told(port: int, **expected: Any) -> dict[str, Any]:
    """What is told once it says so."""
    until = time.monotonic() + START_S
    told: Any = {}
    while time.monotonic() < until:
        _, told = ask(port)
        if all(told.get(name) == value for name, value in expected.items()):
            return dict(told)
        time.sleep(0.5)
    pytest.fail(f"it says {told}, not {expected}")


@pytest.mark.slow
def test_a_server_tells_how_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    (tmp_path / "steel.txt").write_text("Steel\n\nThe tariff on steel is 50 percent.\n", encoding="utf-8")
    with Assistant.open(store, settings=Settings(threads=1)) as assistant:
        assistant.add(tmp_path / "steel.txt")
    with server(store, tmp_path / "log", QA_LOG_FORMAT="json", QA_LOG_LEVEL="info") as port:
        told = until_told(port, status="ready", models="ready")
        assert told == {"status": "ready", "version": qa.__version__, "documents": 1, "models": "ready"}
        # A load balancer names whatever host it likes, and is told no more than it needs.
        for headers in ({"Host": "10.0.0.7:8501"}, {"Origin": "https://evil.example"}):
            assert ask(port, **headers) == (200, {"status": "ready"})
        assert ask(port, "/", Host="10.0.0.7:8501")[0] == 403
        assert ask(port, method="POST")[0] == 405
        assert ask(port, "/healthy")[1] != told
        with pytest.raises(SystemExit) as ended:
            main(["health", "--url", f"http://127.0.0.1:{port}"])
        assert ended.value.code == 0
        assert capsys.readouterr().out == f"ready, version {qa.__version__}, documents 1, models ready\n"
        # What it reads is gone.
        (store / "catalogue.sqlite3").rename(store / "elsewhere")
        time.sleep(1.1)
        status, told = ask(port)
        assert (status, told["status"]) == (503, "unavailable")
        assert "was moved or deleted" in told["reason"]
        assert ask(port, Host="10.0.0.7") == (503, {"status": "unavailable"})
        assert ask(port, "/health/live") == (200, {"status": "alive"})
        with pytest.raises(SystemExit) as ended:
            main(["health", "--url", f"http://127.0.0.1:{port}", "--json"])
        assert ended.value.code == 1
        printed = capsys.readouterr()
        assert json.loads(printed.out) == told
        assert printed.err.startswith(f"qa: the desk at http://127.0.0.1:{port} is not well: the store ")
        (store / "elsewhere").rename(store / "catalogue.sqlite3")
        time.sleep(1.1)
        assert ask(port)[0] == 200


def test_a_chroma_server_that_is_gone_is_the_reason(
    tmp_path: Path, own_chroma_server: "ChromaServer"
) -> None:
    address = ServerAddress(url=own_chroma_server.url)
    with closing(Store.open(tmp_path / "store", server=address)) as store:
        assert store.require_well(10) == 0
        own_chroma_server.stop()
        with pytest.raises(StoreError, match=f"the Chroma server {address} can't be reached") as caught:
            store.require_well(10)
        assert "\n" not in str(caught.value)


def test_a_chroma_server_that_does_not_answer_is_the_reason(tmp_path: Path) -> None:
    released = threading.Event()

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            released.wait(30)

        def log_message(self, *_: object) -> None:
            pass

    silent = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    threading.Thread(target=silent.serve_forever, daemon=True).start()
    try:
        address = ServerAddress(url=f"http://127.0.0.1:{silent.server_port}", api_key="a-key-of-chroma")
        with pytest.raises(StoreError, match=r"did not answer within 0\.2 s"):
            address.require_answer(0.2)
    finally:
        released.set()
        silent.shutdown()
        silent.server_close()


def request(path: str = "/health", *, host: str = "localhost", client: str = "127.0.0.1") -> Request:
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": path,
            "headers": [(b"host", host.encode())],
            "client": (client, 5),
            "query_string": b"",
            "scheme": "http",
        }
    )


def body(check: HealthCheck, is_known: bool = True, **of: str) -> tuple[int, dict[str, Any]]:
    async def respond() -> tuple[int, dict[str, Any]]:
        answer = await check.respond(request(**of), is_known=is_known)
        return answer.status_code, json.loads(bytes(answer.body))

    return asyncio.run(respond())


@pytest.mark.parametrize(
    ("of", "is_known"),
    [({"client": "192.0.2.7"}, True), ({"host": "desk.example"}, True), ({}, False)],
)
def test_others_are_told_the_status_alone(of: dict[str, str], is_known: bool) -> None:
    check = HealthCheck(lambda: {"documents": 3})
    assert body(check) == (200, {"status": "ready", "documents": 3})
    assert body(check, is_known, **of) == (200, {"status": "ready"})


def test_a_look_counts_for_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look() -> dict[str, Any]:
        looks.append(1)
        return {}

    check = HealthCheck(look, base_path="/desk")
    assert check.takes("/desk/health")
    assert not check.takes("/health")
    for _ in range(5):
        body(check, path="/desk/health")
    assert len(looks) == 1
    monkeypatch.setattr(health, "_MAX_AGE_S", 0.0)
    body(check, path="/desk/health")
    assert len(looks) == 2


def test_a_store_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_TIMEOUT_S", 0.1)
    released = threading.Event()
    looks: list[int] = []

    def look() -> dict[str, Any]:
        looks.append(1)
        released.wait(30)
        return {}

    async def ask_often() -> list[int]:
        check = HealthCheck(look)
        statuses = [(await check.respond(request(), is_known=True)).status_code for _ in range(3)]
        released.set()
        await asyncio.sleep(0.2)
        return [*statuses, (await check.respond(request(), is_known=True)).status_code]

    assert asyncio.run(ask_often()) == [503, 503, 503, 200]
    assert len(looks) == 2


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (NOTHING_LISTENS, "nobody answers at http://127.0.0.1:9/health"),
        ("desk.example", "--url desk.example: it takes an address such as"),
    ],
)
def test_what_can_not_be_asked_is_one_line(
    capsys: pytest.CaptureFixture[str], url: str, message: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["health", "--url", url, "--timeout", "2"])
    assert ended.value.code == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"qa: {message}")
    assert printed.err.count("\n") == 1


@contextmanager
def answering(*answers: tuple[int, bytes]) -> Iterator[str]:
    """A server that gives these answers one after the other, the last of them for good; its address."""
    left = list(answers)

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    other = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{other.server_port}"
    finally:
        other.shutdown()
        other.server_close()


def test_what_is_no_desk_is_said_to_be_none(capsys: pytest.CaptureFixture[str]) -> None:
    with answering((200, b"[1]")) as url, pytest.raises(SystemExit):
        main(["health", "--url", url])
    assert "is no Briefing Desk: check --url" in capsys.readouterr().err


def test_a_proxy_whose_desk_is_not_there_yet_is_asked_again(capsys: pytest.CaptureFixture[str]) -> None:
    bad_gateway = (502, b"<html>Bad Gateway</html>")
    with (
        answering(bad_gateway, bad_gateway, (200, b'{"status": "ready"}')) as url,
        pytest.raises(SystemExit) as ended,
    ):
        main(["health", "--url", url, "--wait", "60"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "ready\n"
    with answering(bad_gateway) as url, pytest.raises(SystemExit) as ended:
        main(["health", "--url", url])
    assert ended.value.code == 1
    assert "is not well: it answers with HTTP 502" in capsys.readouterr().err


def test_models_that_do_not_load_are_the_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They are tried again after a while, as nobody asks a desk that a load balancer has taken out."""
    clock = 0.0
    failing = True

    class Models:
        loaded = False

    class Desk:
        models = Models()

        def require_well(self) -> int:
            return 1

        def warm(self) -> None:
            if failing:
                raise StaleIndexError("the store was indexed with another model")
            self.models.loaded = True

    desk = Desk()
    monkeypatch.setattr(health, "read_settings", lambda: Settings(store=tmp_path))
    monkeypatch.setattr(health, "shared_assistant", lambda _settings: desk)
    monkeypatch.setattr(resources, "monotonic", lambda: clock)

    def look() -> Any:
        with suppress(StaleIndexError):
            health.look_at_the_desk()
        for thread in threading.enumerate():
            if thread.name == resources._WARMING:
                thread.join(20)
        return health.look_at_the_desk()

    with pytest.raises(StaleIndexError, match="another model"):
        look()
    failing = False
    with pytest.raises(StaleIndexError):
        look()
    clock += 61
    assert look()["models"] == "ready"
