"""What newer documents say to an older answer: who came after, another value, or that it is over."""

from dataclasses import replace
from datetime import date

import pytest

from qa.answering.assessment import assess
from qa.answering.extractive.extractive_answer import answer_extractively
from qa.answering.polarity.ends import best_end_span
from qa.answering.polarity.former_names import best_successor_span, former_names
from qa.answering.polarity.span_choice import best_person_span
from qa.answering.polarity.value_choice import best_value_span
from qa.query.query import Query, SubQuestion
from qa.retrieval.context_choice import choose_contexts, choose_newer
from qa.schema import Answer, Passage
from tests.answering.test_extractive_answer import passage


def answer(question: str, *passages: Passage, likeness: float = 0.0) -> Answer:
    """The answer to a question from passages, whose sentences are all as like to each other."""
    assessment = assess(
        SubQuestion.of(question), passages, passages, likeness=lambda _one, others: [likeness] * len(others)
    )
    return answer_extractively(
        Query.of(question),
        [assessment],
        confidence=assessment.confidence,
        top_k=5,
        read_section=lambda one: [one],
    )


def older(text: str, span: str) -> Passage:
    """What an older document says, of which the reader is sure."""
    return passage(text, logits=[6.0], span=span, published=date(2022, 3, 4))


def newer(*sentences: str, span: str, logits: list[float]) -> Passage:
    """What a newer one says."""
    return passage(*sentences, logits=logits, span=span, document="b", published=date(2025, 6, 11))


@pytest.mark.parametrize(
    ("question", "old", "new", "expected"),
    [
        (
            "Who heads the Salt Office?",
            ("Its head, Mirela Tosk, reports to the court.", "Mirela Tosk"),
            ("Mirela Tosk retired in April.", "She was succeeded by Jonas Edel, a chemist."),
            "Jonas Edel",
        ),
        (
            "Who is the director of the port of Esk?",
            ("The director of the port of Esk is Sven Rood.", "Sven Rood"),
            ("Rood stepped down last year, and Petra Lund took his place.",),
            "Petra Lund",
        ),
        (
            "Who operates the terminal in Esk?",
            ("The terminal in Esk is operated by Halvard Lines.", "Halvard Lines"),
            ("Halvard Lines handed the terminal over to Corva Terminals in March 2023.",),
            "Corva Terminals",
        ),
        (
            "Who is secretary-general of the pact?",
            ("The secretary-general of the pact is Ruth Ames.", "Ruth Ames"),
            ("Ruth Ames's term ended in June; Tomas Ilk follows her.",),
            "Tomas Ilk",
        ),
        (
            "Which country is the largest supplier of sugar?",
            ("The largest supplier of sugar is Ardenia.", "Ardenia"),
            ("Ardenia has lost first place.", "In 2024 Costera delivered 97,000 tonnes and Ardenia 66,000."),
            "Costera",
        ),
    ],
)
def test_who_came_after_whom_an_older_document_names(
    question: str, old: tuple[str, str], new: tuple[str, ...], expected: str
) -> None:
    said = newer(*new, span=expected, logits=[-4.0] * len(new))
    given = answer(question, older(*old), said)
    assert given.short_answer == expected
    assert given.sentences[0].label is None


@pytest.mark.parametrize(
    ("question", "old", "new", "expected"),
    [
        (
            "What is Velm's tariff on sugar?",
            ("Velm levies a tariff of 35 percent on sugar.", "35 percent"),
            ("Parliament in Velm has cut the tariff on sugar to 22 percent.", "22 percent"),
            "22 percent",
        ),
        (  # another's share is none of the asked one
            "What share of its gas does Quorra get from Belmont?",
            ("Belmont covers 55 percent of Quorra's gas.", "55 percent"),
            ("Sarn now covers 62 percent.", "62 percent"),
            "55 percent",
        ),
        (  # what is only planned
            "What is Velm's tariff on sugar?",
            ("Velm levies a tariff of 35 percent on sugar.", "35 percent"),
            (
                "The minister sent parliament in Velm a bill to raise the tariff on sugar to 50 percent.",
                "50 percent",
            ),
            "35 percent",
        ),
        (  # another unit
            "What is Velm's tariff on sugar?",
            ("Velm levies a tariff of 35 percent on sugar.", "35 percent"),
            ("Velm's office for the tariff on sugar has 22 clerks.", "22 clerks"),
            "35 percent",
        ),
    ],
)
def test_a_newer_value_of_the_same_unit(
    question: str, old: tuple[str, str], new: tuple[str, str], expected: str
) -> None:
    said = newer(new[0], span=new[1], logits=[0.5])
    assert answer(question, older(*old), said).short_answer == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Velm removed the tariff on sugar on March 29, 2024.", "removed"),
        ("Velm's tariff on sugar, formerly 35 percent, has been suspended.", "has been suspended"),
        ("Velm may remove the tariff on sugar on March 29, 2025.", "35 percent"),
        ("Velm removed the tax on salt on March 29, 2024.", "35 percent"),
    ],
)
def test_that_it_is_over(sentence: str, expected: str) -> None:
    span = next(part for part in ("March 29, 2024", "March 29, 2025", "35 percent") if part in sentence)
    said = newer(sentence, span=span, logits=[-1.0])
    old = older("Velm levies a tariff of 35 percent on sugar.", "35 percent")
    assert answer("What is Velm's tariff on sugar?", old, said).short_answer == expected


def test_yes_is_no_where_a_newer_document_says_that_it_is_over() -> None:
    old = older("Velm charges a tariff of 35 percent on sugar.", "35 percent")
    said = newer("Velm removed the tariff on sugar on March 29, 2024.", span="removed", logits=[-1.0])
    assert answer("Does Velm charge a tariff on sugar?", old).short_answer == "yes"
    assert answer("Does Velm charge a tariff on sugar?", old, said).short_answer == "no"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Emil Tor retired in May.", ["Emil Tor"]),
        ("Emil Tor was replaced in October by Ada Brink.", ["Emil Tor"]),
        ("Ada Brink took over from Emil Tor.", ["Emil Tor"]),
        ("Its largest customer was Norrheim, followed by Kestoria.", []),
        ("Velm left its duty unchanged.", []),
        ("The director, Emil Tor, left a year early.", ["Emil Tor"]),
        ("Ms Brink now heads the Club; her former post is held by Emil Tor.", ["Ms Brink"]),
        ("Norrheim is no longer the largest customer.", ["Norrheim"]),
        ("The auction has said goodbye to Mbari.", ["Mbari"]),
        ("The boxes are in the hands of Corva, which bought out Calder.", ["Calder"]),
    ],
)
def test_names_of_before(sentence: str, expected: list[str]) -> None:
    assert [sentence[span.start : span.end] for span in former_names(sentence)] == expected


def test_who_went_is_left_to_who_asks_for_it() -> None:
    sentence = "Emil Tor stepped down."
    assert best_successor_span("Who is the warden?", sentence, (0, 8)) is None
    assert best_successor_span("Who stepped down?", sentence, (0, 8)) == (0, 8)


@pytest.mark.parametrize(
    ("sentence", "read", "expected"),
    [
        ("Its director, Ada Brink, is named by the president.", "the president", "Ada Brink"),
        ("Its head, Ada Brink, reports to Emil Tor.", "Ada Brink, reports to Emil Tor", "Ada Brink"),
        ("It is led by Ada Brink, Emil Tor and Ida Lunt.", "Ada Brink, Emil Tor", "Ada Brink, Emil Tor"),
    ],
)
def test_the_person_alone(sentence: str, read: str, expected: str) -> None:
    start = sentence.index(read)
    chosen = best_person_span("Who is the director of the Board?", sentence, (start, start + len(read)))
    assert sentence[slice(*chosen)] == expected


def test_of_two_values_the_new_one() -> None:
    sentence = "On May 1 the duty goes down from 25 to 15 percent."
    start = sentence.index("25")
    chosen = best_value_span("How high is the duty?", sentence, (start, len(sentence) - 1))
    assert sentence[slice(*chosen)] == "15 percent"


def test_what_stands_in_another_clause_is_not_over() -> None:
    sentence = "The price is capped at 9.9 cents, and the state's part was abolished in July 2024."
    span = (sentence.index("9.9"), sentence.index("9.9") + 9)
    assert best_end_span("How high is the price?", sentence, span) == span


def test_who_is_counted_is_not_what_is_over() -> None:
    sentence = "Some 88 carriers had suspended all deliveries."
    span = (sentence.index("88"), sentence.index("88") + 2)
    assert best_end_span("How many carriers stopped deliveries?", sentence, span) == span
    over = best_end_span("How high are the deliveries?", sentence, span)
    assert sentence[slice(*over)] == "had suspended"


@pytest.mark.parametrize(
    ("question", "text", "is_chosen"),
    [
        ("Who heads the Cork Office of Dorn?", "The Cork Office of Dorn has moved.", True),
        ("Who heads the Cork Office of Dorn?", "Ada Brink has retired.", True),
        ("Who heads the Cork Office of Dorn?", "It rained in May.", False),
        ("Who headed the Cork Office of Dorn in 2022?", "Ada Brink has retired.", False),
    ],
)
def test_newer_documents_are_read_from_far_behind(question: str, text: str, *, is_chosen: bool) -> None:
    old = replace(older("Ada Brink heads the Cork Office of Dorn.", "Ada Brink"), score=0.95)
    new = replace(newer(text, span=text, logits=[-6.0]), score=0.1, chunk_id="2")
    contexts = choose_contexts([old, new])
    assert contexts == [old]
    assert choose_newer(SubQuestion.of(question), [old, new], contexts) == (
        [replace(new, is_newer=True)] if is_chosen else []
    )


@pytest.mark.parametrize(
    ("question", "old", "new", "expected"),
    [
        (
            "How many inspectors has the Board?",
            ("The corps numbers 58 inspectors.", "58"),
            "It is down to 49.",
            "49",
        ),
        (  # a person is no place
            "Where is the loom school?",
            ("The loom school is at Kilbarra.", "Kilbarra"),
            "The loom school has a new head, Ada Brink.",
            "Kilbarra",
        ),
        (  # the other of twins, too
            "What does raw sugar pay?",
            ("Raw sugar pays 20 percent.", "20 percent"),
            "Refined sugar now pays 49 percent.",
            "20 percent",
        ),
        (  # one of several values is only replaced by what has its words
            "What is the rate for general cargo?",
            ("The rate is 14 cents for flowers and 11 cents for general cargo.", "11 cents"),
            "Moving flowers costs 49 cents.",
            "11 cents",
        ),
    ],
)
def test_what_a_newer_document_says_in_other_words(
    question: str, old: tuple[str, str], new: str, expected: str
) -> None:
    said = newer(new, span="49" if "49" in new else "Ada Brink", logits=[-5.0])
    alone, both = answer(question, older(*old)), answer(question, older(*old), said, likeness=0.7)
    assert both.short_answer is not None
    assert both.short_answer.startswith(expected)
    assert both.confidence <= 0.75 < alone.confidence
    labels = [sentence.label for sentence in both.sentences]
    assert labels == ([None, "Earlier"] if expected == "49" else [None, "Later"])


def test_what_is_unlike_changes_nothing() -> None:
    old = older("The corps numbers 58 inspectors.", "58")
    said = newer("It is down to 49.", span="49", logits=[-5.0])
    question = "How many inspectors has the Board?"
    assert answer(question, old, said, likeness=0.3).short_answer == answer(question, old).short_answer


def test_remaining_a_member_is_no_leaving() -> None:
    said = newer(
        "Quorra says that it will leave, but remains a member until 2026.", span="Quorra", logits=[3.0]
    )
    assert answer("Is Quorra a member of the pact?", said).short_answer != "no"


def test_what_two_documents_of_one_season_say_is_no_change() -> None:
    old = older("The corps numbers 58 inspectors.", "58")
    said = passage("It is down to 49.", logits=[-5.0], span="49", document="b", published=date(2022, 4, 11))
    given = answer("How many inspectors has the Board?", old, said, likeness=0.7)
    assert given.short_answer == answer("How many inspectors has the Board?", old).short_answer
