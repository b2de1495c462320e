"""Attention by batched products against torch's own."""

import pytest
import torch

from qa.models import attention

Parts = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def given(tokens: int, dtype: torch.dtype, *, spread: float = 1.0) -> Parts:
    """Query, key and value of three inputs."""
    made = torch.Generator().manual_seed(tokens)

    def one() -> torch.Tensor:
        return (spread * torch.randn((3, tokens, 12, 32), generator=made)).to(dtype).transpose(1, 2)

    return one(), one(), one()


def attend(parts: Parts, mask: torch.Tensor | None, scaling: float | None = None) -> torch.Tensor:
    found, weights = attention.attend(None, parts[0], parts[1], parts[2], mask, scaling=scaling)
    assert weights is None
    assert found.is_contiguous()
    return found


def expected(parts: Parts, mask: torch.Tensor | None, scaling: float | None = None) -> torch.Tensor:
    query, key, value = (one.double() for one in parts)
    kept = None if mask is None else mask[:, None, None, :]
    return torch.nn.functional.scaled_dot_product_attention(
        query, key, value, attn_mask=kept, scale=scaling
    ).transpose(1, 2)


@pytest.mark.parametrize("tokens", [1, 16, 97, 320])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 0.03)])
def test_it_is_softmax_attention(tokens: int, dtype: torch.dtype, tolerance: float) -> None:
    parts = given(tokens, dtype)
    found = attend(parts, None)
    assert found.shape == (3, tokens, 12, 32)
    assert (found.double() - expected(parts, None)).abs().max() < tolerance


def test_padding_takes_no_part() -> None:
    parts = given(40, torch.float32)
    mask = torch.ones((3, 40), dtype=torch.bool)
    mask[0, 7:] = mask[2, 1:] = False
    found = attend(parts, mask)
    assert (found.double() - expected(parts, mask)).abs().max() < 1e-5
    query, key, value = (one[:1, :, :7] for one in parts)
    alone = attend((query, key, value), None)
    assert torch.allclose(found[:1, :7], alone, atol=1e-6)


def test_huge_scores_stay_right() -> None:
    parts = given(64, torch.float32, spread=8.0)
    mask = torch.ones((3, 64), dtype=torch.bool)
    mask[1, 50:] = False
    for kept in (None, mask):
        found = attend(parts, kept)
        assert (found.double() - expected(parts, kept)).abs().max() < 1e-3


def test_a_given_scale_counts() -> None:
    parts = given(16, torch.float32)
    assert (attend(parts, None, 1.0).double() - expected(parts, None, 1.0)).abs().max() < 1e-5
