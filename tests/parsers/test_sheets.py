"""Tables on sheets: what names their cells, the lines around them, and what a workbook leaves unsaid."""

from collections.abc import Mapping, Sequence

import pytest

from qa.parsers.content_builder import ContentBuilder
from qa.parsers.files import parse_bytes
from qa.parsers.office.hidden_cells import HiddenCells, without_hidden
from qa.parsers.office.sheet_blocks import put_sheet
from qa.parsers.office.sheet_regions import SheetRow
from qa.parsers.office.workbooks import read_csv, read_workbook
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.registry import format_named
from qa.parsers.table_text import GridCell
from qa.schema import Metadata
from tests.support.office import element, fixture, grids, lines, relations, unzipped, with_part, xlsx, zipped

Cell = GridCell | str


def put(text: str, merged: Mapping[tuple[int, int], tuple[int, int]] | None = None) -> ParsedContent:
    """A sheet of lines with bars; `merged` are row and column to rows and columns covered."""
    builder = ContentBuilder()
    rows: list[tuple[int, dict[int, Cell]]] = []
    for number, line in enumerate(text.strip("\n").splitlines()):
        cells: dict[int, Cell] = {}
        for column, cell in enumerate(line.split("|")):
            if cell.strip():
                span = (merged or {}).get((number, column))
                cells[column] = GridCell(cell.strip(), *span) if span else cell.strip()
        rows.append((number, cells))
    put_sheet(builder, rows)
    return builder.build()


def values(content: ParsedContent) -> dict[tuple[str, ...], str]:
    """Names of the row, then of the column, to what the cell between them says; of all tables."""
    found = {}
    for table in content.tables:
        grid = table.grid()
        head_count = table.head_row_count()
        for row in grid[head_count:]:
            row_names = [cell.read(content.text) for cell in row if cell and cell.head]
            for column, cell in enumerate(row):
                if cell and not cell.head:
                    heads = [head[column] for head in grid[:head_count]]
                    names = dict.fromkeys(head.read(content.text) for head in heads if head)
                    found[(*dict.fromkeys(row_names), *filter(None, names))] = cell.read(content.text)
    return found


def test_merged_names_cover_their_columns_and_rows() -> None:
    text = "Partner|Imports||Exports|\n|2022|2023|2022|2023\nNorway|110|120|310|0\nIceland||14|22|25"
    content = put(text, {(0, 0): (2, 1), (0, 1): (1, 2), (0, 3): (1, 2)})
    found = values(content)
    assert found["Iceland", "Imports", "2023"] == "14"
    assert found["Iceland", "Imports", "2022"] == ""
    assert found["Norway", "Exports", "2023"] == "0"
    assert values(put(text)) == found  # told by the blanks where nothing is merged


def test_three_rows_of_names() -> None:
    text = """
Good|Imports||||Exports|||
|2022||2023||2022||2023|
|Value|Weight|Value|Weight|Value|Weight|Value|Weight
Wool|1.5|20|3.5|40|5.5|60|7.5|80
Tea|9.5|10||30|4.5|50|6.5|70
"""
    found = values(put(text))
    assert found["Wool", "Exports", "2022", "Weight"] == "60"
    assert found["Tea", "Imports", "2023", "Value"] == ""


def test_a_name_over_all_columns_but_the_first() -> None:
    text = "|Value in million crowns||\nCountry|2021|2022|2023\nPeru|4|5|6\nChile|7|8|9"
    assert values(put(text))["Chile", "Value in million crowns", "2023"] == "9"


def test_a_title_in_the_middle_or_a_unit_at_the_edge_names_no_column() -> None:
    for line in ("||Exports of tea|", "|||US$ million"):
        content = put(f"{line}\nCountry|2021|2022|2023\nPeru|4|5|6\nChile|7|8|9")
        assert content.tables[0].caption == line.strip("|")
        assert values(content)["Chile", "2023"] == "9"


def test_groups_and_totals_stay_in_their_table() -> None:
    text = """
Country|2022|2023
Europe
Norway|4|5
Total Europe|4|5

Asia
Japan|8|9
Total Asia|8|9
"""
    content = put(text)
    assert len(content.tables) == 1
    assert values(content)["Japan", "2023"] == "9"
    assert [cell.read(content.text) for cell in content.tables[0].rows[1] if cell.head] == ["Europe"]


def test_a_merged_name_of_several_rows() -> None:
    text = "Region|Country|2022\nNorth|Norway|4\n|Iceland|5\nSouth|Peru|6\n|Chile|7"
    found = values(put(text, {(1, 0): (2, 1), (3, 0): (2, 1)}))
    assert found["North", "Iceland", "2022"] == "5"
    assert found["South", "Chile", "2022"] == "7"


def test_a_merged_cell_bridges_rows_that_are_empty_but_for_it() -> None:
    text = "Region|Country|2022\nNorth|Norway|4\n\n|Iceland|5\nSouth|Peru|6"
    content = put(text, {(1, 0): (3, 1)})
    assert len(content.tables) == 1
    assert values(content)["North", "Iceland", "2022"] == "5"


@pytest.mark.parametrize("gap", ["", "\n"])
def test_tables_below_one_another(gap: str) -> None:
    text = (
        f"Table 1. Exports\nCountry|2022|2023\nPeru|4|5\n{gap}Table 2. Ships\nPort|Calls|Berths\nKolsund|8|9"
    )
    content = put(text)
    assert [table.caption for table in content.tables] == ["Table 1. Exports", "Table 2. Ships"]
    assert values(content) == {
        ("Peru", "2022"): "4",
        ("Peru", "2023"): "5",
        ("Kolsund", "Calls"): "8",
        ("Kolsund", "Berths"): "9",
    }


def test_tables_side_by_side() -> None:
    text = """
Exports, tonnes||||Imports, tonnes
Country|2022|2023||Country|2022|2023
Peru|4|5||Norway|14|15
Chile|6|7||Iceland||17
||||Japan|18|19
"""
    content = put(text)
    assert [table.caption for table in content.tables] == ["Exports, tonnes", "Imports, tonnes"]
    found = values(content)
    assert found["Peru", "2023"] == "5"
    assert found["Iceland", "2022"] == ""
    assert found["Japan", "2022"] == "18"


def test_an_empty_column_may_only_set_columns_apart() -> None:
    content = put("Country|2022|2023||Change\nPeru|4|5||25%\nChile|6|7||17%")
    assert values(content)["Chile", "Change"] == "17%"


def test_lines_above_and_below_a_table() -> None:
    text = """
Table 3. Landings of herring
by port, in thousands of tonnes

Port|2022|2023
Kolsund|4|5
Portmuth|6|7
Source:|Board of Fisheries
(a) Preliminary.
"""
    content = put(text)
    table = content.tables[0]
    assert table.caption == "Table 3. Landings of herring. by port, in thousands of tonnes"
    assert table.unit == "thousands of tonnes"
    assert lines(content)[-2:] == ["Source: Board of Fisheries", "(a) Preliminary."]
    assert len(table.rows) == 3


def test_properties_above_a_table_are_no_names() -> None:
    content = put("Unit|tonnes\nYear|Tonnage\n2021|412\n2022|298")
    assert lines(content)[0] == "Unit: tonnes"
    assert values(content)["2022", "Tonnage"] == "298"
    assert content.tables[0].unit == "tonnes"


def test_a_record_has_no_names_of_columns() -> None:
    rows = "Value of the contract|€ 1,250,000.50\nSigned|2031-08-09\nLots|12\nInsured|yes, in full"
    content = put(f"Exporter|Kell Mills Ltd\n{rows}")
    assert lines(content)[0] == "| Exporter | Kell Mills Ltd"
    assert [cell.head for cell in content.tables[0].rows[0]] == [True, False]
    named = put(f"Item|Value\n{rows}")
    assert [cell.head for cell in named.tables[0].rows[0]] == [True, True]


def test_cells_strewn_over_a_sheet_are_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.parsers.office.sheet_blocks._SPARSE_PLACES", 100)
    rows: Sequence[tuple[int, dict[int, Cell]]] = [
        (number, {number * 300: str(number), number * 300 + 1: "x"}) for number in range(1, 200)
    ]
    builder = ContentBuilder()
    put_sheet(builder, rows)
    content = builder.build()
    assert not content.tables
    assert "199 | x" in content.text


# Workbooks ------------------------------------------------------------------------------------------


def cell(reference: str, inner: str, attributes: str = "") -> str:
    return f'<s:c r="{reference}" {attributes}>{inner}</s:c>'


def text_cell(reference: str, text: str) -> str:
    return cell(reference, f"<s:is><s:t>{text}</s:t></s:is>", 't="inlineStr"')


def sheet_rows(*rows: Sequence[str]) -> str:
    """Rows of texts; what begins with "<" is a cell's content, "" no cell."""
    result = ""
    for number, row in enumerate(rows, start=1):
        cells = ""
        for column, content in enumerate(row):
            reference = f"{chr(65 + column)}{number}"
            if content:
                cells += (
                    cell(reference, content) if content.startswith("<") else text_cell(reference, content)
                )
        result += f'<s:row r="{number}">{cells}</s:row>'
    return result


def test_merged_cells_of_a_workbook_cover_columns_too() -> None:
    rows = sheet_rows(
        ["Partner", "Imports", "", "Exports"],
        ["", "2022", "2023", "2022"],
        ["Iceland", "", "<s:v>14</s:v>", "<s:v>0</s:v>"],
        ["Norway", "<s:v>3</s:v>", "<s:v>4</s:v>", "<s:v>5</s:v>"],
    )
    merged = '<s:mergeCells><s:mergeCell ref="A1:A2"/><s:mergeCell ref="B1:C1"/></s:mergeCells>'
    content = read_workbook(xlsx(rows, more=merged))
    assert [(cell.rowspan, cell.colspan) for cell in content.tables[0].rows[0]] == [(2, 1), (1, 2), (1, 1)]
    assert values(content)["Iceland", "Imports", "2023"] == "14"
    assert values(content)["Iceland", "Exports", "2022"] == "0"


def test_formulas_that_were_never_calculated_keep_their_place_and_are_noted() -> None:
    rows = sheet_rows(
        ["Market", "Value", "Total"],
        ["Peru", "<s:v>3</s:v>", "<s:f>B2*2</s:f>"],
        ["Chile", "<s:v>4</s:v>", "<s:f>B3*2</s:f><s:v></s:v>"],
    )
    content = read_workbook(xlsx(rows))
    assert values(content)["Chile", "Total"] == ""
    assert content.text.count("Total") == 1
    assert content.notes == (
        "2 cells hold formulas that were never calculated and read as blank: open and save the file in a "
        "spreadsheet program",
    )


@pytest.mark.parametrize(("result", "expected"), [("0", ""), ("7", "0")])
def test_zeros_that_stand_for_results_to_come_are_no_numbers(result: str, expected: str) -> None:
    rows = sheet_rows(
        ["Market", "Value", "Total"],
        ["Peru", "<s:v>3</s:v>", "<s:f>B2*0</s:f><s:v>0</s:v>"],
        ["Chile", "<s:v>4</s:v>", f"<s:f>B3+3</s:f><s:v>{result}</s:v>"],
    )
    book = xlsx(rows, workbook='<s:calcPr fullCalcOnLoad="1"/>')
    assert values(read_workbook(book))["Peru", "Total"] == expected
    assert values(read_workbook(xlsx(rows)))["Peru", "Total"] == "0"


def test_hidden_sheets_are_noted() -> None:
    data = with_part(
        xlsx(sheet_rows(["Peru", "<s:v>3</s:v>"])),
        "xl/workbook.xml",
        lambda part: part.replace(
            b"</s:sheets>", b'<s:sheet name="Old" state="hidden" r:id="r1"/></s:sheets>'
        ),
    )
    assert read_workbook(data).notes == ("hidden sheets are left out: “Old”",)


def test_hidden_sheets_of_opendocument_are_noted() -> None:
    sheet = (
        '<d xmlns:t="t"><style name="ta2"><table-properties t:display="false"/></style><spreadsheet>'
        '<table name="Old" style-name="ta2"><table-row><table-cell><p>5</p></table-cell></table-row></table>'
        '<table name="New"><table-row><table-cell><p>6</p><annotation><p>Revised.</p></annotation>'
        "</table-cell>"
        '<table-cell formula="of:=[.A1]"/></table-row></table></spreadsheet></d>'
    )
    parts = unzipped(fixture("exports.ods")) | {"content.xml": sheet.encode()}
    content = read_workbook(zipped(parts))
    assert lines(content) == ["# New", "6", "Comment: Revised."]
    assert [note.split(" left")[0].split(" that")[0] for note in content.notes] == [
        "hidden sheets are",
        "1 cell holds a formula",
    ]


def test_comments_and_text_boxes_are_text() -> None:
    parts = unzipped(xlsx(sheet_rows(["Market", "Value"], ["Peru", "<s:v>3</s:v>"]))) | {
        "xl/worksheets/_rels/sheet1.xml.rels": relations(
            ("r1", "comments", "../comments1.xml"), ("r2", "drawing", "../drawings/drawing1.xml")
        ).encode(),
        "xl/comments1.xml": element(
            "s:comments",
            '<s:commentList><s:comment ref="B2"><s:text><s:r><s:t>Revised in May.</s:t></s:r></s:text>'
            "</s:comment></s:commentList>",
        ).encode(),
        "xl/drawings/drawing1.xml": element(
            "s:wsDr", "<s:txBody><a:p><a:r><a:t>Provisional</a:t></a:r></a:p></s:txBody>"
        ).encode(),
    }
    assert lines(read_workbook(zipped(parts)))[-2:] == ["Provisional", "Comment on B2: Revised in May."]


def test_struck_out_letters_are_left_out_and_told() -> None:
    item = (
        '<s:c r="B2" t="inlineStr"><s:is><s:r><s:rPr><s:strike/></s:rPr><s:t>60</s:t></s:r>'
        '<s:r><s:rPr><s:strike val="0"/></s:rPr><s:t> 45</s:t></s:r></s:is></s:c>'
    )
    rows = f'{sheet_rows(["Market", "Value"])}<s:row r="2">{text_cell("A2", "Peru")}{item}</s:row>'
    content = read_workbook(xlsx(rows))
    assert lines(content)[1] == "| Market: Peru; Value: 45."
    assert content.notes == ("left out: struck-out text",)


@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_what_is_hidden_or_struck_out_is_left_out_and_told(suffix: str) -> None:
    """But for what a filter hides and an outline folds up."""
    content = read_workbook(fixture(f"hidden.{suffix}"))
    assert [[[text.removeprefix("*") for text in row] for row in grid] for grid in grids(content)] == [
        [
            ["Port", "2029", "2031", "Remark"],
            ["Halvik", "410", "380", "final"],
            ["Orsund", "220", "", ""],
            ["Tolmen", "130", "", ""],
            ["Nessby", "52", "47", "final"],
        ],
        [["Port", "Fee"], ["Halvik", "18"], ["Orsund", "12"], ["Tolmen", "9"]],
    ]
    assert content.notes == ("left out: 1 hidden row, 1 hidden column, struck-out text",)


def test_merged_cells_keep_what_is_left_of_them() -> None:
    rows: list[tuple[int, SheetRow]] = [
        (1, {0: GridCell("Port", 3), 1: GridCell("Imports", 1, 3), 4: "Note"}),
        (3, {1: "2029", 2: "2030", 3: "2031", 4: "final"}),
    ]
    hidden = HiddenCells(rows={1, 2}, columns={1, 3})
    [(number, row)] = without_hidden(rows, hidden)
    port = row[0]
    assert isinstance(port, GridCell)
    assert (number, port.text, port.rowspan) == (1, "Port", 1)
    assert {column: cell for column, cell in row.items() if column} == {1: "2030", 2: "final"}
    [(_, head), _] = without_hidden(rows, HiddenCells(columns={1, 3}))
    imports = head[1]
    assert isinstance(imports, GridCell)
    assert (imports.text, imports.colspan) == ("Imports", 1)


def test_raised_figures_are_no_part_of_numbers() -> None:
    item = (
        '<s:c r="B2" t="inlineStr"><s:is><s:r><s:t>45</s:t></s:r><s:r><s:rPr><s:vertAlign val="superscript"/>'
        "</s:rPr><s:t>1</s:t></s:r></s:is></s:c>"
    )
    rows = f'{sheet_rows(["Market", "Value"])}<s:row r="2">{text_cell("A2", "Peru")}{item}</s:row>'
    assert lines(read_workbook(xlsx(rows)))[1] == "| Market: Peru; Value: 45¹."
    sheet = (
        '<d><style name="T1"><text-properties text-position="super 58%"/></style><spreadsheet><table>'
        '<table-row><table-cell><p>45<span style-name="T1">1</span></p></table-cell></table-row></table>'
        "</spreadsheet></d>"
    )
    parts = unzipped(fixture("exports.ods")) | {"content.xml": sheet.encode()}
    assert lines(read_workbook(zipped(parts)))[-1] == "45¹"


def test_day_zero_of_opendocument_is_no_date() -> None:
    sheet = (
        '<d><spreadsheet><table name="T"><table-row><table-cell value-type="date" date-value="1899-12-30">'
        "<p>12/30/99</p></table-cell></table-row></table></spreadsheet></d>"
    )
    parts = unzipped(fixture("exports.ods")) | {"content.xml": sheet.encode()}
    assert lines(read_workbook(zipped(parts)))[1] == "0"


def test_two_columns_of_words_have_names_unless_they_are_properties() -> None:
    assert lines(put("Date|Event\nMonday|Talks\nTuesday|Vote"))[0] == "| Date: Monday; Event: Talks."
    assert "Title: Source" not in put("Title|Wool\nSource|Office\nArea|North").text


# Titles ---------------------------------------------------------------------------------------------


def title(data: bytes, name: str, format_name: str = "xlsx") -> str:
    file_format = format_named(format_name)
    return parse_bytes(data, file_format, name=name, source=name, metadata=Metadata()).metadata.title or ""


TABLE = (["Market", "2023"], ["Peru", "<s:v>3</s:v>"], ["Chile", "<s:v>4</s:v>"])


@pytest.mark.parametrize(
    ("sheet", "rows", "name", "expected"),
    [
        ("Wool", TABLE, "download.xlsx", "Wool"),
        ("Sheet1", TABLE, "wool-exports.xlsx", "Wool exports"),
        ("Query Parameters", TABLE, "wool-exports.xlsx", "Wool exports"),
        ("T12", (["Exports of wool by market"], *TABLE), "download.xlsx", "Exports of wool by market"),
        ("Wool", (["Exports of wool by market"], *TABLE), "download.xlsx", "Exports of wool by market"),
        ("Silk", (["Exports of wool by market"], *TABLE), "download.xlsx", "Silk"),
        ("Sheet1", (["Exports of wool by market"], *TABLE), "download.xlsx", "Exports of wool by market"),
        ("Data", (["Source: Office of Wool"], [], *TABLE), "wool-exports.xlsx", "Wool exports"),
        (
            "Exports of wool by market and b",
            (["Exports of wool by market and by year"], *TABLE),
            "wool.xlsx",
            "Exports of wool by market and by year",
        ),
        ("Wool", (["All that is sold"], *TABLE), "wool.xlsx", "Wool"),
        ("Sheet1", TABLE, "data (2).xlsx", "Data (2)"),
    ],
)
def test_titles_of_workbooks(sheet: str, rows: Sequence[Sequence[str]], name: str, expected: str) -> None:
    data = with_part(
        xlsx(sheet_rows(*rows)),
        "xl/workbook.xml",
        lambda part: part.replace(b'name="Data"', f'name="{sheet}"'.encode()),
    )
    assert title(data, name) == expected


def test_of_several_sheets_none_names_the_workbook() -> None:
    cell = "<table-cell><p>{}</p></table-cell>"
    rows = "".join(
        f"<table-row>{cell.format(name)}{cell.format(value)}</table-row>"
        for name, value in (("Market", "2023"), ("Peru", "3"), ("Chile", "4"))
    )
    sheets = "".join(f'<table name="{name}">{rows}</table>' for name in ("By partner", "By product"))
    data = zipped(
        unzipped(fixture("exports.ods"))
        | {"content.xml": f"<d><spreadsheet>{sheets}</spreadsheet></d>".encode(), "meta.xml": b"<d/>"}
    )
    assert title(data, "wool-imports.ods") == "Wool imports"
    assert title(data, "download.ods") == "By partner"


def test_the_line_above_the_names_is_the_title_of_delimited_text() -> None:
    data = b"Exports of wool by market\n\nMarket,2023\nPeru,3\nChile,4\n"
    assert title(data, "x.csv", "csv") == "Exports of wool by market"


# Delimited text -------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_lines_around_delimited_tables(delimiter: str) -> None:
    rows = [
        ["Exports, imports, and balance of wool"],
        ["Unit:", "thousand tonnes"],
        [],
        ["Year", "GDP 2023", "FDI 2023", "Balance"],
        ["2021", "412,5", "", "6,4"],
        ["2022", "298,0", "9,1"],
        ["2023", "1.105,7", "12,0", "-3,5", "revised"],
        [],
        ["Note: figures, as of May, are provisional."],
    ]
    content = read_csv("\r\n".join(delimiter.join(row) for row in rows).encode("utf-8-sig"))
    found = values(content)
    assert found["2021", "FDI 2023"] == ""
    assert found["2021", "Balance"] == "6,4"
    assert found["2022", "Balance"] == ""
    assert found["2023", "GDP 2023"] == "1.105,7"
    assert found["2023",] == "revised"
    assert content.tables[0].unit == "thousand tonnes"
    assert content.tables[0].notes == ("Note: figures, as of May, are provisional.",)
