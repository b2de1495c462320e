"""One page or file from the web."""

import re
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import qa
from qa.errors import LoadError
from qa.fetch.addresses import Resolve, checked_addresses, normalised, resolve

__all__ = ["AGENT", "Fetched", "Limits", "fetch"]

# Says who asks, so that a site can let it in or not.
AGENT = f"BriefingDesk/{qa.__version__} (reads pages that a person names, for citing)"
_HEADERS = {
    "User-Agent": AGENT,
    "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain,*/*;q=0.5",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_STATUSES = {
    401: "the site wants a login: save the page and add the file",
    403: "the site does not let programs read it: save the page and add the file",
    404: "there is no such page: check the address",
    410: "the page has been taken down",
    429: "the site asks to be left alone for a while: try again later",
    451: "the site may not show the page here",
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_PIECE = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """For one fetch with all its redirects: bytes of the answer as it is unpacked, and seconds over all."""

    max_bytes: int
    timeout_s: float
    max_redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer: `url` is what was asked for, normalised; `final_url` where redirects led.

    `content_type` is in lower case without parameters, "" where the server says none.
    """

    url: str
    final_url: str
    content_type: str
    charset: str | None
    data: bytes


def fetch(url: str, *, limits: Limits, allow_private: bool = False, resolve: Resolve = resolve) -> Fetched:
    """What is at a public http or https address.

    Each host, that of every redirect too, is resolved once, all its addresses are checked, and the connection
    goes to one of those that were checked: a name can't lead elsewhere in between. Proxies of the
    environment, cookies and passwords of `.netrc` are not used.

    Args:
        url: The address.
        limits: Of size, time and redirects.
        allow_private: Lets addresses of this machine and its network through: for tests alone.
        resolve: Gives the IP addresses of a host.

    Raises:
        LoadError: The reason in one line.
    """
    asked = at = normalised(url)
    deadline = time.monotonic() + limits.timeout_s
    with _explained(limits):
        for _ in range(limits.max_redirects + 1):
            answer = _get(at, limits, deadline, allow_private, resolve)
            if isinstance(answer, Fetched):
                return Fetched(
                    url=asked,
                    final_url=at,
                    content_type=answer.content_type,
                    charset=answer.charset,
                    data=answer.data,
                )
            at = _next_hop(at, answer)
    raise LoadError(f"it leads from page to page, more than {limits.max_redirects} times")


def _next_hop(at: str, location: str) -> str:
    there = normalised(urljoin(at, location))
    if urlsplit(at).scheme == "https" and urlsplit(there).scheme == "http":
        raise LoadError("it leads from https: to http:, which anyone can forge: add that address itself")
    return there


def _get(url: str, limits: Limits, deadline: float, allow_private: bool, resolve: Resolve) -> Fetched | str:
    """The answer, or where it leads to."""
    import httpcore

    from qa.fetch.connection import CheckedBackend

    def addresses(host: str, port: int) -> list[str]:
        return checked_addresses(host, port, resolve=resolve, allow_private=allow_private)

    backend = CheckedBackend(addresses, deadline)
    with (
        httpcore.ConnectionPool(network_backend=backend, retries=0) as pool,
        pool.stream("GET", url, headers=list(_HEADERS.items())) as response,
    ):
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
        }
        if response.status in _REDIRECTS and headers.get("location"):
            return headers["location"]
        if response.status != 200:
            raise LoadError(_refused(response.status))
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > limits.max_bytes:
            raise LoadError(_too_large(limits))
        packing = headers.get("content-encoding", "identity").strip().lower()
        data = _body(response.iter_stream(), packing, limits)
    if not data.strip():
        raise LoadError("the page is empty")
    kind = headers.get("content-type", "")
    charset = _CHARSET.search(kind)
    return Fetched(
        url=url,
        final_url=url,
        content_type=kind.partition(";")[0].strip().lower(),
        charset=charset[1].lower() if charset else None,
        data=data,
    )


def _refused(status: int) -> str:
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:
        return f"the site has a fault of its own (status {status}): try again later"
    return f"the site does not give the page (status {status})"


def _too_large(limits: Limits) -> str:
    return f"it has more than the {limits.max_bytes / 1_000_000:,.6g} MB that max_file_mb allows"


def _body(pieces: Iterable[bytes], packing: str, limits: Limits) -> bytes:
    """The whole answer, unpacked; asked for unpacked, some servers pack it all the same."""
    found: list[bytes] = []
    size = 0
    for piece in pieces if packing in ("", "identity") else _unpacked(pieces, packing):
        size += len(piece)
        if size > limits.max_bytes:
            raise LoadError(_too_large(limits))
        found.append(piece)
    return b"".join(found)


def _unpacked(pieces: Iterable[bytes], packing: str) -> Iterator[bytes]:
    """Piece by piece, so that little data that unpacks to much is noticed before it is all there."""
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise LoadError(f"the site packs its answer in a way that is not read ({packing[:40]})")
    unpacker = zlib.decompressobj(wbits=47)  # gzip and zlib, told by the header
    try:
        for piece in pieces:
            rest = piece
            while rest:
                yield unpacker.decompress(rest, _PIECE)
                rest = unpacker.unconsumed_tail
    except zlib.error as error:
        raise LoadError("the answer of the site is damaged") from error


@contextmanager
def _explained(limits: Limits) -> Iterator[None]:
    import httpcore

    try:
        yield
    except httpcore.TimeoutException as error:
        raise LoadError(
            f"the site took more than {limits.timeout_s:g} s: try again later, or raise fetch_timeout_s"
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        raise LoadError(_failure(error)) from error


def _failure(error: Exception) -> str:
    text = " ".join(str(error).split())
    behind: Any = error.__cause__ or error.__context__
    if isinstance(error, ssl.SSLError) or isinstance(behind, ssl.SSLError) or "SSL" in text.upper():
        return f"the connection is not safe ({text[:120] or 'TLS failed'})"
    return f"the site can't be reached ({text[:120] or type(error).__name__}): check address and network"
