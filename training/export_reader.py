"""Write a trained reader as the quantised graph that ships: ``rag/reading/reader.onnx``.

Usage: python training/export_reader.py CHECKPOINT [--target FILE] [--exact]
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import TensorProto

from rag.embedding.graph import Graph, add_embeddings, add_layer
from rag.embedding.packed import PackedConfig, packed_file, read_packed
from rag.reading.span_reader import GRAPH, TOKENS

_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}


class TrainedWeights:
    """The numbers of a checkpoint under the names of the packed file."""

    def __init__(self, state: Mapping[str, torch.Tensor], config: PackedConfig) -> None:
        self._state = state
        self.config = config

    def floats(self, name: str) -> NDArray[np.float32]:
        """Return a tensor laid flat."""
        if name in _EMBEDDINGS:
            return self._numbers(f"encoder.embeddings.{_EMBEDDINGS[name]}").ravel()
        layer, part, kind = name.split(".")
        suffix = "weight" if kind == "w" else "bias"
        return self._numbers(f"encoder.encoder.layer.{layer[1:]}.{_LAYER[part]}.{suffix}").ravel()

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a matrix ``[rows, columns]``."""
        return self.floats(name).reshape(-1, columns)

    def head(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the weights ``[outputs, hidden]`` and the bias of the last layer."""
        return self._numbers("head.weight"), self._numbers("head.bias")

    @property
    def layers(self) -> int:
        """Return how many layers the checkpoint has."""
        return 1 + max(
            int(key.split(".")[3]) for key in self._state if key.startswith("encoder.encoder.")
        )

    def _numbers(self, key: str) -> NDArray[np.float32]:
        numbers: NDArray[np.float32] = self._state[key].float().numpy()
        return numbers


def export(checkpoint: Path, target: Path, *, quantised: bool) -> None:
    """Write the graph from ``words`` [1, tokens, hidden] to ``logits`` [1, tokens, outputs]."""
    config = read_packed(packed_file()).config
    weights = TrainedWeights(torch.load(checkpoint, weights_only=True), config)
    graph = Graph(quantised=quantised)
    x = add_embeddings(graph, weights, "words", positions=TOKENS)
    for layer in range(weights.layers):
        x = add_layer(graph, weights, layer, x, f"layer{layer}.output")
    matrix, bias = weights.head()
    product = graph.node("MatMul", [x, graph.constant("head.weight", matrix.T)], "head.product")
    graph.node("Add", [product, graph.constant("head.bias", bias)], "logits")
    graph.write(
        target,
        name="reader",
        inputs={"words": (TensorProto.FLOAT, [1, "tokens", config.hidden])},
        outputs={"logits": (TensorProto.FLOAT, [1, "tokens", len(bias)])},
        note=f"{weights.layers} layers, {config.heads} heads",
    )


def main() -> None:
    """Read the arguments and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--target", type=Path, default=GRAPH)
    parser.add_argument("--exact", action="store_true", help="float32 instead of 7-bit layers")
    arguments = parser.parse_args()
    export(arguments.checkpoint, arguments.target, quantised=not arguments.exact)


if __name__ == "__main__":
    main()
