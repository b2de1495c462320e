"""What the app's log complains of: a browser that has gone is no fault of the app's, all else is."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

__all__ = ["faults_in"]

# What a server raises when it writes to, or reads from, a socket that the browser has closed.
_CLOSED_SOCKET = frozenset(
    {
        "BrokenPipeError",
        "ConnectionAbortedError",
        "ConnectionResetError",
        "starlette.requests.ClientDisconnect",
        "starlette.websockets.WebSocketDisconnect",
        "starlette.websockets.WebSocketDisconnected",
        "tornado.iostream.StreamClosedError",
        "tornado.websocket.WebSocketClosedError",
        "uvicorn.protocols.utils.ClientDisconnected",
    }
)
_HEAD = "Traceback (most recent call last):"
_STACK = "Stack (most recent call last):"
_JOINTS = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
_EXCEPTION = re.compile(r"([A-Za-z_][\w.]*)(?::.*)?")
# Where a request or a piece of an answer only goes through: our guard stands before all of Streamlit.
_HANDED_ON = re.compile(r"await [\w.]+\((?:scope, receive, \w+|message)\)")


def faults_in(log: str, package: Path) -> list[str]:
    """The tracebacks of a log, those apart that only tell of a closed socket.

    One that passes through our own code is a fault, whatever was raised, unless that only hands on what it
    was given: a socket of the browser's is never touched there. So is one in a form that isn't Python's own,
    such as Streamlit's frames around the exception of a page, and one in a chain with any other exception. So
    are the calls that led to a warning.

    Args:
        log: All that the app has written.
        package: The folder of our code, as it stands in tracebacks.
    """
    lines = log.splitlines()
    faults = []
    end = 0
    for start, line in enumerate(lines):
        if start < end or not any(head in line for head in ("Traceback", _STACK)):
            continue
        end = _end_of_chain(lines, start) if line == _HEAD else start + 1
        chain = lines[start:end]
        if line != _HEAD or not _tells_of_a_closed_socket(chain, package):
            faults.append("\n".join(chain))
    return faults


def _end_of_chain(lines: list[str], start: int) -> int:
    """Where a traceback ends, with those that it is joined to."""
    at = start + 1
    while at < len(lines) and lines[at].startswith(" "):
        at += 1
    at += 1  # the exception
    if lines[at : at + 3] and lines[at + 1 : at + 3] in [[joint, ""] for joint in _JOINTS]:
        following = at + 3
        if following < len(lines) and lines[following] == _HEAD:
            return _end_of_chain(lines, following)
    return min(at, len(lines))


def _tells_of_a_closed_socket(chain: list[str], package: Path) -> bool:
    ours = [after.strip() for line, after in pairwise(chain) if line.lstrip().startswith(f'File "{package}/')]
    if not all(map(_HANDED_ON.fullmatch, ours)):
        return False
    names = list(_exceptions(chain))
    return bool(names) and all(name in _CLOSED_SOCKET for name in names)


def _exceptions(chain: list[str]) -> Iterator[str | None]:
    """The names of the exceptions that were raised; None for a line that is none."""
    for line in chain:
        if line and line != _HEAD and not line.startswith(" ") and line not in _JOINTS:
            match = _EXCEPTION.fullmatch(line)
            yield match[1] if match else None
