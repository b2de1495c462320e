"""PDF files: reading order, structure, what is left out, and files that are made to break a reader."""

import random
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.chunking import split_into_chunks
from qa.errors import LoadError
from qa.parsers.parsed_text import ParsedContent, ParsedText
from qa.parsers.pdf import read_pdf
from qa.parsers.pdf.pdf_metadata import is_sensible_title
from qa.schema import Metadata

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pdf"

# x and y of a line's start from the lower left corner, size in points, text; bold if it begins with "*".
Text = tuple[float, float, float, str]


def make_pdf(
    pages: Sequence[Sequence[Text]],
    *,
    outline: Sequence[tuple[str, int]] = (),
    info: str = "",
    page_entries: str = "",
) -> bytes:
    """A PDF with these lines, drawn in this order; `outline` holds titles and indices of pages."""
    count = len(pages)
    first_entry = 5 + 2 * count
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(count))
    root = f" /Outlines {first_entry} 0 R" if outline else ""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{root}>>",
        f"<</Type/Pages/Count {count}/Kids[{kids}]>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Times-Bold/Encoding/WinAnsiEncoding>>",
    ]
    for index, lines in enumerate(pages):
        stream = "\n".join(
            f"BT /{'B' if text[0] == '*' else 'R'} {size} Tf {x} {y} Td ({_escaped(text)}) Tj ET"
            for x, y, size, text in lines
        )
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {6 + 2 * index} 0 R{page_entries}"
            "/Resources<</Font<</R 3 0 R/B 4 0 R>>>>>>",
            f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        ]
    if outline:
        last = first_entry + len(outline)
        objects.append(f"<</First {first_entry + 1} 0 R/Last {last} 0 R/Count {len(outline)}>>")
        for index, (title, page) in enumerate(outline, start=first_entry + 1):
            following = f"/Next {index + 1} 0 R" if index < last else ""
            objects.append(
                f"<</Title({title})/Parent {first_entry} 0 R/Dest[{5 + 2 * page} 0 R/Fit]{following}>>"
            )
    return assemble(objects, info)


def _escaped(text: str) -> str:
    return re.sub(r"([()\\])", r"\\\1", text.removeprefix("*"))


def assemble(objects: Sequence[str], info: str = "") -> bytes:
    """Objects to a file with its table of references; the first one is the root."""
    objects = [*objects, f"<<{info}>>"]
    out = b"%PDF-1.7\n"
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = (
        f"xref\n0 {size}\n0000000000 65535 f \n{table}"
        f"trailer<</Size {size}/Root 1 0 R/Info {size - 1} 0 R>>\n"
        f"startxref\n{len(out)}\n%%EOF"
    )
    return out + end.encode("latin-1")


def column(x: float, lines: Sequence[str], *, top: float = 700, size: float = 10) -> list[Text]:
    return [(x, top - 12 * index, size, line) for index, line in enumerate(lines)]


def marked_lines(content: ParsedContent) -> list[str]:
    """The lines of the text, headings with a sign for each level before them."""
    levels = {entry.start: entry.level for entry in content.structure if entry.level}
    marked = []
    start = 0
    for line in content.text.split("\n"):
        if line:
            marked.append(f"{'#' * levels[start]} {line}" if start in levels else line)
        start += len(line) + 1
    return marked


def read_fixture(name: str) -> ParsedContent:
    return read_pdf((FIXTURES / name).read_bytes())


LEFT = [
    "Softwood lumber has been a matter of",
    "dispute between the two neighbors",
    "since the early eighties, and nothing",
    "that was tried has settled it for good",
    "in all of the years that have gone by,",
    "for the mills of one side gain by what",
]
RIGHT = [
    "the mills of the other side lose every",
    "time that a new round of duties comes",
    "into force on either side of the river.",
    "Builders pay the price for it in the end,",
    "since a house takes a lot of timber and",
    "there is hardly a way around buying it.",
]
RUNNING = " ".join(LEFT + RIGHT)


def test_columns_printed_by_a_browser() -> None:
    content = read_fixture("columns.pdf")
    assert marked_lines(content) == (FIXTURES / "columns.txt").read_text(encoding="utf-8").splitlines()
    assert content.metadata.title == "The USMCA in brief"
    assert len(content.pages) == 3


def test_report_exported_by_a_word_processor() -> None:
    content = read_fixture("report.pdf")
    expected = (FIXTURES / "report.txt").read_text(encoding="utf-8").splitlines()
    lines = marked_lines(content)
    assert " ".join(lines) == " ".join(expected)
    # A paragraph that is cut by a column between two sentences looks like two.
    assert len(set(expected) - set(lines)) <= 1
    assert content.metadata.title == "Three trade briefings"
    assert content.metadata.topics == ("lumber", "customs", "Japan")
    assert content.metadata.published is not None


def test_pages_start_where_they_do() -> None:
    content = read_fixture("columns.pdf")
    starts = [content.text[start : start + 30] for start in content.pages]
    assert starts[0].startswith("The USMCA in brief")
    assert starts[1].startswith("Article 32.10 is aimed")
    assert starts[2].startswith("In the first case Washington")


@pytest.mark.parametrize("name", ["columns", "report"])
def test_what_is_cited_stands_in_the_original(name: str) -> None:
    content = read_fixture(f"{name}.pdf")
    source = "".join((FIXTURES / f"{name}.txt").read_text(encoding="utf-8").split())
    document = ParsedText(
        source="x",
        metadata=Metadata(title="x"),
        text=content.text,
        pages=content.pages,
        structure=content.structure,
        format="pdf",
    ).to_document("x")
    chunks = split_into_chunks(document, window_chars=600)
    assert len(chunks) > 3
    for chunk in chunks:
        for sentence in chunk.sentences:
            assert "".join(content.text[sentence.start : sentence.end].split()) in source


@pytest.mark.parametrize("by_line", [False, True])
def test_columns_are_read_one_after_the_other_however_they_are_drawn(by_line: bool) -> None:
    columns = [*zip(column(60, LEFT), column(320, RIGHT), strict=True)]
    texts = [text for pair in columns for text in pair] if by_line else column(60, LEFT) + column(320, RIGHT)
    title = [(60.0, 740.0, 18.0, "*A heading that reaches over both of the two columns")]
    below = [
        (
            60.0,
            600.0,
            10.0,
            "Below them a line of text goes over the full width of the page, from left to right.",
        )
    ]
    lines = marked_lines(read_pdf(make_pdf([[*title, *texts, *below]])))
    assert lines[0] == "# A heading that reaches over both of the two columns"
    assert lines[1] == RUNNING
    assert lines[2] == below[0][3]


def test_the_end_of_a_text_in_a_column_of_two_lines() -> None:
    """It stands beside a heading, which begins a little lower."""
    heading = (60.0, 716.0, 10.0, "*1. Lumber")
    end = ["the most that it can lose in a year of", "low prices, as the panel found in May."]
    pieces = [heading, *column(60, LEFT), *column(60, RIGHT, top=628), *column(320, end, top=728)]
    text = read_pdf(make_pdf([pieces])).text
    assert text.endswith(" ".join(end))
    assert f"{LEFT[0]} {LEFT[1]}" in text


def test_a_table_is_read_row_by_row() -> None:
    rows = [
        ("Country", "Tariff", "From"),
        ("Canada", "35 percent", "August"),
        ("Mexico", "25 percent", "March"),
    ]
    cells = [
        (60.0 + 150 * column_number, 680.0 - 14 * row_number, 10.0, cell)
        for row_number, row in enumerate(rows)
        for column_number, cell in enumerate(row)
    ]
    content = read_pdf(make_pdf([[(60, 720, 10, "The rates are these, as of the day of writing."), *cells]]))
    records = [
        "Country: Canada; Tariff: 35 percent; From: August.",
        "Country: Mexico; Tariff: 25 percent; From: March.",
    ]
    assert content.text.endswith("\n".join(records))
    assert [
        content.text[entry.start : entry.end] for entry in content.structure if not entry.level
    ] == records


def test_a_paragraph_stays_whole_over_a_page_and_its_footnote_stands_before_it() -> None:
    first = [*column(60, LEFT, top=140), (60.0, 50.0, 7.0, "1 See the report of the panel on this.")]
    content = read_pdf(make_pdf([first, column(60, RIGHT, top=730)]))
    note, paragraph = content.text.split("\n\n")
    assert note == "1 See the report of the panel on this."
    assert paragraph == RUNNING
    assert content.text[content.pages[1] :] == " ".join(RIGHT)


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [
        [
            (60.0, 760.0, 8.0, "Trade notes"),
            (500.0, 760.0, 8.0, f"Issue {number}"),
            *column(60, [f"On {day} nothing was decided.", "The talks go on, as all of them say."]),
            (300.0, 30.0, 8.0, f"- {number} -"),
        ]
        for number, day in enumerate(("Monday", "Tuesday", "Friday"), start=1)
    ]
    text = read_pdf(make_pdf(pages)).text
    assert "Monday" in text
    assert "Friday" in text
    assert "Trade notes" not in text
    assert "Issue" not in text
    assert "- 2 -" not in text


def test_pages_without_a_word_are_told() -> None:
    pages = [column(60, LEFT), [], column(60, RIGHT)]
    notes = ("1 of its pages (2) are without text: blank, drawn or damaged",)
    assert read_pdf(make_pdf(pages)).notes == notes


def test_pages_that_hold_only_the_same_line_keep_it() -> None:
    assert "Top secret" in read_pdf(make_pdf([[(60.0, 760.0, 12.0, "Top secret")]] * 3)).text


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["Everything that goes by sea is trans-", "ported in boxes of steel."], "is transported in"),
        (
            ["Growers' association, annual report, p.", "14. It says the same as the others do."],
            "report, p. 14. It",
        ),
        (["They agreed on a long-term plan, and the long-", "term plan was kept."], "the long-term plan was"),
        (["The power of the market, and the market-", "power of few."], "and the market-power of few"),
        (["The agreement between Canada and the non-", "EU members."], "the non-EU members"),
        (["The crop year of 2024-", "25 was a good one for all."], "of 2024-25 was"),
        (
            ["The simplifica-", "tion was slow, and more simplifica-", "tion is to come."],
            "simplification is to",
        ),
        (
            [
                "A line that is as long as the others were to be ex-",
                "plained.",
                "Here is a much longer line than all of those above it, so that they end early.",
            ],
            "were to be explained.",
        ),
    ],
)
def test_words_split_at_a_line_end(lines: list[str], expected: str) -> None:
    assert expected in read_pdf(make_pdf([column(60, lines)])).text


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_shown_turned(angle: int) -> None:
    """What is drawn sideways, as on a landscape page, is read as it is seen."""
    upright = {90: "0 1 -1 0 %d %d", 180: "-1 0 0 -1 %d %d", 270: "0 -1 1 0 %d %d"}[angle]
    steps = [12 * index for index in range(len(LEFT))]
    places = {
        90: [(100 + step, 80) for step in steps],
        180: [(500, 100 + step) for step in steps],
        270: [(500 - step, 700) for step in steps],
    }[angle]
    stream = "\n".join(
        f"BT /R 10 Tf {upright % places[index]} Tm ({line}) Tj ET" for index, line in enumerate(LEFT)
    )
    data = assemble(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 1/Kids[4 0 R]>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
            f"<</Type/Page/Parent 2 0 R/Rotate {angle}/MediaBox[0 0 612 792]/Contents 5 0 R"
            "/Resources<</Font<</R 3 0 R>>>>>>",
            f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
        ]
    )
    assert read_pdf(data).text == " ".join(LEFT)


def test_bookmarks_name_the_headings() -> None:
    lines = [
        (60.0, 720.0, 10.0, "1. The first part"),
        *column(60, LEFT),
        (60.0, 600.0, 10.0, "The second part"),
    ]
    lines += column(60, RIGHT, top=580)
    content = read_pdf(
        make_pdf([lines], outline=[("The first part", 0), ("The second part", 0), ("None", 0)])
    )
    assert marked_lines(content) == [
        "# 1. The first part", " ".join(LEFT), "# The second part", " ".join(RIGHT)
    ]  # fmt: skip


def test_items_of_a_list() -> None:
    lines = ["There are two of them, which are:", "\x95 steel from mills that melt it there,", "\x95 lumber."]
    steps = ["1. The first step is to ask.", "2. The second one is to wait."]
    content = read_pdf(make_pdf([column(60, lines) + column(60, steps, top=620)]))
    assert content.text.split("\n\n")[1:] == [
        "- steel from mills that melt it there,\n- lumber.\n" + "\n".join(steps)
    ]


def test_numbers_of_items_that_are_drawn_after_all_of_them() -> None:
    texts = ["The quota should be doubled.", "The security should fall.", "Stocks should be told each month."]
    items = [(80.0, 560.0 - 16 * number, 10.0, text) for number, text in enumerate(texts)]
    numbers = [(62.0, 560.0 - 16 * number, 10.0, f"{number + 1}.") for number in range(3)]
    text = read_pdf(make_pdf([column(60, LEFT) + items + numbers])).text
    assert text.endswith("\n".join(f"{number}. {item}" for number, item in enumerate(texts, start=1)))


def test_metadata_from_the_document_information() -> None:
    info = "/Title(The price of timber)/Keywords(wood, duties)/CreationDate(D:20250314101500Z)"
    metadata = read_pdf(make_pdf([column(60, LEFT)], info=info)).metadata
    assert metadata.title == "The price of timber"
    assert metadata.topics == ("wood", "duties")
    assert str(metadata.published) == "2025-03-14"
    assert metadata.publisher is None


def test_a_silly_title_gives_way_to_the_largest_type() -> None:
    lines = [(60.0, 740.0, 20.0, "What timber costs"), *column(60, LEFT)]
    assert (
        read_pdf(make_pdf([lines], info="/Title(Microsoft Word - a.doc)")).metadata.title
        == "What timber costs"
    )


@pytest.mark.parametrize(
    ("title", "sensible"),
    [
        ("Trade in 2025", True),
        ("Überblick", True),
        ("Microsoft Word - report.docx", False),
        ("untitled", False),
        ("quota", False),
        ("Quotas", True),
        ("Document1", False),
        ("PowerPoint Presentation", False),
        ("report_final.indd", False),
        ("report-2025-03", False),
        ("12", False),
        ("", False),
    ],
)
def test_titles(title: str, sensible: bool) -> None:
    assert is_sensible_title(title) is sensible


def test_without_a_user_password_it_is_read() -> None:
    assert read_fixture("no-copying.pdf").text.endswith("The quota for butter rose to 4,500 tonnes in 2024.")


PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</R 5 0 R>>>>>>"
DRAWN = "<</Length 42>>stream\nBT /R 12 Tf 72 700 Td (Hello, world) Tj ET  \nendstream"
FONT = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"Just text.", "damaged", id="text"),
        pytest.param(b"%PDF-1.7\n", "damaged", id="head"),
        pytest.param((FIXTURES / "columns.pdf").read_bytes()[:3000], "damaged", id="cut"),
        pytest.param((FIXTURES / "locked.pdf").read_bytes(), "password", id="locked"),
        pytest.param(make_pdf([[]]), "no text", id="blank"),
        pytest.param(
            assemble(
                [
                    "<</Type/Catalog/Pages 2 0 R>>",
                    f"<</Type/Pages/Count 100000/Kids[{'3 0 R ' * 100_000}]>>",
                    PAGE,
                ]
            ),
            "100,000 pages, at most 5,000",
            id="pages",
        ),
    ],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason) as caught:
        read_pdf(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "objects",
    [
        pytest.param(
            [
                "<</Type/Catalog/Pages 2 0 R>>",
                "<</Type/Pages/Count 9/Kids[2 0 R 3 0 R 2 0 R]>>",
                PAGE,
                DRAWN,
                FONT,
            ],
            id="pages",
        ),
        pytest.param(
            [
                "<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R>>",
                "<</Type/Pages/Count 1/Kids[3 0 R]>>",
                PAGE,
                DRAWN,
                FONT,
                "<</First 7 0 R/Last 8 0 R/Count 2>>",
                "<</Title(One)/Next 8 0 R/First 7 0 R/Dest[3 0 R/Fit]>>",
                "<</Title(Two)/Next 7 0 R/First 6 0 R/Dest[3 0 R/Fit]>>",
            ],
            id="outline",
        ),
    ],
)
def test_loops_end(objects: list[str]) -> None:
    assert read_pdf(assemble(objects)).text == "Hello, world"


def test_without_its_table_of_references_it_is_read() -> None:
    data = make_pdf([column(60, LEFT)])
    assert read_pdf(data.replace(b"startxref\n", b"startxref\n9")).text == " ".join(LEFT)


def test_damage_ends_in_a_reason_or_in_text() -> None:
    rng = random.Random(7)
    originals = [path.read_bytes() for path in sorted(FIXTURES.glob("*.pdf"))] + [
        make_pdf([column(60, LEFT), column(60, RIGHT)], outline=[("Softwood", 0)])
    ]
    for _ in range(60):
        data = bytearray(rng.choice(originals))
        for _ in range(rng.choice([1, 5, 50])):
            offset = rng.randrange(len(data))
            match rng.randrange(3):
                case 0:
                    data[offset] ^= 1 << rng.randrange(8)
                case 1:
                    del data[offset : offset + rng.choice([1, 10, 500])]
                case _:
                    data[offset:offset] = rng.randbytes(20)
        try:
            content = read_pdf(bytes(data))
        except LoadError as error:
            assert "\n" not in str(error)  # noqa: PT017 - most of these files can be read no longer
        else:
            assert list(content.pages) == sorted(content.pages)
            assert all(entry.end <= len(content.text) for entry in content.structure)


def test_a_short_paragraph_in_larger_type_is_no_heading() -> None:
    """Where annexes are set smaller than the text, and are longer."""
    text = [*column(60, LEFT, size=11, top=740), (60.0, 640.0, 11.0, "Nothing else was said of it.")]
    text += column(60, RIGHT, size=11, top=600)
    annex = column(60, [*LEFT, *RIGHT] * 4, size=9)
    assert "Nothing else was said of it." in marked_lines(read_pdf(make_pdf([text, annex])))


def test_short_columns_below_longer_ones() -> None:
    """What reaches over both columns parts them from a few lines below it."""
    across = [
        (60.0, 600.0, 10.0, "Below them a line of text goes over both of the columns, from left to right.")
    ]
    short = column(60, ["The quota for linseed is cut by", "8 percent in the year of 2031."], top=570)
    notes = column(320, ["Of the mills in the south, some", "have been shut since 2028."], top=566)
    text = read_pdf(make_pdf([column(60, LEFT) + column(320, RIGHT) + across + short + notes])).text
    assert "The quota for linseed is cut by 8 percent in the year of 2031." in text
    assert "Of the mills in the south, some have been shut since 2028." in text
