"""Nothing is lost without a word: a file without one of its blocks must not read as the whole one does."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from qa.errors import LoadError
from qa.parsers import Metadata, format_of_name, parse_bytes
from tests.bench.known_documents.document_model import (
    Cell,
    Heading,
    KnownDocument,
    Note,
    NoteMark,
    Paragraph,
    Points,
    Quote,
    Table,
)
from tests.bench.known_documents.print_html import print_epub, print_page
from tests.bench.known_documents.print_text import print_delimited, print_eml, print_markdown
from tests.support.mutations import lost_blocks, remove_blocks
from tests.support.office import docx, element, pptx, relations, xlsx

FIXTURES = Path(__file__).parents[1] / "fixtures"

DOCUMENT = KnownDocument(
    "Barley malt in Norland, 2029",
    date(2029, 3, 14),
    "Norland Customs Union",
    (
        Paragraph(("Imports of barley malt rose to 4,310", NoteMark("1"), " tonnes, after a dry summer.")),
        Heading(2, "Quotas and tariffs"),
        Paragraph(("The tariff stays at 6 percent until the end of 2031, as the ministry said on Monday.",)),
        Points(("Licences are renewed each spring.", "Port dues were not raised in the north.")),
        Quote("Nobody expects the levy to be lifted before the harvest is in."),
        Table(
            "Table 1. Trade in barley malt",
            "thousand tonnes",
            (
                (Cell("Country", "column", rowspan=2), Cell("Imports", "column", colspan=2)),
                (Cell("2028", "column"), Cell("2029", "column")),
                (Cell("Norland", "row"), Cell("14"), Cell("0")),
                (Cell("Estmark", "row"), Cell(""), Cell("35", mark="a")),
                (Cell("Total", "row"), Cell("14"), Cell("35")),
            ),
            (Note("a", "Estimate from mirror data of the neighbours."),),
            "Source: Norland Customs Union.",
        ),
        Heading(3, "Outlook to the end of the decade"),
        Paragraph(("Stocks in bonded stores will last until the spring of 2030, the chamber expects.",)),
    ),
    (Note("1", "Provisional; it will be revised in the autumn."),),
)


def word_paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_table(*rows: tuple[str, ...]) -> str:
    body = "".join(f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    return f"<w:tbl>{body}</w:tbl>"


def word_document() -> bytes:
    """Paragraphs wherever Word keeps them."""
    inner_table = word_table((word_paragraph("Inner words"), word_paragraph("7")))
    body = (
        word_paragraph("Plain words")
        + f"<w:sdt><w:sdtContent>{word_paragraph('Words under control')}</w:sdtContent></w:sdt>"
        + "<w:p><w:r><w:t>With notes</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r>"
        + "<w:r><w:endnoteReference w:id='2'/></w:r></w:p>"
        + "<w:p><w:ins><w:r><w:t>Words put in</w:t></w:r></w:ins></w:p>"
        + word_table(
            (word_paragraph("Norland"), word_paragraph("35")), (word_paragraph("Estmark"), inner_table)
        )
        + f"<w:p><w:r><w:pict><w:txbxContent>{word_paragraph('Boxed words')}</w:txbxContent></w:pict>"
        + "</w:r></w:p>"
    )
    notes = {
        f"word/{name}s.xml": element(
            f"w:{name}s", f"<w:{name} w:id='2'>{word_paragraph(f'The {name} itself')}</w:{name}>"
        )
        for name in ("footnote", "endnote")
    }
    relationships = relations(("r1", "footnotes", "footnotes.xml"), ("r2", "endnotes", "endnotes.xml"))
    return docx(body, more={"word/_rels/document.xml.rels": relationships, **notes})


def presentation() -> bytes:
    """Shapes, a group, a table and the speaker's notes."""

    def shape(text: str) -> str:
        return f"<p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"

    cells = "".join(
        f"<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>"
        for text in ("Norland", "35")
    )
    table = f"<a:graphic><a:graphicData><a:tbl><a:tr>{cells}</a:tr></a:tbl></a:graphicData></a:graphic>"
    frame = f"<p:graphicFrame>{table}</p:graphicFrame>"
    return pptx(shape("Alone") + f"<p:grpSp>{shape('In a group')}</p:grpSp>" + frame, shape("Second slide"))


def workbook() -> bytes:
    """Text and numbers in rows, with blanks between."""

    def cell(place: str, text: str) -> str:
        return f'<s:c r="{place}" t="inlineStr"><s:is><s:t>{text}</s:t></s:is></s:c>'

    rows = (
        f'<s:row r="1">{cell("A1", "Trade in barley malt")}</s:row>'
        f'<s:row r="3">{cell("A3", "Country")}{cell("B3", "Imports")}{cell("C3", "Exports")}</s:row>'
        f'<s:row r="4">{cell("A4", "Norland")}<s:c r="C4"><s:v>35</s:v></s:c></s:row>'
        f'<s:row r="5">{cell("A5", "Estmark")}<s:c r="B5"><s:v>14</s:v></s:c></s:row>'
        f'<s:row r="7">{cell("A7", "Source: the customs union.")}</s:row>'
    )
    return xlsx(rows)


def files() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(1)
    yield "briefing.md", print_markdown(DOCUMENT, chance)
    yield "news.html", print_page(DOCUMENT, "news")
    yield "government.html", print_page(DOCUMENT, "government")
    yield "wrappers.html", print_page(DOCUMENT, "wrappers")
    yield "book.epub", print_epub(DOCUMENT, chance)
    # Of one whose text stands in two forms no block is lost, as the other has it too.
    yield (
        "letter.eml",
        next(data for data in (print_eml(DOCUMENT, chance) for _ in range(99)) if b"alternative" not in data),
    )
    for delimiter, name in ((",", "comma.csv"), (";", "semicolon.csv"), ("\t", "tab.tsv")):
        yield name, print_delimited(DOCUMENT, delimiter=delimiter, has_caption=True)
    yield "paragraphs.docx", word_document()
    yield "slides.pptx", presentation()
    yield "sheet.xlsx", workbook()
    yield "briefing.rtf", (FIXTURES / "office" / "briefing.rtf").read_bytes()


FILES = dict(files())


def read(name: str, data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """Text and notes, None for a file that is refused, which is said too."""
    file_format = format_of_name(name)
    assert file_format is not None
    try:
        parsed = parse_bytes(data, file_format, name=name, source=name, metadata=Metadata())
    except LoadError:
        return None
    return parsed.text, parsed.notes


@pytest.mark.parametrize("name", FILES)
def test_no_block_is_lost_without_a_word(name: str) -> None:
    data = FILES[name]
    assert len(list(remove_blocks(name, data))) > 5
    assert read(name, data) is not None
    assert lost_blocks(name, data, lambda changed: read(name, changed)) == []


def test_a_block_that_leaves_no_trace_is_named() -> None:
    data = b"The first line.\nThe second line."

    def overlook_second(changed: bytes) -> tuple[str, tuple[str, ...]]:
        return changed.decode().replace("The second line.", "").strip(), ()

    assert lost_blocks("notes.txt", data, overlook_second) == [("line 2", "The second line.")]
