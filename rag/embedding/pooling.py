"""Arithmetic both engines share: windows over long texts, part vectors from token states."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rag.embedding.base import Matrix, Span, Vector


def windows(count: int, capacity: int) -> list[Span]:
    """Cut ``count`` tokens into the fewest stretches of at most ``capacity``, alike in size.

    Without tokens there is one empty stretch, because every text has a vector.
    """
    pieces = max(1, -(-count // capacity))
    bounds = [count * piece // pieces for piece in range(pieces + 1)]
    return list(pairwise(bounds))


def unit(vector: Vector) -> Vector:
    """Return ``vector`` at length 1; a zero vector stays as it is."""
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length > 0.0 else vector.astype(np.float32)


def weighted_mean(vectors: Sequence[Vector], weights: Sequence[int]) -> Vector:
    """Return the mean of unit vectors by their numbers of tokens, at length 1."""
    if len(vectors) == 1:
        return unit(vectors[0])
    counts = np.maximum(np.asarray(weights, dtype=np.float32), 1.0)
    return unit(counts @ np.stack(vectors))


def part_matrix(
    whole: Vector, states: Matrix, starts: Sequence[int], parts: Sequence[Span]
) -> Matrix:
    """Return ``whole`` and below it, for each part, the mean of its token states at length 1.

    This is "late chunking" (Günther et al. 2024, arXiv:2409.04701): the states come from the pass
    over the whole text, so a part knows what stands around it. ``states`` is
    ``[tokens, dimension]``; ``starts`` (ascending) holds the character at which each token begins.
    A token belongs to the part its first character lies in.
    """
    rows = np.empty((1 + len(parts), whole.shape[0]), dtype=np.float32)
    rows[0] = whole
    for row, (start, end) in enumerate(parts, 1):
        first, last = np.searchsorted(starts, (start, end))
        rows[row] = unit(states[first:last].mean(axis=0)) if last > first else whole
    return rows
