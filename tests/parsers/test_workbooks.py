"""Workbooks and delimited text: numbers as they are shown, where the names of columns stand, and limits."""

import time
from collections.abc import Sequence

import pytest

from qa.parsers.content_builder import ContentBuilder
from qa.parsers.office.number_formats import format_number
from qa.parsers.office.sheet_blocks import put_sheet
from qa.parsers.office.workbooks import read_csv, read_workbook
from tests.support.office import fixture, lines, refusal, unzipped, with_part, xlsx, zipped

# Numbers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (1 / 3, "General", "0.3333333333"),
        (427.2, "General", "427.2"),
        (1234567890.25, "General", "1234567890.25"),
        (12345678901234, "General", "12345678901234"),
        (-0.0, "General", "0"),
        (1e300, "General", "1e+300"),
        (float("nan"), "General", ""),
        (0.774, "0.0%", "77.4%"),
        (0.25, "0%", "25%"),
        (1427.2, "#,##0.00", "1,427.20"),
        (1.005, "0.00", "1.01"),
        (-12.5, "#,##0.00;(#,##0.00)", "(12.50)"),
        (-12.5, "0.0;[Red]-0.0", "-12.5"),
        (12.5, '"$"#,##0.00', "$12.50"),
        (12.5, "[$€-407] #,##0.0", "€ 12.5"),
        (12.5, '0.0" kt"', "12.5 kt"),
        (12.5, "_-* #,##0.00_-", "12.50"),
        (1234567, "#,##0.0,,", "1.2"),
        (7, "000", "007"),
        (1.5, "0.0##", "1.5"),
        (12345, "0.00E+00", "1.23E+04"),
        (0.5, "# ?/?", "1/2"),
        (1.5, "# ??/??", "1 1/2"),
        (-1.25, "# ??/100", "-1 25/100"),
        (1.5, "?/?", "3/2"),
        (0.3, "# ?/8", "2/8"),
        (3, ";;;", "3"),
        (0, '0.0;-0.0;"none"', "none"),
        (0, '_(* #,##0_);_(* (#,##0);_(* "-"??_)', "-"),
        (0, "0;-0;", "0"),
        (1234567890, '#,##0.0,,"m"', "1,234.6m"),
        (1500, '[>=1000000]0.0,,"m";[>=1000]0.0,"k";0', "1.5k"),
        (12, '[>=1000000]0.0,,"m";[>=1000]0.0,"k";0', "12"),
        (1, '[=1]"Yes";[=0]"No";General', "Yes"),
        (7, '[=1]"Yes";[=0]"No";General', "7"),
        (-5, '[<0]"minus "0;0', "minus 5"),
        (-5, "0.0;[Red]0.0", "-5.0"),
        (-3, "0;0", "3"),
        (1012100, "0000\\.00\\.00", "0101.21.00"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (12.5, "#,##0.00 [$kr.-406]", "12.50 kr."),
        (5, "@", "5"),
        (45329, "m/d/yyyy", "2024-02-07"),
        (45329.5, "dd.mm.yy hh:mm", "2024-02-07 12:00"),
        (45329, "[$-407]d. mmmm yyyy", "2024-02-07"),
        (45329, "mmm-yy", "2024-02"),
        (45329, "yyyy", "2024"),
        (0.75, "h:mm AM/PM", "18:00"),
        (1.5, "[h]:mm", "36:00"),
        (1.5, "[h]:mm:ss", "36:00:00"),
        (1.5, "[mm]:ss", "2160:00"),
        (0, "m/d/yyyy", "0"),
        (0, "h:mm", "00:00"),
        (0.5, "yyyy-mm-dd hh:mm", "12:00"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (-1, "yyyy-mm-dd", "-1"),
        (1e12, "yyyy-mm-dd", "1000000000000"),
    ],
)
def test_numbers_are_shown_by_their_format(value: float, code: str, expected: str) -> None:
    assert format_number(float(value), code) == expected


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    assert format_number(43867.0, "yyyy-mm-dd", is_1904=True) == "2024-02-07"


# Where names stand ----------------------------------------------------------------------------------


def put(rows: Sequence[Sequence[str]]) -> list[str]:
    builder = ContentBuilder()
    put_sheet(
        builder,
        enumerate({column: cell for column, cell in enumerate(row) if cell} for row in rows),
    )
    return lines(builder.build())


CASES: dict[str, tuple[list[list[str]], list[str]]] = {
    "names over numbers": ([["Good", "2023"], ["Steel", "5"]], ["| Good: Steel; 2023: 5."]),
    "names over words": ([["Term", "Meaning"], ["Quota", "A limit"]], ["| Term: Quota; Meaning: A limit."]),
    "no names": ([["Steel", "5"], ["Cars", "6"]], ["| Steel | 5", "| Cars | 6"]),
    "only numbers": ([["1", "2"], ["3", "4"]], ["| 1 | 2", "| 3 | 4"]),
    "years over years": ([["1990", "1991"], ["1992", "1993"]], ["| 1990 | 1991", "| 1992 | 1993"]),
    "lines above and below": (
        [["Table 1: Exports", ""], ["in bn US$", ""], ["Good", "Value"], ["Steel", "5"], ["Source: us.", ""]],
        ["Table 1: Exports", "in bn US$", "| Good: Steel; Value: 5.", "Source: us."],
    ),
    "a group's name between rows": (
        [["Good", "Value"], ["Metals", ""], ["Steel", "5"], ["Cars", "6"]],
        ["| Metals", "| Good: Steel; Value: 5.", "| Good: Cars; Value: 6."],
    ),
    "a gap within a table": (
        [["Good", "Value"], ["Steel", "5"], ["", ""], ["Cars", "6"]],
        ["| Good: Steel; Value: 5.", "| Good: Cars; Value: 6."],
    ),
    "a second table": (
        [["Good", "Value"], ["Steel", "5"], ["", ""], ["Port", "Ships"], ["Veracruz", "9"]],
        ["| Good: Steel; Value: 5.", "| Port: Veracruz; Ships: 9."],
    ),
    "a column without a name": (
        [["Good", "Value", ""], ["Steel", "5", "estimate"]],
        ["| Good: Steel; Value: 5; estimate."],
    ),
    "two rows of names": (
        [["", "Exports", "", "Imports"], ["Good", "2023", "2024", "2024"], ["Steel", "5", "6", "7"]],
        ["| Good: Steel; Exports – 2023: 5; Exports – 2024: 6; Imports – 2024: 7."],
    ),
    "a list": ([["One"], ["Two"], ["Three"], ["Four"]], ["| One", "| Two", "| Three", "| Four"]),
    "notes": ([["First note."], ["Second note."]], ["First note.", "Second note."]),
    "a single row": ([["Good", "Value"]], ["| Good | Value"]),
    "missing values": (
        [["Good", "Value"], ["Steel", "n/a"], ["Cars", "6"]],
        ["| Good: Steel; Value: n/a.", "| Good: Cars; Value: 6."],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_rows_become_sentences(case: str) -> None:
    rows, expected = CASES[case]
    assert put(rows) == expected


# Workbooks ------------------------------------------------------------------------------------------


def row(number: int, *cells: str) -> str:
    elements = "".join(
        f'<s:c r="{chr(65 + column)}{number}" {cell if cell.startswith("s=") else inline(cell)}</s:c>'
        for column, cell in enumerate(cells)
    )
    return f'<s:row r="{number}">{elements}</s:row>'


def inline(text: str) -> str:
    return f't="inlineStr"><s:is><s:t>{text}</s:t></s:is>'


def number(value: str, style: int = 0) -> str:
    return f's="{style}"><s:v>{value}</s:v>'


def test_cells_of_every_kind() -> None:
    rows = row(1, "Good", "Share", "Known", "Note") + row(
        2, "Steel", number("0.774", 1), 's="0" t="b"><s:v>1</s:v>', 's="0" t="str"><s:v>a_x000D_b</s:v>'
    )
    result = lines(read_workbook(xlsx(rows, formats="0.0%")))
    assert result == ["# Data", "| Good: Steel; Share: 77.4%; Known: TRUE; Note: a b."]


def test_merged_cells_reach_over_their_rows() -> None:
    rows = row(1, "Good", "Year", "Value") + row(2, "Steel", "2023", number("5"))
    rows += '<s:row r="3"><s:c r="B3"><s:v>2024</s:v></s:c><s:c r="C3"><s:v>6</s:v></s:c></s:row>'
    merged = '<s:mergeCells><s:mergeCell ref="A2:A3"/></s:mergeCells>'
    assert lines(read_workbook(xlsx(rows, more=merged)))[2] == "| Good: Steel; Year: 2024; Value: 6."


def test_reading_aids_are_no_text() -> None:
    item = '<s:is><s:r><s:t>東京</s:t></s:r><s:rPh sb="0" eb="2"><s:t>トウ</s:t></s:rPh></s:is>'
    rows = f'<s:row r="1"><s:c r="A1" t="inlineStr">{item}</s:c></s:row>'
    assert lines(read_workbook(xlsx(rows))) == ["# Data", "東京"]


def test_millions_of_formatted_empty_cells_do_no_harm() -> None:
    empty = "".join(
        f'<row r="{number}" s="1"><c r="A{number}" s="1"/><c r="B{number}" s="1"/></row>'
        for number in range(10, 200_000)
    )
    sheet = f'<worksheet><sheetData><row r="1"><c r="A1"><v>5</v></c></row>{empty}</sheetData></worksheet>'
    started = time.monotonic()
    data = with_part(xlsx(""), "xl/worksheets/sheet1.xml", lambda _: sheet.encode())
    assert lines(read_workbook(data)) == ["# Data", "5"]
    assert time.monotonic() - started < 5


def test_a_cell_far_away_takes_no_room() -> None:
    rows = row(1, "Near") + '<s:row r="1048576"><s:c r="XFD1048576"><s:v>7</s:v></s:c></s:row>'
    assert lines(read_workbook(xlsx(rows))) == ["# Data", "Near", "7"]


def test_the_limit_on_cells_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.parsers.office.workbooks._MAX_CELLS", 15)
    for name in ("exports.xlsx", "exports.ods", "exports.xls"):
        assert "more than 500,000 filled cells" in refusal(read_workbook, fixture(name))
    assert "split it" in refusal(read_csv, fixture("exports.csv"))


def test_repeated_rows_of_opendocument_are_counted_before_they_are_made() -> None:
    sheet = (
        '<d><spreadsheet><table name="T"><table-row number-rows-repeated="1000000"><table-cell '
        'number-columns-repeated="1000"><p>x</p></table-cell></table-row></table></spreadsheet></d>'
    )
    parts = unzipped(fixture("exports.ods")) | {"content.xml": sheet.encode()}
    assert "filled cells" in refusal(read_workbook, zipped(parts))


def test_other_things_under_a_workbooks_name() -> None:
    assert lines(read_workbook(b"Good\tValue\nSteel\t5\n")) == ["| Good: Steel; Value: 5."]
    assert "web page" in refusal(read_workbook, b"<html><table><tr><td>5</td></tr></table></html>")
    assert ".xlsx" in refusal(read_workbook, b"\x09\x00\x04\x00\x02\x00\x10\x00 old workbook")


# Delimited text -------------------------------------------------------------------------------------

ROWS = ["| Land: Québec; Wert: 427,2; Notiz: a, b.", "| Land: Perú; Wert: 5; Notiz: c."]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_any_delimiter_in_any_encoding(delimiter: str, encoding: str) -> None:
    rows = (["Land", "Wert", "Notiz"], ["Québec", '"427,2"', '"a, b"'], ["Perú", "5", "c"])
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert lines(read_csv(text.encode(encoding))) == ROWS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Land;Wert\nA;1,5\nB;2,5\n", ["| Land: A; Wert: 1,5.", "| Land: B; Wert: 2,5."]),
        ("sep=|\na|b;c\n1|2;3\n", ["| a: 1; b;c: 2;3."]),
        ('Good,Note\nSteel,"one\ntwo, three"\n', ["| Good: Steel; Note: one two, three."]),
        ('Good,Size\nPipe,5" wide\n', ['| Good: Pipe; Size: 5" wide.']),
        ("a,b,c\n1,2,3,4\n5\n", ["| a: 1; b: 2; c: 3; 4.", "| a: 5."]),
        ("Good,Value\n\nSteel,5\n,,\nCars,6\n", ["| Good: Steel; Value: 5.", "| Good: Cars; Value: 6."]),
        ("Only one column\nof text\n", ["Only one column", "of text"]),
        ("2023-01-05,3\n2023-01-06,4\n", ["| 2023-01-05 | 3", "| 2023-01-06 | 4"]),
    ],
)
def test_delimited_text(text: str, expected: list[str]) -> None:
    assert lines(read_csv(text.encode())) == expected


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    text = "Good,Value\n" + '"Steel,5\n' + "".join(f"Good {number},{number}\n" for number in range(300))
    assert lines(read_csv(text.encode()))[-1] == "| Good: Good 299; Value: 299."


def test_a_cell_may_be_huge() -> None:
    text = f'Good,Note\nSteel,"{"word " * 60_000}"\n'
    assert len(lines(read_csv(text.encode()))[0]) > 299_000
