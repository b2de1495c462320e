"""PDF files: tables whose columns are parted by ruling lines or filled boxes."""

import pytest

from qa.parsers.pdf import read_pdf
from tests.support.pdf_pages import PageDrawing, make_file, read_grid

PROSE = "The council looked at the trade of the year and heard the makers, who asked for a measure that"


def test_merged_heads_name_the_columns_below_them() -> None:
    page = PageDrawing()
    for x0, y0, x1, y1 in [(60, 100, 160, 130), (160, 100, 280, 115), (280, 100, 400, 115)]:
        page.box(x0, y0, x1, y1)
    page.grid([60, 160, 280, 400], [130, 145, 160])
    page.line(60, 100, 400, 100)
    page.line(60, 100, 60, 130)
    page.line(160, 115, 400, 115)
    for x, top in [(160, 100), (220, 115), (280, 100), (340, 115), (400, 100)]:
        page.line(x, top, x, 160)
    page.words(64, 118, "Country")
    page.words(200, 111, "Exports")
    page.words(320, 111, "Imports")
    for x, year in zip((164, 224, 284, 344), ("2030", "2031") * 2, strict=True):
        page.words(x, 126, year)
    for y, row in [(141, ("Norway", "14", "", "0", "1,200")), (156, ("Peru", "7", "9", "-", "35"))]:
        page.words(64, y, row[0])
        for x, number in zip((216, 276, 336, 396), row[1:], strict=True):
            page.number(x, y, number)
    content = read_pdf(make_file(page))
    assert read_grid(content) == [
        ["*Country", "*Exports", "*Exports", "*Imports", "*Imports"],
        ["*Country", "*2030", "*2031", "*2030", "*2031"],
        ["*Norway", "14", "", "0", "1,200"],
        ["*Peru", "7", "9", "-", "35"],
    ]
    assert content.text.startswith(
        "Country: Norway; Exports – 2030: 14; Imports – 2030: 0; Imports – 2031: 1,200."
    )


def test_rows_without_lines_between_them_and_marks_beside_numbers() -> None:
    """As statistical offices set it: the head is boxed, only columns are parted below it."""
    page = PageDrawing(size=6)
    page.grid([60, 150, 200, 250, 300], [100, 115])
    for x in (150, 200, 250):
        page.line(x, 115, x, 165)
    page.line(60, 165, 300, 165)
    for x, head in zip((64, 160, 210, 260), ("Item", "March", "April", "Year"), strict=True):
        page.words(x, 110, head, bold=True)
    names = ("Total", "Norway", "Peru", "Chile")
    numbers = ("-152", "1,200", "88"), ("7", "-9", "102"), ("31", "64", "95"), ("4", "", "6")
    # Drawn in blocks of columns, two rows in turn.
    for block in (0, 2):
        for column in range(3):
            for row in (block, block + 1):
                page.number((199, 246, 296)[column], 124 + 11 * row, numbers[row][column])
    for row, name in enumerate(names):
        page.words(64 + 8 * bool(row), 124 + 11 * row, name, bold=not row)
    page.words(201, 124, "(R)")
    content = read_pdf(make_file(page))
    assert read_grid(content) == [
        ["*Item", "*March", "*April", "*Year"],
        ["*Total", "-152", "(R) 1,200", "88"],
        ["*Norway", "7", "-9", "102"],
        ["*Peru", "31", "64", "95"],
        ["*Chile", "4", "", "6"],
    ]
    assert "Item: Total; March: -152; April: (R) 1,200; Year: 88." in content.text


def test_a_wrapped_cell_is_one_row_between_its_lines() -> None:
    page = PageDrawing()
    page.grid([60, 120, 260, 360], [100, 115, 142, 157])
    for x, head in zip((64, 124, 264), ("Code", "Goods", "Until"), strict=True):
        page.words(x, 111, head)
    page.words(64, 125, "72.10")
    page.words(124, 125, "Timber that was felled")
    page.words(124, 137, "in the winter months")
    page.words(264, 125, "31 December")
    page.words(264, 137, "2034")
    for x, text in zip((64, 124, 264), ("72.11", "Paper", "1 May 2030"), strict=True):
        page.words(x, 153, text)
    rows = read_grid(read_pdf(make_file(page)))
    assert rows[1:] == [
        ["*72.10", "*Timber that was felled in the winter months", "31 December 2034"],
        ["*72.11", "*Paper", "1 May 2030"],
    ]


def test_filled_rows_with_white_ones_between_them() -> None:
    page = PageDrawing()
    for y in (115, 145):
        for x0, x1 in ((60, 160), (160, 220), (220, 280)):
            page.box(x0, y, x1, y + 15)
    rows = [("Country", "2030", "2031"), ("Norway", "14", "15"), ("Peru", "7", ""), ("Chile", "3", "4")]
    for index, row in enumerate([*rows, ("Kenya", "21", "20")]):
        page.words(64, 111 + 15 * index, row[0])
        for x, number in zip((216, 276), row[1:], strict=True):
            page.number(x, 111 + 15 * index, number)
    assert read_grid(read_pdf(make_file(page))) == [
        ["*Country", "*2030", "*2031"],
        ["*Norway", "14", "15"],
        ["*Peru", "7", ""],
        ["*Chile", "3", "4"],
        ["*Kenya", "21", "20"],
    ]


def test_a_line_parts_words_that_stand_close() -> None:
    page = PageDrawing()
    page.grid([60, 100, 140, 180], [100, 115, 130, 145])
    for index, row in enumerate([("Cod", "Sole", "Eel"), ("1,234", "5,678", "90"), ("12", "3", "456")]):
        for x, text in zip((100, 140, 180), row, strict=True):
            page.words(x - 23, 111 + 15 * index, text)
    assert read_grid(read_pdf(make_file(page)))[1:] == [["1,234", "5,678", "90"], ["12", "3", "456"]]


@pytest.mark.parametrize(
    ("before", "after", "entries"),
    [
        ("q 0.5 0 0 0.5 0 0 cm 2 0 0 2 0 0 cm", "Q", ""),
        ("", "", "/Rotate 90"),
        ("", "", "/CropBox[20 20 612 792]"),
    ],
    ids=["scaled", "turned", "cropped"],
)
def test_lines_are_where_they_are_seen(before: str, after: str, entries: str) -> None:
    page = PageDrawing()
    if "Rotate" in entries:
        page.draw("q 0 1 -1 0 792 0 cm")
    page.draw(before)
    page.grid([60, 200, 260], [300, 315, 330, 345])
    page.draw(after)
    for index, row in enumerate([("Country", "Tonnes"), ("Norway", "14"), ("Peru", "7")]):
        page.words(64, 311 + 15 * index, row[0])
        page.words(204, 311 + 15 * index, row[1])
    if "Rotate" in entries:
        page.draw("Q")
    rows = read_grid(read_pdf(make_file(page, page_entries=entries)))
    assert rows == [["*Country", "*Tonnes"], ["*Norway", "14"], ["*Peru", "7"]]


def test_frames_and_lines_beside_text_are_no_tables() -> None:
    page = PageDrawing()
    page.grid([50, 560], [90, 140])
    page.words(60, 110, PROSE)
    page.words(60, 122, "would last.")
    page.line(50, 200, 560, 200)
    page.line(180, 200, 180, 400)
    for index in range(4):
        page.words(60, 215 + 25 * index, f"Note {index} on this")
    for index in range(9):
        page.words(190, 215 + 12 * index, PROSE[:70])
    content = read_pdf(make_file(page))
    assert not content.tables
    assert f"{PROSE} would last." in content.text


def test_a_date_in_three_lines_and_a_white_row_within_a_frame() -> None:
    page = PageDrawing()
    page.grid([60, 300], [100, 115, 150, 165, 180])
    for y0, y1 in ((100, 115), (115, 150), (165, 180)):
        for x0, x1 in ((60, 160), (160, 230), (230, 300)):
            page.box(x0, y0, x1, y1)
    rows = [
        ("Measure", "Tonnes", "Since"),
        ("Licence", "14", "31"),
        ("Quota", "7", "1 May"),
        ("Bond", "3", ""),
    ]
    for y, row in zip((111, 126, 161, 176), rows, strict=True):
        for x, text in zip((64, 164, 234), row, strict=True):
            page.words(x, y, text)
    page.words(234, 136, "August")
    page.words(234, 146, "2029")
    assert read_grid(read_pdf(make_file(page)))[1:] == [
        ["*Licence", "14", "31 August 2029"],
        ["*Quota", "7", "1 May"],
        ["*Bond", "3", ""],
    ]
