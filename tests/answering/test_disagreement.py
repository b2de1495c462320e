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
