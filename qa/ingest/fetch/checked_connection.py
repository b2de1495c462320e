"""Connections that go to checked addresses only and end by a deadline."""

import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

__all__ = ["CheckedBackend"]


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections; `addresses` gives the IP addresses of a host that may be connected to, in a time.

    `deadline` (of `time.monotonic`) holds for everything together: a server that sends a byte a second keeps
    within every time-out of its own.
    """

    def __init__(self, addresses: Callable[[str, int, float], list[str]], deadline: float) -> None:
        self._find_addresses, self._deadline = addresses, deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """To the first of the host's addresses that answers."""
        try:
            addresses = self._find_addresses(host, port, _compute_remaining_s(self._deadline))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        failure: Exception | None = None
        for attempt, address in enumerate(addresses):
            # A share of the time each: the first may be an IPv6 address that swallows everything.
            share_s = _compute_remaining_s(self._deadline) / (len(addresses) - attempt)
            try:
                stream = self._plain.connect_tcp(address, port, share_s, local_address, socket_options)
                return _DeadlineStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")


class _DeadlineStream(httpcore.NetworkStream):
    """A stream whose every step ends by the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _compute_remaining_s(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _compute_remaining_s(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _compute_remaining_s(self._deadline))
        return _DeadlineStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _compute_remaining_s(deadline: float) -> float:
    remaining_s = deadline - time.monotonic()
    if remaining_s <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return remaining_s
