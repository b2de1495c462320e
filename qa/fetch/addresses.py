"""Web addresses: which are fetched, and where a name may lead to."""

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from qa.errors import LoadError

__all__ = ["Resolve", "checked_addresses", "is_address", "is_public", "normalised", "resolve"]

_SCHEME = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*://|https?:)", re.IGNORECASE)
_NUMERIC = re.compile(r"[0-9a-fx.]+")
_MAX_CHARS = 2000
_MAX_HOST_CHARS = 253
_PORTS = {"http": 80, "https": 443}
_NONE = "it is no web address: write https:// and what follows"
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# A last part such as these makes the whole host an IPv4 address (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
# Not for pages, whatever `is_global` says, which differs between Python 3.11 and 3.13: assignments for
# protocols (with Oracle's metadata server), relays and tunnels (6to4; Teredo is within 2001::/23), Azure's
# metadata server, and examples.
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        "192.0.0.0/24 192.88.99.0/24 168.63.129.16/32 2001::/23 2001:db8::/32 2002::/16 3fff::/20".split(),
    )
)

# Host and port to the IP addresses that the name stands for, in the order to try them.
Resolve = Callable[[str, int], list[str]]


def is_address(text: str) -> bool:
    """Whether a text is meant as a web address, of whatever scheme, and not as a file's path."""
    return _SCHEME.match(text) is not None


def normalised(url: str) -> str:
    """An address in one spelling: scheme and host in lower case, no default port, no fragment.

    An international host is in its DNS form ("xn--..."), an IP address in its plain one: 127.1 is 127.0.0.1.

    Raises:
        LoadError: It is no address that is fetched.
    """
    url = url.strip()
    if len(url) > _MAX_CHARS:
        raise LoadError(f"the address has {len(url):,} characters, {_MAX_CHARS:,} are allowed")
    if any(not letter.isprintable() or letter.isspace() for letter in url):
        raise LoadError("the address holds blanks or control characters: write it as %20 and the like")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise LoadError(_NONE) from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise LoadError(f"addresses of the kind {scheme}: are not fetched, only http: and https: are")
    if parts.username is not None or parts.password is not None:
        raise LoadError("the address holds a name or password: leave them out")
    host, port = _host(parts.hostname or "", bracketed="[" in parts.netloc), _port(parts)
    place = f"[{host}]" if ":" in host else host
    if port not in (None, _PORTS[scheme]):
        place += f":{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((scheme, place, path, query, ""))


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise LoadError("the port of the address is none: it is a number from 1 to 65535")
    return port


def _host(name: str, *, bracketed: bool) -> str:
    """The host as it is looked up and sent: without the dot that may stand at its end."""
    try:
        if bracketed:
            if "%" in name:
                raise ValueError("a zone is one of this machine's own networks")
            return str(ipaddress.IPv6Address(name))
        if not name.isascii():
            # Browsers' rules (UTS 46): Python's own codec takes "\u00df" for "ss", which is another host.
            import idna

            name = idna.encode(name, uts46=True).decode("ascii")
        bare = name.lower().removesuffix(".")
        labels = bare.split(".")
        if not all(map(_LABEL.fullmatch, labels)) or len(bare) > _MAX_HOST_CHARS:
            raise ValueError("no host name")
        if _NUMBER.fullmatch(labels[-1]):
            return socket.inet_ntoa(socket.inet_aton(bare))
    except (ValueError, OSError) as error:
        raise LoadError(_NONE) from error
    return bare


def resolve(host: str, port: int) -> list[str]:
    """As the system resolves the name.

    Raises:
        LoadError: It is not known.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LoadError(f"there is no host {host}: check the address and the network") from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def checked_addresses(
    host: str, port: int, *, resolve: Resolve, allow_private: bool, timeout_s: float
) -> list[str]:
    """The IP addresses of a host, all of which anyone on the internet may reach.

    One that is not makes all suspect: a name that leads to this machine or its network is not fetched.

    Raises:
        LoadError: The host is unknown or not public.
        TimeoutError: Nobody said in time.
    """
    found = [host] if _is_ip(host) else _in_time(lambda: resolve(host, port), timeout_s)
    # Anything but an IP address would be looked up once more when it is connected to.
    if not found or not all(map(_is_ip, found)):
        raise LoadError(f"there is no host {host}: check the address and the network")
    for one in found:
        if not allow_private and not is_public(one):
            raise LoadError(
                f"{host} is no public address ({one}): only pages that anyone can reach are fetched"
            )
    return found


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _in_time(ask: Callable[[], list[str]], timeout_s: float) -> list[str]:
    """What is answered within the time; the system's resolver has no limit that could be set."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def work() -> None:
        try:
            answers.put(ask())
        # Whatever it is, it is raised where it is waited for.
        except Exception as error:  # noqa: BLE001
            answers.put(error)

    threading.Thread(target=work, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout_s)
    except Empty as error:
        raise TimeoutError("no answer about the host") from error
    if isinstance(answer, Exception):
        raise answer
    return answer


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and so is any that is written inside it."""
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv6Address):
        if one.ipv4_mapped is not None:
            return is_public(str(one.ipv4_mapped))
        if one in _NAT64:
            # What networks without IPv4 give for every host that has no IPv6: what counts is where it leads.
            return is_public(str(ipaddress.IPv4Address(int(one) & 0xFFFF_FFFF)))
        if one not in _UNICAST:
            return False
    return one.is_global and not one.is_multicast and not any(one in network for network in _SPECIAL)
