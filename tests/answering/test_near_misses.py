"""Answers that are nearly about what is asked: other goods, another measure, another one's clause."""

from dataclasses import replace
from datetime import date

import pytest

from qa.answering.assessment import NO_REASON, Assessment, assess
from qa.answering.found_cells import find_cells
from qa.answering.polarity.reversals import is_reversed
from qa.answering.refusal import refuse
from qa.query.query import Query, SubQuestion
from qa.schema import ConditionKind
from tests.answering.test_condition_check import check
from tests.answering.test_extractive_answer import passage
from tests.support.table_documents import tables_of


def denied(question: str, sentence: str, **around: str) -> tuple[ConditionKind, str, str] | None:
    """The kind and words of the last contradicted condition, and what stands in their place."""
    found = [one for one in check(question, sentence, **around) if one.state == "contradicted"]
    return (
        (found[-1].condition.kind, found[-1].condition.text, ", ".join(found[-1].instead)) if found else None
    )


@pytest.mark.parametrize(
    ("question", "sentence", "around", "expected"),
    [
        ("How much barley does Ostia import?", "It imports 40 tonnes of rye.", {}, ("barley", "rye")),
        ("How high is the duty on pears?", "Plums and cherries pay 9 percent.", {}, ("pear", "plum, cherry")),
        (  # nothing that both are told by but the same word behind them
            "What share of Dorn's mango exports did Peru buy?",
            "Peru bought half of Dorn’s cheese exports.",
            {},
            ("mango", "cheese"),
        ),
        (  # a title that has both tells nothing
            "How much zinc did Ostia sell in 2030?",
            "Of nickel it sold 40 tonnes.",
            {"title": "Zinc and nickel in 2030"},
            ("zinc", "nickel"),
        ),
        ("How much zinc was sold in 2030?", "Of nickel it sold 40 tonnes.", {"heading": "Zinc"}, None),
        (  # who or what sold it stands before
            "How much zinc was sold in 2030?",
            "It sold 40 tonnes of nickel.",
            {"before": "The mine at Lisk is old."},
            ("zinc", "nickel"),
        ),
        (
            "By how much did zinc grow?",
            "It grew by 40 tonnes, more than nickel.",
            {"before": "Zinc did well."},
            None,
        ),
        ("How much corn was sold?", "40 tonnes of maize were sold.", {}, None),
        ("How much grain was sold?", "40 tonnes of rye were sold.", {}, None),
        ("How much barley was sold?", "Of grain they sold 40 tonnes.", {}, None),
        ("How much butter was sold?", "Butter and cheese together: 40 tonnes.", {}, None),
        ("What did Ostia plant instead of barley?", "It planted rye.", {}, None),
        ("Which cereal is dearer than barley?", "Rye costs more.", {}, None),
        ("How much rye does the Barley Board buy?", "The Board buys 40 tonnes of rye.", {}, None),
    ],
)
def test_other_goods(
    question: str, sentence: str, around: dict[str, str], expected: tuple[str, str] | None
) -> None:
    found = denied(question, sentence, **around)
    assert found == (("name", *expected) if expected else None)


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "How much of Peru's imports comes from Chile?",
            "Imports cover half of Peru’s coal needs, and nearly all of them come from Chile.",
            ("all imports", "coal"),
        ),
        (
            "What share of Peru's exports goes to Chile?",
            "In timber Chile takes 40 percent of Peru’s exports.",
            ("all exports", "timber"),
        ),
        ("What share of Peru's exports goes to Chile?", "Chile takes 40 percent of Peru’s exports.", None),
        ("What share of Peru's tin exports goes to Chile?", "Chile takes half of its tin exports.", None),
        (
            "How much are Peru's exports worth?",
            "Peru’s exports, mostly zinc, were worth $9 billion.",
            None,
        ),
    ],
)
def test_all_trade_is_not_told_by_one_good(
    question: str, sentence: str, expected: tuple[str, str] | None
) -> None:
    assert denied(question, sentence) == (("name", *expected) if expected else None)


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("What did the bridge at Lisk cost?", "The bridge at Lisk is 4.5 km long.", ("the cost", "4.5 km")),
        ("What did the bridge at Lisk cost?", "For the bridge at Lisk Ostia paid $40 million.", None),
        ("How much compensation did Dorn get?", "Dorn lost 40 percent.", ("the compensation", "40 percent")),
        ("How much vat was refunded in May?", "The rate was 19 percent in May.", ("the vat", "19 percent")),
        ("How much duty is paid on rye?", "Rye pays 19 percent.", None),
        ("How much are packers paid?", "At Dorn, 20,000 of them pack fruit.", ("the pay", "20,000")),
        ("How much are packers paid?", "Packers get 20 talers an hour.", None),
    ],
)
def test_another_measure(question: str, sentence: str, expected: tuple[str, str] | None) -> None:
    assert denied(question, sentence) == (("unit", *expected) if expected else None)


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "How long was the port of Lisk shut in May 2031?",
            "In March 2030 storms shut the port of Lisk for three days, and it was shut again in May 2031.",
            ("period", "May 2031", "March 2030"),
        ),
        (
            "How long was the port of Lisk shut in May 2031?",
            "It was shut in March 2030, and it was shut again in May 2031 for three days.",
            None,
        ),
        (
            "How much money did Peru give for the fence?",
            "Peru sent 400 soldiers, and Chile paid $9 million for the fence.",
            ("name", "Peru", "Chile"),
        ),
        (
            "How much money did Peru give for the fence?",
            "Peru sent 400 soldiers, and Chile got $9 million from it for the fence.",
            None,
        ),
        (
            "Why did the Chilean Senate vote against the pact?",
            "Peru’s parliament voted against it because of the fish, and the Chilean Senate followed in May.",
            ("name", "the Chilean Senate", "Peru"),
        ),
        (
            "Why did the Chilean Senate vote against the pact?",
            "Peru’s parliament voted for it, and the Chilean Senate voted against it because of the fish.",
            None,
        ),
    ],
)
def test_the_clause_of_another(
    question: str, sentence: str, expected: tuple[ConditionKind, str, str] | None
) -> None:
    assert denied(question, sentence) == expected


def test_who_is_asked_of_is_said_once() -> None:
    sentence = "Peru sent 400 soldiers, and Chile paid $9 million for the fence."
    checked = check("How much money did Peru give for the fence?", sentence)
    assert [one.state for one in checked if one.condition.text == "Peru"] == ["contradicted"]


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Which ministers flew to Lima in May?", "In May two ministers flew to Quito.", ("Lima", "Quito")),
        ("Who visited Lima in May?", "Lima’s envoy, Ada Brink, travelled back to Quito.", ("Lima", "Quito")),
        ("Who visited Lima in May?", "In May Ada Brink went to Quito and came to Lima.", None),
        ("How much rye went from Quito to Lima?", "Rye worth $9 million went to Lima.", None),
        (
            "How much of Quito's rye went to Lima?",
            "A third of Quito’s rye went to Chile, some to Lima.",
            None,
        ),
    ],
)
def test_where_somebody_went(question: str, sentence: str, expected: tuple[str, str] | None) -> None:
    assert denied(question, sentence) == (("name", *expected) if expected else None)


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "What definitive levy did Ostia set on tiles?",
            "Ostia set a provisional levy of 9 percent on tiles.",
            ("the definitive levy", "the provisional levy"),
        ),
        (
            "How many frozen prawns were sold?",
            "Of fresh prawns 40 tonnes were sold.",
            ("the frozen prawns", "the fresh prawns"),
        ),
        (
            "What definitive levy did Ostia set on tiles?",
            "The provisional levy of 9 percent on tiles became definitive in May.",
            None,
        ),
        (
            "When was the revised treaty between Dorn and Peru signed?",
            "The original accord was signed in March 2011.",
            ("the revised treaty", "the original accord"),
        ),
        (
            "When was the revised treaty between Dorn and Peru signed?",
            "The original accord of 2011 was followed by the revised treaty in 2015.",
            None,
        ),
        ("How long are the winter holidays?", "The spring tides last a week.", None),
        ("Is the net weight or the gross weight told?", "The gross weight is told.", None),
    ],
)
def test_another_sort(question: str, sentence: str, expected: tuple[str, str] | None) -> None:
    assert denied(question, sentence) == (("name", *expected) if expected else None)


@pytest.mark.parametrize(
    ("question", "sentence", "before", "expected"),
    [
        (
            "Which pier was the subject of the third port inquiry?",
            "The second, on the pier at Lisk, ended in May.",
            "Four port inquiries have been held.",
            ("the third port inquiry", "the second"),
        ),
        (
            "Which pier was the subject of the third port inquiry?",
            "The third, on the pier at Lisk, ended in May.",
            "Four port inquiries have been held.",
            None,
        ),
        (  # others are counted
            "Which pier was the subject of the third port inquiry?",
            "The second, Ada Brink, was born at Lisk.",
            "It has two deputies.",
            None,
        ),
    ],
)
def test_another_one_of_those_before(
    question: str, sentence: str, before: str, expected: tuple[str, str] | None
) -> None:
    assert denied(question, sentence, before=before) == (("name", *expected) if expected else None)


@pytest.mark.parametrize(
    ("question", "caption", "expected"),
    [
        ("What does a crate sent by air pay?", "Rates for freight by sea, not by air:", ("air", "")),
        ("What does a crate of rye pay?", "Percent, except rye: talers a tonne", None),  # its unit
        ("What does a crate sent by sea pay?", "Rates for freight by sea, not by air:", None),
        ("Which crates do not pay by air?", "Rates for freight by sea, not by air:", None),
    ],
)
def test_what_a_table_leaves_out(question: str, caption: str, expected: tuple[str, str] | None) -> None:
    found = denied(question, "| A crate | 40 talers |", caption=caption)
    assert found == (("name", *expected) if expected else None)


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (
            "Which mills were granted a longer term?",
            "Mills with old plant could ask for a longer term.",
            True,
        ),
        ("Which mills were granted a longer term?", "Two mills at Lisk were granted a longer term.", False),
        ("Which mills asked for a longer term?", "Two mills at Lisk asked for a longer term.", False),
    ],
)
def test_to_ask_is_not_to_get(question: str, sentence: str, expected: bool) -> None:
    assert is_reversed(question, sentence) is expected


@pytest.mark.parametrize(
    ("question", "sentence", "reason"),
    [
        (
            "How much barley does Ostia import?",
            "It imports 40 tonnes of rye.",
            "They say it of rye, not of barley.",
        ),
        (
            "What definitive levy did Ostia set on tiles?",
            "Ostia set a provisional levy of 9 percent on tiles.",
            "They say it of the provisional levy, not of the definitive levy.",
        ),
        (
            "How long was the port of Lisk shut in May 2031?",
            "In March 2030 storms shut the port of Lisk for three days, and it was shut again in May 2031.",
            "They have March 2030, not May 2031.",
        ),
    ],
)
def test_a_refusal_says_what_the_answer_is_about(question: str, sentence: str, reason: str) -> None:
    conditions = check(question, sentence)
    answer = refuse(Query.of(question), [], confidence=0.2, engine="extractive", conditions=conditions)
    assert answer.sentences[-1].text == reason


def test_a_cell_does_not_answer_what_its_table_leaves_out() -> None:
    text = (
        "# Freight\n\nRates for crates by sea, not by the mountain road:\n\n"
        "| Goods | Rate, talers |\n|---|---|\n| Pears | 40 |\n| Plums | 60 |\n"
    )
    tables = tables_of(text.encode(), "markdown", "freight")
    found = []
    for way in ("by the mountain road", "by sea"):
        question = SubQuestion.of(f"What rate, in talers, do crates of plums pay {way}?")
        nothing_read = Assessment(
            subquestion=question, passages=(), expanded_passages=(), ranked_sentences=(), confidence=0.2
        )
        cells = find_cells(nothing_read, tables)
        found.append(cells.answer.short_answer if cells else None)
    assert found == [None, "60 talers"]


def test_the_outcome_of_what_is_still_to_come_is_refused() -> None:
    question = "What did the envoys decide at the review of the Salt Pact?"
    told = passage("At the review each envoy may ask for an end.", "The envoys meet.", logits=[4.0, -2.0])
    asked = SubQuestion.of(question)

    def is_refused(title: str) -> bool:
        metadata = replace(told.metadata, title=title, published=date(2031, 5, 1))
        return assess(
            asked, [replace(told, metadata=metadata)], [replace(told, metadata=metadata)]
        ).is_contradicted

    assert [
        is_refused("The 2032 review of the Salt Pact"),
        is_refused("The 2031 review of the Salt Pact"),
    ] == [
        True,
        False,
    ]


def test_the_words_of_the_question_are_no_answer() -> None:
    def confidence(span: str) -> float:
        told = passage("Blue Harbour, built by Ada Brink, is at Lisk.", logits=[3.0], span=span)
        return assess(SubQuestion.of("Who built Blue Harbour?"), [told], [told]).confidence

    assert confidence("Blue Harbour") < 0.55 * confidence("Ada Brink")


def test_a_reason_that_somebody_gave_is_a_reason() -> None:
    told = passage("Dorn will close its mill at Lisk in May.", "Mills are old.", logits=[3.0, -2.0])
    question = SubQuestion.of("What reason did Dorn give for closing its mill at Lisk?")
    assert assess(question, [told], [told]).omission == NO_REASON


def test_who_waits_is_told_so_when_it_is_asked_since_when_a_pact_holds_for_it() -> None:
    told = passage(
        "Others are waiting:", "- Ostia, May 2031", "- Dorn, June 2031",
        logits=[-3.0, 4.0, -3.0], heading="Who is in the Salt Pact",
    )  # fmt: skip
    found = [
        assess(SubQuestion.of(question), [told], [told]).verdict
        for question in (
            "In what year did the Salt Pact enter into force for Ostia?",
            "In what year did Ostia ask to join the Salt Pact?",
        )
    ]
    assert [verdict.decided_by.text if verdict else None for verdict in found] == [
        "Others are waiting:",
        None,
    ]
