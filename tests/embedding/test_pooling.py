"""Windows, means and part vectors."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rag.embedding.pooling import part_matrix, unit, weighted_mean, windows


@given(st.integers(0, 5000), st.integers(1, 600))
def test_windows_cover_everything_evenly(count: int, capacity: int) -> None:
    cuts = windows(count, capacity)
    sizes = [end - start for start, end in cuts]
    assert [token for start, end in cuts for token in range(start, end)] == list(range(count))
    assert max(sizes) <= capacity
    assert max(sizes) - min(sizes) <= 1
    assert len(cuts) == max(1, -(-count // capacity))


def test_parts_take_the_tokens_that_begin_in_them() -> None:
    states = np.eye(5, dtype=np.float32)
    whole = unit(np.ones(5, dtype=np.float32))
    starts = [0, 2, 2, 5, 9]
    rows = part_matrix(whole, states, starts, [(0, 2), (2, 6), (3, 5), (6, 99), (0, 10)])
    assert np.array_equal(rows[0], whole)
    assert np.array_equal(rows[1], states[0])
    assert np.allclose(rows[2], unit(states[1:4].sum(axis=0)))
    assert np.array_equal(rows[3], whole)  # no token begins there
    assert np.array_equal(rows[4], states[4])
    assert np.allclose(rows[5], whole)


def test_weighted_mean_counts_tokens() -> None:
    first, second = np.float32([1, 0]), np.float32([0, 1])
    assert np.allclose(weighted_mean([first, second], [3, 4]), [0.6, 0.8])
    assert np.array_equal(weighted_mean([first], [0]), first)


def test_a_zero_vector_stays() -> None:
    assert np.array_equal(unit(np.zeros(3, dtype=np.float32)), np.zeros(3))
