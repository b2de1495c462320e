"""The graphs that `qa.models.onnx_encoder` computes: written from here, without the weights.

python -m tests.support.onnx_graph
"""

import sys
from typing import Any

from onnx import TensorProto, helper

from qa.models.onnx_encoder import EPSILON, HEADS, INNER, LAYERS, WIDTH, graph_file

__all__ = ["build_graph"]

_FUSED = "com.microsoft"  # the domain of onnxruntime's own, fused operators


def build_graph(precision: str) -> bytes:
    """A serialized model: `embeddings` (batch, tokens, width) to `hidden`; every token is a real one.

    Without a mask attention takes its fast way, in blocks that fit the cache.

    The embeddings are the sums of those of words, positions and types. Every weight is external and named
    as in `qa.models.onnx_encoder`. In int8 each row of what a product gets is divided by its largest value
    first: with one scale for all rows, the one with the largest value would leave few steps to the others
    (measured: cosines to float32 of 0.997 in place of 0.99 for the embedder), and what a text gives would
    depend on those beside it.
    """
    nodes: list[Any] = []
    weights: list[Any] = []

    def weight(name: str, *shape: int, kind: int = TensorProto.FLOAT) -> str:
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="given")
        weights.append(tensor)
        return name

    def node(operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def product(values: str, name: str, rows: int, columns: int, sign: str = "signed") -> str:
        """A matrix product; what is added to it is left to the operator behind."""
        if precision == "float32":
            return node("MatMul", [values, weight(f"{name}.weight", rows, columns)], f"{name}.out")
        sizes = node("Abs", [values], f"{name}.abs") if sign == "signed" else values
        largest = node("ReduceMax", [sizes, "last"], f"{name}.max", keepdims=1)
        scale = node("Max", [largest, f"{sign}.least"], f"{name}.scale")
        scaled = node("Div", [values, scale], f"{name}.in")
        whole = node("QuantizeLinear", [scaled, f"{sign}.unit", f"{sign}.zero"], f"{name}.whole")
        matrix = weight(f"{name}.weight", rows, columns, kind=TensorProto.INT8)
        steps = weight(f"{name}.step", columns)
        inputs = [whole, matrix, f"{sign}.unit", steps, f"{sign}.zero"]
        raw = node("MatMulIntegerToFloat", inputs, f"{name}.raw", domain=_FUSED)
        return node("Mul", [raw, scale], f"{name}.out")

    def norm(values: list[str], name: str, bias: str, output: str) -> str:
        """The layer norm of what a product gave, its bias and what went around it.

        The operator that does all three takes six times as long.
        """
        given, around = values
        biased = node("Add", [given, weight(bias, WIDTH)], f"{name}.biased")
        total = node("Add", [biased, around], f"{name}.sum")
        inputs = [total, weight(f"{name}.gain", WIDTH), weight(f"{name}.shift", WIDTH)]
        return node("LayerNormalization", inputs, output, epsilon=EPSILON)

    hidden = node(
        "LayerNormalization",
        ["embeddings", weight("norm.gain", WIDTH), weight("norm.shift", WIDTH)],
        "layer.0",
        epsilon=EPSILON,
    )
    for number in range(LAYERS):
        name = f"{number}"
        thirds = product(hidden, f"{name}.attention", WIDTH, 3 * WIDTH)
        parts = [f"{name}.query", f"{name}.key", f"{name}.value"]
        nodes.append(helper.make_node("Split", [thirds, "thirds"], parts, axis=-1))
        inputs = [*parts, weight(f"{name}.attention.bias", 3 * WIDTH)]
        attended = node("MultiHeadAttention", inputs, f"{name}.attended", domain=_FUSED, num_heads=HEADS)
        merged = product(attended, f"{name}.merge", WIDTH, WIDTH)
        middle = norm([merged, hidden], f"{name}.norm1", f"{name}.merge.bias", f"{name}.middle")
        inner = product(middle, f"{name}.inner", WIDTH, INNER)
        curved = node("BiasGelu", [inner, weight(f"{name}.inner.bias", INNER)], f"{name}.gelu", domain=_FUSED)
        outer = product(curved, f"{name}.outer", INNER, WIDTH, "positive")
        last = "hidden" if number == LAYERS - 1 else f"layer.{number + 1}"
        hidden = norm([outer, middle], f"{name}.norm2", f"{name}.outer.bias", last)

    constants = [
        helper.make_tensor("thirds", TensorProto.INT64, [3], [WIDTH] * 3),
        helper.make_tensor("last", TensorProto.INT64, [1], [-1]),
        # What a row is divided by at least, and the 256 steps: from -1 to 1, or from -0.2 to 1 behind GELU,
        # which gives nothing below -0.17.
        helper.make_tensor("signed.least", TensorProto.FLOAT, [1], [1e-9]),
        helper.make_tensor("signed.unit", TensorProto.FLOAT, [], [1 / 127]),
        helper.make_tensor("signed.zero", TensorProto.UINT8, [], [128]),
        helper.make_tensor("positive.least", TensorProto.FLOAT, [1], [0.85]),
        helper.make_tensor("positive.unit", TensorProto.FLOAT, [], [1 / 212]),
        helper.make_tensor("positive.zero", TensorProto.UINT8, [], [43]),
    ]
    shape = ["batch", "tokens"]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, [*shape, WIDTH])],
        [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, [*shape, WIDTH])],
        [*(constants if precision == "int8" else constants[:1]), *weights],
    )
    # The oldest versions that have all of these operators, so that older runtimes read them.
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(_FUSED, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="briefing-desk")
    return bytes(model.SerializeToString(deterministic=True))


def main() -> int:
    """Write both graphs."""
    for precision in ("float32", "int8"):
        graph_file(precision).write_bytes(build_graph(precision))
    return 0


if __name__ == "__main__":
    sys.exit(main())
