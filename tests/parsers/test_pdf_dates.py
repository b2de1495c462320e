"""PDF files: the day of publication is what the first page says, before that on which the file was made."""

from datetime import date

import pytest

from qa.parsers.pdf import read_pdf
from tests.parsers.test_pdf import LEFT, RIGHT, Text, column, make_pdf

CREATED = "/CreationDate(D:20330102101500Z)"


def page(head: list[str], foot: str = "") -> list[Text]:
    lines: list[Text] = [(60.0, 740.0 - 20 * index, 10.0, text) for index, text in enumerate(head)]
    below: list[Text] = [(60.0, 30.0, 8.0, foot)] if foot else []
    return [*lines, *column(60, LEFT + RIGHT, top=700 - 20 * len(head)), *below]


@pytest.mark.parametrize(
    ("head", "foot", "published"),
    [
        (["*Salt prices", "Published 21 October 2031"], "", date(2031, 10, 21)),
        (["*Salt prices", "Released: Tuesday, 5 May 2031, 10:00"], "", date(2031, 5, 5)),
        (["*Salt prices", "18 September 2031"], "", date(2031, 9, 18)),
        (["*Salt prices", "M. Orlo, 4 April 2031"], "", date(2031, 4, 4)),
        (["*Salt prices", "Date: 2031-04-04"], "", date(2031, 4, 4)),
        (["*Salt prices", "October 2031"], "", date(2031, 10, 1)),
        (["Norrheim Gazette / Vol. 90, No. 158 / Tuesday, August 19, 2031 / Notices", "*Salt"], "",
         date(2031, 8, 19)),
        (["*Regulation on salt", "of 19 May 2031", "The minister orders:"], "", date(2031, 5, 19)),
        (["*Salt prices", "Held at Harrow on 11 March 2031"], "", date(2031, 3, 11)),
        (["*Salt prices", "Updated 2 February 2031"], "", date(2031, 2, 2)),
        (["*Salt prices", "12 January 2031", "Updated 2 February 2031"], "", date(2031, 1, 12)),
        (["*Salt prices"], "Issued 3 March 2031 by the Office of Salt", date(2031, 3, 3)),
        (["*Salt prices", "Published 21 October 2031", "Data as of 30 June 2031"], "", date(2031, 10, 21)),
    ],
)  # fmt: skip
def test_the_first_page_names_the_day(head: list[str], foot: str, published: date) -> None:
    content = read_pdf(make_pdf([page(head, foot)], info=CREATED))
    assert content.metadata.published == published
    assert content.notes == ()


def test_a_running_head_is_no_text_that_ends_the_head() -> None:
    lines = [
        (60.0, 770.0, 10.0, "Ministry of Commerce of Vessland, Harrow"),
        (400.0, 770.0, 10.0, "Trade Policy Note 7/2031"),
    ]
    content = read_pdf(make_pdf([[*lines, *page(["*Salt prices", "Harrow, 14 April 2031"])]], info=CREATED))
    assert content.metadata.published == date(2031, 4, 14)


@pytest.mark.parametrize(
    "line",
    [
        "Comments are due by 5 May 2031",
        "Effective 5 May 2031",
        "Duties from 5 May 2031",
        "Proclamation of 2 April 2031",
    ],
)
def test_another_day_is_not_that_of_publication(line: str) -> None:
    content = read_pdf(make_pdf([page(["*Salt prices", line])], info=CREATED))
    assert content.metadata.published == date(2033, 1, 2)
    assert content.notes == (
        "its date, 2033-01-02, is the day on which the file was made: no other is named",
    )


def test_of_several_days_none_is_taken_but_that_of_the_file() -> None:
    head = ["*Salt prices", "4 April 2031", "5 May 2031"]
    content = read_pdf(make_pdf([page(head)], info=CREATED))
    assert content.metadata.published is None
    assert content.notes == ("its first page names several days: none is taken for that of its publication",)
    content = read_pdf(make_pdf([page(head)], info="/CreationDate(D:20310505101500Z)"))
    assert content.metadata.published == date(2031, 5, 5)
    assert content.notes == ()
