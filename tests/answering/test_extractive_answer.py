"""Choosing sentences, refusing, and how an answer reads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from qa.answering import answer_extractively, assess, confidence, refuse, sentence_ranking
from qa.answering.confidence import estimate_confidence
from qa.answering.extractive.sentence_selection import heading_match
from qa.query.query import Query, SubQuestion
from qa.query.question_type import classify_question
from qa.schema import Answer, Metadata, Passage, ReaderScores, Sentence, Span

QUESTION = "What share of Canada's exports goes to Mexico?"


def passage(
    *sentences: str,
    logits: Sequence[float],
    document: str = "a",
    answers: float = 5.0,
    heading: str | None = None,
    heading_logit: float | None = None,
    published: date | None = None,
    span: str | None = None,
    cosine: float = 0.6,
) -> Passage:
    """A passage of these sentences, one blank apart, starting at character 100 of its document."""
    text = " ".join(sentences)
    starts = [
        100 + sum(len(sentence) + 1 for sentence in sentences[:number]) for number in range(len(sentences))
    ]
    spans = [
        Sentence(start, start + len(sentence)) for start, sentence in zip(starts, sentences, strict=True)
    ]
    span_start = 100 + text.index(span) if span else 0
    answer_span = Span(span_start, span_start + len(span)) if span else None
    return Passage(
        chunk_id="1", document_id=document, ordinal=0, section=0, start=100, end=100 + len(text),
        heading=heading, metadata=Metadata(title=f"Title {document}", published=published),
        source=f"/{document}.md", text=text,
        sentences=tuple(spans), score=0.8, dense_score=cosine, lexical_score=1.0,
        sentence_cosines=tuple(0.5 + logit / 50 for logit in logits),
        reader_scores=ReaderScores(
            answerability_logit=answers, sentence_logits=tuple(logits), heading_logit=heading_logit,
            answer_spans=tuple(
                answer_span if answer_span and place.start <= answer_span.start < place.end else None
                for place in spans
            ),
            span_scores=tuple(
                10.0 if answer_span and place.start <= answer_span.start < place.end else -5.0
                for place in spans
            ),
        ),
    )  # fmt: skip


def answer_from(question: str, *passages: Passage, section: Sequence[Passage] = ()) -> Answer:
    return answer_extractively(
        Query.of(question),
        [assess(SubQuestion.of(question), passages, passages)],
        confidence=0.9,
        top_k=5,
        read_section=lambda _: section,
    )


SHARE = "Canada sends 1 percent of its exports to Mexico."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("Who signed it?", "fact", id="who"),
        pytest.param("What share of exports goes to Mexico?", "fact", id="share"),
        pytest.param("When does it expire?", "fact", id="when"),
        pytest.param("Which sectors are the leaders focusing on?", "list", id="which sectors"),
        pytest.param("List the members.", "list", id="list"),
        pytest.param("Why did Canada impose visas?", "open", id="why"),
        pytest.param("What are the main risks?", "survey", id="risks"),
        pytest.param("What do the leaders hope to achieve?", "open", id="what do"),
    ],
)
def test_the_kind_of_a_question(question: str, expected: str) -> None:
    assert classify_question(question) == expected


def test_a_short_fact_has_its_span_and_its_sentence() -> None:
    share_passage = passage(SHARE, "The rest goes south.", logits=[6.0, -7.0], span="1 percent")
    answer = answer_from(QUESTION, share_passage)
    assert answer.short_answer == "1 percent"
    assert answer.text == f"{SHARE} [1]"
    (citation,) = answer.citations
    assert (citation.start, citation.end, citation.quote) == (100, 100 + len(SHARE), SHARE)
    assert citation.highlight == Span(113, 122)
    assert answer.sentences[0].citations == (1,)


def test_several_documents_are_dated_and_the_newest_comes_first() -> None:
    old = passage(SHARE, logits=[6.0], document="old", published=date(2019, 6, 1))
    new = passage(
        "The share of Mexico in Canadian exports rose to 2 percent.", logits=[6.0], document="new",
        published=date(2025, 9, 1),
    )  # fmt: skip
    undated = passage("Exports to Mexico are 3 percent, some say.", logits=[6.0], document="none")
    answer = answer_from(QUESTION, old, new, undated)
    assert answer.citations[0].document_id == "new"
    assert {citation.document_id for citation in answer.citations} == {"new", "old", "none"}
    assert [citation.number for citation in answer.citations] == [1, 2, 3]
    assert answer.text.startswith("2025-09-01, Title new: The share")
    assert "Earlier, 2019-06-01, Title old: Canada" in answer.text
    assert "undated, Title none: Exports" in answer.text


def test_a_question_in_a_document_answers_nothing() -> None:
    found = passage(
        "Minister, will the quay open in May as promised?", "We count on November.", logits=[6.0, 1.0]
    )
    asked = SubQuestion.of("When will the quay open?")
    assert assess(asked, [found], [found]).ranked_sentences[0].text == "We count on November."
    of_questions = SubQuestion.of("What question was the minister asked about the quay?")
    assert assess(of_questions, [found], [found]).ranked_sentences[0].number == 0


def test_the_same_sentence_of_two_documents_is_cited_once() -> None:
    answer = answer_from(
        QUESTION, passage(SHARE, logits=[6.0]), passage(SHARE, logits=[5.9], document="copy")
    )
    assert len(answer.citations) == 1


def test_sentences_of_one_document_stand_in_reading_order() -> None:
    sectors_passage = passage(
        "Mining comes first.", "Nothing here.", "Farming comes next.", logits=[4.0, -8.0, 6.0]
    )
    answer = answer_from("Which sectors are the leaders focusing on?", sectors_passage)
    assert [citation.quote for citation in answer.citations] == ["Mining comes first.", "Farming comes next."]


def test_a_heading_that_asks_the_same_stands_for_its_section() -> None:
    heading = "What do the leaders hope to achieve?"
    heading_passage = passage("Less dependence.", "More trade.", logits=[-3.0, -4.0], heading=heading)
    goal_passage = passage("A goal is to keep the deal.", logits=[5.0], document="b")
    answer = answer_from(heading, goal_passage, heading_passage, section=[heading_passage])
    assert [citation.quote for citation in answer.citations] == ["Less dependence.", "More trade."]


def test_a_heading_that_answers_stands_for_its_section() -> None:
    heading_passage = passage(
        "They must not gang up.", "Nobody knows.", logits=[-3.0, -5.0], heading="Obstacles and dangers",
        heading_logit=3.5,
    )  # fmt: skip
    answer = answer_from("What are the main risks?", heading_passage, section=[heading_passage])
    assert [citation.quote for citation in answer.citations] == ["They must not gang up.", "Nobody knows."]


def test_a_refusal_says_so_and_shows_what_was_looked_at() -> None:
    share_passage = passage(SHARE, logits=[-6.0], answers=-6.0)
    answer = refuse(Query.of("q"), [share_passage], confidence=0.1, engine="extractive")
    assert (answer.status, answer.citations, answer.passages) == ("not_found", (), (share_passage,))
    assert answer.text == "The documents do not answer this question."


def test_confidence_follows_the_reader() -> None:
    good = passage(SHARE, logits=[6.0], answers=5.0, span="1 percent")
    bad = passage("Elections are held in May.", logits=[-7.0], answers=-6.0, cosine=0.1)
    assert estimate_confidence(SubQuestion.of(QUESTION), [good]) > 0.5
    assert estimate_confidence(SubQuestion.of(QUESTION), [bad]) < 0.2
    assert estimate_confidence(SubQuestion.of(QUESTION), []) == 0.0


def features(
    question: str, *sentences: str, span: str | None = None, heading_logit: float | None = None
) -> dict[str, float]:
    only_passage = passage(*sentences, logits=[6.0] * len(sentences), span=span, heading_logit=heading_logit)
    return dict(
        zip(
            confidence.QUESTION_FEATURES,
            confidence.question_features(SubQuestion.of(question), [only_passage]),
            strict=True,
        )
    )


def test_other_years_than_the_question_s_are_a_sign_against() -> None:
    assert features("How many came in 2024?", "In 2023 there were 50.")["year"] == 1.0
    assert features("How many came in 2024?", "In 2024 there were 50.")["year"] == 0.0
    assert features("How many came in 2024?", "There were 50.")["year"] == 0.0


def test_a_heading_that_answers_counts_where_more_than_a_fact_is_asked_for() -> None:
    assert features("What are the main risks?", "It may fail.", heading_logit=7.0)["answers"] > 5.5
    assert features("Who may fail?", "It may fail.", heading_logit=7.0)["answers"] < 5.0


@pytest.mark.parametrize(
    ("question", "heading", "expected"),
    [
        pytest.param("What are the main risks?", "The main risks", 1.0, id="same"),
        pytest.param("What are the main risks?", "Outer > Main risks", 1.0, id="innermost"),
        pytest.param("What are the main risks?", "Dairy", 0.0, id="other"),
        pytest.param("What are the main risks?", None, 0.0, id="none"),
        pytest.param("Why?", "Why now", 0.0, id="only stop words"),
    ],
)
def test_heading_match(question: str, heading: str | None, expected: float) -> None:
    assert heading_match(SubQuestion.of(question), passage(SHARE, logits=[1.0], heading=heading)) == expected


def test_a_sentence_in_two_contexts_counts_once() -> None:
    share_passage = passage(SHARE, "It is small.", logits=[6.0, -4.0])
    again = replace(share_passage, score=0.2)
    ranked = sentence_ranking.rank_sentences(SubQuestion.of(QUESTION), [share_passage, again])
    assert len(ranked) == 2
    assert ranked[0].sentence == share_passage.sentences[0]
    assert ranked[0].passage.score == 0.8


EARLIER = "The duty on urea is 9 percent at the moment."
NEWEST = "The duty on urea is 6.5 percent from June."


@pytest.mark.parametrize(
    ("question", "newest", "first"),
    [
        pytest.param("How high is the duty on urea?", NEWEST, NEWEST, id="both say it"),
        pytest.param("How high is the duty on urea?", "See you soon.", EARLIER, id="the earlier says it"),
        pytest.param("How high was the duty on urea in 2024?", NEWEST, EARLIER, id="a year is named"),
        pytest.param("How high was the duty on urea before?", NEWEST, EARLIER, id="what was before"),
    ],
)
def test_an_earlier_mail_does_not_hide_what_the_newest_says(question: str, newest: str, first: str) -> None:
    heading = "Earlier message: Bo Lind, 1 April 2028"
    passages = [
        passage("Thanks.", EARLIER, logits=[-9.0, 7.0], heading=heading),
        passage(newest, logits=[5.0], heading="Ana Ruiz, 3 May 2029")
        if newest == NEWEST
        else passage(newest, logits=[-9.0], answers=-9.0, cosine=0.0),
    ]
    ranked = sentence_ranking.rank_sentences(SubQuestion.of(question), passages)
    assert ranked[0].passage.slice(ranked[0].sentence) == first


def test_a_quote_beside_its_answer_is_of_an_earlier_mail() -> None:
    quoted = passage("Quoted from Bo Lind, 1 April 2028: The duty is 9 percent.", logits=[1.0])
    assert quoted.quotes_earlier(quoted.sentences[0])
    prices = passage("Quoted prices rose.", logits=[1.0])
    assert not prices.quotes_earlier(prices.sentences[0])


def test_what_has_not_been_read_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="has not been read"):
        sentence_ranking.rank_sentences(
            SubQuestion.of(QUESTION), [replace(passage(SHARE, logits=[1.0]), reader_scores=None)]
        )
