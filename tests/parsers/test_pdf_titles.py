"""PDF files: the title is the document's own name, not that of who issues it, of a series or of a program."""

import pytest

from qa.parsers.pdf import read_pdf
from qa.parsers.pdf.title_lines import is_masthead, is_no_title, is_section_name
from tests.parsers.test_pdf import LEFT, RIGHT, Text, column, make_pdf, marked_lines

# Sizes and words of lines from the top down; bold if they begin with "*".
Head = list[tuple[float, str]]


def page(head: Head, *, body: list[str] = LEFT + RIGHT) -> list[Text]:
    lines: list[Text] = []
    y = 740.0
    for size, text in head:
        # Lines of one size stand close together, others apart.
        y -= (1.15 if lines and lines[-1][2] == size else 1.9) * size
        lines.append((60.0, y, size, text))
    return lines + column(60, body, top=y - 30)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        pytest.param(
            [(20, "*DEPARTMENT OF WEIGHTS"), (12, "*Duties on Kitchen Scales"), (10, "A note.")],
            "Duties on Kitchen Scales",
            id="masthead",
        ),
        pytest.param(
            [(16, "*Ministry of Agriculture of Sorvane"), (14, "PRESS RELEASE No. 12/2031"),
             (13, "5 May 2031"), (12, "*Rice stocks are up"), (10.5, "*Contact: press@example.org")],
            "Rice stocks are up",
            id="press release",
        ),
        pytest.param(
            [(22, "WORKING PAPER No 455"), (18, "*The price of kelp:"), (18, "*who pays for the levy?"),
             (12, "Orla Quist and M. Orlo")],
            "The price of kelp: who pays for the levy?",
            id="working paper",
        ),
        pytest.param(
            [(22, "*Norrheim Trade Quarterly"), (11, "Vol. 12, No. 3"), (16, "*Salt after the flood")],
            "Salt after the flood",
            id="journal",
        ),
        pytest.param([(20, "*Norrheim Trade Quarterly")], "Norrheim Trade Quarterly", id="journal alone"),
        pytest.param(
            [(18, "*MEMORANDUM"), (10, "To: the board"), (10, "From: M. Orlo"),
             (10, "Subject: Duties on oak and larch")],
            "Duties on oak and larch",
            id="memorandum",
        ),
        pytest.param(
            [(20, "*Reform of the Central Bank"), (10, "Orla Quist"), (14, "*1. Introduction")],
            "Reform of the Central Bank",
            id="about a bank",
        ),
        pytest.param(
            [(20, "*Exports of machinery¹"), (20, "*October 2031"), (14, "*Summary")],
            "Exports of machinery October 2031",
            id="with its month",
        ),
        pytest.param(
            [(20, "*Exports of timber, third quarter¹,²"), (10, "Orla Quist")],
            "Exports of timber, third quarter",
            id="comma",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "info", ["/Title(Microsoft Word - final_v3.docx)", "/Title(DEPARTMENT OF WEIGHTS)", ""]
)
def test_title(head: Head, title: str, info: str) -> None:
    head = [(size, text.replace("¹", "\xb9").replace("²", "\xb2")) for size, text in head]
    assert read_pdf(make_pdf([page(head)], info=info)).metadata.title == title


NOTICE: Head = [
    (10, "*DEPARTMENT OF WEIGHTS"),
    (9, "*Office of Scales and Measures"),
    (8, "*[Docket No. 310-22]"),
    (10, "*Duties on Kitchen Scales From"),
    (10, "*Syldavia; Final Rule"),
    (9, "AGENCY: Office of Scales and Measures, Department of Weights."),
]


def test_a_notice_is_called_by_what_stands_before_its_agency() -> None:
    content = read_pdf(make_pdf([page(NOTICE)]))
    assert content.metadata.title == "Duties on Kitchen Scales From Syldavia; Final Rule"


def test_a_file_with_parts_of_other_notices_is_called_by_the_one_that_goes_on() -> None:
    first = [
        *page(NOTICE),
        (60.0, 300.0, 10.0, "*Office of Salt"),
        (60.0, 280.0, 10.0, "*Sales of Salt From the Pans"),
        (60.0, 264.0, 9.0, "AGENCY: Office of Salt, Department of Weights."),
        *column(60, LEFT, top=240),
    ]
    last = [*column(60, RIGHT), *((x, y - 300, size, text) for x, y, size, text in page(NOTICE))]
    assert read_pdf(make_pdf([first, last])).metadata.title == "Sales of Salt From the Pans"


def test_headings_that_stand_apart_are_not_one() -> None:
    head = ["*Office of Scales and Measures", "*[Docket No. 310-22]", "*Duties on Kitchen Scales: Final Rule"]
    lines: list[Text] = [(60.0, 740.0 - 20 * index, 11.0, text) for index, text in enumerate(head)]
    marked = marked_lines(read_pdf(make_pdf([lines + column(60, LEFT, top=680)])))
    assert [line.lstrip("# ") for line in marked[:3]] == [text[1:] for text in head]


@pytest.mark.parametrize(
    ("x", "title", "expected"),
    [
        (60, "THE PRICE OF KELP IN 2031", "THE PRICE OF KELP IN 2031"),
        (106, "The price of kelp", "The price of kelp"),
        (60, "MINISTRY OF SALT", None),
        (60, "Dear M. Orlo,", None),
    ],
)
def test_a_title_in_the_type_of_the_text(x: float, title: str, expected: str | None) -> None:
    lines: list[Text] = [(x, 740.0, 10.0, title), *column(60, LEFT + RIGHT)]
    assert read_pdf(make_pdf([lines])).metadata.title == expected


@pytest.mark.parametrize(
    "text",
    [
        "DEPARTMENT OF COMMERCE",
        "Bureau of Industry and Security",
        "Ministry of agriculture",
        "U.S. International Trade Commission",
        "European Central Bank",
        "Executive Office of the President",
    ],
)
def test_mastheads(text: str) -> None:
    assert is_masthead(text)


@pytest.mark.parametrize(
    "text",
    [
        "News release", "Working Paper Series No. 455", "[Docket No. 240814-0099]",
        "XRIN 0694-XC132", "RIN 0694-AJ55",
        "15 CFR Part 744", "18 September 2031", "Tuesday, August 19, 2031", "Q3 2031",
        "Executive Order 14257 of April 2, 2031",
        "To: the board", "Dear Sir,", "By Orla Quist", "https://example.org/a", "WT/DS512/R", "DRAFT",
    ],
)  # fmt: skip
def test_lines_that_are_no_title(text: str) -> None:
    assert is_no_title(text)


@pytest.mark.parametrize(
    "text",
    [
        "From Farm to Fork", "To the mills of Norrheim", "Case studies of 12 ports", "May we trade?",
        "March of the mills",
        "12 facts about kelp", "Letter from Sorvane", "Draft budget for 2031", "Annual Report 2030",
        "Bank Lending Survey",
        "Department of Commerce Announces New Tariffs", "Sorvane rice bulletin, October 2024",
    ],
)  # fmt: skip
def test_lines_that_may_be_titles(text: str) -> None:
    assert not is_masthead(text)
    assert not is_no_title(text)
    assert not is_section_name(text)
