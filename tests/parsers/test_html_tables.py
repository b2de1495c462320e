"""Tables of web pages: their cells with the right heads, whatever the markup."""

import pytest

from qa.parsers.parsed_text import ParsedContent
from qa.parsers.web.html import read_html
from qa.schema import Table
from tests.support.office import lines


def read(table: str) -> ParsedContent:
    text = "The office counts glue that passes the border, by kind and by year, and gives the numbers below."
    return read_html(f"<html><body><h1>Glue</h1><p>{text}</p>{table}</body></html>".encode())


def cells(content: ParsedContent) -> list[list[str]]:
    """The cells of its one table, row by row; heads with a star, spans as rows x columns."""
    (table,) = content.tables
    return [
        [
            ("*" if cell.head else "")
            + cell.read(content.text)
            + (f" {cell.rowspan}x{cell.colspan}" if cell.rowspan * cell.colspan > 1 else "")
            for cell in row
        ]
        for row in table.rows
    ]


def heads_of(content: ParsedContent, value: str) -> tuple[set[str], set[str]]:
    """The names to the left of a value and above it."""
    table: Table = content.tables[0]
    grid = table.grid()
    for row in grid:
        for column, cell in enumerate(row):
            if cell is not None and cell.read(content.text) == value:
                left = {other.read(content.text) for other in row if other is not None and other.head}
                above = {
                    head.read(content.text)
                    for above_row in grid[: table.head_row_count()]
                    if (head := above_row[column]) is not None
                }
                return left, above
    raise AssertionError(f"{value} is in no cell")


TWO_ROW_HEAD = (
    "<table><caption>Imports of glue, in thousands of barrels</caption><thead><tr><th rowspan=2>Kind</th>"
    "<th colspan=2>2029</th><th colspan=2>2030</th></tr><tr><th>Q1</th><th>Q2</th><th>Q1</th><th>Q2</th></tr>"
    "</thead><tbody><tr><th>Bone<br>glue</th><td>10</td><td>11<sup>a</sup></td><td>12</td><td>&ndash;</td></tr>"
    "<tr><th>Hide glue</th><td>1&nbsp;030</td><td></td><td>0</td><td>33</td></tr></tbody></table>"
    "<p>a: provisional.</p>"
)


def test_a_head_of_two_rows_with_spans() -> None:
    content = read(TWO_ROW_HEAD)
    assert cells(content) == [
        ["*Kind 2x1", "*2029 1x2", "*2030 1x2"],
        ["*Q1", "*Q2", "*Q1", "*Q2"],
        ["*Bone glue", "10", "11[a]", "12", "–"],
        ["*Hide glue", "1 030", "", "0", "33"],
    ]
    table = content.tables[0]
    assert table.caption == "Imports of glue, in thousands of barrels"
    assert table.unit == "thousands of barrels"
    assert table.notes == ("a: provisional.",)
    assert heads_of(content, "12") == ({"Bone glue"}, {"2030", "Q1"})


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        # Blank cells keep their place, and blank is not zero.
        (
            "<tr><th></th><th>2029</th><th>2030</th></tr><tr><th>Bone</th><td></td><td>5</td></tr>"
            "<tr><th>Fish</th><td>0</td><td>-</td></tr>",
            [["", "*2029", "*2030"], ["*Bone", "", "5"], ["*Fish", "0", "-"]],
        ),
        # Names of rows over several rows.
        (
            "<tr><th>Land<th>Kind<th>2030</tr><tr><th rowspan=2>Norland</th><th>Bone</th><td>1</td></tr>"
            "<tr><th>Fish</th><td>2</td></tr>",
            [["*Land", "*Kind", "*2030"], ["*Norland 2x1", "*Bone", "1"], ["*Fish", "2"]],
        ),
        # A line over the whole width names the rows below it, and not the columns.
        (
            "<tr><th>Kind<th>2030</tr><tr><th colspan=2>Imports</th></tr><tr><td>Bone</td><td>1</td></tr>"
            "<tr><th colspan=2>Exports</th></tr><tr><td>Bone</td><td>2</td></tr>"
            "<tr><td>Fish</td><td>3</td></tr>",
            [
                ["", "*Kind", "*2030"],
                ["*Imports", "*Bone", "1"],
                ["*Exports 2x1", "*Bone", "2"],
                ["*Fish", "3"],
            ],
        ),
        # A list in a cell, and lines that are values.
        (
            "<tr><th>Post<th>Hours<th>Lanes</tr><tr><td>Kolsund</td><td><ul><li>Monday to Friday: 06:00 to"
            " 22:00</li><li>Saturday: 08:00 to 14:00</li></ul></td><td>4<br>6</td></tr>",
            [
                ["*Post", "*Hours", "*Lanes"],
                ["*Kolsund", "Monday to Friday: 06:00 to 22:00; Saturday: 08:00 to 14:00", "4; 6"],
            ],
        ),
        # A table in a cell.
        (
            "<tr><th>Kind<th>2030</tr><tr><td>Bone</td><td><table><tr><td>import</td><td>5</td></tr><tr>"
            "<td>export</td><td>4</td></tr></table></td></tr><tr><td>Fish glue of the north</td>"
            "<td>7</td></tr>",
            [["*Kind", "*2030"], ["*Bone", "import 5; export 4"], ["*Fish glue of the north", "7"]],
        ),
        # Signs in columns of their own.
        (
            "<tr><th>Item<th><th>2029<th><th>2030<th></tr><tr><td>Bone</td><td>$</td><td>1,030</td><td>$</td>"
            "<td>(12</td><td>)</td></tr><tr><td>Fish</td><td></td><td>20</td><td></td><td>7</td><td></td></tr>",
            [["*Item", "*2029", "*2030"], ["*Bone", "$1,030", "$(12)"], ["*Fish", "20", "7"]],
        ),
        (
            "<tr><th>Item<th>Currency<th>2029</tr><tr><td>Bone</td><td>$</td><td>1,030</td></tr>",
            [["*Item", "*Currency", "*2029"], ["*Bone", "$", "1,030"]],
        ),
        # The head repeats the shape of nothing: rows of different lengths.
        (
            "<tr><th>Kind<th>2029<th>2030</tr><tr><td>Bone</td><td colspan=2>12</td></tr><tr><td>Fish</td>"
            "<td>3</td><td>4</td></tr>",
            [["*Kind", "*2029", "*2030"], ["*Bone", "12 1x2"], ["*Fish", "3", "4"]],
        ),
    ],
)
def test_cells(markup: str, expected: list[list[str]]) -> None:
    assert cells(read(f"<table>{markup}</table>")) == expected


def test_a_title_row_is_a_caption_and_a_foot_a_note() -> None:
    content = read(
        "<table><tr><th colspan=2>Imports, tonnes</th></tr><tr><th>Kind</th><th>2030</th></tr>"
        "<tfoot><tr><td colspan=2>Source: customs office.</td></tr></tfoot><tr><td>Bone</td><td>1</td></tr>"
        "</table>"
    )
    assert cells(content) == [["*Kind", "*2030"], ["*Bone", "1"]]
    table = content.tables[0]
    assert (table.caption, table.unit) == ("Imports, tonnes", "tonnes")
    assert table.notes == ("Source: customs office.",)
    assert lines(content)[-1] == "Source: customs office."


def test_the_caption_of_a_figure_names_its_table() -> None:
    content = read(
        "<figure><table><tr><th>Kind</th><th>2030</th></tr><tr><td>Bone</td><td>1</td></tr></table>"
        "<figcaption>Table 3. Exports of glue, US$ million</figcaption></figure>"
    )
    assert content.tables[0].caption == "Table 3. Exports of glue, US$ million"
    assert content.text.count("Table 3.") == 1


def test_a_table_by_its_roles() -> None:
    content = read(
        "<div role=table><div role=row><span role=columnheader>Kind</span><span role=columnheader>2030</span>"
        "</div><div role=rowgroup><div role=row><span role=cell>Bone</span><span role=cell>10</span></div>"
        "</div></div>"
    )
    assert cells(content) == [["*Kind", "*2030"], ["*Bone", "10"]]


@pytest.mark.parametrize(
    "markup",
    [
        "<table role=presentation><tr><td>One</td><td>Two</td></tr><tr><td>a</td><td>b</td></tr></table>",
        "<table><tr><td><h2>Head</h2><p>One side of the page.</p></td><td>The other</td></tr></table>",
        f"<table><tr><td>{'Long text. ' * 80}</td><td>Side</td></tr><tr><td>a</td><td>b</td></tr></table>",
    ],
)
def test_tables_that_place_the_parts_of_a_page_are_none(markup: str) -> None:
    assert read(markup).tables == ()


def test_a_table_inside_one_that_places_parts() -> None:
    content = read(f"<table><tr><td>{TWO_ROW_HEAD}</td><td><p>Beside it.</p></td></tr></table>")
    assert heads_of(content, "12") == ({"Bone glue"}, {"2030", "Q1"})
    assert "Beside it." in content.text


def test_spans_without_measure_are_bounded() -> None:
    content = read(
        "<table><tr><th>a</th><th>b</th></tr>" + "<tr><td rowspan=0>x</td><td colspan=99999>y</td></tr>" * 300
    )
    assert len(content.text) < 200_000
