"""Who gets in: other web sites, other hosts and other computers don't, and nothing goes out meanwhile."""

import http.client
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LIMIT_S, PYTHON_PATH, REBOUND_HOST, ROOT, free_port, wait_until_healthy
from tests.conftest import attempts_of_children

pytestmark = pytest.mark.browser

PATHS = (
    "/",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/upload_file/session/file",
    "/_stcore/bidi-components/briefing_desk_answer/main.js",
    "/component/x/index.html",
    "/media/x.png",
)
# A page of another site, which tries what such pages try.
FOREIGN_PAGE = """<!doctype html><iframe src="{app}/"></iframe>"""
OPEN_SOCKET = """address => new Promise(resolve => {
    const socket = new WebSocket(address, ["streamlit"]);
    socket.onopen = () => resolve("open");
    socket.onerror = () => resolve("refused");
})"""
FETCH = """([address, mode]) => fetch(address, {mode}).then(
    answer => `${answer.type} ${answer.status}`, () => "refused"
)"""
LOAD_SCRIPT = """address => new Promise(resolve => {
    const script = document.createElement("script");
    script.onload = () => resolve("loaded");
    script.onerror = () => resolve("refused");
    script.src = address;
    document.head.append(script);
})"""


def status(address: str, path: str, *, method: str = "GET", **headers: str) -> int:
    """The status of one answer; `Host` may be anything."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=LIMIT_S)
    connection.putrequest(method, path, skip_host=True)
    for name, value in {"Host": urlsplit(address).netloc, **headers}.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    connection.close()
    return answer.status


open_socket = partial(
    status,
    path="/_stcore/stream",
    Connection="Upgrade",
    Upgrade="websocket",
    Sec_WebSocket_Version="13",
    Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==",
)


@pytest.fixture
def foreign(app: str) -> Iterator[str]:
    """A site on another port of this computer, whose page frames the app."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = FOREIGN_PAGE.format(app=app).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context() as context:
        yield context.new_page()


def socket_address(app: str) -> str:
    return app.replace("http:", "ws:") + "/_stcore/stream"


# Over plain sockets -------------------------------------------------------------------------------


def test_server_answers_its_own_page_alone(app: str) -> None:
    """Each path, and the WebSocket: under another host, and for another origin."""
    port = urlsplit(app).port
    assert (status(app, "/"), open_socket(app), open_socket(app, Origin=app)) == (200, 101, 101)
    for foreign in (
        {"Host": f"{REBOUND_HOST}:{port}"},
        {"Host": f"{REBOUND_HOST}:{port}", "Origin": f"http://{REBOUND_HOST}:{port}"},
        {"Origin": f"http://{REBOUND_HOST}"},
        {"Origin": f"http://localhost:{(port or 0) + 1}"},
        {"Origin": "null"},
    ):
        statuses = {path: status(app, path, **foreign) for path in PATHS}
        assert statuses == dict.fromkeys(PATHS, 403), foreign
        assert open_socket(app, **foreign) == 403, foreign
        for method in ("PUT", "DELETE", "OPTIONS"):
            assert status(app, "/_stcore/upload_file/session/file", method=method, **foreign) == 403
    # Streamlit's own check, of a token that only the page can read.
    assert status(app, "/_stcore/upload_file/session/file", method="PUT", Origin=app) == 403


# In Chromium --------------------------------------------------------------------------------------


def test_name_that_leads_here_gets_nothing(app: str, page: Page) -> None:
    rebound = app.replace("localhost", REBOUND_HOST)
    answer = page.goto(rebound)
    assert answer is not None
    assert answer.status == 403
    assert f"the page is not known as '{urlsplit(rebound).netloc}'" in page.content()
    # What a page of that site does once its name leads here.
    assert page.evaluate(FETCH, [f"{rebound}/_stcore/health", "cors"]) == "basic 403"
    assert page.evaluate(OPEN_SOCKET, socket_address(rebound)) == "refused"


def test_page_is_not_framed(app: str, foreign: str, page: Page) -> None:
    page.goto(foreign)
    (frame,) = page.frames[1:]
    assert frame.url == "chrome-error://chromewebdata/"


def test_page_of_another_site_reaches_nothing(app: str, foreign: str, page: Page) -> None:
    page.goto(app)
    script = page.locator("script[src]").first.evaluate("script => script.src")
    attempts = (
        (OPEN_SOCKET, socket_address(app), "open"),
        (FETCH, [f"{app}/_stcore/health", "cors"], "basic 200"),
        (FETCH, [f"{app}/_stcore/health", "no-cors"], "basic 200"),
        (LOAD_SCRIPT, script, "loaded"),
    )
    for code, argument, expected in attempts:
        assert page.evaluate(code, argument) == expected
    page.goto(foreign)
    for code, argument, _ in attempts:
        assert page.evaluate(code, argument) == "refused"


def test_link_from_another_site_opens_the_page(app: str, foreign: str, page: Page) -> None:
    page.goto(foreign)
    page.evaluate("address => { location.href = address }", app)
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible(timeout=LIMIT_S * 1000)


def test_page_asks_no_other_site(app: str, foreign: str, page: Page) -> None:
    """Whatever got into it: its browser refuses to."""
    for address, expected in ((foreign, "basic 200"), (app, "refused")):
        page.goto(address)
        assert page.evaluate(FETCH, [f"{foreign}/", "no-cors"]) == expected
    assert page.evaluate(LOAD_SCRIPT, f"{foreign}/") == "refused"
    assert page.evaluate(OPEN_SOCKET, socket_address(foreign)) == "refused"


# What goes out ------------------------------------------------------------------------------------


def test_nothing_leaves_this_computer(app: str, open_page: Callable[..., Page]) -> None:
    """From the start of the app over a question to origins that are refused; its process is guarded."""
    page = open_page(app)
    box = page.get_by_test_id("stChatInputTextArea")
    expect(box).to_be_enabled()
    box.fill("How much did the Northwind corridor cost to build?")
    box.press("Enter")
    expect(page.locator(".qa.answer")).to_contain_text("4.2 billion dollars")
    for origin in (f"http://{REBOUND_HOST}", "http://192.0.2.7", "null", "http://localhost:1"):
        assert open_socket(app, Origin=origin) == 403
    assert attempts_of_children() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_app_that_is_told_to_stop_ends_in_order(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "app", "--port", str(port)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": PYTHON_PATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_healthy(port, process)
        process.send_signal(number)
        output, _ = process.communicate(timeout=LIMIT_S)
    finally:
        process.kill()
    assert process.returncode == 0
    assert (
        output.split()
        == f"""
        Briefing Desk is at http://localhost:{port} (Ctrl-C stops it)
        You can now view your Streamlit app in your browser.  URL: http://localhost:{port}
    """.split()
    )


# `streamlit run` ----------------------------------------------------------------------------------


def streamlit_run(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """As a user starts it, from whatever folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(ROOT / "streamlit_app.py"), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": PYTHON_PATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_streamlit_run_has_the_same_guard(tmp_path: Path) -> None:
    port = free_port()
    process = streamlit_run(tmp_path, "--server.port", str(port))
    try:
        address = f"http://localhost:{port}"
        wait_until_healthy(port, process)
        assert (status(address, "/"), open_socket(address, Origin=address)) == (200, 101)
        assert status(address, "/", Host=f"{REBOUND_HOST}:{port}") == 403
        assert open_socket(address, Origin="http://localhost:1") == 403
    finally:
        process.kill()
        process.communicate()
    assert attempts_of_children() == []


def test_streamlit_run_beyond_this_computer_is_refused(tmp_path: Path) -> None:
    port = free_port()
    process = streamlit_run(tmp_path, "--server.port", str(port), "--server.address", "0.0.0.0")
    try:
        output, _ = process.communicate(timeout=LIMIT_S)
    finally:
        process.kill()
    assert process.returncode == 1
    assert output.splitlines()[-1].startswith("qa: server.address is 0.0.0.0, which lets other computers in")
    assert "Traceback" not in output
    assert attempts_of_children() == []
