"""Answers over documents of our own: a cell, the figure in force, a verdict, a refusal that says why."""

from collections.abc import Iterator

import pytest

from qa import Assistant
from qa.schema import Answer, Turn

DOCUMENTS = {
    "honey.md": """---
title: Honey trade of Tarland
published: 2031-03-02
---

# Imports

Imports of honey by country of origin, in tonnes

| Country | 2028 | 2029 | 2030 |
|---|---|---|---|
| Ostvia | 87 | 64 | 120 |
| Merland | 40 | 0 | 35 |
| Quell | 12 |  | 9 |

Quell has not reported its deliveries of 2029.
""",
    "levy-2028.md": """---
title: Tarland taxes beeswax
published: 2028-05-11
---

Tarland charges an import levy of 9 percent on beeswax.

The levy was demanded by Trade Minister Ivo Strand, because cheap wax had ruined half of all candle makers.
""",
    "levy-2031.md": """---
title: Tarland's beeswax levy is cut
published: 2031-02-20
---

Tarland's import levy on beeswax is now 4 percent, not 5, as some papers wrote.

The country has not joined the Candle Pact, and Trade Minister Lena Holt ruled out doing so.

Candles from Merland are exempt from the levy.
""",
    "oils.md": """---
title: Oils of Tarland
published: 2031-01-15
---

The duty on groundnut oil is 12 percent.
""",
    "ferries.md": """---
title: Ferry tenders of Port Orm
published: 2031-01-20
---

The contract for the day ferry went to Quay Lines, after three firms, Quay, Norr and Tolk, had bid for it.

For the night ferry to Lund there was a tender, too. Nobody bid.

Tolk, a carrier of Port Orm, sued the shipyard Veen over a late ferry. The judges found the delay to be short.
""",
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The documents in a store."""
    folder = tmp_path_factory.mktemp("desk")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Assistant.open(folder / "store") as opened:
        opened.add([folder / name for name in DOCUMENTS])
        yield opened


def quotes(answer: Answer) -> list[str]:
    return [citation.quote for citation in answer.citations]


def marked(answer: Answer, number: int = 0) -> str:
    citation = answer.citations[number]
    assert citation.highlight is not None
    return citation.quote[citation.highlight.start - citation.start : citation.highlight.end - citation.start]


@pytest.mark.parametrize(
    ("question", "short_answer", "cell"),
    [
        ("How much honey did Tarland import from Ostvia in 2029?", "64 tonnes", "64"),
        ("How much honey came from Merland in 2029?", "0 tonnes", "0"),
    ],
)
def test_a_cell_answers_with_its_unit_and_is_marked(
    assistant: Assistant, question: str, short_answer: str, cell: str
) -> None:
    answer = assistant.ask(question)
    assert answer.short_answer == short_answer
    assert marked(answer) == cell
    assert all(checked.is_met for checked in answer.conditions)
    assert {"2029"} <= {checked.condition.text for checked in answer.conditions}


def test_a_difference_is_worked_out_from_cells_that_are_cited(assistant: Assistant) -> None:
    answer = assistant.ask("What is the difference between the honey imports from Ostvia in 2028 and 2029?")
    assert answer.computed is not None
    assert (answer.computed.value, answer.computed.cells) == ("23", (1, 2))
    assert [marked(answer, number) for number in (0, 1)] == ["87", "64"]
    assert answer.text.startswith("Worked out by the desk: 87")
    assert answer.sentences[0].citations == (1, 2)
    assert answer.confidence > 0.5


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param("How much honey did Tarland import from Ostvia in 2031?", "not 2031", id="period"),
        pytest.param("How much honey did Tarland import from Quell in 2029?", "", id="blank"),
        pytest.param("How much honey did Tarland import from Sorland in 2029?", "Sorland", id="partner"),
        pytest.param("How high was the levy on beeswax in Merland in 2025?", "", id="country"),
    ],
)
def test_what_is_not_there_is_refused_with_its_reason(assistant: Assistant, question: str, said: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "not_found"
    assert said in answer.text


def test_the_figure_in_force_comes_first_and_the_older_one_is_called_earlier(assistant: Assistant) -> None:
    answer = assistant.ask("How high is Tarland's import levy on beeswax?")
    assert answer.short_answer == "4 percent"
    assert marked(answer) == "4 percent"
    assert quotes(answer)[0].startswith("Tarland's import levy on beeswax is now 4 percent")
    older = [sentence.label for sentence in answer.sentences if "9 percent" in sentence.text]
    assert older in ([], ["Earlier"])


def test_a_question_about_an_earlier_year_gets_that_years_figure(assistant: Assistant) -> None:
    answer = assistant.ask("How high was Tarland's import levy on beeswax in 2028?")
    assert answer.short_answer == "9 percent"


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is Tarland's import levy on beeswax 4 percent?", "yes"),
        ("Has Tarland joined the Candle Pact?", "no"),
        ("Are candles from Merland exempt from the levy?", "yes"),
    ],
)
def test_a_yes_no_question_is_decided(assistant: Assistant, question: str, verdict: str) -> None:
    answer = assistant.ask(question)
    assert answer.short_answer == verdict
    assert answer.text.startswith(f"{verdict.capitalize()}. ")
    assert answer.sentences[0].citations == (1,)


def test_what_a_question_takes_for_granted_is_denied_by_the_sentence_that_says_so(
    assistant: Assistant,
) -> None:
    answer = assistant.ask("Why did Tarland join the Candle Pact?")
    assert answer.text.startswith("The documents say otherwise. ")
    assert "has not joined the" in quotes(answer)[0]
    assert answer.short_answer is None
    assert answer.confidence < 0.8


@pytest.mark.parametrize(
    ("question", "denying"),
    [
        ("Which firms bid for the night ferry to Lund?", "Nobody bid."),
        ("Why did Veen sue Tolk over the late ferry?", "Tolk, a carrier of Port Orm, sued the shipyard Veen"),
    ],
)
def test_a_sentence_beside_the_best_one_denies(assistant: Assistant, question: str, denying: str) -> None:
    answer = assistant.ask(question)
    assert answer.text.startswith("The documents say otherwise. ")
    assert quotes(answer)[0].startswith(denying)


def test_a_follow_up_is_one_clean_question_about_another_cell(assistant: Assistant) -> None:
    first = "How much honey did Tarland import from Ostvia in 2029?"
    answer = assistant.ask("and from Merland?", history=[Turn(first, assistant.ask(first).text, "answered")])
    assert answer.standalone_question == "How much honey did Tarland import from Merland in 2029?"
    assert answer.short_answer == "0 tonnes"


def test_a_good_is_found_by_its_other_name(assistant: Assistant) -> None:
    answer = assistant.ask("How high is the duty on peanut oil?")
    assert answer.standalone_question == "How high is the duty on groundnut oil?"
    assert answer.short_answer == "12 percent"
