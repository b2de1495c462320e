"""The evidence reader, with its real weights."""

import numpy as np
import pytest

from qa.config import Precision
from qa.errors import ModelError
from qa.models import encoder
from qa.models.reader import Reader, best_spans
from qa.models.reader import evidence_reader as reader_model
from qa.models.reader.answer_spans import MAX_SPAN_TOKENS
from qa.schema import Metadata, Passage, ReaderScores, Sentence, Span

QUESTION = "When did Carney meet Sheinbaum?"
SENTENCES = [
    "The two governments spoke of ports and pipelines.",
    "Carney met Sheinbaum on September 18, 2025.",
    "Steel was not on the agenda.",
]


def passage(sentences: list[str], *, start: int = 100, heading: str | None = None) -> Passage:
    spans = []
    at = start
    for sentence in sentences:
        spans.append(Sentence(at, at + len(sentence)))
        at += len(sentence) + 1
    return Passage(
        chunk_id="1",
        document_id="d",
        ordinal=0,
        section=0,
        start=start,
        end=spans[-1].end,
        heading=heading,
        metadata=Metadata(title="Title"),
        source="/d.txt",
        text=" ".join(sentences),
        sentences=tuple(spans),
        score=0.0,
    )


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader("float32")


def best_span(scores: ReaderScores) -> Span:
    span = scores.answer_spans[int(np.argmax(scores.span_scores))]
    assert span is not None
    return span


def test_the_sentence_and_the_span_that_answer(reader: Reader) -> None:
    read_passage = passage(SENTENCES)
    (scores,) = reader.read(QUESTION, [read_passage])
    assert len(scores.sentence_logits) == 3
    assert int(np.argmax(scores.sentence_logits)) == int(np.argmax(scores.span_scores)) == 1
    assert scores.answerability_logit > 0
    assert read_passage.slice(best_span(scores)) == "September 18, 2025"
    assert scores.heading_logit is None
    (unrelated,) = reader.read("How much milk may be imported?", [read_passage])
    assert unrelated.answerability_logit < scores.answerability_logit


def test_a_heading_is_read_by_its_innermost_part(reader: Reader) -> None:
    (plain,) = reader.read(QUESTION, [passage(SENTENCES, heading="When they met")])
    (nested,) = reader.read(QUESTION, [passage(SENTENCES, heading="Summits > When they met")])
    assert plain.heading_logit is not None
    assert nested.heading_logit == pytest.approx(plain.heading_logit, abs=1e-4)


def test_spans_lie_inside_a_sentence(reader: Reader) -> None:
    questions = [QUESTION, "What?", "Who spoke of ports, and what was not on the agenda?", "Why is that so?"]
    passages = [
        passage(SENTENCES, start=start, heading=heading) for start in (0, 7) for heading in (None, "Talks")
    ]
    for question in questions:
        for read_passage, scores in zip(passages, reader.read(question, passages), strict=True):
            assert len(scores.answer_spans) == len(scores.span_scores) == len(read_passage.sentences)
            for inside, span in zip(read_passage.sentences, scores.answer_spans, strict=True):
                if span is not None:
                    assert inside.start <= span.start < span.end <= inside.end


def test_offsets_are_characters_not_bytes(reader: Reader) -> None:
    read_passage = passage(
        ["\U0001f600 Übrigens – „Grüße“.", "Carney met Sheinbaum on September 18, 2025."], start=3
    )
    (scores,) = reader.read(QUESTION, [read_passage])
    assert read_passage.slice(best_span(scores)) == "September 18, 2025"


def test_neither_order_nor_company_matters(reader: Reader) -> None:
    passages = [
        passage(SENTENCES),
        passage(SENTENCES[:1]),
        passage(SENTENCES * 6, heading="Talks"),
        passage(["Milk is sold in bags."]),
    ]
    together = reader.read(QUESTION, passages)
    backwards = reader.read(QUESTION, passages[::-1])[::-1]
    for single_passage, scores, backward_scores in zip(passages, together, backwards, strict=True):
        (alone,) = reader.read(QUESTION, [single_passage])
        for repeated in (alone, backward_scores):
            assert repeated.answerability_logit == pytest.approx(scores.answerability_logit, abs=1e-3)
            assert repeated.sentence_logits == pytest.approx(scores.sentence_logits, abs=1e-3)
            assert best_span(repeated) == best_span(scores)


def test_pairs_of_different_questions(reader: Reader) -> None:
    pairs = [(QUESTION, passage(SENTENCES)), ("What was not on the agenda?", passage(SENTENCES))]
    first, second = reader.read_pairs(pairs)
    assert [int(np.argmax(scores.span_scores)) for scores in (first, second)] == [1, 2]


@pytest.mark.parametrize("precision", ["bfloat16", "int8"])
def test_other_precisions_agree_with_float32(reader: Reader, precision: Precision) -> None:
    passages = [passage(SENTENCES), passage(["Milk is sold in bags."])]
    for fast, exact in zip(
        Reader(precision).read(QUESTION, passages), reader.read(QUESTION, passages), strict=True
    ):
        assert fast.answerability_logit == pytest.approx(exact.answerability_logit, abs=0.3)
        assert fast.sentence_logits == pytest.approx(exact.sentence_logits, abs=0.3)


def test_nothing_to_read(reader: Reader) -> None:
    assert reader.read(QUESTION, []) == []


def test_what_does_not_fit_is_not_evidence(reader: Reader) -> None:
    long = ["This sentence goes on and on about ports and pipelines and more of them."] * 60
    (scores,) = reader.read(QUESTION, [passage([*long, SENTENCES[1]])])
    assert len(scores.sentence_logits) == 61
    assert scores.sentence_logits[-1] == -20.0
    assert scores.sentence_logits[0] > -20.0
    (long_sentence,) = reader.read(QUESTION, [passage(["pipeline " * 3000])])
    assert len(long_sentence.sentence_logits) == 1
    (long_question,) = reader.read("why " * 500, [passage(SENTENCES)])
    assert min(long_question.sentence_logits) > -20.0


def test_odd_text_is_read(reader: Reader) -> None:
    passages = [passage(["\x00"]), passage(["\U0001f600"]), passage(["\u200b\u200b"]), passage(SENTENCES)]
    for question in (QUESTION, "\x00", "\U0001f600"):
        assert len(reader.read(question, passages)) == 4


def test_damaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # The real file against another checksum is what a changed file is against the real one.
    monkeypatch.setattr(reader_model, "READER_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="damaged or not ours"):
        Reader()


def test_best_spans_by_hand() -> None:
    start = np.array([9, 1, 5, 0, 2, 0], dtype=np.float32)
    end = np.array([9, 0, 0, 4, 0, 8], dtype=np.float32)
    sentence = np.array([-1, 0, 0, 0, 1, 1], dtype=np.int64)
    # 2 to 5 would cross a sentence's end
    assert best_spans(start, end, sentence) == {0: (2, 3, 9.0), 1: (4, 5, 10.0)}
    assert best_spans(start, end, np.array([-1, 0, 0, 0, -1, -1])) == {0: (2, 3, 9.0)}
    assert best_spans(start, end, np.full(6, -1)) == {}
    nothing = np.zeros(3, np.float32)
    assert best_spans(nothing, nothing, np.zeros(3, np.int64)) == {0: (0, 0, 0.0)}


def test_best_spans_has_a_longest_length() -> None:
    length = 3 * MAX_SPAN_TOKENS
    start, end = np.zeros(length, np.float32), np.zeros(length, np.float32)
    start[0] = end[-1] = 10
    span = best_spans(start, end, np.zeros(length, np.int64))[0]
    assert span[1] - span[0] < MAX_SPAN_TOKENS
    assert encoder.length_batches([]) == []
