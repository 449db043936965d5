"""Windows, means and part vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.embedding.pooling import embed_with_parts, unit, weighted_mean, windows

if TYPE_CHECKING:
    from rag.embedding.base import Vector


@given(st.integers(0, 5000), st.integers(1, 600))
def test_windows_cover_everything_evenly(count: int, capacity: int) -> None:
    cuts = windows(count, capacity)
    sizes = [end - start for start, end in cuts]
    assert [token for start, end in cuts for token in range(start, end)] == list(range(count))
    assert max(sizes) <= capacity
    assert max(sizes) - min(sizes) <= 1
    assert len(cuts) == max(1, -(-count // capacity))


def _lengths(texts: list[str]) -> list[Vector]:
    return [np.float32([len(text), 1]) for text in texts]


def test_parts_are_embedded_alone_and_gathered() -> None:
    asked: list[str] = []

    def embed(texts: list[str]) -> list[Vector]:
        asked.extend(texts)
        return _lengths(texts)

    matrices = embed_with_parts(
        ["甲乙 丙", "丁"], [[(0, 2), (2, 3), (3, 4)], [(0, 1), (0, 0)]], embed
    )
    assert [matrix[:, 0].tolist() for matrix in matrices] == [[4, 2, 4, 1], [1, 1, 1]]
    # Blank parts and parts that are everything take the vector of the whole.
    assert asked == ["甲乙 丙", "甲乙", "丙", "丁"]


def test_without_parts_there_is_one_row() -> None:
    matrices = embed_with_parts(["甲", "乙丙"], None, _lengths)
    assert [matrix.tolist() for matrix in matrices] == [[[1, 1]], [[2, 1]]]
    assert embed_with_parts([], [], _lengths) == []


def test_weighted_mean_counts_tokens() -> None:
    first, second = np.float32([1, 0]), np.float32([0, 1])
    assert np.allclose(weighted_mean([first, second], [3, 4]), [0.6, 0.8])
    assert np.array_equal(weighted_mean([first], [0]), first)


def test_a_zero_vector_stays() -> None:
    assert np.array_equal(unit(np.zeros(3, dtype=np.float32)), np.zeros(3))
