"""Balances, shares, values of each unit, counts and sums of periods, worked out of several cells."""

from functools import cache

import pytest

from qa.answering.tables.asked_bound import find_threshold
from qa.answering.tables.asked_parts import find_parts
from qa.answering.tables.cell_answer import answer_from_tables
from qa.answering.tables.combined_cells import answer_by_parts
from qa.answering.tables.table_answer import TableAnswer
from qa.answering.tables.table_periods import split_period
from qa.query.query import SubQuestion
from qa.schema import SourceTable
from tests.support.table_documents import tables_of

_PARTNERS = """# Vessa: external trade by partner

## Exports

Exports by partner, million sorrels

| Partner | 2020 | 2021 | 2022 | 2023 |
|---|---:|---:|---:|---:|
| Ardmoor | 210.4 | 231.0 | 264.8 | 251.2 |
| of which: free port of Lenn | 31.2 | 36.0 | 41.5 | |
| Kestria | 118.0 | 124.5 | 140.2 | 133.6 |
| Tolvane | 95.3 | 0 | 12.4 | 61.7 |
| Pellan Isles | 8.8 | 9.4 | : | 10.1 |
| Total | 432.5 | 364.9 | 417.4 | 456.6 |

## Imports

Imports by partner, million sorrels

| Partner | 2020 | 2021 | 2022 | 2023 |
|---|---:|---:|---:|---:|
| Ardmoor | 301.7 | 322.4 | 355.0 | 338.9 |
| Kestria | 87.5 | 90.1 | | 101.3 |
| Tolvane | 71.0 | 68.2 | 70.4 | 74.8 |
| Hadrell | 33.3 | 35.0 | 38.7 | 40.2 |
| Total | 493.5 | 515.7 | 464.1 | 555.2 |
"""
_GOODS = """# Vessa: exports by product

Table 1. Value of exports by product, million sorrels

| Product | 2022 | 2023 |
|---|---:|---:|
| Hazelnuts | 66.0 | 72.6 |
| Cider | 27.5 | |
| Felt | 12.6 | 11.9 |

Table 2. Quantity of exports by product

| Product | Unit | 2022 | 2023 |
|---|---|---:|---:|
| Hazelnuts | thousand tonnes | 13.2 | 13.2 |
| Cider | million litres | 14.5 | 15.0 |
"""
_QUARTERS = """<html><head><title>Trade of Barl in 2024</title></head><body><h1>Trade of Barl in 2024</h1>
<table><caption>Exports of Barl by destination, thousand tallers</caption>
<tr><th rowspan="2">Destination</th><th colspan="2">First half</th><th colspan="2">Second half</th></tr>
<tr><th>Q1</th><th>Q2</th><th>Q3</th><th>Q4</th></tr>
<tr><td>Norrin</td><td>4,100</td><td>4,350</td><td>3,900</td><td>4,650</td></tr>
<tr><td>Selm</td><td>1,200</td><td>1,150</td><td>980</td><td>..</td></tr></table>
<table><caption>Imports of Barl by origin, thousand tallers</caption>
<tr><th rowspan="2">Origin</th><th colspan="2">First half</th><th colspan="2">Second half</th></tr>
<tr><th>Q1</th><th>Q2</th><th>Q3</th><th>Q4</th></tr>
<tr><td>Norrin</td><td>5,000</td><td>4,900</td><td>5,150</td><td>5,250</td></tr>
<tr><td>Selm</td><td>600</td><td>640</td><td>655</td><td>700</td></tr></table></body></html>"""
_PORT = """Port of Stennick: cargo handled by month and berth in 2024
In thousand tonnes

Month,North Berth,South Berth,Coal Pier
January,41.5,30.0,12.2
February,39.0,28.5,11.8
March,44.2,33.1,0
April,46.0,34.4,0
May,47.3,n.a.,9.7
June,45.1,35.0,10.4
"""
_CUSTOMS = """# Customs of Tarvia

Receipts of the customs by head (million krons)

| Head | 2022 | 2023 |
|---|---:|---:|
| Import duty | 400.0 | 420.0 |
| of which: machinery | 120.0 | 121.8 |
| of which: vehicles | 80.0 | |
| Export levy | 120.0 | 106.5 |
| Total | 520.0 | 526.5 |

## Posts

Customs posts

| Post | Officers 2022 | Officers 2023 | Declarations 2023 | Receipts 2023 (million krons) |
|---|---:|---:|---:|---:|
| Tarven | 120 | 126 | 60,000 | 300.0 |
| Ull Bridge | 44 | 40 | 18,000 | 126.0 |
| Airport | 36 | 45 | 25,000 | 100.0 |

## Quotas

Fish quotas and their use, tonnes

| Species | Quota 2023 | Used 2023 |
|---|---:|---:|
| Cod | 1,300 | 1,235 |
| Sprat | 900 | 0 |
| Crab | 300 | – |
"""


@cache
def _tables() -> tuple[SourceTable, ...]:
    texts = {
        "partners.markdown": _PARTNERS,
        "goods.markdown": _GOODS,
        "quarters.html": _QUARTERS,
        "port.csv": _PORT,
        "customs.markdown": _CUSTOMS,
    }
    return tuple(
        table
        for name, text in texts.items()
        for table in tables_of(text.encode(), name.rpartition(".")[2], name.partition(".")[0])
    )


def _ask(question: str) -> TableAnswer | None:
    parts = find_parts(question)
    answer = answer_by_parts(parts, question, _tables()) if parts else None
    return answer or answer_from_tables(SubQuestion.of(question), _tables())


@pytest.mark.parametrize(
    ("question", "value", "how"),
    [
        (
            "Vessa's trade balance with Ardmoor in 2023?",
            "a deficit of 87.7 million sorrels",
            "251.2 - 338.9 = -87.7",
        ),
        (
            "How large was Vessa's overall trade deficit in 2020?",
            "a deficit of 61 million sorrels",
            "432.5 - 493.5 = -61",
        ),
        (
            "Did Vessa run a surplus or a deficit with Tolvane in 2021, and how big?",
            "a deficit of 68.2 million sorrels",
            "0 - 68.2 = -68.2",
        ),
        (
            "Trade balance of Barl with Norrin in the first half of 2024?",
            "a deficit of 1,450 thousand tallers",
            "(4,100 + 4,350) - (5,000 + 4,900) = -1,450",
        ),
        (
            "By how much did Vessa's imports from Ardmoor exceed its exports to Ardmoor in 2022?",
            "90.2 million sorrels",
            "355 - 264.8 = 90.2",
        ),
        ("Ratio of exports to imports with Kestria in 2023?", "1.32 times", "133.6 / 101.3 = 1.32"),
        (
            "By how much did Vessa's imports from Ardmoor exceed those from Tolvane in 2023?",
            "264.1 million sorrels",
            "338.9 - 74.8 = 264.1",
        ),
        ("Ardmoor's share of Vessa's total exports in 2023?", "55 percent", "251.2 / 456.6 = 55%"),
        (
            "What percentage of Vessa's imports came from Tolvane in 2023?",
            "13.5 percent",
            "74.8 / 555.2 = 13.5%",
        ),
        (
            "What proportion of exports to Ardmoor went through the free port of Lenn in 2022?",
            "15.7 percent",
            "41.5 / 264.8 = 15.7%",
        ),
        ("What share of import duty came from machinery in 2023?", "29 percent", "121.8 / 420 = 29%"),
        (
            "What was a tonne of exported hazelnuts worth in 2023, in sorrels?",
            "5500 sorrels per tonne",
            "72.6 million sorrels / 13.2 thousand tonnes = 5500",
        ),
        (
            "Export value per kilogram of hazelnuts in 2022?",
            "5 sorrels per kilogram",
            "66 million sorrels / 13.2 thousand tonnes = 5",
        ),
        (
            "Receipts per declaration at Ull Bridge in 2023, in krons?",
            "7000 krons per declaration",
            "126 million krons / 18,000 declarations = 7000",
        ),
        ("How much of the cod quota was left unused in 2023?", "65 tonnes", "1,300 - 1,235 = 65"),
        ("How many tonnes of the sprat quota were unused in 2023?", "900 tonnes", "900 - 0 = 900"),
        ("What share of the cod quota was used in 2023?", "95 percent", "1,235 / 1,300 = 95%"),
        (
            "Cargo at North Berth from January to March 2024?",
            "124.7 thousand tonnes",
            "41.5 + 39 + 44.2 = 124.7",
        ),
        (
            "What did the Coal Pier handle in the first quarter of 2024?",
            "24 thousand tonnes",
            "12.2 + 11.8 + 0 = 24",
        ),
        (
            "Barl's exports to Norrin over the four quarters of 2024 together?",
            "17,000 thousand tallers",
            "4,100 + 4,350 + 3,900 + 4,650 = 17,000",
        ),
        (
            "Average monthly cargo at the North Berth in the first quarter of 2024?",
            "41.57 thousand tonnes",
            "(41.5 + 39 + 44.2) / 3 = 41.57",
        ),
        (
            "In how many years between 2020 and 2023 did exports to Kestria exceed 123 million sorrels?",
            "3",
            "2021: 124.5; 2022: 140.2; 2023: 133.6: 3 of 4",
        ),
        ("How many posts had more than 40 officers in 2023?", "2", "Tarven: 126; Airport: 45: 2 of 3"),
        ("In how many months of 2024 did the Coal Pier handle nothing?", "2", "March: 0; April: 0: 2 of 6"),
        (
            "First year in which exports to Kestria passed 123 million sorrels?",
            "2021",
            "2020: 118.0; 2021: 124.5 against 123",
        ),
        (
            "In which year did exports to Tolvane last stay below 50 million sorrels?",
            "2022",
            "2022: 12.4; 2023: 61.7 against 50",
        ),
        (
            "By how many times did exports to Kestria grow from 2020 to 2022?",
            "1.2 times",
            "140.2 / 118 = 1.2",
        ),
        ("By how many officers did the Airport post grow from 2022 to 2023?", "9", "45 - 36 = 9"),
    ],
)
def test_it_is_worked_out_and_shown_with_its_cells(question: str, value: str, how: str) -> None:
    answer = _ask(question)
    assert answer is not None
    assert answer.computed is not None
    assert (answer.short_answer, answer.computed.how) == (value, how)
    assert answer.computed.cells == tuple(range(1, len(answer.cells) + 1))


@pytest.mark.parametrize(
    "question",
    [
        "Balance of trade of Vessa with Kestria, 2022",
        "Vessa's trade balance with the Pellan Isles in 2022?",
        "What part of the exports to Ardmoor passed the free port of Lenn in 2023?",
        "What was the value per litre of cider exported in 2023?",
        "How much of the crab quota was left in 2023?",
        "Barl's exports to Selm in the second half of 2024",
        "How much did South Berth handle in the second quarter of 2024?",
        "In how many years did exports to the Pellan Isles stay under 10 million sorrels?",
    ],
)
def test_a_blank_among_its_cells_refuses(question: str) -> None:
    answer = _ask(question)
    assert answer is not None
    assert answer.kind == "blank"
    assert len(answer.cells) == 1
    assert answer.cells[0].highlight is None or not any(map(str.isdigit, _text(answer)))


def _text(answer: TableAnswer) -> str:
    cell = answer.cells[0]
    assert cell.highlight is not None
    return cell.source.document.text[cell.highlight.start : cell.highlight.end]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (
            "trade balance with Hadrell in 2023",
            "They have imports (40.2 million sorrels), but no figure for exports.",
        ),
        (
            "Value per tonne of felt exports in 2022",
            "They have the value (12.6 million sorrels), but no figure for tonnes.",
        ),
        (
            "What was a litre of hazelnuts worth in 2023?",
            "They have the value (72.6 million sorrels), but no figure for litres.",
        ),
        (
            "When did exports to Kestria first go over 200 million sorrels?",
            "None of 2020 to 2023 is so in the table.",
        ),
    ],
)
def test_what_is_lacking_is_said(question: str, reason: str) -> None:
    answer = _ask(question)
    assert answer is not None
    assert (answer.kind, answer.reason) == ("absent", reason)


@pytest.mark.parametrize(
    "question",
    [
        "Hadrell's share of Vessa's exports in 2023",
        "Vessa's budget deficit in 2023?",
        "cargo at the North Berth in the first quarter of 2023",
        "How many officers did the posts have together in the first half of 2023?",
    ],
)
def test_what_cells_do_not_give_is_not_worked_out(question: str) -> None:
    answer = _ask(question)
    assert answer is None or answer.is_refusal


def test_years_of_another_table_are_named() -> None:
    answer = _ask("Vessa's trade balance with Ardmoor in 2019")
    assert answer is not None
    assert (answer.kind, answer.unmet) == ("absent", ("2019",))


def test_a_row_of_a_part_has_no_unit_by_its_name() -> None:
    answer = _ask("What did duty on vehicles bring in, 2022?")
    assert answer is not None
    assert answer.short_answer == "80.0 million krons"


@pytest.mark.parametrize(
    ("name", "kind", "parts"),
    [
        ("h1", "q", ("q1", "q2")),
        ("q2", "m", ("m04", "m05", "m06")),
        ("m01-m09", "q", ("q1", "q2", "q3")),
        ("m01-m04", "q", ()),
        ("m03", "m", ()),
        ("2024", "q", ("q1", "q2", "q3", "q4")),
        ("2019-2023", "q", ()),
    ],
)
def test_a_period_is_split_where_its_parts_are_whole(name: str, kind: str, parts: tuple[str, ...]) -> None:
    assert split_period(name, kind) == parts


def test_between_two_figures_is_no_threshold() -> None:
    assert find_threshold("In how many years were more than 5 exports between 40 and 50?") is None
