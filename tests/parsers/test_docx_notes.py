"""Word documents: notes at the foot with their marks, and what is left out is said."""

import pytest

from qa.parsers.office.docx import read_docx
from qa.parsers.parsed_text import ParsedContent
from tests.parsers.test_docx import paragraph, style, style_reference, table
from tests.support.office import docx, element, lines, relations

RELATIONS = relations(
    ("r1", "styles", "styles.xml"),
    ("r4", "footnotes", "footnotes.xml"),
    ("r5", "endnotes", "endnotes.xml"),
    ("r6", "settings", "settings.xml"),
    ("r7", "comments", "comments.xml"),
    ("rh", "header", "header.xml"),
    ("rf", "footer", "footer.xml"),
    ("rc", "chart", "chart.xml"),
    ("rd", "diagramData", "data.xml"),
)
STYLES = style("toc1", "toc 1") + style("h1", "heading 1")
RAISED = '<w:vertAlign w:val="superscript"/>'


def read(body: str, **parts: str) -> ParsedContent:
    names = {
        "footnotes": "w:footnotes",
        "endnotes": "w:endnotes",
        "settings": "w:settings",
        "comments": "w:comments",
        "header": "w:hdr",
        "footer": "w:ftr",
        "data": "a:dataModel",
        "chart": "c:chartSpace",
    }
    more = {f"word/{part}.xml": element(names[part], inner) for part, inner in parts.items()}
    more["word/_rels/document.xml.rels"] = RELATIONS
    return read_docx(docx(body, styles=STYLES, more=more))


def reference(number: int, note_type: str = "footnote", attributes: str = "") -> str:
    return f'<w:r><w:rPr>{RAISED}</w:rPr><w:{note_type}Reference w:id="{number}" {attributes}/></w:r>'


def note(number: int, text: str, note_type: str = "footnote", mark: str | None = None) -> str:
    own_mark = f"<w:{note_type}Ref/>" if mark is None else f"<w:t>{mark}</w:t>"
    return (
        f'<w:{note_type} w:id="{number}"><w:p><w:r><w:rPr>{RAISED}</w:rPr>{own_mark}</w:r>'
        f'<w:r><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:{note_type}>'
    )


def text(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def test_notes_bear_the_marks_of_the_text() -> None:
    body = f"<w:p>{text('Exports were 45')}{reference(7)}{text(' million')}{reference(9)}{text('.')}</w:p>"
    notes = note(7, "Provisional.") + note(9, "Of tonnes.")
    assert lines(read(body, footnotes=notes)) == [
        "Exports were 45¹ million².",
        "¹ Provisional.",
        "² Of tonnes.",
    ]


def test_endnotes_have_numbers_of_their_own() -> None:
    body = f"<w:p>{text('A fact')}{reference(1, 'endnote')}{text(' and another')}{reference(1)}</w:p>"
    parts = {"footnotes": note(1, "At the foot."), "endnotes": note(1, "At the end.", "endnote")}
    expected = ["A fact[i] and another¹", "[i] At the end.", "¹ At the foot."]
    assert lines(read(body, **parts)) == expected
    settings = '<w:endnotePr><w:numFmt w:val="decimal"/><w:numStart w:val="5"/></w:endnotePr>'
    assert lines(read(body, settings=settings, **parts))[:2] == ["A fact⁵ and another¹", "⁵ At the end."]


@pytest.mark.parametrize(("mark", "shown"), [("a", "[a]"), ("1", "¹"), ("*", "*")])
def test_a_mark_of_the_authors_own(mark: str, shown: str) -> None:
    run = f'<w:r><w:footnoteReference w:id="2" w:customMarkFollows="1"/><w:t>{mark}</w:t></w:r>'
    body = f"<w:p>{text('Exports were 45')}{run}{text(' in May.')}</w:p>"
    assert lines(read(body, footnotes=note(2, "Provisional.", mark=mark))) == [
        f"Exports were 45{shown} in May.",
        f"{shown} Provisional.",
    ]


def test_notes_of_a_table_follow_it() -> None:
    marked = f"<w:p>{text('7')}{reference(1)}</w:p>"
    body = table(("Country", "Exports"), ("Peru", marked), ("Fiji", "8"), ("Togo", "9"))
    content = read(body, footnotes=note(1, "Provisional."))
    assert lines(content)[0] == "| Country: Peru; Exports: 7¹."
    assert lines(content)[-1] == "¹ Provisional."
    assert content.tables[0].notes == ("¹ Provisional.",)


def test_a_heading_has_its_number() -> None:
    numbers = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="5"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="Article %1"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    properties = style_reference("h1") + '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    content = read_docx(docx(paragraph("Quotas", properties), styles=STYLES, numbering=numbers))
    assert lines(content) == ["# Article 5 Quotas"]


def field(instruction: str, result: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{instruction}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_fields_say_their_result_and_no_instruction() -> None:
    inner = field("MERGEFIELD land", text("Peru"))
    outer = field(f"IF </w:instrText></w:r>{inner}<w:r><w:instrText>", text("Fiji"))
    assert lines(read(f"<w:p>{text('To ')}{outer}{text('.')}</w:p>")) == ["To Fiji."]


def test_forms_say_what_was_chosen() -> None:
    def form(data: str) -> str:
        mark = f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
        return mark + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'

    yes = form('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>')
    no = form('<w:checkBox><w:default w:val="0"/></w:checkBox>')
    choice = form(
        '<w:ddList><w:result w:val="1"/><w:listEntry w:val="tea"/><w:listEntry w:val="salt"/></w:ddList>'
    )
    body = f"<w:p>{yes}{text('Yes ')}{no}{text('No, ')}{choice}</w:p>"
    assert lines(read(body)) == ["☒ Yes ☐ No, salt"]


SECTION = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rh"/>'
    '<w:footerReference w:type="default" r:id="rf"/></w:sectPr>'
)


def test_heads_and_feet_of_pages_are_noted() -> None:
    shape = '<w:pict><v:shape xmlns:v="v"><v:textpath string="DRAFT"/></v:shape></w:pict>'
    header = f"<w:p>{text('Draft, not government policy')}<w:r>{shape}</w:r></w:p>"
    page, pages = field(" PAGE ", text("3")), field(" NUMPAGES ", text("9"))
    footer = f"<w:p>{text('Page ')}{page}{text(' of ')}{pages}</w:p>"
    content = read(paragraph("Text.") + SECTION, header=header, footer=footer)
    assert lines(content) == ["Text."]
    assert content.notes == ('watermark: "DRAFT"', 'page header: "Draft, not government policy"')


def test_a_long_head_of_a_page_is_noted_shortly() -> None:
    (note_line,) = read(paragraph("Text.") + SECTION, header=paragraph("Confidential " * 50)).notes
    assert len(note_line) < 150


def test_what_is_left_out_is_said_in_one_line() -> None:
    deleted = "<w:del><w:r><w:delText>4,000</w:delText></w:r></w:del>"
    changed = f"<w:p>{deleted}<w:ins><w:r><w:t>6,500</w:t></w:r></w:ins></w:p>"
    hidden = paragraph("secret", run="<w:vanish/>")
    hidden += paragraph("60 ", run="<w:strike/>") + paragraph("1 ", run="<w:dstrike/>")
    contents = paragraph("Scope 3", style_reference("toc1"))
    comments = '<w:comment w:id="1"/><w:comment w:id="2"/>'
    content = read(changed + hidden + contents, comments=comments)
    assert lines(content) == ["6,500"]
    assert content.notes == (
        "left out: 2 comments, text deleted by tracked changes, hidden text, struck-out text, "
        "table of contents",
    )


def test_remarks_in_the_xml_do_no_harm() -> None:
    body = "<w:p><!-- a --><w:r><?b c?><w:t>6,5<!-- d -->00</w:t></w:r></w:p><!-- e -->"
    rows = "<w:tbl><!-- f --><w:tr><?g?><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    assert lines(read(body + rows)) == ["6,500", "a"]


CHART = (
    "<c:chart><c:plotArea><c:barChart><c:ser><c:tx><c:v>Exports</c:v></c:tx>"
    '<c:val><c:pt idx="0"><c:v>7</c:v></c:pt></c:val></c:ser></c:barChart></c:plotArea></c:chart>'
)
DIAGRAM = '<a:ptLst><a:pt modelId="1"><a:t><a:p><a:r><a:t>Talk</a:t></a:r></a:p></a:t></a:pt></a:ptLst>'


def drawing(inner: str) -> str:
    return f"<w:p><w:r><w:drawing><a:graphic>{inner}</a:graphic></w:drawing></w:r></w:p>"


CANVAS = "<a:sp><a:txBody><a:p><a:r><a:t>On canvas</a:t></a:r></a:p></a:txBody></a:sp>"

# One of each kind of block.
BLOCKS = {
    "heading": paragraph("Scope", style_reference("h1")),
    "paragraph": paragraph("The text."),
    "contents": paragraph("Scope 3", style_reference("toc1")),
    "table": table(("Country", "Exports"), ("Peru", "7")),
    "control": f"<w:sdt><w:sdtContent>{paragraph('Controlled.')}</w:sdtContent></w:sdt>",
    "box": f"<w:p><w:r><w:pict><w:txbxContent>{paragraph('Boxed.')}</w:txbxContent></w:pict></w:r></w:p>",
    "drawn words": '<w:p><w:r><w:pict><v:textpath xmlns:v="v" string="Drawn"/></w:pict></w:r></w:p>',
    "picture": drawing('<a:pic xmlns:a="p"/>'),
    "old picture": '<w:p><w:r><w:pict><v:imagedata xmlns:v="v"/></w:pict></w:r></w:p>',
    "object": "<w:p><w:r><w:object><a:OLEObject/></w:object></w:r></w:p>",
    "chart": drawing('<c:chart r:id="rc"/>'),
    "unknown chart": drawing('<c:chart r:id="none"/>'),
    "diagram": drawing('<a:relIds r:dm="rd"/>'),
    "drawn text": drawing(f"<a:lockedCanvas>{CANVAS}</a:lockedCanvas>"),
    "footnote": f"<w:p>{text('Noted')}{reference(1)}</w:p>",
    "formula": '<w:p><m:oMath xmlns:m="m"><m:r><m:t>a+b</m:t></m:r></m:oMath></w:p>',
    "formula alone": '<m:oMathPara xmlns:m="m"><m:oMath><m:r><m:t>c+d</m:t></m:r></m:oMath></m:oMathPara>',
    "inserted": "<w:p><w:ins><w:r><w:t>Put in.</w:t></w:r></w:ins></w:p>",
    "deleted": "<w:p><w:del><w:r><w:delText>Gone.</w:delText></w:r></w:del></w:p>",
    "hidden": paragraph("secret", run="<w:vanish/>"),
    "struck": paragraph("60", run="<w:strike/>"),
    "embedded": '<w:altChunk r:id="x"/>',
    "section": SECTION,
}


@pytest.mark.parametrize("name", BLOCKS)
def test_no_block_goes_without_a_word(name: str) -> None:
    def outcome(left_out: str) -> tuple[str, tuple[str, ...]]:
        body = "".join(block for key, block in BLOCKS.items() if key != left_out)
        parts = {
            "footnotes": note(1, "The source."),
            "header": paragraph("Draft"),
            "chart": CHART,
            "data": DIAGRAM,
        }
        content = read(body, **parts)
        return content.text, content.notes

    assert outcome(name) != outcome("")
