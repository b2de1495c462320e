"""PDF files: raised and lowered text is no part of the figures beside it, however a program draws it."""

import pytest

from qa.parsers.pdf import read_pdf
from tests.parsers.test_pdf import assemble


def draw_pdf(stream: str) -> bytes:
    """A file of one page with this content; /R is Times-Roman, /C Courier."""
    return assemble(
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Count 1/Kids[3 0 R]>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
            "/Resources<</Font<</R 5 0 R/C 6 0 R>>>>>>",
            f"<</Length {len(stream)}>>stream\n{stream}\nendstream",
            "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>",
        ]
    )


def draw(stream: str) -> str:
    return read_pdf(draw_pdf(stream)).text


def line(*parts: str | tuple[float, float, str], size: float = 10) -> str:
    """One line in Times: a part that is a tuple has another size and stands higher (or lower)."""
    shown = []
    for part in parts:
        part_size, rise, text = (size, 0, part) if isinstance(part, str) else part
        shown.append(f"/R {part_size} Tf {rise} Ts ({text}) Tj")
    return f"BT 60 700 Td {' '.join(shown)} ET"


@pytest.mark.parametrize("size", [5.5, 6, 7, 7.5, 8.3])
@pytest.mark.parametrize("rise", [2, 3.5, 5])
def test_a_note_mark_is_no_digit(size: float, rise: float) -> None:
    text = draw(line("Exports of kelp came to 45", (size, rise, "1"), " million florins in all."))
    assert text == "Exports of kelp came to 45¹ million florins in all."


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("It cost $1,234", (7, 3, "3"), ", or so."), "It cost $1,234³, or so."),
        (("A sum \\(of 45", (7, 3, "1"), "\\) was paid."), "A sum (of 45¹) was paid."),
        (("A share of 12.5", (7, 3, "a"), " percent."), "A share of 12.5[a] percent."),
        (("Rain of 45", (7, 3, "1, 2"), " mm fell."), "Rain of 45¹,² mm fell."),
        (("A plot of 12 m", (7, 3, "2"), " was sold."), "A plot of 12 m² was sold."),
        (("No more than 10", (7, 3, "-3"), " grams."), "No more than 10⁻³ grams."),
        (("In the 5", (7, 3, "th"), " year of it."), "In the 5th year of it."),
        (("The ages of ", (7, 3, "14"), "C and of ", (7, 3, "3"), "He."), "The ages of ¹⁴C and of ³He."),
        (("The 9", (7, 3, "*"), " mills of it."), "The 9* mills of it."),
        (("Emissions of CO", (7, -2, "2"), " and H", (7, -2, "2"), "O."), "Emissions of CO2 and H2O."),
        (("A log of 4", (7, -2, "10"), " in all of it."), "A log of 4₁₀ in all of it."),
        (("It took 2", (6, 3, "1"), "/", (6, -1, "2"), " hours there."), "It took 2 1/2 hours there."),
        (("Of the same size 88", (10, 4, "5"), " tonnes."), "Of the same size 88⁵ tonnes."),
    ],
)
def test_raised_and_lowered_text(parts: tuple[str | tuple[float, float, str], ...], expected: str) -> None:
    assert draw(line(*parts)) == expected


@pytest.mark.parametrize("mark", [(6, 3, "1"), (6, 3, "1 ")])
def test_a_note_at_the_foot_begins_with_its_mark(mark: tuple[float, float, str]) -> None:
    assert draw(line(mark, "Provisional figure of 2031.")) == "¹ Provisional figure of 2031."


@pytest.mark.parametrize("x", [66, 72, 95])
def test_a_mark_far_before_its_note(x: float) -> None:
    text = draw(f"BT /R 6 Tf 60 703 Td (2) Tj ET BT /R 10 Tf {x} 700 Td (Estimated by the ministry.) Tj ET")
    assert text == "² Estimated by the ministry."


def test_a_mark_that_is_drawn_last_stands_where_it_is_seen() -> None:
    """Browsers draw what is moved by a style sheet after everything else."""
    # Courier is 0.6 wide, so the marks have 4.2 points.
    stream = (
        "BT /C 10 Tf 60 700 Td (Exports: 45) Tj 76.2 0 Td (million, or 3) Tj"
        " -76.2 -14 Td (H) Tj 10.2 0 Td (O) Tj ET"
        " BT /C 7 Tf 126 704 Td (1) Tj 94.2 0 Td (2) Tj -154.2 -20 Td (2) Tj ET"
    )
    assert draw(stream) == "Exports: 45¹ million, or 3² H2O"


@pytest.mark.parametrize("between", ["", "BT /R 10 Tf 60 740 Td (Of duties, in 2031) Tj ET "])
def test_small_capitals_and_initials_are_not_raised(between: str) -> None:
    assert draw(line("T", (7, 0, "REASURY OF"), " 2031")) == "TREASURY OF 2031"
    # A browser draws an initial before all other text.
    initial = (
        f"BT /R 24 Tf 60 686 Td (D) Tj ET {between}"
        " BT /R 10 Tf 79 700 Td (uties of 12 percent are due from the mills) Tj"
        " 0 -12 Td (of the north, as 3 of 4 of them say in this year.) Tj ET"
    )
    assert draw(initial).split("\n\n")[-1] == (
        "Duties of 12 percent are due from the mills of the north, as 3 of 4 of them say in this year."
    )


def test_smaller_text_beside_a_line_is_not_raised() -> None:
    text = draw(
        "BT /R 12 Tf 60 700 Td (Price:) Tj ET BT /R 8 Tf 96 704 Td (12 florins for each of 20 sacks) Tj ET"
    )
    assert "12 florins for each of 20 sacks" in text


def test_words_that_a_scanner_saw_a_little_apart_are_not_raised() -> None:
    """Recognition gives each word a size and a place of its own."""
    sizes = [10, 9, 8.5, 10, 9.5, 8.8, 10, 9]
    words = "Some 45 of 120 mills paid 77 florins".split()
    places = [0, 28, 42, 54, 73, 97, 118, 132]
    stream = " ".join(
        f"BT /R {size} Tf {60 + x} {700 + 2 * (index % 2)} Td ({word}) Tj ET"
        for index, (size, word, x) in enumerate(zip(sizes, words, places, strict=True))
    )
    assert draw(stream) == "Some 45 of 120 mills paid 77 florins"


def test_numbers_below_each_other_are_two() -> None:
    """PDFium finds no space between a number and one that is drawn below its last figure."""
    numbers = [(187, 668, "-152"), (195.7, 657, "7"), (231, 668, "1,200"), (240.7, 657, "-9")]
    numbers += [(289, 668, "88"), (286, 657, "102")]
    text = draw(" ".join(f"BT /R 6 Tf {x} {y} Td ({number}) Tj ET" for x, y, number in numbers))
    assert {"-152", "7", "88", "102"} <= set(text.split())
