"""The reader's training: what it should say of each row, and one cycle over rows in groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.models.reader.network import apply_heads
from qa.models.reader.training.encoding import Batch, EncodedRow, make_batch
from qa.models.training_loop import LoopRecipe, run_cycle

if TYPE_CHECKING:
    import torch

__all__ = ["Recipe", "compute_loss", "train"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(LoopRecipe):
    """How to train; the defaults are what the shipped weights were made with.

    The loss of a batch is `sentence_weight` times the cross-entropy of its sentences (one that answers counts
    `evidence_weight` times), plus that of its passages, plus `span_weight` times that of the span's first and
    last token, plus `pair_weight` times that of telling, in each group, the question that is answered.
    """

    sentence_weight: float = 2.0
    evidence_weight: float = 2.0
    span_weight: float = 0.4
    pair_weight: float = 0.5


def train(
    weights: "dict[str, torch.Tensor]",
    config_file: Path,
    rows: Sequence[EncodedRow],
    recipe: Recipe,
    checkpoint: Path,
    report: Callable[[str], None],
) -> "dict[str, torch.Tensor]":
    """The weights after one pass over the rows, as `run_cycle` gives them."""
    return run_cycle(
        weights,
        config_file,
        rows,
        make_batch,
        lambda hidden, heads, batch: compute_loss(*apply_heads(hidden, heads), batch, recipe),
        recipe,
        checkpoint,
        report,
    )


def compute_loss(
    tokens: "torch.Tensor", answers: "torch.Tensor", batch: Batch, recipe: Recipe
) -> "torch.Tensor":
    """See `Recipe`; `tokens` (rows, tokens, 3) and `answers` (rows) are what the heads gave."""
    import torch
    from torch.nn import functional

    device = tokens.device
    sentences, evidence, known = (
        value.to(device) for value in (batch.sentences, batch.evidence, batch.is_sentence)
    )
    logits = (sentences @ tokens[:, :, :1]).squeeze(-1)
    losses = functional.binary_cross_entropy_with_logits(
        logits, evidence, reduction="none", pos_weight=torch.tensor(recipe.evidence_weight, device=device)
    )
    loss = recipe.sentence_weight * (losses * known).sum() / known.sum()
    targets = batch.answers.to(device)
    loss = loss + functional.binary_cross_entropy_with_logits(answers, targets)
    spans = batch.spans.to(device)
    has_span = spans[:, 0] >= 0
    if bool(has_span.any()):
        outside = (sentences.sum(dim=1) == 0)[has_span]
        for side in (0, 1):
            scores = tokens[has_span][:, :, side + 1].masked_fill(outside, -1e4)
            loss = loss + recipe.span_weight / 2 * functional.cross_entropy(scores, spans[has_span][:, side])
    groups = batch.groups.to(device)
    rivals = (groups[:, None] == groups[None, :]) & (targets[:, None] > targets[None, :])
    if bool(rivals.any()):
        margins = (answers[:, None] - answers[None, :])[rivals]
        loss = loss + recipe.pair_weight * functional.softplus(-margins).mean()
    return loss
