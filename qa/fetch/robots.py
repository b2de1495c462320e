"""What a site's robots.txt allows programs that fetch many pages by themselves."""

from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from qa.errors import LoadError
from qa.fetch.fetch import AGENT, Limits, fetch

__all__ = ["Robots"]

_MAX_BYTES = 500_000


class Robots:
    """Asks each site once; a site without robots.txt allows everything (RFC 9309)."""

    def __init__(self, *, timeout_s: float, allow_private: bool = False) -> None:
        self._limits = Limits(max_bytes=_MAX_BYTES, timeout_s=timeout_s)
        self._allow_private = allow_private
        self._known: dict[str, RobotFileParser] = {}

    def allow(self, url: str) -> bool:
        """Whether the page may be fetched as one of many; a page that a person names needs no leave."""
        parts = urlsplit(url)
        site = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        if site not in self._known:
            self._known[site] = self._read(site)
        return self._known[site].can_fetch(AGENT, url)

    def _read(self, site: str) -> RobotFileParser:
        rules = RobotFileParser()
        try:
            data = fetch(site, limits=self._limits, allow_private=self._allow_private).data
            rules.parse(data.decode("utf-8", errors="replace").splitlines())
        except LoadError:
            rules.parse([])
        return rules
