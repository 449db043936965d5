"""Curves of the confidence: hand-worked cases, scikit-learn, and weights as repetitions."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import roc_auc_score

from rag.evaluation.confidence import auroc, calibration, declined_within, risk_coverage


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
    assert curve.threshold.tolist() == [0.9, 0.6, 0.4, 0.2]
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equal_confidences_enter_together() -> None:
    curve = risk_coverage(_array(0.5, 0.5, 0.5, 0.5), _flags(1, 0, 1, 0), ONES)
    assert curve.coverage.tolist() == [1.0]
    assert curve.area == 0.5


def test_calibration_by_hand() -> None:
    found = calibration(_array(0.95, 0.85, 0.81, 0.0), _flags(1, 1, 0, 0), ONES)
    assert found.count.tolist() == [1, 2, 1]
    assert found.share.tolist() == [0, 0.5, 1]
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


def test_a_weight_of_two_is_the_question_twice() -> None:
    generator = np.random.default_rng(5)
    confidence = np.round(generator.random(60), 1)
    true = generator.random(60) < confidence
    weights = generator.integers(0, 3, 60).astype(np.float64)
    repeated = np.repeat(np.arange(60), weights.astype(int))
    ones = np.ones(len(repeated))
    assert auroc(confidence, true, weights) == pytest.approx(
        roc_auc_score(true[repeated], confidence[repeated])
    )
    for statistic in (
        declined_within,
        lambda c, t, w: risk_coverage(c, t, w).area,
        lambda c, t, w: calibration(c, t, w).error,
    ):
        assert statistic(confidence, true, weights) == pytest.approx(
            statistic(confidence[repeated], true[repeated], ones)
        )
