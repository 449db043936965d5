"""Sum rows up: every measure with its interval, for a whole part and for each kind of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from rag.evaluation.confidence import auroc, calibration, declined_within, quantile, risk_coverage
from rag.evaluation.intervals import (
    RESAMPLES,
    Clusters,
    Estimate,
    percentiles,
    ratio_estimate,
)
from rag.evaluation.measures import MEASURES, Form, Measure
from rag.evaluation.observation import Row
from rag.evaluation.sets import CONVERSATIONS
from rag.records import Outcome

Floats = npt.NDArray[np.float64]

Figures = dict[str, Estimate]
"""Estimates by the code of their measure; a measure with nothing to measure is absent."""

ALL = "all"
"""The name of the group of all questions of a part."""


def summarise(
    rows: Sequence[Row], *, seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, dict[str, Figures]]:
    """Return ``figures[part][group]``; a group is ``"all"``, ``"kind:…"`` or ``"qtype:…"``.

    An unanswerable kind alone has no ROC curve, so for the measures of the confidence it is
    set against all answerable questions of its part.
    """
    summary: dict[str, dict[str, Figures]] = {}
    for part in dict.fromkeys(row.part for row in rows):
        members = [row for row in rows if row.part == part]
        groups: dict[str, list[Row]] = {ALL: members}
        for name in ("kind", "qtype"):
            values = sorted({getattr(row, name) for row in members} - {""})
            if len(values) > 1 or name == "kind":
                for value in values:
                    groups[f"{name}:{value}"] = [
                        row for row in members if getattr(row, name) == value
                    ]
        summary[part] = {
            group: figures(found, seed=seed, resamples=resamples) for group, found in groups.items()
        }
        answerable = [row for row in members if row.answerable]
        for group, found in groups.items():
            if group.startswith("kind:") and not any(row.answerable for row in found):
                summary[part][group] |= _confidence_figures(
                    answerable + found, ("auroc", "declined_within"), seed, resamples
                )
    return summary


def figures(rows: Sequence[Row], *, seed: int = 0, resamples: int = RESAMPLES) -> Figures:
    """Return the estimates of every measure the rows have something for."""
    if not rows:
        return {}
    clusters = Clusters([row.cluster for row in rows], seed=seed, resamples=resamples)
    found: Figures = {}
    for measure in MEASURES.values():
        estimate = _estimate(measure, rows, clusters)
        if estimate is not None and estimate.count:
            found[measure.code] = estimate
    return found


def _confidence_figures(
    rows: Sequence[Row], codes: Iterable[str], seed: int, resamples: int
) -> Figures:
    clusters = Clusters([row.cluster for row in rows], seed=seed, resamples=resamples)
    estimates = {code: _estimate(MEASURES[code], rows, clusters) for code in codes}
    return {code: e for code, e in estimates.items() if e is not None and e.count}


def _estimate(measure: Measure, rows: Sequence[Row], clusters: Clusters) -> Estimate | None:
    if measure.form is Form.RATIO:
        above, below = pairs(rows, measure.code)
        return ratio_estimate(above, below, clusters, share=measure.unit == "share")
    statistic = statistic_of(measure, rows)
    if statistic is None:
        return None
    value = float(statistic(np.ones(len(rows))))
    if np.isnan(value):
        return None
    return Estimate(value, *percentiles(clusters.statistics(statistic)), len(rows))


def pairs(rows: Sequence[Row], code: str) -> tuple[Floats, Floats]:
    """Return what the rows put above and below the line of a ratio."""
    values = [row.values.get(code, (0.0, 0.0)) for row in rows]
    table = np.array(values, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


Statistic = Callable[[Floats], Floats]
"""A figure as a function of how often each question counts, for one draw or for many."""


def statistic_of(measure: Measure, rows: Sequence[Row]) -> Statistic | None:
    """Return the measure as a function of the weights of the rows; None without data."""
    if measure.form is Form.QUANTILE:
        name, level = measure.quantile
        # An amount that a row lacks (the length of a declined answer) counts for nothing.
        there = np.array([name in row.amounts for row in rows])
        if not there.any():
            return None
        amounts = np.array([row.amounts.get(name, 0.0) for row in rows])
        return lambda weights: quantile(amounts[there], level, weights[..., there])
    if not any(row.outcome for row in rows) or any(row.part == CONVERSATIONS for row in rows):
        return None
    confidence = np.array([row.confidence for row in rows])
    answerable = np.array([row.answerable for row in rows])
    right = np.array([row.right for row in rows])
    answered = np.array([row.outcome != Outcome.DECLINED for row in rows])
    statistics: Mapping[str, Statistic] = {
        "auroc": lambda weights: auroc(confidence, answerable, weights),
        "declined_within": lambda weights: declined_within(confidence, answerable, weights),
        "aurc": lambda weights: risk_coverage(confidence, right, weights).area,
        "ece": lambda weights: calibration(confidence, right, weights).error,
        "auroc_right": lambda weights: auroc(confidence, right, weights * answered),
        "ece_right": lambda weights: calibration(confidence, right, weights * answered).error,
        "ece_answerable": lambda weights: calibration(confidence, answerable, weights).error,
    }
    return statistics[measure.code]
