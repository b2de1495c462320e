"""A browser that closes its socket is told from a fault of the app, by what each leaves in the log."""

from pathlib import Path

import pytest

from tests.browser.app_log import faults_in

PACKAGE = Path("/app/qa")
# A page was left while the app was busy, and Streamlit took the end of the socket for a wrong message.
CLOSED_SOCKET = """Exception in ASGI application
Traceback (most recent call last):
  File "/venv/streamlit/web/server/starlette/starlette_websocket.py", line 516, in _websocket_endpoint
    data = await websocket.receive_bytes()
  File "/venv/starlette/websockets.py", line 131, in receive_bytes
    raise WebSocketDisconnected('WebSocket is not connected. Need to call "accept" first.')
starlette.websockets.WebSocketDisconnected: WebSocket is not connected. Need to call "accept" first.

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/venv/uvicorn/protocols/websockets/websockets_sansio_impl.py", line 409, in run_asgi
    result = await self.app(self.scope, self.receive, self.send)
  File "/venv/streamlit/web/server/starlette/starlette_websocket.py", line 524, in _websocket_endpoint
    await websocket.close()
  File "/venv/starlette/websockets.py", line 187, in close
    await self.send({"type": "websocket.close", "code": code, "reason": reason or ""})
  File "/venv/starlette/websockets.py", line 104, in send
    raise WebSocketDisconnected('Cannot call "send" once a close message has been sent.')
starlette.websockets.WebSocketDisconnected: Cannot call "send" once a close message has been sent.
"""
THROUGH_OURS = """  File "/app/qa/ui/request_guard.py", line 174, in __call__
    await answer(scope, receive, send_with_headers)
"""
GUARDED = CLOSED_SOCKET.replace(
    '  File "/venv/streamlit/web/server/starlette/starlette_websocket.py", line 524',
    THROUGH_OURS + '  File "/venv/streamlit/web/server/starlette/starlette_websocket.py", line 524',
)
CONNECTION_RESET = """Traceback (most recent call last):
  File "/usr/lib/python3.11/asyncio/selector_events.py", line 1078, in write
    n = self._sock.send(data)
ConnectionResetError: [Errno 104] Connection reset by peer
"""
JOINT = "\nDuring handling of the above exception, another exception occurred:\n\n"
WRONG_KEY = """Traceback (most recent call last):
  File "/venv/streamlit/runtime/caching/cache_utils.py", line 280, in _get_or_create
    result = cache.read_result(value_key)
KeyError: 'nothing'
"""
# Streamlit draws a frame around the exception of a page.
PAGE = """\
\x1b[31m──\x1b[0m \x1b[1;31mTraceback \x1b[0m\x1b[1;2;31m(most recent call last)\x1b[0m\x1b[31m ──
\x1b[31m \x1b[0m \x1b[2m/app/\x1b[0m\x1b[1mpage.py\x1b[0m:6 in <module>             \x1b[31m \x1b[0m
\x1b[31m──────────────────────────────────────\x1b[0m
\x1b[1;91mConnectionResetError: \x1b[0m[Errno 104] Connection reset by peer
"""
WARNED = """The widget with key "view" was created with a default value.
Stack (most recent call last):
  File "/app/qa/ui/page.py", line 62, in main
    page.run()
"""
CLEAN = "Briefing Desk is at http://localhost:8501 (Ctrl-C stops it)\n\n  URL: http://localhost:8501\n"


@pytest.mark.parametrize(
    "log",
    [
        CLEAN,
        CLEAN + CLOSED_SOCKET,
        CLOSED_SOCKET * 3,
        GUARDED,
        CONNECTION_RESET,
        CONNECTION_RESET.replace("ConnectionResetError: [Errno 104]", "BrokenPipeError: [Errno 32]"),
        CONNECTION_RESET + JOINT + CLOSED_SOCKET.partition("\n")[2],
        CONNECTION_RESET.replace("ConnectionResetError", "tornado.websocket.WebSocketClosedError"),
    ],
    ids=[
        "clean",
        "closed",
        "three closed",
        "closed, through our guard",
        "reset",
        "broken pipe",
        "reset, then closed",
        "of another server",
    ],
)
def test_closed_socket_is_no_fault(log: str) -> None:
    assert faults_in(log, PACKAGE) == []


@pytest.mark.parametrize(
    ("log", "named"),
    [
        (WRONG_KEY, ["KeyError: 'nothing'"]),
        (CLOSED_SOCKET + WRONG_KEY + CLOSED_SOCKET, ["KeyError: 'nothing'"]),
        (WRONG_KEY + CLOSED_SOCKET + WRONG_KEY, ["KeyError: 'nothing'", "KeyError: 'nothing'"]),
        (WRONG_KEY + JOINT + CONNECTION_RESET, ["KeyError: 'nothing'"]),
        (CONNECTION_RESET + JOINT + WRONG_KEY, ["KeyError: 'nothing'"]),
        (CONNECTION_RESET.replace("/usr/lib/python3.11/asyncio", "/app/qa/answer"), ["ConnectionResetError"]),
        (GUARDED.replace("answer(scope, receive, send_with_headers)", "self._keep(scope)"), ["Disconnected"]),
        (CONNECTION_RESET.replace("Error:", "ErrorOfOurs:"), ["ConnectionResetErrorOfOurs"]),
        ("".join(CONNECTION_RESET.splitlines(keepends=True)[:-1]), ["n = self._sock.send(data)"]),
        (CLOSED_SOCKET + PAGE, ["Traceback"]),
        ("  + Exception Group " + CONNECTION_RESET, ["Exception Group"]),
        (CLEAN + WARNED, ["Stack"]),
    ],
    ids=[
        "fault", "between", "two", "fault, then reset", "reset, then fault", "reset in our code",
        "closed in our guard",
        "another name", "cut off", "page", "group", "warning",
    ],
)  # fmt: skip
def test_anything_else_is_a_fault(log: str, named: list[str]) -> None:
    faults = faults_in(log, PACKAGE)
    assert len(faults) == len(named)
    assert all(name in fault for name, fault in zip(named, faults, strict=True))
