"""The encoder on onnxruntime: in float32, or in int8, which wins half again on processors without bfloat16.

It starts in a second, where torch and transformers take several. The graphs lie beside this module
(`python -m tests.support.onnx_graph` writes them); the weights are those of `transformers.BertModel`, by
their names there.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, OrtValue

__all__ = ["EPSILON", "HEADS", "INNER", "LAYERS", "WIDTH", "OnnxEncoder", "graph_file"]

# BERT's sizes as the graphs have them, and all of our models.
WIDTH, HEADS, INNER, LAYERS, EPSILON = 384, 12, 1536, 6, 1e-12
# Without instructions for int8 a processor adds two products of unsigned and signed bytes in 16 bits:
# weights of 7 bits are the largest that can't overflow there.
_MAX_STEPS = 63


def graph_file(precision: str) -> Path:
    """Where the graph of this precision ("float32" or "int8") lies."""
    return Path(__file__).parent / f"encoder-{precision}.onnx"


class OnnxEncoder:
    """BERT as a function of tokens; thread-safe.

    Each text is computed by itself, without padding, in one thread: nothing waits for the slower half of an
    operator, and what a layer works on stays in the cache of one core (measured on two: 0.7 of the time of
    batches that all threads share).

    Args:
        weights: The tensors of a `transformers.BertModel`, by name.
        precision: What its products are computed in.
        threads: How many texts are computed at once.
    """

    def __init__(
        self,
        weights: Mapping[str, NDArray[np.floating]],
        precision: Literal["float32", "int8"],
        threads: int,
    ) -> None:
        self._words, self._positions, self._types = (
            weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        )
        self._session, self._values = _open_session(_name_weights(weights, precision), precision)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="encoder")

    def __call__(
        self, ids: NDArray[np.int64], types: NDArray[np.int64], mask: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Hidden states (batch, tokens, width) of ids, types and the mask of real tokens (batch, tokens).

        The real ones come first; those of the padding are 0.
        """
        hidden = np.zeros((*ids.shape, WIDTH), dtype=np.float32)

        def compute(row: int) -> None:
            length = int(mask[row].sum())
            embeddings = self._words[ids[row, :length]].astype(np.float32)
            embeddings += self._types[types[row, :length]]
            embeddings += self._positions[:length]
            hidden[row, :length] = self._session.run(["hidden"], {"embeddings": embeddings[None]})[0][0]

        if len(ids) == 1:
            compute(0)
        else:
            list(self._threads.map(compute, range(len(ids))))
        return hidden


def _open_session(
    weights: Mapping[str, NDArray[np.generic]], precision: str
) -> "tuple[InferenceSession, list[OrtValue]]":
    """A session that computes with these arrays, which it does not copy: they come along."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The graph has what is worth fusing: more would bring back the slow layer norm.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    # Memory that was taken for the longest batch would be kept for good.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
    options.add_external_initializers(list(weights), values)
    graph = graph_file(precision).read_bytes()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"]), values


def _name_weights(
    weights: Mapping[str, NDArray[np.floating]], precision: str
) -> dict[str, NDArray[np.generic]]:
    """The weights by their names in the graph."""
    named: dict[str, NDArray[np.generic]] = {}

    def add(name: str, *parts: str) -> None:
        """A linear layer, of several side by side; its bias and its matrix, columns as the outputs."""
        matrix = np.concatenate([weights[f"{part}.weight"] for part in parts]).astype(np.float32).T
        named[f"{name}.bias"] = np.concatenate([weights[f"{part}.bias"] for part in parts]).astype(np.float32)
        if precision == "int8":
            steps = np.maximum(np.abs(matrix).max(axis=0), 1e-12) / _MAX_STEPS
            named[f"{name}.step"] = steps.astype(np.float32)
            matrix = np.rint(matrix / steps).astype(np.int8)
        named[f"{name}.weight"] = np.ascontiguousarray(matrix)

    def add_norm(name: str, part: str) -> None:
        named[f"{name}.gain"] = weights[f"{part}.weight"].astype(np.float32)
        named[f"{name}.shift"] = weights[f"{part}.bias"].astype(np.float32)

    add_norm("norm", "embeddings.LayerNorm")
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        attention = f"{layer}.attention"
        add(f"{number}.attention", *(f"{attention}.self.{part}" for part in ("query", "key", "value")))
        add(f"{number}.merge", f"{attention}.output.dense")
        add_norm(f"{number}.norm1", f"{attention}.output.LayerNorm")
        add(f"{number}.inner", f"{layer}.intermediate.dense")
        add(f"{number}.outer", f"{layer}.output.dense")
        add_norm(f"{number}.norm2", f"{layer}.output.LayerNorm")
    return named
