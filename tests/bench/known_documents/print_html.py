"""Prints known documents to pages with what sites put around them, to pages for printing, and to EPUB."""

import io
import random
import zipfile
from html import escape
from typing import Literal, get_args

from tests.bench.known_documents.document_model import (
    Cell,
    Heading,
    KnownDocument,
    Note,
    Paragraph,
    Piece,
    Points,
    Quote,
    Table,
)

__all__ = ["BOILERPLATE", "MarkupStyle", "PageTemplate", "PrintLayout", "html_body", "print_epub", "print_page", "printed_page"]  # fmt: skip

# Head cells and captions named as such; head cells with paragraphs in them, blanks as no-break spaces and totals
# in the foot; nothing named, only bold type.
MarkupStyle = Literal["named", "nested", "bold"]
PageTemplate = Literal["news", "government", "wrappers"]
PrintLayout = Literal["ruled", "unruled", "columns"]

# Words around the text: none of them may be read as part of it.
BOILERPLATE = (
    "We value your privacy and set cookies",
    "Accept all cookies",
    "Subscribe to our newsletter",
    "Skip to main content",
    "Most read this week",
    "Share on social media",
    "Terms of use",
)
_NO_BREAK_SPACE = "\xa0"
_NAVIGATION = "".join(
    f"<li><a href='/{word}'>{word.title()}</a></li>" for word in ("home", "topics", "archive", "contact")
)
_COOKIES = (
    f"<div class='cookie-banner' id='cookie-consent'><p>{BOILERPLATE[0]} on this device.</p>"
    f"<button>{BOILERPLATE[1]}</button></div>"
)
_SIDEBAR = (
    f"<aside class='sidebar'><h2>{BOILERPLATE[4]}</h2><ul><li><a href='/a'>Ferry strike enters third day</a></li>"
    f"<li><a href='/b'>Bakers ask for cheaper flour</a></li></ul><form><label>{BOILERPLATE[2]}</label>"
    "<input type='email'></form></aside>"
)
_FOOTER = f"<footer class='footer'><p>{BOILERPLATE[6]}</p><ul>{_NAVIGATION}</ul></footer>"


def html_body(document: KnownDocument, style: MarkupStyle = "named") -> str:
    """Title and blocks."""
    parts = [f"<h1>{escape(document.title)}</h1>"]
    for block in document.blocks:
        match block:
            case Heading(level, text):
                parts.append(f"<h{level}>{escape(text)}</h{level}>")
            case Paragraph(pieces):
                parts.append(f"<p>{_inline(pieces)}</p>")
            case Points(items, is_numbered):
                tag = "ol" if is_numbered else "ul"
                parts.append(f"<{tag}>{''.join(f'<li>{escape(item)}</li>' for item in items)}</{tag}>")
            case Quote(text):
                parts.append(f"<blockquote><p>{escape(text)}</p></blockquote>")
            case Table():
                parts.append(_table(block, style))
    if document.notes:
        parts.append(f"<div class='footnotes'>{''.join(map(_note, document.notes))}</div>")
    return "\n".join(parts)


def _inline(pieces: tuple[Piece, ...]) -> str:
    return "".join(
        escape(piece) if isinstance(piece, str) else f"<sup><a href='#n{piece.label}'>{piece.label}</a></sup>"
        for piece in pieces
    )


def _note(note: Note) -> str:
    return f"<p id='n{note.label}'><sup>{note.label}</sup> {escape(note.text)}</p>"


def _table(table: Table, style: MarkupStyle) -> str:
    rows = [_row(row, style) for row in table.rows]
    head, body = "".join(rows[: table.head_rows]), "".join(rows[table.head_rows :])
    lines = list(map(escape, table.lines_above))
    below = "".join(map(_note, table.notes)) + (f"<p>{escape(table.source)}</p>" if table.source else "")
    above = "".join(f"<p><strong>{line}</strong></p>" for line in lines)
    match style:
        case "bold":
            return f"{above}<table>{head}{body}</table>{below}"
        case "nested":
            foot = f"<tfoot>{rows[-1]}</tfoot>" if "Total" in rows[-1] else ""
            body = "".join(rows[table.head_rows : -1] if foot else rows[table.head_rows :])
            return f"{above}<div class='scroll'><table>{head}<tbody>{body}</tbody>{foot}</table></div>{below}"
        case "named":
            caption = "<br>".join(lines)
            return f"<table><caption>{caption}</caption><thead>{head}</thead><tbody>{body}</tbody></table>{below}"


def _row(row: tuple[Cell, ...], style: MarkupStyle) -> str:
    cells = []
    for cell in row:
        spans = "".join(
            f" {name}='{count}'"
            for name, count in (("rowspan", cell.rowspan), ("colspan", cell.colspan))
            if count > 1
        )
        text = escape(cell.text) + (f"<sup>{cell.mark}</sup>" if cell.mark else "")
        is_head = cell.role != "value"
        if style == "nested":
            text = (
                f"<p>{text.replace(' ', '<br>', 1) if cell.role == 'column' else text or _NO_BREAK_SPACE}</p>"
            )
        elif style == "bold" and is_head and text:
            text = f"<b>{text}</b>"
        tag = "th" if is_head and style != "bold" else "td"
        cells.append(f"<{tag}{spans}>{text}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def print_page(document: KnownDocument, template: PageTemplate) -> bytes:
    """A page of a news site, of a ministry, or of nested wrappers without any tag that says what is text."""
    day = document.published
    title = escape(document.title)
    styles: dict[PageTemplate, MarkupStyle] = {"news": "named", "government": "nested", "wrappers": "bold"}
    body = html_body(document, styles[template])
    top = f"<a class='skip' href='#main'>{BOILERPLATE[3]}</a><nav><ul>{_NAVIGATION}</ul></nav>"
    share = f"<div class='social-share'>{BOILERPLATE[5]}</div>"
    match template:
        case "news":
            meta = f"<meta property='article:published_time' content='{day}T08:00:00Z'><meta property='og:title' content='{title}'>"
            page = f"<header>{top}</header><main><article>{body}{share}</article>{_SIDEBAR}</main>{_FOOTER}{_COOKIES}"
        case "government":
            meta = f"<meta name='dcterms.issued' content='{day}'>"
            page = f"{_COOKIES}{top}<div id='main' role='main'><div class='content'>{body}</div></div>{_SIDEBAR}{_FOOTER}"
        case "wrappers":
            meta = f'<script type="application/ld+json">{{"@type":"Article","headline":"{document.title}","datePublished":"{day}"}}</script>'
            page = f"<div class='page'><div>{top}</div><div class='w1'><div class='w2'><div class='w3'>{body}</div></div></div>{_SIDEBAR}</div>{_FOOTER}{_COOKIES}"
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title} | {escape(document.publisher)}"
        f"</title>{meta}</head><body>{page}</body></html>"
    ).encode()


def printed_page(document: KnownDocument, layout: PrintLayout, *, has_heads_right: bool) -> str:
    """A page that a browser prints to PDF; heads stand over the right or the left end of their figures."""
    rule = "1px solid #444" if layout == "ruled" else "none"
    columns = "column-count: 2; column-gap: 9mm;" if layout == "columns" else ""
    style = (
        "@page { size: A4; margin: 24mm 18mm } body { font: 10.5pt serif }"
        f"main {{ {columns} }} table {{ border-collapse: collapse; margin: 3mm 0; width: 100% }}"
        f"td, th {{ border: {rule}; padding: 1mm 2mm; text-align: left; vertical-align: top }}"
        f"{'table { column-span: all; font-size: 8pt }' if layout == 'columns' else ''}"
        f"{'th:not(:first-child), ' if has_heads_right else ''}td:not(:first-child) {{ text-align: right }}"
        " sup { font-size: 65% } .footnotes { font-size: 8pt }"
        "caption { text-align: left }"
    )
    return (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{escape(document.title)}</title>"
        f"<style>{style}</style></head><body><main>{html_body(document)}</main></body></html>"
    )


def print_epub(document: KnownDocument, chance: random.Random) -> bytes:
    """A book of one chapter for each second-level heading, with a contents page."""
    pieces = html_body(document, chance.choice(get_args(MarkupStyle))).split("<h2>")
    chapters = [pieces[0], *(f"<h2>{piece}" for piece in pieces[1:])]
    page = "<?xml version='1.0' encoding='utf-8'?><html xmlns='http://www.w3.org/1999/xhtml'{}><head><title>{}</title></head><body>{}</body></html>"
    title = escape(document.title)
    names = [f"c{number}.xhtml" for number in range(len(chapters))]
    items = "".join(
        f"<item id='{name[:-6]}' href='{name}' media-type='application/xhtml+xml'/>" for name in names
    )
    spine = "".join(f"<itemref idref='{name[:-6]}'/>" for name in names)
    links = "".join(f"<li><a href='{name}'>Part {number}</a></li>" for number, name in enumerate(names))
    contents = f"<nav xmlns:epub='http://www.idpf.org/2007/ops' epub:type='toc'><h1>Contents</h1><ol>{links}</ol></nav>"
    package = (
        "<?xml version='1.0'?><package xmlns='http://www.idpf.org/2007/opf' version='3.0' unique-identifier='i'>"
        f"<metadata xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:identifier id='i'>b</dc:identifier><dc:title>{title}</dc:title>"
        f"<dc:date>{document.published}</dc:date><dc:language>en</dc:language></metadata><manifest>{items}"
        "<item id='nav' href='nav.xhtml' properties='nav' media-type='application/xhtml+xml'/></manifest>"
        f"<spine><itemref idref='nav'/>{spine}</spine></package>"
    )
    container = (
        "<?xml version='1.0'?><container version='1.0' xmlns='urn:oasis:names:tc:opendocument:xmlns:container'>"
        "<rootfiles><rootfile full-path='O/p.opf' media-type='application/oebps-package+xml'/></rootfiles></container>"
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in (
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", container),
            ("O/p.opf", package),
            ("O/nav.xhtml", page.format("", "Contents", contents)),
            *(
                (f"O/{name}", page.format("", title, body))
                for name, body in zip(names, chapters, strict=True)
            ),
        ):
            # A fixed day, so that the same document gives the same bytes.
            archive.writestr(zipfile.ZipInfo(name), content)
    return sink.getvalue()
