"""Tables become values: a grid whose cells stand exactly where they say."""

import pytest

from qa.parsers.content_builder import ContentBuilder
from qa.parsers.parsed_text import ParsedContent
from qa.parsers.pipe_tables import markdown_tables
from qa.parsers.table_text import GridCell, put_table
from qa.parsers.table_units import find_unit, is_note, states_unit
from qa.schema import Table, TableCell


def grid(content: ParsedContent, number: int = 0) -> list[list[str]]:
    """Each place's text, a head marked with a star."""
    return [
        [f"{'*' if cell.head else ''}{cell.read(content.text)}" if cell else "?" for cell in row]
        for row in content.tables[number].grid()
    ]


def built(*rows: list[GridCell | str], head_rows: int = 0, caption: str = "") -> ParsedContent:
    builder = ContentBuilder()
    put_table(builder, rows, head_rows=head_rows, caption=caption)
    return builder.build()


def test_cells_have_their_places_in_records() -> None:
    content = built(["Country", "Share"], ["Canada", "77 %"], ["Mexico", ""], ["Peru", "0"])
    assert content.text == "Country: Canada; Share: 77 %.\nMexico\nCountry: Peru; Share: 0."
    assert grid(content) == [["*Country", "*Share"], ["*Canada", "77 %"], ["*Mexico", ""], ["*Peru", "0"]]
    table = content.tables[0]
    assert (table.start, table.end) == (0, len(content.text))
    assert table.rows[2][1] == TableCell()


def test_two_rows_of_heads_with_spans() -> None:
    content = built(
        [GridCell("Kind", rowspan=2), GridCell("2029", colspan=2), GridCell("2030", colspan=2)],
        ["Q1", "Q2", "Q1", "Q2"],
        ["Bone glue", "10", "11", "12", "–"],
        head_rows=2,
    )
    assert content.text == "Kind: Bone glue; 2029 – Q1: 10; 2029 – Q2: 11; 2030 – Q1: 12; 2030 – Q2: –."
    assert grid(content) == [
        ["*Kind", "*2029", "*2029", "*2030", "*2030"],
        ["*Kind", "*Q1", "*Q2", "*Q1", "*Q2"],
        ["*Bone glue", "10", "11", "12", "–"],
    ]
    assert [(cell.rowspan, cell.colspan) for cell in content.tables[0].rows[0]] == [(2, 1), (1, 2), (1, 2)]


def test_a_stub_over_several_rows_is_one_cell() -> None:
    content = built(
        ["Region", "Country", "Tonnes"],
        [GridCell("North", rowspan=2), "Norway", "5"],
        ["Iceland", "6"],
    )
    assert content.text.splitlines()[1] == "Region: North; Country: Iceland; Tonnes: 6."
    assert grid(content)[2] == ["*North", "*Iceland", "6"]
    assert len(content.tables[0].rows[2]) == 2


def test_a_head_over_all_columns_below_the_heads_names_rows() -> None:
    def head(text: str, colspan: int = 1) -> GridCell:
        return GridCell(text, colspan=colspan, is_head=True)

    content = built([head("Product"), head("Share")], [head("Metals", 2)], [head("Steel"), "9"])
    assert content.text == "Metals\nProduct: Steel; Share: 9."
    assert grid(content) == [["*Product", "*Share"], ["*Metals", "*Metals"], ["*Steel", "9"]]


def test_names_of_rows_cover_the_blanks_below_them_where_labels_repeat() -> None:
    rows: list[list[GridCell | str]] = [["Norway", "Imports", "1"], ["", "Exports", "2"]]
    rows += [["Peru", "Imports", "3"], ["", "Exports¹", ""]]
    content = built(["Country", "Flow", "2029"], *rows)
    assert content.text.splitlines()[1] == "Country: Norway; Flow: Exports; 2029: 2."
    assert grid(content)[2] == ["*Norway", "*Exports", "2"]
    assert content.tables[0].rows[1][0].rowspan == 2


@pytest.mark.parametrize(
    "rows",
    [
        # Whose they are is not known, or nobody's.
        [["Norway", "salmon", "1"], ["", "cod", "2"], ["Peru", "copper", "3"], ["", "gold", "4"]],
        [["Norway", "Imports", "1"], ["Peru", "Imports", "3"], ["", "Exports", "4"]],
        [["Norway", "7", "1"], ["", "8", "2"], ["Peru", "7", "3"], ["", "8", "4"]],
    ],
)
def test_other_blanks_in_the_first_column_stay_blank(rows: list[list[GridCell | str]]) -> None:
    content = built(["Country", "Flow", "2029"], *rows)
    blank = next(number for number, row in enumerate(rows) if not row[0])
    assert content.tables[0].rows[blank + 1][0] == TableCell()


def test_names_that_no_row_would_say_are_kept() -> None:
    content = built(["Market", "Value", "Total"], ["Chile", "12", ""], ["Peru", "9", ""])
    assert content.text.splitlines()[0] == "Market | Value | Total"
    assert grid(content)[0] == ["*Market", "*Value", "*Total"]


def test_rows_without_names_keep_blank_places() -> None:
    content = built(["Borduria", "298", "", "9.1"], ["", "7", "8", "9"], ["Syldavia", "", "", "4"])
    assert content.text == "Borduria | 298 |  | 9.1\n| 7 | 8 | 9\nSyldavia |  |  | 4"
    assert grid(content)[0] == ["*Borduria", "298", "", "9.1"]


def test_the_lines_above_name_a_table_and_its_unit() -> None:
    builder = ContentBuilder()
    builder.heading("Cheese", 1)
    builder.paragraph("The office counts cheese at the border.")
    builder.paragraph("Table 1. Exports of cheese")
    builder.paragraph("(thousand tonnes)")
    put_table(builder, [["Market", "2030"], ["Norway", "12"], ["Iceland", "4"]], head_rows=1)
    table = builder.build().tables[0]
    assert table.caption == "Table 1. Exports of cheese. (thousand tonnes)"
    assert table.unit == "thousand tonnes"


def test_a_unit_in_a_sentence_and_a_legend_may_stand_between() -> None:
    builder = ContentBuilder()
    builder.heading("Exhibit 14. Trade by country", 2)
    builder.paragraph("In millions of dollars. Details may not equal totals due to rounding.")
    builder.paragraph("(X) - Not applicable. (R) - Revised.")
    put_table(builder, [["Country", "Exports"], ["Norway", "12"]], head_rows=1)
    table = builder.build().tables[0]
    assert table.unit == "millions of dollars"
    assert table.caption is not None
    assert table.caption.startswith("Exhibit 14. Trade by country. In millions of dollars.")


def test_a_heading_right_above_names_a_table() -> None:
    builder = ContentBuilder()
    builder.heading("Cheese in tonnes", 1)
    put_table(builder, [["Market", "2030"], ["Norway", "12"]], head_rows=1)
    put_table(builder, [["Market", "2031"], ["Norway", "13"]], head_rows=1)
    first, second = builder.build().tables
    assert (first.caption, first.unit) == ("Cheese in tonnes", "tonnes")
    assert (second.caption, second.unit) == (None, None)


def test_notes_below_belong_to_the_table() -> None:
    builder = ContentBuilder()
    put_table(builder, [["Market", "2030"], ["Norway", "12[a]"], ["Peru", "4¹"]], head_rows=1)
    for line in (
        "a: provisional.",
        "1 Revised.",
        "Source: customs.",
        "A market is a country.",
        "Note: late.",
    ):
        builder.paragraph(line)
    assert builder.build().tables[0].notes == ("a: provisional.", "1 Revised.", "Source: customs.")


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("Imports of glue, in thousands of barrels", "thousands of barrels"),
        ("U.S. trade (in millions of dollars)", "millions of dollars"),
        ("Exports, US$ million", "US$ million"),
        ("In millions of US dollars, seasonally adjusted", "millions of US dollars"),
        ("Value (percent of GDP)", "percent of GDP"),
        ("Units of measure: 1,000 TEU; Source: X", "1,000 TEU"),
        ("Exports in 2030, tonnes", "tonnes"),
        ("Quotas for 2030, in tonnes live weight", "tonnes live weight"),
        ("Balance, thousand tonnes milk equivalent", "thousand tonnes milk equivalent"),
        ("Meat (tonnes carcass weight equivalent)", "tonnes carcass weight equivalent"),
        ("The port handled 5 million tonnes in 2030.", None),
        ("Opening hours", None),
    ],
)
def test_find_unit(line: str, unit: str | None) -> None:
    assert find_unit([line]) == unit


@pytest.mark.parametrize(
    ("line", "states"),
    [
        ("In millions of dollars. Details may not equal totals.", True),
        ("(thousand tonnes)", True),
        ("Unit: tonnes", True),
        ("Figures are in US$ million", True),
        ("Exports in thousand tonnes", False),
        ("The port handled grain, in tonnes", False),
    ],
)
def test_states_unit(line: str, states: bool) -> None:
    assert states_unit(line) == states


def test_a_line_that_only_looks_like_a_note_is_none() -> None:
    assert not is_note("4 Provisional.", "524 tonnes")
    assert not is_note("An apple a day", "a b")
    assert not is_note("1. The next chapter", "1 2 3")


def test_a_broken_table_is_refused() -> None:
    with pytest.raises(ValueError, match="broken cell"):
        Table(start=0, end=5, rows=((TableCell(3, 3),),))
    with pytest.raises(ValueError, match="backward"):
        Table(start=5, end=5, rows=())


def test_markdown_tables_stand_in_the_text_of_the_file() -> None:
    text = (
        "# Salt\n\nNorway sold more salt than before.\n\nTable 1. Exports, thousand tonnes.\n\n"
        "| Market | 2029 | **2030** |\n|---|---:|---:|\n| Norway | 15 | **18** |\n| Latvia | | 2\\|7 |\n"
        "Estonia | 0\n\nSource: customs.\n\nAll of it is mined.\n"
    )
    (table,) = markdown_tables(text, 0)
    assert [[cell.read(text) for cell in row] for row in table.rows] == [
        ["Market", "2029", "2030"],
        ["Norway", "15", "18"],
        ["Latvia", "", "2\\|7"],
        ["Estonia", "0", ""],
    ]
    assert [cell.head for cell in table.rows[1]] == [True, False, False]
    assert (table.caption, table.unit, table.notes) == (
        "Table 1. Exports, thousand tonnes",
        "thousand tonnes",
        ("Source: customs.",),
    )
    assert text[table.start : table.end].startswith("| Market")
    assert text[: table.end].endswith("Estonia | 0")


def test_a_markdown_heading_names_the_table_under_it() -> None:
    tables = "| a | b |\n|---|---|\n| 1 | 2 |\n\n| c | d |\n|---|---|\n| x | 3 |\n"
    text = f"# Salt\n\n## Exports (tonnes)\n\n{tables}"
    first, second = markdown_tables(text, 0)
    assert (first.caption, first.unit) == ("Exports (tonnes)", "tonnes")
    assert (second.caption, second.unit) == (None, None)
