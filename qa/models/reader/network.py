"""The reader's weights: the encoder's body, and the two heads on top of it."""

from collections.abc import Mapping
from typing import Any

__all__ = ["apply_heads", "split_weights"]


def split_weights(weights: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The body's tensors under the names of `transformers.BertModel`, and the heads'."""
    body = {name[2:]: value for name, value in weights.items() if name.startswith("b.")}
    heads = {name: value for name, value in weights.items() if not name.startswith("b.")}
    return body, heads


def apply_heads(hidden: Any, heads: Mapping[str, Any]) -> tuple[Any, Any]:
    """Logits of what the body gave (batch, tokens, width), of numpy's arrays as of torch's tensors.

    Of each token evidence, start and end (batch, tokens, 3); of the passage whether it answers (batch,).
    """
    tokens = hidden @ heads["t.weight"].T + heads["t.bias"]
    passages = hidden[:, 0] @ heads["c.weight"].T + heads["c.bias"]
    return tokens, passages[:, 0]
