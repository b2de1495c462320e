"""Two documents that answer with different values at one time stand side by side, and others do not."""

from datetime import date

import pytest

from qa.schema import Answer
from tests.answering.test_extractive_answer import answer_from, passage

DAY = date(2026, 3, 2)
QUOTA = "How high is the wheat quota of Valdoria?"
IS = "The wheat quota of Valdoria is 1,250 tonnes."


def answer_of(question: str, first: tuple[str, str], second: tuple[str, str]) -> Answer:
    """The answer from two documents of one day, each a sentence with the words of it that answer."""
    (text, span), (other_text, other_span) = first, second
    return answer_from(
        question,
        passage(text, logits=[6.0], span=span, document="a", published=DAY),
        passage(other_text, logits=[5.8], span=other_span, document="b", published=DAY),
    )


@pytest.mark.parametrize(
    ("question", "first", "second"),
    [
        (QUOTA, (IS, "1,250 tonnes"), ("Valdoria has a wheat quota of 1,400 tonnes.", "1,400 tonnes")),
        (
            QUOTA,
            ("The wheat quota of Valdoria is 1,250 tonnes, the ministry says.", "1,250 tonnes"),
            ("According to the Grain Board, the wheat quota of Valdoria is 1,400 tonnes.", "1,400 tonnes"),
        ),
        (
            "When does the ferry to Quillmoor open?",
            ("The ferry to Quillmoor opens on 4 May 2026.", "4 May 2026"),
            ("The ferry to Quillmoor will open on 11 May 2026, the board expects.", "11 May 2026"),
        ),
        (
            "How high is the export tax on raw hides?",
            ("The export tax on raw hides is 20 percent.", "20 percent"),
            ("Tanners complain that the export tax on raw hides is 25 percent.", "25 percent"),
        ),
    ],
)
def test_documents_that_disagree_are_told(
    question: str, first: tuple[str, str], second: tuple[str, str]
) -> None:
    answer = answer_of(question, first, second)
    assert [sentence.label for sentence in answer.sentences] == [None, "Otherwise"]
    told = [f"{first[1]} (Title a)", f"{second[1]} (Title b)"]
    if answer.citations[0].document_id == "b":
        told.reverse()
    assert answer.warnings == (f"the documents disagree: {', '.join(told)}",)
    assert told[0].startswith(str(answer.short_answer))
    assert "Otherwise, 2026-03-02, Title " in answer.text


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("Valdoria has a wheat quota of 1,250 tonnes.", "1,250 tonnes", id="the same"),
        pytest.param("Valdoria has a wheat quota of 1,255 tonnes.", "1,255 tonnes", id="rounded"),
        pytest.param("Valdoria has a wheat quota of about 1,400 tonnes.", "1,400 tonnes", id="a guess"),
        pytest.param("Valdoria has a wheat quota of 30 percent.", "30 percent", id="another unit"),
        pytest.param(
            "Until now the wheat quota of Valdoria was 1,400 tonnes.", "1,400 tonnes", id="till now"
        ),
        pytest.param("Norvia has a wheat quota of 1,400 tonnes.", "1,400 tonnes", id="of another"),
        pytest.param(
            "Valdoria has a wheat quota of 1,400 tonnes for rye mills.", "1,400 tonnes", id="for some"
        ),
        pytest.param("In 2031 Valdoria has a wheat quota of 1,400 tonnes.", "1,400 tonnes", id="then"),
        pytest.param("Valdoria has a barley quota of 1,400 tonnes.", "1,400 tonnes", id="of another thing"),
        pytest.param("Valdoria should have a wheat quota of 1,400 tonnes.", "1,400 tonnes", id="wished for"),
        pytest.param("Until now Valdoria had a wheat quota of 1,400 tonnes.", "1,400 tonnes", id="before"),
    ],
)
def test_what_is_set_apart_is_no_disagreement(text: str, span: str) -> None:
    answer = answer_of(QUOTA, (IS, "1,250 tonnes"), (text, span))
    assert "Otherwise" not in {sentence.label for sentence in answer.sentences}
    assert answer.warnings == ()


def test_what_is_said_of_others_is_no_disagreement() -> None:
    of_each = [
        (f"{name} has a wheat quota of {value}.", value)
        for name, value in (("Norvia", "5 tonnes"), ("Arden", "7 tonnes"))
    ]
    answer = answer_of("How high is the wheat quota?", *of_each)
    assert answer.warnings == ()


def test_older_document_is_earlier_and_not_otherwise() -> None:
    other = "Valdoria has a wheat quota of 1,400 tonnes."
    answer = answer_from(
        QUOTA,
        passage(IS, logits=[6.0], span="1,250 tonnes", document="a", published=DAY),
        passage(other, logits=[5.8], span="1,400 tonnes", document="b", published=date(2020, 1, 1)),
    )
    assert [sentence.label for sentence in answer.sentences] == [None, "Earlier"]


def test_document_that_says_otherwise_answers_with_nothing_else() -> None:
    more = "The quota is set each March by the board of wheat growers."
    answer = answer_from(
        QUOTA,
        passage(IS, logits=[6.0], span="1,250 tonnes", document="a", published=DAY),
        passage(
            "Valdoria has a wheat quota of 1,400 tonnes.",
            more,
            logits=[5.8, 5.7],
            span="1,400 tonnes",
            document="b",
            published=DAY,
        ),
    )
    labels = {citation.quote: citation.highlight for citation in answer.citations}
    assert [sentence.label for sentence in answer.sentences[1:]] == ["Otherwise"] * (len(labels) - 1)
    assert labels.get(more) is None


# Yes and no ---------------------------------------------------------------------------------------

BANNED = "Does Valdoria ban copper exports?"
YES = "Valdoria bans copper exports."
NO = "Valdoria does not ban copper exports."


def say(question: str, first: str, second: str, published: date | None = DAY) -> Answer:
    """The answer from two documents, the second of that day."""
    return answer_from(
        question,
        passage(first, logits=[6.0], document="a", published=DAY),
        passage(second, logits=[5.8], document="b", published=published),
    )


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        (BANNED, YES, NO),
        (BANNED, YES, "According to the ministry, Valdoria has no ban on its copper exports."),
        (
            BANNED,
            "Valdoria has a ban on exports of copper, the board reports.",
            "Valdoria has no ban on copper exports.",
        ),
        ("Is the Brask bridge open?", "The Brask bridge is open.", "The Brask bridge is closed."),
        ("Did Ostia ratify the pact?", "Ostia ratified the pact.", "Ostia did not ratify the pact."),
        ("Is the Brask line private?", "The Brask line is private.", "The Brask line is state-owned."),
    ],
)
def test_yes_and_no_of_one_day_are_told(question: str, yes: str, no: str) -> None:
    answer = say(question, yes, no)
    told = [("yes", yes, "a"), ("no", no, "b")]
    if answer.short_answer == "no":
        told.reverse()
    assert [answer.short_answer, answer.sentences[0].text] == [told[0][0], f"{told[0][0].title()}."]
    said = ", ".join(f"{kind} (Title {document})" for kind, _, document in told)
    assert answer.warnings == (f"the documents disagree: {said}",)
    assert [(sentence.text, sentence.label) for sentence in answer.sentences[1:]] == [
        (told[0][1], None),
        (told[1][1], "Otherwise"),
    ]
    assert all(citation.highlight for citation in answer.citations)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("Valdoria has a ban on the exports of copper.", id="the same"),
        pytest.param("Valdoria may have no ban on copper exports.", id="perhaps"),
        pytest.param("Valdoria should have no ban on copper exports.", id="wished for"),
        pytest.param("Valdoria had no ban on copper exports.", id="what was"),
        pytest.param("In 2019 Valdoria has no ban on copper exports.", id="then"),
        pytest.param("Until now Valdoria had no ban on copper exports.", id="till now"),
        pytest.param("Norvia has no ban on copper exports.", id="of another"),
        pytest.param("Valdoria has no ban on tin exports.", id="of another thing"),
        pytest.param("Valdoria has no ban on refined copper exports.", id="of a kind"),
        pytest.param("Valdoria has no ban on copper exports to Norvia.", id="to one"),
        pytest.param("Valdoria has no ban on copper exports from small mines.", id="of some"),
    ],
)
def test_yes_and_no_of_different_things_are_no_disagreement(other: str) -> None:
    answer = say(BANNED, YES, other)
    assert {sentence.label for sentence in answer.sentences} == {None}
    assert answer.warnings == ()


def test_what_was_done_is_no_denial_of_what_is() -> None:
    for text in ("Ostia accepted the pact.", "Ostia was bound by the pact."):
        answer = say("Does Ostia accept the pact?", "Ostia does not accept the pact.", text)
        assert {sentence.label for sentence in answer.sentences} == {None}


def test_newer_verdict_leads_and_the_older_one_is_earlier() -> None:
    older, newer = date(2020, 1, 1), date(2027, 1, 1)
    answer = say(BANNED, YES, NO, older)
    assert (answer.short_answer, answer.warnings) == ("yes", ())
    assert [(s.text, s.label) for s in answer.sentences[1:]] == [(YES, None), (NO, "Earlier")]
    answer = say(BANNED, YES, NO, newer)
    assert (answer.short_answer, answer.warnings) == ("no", ())
    assert [(s.text, s.label) for s in answer.sentences[1:]] == [(NO, None), (YES, "Earlier")]


def test_document_without_a_day_says_otherwise() -> None:
    answer = say(BANNED, YES, NO, None)
    assert [sentence.label for sentence in answer.sentences] == [None, None, "Otherwise"]
