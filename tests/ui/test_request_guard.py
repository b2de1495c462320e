"""What the guard before the page lets through, what it refuses, and when it lets nobody start."""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
import streamlit as st
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.ui.request_guard import RequestGuard, request_guard
from qa.ui.return_address import ReturnAddress

HERE = ("127.0.0.1", 8501)
PAGE = "what the page shows"


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for Streamlit's server, whose own policy for content must stay."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    headers = {"content-security-policy": "img-src 'self'", "X-Frame-Options": "ALLOWALL"}
    await PlainTextResponse(PAGE, headers=headers)(scope, receive, send)


def respond(
    headers: dict[str, str] | list[tuple[str, str]],
    *,
    kind: str = "http",
    method: str = "GET",
    server: tuple[str, int | None] | None = HERE,
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "::1"),
    for_others: bool = False,
    path: str = "/",
    app: ASGIApp = page,
    **options: Any,
) -> list[Message]:
    """What is sent back for one request."""
    pairs = list(headers.items()) if isinstance(headers, dict) else headers
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs],
        "server": server,
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    guard = RequestGuard(app, allowed_hosts=hosts, for_others=for_others, **options)
    # In a thread of its own: Playwright, where it ran before, leaves a running loop in this one.
    with ThreadPoolExecutor(1) as executor:
        executor.submit(asyncio.run, guard(scope, receive, send)).result()
    return sent


def is_let_through(headers: dict[str, str] | list[tuple[str, str]], **options: Any) -> bool:
    """Whether it is, over HTTP and WebSocket alike."""
    answer, socket = respond(headers, **options), respond(headers, kind="websocket", **options)
    passed = answer[0]["status"] == 200
    assert (PAGE.encode() in answer[1]["body"]) is passed
    assert passed or answer[0]["status"] == 403
    assert socket[0]["type"] == ("websocket.accept" if passed else "websocket.close")
    return passed


@pytest.mark.parametrize(
    "host",
    ["localhost:8501", "localhost", "LOCALHOST:8501", "localhost.", "127.0.0.1:8501", "[::1]:8501", "[::1]"],
)
def test_page_answers_under_the_names_of_this_computer(host: str) -> None:
    assert is_let_through({"Host": host})


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example:8501"},
        {"Host": "localhost.evil.example"},
        {"Host": "evil-localhost"},
        {"Host": "127.0.0.1.nip.io:8501"},
        {"Host": "192.0.2.7:8501"},
        {"Host": "localhost@evil.example"},
        {"Host": "localhost/evil.example"},
        {"Host": "localhost:8501:x"},
        {"Host": "localhost:99999"},
        {"Host": "[::1"},
        {"Host": "*"},
        {"Host": ""},
        {},
        [("Host", "localhost:8501"), ("Host", "evil.example")],
    ],
)
def test_no_other_host_gets_an_answer(headers: dict[str, str]) -> None:
    assert not is_let_through(headers)


def test_named_hosts_get_an_answer() -> None:
    hosts = ("desk.example", "*.desks.example", "[2001:db8::1]")
    for host in ("Desk.example", "a.desks.example:80", "[2001:DB8::1]:8501"):
        assert is_let_through({"Host": host}, hosts=hosts)
    for host in ("a.desk.example", "desks.example", "adesks.example", "localhost"):
        assert not is_let_through({"Host": host}, hosts=hosts)


@pytest.mark.parametrize("origin", ["http://localhost:8501", "https://localhost:8501"])
def test_own_origin_gets_an_answer(origin: str) -> None:
    assert is_let_through({"Host": "localhost:8501", "Origin": origin})


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "http://localhost:3000",
        "http://localhost",
        "http://127.0.0.1:8501",
        "http://localhost:8501.evil.example",
        "http://localhost:8501@evil.example",
        "file://localhost:8501",
        "null",
        "",
        "http://[",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_no_other_origin_gets_an_answer(origin: str, method: str) -> None:
    assert not is_let_through({"Host": "localhost:8501", "Origin": origin}, method=method)


def test_own_origin_does_not_excuse_another() -> None:
    own = [("Host", "localhost:8501"), ("Origin", "http://localhost:8501")]
    assert not is_let_through([*own, ("Origin", "http://evil.example")])


@pytest.mark.parametrize(
    ("site", "mode", "destination", "passes"),
    [
        pytest.param("none", "navigate", "document", True, id="typed"),
        pytest.param("same-origin", "cors", "empty", True, id="fetched by the page"),
        pytest.param("same-origin", "navigate", "iframe", True, id="a frame of the page's own"),
        pytest.param("cross-site", "navigate", "document", True, id="a link that is followed"),
        pytest.param("cross-site", "navigate", "iframe", False, id="framed"),
        pytest.param("same-site", "navigate", "iframe", False, id="framed by another port"),
        pytest.param("cross-site", "navigate", "embed", False, id="embedded"),
        pytest.param("cross-site", "no-cors", "image", False, id="an image elsewhere"),
        pytest.param("same-site", "no-cors", "script", False, id="a script of another port"),
        pytest.param("cross-site", "cors", "empty", False, id="fetched elsewhere"),
        pytest.param("cross-site", "websocket", "websocket", False, id="a socket of another site"),
    ],
)
def test_pages_of_other_sites_get_no_answer(site: str, mode: str, destination: str, passes: bool) -> None:
    fetched = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination}
    assert is_let_through({"Host": "localhost:8501", **fetched}) is passes


@pytest.mark.parametrize(
    ("server", "is_local"),
    [
        (("127.0.0.1", 8501), True),
        (("127.8.0.1", 8501), True),
        (("::1", 8501), True),
        (("::ffff:127.0.0.1", 8501), True),
        (("/run/desk.sock", None), True),
        (("192.0.2.7", 8501), False),
        (("::ffff:192.0.2.7", 8501), False),
        (("2001:db8::1", 8501), False),
        (None, False),
    ],
)
def test_others_get_an_answer_only_without_sign_in(
    server: tuple[str, int | None] | None, is_local: bool
) -> None:
    headers = {"Host": "localhost:8501"}
    assert is_let_through(headers, server=server) is is_local
    assert is_let_through(headers, server=server, for_others=True)


@pytest.mark.parametrize("host", ["localhost:8501", "evil.example"])
def test_every_answer_forbids_frames_and_other_sites(host: str) -> None:
    start = respond({"Host": host})[0]
    headers = [(name.decode(), value.decode()) for name, value in start["headers"]]
    assert [value for name, value in headers if name == "x-frame-options"] == ["DENY"]
    policies = [value for name, value in headers if name == "content-security-policy"]
    assert ["frame-ancestors 'none'" in policy for policy in policies].count(True) == 1
    assert ("img-src 'self'" in policies) is (host == "localhost:8501")
    sockets = "ws://localhost:8501 wss://localhost:8501 " if host == "localhost:8501" else " "
    assert f"; connect-src 'self' {sockets}data: blob:;" in policies[-1]
    assert ("cross-origin-resource-policy", "same-origin") in headers
    assert ("cross-origin-opener-policy", "same-origin") in headers


def test_refusal_says_what_to_do_and_shows_no_more_than_it_should() -> None:
    body = respond({"Host": "evil\x1b]52;c;\x07" + "x" * 5000})[1]["body"].decode()
    assert "--allow-host" in body
    assert body.isascii()
    assert body.strip().isprintable()
    assert len(body) < 300


# The way back from signing in --------------------------------------------------------------------


def come_back(noted: str, location: str = "/", base_path: str = "") -> dict[str, str]:
    """The headers that the provider's answer leads to, for what the browser has noted."""

    async def lead_on(scope: Scope, receive: Receive, send: Send) -> None:
        await RedirectResponse(location)(scope, receive, send)

    headers = {"Host": "desk:1", "Cookie": f"a=b; briefing_desk_return={noted}"}
    app = ReturnAddress(lead_on, base_path=base_path)
    start = respond(headers, path=f"{base_path}/oauth2callback", app=app, hosts=("desk",))[0]
    return {name.decode(): value.decode() for name, value in start["headers"]}


def note(referer: str, base_path: str = "") -> str:
    """The cookie that is set when a page asks for signing in."""
    app = ReturnAddress(page, base_path=base_path)
    headers = {"Host": "desk:1", "Referer": referer}
    start = respond(headers, path=f"{base_path}/auth/login", app=app, hosts=("desk",))[0]
    cookies = [value.decode() for name, value in start["headers"] if name == b"set-cookie"]
    return cookies[0] if cookies else ""


@pytest.mark.parametrize(
    ("base_path", "address"),
    [("", "/?c=ab12"), ("", "/notes?note=ab12"), ("/desk", "/desk/?topic=rail+%26+road&from=2025-01-02")],
)
def test_signing_in_leads_back_to_the_address_that_was_opened(base_path: str, address: str) -> None:
    cookie = note(f"http://desk:1{address}", base_path)
    assert "HttpOnly; SameSite=Lax" in cookie
    noted = cookie.partition("=")[2].partition(";")[0]
    headers = come_back(noted, f"{base_path}/", base_path)
    assert headers["location"] == address
    assert "Max-Age=0" in headers["set-cookie"]
    # Where the provider's answer leads elsewhere, it stays so.
    assert come_back(noted, "/elsewhere", base_path)["location"] == "/elsewhere"


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/?c=x", "/\\evil.example?c=x", "https://evil.example/?c=x", "/", "/notes", "?c=x",
        "/oauth2callback?code=x", "/auth/logout?x", "/_stcore/health?x", "/?c=\u00e9", "/?c=x y",
        "/?c=x\r\ny:z", f"/?c={'x' * 2000}", "",
    ],
)  # fmt: skip
def test_signing_in_leads_to_no_other_address(address: str) -> None:
    assert come_back(quote(address, safe=""))["location"] == "/"
    assert "Max-Age=0" in note(f"http://evil.example{address}")


# The start ----------------------------------------------------------------------------------------


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What Streamlit's configuration holds."""
    values: dict[str, Any] = {
        "server.address": "127.0.0.1",
        "server.port": 8501,
        "server.allowedHosts": [],
        "server.baseUrlPath": "",
    }
    monkeypatch.setattr(st, "get_option", values.__getitem__)
    monkeypatch.setattr(sys, "argv", ["page.py"])
    return values


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1"])
def test_start_on_this_computer_says_nothing(
    address: str, options: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    options["server.address"] = address
    middleware, _ = request_guard()
    assert middleware.kwargs["allowed_hosts"] == ["localhost", "127.0.0.1", "::1"]
    assert not middleware.kwargs["for_others"]
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.7", "desk.example", None, ""])
def test_start_beyond_this_computer_is_refused_or_warned_of(
    address: str | None,
    options: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options |= {"server.address": address, "server.allowedHosts": ["desk.example"]}
    with pytest.raises(SystemExit, match=r"^qa: server.address is .*--without-sign-in"):
        request_guard()
    monkeypatch.setattr(sys, "argv", ["page.py", "--without-sign-in"])
    middleware, _ = request_guard()
    assert middleware.kwargs["allowed_hosts"] == ["desk.example"]
    assert middleware.kwargs["for_others"]
    assert "qa: warning: whoever reaches port 8501" in capsys.readouterr().err


def test_start_that_would_allow_any_host_is_refused(options: dict[str, Any]) -> None:
    options["server.allowedHosts"] = ["localhost", "*"]
    with pytest.raises(SystemExit, match="every web site"):
        request_guard()
