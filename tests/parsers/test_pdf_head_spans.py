"""PDF files: names over several columns of a table without lines."""

import pytest

from qa.parsers.pdf import read_pdf
from tests.support.pdf_pages import PageDrawing, make_file, read_grid

ROWS = [
    ("Norway", "8082", "437", "3587", "58"),
    ("Peru", "1545", "", "9776", "31"),
    ("Chile", "270", "5658", "19", "5675"),
    ("Kenya", "31", "97", "8", "2143"),
]


def draw_table(names: list[tuple[float, str]], below: tuple[str, ...], *, ends: bool = True) -> PageDrawing:
    """Numbers that end (or begin) at 240, 320, 400 and 480 below these names, which begin at such an x."""
    page = PageDrawing()
    for x, text in names:
        page.words(x, 88, text)
    page.words(60, 100, "Partner")
    for row_number, row in enumerate([below, *(row[1:] for row in ROWS)]):
        for column, text in enumerate(row):
            x = 240 + 80 * column
            if text and ends and text[-1].isdigit():
                page.number(x, 100 + 12 * row_number, text)
            elif text:
                page.words(x - 9 * 0.5 * len(text) * ends, 100 + 12 * row_number, text)
    for number, row in enumerate(ROWS):
        page.words(60, 112 + 12 * number, row[0])
    return page


def read_heads(page: PageDrawing) -> list[list[str]]:
    content = read_pdf(make_file(page))
    return read_grid(content)[:2] if content.tables else []


TWO_AND_TWO = ["*Partner", "*Exports", "*Exports", "*Imports", "*Imports"]


@pytest.mark.parametrize(
    ("names", "below"),
    [
        pytest.param(
            [(248, "Exports"), (408, "Imports")], ("2029", "2030") * 2, id="off the middle, repeated"
        ),
        pytest.param(
            [(165, "Exports"), (324, "Imports")], ("2029", "2030", "2031", "2032"), id="cells' left"
        ),
        pytest.param([(289, "Exports"), (449, "Imports")], ("2029", "2030", "2031", "2032"), id="right"),
        pytest.param(
            [(225, "Exports"), (385, "Imports")], ("2029", "2030", "2031", "2032"), id="cells' middle"
        ),
    ],
)
def test_names_over_figures_that_end_under_each_other(
    names: list[tuple[float, str]], below: tuple[str, ...]
) -> None:
    assert read_heads(draw_table(names, below)) == [
        TWO_AND_TWO,
        ["*Partner", *(f"*{text}" for text in below)],
    ]


def test_years_that_follow_one_another_are_one_group() -> None:
    below = ("2029", "2030", "2031", "2030")
    assert read_heads(draw_table([(369.5, "Exports"), (450, "Imports")], below)) == [
        ["*Partner", "*Exports", "*Exports", "*Exports", "*Imports"],
        ["*Partner", *(f"*{year}" for year in below)],
    ]


def test_the_edge_of_a_name_tells_where_its_group_ends() -> None:
    """ "Change" stands beside the columns of imports, whose name ends with the last of those."""
    below = ("2029", "2029", "2030", "Change")
    page = draw_table([(209.5, "Exports"), (370, "Imports")], below)
    assert read_heads(page)[0][1:4] == ["*Exports", "*Imports", "*Imports"]
    assert read_heads(page)[0][4] == "*Change"


def test_a_name_below_that_does_not_come_again_is_not_guessed() -> None:
    """Whether "Change" is one of imports can't be told from "Imports" at the left."""
    page = draw_table([(240, "Exports"), (400, "Imports")], ("2029", "2030", "2029", "Change"), ends=False)
    assert read_heads(page) in ([], [TWO_AND_TWO, ["*Partner", "*2029", "*2030", "*2029", "*Change"]])


def test_names_that_stand_over_no_columns_leave_bars_around_blank_cells() -> None:
    content = read_pdf(
        make_file(draw_table([(250, "Exports"), (440, "Imports")], ("Cars", "Vans", "Buses", "Boats")))
    )
    assert not content.tables
    assert "Peru | 1545 |  | 9776 | 31" in content.text
