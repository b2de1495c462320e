"""A page of a PDF as a picture, with the words of a quote boxed."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qa.errors import LoadError
from qa.parsers.pdf.page_picture import draw_page_picture
from qa.parsers.pdf.read_pdf import read_pdf
from qa.schema import PageBox

REPORT = (Path(__file__).parent.parent / "fixtures" / "pdf" / "report.pdf").read_bytes()
WRAPPED = "A World Trade Organization panel ruled largely for Canada in August 2020"


def area_is_inside(inner: PageBox, outer: PageBox) -> bool:
    return outer.left - 0.01 <= inner.left and inner.right <= outer.right + 0.01


def test_words_over_two_lines_have_a_box_on_each_and_the_answer_its_own() -> None:
    before, answer = WRAPPED.split("August 2020")[0], "August 2020"
    picture = draw_page_picture(REPORT, 2, [[(before, False), (answer, True)]], 0.5)
    quote = [box for box in picture.boxes if not box.is_answer]
    (answer_box,) = [box for box in picture.boxes if box.is_answer]
    assert len(quote) == 2
    assert quote[0].top < quote[1].top
    assert area_is_inside(answer_box, quote[1])
    assert all(0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1 for box in picture.boxes)
    # The page is dark where the words are.
    image = Image.open(io.BytesIO(picture.data))
    assert image.size == (picture.width, picture.height)
    assert picture.page_count == 7
    width, height = image.size
    points = np.asarray(image.convert("L"))
    for box in quote:
        rows = slice(int(box.top * height), int(box.bottom * height))
        assert points[rows, int(box.left * width) : int(box.right * width)].min() < 100
    assert len(picture.data) <= 300_000


def test_every_page_of_the_text_has_its_first_words_boxed() -> None:
    content = read_pdf(REPORT)
    ends = [*content.pages[1:], len(content.text)]
    for number, (start, end) in enumerate(zip(content.pages, ends, strict=True), 1):
        lines = content.text[start:end].splitlines()
        # A row of a table is told in other words than it is set.
        line = next(line for line in lines if len(line) > 60 and "; " not in line)
        assert draw_page_picture(REPORT, number, [[(line[:50], False)]], 0.0).boxes, line


def test_words_that_a_page_sets_otherwise_are_found_from_their_beginning_to_their_end() -> None:
    noted = WRAPPED.replace("panel", "panel [12]")
    assert len(draw_page_picture(REPORT, 2, [[(noted, False)]], 0.0).boxes) == 2
    assert draw_page_picture(REPORT, 2, [[("Nothing of the kind stands here.", False)]], 0.0).boxes == ()
    assert draw_page_picture(REPORT, 2, [[("", True)]], 0.0).boxes == ()


def test_of_words_that_stand_twice_the_nearest_are_boxed() -> None:
    first, last = (draw_page_picture(REPORT, 2, [[("Canada", False)]], share).boxes for share in (0.0, 1.0))
    assert first[0].top < last[0].top


@pytest.mark.parametrize("number", [0, 8, -1])
def test_a_page_that_is_not_there_is_said(number: int) -> None:
    with pytest.raises(LoadError, match=f"page {number} of 7 can't be opened"):
        draw_page_picture(REPORT, number, [], 0.0)
