"""Questions about tables in many layouts: the right cell, a refusal that says why, or nothing."""

import pytest

from qa.answering.tables.cell_answer import answer_from_tables
from qa.answering.tables.table_answer import TableAnswer
from qa.query.query import SubQuestion
from qa.schema import SourceTable
from tests.support.table_documents import all_tables, tables_of


def ask(question: str, tables: tuple[SourceTable, ...] | None = None) -> TableAnswer | None:
    return answer_from_tables(SubQuestion.of(question), all_tables() if tables is None else tables)


def asked(question: str, tables: tuple[SourceTable, ...] | None = None) -> TableAnswer:
    answer = ask(question, tables)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("How much wheat did Lorvania send to Ostmark in 2030?", "295 thousand tonnes"),
        ("How many tonnes of wheat did Thessia take from Lorvania in 2029?", "500 thousand tonnes"),
        ("How much Lorvanian wheat went to Velin in 2030?", "0 thousand tonnes"),
        ("What share of Lorvania's wheat exports did Thessia buy in 2031?", "42.7 percent"),
        ("What part of Lorvania's wheat exports went to Ostmark in 2031?", "28.1 percent"),
        ("How much wheat did the Carrow Islands import from Lorvania in 2031?", "140 thousand tonnes"),
        ("How much wheat did Lorvania export altogether in 2031?", "1430 thousand tonnes"),
        ("What were Lorvania's wheat exports in 2030?", "945 thousand tonnes"),
        ("wheat exports lorvania thessia 2030", "480 thousand tonnes"),
        ("What was the price of soft wheat in February 2031?", "214 lei a tonne"),
        ("What did a tonne of durum cost in January 2031?", "305 lei a tonne"),
        ("How many tyres did Ostmark make in 2029?", "44 million pieces"),
        ("How many tyres did Ostmark export in 2030?", "16 million pieces"),
        ("What were Ostmark's tyre exports worth in 2029?", "742 million euros"),
        ("How many million euros did Velin earn with tyre exports in 2028?", "55 million euros"),
        ("ostmark tyre exports 2030 million euros", "800 million euros"),
        ("How much cod was landed at Nordhaven in the first quarter of 2030?", "1,210 tonnes"),
        ("How many tonnes of herring were landed in Nordhaven in the second quarter?", "0 tonnes"),
        ("What was the total catch landed at Nordhaven in the first quarter of 2030?", "6,140 tonnes"),
        ("What is the duty on fresh cod for members of the Sound Pact?", "0 percent"),
        ("How high is the general import duty on salmon?", "8.5 percent"),
        ("What duty does frozen cod pay?", "15 percent"),
        ("What tariff do members of the Sound Pact pay on frozen cod?", "3 percent"),
        ("How much electricity did Ostmark import from Thessia in 2030?", "1100 GWh"),
        ("How many GWh did Ostmark sell to Lorvania in 2029?", "220 GWh"),
        ("How much power did Ostmark get from Lorvania in 2029?", "0 GWh"),
        ("How much electricity did Thessia sell to Ostmark in 2029?", "1250 GWh"),
        ("How much electricity did Velin get from Ostmark in 2030?", "75 GWh"),
        ("How many people did the freight division of Ostmark Railways employ in 2030?", "4980"),
        ("How many employees did Ostmark Railways have in total in 2028?", "15200"),
    ],
)
def test_a_cell_with_its_unit(question: str, value: str) -> None:
    answer = asked(question)
    assert (answer.kind, answer.short_answer) == ("cell", value)
    (cell,) = answer.cells
    text = cell.source.document.text
    assert cell.highlight is not None
    assert value.startswith(text[cell.highlight.start : cell.highlight.end])
    assert cell.start <= cell.highlight.start < cell.highlight.end <= cell.end
    assert "\n" not in text[cell.start : cell.end]


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("How much wheat did the Carrow Islands import from Lorvania in 2030?", "did not report in 2030"),
        ("What was the price of durum in March 2031?", None),
        ("What was Velin's tyre output in 2029?", None),
        ("How much cod was landed in Port Asel in the second quarter of 2030?", "A dash means"),
        ("How much saithe came ashore at Port Asel in Q1 2030?", None),
        ("How much electricity did Ostmark export to Thessia in 2030?", None),
        ("How many employees did Ostmark Railways have in the workshops in 2029?", None),
    ],
)
def test_a_blank_cell_is_a_refusal_and_says_what_the_document_says(question: str, note: str | None) -> None:
    answer = asked(question)
    assert (answer.kind, answer.short_answer, answer.is_refusal) == ("blank", "", True)
    text = answer.cells[0].source.document.text
    said = text[answer.note.start : answer.note.end] if answer.note else None
    assert said is None if note is None else note in str(said)


@pytest.mark.parametrize(
    ("question", "unmet", "instead"),
    [
        ("How much wheat did Lorvania sell to Thessia in 2028?", "2028", ("2029", "2030", "2031")),
        ("How much wheat did Lorvania sell to Thessia in 2032?", "2032", ("2029", "2030", "2031")),
        (
            "How much herring was landed in Port Asel in the third quarter of 2030?",
            "third quarter",
            ("Q1", "Q2"),
        ),
        ("How many sacks of wheat went from Lorvania to Velin in 2031?", "sacks", ("thousand tonnes",)),
        (
            "How much electricity did Ostmark import from Carrow in 2030?",
            "Carrow",
            ("Velin", "Thessia", "Lorvania"),
        ),
        (
            "How much mackerel was landed in Nordhaven in the first quarter of 2030?",
            "mackerel",
            ("Cod", "Herring", "Saithe"),
        ),
    ],
)
def test_what_a_table_lacks_is_named(question: str, unmet: str, instead: tuple[str, ...]) -> None:
    answer = asked(question)
    assert (answer.kind, answer.unmet, answer.instead) == ("absent", (unmet,), instead)


@pytest.mark.parametrize(
    "question",
    [
        # Another direction, another measure, another unit.
        "How much wheat did Lorvania buy from Thessia in 2031?",
        "How much wheat did Lorvania harvest in 2031?",
        "What was Lorvania's wheat sold to Thessia worth in 2031?",
        "How many tyres did Ostmark import in 2030?",
        "How much electricity did Ostmark generate in 2030?",
        # A share of another year, and a word that nothing meets.
        "What part of Lorvania's wheat exports went to Ostmark in 2030?",
        "How high is the safeguard duty on salmon?",
        "How much smoked herring was landed in Nordhaven in the first quarter of 2030?",
        # Two rows, or two columns, fit as well.
        "How high is the duty on cod for members of the Sound Pact?",
        "How much cod was landed in the first quarter of 2030?",
        # Another country, another thing.
        "How high is the duty on salmon in Ostmark?",
        "How many bicycles did Ostmark export in 2030?",
        "How many trains did Ostmark Railways run in 2030?",
        # No cell answers these.
        "Who heads the freight division of Ostmark Railways?",
        "Why did wheat exports to Velin fall in 2030?",
        "Did Lorvania export wheat to Velin in 2030?",
        "Which countries bought wheat from Lorvania in 2031?",
        "How much wheat has Lorvania sold to Thessia since 2029?",
        "How much wheat did Lorvania export in 2031 without Thessia?",
    ],
)
def test_what_no_cell_answers_is_not_answered(question: str) -> None:
    answer = ask(question)
    assert answer is None or answer.is_refusal


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Who bought the most wheat from Lorvania in 2031?", "Thessia"),
        ("Which destination took the least Lorvanian wheat in 2031?", "Velin"),
        ("Which country was the second biggest buyer of Lorvania's wheat in 2031?", "Ostmark"),
        ("Which species was landed most in Nordhaven in Q1 2030?", "Herring"),
        ("Which division of Ostmark Railways had the most employees in 2030?", "Passengers"),
        ("In which year did Lorvania export the most wheat to Velin?", "2029"),
        ("When did Lorvania export the most wheat?", "2031"),
        ("Which product has the lowest duty for members of the Sound Pact?", "Fresh cod and Salmon"),
        (
            "What were the two largest destinations for Lorvania's wheat in 2031?",
            "Thessia (610 thousand tonnes); Ostmark (402 thousand tonnes)",
        ),
        ("How high is the highest general duty on fish?", "20 percent"),
    ],
)
def test_the_most_and_the_least(question: str, value: str) -> None:
    answer = asked(question)
    assert (answer.kind, answer.short_answer) == ("superlative", value)
    assert len(answer.cells) == 1 + value.count(";") + value.count(" and ")


def test_a_row_without_a_value_makes_the_highest_less_sure() -> None:
    sure = asked("Which destination took the most Lorvanian wheat in 2031?")
    unsure = asked("Which destination took the most Lorvanian wheat in 2030?")
    assert unsure.short_answer == "Thessia"
    assert unsure.matched < sure.matched


@pytest.mark.parametrize(
    ("question", "value", "how"),
    [
        (
            "By how much did wheat exports from Lorvania to Ostmark grow between 2029 and 2031?",
            "92 thousand tonnes",
            "402 - 310 = 92",
        ),
        (
            "By how much did Lorvania's wheat exports to Velin fall from 2029 to 2030?",
            "-120 thousand tonnes",
            "0 - 120 = -120",
        ),
        (
            "How much wheat did Lorvania export to Velin and Ostmark together in 2031?",
            "490 thousand tonnes",
            "88 + 402 = 490",
        ),
        (
            "How much more wheat did Thessia than Ostmark buy from Lorvania in 2031?",
            "208 thousand tonnes",
            "610 - 402 = 208",
        ),
        (
            "What is the difference between the general duty on salmon and on fresh cod?",
            "3.5 percentage points",
            "12 - 8.5 = 3.5",
        ),
        (
            "By what percentage did Lorvania's wheat exports to Thessia grow from 2029 to 2031?",
            "22 percent",
            "(610 - 500) / 500 = 22%",
        ),
        (
            "How much herring and saithe together was landed in Nordhaven in the first quarter of 2030?",
            "4,930 tonnes",
            "4,400 + 530 = 4,930",
        ),
    ],
)
def test_what_is_worked_out_is_shown_with_its_cells(question: str, value: str, how: str) -> None:
    answer = asked(question)
    assert answer.computed is not None
    assert (answer.kind, answer.short_answer, answer.computed.how) == ("computed", value, how)
    assert answer.computed.cells == (1, 2)
    assert not answer.computed.description.endswith("% percent")
    figures = [
        cell.source.document.text[cell.highlight.start : cell.highlight.end]
        for cell in answer.cells
        if cell.highlight
    ]
    assert len(figures) == 2
    assert all(figure in how for figure in figures)


def test_a_blank_cell_is_not_reckoned_with() -> None:
    answer = asked("By how much did Lorvania's wheat exports to the Carrow Islands change from 2029 to 2030?")
    assert answer.kind == "blank"


def test_evidence_says_where_each_condition_is_met() -> None:
    answer = asked("How much wheat did Lorvania send to Ostmark in 2030?")
    said = {(part.by, part.text) for part in answer.evidence}
    assert {
        ("cell", "295"),
        ("row", "Ostmark"),
        ("column head", "2030"),
        ("caption", "Table 1. Wheat exports of Lorvania by destination, thousand tonnes"),
        ("unit", "thousand tonnes"),
        ("title", "Wheat trade of Lorvania in 2031"),
        ("date", "2031-11-02"),
    } <= said
    text = answer.cells[0].source.document.text
    assert all(text.startswith(part.text, part.start) for part in answer.evidence if part.start is not None)


def test_weight_and_value_are_told_apart_by_the_question() -> None:
    def sheet(unit: str, figure: str) -> str:
        rows = f"| Product | 2030 |\n|---|---|\n| Amber | {figure} |\n| Flax | 7 |\n"
        return f"Exports of Velin by product, {unit}\n\n{rows}"

    tables = tables_of(
        f"# Exports\n\n{sheet('tonnes', '12')}\n{sheet('million euros', '340')}".encode(), "markdown", "velin"
    )
    weight = asked("How many tonnes of amber did Velin export in 2030?", tables)
    value = asked("What was the amber worth that Velin exported in 2030?", tables)
    either = asked("How much amber did Velin export in 2030?", tables)
    assert (weight.short_answer, value.short_answer) == ("12 tonnes", "340 million euros")
    assert either.matched < weight.matched


_RATES = b"""# Velin

Velin: tariff by product, percent

| Product | Ordinary rate 2028 | Ordinary rate 2030 | Rate for members 2030 |
|---|---|---|---|
| Amber | 9 | 7 | 0 |
| Flax | 4 | 3 | 1 |
"""


def test_without_a_year_the_newest_answers_what_is_asked_of_today() -> None:
    tables = tables_of(_RATES, "markdown", "velin")
    today = asked("What tariff does Velin charge on amber?", tables)
    of_a_year = asked("What tariff did Velin charge on amber in 2030?", tables)
    assert (today.short_answer, of_a_year.short_answer) == ("7 percent", "7 percent")
    assert today.matched < of_a_year.matched
    assert ask("What tariff did Velin charge on amber?", tables) is None


def test_tables_that_disagree_on_the_highest_answer_nothing() -> None:
    def sheet(unit: str, amber: int, flax: int) -> str:
        rows = f"| Product | 2030 |\n|---|---|\n| Amber | {amber} |\n| Flax | {flax} |\n"
        return f"Exports of Velin by product, {unit}\n\n{rows}"

    text = f"# Exports\n\n{sheet('tonnes', 12, 90)}\n{sheet('million euros', 340, 7)}"
    tables = tables_of(text.encode(), "markdown", "velin")
    assert asked("What was Velin's most valuable export product in 2030?", tables).short_answer == "Amber"
    assert ask("What was Velin's largest export product in 2030?", tables) is None


_STEPS = """In force since,Charged on,Origin,Duty (percent),Order
2030-02-01,Sheet glass,Velin,12,A 1
2030-02-01,Rope,Velin,4,A 1
2030-09-15,Sheet glass,Velin,19,A 7
2031-05-01,Sheet glass,Velin,0,A 9
2030-09-15,Sheet glass,Ostmark,6,A 7
"""


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What duty did sheet glass from Velin pay in June 2030?", "12 percent"),
        ("What did sheet glass from Velin pay in September 2030?", "19 percent"),
        ("Duty on sheet glass from Velin in March 2031?", "19 percent"),
        ("What duty does sheet glass from Velin pay now?", "0 percent"),
        ("What does rope from Velin pay at present?", "4 percent"),
        ("How much was charged on sheet glass from Ostmark in December 2030?", "6 percent"),
        ("What duty did sheet glass from Velin pay in January 2030?", None),
        ("What duty did sheet glass from Velin pay in 2030?", None),
        ("What duty does sheet glass from Thessia pay now?", None),
    ],
)
def test_a_row_holds_from_its_day_until_the_next_of_the_same_names(question: str, value: str | None) -> None:
    answer = ask(question, tables_of(_STEPS.encode(), "csv", "duties by date"))
    assert (answer.short_answer if answer and not answer.is_refusal else None) == value
