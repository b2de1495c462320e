"""Markers to numbers, and sentences to citations."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering import citations
from qa.schema import Metadata, Passage, ReaderScores, Sentence, Span
from qa.text.sentences import sentence_spans

TEXT = (
    "Canada sent 1 percent of its exports to Mexico in 2024. Mexico sent 3 percent of its exports to Canada. "
    "Both worry about the review of 2026. Analysts expect a hard round of talks on dairy and cars."
)


def passage(text: str = TEXT, *, start: int = 40, logits: tuple[float, ...] | None = None) -> Passage:
    sentences = tuple(Sentence(start + a, start + b) for a, b in sentence_spans(text))
    evidence = None
    if logits:
        evidence = ReaderScores(
            answerability_logit=1,
            sentence_logits=logits,
            heading_logit=None,
            answer_spans=(None,) * len(logits),
            span_scores=logits,
        )
    return Passage(
        chunk_id="1", document_id="canada", ordinal=0, section=0, start=start, end=start + len(text),
        heading="Trade", metadata=Metadata(title="Canada and Mexico", published=date(2025, 9, 18)),
        source="canada.md", text=text, sentences=sentences, score=1.0, reader_scores=evidence,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "text", "numbers"),
    [
        pytest.param("Exports fell [1].", "Exports fell.", [(1,)], id="before the full stop"),
        pytest.param("Exports fell. [1]", "Exports fell.", [(1,)], id="after the full stop"),
        pytest.param("Exports fell [1][2].", "Exports fell.", [(1,), (2,)], id="two"),
        pytest.param("Exports fell [1, 3].", "Exports fell.", [(1, 3)], id="list"),
        pytest.param("Exports fell [2-4].", "Exports fell.", [(2, 3, 4)], id="range"),
        pytest.param("Exports fell [2–4; 7].", "Exports fell.", [(2, 3, 4, 7)], id="range and list"),
        pytest.param("Exports fell [4-2].", "Exports fell.", [(2, 3, 4)], id="backward range"),
        pytest.param("Exports fell [1], [2] and [3].", "Exports fell.", [(1, 2, 3)], id="joined by words"),
        pytest.param("Exports fell [1]-[3].", "Exports fell.", [(1, 2, 3)], id="range of markers"),
        pytest.param("Exports fell [ 1 ].", "Exports fell.", [(1,)], id="spaces"),
        pytest.param("Exports fell ([1]).", "Exports fell.", [(1,)], id="in parentheses"),
        pytest.param("Exports fell [Source 2].", "Exports fell.", [(2,)], id="label"),
        pytest.param("Exports fell [^2].", "Exports fell.", [(2,)], id="footnote"),
        pytest.param("Exports fell【3†source】.", "Exports fell.", [(3,)], id="lenticular"),
        pytest.param("Exports fell.[1]Imports rose.", "Exports fell. Imports rose.", [(1,)], id="no space"),
        pytest.param("[1] Exports fell.", "Exports fell.", [(1,)], id="in front"),
        pytest.param("[99999999999]", "", [(99999999999,)], id="huge"),
        pytest.param(
            "According to [1], it fell.", "According to the evidence, it fell.", [(1,)], id="object"
        ),
        pytest.param("[1] says it fell.", "The evidence says it fell.", [(1,)], id="subject"),
        pytest.param("Exports fell (1).", "Exports fell (1).", [], id="parentheses are no marker"),
        pytest.param("An area of 5 km².¹", "An area of 5 km².¹", [], id="superscripts are no marker"),
        pytest.param("[Canada] it said", "[Canada] it said", [], id="words are no marker"),
        pytest.param("Exports fell [1", "Exports fell [1", [], id="not closed"),
        pytest.param("[" + "9" * 5000 + "]", "[" + "9" * 5000 + "]", [], id="too many digits for a number"),
    ],
)
def test_markers_are_read(line: str, text: str, numbers: list[tuple[int, ...]]) -> None:
    without_markers, markers = citations.parse_markers(line)
    assert without_markers == text
    assert [marker.numbers for marker in markers] == numbers


def test_a_huge_range_is_bounded_and_keeps_its_end() -> None:
    _, markers = citations.parse_markers("Exports fell [1-99999999].")
    assert len(markers[0].numbers) < 60
    assert markers[0].numbers[-1] == 99999999


@given(st.text(alphabet="a[]1,- .(【】†)\n", max_size=60))
def test_positions_lie_in_the_text_in_order(line: str) -> None:
    text, markers = citations.parse_markers(line)
    positions = [marker.position for marker in markers]
    assert positions == sorted(positions)
    assert all(0 <= position <= len(text) for position in positions)


def test_long_white_space_takes_no_time() -> None:
    assert citations.parse_markers("a" + " " * 200_000 + "b")[0] == "a b"


@pytest.mark.parametrize(
    ("answer_sentence", "expected"),
    [
        pytest.param(
            "Mexico got 1 percent of what Canada exported in 2024.", [0], id="paraphrase by numbers"
        ),
        pytest.param("Three percent of Mexican exports went to Canada.", [1], id="spelled number"),
        pytest.param("The talks on dairy will be hard, analysts expect.", [3], id="other order"),
        pytest.param("The 2026 review is a concern for both.", [2], id="other words"),
        pytest.param(
            "Canada sent 1 percent in 2024 and Mexico 3 percent.", [0, 1], id="two sentences merged"
        ),
    ],
)
def test_nearest_sentences(answer_sentence: str, expected: list[int]) -> None:
    cited_passage = passage()
    assert [
        cited_passage.sentences.index(sentence)
        for sentence in citations.supporting_sentences(answer_sentence, cited_passage)
    ] == expected


def test_without_shared_words_the_reader_decides() -> None:
    cited_passage = passage(logits=(-1.0, -2.0, 3.0, 0.0))
    assert citations.supporting_sentences("Nothing alike.", cited_passage) == (cited_passage.sentences[2],)
    assert citations.supporting_sentences("Nothing alike.", passage()) == (passage().sentences[0],)


def test_a_highlight_outside_the_sentence_is_left_out() -> None:
    cited_passage = passage()
    first, second = cited_passage.sentences[:2]
    inside = Span(first.start + 12, first.start + 21)
    citation = citations.make_citation(cited_passage, first, 1, inside)
    assert (citation.quote, citation.highlight) == (cited_passage.slice(first), inside)
    assert cited_passage.slice(inside) == "1 percent"
    assert citations.make_citation(cited_passage, second, 1, inside).highlight is None


def test_a_citation_names_the_version_that_its_passage_was_read_from() -> None:
    cited_passage = replace(passage(), document_sha256="ab")
    assert citations.make_citation(cited_passage, cited_passage.sentences[0], 1).document_sha256 == "ab"
