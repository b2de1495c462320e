"""Plain text: tables whose cells spaces or tabs put under each other."""

import pytest

from qa.chunking.sections import read_structure
from qa.parsers.files import parse_bytes
from qa.parsers.registry import format_named
from qa.schema import Document, Metadata

HARVEST = """The harvest was good in all regions, and prices fell.

Table 1. Harvest by region, thousand tonnes

Region              Wheat    Barley      Oats
---------------------------------------------
North                 410        88        12
Upper Ved              95         -         7
South coast         1,120       231
---------------------------------------------
Total               1,625       319        19

Source: Grain Board.

Exports are open.
"""


def read(text: str) -> Document:
    parsed = parse_bytes(
        text.encode(), format_named("text"), name="note.txt", source="note.txt", metadata=Metadata()
    )
    return parsed.to_document("note")


def grid(document: Document, number: int = 0) -> list[list[str]]:
    return [
        [("*" if cell and cell.head else "") + (cell.read(document.text) if cell else "?") for cell in row]
        for row in document.tables[number].grid()
    ]


def test_a_table_of_spaces_stands_in_the_text_of_the_file() -> None:
    document = read(HARVEST)
    assert document.text == HARVEST
    assert grid(document) == [
        ["*Region", "*Wheat", "*Barley", "*Oats"],
        ["*North", "410", "88", "12"],
        ["*Upper Ved", "95", "-", "7"],
        ["*South coast", "1,120", "231", ""],
        ["*Total", "1,625", "319", "19"],
    ]
    [table] = document.tables
    assert table.caption == "Table 1. Harvest by region, thousand tonnes"
    assert (table.unit, table.notes) == ("thousand tonnes", ("Source: Grain Board.",))


def test_no_sentence_reaches_over_the_rows_of_a_table() -> None:
    document = read(HARVEST)
    structure = read_structure(document)
    starts = {document.text.index(name) for name in ("Region ", "North", "Upper", "South", "Total")}
    assert starts <= structure.rows
    assert starts <= structure.breaks


def test_a_table_of_tabs() -> None:
    document = read("Fees\n\nPort\t2029\t2030\nHalvik\t18\t19\nOrsund\t\t12\nUpper Ved\t9\t7\n")
    assert grid(document) == [
        ["*Port", "*2029", "*2030"],
        ["*Halvik", "18", "19"],
        ["*Orsund", "", "12"],
        ["*Upper Ved", "9", "7"],
    ]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("A sentence.  Then  one\nof 12  that  is\nset in  full  width.", id="prose"),
        pytest.param("Port    Calls  Tonnes\nHalvik  35 1    99\nOrsund  9      12", id="too near"),
        pytest.param(
            "            Imports          Exports\nPort      2029  2030    2029  2030\n"
            "Halvik     410   395      88    91\nOrsund     220   231       0    12",
            id="names over several columns",
        ),
        pytest.param(
            "Port    2029  2030\n\nHalvik   410   395\nOrsund   220   231\nVed        1     2", id="apart"
        ),
        pytest.param("w    write    x\nq    quit     y\nn    next     z", id="words"),
    ],
)
def test_what_is_not_sure_is_no_table(lines: str) -> None:
    assert read(f"Before.\n\n{lines}\n\nAfter.\n").tables == ()
