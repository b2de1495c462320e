"""The reader's network: BERT, two linear heads, and the way from passages to logits and back to offsets."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.config import Precision
from qa.models import encoder
from qa.models.reader.answer_spans import best_spans
from qa.schema import Passage, ReaderScores, Span

__all__ = ["READER_SHA256", "Reader"]

READER_SHA256 = "a2d8ee5e1558be2e0cd29f6f5e1e4a3ecf24fa0355a3f26afb70fbcbd86b6029"
_QUESTION_TOKENS, _SENTENCE_TOKENS, _INPUT_TOKENS = 48, 256, 352  # the limits of its training
UNREAD = -20.0  # the logit of what did not fit
_TABLE_TOKENS = 64  # of what names the columns of a passage's rows
_HEADING, _OUTSIDE = -2, -1  # numbers of tokens that belong to no sentence of the passage


@dataclass(frozen=True, slots=True)
class _Input:
    """One question-passage pair as tokens; `sentence` and `offsets` run parallel to `ids`."""

    ids: list[int]
    types: list[int]
    sentence: NDArray[np.int64]
    offsets: list[tuple[int, int]]  # document characters; (0, 0) outside the passage's sentences


class Reader:
    """Reads passages against a question; thread-safe.

    The weights lie in the package and are verified when they are loaded (about half a second).
    """

    def __init__(self, precision: Precision = "auto") -> None:
        folder = Path(__file__).parent
        weights = encoder.read_weights(folder / "reader.safetensors", READER_SHA256)
        body = {name[2:]: value for name, value in weights.items() if name.startswith("b.")}
        self._model = encoder.load_bert(folder / "config.json", body, precision)
        self._heads = {name: value.float() for name, value in weights.items() if not name.startswith("b.")}
        self._tokenizer = encoder.open_tokenizer(encoder.packaged_minilm())
        self._cls = self._tokenizer.token_to_id("[CLS]")
        self._sep = self._tokenizer.token_to_id("[SEP]")
        self._lock = threading.Lock()

    def read(self, question: str, passages: Sequence[Passage]) -> list[ReaderScores]:
        """What each passage says to the question, in the order of the passages."""
        return self.read_pairs([(question, passage) for passage in passages])

    def read_pairs(self, pairs: Sequence[tuple[str, Passage]]) -> list[ReaderScores]:
        """As `read`, for passages of different questions in one go.

        Sentences that do not fit into the reader's 352 tokens get the logit -20.
        """
        inputs = self._encode(pairs)
        scores: list[ReaderScores | None] = [None] * len(pairs)

        def use(hidden: Any, _mask: Any, indices: list[int]) -> None:
            import torch

            values = hidden.float()
            tokens = torch.nn.functional.linear(
                values, self._heads["t.weight"], self._heads["t.bias"]
            ).numpy()
            passage_logits = torch.nn.functional.linear(
                values[:, 0], self._heads["c.weight"], self._heads["c.bias"]
            ).numpy()
            for row, index in enumerate(indices):
                length = len(inputs[index].ids)
                scores[index] = _compute_scores(
                    inputs[index], pairs[index][1], tokens[row, :length], float(passage_logits[row, 0])
                )

        with self._lock:
            encoder.run_encoder(
                self._model, [encoded.ids for encoded in inputs], [encoded.types for encoded in inputs], use
            )
        return [passage_scores for passage_scores in scores if passage_scores is not None]

    def _encode(self, pairs: Sequence[tuple[str, Passage]]) -> list[_Input]:
        """Tokenize every sentence by itself, each distinct text once, and put the inputs together."""
        texts: dict[str, int] = {}
        for question, passage in pairs:
            texts.setdefault(question, len(texts))
            if passage.innermost_heading:
                texts.setdefault(passage.innermost_heading, len(texts))
            if passage.table_context:
                texts.setdefault(passage.table_context, len(texts))
            for sentence in passage.sentences:
                texts.setdefault(passage.slice(sentence), len(texts))
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [self._input(question, passage, texts, encoded) for question, passage in pairs]

    def _input(self, question: str, passage: Passage, texts: dict[str, int], encoded: list[Any]) -> _Input:
        ids = [self._cls, *encoded[texts[question]].ids[:_QUESTION_TOKENS], self._sep]
        question_length = len(ids)
        sentence = [_OUTSIDE] * question_length
        offsets = [(0, 0)] * question_length
        if passage.innermost_heading:
            tokens = encoded[texts[passage.innermost_heading]].ids[:_QUESTION_TOKENS]
            ids += tokens
            sentence += [_HEADING] * len(tokens)
            offsets += [(0, 0)] * len(tokens)
        if passage.table_context:
            tokens = encoded[texts[passage.table_context]].ids[:_TABLE_TOKENS]
            ids += tokens
            sentence += [_OUTSIDE] * len(tokens)
            offsets += [(0, 0)] * len(tokens)
        for number, span in enumerate(passage.sentences):
            encoding = encoded[texts[passage.slice(span)]]
            room = min(_SENTENCE_TOKENS, _INPUT_TOKENS - 1 - len(ids))
            if room <= 0:
                break
            ids += encoding.ids[:room]
            sentence += [number] * len(encoding.ids[:room])
            offsets += [(span.start + first, span.start + last) for first, last in encoding.offsets[:room]]
        ids.append(self._sep)
        sentence.append(_OUTSIDE)
        offsets.append((0, 0))
        types = [0] * question_length + [1] * (len(ids) - question_length)
        return _Input(ids, types, np.array(sentence, dtype=np.int64), offsets)


def _compute_scores(
    encoded: _Input, passage: Passage, tokens: NDArray[np.float32], passage_logit: float
) -> ReaderScores:
    is_heading = encoded.sentence == _HEADING
    numbers = range(len(passage.sentences))
    logits = [tokens[encoded.sentence == number, 0] for number in numbers]
    best = best_spans(tokens[:, 1], tokens[:, 2], encoded.sentence)
    spans: list[Span | None] = []
    for number in numbers:
        first, last, _ = best.get(number, (0, 0, 0.0))
        start, end = encoded.offsets[first][0], encoded.offsets[last][1]
        spans.append(Span(start, end) if start < end else None)
    return ReaderScores(
        answerability_logit=passage_logit,
        sentence_logits=tuple(
            float(sentence_logits.mean()) if len(sentence_logits) else UNREAD for sentence_logits in logits
        ),
        heading_logit=float(tokens[is_heading, 0].mean()) if is_heading.any() else None,
        answer_spans=tuple(spans),
        span_scores=tuple(best[number][2] if spans[number] else UNREAD for number in numbers),
    )
