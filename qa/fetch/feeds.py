"""Feeds: the pages that a site announces."""

import calendar
import io
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin

from qa.errors import LoadError
from qa.fetch.addresses import is_address
from qa.fetch.fetch import Limits, fetch

__all__ = ["Feed", "FeedEntry", "parse_feed", "read_feed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A page of a feed: its address, what the feed calls it, and its day (in UTC) if the feed says one."""

    url: str
    title: str | None
    published: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed announces, in its order; `undated` are entries that `since` left out for want of a date."""

    title: str | None
    entries: tuple[FeedEntry, ...]
    undated: tuple[FeedEntry, ...] = ()


def read_feed(url: str, *, since: date | None = None, limits: Limits, allow_private: bool = False) -> Feed:
    """The entries of an RSS or Atom feed, those of `since` or later if given.

    Raises:
        LoadError: It can't be fetched, or is no feed.
    """
    got = fetch(url, limits=limits, allow_private=allow_private)
    return parse_feed(got.data, got.final_url, since=since)


def parse_feed(data: bytes, url: str, *, since: date | None = None) -> Feed:
    """The entries of a feed that lies at this address, each page once.

    Raises:
        LoadError: It is no feed.
    """
    import feedparser

    if b"<!ENTITY" in data[:10_000].upper():
        raise LoadError("the feed defines entities of its own, as none does that means well")
    # From a stream: a text that looks like an address would be fetched.
    found: Any = feedparser.parse(io.BytesIO(data), sanitize_html=True, resolve_relative_uris=False)
    if not found.get("version"):
        raise LoadError("it is no RSS or Atom feed: without --feed the page itself is added")
    entries: dict[str, FeedEntry] = {}
    undated: dict[str, FeedEntry] = {}
    for one in found.entries:
        link = urljoin(url, str(one.get("link") or "").strip())
        if not one.get("link") or not is_address(link):
            continue
        entry = FeedEntry(url=link, title=one.get("title") or None, published=_day(one))
        if since is not None and entry.published is None:
            undated.setdefault(link, entry)
        elif since is None or (entry.published is not None and entry.published >= since):
            entries.setdefault(link, entry)
    title = found.feed.get("title") or None
    left_out = tuple(one for link, one in undated.items() if link not in entries)
    return Feed(title=title, entries=tuple(entries.values()), undated=left_out)


def _day(entry: Any) -> date | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        moment: time.struct_time | None = entry.get(name)
        if moment is not None:
            try:
                return datetime.fromtimestamp(calendar.timegm(moment), UTC).date()
            except (ValueError, OverflowError, OSError):
                continue
    return None
