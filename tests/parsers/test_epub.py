"""EPUB: spine order, headings, metadata, and books that are damaged, locked or a trap."""

import random
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.parsers.web.epub import read_epub
from tests.support.office import (
    lines,
    mutated,
    mutated_inside,
    refusal,
    sentences,
    with_part,
    zipped,
)

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="in/book%20one.opf"/></rootfiles></container>'
)
METADATA = (
    "<dc:title>Quotas &amp; bridges</dc:title><dc:date>2025-09-18T00:00:00Z</dc:date>"
    "<dc:subject>Trade</dc:subject>"
    "<dc:publisher>Desk Press</dc:publisher><dc:subject>Dairy</dc:subject>"
)


def chapter(body: str) -> str:
    return (
        '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"'
        f' xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head><body>{body}</body></html>'
    )


def book(**changes: str | None) -> bytes:
    """A book of two chapters, b before a; `changes` puts in and takes out (None), with _ for a slash."""
    items = "".join(
        f'<item id="{key}" href="{key}.xhtml" media-type="application/xhtml+xml" {roles}/>'
        for key, roles in (("a", ""), ("b", ""), ("nav", 'properties="nav"'))
    )
    members: dict[str, str | None] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "in/book one.opf": '<package xmlns="http://www.idpf.org/2007/opf"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{METADATA}</metadata><manifest>{items}</manifest>"
        '<spine><itemref idref="nav"/><itemref idref="b"/><itemref idref="a"/><itemref idref="b"/></spine>'
        "</package>",
        "in/nav.xhtml": chapter(
            '<nav epub:type="toc"><ol><li><a href="a.xhtml">The quota</a><ol>'
            '<li><a href="a.xhtml#x">Its share</a>'
            "</li></ol></li></ol></nav>"
        ),
        "in/a.xhtml": chapter(
            "<p>The quota</p><p>Caf&eacute;&nbsp;milk.</p><p>Its share</p><p>The quota</p>"
        ),
        "in/b.xhtml": chapter(
            '<h1>The bridge</h1><p>It opened in 1929<a epub:type="noteref" href="#n">1</a>.</p>'
            '<aside epub:type="footnote" id="n"><p>Says the plate.</p></aside>'
        ),
    }
    members |= {name.replace("__", "/"): text for name, text in changes.items()}
    return zipped({name: text for name, text in members.items() if text is not None})


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    content = read_epub(book())
    assert lines(content) == [
        "# The bridge",
        "It opened in 1929¹.",
        "Says the plate.",
        "# The quota",
        "Café milk.",
        "## Its share",
        "The quota",
    ]
    metadata = content.metadata
    assert (metadata.title, str(metadata.published)) == ("Quotas & bridges", "2025-09-18")
    assert (metadata.publisher, metadata.topics) == ("Desk Press", ("Trade", "Dairy"))


def test_struck_out_text_is_left_out_and_told() -> None:
    content = read_epub(book(in__a__xhtml=None, **{"in/a.xhtml": chapter("<p>Pay <s>60</s> 45 crowns.</p>")}))
    assert "Pay 45 crowns." in content.text
    assert content.notes == ("left out: struck-out text",)


def test_a_book_of_libreoffice_has_all_its_text() -> None:
    content = read_epub((PAGES / "rules.epub").read_bytes())
    text_lines = lines(content)
    briefing = (Path(__file__).parents[2] / "corpus" / "rules-of-origin-cars.md").read_text("utf-8")
    body = [line for line in briefing.split("\n---\n", 1)[1].split("\n") if line and not line.startswith("|")]
    assert text_lines[0] == "# Rules of origin for cars"
    assert [line for line in body if line.removeprefix("## ") not in text_lines] == []
    assert sum(line.startswith("| ") for line in text_lines) == 3
    assert content.metadata.title == "Rules of origin for cars"
    assert content.metadata.publisher is None
    assert all(sentence.strip() in content.text for sentence in sentences(content))


def test_books_that_are_refused() -> None:
    method = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    locked = {"META-INF/encryption.xml": method.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")}
    assert "DRM" in refusal(read_epub, book(**locked))
    fonts = {"META-INF/encryption.xml": method.format("http://www.idpf.org/2008/embedding")}
    assert read_epub(book(**fonts)).text
    assert "'META-INF/container.xml' is missing" in refusal(read_epub, zipped({"a.txt": "x"}))
    assert "damaged" in refusal(read_epub, b"no archive")
    pictures = {"in/a.xhtml": chapter("<img/>"), "in/b.xhtml": chapter("")}
    assert "holds no text" in refusal(read_epub, book(**pictures))


def test_comments_and_instructions_do_no_harm() -> None:
    marked = METADATA.replace("<dc:date>", "<!-- the date --><?build 7?><dc:date>")
    package = (
        '<?xml version="1.0"?><!-- made by hand --><package xmlns="http://www.idpf.org/2007/opf"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{marked}</metadata><!-- x -->'
        "<manifest><!-- y -->"
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/><?z?></manifest>'
        '<spine><!-- first --><itemref idref="a"/></spine></package>'
    )
    text = chapter("<!-- c --><p>Four <!-- not five --><?x?>percent.</p>")
    content = read_epub(book(**{"in/book one.opf": package, "in/a.xhtml": text}))
    assert content.text == "Four percent."
    assert (content.metadata.title, str(content.metadata.published)) == ("Quotas & bridges", "2025-09-18")


def test_pages_of_contents_are_no_text() -> None:
    links = '<p><a href="a.xhtml">The quota</a></p><p><a href="b.xhtml">The bridge</a> 7</p>'
    items = "".join(
        f'<item id="{key}" href="{key}.xhtml" media-type="application/xhtml+xml"/>' for key in ("t", "a", "b")
    )
    for guide, page in (
        ("", f"<h1>Contents</h1>{links}"),
        ('<guide><reference type="toc" href="t.xhtml"/></guide>', f"<p>What stands where:</p>{links}"),
    ):
        package = (
            '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<metadata>{METADATA}</metadata><manifest>{items}</manifest><spine>"
            f'<itemref idref="t"/><itemref idref="a"/><itemref idref="b"/></spine>{guide}</package>'
        )
        content = read_epub(book(**{"in/book one.opf": package, "in/t.xhtml": chapter(page)}))
        assert "Contents" not in content.text
        assert "What stands" not in content.text
        assert content.text.count("The bridge") == 1
    see = chapter('<p>Of the duty on glue see <a href="a.xhtml">one</a> and <a href="b.xhtml">two</a>.</p>')
    assert "Of the duty on glue" in read_epub(book(**{"in/book one.opf": package, "in/t.xhtml": see})).text


def test_a_chapter_that_only_the_contents_name_has_its_name() -> None:
    content = read_epub(book(**{"in/a.xhtml": chapter("<p>Milk is dear.</p>")}))
    assert lines(content)[3:] == ["# The quota", "Milk is dear."]


def test_a_chapter_that_cannot_be_read_is_a_note() -> None:
    missing = read_epub(book(**{"in/b.xhtml": None}))
    assert missing.text.startswith("The quota")
    assert missing.notes == ("left out its part 'in/b.xhtml': it is missing",)
    deep = read_epub(book(**{"in/b.xhtml": "<div>" * 20_000 + "text"}))
    assert deep.notes == ("left out its part 'in/b.xhtml': it is nested too deeply",)
    none = refusal(read_epub, book(**{"in/a.xhtml": None, "in/b.xhtml": None}))
    assert "holds no text" in none
    assert "is missing" in none


def test_entities_do_not_grow() -> None:
    entities = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
    bomb = f"<!DOCTYPE html [{entities}]><html><body><p>Text &b;</p></body></html>"
    assert "aaaa" not in read_epub(book(**{"in/b.xhtml": bomb})).text


@pytest.mark.parametrize("seed", range(3))
def test_damaged_books_are_read_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    for data in (book(), (PAGES / "rules.epub").read_bytes()):
        for change in (mutated, mutated_inside):
            for _ in range(10):
                try:
                    assert lines(read_epub(change(data, rng)))
                except LoadError:
                    continue
        spoilt = with_part(data, "META-INF/container.xml", lambda part: part[:40])
        assert "damaged" in refusal(read_epub, spoilt)
