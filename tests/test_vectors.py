from __future__ import annotations

import numpy as np
import pytest

from rag.vectors import VectorIndex


def unit_rows(count, dimension=48, seed=0):
    """Unit vectors crowded like those of a language model: cosines mostly above 0.5."""
    generator = np.random.default_rng(seed)
    rows = generator.standard_normal((count, dimension)) + 1.0
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows.astype(np.float16)


def exact(vectors, query):
    return vectors.astype(np.float32) @ query.astype(np.float32)


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 3000])
def test_search_equals_exact_search_scores_included(count):
    vectors = unit_rows(count)
    index = VectorIndex.build(vectors)
    assert index.exact
    assert (index.count, index.dimension) == (count, 48)
    for query in unit_rows(5, seed=9).astype(np.float32):
        positions, scores = index.search(query, 10)
        truth = exact(vectors, query)
        assert len(positions) == min(10, count)
        assert scores == pytest.approx(np.sort(truth)[::-1][:10], abs=1e-6)
        assert scores == pytest.approx(truth[positions], abs=1e-6)


def test_half_precision_moves_scores_by_less_than_a_thousandth():
    generator = np.random.default_rng(3)
    rows = generator.standard_normal((2000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    index = VectorIndex.build(rows.astype(np.float16))
    positions, scores = index.search(rows[7], 2000)
    assert np.abs(scores - (rows @ rows[7])[positions]).max() < 2e-4


@pytest.mark.parametrize("exact_limit", [10_000, 500])
def test_only_allowed_positions_come_back(exact_limit):
    vectors = unit_rows(2000)
    index = VectorIndex.build(vectors, exact_limit=exact_limit)
    query = unit_rows(1, seed=5)[0].astype(np.float32)
    allowed = np.zeros(2000, dtype=bool)
    allowed[::50] = True
    positions, scores = index.search(query, 100, allowed)
    # All 40, though 100 were asked for: what FAISS pads with -1 is gone, and where few are
    # allowed an approximate index looks everywhere.
    assert sorted(positions.tolist()) == list(range(0, 2000, 50))
    assert (np.diff(scores) <= 0).all()


@pytest.mark.parametrize("exact_limit", [10_000, 500])
def test_nothing_allowed_nothing_asked_nothing_held(exact_limit):
    index = VectorIndex.build(unit_rows(1000), exact_limit=exact_limit)
    query = unit_rows(1)[0].astype(np.float32)
    assert index.search(query, 5, np.zeros(1000, dtype=bool))[0].size == 0
    assert index.search(query, 0)[0].size == 0
    empty = VectorIndex.build(unit_rows(0))
    assert empty.search(query, 5)[0].size == 0
    assert empty.search(query, 5, np.zeros(0, dtype=bool))[0].size == 0


def test_approximate_search_finds_nearly_all_neighbours():
    vectors = unit_rows(6000)
    index = VectorIndex.build(vectors, exact_limit=1000)
    assert not index.exact
    found = 0
    for query in unit_rows(50, seed=2).astype(np.float32):
        positions, scores = index.search(query, 10)
        truth = exact(vectors, query)
        assert np.abs(scores - truth[positions]).max() < 0.02
        found += len(set(positions.tolist()) & set(np.argsort(-truth)[:10].tolist()))
    assert found / 500 > 0.85


@pytest.mark.parametrize("exact_limit", [100_000, 1000])
def test_a_changed_index_answers_like_one_built_anew(exact_limit):
    vectors = unit_rows(4000)
    index = VectorIndex.build(vectors, exact_limit=exact_limit)
    kept = np.random.default_rng(1).random(4000) < 0.7
    added = unit_rows(500, seed=8)
    changed = index.changed(kept, added, exact_limit=exact_limit)
    again = changed.changed(
        np.ones(changed.count, bool), unit_rows(3, seed=11), exact_limit=exact_limit
    )
    all_now = np.concatenate([vectors[kept], added, unit_rows(3, seed=11)])
    assert again.count == len(all_now)
    found = 0
    for query in unit_rows(30, seed=4).astype(np.float32):
        truth = exact(all_now, query)
        positions, scores = again.search(query, 10)
        assert np.abs(scores - truth[positions]).max() < (1e-6 if again.exact else 0.02)
        found += len(set(positions.tolist()) & set(np.argsort(-truth)[:10].tolist()))
    assert found / 300 > (0.999 if again.exact else 0.8)
    # The old one is as it was: other threads may still search it.
    assert index.count == 4000


def test_a_changed_index_is_built_anew_where_it_outgrew_its_kind():
    small = VectorIndex.build(unit_rows(900), exact_limit=1000)
    assert small.changed(np.ones(900, bool), unit_rows(200), exact_limit=1000) is None
    large = VectorIndex.build(unit_rows(1500), exact_limit=1000)
    assert large.changed(np.arange(1500) < 900, unit_rows(0), exact_limit=1000) is None
    assert large.changed(np.ones(1500, bool), unit_rows(1600), exact_limit=1000) is None


@pytest.mark.parametrize("exact_limit", [10_000, 500])
def test_bytes_and_back(exact_limit):
    index = VectorIndex.build(unit_rows(2000), exact_limit=exact_limit)
    kept = np.arange(2000) % 3 > 0
    index = index.changed(kept, unit_rows(10, seed=6), exact_limit=exact_limit)
    copy = VectorIndex.from_bytes(memoryview(index.to_bytes()))
    assert copy.exact == index.exact
    for query in unit_rows(5, seed=7).astype(np.float32):
        for one, other in zip(index.search(query, 20), copy.search(query, 20), strict=True):
            assert np.array_equal(one, other)


def test_cut_off_bytes_raise():
    data = VectorIndex.build(unit_rows(100)).to_bytes()
    for size in (0, 8, 15, 100, len(data) // 2, len(data) - 1):
        with pytest.raises((RuntimeError, ValueError)):
            VectorIndex.from_bytes(data[:size])
