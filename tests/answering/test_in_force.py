"""Which of several sentences holds now, and what a line of a title says."""

from datetime import date

import pytest

from qa.answering.assessment import assess
from qa.answering.outdated import is_outdated
from qa.answering.sentence_ranking import RankedSentence
from qa.answering.statements_first import is_title_line
from qa.query.query import SubQuestion
from qa.schema import Passage
from tests.answering.test_extractive_answer import passage


@pytest.mark.parametrize(
    ("sentence", "behind", "expected"),
    [
        ("Circular 3 stated that samples up to 50 kg are free.", "This was a misprint.", True),
        ("In July they had forecast 305 tonnes.", "Rain fell.", True),
        ("The December issue said 168, which was a typing error.", "Rain fell.", True),
        ("The rate was 35 percent until 2022.", "Rain fell.", True),
        ("The limit was and remains 5 kg.", "Rain fell.", False),
        ("The limit is 12 tonnes.", "We apologise for the error.", False),
        ("The duty goes down to 15 percent.", "It is not 12, as was printed; that was a slip.", False),
        ("The duty goes down to 12 percent.", "It was not correct to say so: that was a slip.", True),
    ],
)
def test_what_is_earlier_or_wrong_by_its_own_text(sentence: str, behind: str, expected: bool) -> None:
    one = passage(sentence, behind, logits=[1.0, 0.0])
    assert is_outdated(RankedSentence(one, 0, 0.5)) is expected


def test_the_corrected_value_comes_before_the_misprint() -> None:
    one = passage(
        "Circular 3 stated that samples are free up to 50 kg.", "This was a misprint.",
        "The limit was and remains 5 kg.", logits=[4.0, -6.0, -2.0],
    )  # fmt: skip
    best = assess(SubQuestion.of("Up to what weight are samples free?"), [one], [one]).ranked_sentences[0]
    assert best.text == "The limit was and remains 5 kg."


@pytest.mark.parametrize(
    ("sentences", "best"),
    [
        (
            (
                "On Tuesday we wrote that Dorn sold 1.9 million tonnes of oil in March.",
                "The correct quantity is 1.6 million tonnes.",
            ),
            1,
        ),
        (
            (
                "The gap is put at $310 billion.",
                "The $370 billion in the press release was an error.",
                "It rained.",
            ),
            0,
        ),
        (("In no. 18 we wrote that the quota of oil is 1.9 million tonnes.", "It is 1.6 million tonnes."), 1),
        (("We said that Dorn sold 1.9 million tonnes in March.", "Esk sold 1.6 million tonnes."), 0),
    ],
)
def test_a_figure_that_is_put_right_stands_behind(sentences: tuple[str, ...], best: int) -> None:
    logits = [4.0 if "1.9" in text or "370" in text else -2.0 for text in sentences]
    one = passage(*sentences, logits=logits)
    asked = SubQuestion.of(
        "How much oil did Dorn really sell in March 2031?"
        if "oil" in sentences[0]
        else "How wide is the gap?"
    )
    assert assess(asked, [one], [one]).ranked_sentences[0].number == best


def test_a_newer_document_that_names_no_person_does_not_come_before_one_that_does() -> None:
    older = passage(
        "Emil Tor bargains on the pact for Ostia.", logits=[2.0], published=date(2031, 3, 1), span="Emil Tor"
    )
    newer = passage(
        "The pact binds Ostia, Dorn and Esk.",
        logits=[1.5],
        published=date(2031, 9, 1),
        document="b",
        span="Esk",
    )
    asked = SubQuestion.of("Who bargains on the pact for Ostia?")
    assert "Emil Tor" in assess(asked, [older, newer], [older, newer]).ranked_sentences[0].text


def test_a_day_that_is_put_right_stands_behind() -> None:
    one = passage(
        "Etching tools need a licence from 1 October.", "It rained.",
        "Correction: etching tools need a licence from 1 November, not on 1 October as was said.",
        logits=[4.0, -6.0, -1.0],
    )  # fmt: skip
    asked = SubQuestion.of("From which day do etching tools need a licence?")
    assert assess(asked, [one], [one]).ranked_sentences[0].number == 2


def test_of_an_earlier_year_what_was_until_later() -> None:
    one = passage(
        "Cloth pays 25 percent.", "The rate for cloth was 35 percent until 2022.", logits=[4.0, -2.0]
    )
    for year, expected in ((2021, 1), (2023, 0)):
        question = SubQuestion.of(f"What rate did cloth pay in {year}?")
        assert assess(question, [one], [one]).ranked_sentences[0].number == expected


@pytest.mark.parametrize(
    ("newer", "day", "question", "is_tempered"),
    [
        ("Calder has had two more since April.", date(2025, 3, 6), "does Calder have", True),
        ("Calder has had two more since April.", date(2018, 12, 6), "does Calder have", False),
        ("Dorn has had two more since April.", date(2025, 3, 6), "does Calder have", False),
        ("Calder has had two more since April.", date(2025, 3, 6), "did Calder have in 2018", False),
    ],
)
def test_an_old_answer_is_less_sure_where_a_much_newer_document_speaks_of_the_same(
    newer: str, day: date, question: str, is_tempered: bool
) -> None:
    old = passage("Calder has six cranes.", logits=[8.0], published=date(2018, 9, 14), span="six")
    new = passage(newer, logits=[-6.0], document="b", published=day, answers=-6.0, cosine=0.3)
    asked = SubQuestion.of(f"How many cranes {question}?")
    best = assess(asked, [old, new], [old, new]).ranked_sentences[0]
    assert (best.text, best.max_confidence < 0.8) == ("Calder has six cranes.", is_tempered)


@pytest.mark.parametrize(
    ("newer", "best"),
    [
        ("Boxes had been counted twice in 2017; the proper total was 362,000 boxes.", "newer"),
        ("Auditors found that Calder handled 362,000 boxes in 2017; two digits had been swapped.", "newer"),
        ("The 410,000 boxes of Calder were an estimate, since revised to 362,000 boxes.", "newer"),
        ("Calder handled 390,000 boxes in 2021.", "older"),
        ("Boxes of Dorn had been counted twice in 2015; the proper total was 362,000 boxes.", "older"),
        ("In 2017 the fee was miscalculated; it ought to have been 12 crowns.", "older"),
    ],
)
def test_a_newer_document_puts_a_figure_of_before_right(newer: str, best: str) -> None:
    old = passage(
        "Calder handled 410,000 boxes in 2017.", logits=[6.0], published=date(2018, 9, 14),
        span="410,000 boxes",
    )  # fmt: skip
    new = passage(newer, logits=[-1.0], document="b", published=date(2025, 3, 6))
    asked = SubQuestion.of("How many boxes did Calder handle in 2017?")
    ranked = assess(asked, [old, new], [old, new]).ranked_sentences
    assert ranked[0].text == (newer if best == "newer" else old.text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Royal Embassy of Ostia, Calder.", True),
        ("Prepared by Counsellor Ada Brink.", True),
        ("Market report, 18 November 2024.", True),
        ("Title a", True),
        ("By value, Dorn supplied 31 percent and Esk 17 percent.", False),
        ("Ada Brink runs the office.", False),
        ("Ada Brink left the Tea Board in January 2025.", False),
        ("- Book space by January.", False),
        ("Parcels are free.", False),
        ("Observers: Ostia, Dorn, the Tea Board.", False),
        ("Guests: Ostia, Dorn", False),
        ("Contact: Ada Brink, Calder.", True),
        ("Annual Report 2024: Tea, Rope.", True),
        ("Tea and Rope: A Guide for Importers", True),
    ],
)
def test_a_title_line_tells_nothing(line: str, expected: bool) -> None:
    assert is_title_line(passage(line, logits=[0.0]), line) is expected


def test_title_lines_stand_behind_unless_asked_for() -> None:
    one = passage("Royal Embassy, Calder, 3 May 2024", "Ada Brink has led it since May.", logits=[4.0, -1.0])
    asked = SubQuestion.of("Who has led the embassy?")
    assert assess(asked, [one], [one]).ranked_sentences[0].number == 1
    asked = SubQuestion.of("When was the report published?")
    assert assess(asked, [one], [one]).ranked_sentences[0].number == 0


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("What rate did rope pay in November 2030?", 1),
        ("What rate did rope pay on 3 February 2030?", 0),
        ("What rate did rope pay at the end of 2031?", 2),
    ],
)
def test_of_a_past_day_what_began_last_before_it(question: str, number: int) -> None:
    one = passage(
        "Since 1 February 2030 rope has paid a rate of 4 percent.",
        "From 1 October 2030 rope pays a rate of 6 percent.",
        "From 1 July 2031 rope pays a rate of 9 percent.",
        logits=[4.0, 3.0, 3.0],
    )
    assert assess(SubQuestion.of(question), [one], [one]).ranked_sentences[0].number == number


@pytest.mark.parametrize(
    ("sentence", "state"),
    [
        ("Since 1 October rope has paid 4 percent.", "met"),
        ("From 1 February rope will pay 4 percent.", "contradicted"),
    ],
)
def test_what_began_without_a_year_began_in_that_of_its_text(sentence: str, state: str) -> None:
    one = passage(sentence, logits=[4.0], published=date(2030, 12, 5))
    question = SubQuestion.of(
        "What rate did rope pay in January 2030?"
        if state == "contradicted"
        else "What rate did rope pay in November 2030?"
    )
    best = assess(question, [one], [one]).ranked_sentences[0]
    assert [checked.state for checked in best.conditions if checked.condition.kind == "period"] == [state]


def best(question: str, *passages: Passage) -> str:
    """The sentence that comes first for a question."""
    return assess(SubQuestion.of(question), passages, passages).ranked_sentences[0].text


def test_a_value_that_another_sentence_denies_comes_behind_it() -> None:
    note = passage("The hearing in Esk is on 22 tonnes.", logits=[5.0], span="22 tonnes")
    denied = passage("The hearing in Esk is on 27 tonnes, not 22 tonnes.", logits=[0.0], document="b")
    assert best("On how much is the hearing in Esk?", note, denied).startswith("The hearing in Esk is on 27")


def test_a_change_from_the_value_comes_before_it() -> None:
    old = passage("The tax on hides in Dorn is still 12 percent.", logits=[5.0], span="12 percent")
    new = passage("Dorn lowers its tax on hides from 12 to 5 percent.", logits=[-1.0], document="b")
    assert "from 12" in best("How high is the tax on hides in Dorn?", old, new)


def test_a_value_of_a_past_year_gives_way_to_its_last_change() -> None:
    told = passage(
        "The tariffs go back to 2018, when steel was charged 25 percent.", "Dorn was let off in 2019.",
        "In June the rate was doubled to 50 percent.", logits=[5.0, -8.0, -6.0],
        published=date(2025, 9, 30), span="25 percent",
    )  # fmt: skip
    assert best("How high is the tariff on steel?", told).startswith("In June")
    assert "2018" in best("How high was the tariff on steel in 2018?", told)


@pytest.mark.parametrize(
    ("before", "change"),
    [
        ("Since April 2031 Ostian cars had paid 27 percent.", "The lower rate of 15 percent began on May 9."),
        ("By then the duties on Ostian cars had reached 45 percent.", "Arda then halved them to 20 percent."),
        (
            "The first list of Ostian cars was published in 2029, with 31 entries.",
            "In 2030 three came in, which makes 34.",
        ),
    ],
)
def test_what_had_been_gives_way_to_the_change_behind_it(before: str, change: str) -> None:
    told = passage(before, change, logits=[4.0, -2.0], published=date(2031, 6, 1))
    subquestion = SubQuestion.of("How much do Ostian cars pay now?")
    assert assess(subquestion, [told], [told]).ranked_sentences[0].text == change
    then = SubQuestion.of("How much had Ostian cars paid before?")
    assert assess(then, [told], [told]).ranked_sentences[0].text == before


def test_whom_another_followed_comes_behind() -> None:
    old = passage("Emil Tor heads Haldane Steel.", logits=[5.0], span="Emil Tor")
    new = passage("At Haldane Steel, Ada Brink followed Emil Tor in May.", logits=[0.0], document="b")
    assert best("Who heads Haldane Steel?", old, new).startswith("At Haldane")


def test_who_has_moved_on_comes_behind() -> None:
    old = passage(
        "Licences are handled by Emil Tor.", logits=[5.0], published=date(2025, 3, 1), span="Emil Tor"
    )
    new = passage(
        "Ada Brink has been in charge of licences since 10 August; Emil Tor has moved to the granary.",
        logits=[0.0], document="b", published=date(2025, 8, 21), span="Ada Brink",
    )  # fmt: skip
    assert best("Who handles licences?", old, new).startswith("Ada Brink")


@pytest.mark.parametrize(
    ("since", "expected"), [("has been nil since 1 July 2030", "nil"), ("had been nil until 2027", "4.5")]
)
def test_what_a_newer_document_says_to_have_changed_since(since: str, expected: str) -> None:
    old = passage(
        "The customs duty on cork is 4.5 percent.", logits=[6.0], published=date(2029, 2, 1),
        span="4.5 percent",
    )  # fmt: skip
    new = passage(
        f"The customs duty {since} for all who sell cork to Brenland.", logits=[-6.0], document="b",
        published=date(2031, 2, 1), span="nil", answers=-3.0, cosine=0.3,
    )  # fmt: skip
    assert expected in best("What duty does cork pay today?", old, new)


def test_of_a_month_the_newest_by_then() -> None:
    note = passage(
        "The Salt Agency has 14 officers, who expect 300 ships in 2025.", logits=[3.0],
        published=date(2025, 3, 14), span="14",
    )  # fmt: skip
    speech = passage(
        "The Salt Agency has 31 officers.", logits=[2.5], document="b", published=date(2025, 9, 9), span="31"
    )
    assert "31" in best("How many officers does the Salt Agency have as of September 2025?", note, speech)
    assert "14" in best("How many officers does the Salt Agency have as of April 2025?", note, speech)


def test_of_a_year_what_has_held_since_the_last_day_before() -> None:
    first = passage(
        "From 1 December cement pays 9 percent.", logits=[5.0], published=date(2023, 11, 22), span="9 percent"
    )
    second = passage(
        "As from 1 September 2024 cement pays 13 percent.", logits=[2.0], document="b", span="13 percent"
    )
    assert "13" in best("What does cement pay in March 2025?", first, second)
    assert " 9 " in best("What does cement pay in March 2024?", first, second)


def test_a_sentence_that_meets_all_comes_before_one_about_another() -> None:
    other = passage("Chile pays 9 percent for its wool.", logits=[5.0], span="9 percent")
    asked = passage("Peru pays 4 percent.", logits=[1.0], document="b", span="4 percent")
    assert best("What does Peru pay?", other, asked).startswith("Peru")
