"""The list that is asked for, among those that look like it."""

from datetime import date

import pytest

from qa.answering.assessment import NOT_NAMED, assess
from qa.answering.extractive.enumeration import find_enumeration, is_item
from qa.answering.extractive.extractive_answer import answer_extractively
from qa.answering.extractive.sentence_selection import select_sentences
from qa.query.query import Query, SubQuestion
from qa.schema import Passage
from tests.answering.test_extractive_answer import passage


def listed(question: str, *passages: Passage) -> list[str]:
    subquestion = SubQuestion.of(question)
    assert subquestion.question_type == "list"
    selection = select_sentences(assess(subquestion, passages, passages), "list", lambda one: [one])
    return [selected.text for selected in selection]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Its members are Arda, Brell and Corvo.", "Arda, Brell and Corvo"),
        ("Rails, beams and coil are left out.", "Rails, beams and coil"),
        ("The body sets the catch of cod, hake and shrimp for each year.", "cod, hake and shrimp"),
        ("Arda left; for tea, rice and salt they remain, since farmers wish it.", "tea, rice and salt"),
        (
            "It has parts of its own: the engine, the body and chassis, the axle and the frame.",
            "the engine, the body and chassis, the axle and the frame",
        ),
        (
            "They are the engine, the body and chassis, the axle and, in some, the advanced battery.",
            "the engine, the body and chassis, the axle and, in some, the advanced battery",
        ),
        (
            "The plan has four pillars: trade; mobility, inclusion and health; security; and the climate.",
            "trade; mobility, inclusion and health; security; and the climate",
        ),
        ("Arda, Brell and Corvo signed, Dorn waited, and Esk left.", "Arda, Brell and Corvo"),
        (
            "In June 2031 it added iron, zinc and silicon metal, which makes 34.",
            "iron, zinc and silicon metal",
        ),
        ("In May, he said, they left.", None),
        ("One rate applied from June 4, 2025, and another was asked for.", None),
        ("Firms asked for more time, while several unions and farmers wanted rules.", None),
        ("It was melted in Arda, or its ore was dug and sold there.", None),
        ("It binds Arda, Brell and Corvo.", "Arda, Brell and Corvo"),
        ("Arda and Brell signed.", None),
    ],
)
def test_what_a_sentence_counts_up(text: str, expected: str | None) -> None:
    span = find_enumeration(text)
    assert (text[span.start : span.end] if span else None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- Arda", True), ("2. Brell", True), ("| Corvo | 3 |", True), ("• Dorn", True),
        ("1.5 percent is paid.", False), ("**Arda** pays.", False), ("-5 degrees", False), ("Arda", False),
    ],
)  # fmt: skip
def test_an_item_has_its_mark(text: str, expected: bool) -> None:
    assert is_item(text) is expected


def test_members_are_not_those_that_wait() -> None:
    members = passage("Its members are Arda, Brell and Corvo.", logits=[1.0], document="a", heading="League")
    waiting = passage("Dorn, Esk and Fell are waiting to join.", logits=[3.0], document="b", heading="League")
    assert listed("Which countries are members of the League?", waiting, members) == [
        "Its members are Arda, Brell and Corvo."
    ]


def test_of_two_like_lists_the_heading_tells() -> None:
    league = passage("Its members are Arda, Brell and Corvo.", logits=[2.0], document="a", heading="LEAGUE")
    union = passage("Its members are Arda, Dorn and Esk.", logits=[1.5], document="b", heading="UNION")
    assert listed("Which countries are members of UNION?", league, union) == [
        "Its members are Arda, Dorn and Esk."
    ]


def test_what_it_binds_is_said_by_the_sentence_before() -> None:
    pacts = passage(
        "The Coral Pact, signed in 2016, lowers duties.",
        "It binds Arda, Brell and Corvo.",
        "The Coral Accord, three years younger, protects names.",
        "It binds Arda, Dorn and Esk.",
        logits=[2.0, 0.5, 4.0, 0.2],
    )
    for question in ("Which countries are bound by the Coral Accord?", "Parties to the Coral Accord?"):
        assert listed(question, pacts) == ["It binds Arda, Dorn and Esk."]
    assert listed("Members of the Coral Pact?", pacts) == ["It binds Arda, Brell and Corvo."]


def test_a_body_named_in_short_is_not_another() -> None:
    minutes = passage(
        "The Coral Grain Pact is not the Coral Grain Protocol.",
        "Parties to the Pact are Arda, Brell and Corvo.",
        "Parties to the Protocol are Arda, Dorn and Esk.",
        logits=[1.0, 3.0, 2.5],
    )
    assert listed("Which are the parties to the Coral Grain Protocol?", minutes) == [
        "Parties to the Protocol are Arda, Dorn and Esk."
    ]


def test_what_is_not_covered_is_what_is_exempt() -> None:
    goods = passage(
        "The duty applies to coil, plate and wire.", "Rails, beams and tubes are exempt.", logits=[3.0, 2.0]
    )
    assert listed("Which goods are not covered by the duty?", goods) == ["Rails, beams and tubes are exempt."]
    assert listed("Which goods are covered by the duty?", goods) == [
        "The duty applies to coil, plate and wire."
    ]


def test_a_list_that_points_back_comes_with_what_it_points_to() -> None:
    lines = ["Arda has yet to free some lines.", "These are cars, tyres and soap.", "Tea is free."]
    goods = passage(*lines, logits=[4.0, 2.0, -6.0])
    assert listed("Which lines has Arda yet to free?", goods) == lines[:2]


def test_now_means_the_newest_list() -> None:
    old = passage("Exempt are Arda, Brell and Corvo.", logits=[2.0], document="a", published=date(2021, 1, 1))
    new = passage("Exempt are Brell, Dorn and Esk.", logits=[1.5], document="b", published=date(2024, 1, 1))
    assert listed("Which countries are now exempt?", old, new) == ["Exempt are Brell, Dorn and Esk."]


def test_what_a_sentence_counts_up_is_the_short_answer() -> None:
    query = Query.of("Which countries are members of the League?")
    members = passage("Its members are Arda, Brell and Corvo.", logits=[2.0], heading="League")
    answer = answer_extractively(
        query,
        [assess(query.subquestions[0], [members], [members])],
        confidence=0.9,
        top_k=5,
        read_section=lambda one: [one],
    )
    assert answer.short_answer == "Arda, Brell and Corvo"
    (citation,) = answer.citations
    assert citation.highlight is not None
    assert citation.highlight.start == citation.start + len("Its members are ")


def test_what_is_only_counted_is_not_named() -> None:
    question = SubQuestion.of("Name the fifteen other countries")
    counted = passage("Fifteen other countries make up the rest.", "Arda buys most.", logits=[3.0, 1.0])
    assert assess(question, [counted], [counted]).omission == NOT_NAMED
    three = SubQuestion.of("Which three countries signed?")
    named = passage("Three countries signed: Arda, Brell and Corvo.", logits=[3.0])
    assert assess(three, [named], [named]).omission is None


def test_a_list_goes_on_in_the_sentences_behind_it_and_with_who_joined_later() -> None:
    accord = passage(
        "It is the one accord to which both neighbours belong.",
        "The accord took effect for the first three states to ratify it: Arda, Brell and Corvo.",
        "Dorn followed two weeks later, while the rest took their time, Esk in 2031.",
        "Farm goods matter most.",
        "Falk was the first newcomer.",
        "It applied in 2030 and became the sixth member in 2033.",
        "Gand, Hult and Ilm are waiting to join.",
        logits=[4.0, 2.0, 0.5, -3.0, 0.0, 0.0, 0.5],
    )
    assert listed("Which states are members of the accord?", accord) == [
        "The accord took effect for the first three states to ratify it: Arda, Brell and Corvo.",
        "Dorn followed two weeks later, while the rest took their time, Esk in 2031.",
        "Falk was the first newcomer.",
        "It applied in 2030 and became the sixth member in 2033.",
    ]


_RATIFIED = "Three of the six states had ratified it by May: Arda, Brell and Corvo."
_HAD_NOT = "Three had not: Dorn, Esk and Fell."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which states haven't ratified the accord?", _HAD_NOT),
        ("Which states have ratified the accord?", _RATIFIED),
    ],
)
def test_those_that_had_not_did_not_do_what_the_sentence_before_says(question: str, expected: str) -> None:
    accord = passage("The accord frees trade.", _RATIFIED, _HAD_NOT, logits=[4.0, 2.0, 2.0])
    assert listed(question, accord) == [expected]


def test_a_list_of_those_that_signed_does_not_answer_who_did_not() -> None:
    signed = passage("In May it was signed by Arda, Brell and Corvo.", logits=[4.0])
    unsigned = passage("Not signed by Arda, Brell and Corvo.", logits=[4.0])

    def confidence(question: str, found: Passage) -> float:
        return assess(SubQuestion.of(question), [found], [found]).confidence

    sure = confidence("Which states signed it?", signed)
    assert confidence("Which states didn't sign it?", signed) < 0.5 * sure
    assert confidence("Which states didn't sign it?", unsigned) > 0.5 * sure


@pytest.mark.parametrize(
    ("question", "item"),
    [
        ("What subjects does the port dialogue cover?", "- a port dialogue on tides, tolls and pilots;"),
        ("Which fees were raised in June 2031?", "- In June 2031 fees for cranes, locks and tugs rose;"),
    ],
)
def test_one_item_of_a_list_answers_for_what_it_alone_is_about(question: str, item: str) -> None:
    lead, others = "The plan has these items:", ["- more trade in fish, oil and salt;", "- a yearly meeting."]
    plan = passage(lead, item, *others, logits=[-4.0, 5.0, -3.0, -4.0])
    assert listed(question, plan) == [item]
    alike = passage(lead, item, *others, logits=[-4.0, 5.0, 5.0, 4.8])
    assert listed(question, alike) == [lead, item, *others]


def test_what_kind_of_things_is_asked_for_singles_out_no_item() -> None:
    items = ["- March 2: a first group of tinned goods;", "- April 4: cans;", "- June 3: pots and pans."]
    stages = passage("It grew in stages:", *items, logits=[-3.0, 5.0, -3.0, -3.0])
    assert len(listed("List the tinned goods that were added to the tariff", stages)) == 4
    assert len(listed("Which tinned goods were added to the tariff?", stages)) == 4


def test_an_item_far_likelier_than_another_list_is_not_given_up_for_it() -> None:
    item = "- June 23: ovens, kettles and pans."
    stages = passage("The list has grown:", "- May 2: bolts.", item, logits=[-3.0, -3.0, 5.0], document="a")
    other = "Steel escapes it if its ore was added by Arda, Brell or Corvo."
    assert listed(
        "Which goods were added on June 23?", stages, passage(other, logits=[-8.0], document="b")
    ) == [item]


def test_an_item_of_several_sentences_does_not_end_its_list() -> None:
    lines = ["1. All agree.", "Few expect it.", "2. Some change it.", "3. None agrees."]
    outcomes = passage(*lines, logits=[4.0, -6.0, 4.0, -6.0])
    assert listed("What are the possible outcomes?", outcomes) == [lines[0], lines[2], lines[3]]


def test_first_second_and_third_belong_together() -> None:
    tests = [
        "First, half of it is local.",
        "Second, the steel is.",
        "Third, the wages are.",
        "It ends there.",
    ]
    told = passage(*tests, logits=[4.0, 3.6, -6.0, -6.0])
    selection = select_sentences(
        assess(SubQuestion.of("List the tests."), [told], [told]), "list", lambda one: [one]
    )
    assert {one.text for one in selection} == set(tests[:3])


def test_so_many_are_those_that_the_next_sentence_counts_up() -> None:
    told = [
        "Three groups wanted the gate closed.",
        "Millers, bakers and carters spoke of it, and fined nobody.",
    ]
    groups = passage(*told, logits=[-2.0, -1.0], document="a")
    other = passage("Arda, Brell and Corvo wanted more time.", logits=[3.0], document="b")
    assert listed("Which three groups wanted to close the gate?", other, groups) == told
    assert listed("Which four groups wanted to close the gate?", other, groups) != told


def test_those_that_still_have_to_are_not_those_that_did() -> None:
    done = passage("Arda, Brell and Corvo have ratified the pact.", logits=[4.0], document="a")
    waiting = passage("Dorn, Esk and Fell have yet to ratify it.", logits=[1.0], document="b")
    assert listed("Which states still have to ratify the pact?", done, waiting) == [waiting.text]


def test_of_two_counts_in_a_sentence_the_one_of_which_it_is_said() -> None:
    text = (
        "Goods such as pipes, wires and sheets have paid 50 percent, while ore, slag and scrap were spared."
    )
    for question, counted in (
        ("Which goods were spared?", "ore, slag and scrap"),
        ("Which goods paid 50 percent?", "pipes, wires and sheets"),
    ):
        span = find_enumeration(text, question)
        assert span
        assert text[span.start : span.end] == counted
