"""The main text of web pages: what is kept of it, what stands around it, and what is said of the rest."""

from datetime import date
from itertools import pairwise

import pytest

from qa.parsers.files import parse_bytes
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.registry import format_named
from qa.parsers.web.html import read_html
from qa.schema import Metadata
from tests.support.office import grids, lines

MENU = "<nav><ul><li><a href=/>Home</a></li><li><a href=/t>Tariffs</a></li></ul></nav>"
MENU_OF_BOXES = "<div id=menu><a href=/>Home</a> <a href=/t>Tariffs</a></div>"
COOKIES = (
    "<div class=cookie-banner role=dialog><p>We use cookies to improve your visit, and by going on you agree"
    " to the storing of cookies for thirteen months.</p><button>Accept</button></div>"
)
TEASERS = "".join(f"<li><a href=/r{n}>Why quota number {n} matters to makers</a></li>" for n in range(5))
RELATED = f"<aside><h3>Related articles</h3><ul>{TEASERS}</ul></aside>"
RELATED_BOX = f"<div class=box-right><h3>More on this</h3><ul>{TEASERS}</ul></div>"
FOOTER = "<footer><p>© 2031 The Gazette. All rights reserved, of course.</p><a href=/i>Imprint</a></footer>"
SENTENCES = [
    "The levy on copper from Norland rises to nine percent in the spring, after two years without a change.",
    "Officials said that 46 firms had asked for more time, and that none of them would get it before June.",
    "Whoever ships tin through the port of Kolsund pays 12 crowns a tonne, unless the levy was waived there.",
    "A panel found that the schedule of 2029 broke the treaty, since its rates were above the bound ones.",
    "The next review is due in the year 2033, when all parties will look at the rates for paper and wool.",
]
CLAUSE = (
    "The tariff on goods of this schedule is reduced in five equal annual stages, and such goods are free"
    " from year five."
)


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def read(body: str, head: str = "<title>Levies | The Gazette</title>") -> ParsedContent:
    return read_html(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode())


@pytest.mark.parametrize(
    "around",
    [
        f"{COOKIES}<header><a href=/>The Gazette</a></header>{MENU}<main><article>%s</article></main>"
        f"{RELATED}{FOOTER}",
        f"{COOKIES}{MENU_OF_BOXES}<div class=content>%s</div>{RELATED_BOX}"
        "<div id=footer>All rights reserved.</div>",
        f"{MENU}<table><tr><td width=20%%>{RELATED_BOX}</td><td>%s</td></tr></table>{FOOTER}",
        f"<form method=post>{MENU}<div>%s</div>{FOOTER}</form>",
    ],
    ids=["semantic", "boxes", "table", "form"],
)
def test_a_page_is_its_text_without_what_stands_around_it(around: str) -> None:
    items = ["copper from Norland: nine percent", "tin from Estmark: four percent, since 2024"]
    body = (
        "<h1>Levies</h1>"
        + paragraphs(SENTENCES[:2])
        + "<ul>"
        + "".join(f"<li>{item}</li>" for item in items)
        + "</ul>"
        + "<div class=wrap><div class=inner><h2>Rates</h2></div></div>"
        + paragraphs(SENTENCES[2:4])
        + "<table><tr><th>Metal</th><th>2030</th></tr><tr><td>Tin</td><td>4</td></tr></table>"
        + paragraphs(SENTENCES[4:])
    )
    text_lines = [line for line in lines(read(around % body)) if line != "# Levies"]
    assert text_lines == [
        *SENTENCES[:2],
        *(f"- {item}" for item in items),
        "## Rates",
        *SENTENCES[2:4],
        "| Metal: Tin; 2030: 4.",
        *SENTENCES[4:],
    ]


def test_the_title_is_a_heading_of_the_text() -> None:
    for head in ("", "<meta property=og:type content=article>"):
        body = f"{MENU}<div><div class=head><h1>Levies</h1></div>{paragraphs(SENTENCES)}</div>{FOOTER}"
        content = read(body, f"<title>Levies | The Gazette</title>{head}")
        assert lines(content) == ["# Levies", *SENTENCES]
        assert content.metadata.title == "Levies"


def test_a_clause_that_repeats_is_kept_each_time() -> None:
    schedules = "".join(
        f"<h2>Schedule {name}</h2><p>{CLAUSE}</p><p>{text}</p>"
        for name, text in zip("ABC", SENTENCES, strict=False)
    )
    for around in ("<article>%s</article>", f"{MENU}<article>%s</article>{RELATED}{FOOTER}"):
        text_lines = lines(read(around % f"<h1>Plan</h1>{schedules}"))
        assert text_lines.count(CLAUSE) == 3
        assert [below for above, below in pairwise(text_lines) if above.startswith("## Schedule")] == [
            CLAUSE
        ] * 3


@pytest.mark.parametrize(
    ("tag", "attributes"),
    [("header", ""), ("noscript", ""), ("aside", ""), ("div", "hidden"), ("footer", "")],
)
def test_what_holds_the_whole_text_is_read(tag: str, attributes: str) -> None:
    content = read(f"{MENU}<{tag} {attributes}><h2>Rates</h2>{paragraphs(SENTENCES)}</{tag}>")
    assert [line for line in SENTENCES if line not in lines(content)] == []
    assert "Tariffs" not in content.text


@pytest.mark.parametrize("around", ["%s", f"{MENU}<main>%s</main>{RELATED}{FOOTER}"], ids=["bare", "around"])
def test_no_block_is_lost_without_a_word(around: str) -> None:
    blocks = [
        "<h2>Scope</h2>",
        *(f"<p>{text}</p>" for text in SENTENCES),
        "<p>Done at Kolsund.</p>",
        "<ul><li>copper: nine percent</li></ul>",
        "<table><tr><th>Metal</th><th>2030</th></tr><tr><td>Tin</td><td>4</td></tr></table>",
        "<p>Contact the office for forms.</p>",
    ]
    whole = read(around % "".join(blocks))
    for block in blocks:
        without = read(around % "".join(other for other in blocks if other != block))
        assert (without.text, without.notes) != (whole.text, whole.notes), block


def test_what_was_left_out_is_told() -> None:
    box = (
        "<div class=box><p>Write to us if you know more about this, or about anything else of note.</p></div>"
    )
    content = read(f"{MENU}<main><h1>Levies</h1>{paragraphs(SENTENCES)}</main><div>{box}</div>{FOOTER}")
    assert "Write to us" not in content.text
    assert content.notes == ("left out as standing around the main text: 1 passage, 72 characters",)
    assert read(paragraphs(SENTENCES)).notes == ()


@pytest.mark.parametrize(
    "struck", ["<del>60</del>", "<s>60</s>", "<span style='text-decoration: line-through'>60</span>"]
)
def test_struck_out_text_is_left_out_and_told(struck: str) -> None:
    paid = f"<p>Exporters pay {struck} <ins>45</ins> crowns a tonne, down from 120, as it has said.</p>"
    for page in (paid + paragraphs(SENTENCES), f"{MENU}<main>{paid}{paragraphs(SENTENCES)}</main>{FOOTER}"):
        content = read(page)
        assert "Exporters pay 45 crowns a tonne, down from 120, as it has said." in content.text
        assert content.notes == ("left out: struck-out text",)
    # A tag that nobody has closed.
    assert SENTENCES[0] in read(f"<s>{paragraphs(SENTENCES)}</s><p>The end.</p>").text


@pytest.mark.parametrize(
    ("button", "panel"),
    [
        ("<button>How long?</button>", "hidden"),
        ("<button aria-expanded=false>How long?</button>", "style='display: none'"),
        ("<button aria-controls=p1>How long?</button>", "id=p1 hidden"),
        ("How long?", "hidden=until-found"),
    ],
)
def test_what_folds_out_is_read(button: str, panel: str) -> None:
    between = "<hr>" if "p1" in button else "<!-- a remark -->"
    folded = f"<h3>{button}</h3>{between}<div {panel}><p>Five days, or twelve in December.</p></div>"
    text = f"<h1>Levies</h1>{paragraphs(SENTENCES[:3])}{folded}{paragraphs(SENTENCES[3:])}"
    for page in (text, f"{MENU}<main>{text}</main>{RELATED}{FOOTER}"):
        assert "How long?\n\nFive days, or twelve in December." in read(page).text
        assert "secret" not in read(f"{page}<div hidden>secret</div>").text


def test_a_page_without_a_day_has_that_of_its_last_change() -> None:
    page = f"<h1>Levies</h1>{paragraphs(2 * SENTENCES)}<p>%s</p>"
    for line, day in (
        ("Last updated: 11 January 2032", date(2032, 1, 11)),
        ("This page was last reviewed on 11 January 2032.", date(2032, 1, 11)),
        ("The levy was last changed on 11 January 2032 by decree.", None),
    ):
        data = (page % line).encode()
        parsed = parse_bytes(data, format_named("html"), name="a.html", source="a", metadata=Metadata())
        assert parsed.published == day


@pytest.mark.parametrize("end", ["", "</p", "<a href='/x"])
def test_a_page_that_was_saved_in_part_says_so(end: str) -> None:
    whole = f"<html><head><title>Levies</title></head><body>{paragraphs(SENTENCES)}"
    notes = ("the page has no end: it may have been saved in part",)
    assert read_html(f"{whole}{end}".encode()).notes == notes
    assert read_html(f"{whole}</body></html>".encode()).notes == ()
    assert read_html(paragraphs(SENTENCES).encode()).notes == ()


def test_what_stands_between_the_text_and_a_part_of_it_is_kept() -> None:
    duties = "<dl><dt>Shredded scrap</dt><dd>38 crowns</dd><dt>Turnings</dt><dd>0 crowns</dd></dl>"
    folded = "<details><summary>Who is exempt?</summary><p>Sellers of less than 20 tonnes.</p></details>"
    text = f"{paragraphs(SENTENCES[:3])}<ul><li>Levy: 45</li></ul>{duties}{folded}{paragraphs(SENTENCES[3:])}"
    content = read(f"{MENU}<main><article><h1>Levies</h1>{text}</article></main>{RELATED}{FOOTER}")
    assert "- Shredded scrap: 38 crowns\n- Turnings: 0 crowns" in content.text


def test_columns_of_preformatted_text_are_a_table() -> None:
    rows = "Grade        2030    2031\nFine          511     560\nCoarse                211\n"
    content = read(
        f"{paragraphs(SENTENCES)}<pre>{rows}</pre><p>Made by hand.</p><pre>one\ntwo  or\nthree</pre>"
    )
    assert grids(content) == [[["*Grade", "*2030", "*2031"], ["*Fine", "511", "560"], ["*Coarse", "", "211"]]]
    assert content.text.endswith("Made by hand.\n\none two or three")


def test_note_marks_are_marks_and_their_notes_are_kept() -> None:
    linked = (
        "<main><h1>Cider levy</h1><p>The levy brought in 52<sup><a href=#fn1>1</a></sup> million crowns,"
        " which is 9.1<sup>[5]</sup> percent more than in 2029, on 300 m<sup>2</sup> for the 45<sup>th</sup>"
        f" time and the 1<sup>er</sup>.</p>{paragraphs(SENTENCES)}</main><aside id=notes><ol><li id=fn1>"
        "Provisional, as all numbers of that year.</li></ol></aside>"
    )
    text_lines = lines(read(f"{MENU}{linked}{FOOTER}"))
    assert (
        "The levy brought in 52¹ million crowns, which is 9.1[5] percent more than in 2029, on 300 m² for the"
        " 45th time and the 1er." in text_lines
    )
    assert "1. Provisional, as all numbers of that year." in text_lines
    below = f"<main><p>Cider: 52<sup>4</sup> million.</p>{paragraphs(SENTENCES)}<p><sup>4</sup> Estimate.</p>"
    assert "⁴ Estimate." in lines(read(f"{MENU}{below}</main>{FOOTER}"))


# Listings -------------------------------------------------------------------------------------------

ENTRIES = [
    ("Paper duty raised", "The duty on paper rises to 11 percent.", "2 January 2031"),
    ("Cork talks end", "The talks on cork ended without a deal.", "2 February 2031"),
    ("Felt quota filled", "The quota for felt was filled on 20 March.", "2 March 2031"),
]


@pytest.mark.parametrize(
    "entry",
    [
        "<article><h3><a href=/n>{0}</a></h3><p>{1}</p><time>{2}</time></article>",
        "<div class=item><span class=date>{2}</span><h3>{0}</h3><p>{1}</p></div>",
        "<section><p class=when>{2}</p><h2><a href=/n>{0}</a></h2><div>{1}</div></section>",
    ],
)
def test_each_entry_of_a_listing_keeps_its_date(entry: str) -> None:
    body = "".join(entry.format(*values) for values in ENTRIES)
    content = read(f"{MENU}<main><h1>Latest trade news</h1>{body}</main>{FOOTER}")
    text_lines = [line.lstrip("# ") for line in lines(content)]
    assert text_lines.pop(0) == "Latest trade news"
    for number, (title, text, day) in enumerate(ENTRIES):
        part = text_lines[3 * number : 3 * number + 3]
        assert part[0] == title
        assert sorted(part[1:]) == sorted((text, day))
    assert content.metadata.published is None


def test_a_listing_has_the_date_that_it_states_itself() -> None:
    body = "".join(
        f"<article><h3>{title}</h3><p>{text}</p><time itemprop=datePublished>{day}</time></article>"
        for title, text, day in ENTRIES
    )
    assert read(f"<main>{body}</main>").metadata.published is None
    head = "<title>News</title><meta name=dcterms.issued content=2031-05-06>"
    assert str(read(f"<main>{body}</main>", head).metadata.published) == "2031-05-06"


def test_an_article_with_teasers_is_no_listing() -> None:
    teasers = "".join(
        f"<div><h4><a href=/t>{title}</a></h4><time>{day}</time></div>" for title, _, day in ENTRIES
    )
    body = f"<article><h1>Levies</h1><time>2031-06-07</time>{paragraphs(SENTENCES)}</article>"
    content = read(f"{MENU}<main>{body}<div>{teasers}</div></main>{FOOTER}")
    assert str(content.metadata.published) == "2031-06-07"
    assert "2 January 2031" not in content.text
