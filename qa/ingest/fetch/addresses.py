"""Web addresses and hosts: which are fetched, where a name may lead to, and which is this computer."""

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from qa.errors import LoadError

__all__ = [
    "THIS_COMPUTER",
    "Resolve",
    "checked_addresses",
    "is_address",
    "is_public",
    "is_this_computer",
    "normalize_address",
    "normalize_host",
    "resolve_host",
]

_SCHEME = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*://|https?:)", re.IGNORECASE)
_MAX_CHARS = 2000
_MAX_HOST_CHARS = 253
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NO_ADDRESS = "it is no web address: write https:// and what follows"
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# A last part such as these makes the whole host an IPv4 address (WHATWG URL, "ends in a number").
_NUMERIC_LABEL = re.compile(r"\d+|0x[0-9a-f]*")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_UNICAST = ipaddress.IPv6Network("2000::/3")
# Not for pages, whatever `is_global` says, which differs between Python 3.11 and 3.13: assignments for
# protocols (with Oracle's metadata server), relays and tunnels (6to4; Teredo is within 2001::/23), Azure's
# metadata server, and examples.
_SPECIAL_NETWORKS = tuple(
    map(
        ipaddress.ip_network,
        "192.0.0.0/24 192.88.99.0/24 168.63.129.16/32 2001::/23 2001:db8::/32 2002::/16 3fff::/20".split(),
    )
)

# Under what names this computer calls itself.
THIS_COMPUTER = ("localhost", "127.0.0.1", "::1")

# Host and port to the IP addresses that the name stands for, in the order to try them.
Resolve = Callable[[str, int], list[str]]


def is_address(text: str) -> bool:
    """Whether a text is meant as a web address, of whatever scheme, and not as a file's path."""
    return _SCHEME.match(text) is not None


def normalize_address(url: str) -> str:
    """An address in one spelling: scheme and host in lower case, no default port, no fragment.

    An international host is in its DNS form ("xn--..."), an IP address in its plain one: 127.1 is 127.0.0.1.

    Raises:
        LoadError: It is no address that is fetched.
    """
    url = url.strip()
    if len(url) > _MAX_CHARS:
        raise LoadError(f"the address has {len(url):,} characters, {_MAX_CHARS:,} are allowed")
    if any(not character.isprintable() or character.isspace() for character in url):
        raise LoadError("the address holds blanks or control characters: write it as %20 and the like")
    try:
        split_url = urlsplit(url)
    except ValueError as error:
        raise LoadError(_NO_ADDRESS) from error
    scheme = split_url.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise LoadError(f"addresses of the kind {scheme}: are not fetched, only http: and https: are")
    if split_url.username is not None or split_url.password is not None:
        raise LoadError("the address holds a name or password: leave them out")
    host, port = (
        _normalise_host(split_url.hostname or "", bracketed="[" in split_url.netloc),
        _read_port(split_url),
    )
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, _DEFAULT_PORTS[scheme]):
        netloc += f":{port}"
    path = quote(split_url.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(split_url.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((scheme, netloc, path, query, ""))


def _read_port(split_url: SplitResult) -> int | None:
    try:
        port = split_url.port
    except ValueError:
        port = 0
    if port == 0:
        raise LoadError("the port of the address is none: it is a number from 1 to 65535")
    return port


def _normalise_host(name: str, *, bracketed: bool) -> str:
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
        host = name.lower().removesuffix(".")
        labels = host.split(".")
        if not all(map(_LABEL.fullmatch, labels)) or len(host) > _MAX_HOST_CHARS:
            raise ValueError("no host name")
        if _NUMERIC_LABEL.fullmatch(labels[-1]):
            return socket.inet_ntoa(socket.inet_aton(host))
    except (ValueError, OSError) as error:
        raise LoadError(_NO_ADDRESS) from error
    return host


def normalize_host(name: str) -> str:
    """A host alone in one spelling, as in an address; IPv6 comes out without brackets.

    Raises:
        LoadError: It is no host.
    """
    is_ipv6 = ":" in name
    return _normalise_host(name.removeprefix("[").removesuffix("]") if is_ipv6 else name, bracketed=is_ipv6)


def resolve_host(host: str, port: int) -> list[str]:
    """As the system resolves the name.

    Raises:
        LoadError: It is not known.
    """
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LoadError(f"there is no host {host}: check the address and the network") from error
    return list(dict.fromkeys(str(info[4][0]) for info in infos))


def checked_addresses(
    host: str, port: int, *, resolve: Resolve, allow_private: bool, timeout_s: float
) -> list[str]:
    """The IP addresses of a host, all of which anyone on the internet may reach.

    One that is not makes all suspect: a name that leads to this machine or its network is not fetched.

    Raises:
        LoadError: The host is unknown or not public.
        TimeoutError: Nobody said in time.
    """
    addresses = [host] if _is_ip(host) else _look_up_in_time(lambda: resolve(host, port), timeout_s)
    # Anything but an IP address would be looked up once more when it is connected to.
    if not addresses or not all(map(_is_ip, addresses)):
        raise LoadError(f"there is no host {host}: check the address and the network")
    for address in addresses:
        if not allow_private and not is_public(address):
            raise LoadError(
                f"{host} is no public address ({address}): only pages that anyone can reach are fetched"
            )
    return addresses


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _look_up_in_time(look_up: Callable[[], list[str]], timeout_s: float) -> list[str]:
    """What is answered within the time; the system's resolver has no limit that could be set."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def work() -> None:
        try:
            answers.put(look_up())
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


def is_this_computer(address: str) -> bool:
    """Whether nobody but this computer can reach a server that listens there.

    Of names only "localhost" is known to be: any other may lead elsewhere.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address.lower() == "localhost"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return ip.ipv4_mapped.is_loopback
    return ip.is_loopback


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and so is any that is written inside it."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            # What networks without IPv4 give for every host that has no IPv6: what counts is where it leads.
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
        if ip not in _UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _SPECIAL_NETWORKS)
