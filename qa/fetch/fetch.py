"""One page or file from the web."""

import re
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

import qa
from qa.errors import LoadError
from qa.fetch.addresses import Resolve, checked_addresses, normalised, resolve

__all__ = ["AGENT", "Fetched", "Limits", "RefusedError", "fetch"]

# Says who asks, so that a site can let it in or not.
AGENT = f"BriefingDesk/{qa.__version__} (reads pages that a person names, for citing)"
_HEADERS = {
    "User-Agent": AGENT,
    "Accept": "text/html,application/xhtml+xml,application/pdf,text/plain,text/markdown,"
    "application/rss+xml;q=0.9,application/atom+xml;q=0.9,*/*;q=0.5",
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
_GZIP_OR_ZLIB = 47  # told by the first bytes


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
    last_modified: str | None = None  # as the server writes it


class RefusedError(LoadError):
    """The site answers with another status than 200."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def fetch(
    url: str,
    *,
    limits: Limits,
    allow_private: bool = False,
    resolve: Resolve = resolve,
    allow_empty: bool = False,
) -> Fetched:
    """What is at a public http or https address.

    Each host, that of every redirect too, is resolved once, all its addresses are checked, and the connection
    goes to one of those that were checked: a name can't lead elsewhere in between. A redirect may not lead
    from https to http. Proxies of the
    environment, cookies and passwords of `.netrc` are not used.

    Args:
        url: The address.
        limits: Of size, time and redirects.
        allow_private: Lets addresses of this machine and its network through: for tests alone.
        resolve: Gives the IP addresses of a host.
        allow_empty: Takes an answer without text too.

    Raises:
        LoadError: The reason in one line.
    """
    asked = at = normalised(url)
    deadline = time.monotonic() + limits.timeout_s
    with _explained(limits):
        for _ in range(limits.max_redirects + 1):
            answer = _get(at, limits, deadline, allow_private, resolve)
            if isinstance(answer, Fetched):
                if not answer.data.strip() and not allow_empty:
                    raise LoadError("the page is empty")
                return replace(answer, url=asked)
            at = _next_hop(at, answer)
    raise LoadError(f"it leads from page to page, more than {limits.max_redirects} times")


def _next_hop(at: str, location: str) -> str:
    try:
        there = normalised(urljoin(at, location.strip().replace(" ", "%20")))
    except ValueError as error:  # an unclosed bracket
        raise LoadError("it leads to what is no web address") from error
    except LoadError as error:
        raise LoadError(f"where it leads to is not fetched: {error}") from error
    if urlsplit(at).scheme == "https" and urlsplit(there).scheme == "http":
        raise LoadError("it leads from https: to http:, which anyone can forge: add that address itself")
    return there


def _get(url: str, limits: Limits, deadline: float, allow_private: bool, resolve: Resolve) -> Fetched | str:
    """The answer, or where it leads to."""
    import httpcore

    from qa.fetch.connection import CheckedBackend

    def addresses(host: str, port: int, timeout_s: float) -> list[str]:
        return checked_addresses(
            host, port, resolve=resolve, allow_private=allow_private, timeout_s=timeout_s
        )

    backend = CheckedBackend(addresses, deadline)
    with (
        httpcore.ConnectionPool(network_backend=backend, retries=0) as pool,
        # httpcore leaves out the brackets of an IPv6 address.
        pool.stream("GET", url, headers=[("Host", urlsplit(url).netloc), *_HEADERS.items()]) as response,
    ):
        headers = _texts(response.headers)
        if response.status in _REDIRECTS and headers.get("location"):
            return headers["location"]
        if response.status != 200:
            raise RefusedError(_refused(response.status), response.status)
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > limits.max_bytes:
            raise LoadError(_too_large(limits))
        packing = headers.get("content-encoding", "identity").strip().lower()
        data = _body(response.iter_stream(), packing, limits)
    kind = headers.get("content-type", "")
    charset = _CHARSET.search(kind)
    return Fetched(
        url=url,
        final_url=url,
        content_type=kind.partition(";")[0].strip().lower(),
        charset=charset[1].lower() if charset else None,
        data=data,
        last_modified=headers.get("last-modified"),
    )


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """By name in lower case; what comes twice is joined, as if it had come in one line."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.decode("latin-1").lower()
        try:
            text = value.decode("utf-8")  # addresses in Location, from servers that don't escape them
        except UnicodeDecodeError:
            text = value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found and key != "location" else text
    return found


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
    # Not a list of pieces: a server that sends byte by byte would make it many times as large.
    found = bytearray()
    for piece in pieces if packing in ("", "identity") else _unpacked(pieces, packing):
        found += piece
        if len(found) > limits.max_bytes:
            raise LoadError(_too_large(limits))
    return bytes(found)


def _unpacked(pieces: Iterable[bytes], packing: str) -> Iterator[bytes]:
    """Piece by piece, so that little data that unpacks to much is noticed before it is all there."""
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise LoadError(f"the site packs its answer in a way that is not read ({packing[:40]})")
    unpacker, begun = zlib.decompressobj(_GZIP_OR_ZLIB), False
    try:
        for piece in pieces:
            # What is packed may come in several parts, with zeros after the last.
            while rest := (piece.lstrip(b"\0") if unpacker.eof else piece):
                if unpacker.eof:
                    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
                elif not begun and packing == "deflate" and not _is_zlib(rest):
                    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
                begun = True
                yield unpacker.decompress(rest, _PIECE)
                piece = unpacker.unconsumed_tail or unpacker.unused_data
            # What is left over of a full piece comes out without anything going in.
            while not unpacker.eof and (more := unpacker.decompress(b"", _PIECE)):
                yield more
    except zlib.error as error:
        raise LoadError("the answer of the site is damaged: try again later") from error
    if begun and not unpacker.eof:
        raise LoadError("the site broke off its answer: try again later")


def _is_zlib(data: bytes) -> bool:
    """Whether it begins as RFC 1950 says; some servers leave that out of "deflate"."""
    return data[0] & 15 == 8 and (len(data) < 2 or (data[0] * 256 + data[1]) % 31 == 0)


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
    import httpcore

    # httpcore raises its own errors "from None", which leaves the first one as their context.
    behind: BaseException = error.__cause__ or error.__context__ or error
    if isinstance(behind, ssl.SSLCertVerificationError):
        return f"the site's certificate is not accepted ({behind.verify_message}): check the address"
    if isinstance(behind, ssl.SSLError):
        return f"no safe connection to the site can be made ({behind.reason or 'TLS failed'})"
    # Without "[Errno 111]", which says nothing to a reader.
    text = " ".join((getattr(behind, "strerror", None) or str(error)).split())[:120]
    if isinstance(error, httpcore.ProtocolError | httpcore.ReadError):
        return (
            f"the site broke off or gave no proper answer ({text or type(error).__name__}): try again later"
        )
    return f"the site can't be reached ({text or type(error).__name__}): check address and network"
