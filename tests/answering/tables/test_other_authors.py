"""Tables as other authors write them: two rows of heads, days for years, units in a column, long forms."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from qa.answering.assessment import Assessment, assess
from qa.answering.found_cells import find_cells, put_cell_right
from qa.answering.tables.cell_answer import answer_from_row, answer_from_tables
from qa.answering.tables.cell_choice import choose_cell
from qa.answering.tables.table_answer import TableAnswer
from qa.answering.tables.table_periods import find_bounds, find_periods
from qa.query.query import SubQuestion
from qa.schema import Passage, SourceTable
from tests.answering.test_extractive_answer import passage
from tests.support.table_documents import all_tables, tables_of

_DUTIES = """# Notice 12: fruit and paper

**Duchy of Marnow, Excise Office**
Tolm, 3 May 2033

**Table 1. Duty on selected goods**

| Goods | Full rate | | League rate | |
|---|---:|---:|---:|---:|
| | to 31.5.2033 | from 1.6.2033 | to 31.5.2033 | from 1.6.2033 |
| Dried plums | 18 | 14 | 9 | 5 |
| Fresh plums | 12 | 12 | 6 | |
| Cardboard | 8 | 6 | 0 | 0 |
"""
_PORT = """Terminal,Cargo,Unit,June 2032,May 2033,June 2033
Old Quay,Boxes,TEU,4100,3900,4450
Old Quay,Sawn timber,tonnes,8200,8100,7950
Old Quay,Ferry passengers,persons,61000,0,64500
Sand Quay,Sawn timber,tonnes,5300,,5600
Sand Quay,Gravel,tonnes,90500,88000,91200
"""
_MONTHS = """# Pepper of Oskar

What Oskar sold abroad in 2033, by month and partner.

| Month | Partner | Tonnes | Value (thousand crowns) | Price (crowns per tonne) |
|---|---|---:|---:|---:|
| January | Marnow | 40 | 400 | 10000 |
| January | Delvin | 11 | 121 | 11000 |
| February | Marnow | 55 | 561 | 10200 |
| February | Delvin | 0 | 0 | |
| March | Marnow | 52 | 520 | 10000 |
| March | Delvin | 14 | 154 | 11000 |
"""
_QUOTAS = """product,partner,quota,used,unit,year
Plums,Delvin,300,280,tonnes,2032
Plums,Delvin,350,,tonnes,2033
Plums,Oskar,90,90,tonnes,2033
Honey,Delvin,12,7,thousand jars,2033
"""
_QUOTA_USE = """# Notice 40: rice

## What may come in 2034

Marnow: quota for milled rice, 2034. In tonnes, allotted on 2 December 2033 by the Office of Export Finance

| Partner | Q1 | Q2 |
|---|---:|---:|
| Delvin | 1200 | 1300 |
| Oskar | 800 | 900 |

## What came in 2033

Marnow: quota for milled rice and its use, 2033

| Partner | Quota, tonnes | Used Q1, tonnes | Used Q2, tonnes | Fill rate, percent |
|---|---:|---:|---:|---:|
| Delvin | 5000 | 500 | 700 | 40 |
| Oskar | 1500 | 450 | 600 | 70 |
"""
_SIDES = """# Duties on rice

What Marnow charges, percent of value

| Product | 2033 Inside quota | 2033 Outside quota | 2034 Inside quota | 2034 Outside quota |
|---|---:|---:|---:|---:|
| Husked rice | 8 | 28 | 7 | 30 |
| Milled rice | 10 | 45 | 8 | 40 |
| Rice flour | 12 | | 12 | 30 |
"""
_ORES = """# Ores of Cardova

Cardova: ores by destination, tonnes

| Destination | Magnets 2033 | Magnets 2034 |
|---|---:|---:|
| Tessal | 340 | 365 |
| Viet Nam | 12 | 15 |

Licences by quarter

| Quarter | Licences refused |
|---|---:|
| 2033 Q3 | 4 |
| 2033 Q4 | 11 |
"""
_STOCKS = """# Oil in the tanks

Stocks of kernel oil at the ports, thousand tonnes

| Port | February | March |
|---|---:|---:|
| Amara | 412 | 448 |
"""
_BERTHS = """Month,Terminal,Calls,Wait for a berth (hours)
2033-03,Old Quay,41,9.5
2033-03,Sand Quay,18,4.0
2033-04,Old Quay,,
2033-04,Sand Quay,35,31.6
2033-05,Old Quay,38,12.1
"""
_SOLD_TO = """# Where Oskar sells

What it sold abroad by partner.

| Year | Sales to Marnow, million crowns | Sales to Delvin, million crowns |
|---|---:|---:|
| 2032 | 455 | 220 |
| 2033 | 506 | 231 |

The trade goes two ways, and two risks remain.
"""
_SALES = """<html><head><title>Honey at the Tolm exchange</title></head><body><article>
<h1>Honey at the Tolm exchange</h1>
<p>Beekeepers bring their honey to the exchange twice a year, and the buyers taste before they bid for it.</p>
<table><caption>What a kilo fetched (average, crowns)</caption>
<tr><th rowspan=2>Sort</th><th colspan=2>Summer sale</th><th colspan=2>Winter sale</th></tr>
<tr><th>2032</th><th>2033p</th><th>2031</th><th>2032</th></tr>
<tr><th>Heather</th><td>9.40</td><td>9.90</td><td>8.70</td><td>9.10</td></tr>
<tr><th>Lime blossom</th><td>7.10</td><td>7.30</td><td>6.90</td><td>7.00</td></tr>
<tr><th>Rape</th><td>3.75</td><td>3.60</td><td>3.50</td><td></td></tr>
</table></article></body></html>"""


@cache
def _tables() -> tuple[SourceTable, ...]:
    return (
        *tables_of(_DUTIES.encode(), "markdown", "duties"),
        *tables_of(_PORT.encode(), "csv", "port"),
        *tables_of(_MONTHS.encode(), "markdown", "months"),
        *tables_of(_SALES.encode(), "html", "sales"),
    )


def _ask(question: str) -> TableAnswer | None:
    return answer_from_tables(SubQuestion.of(question), _tables())


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the full rate on dried plums in Marnow since June 2033?", "14"),
        ("Full rate on dried plums in Marnow back in March 2033?", "18"),
        ("What did League members pay on dried plums on 3 June 2033?", "5"),
        ("What duty did Marnow apply to cardboard of League origin in May 2033?", "0"),
        ("How many tonnes of sawn timber went over Old Quay in June 2033?", "7950 tonnes"),
        ("old quay boxes june 2033", "4450 TEU"),
        ("How many passengers came by ferry to Old Quay in May 2033?", "0 persons"),
        ("How much pepper did Oskar sell Marnow in February 2033?", "55 Tonnes"),
        ("What was the pepper worth that Delvin got from Oskar in March 2033?", "154 thousand crowns"),
        ("What did heather honey fetch at the summer sale of 2032?", "9.40"),
        ("Heather honey, summer 2033 sale: what was the provisional average?", "9.90"),
        ("Cheapest sort of honey in the summer 2033 sale?", "Rape"),
        ("In which month of 2033 did Marnow's purchases of pepper peak?", "February"),
        ("Which terminal handled the least sawn timber in June 2033?", "Sand Quay"),
    ],
)
def test_the_cell_whoever_wrote_the_table(question: str, value: str) -> None:
    answer = _ask(question)
    assert answer is not None
    assert not answer.is_refusal
    assert value in answer.short_answer


@pytest.mark.parametrize(
    "question",
    [
        "What do League members pay on fresh plums in Marnow in July 2033?",
        "What did rape honey fetch at the winter 2032 sale?",
        "How much gravel went over Old Quay in June 2033?",
        "How much sawn timber went over Sand Quay in May 2033?",
        "What did heather honey fetch at the winter sale of 2033?",
        "How many ferries called at Old Quay in June 2033?",
        "What is the full rate on dried plums in Delvin since June 2033?",
        "How much pepper did Oskar sell Marnow in April 2033?",
        "How much sawn timber was shipped outside Old Quay in June 2033?",
    ],
)
def test_no_neighbour_stands_in(question: str) -> None:
    answer = _ask(question)
    assert answer is None or answer.is_refusal


@pytest.mark.parametrize(
    ("question", "kind", "value"),
    [
        ("How big was the quota for plums from Delvin in 2032?", "cell", "300 tonnes"),
        ("How big was the quota for plums from Delvin in 2033?", "cell", "350 tonnes"),
        ("How much of the plums quota had Delvin used in 2033?", "blank", ""),
        ("How big is the honey quota of Delvin for 2033?", "cell", "12 thousand jars"),
    ],
)
def test_a_year_behind_the_figures_names_the_row(question: str, kind: str, value: str) -> None:
    answer = answer_from_tables(SubQuestion.of(question), tables_of(_QUOTAS.encode(), "csv", "quotas"))
    assert answer is not None
    assert (answer.kind, answer.short_answer) == (kind, value)


def test_what_came_in_under_a_quota_is_not_the_quota() -> None:
    question = SubQuestion.of("How many tonnes of plums did Delvin bring in under Marnow's quota in 2033?")
    answer = answer_from_tables(question, tables_of(_QUOTAS.encode(), "csv", "quotas"))
    assert answer is None or answer.is_refusal


@pytest.mark.parametrize(
    "question", ["What are the main risks for Marnow?", "What is the biggest risk for Delvin?"]
)
def test_what_is_no_figure_is_no_cell(question: str) -> None:
    tables = tables_of(_SOLD_TO.encode(), "markdown", "sold")
    assert answer_from_tables(SubQuestion.of(question), tables) is None


def test_a_surer_sentence_comes_before_a_cell_whose_labels_lack_a_word() -> None:
    question = "How large were the risks of sales to Marnow in 2033?"
    tables = tables_of(_SOLD_TO.encode(), "markdown", "sold")
    told = passage("The risks of sales to Marnow came to 72 million crowns in 2033.", logits=[6.0])
    assessment = assess(SubQuestion.of(question), [told], [told])
    for confidence, expected in ((0.99, None), (0.4, "506 million crowns")):
        found = find_cells(replace(assessment, confidence=confidence), tables)
        assert (found.answer.short_answer if found else None) == expected


def test_a_table_without_a_name_says_nothing_against_a_sentence_that_has_it() -> None:
    table = (
        "# Honey\n\nSales of honey abroad, tonnes\n\n| Seller | 2032 | 2033 |\n|---|---|---|\n"
        "| Quell Farms | 12 | 14 |\n| Oster Hives | 8 | 9 |\n"
    )
    question = "How much honey did Marnow Bees sell abroad in 2033?"
    told = passage("In 2033 Marnow Bees sold 7 tonnes of honey abroad.", logits=[2.0])
    other = passage("Honey was dear in 2033.", logits=[2.0])
    for one, is_refused in ((told, False), (other, True)):
        assessment = assess(SubQuestion.of(question), [one], [one])
        found = find_cells(
            replace(assessment, confidence=0.35), tables_of(table.encode(), "markdown", "honey")
        )
        assert (found is not None and found.answer.is_refusal) is is_refused


_TRADE = """---
published: 2033-05-01
---
# Marnow's trade

Imports of Marnow, million crowns

| From | 2031 | 2032 |
|---|---|---|
| Delvin | 240.0 | 271.2 |
| Oskar | 130.0 | 137.6 |
"""


@pytest.mark.parametrize(
    ("told", "published", "right"),
    [
        (
            "In Table 2, imports from Delvin in 2032 read 261.2 million crowns instead of 271.2.",
            date(2033, 9, 1),
            True,
        ),
        ("Imports from Delvin came to 261.2, not 271.2 million crowns.", None, True),
        # Of an older text, of another row, and of another figure.
        ("Imports from Delvin in 2032 read 261.2 million crowns instead of 271.2.", date(2033, 1, 1), False),
        ("Imports from Oskar in 2032 read 261.2 million crowns instead of 271.2.", date(2033, 9, 1), False),
        ("Imports from Delvin in 2031 read 230.0 million crowns instead of 240.0.", date(2033, 9, 1), False),
    ],
)
def test_a_sentence_puts_the_figure_of_a_cell_right(told: str, published: date | None, right: bool) -> None:
    tables = tables_of(_TRADE.encode(), "markdown", "trade")
    one = passage(told, logits=[-3.0], document="gazette", published=published)
    asked = assess(SubQuestion.of("How much did Marnow import from Delvin in 2032?"), [one], [one])
    found = find_cells(asked, tables)
    assert found is not None
    assert found.answer.short_answer == "271.2 million crowns"
    mended = put_cell_right(found, asked)
    assert (mended is not None) is right
    if mended:
        assert mended.ranked_sentences[0].text == told
        assert mended.confidence <= 0.9
    # What is worked out of such a cell is not sure.
    sum_asked = assess(
        SubQuestion.of("How much did Marnow import from Delvin and Oskar together in 2032?"), [one], [one]
    )
    summed = find_cells(sum_asked, tables)
    assert summed is not None
    assert summed.answer.short_answer == "408.8 million crowns"
    assert (summed.confidence <= 0.5) is right


@pytest.mark.parametrize(
    ("told", "published", "is_later"),
    [
        ("In 2032 Marnow imported 290.5 million crowns from Delvin.", date(2033, 9, 1), True),
        # The same, planned, older, of another year, and of another row.
        ("In 2032 Marnow imported 271.2 million crowns from Delvin.", date(2033, 9, 1), False),
        ("In 2032 Marnow would have imported 290.5 million crowns from Delvin.", date(2033, 9, 1), False),
        ("In 2032 Marnow imported 290.5 million crowns from Delvin.", date(2020, 1, 1), False),
        ("In 2034 Marnow imported 290.5 million crowns from Delvin.", date(2034, 9, 1), False),
        ("In 2032 Marnow imported 290.5 million crowns from Oskar.", date(2033, 9, 1), False),
    ],
)
def test_a_newer_document_gives_a_later_figure_for_a_cell(told: str, published: date, is_later: bool) -> None:
    tables = tables_of(_TRADE.encode(), "markdown", "trade")
    one = passage(told, logits=[-3.0], document="review", published=published)
    asked = assess(SubQuestion.of("How much did Marnow import from Delvin in 2032?"), [one], [one])
    found = find_cells(asked, tables)
    assert found is not None
    later = put_cell_right(found, asked)
    assert (later is not None) is is_later
    if later:
        assert (later.ranked_sentences[0].text, later.confidence <= 0.75) == (told, True)


def test_blanks_among_what_is_ranked_are_named() -> None:
    answer = _ask("Which sort of honey was cheapest at the winter sale in 2032?")
    assert answer is not None
    assert (answer.short_answer, answer.skipped) == ("Lime blossom", ("Rape",))


def test_a_period_in_parts_is_met() -> None:
    # The month stands in the row, the year in the line above, where another day of the year stands too.
    text = _MONTHS.replace("partner.", "partner. Released on 9 October 2033.")
    subquestion = SubQuestion.of("How much pepper did Oskar sell Marnow in February 2033?")
    assessment = Assessment(
        subquestion=subquestion, passages=(), expanded_passages=(), ranked_sentences=(), confidence=0.2
    )
    found = find_cells(assessment, tables_of(text.encode(), "markdown", "months"))
    assert found is not None
    assert found.answer.short_answer == "55 Tonnes"
    assert all(checked.is_met for checked in found.conditions if checked.condition.kind == "period")


@pytest.mark.parametrize(("way", "state"), [("grow", "met"), ("drop", "unstated")])
def test_the_way_that_something_went_is_met_by_its_difference(way: str, state: str) -> None:
    question = f"By how much did wheat exports from Lorvania to Ostmark {way} between 2029 and 2031?"
    assessment = Assessment(
        subquestion=SubQuestion.of(question),
        passages=(),
        expanded_passages=(),
        ranked_sentences=(),
        confidence=0.2,
    )
    found = find_cells(assessment, all_tables())
    assert found is not None
    assert found.answer.short_answer == "92 thousand tonnes"
    assert [one.state for one in found.conditions if one.condition.text == way] == [state]


def _in_row(question: str, words: str) -> TableAnswer | None:
    source = next(source for source in _tables() if words in source.document.text)
    start = source.document.text.index(words)
    return answer_from_row(SubQuestion.of(question), source, start, start + len(words))


def test_the_column_of_a_row_that_was_read() -> None:
    timber = "Sand Quay; Cargo: Sawn timber"
    later = _in_row("Planks shipped over Sand Quay in June 2033", timber)
    assert later is not None
    assert later.short_answer == "5600 tonnes"
    blank = _in_row("Planks shipped over Sand Quay in May 2033", timber)
    assert blank is not None
    assert blank.kind == "blank"
    absent = _in_row("Planks shipped over Sand Quay in June 2031", timber)
    assert absent is not None
    assert absent.kind == "absent"
    season = _in_row("What did heather honey fetch at the winter sale of 2033?", "Sort: Heather")
    assert season is not None
    assert (season.kind, season.short_answer) == ("absent", "")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jan-Sep 2024", ("m01-m09", "2024")),
        ("the first nine months of 2024", ("m01-m09", "2024")),
        ("January to June 2024", ("h1", "2024")),
        ("31.12.2023", ("2023", "m12", "d31")),
        ("3 May 2033", ("d03", "m05", "2033")),
        ("march 2025", ("m03", "2025")),
        ("They may march", ()),
    ],
)
def test_periods_however_they_are_written(text: str, names: tuple[str, ...]) -> None:
    assert find_periods(text).names == names


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("from 1.7.2025", "2025-07-01", "None"),
        ("to 30.6.2025", "None", "2025-06-30"),
        ("before 2024", "None", "2023-12-31"),
        ("1 January 2024 to 30 June 2024", "2024-01-01", "2024-06-30"),
    ],
)
def test_bounds(text: str, first: str, last: str) -> None:
    found = find_bounds(text)
    assert found is not None
    assert (str(found[0].first), str(found[0].last)) == (first, last)


@pytest.mark.parametrize("text", ["2019 to 2023", "January to June 2024", "up to 10,000 GT", "from day 11"])
def test_what_is_no_bound(text: str) -> None:
    assert find_bounds(text) is None


_CRATES = """# Crates of Delvin

**Delvin: what the inspectors checked, 2033**

| Post | Crates – 2032 | Crates – 2033 | Opened, percent – 2032 | Opened, percent – 2033 | Jobs vacant 2033 |
|---|---:|---:|---:|---:|---:|
| North Gate | 18420 | 21075 | 6.1 | 4.8 | 3 |
| South Mill | 9020 | 9180 | 11.5 | 10.2 | 0 |
| Old Quay | 4765 | | 3.4 | | 1 |
"""
_STONES = """# Stones of Oskar

**Oskar: exports of stones by destination, million crowns**

| Destination | Rough stones | Cut stones | Paid per crate |
|---|---:|---:|---:|
| Marnow | 38 | 112 | 4 |
| South Delvin | 0 | 61 | 5 |
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # By another word of the trade, and nothing is nothing whatever it is counted in.
        ("What did Oskar earn with uncut stones in Marnow?", "38 million crowns"),
        ("What did Oskar earn with finished stones in Marnow?", "112 million crowns"),
        ("How many rough stones did Oskar export to South Delvin?", "0 million crowns"),
        ("Unfilled positions at South Mill in 2033?", "0"),
        # The only one of that name.
        ("How much did Oskar earn with cut stones in Delvin?", "61 million crowns"),
        # What came in under a quota, and what of it was used.
        ("How many tonnes of plums came from Delvin under Marnow's quota in 2032?", "280 tonnes"),
        ("How much of its 2032 plums quota did Delvin actually fill?", "280 tonnes"),
        ("What was Delvin's allowance of plums for 2032?", "300 tonnes"),
        # The more of two, and ranked behind a preposition.
        ("Which partner had the larger plums quota in 2033?", "Delvin"),
        ("At which post was the smallest share of crates opened in 2032?", "Old Quay"),
        ("Which post refused the most crates in 2033?", None),
    ],
)
def test_cells_in_other_words(question: str, value: str | None) -> None:
    texts = (_CRATES.encode(), "markdown"), (_STONES.encode(), "markdown"), (_QUOTAS.encode(), "csv")
    tables = [table for data, file_format in texts for table in tables_of(data, file_format, "other words")]
    answer = answer_from_tables(SubQuestion.of(question), tables)
    assert (answer.short_answer if answer else None) == value


def test_a_tariff_is_not_told_by_what_is_traded() -> None:
    tables = tables_of(_STONES.encode(), "markdown", "stones")
    for question in ("What levy does Marnow pay on rough stones?", "How high is Oskar's duty on cut stones?"):
        assert answer_from_tables(SubQuestion.of(question), tables) is None


@pytest.mark.parametrize(
    ("question", "logits", "value"),
    [
        ("How many crates went through South Mill in 2033?", {}, None),  # told by the labels: nothing is read
        ("How many openings had South Mill for gaugers in 2033?", {"vacant": 2.0}, "0"),
        ("How many openings had South Mill for gaugers in 2033?", {"vacant": -3.0}, None),
        ("How many openings had South Mill for gaugers in 2033?", {"vacant": 2.0, "Opened": 0.5}, None),
        ("How many openings had East Mill for gaugers in 2033?", {"vacant": 2.0}, None),
        ("How many openings had South Mill for gaugers in spring 2033?", {"vacant": 2.0}, None),
        ("How many openings had South Mill for gaugers?", {"vacant": 2.0}, None),
    ],
)
def test_the_reader_tells_cells_that_labels_word_otherwise(
    question: str, logits: dict[str, float], value: str | None
) -> None:
    def read(_: str, statements: Sequence[Passage]) -> list[float]:
        return [
            next((logit for word, logit in logits.items() if word in statement.text), -6.0)
            for statement in statements
        ]

    answer = choose_cell(SubQuestion.of(question), tables_of(_CRATES.encode(), "markdown", "crates"), read)
    assert (answer.short_answer if answer else None) == value


@cache
def _quota_tables() -> tuple[SourceTable, ...]:
    return (
        *tables_of(_QUOTA_USE.encode(), "markdown", "quotas"),
        *tables_of(_BERTHS.encode(), "csv", "berths"),
        *tables_of(_SIDES.encode(), "markdown", "sides"),
        *tables_of(_STOCKS.encode(), "markdown", "stocks"),
        *tables_of(_ORES.encode(), "markdown", "ores"),
    )


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # The day of a notice is no period of its table.
        ("How much milled rice from Delvin came in under Marnow's quota in Q2 2033?", "700 tonnes"),
        ("Which partner filled its rice quota worst in 2033?", "Delvin"),
        ("Which partner filled its rice quota best in 2033?", "Oskar"),
        ("Where was the wait for a berth longest in March 2033?", "Old Quay"),
        ("Which terminal had the longest wait for a berth in March 2033?", "Old Quay"),
        ("Which terminal had the worst wait for a berth in April 2033?", None),
        ("In which month was the wait for a berth at Old Quay worst?", "2033-05"),
        ("How many calls at Sand Quay in April 2033?", "35"),
        # An office is named after exports, the table has none.
        ("What were Oskar's exports in Q1 2034?", None),
        # The two sides of a quota, and the only year before.
        ("Out-of-quota duty on husked rice in Marnow in 2034?", "30 percent of value"),
        ("What would milled rice outside the quota pay in Marnow in 2033?", "45 percent of value"),
        ("In-quota rate on milled rice in Marnow in 2034?", "8 percent of value"),
        ("In-quota rate on milled rice in Marnow before 2034?", "10 percent of value"),
        ("Out-of-quota duty on rice flour in Marnow in 2033?", ""),
        # A people's name at the beginning, a country's other name, "most of its".
        ("Cardovan magnets to Tessal, 2034?", "365 tonnes"),
        ("How many tonnes of Cardova's magnets went to Vietnam in 2034?", "15 tonnes"),
        ("Where did Cardova send most of its magnets in 2033?", "Tessal"),
        ("In which quarter did Cardova turn down the most licences?", "2033 Q4"),
        # Tonnes are no price.
        ("Price of kernel oil at Amara in March?", None),
        # Best and worst of what is neither good nor bad.
        ("Which partner had the worst quota in 2033?", None),
    ],
)
def test_conditions_that_stand_around_a_table(question: str, value: str | None) -> None:
    answer = answer_from_tables(SubQuestion.of(question), _quota_tables())
    assert (answer.short_answer if answer else None) == value


def test_a_month_that_lacks_a_value_is_blank() -> None:
    answer = answer_from_tables(SubQuestion.of("How many calls at Old Quay in April 2033?"), _quota_tables())
    assert answer is not None
    assert (answer.kind, answer.short_answer) == ("blank", "")


_OUTLOOKS = """# Outlooks for Delvin

Catch by outlook, thousand tonnes a year

| Fish | Warm Sea, 2041 | Cold Sea, 2041 |
|---|---:|---:|
| Cod | 12 | 31 |
| Hake | 25 | 9 |

Quota at zero duty, tonnes

| Product and buyer | 2033 | 2034 |
|---|---:|---:|
| Raw cane, Marnow | 0 | 400 |
| Raw cane, Oskar | 700 | 800 |
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which fish is the largest in the Cold Sea column?", "Cod"),
        ("Which fish is the largest under Warm Sea?", "Hake"),
        ("How much cane may enter Marnow without duty in 2033?", "0 tonnes"),
        ("How much cane may enter Oskar without paying duty in 2034?", "800 tonnes"),
        ("How much cane may enter Oskar without a licence in 2034?", None),
    ],
)
def test_a_year_of_all_columns_tells_none_of_them_and_without_duty_is_free_of_it(
    question: str, value: str | None
) -> None:
    tables = tables_of(_OUTLOOKS.encode(), "markdown", "outlooks")
    answer = answer_from_tables(SubQuestion.of(question), tables)
    assert (answer and answer.short_answer) == value
