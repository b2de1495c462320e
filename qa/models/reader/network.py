"""The reader's weights as tensors: the encoder's body, and the two heads on top of it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["apply_heads", "split_weights"]


def split_weights(
    weights: "dict[str, torch.Tensor]",
) -> "tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]":
    """The body's tensors under the names of `transformers.BertModel`, and the heads' in float32."""
    body = {name[2:]: value for name, value in weights.items() if name.startswith("b.")}
    heads = {name: value.float() for name, value in weights.items() if not name.startswith("b.")}
    return body, heads


def apply_heads(
    hidden: "torch.Tensor", heads: "dict[str, torch.Tensor]"
) -> "tuple[torch.Tensor, torch.Tensor]":
    """Logits of what the body gave (batch, tokens, width).

    Of each token evidence, start and end (batch, tokens, 3); of the passage whether it answers (batch,).
    """
    import torch

    values: Any = hidden.float()
    tokens = torch.nn.functional.linear(values, heads["t.weight"], heads["t.bias"])
    passages = torch.nn.functional.linear(values[:, 0], heads["c.weight"], heads["c.bias"])
    return tokens, passages[:, 0]
