"""Attention by batched products against torch's own."""

import pytest
import torch

from qa.models import attention

QueryKeyValue = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def random_inputs(tokens: int, dtype: torch.dtype, *, spread: float = 1.0) -> QueryKeyValue:
    """Query, key and value of three inputs."""
    generator = torch.Generator().manual_seed(tokens)

    def random_tensor() -> torch.Tensor:
        return (spread * torch.randn((3, tokens, 12, 32), generator=generator)).to(dtype).transpose(1, 2)

    return random_tensor(), random_tensor(), random_tensor()


def attend(inputs: QueryKeyValue, mask: torch.Tensor | None, scaling: float | None = None) -> torch.Tensor:
    attended, weights = attention.attend(None, inputs[0], inputs[1], inputs[2], mask, scaling=scaling)
    assert weights is None
    assert attended.is_contiguous()
    return attended


def reference(inputs: QueryKeyValue, mask: torch.Tensor | None, scaling: float | None = None) -> torch.Tensor:
    query, key, value = (tensor.double() for tensor in inputs)
    torch_mask = None if mask is None else mask[:, None, None, :]
    return torch.nn.functional.scaled_dot_product_attention(
        query, key, value, attn_mask=torch_mask, scale=scaling
    ).transpose(1, 2)


@pytest.mark.parametrize("tokens", [1, 16, 97, 320])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 0.03)])
def test_it_is_softmax_attention(tokens: int, dtype: torch.dtype, tolerance: float) -> None:
    inputs = random_inputs(tokens, dtype)
    attended = attend(inputs, None)
    assert attended.shape == (3, tokens, 12, 32)
    assert (attended.double() - reference(inputs, None)).abs().max() < tolerance


def test_padding_takes_no_part() -> None:
    inputs = random_inputs(40, torch.float32)
    mask = torch.ones((3, 40), dtype=torch.bool)
    mask[0, 7:] = mask[2, 1:] = False
    attended = attend(inputs, mask)
    assert (attended.double() - reference(inputs, mask)).abs().max() < 1e-5
    query, key, value = (tensor[:1, :, :7] for tensor in inputs)
    alone = attend((query, key, value), None)
    assert torch.allclose(attended[:1, :7], alone, atol=1e-6)


def test_huge_scores_stay_right() -> None:
    inputs = random_inputs(64, torch.float32, spread=8.0)
    mask = torch.ones((3, 64), dtype=torch.bool)
    mask[1, 50:] = False
    for padding in (None, mask):
        attended = attend(inputs, padding)
        assert (attended.double() - reference(inputs, padding)).abs().max() < 1e-3


def test_a_given_scale_counts() -> None:
    inputs = random_inputs(16, torch.float32)
    assert (attend(inputs, None, 1.0).double() - reference(inputs, None, 1.0)).abs().max() < 1e-5
