"""How well a confidence orders and predicts: AUROC, risk and coverage, calibration.

All functions take one float64 array of confidences and one boolean array of the same length,
and weights that say how often each question counts (a bootstrap draw; all ones otherwise).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

BINS = 10
"""Equal bins of [0, 1] for the calibration error."""

BUDGET = 0.03
"""Share of answerable questions one may lose to a threshold, for :func:`declined_within`."""


def auroc(confidence: Floats, positive: Booleans, weights: Floats) -> float:
    """Return the area under the ROC curve (scikit-learn); nan without both classes."""
    from sklearn.metrics import roc_auc_score

    kept = weights > 0
    if len(np.unique(positive[kept])) < 2:
        return float("nan")
    return float(roc_auc_score(positive[kept], confidence[kept], sample_weight=weights[kept]))


def declined_within(
    confidence: Floats, answerable: Booleans, weights: Floats, budget: float = BUDGET
) -> float:
    """Return the share of the unanswerable that one threshold declines within a budget.

    The threshold is the best one that declines at most ``budget`` of the answerable
    (scikit-learn's ROC curve); nan without both classes.
    """
    from sklearn.metrics import roc_curve

    kept = weights > 0
    if len(np.unique(answerable[kept])) < 2:
        return float("nan")
    answered_wrongly, answered_rightly, _ = roc_curve(
        answerable[kept],
        confidence[kept],
        sample_weight=weights[kept],
        drop_intermediate=False,
    )
    return float(1 - answered_wrongly[answered_rightly >= 1 - budget - 1e-12].min())


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """``risk[i]`` is the share of wrong answers among the ``coverage[i]`` most confident."""

    coverage: Floats
    risk: Floats
    threshold: Floats

    @property
    def area(self) -> float:
        """Return the area under the curve (AURC): the mean risk over all coverages."""
        widths = np.diff(np.concatenate([[0.0], self.coverage]))
        return float(np.dot(self.risk, widths))


def risk_coverage(confidence: Floats, correct: Booleans, weights: Floats) -> RiskCoverage:
    """Return the curve; questions of equal confidence enter together.

    Inside such a group the order is unknown, so its members share the mean risk of the
    group's end (the step is not interpolated). The area follows Geifman and El-Yaniv (2017).
    """
    order = np.argsort(-confidence, kind="stable")
    value, right, weight = confidence[order], correct[order], weights[order]
    last = np.flatnonzero(np.append(value[1:] != value[:-1], True))
    counted = np.cumsum(weight)[last]
    wrong = np.cumsum(weight * ~right)[last]
    kept = counted > 0
    if not kept.any():
        empty = np.zeros(0)
        return RiskCoverage(empty, empty, empty)
    counted, wrong = counted[kept], wrong[kept]
    return RiskCoverage(counted / counted[-1], wrong / counted, value[last][kept])


@dataclass(frozen=True, slots=True)
class Calibration:
    """Bins that hold at least one question: mean confidence, share that came true, count."""

    confidence: Floats
    share: Floats
    count: Floats

    @property
    def error(self) -> float:
        """Return the expected calibration error: mean distance of the bins, by their count."""
        total = self.count.sum()
        if not total:
            return float("nan")
        return float(np.dot(np.abs(self.confidence - self.share), self.count) / total)


def calibration(confidence: Floats, true: Booleans, weights: Floats) -> Calibration:
    """Return the reliability diagram over ten equal bins of [0, 1] (Guo and others, 2017)."""
    bins = np.clip((confidence * BINS).astype(np.int64), 0, BINS - 1)
    count = np.bincount(bins, weights=weights, minlength=BINS)
    told = np.bincount(bins, weights=weights * confidence, minlength=BINS)
    came = np.bincount(bins, weights=weights * true, minlength=BINS)
    kept = count > 0
    held = count[kept].astype(np.float64)
    return Calibration(told[kept] / held, came[kept] / held, held)
