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
from qa.fetch.addresses import Resolve, is_address, normalised, resolve
from qa.fetch.fetch import Limits, fetch
from qa.load.dates import parse_date

__all__ = ["Feed", "FeedEntry", "parse_feed", "read_feed"]

_NO_FEED = "it is no RSS, Atom or JSON feed: without --feed the page itself is added"
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_DATES = ("published", "updated", "created")


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
    limits: Limits,
    allow_private: bool = False,
    resolve: Resolve = resolve,
) -> Feed:
    """The entries of an RSS, Atom or JSON feed, those of `since` or later if given.

    Raises:
        LoadError: It can't be fetched, or is no feed.
    """
    got = fetch(url, limits=limits, allow_private=allow_private, resolve=resolve)
    kind = f"{got.content_type}; charset={got.charset}" if got.charset else got.content_type
    return parse_feed(got.data, got.final_url, since=since, content_type=kind)


def parse_feed(data: bytes, url: str, *, since: date | None = None, content_type: str = "") -> Feed:
    """The entries of a feed that lies at this address.

    Raises:
        LoadError: It is no feed.
    """
    # Each is read by libraries that meet damaged and hostile feeds with whatever comes, RecursionError too.
    try:
        title, found = _json_feed(data) or _xml_feed(data, url, content_type)
    except LoadError:
        raise
    except Exception as error:
        raise LoadError(_NO_FEED) from error
    return _chosen(title, found, url, since)


def _chosen(title: str | None, found: Iterable[FeedEntry], base: str, since: date | None) -> Feed:
    entries: dict[str, FeedEntry] = {}
    undated: dict[str, FeedEntry] = {}
    unlinked = 0
    for one in found:
        link = _link(base, one.url)
        if link is None:
            unlinked += 1
            continue
        entry = FeedEntry(url=link, title=one.title, published=one.published)
        if since is None or (entry.published is not None and entry.published >= since):
            entries.setdefault(link, entry)
        elif entry.published is None:
            undated.setdefault(link, entry)
    left_out = tuple(one for link, one in undated.items() if link not in entries)
    return Feed(title=title, entries=tuple(entries.values()), undated=left_out, unlinked=unlinked)


def _link(base: str, link: str) -> str | None:
    """The address in its one spelling; None if there is none.

    One that is not fetched stays as it is, so that fetching says why.
    """
    try:
        whole = urljoin(base, link.strip().replace(" ", "%20")) if link.strip() else ""
    except ValueError:
        return None
    if not is_address(whole):
        return None
    try:
        return normalised(whole)
    except LoadError:
        return whole


def _xml_feed(data: bytes, url: str, content_type: str) -> tuple[str | None, Iterator[FeedEntry]]:
    import feedparser

    # From a stream: a text that looks like an address would be fetched. It drops the entities that a feed
    # defines, but for those that stand for mere text, so none expands or reads a file.
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    found: Any = feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not found.get("version"):
        raise LoadError(_NO_FEED)
    entries = (
        FeedEntry(url=str(one.get("link") or ""), title=_title(one), published=_xml_day(one))
        for one in found.entries
    )
    return _title(found.feed), entries


def _title(one: Any) -> str | None:
    text = str(one.get("title") or "")
    if "html" in str(one.get("title_detail", {}).get("type", "")):
        text = unescape(_TAG.sub("", text))
    return " ".join(text.split()) or None


def _xml_day(entry: Any) -> date | None:
    for name in _DATES:
        # Asked first: feedparser warns where it gives one date for another.
        if name not in entry:
            continue
        if (day := _written_day(str(entry[name]))) is not None:
            return day
        moment: time.struct_time | None = entry.get(f"{name}_parsed")
        if moment is not None:
            try:
                return datetime.fromtimestamp(calendar.timegm(moment), UTC).date()
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _written_day(text: str) -> date | None:
    try:
        return parse_date(text)
    except LoadError:
        pass
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _json_feed(data: bytes) -> tuple[str | None, Iterator[FeedEntry]] | None:
    """What a JSON Feed (jsonfeed.org, versions 1 and 1.1) holds; None if it is no such feed."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    found = json.loads(data.decode("utf-8-sig"))
    if "//jsonfeed.org/version/" not in str(found.get("version")):
        return None
    entries = (
        FeedEntry(
            url=str(one.get("url") or one.get("external_url") or ""),
            title=" ".join(str(one.get("title") or "").split()) or None,
            published=_written_day(str(one.get("date_published") or one.get("date_modified") or "")),
        )
        for one in found.get("items", [])
        if isinstance(one, dict)
    )
    return " ".join(str(found.get("title") or "").split()) or None, entries
