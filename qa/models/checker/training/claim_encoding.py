"""Training rows as padded tensors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.models.checker.checker_heads import LABELS
from qa.models.checker.checker_input import CheckerInput, ClaimText, InputBuilder
from qa.models.checker.training.claim_rows import ClaimRow
from qa.models.training_loop import pad_inputs

if TYPE_CHECKING:
    import torch

__all__ = ["Batch", "EncodedRow", "encode_rows", "make_batch"]


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """A row's input and targets; `group` is shared by rows that are compared with one another.

    `words` are the claim's tokens that nothing bears out, None where nobody marked them.
    """

    input: CheckerInput
    label: int
    words: frozenset[int] | None
    group: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of like length.

    `ids`, `types`, `mask`, `words` and `is_marked` (the claim's tokens, where they were marked) are
    (rows, tokens), `labels` and `groups` (rows).
    """

    ids: "torch.Tensor"
    types: "torch.Tensor"
    mask: "torch.Tensor"
    words: "torch.Tensor"
    is_marked: "torch.Tensor"
    labels: "torch.Tensor"
    groups: "torch.Tensor"


def encode_rows(rows: Sequence[ClaimRow], builder: InputBuilder) -> list[EncodedRow]:
    """Rows as tokens, in their order."""
    inputs = builder.build([ClaimText(row.claim, row.context, row.evidence) for row in rows])
    numbers = {group: number for number, group in enumerate(dict.fromkeys(row.group for row in rows))}
    return [
        EncodedRow(laid_out, LABELS.index(row.label), _marked(row, laid_out), numbers[row.group])
        for row, laid_out in zip(rows, inputs, strict=True)
    ]


def _marked(row: ClaimRow, laid_out: CheckerInput) -> frozenset[int] | None:
    if row.words is None or (row.label != "supported" and not row.words):
        return None
    return frozenset(
        token
        for token, (start, end) in enumerate(laid_out.offsets, 1)
        if any(start < last and first < end for first, last in row.words)
    )


def make_batch(rows: Sequence[EncodedRow]) -> Batch:
    """Rows padded to their longest."""
    import torch

    ids, types, mask = pad_inputs([row.input for row in rows])
    width = ids.shape[1]
    words, is_marked = torch.zeros((len(rows), width)), torch.zeros((len(rows), width))
    for index, row in enumerate(rows):
        if row.words is not None:
            is_marked[index, 1 : len(row.input.offsets) + 1] = 1
            words[index, sorted(row.words)] = 1
    labels = torch.tensor([row.label for row in rows])
    return Batch(ids, types, mask, words, is_marked, labels, torch.tensor([row.group for row in rows]))
