"""PDF files: tables without lines between their columns, and tables that go on over pages."""

from collections.abc import Sequence

import pytest

from qa.parsers.pdf import read_pdf
from tests.support.pdf_pages import PageDrawing, make_file, read_grid

PROSE = "The council looked at the trade of the year and heard the makers, who asked for a measure that"


def draw_rows(
    page: PageDrawing, rows: Sequence[Sequence[str]], *, top: float = 100, step: float = 12
) -> None:
    """Names from 60 on, and numbers that end at 260, 330, and so on."""
    for index, row in enumerate(rows):
        page.words(60, top + step * index, row[0])
        for column, text in enumerate(row[1:]):
            if text:
                page.number(260 + 70 * column, top + step * index, text)


HEAD = ("Country", "2029", "2030", "2031")
ROWS = [
    ("Norway", "14", "", "1,200"),
    ("Peru and the islands", "", "9", "-35"),
    ("Chile", "-", "4", ""),
    ("Kenya", "8,000", "51", "7"),
]
GRID = [["*Country", "*2029", "*2030", "*2031"], *(["*" + row[0], *row[1:]] for row in ROWS)]


@pytest.mark.parametrize("order", ["rows", "columns"])
def test_blank_cells_keep_their_places(order: str) -> None:
    page = PageDrawing()
    page.words(60, 70, PROSE)
    if order == "rows":
        draw_rows(page, [HEAD, *ROWS])
    else:
        for index, row in enumerate([HEAD, *ROWS]):
            page.words(60, 100 + 12 * index, row[0])
        for column in range(3):
            for index, row in enumerate([HEAD, *ROWS]):
                if row[column + 1]:
                    page.number(260 + 70 * column, 100 + 12 * index, row[column + 1])
    content = read_pdf(make_file(page))
    assert read_grid(content) == GRID
    assert content.text.endswith("Country: Kenya; 2029: 8,000; 2030: 51; 2031: 7.")


def test_the_last_name_of_a_table_on_its_second_page_goes_on_below_its_numbers() -> None:
    first, second = PageDrawing(), PageDrawing()
    first.words(60, 70, PROSE)
    draw_rows(first, [HEAD, *ROWS, *ROWS], top=600, step=18)
    draw_rows(second, [*ROWS[:2], ("Soil and foreign", "3", "4", "5")], top=60, step=18)
    second.words(60, 60 + 2 * 18 + 11, "matter")
    second.words(60, 150, PROSE)
    content = read_pdf(make_file(first, second))
    assert read_grid(content)[-1] == ["*Soil and foreign matter", "3", "4", "5"]
    assert len(content.tables) == 1


NAMES = ("Kind of cargo", "May 2031", "April 2032", "May 2032")


def draw_close_names(page: PageDrawing, *, y: float = 100) -> None:
    """Names no further apart than words, the last a little lower and with a raised mark."""
    for x, name in zip((60, 150, 197, 245), NAMES, strict=True):
        page.words(x, y + (name == NAMES[-1]) * 1.2, name)
    page.draw(f"BT /R 6 Tf 282.60 {792 - y + 2:.2f} Td (p) Tj ET")


@pytest.mark.parametrize("striped", [False, True])
def test_names_that_stand_close_above_their_columns(striped: bool) -> None:
    page = PageDrawing()
    page.words(60, 60, PROSE)
    for number in range(0, len(ROWS), 2) if striped else ():
        for left, right in ((55, 145), (145, 192), (192, 240), (240, 290)):
            page.box(left, 104 + 12 * number, right, 116 + 12 * number)
    draw_close_names(page)
    for number, row in enumerate(ROWS):
        page.words(60, 113 + 12 * number, row[0])
        for column, text in enumerate(row[1:]):
            if text:
                page.number(187 + 48 * column, 113 + 12 * number, text)
    content = read_pdf(make_file(page))
    assert read_grid(content) == [
        [f"*{name}" for name in NAMES[:-1]] + ["*May 2032[p]"],
        *(["*" + row[0], *row[1:]] for row in ROWS),
    ]


@pytest.mark.parametrize("underlined", [False, True])
def test_a_name_over_the_middle_of_several_columns(underlined: bool) -> None:
    page = PageDrawing()
    page.words(60, 88, "Country")
    page.words(263, 88, "Exports", bold=True)
    page.words(403, 88, "Imports", bold=True)
    if underlined:
        page.line(240, 90, 330, 90)
        page.line(380, 90, 470, 90)
    rows = [("", "2030", "2031", "2030", "2031"), ("Norway", "14", "15", "0", "7")]
    draw_rows(page, [*rows, ("Peru", "1,200", "8", "", "64"), ("Chile", "3", "", "5", "88")])
    assert read_grid(read_pdf(make_file(page))) == [
        ["*Country", "*Exports", "*Exports", "*Imports", "*Imports"],
        ["*Country", "*2030", "*2031", "*2030", "*2031"],
        ["*Norway", "14", "15", "0", "7"],
        ["*Peru", "1,200", "8", "", "64"],
        ["*Chile", "3", "", "5", "88"],
    ]


def test_signs_set_apart_belong_to_their_numbers_and_leaders_are_no_text() -> None:
    page = PageDrawing()
    draw_rows(page, [("In millions", "2030", "2031")])
    rows = [
        ("Net sales", "4,120", "3,998"),
        ("Costs", "(310)", "(287)"),
        ("Margin", "7", "6"),
        ("Net income", "", ""),
    ]
    for index, (name, first, second) in enumerate(rows):
        y = 112 + 12 * index
        page.words(60, y, name + "." * 40)
        for x, text in ((260, first), (330, second)):
            page.number(x + 3 * text.endswith(")"), y, text) if text else None
    for x in (225, 295):
        page.words(x, 112, "$")
        page.words(x + 38, 136, "%")
        page.words(x, 148, "$")
        page.number(x + 35, 148, "800")
    assert read_grid(read_pdf(make_file(page))) == [
        ["*In millions", "*2030", "*2031"],
        ["*Net sales", "$4,120", "$3,998"],
        ["*Costs", "(310)", "(287)"],
        ["*Margin", "7%", "6%"],
        ["*Net income", "$800", "$800"],
    ]


def test_names_of_heads_and_rows_over_several_lines() -> None:
    page = PageDrawing()
    for x, y, text in [(230, 76, "Imports of"), (230, 88, "goods"), (300, 88, "Change"), (60, 88, "Sector")]:
        page.words(x, y, text)
    draw_rows(
        page, [("Live animals", "14", "-2"), ("Products of the milling industry;", ""), ("malt", "7", "3")]
    )
    draw_rows(page, [("Salt", "21", "0"), ("Sugars", "5", "1")], top=136)
    assert read_grid(read_pdf(make_file(page))) == [
        ["*Sector", "*Imports of goods", "*Change"],
        ["*Live animals", "14", "-2"],
        ["*Products of the milling industry; malt", "7", "3"],
        ["*Salt", "21", "0"],
        ["*Sugars", "5", "1"],
    ]


def test_numbers_no_further_apart_than_words() -> None:
    page = PageDrawing()
    rows = [("Country", "Tonnes", "Value"), ("Norway", "114,000", "1,200"), ("Peru", "207,512", "9,035")]
    rows += [("Saudi Arabia", "388,190", "4,611"), ("Chile", "", "7,777"), ("Kenya", "451,003", "8,080")]
    for index, row in enumerate(rows):
        for x, text in zip((60, 118, 154), row, strict=True):
            if text:
                page.words(x, 100 + 12 * index, text)
    content = read_pdf(make_file(page))
    assert read_grid(content)[2:] == [
        ["*Peru", "207,512", "9,035"],
        ["*Saudi Arabia", "388,190", "4,611"],
        ["*Chile", "", "7,777"],
        ["*Kenya", "451,003", "8,080"],
    ]


def fill_page(page: PageDrawing, lines: int) -> None:
    for index in range(lines):
        page.words(60, 60 + 12 * index, PROSE)


@pytest.mark.parametrize("repeats", [False, True])
def test_a_row_broken_by_a_page_is_one_row_and_the_table_goes_on(repeats: bool) -> None:
    first, second = PageDrawing(), PageDrawing()
    fill_page(first, 40)
    rows = [
        (("Tier",), ("Coverage",), ("Treatment",)),
        (("A",), ("Racing bicycles",), ("40 percent",)),
        (("B",), ("Trailers and scooters", "that were ordered (for"), ("12 percent at", "least")),
    ]
    y = 600.0
    for row in rows:
        for x, lines in zip((60, 120, 300), row, strict=True):
            for index, line in enumerate(lines):
                first.words(x, y + 11 * index, line)
        y += 11 * max(map(len, row)) + 8
    y = 60.0
    if repeats:
        for x, text in zip((60, 120, 300), ("Tier", "Coverage", "Treatment"), strict=True):
            second.words(x, y, text)
        y += 19
    for index, line in enumerate(("a time, until 31 March", "2034)")):
        second.words(120, y + 11 * index, line)
    for x, text in zip((60, 120, 300), ("C", "Old bicycles", "free of duty"), strict=True):
        second.words(x, y + 30, text)
    second.words(60, y + 70, PROSE)
    content = read_pdf(make_file(first, second))
    assert read_grid(content) == [
        ["*Tier", "*Coverage", "*Treatment"],
        ["*A", "Racing bicycles", "40 percent"],
        [
            "*B",
            "Trailers and scooters that were ordered (for a time, until 31 March 2034)",
            "12 percent at least",
        ],
        ["*C", "Old bicycles", "free of duty"],
    ]
    assert content.text[content.pages[1] :].startswith("Tier: C; Coverage: Old bicycles")


def test_a_table_over_pages_has_its_head_once() -> None:
    pages = [PageDrawing() for _ in range(3)]
    fill_page(pages[0], 45)
    names = [f"Country {letter}" for letter in "ABCDEFGHIJ"]
    rows = [(name, "1,004", "21", str(index)) for index, name in enumerate(names)]
    draw_rows(pages[0], [HEAD, *rows[:4]], top=650)
    pages[1].words(60, 60, "Table 4 (continued)")
    draw_rows(pages[1], [HEAD, *rows[4:7]], top=80)
    draw_rows(pages[2], [HEAD, *rows[7:]], top=60)
    content = read_pdf(make_file(*pages))
    assert len(content.tables) == 1
    assert read_grid(content)[1:] == [["*" + row[0], *row[1:]] for row in rows]
    starts = [content.text[start : start + 18] for start in content.pages[1:]]
    assert starts == ["Country: Country E", "Country: Country H"]


def test_what_is_no_table() -> None:
    page = PageDrawing()
    for index in range(4):
        page.words(60, 60 + 12 * index, f"{index + 1}.")
        page.words(120, 60 + 12 * index, PROSE[:60])
    for index, (name, number) in enumerate([("Scope", "1"), ("Measures", "14"), ("Annexes", "203")]):
        page.words(60, 200 + 12 * index, name + " " + ". " * 60)
        page.number(500, 200 + 12 * index, number)
    for index, (left, right) in enumerate([("Quay Street 4", "Hill Road 17"), ("Harbour", "Upper Village")]):
        page.words(60, 300 + 12 * index, left)
        page.words(330, 300 + 12 * index, right)
    content = read_pdf(make_file(page))
    assert not content.tables
    assert "Measures | 14" in content.text
    assert "Quay Street 4 | Hill Road 17\nHarbour | Upper Village" in content.text


def test_a_head_at_the_top_of_every_page_is_no_running_head() -> None:
    pages = [PageDrawing() for _ in range(3)]
    for number, page in enumerate(pages):
        rows = [(f"Country {3 * number + index}", "1,004", "21", str(index)) for index in range(3)]
        draw_rows(page, [HEAD, *rows], top=50)
    content = read_pdf(make_file(*pages))
    assert len(content.tables) == 1
    assert [row[0] for row in read_grid(content)] == [
        "*Country",
        *(f"*Country {index}" for index in range(9)),
    ]
    assert not content.notes


def test_names_of_groups_and_numbers_of_columns() -> None:
    page = PageDrawing()
    draw_rows(page, [HEAD, ("", "(1)", "(2)", "(3)"), ("Norway", "14", "3", "1,200")])
    page.words(184, 138, "Members without a vote")
    draw_rows(page, [("Peru", "7", "9", "-35"), ("Chile", "8", "4", "6")], top=150)
    assert read_grid(read_pdf(make_file(page))) == [
        ["*Country", "*2029 (1)", "*2030 (2)", "*2031 (3)"],
        ["*Norway", "14", "3", "1,200"],
        ["*Members without a vote"] * 4,
        ["*Peru", "7", "9", "-35"],
        ["*Chile", "8", "4", "6"],
    ]


def test_cells_in_the_middle_of_a_row_of_several_lines() -> None:
    page = PageDrawing()
    for x, text in zip((60, 120, 340), ("Code", "Goods", "Rate"), strict=True):
        page.words(x, 100, text, bold=True)
    for y, code, lines, rate in [
        (122, "72.10", ("Timber that was felled in the winter months of the", "year"), "12 percent"),
        (146, "72.11", ("Paper",), "3 percent"),
        (172, "72.12", ("Trailers and scooters that were ordered before the", "day of entry"), "free"),
    ]:
        page.words(60, y, code)
        for index, line in enumerate(lines):
            page.words(120, y + 11 * (index - (len(lines) - 1) / 2), line)
        page.words(340, y, rate)
    assert read_grid(read_pdf(make_file(page)))[1:] == [
        ["*72.10", "*Timber that was felled in the winter months of the year", "12 percent"],
        ["*72.11", "*Paper", "3 percent"],
        ["*72.12", "*Trailers and scooters that were ordered before the day of entry", "free"],
    ]


def test_names_at_the_left_of_numbers_at_the_right() -> None:
    """A name may end before the numbers below it begin, and stand nearer to those of the next column."""
    page = PageDrawing()
    for x, text in zip((60, 190, 272, 354), ("Country", "GDP 2029", "GDP 2030", "FDI 2030"), strict=True):
        page.words(x, 100, text)
    rows = [("Norway", "14", "", "1,200"), ("Peru", "", "9", "-35"), ("Chile", "0", "4", "")]
    for index, row in enumerate(rows):
        page.words(60, 112 + 12 * index, row[0])
        for column, text in enumerate(row[1:]):
            if text:
                page.number(268 + 82 * column, 112 + 12 * index, text)
    assert read_grid(read_pdf(make_file(page))) == [
        ["*Country", "*GDP 2029", "*GDP 2030", "*FDI 2030"],
        *(["*" + row[0], *row[1:]] for row in rows),
    ]


def test_names_over_columns_and_names_of_rows_in_two_columns() -> None:
    page = PageDrawing()
    for x, y, text in [(200, 88, "Exports"), (320, 88, "Imports"), (60, 100, "Country"), (130, 100, "Flow")]:
        page.words(x, y, text)
    for x, text in zip((200, 260, 320, 380), ("Q1", "Q2") * 2, strict=True):
        page.words(x, 100, text)
    rows = [("Norway", "Sea", "1", "2", "3", "4"), ("", "Land", "5", "6", "7", "8")]
    rows += [("Peru", "Sea", "9", "10", "", "12"), ("", "Land", "13", "14", "15", "-")]
    for index, row in enumerate(rows):
        page.words(60, 112 + 12 * index, row[0])
        page.words(130, 112 + 12 * index, row[1])
        for column, text in enumerate(row[2:]):
            if text:
                page.number(232 + 60 * column, 112 + 12 * index, text)
    assert read_grid(read_pdf(make_file(page))) == [
        ["*Country", "*Flow", "*Exports", "*Exports", "*Imports", "*Imports"],
        ["*Country", "*Flow", "*Q1", "*Q2", "*Q1", "*Q2"],
        ["*Norway", "*Sea", "1", "2", "3", "4"],
        ["*Norway", "*Land", "5", "6", "7", "8"],
        ["*Peru", "*Sea", "9", "10", "", "12"],
        ["*Peru", "*Land", "13", "14", "15", "-"],
    ]


# As spreadsheets print: what is text begins at its cell's left edge, numbers end at the right one.
SHEET_NAMES = ("Port", "January", "February", "March", "2029", "April", "Total of all")
SHEET_ROWS = [
    ("Halvik", "13", "", "95", "5,136", "177", "421"),
    ("Orsund", "110", "151", "192", "4,233", "", "686"),
    ("Upper Ved quays", "401", "442", "", "3,524", "565", "1,932"),
    ("Landing 1", "7", "539", "580", "2,621", "662", "9"),
]


def draw_sheet(page: PageDrawing, edges: Sequence[float]) -> None:
    """Cells between these edges, with two points of room at each side; years are numbers."""
    for index, row in enumerate([SHEET_NAMES, *SHEET_ROWS]):
        for column, text in enumerate(row):
            if column and text[:1].isdigit():
                page.number(edges[column + 1] - 1, 100 + 14 * index, text)
            elif text:
                page.words(edges[column] + 1, 100 + 14 * index, text)


@pytest.mark.parametrize("width", [38.5, 42, 60])
def test_the_names_of_a_printed_sheet_stand_at_the_left_of_its_numbers(width: float) -> None:
    """A name stands beside the numbers of the column before it, and no further from the next than a word."""
    page = PageDrawing()
    page.words(60, 70, PROSE)
    draw_sheet(page, [60, *(135 + width * number for number in range(6)), 135 + width * 5 + 60])
    content = read_pdf(make_file(page))
    assert read_grid(content) == [
        ["*" + name for name in SHEET_NAMES],
        *(["*" + row[0], *row[1:]] for row in SHEET_ROWS),
    ]


def test_words_that_are_cut_off_by_the_next_cell_stay_apart() -> None:
    page = PageDrawing()
    page.words(60, 100, "Septembe")
    page.words(97, 100, "October")  # "Septembe" reaches to 101
    assert read_pdf(make_file(page)).text.replace("|", " ").split() == ["Septembe", "October"]


@pytest.mark.parametrize("named", [True, False])
def test_tables_side_by_side_are_two(named: bool) -> None:
    fruit = [("Fruit", "2029", "2030"), ("Pears", "120", ""), ("Plums", "77", "80"), ("Quinces", "", "9")]
    leaves = [("Leaf", "2029", "2030"), ("Leeks", "33", "35"), ("Chard", "96", "101")]
    page = PageDrawing()
    page.words(60, 70, PROSE)
    if named:
        page.words(60, 100, "Fruit, tonnes")
        page.words(330, 100, "Leaves, tonnes")
    for left, rows in ((60, fruit), (330, leaves)):
        for index, row in enumerate(rows):
            page.words(left, 112 + 12 * index, row[0])
            for column, text in enumerate(row[1:]):
                if text:
                    page.number(left + 120 + 80 * column, 112 + 12 * index, text)
    page.words(60, 172, "Both halls are closed.")
    content = read_pdf(make_file(page))
    for number, rows in enumerate([fruit, leaves]):
        expected = [["*" + name for name in rows[0]], *(["*" + row[0], *row[1:]] for row in rows[1:])]
        assert read_grid(content, number) == expected
    assert content.text.endswith("Leaf: Chard; 2029: 96; 2030: 101.\n\nBoth halls are closed.")
    if named:
        assert [table.unit for table in content.tables] == ["tonnes", "tonnes"]
        assert content.tables[1].caption == "Leaves, tonnes"


def test_a_table_with_a_second_column_of_words_is_one() -> None:
    rows = [
        ("Port", "Calls", "Main good", "Tonnes"),
        ("Halvik", "351", "Ore", "99"),
        ("Orsund", "9", "Rye", "12"),
    ]
    page = PageDrawing()
    page.words(60, 70, PROSE)
    for index, (port, calls, good, tonnes) in enumerate([*rows, rows[-1]]):
        page.words(60, 112 + 12 * index, port)
        page.words(200, 112 + 12 * index, calls)
        page.words(300, 112 + 12 * index, good)
        page.words(430, 112 + 12 * index, tonnes)
    assert len(read_pdf(make_file(page)).tables) == 1


def test_names_of_a_sheet_of_figures_are_not_put_together() -> None:
    """Figures are equally wide in any type: where there is little else, it is no typewriter's."""
    names = ("Place", "Imports", "Q2", "May", "Staff")
    page = PageDrawing()
    for column, name in enumerate(names):
        page.words(61 + 45 * column + (column > 0) * 60, 100, name)
    for row in range(8):
        page.words(61, 114 + 14 * row, ("Berg", "Quay", "Ved")[row % 3])
        for column in range(1, 5):
            page.number(164 + 45 * column, 114 + 14 * row, f"{100 + row * 7 + column},{200 + 31 * column}")
    grid = read_grid(read_pdf(make_file(page)))
    assert grid[0] == ["*" + name for name in names]
    assert grid[1] == ["*Berg", "101,231", "102,262", "103,293", "104,324"]


def test_a_name_that_reaches_over_the_column_after_it_makes_no_table() -> None:
    """The last name is cut off, so that it can't be told where one ends and the next begins."""
    page = PageDrawing()
    page.words(60, 70, PROSE)
    page.words(180, 100, "2029 Quarter")
    page.words(310, 100, "Long words of it")
    for row in range(4):
        page.words(60, 112 + 12 * row, "Quay " + "ABCD"[row])
        for column in range(4):
            page.number(200 + 60 * column, 112 + 12 * row, f"{310 + row * 7 + column}")
    content = read_pdf(make_file(page))
    assert "2029 Quarter: 31" not in content.text
