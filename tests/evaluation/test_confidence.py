"""Curves of the confidence: hand-worked cases, scikit-learn, and weights as repetitions."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score, roc_curve

from rag.evaluation.confidence import (
    auroc,
    calibration,
    declined_within,
    quantile,
    risk_coverage,
)


def _array(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def _flags(*values: int) -> np.ndarray:
    return np.array(values, dtype=bool)


ONES = np.ones(4)


def test_auroc_by_hand_ties_count_half() -> None:
    # Pairs (answerable, unanswerable): 0.9 > 0.5, 0.9 > 0.1, 0.5 = 0.5, 0.5 > 0.1.
    assert auroc(_array(0.9, 0.5, 0.5, 0.1), _flags(1, 1, 0, 0), ONES) == 3.5 / 4
    assert np.isnan(auroc(_array(0.9, 0.5, 0.5, 0.1), _flags(1, 1, 1, 1), ONES))


def test_declined_within_a_budget() -> None:
    confidence = np.concatenate([np.linspace(0.5, 1, 100), _array(0.1, 0.2, 0.505, 0.9)])
    answerable = np.concatenate([np.ones(100, bool), np.zeros(4, bool)])
    ones = np.ones(104)
    # No loss: all below 0.5. With 3 of 100 lost the threshold may pass 0.51.
    assert declined_within(confidence, answerable, ones, budget=0.0) == pytest.approx(0.5)
    assert declined_within(confidence, answerable, ones) == pytest.approx(0.75)
    assert np.isnan(declined_within(_array(1, 2), _flags(0, 0), np.ones(2)))


def test_risk_and_coverage_by_hand() -> None:
    curve = risk_coverage(_array(0.2, 0.9, 0.6, 0.4), _flags(0, 1, 0, 1), ONES)
    assert curve.coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3, 2 / 4])
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equal_confidences_enter_together() -> None:
    curve = risk_coverage(_array(0.5, 0.5, 0.5, 0.5), _flags(1, 0, 1, 0), ONES)
    assert curve.coverage.tolist() == [1.0]
    assert curve.area == 0.5


def test_calibration_by_hand() -> None:
    found = calibration(_array(0.95, 0.85, 0.81, 0.0), _flags(1, 1, 0, 0), ONES)
    assert found.count[[0, 8, 9]].tolist() == [1, 2, 1]
    assert found.share[[0, 8, 9]].tolist() == [0, 0.5, 1]
    assert np.isnan(found.share[1:8]).all()
    assert found.error == pytest.approx((0 + 2 * abs(0.83 - 0.5) + abs(0.95 - 1)) / 4)
    assert calibration(_array(1.0), _flags(1), np.ones(1)).error == 0


def test_bins_agree_with_scikit_learn() -> None:
    generator = np.random.default_rng(3)
    confidence = generator.random(500)
    true = generator.random(500) < confidence
    share, told = calibration_curve(true, confidence, n_bins=10)
    found = calibration(confidence, true, np.ones(500))
    np.testing.assert_allclose(found.share, share)
    np.testing.assert_allclose(found.confidence, told)
    assert found.count.sum() == 500


def _random_case(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    confidence = np.round(generator.random(60), 1)
    true = generator.random(60) < confidence
    return confidence, true, generator.integers(0, 3, (40, 60)).astype(np.float64)


def test_auroc_agrees_with_scikit_learn_in_every_draw() -> None:
    confidence, true, draws = _random_case(5)
    expected = [roc_auc_score(true, confidence, sample_weight=draw) for draw in draws]
    np.testing.assert_allclose(auroc(confidence, true, draws), expected)


def test_declined_within_agrees_with_the_roc_curve_of_scikit_learn() -> None:
    confidence, true, draws = _random_case(6)
    for budget in (0.0, 0.03, 0.2, 1.0):
        expected = []
        for draw in draws:
            wrongly, rightly, _ = roc_curve(
                true, confidence, sample_weight=draw, drop_intermediate=False
            )
            expected.append(1 - wrongly[rightly >= 1 - budget - 1e-12].min())
        found = declined_within(confidence, true, draws, budget)
        np.testing.assert_allclose(found, expected, atol=1e-12)


def test_a_weight_of_two_is_the_question_twice() -> None:
    confidence, true, draws = _random_case(7)
    for statistic in (
        declined_within,
        lambda c, t, w: risk_coverage(c, t, w).area,
        lambda c, t, w: calibration(c, t, w).error,
        lambda c, t, w: quantile(c, 0.95, w),
    ):
        together = statistic(confidence, true, draws)
        for draw, value in zip(draws, together, strict=True):
            repeated = np.repeat(np.arange(60), draw.astype(int))
            ones = np.ones(len(repeated))
            alone = statistic(confidence[repeated], true[repeated], ones)
            assert value == pytest.approx(float(alone))


def test_quantiles_are_amounts_that_occur() -> None:
    amounts = _array(5, 1, 3, 2, 4)
    assert quantile(amounts, 0.5, np.ones(5)) == 3
    assert quantile(amounts, 0.95, np.ones(5)) == 5
    assert quantile(amounts, 0.2, np.ones(5)) == 1
    np.testing.assert_array_equal(
        quantile(amounts, 0.5, np.ones(5)),
        np.quantile(amounts, 0.5, method="inverted_cdf"),
    )
