"""One score from all that is known of a candidate: a linear model, learned once.

A question that quotes a rare name wants words to count, one of a few everyday words wants its
meaning to: no fixed weight serves both. What tells them apart is known before any passage is
ranked, so the weights of some features depend on it (``gates``). The weights stand in
``fusion.json``; ``training/fusion.py`` learns them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Table: TypeAlias = NDArray[np.float64]

FEATURES = (
    "whole",
    "part",
    "words",
    "words_best",
    "covered",
    "rare",
    "exact",
    "heading",
    "translated",
    "heard",
    "phrase",
    "longest",
    "quoted",
)
"""What is known of a candidate.

``whole`` and ``part`` are cosines; ``words`` is BM25 as a share of what is attainable and
``words_best`` as a share of the best candidate's. Shares of the weight of the question's tokens:
``covered`` those the passage holds, ``rare`` the same with squared weights, ``exact`` those with
signs or digits in them, ``heading`` those in title and headings; ``translated`` and ``heard`` of
its words in the other language and of what sounds like them. ``phrase``, ``longest`` and
``quoted`` are those of ``rag.text.phrases``.
"""

IN_TEXT = ("heading", "phrase", "longest", "quoted")
"""Features that need the text of a passage; only the most promising candidates have them."""

GATED = ("words", "words_best", "covered", "rare", "phrase", "longest")
"""Features whose weight depends on the gates."""

GATES = ("length", "rarity", "best_covered", "words_margin", "meaning_margin")
"""What is known of a question and its candidates, each about 0 to 1.

How many tokens it has, how rare the rarest are, how much of it the best candidate covers, how far
the best two lie apart by words, and by meaning the best from the tenth.
"""


def scores(features: Table, gates: Sequence[float], *, in_text: bool = True) -> Table:
    """Return the score of each candidate.

    ``features`` is float64 ``[candidates, len(FEATURES)]``, ``gates`` has ``len(GATES)`` values.
    Without ``in_text`` features that need the text count nothing. Scores compare the candidates
    of one question; the weights of the two cosines sum to ten.
    """
    weights = _weights(tuple(gates))
    if not in_text:
        weights = weights.copy()
        weights[[FEATURES.index(name) for name in IN_TEXT]] = 0
    result: Table = features @ weights
    return result


def _weights(gates: tuple[float, ...]) -> Table:
    """Return the weight of each feature for a question."""
    table = _learned()
    weights = np.array([table[name].get("weight", 0.0) for name in FEATURES])
    for place, name in enumerate(FEATURES):
        for gate, value in zip(GATES, gates, strict=True):
            weights[place] += table[name].get(gate, 0.0) * value
    return weights


@cache
def _learned() -> Mapping[str, Mapping[str, float]]:
    path = Path(__file__).with_name("fusion.json")
    found: Mapping[str, Mapping[str, float]] = json.loads(path.read_text(encoding="utf-8"))
    return found
