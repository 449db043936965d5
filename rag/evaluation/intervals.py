"""Bootstrap intervals, resampled by cluster.

Questions about one document fail together (its vector is poor, its text damaged), so the
cluster that is drawn is the document, not the question: with 1.5 questions a document the
plain bootstrap is a little too sure of itself, never the other way round. A question
without a document is a cluster of its own; a variant belongs to its original's cluster.
Below ten clusters there is too little to resample (one article, say), so there each question
is drawn by itself. The interval is the percentile one; draws come from one seeded generator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
LEAST_CLUSTERS = 10
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval. ``count`` is the number of questions it is about.

    ``value`` and both bounds are nan where nothing could be measured.
    """

    value: float
    low: float
    high: float
    count: int


class Clusters:
    """Bootstrap draws over clusters; the same draws serve every figure of one group."""

    def __init__(self, names: Sequence[str], *, seed: int, resamples: int = RESAMPLES) -> None:
        """Draw ``resamples`` samples of the clusters; ``names[i]`` is that of question i."""
        unique, self._member = np.unique(np.asarray(names, dtype=str), return_inverse=True)
        if len(unique) < LEAST_CLUSTERS:
            unique = self._member = np.arange(len(names))
        self.size = len(unique)
        generator = np.random.default_rng(seed)
        self._counts: Floats = (
            generator.multinomial(self.size, np.full(self.size, 1 / self.size), size=resamples)
            if self.size
            else np.zeros((resamples, 0))
        ).astype(np.float64)

    def ratios(self, numerator: Floats, denominator: Floats) -> Floats:
        """Return the ratio of sums in each draw; draws without a denominator are left out."""
        values = self._ratios(numerator, denominator)
        measured: Floats = values[~np.isnan(values)]
        return measured

    def ratio_differences(self, old: tuple[Floats, Floats], new: tuple[Floats, Floats]) -> Floats:
        """Return new minus old ratio in each draw; a draw serves both."""
        values = self._ratios(*new) - self._ratios(*old)
        measured: Floats = values[~np.isnan(values)]
        return measured

    def _ratios(self, numerator: Floats, denominator: Floats) -> Floats:
        above = self._counts @ np.bincount(self._member, numerator, self.size)
        below = self._counts @ np.bincount(self._member, denominator, self.size)
        values: Floats = np.full(len(below), np.nan)
        np.divide(above, below, out=values, where=below > 0)
        return values

    def statistics(self, statistic: Callable[[Floats], Floats]) -> Floats:
        """Return ``statistic(weights)`` of all draws, [resamples, questions] to [resamples].

        Draws in which it is nan are left out.
        """
        values = statistic(self._counts[:, self._member])
        measured: Floats = values[~np.isnan(values)]
        return measured


def percentiles(values: Floats, level: float = LEVEL) -> tuple[float, float]:
    """Return the percentile interval of bootstrap values; nan where there are none."""
    if not len(values):
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def ratio_estimate(
    numerator: Floats, denominator: Floats, clusters: Clusters, *, share: bool
) -> Estimate:
    """Return sum / sum with its interval.

    Where all questions agree on 0 or 1 a bootstrap has nothing to resample and would claim
    certainty; for a share the Wilson score interval of that many questions is given.
    """
    count = int(np.count_nonzero(denominator))
    total = float(denominator.sum())
    if not total:
        return Estimate(float("nan"), float("nan"), float("nan"), 0)
    value = float(numerator.sum()) / total
    low, high = percentiles(clusters.ratios(numerator, denominator))
    if share and value in (0.0, 1.0):
        low, high = _wilson(value, count)
    return Estimate(value, low, high, count)


def _wilson(share: float, count: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the Wilson (1927) score interval of ``share`` of ``count``."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    scale = 1 + z * z / count
    middle = (share + z * z / (2 * count)) / scale
    half = z / scale * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)
