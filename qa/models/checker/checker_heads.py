"""The checker's weights as tensors: the encoder's body, and the two heads on top of it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["LABELS", "apply_heads", "make_heads"]

LABELS = ("supported", "partial", "unsupported")  # in the order of the logits


def apply_heads(
    hidden: "torch.Tensor", heads: "dict[str, torch.Tensor]"
) -> "tuple[torch.Tensor, torch.Tensor]":
    """Logits of what the body gave (batch, tokens, width).

    Of each claim its label (batch, 3), and of each token that nothing bears it out (batch, tokens).
    """
    import torch

    values: Any = hidden.float()
    labels = torch.nn.functional.linear(values[:, 0], heads["v.weight"], heads["v.bias"])
    tokens = torch.nn.functional.linear(values, heads["w.weight"], heads["w.bias"])
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
