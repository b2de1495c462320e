"""The reader's network: BERT, two linear heads, and the way from passages to logits and back to offsets."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.config import Precision
from qa.models import encoder
from qa.models.reader.answer_spans import best_spans
from qa.models.reader.network import apply_heads, split_weights
from qa.models.reader.reader_input import HEADING, ContextPart, InputBuilder, ReaderInput, spell_date
from qa.schema import Passage, ReaderScores, Span

__all__ = ["READER_SHA256", "Reader"]

READER_SHA256 = "27925aee9ad9d76c3bba70acae646c983e96fd6d81525b85afe19a2dfd7adf00"
UNREAD = -20.0  # the logit of what did not fit
# Of a title, of a date, of a heading, and of what names the columns of a passage's rows.
_TITLE_TOKENS, _DATE_TOKENS, _HEADING_TOKENS, _TABLE_TOKENS = 24, 6, 48, 64


class Reader:
    """Reads passages against a question; thread-safe.

    The weights lie in the package and are verified when they are loaded (about half a second).
    """

    def __init__(self, precision: Precision = "auto") -> None:
        folder = Path(__file__).parent
        weights = encoder.read_weights(folder / "reader.safetensors", READER_SHA256)
        body, heads = split_weights(weights)
        self._heads = {name: value.astype(np.float32) for name, value in heads.items()}
        self._encoder = encoder.open_encoder(folder / "config.json", body, precision)
        self._inputs = InputBuilder(encoder.open_tokenizer(encoder.packaged_minilm()))

    def read(self, question: str, passages: Sequence[Passage]) -> list[ReaderScores]:
        """What each passage says to the question, in the order of the passages."""
        return self.read_pairs([(question, passage) for passage in passages])

    def read_pairs(self, pairs: Sequence[tuple[str, Passage]]) -> list[ReaderScores]:
        """As `read`, for passages of different questions in one go.

        Sentences that do not fit into the reader's 384 tokens get the logit -20.
        """
        inputs = self._inputs.build(
            [
                (question, _context(passage), [passage.slice(sentence) for sentence in passage.sentences])
                for question, passage in pairs
            ]
        )
        scores: list[ReaderScores | None] = [None] * len(pairs)

        def use(hidden: Any, _mask: Any, indices: list[int]) -> None:
            tokens, answers = apply_heads(hidden, self._heads)
            for row, index in enumerate(indices):
                length = len(inputs[index].ids)
                scores[index] = _compute_scores(
                    inputs[index], pairs[index][1], tokens[row, :length], float(answers[row])
                )

        encoder.run_encoder(
            self._encoder, [encoded.ids for encoded in inputs], [encoded.types for encoded in inputs], use
        )
        return [passage_scores for passage_scores in scores if passage_scores is not None]


def _context(passage: Passage) -> list[ContextPart]:
    """Whose words these are: title and day of the document, the section, and what names a table's columns."""
    heading = passage.innermost_heading
    parts = []
    if passage.title != heading:
        parts.append(ContextPart(passage.title, _TITLE_TOKENS))
    if passage.published:
        parts.append(ContextPart(spell_date(passage.published), _DATE_TOKENS))
    if heading:
        parts.append(ContextPart(heading, _HEADING_TOKENS, HEADING))
    if passage.table_context:
        parts.append(ContextPart(passage.table_context, _TABLE_TOKENS))
    return parts


def _compute_scores(
    encoded: ReaderInput, passage: Passage, tokens: NDArray[np.float32], passage_logit: float
) -> ReaderScores:
    is_heading = encoded.sentence == HEADING
    numbers = range(len(passage.sentences))
    logits = [tokens[encoded.sentence == number, 0] for number in numbers]
    best = best_spans(tokens[:, 1], tokens[:, 2], encoded.sentence)
    spans: list[Span | None] = []
    for number in numbers:
        first, last, _ = best.get(number, (0, 0, 0.0))
        start = passage.sentences[number].start
        span = start + encoded.offsets[first][0], start + encoded.offsets[last][1]
        spans.append(Span(*span) if span[0] < span[1] else None)
    return ReaderScores(
        answerability_logit=passage_logit,
        sentence_logits=tuple(
            float(sentence_logits.mean()) if len(sentence_logits) else UNREAD for sentence_logits in logits
        ),
        heading_logit=float(tokens[is_heading, 0].mean()) if is_heading.any() else None,
        answer_spans=tuple(spans),
        span_scores=tuple(best[number][2] if spans[number] else UNREAD for number in numbers),
    )
