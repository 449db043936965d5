"""The bootstrap: hand-worked ratios, scipy, coverage of the truth, clusters, determinism."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest, bootstrap

from rag.evaluation.intervals import Clusters, percentiles, ratio_estimate


def _names(count: int) -> list[str]:
    return [f"q{n}" for n in range(count)]


def test_a_ratio_of_sums_is_no_mean_of_ratios() -> None:
    clusters = Clusters(_names(2), seed=0)
    found = ratio_estimate(np.array([1.0, 1.0]), np.array([1.0, 3.0]), clusters, share=True)
    assert found.value == 0.5
    assert found.count == 2


def test_questions_without_a_denominator_do_not_count() -> None:
    clusters = Clusters(_names(3), seed=0)
    found = ratio_estimate(
        np.array([1.0, 0.0, 0.0]), np.array([1.0, 1.0, 0.0]), clusters, share=True
    )
    assert (found.value, found.count) == (0.5, 2)
    empty = ratio_estimate(np.zeros(3), np.zeros(3), clusters, share=True)
    assert empty.count == 0
    assert math.isnan(empty.value)


def test_the_interval_is_that_of_scipy_where_each_question_is_a_cluster() -> None:
    values = np.random.default_rng(1).random(80)
    clusters = Clusters(_names(80), seed=2, resamples=4000)
    found = ratio_estimate(values, np.ones(80), clusters, share=False)
    reference = bootstrap(
        (values,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(9)
    ).confidence_interval
    assert found.low == pytest.approx(reference.low, abs=0.01)
    assert found.high == pytest.approx(reference.high, abs=0.01)


def test_the_interval_holds_the_truth_nineteen_times_in_twenty() -> None:
    generator = np.random.default_rng(11)
    held = 0
    for trial in range(200):
        values = (generator.random(120) < 0.8).astype(np.float64)
        clusters = Clusters(_names(120), seed=trial, resamples=400)
        found = ratio_estimate(values, np.ones(120), clusters, share=True)
        held += found.low <= 0.8 <= found.high
    assert 178 <= held <= 199


def test_questions_of_one_document_widen_the_interval() -> None:
    values = np.repeat(np.random.default_rng(4).random(20) < 0.5, 10).astype(np.float64)
    apart = ratio_estimate(values, np.ones(200), Clusters(_names(200), seed=0), share=True)
    together = [f"d{n // 10}" for n in range(200)]
    joined = ratio_estimate(values, np.ones(200), Clusters(together, seed=0), share=True)
    assert joined.value == apart.value
    assert joined.high - joined.low > 2 * (apart.high - apart.low)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_agreement_of_all_is_no_certainty(value: float) -> None:
    clusters = Clusters(_names(30), seed=0)
    found = ratio_estimate(np.full(30, value), np.ones(30), clusters, share=True)
    wilson = binomtest(int(30 * value), 30).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((wilson.low, wilson.high), abs=1e-9)


def test_statistics_see_the_same_draws_and_leave_out_nan() -> None:
    values = np.random.default_rng(6).random(40)
    clusters = Clusters(_names(40), seed=3, resamples=300)
    means = clusters.statistics(lambda weights: weights @ values / weights.sum(axis=1))
    np.testing.assert_allclose(means, clusters.ratios(values, np.ones(40)))
    assert len(clusters.statistics(lambda weights: np.full(len(weights), np.nan))) == 0
    assert all(math.isnan(bound) for bound in percentiles(np.zeros(0)))


def test_the_seed_decides() -> None:
    values = np.random.default_rng(8).random(50)

    def bounds(seed: int) -> tuple[float, float]:
        found = ratio_estimate(values, np.ones(50), Clusters(_names(50), seed=seed), share=False)
        return found.low, found.high

    assert bounds(1) == bounds(1)
    assert bounds(1) != bounds(2)


def test_few_documents_are_no_reason_for_certainty() -> None:
    values = (np.arange(60) % 3 > 0).astype(np.float64)
    few = ratio_estimate(values, np.ones(60), Clusters(["one article"] * 60, seed=0), share=True)
    apart = ratio_estimate(values, np.ones(60), Clusters(_names(60), seed=0), share=True)
    assert few.high - few.low == pytest.approx(apart.high - apart.low, abs=0.05)


def test_one_draw_serves_both_sides_of_a_difference() -> None:
    values = np.random.default_rng(12).random(40)
    clusters = Clusters(_names(40), seed=1)
    old, new = (values, np.ones(40)), (values + 0.25, np.ones(40))
    np.testing.assert_allclose(clusters.ratio_differences(old, new), 0.25)
