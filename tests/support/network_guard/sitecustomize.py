"""Refuses, in every Python process that tests start, to reach another machine, and notes that it was tried.

Python imports a module of this name when it starts, if one is on its path: `tests/conftest.py` puts this
folder into PYTHONPATH and names the file to write to. What is connected or looked up below Python, as by
uvloop or by Ray's own processes, is not seen; nor is a child that starts without the environment.
"""

import ipaddress
import os
import sys
from typing import Any

# RFC 6761: these never resolve, so the answer is known without asking anyone.
UNRESOLVABLE = ("invalid", "test", "example")
RECORD = "NETWORK_GUARD_RECORD"

_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_RESOLVING = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


class NetworkBlockedError(RuntimeError):
    """A test tried to reach another machine."""


def parse_address(host: object) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address, None for a name."""
    try:
        return ipaddress.ip_address(str(host).split("%")[0])
    except ValueError:
        return None


def is_local(host: object) -> bool:
    """Whether it is this machine, without asking anyone."""
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    address = parse_address(host)
    return address is not None and (address.is_loopback or address.is_unspecified)


def is_unresolvable(name: object) -> bool:
    """Whether a name stands for no machine, by a rule."""
    return str(name).rstrip(".").rpartition(".")[2] in UNRESOLVABLE


def guard(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: raises where a process would reach another machine, and writes down the host."""
    if event in _CONNECTING:
        connection, target = arguments[:2]
        # IPv4, and IPv6 on Linux and macOS; other families have no hosts.
        if connection.family in (2, 10, 30) and isinstance(target, tuple) and not is_local(target[0]):
            _refuse(target[0])
    elif event in _RESOLVING:
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else arguments[0]
        # An address needs no resolving: connecting to it is what is refused.
        if not is_local(host) and parse_address(host) is None:
            if is_unresolvable(host):
                import socket

                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            _refuse(host)


def _refuse(host: object) -> None:
    command = " ".join(sys.orig_argv)[:200].replace("\n", " ")
    with open(os.environ[RECORD], "a", encoding="utf-8") as record:  # noqa: PTH123
        record.write(f"{host} by `{command}`\n")
    raise NetworkBlockedError(f"tests reach no other machine, and this process tried {host}")


if __name__ == "sitecustomize" and RECORD in os.environ:
    sys.addaudithook(guard)
