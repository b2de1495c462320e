"""PDF files: typewritten columns are read one after the other, however the words are spread over them."""

import textwrap

import pytest

from qa.parsers.pdf import read_pdf
from tests.parsers.test_pdf_raised_text import draw_pdf

LEFT = (
    "The council met on Monday to hear what the mills had to say about the levy on timber, which they have "
    "paid since the spring of 2029. Most of them held that 12 percent is too much, while the yards asked "
    "for more. No vote was taken, and the matter will come up again in June when the figures are in."
)
RIGHT = (
    "Prices of salt rose by 4 florins in the north, where the pans were flooded, and by 2 florins in the "
    "south. The ministry said that stocks would last until the autumn. Traders from the coast doubt it."
)


def spread(line: str, width: int) -> str:
    """A line with its words spread over the width, as a typewriter does it; not the last one."""
    words = line.split()
    if len(line) < 0.7 * width:
        return line
    spaces, rest = divmod(width - sum(map(len, words)), len(words) - 1)
    return "".join(
        word + " " * (spaces + (index < rest)) for index, word in enumerate(words[:-1])
    ) + words[-1]  # fmt: skip


def type_lines(lines: list[str]) -> str:
    shown = " ".join(f"({line}) Tj 0 -11 Td" for line in lines)
    return f"BT /C 9 Tf 50 760 Td {shown} ET"


@pytest.mark.parametrize(("width", "gap"), [(36, 3), (30, 6), (34, 4), (40, 2)])
@pytest.mark.parametrize("spreads", [False, True])
def test_two_columns_typed_line_by_line(width: int, gap: int, spreads: bool) -> None:
    left, right = textwrap.wrap(LEFT, width), textwrap.wrap(RIGHT, width)
    if spreads:
        left, right = ([spread(line, width) for line in lines] for lines in (left, right))
    right += [""] * (len(left) - len(right))
    rows = [first.ljust(width) + " " * gap + second for first, second in zip(left, right, strict=True)]
    assert read_pdf(draw_pdf(type_lines(rows))).text.split("\n\n") == [LEFT, RIGHT]


def test_a_typewritten_table_keeps_its_cells() -> None:
    rows = ["Country    Mills that saw   Share"]
    countries = {
        "Norrheim": ("timber and oak", 12),
        "Pellucia": ("pine and birch", 34),
        "Kestoria": ("larch for boats", 5),
        "Sorvane": ("none any longer", 0),
        "Maravel": ("oak for barrels", 9),
        "Quillan": ("beech and oak", 7),
    }
    rows += [f"{country:9}  {mills:15}  {share} pct" for country, (mills, share) in countries.items()]
    content = read_pdf(draw_pdf(type_lines(rows)))
    assert "Country: Pellucia; Mills that saw: pine and birch; Share: 34 pct." in content.text
