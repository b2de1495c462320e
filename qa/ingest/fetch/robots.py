"""What a site's robots.txt allows programs that fetch many pages by themselves."""

from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from qa.errors import LoadError
from qa.ingest.fetch.http_fetch import PRODUCT, FetchLimits, RefusedError, fetch

__all__ = ["RobotsRules"]

_MAX_BYTES = 500_000


class RobotsRules:
    """Asks each site once; a site without robots.txt allows everything.

    Rules are read as RFC 9309 says: those for our own product token, else those for all; of the rules that
    fit, the longest holds, and of two that are as long the one that allows.
    """

    def __init__(self, *, timeout_s: float, allow_private: bool = False) -> None:
        self._limits = FetchLimits(max_bytes=_MAX_BYTES, timeout_s=timeout_s)
        self._allow_private = allow_private
        self._known: dict[str, Protego | LoadError] = {}

    def allow(self, url: str) -> bool:
        """Whether the page may be fetched as one of many; a page that a person names needs no leave.

        Raises:
            LoadError: The site can't say at the moment, which means no for now.
        """
        split_url = urlsplit(url)
        site = urlunsplit((split_url.scheme, split_url.netloc, "/robots.txt", "", ""))
        if site not in self._known:
            self._known[site] = self._read(site)
        rules = self._known[site]
        if isinstance(rules, LoadError):
            raise LoadError(f"the site's robots.txt can't be read: {rules}")
        return rules.can_fetch(url, PRODUCT)

    def _read(self, site: str) -> Protego | LoadError:
        try:
            response = fetch(site, limits=self._limits, allow_private=self._allow_private, allow_empty=True)
        except RefusedError as error:
            return error if error.status >= 500 else Protego()
        except LoadError as error:
            return error
        return Protego.parse(response.data.decode("utf-8-sig", errors="replace"))
