"""E-mail: the letter's own text, what it quotes and forwards, its headers, and broken messages."""

import base64
import random
import time
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.parsers.web.eml import read_eml
from tests.support.office import grids, lines, mutated, refusal, sentences

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
        "# Zoë Müller, 18 September 2025",
        "From: Zoë Müller <zoe@desk.example>; To: list@desk.example",
        "Dear colleagues,",
        first,
        second,
        third,
        "To do:",
        "- read the ruling",
        "- call the producers",
        "Signature: Zoë Müller, Trade desk, +1 555 0100",
        "Attachments: ruling.pdf, Zölle 2025.xlsx",
        "# Earlier message",
        quoted,
    ]
    (note,) = content.notes
    assert note.startswith("2 attachments are not read: ruling.pdf, Zölle 2025.xlsx")
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
        "# Zoë Müller, 12 August 2025",
        "From: Zoë Müller <zoe@desk.example>; To: desk@desk.example",
        "Please see below.",
        "Zoë",
        "# Earlier message: Office of Trade, 11 August 2025",
        "From: Office of Trade <news@trade.example>; Subject: Lumber: the sixth review",
        "## Lumber: the sixth review",
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
        ("Text.\n----------\nMore.", ["Text.", "More."]),
        # A line "--" divides like any other; a signature stands below "-- " and is kept as such.
        ("Text.\n--\nMore, and 11 % too.", ["Text.", "More, and 11 % too."]),
        ("Text.\n-- \nName\n\nDesk,\n", ["Text.", "Signature: Name, Desk"]),
        ("Text.\n-- \n" + "A line.\n" * 9, ["Text.", *["A line."] * 9]),
        ("Text.\n-- \n" + "word " * 150, ["Text.", " ".join(["word"] * 150)]),
        ("Text.\n\n>From now on it is 8.", ["Text.", "From now on it is 8."]),
    ],
)  # fmt: skip
def test_plain_text(body: str, expected: list[str]) -> None:
    assert message_lines(body) == expected


def test_flowed_text() -> None:
    flowed = "One \ntwo.\nThree.\n>Quoted \n>line.\nMine \n-- \nsignature"
    assert message_lines(flowed, "text/plain; format=flowed") == [
        "One two.",
        "Three.",
        "Quoted: Quoted line.",
        "Mine",
        "Signature: signature",
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


def test_struck_out_text_of_a_letter_is_left_out_and_told() -> None:
    message = "Subject: x\nContent-Type: text/html\n\n<p>Pay <strike>60</strike> 45 crowns.</p>"
    content = read_eml(message.encode())
    assert lines(content) == ["Pay 45 crowns."]
    assert content.notes == ("left out: struck-out text",)


def test_a_message_that_breaks_off_says_so() -> None:
    head = "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n"
    whole = f"{head}--b\nContent-Type: text/plain\n\nThe letter.\n"
    assert read_eml(whole.encode()).notes == ("the message breaks off: its end may be missing",)
    assert read_eml(f"{whole}--b--\n".encode()).notes == ()


def test_columns_of_plain_text_are_a_table() -> None:
    body = (
        "Dear Ms Lind,\n\nPrices are:\nGrade        2030    2031\n-----        ----    ----\n"
        "Fine          511     560\nCoarse                211\nLambs           0       -\n\nRegards\n"
    )
    content = read_eml(f"Subject: x\nContent-Type: text/plain\n\n{body}".encode())
    assert grids(content) == [
        [
            ["*Grade", "*2030", "*2031"],
            ["*Fine", "511", "560"],
            ["*Coarse", "", "211"],
            ["*Lambs", "0", "-"],
        ]
    ]
    assert [line for line in lines(content) if not line.startswith("|")] == [
        "Dear Ms Lind,",
        "Prices are:",
        "Regards",
    ]


def test_letters_and_headers() -> None:
    odd = "From weekly@desk.example Thu Sep 18\nsubject: =?utf-8?q?Caf=C3=A9?=\n =?iso-8859-1?q?_cr=E8me?=\n"
    odd += "From: <weekly@desk.example>\nDate: soon\nContent-Type: text/plain; charset=nonsense\n\nGrüße\n"
    content = read_eml(odd.encode("latin-1"))
    assert lines(content) == ["# weekly@desk.example", "Grüße"]
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
            assert lines(read_eml(head + b"\n\nhello"))[-1] == "hello"
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


# Broken messages ------------------------------------------------------------------------------------


def test_headers_in_plain_latin_letters() -> None:
    head = "From: Desk of São Rafael <desk@example.org>\nSubject: Café duty – näher\n\nText."
    for encoding in ("cp1252", "utf-8"):
        content = read_eml(head.encode(encoding))
        assert content.metadata.title == "Café duty – näher"
        assert content.metadata.publisher == "Desk of São Rafael"
    polish = "Subject: Cło na łąkę\nContent-Type: text/plain; charset=iso-8859-2\n\nCło na łąkę 5 %."
    content = read_eml(polish.encode("iso-8859-2"))
    assert (content.metadata.title, content.text) == ("Cło na łąkę", "Cło na łąkę 5 %.")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_messages_saved_as_unicode(encoding: str) -> None:
    message = "Subject: Zölle\nContent-Type: text/plain; charset=iso-8859-1\n\nGrüße, 5 €."
    content = read_eml(message.encode(encoding))
    assert content.metadata.title == "Zölle"
    assert content.text == "Grüße, 5 €."


def test_headers_with_space_before_the_colon() -> None:
    message = (
        "From  : Ana Ruiz <ana@machine(a comment).  example>\nTo    : Bo Lind\n__\n   <bo@example.net>\n"
        "Subject     : Saying hello\nDate  : Fri, 21 Nov 1997 09(a comment):   55  :  06 -0600\n\nHello.\n"
    )
    content = read_eml(message.encode())
    assert lines(content) == [
        "# Ana Ruiz, 21 November 1997",
        "From: Ana Ruiz <ana@machine.example>; To: Bo Lind __ <bo@example.net>",
        "Hello.",
    ]
    assert content.metadata.title == "Saying hello"
    assert str(content.metadata.published) == "1997-11-21"


def test_a_letter_without_a_line_between_headers_and_text_is_read() -> None:
    assert message_lines("One.\nTwo: three.") == ["One.", "Two: three."]
    content = read_eml(b"Subject: x\nHello there.\nThe duty: 8 percent.\n\nMore.")
    assert lines(content) == ["Hello there.", "The duty: 8 percent.", "More."]


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/alternative",
        'multipart/mixed; boundary="other"',
        "multipart/mixed; boundary=",
        "MULTIPART/Mixed;;",
    ],
)
def test_several_parts_without_their_boundary(content_type: str) -> None:
    body = "\n--XX-\nContent-Type: text/plain\n\nThe duty is 8 percent.\n--XX---\n".replace("XX-", "X")
    assert message_lines(body, content_type) == ["The duty is 8 percent."]


def test_several_parts_that_are_none() -> None:
    assert message_lines("The duty is 8 percent.", "multipart/mixed") == ["The duty is 8 percent."]


@pytest.mark.parametrize(
    "content_type",
    [
        'text/plain; charset="utf-8',
        "text/plain charset=utf-8",
        "text/plain; charset=utf-8; charset=latin-1",
        "text; charset=utf-8",
        "text/plain;;; charset = utf-8",
        "; charset=utf-8",
        "text/plain; charset=utf-8\nContent-Transfer-Encoding: ",
        "text/plain; charset=utf-8\nContent-Transfer-Encoding: 8-bit;",
        "text/plain\nContent-Transfer-Encoding : quoted-printable",
        "text/plain; charset=utf-8\nContent-Transfer-Encoding: Quoted-Printable;",
    ],
)
def test_broken_types_and_encodings(content_type: str) -> None:
    body = "Gr=C3=BC=\n=C3=9Fe" if "uoted" in content_type else "Grüße"
    assert message_lines(body, content_type) == ["Grüße"]


def test_the_day_of_arrival_where_no_other_is_given() -> None:
    content = read_eml(b"Received: from a by b; Tue, 13 Nov 2001 19:08:16 -0800\nSubject: x\n\nText.")
    assert str(content.metadata.published) == "2001-11-13"


# Parts ----------------------------------------------------------------------------------------------


def multipart(subtype: str, *parts: str) -> str:
    boundary = f"b{len(subtype)}{len(parts)}"
    inner = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{subtype}; boundary={boundary}\n\n{inner}--{boundary}--\n"


PLAIN = "Content-Type: text/plain\n\nThe duty is 8 percent."
HTML = "Content-Type: text/html\n\n<p>The duty is 8 percent.</p>"
PDF = "Content-Type: application/pdf; name=ruling.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQgeA=="


def test_what_is_attached_inside_one_form_of_the_text_is_named() -> None:
    for forms in (
        (PLAIN, multipart("mixed", HTML, PDF)),
        (PLAIN, HTML, PDF),
        (multipart("mixed", PLAIN, PDF), HTML),
    ):
        content = read_eml(("Subject: x\n" + multipart("alternative", *forms)).encode())
        assert lines(content) == ["The duty is 8 percent.", "Attachments: ruling.pdf"]
        assert content.notes == ("1 attachment is not read: ruling.pdf: save and add what you need of it",)


def test_the_form_that_says_more() -> None:
    stub = "Content-Type: text/plain\n\nYour program shows no HTML."
    long_html = "Content-Type: text/html\n\n<p>" + "The duty is 8 percent. " * 10 + "</p>"
    content = read_eml(("Subject: x\n" + multipart("alternative", stub, long_html)).encode())
    assert content.text.startswith("The duty is 8 percent.")
    table = "<table><tr><th>Year</th><th>Duty</th></tr><tr><td>2028</td><td>8</td></tr></table>"
    rows = "Content-Type: text/plain\n\nYear Duty\n2028 8\n"
    forms = multipart("alternative", rows, f"Content-Type: text/html\n\n{table}")
    assert lines(read_eml(("Subject: x\n" + forms).encode())) == ["| Year: 2028; Duty: 8."]


def test_parts_that_are_no_text_are_named_and_pictures_in_the_text_are_not() -> None:
    calendar = "Content-Type: text/calendar\n\nBEGIN:VCALENDAR"
    picture = "Content-Type: image/png\nContent-ID: <1>\n\nx"
    content = read_eml(("Subject: x\n" + multipart("mixed", PLAIN, calendar, picture)).encode())
    assert lines(content) == ["The duty is 8 percent.", "Attachments: unnamed (text/calendar)"]


def test_encrypted_messages_are_named_so() -> None:
    smime = (
        b"Subject: x\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
        b"Content-Transfer-Encoding: base64\n\nMIIB"
    )
    pgp = b"Subject: x\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
    parts = multipart(
        "encrypted",
        "Content-Type: application/pgp-encrypted\n\nVersion: 1",
        "Content-Type: application/octet-stream; name=encrypted.asc\n\nhQEMA",
    )
    for data in (smime, pgp, f"Subject: x\n{parts}".encode()):
        assert refusal(read_eml, data).startswith("it is encrypted")


def test_a_forwarded_message_that_is_encoded() -> None:
    inner = base64.b64encode(
        b"From: Bo Lind <bo@x.example>\nDate: 1 Apr 2028 10:00 +0000\n\nThe duty is 8."
    ).decode()
    part = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}"
    content = read_eml(("Subject: x\n" + multipart("mixed", PLAIN, part)).encode())
    assert lines(content)[-3:] == [
        "# Earlier message: Bo Lind, 1 April 2028",
        "From: Bo Lind <bo@x.example>",
        "The duty is 8.",
    ]


def test_long_flowed_text_takes_no_longer_by_the_line() -> None:
    """Each line was once copied with all that stood before it: a minute for a mail of this length."""
    text = "word " * 12 + "\n"
    data = f"Subject: x\nContent-Type: text/plain; format=flowed\n\n{text * 150_000}".encode()
    began = time.process_time()
    assert len(read_eml(data).text) == len(text) * 150_000 - 150_000 - 1
    assert time.process_time() - began < 20


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
def test_a_character_set_whose_name_can_not_be_one(encoding: str) -> None:
    body = b"VGhlIGR1dHkgaXMgOCBwZXJjZW50Lg==" if encoding == "base64" else b"The duty is 8 percent."
    data = b'Subject: Duty\nContent-Type: text/plain; charset="a\x00b"\n'
    data += f"Content-Transfer-Encoding: {encoding}\n\n".encode() + body + b"\n"
    assert "The duty is 8 percent." in read_eml(data).text
