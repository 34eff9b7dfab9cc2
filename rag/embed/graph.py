"""The ONNX graph of a BERT sentence encoder, built from its safetensors file.

Devlin et al. 2018 (the encoder), Reimers and Gurevych 2019 (mean pooling over the unmasked tokens). Inputs are
`input_ids` and `attention_mask`, int64 of shape (batch, length); the output `vectors` is float32 of shape
(batch, hidden), every row of unit length.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import onnx
    from numpy.typing import NDArray

OPSET = 20
LAYER_NORM_EPSILON = 1e-12  # of the model's config.json
MASKED = -10_000.0  # added to the score of a padded token, as the reference implementation does


@dataclass(frozen=True)
class Shape:
    """The measures of the encoder, from its config.json."""

    hidden: int
    layers: int
    heads: int

    @property
    def head(self) -> int:
        return self.hidden // self.heads


@dataclass
class Drawing:
    """The nodes and constants drawn so far; each method returns the name of what it added."""

    weights: dict[str, NDArray[np.float32]]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def node(self, operator: str, *inputs: str, output: str = "", **attributes: int | float | list[int]) -> str:
        from onnx import helper

        name = output or f"{operator.lower()}_{len(self.nodes)}"
        node = helper.make_node(operator, list(inputs), [name], name)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self.nodes.append(node)
        return name

    def constant(self, value: NDArray[np.generic]) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(np.array(values, dtype=np.int64))

    def number(self, value: float) -> str:
        return self.constant(np.array(value, dtype=np.float32))

    def linear(self, x: str, *names: str) -> str:
        """x @ W + b; several layers over the same input become one wide multiplication."""
        weight = np.concatenate([self.weights[f"{name}.weight"].T for name in names], axis=1)
        bias = np.concatenate([self.weights[f"{name}.bias"] for name in names])
        return self.node("Add", self.node("MatMul", x, self.constant(weight)), self.constant(bias))

    def layer_norm(self, x: str, name: str) -> str:
        scale, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return self.node(
            "LayerNormalization", x, self.constant(scale), self.constant(bias), epsilon=LAYER_NORM_EPSILON, axis=-1
        )


def build_graph(weights: Path, shape: Shape) -> onnx.ModelProto:
    """The float32 model (its word table is stored as float16, which costs no accuracy that can be measured)."""
    from onnx import TensorProto, helper
    from safetensors.numpy import load_file

    drawing = Drawing({name.removeprefix("bert."): array for name, array in load_file(weights).items()})
    x = _embeddings(drawing)
    mask = _additive_mask(drawing)
    for layer in range(shape.layers):
        x = _layer(drawing, x, mask, shape, f"encoder.layer.{layer}")
    _pool(drawing, x)
    ids, attention = (
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "attention_mask")
    )
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", shape.hidden])
    graph = helper.make_graph(drawing.nodes, "sentence_encoder", [ids, attention], [vectors], drawing.constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)


def _embeddings(d: Drawing) -> str:
    from onnx import TensorProto

    table = d.weights["embeddings.word_embeddings.weight"].astype(np.float16)
    words = d.node("Cast", d.node("Gather", d.constant(table), "input_ids"), to=TensorProto.FLOAT)
    # One segment only: its vector is the same everywhere, so it is added to the positions here.
    segment = d.weights["embeddings.token_type_embeddings.weight"][0]
    places = d.weights["embeddings.position_embeddings.weight"] + segment
    length = d.node("Shape", "input_ids", start=1, end=2)
    positions = d.node("Slice", d.constant(places), d.integers(0), length, d.integers(0))
    return d.layer_norm(d.node("Add", words, positions), "embeddings.LayerNorm")


def _additive_mask(d: Drawing) -> str:
    from onnx import TensorProto

    mask = d.node("Cast", d.node("Unsqueeze", "attention_mask", d.integers(1, 2)), to=TensorProto.FLOAT)
    return d.node("Mul", d.node("Sub", d.number(1.0), mask), d.number(MASKED))


def _layer(d: Drawing, x: str, mask: str, shape: Shape, name: str) -> str:
    attended = d.linear(_attention(d, x, mask, shape, f"{name}.attention.self"), f"{name}.attention.output.dense")
    x = d.layer_norm(d.node("Add", attended, x), f"{name}.attention.output.LayerNorm")
    wide = d.node("Gelu", d.linear(x, f"{name}.intermediate.dense"))
    return d.layer_norm(d.node("Add", d.linear(wide, f"{name}.output.dense"), x), f"{name}.output.LayerNorm")


def _attention(d: Drawing, x: str, mask: str, shape: Shape, name: str) -> str:
    projected = d.linear(x, f"{name}.query", f"{name}.key", f"{name}.value")
    split = d.node("Reshape", projected, d.integers(0, 0, 3, shape.heads, shape.head))
    stacked = d.node("Transpose", split, perm=[2, 0, 3, 1, 4])
    query, key, value = (d.node("Gather", stacked, d.constant(np.array(i, dtype=np.int64)), axis=0) for i in range(3))
    scores = d.node("MatMul", query, d.node("Transpose", key, perm=[0, 1, 3, 2]))
    scaled = d.node("Mul", scores, d.number(shape.head**-0.5))
    mixed = d.node("MatMul", d.node("Softmax", d.node("Add", scaled, mask), axis=-1), value)
    return d.node("Reshape", d.node("Transpose", mixed, perm=[0, 2, 1, 3]), d.integers(0, 0, shape.hidden))


def _pool(d: Drawing, x: str) -> None:
    from onnx import TensorProto

    mask = d.node("Cast", d.node("Unsqueeze", "attention_mask", d.integers(2)), to=TensorProto.FLOAT)
    total = d.node("ReduceSum", d.node("Mul", x, mask), d.integers(1), keepdims=0)
    # The mean and the sum have one direction, so only the length is divided out.
    d.node("LpNormalization", total, output="vectors", axis=-1, p=2)
