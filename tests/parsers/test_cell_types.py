"""What cells look like, and which rows and columns of a table name the others."""

import pytest

from qa.parsers.cell_types import type_of_cell
from qa.parsers.head_columns import count_head_columns
from qa.parsers.table_heads import HeadRows, Texts, find_head_rows, used_columns


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1,234.6m", "value"),
        ("(12.5)", "value"),
        ("USD 12.5", "value"),
        ("US$ 2,500", "value"),
        ("12 kt", "value"),
        ("77.4%", "value"),
        ("<0.5", "value"),
        ("2023", "label"),
        ("2022/23", "label"),
        ("2023p", "label"),
        ("2023-01-31", "label"),
        ("USD 2024", "label"),
        ("10-49", "label"),
        ("250+", "label"),
        ("0201", "label"),
        ("(3)", "label"),
        ("GDP 2023", "text"),
        ("MFN 2023", "text"),
        ("CZ90", "text"),
        ("Jan-24", "label"),
        ("..", "missing"),
        ("n/a", "missing"),
        ("–", "missing"),
        ("#N/A", "missing"),
        (":", "missing"),
    ],
)
def test_kinds_of_cells(text: str, kind: str) -> None:
    assert type_of_cell(text) == kind


def table(text: str) -> list[Texts]:
    return [
        {column: cell.strip() for column, cell in enumerate(line.split("|")) if cell.strip()}
        for line in text.strip().splitlines()
    ]


CASES = {
    "capitals and a year are no amount": (
        "Country|GDP 2023|MFN 2023\nPeru|412|6\nChile|298|9",
        HeadRows(0, 1),
    ),
    "dollars of a year": ("Country|USD 2024|EUR 2024\nPeru|412|6\nChile|298|9", HeadRows(0, 1)),
    "amounts": ("Peru|USD 2024|EUR 2030\nChile|USD 1950|EUR 7", HeadRows(0, 0)),
    "years over numbers like years": (
        "Parish|1990|2000|2010\nKol|2011|2105|1985\nBor|1990|2999|310",
        HeadRows(0, 1),
    ),
    "numbers like years below names": (
        "Country|Exports|Imports\nPeru|1985|2010\nChile|312|45",
        HeadRows(0, 1),
    ),
    "classes": ("Branch|0-9|10-49|50+\nWool|412|31|6\nSalt|298|22|9", HeadRows(0, 1)),
    "codes": ("Country|8703|8704|8708\nPeru|41.5|3.1|6\nChile|298|9|9.5", HeadRows(0, 1)),
    "sizes": ("Port|20 ft|40 ft\nKol|412|31\nBor|298|9", HeadRows(0, 1)),
    "units below names": ("Country|Exports|Share\n|US$ m|%\nPeru|412|6\nChile|298|9", HeadRows(0, 2)),
    "two languages": (
        "Pays|Exportations|Part\nCountry|Exports|Share\nPeru|412|6\nChile|298|9",
        HeadRows(0, 2),
    ),
    "columns counted": ("Country|Exports|Share\n(1)|(2)|(3)\nPeru|412|6\nChile|298|9", HeadRows(0, 2)),
    "three rows": (
        "Good|Imports||||Exports|||\n|2022||2023||2022||2023|\n|kt|%|kt|%|kt|%|kt|%\nWool|1|2|3|4|5|6|7|8\nTea|9|1|2|3|4|5|6|7",
        HeadRows(0, 3),
    ),
    "a group below the names": ("Country|2022|2023\nEurope||\nPeru|41|6\nAsia||\nChile|29|9", HeadRows(0, 1)),
    "nothing known in the first row": ("Country|2022|2023\nPeru|..|n/a\nChile|298|9", HeadRows(0, 1)),
    "a word instead of numbers": (
        "Country|Exports|Imports\nPeru|secret|secret\nChile|298|9\nBolivia|7|8",
        HeadRows(0, 1),
    ),
    "properties above": (
        "Unit:|tonnes||\nSource|Office||\nCountry|2021|2022|2023\nPeru|41|6|7\nChile|29|9|8",
        HeadRows(2, 1),
    ),
    "properties": ("Report|Trade in wool\nYear|2023\nTotal exports|412\nTotal imports|298", HeadRows(0, 0)),
    "dates and prices": ("Date|Price\n2023-01-01|412\n2023-02-01|298", HeadRows(0, 1)),
    "no names": ("Peru|412|6\nChile|298|9", HeadRows(0, 0)),
    "small numbers": ("a|b|c\n1|2|3\n4|5|6\n7|8|9", HeadRows(0, 1)),
}


@pytest.mark.parametrize("case", CASES)
def test_which_rows_name_columns(case: str) -> None:
    text, expected = CASES[case]
    rows = table(text)
    assert find_head_rows(rows, used_columns(rows), likely=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Peru|412|6\nChile|298|9", 1),
        ("2021|412|6\n2022|298|9", 1),
        ("Peru|2021|6\nPeru|2022|9\nChile|2021|4", 2),
        ("North|Peru|6\nNorth|Chile|9\nSouth|Bolivia|3", 2),
        ("Peru|Lima|6\nChile|Santiago|9", 1),
        ("0101|Horses|6\n0102|Cattle|9", 2),
        ("1|Peru|6\n2|Chile|9\n3|Bolivia|4", 2),
        ("8703|412.5|6\n8704|298.5|9\n8708|31.5|4", 1),
        ("12|412|6\n7|298|9", 0),
    ],
)
def test_which_columns_name_rows(text: str, expected: int) -> None:
    rows = table(text)
    assert count_head_columns(rows, used_columns(rows)) == expected
