"""What a chat model is given of what was found: what matters, in groups, and no more than it has room for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from qa.answering.assessment import Assessment
from qa.answering.chat_model.model_evidence import Evidence, choose_evidence, collect_evidence, fit_evidence
from qa.answering.chat_model.token_count import count_by_characters, room_for_evidence, token_counter
from qa.answering.sentence_ranking import RankedSentence
from qa.answering.tables.cell_answer import answer_from_tables
from qa.query.query import SubQuestion
from qa.schema import Metadata, Passage, ReaderScores, Sentence
from qa.text.sentences import sentence_spans
from tests.support.doubles import ScriptedChatModel
from tests.support.table_documents import all_tables

WHEAT = all_tables()[0]
PROSE = "Sales rose. Ostvia sold honey. It sold 87 tonnes. Prices fell. Nobody knows why. Bees are well."


def passage(text: str, name: str = "honey", start: int = 100) -> Passage:
    spans = tuple(Sentence(start + first, start + last) for first, last in sentence_spans(text))
    scores = ReaderScores(
        answerability_logit=1.0,
        sentence_logits=tuple(float(number) for number in range(len(spans))),
        heading_logit=None,
        answer_spans=(None,) * len(spans),
        span_scores=tuple(float(number) for number in range(len(spans))),
    )
    return Passage(
        chunk_id=name, document_id=name, ordinal=0, section=0, start=start, end=start + len(text),
        heading=None, metadata=Metadata(title=name), source=f"{name}.md", text=text, sentences=spans,
        score=1.0, reader_scores=scores,
    )  # fmt: skip


def assessment(question: str, ranked: Sequence[tuple[Passage, int, float]]) -> Assessment:
    sentences = [RankedSentence(found, number, probability) for found, number, probability in ranked]
    return Assessment(
        subquestion=SubQuestion.of(question), passages=[], expanded_passages=[],
        ranked_sentences=sentences, confidence=0.9,
    )  # fmt: skip


def test_sentences_bring_their_neighbours_and_stand_together() -> None:
    honey = passage(PROSE)
    (chosen,) = choose_evidence([assessment("What did Ostvia sell?", [(honey, 2, 0.9)])], [])
    assert chosen.text == "Ostvia sold honey. It sold 87 tonnes. Prices fell."
    assert (chosen.start, chosen.end) == (112, 162)
    assert chosen.text == honey.text[chosen.start - 100 : chosen.end - 100]
    assert chosen.slice(chosen.sentences[0]) == "Ostvia sold honey."
    assert chosen.reader_scores is not None
    assert chosen.reader_scores.sentence_logits == (1.0, 2.0, 3.0)


def test_the_most_useful_comes_first_and_what_hardly_answers_is_left_out() -> None:
    honey, wax = passage(PROSE), passage("Wax is dear. It costs 9 lei. Candles are cheap. Yes.", "wax")
    ranked = [(wax, 1, 0.9), (honey, 0, 0.5), (honey, 5, 0.001)]
    chosen = choose_evidence([assessment("What does wax cost?", ranked)], [])
    assert [found.document_id for found in chosen] == ["wax", "honey"]
    assert chosen[1].text == "Sales rose. Ostvia sold honey."


def test_sides_take_turns_and_a_passage_nobody_chose_gives_its_best_sentence() -> None:
    honey, wax, tin = passage(PROSE), passage("Wax is dear.", "wax"), passage("Tin. Iron. Lead.", "tin")
    sides = [assessment("What is honey?", [(honey, 1, 0.9), (honey, 4, 0.8)])]
    sides.append(assessment("What is wax?", [(wax, 0, 0.3)]))
    chosen = choose_evidence(sides, [honey, wax, tin])
    assert [found.document_id for found in chosen] == ["honey", "wax", "tin"]
    assert chosen[2].text == "Iron. Lead."


def test_no_sentence_is_shown_twice() -> None:
    honey = passage(PROSE)
    overlapping = passage(PROSE[12:], start=112)
    chosen = choose_evidence([assessment("Honey?", [(honey, 1, 0.9), (overlapping, 2, 0.8)])], [])
    starts = [sentence.start for found in chosen for sentence in found.sentences]
    assert sorted(starts) == sorted(set(starts))


def test_a_row_is_read_with_the_names_of_its_columns() -> None:
    source = WHEAT
    text = source.document.text
    start = text.index("| Velin")
    row = text[start : text.index("\n", start)]
    honey = replace(passage(row, start=start), document_id=source.document.id)
    (evidence,) = collect_evidence([honey], [source])
    assert evidence.text == (
        "Destination: Velin; 2029: 120 thousand tonnes; 2030: 0 thousand tonnes; 2031: 88 thousand tonnes; "
        "Share in 2031, percent: 6.2"
    )
    assert evidence.passages[0].text == row
    assert evidence.passages[0].table_context is not None
    assert evidence.passages[0].table_context.startswith("Table 1. Wheat exports of Lorvania")


@pytest.mark.parametrize(
    ("question", "worked_out"),
    [
        (
            "What is the difference in wheat exports of Lorvania to Velin and Ostmark in 2029?",
            "Worked out by the desk: 310 - 120 = 190 thousand tonnes.",
        ),
        (
            "Which destination took the most wheat from Lorvania in 2031?",
            "Worked out by the desk, of all rows of the table: Thessia",
        ),
        ("How much wheat did Lorvania export to Velin in 2029?", None),
    ],
)
def test_what_tables_answer_comes_first_with_its_cells(question: str, worked_out: str | None) -> None:
    source = WHEAT
    answer = answer_from_tables(SubQuestion.of(question), [source])
    assert answer is not None
    first, *rest = collect_evidence([passage(PROSE)], [source], answer)
    assert len(rest) == 1
    assert (first.worked_out or "").startswith(worked_out or "")
    assert bool(first.worked_out) == bool(worked_out)
    for cell in answer.cells:
        assert any(found.start == cell.start for found in first.passages)
        assert first.readings[cell.start].startswith("Destination: ")


def test_evidence_fits_the_room_and_the_first_stays() -> None:
    parts = [Evidence.of(passage(text)) for text in ("long " * 100, "short.", "long " * 50, "also short.")]
    kept = fit_evidence(parts, lambda part: len(part.text), 530)
    assert kept == [parts[0], parts[1], parts[3]]
    assert fit_evidence(parts, lambda part: len(part.text), 10) == parts[:1]
    assert fit_evidence([], lambda part: 1, 10) == []


class CountingModel(ScriptedChatModel):
    """Counts words, or fails."""

    fails: bool = False
    openai_api_base: str | None = None
    num_ctx: int | None = None

    def get_num_tokens(self, text: str) -> int:
        """A token a word."""
        if self.fails:
            raise OSError("no tokenizer")
        return len(text.split())


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        (CountingModel(), 3),
        (CountingModel(fails=True), 6),
        (CountingModel(openai_api_base="http://127.0.0.1:9"), 6),
        (ScriptedChatModel("x"), 6),
        (ScriptedChatModel("x", custom_get_token_ids=lambda text: [1]), 1),
    ],
)
def test_tokens_are_counted_by_the_model_and_never_by_another_ones_tokenizer(model: Any, tokens: int) -> None:
    count = token_counter(model)
    assert [count("abcdef abcdef abc"), count("abcdef abcdef abc")] == [tokens, tokens]
    assert count_by_characters("") == 0


def test_room_is_kept_for_the_answer() -> None:
    assert room_for_evidence(ScriptedChatModel("x"), max_tokens=3000, other_tokens=500) == 3000
    small = CountingModel(num_ctx=2000)
    assert room_for_evidence(small, max_tokens=3000, other_tokens=500) == 1000
    assert room_for_evidence(small, max_tokens=300, other_tokens=500) == 300
    assert room_for_evidence(CountingModel(num_ctx=600), max_tokens=300, other_tokens=500) == 0
    profiled = CountingModel(profile={"max_input_tokens": 100_000})
    assert room_for_evidence(profiled, max_tokens=200_000, other_tokens=500) == 98_000
