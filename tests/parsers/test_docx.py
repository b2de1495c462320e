"""Word documents: what each kind of paragraph, run and table becomes."""

import pytest

from qa.parsers.office.docx import read_docx
from tests.support.office import docx, element, fixture, lines, refusal, relations, unzipped, zipped


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def table(*rows: tuple[str, ...], properties: str = "", first: str = "") -> str:
    row_contents = [
        "".join(f"<w:tc>{cell if cell.startswith('<') else paragraph(cell)}</w:tc>" for cell in row)
        for row in rows
    ]
    body = "".join(
        f"<w:tr>{first if not index else ''}{cells}</w:tr>" for index, cells in enumerate(row_contents)
    )
    return f"<w:tbl>{properties}{body}</w:tbl>"


def read_lines(body: str, **parts: str) -> list[str]:
    return lines(read_docx(docx(body, **parts)))  # type: ignore[arg-type]


def style(key: str, name: str, *, base: str = "", properties: str = "", run: str = "") -> str:
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{based}'
        f"<w:pPr>{properties}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def style_reference(key: str) -> str:
    return f'<w:pStyle w:val="{key}"/>'


STYLES = (
    style("berschrift2", "heading 2")
    + style("Mine", "Chapter of mine", base="berschrift2")
    + style("Outlined", "Outlined", properties='<w:outlineLvl w:val="2"/>')
    + style("Titel", "Title")
    + style("toc1", "toc 1")
    + style("Loop", "Loop", base="Loop2")
    + style("Loop2", "Loop2", base="Loop")
)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (style_reference("berschrift2"), "## Words"),
        (style_reference("Mine"), "## Words"),
        (style_reference("Outlined"), "### Words"),
        (style_reference("Titel"), "# Words"),
        (style_reference("Heading3"), "### Words"),
        ('<w:outlineLvl w:val="0"/>', "# Words"),
        (style_reference("berschrift2") + '<w:outlineLvl w:val="9"/>', "Words"),
        (style_reference("Loop"), "Words"),
        (style_reference("Unknown"), "Words"),
    ],
)
def test_headings_are_told_by_style_and_outline_level(properties: str, expected: str) -> None:
    assert read_lines(paragraph("Words", properties), styles=STYLES) == [expected]


def test_the_table_of_contents_is_left_out() -> None:
    body = paragraph("Scope 3", style_reference("toc1")) + paragraph("Scope", style_reference("berschrift2"))
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    control = f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{paragraph('Twice')}</w:sdtContent></w:sdt>"
    assert read_lines(control + body, styles=STYLES) == ["## Scope"]


@pytest.mark.parametrize(
    "inner",
    [
        "<w:ins><w:r><w:t>kept</w:t></w:r></w:ins><w:del><w:r><w:delText>out</w:delText></w:r></w:del>",
        "<w:moveTo><w:r><w:t>kept</w:t></w:r></w:moveTo><w:moveFrom><w:r><w:t>out</w:t></w:r></w:moveFrom>",
        "<w:hyperlink><w:r><w:t>kept</w:t></w:r></w:hyperlink>",
        "<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>kept</w:t></w:r></w:sdtContent></w:sdt>",
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Click</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:t>kept</w:t></w:r>",
        "<w:fldSimple><w:r><w:t>kept</w:t></w:r></w:fldSimple><w:r><w:instrText>PAGE</w:instrText></w:r>",
        "<w:r><w:t>kept</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>out</w:t></w:r>",
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>kept</w:t></w:r>',
        "<mc:AlternateContent><mc:Choice><w:r><w:t>kept</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t>twice</w:t></w:r></mc:Fallback></mc:AlternateContent>",
        "<w:r><w:t>ke</w:t><w:softHyphen/><w:t>pt</w:t></w:r>",
        "<w:r><w:ruby><w:rt><w:r><w:t>aid</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>kept</w:t></w:r></w:rubyBase></w:ruby></w:r>",
    ],
)
def test_what_shows_is_kept_and_nothing_else(inner: str) -> None:
    assert read_lines(f"<w:p>{inner}</w:p>") == ["kept"]


def test_a_paragraph_goes_on_where_its_mark_was_deleted() -> None:
    first = paragraph("One ", "<w:rPr><w:del/></w:rPr>")
    assert read_lines(first + paragraph("sentence.")) == ["One sentence."]
    assert read_lines(first) == ["One"]


def test_a_large_initial_belongs_to_its_word() -> None:
    initial = paragraph("T", '<w:framePr w:dropCap="drop"/>')
    assert read_lines(initial + paragraph("he tariff fell.")) == ["The tariff fell."]


BOX = "<w:txbxContent>{}</w:txbxContent>"


def test_a_text_box_comes_once_after_its_paragraph() -> None:
    box = BOX.format(paragraph("In the box."))
    drawing = f"<mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
    drawing += f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    assert read_lines(f"<w:p><w:r>{drawing}</w:r><w:r><w:t>Around it.</w:t></w:r></w:p>") == [
        "Around it.",
        "In the box.",
    ]


def numbering(*levels: tuple[str, str]) -> str:
    level_elements = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, (form, text) in enumerate(levels)
    )
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    return (
        f'<w:abstractNum w:abstractNumId="0">{level_elements}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{override}</w:num>'
    )


def item(text: str, level: int = 0, number: int = 1) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


@pytest.mark.parametrize(
    ("levels", "items", "expected"),
    [
        ([("bullet", "•")], [item("a"), item("b")], ["- a", "- b"]),
        (
            [("decimal", "%1.")],
            [item("a"), item("b"), item("c", number=2), item("d", number=2)],
            "1. 2. 5. 6.",
        ),
        ([("lowerLetter", "(%1)")], [item("a"), item("b")], "(a) (b)"),
        ([("upperRoman", "%1.")], [item("a")] * 4, "I. II. III. IV."),
        (
            [("decimal", "%1."), ("decimal", "%1.%2.")],
            [item("a"), item("b", 1), item("c", 1), item("d")],
            "1. 1.1. 1.2. 2.",
        ),
        (
            [("decimal", "%1."), ("lowerLetter", "%2)")],
            [item("a"), item("b", 1), item("c"), item("d", 1)],
            "1. a) 2. a)",
        ),
        ([("decimal", "%1.")], [item("a"), item("no", number=0), item("b")], ["1. a", "no", "2. b"]),
    ],
)
def test_items_have_their_numbers(
    levels: list[tuple[str, str]], items: list[str], expected: list[str] | str
) -> None:
    result = read_lines("".join(items), numbering=numbering(*levels))
    assert (
        result == expected
        if isinstance(expected, list)
        else [line.split()[0] for line in result] == expected.split()
    )


# Tables ---------------------------------------------------------------------------------------------


def test_rows_name_their_columns() -> None:
    body = table(("Country", "Exports"), ("Canada", "427.2"), ("", "3"), ("Mexico", ""))
    assert read_lines(body) == ["| Country: Canada; Exports: 427.2.", "| Exports: 3.", "| Mexico"]


def test_a_marked_head_counts_whatever_it_holds() -> None:
    head = "<w:trPr><w:tblHeader/></w:trPr>"
    assert read_lines(table(("2023", "2024"), ("1", "2"), first=head)) == ["| 2023: 1; 2024: 2."]


def test_two_columns_of_words_have_a_head_only_if_it_is_bold() -> None:
    rows = (("Author", "Jane Doe"), ("Place", "Ottawa"))
    assert read_lines(table(*rows)) == ["| Author | Jane Doe", "| Place | Ottawa"]
    bold = tuple(paragraph(text, run="<w:b/>") for text in rows[0])
    assert read_lines(table(bold, rows[1])) == ["| Author: Place; Jane Doe: Ottawa."]


def test_merged_cells_say_the_same_in_every_row() -> None:
    def cell(text: str, properties: str) -> str:
        return f"<w:tcPr>{properties}</w:tcPr>{paragraph(text)}"

    body = table(
        ("Country", "Year", "Exports"),
        (cell("Canada", '<w:vMerge w:val="restart"/>'), "2023", "1"),
        (cell("", "<w:vMerge/>"), "2024", "2"),
        (cell("Both years", '<w:gridSpan w:val="2"/>'), "3"),
    )
    assert read_lines(body)[1:] == [
        "| Country: Canada; Year: 2024; Exports: 2.",
        "| Country: Both years; Exports: 3.",
    ]


def test_tables_that_place_things_are_no_tables() -> None:
    assert read_lines(table(("All in one cell.",), ("And another.",))) == ["All in one cell.", "And another."]
    nested = table(("Country", "Exports"), ("Canada", "427.2")) + paragraph("")
    assert read_lines(table((nested, "Beside it."))) == ["| Country: Canada; Exports: 427.2.", "Beside it."]


def test_deleted_rows_are_left_out() -> None:
    body = table(("Gone", "1"), ("Country", "Exports"), ("Canada", "2"), first="<w:trPr><w:del/></w:trPr>")
    assert read_lines(body) == ["| Country: Canada; Exports: 2."]


def test_a_chart_says_its_numbers() -> None:
    def points(*values: str) -> str:
        return "".join(f'<c:pt idx="{index}"><c:v>{value}</c:v></c:pt>' for index, value in enumerate(values))

    series = (
        f"<c:ser><c:tx><c:v>Exports</c:v></c:tx><c:cat>{points('2023', '2024')}</c:cat>"
        f"<c:val><c:formatCode>0.0</c:formatCode>{points('1.25', '0.30000000000000004')}</c:val></c:ser>"
    )
    title = "<c:title><a:p><a:r><a:t>Steel</a:t></a:r></a:p></c:title>"
    chart = f"<c:chart>{title}<c:plotArea><c:barChart>{series}</c:barChart></c:plotArea></c:chart>"
    body = '<w:p><w:r><w:drawing><a:graphic><c:chart r:id="r3"/></a:graphic></w:drawing></w:r></w:p>'
    data = docx(body, more={"word/chart.xml": element("c:chartSpace", chart)})
    assert lines(read_docx(data)) == ["Steel", "| 2023; Exports: 1.3.", "| 2024; Exports: 0.3."]


# The package ----------------------------------------------------------------------------------------


def test_the_strict_flavour_reads_the_same() -> None:
    parts = {
        name: data.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, data in unzipped(fixture("briefing.docx")).items()
    }
    assert read_docx(zipped(parts)) == read_docx(fixture("briefing.docx"))


def test_links_out_of_the_package_are_not_followed() -> None:
    target = ("r1", "styles", "http://127.0.0.1:1/styles.xml")
    body = paragraph("Here.", style_reference("Heading1"))
    more = {"word/_rels/document.xml.rels": relations(target, mode='TargetMode="External"')}
    assert lines(read_docx(docx(body, more=more))) == ["# Here."]


@pytest.mark.parametrize(
    "wrapper",
    ["<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"],
)
def test_deep_nesting_is_read_or_refused(wrapper: str) -> None:
    def nested(depth: int) -> bytes:
        body = paragraph("Innermost.")
        for _ in range(depth):
            body = wrapper.format(body)
        return docx(body)

    assert lines(read_docx(nested(30))) == ["Innermost."]
    assert "nested too deeply" in refusal(read_docx, nested(2000))
