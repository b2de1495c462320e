"""Fetching from the web: what is an address, where a name may lead, and limits of size, time and patience."""

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

import qa
from qa.errors import LoadError
from qa.ingest.fetch import (
    FetchedFile,
    FetchLimits,
    RobotsRules,
    fetch,
    is_address,
    normalize_address,
)
from qa.ingest.fetch.addresses import is_public
from tests.support.web import Site, make_certificate, serving

LIMITS = FetchLimits(max_bytes=100_000, timeout_s=10)
# Longer, unpacked, than the pieces that are unpacked at a time.
TEXT = b"Quota cut to 40 kt. " * 4000


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running_site:
        yield running_site


def get(url: str, limits: FetchLimits = LIMITS) -> FetchedFile:
    return fetch(url, limits=limits, allow_private=True)


def refusal(url: str, limits: FetchLimits = LIMITS, *, allow_private: bool = True) -> str:
    with pytest.raises(LoadError) as caught:
        fetch(url, limits=limits, allow_private=allow_private)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [("https://a.org", True), ("HTTP://a.org/x", True), ("ftp://a.org", True), ("file:///etc/passwd", True),
     ("notes.txt", False), ("/a/b", False), ("C:\\a", False), ("a b://c", False),
     ("http:example.org", True), (" https://a.org", True)],
)  # fmt: skip
def test_what_is_meant_as_an_address(text: str, expected: bool) -> None:
    assert is_address(text) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a?b=c#d", "https://example.org/a?b=c"),
        ("http://example.org:8080/a%20b", "http://example.org:8080/a%20b"),
        ("https://bücher.example/ä?q=ö", "https://xn--bcher-kva.example/%C3%A4?q=%C3%B6"),
        ("https://example.org./a", "https://example.org/a"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]/"),
        ("https://faß.example/", "https://xn--fa-hia.example/"),
        ("http://0x7f.1./", "http://127.0.0.1/"),
        ("http://①②⑦.⓪.⓪.①:65535/", "http://127.0.0.1:65535/"),
        (" https://example.org/a|b ", "https://example.org/a%7Cb"),
    ],
)
def test_addresses_have_one_spelling(url: str, expected: str) -> None:
    assert normalize_address(url) == expected
    assert normalize_address(expected) == expected


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/a", "of the kind ftp: are not fetched"),
        ("file:///etc/passwd", "of the kind file: are not fetched"),
        ("gopher://example.org", "of the kind gopher: are not fetched"),
        ("https://user:secret@example.org/", "a name or password"),
        ("https://", "no web address"),
        ("https://example.org:0/", "from 1 to 65535"),
        ("https://example.org:99999/", "from 1 to 65535"),
        ("http:example.org", "no web address"),
        ("https://a..org/", "no web address"),
        ("https://%31.0.0.1/", "no web address"),
        ("https://08.1/", "no web address"),
        ("https://[fe80::1%25eth0]/", "no web address"),
        ("https://[v1.a]/", "no web address"),
        ("https://" + "a." * 130 + "org/", "no web address"),
        ("https://[::1/", "no web address"),
        ("https://exa mple.org/", "blanks or control characters"),
        ("https://example.org/\r\nHost: evil", "blanks or control characters"),
        ("https://example.org/" + "a" * 2000, "2,020 characters"),
        ("https://" + "a" * 70 + ".ü/", "no web address"),
    ],
)
def test_addresses_that_are_refused(url: str, reason: str) -> None:
    assert reason in refusal(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "192.0.0.192", "192.88.99.1", "168.63.129.16", "100.100.100.200",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "64:ff9b:1::808:808",
        "2002:808:808::1", "fec0::1", "3fff::1", "2001:20::1", "::8.8.8.8", "::ffff:0:8.8.8.8", "5f00::1",
        "2002:7f00:1::", "2002:a9fe:a9fe::1",
        "2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe", "not-an-address", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "localhost.", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]", "169.254.169.254", "[fd00:ec2::254]"],
)  # fmt: skip
def test_this_machine_is_not_fetched_however_it_is_written(
    site: Site, host: str, network_attempts: list[str]
) -> None:
    site.page("/secret", "secret")
    message = refusal(f"http://{host}:{site.port}/secret", allow_private=False)
    assert "no public address" in message or "there is no host" in message
    assert site.requests == []
    assert network_attempts == []


def test_a_name_that_also_leads_inside_is_not_fetched(site: Site) -> None:
    lookups = []

    def resolve(host: str, port: int) -> list[str]:
        lookups.append((host, port))
        return ["93.184.215.14", "127.0.0.1"]

    with pytest.raises(LoadError, match=r"example\.org is no public address \(127\.0\.0\.1\)"):
        fetch("http://example.org/", limits=LIMITS, resolve=resolve)
    assert lookups == [("example.org", 80)]


def test_the_connection_goes_to_the_address_that_was_checked(network_attempts: list[str]) -> None:
    """DNS that answers with a public address first and a private one after changes nothing."""
    answers = [["93.184.215.14"], ["127.0.0.1"]]

    with pytest.raises(Exception, match=r"93\.184\.215\.14"):  # where the tests' own guard stops it
        fetch("http://rebinding.example.org/", limits=LIMITS, resolve=lambda *_: answers.pop(0))
    assert network_attempts == ["93.184.215.14"]
    assert len(answers) == 1
    network_attempts.clear()


def test_the_name_is_sent_and_not_the_address(site: Site) -> None:
    site.page("/a", "hello")
    response = fetch(
        f"http://desk.example.org:{site.port}/a",
        limits=LIMITS,
        allow_private=True,
        resolve=lambda *_: ["127.0.0.1"],
    )
    assert response.data == b"hello"
    ((path, headers),) = site.requests
    assert (path, headers["host"]) == ("/a", f"desk.example.org:{site.port}")
    assert headers["user-agent"].startswith(f"BriefingDesk/{qa.__version__} ")
    assert headers["accept"].startswith("text/html,")
    assert "rss" not in headers["accept"]
    assert "cookie" not in headers


def test_an_unknown_host(site: Site) -> None:
    assert "there is no host nowhere.invalid" in refusal("http://nowhere.invalid/")


# Redirects ------------------------------------------------------------------------------------------


def test_redirects_are_followed(site: Site) -> None:
    site.page("/end/page", "found", content_type="TEXT/Plain; Charset=ISO-8859-1")
    site.redirect("/middle", "end/page", status=308)
    response = get(site.redirect("/start", f"{site.url}/middle"))
    assert (response.url, response.final_url, response.data) == (
        f"{site.url}/start",
        f"{site.url}/end/page",
        b"found",
    )
    assert (response.content_type, response.charset) == ("text/plain", "iso-8859-1")


def test_every_hop_is_checked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that counts as public leads to one that does not."""
    site.page("/secret", "secret")
    site.redirect("/start", f"http://inside.example.org:{site.port}/secret")
    addresses = {"outside.example.org": ["127.0.0.1"], "inside.example.org": ["127.0.0.2"]}
    monkeypatch.setattr("qa.ingest.fetch.addresses.is_public", lambda address: address == "127.0.0.1")

    with pytest.raises(LoadError, match=r"inside\.example\.org is no public address \(127\.0\.0\.2\)"):
        fetch(
            f"http://outside.example.org:{site.port}/start",
            limits=LIMITS,
            resolve=lambda host, port: addresses[host],
        )
    assert [path for path, _ in site.requests] == ["/start"]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", "of the kind file:"),
        ("http://a:b@127.0.0.1/", "a name or password"),
        ("ftp://127.0.0.1/", "of the kind ftp:"),
        ("http://[::1/", "no web address"),
    ],
)
def test_redirects_that_are_not_followed(site: Site, target: str, reason: str) -> None:
    assert reason in refusal(site.redirect("/start", target))


def test_a_circle_of_redirects_ends(site: Site) -> None:
    assert "more than 5 times" in refusal(site.redirect("/start", "/start"))
    assert len(site.requests) == 6


# Limits ---------------------------------------------------------------------------------------------


def test_a_page_that_says_it_is_too_large_is_not_read(site: Site) -> None:
    assert "more than the 0.1 MB that max_file_mb allows" in refusal(site.page("/a", b"x" * 100_001))


def test_a_page_that_does_not_say_so_is_cut_off(site: Site) -> None:
    sent = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 10_000)
            sent.append(10_000)

    site.answers["/a"] = endless
    assert "max_file_mb" in refusal(site.url + "/a")
    assert sum(sent) < 50_000_000


def test_a_packed_page_is_unpacked_within_the_limit(site: Site) -> None:
    response = get(site.page("/a", gzip.compress(b"hello"), Content_Encoding="gzip"))
    assert response.data == b"hello"
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    assert "max_file_mb" in refusal(site.page("/bomb", bomb, Content_Encoding="gzip"))
    assert "packs its answer" in refusal(site.page("/br", b"x", Content_Encoding="br"))
    assert "damaged" in refusal(site.page("/bad", b"no gzip", Content_Encoding="gzip"))


@pytest.mark.parametrize(
    ("content_encoding", "data"),
    [
        pytest.param("gzip", gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:]), id="two parts"),
        pytest.param("gzip", gzip.compress(TEXT) + bytes(1000), id="padded"),
        pytest.param("gzip", gzip.compress(TEXT), id="gzip"),
        pytest.param("deflate", zlib.compress(TEXT), id="zlib"),
        pytest.param("deflate", zlib.compress(TEXT)[2:-4], id="raw deflate"),
    ],
)
def test_all_that_is_packed_comes_out(site: Site, content_encoding: str, data: bytes) -> None:
    assert get(site.page("/a", data, Content_Encoding=content_encoding)).data == TEXT


def test_an_answer_that_breaks_off_is_no_page(site: Site) -> None:
    packed = gzip.compress(TEXT)
    assert "broke off" in refusal(site.page("/packed", packed[:-9], Content_Encoding="gzip"))
    assert "broke off" in refusal(site.page("/plain", TEXT, Content_Length=str(len(TEXT) + 1)))


def test_many_tiny_pieces(site: Site) -> None:
    def tiny(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        handler.wfile.write(b"1\r\nx\r\n" * 5000 + b"0\r\n\r\n")

    site.answers["/a"] = tiny
    assert get(site.url + "/a").data == b"x" * 5000
    assert "max_file_mb" in refusal(site.url + "/a", FetchLimits(max_bytes=4999, timeout_s=10))


@pytest.mark.parametrize("where", ["head", "body"])
def test_a_server_that_trickles_is_left(site: Site, where: str) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        if where == "body":
            handler.send_response(200)
            handler.end_headers()
        for _ in range(200):
            handler.wfile.write(b"H")
            time.sleep(0.05)

    site.answers["/a"] = trickle
    began = time.monotonic()
    message = refusal(site.url + "/a", FetchLimits(max_bytes=1000, timeout_s=1))
    assert "took more than 1 s" in message
    assert time.monotonic() - began < 5


def test_a_server_that_says_nothing_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "took more than 1 s" in refusal(
            f"http://127.0.0.1:{port}/", FetchLimits(max_bytes=9, timeout_s=1)
        )


def test_huge_headers_and_nonsense(site: Site) -> None:
    def huge(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 500_000 + b"\r\n\r\n")

    def nonsense(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"\x00\xffnonsense\r\n\r\n")

    site.answers |= {"/huge": huge, "/nonsense": nonsense}
    for path in site.answers:
        assert "gave no proper answer" in refusal(site.url + path)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(401, "wants a login"), (403, "does not let programs"), (404, "no such page"), (410, "taken down"),
     (429, "left alone"), (500, "fault of its own (status 500)"), (503, "fault of its own"),
     (418, "does not give the page (status 418)"), (204, "(status 204)")],
)  # fmt: skip
def test_what_a_site_answers_instead(site: Site, status: int, reason: str) -> None:
    assert reason in refusal(site.page("/a", b"" if status == 204 else b"no", status=status))


def test_an_empty_page(site: Site) -> None:
    assert refusal(site.page("/a", b" \n")) == "the page is empty"
    assert refusal(site.page("/packed", b"", Content_Encoding="gzip")) == "the page is empty"


def test_a_resolver_that_hangs_is_left() -> None:
    released = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        released.wait(10)
        return ["127.0.0.1"]

    began = time.monotonic()
    with pytest.raises(LoadError, match=r"took more than 0\.3 s"):
        fetch("http://slow.example.org/", limits=FetchLimits(max_bytes=9, timeout_s=0.3), resolve=resolve)
    released.set()
    assert time.monotonic() - began < 3


def test_the_next_address_is_tried(site: Site) -> None:
    """Nobody listens at the first."""
    site.page("/a", "hello")
    response = fetch(
        f"http://desk.example.org:{site.port}/a",
        limits=LIMITS,
        allow_private=True,
        resolve=lambda *_: ["127.0.0.2", "127.0.0.1"],
    )
    assert response.data == b"hello"


@pytest.mark.parametrize("addresses", [[], ["localhost"], ["127.0.0.1", "localhost"]])
def test_a_resolver_gives_addresses(addresses: list[str]) -> None:
    with pytest.raises(LoadError, match="there is no host"):
        fetch("http://desk.example.org/", limits=LIMITS, allow_private=True, resolve=lambda *_: addresses)


def test_no_cookie_is_kept(site: Site) -> None:
    site.page("/end", "end")
    get(site.page("/start", b"", status=302, Location="/end", Set_Cookie="a=b"))
    assert [path for path, headers in site.requests if "cookie" not in headers] == ["/start", "/end"]


def test_what_the_server_says_of_a_page(site: Site) -> None:
    bare = get(site.page("/b", "hello", content_type=""))
    assert (bare.content_type, bare.charset) == ("", None)
    assert get(site.page("/c", "hello", content_type="application/octet-stream")).data == b"hello"


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert "can't be reached" in refusal(f"http://127.0.0.1:{port}/")


def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(site.page("/a", "hello")).data == b"hello"


# TLS ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of desk.example.org in one file."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def safe_site(certificate: Path) -> Iterator[Site]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server_names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: server_names.append(name)
    with serving(context) as running_site:
        running_site.server_names = server_names
        running_site.page("/a", "hello")
        yield running_site


def get_safely(site: Site, path: str, host: str = "desk.example.org") -> FetchedFile:
    return fetch(
        f"https://{host}:{site.port}{path}",
        limits=LIMITS,
        allow_private=True,
        resolve=lambda *_: ["127.0.0.1"],
    )


def test_the_certificate_is_that_of_the_name(
    safe_site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert get_safely(safe_site, "/a").data == b"hello"
    assert safe_site.server_names == ["desk.example.org"]
    with pytest.raises(LoadError, match=r"^the site's certificate is not accepted \(Hostname mismatch.*\)"):
        get_safely(safe_site, "/a", host="other.example.org")
    assert len(safe_site.requests) == 1


def test_a_certificate_that_nobody_vouches_for(safe_site: Site) -> None:
    with pytest.raises(LoadError, match=r"^the site's certificate is not accepted \(self-signed .*\)"):
        get_safely(safe_site, "/a")
    assert safe_site.requests == []


def test_no_redirect_leaves_tls(
    safe_site: Site, site: Site, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    safe_site.redirect("/down", site.page("/plain", "plain"))
    with pytest.raises(LoadError, match="from https: to http:"):
        get_safely(safe_site, "/down")
    assert site.requests == []


def test_a_site_without_tls(site: Site) -> None:
    assert "no safe connection" in refusal(f"https://127.0.0.1:{site.port}/")


# Robots ---------------------------------------------------------------------------------------------


def test_robots(site: Site) -> None:
    site.page(
        "/robots.txt",
        "User-agent: *\nDisallow: /private\n\nUser-agent: BriefingDesk\nDisallow: /us\n",
        "text/plain",
    )
    robots = RobotsRules(timeout_s=5, allow_private=True)
    assert robots.allow(site.url + "/open")
    assert not robots.allow(site.url + "/us/page")
    assert robots.allow(site.url + "/private")  # its own rules hold, not those for all
    assert [path for path, _ in site.requests] == ["/robots.txt"]


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /*/print", "/2026/print", False),
        ("Disallow: /*/print", "/2026/may/print?page=2", False),
        ("Disallow: /*/print", "/print", True),
        ("Disallow: /*.pdf$", "/files/a.pdf", False),
        ("Disallow: /*.pdf$", "/files/a.pdf?page=2", True),
        ("Disallow: /files$", "/files", False),
        ("Disallow: /files$", "/files/a", True),
        ("Disallow: /*?session=", "/a?session=1", False),
        ("Disallow: /*?session=", "/a?page=1", True),
        # The longest holds, wherever it stands.
        ("Disallow: /files\nAllow: /files/open", "/files/open/a", True),
        ("Allow: /files/open\nDisallow: /files", "/files/closed", False),
        ("Allow: /\nDisallow: /files", "/files/a", False),
        ("Disallow: /files\nAllow: /*/open", "/files/open", True),
        # Of two as long, the one that allows.
        ("Disallow: /files\nAllow: /files", "/files/a", True),
        ("Disallow: /f%c3%bcr", "/für/a", False),
        ("Disallow:", "/files/a", True),
        ("Disallow: /files # not yet", "/files/a", False),
    ],
)
def test_rules_of_robots(site: Site, rules: str, path: str, allowed: bool) -> None:
    site.page("/robots.txt", f"User-agent: *\n{rules}\n", "text/plain")
    assert RobotsRules(timeout_s=5, allow_private=True).allow(site.url + path) is allowed


@pytest.mark.parametrize("agent", ["briefingdesk", "BriefingDesk", "Other\nUser-agent: BriefingDesk"])
def test_robots_call_us_by_name(site: Site, agent: str) -> None:
    site.page("/robots.txt", f"User-agent: {agent}\nDisallow: /us\n", "text/plain")
    assert not RobotsRules(timeout_s=5, allow_private=True).allow(site.url + "/us/page")


# "reads" and "pages" are words of what we send beside our name.
@pytest.mark.parametrize("agent", ["reads", "pages", "Desk", "BriefingDeskPlus"])
def test_robots_for_others_are_not_for_us(site: Site, agent: str) -> None:
    site.page("/robots.txt", f"User-agent: {agent}\nDisallow: /\n", "text/plain")
    assert RobotsRules(timeout_s=5, allow_private=True).allow(site.url + "/page")


def test_robots_full_of_wildcards_take_no_time(site: Site) -> None:
    rules = "".join(f"Disallow: /{'*a' * 60}{number}\n" for number in range(3000))
    site.page("/robots.txt", f"User-agent: *\n{rules}", "text/plain")
    began = time.monotonic()
    assert RobotsRules(timeout_s=5, allow_private=True).allow(site.url + "/" + "a" * 2000)
    assert time.monotonic() - began < 5


def test_a_site_without_robots_allows_all(site: Site) -> None:
    assert RobotsRules(timeout_s=5, allow_private=True).allow(site.url + "/a")


def test_robots_that_are_empty_allow_all(site: Site) -> None:
    site.page("/robots.txt", "", "text/plain")
    assert RobotsRules(timeout_s=5, allow_private=True).allow(site.url + "/a")


def test_robots_that_fail_are_no_leave(site: Site) -> None:
    site.page("/robots.txt", "", "text/plain", status=503)
    robots = RobotsRules(timeout_s=5, allow_private=True)
    for _ in range(2):
        with pytest.raises(LoadError, match=r"robots\.txt can't be read: the site has a fault"):
            robots.allow(site.url + "/a")
    assert len(site.requests) == 1
    with pytest.raises(LoadError, match="is no public address"):
        RobotsRules(timeout_s=5).allow(site.url + "/a")
    assert len(site.requests) == 1
