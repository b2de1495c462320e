"""Training rows as padded tensors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from qa.models.reader.reader_input import ContextPart, InputBuilder, ReaderInput, spell_date
from qa.models.reader.training.rows import TrainingRow
from qa.models.training_loop import pad_inputs

if TYPE_CHECKING:
    import torch

__all__ = ["Batch", "EncodedRow", "encode_rows", "make_batch"]

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_CONTEXT_TOKENS = 64


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """A row's input and targets; `group` is shared by rows that are compared with one another.

    `span` is the first and last token of the answer, None where there is none or it was cut off.
    """

    input: ReaderInput
    evidence: frozenset[int]
    span: tuple[int, int] | None
    group: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of like length.

    `ids`, `types` and `mask` are (rows, tokens); `sentences` (rows, sentences, tokens) averages the tokens of
    each sentence, `evidence` and `is_sentence` are (rows, sentences), `answers` and `groups` (rows), and
    `spans` (rows, 2) holds first and last token, -1 for none.
    """

    ids: "torch.Tensor"
    types: "torch.Tensor"
    mask: "torch.Tensor"
    sentences: "torch.Tensor"
    evidence: "torch.Tensor"
    is_sentence: "torch.Tensor"
    answers: "torch.Tensor"
    spans: "torch.Tensor"
    groups: "torch.Tensor"


def encode_rows(
    rows: Sequence[TrainingRow], groups: Sequence[int], builder: InputBuilder
) -> list[EncodedRow]:
    """Rows as tokens; one whose evidence did not fit is left out."""
    contexts = [[ContextPart(_spell(text), _CONTEXT_TOKENS) for text in row.context] for row in rows]
    inputs = builder.build(
        [(row.question, context, row.sentences) for row, context in zip(rows, contexts, strict=True)]
    )
    encoded: list[EncodedRow] = []
    for row, group, laid_out in zip(rows, groups, inputs, strict=True):
        read = set(laid_out.sentence.tolist())
        if set(row.evidence) <= read:
            encoded.append(EncodedRow(laid_out, frozenset(row.evidence), _find_span(row, laid_out), group))
    return encoded


def _spell(text: str) -> str:
    return spell_date(date.fromisoformat(text)) if _ISO_DATE.fullmatch(text) else text


def _find_span(row: TrainingRow, laid_out: ReaderInput) -> tuple[int, int] | None:
    if row.span is None:
        return None
    number, start, end = row.span
    tokens = [
        token
        for token in np.flatnonzero(laid_out.sentence == number).tolist()
        if laid_out.offsets[token][0] < end and laid_out.offsets[token][1] > start
    ]
    if not tokens or laid_out.offsets[tokens[-1]][1] < end:
        return None
    return tokens[0], tokens[-1]


def make_batch(rows: Sequence[EncodedRow]) -> Batch:
    """Rows padded to their longest."""
    import torch

    ids, types, mask = pad_inputs([row.input for row in rows])
    width = ids.shape[1]
    count = max(int(row.input.sentence.max()) + 1 for row in rows)
    sentences = torch.zeros((len(rows), count, width))
    evidence, is_sentence = torch.zeros((len(rows), count)), torch.zeros((len(rows), count))
    spans = torch.full((len(rows), 2), -1, dtype=torch.long)
    for index, row in enumerate(rows):
        for number in range(int(row.input.sentence.max()) + 1):
            tokens = np.flatnonzero(row.input.sentence == number)
            sentences[index, number, tokens] = 1 / len(tokens)
            is_sentence[index, number] = 1
        evidence[index, list(row.evidence)] = 1
        if row.span:
            spans[index] = torch.tensor(row.span)
    return Batch(
        ids, types, mask, sentences, evidence, is_sentence,
        torch.tensor([float(bool(row.evidence)) for row in rows]), spans,
        torch.tensor([row.group for row in rows]),
    )  # fmt: skip
