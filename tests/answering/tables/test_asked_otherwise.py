"""Cells that are asked for in an analyst's words: capitals, initials, ranks, units that the text states."""

from functools import cache

import pytest

from qa.answering.tables.asked_parts import find_parts
from qa.answering.tables.cell_answer import answer_from_tables
from qa.answering.tables.combined_cells import answer_by_parts
from qa.answering.tables.table_answer import TableAnswer
from qa.query.query import SubQuestion
from qa.schema import SourceTable
from tests.support.table_documents import tables_of

_ROPE = """# Rope trade of Lorvania

Values are in millions of crowns unless something else is said.

## Value by partner, 2031

| Partner | May | June |
|---|---|---|
| Japan | 61 | 70 |
| Poland | 44 | 48 |
| Brazil | 20 | |

## Coils shipped, thousands, 2031

| Partner | May | June |
|---|---|---|
| Japan | 8.1 | 9.4 |
| Poland | 5.5 | 6.0 |
"""
_LEVIES = """# Levies of Lorvania

Lorvania: levy on imports, crowns per tonne (Treasury, 4 May 2031)

| Product | General rate 2030 | General rate 2031 | Refund for reuse, percent |
|---|---|---|---|
| Lead | 40 | 45 | 5 |
| Tin | 55 | 61 | |
| Zinc | 12 | 14 | 10 |
| Gas (crowns per MWh) | 80 | 90 | 0 |
"""
_TOURISM = """Month,Origin,Visitors by air,Visitors by ferry,Average stay (nights)
May 2031,Thessia,910,300,4.1
May 2031,Velin,120,640,6.2
June 2031,Thessia,950,410,4.4
June 2031,Velin,0,700,5.9
"""
_YARDS = """# Yards

Orders at mid-year, thousand gross tonnes

| Yard | 2030 | 2031 | Delivery from |
|---|---|---|---|
| Esk | 210 | 230 | 2033 |
| Dorn | 90 | 75 | 2034 |
"""


@cache
def _tables() -> tuple[SourceTable, ...]:
    texts = {"rope.md": _ROPE, "levies.md": _LEVIES, "tourist-arrivals.csv": _TOURISM, "yards.md": _YARDS}
    return tuple(
        table
        for name, text in texts.items()
        for table in tables_of(text.encode(), "csv" if name.endswith("csv") else "markdown", name)
    )


def _ask(question: str) -> TableAnswer | None:
    return answer_from_tables(SubQuestion.of(question), _tables())


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What did Poland pay for Lorvanian rope in June 2031, in million crowns?", "48 million crowns"),
        ("How much rope went from Lorvania to Tokyo in May 2031, by value?", "61 million crowns"),
        ("How many coils went from Lorvania to Poland in June?", "6.0 thousand"),
        ("What MFN levy does Lorvania put on lead in 2031?", "45 crowns per tonne"),
        ("What refund for reuse does zinc get?", "10 percent"),
        ("What levy did imported gas pay in Lorvania in 2030, per MWh?", "80 crowns per MWh"),
        ("How many passengers flew in from Velin in June 2031?", "0"),
        ("Orders of the Esk yard in the middle of 2031, thousand GT?", "230 thousand gross tonnes"),
    ],
)  # fmt: skip
def test_a_cell_by_other_names_and_units(question: str, value: str) -> None:
    answer = _ask(question)
    assert answer is not None
    assert (answer.kind, answer.short_answer) == ("cell", value)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who was Lorvania's best rope customer in May 2031?", "Japan"),
        ("Who was the biggest buyer of Lorvanian rope after Japan in May 2031?", "Poland"),
        ("Who was the biggest buyer of Lorvanian rope after Poland in May 2031, by value?", "Brazil"),
        ("Which product faces the steepest levy in Lorvania in 2031?", "Tin"),
        ("Visitors from where stayed longest in May 2031?", "Velin"),
    ],
)
def test_the_next_and_the_most_in_other_words(question: str, name: str) -> None:
    answer = _ask(question)
    assert answer is not None
    assert (answer.kind, answer.short_answer) == ("superlative", name)


def test_what_has_another_unit_is_not_ranked_but_named() -> None:
    answer = _ask("Which product faces the steepest levy in Lorvania in 2031?")
    assert answer is not None
    assert answer.skipped == ("Gas (crowns per MWh)",)


def test_a_blank_under_a_head_with_its_unit_is_a_refusal() -> None:
    answer = _ask("What refund for reuse does tin get?")
    assert answer is not None
    assert answer.kind == "blank"


def test_who_flew_are_no_flights() -> None:
    assert _ask("How many flights came from Thessia in May 2031?") is None


def test_values_by_quantity_are_no_money() -> None:
    answer = _ask("How many coils, by quantity, left Lorvania for Japan in May 2031?")
    assert answer is None or "crowns" not in answer.short_answer


_INFLOWS = """# Lorvania and its neighbours

| Imports of goods, million crowns | From Thessia | From Velin |
|---|---|---|
| 2030 | 410 | 380 |
| 2031 | 450 | 390 |

Foreign investment and debt grew as well.
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How much did Lorvania import from Thessia in 2031?", "450 million crowns"),
        ("How much did Lorvania get from Thessia in 2031?", "450 million crowns"),
        ("Who was the biggest trading partner in 2031?", None),
        ("What was Lorvania's trade with Thessia in 2031?", None),
        ("How much investment did Lorvania get from Thessia in 2031?", None),
        ("How much debt did Thessia have in 2031?", None),
    ],
)
def test_imports_alone_tell_no_trade_both_ways_and_no_investment(question: str, value: str | None) -> None:
    answer = answer_from_tables(SubQuestion.of(question), tables_of(_INFLOWS.encode(), "markdown", "a.md"))
    assert (answer.short_answer if answer else None) == value


_SALES = """# Lorvania: trade

Exports by partner, million talirs

| Partner | 2030 | 2031 |
|---|---|---|
| Thessia | 412 | 356 |
| Velin | 145 | |
| Total | 557 | 501 |

Exports by product, tonnes

| Product | May | June |
|---|---|---|
| Raw wool | 520 | 485 |
| Hazelnuts | 910 | 980 |

Birch plywood is measured by volume. The price of hazelnuts rose; it is told in talirs.
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("exports to Thessia 2031 in million talirs", "356 million talirs"),
        ("How much raw wool was exported in May?", "520 tonnes"),
        # Goods, a price and a unit of which the text around speaks, and the table does not.
        ("What share of Lorvania's birch plywood exports went to Thessia in 2031?", None),
        ("How much birch plywood did Thessia buy in 2031?", None),
        ("raw wool exports in May in million talirs", None),
        ("What was the export price of hazelnuts in June?", None),
        (
            "By how many million talirs did exports to Thessia go down from 2030 to 2031?",
            "-56 million talirs",
        ),
    ],
)
def test_a_table_must_be_of_the_goods_and_the_unit_itself(question: str, value: str | None) -> None:
    answer = answer_from_tables(SubQuestion.of(question), tables_of(_SALES.encode(), "markdown", "a.md"))
    assert (answer.short_answer if answer and not answer.is_refusal else None) == value


def test_a_blank_refuses_also_where_the_goods_are_named_around_it_alone() -> None:
    question = SubQuestion.of("How much birch plywood did Velin buy in 2031?")
    answer = answer_from_tables(question, tables_of(_SALES.encode(), "markdown", "a.md"))
    assert answer is not None
    assert answer.kind == "blank"


_OFFICE = """# Permits of Lorvania

Table 1. Permits by office, 2031

| Office | Applications | Granted | Refused | Staff |
|---|---|---|---|---|
| Esk | 220 | 190 | 30 | 9 |
| Dorn | 140 | 131 | 9 | 4 |

## Duties

Table 2. Duties by exporter (percent of the value) and exports in 2031 (thousand bales)

| Exporter | Provisional | Definitive | Exports 2031 |
|---|---|---|---|
| Velin Wool Works | 12.5 | 7.0 | 310 |
| Karsk Spinners | 18.0 | 21.5 | 95 |

## Fish

Landings in tonnes, staff of the yards, 2031

| Species | 2030 | 2031 | Employees |
|---|---|---|---|
| Cod | 410 | 0 | 31 |
| Plaice | 95 | | 12 |
| Herring | 120 | 80 | 40 |

## Quotas

Quotas of Lorvania (quota in tonnes, use in percent)

| Product | Quota 2031 | Use 2031 |
|---|---|---|
| Butter | 800 | 64 |
| Cheese | 500 | 12 |
"""


@pytest.mark.parametrize(
    ("question", "kind", "value"),
    [
        # what was done with what is counted, also by another word for it
        ("How many applications did the Esk office refuse in 2031?", "cell", "30"),
        ("How many applications did the Dorn office turn down in 2031?", "cell", "9"),
        ("How many applications did Esk get in 2031?", "cell", "220"),
        # each column's own unit
        ("What is the final duty on Karsk Spinners?", "cell", "21.5 percent of the value"),
        ("How much did Velin Wool Works export in 2031?", "cell", "310 thousand bales"),
        ("How many employees land herring in Lorvania?", "cell", "40"),
        ("What share of the butter quota of Lorvania was used in 2031?", "cell", "64 percent"),
        # whose figure is zero, or blank
        ("Which species had no landings at all in 2031?", "superlative", "Cod"),
        ("For which species are Lorvania's landings of 2031 left blank?", "superlative", "Plaice"),
        ("Which Lorvanian firm had the largest exports in 2031?", "superlative", "Velin Wool Works"),
    ],
)
def test_columns_told_by_what_was_done_and_by_their_own_units(question: str, kind: str, value: str) -> None:
    tables = tables_of(_OFFICE.encode(), "markdown", "office.md")
    if "share" in question:
        parts = find_parts(question)
        assert parts is not None
        answer = answer_by_parts(parts, question, tables)
    else:
        answer = answer_from_tables(SubQuestion.of(question), tables)
    assert answer is not None
    assert (answer.kind, answer.short_answer) == (kind, value)


def test_works_in_a_name_are_no_workers_and_two_rates_no_amount() -> None:
    tables = tables_of(_OFFICE.encode(), "markdown", "office.md")
    for question in (
        "Which exporter of Lorvania has the largest workforce?",
        "Velin Wool Works and Karsk Spinners together: what is due on the definitive list?",
        "Which species had no landings at all in 2030?",
    ):
        assert answer_from_tables(SubQuestion.of(question), tables) is None
