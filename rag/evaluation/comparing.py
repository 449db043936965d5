"""Compare two evaluations of one set, question by question.

The difference of a measure is new minus old over the questions both asked. Its interval
comes from a paired bootstrap: one draw of clusters serves both. The test counts only
questions that changed: an exact binomial test of better against worse (McNemar's for a
measure that is 0 or 1, the sign test otherwise; scipy). Curve and quantile measures have no
value for one question, so for them the bootstrap alone speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.errors import EvaluationError
from rag.evaluation.intervals import LEVEL, RESAMPLES, Clusters, percentiles
from rag.evaluation.measures import MEASURES, Form, Measure
from rag.evaluation.observation import Row
from rag.evaluation.sets import CHECKER
from rag.evaluation.summary import pairs, statistic_of

_SAME = 1e-5
"""Values closer than this are equal: rows are rounded to six digits on disk."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure, old and new, over the questions both runs have.

    ``low`` and ``high`` bound the difference (paired bootstrap). ``better`` and ``worse``
    are the keys of the questions that changed, by what the measure calls better (larger,
    where it calls neither); ``p`` is the exact two-sided sign test over them, nan for
    measures without a value for one question.
    """

    code: str
    old: float
    new: float
    low: float
    high: float
    p: float
    better: tuple[str, ...]
    worse: tuple[str, ...]
    count: int

    @property
    def difference(self) -> float:
        """Return new minus old."""
        return self.new - self.old

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "old": self.old,
            "new": self.new,
            "difference": self.difference,
            "low": self.low,
            "high": self.high,
            "p": None if np.isnan(self.p) else self.p,
            "better": list(self.better),
            "worse": list(self.worse),
            "count": self.count,
        }


def compare(
    old: Sequence[Row],
    new: Sequence[Row],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> dict[str, dict[str, Difference]]:
    """Return ``differences[part][code]`` over the questions both runs asked.

    ``level`` is that of the intervals of the differences. Raises :class:`EvaluationError`
    where no question is shared, or where a shared key stands for another question.
    """
    before = {row.key: row for row in old}
    differences: dict[str, dict[str, Difference]] = {}
    for part in dict.fromkeys(row.part for row in new):
        after = [row for row in new if row.part == part and row.key in before]
        if not after:
            continue
        then = [before[row.key] for row in after]
        changed = {a.key for a, b in zip(after, then, strict=True) if a.question != b.question}
        if changed and part == CHECKER:
            # The claims are made by the code that is compared: a sentence may be cut elsewhere.
            after = [row for row in after if row.key not in changed]
            then = [row for row in then if row.key not in changed]
        elif changed:
            raise EvaluationError(
                f"The question {min(changed)} reads differently in the two evaluations; compare "
                "runs of one question set.",
                f"两次评测中问题 {min(changed)} 的文字不同；请比较同一题集的结果。",
            )
        clusters = Clusters([row.cluster for row in after], seed=seed, resamples=resamples)
        found = [_difference(m, then, after, clusters, level) for m in MEASURES.values()]
        differences[part] = {d.code: d for d in found if d is not None}
    if not differences:
        raise EvaluationError(
            "The two evaluations share no question; compare runs of one question set.",
            "两次评测没有共同的问题；请比较同一题集的结果。",
        )
    return differences


def _difference(
    measure: Measure,
    old: Sequence[Row],
    new: Sequence[Row],
    clusters: Clusters,
    level: float,
) -> Difference | None:
    if measure.form is Form.RATIO:
        return _ratio_difference(measure, old, new, clusters, level)
    before, after = statistic_of(measure, old), statistic_of(measure, new)
    if before is None or after is None:
        return None
    ones = np.ones(len(new))
    old_value, new_value = float(before(ones)), float(after(ones))
    if np.isnan(old_value) or np.isnan(new_value):
        return None
    low, high = percentiles(clusters.statistics(lambda w: after(w) - before(w)), level)
    return Difference(measure.code, old_value, new_value, low, high, float("nan"), (), (), len(new))


def _ratio_difference(
    measure: Measure,
    old: Sequence[Row],
    new: Sequence[Row],
    clusters: Clusters,
    level: float,
) -> Difference | None:
    above_old, below_old = pairs(old, measure.code)
    above_new, below_new = pairs(new, measure.code)
    if not below_old.sum() or not below_new.sum():
        return None
    both = (below_old > 0) & (below_new > 0)
    shift = np.where(both, above_new / np.maximum(below_new, 1e-12), 0.0) - np.where(
        both, above_old / np.maximum(below_old, 1e-12), 0.0
    )
    # What differs only by rounding is taken as it was.
    same = both & (np.abs(shift) <= _SAME)
    above_new = np.where(same, above_old, above_new)
    below_new = np.where(same, below_old, below_new)
    shift *= measure.better or 1
    better = tuple(row.key for row, s in zip(new, shift, strict=True) if s > _SAME)
    worse = tuple(row.key for row, s in zip(new, shift, strict=True) if s < -_SAME)

    drawn = clusters.ratio_differences((above_old, below_old), (above_new, below_new))
    low, high = percentiles(drawn, level)
    return Difference(
        code=measure.code,
        old=float(above_old.sum() / below_old.sum()),
        new=float(above_new.sum() / below_new.sum()),
        low=low,
        high=high,
        p=_sign_test(len(better), len(worse)),
        better=better,
        worse=worse,
        count=int(np.count_nonzero((below_old > 0) | (below_new > 0))),
    )


def _sign_test(better: int, worse: int) -> float:
    from scipy.stats import binomtest

    if not better + worse:
        return 1.0
    return float(binomtest(better, better + worse, 0.5).pvalue)
