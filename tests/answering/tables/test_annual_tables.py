"""Tables as a statistics office prints them: units above them, months beside quarters, indices."""

from functools import cache

import pytest

from qa.answering.tables.cell_answer import answer_from_tables
from qa.answering.tables.cell_verdict import decide_by_cells
from qa.answering.tables.table_answer import TableAnswer
from qa.query.query import SubQuestion
from qa.schema import SourceTable
from tests.support.table_documents import tables_of

_ANNUAL = """# Trade of Pelmar

## Exports by partner

Table 1. Exports by country of destination

Million tildes, f.o.b.

| Partner | 2030 | 2031r | 2032p |
|---|---|---|---|
| Orvand | 512.4 | 655.8 | 702.4 p |
| of which: free port of Kessel | 61.3 | .. | 91.5 |
| Brask | 287.5 | 389.1 | 431.7 |
| Upper Tarn | 143.9 | 168.6 | 175.4 |
| Lower Tarn | 88.2 | 94.7 | 86.1 |
| Other partners | 930.2 | 941.1 | 950.3 |
| Total, all partners | 1962.2 | 2249.3 | 2345.9 |

## Imports by partner

Table 2. Imports by country of origin

Million tildes, c.i.f.

| Partner | 2030 | 2031r | 2032p |
|---|---|---|---|
| Orvand | 688.1 | 798.4 | 823.6 |
| of which: free port of Kessel | 40.2 | 52.6 | 57.3 |
| Brask | 205.6 | 302.9 | 297.2 |
| Upper Tarn | 95.3 | 118.7 | 124.3 |
| Lower Tarn | 131.8 | 149.2 | 152.7 |
| Other partners | 979.1 | 1132.8 | 1173.8 |
| Total, all partners | 2100.1 | 2554.6 | 2628.9 |

## Volumes

Table 3. Export volumes

| Product | Unit | 2030 | 2031 | 2032 |
|---|---|---|---|---|
| Olive oil | thousand tonnes | 97.4 | 81.3 | 77.2 |
| Wine | million litres | 61.2 | n.a. | 56.9 |

## Unit values

Table 4. Indices of export unit values, 2030 = 100

| Product | 2030 | 2031 | 2032 |
|---|---|---|---|
| Olive oil | 100 | 188.8 | 173.7 |
| Wine | 100 | 104.4 | 106.4 |
"""
_MONTHS = """"Exports of tiles of Pelmar by month and destination, 2032"
Thousand tildes

Month,Orvand,Brask,Total
January,17840,14210,32050
February,18215,13985,32200
March,21060,n.a.,37060
Quarter 1,57115,44195,101310
April,20475,15120,35595
May,22310,14875 r,37185
June,21985,16030,38015
Quarter 2,64770,46025,110795
Year 2032,121885,90220,212105
"""
_MAKERS = """# Makers of Pelmar

Table 1. The large makers, 2032

| Maker | Staff | Kilns in use | Output | Sales (million tildes) |
|---|---|---|---|---|
| Arlo Works | 4,120 | 17 | 38.6 | 342.5 |
| Besk Tile | .. | 12 | 24.5 | 231.4 |

Note: Output in million square metres.

## Quotas of Orvand

| Product | Quota (tonnes) | Used 2031 (tonnes) | Used 2032 (tonnes) |
|---|---|---|---|
| Olive oil, bulk | 18,000 | 18,000 | 16,450 |
| Olive oil, bottled | 9,500 | 7,260 | 8,835 |
| Tuna, canned | 2,500 | 0 | 1,125 |

## Use of the pact

We measure use by the share of eligible exports for which a preference was claimed.

| Agreement | Use in 2031 (per cent) | Use in 2032 (per cent) |
|---|---|---|
| Lissa Accord (Brask) | 61 | 64 |
| Ost Protocol (Orvand) | 29 | 46 |
"""


@cache
def tables() -> tuple[SourceTable, ...]:
    return (
        *tables_of(_ANNUAL.encode(), "markdown", "annual"),
        *tables_of(
            _MONTHS.encode(),
            "csv",
            "tiles",
        ),
        *tables_of(_MAKERS.encode(), "markdown", "makers"),
    )


def ask(question: str) -> TableAnswer | None:
    return answer_from_tables(SubQuestion.of(question), tables())


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # The unit stands above the table, in money that nobody knows.
        ("What did Pelmar export to Lower Tarn in 2031?", "94.7 million tildes"),
        ("How much did Pelmar buy from Brask in 2030?", "205.6 million tildes"),
        # An index tells no amount, and a mark beside a figure is none of it.
        ("What quantity of olive oil left Pelmar in 2031?", "81.3 thousand tonnes"),
        ("What did Pelmar export to Orvand in 2032?", "702.4 million tildes"),
        # Months beside quarters and the year.
        ("How much did tile exports to Brask come to in May 2032?", "14875 thousand tildes"),
        ("In which month of 2032 were tile exports to Orvand highest?", "May"),
        ("Which quarter of 2032 had the highest tile exports to Orvand?", "Quarter 2"),
        # A note on one column holds for no other.
        ("How many kilns was Besk Tile running in 2032?", "12"),
        ("What was the output of Arlo Works in 2032?", "38.6 million square metres"),
        # What came in under a quota, by goods named before a comma.
        ("How many tonnes of tuna went into Orvand under the quota in 2031?", "0 tonnes"),
        ("What share of eligible exports to Orvand actually claimed the preference in 2032?", "46 percent"),
    ],
)
def test_a_cell_of_an_annual_table(question: str, value: str) -> None:
    answer = ask(question)
    assert answer is not None
    assert answer.short_answer == value


@pytest.mark.parametrize(
    "question",
    [
        "What was exported to the free port of Kessel in 2031?",
        "How many litres of wine did Pelmar export in 2031?",
        "What did Brask take in tiles in March 2032?",
        "headcount at Besk Tile in 2032",
    ],
)
def test_a_blank_of_the_right_table_comes_before_a_figure_of_another(question: str) -> None:
    answer = ask(question)
    assert answer is not None
    assert answer.kind == "blank"


@pytest.mark.parametrize(
    "question",
    [
        "How much olive oil in bags came into Orvand under the quota in 2031?",
        "Which product group had the highest exports of tiles in 2032?",
    ],
)
def test_a_table_of_something_else_does_not_answer(question: str) -> None:
    assert ask(question) is None


@pytest.mark.parametrize(
    ("question", "verdict", "shown"),
    [
        (
            "Did Pelmar's exports to Orvand rise from 2031 to 2032?",
            "yes",
            "702.4 - 655.8 = 46.6 million tildes",
        ),
        (
            "Were Pelmar's exports to Lower Tarn up in 2032 on the year before?",
            "no",
            "86.1 - 94.7 = -8.6 million tildes",
        ),
        (
            "Did Brask buy more from Pelmar than Upper Tarn in 2031?",
            "yes",
            "389.1 - 168.6 = 220.5 million tildes",
        ),
        (
            "Did Pelmar sell more than twice as much to Orvand in 2032 as in 2030?",
            "no",
            "702.4 / 512.4 = 1.37 times",
        ),
        (
            "Did Pelmar's exports to Brask exceed 400 million tildes in 2031?",
            "no",
            "389.1 against 400 million tildes",
        ),
        (
            "Did tile exports to Brask exceed 14 million tildes in May 2032?",
            "yes",
            "14,875 against 14,000 thousand tildes",
        ),
    ],
)
def test_a_yes_or_no_is_worked_out_of_cells(question: str, verdict: str, shown: str) -> None:
    answer = decide_by_cells(SubQuestion.of(question), tables())
    assert answer is not None
    assert answer.computed is not None
    assert (answer.short_answer, answer.computed.description) == (verdict, shown)


def test_a_yes_or_no_of_a_blank_is_a_refusal() -> None:
    answer = decide_by_cells(SubQuestion.of("Did wine export volumes fall between 2030 and 2031?"), tables())
    assert answer is not None
    assert answer.kind == "blank"


@pytest.mark.parametrize(
    "question",
    [
        "Did Pelmar's exports to Orvand not rise from 2031 to 2032?",
        "Did exports to all partners but Brask rise from 2031 to 2032?",
        "Did Pelmar's exports to Orvand rise by more than 40 million tildes from 2031 to 2032?",
        "Did Pelmar's exports to Orvand double from 2030 to 2032?",
        "Did Pelmar's exports to Orvand rise from 2027 to 2032?",
        "Is olive oil dearer than wine in 2032?",
        "Is the use of the Ost Protocol under 50 percent?",
    ],
)
def test_what_two_cells_do_not_decide_is_left_open(question: str) -> None:
    assert decide_by_cells(SubQuestion.of(question), tables()) is None


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("average yearly exports to Brask over 2030-2032", "369.43 million tildes"),
        ("Average exports to Brask in 2030 and 2032", "359.6 million tildes"),
        ("growth of exports to Brask between 2030 and 2032, percent", "50.2 percent"),
        ("What were exports to Brask from 2030 to 2032 combined?", "1108.3 million tildes"),
    ],
)
def test_what_is_worked_out_over_years(question: str, value: str) -> None:
    answer = ask(question)
    assert answer is not None
    assert (answer.kind, answer.short_answer) == ("computed", value)


_TILES = """# Tiles of Pelmar

Tiles by partner

| Partner | Year | Exports (tonnes) | Value (million tildes) |
|---|---|---|---|
| Brask | 2030 | 58300 | 492 |
| Brask | 2031 | 61200 | 530 |
"""


def test_a_value_beside_exports_is_of_no_imports() -> None:
    tables = tables_of(_TILES.encode(), "markdown", "tiles")
    exports = answer_from_tables(SubQuestion.of("Tile exports of Pelmar to Brask 2030, value?"), tables)
    assert exports is not None
    assert exports.short_answer.startswith("492")
    assert answer_from_tables(SubQuestion.of("Tile imports Pelmar from Brask 2030, value?"), tables) is None
