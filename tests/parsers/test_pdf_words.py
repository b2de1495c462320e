"""PDF files: letters put together to words."""

from qa.parsers.pdf import read_pdf
from tests.support.pdf_pages import PageDrawing, make_file


def read_kerned(mode: int) -> list[list[str]]:
    """Rows of "2011", "11" and "791", drawn as browsers do: a kerned figure apart, a little back.

    Where a page holds little but columns, PDFium takes that for a new line.
    """
    page = PageDrawing()
    for row in range(6):
        page.draw(f"q .75 0 0 -.75 0 792 cm {mode} Tr")
        for x, parts in ((100, ["201", "1"]), (250, ["791"]), (400, ["1", "1"]), (550, ["201", "1"])):
            steps = " ".join(f"({part}) Tj {16 * 0.556 * len(part) - 0.6:.2f} 0 Td" for part in parts)
            page.draw(f"BT /R 16 Tf 1 0 0 -1 {x} {133 + 20 * row} Tm {steps} ET")
        page.draw("Q")
    text = read_pdf(make_file(page)).text
    return [line.replace("|", " ").split() for line in text.splitlines()]


def test_kerned_figures_are_one_number() -> None:
    assert read_kerned(0) == 6 * [["2011", "791", "11", "2011"]]


def test_words_recognised_over_a_picture_stay_apart() -> None:
    """What lies unseen over a scan may reach over the word after it."""
    assert read_kerned(3) == 6 * [["201", "1", "791", "1", "1", "201", "1"]]
