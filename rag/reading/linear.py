"""Logistic regressions over named features, kept in one small readable file.

``weights.json`` is written by ``training/fit_answerer.py``; nothing in it is set by hand.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LinearModel:
    """``probability = 1 / (1 + exp(-(intercept + sum(weight * feature))))``."""

    intercept: float
    weights: Mapping[str, float]

    def score(self, features: Mapping[str, float]) -> float:
        """Return the log-odds; a feature that is absent counts zero."""
        return self.intercept + sum(
            weight * features.get(name, 0.0) for name, weight in self.weights.items()
        )

    def probability(self, features: Mapping[str, float]) -> float:
        """Return a probability in [0, 1]."""
        return sigmoid(self.score(features))


def sigmoid(score: float) -> float:
    """Return the logistic function of a log-odds, without overflow."""
    if score >= 0:
        return 1 / (1 + math.exp(-score))
    return math.exp(score) / (1 + math.exp(score))


@cache
def learned() -> Mapping[str, LinearModel]:
    """Return the learned models by name: ``sentence``, ``answerable`` and ``span``.

    The first two end in ``_foreign`` for questions in another script than what was found, and
    in ``_read`` where the trained reader's features are there; ``span`` chooses among its spans
    and ``confidence`` weighs the decisions without and with it.
    """
    data = json.loads(_weights_text())
    return {
        name: LinearModel(entry["intercept"], entry["weights"])
        for name, entry in data["models"].items()
    }


@cache
def thresholds(*, read: bool) -> Mapping[str, float]:
    """Return the least confidence that is answered, by strictness (low, normal, high)."""
    name = "thresholds_read" if read else "thresholds"
    found: Mapping[str, float] = json.loads(_weights_text())[name]
    return found


@cache
def _weights_text() -> str:
    return (Path(__file__).parent / "weights.json").read_text(encoding="utf-8")
