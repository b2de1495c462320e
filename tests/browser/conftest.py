"""The real app over a store of four small briefings, driven in a real Chromium."""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, Request, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.app_log import faults_in
from tests.support.app_starter import AppStarter, StartedApp
from tests.support.chat_servers import ScriptedServer, serve_chat

ROOT = Path(__file__).resolve().parent.parent.parent
# With the guard of the network in it.
PYTHON_PATH = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(ROOT)]))
# Without the windows, which nobody sees here and whose drawing takes a third of the processor's time.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync "
    "--no-first-run"
).split()
# Without the compilers for scripts that run long, which a page that is open for seconds does not pay for.
ARGUMENTS.append("--js-flags=--no-opt --no-maglev")
# A name of a web site's that leads to this computer; all else beyond it leads nowhere.
REBOUND_HOST = "evil.example"
ARGUMENTS.append(
    f"--host-resolver-rules=MAP {REBOUND_HOST} 127.0.0.1,MAP * ~NOTFOUND,EXCLUDE localhost,EXCLUDE 127.0.0.1"
)
# The one limit of these tests. They wait for what the page shows, which takes a second or so, and many times
# that while other programs use the computer: the limit only ends a test that waits for what never comes.
LIMIT_S = 300

HOSTILE_TITLE = "<img src=x onerror=alert(1)> **bold** $x$ :smile: :red[x]"
HOSTILE_HEADING = "<script>alert(2)</script> `code` [a](javascript:alert(3)) :material/home:"
HOSTILE_SENTENCE = (
    "The Zanzibar clove levy is 17 percent <script>alert(4)</script> <b onclick=alert(5)>of $x$ value</b> "
    "with [a link](javascript:alert(6)) and :material/home: and **bold** and `code` :smile:."
)
BRIEFINGS = {
    "corridor.md": """---
title: The Northwind rail corridor
published: 2026-02-03
publisher: Test Desk
topics: [railways]
---
The Northwind corridor links the port of Halden with the inland terminal at Ostrava.
It was planned for eleven years.

## What the corridor cost

The Northwind corridor cost 4.2 billion dollars to build. The tunnels took most of the money.

## What could go wrong for the corridor?

The main risks are floods and a shortage of drivers. Floods closed the Ostrava line for nineteen days in 2024.
"""
    + "".join(
        f"\n## Station {number}\n\nStation {number} of the line has two platforms and a yard for wagons.\n"
        for number in range(1, 41)
    ),
    "older.md": """---
title: Plans for Northwind, as they were
published: 2019-05-06
topics: [railways, plans]
---
In 2019 engineers expected that the Northwind corridor would cost 2.9 billion dollars to build.
They were wrong.

## Exports by port

Table 1. Salt exports by port (thousand tonnes)

| Port | 2010 | 2011 | 2012 | 2013 | 2014 | 2015 | 2016 | 2017 | 2018 | Share of the harbour's tonnage |
|---|---|---|---|---|---|---|---|---|---|---|
| Vell | 64 | 87 | 90 | 92 | 95 | 99 | 104 | 110 | 121 | 14 percent of all that was loaded there |
| Quorn | 12 | 0 | | 33 | 35 | 36 | 38 | 40 | 41 | 7 percent of all that was loaded there |
""",
    "cheese.txt": """Cheese quotas in Valdoria

The dairy board of Valdoria sets the cheese quota each March. The quota is 1,250 tonnes this year.
""",
    "hostile.md": f"""---
title: '{HOSTILE_TITLE}'
published: 2025-01-02
topics: ["**spices** <i>x</i> :smile:"]
---
# {HOSTILE_HEADING}

{HOSTILE_SENTENCE} Cloves are dried in the sun.

## Who **pays** for <u>the</u> clove levy?

The exporters of Zanzibar pay the clove levy.
""",
}

ModelApp = tuple[str, ScriptedServer]
_PAGES = pytest.StashKey[list[Page]]()


def _without_chromium() -> None:
    reason = "Chromium is missing: `apt-get install chromium-headless-shell` brings it"
    if os.environ.get("QA_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        _without_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, timeout=LIMIT_S * 1000)
        expect.set_options(timeout=LIMIT_S * 1000)
        yield browser
        browser.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@cache
def _app_starter() -> AppStarter:
    starter = AppStarter()
    atexit.register(starter.stop)
    return starter


class _OwnProcess:
    """The app in a process of its own."""

    def __init__(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> None:
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "qa", *arguments],
                cwd=folder,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def poll(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def running_app(
    store: Path, folder: Path, port: int | None = None, afresh: bool = False, /, **settings: str
) -> Iterator[str]:
    """The app as a user starts it, with settings in the environment; ends with all that it started.

    `afresh` starts it in a process that has not loaded anything yet, which takes seconds.
    """
    port = port or free_port()
    log = folder / f"app-{port}.log"
    # The briefings are few and short: reading less of them keeps the tests quick.
    environment = {**os.environ, "PYTHONPATH": PYTHON_PATH, "QA_READ_K": "8", **settings}
    start = _OwnProcess if afresh else _app_starter().start
    process = start(["--store", str(store), "app", "--port", str(port)], folder, environment, log)
    try:
        wait_until_healthy(port, process, log)
        yield f"http://localhost:{port}"
    finally:
        process.kill()
    assert faults_in(log.read_text(encoding="utf-8", errors="replace"), ROOT / "qa") == []


def wait_until_healthy(
    port: int, process: "subprocess.Popen[Any] | StartedApp | _OwnProcess", log: Path | None = None
) -> None:
    """Until a server answers; what it has written to `log` is shown where it never does."""
    until = time.monotonic() + LIMIT_S
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=LIMIT_S):
                return
        except OSError:  # nobody listens there yet
            time.sleep(0.1)
    written = log.read_text(encoding="utf-8", errors="replace") if log else ""
    pytest.fail(f"the app did not start:\n{written}")


def run_qa(store: Path, *arguments: str) -> None:
    """A command beside the app, in this process: one of its own would take seconds to load the same again."""
    from qa.cli import main

    # Playwright's event loop runs in this thread.
    with ThreadPoolExecutor(1) as other_thread:
        ended = other_thread.submit(main, ["--store", str(store), *arguments])
        with pytest.raises(SystemExit) as end:
            ended.result(LIMIT_S)
    assert end.value.code in (None, 0)


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    briefings = folder / "briefings"
    briefings.mkdir()
    for name, text in BRIEFINGS.items():
        (briefings / name).write_text(text, encoding="utf-8")
    run_qa(folder / "store", "add", str(briefings))
    return folder / "store"


@pytest.fixture(scope="session")
def app(chromium: Browser, store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_app(store, tmp_path_factory.mktemp("app")) as address:
        yield address


@contextmanager
def running_app_with_model(
    server: ScriptedServer, store: Path, folder: Path, port: int | None = None, /
) -> Iterator[str]:
    """The app whose answers a chat model writes, which is a script here."""
    settings = {"QA_ENGINE": "llm", "QA_MODEL": "openai:m", "QA_BASE_URL": f"{server.address}/v1"}
    with running_app(store, folder, port, QA_API_KEY="none", QA_MIN_CONFIDENCE="0", **settings) as address:
        yield address


class ModelDesk:
    """The app with a model, which may be away for a while; at its port it is the same desk again."""

    def __init__(self, server: ScriptedServer, store: Path, folder: Path) -> None:
        self.server = server
        self._run = partial(running_app_with_model, server, store, folder, free_port())
        self._running = ExitStack()

    def start(self) -> str:
        """Its address."""
        return self._running.enter_context(self._run())

    def stop(self) -> None:
        self._running.close()


@pytest.fixture(scope="session")
def model_desk(
    chromium: Browser, store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ModelDesk]:
    pytest.importorskip("langchain_openai")
    with serve_chat() as server:
        desk = ModelDesk(server, store, tmp_path_factory.mktemp("app-with-model"))
        try:
            yield desk
        finally:
            desk.stop()


@pytest.fixture(scope="session")
def model_app(model_desk: ModelDesk) -> ModelApp:
    """One for all tests, each of which tells the server what it expects."""
    return model_desk.start(), model_desk.server


# What the page shows, and what its fields hold, with what stands in the parts that we draw ourselves.
_READ_TEXTS = """() => {
    const read = (node) => {
        if (node.nodeType === Node.TEXT_NODE) return node.textContent.trim() ? [node.textContent.trim()] : [];
        if (node.nodeType !== Node.ELEMENT_NODE || ["STYLE", "SCRIPT"].includes(node.tagName)) return [];
        if (!node.checkVisibility()) return [];
        const own = typeof node.value === "string" && node.value ? [`[${node.value}]`] : [];
        return [...own, ...[...(node.shadowRoot?.childNodes ?? []), ...node.childNodes].flatMap(read)];
    };
    const app = document.querySelector("[data-testid=stApp]");
    return [JSON.stringify({...app?.dataset}), ...read(document.body)];
}"""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails tells what its pages showed: what comes once in many runs is seen only there."""
    report = yield
    if call.when == "call" and report.failed:
        for page in item.stash.get(_PAGES, []):
            with suppress(PlaywrightError):
                report.sections.append((page.url, "\n".join(page.evaluate(_READ_TEXTS))))
    return report


@pytest.fixture
def open_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens pages; a dialog, an error on the page or a request to another machine fails the test."""
    faults: list[str] = []
    pages = request.node.stash[_PAGES] = []

    def open_one(address: str, *, width: int = 1280, height: int = 800, provider: str | None = None) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        pages.append(page)
        page.set_default_timeout(LIMIT_S * 1000)

        def on_dialog(dialog: Dialog) -> None:
            faults.append(f"dialog: {dialog.message}")
            dialog.dismiss()

        def on_request(request: Request) -> None:
            # Whom people sign in with is another site, and what its page asks for is its own affair.
            if provider and provider in (request.url[: len(provider)], request.frame.url[: len(provider)]):
                return
            if not request.url.startswith((address.partition("/?")[0], "data:", "blob:")):
                faults.append(f"request to {request.url}")

        page.on("dialog", on_dialog)
        page.on("request", on_request)
        page.on("pageerror", lambda error: faults.append(f"error on the page: {error}"))
        page.goto(address)
        expect(
            page.get_by_role("button", name="Sign in")
            if provider
            else page.get_by_test_id("stChatInputTextArea")
        ).to_be_visible()
        return page

    yield open_one
    for page in pages:
        page.context.close()
    assert not faults
