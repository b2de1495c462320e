"""Tables of Word documents: which cells cover which places, which are heads, and what stands around them."""

import pytest

from qa.parsers.office.docx import read_docx
from qa.parsers.parsed_text import ParsedContent
from tests.parsers.test_docx import item, numbering, paragraph, style, style_reference
from tests.support.office import docx, grids, lines

HEAD = "<w:trPr><w:tblHeader/></w:trPr>"
BOLD = "<w:b/>"
RESTART, CONTINUE = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def cell(*texts: str, properties: str = "", run: str = "") -> str:
    paragraphs = "".join(paragraph(text, run=run) if not text.startswith("<") else text for text in texts)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraphs}</w:tc>"


def span(width: int) -> str:
    return f'<w:gridSpan w:val="{width}"/>'


def row(*cells: str, properties: str = "") -> str:
    contents = (entry if entry.startswith("<w:tc>") else cell(entry) for entry in cells)
    return f"<w:tr>{properties}{''.join(contents)}</w:tr>"


def table(*rows: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def read(body: str, styles: str = "", numbers: str = "") -> ParsedContent:
    return read_docx(docx(body, styles=styles, numbering=numbers))


def test_heads_over_several_columns_and_rows() -> None:
    body = table(
        row(
            cell("Country", properties=RESTART),
            cell("Imports", properties=span(2)),
            cell("Exports", properties=span(2)),
            properties=HEAD,
        ),
        row(cell("", properties=CONTINUE), "2022", "2023", "2022", "2023", properties=HEAD),
        row("Iceland", "", "14", "0", "3"),
    )
    assert grids(read(body)) == [
        [
            ["*Country", "*Imports", "*Imports", "*Exports", "*Exports"],
            ["*Country", "*2022", "*2023", "*2022", "*2023"],
            ["*Iceland", "", "14", "0", "3"],
        ]
    ]


def test_a_bold_head_of_two_rows() -> None:
    def bold(text: str, properties: str = "") -> str:
        return cell(*([text] if text else []), properties=properties, run=BOLD)

    body = table(
        row(bold("Good", RESTART), bold("Value by quarter", span(2))),
        row(bold("", CONTINUE), bold("first"), bold("second")),
        row("Salt", "high", "low"),
        row("Tea", "low", "high"),
    )
    assert grids(read(body))[0][:2] == [
        ["*Good", "*Value by quarter", "*Value by quarter"],
        ["*Good", "*first", "*second"],
    ]


def test_values_never_move_under_other_columns() -> None:
    gap = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>'
    body = table(
        row("Country", "Exports", "Imports", properties=HEAD),
        row("Peru", "", "7"),
        row("", "0", "8"),
        row("4", "5", properties=gap),
    )
    content = read(body)
    assert grids(content)[0][1:] == [["*Peru", "", "7"], ["", "0", "8"], ["", "4", "5"]]
    assert "Exports: 4; Imports: 5." in content.text


def test_cells_merged_the_old_way() -> None:
    body = table(
        row(
            "Country",
            cell("Exports", properties='<w:hMerge w:val="restart"/>'),
            cell("", properties="<w:hMerge/>"),
            properties=HEAD,
        ),
        row("Peru", "6", "7"),
    )
    assert grids(read(body))[0] == [["*Country", "*Exports", "*Exports"], ["*Peru", "6", "7"]]


def test_a_first_column_in_bold_letters_names_the_rows() -> None:
    body = table(
        row(cell("Opening", run=BOLD), "Monday", "Friday"),
        row(cell("Closing", run=BOLD), "Tuesday", "Sunday"),
    )
    assert [cells[0] for cells in grids(read(body))[0]] == ["*Opening", "*Closing"]


LOOK = (
    '<w:style w:type="table" w:styleId="Look">'
    '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr></w:tblStylePr>'
    '<w:tblStylePr w:type="firstCol"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>'
)


@pytest.mark.parametrize(
    ("look", "has_head"),
    [
        ('<w:tblLook w:firstRow="1" w:firstColumn="0"/>', True),
        ('<w:tblLook w:val="0020"/>', True),
        ('<w:tblLook w:firstRow="0" w:firstColumn="0"/>', False),
    ],
)
def test_the_look_of_a_tables_style_says_what_its_first_row_is(look: str, has_head: bool) -> None:
    body = table(row("Author", "Place"), row("Doe", "Ottawa"), properties=f'<w:tblStyle w:val="Look"/>{look}')
    assert (grids(read(body, styles=LOOK))[0][0] == ["*Author", "*Place"]) == has_head


def test_paragraphs_and_items_of_a_cell_are_told_apart() -> None:
    numbers = numbering(("decimal", "%1."))
    body = table(
        row("Office", "Open", "Acts", properties=HEAD),
        row(
            "Kolsund",
            cell("Saturday 08:00 to 14:00", "Sunday closed"),
            cell("The Trade Act.", "The Salt Act"),
        ),
        row("Berg", cell(item("by post"), item("by boat")), cell("salt", "and tea")),
    )
    assert lines(read(body, numbers=numbers)) == [
        "| Office: Kolsund; Open: Saturday 08:00 to 14:00; Sunday closed; Acts: The Trade Act. The Salt Act.",
        "| Office: Berg; Open: 1. by post; 2. by boat; Acts: salt and tea.",
    ]


def test_a_table_in_a_cell_stays_in_its_row() -> None:
    inner = table(row("steel", "7"), row("glass", "8")) + paragraph("")
    body = table(
        row("Country", "Year", "Goods", properties=HEAD),
        row("Peru", "2023", cell(inner)),
        row("Fiji", "2024", "none"),
    )
    assert lines(read(body)) == [
        "| Country: Peru; Year: 2023; Goods: steel, 7; glass, 8.",
        "| Country: Fiji; Year: 2024; Goods: none.",
    ]


CAPTION = style("Caption", "caption")


def caption(text: str) -> str:
    field = '<w:fldSimple w:instr=" SEQ Table "><w:r><w:t>3</w:t></w:r></w:fldSimple>'
    return (
        f'<w:p><w:pPr><w:pStyle w:val="Caption"/></w:pPr><w:r><w:t xml:space="preserve">Table </w:t></w:r>'
        f"{field}<w:r><w:t>. {text}</w:t></w:r></w:p>"
    )


@pytest.mark.parametrize("below", [False, True])
def test_captions_stand_above_the_tables_or_below_them(below: bool) -> None:
    tables = [table(row("Country", good, properties=HEAD), row("Peru", "7")) for good in ("Wool", "Salt")]
    names = [caption("Wool, thousand tonnes"), caption("Salt, thousand tonnes")]
    pairs = [pair[::-1] if below else pair for pair in zip(names, tables, strict=True)]
    content = read("".join(part for pair in pairs for part in pair), styles=CAPTION)
    assert [(entry.caption, entry.unit) for entry in content.tables] == [
        (f"Table 3. {good}, thousand tonnes", "thousand tonnes") for good in ("Wool", "Salt")
    ]
    assert content.text.count("Table 3. Wool") == 1


def test_a_row_over_all_columns_is_the_title_or_a_note() -> None:
    body = table(
        row(cell("Catch of fish, tonnes", properties=span(2))),
        row("Port", "Catch", properties=HEAD),
        row("Berg", "7"),
        row(cell("Source: harbour offices.", properties=span(2))),
    )
    content = read(body)
    assert lines(content) == [
        "Catch of fish, tonnes",
        "| Port: Berg; Catch: 7.",
        "Source: harbour offices.",
    ]
    assert content.tables[0].caption == "Catch of fish, tonnes"
    assert content.tables[0].notes == ("Source: harbour offices.",)


def test_a_row_over_all_columns_may_name_a_group_of_rows() -> None:
    body = table(
        row("Port", "Catch", properties=HEAD),
        row(cell("North", properties=span(2))),
        row("Berg", "7"),
        row(cell("South", properties=span(2))),
        row("Kolsund", "8"),
    )
    content = read(body)
    assert lines(content) == ["| North", "| Port: Berg; Catch: 7.", "| South", "| Port: Kolsund; Catch: 8."]
    assert content.tables[0].caption is None


def test_a_head_that_is_marked_in_its_first_row_only() -> None:
    body = table(
        row(cell("Good", properties=RESTART), cell("Exports", properties=span(2)), properties=HEAD),
        row(cell("", properties=CONTINUE), "to Peru", "to Fiji"),
        row("Salt", "none", "some"),
    )
    assert grids(read(body))[0][:2] == [
        ["*Good", "*Exports", "*Exports"],
        ["*Good", "*to Peru", "*to Fiji"],
    ]


def test_a_coloured_first_row_of_words_is_a_head() -> None:
    def coloured(text: str) -> str:
        return cell(text, properties='<w:shd w:fill="D9D9D9"/>')

    head = row(coloured("Author"), coloured("Place"))
    assert grids(read(table(head, row("Doe", "Ottawa"))))[0][0] == ["*Author", "*Place"]
    # Where everything has a colour it says nothing.
    assert grids(read(table(head, row(coloured("Doe"), coloured("Ottawa")))))[0][0] != ["*Author", "*Place"]


def test_an_empty_table_is_nothing() -> None:
    assert read(table() + table(row("", "")) + table("<w:tr/>", "<w:tr/>")).text == ""


def test_a_caption_of_two_lines() -> None:
    lines_above = paragraph("Economies at a glance", style_reference("Caption")) + paragraph(
        "Million head", style_reference("Caption")
    )
    content = read(lines_above + table(row("Country", "Sheep"), row("Peru", "7")), styles=CAPTION)
    assert (content.tables[0].caption, content.tables[0].unit) == (
        "Economies at a glance. Million head",
        "Million head",
    )


def test_bold_names_that_look_like_sums_of_money() -> None:
    head = row(*(cell(text, run=BOLD) for text in ("Country", "GDP 2022", "FDI 2023")))
    assert grids(read(table(head, row("Peru", "7.5", "8"))))[0][0] == ["*Country", "*GDP 2022", "*FDI 2023"]


def test_bold_figures_are_no_names() -> None:
    head = row(*(cell(text, run=BOLD) for text in ("Peru", "7.5", "2,023")))
    assert grids(read(table(head, row("Fiji", "8", "9"), row("Togo", "8", "9"))))[0][0][1:] == [
        "7.5",
        "2,023",
    ]


def test_bold_columns_are_heads_though_marks_in_them_are_light() -> None:
    def name(text: str, properties: str = "", mark: str = "") -> str:
        runs = f"<w:r><w:rPr><w:b/></w:rPr><w:t>{text}</w:t></w:r>" + (
            f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>{mark}</w:t></w:r>' if mark else ""
        )
        return cell(f"<w:p>{runs}</w:p>", properties=properties)

    body = table(
        row(name("Country"), name("Flow"), name("2023")),
        row(name("Peru", RESTART), name("Imports", mark="3"), "7"),
        row(cell("", properties=CONTINUE), name("Exports"), "8"),
    )
    assert grids(read(body))[0] == [
        ["*Country", "*Flow", "*2023"],
        ["*Peru", "*Imports³", "7"],
        ["*Peru", "*Exports", "8"],
    ]


def tabbed(text: str) -> str:
    runs = "<w:r><w:tab/></w:r>".join(f"<w:r><w:t>{part}</w:t></w:r>" for part in text.split("|"))
    return f"<w:p>{runs}</w:p>"


def test_rows_with_tabs_between_their_cells() -> None:
    texts = ("Grade|2032|2033", "Fine|511|560", "Coarse||211", "Lambs|0|-")
    content = read(paragraph("Prices of wool") + "".join(map(tabbed, texts)) + paragraph("The end."))
    assert grids(content)[0] == [
        ["*Grade", "*2032", "*2033"],
        ["*Fine", "511", "560"],
        ["*Coarse", "", "211"],
        ["*Lambs", "0", "-"],
    ]
    assert content.tables[0].caption == "Prices of wool"
    assert content.text.endswith("The end.")


@pytest.mark.parametrize(
    "texts",
    [
        ("Mr Orr||Harrow", "Ms Lind||Kell", "Mr Pell||Marn"),
        ("Fine|511|560", "Coarse|411|460", "The rest"),
        ("Fine|511", "Coarse|411", "Lambs|0"),
    ],
)
def test_other_paragraphs_with_tabs_are_text(texts: tuple[str, ...]) -> None:
    content = read("".join(map(tabbed, texts)))
    assert not content.tables
    assert lines(content) == [" ".join(text.replace("|", " ").split()) for text in texts]
