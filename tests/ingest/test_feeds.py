"""Feeds: entries of RSS and Atom, since a day, and what is no feed."""

import json
import random
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.ingest.fetch import FetchLimits, read_feed
from qa.ingest.fetch.feeds import parse_feed
from tests.support.web import serving

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
    assert [(entry.url, entry.title, entry.published) for entry in feed.entries] == [
        ("https://example.org/steel", "Steel tariff doubled", date(2025, 6, 4)),
        ("https://example.org/old", "Old news", date(2024, 1, 2)),
        ("https://example.org/undated", "No day", None),
    ]
    assert feed.undated == ()
    assert feed.unlinked == 2


def test_since_a_day() -> None:
    feed = parse_feed(RSS.encode(), HERE, since=date(2025, 6, 4))
    assert [entry.url for entry in feed.entries] == ["https://example.org/steel"]
    assert [entry.url for entry in feed.undated] == ["https://example.org/undated"]
    assert parse_feed(RSS.encode(), HERE, since=date(2025, 6, 5)).entries == ()


def test_atom() -> None:
    (entry,) = parse_feed(ATOM.encode(), HERE).entries
    assert (entry.url, entry.title, entry.published) == (
        "https://example.org/feeds/quota", "Quota cut & more", date(2025, 9, 18),
    )  # fmt: skip


@pytest.mark.parametrize(
    "data", [b"<html><body>a page</body></html>", b"", b"\x00\xff", b"https://example.org/feed"]
)
def test_what_is_no_feed(data: bytes) -> None:
    with pytest.raises(LoadError, match="no RSS, Atom or JSON feed"):
        parse_feed(data, HERE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", f"<!--{'x' * 20_000}-->"], ids=["early", "late"])
@pytest.mark.parametrize("attack", ["bomb", "file"])
def test_entities_do_not_expand(tmp_path: Path, encoding: str, before: str, attack: str) -> None:
    """Neither a thousand million letters nor a file of this machine."""
    (tmp_path / "secret.txt").write_text("secret")
    entities = f'<!ENTITY i SYSTEM "{(tmp_path / "secret.txt").as_uri()}">'
    if attack == "bomb":
        entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
            f'<!ENTITY {name} "{f"&{inner};" * 10}">'
            for inner, name in zip("abcdefgh", "bcdefghi", strict=True)
        )
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?>{before}<!DOCTYPE rss [{entities}]><rss version="2.0">'
        "<channel><title>&i;</title><item><title>&i;</title><link>/a</link></item></channel></rss>"
    )
    feed = parse_feed(bomb.encode(encoding), HERE)
    assert [entry.url for entry in feed.entries] == ["https://example.org/a"]
    assert {feed.title, feed.entries[0].title} <= {None, "&i;"}


def test_a_feed_whose_entities_stand_for_text_is_read() -> None:
    data = '<!DOCTYPE rss [<!ENTITY corp "Trade desk">]>' + RSS.partition("?>")[2]
    assert parse_feed(data.encode(), HERE).entries == parse_feed(RSS.encode(), HERE).entries


def test_rss_1() -> None:
    data = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://example.org/"><title>Wire</title></channel>
      <item rdf:about="x"><title>Ore</title><link>https://example.org/ore#top</link>
      <dc:date>2025-06-04T23:30:00-04:00</dc:date></item></rdf:RDF>"""
    (entry,) = parse_feed(data, HERE).entries
    assert (entry.url, entry.published) == ("https://example.org/ore", date(2025, 6, 4))


def test_titles_are_plain_words() -> None:
    data = RSS.replace("Steel tariff doubled", "<![CDATA[<b>Steel</b> &amp; iron\n doubled]]>")
    assert parse_feed(data.encode(), HERE).entries[0].title == "Steel & iron doubled"


def test_links_follow_the_base_of_the_feed() -> None:
    data = ATOM.replace("<entry>", '<entry xml:base="https://other.example.org/b/">')
    assert parse_feed(data.encode(), HERE).entries[0].url == "https://other.example.org/b/quota"


def test_a_feed_in_the_encoding_that_the_server_says() -> None:
    data = RSS.partition("?>")[2].replace("Old news", "Zölle").encode("iso-8859-1")
    feed = parse_feed(data, HERE, content_type="application/rss+xml; charset=iso-8859-1")
    assert feed.entries[1].title == "Zölle"


def test_an_entry_that_is_not_fetched_is_kept_as_it_is() -> None:
    data = RSS.replace("<link>/old</link>", "<link>ftp://example.org/old</link>")
    assert parse_feed(data.encode(), HERE).entries[1].url == "ftp://example.org/old"


JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Wire",
    "items": [
        {"id": "1", "url": "/ore", "title": "Ore", "date_published": "2025-06-04T23:30:00-04:00"},
        {"id": "2", "external_url": "https://other.example.org/tin"},
        {"id": "3"},
        "no item",
    ],
}


def test_json_feed() -> None:
    feed = parse_feed(json.dumps(JSON).encode("utf-8-sig"), HERE)
    assert [(entry.url, entry.title, entry.published) for entry in feed.entries] == [
        ("https://example.org/ore", "Ore", date(2025, 6, 4)),
        ("https://other.example.org/tin", None, None),
    ]
    assert (feed.title, feed.unlinked) == ("Wire", 1)


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"{}",
        b'{"a":' * 50_000,
        b'{"version": 1}',
        b'{"version": "https://jsonfeed.org/version/1", "items": 5}',
    ],
)
def test_what_is_no_json_feed(data: bytes) -> None:
    with pytest.raises(LoadError, match="no RSS, Atom or JSON feed"):
        parse_feed(data, HERE)


def test_damaged_feeds_are_read_or_refused() -> None:
    rng = random.Random(7)
    for text in (RSS, ATOM, json.dumps(JSON)):
        for _ in range(60):
            data = bytearray(text.encode())
            for _ in range(rng.randint(1, 6)):
                offset = rng.randrange(len(data))
                data[offset : offset + rng.randint(0, 9)] = rng.randbytes(rng.randint(0, 5))
            with suppress(LoadError):
                parse_feed(bytes(data), HERE, since=rng.choice([None, date(2025, 1, 1)]))


def test_a_feed_is_fetched() -> None:
    with serving() as site:
        url = site.page("/feed.xml", RSS, "application/rss+xml")
        limits = FetchLimits(max_bytes=100_000, timeout_s=5)
        feed = read_feed(url, limits=limits, allow_private=True)
        assert feed.entries[1].url == site.url + "/old"
        # Under one address a site may have pages for people and a feed for who asks for it.
        assert site.requests[0][1]["accept"].startswith("application/rss+xml,application/atom+xml")
        with pytest.raises(LoadError, match="no public address"):
            read_feed(url, limits=limits)


def test_a_feed_is_parsed_in_a_child_with_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    import feedparser

    def parse(*_: object, **__: object) -> None:
        raise AssertionError("the feed is parsed in this process")

    monkeypatch.setattr(feedparser, "parse", parse)
    with serving() as site:
        url = site.page("/feed.xml", RSS, "application/rss+xml")
        limits = FetchLimits(max_bytes=100_000, timeout_s=5)
        assert read_feed(url, limits=limits, allow_private=True).title == "Trade wire"
        with pytest.raises(LoadError, match="took more than 1e-06 s and was ended"):
            read_feed(url, limits=limits, allow_private=True, parse_timeout_s=1e-6)
