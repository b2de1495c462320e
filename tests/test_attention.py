"""Attention by batched products against torch's own."""

import pytest
import torch

from qa import attention


def given(tokens: int, dtype: torch.dtype, *, spread: float = 1.0) -> list[torch.Tensor]:
    made = torch.Generator().manual_seed(tokens)
    shape = (3, tokens, 12, 32)
    return [(spread * torch.randn(shape, generator=made)).to(dtype).transpose(1, 2) for _ in range(3)]


def expected(parts: list[torch.Tensor], mask: torch.Tensor | None) -> torch.Tensor:
    exact = [one.double() for one in parts]
    kept = None if mask is None else mask[:, None, None, :]
    return torch.nn.functional.scaled_dot_product_attention(*exact, attn_mask=kept).transpose(1, 2)


@pytest.mark.parametrize("tokens", [1, 16, 97, 320])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 0.03)])
def test_it_is_softmax_attention(tokens: int, dtype: torch.dtype, tolerance: float) -> None:
    parts = given(tokens, dtype)
    found, weights = attention.attend(None, *parts, None)
    assert weights is None
    assert found.shape == (3, tokens, 12, 32)
    assert found.is_contiguous()
    assert (found.double() - expected(parts, None)).abs().max() < tolerance


def test_padding_takes_no_part() -> None:
    parts = given(40, torch.float32)
    mask = torch.ones((3, 40), dtype=torch.bool)
    mask[0, 7:] = mask[2, 1:] = False
    found, _ = attention.attend(None, *parts, mask)
    assert (found.double() - expected(parts, mask)).abs().max() < 1e-5
    short = [one[:1, :, :7] for one in parts]
    alone, _ = attention.attend(None, *short, None)
    assert torch.allclose(found[:1, :7], alone, atol=1e-6)


def test_huge_scores_stay_right() -> None:
    parts = given(64, torch.float32, spread=8.0)
    mask = torch.ones((3, 64), dtype=torch.bool)
    mask[1, 50:] = False
    for kept in (None, mask):
        found, _ = attention.attend(None, *parts, kept)
        assert (found.double() - expected(parts, kept)).abs().max() < 1e-3


def test_a_given_scale_counts() -> None:
    parts = given(16, torch.float32)
    found, _ = attention.attend(None, *parts, None, scaling=1.0)
    exact = torch.nn.functional.scaled_dot_product_attention(*parts, scale=1.0).transpose(1, 2)
    assert torch.allclose(found, exact, atol=1e-5)
