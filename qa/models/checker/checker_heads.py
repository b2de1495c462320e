"""The checker's weights as tensors: the encoder's body, and the two heads on top of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["LABELS", "apply_heads", "make_heads"]

LABELS = ("supported", "partial", "unsupported")  # in the order of the logits


def apply_heads(hidden: Any, heads: Mapping[str, Any]) -> tuple[Any, Any]:
    """Logits of what the body gave (batch, tokens, width), of numpy's arrays as of torch's tensors.

    Of each claim its label (batch, 3), and of each token that nothing bears it out (batch, tokens).
    """
    labels = hidden[:, 0] @ heads["v.weight"].T + heads["v.bias"]
    tokens = hidden @ heads["w.weight"].T + heads["w.bias"]
    return labels, tokens[:, :, 0]


def make_heads(width: int, seed: int) -> "dict[str, torch.Tensor]":
    """New heads, to be trained."""
    import torch

    generator = torch.Generator().manual_seed(seed)
    heads = {"v.weight": (3, width), "w.weight": (1, width), "v.bias": (3,), "w.bias": (1,)}
    return {
        name: torch.randn(shape, generator=generator) * 0.02
        if name.endswith("weight")
        else torch.zeros(shape)
        for name, shape in heads.items()
    }
