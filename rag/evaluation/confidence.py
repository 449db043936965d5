"""How well a confidence orders and predicts: AUROC, risk and coverage, calibration.

All functions take the confidences and a truth of the same length, and weights that say how
often each question counts: ``[questions]`` for one sample, or ``[draws, questions]`` for all
draws of a bootstrap at once. Figures come back with the shape of the draws, nan where a
draw cannot be measured. scikit-learn computes AUROC and ROC for one sample at a time, a
thousand times slower over a bootstrap, so it is the reference of the tests instead.
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


def _ratio(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        values: Floats = np.where(below > 0, above / below, np.nan)
    return values


def _steps(confidence: Floats, weights: Floats, *, falling: bool) -> tuple[Floats, Floats]:
    """Return ``(values, weights by value)``; equal confidences make one step."""
    values, step = np.unique(confidence, return_inverse=True)
    order = np.argsort(step, kind="stable")
    starts = np.searchsorted(step[order], np.arange(len(values)))
    summed: Floats = np.add.reduceat(weights[..., order], starts, axis=-1)
    return (values[::-1], summed[..., ::-1]) if falling else (values, summed)


def auroc(confidence: Floats, positive: Booleans, weights: Floats) -> Floats:
    """Return the area under the ROC curve; ties count half; nan without both classes."""
    _, up = _steps(confidence, weights * positive, falling=False)
    _, down = _steps(confidence, weights * ~positive, falling=False)
    below = np.cumsum(down, axis=-1) - down / 2
    pairs = up.sum(axis=-1) * down.sum(axis=-1)
    return _ratio((up * below).sum(axis=-1), pairs)


def declined_within(
    confidence: Floats, answerable: Booleans, weights: Floats, budget: float = BUDGET
) -> Floats:
    """Return the share of the unanswerable that one threshold declines within a budget.

    The threshold is the best one that declines at most ``budget`` of the answerable; what is
    below it is declined. nan without both classes.
    """
    _, up = _steps(confidence, weights * answerable, falling=False)
    _, down = _steps(confidence, weights * ~answerable, falling=False)
    lost = np.cumsum(up, axis=-1)
    allowed = lost <= budget * lost[..., -1:] + 1e-9
    declined = np.where(allowed, np.cumsum(down, axis=-1), 0.0).max(axis=-1)
    share = _ratio(declined, down.sum(axis=-1))
    return np.where(lost[..., -1] > 0, share, np.nan)


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """``risk[..., i]`` is the share of wrong answers among the ``coverage[..., i]`` surest."""

    coverage: Floats
    risk: Floats

    @property
    def area(self) -> Floats:
        """Return the area under the curve (AURC): the mean risk over all coverages."""
        widths = np.diff(self.coverage, axis=-1, prepend=0.0)
        area: Floats = (np.nan_to_num(self.risk) * widths).sum(axis=-1)
        return area


def risk_coverage(confidence: Floats, correct: Booleans, weights: Floats) -> RiskCoverage:
    """Return the curve; questions of equal confidence enter together.

    Inside such a group the order is unknown, so its members share the mean risk of the
    group's end (the step is not interpolated). The area follows Geifman and El-Yaniv (2017).
    """
    _, all_of_step = _steps(confidence, weights, falling=True)
    _, wrong_of_step = _steps(confidence, weights * ~correct, falling=True)
    counted = np.cumsum(all_of_step, axis=-1)
    wrong = np.cumsum(wrong_of_step, axis=-1)
    return RiskCoverage(_ratio(counted, counted[..., -1:]), _ratio(wrong, counted))


@dataclass(frozen=True, slots=True)
class Calibration:
    """For each bin, mean confidence, share that came true, and count; nan for an empty bin."""

    confidence: Floats
    share: Floats
    count: Floats

    @property
    def error(self) -> Floats:
        """Return the expected calibration error: mean distance of the bins, by their count."""
        gaps = np.nan_to_num(np.abs(self.confidence - self.share)) * self.count
        return _ratio(gaps.sum(axis=-1), self.count.sum(axis=-1))


def calibration(confidence: Floats, true: Booleans, weights: Floats) -> Calibration:
    """Return the reliability diagram over ten equal bins of [0, 1] (Guo and others, 2017)."""
    bins = np.clip((confidence * BINS).astype(np.int64), 0, BINS - 1)
    member = (bins[:, None] == np.arange(BINS)).astype(np.float64)
    count = weights @ member
    return Calibration(
        _ratio((weights * confidence) @ member, count),
        _ratio((weights * true) @ member, count),
        count,
    )


def quantile(amounts: Floats, level: float, weights: Floats) -> Floats:
    """Return the smallest amount that ``level`` of the questions do not exceed."""
    values, counts = _steps(amounts, weights, falling=False)
    reached = np.cumsum(counts, axis=-1)
    place = (reached >= level * reached[..., -1:] - 1e-9).argmax(axis=-1)
    found: Floats = values[place]
    return found
