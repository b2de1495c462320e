"""Feeds: entries of RSS and Atom, since a day, and what is no feed."""

from datetime import date

import pytest

from qa.errors import LoadError
from qa.fetch import Limits, read_feed
from qa.fetch.feeds import parse_feed
from tests.web import serving

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Trade wire</title>
<item><title>Steel tariff doubled</title><link>https://example.org/steel</link>
  <pubDate>Wed, 04 Jun 2025 23:30:00 -0400</pubDate></item>
<item><title>Old news</title><link>/old</link><pubDate>Tue, 02 Jan 2024 08:00:00 GMT</pubDate></item>
<item><title>No day</title><link>https://example.org/undated</link></item>
<item><title>Again</title><link>https://example.org/steel</link></item>
<item><title>No link</title></item>
<item><title>Mail</title><link>mailto:desk@example.org</link></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>
<entry><title>Quota cut &amp; more</title><link href="quota"/>
<updated>2025-09-18T12:00:00Z</updated></entry></feed>"""
HERE = "https://example.org/feeds/all.xml"


def test_rss() -> None:
    feed = parse_feed(RSS.encode(), HERE)
    assert feed.title == "Trade wire"
    assert [(one.url, one.title, one.published) for one in feed.entries] == [
        ("https://example.org/steel", "Steel tariff doubled", date(2025, 6, 5)),
        ("https://example.org/old", "Old news", date(2024, 1, 2)),
        ("https://example.org/undated", "No day", None),
    ]
    assert feed.undated == ()


def test_since_a_day() -> None:
    feed = parse_feed(RSS.encode(), HERE, since=date(2025, 6, 5))
    assert [one.url for one in feed.entries] == ["https://example.org/steel"]
    assert [one.url for one in feed.undated] == ["https://example.org/undated"]
    assert parse_feed(RSS.encode(), HERE, since=date(2025, 6, 6)).entries == ()


def test_atom() -> None:
    (entry,) = parse_feed(ATOM.encode(), HERE).entries
    assert (entry.url, entry.title, entry.published) == (
        "https://example.org/feeds/quota", "Quota cut & more", date(2025, 9, 18),
    )  # fmt: skip


@pytest.mark.parametrize(
    "data", [b"<html><body>a page</body></html>", b"", b"\x00\xff", b"https://example.org/feed"]
)
def test_what_is_no_feed(data: bytes) -> None:
    with pytest.raises(LoadError, match="no RSS or Atom feed"):
        parse_feed(data, HERE)


def test_a_feed_full_of_entities_is_refused() -> None:
    lines = ['<!ENTITY a "aaaaaaaaaa">'] + [
        f'<!ENTITY {name} "{("&" + before + ";") * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    ]
    head = f'<?xml version="1.0"?><!DOCTYPE rss [{"".join(lines)}]>'
    bomb = head + '<rss version="2.0"><channel><title>&i;</title></channel></rss>'
    with pytest.raises(LoadError, match="entities"):
        parse_feed(bomb.encode(), HERE)


def test_a_feed_is_fetched() -> None:
    with serving() as site:
        url = site.page("/feed.xml", RSS, "application/rss+xml")
        limits = Limits(max_bytes=100_000, timeout_s=5)
        feed = read_feed(url, limits=limits, allow_private=True)
        assert feed.entries[1].url == site.url + "/old"
        with pytest.raises(LoadError, match="no public address"):
            read_feed(url, limits=limits)
