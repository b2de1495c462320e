"""PDF files: what stands at the edges of pages is left out and said once; text is never taken for it."""

import pytest

from qa.parsers.pdf import read_pdf
from tests.parsers.test_pdf import LEFT, RIGHT, Text, column, make_pdf
from tests.parsers.test_pdf_raised_text import draw_pdf

MEMO: list[Text] = [
    (72, 715, 11, "May 5, 2031"),
    (72, 691, 11, "To whom it may concern:"),
    (72, 667, 11, "20,000 bottles and 200 laptops were handed over on 3 May."),
    (72, 655, 11, "It took three trucks and 15 hours."),
    (72, 631, 11, "Yours, M. Orlo"),
]


def test_two_pages_that_are_the_same_are_both_whole() -> None:
    text = read_pdf(make_pdf([MEMO, MEMO])).text
    for _, _, _, line in MEMO:
        assert text.count(line) == 2


def test_the_lines_of_a_form_that_differ_but_in_figures_are_kept() -> None:
    sums = ["4,500", "210", "16,000"]
    pages = [
        [
            (72.0, 760.0, 9.0, "Customs of Norrheim"),
            (72.0, 700.0, 11.0, f"Timber let in: {weight} tonnes"),
            *column(72, LEFT, top=640),
        ]
        for weight in sums
    ]
    content = read_pdf(make_pdf(pages))
    assert all(f"{weight} tonnes" in content.text for weight in sums)
    assert "Customs of Norrheim" not in content.text


def test_running_heads_of_left_and_right_pages() -> None:
    pages = [
        [
            (60.0 if number % 2 else 500.0, 760.0, 9.0, f"{number}"),
            (200.0, 760.0, 9.0, "Gazette of Norrheim / Vol. 90 / Notices"),
            *column(60, lines),
        ]
        for number, lines in ((40326, LEFT), (40327, RIGHT))
    ]
    content = read_pdf(make_pdf(pages))
    assert content.text == " ".join(LEFT + RIGHT)
    assert content.notes == (
        "lines at the edges of its pages are left out: “Gazette of Norrheim / Vol. 90 / Notices 40326”",
    )


@pytest.mark.parametrize("number", ["2", "Page 2 of 2", "- 2 -"])
def test_a_page_number_of_one_page(number: str) -> None:
    pages = [column(60, LEFT), [*column(60, RIGHT), (300.0, 40.0, 9.0, number)]]
    content = read_pdf(make_pdf(pages))
    assert content.text == " ".join(LEFT + RIGHT)
    assert content.notes == ()


def test_a_figure_at_the_foot_of_a_page_is_no_page_number() -> None:
    pages = [[*column(60, LEFT), (300.0, 60.0, 10.0, figure)] for figure in ("45", "73")]
    text = read_pdf(make_pdf(pages)).text
    assert "45" in text
    assert "73" in text


def test_what_a_browser_prints_around_a_page_is_left_out() -> None:
    page = [
        (24.0, 776.0, 8.0, "11/26/31, 4:03 AM"),
        (200.0, 776.0, 8.0, "Timber"),
        *column(60, LEFT),
        (24.0, 16.0, 8.0, "https://www.example.org/timber"),
        (560.0, 16.0, 8.0, "1/1"),
    ]
    content = read_pdf(make_pdf([page]))
    assert content.text == " ".join(LEFT)
    assert content.notes == (
        "lines at the edges of its pages are left out: “11/26/31, 4:03 AM Timber”, "
        "“https://www.example.org/timber 1/1”",
    )


def upright(lines: list[str]) -> str:
    shown = " ".join(f"({line}) Tj 0 -12 Td" for line in lines)
    return f"BT /R 10 Tf 72 700 Td {shown} ET"


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param("0 1 -1 0 20 300 Tm", id="left"),
        pytest.param("0 -1 1 0 596 400 Tm", id="right"),
    ],
)
def test_a_note_at_the_side_is_left_out(drawn: str) -> None:
    note = "orlo on DSK9 with NOTICES"
    content = read_pdf(draw_pdf(f"{upright(LEFT)} BT /R 6 Tf {drawn} ({note}) Tj ET"))
    assert content.text == " ".join(LEFT)
    assert content.notes == (f"lines at the edges of its pages are left out: “{note}”",)


TABLE = [("Country", "Share"), ("Norrheim", "31 pct"), ("Pellucia", "17 pct"), ("Kestoria", "14 pct")]


def turned_table(x: float) -> str:
    """A table that reads from the lower to the upper edge of the page, row by row."""
    return " ".join(
        f"BT /R 10 Tf 0 1 -1 0 {x + 14 * row} {200 + 120 * index} Tm ({cell}) Tj ET"
        for row, cells in enumerate(TABLE)
        for index, cell in enumerate(cells)
    )


def test_a_table_that_is_turned_is_read_row_by_row() -> None:
    alone = read_pdf(draw_pdf(turned_table(200))).text
    beside = read_pdf(draw_pdf(f"{upright(LEFT)} {turned_table(300)}")).text
    rows = [f"Country: {country}; Share: {share}." for country, share in TABLE[1:]]
    assert alone.splitlines() == rows
    assert beside.splitlines() == [" ".join(LEFT), "", *rows]


def test_a_label_beside_a_table_is_kept() -> None:
    label = "BT /R 8 Tf 0 1 -1 0 64 640 Tm (Imports) Tj ET"
    assert "Imports" in read_pdf(draw_pdf(f"{upright(LEFT)} {label}")).text


def test_no_line_of_the_text_is_lost() -> None:
    """Whatever line is taken out of a file, at the edge of a page too, is missing from its text."""
    pages: list[list[Text]] = []
    for number, lines in enumerate((LEFT, RIGHT, LEFT, ["It is so.", *RIGHT]), start=1):
        head: Text = (60.0, 770.0, 8.0, "Trade notes")
        foot: Text = (300.0, 24.0, 8.0, str(number))
        # The text fills the pages from edge to edge.
        pages.append([head, *column(60, lines, top=745), *column(60, lines, top=128), foot])
    whole = read_pdf(make_pdf(pages)).text
    assert "Trade notes" not in whole
    for page_index, page in enumerate(pages):
        for index in range(1, len(page) - 1):
            changed = [*pages]
            changed[page_index] = page[:index] + page[index + 1 :]
            assert len(read_pdf(make_pdf(changed)).text) < len(whole), page[index]
