"""PDF files: words that a line is drawn through are no part of the text."""

import pytest

from qa.parsers.pdf import read_pdf
from tests.support.pdf_pages import PageDrawing, make_file, read_grid

_NOTE = "left out: struck-out text"


def draw_sentence(y: float = 100) -> PageDrawing:
    """A page with a quota that was replaced: "4,700 tonnes" reaches from 172 to 225."""
    page = PageDrawing()
    for x, words in (
        (60, "The quota for cured fish is"),
        (172, "4,700 tonnes"),
        (228, "5,200 tonnes a year."),
    ):
        page.words(x, y, words)
    return page


@pytest.mark.parametrize("height", [2.0, 3.0, 4.0])
def test_words_with_a_line_through_them_are_left_out(height: float) -> None:
    page = draw_sentence()
    page.line(172, 100 - height, 225, 100 - height)
    content = read_pdf(make_file(page))
    assert content.text == "The quota for cured fish is 5,200 tonnes a year."
    assert _NOTE in content.notes


@pytest.mark.parametrize(
    ("left", "right", "height"),
    [
        pytest.param(172, 225, -1.2, id="underlined"),
        pytest.param(172, 225, 7.5, id="overlined"),
        pytest.param(20, 500, 3.0, id="a line of a table or drawing"),
    ],
)
def test_other_lines_strike_nothing_out(left: float, right: float, height: float) -> None:
    page = draw_sentence()
    page.line(left, 100 - height, right, 100 - height)
    content = read_pdf(make_file(page))
    assert "4,700 tonnes 5,200 tonnes" in content.text
    assert _NOTE not in content.notes


def test_a_part_of_a_word_is_struck_out() -> None:
    """Tracked changes stand side by side without a space."""
    page = PageDrawing()
    page.words(60, 100, "The quota is 4,7005,200 tonnes.")  # "4,700" reaches from 111.5 to 134
    page.line(111.6, 97, 134, 97)
    assert read_pdf(make_file(page)).text == "The quota is 5,200 tonnes."


def test_a_struck_cell_is_blank() -> None:
    page = PageDrawing()
    page.grid((50, 150, 250, 350), (100, 120, 140, 160))
    for row, texts in enumerate([("Port", "2029", "2030"), ("Orsund", "410", "395"), ("Tolmen", "77", "80")]):
        for column, text in enumerate(texts):
            page.words(55 + 100 * column, 114 + 20 * row, text)
    page.line(155, 131, 170, 131)
    content = read_pdf(make_file(page))
    assert read_grid(content) == [
        ["*Port", "*2029", "*2030"],
        ["*Orsund", "", "395"],
        ["*Tolmen", "77", "80"],
    ]
    assert _NOTE in content.notes


def test_words_that_a_reader_has_struck_out_in_a_viewer() -> None:
    quad = "172 699 225 699 172 690 225 690"
    marks = f"/Annots[<</Type/Annot/Subtype/StrikeOut/Rect[172 690 225 699]/QuadPoints[{quad}]>>]"
    content = read_pdf(make_file(draw_sentence(), page_entries=marks))
    assert content.text == "The quota for cured fish is 5,200 tonnes a year."
    assert _NOTE in content.notes
