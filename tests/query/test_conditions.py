"""What a question asks of its answer: who, when, where, in what unit, which figure, which way."""

from datetime import date

import pytest

from qa.query.conditions import find_conditions
from qa.query.conditions.document_lines import find_document_lines
from qa.query.conditions.figures import find_figures
from qa.query.conditions.name_comparison import are_alike, find_name
from qa.query.conditions.names import Name, find_names, split_name
from qa.query.conditions.period_comparison import compare_periods
from qa.query.conditions.periods import find_periods
from qa.schema import ConditionKind


def asked(question: str, kind: ConditionKind) -> list[str]:
    return [condition.text for condition in find_conditions(question).asked if condition.kind == kind]


def name_of(text: str) -> Name:
    return Name(tuple(split_name(text)))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What were Ruritania's imports from Bolivia worth in 2022?", ["Ruritania", "Bolivia"]),
        ("Exports of zinc from Ruritania?", ["Ruritania"]),
        ("How high is the duty on zinc?", []),
        ("Who chairs the South Ombra Accord?", ["South Ombra Accord"]),
        ("Who heads the Bank of Zenda?", ["Bank of Zenda"]),
        ("When did President Ana Ruiz meet Prime Minister Bo Lind?", ["Ana Ruiz", "Bo Lind"]),
        ("What did the Canada-Peru Action Plan change?", ["Canada", "Peru", "Action Plan"]),
        ("How many judges does the WTO Appellate Body need?", ["WTO", "Appellate Body"]),
        ("What is the duty under section 201?", ["section 201"]),
        ("Was the fee raised by Notice 2019/21?", ["Notice 2019/21"]),
        ("Who won the tender ZTA-25-017?", ["ZTA-25-017"]),
        ("Average WTO tariff in 1995?", ["WTO"]),
        ("Lost Ombrian exports in 1995?", ["Ombrian"]),
        ("North Ombrian exports in 1995?", ["North Ombrian"]),
        ("Must a class III defect be told?", ["class III"]),
        ("When did the House pass Bill C-14?", ["Bill C-14"]),
        ("zinc duty canada", ["canada"]),
        ("Slice of Ruritania's quota for Bolivia?", ["Ruritania", "Bolivia"]),
        ("Staff of the South Ombra Accord?", ["South Ombra Accord"]),
        ("Ruritania's shipments, Jan-Sep 2023", ["Ruritania"]),
        ("Who chairs the Joint Committee on Services?", ["Joint Committee on Services"]),
        ("What did Ruritania sell on Friday?", ["Ruritania"]),
        ("Must the WTO be told?", ["WTO"]),
        ("Summarize the South Ombra Accord", ["South Ombra Accord"]),
        ("HOW HIGH IS THE DUTY IN PERU?", []),
        ("What happened in March 2024?", []),
        ("Summarize the Northwind corridor", ["Northwind"]),
        ("Compare Peru and the Ombra Accord", ["Peru", "Ombra Accord"]),
        ("Final Tolland rate for Carrow Ceramics' tiles?", ["Tolland", "Carrow Ceramics"]),
        ("Would a paper certificate from Peru still be OK in May?", ["Peru"]),
    ],
)
def test_names_are_told_from_words_that_only_begin_a_sentence(question: str, names: list[str]) -> None:
    assert asked(question, "name") == names


def test_a_country_in_which_is_a_place_and_a_long_name_has_its_acronym() -> None:
    assert asked("What is the duty on zinc in Peru?", "place") == ["Peru"]
    (name,) = find_conditions("Who signed the Ombra Free Trade Area?").asked
    assert name.variants == ("OFTA",)


@pytest.mark.parametrize(
    ("question", "periods"),
    [
        ("How much zinc was sold in 2023?", ["2023"]),
        ("What held at the end of 2031?", ["the end of 2031"]),
        ("What was the duty in April?", ["April"]),
        ("What may happen in May?", ["May"]),
        ("What was sold on 3 June 2024?", ["3 June 2024"]),
        ("What was sold on June 3, 2024?", ["June 3, 2024"]),
        ("How much came in the first quarter of 2024?", ["first quarter of 2024"]),
        ("How much came in H1 2024?", ["H1 2024"]),
        ("How did it change between April and September 2025?", ["between April and September 2025"]),
        ("How did it change between 2021 and 2024?", ["between 2021 and 2024"]),
        ("What has been paid since 2024?", ["since 2024"]),
        ("How much zinc in the 2023/24 season?", ["2023/24"]),
        ("What was sold last year?", ["last year"]),
        ("Zinc shipments, Jan-Sep 2023?", ["Jan-Sep 2023"]),
        ("Zinc shipments in the first nine months of 2023?", ["first nine months of 2023"]),
        ("What was due until 30.6.2025?", ["until 30.6.2025"]),
        ("What was sold in the same months of last year?", ["same months of last year"]),
        ("What was sold a year ago?", ["a year ago"]),
        ("Who paid 2000 dollars?", []),
        ("Zinc shipments 2024-05?", ["2024-05"]),
        ("Zinc shipments, Jan-25?", ["Jan-25"]),
        ("Zinc shipments 2025Q1?", ["2025Q1"]),
    ],
)
def test_periods(question: str, periods: list[str]) -> None:
    assert [text.removesuffix("?") for text in asked(question, "period")] == periods


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("How many tonnes of zinc were sold?", ["tonnes"]),
        ("How many million florins did Ruritania earn?", ["million florins"]),
        ("What were exports worth in dollars?", ["dollars"]),
        ("How many people work there?", ["people"]),
        ("How many EU members signed?", ["members"]),
        ("How many Peruvians moved?", ["Peruvians"]),
        ("What share of zinc is sold?", ["share"]),
        ("How much money was set aside?", ["money"]),
        ("How many are there in Peru?", []),
        ("How high is the duty?", []),
    ],
)
def test_units(question: str, unit: list[str]) -> None:
    assert asked(question, "unit") == unit


@pytest.mark.parametrize(
    ("question", "kind", "words"),
    [
        ("Which plant has 700 MW?", "quantity", ["700 MW"]),
        ("Why was it raised to 8 percent?", "quantity", ["8 percent"]),
        ("What is due under section 201?", "quantity", []),
        ("Why was the levy raised?", "direction", ["raised"]),
        ("How much zinc did Peru import?", "direction", ["import"]),
        ("Who pays the increased royalty at the lower rate?", "direction", []),
        ("What did tips fetch at the spring sale?", "direction", []),
        ("Who left the rate where it was?", "direction", []),
        ("Who left Ruritania's rate where it was?", "direction", []),
        ("Why did Bo Lind leave the Coffee Board?", "direction", ["leave"]),
        ("Who pays more than 5 percent?", "comparison", ["more than"]),
        ("Which goods are not covered?", "negation", ["not"]),
        ("Who doesn't pay?", "negation", ["n't"]),
        ("It covers kernels, doesn't it?", "negation", []),
        ("What is the current rate?", "newest", ["current"]),
        ("What did a box cost according to the newer review?", "newest", ["newer"]),
        ("Is Peru still exempt?", "newest", ["still"]),
    ],
)
def test_figures_ways_and_the_rest(question: str, kind: ConditionKind, words: list[str]) -> None:
    assert asked(question, kind) == words


def test_what_was_told_of_a_question_before_is_told_still() -> None:
    conditions = find_conditions("How many tonnes have been sold since 2024?")
    assert conditions.asks_number
    assert (conditions.years, conditions.since_year) == (frozenset({"2024"}), 2024)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Partner: Peru; All goods – 2021: 1985; of which zinc – 2022a: 77.", [2021, 2022]),
        ("Year: 2004; Tools: 2010; Year: 2022.", [2004, 2022]),
        ("2011 | 127 | 2013 | 88", [2011]),
        ("the highest figure since 2008", []),
        ("2,010 or 2010 tonnes", []),
    ],
)
def test_figures_in_cells_are_no_years(text: str, years: list[int]) -> None:
    assert [period.years[0] for period in find_periods(text) if period.years] == years


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("2024", "in March 2024", True),
        ("2024", "2023/24", True),
        ("2022", "2021-2024", True),
        ("the end of 2031", "in 2031", True),
        ("2030", "in 2029", False),
        ("April 2024", "in 2024", None),
        ("April", "in March", False),
        ("first half of 2024", "in May 2024", True),
        ("2025", "since July 1, 2024", True),
        ("2022", "since July 1, 2024", False),
        ("2029", "since July 1, 2024", None),
        ("2027", "until 2035", True),
        ("2023", "last year", True),
        ("May 3, 2024", "on May 4, 2024", False),
    ],
)
def test_periods_are_compared_by_what_they_hold(question: str, text: str, fits: bool | None) -> None:
    (first,), (second,) = find_periods(question), find_periods(text)
    assert compare_periods(first, second, date(2024, 11, 1)) is fits


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("Canada", "the Canadian duty", "Canadian"),
        ("U.S.", "American mills", "American"),
        ("US", "in the United States today", "United States"),
        ("us", "they told us", "us"),
        ("Ruritania", "Ruritanian zinc", "Ruritanian"),
        ("Inès Roux", "said Ines Roux", "Ines Roux"),
        ("Joe Biden", "Mr. Biden said", "Biden"),
        ("Joe Biden", "Hunter Biden said", None),
        ("Tolvan", "wool from Tolvany", "Tolvany"),
        ("Tarvanian", "wool from Tarvany", "Tarvany"),
        ("OFTA", "the Ombra Free Trade Area began", "Ombra Free Trade Area"),
        ("Ombra Free Trade Area", "OFTA began", "OFTA"),
        ("CPTPP", "the TPP was signed", None),
        ("South Ombra Accord", "the North Ombra Accord", None),
        ("section 201", "under sections 122, 150 and 201", "sections 122, 150 and 201"),
        ("Peru", "perusal of papers", None),
        ("EVs", "an electric-vehicle plant", "electric-vehicle"),
        ("GDP", "0.08 percent of gross domestic product", "gross domestic product"),
        ("GM", "grosser margins", None),
    ],
)
def test_a_name_is_found_in_its_other_forms(name: str, text: str, said: str | None) -> None:
    place = find_name(name_of(name), text, split_name(text))
    assert (text[place[0] : place[1]] if place else None) == said


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("GOFA", "GOFTA", True),
        ("CPTPP", "TPP", True),
        ("South Ombra Accord", "North Ombra Accord", True),
        ("Zenda Fund", "Zenda Bank", True),
        ("section 201", "section 232", True),
        ("Bill C-14", "Bill C-17", True),
        ("Notice 2019/21", "Notice 2019/12", True),
        ("class III", "class II", True),
        ("class III", "class III", False),
        ("EU", "UN", False),
        ("USMCA", "NAFTA", False),
        ("Peru", "Chile", False),
        ("Zenda Fund", "Ombra Bank", False),
    ],
)
def test_like_names_are_two(first: str, second: str, alike: bool) -> None:
    assert are_alike(name_of(first), name_of(second)) is alike


def test_names_of_a_text_leave_out_what_only_begins_a_sentence() -> None:
    text = "Exports fell. Zinc from Peru went to the Bank of Zenda. Ruritania's mills closed."
    assert [text[name.start : name.end] for name in find_names(text)] == [
        "Peru",
        "Bank of Zenda",
        "Ruritania's",
    ]


@pytest.mark.parametrize(
    ("first", "second", "equal"),
    [
        ("1.4 billion", "1,400 million", True),
        ("13,000 tonnes", "13 000 tons", True),
        ("$5 million", "5 million dollars", True),
        ("8 percent", "8%", True),
        ("8 percent", "8 tonnes", False),
        ("700 MW", "500 MW", False),
        ("700 MW", "0.7 GW", True),
    ],
)
def test_figures_are_equal_whatever_their_dress(first: str, second: str, equal: bool) -> None:
    (one,), (other,) = find_figures(first), find_figures(second)
    assert one.is_equal(other) is equal


def test_the_lines_of_a_document_that_say_what_it_is_of() -> None:
    opening = "# Circular 4\n\n**Republic of Ombria, Customs**\n" + "Rates are below. " * 40
    text = f"{opening}\n\nForms go to Bo Lind.\nThe ZENDA PACT met.\nDanish firms pay.\n"
    lines = find_document_lines(
        find_conditions("What do Ombrian firms, Bo Lind, the Zenda Pact, Denmark and Peru want?").asked, text
    )
    assert all(text[start:].startswith(line) for start, line in lines)
    assert [line for _, line in lines[1:]] == [
        "Forms go to Bo Lind.",
        "The ZENDA PACT met.",
        "Danish firms pay.",
    ]
    assert lines[0][0] == 0
    assert lines[0][1].endswith("Rates are below.")
    assert find_document_lines((), "") == ()
