"""E-mail: the letter's own text, what it quotes and forwards, its headers, and broken messages."""

import base64
import random
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.parsers.web.eml import read_eml
from tests.support.office import lines, mutated, refusal, sentences

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
CORPUS = Path(__file__).parents[2] / "corpus"


def paragraphs(name: str) -> list[str]:
    body = (CORPUS / name).read_text("utf-8").split("\n---\n", 1)[1].split("\n")
    return [line for line in body if line and line[0] not in "#|-"]


def message_lines(body: str, content_type: str = "text/plain; charset=utf-8") -> list[str]:
    return lines(read_eml(f"Subject: x\nContent-Type: {content_type}\n\n{body}".encode()))


def test_a_letter_with_attachments() -> None:
    content = read_eml((PAGES / "letter.eml").read_bytes())
    first, second, third, quoted = paragraphs("dairy-quotas.md")[:4]
    assert lines(content) == [
        "Dear colleagues,",
        first,
        second,
        third,
        "To do:",
        "- read the ruling",
        "- call the producers",
        quoted,
        "Attachments: ruling.pdf, Zölle 2025.xlsx",
    ]
    metadata = content.metadata
    assert (metadata.title, str(metadata.published)) == (
        "Dairy quotas – where the panel stands",
        "2025-09-18",
    )
    assert metadata.publisher == "Zoë Müller"
    assert all(sentence.strip() in content.text for sentence in sentences(content))


def test_a_message_forwarded_as_an_attachment() -> None:
    content = read_eml((PAGES / "forward.eml").read_bytes())
    assert lines(content) == [
        "Please see below.",
        "Zoë",
        "Forwarded message. From: Office of Trade <news@trade.example>; Date: Mon, 11 Aug 2025 08:00:00"
        " +0000; Subject: Lumber: the sixth review",
        "# Lumber: the sixth review",
        *paragraphs("softwood-lumber.md")[:3],
        "| Year: 2024; Rate: 14.4%.",
        "| Year: 2025; Rate: 35.2%.",
    ]
    assert content.metadata.title == "Fwd: Lumber: the sixth review"
    assert str(content.metadata.published) == "2025-08-12"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Short line\nanother one\n\nend", ["Short line", "another one", "end"]),
        (
            "The licensing office sent the first letters on Monday, and Quebec got\nmost of them.\n"
            "The second round follows in the spring of the coming year, they said.\n",
            ["The licensing office sent the first letters on Monday, and Quebec got most of them.",
             "The second round follows in the spring of the coming year, they said."],
        ),
        ("1. one\n2) two\n* three\n", ["1. one", "2) two", "- three"]),
        ("You wrote:\n> First?\n> > Older.\nMine.", ["You wrote:", "First?", "Older.", "Mine."]),
        ("Text.\n-- \nName\nDesk\n\n> Their text.", ["Text.", "Their text."]),
        ("Text.\n----------\nMore.", ["Text.", "More."]),
    ],
)  # fmt: skip
def test_plain_text(body: str, expected: list[str]) -> None:
    assert message_lines(body) == expected


def test_flowed_text() -> None:
    flowed = "One \ntwo.\nThree.\n>Quoted \n>line.\nMine \n-- \nsignature"
    assert message_lines(flowed, "text/plain; format=flowed") == [
        "One two.",
        "Three.",
        "Quoted line.",
        "Mine",
    ]
    assert message_lines("On \ne", "text/plain; format=flowed; delsp=yes") == ["One"]


def test_html_is_read_where_there_is_no_plain_text() -> None:
    html = '<div style="display:none">preview</div><table><tr><td><h2>Head</h2><p>One</p></td></tr></table>'
    assert message_lines(html, "text/html") == ["## Head", "One"]
    both = (
        "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n  \n"
        "--b\nContent-Type: text/html\n\n<p>The letter.</p>\n--b--\n"
    )
    assert lines(read_eml(both.encode())) == ["The letter."]


def test_letters_and_headers() -> None:
    odd = "From weekly@desk.example Thu Sep 18\nsubject: =?utf-8?q?Caf=C3=A9?=\n =?iso-8859-1?q?_cr=E8me?=\n"
    odd += "From: <weekly@desk.example>\nDate: soon\nContent-Type: text/plain; charset=nonsense\n\nGrüße\n"
    content = read_eml(odd.encode("latin-1"))
    assert content.text == "Grüße"
    metadata = content.metadata
    assert (metadata.title, metadata.published, metadata.publisher) == ("Café crème", None, "desk.example")
    data = base64.b64encode("Grüße €".encode("cp1252")).decode()
    head = "Subject: x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\n"
    assert read_eml((head + data).encode()).text == "Grüße €"


def test_messages_that_are_refused() -> None:
    assert "no e-mail" in refusal(read_eml, b"just text")
    assert "no e-mail" in refusal(read_eml, b"<html><body>a page</body></html>")
    assert "holds no text" in refusal(read_eml, b"Subject: x\n\n")
    nested = b"Subject: x\nContent-Type: message/rfc822\n\n" * 500
    assert "nested too deeply" in refusal(read_eml, nested + b"text")


def test_headers_made_to_take_minutes() -> None:
    for head in (b"Subject: " + b"=?utf-8?q?a?= " * 100_000, b"Subject: x\nFrom: " + b"(" * 2000):
        try:
            assert read_eml(head + b"\n\nhello").text == "hello"
        except LoadError:
            continue


@pytest.mark.parametrize("name", ["letter.eml", "forward.eml"])
def test_damaged_messages_are_read_or_refused(name: str) -> None:
    data, rng = (PAGES / name).read_bytes(), random.Random(3)
    for _ in range(60):
        try:
            assert lines(read_eml(mutated(data, rng)))
        except LoadError:
            continue
