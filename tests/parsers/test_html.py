"""HTML: the main text of pages, their charset, what they say about themselves, and pages that do harm."""

import random
import re
from functools import partial
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.web.html import read_html
from tests.support.office import lines, mutated, refusal, sentences

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
CORPUS = Path(__file__).parents[2] / "corpus"
LONG = "Canada opened its market for cheese by a few percent and kept the rest for its farmers. "


def page(body: str, head: str = "") -> ParsedContent:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode())


def page_lines(body: str) -> list[str]:
    return lines(page(body))


def briefing_lines(name: str) -> list[str]:
    """The blocks of a briefing, but for its tables."""
    body = (CORPUS / name).read_text("utf-8").split("\n---\n", 1)[1]
    return [line for line in body.split("\n") if line and not line.startswith("|")]


@pytest.mark.parametrize("name", ["news.html", "news-saved.html"])
def test_a_news_page_is_its_article_alone(name: str) -> None:
    content = read_html((PAGES / name).read_bytes())
    # The title stands in the metadata.
    text_lines = lines(content)
    assert text_lines == briefing_lines("steel-aluminium-tariffs.md")
    assert content.notes == ("left out as standing around the main text: 4 passages, 169 characters",)
    metadata = content.metadata
    assert metadata.title == "Steel and aluminum tariffs at 50 percent"
    assert (str(metadata.published), metadata.publisher) == ("2025-09-30", "The Trade Courier")
    assert metadata.topics == ("steel", "aluminum", "section 232", "tariffs")


def test_a_government_page_in_a_form_keeps_its_table() -> None:
    content = read_html((PAGES / "government.html").read_bytes())
    text_lines = lines(content)
    rows = [line for line in text_lines if line.startswith("| ")]
    assert rows[1] == (
        "| Requirement: Labor value content; Passenger cars: 40 percent; Light trucks: 45 percent;"
        " Heavy trucks: 45 percent."
    )
    assert len(rows) == 3
    prose = [
        line for line in text_lines[1:] if line not in rows and line != "Regional value content by product"
    ]
    assert prose == briefing_lines("rules-of-origin-cars.md")
    metadata = content.metadata
    assert (metadata.title, str(metadata.published)) == ("Rules of origin for cars", "2025-08-20")
    assert (metadata.publisher, metadata.topics) == ("Department of Trade", ("Rules of origin", "Cars"))


@pytest.mark.parametrize("name", ["news.html", "news-saved.html", "government.html"])
def test_every_sentence_stands_in_the_source(name: str) -> None:
    source = (PAGES / name).read_bytes()
    text = re.sub(r"<[^>]+>", " ", source.decode("cp1252" if name.startswith("gov") else "utf-8"))
    letters = "".join(text.replace("&amp;", "&").split())
    content = read_html(source)
    rows = [content.text[entry.start : entry.end] for entry in content.structure if not entry.level]
    prose = [sentence for sentence in sentences(content) if not any(sentence.strip() in row for row in rows)]
    assert len(prose) > 20
    assert [
        sentence for sentence in prose if "".join(sentence.removeprefix("- ").split()) not in letters
    ] == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<h1>A</h1><h3>B</h3><div>Loose <b>te</b>xt</div>", ["# A", "### B", "Loose text"]),
        ("<p>One<br>two<br><br>three</p>", ["One two", "three"]),
        ("<ol start=3><li>a<ul><li>b</li></ul></li><li>c</li></ol>", ["3. a", "- b", "4. c"]),
        ("<ul><li><p>First</p><p>second</p></li></ul>", ["- First", "second"]),
        ("<dl><dt>Issued:</dt><dd>May</dd><dt>Lone</dt></dl>", ["- Issued: May", "Lone"]),
        ("<pre>a line\nwrapped\n\nnext</pre>", ["a line wrapped", "next"]),
        ("<p>10<sup>6</sup> t in 1<sup>st</sup> year<sup><a href=#n>3</a></sup></p>", ["10⁶ t in 1st year³"]),
        ("<p>shown <span hidden>x</span><span style='display: none'>y</span>too</p>", ["shown too"]),
        ("<h2>Head<a href=#head>¶</a></h2><p>text</p>", ["## Head", "text"]),
        ("<div role=heading aria-level=3>Head</div><p>text</p>", ["### Head", "text"]),
        ("<p>one<p>two<b>bold<p>three", ["one", "twobold", "three"]),
        ("<p>a\0b</p>", ["ab"]),
        ("<nav>out</nav><p>in</p><footer>out</footer><aside>out</aside><script>out</script>", ["in"]),
        (
            "<table><tr><td><h2>Head</h2><p>a</p></td><td>side</td></tr></table>",
            ["## Head", "a", "side"],
        ),
        (
            "<table><tr><th>A<th>B</tr><tr><td rowspan=2>1</td><td>2</td></tr><tr><td>3</td></tr></table>",
            ["| A: 1; B: 2.", "| A: 1; B: 3."],
        ),
        (
            "<table><thead><tr><th></th><th colspan=2>2025</th></tr><tr><th>Land<th>May<th>June</tr>"
            "</thead><tr><td>Mexico</td><td>5</td><td>6</td></tr></table>",
            ["| Land: Mexico; 2025 – May: 5; 2025 – June: 6."],
        ),
    ],
)
def test_markup(body: str, expected: list[str]) -> None:
    assert page_lines(body) == expected


def test_what_a_style_sheet_strikes_out_is_left_out() -> None:
    """As Google Docs save it; a rule for a class in some place only says nothing."""
    style = ".c1{color:red}span.c2{text-decoration:line-through}td .c3,.c4{text-decoration:line-through}"
    body = (
        "<p>Pay <span class=c2>60</span> <span class=c1>45</span> or <b class=c2>7</b> <i class=c3>9</i>.</p>"
    )
    cells = "<tr><th>A<th>B</tr><tr><td class=c4>1<td>2</tr><tr><td>3<td>4</tr>"
    content = read_html(
        f"<html><head><style>{style}</style></head><body>{body}<table>{cells}</table></body></html>".encode()
    )
    assert content.text == "Pay 45 or 7 9.\n\nB: 2.\nA: 3; B: 4."
    assert content.notes == ("left out: struck-out text",)


def test_a_page_that_is_struck_out_for_the_most_part_is_read_and_told() -> None:
    """Someone forgot to end it."""
    content = read_html(b"<html><body><p>Pay <s>45 crowns by May, and 60 crowns later.</p></body></html>")
    assert "45 crowns by May" in content.text
    [note] = content.notes
    assert note.startswith("most of it is struck out")


def test_hidden_rows_and_cells_of_tables_are_left_out_and_told() -> None:
    """As Excel saves a sheet as a page."""
    rows = (
        "<tr><td>Land</td><td style='display:none'>key</td><td>2029</td></tr>"
        "<tr><td>Peru</td><td style='display:none'>7</td><td>2.4%</td></tr>"
        "<tr style='mso-height-source:auto;display:none'><td>Chile</td><td>8</td><td>9.9%</td></tr>"
    )
    content = read_html(f"<html><body><table>{rows}</table></body></html>".encode())
    assert content.text == "Land: Peru; 2029: 2.4%."
    assert content.notes == ("left out: 1 hidden row of tables",)


def test_what_is_utf_8_is_read_so_whatever_the_page_says() -> None:
    page = "<html><head><meta charset=iso-8859-1></head><body><p>Prêt à 12 €</p></body></html>"
    assert read_html(page.encode()).text == "Prêt à 12 €"
    assert read_html(page.encode("cp1252")).text == "Prêt à 12 €"
    assert read_html(page.encode(), charset="windows-1252").text == "Prêt à 12 €"


def test_letters_that_cannot_be_seen_are_none() -> None:
    cells = "<tr><th>A<th>B</tr><tr><td>\u200b1<td>\u200b</tr><tr><td>2\u200b<td>\u200e3</tr>"
    assert page_lines(f"<table>{cells}</table>") == ["| A: 1.", "| A: 2; B: 3."]


def test_pages_of_a_table_or_a_list_alone_are_whole() -> None:
    rows = "".join(f"<tr><td>Land {n}</td><td>{n}</td></tr>" for n in range(50))
    assert len(page_lines(f"<table><tr><th>Name</th><th>Share</th></tr>{rows}</table>")) == 50
    items = "".join(f"<li>Item number {n} of the list</li>" for n in range(50))
    assert len(page_lines(f"<h1>Head</h1><ul>{items}</ul>")) == 51


def test_xhtml_and_its_entities() -> None:
    entities = '<!ENTITY a "aaaa">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">' for n in range(12)
    )
    text = (
        f'<?xml version="1.0"?><!DOCTYPE html [{entities}]><html xmlns="http://www.w3.org/1999/xhtml">'
        "<head><title/><script/></head><body><p>Caf&eacute; &amp; &a11;bar &#8364;</p></body></html>"
    )
    assert read_html(text.encode()).text == "Café & bar €"


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("<p>Grüße €".encode("utf-8-sig"), "iso-8859-1"),
        ("<p>Grüße €".encode("cp1252"), "iso-8859-1"),
        ("<meta charset=windows-1252><p>Grüße €".encode("cp1252"), None),
        ("<meta charset=latin1><p>Grüße €".encode(), "utf-8"),
        ('<meta http-equiv=x content="text/html; charset=utf-16"><p>Grüße €'.encode(), None),
        ("<meta charset=nonsense><p>Grüße €".encode(), "rot13"),
        ("<meta charset=utf-8><p>Grüße €".encode("cp1252"), None),
        ("<p>Grüße €".encode("utf-16"), None),
    ],
)
def test_letters(data: bytes, charset: str | None) -> None:
    assert read_html(data, charset=charset).text == "Grüße €"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "None"),
        ("<meta name=date content=03/04/2025>", "None"),
        ("<meta property=article:published_time content=2025-09-18T23:00:00-04:00>", "2025-09-18"),
        ("<meta name=citation_date content=20250918>", "2025-09-18"),
        ("<meta name=pubdate content='Thu, 18 Sep 2025 09:00:00 GMT'>", "2025-09-18"),
        ("<meta name=dcterms.modified content=2025-09-20>", "2025-09-20"),
        ('<script type="application/ld+json">[{"@type":["Report"],"datePublished":"2025-09-18"}]</script>',
         "2025-09-18"),
        ('<script type="application/ld+json">{"broken</script>', "None"),
        ("<link rel=canonical href=https://x.example/2025/9/18/quota>", "2025-09-18"),
    ],
)  # fmt: skip
def test_dates_are_never_guessed(head: str, expected: str) -> None:
    body = f"<p>{LONG}It was so in 2009 and on March 3, 2011.</p><p>© 2024</p>"
    assert str(page(body, head).metadata.published) == expected


def test_dates_of_time_elements_and_addresses() -> None:
    inside = (
        "<article><h1>A</h1><time datetime=2025-09-18>x</time><p>a text</p></article><time>2020-01-01</time>"
    )
    assert str(page(inside).metadata.published) == "2025-09-18"
    several = "<p>a text</p><time>2020-01-01</time><time>2021-01-01</time>"
    assert page(several).metadata.published is None
    address = read_html(b"<p>a text", url="https://x.example/2025/09/18/quota.html")
    assert str(address.metadata.published) == "2025-09-18"
    assert read_html(b"<p>a text", url="https://x.example/2025/09/quota").metadata.published is None


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Quota talks | Courier", "Courier", "Quota talks"),
        ("Courier - Quota talks", "Courier", "Quota talks"),
        ("Quota - the talks", "Courier", "Quota - the talks"),
        ("Courier", "Courier", None),
    ],
)
def test_titles_lose_the_name_of_the_site(title: str, site: str, expected: str | None) -> None:
    head = f"<title>{title}</title><meta property=og:site_name content='{site}'>"
    assert page("<p>A text.</p>", head).metadata.title == expected


def test_pages_without_text_are_refused() -> None:
    needs = "<noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"
    assert "JavaScript" in refusal(read_html, needs.encode())
    assert "JavaScript" in refusal(read_html, b"<p>Please enable JavaScript to continue.</p>")
    assert "holds no text" in refusal(read_html, b"<html><body><script>run()</script></body></html>")
    assert "empty" in refusal(read_html, b"")
    assert "binary" in refusal(read_html, b"%PDF-1.7 x")
    assert "binary" in refusal(read_html, random.Random(1).randbytes(3000))


def test_pages_made_to_do_harm() -> None:
    for tag in (b"<div>", b"<b>", b"<table><tr><td>", b"<sup>", b"<ul><li>", b"<form><header>"):
        assert "nested too deeply" in refusal(read_html, tag * 100_000 + b"end")
    assert refusal(read_html, b"<?xml version='1.0'?>" + b"<!DOCTYPE " * 300_000)
    spans = b"<table><tr><th>a<th>b</tr>" + b"<tr><td rowspan=65534 colspan=1000>x</tr>" * 500 + b"</table>"
    assert read_html(spans).text.count("x") < 200_000
    many = b"<p>A paragraph of the long page.</p>" * 50_000
    assert len(read_html(many).text) == 50_000 * 31 - 2


@pytest.mark.parametrize("name", ["news.html", "government.html"])
def test_damaged_pages_are_read_or_refused(name: str) -> None:
    data, rng = (PAGES / name).read_bytes(), random.Random(7)
    for _ in range(60):
        read = partial(read_html, url="http://[x", charset=rng.choice((None, "utf-8", "big5")))
        try:
            assert lines(read(mutated(data, rng)))
        except LoadError:
            continue
