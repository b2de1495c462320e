"""What a site's robots.txt allows programs that fetch many pages by themselves."""

from urllib.parse import urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from qa.errors import LoadError
from qa.fetch.addresses import Resolve, resolve
from qa.fetch.fetch import AGENT, Limits, RefusedError, fetch

__all__ = ["Robots"]

_MAX_BYTES = 500_000


class Robots:
    """Asks each site once; a site without robots.txt allows everything (RFC 9309).

    Rules are read as Python's `urllib.robotparser` does: the first that fits holds, and `*` within a path
    is a letter like others.
    """

    def __init__(self, *, timeout_s: float, allow_private: bool = False, resolve: Resolve = resolve) -> None:
        self._limits = Limits(max_bytes=_MAX_BYTES, timeout_s=timeout_s)
        self._allow_private, self._resolve = allow_private, resolve
        self._known: dict[str, RobotFileParser | LoadError] = {}

    def allow(self, url: str) -> bool:
        """Whether the page may be fetched as one of many; a page that a person names needs no leave.

        Raises:
            LoadError: The site can't say at the moment, which means no for now.
        """
        parts = urlsplit(url)
        site = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        if site not in self._known:
            self._known[site] = self._read(site)
        rules = self._known[site]
        if isinstance(rules, LoadError):
            raise LoadError(f"the site's robots.txt can't be read: {rules}")
        return rules.can_fetch(AGENT, url)

    def _read(self, site: str) -> RobotFileParser | LoadError:
        rules = RobotFileParser()
        try:
            got = fetch(
                site,
                limits=self._limits,
                allow_private=self._allow_private,
                resolve=self._resolve,
                allow_empty=True,
            )
            rules.parse(got.data.decode("utf-8-sig", errors="replace").splitlines())
        except RefusedError as error:
            if error.status >= 500:
                return error
            rules.parse([])
        except LoadError as error:
            return error
        return rules
