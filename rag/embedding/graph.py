"""Builds the ONNX graph of the bundled encoder from its packed weights; needs ``onnx``.

The graph reads ``input_ids`` (int64 ``[1, tokens]``, at most 512, one text at a time: a padded
batch is slower on a processor) and gives ``token_states`` (float32 ``[1, tokens, hidden]``, after
the last layer norm) and ``sentence`` (float32 ``[1, hidden]``, their mean at unit length).

Word vectors stay in their 4-bit blocks, in a file of their own that ONNX Runtime maps into
memory. The matrices of the layers are float32 (exact) or whole numbers of 7 bits with one
scale for each column, multiplied with activations quantised to ``uint8`` as they come. Seven
bits, because processors without VNNI add two ``uint8 * int8`` products in 16 bits, which
``255 * 63 * 2`` does not overflow: no processor loses anything in these products.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from rag.embedding.packed import BLOCK, PackedConfig, PackedModel
from rag.embedding.words import scales_place, write_words

_CONTRIB = "com.microsoft"
_OPSET = 17
_FORMAT = 8
_LARGEST = 63

Shape = tuple[int, list[int | str]]
"""The type of a tensor's elements and its dimensions, a name for one that varies."""


class EncoderWeights(Protocol):
    """Where the numbers of an encoder come from, by the names of the packed file."""

    config: PackedConfig

    def floats(self, name: str) -> NDArray[np.float32]:
        """Return a vector, or a small matrix laid flat."""
        ...

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a matrix ``[rows, columns]``."""
        ...


class Graph:
    """Nodes and weights as they are added."""

    def __init__(self, *, quantised: bool) -> None:
        self.quantised = quantised
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, name: str, array: NDArray[np.generic]) -> str:
        """Add a weight and return its name."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(
        self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any
    ) -> str:
        """Add an operator with one output and return the output's name."""
        self.nodes.append(
            helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes)
        )
        return output

    def linear(
        self, x: str, matrix: NDArray[np.float32], bias: NDArray[np.float32], name: str
    ) -> str:
        """Add ``x @ matrix.T + bias``; ``matrix`` is ``[out, in]``."""
        bias_name = self.constant(f"{name}.bias", bias)
        if self.quantised:
            whole, scales = quantise_columns(matrix.T)
            return self.node(
                "DynamicQuantizeMatMul",
                [
                    x,
                    self.constant(f"{name}.weight", whole),
                    self.constant(f"{name}.scale", scales),
                    self.constant(f"{name}.zero", np.zeros_like(scales, dtype=np.int8)),
                    bias_name,
                ],
                name,
                _CONTRIB,
            )
        product = self.node(
            "MatMul", [x, self.constant(f"{name}.weight", matrix.T)], f"{name}.product"
        )
        return self.node("Add", [product, bias_name], name)

    def write(
        self,
        path: Path,
        *,
        name: str,
        inputs: Mapping[str, Shape],
        outputs: Mapping[str, Shape],
        note: str,
    ) -> None:
        """Write the graph with its named inputs and outputs to ``path``."""
        given, wanted = (
            [helper.make_tensor_value_info(key, *shape) for key, shape in values.items()]
            for values in (inputs, outputs)
        )
        proto = helper.make_model(
            helper.make_graph(self.nodes, name, given, wanted, self.weights, doc_string=note),
            opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)],
            ir_version=_FORMAT,
            producer_name="rag",
        )
        path.write_bytes(proto.SerializeToString())


def quantise_columns(
    matrix: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return whole numbers in -63..63 ``[in, out]`` and one scale for each column ``[out]``."""
    scales = np.maximum(np.abs(matrix).max(axis=0), np.finfo(np.float32).tiny) / _LARGEST
    return np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32)


def write_graph(
    model: PackedModel,
    path: Path,
    *,
    table: Path,
    quantised: bool,
    layer_done: Callable[[], None] = lambda: None,
) -> None:
    """Write ``path``, which reads its word vectors from ``table`` in the same directory.

    ``table`` is written too; it is the same for both kinds of layers.
    """
    config = model.config
    graph = Graph(quantised=quantised)
    x = add_embeddings(graph, model, _word_table(graph, model, table))
    for layer in range(config.layers):
        last = layer == config.layers - 1
        x = add_layer(graph, model, layer, x, "token_states" if last else f"layer{layer}.output")
        layer_done()
    mean = graph.node("ReduceMean", [x], "mean", axes=[1], keepdims=0)
    graph.node("LpNormalization", [mean], "sentence", axis=-1, p=2)
    graph.write(
        path,
        name="multilingual-e5-small",
        inputs={"input_ids": (TensorProto.INT64, [1, "tokens"])},
        outputs={
            "token_states": (TensorProto.FLOAT, [1, "tokens", config.hidden]),
            "sentence": (TensorProto.FLOAT, [1, config.hidden]),
        },
        note=f"{config.layers} layers, {config.heads} heads",
    )


def add_embeddings(
    graph: Graph, model: EncoderWeights, words: str, *, positions: int | None = None
) -> str:
    """Add positions and the segment to ``words`` [1, tokens, hidden] and normalise the sum.

    ``positions`` keeps only the first so many places (default: all).
    """
    hidden = model.config.hidden
    # Every text is one segment, so the vector of segment 0 is added once and for all.
    places = model.floats("emb.pos").reshape(-1, hidden) + model.floats("emb.type")[:hidden]
    graph.constant("positions.table", places[:positions])
    graph.constant("zero", np.array([0], dtype=np.int64))
    shape = graph.node("Shape", [words], "tokens", start=1, end=2)
    position = graph.node("Slice", ["positions.table", "zero", shape, "zero"], "positions")
    total = graph.node("Add", [words, position], "embedded")
    return graph.node(
        "LayerNormalization",
        [
            total,
            graph.constant("embedding.norm.weight", model.floats("emb.ln.w")),
            graph.constant("embedding.norm.bias", model.floats("emb.ln.b")),
        ],
        "layer0.input",
        axis=-1,
        epsilon=model.config.epsilon,
    )


def _word_table(graph: Graph, model: PackedModel, table: Path) -> str:
    config = model.config
    rows, hidden = config.vocabulary, config.hidden
    numbers_size, scales_size = rows * hidden // 2, rows * hidden // BLOCK * 4
    scales_at = scales_place(rows, hidden)
    write_words(model, table)
    graph.weights.append(
        _external("words.table", TensorProto.UINT8, (rows, hidden // 2), table, 0, numbers_size)
    )
    graph.weights.append(
        _external(
            "words.scale", TensorProto.FLOAT, (rows, hidden // BLOCK), table, scales_at, scales_size
        )
    )
    return graph.node(
        "GatherBlockQuantized",
        ["words.table", "input_ids", "words.scale"],
        "words",
        _CONTRIB,
        bits=4,
        block_size=BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )


def _external(
    name: str, kind: int, shape: tuple[int, int], table: Path, offset: int, length: int
) -> onnx.TensorProto:
    """Return a tensor whose numbers stand in ``table``, not in the graph."""
    tensor = onnx.TensorProto(
        name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL
    )
    for key, value in {"location": table.name, "offset": offset, "length": length}.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def add_layer(graph: Graph, model: EncoderWeights, index: int, x: str, output: str) -> str:
    """Add one transformer layer after ``x`` and return its ``output``, [1, tokens, hidden]."""
    config, hidden, name = model.config, model.config.hidden, f"layer{index}"

    def matrix(key: str, columns: int = hidden) -> NDArray[np.float32]:
        return model.matrix(f"l{index}.{key}", columns)

    def vector(key: str) -> NDArray[np.float32]:
        return model.floats(f"l{index}.{key}")

    together = graph.linear(
        x,
        np.concatenate([matrix("q.w"), matrix("k.w"), matrix("v.w")]),
        np.concatenate([vector("q.b"), vector("k.b"), vector("v.b")]),
        f"{name}.attention.qkv",
    )
    thirds = [f"{name}.attention.{third}" for third in "qkv"]
    graph.nodes.append(
        helper.make_node("Split", [together], thirds, name=f"{name}.attention.split", axis=-1)
    )
    context = graph.node(
        "MultiHeadAttention", thirds, f"{name}.attention", _CONTRIB, num_heads=config.heads
    )
    attended = graph.linear(context, matrix("ao.w"), vector("ao.b"), f"{name}.attention.out")
    x = _add_and_norm(
        graph, config.epsilon, attended, x, vector("aln.w"), vector("aln.b"), f"{name}.middle"
    )
    inner = graph.linear(x, matrix("fi.w"), vector("fi.b"), f"{name}.inner")
    active = graph.node("Gelu", [inner], f"{name}.active", _CONTRIB)
    outer = graph.linear(
        active, matrix("fo.w", config.intermediate), vector("fo.b"), f"{name}.outer"
    )
    return _add_and_norm(graph, config.epsilon, outer, x, vector("oln.w"), vector("oln.b"), output)


def _add_and_norm(
    graph: Graph,
    epsilon: float,
    x: str,
    skipped: str,
    weight: NDArray[np.float32],
    bias: NDArray[np.float32],
    output: str,
) -> str:
    # ONNX Runtime has one operator for both, which takes twice the time of the two.
    total = graph.node("Add", [x, skipped], f"{output}.sum")
    return graph.node(
        "LayerNormalization",
        [
            total,
            graph.constant(f"{output}.norm.weight", weight),
            graph.constant(f"{output}.norm.bias", bias),
        ],
        output,
        axis=-1,
        epsilon=epsilon,
    )
