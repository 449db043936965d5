"""Turn the quantised reader that ships back into a checkpoint that training can go on from.

Usage: python training/dequantise_reader.py --target CHECKPOINT [--graph FILE]

The layers of the graph are whole numbers of 7 bits with a scale for each column; times their
scale they are the weights the reader computes with, so nothing further is lost.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

PARTS = {
    "attention.out": "attention.output.dense",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}
NORMS = {"middle": "attention.output.LayerNorm", "output": "output.LayerNorm"}


def weights_of(graph: Path) -> dict[str, NDArray[np.generic]]:
    """Return the constants of a graph by name."""
    return {w.name: numpy_helper.to_array(w) for w in onnx.load(graph).graph.initializer}


def checkpoint_of(weights: dict[str, NDArray[np.generic]]) -> dict[str, torch.Tensor]:
    """Return the state of ``train_reader.Reader`` that computes what the graph does.

    The vector of the only segment is part of the places in the graph, so it is zero here.
    """
    places = weights["positions.table"]
    state = {
        "encoder.embeddings.position_embeddings.weight": places,
        "encoder.embeddings.token_type_embeddings.weight": np.zeros((2, places.shape[1])),
        "encoder.embeddings.LayerNorm.weight": weights["embedding.norm.weight"],
        "encoder.embeddings.LayerNorm.bias": weights["embedding.norm.bias"],
        "head.weight": weights["head.weight"].T,
        "head.bias": weights["head.bias"],
    }
    layer = 0
    while f"layer{layer}.inner.bias" in weights:
        there, here = f"encoder.encoder.layer.{layer}", f"layer{layer}"
        for part, name in PARTS.items():
            state[f"{there}.{name}.weight"] = _matrix(weights, f"{here}.{part}")
            state[f"{there}.{name}.bias"] = weights[f"{here}.{part}.bias"]
        matrices = np.split(_matrix(weights, f"{here}.attention.qkv"), 3)
        biases = np.split(weights[f"{here}.attention.qkv.bias"], 3)
        for name, matrix, bias in zip(("query", "key", "value"), matrices, biases, strict=True):
            state[f"{there}.attention.self.{name}.weight"] = matrix
            state[f"{there}.attention.self.{name}.bias"] = bias
        for norm, name in NORMS.items():
            for kind in ("weight", "bias"):
                state[f"{there}.{name}.{kind}"] = weights[f"{here}.{norm}.norm.{kind}"]
        layer += 1
    return {
        key: torch.from_numpy(np.array(value, dtype=np.float32)) for key, value in state.items()
    }


def _matrix(weights: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    """Return a matrix ``[out, in]``."""
    matrix = weights[f"{name}.weight"].astype(np.float32)
    if f"{name}.scale" in weights:
        matrix = matrix * weights[f"{name}.scale"]
    return matrix.T


def main() -> None:
    """Read the arguments and write the checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graph", type=Path, required=True)
    parser.add_argument("--target", type=Path, required=True)
    arguments = parser.parse_args()
    torch.save(checkpoint_of(weights_of(arguments.graph)), arguments.target)


if __name__ == "__main__":
    main()
