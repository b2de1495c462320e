"""Fetching from the web: what is an address, where a name may lead, and limits of size, time and patience."""

import gzip
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

import qa
from qa.errors import LoadError
from qa.fetch import Fetched, Limits, Robots, fetch, is_address, normalised
from qa.fetch.addresses import is_public
from tests.web import Site, serving

LIMITS = Limits(max_bytes=100_000, timeout_s=10)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as one:
        yield one


def get(url: str, limits: Limits = LIMITS) -> Fetched:
    return fetch(url, limits=limits, allow_private=True)


def refusal(url: str, limits: Limits = LIMITS, *, allow_private: bool = True) -> str:
    with pytest.raises(LoadError) as caught:
        fetch(url, limits=limits, allow_private=allow_private)
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [("https://a.org", True), ("HTTP://a.org/x", True), ("ftp://a.org", True), ("file:///etc/passwd", True),
     ("notes.txt", False), ("/a/b", False), ("C:\\a", False), ("http:/one-slash", False), ("a b://c", False)],
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
    ],
)
def test_addresses_have_one_spelling(url: str, expected: str) -> None:
    assert normalised(url) == expected
    assert normalised(expected) == expected


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/a", "of the kind ftp: are not fetched"),
        ("file:///etc/passwd", "of the kind file: are not fetched"),
        ("gopher://example.org", "of the kind gopher: are not fetched"),
        ("https://user:secret@example.org/", "a name or password"),
        ("https://", "no web address"),
        ("https://example.org:0/", "no web address"),
        ("https://example.org:99999/", "no web address"),
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
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
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
    asked = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["93.184.215.14", "127.0.0.1"]

    with pytest.raises(LoadError, match=r"example\.org is no public address \(127\.0\.0\.1\)"):
        fetch("http://example.org/", limits=LIMITS, resolve=resolve)
    assert asked == [("example.org", 80)]


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
    got = fetch(
        f"http://desk.example.org:{site.port}/a",
        limits=LIMITS,
        allow_private=True,
        resolve=lambda *_: ["127.0.0.1"],
    )
    assert got.data == b"hello"
    ((path, headers),) = site.requests
    assert (path, headers["host"]) == ("/a", f"desk.example.org:{site.port}")
    assert headers["user-agent"].startswith(f"BriefingDesk/{qa.__version__} ")
    assert "cookie" not in headers


def test_an_unknown_host(site: Site) -> None:
    assert "there is no host nowhere.invalid" in refusal("http://nowhere.invalid/")


# Redirects ------------------------------------------------------------------------------------------


def test_redirects_are_followed(site: Site) -> None:
    site.page("/end/page", "found", kind="TEXT/Plain; Charset=ISO-8859-1")
    site.redirect("/middle", "end/page", status=308)
    got = get(site.redirect("/start", f"{site.url}/middle"))
    assert (got.url, got.final_url, got.data) == (f"{site.url}/start", f"{site.url}/end/page", b"found")
    assert (got.content_type, got.charset) == ("text/plain", "iso-8859-1")


def test_every_hop_is_checked(site: Site) -> None:
    """A public page that leads to this machine."""
    site.page("/secret", "secret")
    start = site.redirect("/start", f"http://inside.example.org:{site.port}/secret")
    calls = []

    def resolve(host: str, port: int) -> list[str]:
        calls.append(host)
        return ["127.0.0.1"]

    with pytest.raises(LoadError, match="is no public address"):
        fetch(start, limits=LIMITS, resolve=resolve)
    assert calls == ["127.0.0.1"]
    assert site.requests == []


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", "of the kind file:"),
        ("http://a:b@127.0.0.1/", "a name or password"),
        ("ftp://127.0.0.1/", "of the kind ftp:"),
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
    got = get(site.page("/a", gzip.compress(b"hello"), Content_Encoding="gzip"))
    assert got.data == b"hello"
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    assert "max_file_mb" in refusal(site.page("/bomb", bomb, Content_Encoding="gzip"))
    assert "packs its answer" in refusal(site.page("/br", b"x", Content_Encoding="br"))
    assert "damaged" in refusal(site.page("/bad", b"no gzip", Content_Encoding="gzip"))


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
    message = refusal(site.url + "/a", Limits(max_bytes=1000, timeout_s=1))
    assert "took more than 1 s" in message
    assert time.monotonic() - began < 5


def test_a_server_that_says_nothing_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "took more than 1 s" in refusal(f"http://127.0.0.1:{port}/", Limits(max_bytes=9, timeout_s=1))


def test_huge_headers_and_nonsense(site: Site) -> None:
    def huge(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 500_000 + b"\r\n\r\n")

    def nonsense(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"\x00\xffnonsense\r\n\r\n")

    site.answers |= {"/huge": huge, "/nonsense": nonsense}
    for path in site.answers:
        assert "can't be reached" in refusal(site.url + path)


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


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert "can't be reached" in refusal(f"http://127.0.0.1:{port}/")


def test_proxies_of_the_environment_are_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert get(site.page("/a", "hello")).data == b"hello"


# TLS ------------------------------------------------------------------------------------------------


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            raw, _ = server.accept()
            with raw:
                try:
                    context.wrap_socket(raw, server_side=True)
                except (ssl.SSLError, OSError):
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        assert "the connection is not safe" in refusal(f"https://localhost:{port}/")
        thread.join(10)


# Robots ---------------------------------------------------------------------------------------------


def test_robots(site: Site) -> None:
    site.page(
        "/robots.txt",
        "User-agent: *\nDisallow: /private\n\nUser-agent: BriefingDesk\nDisallow: /us\n",
        "text/plain",
    )
    robots = Robots(timeout_s=5, allow_private=True)
    assert robots.allow(site.url + "/open")
    assert not robots.allow(site.url + "/us/page")
    assert robots.allow(site.url + "/private")  # its own rules hold, not those for all
    assert [path for path, _ in site.requests] == ["/robots.txt"]


def test_a_site_without_robots_allows_all(site: Site) -> None:
    assert Robots(timeout_s=5, allow_private=True).allow(site.url + "/a")
