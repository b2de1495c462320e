"""The checker's training: what it should say of each row, and one cycle over rows in groups."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.models.checker.checker_heads import LABELS, apply_heads
from qa.models.checker.training.claim_encoding import Batch, EncodedRow, make_batch
from qa.models.training_loop import LoopRecipe, run_cycle

if TYPE_CHECKING:
    import torch

__all__ = ["Recipe", "compute_loss", "train"]

_SUPPORTED, _UNSUPPORTED = LABELS.index("supported"), LABELS.index("unsupported")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe(LoopRecipe):
    """How to train; the defaults are what the shipped weights were made with.

    The loss of a batch is the cross-entropy of its labels, plus `word_weight` times that of the claims' words
    (one that nothing bears out counts `unsupported_weight` times), plus `pair_weight` times that of telling,
    in each group, a supported claim from an unsupported one.
    """

    rate: float = 1.5e-4
    frozen: tuple[str, ...] = ("embeddings.word_embeddings", "embeddings.position_embeddings")
    word_weight: float = 0.5
    unsupported_weight: float = 3.0
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
    labels: "torch.Tensor", tokens: "torch.Tensor", batch: Batch, recipe: Recipe
) -> "torch.Tensor":
    """See `Recipe`; `labels` (rows, 3) and `tokens` (rows, tokens) are what the heads gave."""
    import torch
    from torch.nn import functional

    device = labels.device
    targets, groups, words, is_marked = (
        value.to(device) for value in (batch.labels, batch.groups, batch.words, batch.is_marked)
    )
    loss = functional.cross_entropy(labels, targets)
    losses = functional.binary_cross_entropy_with_logits(
        tokens, words, reduction="none", pos_weight=torch.tensor(recipe.unsupported_weight, device=device)
    )
    loss = loss + recipe.word_weight * (losses * is_marked).sum() / is_marked.sum().clamp(min=1)
    belief = labels[:, _SUPPORTED] - labels[:, _UNSUPPORTED]
    is_true, is_false = targets == _SUPPORTED, targets == _UNSUPPORTED
    rivals = (groups[:, None] == groups[None, :]) & is_true[:, None] & is_false[None, :]
    if bool(rivals.any()):
        margins = (belief[:, None] - belief[None, :])[rivals]
        loss = loss + recipe.pair_weight * functional.softplus(-margins).mean()
    return loss
