"""Feeds: the pages that a site announces."""

import calendar
import io
import json
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

from qa.errors import LoadError
from qa.ingest.fetch.addresses import is_address, normalize_address
from qa.ingest.fetch.http_fetch import FEED_TYPES, FetchLimits, fetch
from qa.ingest.sandbox import borrow_sandbox
from qa.parsers.dates import parse_date
from qa.parsers.reader_errors import unexpected_error

__all__ = ["Feed", "FeedEntry", "parse_feed", "read_feed"]

_NO_FEED = "it is no RSS, Atom or JSON feed: without --feed the page itself is added"
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_DATE_KEYS = ("published", "updated", "created")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """A page of a feed: its address, what the feed calls it in plain words, and its day if the feed says one.

    The day is the one that is written, whatever its time zone, as `parse_date` has it.
    """

    url: str
    title: str | None
    published: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What a feed announces, in its order, each page once.

    `undated` are entries that `since` left out for want of a date; `unlinked` counts those without
    a page.
    """

    title: str | None
    entries: tuple[FeedEntry, ...]
    undated: tuple[FeedEntry, ...] = ()
    unlinked: int = 0


def read_feed(
    url: str,
    *,
    since: date | None = None,
    limits: FetchLimits,
    allow_private: bool = False,
    parse_timeout_s: float = 60.0,
    parse_memory_mb: float = 3_000.0,
) -> Feed:
    """The entries of an RSS, Atom or JSON feed, those of `since` or later if given.

    It is parsed in a child process with these limits, as files are.

    Raises:
        LoadError: It can't be fetched, is no feed, or takes too much.
    """
    response = fetch(url, limits=limits, allow_private=allow_private, accept=FEED_TYPES)
    content_type = (
        f"{response.content_type}; charset={response.charset}" if response.charset else response.content_type
    )
    with borrow_sandbox(timeout_s=parse_timeout_s, memory_mb=parse_memory_mb) as sandbox:
        return sandbox.call(
            parse_feed, response.data, response.final_url, since=since, content_type=content_type
        )


def parse_feed(data: bytes, url: str, *, since: date | None = None, content_type: str = "") -> Feed:
    """The entries of a feed that lies at this address.

    Raises:
        LoadError: It is no feed.
    """
    try:
        title, entries = _parse_json_feed(data) or _parse_xml_feed(data, url, content_type)
    except LoadError:
        raise
    # What the libraries raise over damaged and hostile feeds.
    except (ValueError, RecursionError) as error:
        raise LoadError(_NO_FEED) from error
    except Exception as error:
        raise unexpected_error(error) from error
    return _select_entries(title, entries, url, since)


def _select_entries(
    title: str | None, candidates: Iterable[FeedEntry], base: str, since: date | None
) -> Feed:
    entries: dict[str, FeedEntry] = {}
    undated: dict[str, FeedEntry] = {}
    unlinked = 0
    for candidate in candidates:
        link = _resolve_link(base, candidate.url)
        if link is None:
            unlinked += 1
            continue
        entry = FeedEntry(url=link, title=candidate.title, published=candidate.published)
        if since is None or (entry.published is not None and entry.published >= since):
            entries.setdefault(link, entry)
        elif entry.published is None:
            undated.setdefault(link, entry)
    undated_entries = tuple(entry for link, entry in undated.items() if link not in entries)
    return Feed(title=title, entries=tuple(entries.values()), undated=undated_entries, unlinked=unlinked)


def _resolve_link(base: str, link: str) -> str | None:
    """The address in its one spelling; None if there is none.

    One that is not fetched stays as it is, so that fetching says why.
    """
    try:
        url = urljoin(base, link.strip().replace(" ", "%20")) if link.strip() else ""
    except ValueError:
        return None
    if not is_address(url):
        return None
    try:
        return normalize_address(url)
    except LoadError:
        return url


def _parse_xml_feed(data: bytes, url: str, content_type: str) -> tuple[str | None, Iterator[FeedEntry]]:
    import feedparser

    # From a stream: a text that looks like an address would be fetched. It drops the entities that a feed
    # defines, but for those that stand for mere text, so none expands or reads a file.
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    result: Any = feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not result.get("version"):
        raise LoadError(_NO_FEED)
    entries = (
        FeedEntry(url=str(item.get("link") or ""), title=_read_title(item), published=_read_xml_date(item))
        for item in result.entries
    )
    return _read_title(result.feed), entries


def _read_title(item: Any) -> str | None:
    text = str(item.get("title") or "")
    if "html" in str(item.get("title_detail", {}).get("type", "")):
        text = unescape(_TAG.sub("", text))
    return " ".join(text.split()) or None


def _read_xml_date(entry: Any) -> date | None:
    for name in _DATE_KEYS:
        # Asked first: feedparser warns where it gives one date for another.
        if name not in entry:
            continue
        if (day := _parse_feed_date(str(entry[name]))) is not None:
            return day
        moment: time.struct_time | None = entry.get(f"{name}_parsed")
        if moment is not None:
            try:
                return datetime.fromtimestamp(calendar.timegm(moment), UTC).date()
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _parse_feed_date(text: str) -> date | None:
    try:
        return parse_date(text)
    except LoadError:
        pass
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _parse_json_feed(data: bytes) -> tuple[str | None, Iterator[FeedEntry]] | None:
    """What a JSON Feed (jsonfeed.org, versions 1 and 1.1) holds; None if it is no such feed."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    feed = json.loads(data.decode("utf-8-sig"))
    items = feed.get("items", [])
    if "//jsonfeed.org/version/" not in str(feed.get("version")) or not isinstance(items, list):
        return None
    entries = (
        FeedEntry(
            url=str(item.get("url") or item.get("external_url") or ""),
            title=" ".join(str(item.get("title") or "").split()) or None,
            published=_parse_feed_date(str(item.get("date_published") or item.get("date_modified") or "")),
        )
        for item in items
        if isinstance(item, dict)
    )
    return " ".join(str(feed.get("title") or "").split()) or None, entries
