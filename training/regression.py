"""Logistic regressions over named features, learned with scikit-learn and kept as plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

_CHOICE_PENALTY = 3.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """A logistic regression whose weights apply to raw features."""

    names: tuple[str, ...]
    intercept: float
    weights: tuple[float, ...]

    def scores(self, rows: Sequence[Mapping[str, float]]) -> np.ndarray:
        """Return the log-odds of each row, float64 [rows]."""
        return matrix(rows, self.names) @ np.array(self.weights) + self.intercept

    def to_dict(self) -> dict[str, object]:
        """Return the form of ``weights.json``."""
        weights = {n: round(w, 5) for n, w in zip(self.names, self.weights, strict=True)}
        return {"intercept": round(self.intercept, 5), "weights": weights}


def matrix(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> np.ndarray:
    """Return the features as float64 [rows, names]."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def fit(
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[bool],
    importance: Sequence[float],
    *,
    without: str = "",
) -> Fitted:
    """Fit on standardised features and return weights for the raw ones.

    Features whose names begin with ``without`` are left out.
    """
    names = tuple(
        sorted({n for row in rows for n in row if not (without and n.startswith(without))})
    )
    values = matrix(rows, names)
    scaler = StandardScaler().fit(values)
    model = LogisticRegression(C=0.3, solver="newton-cholesky", max_iter=200)
    model.fit(scaler.transform(values), np.array(labels), sample_weight=np.array(importance))
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - weights @ scaler.mean_)
    return Fitted(names, intercept, tuple(float(weight) for weight in weights))


def fit_choice(
    choices: Sequence[Sequence[Mapping[str, float]]],
    right: Sequence[Sequence[bool]],
    *,
    importance: Sequence[float] | None = None,
    without: str = "",
) -> Fitted:
    """Fit a conditional logit (McFadden 1974): which of several rows is chosen.

    Each choice has at least one right row; several share it evenly. Only differences between the
    rows of a choice are learned from, so that a hard question does not teach that its answer is
    unlikely. ``importance`` weighs the choices; features whose names begin with ``without`` are
    left out.
    """
    names = tuple(
        sorted(
            {
                n
                for rows in choices
                for row in rows
                for n in row
                if not (without and n.startswith(without))
            }
        )
    )
    scaler = StandardScaler()
    values = scaler.fit_transform(matrix([row for rows in choices for row in rows], names))
    sizes = np.array([len(rows) for rows in choices])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    owner = np.repeat(np.arange(len(choices)), sizes)
    weigh = np.ones(len(choices)) if importance is None else np.array(importance)
    weigh = weigh * len(weigh) / weigh.sum()
    wanted = np.concatenate(
        [w * np.array(row, dtype=float) / sum(row) for row, w in zip(right, weigh, strict=True)]
    )
    share = weigh[owner]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = values @ weights
        scores -= np.maximum.reduceat(scores, starts)[owner]
        logs = scores - np.log(np.add.reduceat(np.exp(scores), starts))[owner]
        penalty = _CHOICE_PENALTY * float(weights @ weights)
        slope = values.T @ (share * np.exp(logs) - wanted) + 2 * _CHOICE_PENALTY * weights
        return penalty - float(wanted @ logs), slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    weights = found.x / scaler.scale_
    return Fitted(names, 0.0, tuple(float(weight) for weight in weights))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns log-odds that rank well into log-odds that mean what they say (Platt 1999)."""

    slope: float
    shift: float

    def applied(self, model: Fitted) -> Fitted:
        """Return the model whose scores are ``slope * score + shift``."""
        weights = tuple(weight * self.slope for weight in model.weights)
        return replace(model, intercept=model.intercept * self.slope + self.shift, weights=weights)


def calibrate(scores: np.ndarray, right: np.ndarray, importance: np.ndarray) -> Calibration:
    """Learn the calibration of held-out log-odds against what turned out right."""
    model = LogisticRegression(C=1e6).fit(scores[:, None], right, sample_weight=importance)
    return Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]))
