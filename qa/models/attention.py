"""Attention in bfloat16 on the CPU, twice as fast as torch's fused kernel at the lengths of passages.

Two batched matrix products, for which oneDNN has fast bfloat16 code, and an exponential in between; the fused
kernel (torch 2.13) spends most of its time elsewhere. `tests/bench/attention.py` measures both.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["NAME", "register"]

NAME = "briefing_desk"
# exp(80) times any number of tokens is a number in bfloat16 still. Nearly all scores of our two models stay
# below, so the usual step of taking each row's largest off first, which costs as much as a product, is left
# out; where one does not (the first layer, some texts), torch's kernel is asked.
_LARGEST_SCORE = 80.0


def register() -> None:
    """Let models be loaded with `attn_implementation=NAME`; again does no harm."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface

    AttentionInterface.register(NAME, attend)
    AttentionMaskInterface.register(NAME, _pass_mask)


def _pass_mask(*, attention_mask: "torch.Tensor | None" = None, **_options: Any) -> "torch.Tensor | None":
    """The mask of real tokens (batch, tokens) as it is, for `attend`."""
    return attention_mask


def attend(
    _module: Any,
    query: "torch.Tensor",
    key: "torch.Tensor",
    value: "torch.Tensor",
    attention_mask: "torch.Tensor | None",
    scaling: float | None = None,
    **_options: Any,
) -> "tuple[torch.Tensor, None]":
    """Softmax attention over tokens, as transformers calls it; both ways, without dropout.

    `query`, `key` and `value` are (batch, heads, tokens, width), the mask (batch, tokens) is true for real
    tokens. Returns (batch, tokens, heads, width).
    """
    import torch

    batch, heads, tokens, width = query.shape
    scale = width**-0.5 if scaling is None else scaling
    # A column of ones beside the values gives the sum of the weights in the same product; rows of padding
    # are zero in both, which masks them.
    values = torch.ones((batch, heads, tokens, width + 1), dtype=value.dtype)
    values[..., :width] = value
    if attention_mask is not None:
        values *= attention_mask[:, None, :, None]
    rows = (query * scale).reshape(batch * heads, tokens, width)
    columns = key.reshape(batch * heads, tokens, width).transpose(1, 2)
    scores = torch.bmm(rows, columns)
    if float(scores.max()) > _LARGEST_SCORE:
        mask = None if attention_mask is None else attention_mask[:, None, None, :]
        exact = torch.nn.functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask, scale=scale
        )
        return exact.transpose(1, 2).contiguous(), None
    summed = torch.bmm(scores.exp_(), values.view(batch * heads, tokens, width + 1))
    summed = summed.view(batch, heads, tokens, width + 1)
    return (summed[..., :width] / summed[..., width:]).transpose(1, 2).contiguous(), None
