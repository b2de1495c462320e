"""Web addresses: which are fetched, and where a name may lead to."""

import ipaddress
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote, urlsplit, urlunsplit

from qa.errors import LoadError

__all__ = ["Resolve", "checked_addresses", "is_address", "is_public", "normalised", "resolve"]

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_NUMERIC = re.compile(r"[0-9a-fx.]+")
_MAX_CHARS = 2000
_PORTS = {"http": 80, "https": 443}
# Ways to write an IPv4 address inside an IPv6 one: IPv4-compatible, and the two prefixes of NAT64.
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.ip_network("::/96")

# Host and port to the IP addresses that the name stands for, in the order to try them.
Resolve = Callable[[str, int], list[str]]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_address(text: str) -> bool:
    """Whether a text is meant as a web address, of whatever scheme, and not as a file's path."""
    return _SCHEME.match(text) is not None


def normalised(url: str) -> str:
    """An address in one spelling: scheme and host in lower case, no default port, no fragment.

    Raises:
        LoadError: It is no address that is fetched.
    """
    if len(url) > _MAX_CHARS:
        raise LoadError(f"the address has {len(url):,} characters, {_MAX_CHARS:,} are allowed")
    if any(not letter.isprintable() or letter.isspace() for letter in url):
        raise LoadError("the address holds blanks or control characters: write it as %20 and the like")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except ValueError as error:
        raise LoadError("it is no web address: write https:// and what follows") from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise LoadError(f"addresses of the kind {scheme}: are not fetched, only http: and https: are")
    if parts.username is not None or parts.password is not None:
        raise LoadError("the address holds a name or password: leave them out")
    if not host or port == 0:
        raise LoadError("it is no web address: write https:// and what follows")
    place = f"[{host}]" if ":" in host else host
    if port not in (None, _PORTS[scheme]):
        place += f":{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return urlunsplit((scheme, place, path, query, ""))


def _ascii_host(host: str) -> str:
    """The name as DNS knows it ("xn--..."), without the dot that may stand at its end."""
    bare = host.rstrip(".").lower()
    if ":" in bare:
        return str(ipaddress.IPv6Address(bare))
    if _NUMERIC.fullmatch(bare):
        # All that the system takes for an address: 127.1, 0x7f.1, 2130706433.
        with suppress(OSError):
            return socket.inet_ntoa(socket.inet_aton(bare))
    return bare if bare.isascii() else bare.encode("idna").decode("ascii")


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


def checked_addresses(host: str, port: int, *, resolve: Resolve, allow_private: bool) -> list[str]:
    """The IP addresses of a host, all of which anyone on the internet may reach.

    One that is not makes all suspect: a name that leads to this machine or its network is not fetched.

    Raises:
        LoadError: The host is unknown or not public.
    """
    found = resolve(host, port)
    if not found:
        raise LoadError(f"there is no host {host}: check the address and the network")
    if not allow_private:
        for one in found:
            if not is_public(one):
                raise LoadError(f"{host} is no public address ({one}): it is not fetched")
    return found


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and so is any that is written inside it."""
    try:
        one = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(each.is_global and not each.is_multicast and not each.is_reserved for each in _meant(one))


def _meant(one: _Address) -> list[_Address]:
    """The address, and those that it is another writing or a tunnel of."""
    if isinstance(one, ipaddress.IPv4Address):
        return [one]
    inner: list[_Address] = []
    if one.ipv4_mapped:
        return [one.ipv4_mapped]
    if one.sixtofour:
        inner.append(one.sixtofour)
    if one.teredo:
        inner += one.teredo
    if one in _COMPATIBLE or any(one in network for network in _NAT64):
        inner.append(ipaddress.IPv4Address(int(one) & 0xFFFF_FFFF))
        # The prefix itself is not global; what counts is where it leads.
        return inner if one not in _COMPATIBLE else [one, *inner]
    return [one, *inner]
