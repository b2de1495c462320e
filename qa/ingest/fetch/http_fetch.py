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
from qa.ingest.fetch.addresses import Resolve, checked_addresses, normalize_address, resolve_host

__all__ = ["AGENT", "FEED_TYPES", "PRODUCT", "FetchLimits", "FetchedFile", "RefusedError", "fetch"]

# Says who asks, so that a site can let it in or not; a robots.txt calls us by the product token alone.
PRODUCT = "BriefingDesk"
AGENT = f"{PRODUCT}/{qa.__version__} (reads pages that a person names, for citing)"
# Some sites give pages and feeds under one address, by what is asked for.
_PAGE_TYPES = "text/html,application/xhtml+xml,application/pdf,text/plain,text/markdown,*/*;q=0.5"
FEED_TYPES = (
    "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,"
    "application/json;q=0.8,*/*;q=0.5"
)
_HEADERS = {
    "User-Agent": AGENT,
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_STATUS_REASONS = {
    401: "the site wants a login: save the page and add the file",
    403: "the site does not let programs read it: save the page and add the file",
    404: "there is no such page: check the address",
    410: "the page has been taken down",
    429: "the site asks to be left alone for a while: try again later",
    451: "the site may not show the page here",
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_PIECE_BYTES = 65_536
_GZIP_OR_ZLIB = 47  # detected by the first bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """For one fetch with all its redirects: bytes of the answer as it is unpacked, and seconds over all."""

    max_bytes: int
    timeout_s: float
    max_redirects: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFile:
    """An answer: `url` is what was asked for, normalised; `final_url` where redirects led.

    `content_type` is in lower case without parameters, "" where the server says none.
    """

    url: str
    final_url: str
    content_type: str
    charset: str | None
    data: bytes


class RefusedError(LoadError):
    """The site answers with another status than 200."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def fetch(
    url: str,
    *,
    limits: FetchLimits,
    allow_private: bool = False,
    resolve: Resolve = resolve_host,
    allow_empty: bool = False,
    accept: str = _PAGE_TYPES,
) -> FetchedFile:
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
        accept: The content types that are asked for.

    Raises:
        LoadError: The reason in one line.
    """
    requested_url = current_url = normalize_address(url)
    deadline = time.monotonic() + limits.timeout_s
    with _translate_errors(limits):
        for _ in range(limits.max_redirects + 1):
            answer = _get(current_url, limits, deadline, allow_private, resolve, accept)
            if isinstance(answer, FetchedFile):
                if not answer.data.strip() and not allow_empty:
                    raise LoadError("the page is empty")
                return replace(answer, url=requested_url)
            current_url = _resolve_redirect(current_url, answer)
    raise LoadError(f"it leads from page to page, more than {limits.max_redirects} times")


def _resolve_redirect(url: str, location: str) -> str:
    try:
        target = normalize_address(urljoin(url, location.strip().replace(" ", "%20")))
    except ValueError as error:  # an unclosed bracket
        raise LoadError("it leads to what is no web address") from error
    except LoadError as error:
        raise LoadError(f"where it leads to is not fetched: {error}") from error
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise LoadError("it leads from https: to http:, which anyone can forge: add that address itself")
    return target


def _get(
    url: str, limits: FetchLimits, deadline: float, allow_private: bool, resolve: Resolve, accept: str
) -> FetchedFile | str:
    """The answer, or where it leads to."""
    import httpcore

    from qa.ingest.fetch.checked_connection import CheckedBackend

    def addresses(host: str, port: int, timeout_s: float) -> list[str]:
        return checked_addresses(
            host, port, resolve=resolve, allow_private=allow_private, timeout_s=timeout_s
        )

    backend = CheckedBackend(addresses, deadline)
    asked = [("Host", urlsplit(url).netloc), *_HEADERS.items(), ("Accept", accept)]
    with (
        httpcore.ConnectionPool(network_backend=backend, retries=0) as pool,
        # httpcore leaves out the brackets of an IPv6 address.
        pool.stream("GET", url, headers=asked) as response,
    ):
        headers = _decode_headers(response.headers)
        if response.status in _REDIRECT_STATUSES and headers.get("location"):
            return headers["location"]
        if response.status != 200:
            raise RefusedError(_explain_status(response.status), response.status)
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > limits.max_bytes:
            raise LoadError(_explain_size(limits))
        content_encoding = headers.get("content-encoding", "identity").strip().lower()
        data = _read_body(response.iter_stream(), content_encoding, limits)
    content_type = headers.get("content-type", "")
    charset = _CHARSET.search(content_type)
    return FetchedFile(
        url=url,
        final_url=url,
        content_type=content_type.partition(";")[0].strip().lower(),
        charset=charset[1].lower() if charset else None,
        data=data,
    )


def _decode_headers(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """By name in lower case; what comes twice is joined, as if it had come in one line."""
    texts: dict[str, str] = {}
    for name, value in headers:
        key = name.decode("latin-1").lower()
        try:
            text = value.decode("utf-8")  # addresses in Location, from servers that don't escape them
        except UnicodeDecodeError:
            text = value.decode("latin-1")
        texts[key] = f"{texts[key]}, {text}" if key in texts and key != "location" else text
    return texts


def _explain_status(status: int) -> str:
    if status in _STATUS_REASONS:
        return _STATUS_REASONS[status]
    if status >= 500:
        return f"the site has a fault of its own (status {status}): try again later"
    return f"the site does not give the page (status {status})"


def _explain_size(limits: FetchLimits) -> str:
    return f"it has more than the {limits.max_bytes / 1_000_000:,.6g} MB that max_file_mb allows"


def _read_body(pieces: Iterable[bytes], content_encoding: str, limits: FetchLimits) -> bytes:
    """The whole answer, unpacked; asked for unpacked, some servers pack it all the same."""
    # Not a list of pieces: a server that sends byte by byte would make it many times as large.
    body = bytearray()
    for piece in pieces if content_encoding in ("", "identity") else _unpack(pieces, content_encoding):
        body += piece
        if len(body) > limits.max_bytes:
            raise LoadError(_explain_size(limits))
    return bytes(body)


def _unpack(pieces: Iterable[bytes], content_encoding: str) -> Iterator[bytes]:
    """Piece by piece, so that little data that unpacks to much is noticed before it is all there."""
    if content_encoding not in ("gzip", "x-gzip", "deflate"):
        raise LoadError(f"the site packs its answer in a way that is not read ({content_encoding[:40]})")
    unpacker, has_begun = zlib.decompressobj(_GZIP_OR_ZLIB), False
    try:
        for piece in pieces:
            # What is packed may come in several parts, with zeros after the last.
            while rest := (piece.lstrip(b"\0") if unpacker.eof else piece):
                if unpacker.eof:
                    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
                elif not has_begun and content_encoding == "deflate" and not _is_zlib(rest):
                    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
                has_begun = True
                yield unpacker.decompress(rest, _PIECE_BYTES)
                piece = unpacker.unconsumed_tail or unpacker.unused_data
            # What is left over of a full piece comes out without anything going in.
            while not unpacker.eof and (more := unpacker.decompress(b"", _PIECE_BYTES)):
                yield more
    except zlib.error as error:
        raise LoadError("the answer of the site is damaged: try again later") from error
    if has_begun and not unpacker.eof:
        raise LoadError("the site broke off its answer: try again later")


def _is_zlib(data: bytes) -> bool:
    """Whether it begins as RFC 1950 says; some servers leave that out of "deflate"."""
    return data[0] & 15 == 8 and (len(data) < 2 or (data[0] * 256 + data[1]) % 31 == 0)


@contextmanager
def _translate_errors(limits: FetchLimits) -> Iterator[None]:
    import httpcore

    try:
        yield
    except httpcore.TimeoutException as error:
        raise LoadError(
            f"the site took more than {limits.timeout_s:g} s: try again later, or raise fetch_timeout_s"
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        raise LoadError(_explain_failure(error)) from error


def _explain_failure(error: Exception) -> str:
    import httpcore

    # httpcore raises its own errors "from None", which leaves the first one as their context.
    cause: BaseException = error.__cause__ or error.__context__ or error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the site's certificate is not accepted ({cause.verify_message}): check the address"
    if isinstance(cause, ssl.SSLError):
        return f"no safe connection to the site can be made ({cause.reason or 'TLS failed'})"
    # Without "[Errno 111]", which says nothing to a reader.
    text = " ".join((getattr(cause, "strerror", None) or str(error)).split())[:120]
    if isinstance(error, httpcore.ProtocolError | httpcore.ReadError):
        return (
            f"the site broke off or gave no proper answer ({text or type(error).__name__}): try again later"
        )
    return f"the site can't be reached ({text or type(error).__name__}): check address and network"
