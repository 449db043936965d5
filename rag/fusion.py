"""One score from all that is known of a candidate: a linear model of eight weights.

A question that quotes a rare name wants its words to count, one of a few everyday words wants its
meaning to. What serves both is to count words as a share of what the best candidate has, and rare
ones for themselves. Weights that depend on the question (its length, how rare its words are, how
far the best candidates lie apart) were tried: no set gained. The weights stand in ``fusion.json``;
``training/fit_fusion.py`` learns them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Table: TypeAlias = NDArray[np.float64]

FEATURES = ("whole", "part", "words", "rare", "phrase", "quoted", "translated", "heard")
"""What is known of a candidate.

``whole`` and ``part`` are cosines with all of it and with its best part; ``words`` is BM25 as a
share of the best candidate's. Shares of the weight of the question's words, 0 to 1: ``rare`` those
the passage holds, by the squares of their weights; ``translated`` and ``heard`` those in the other
language and those that sound alike. ``phrase`` and ``quoted`` are those of ``rag.text.phrases``.
"""

IN_TEXT = ("phrase", "quoted")
"""Features that need the text of a passage; only the most promising candidates have them."""


def scores(features: Table) -> Table:
    """Return the score of each candidate from ``features``, ``[candidates, len(FEATURES)]``.

    The weights of the two cosines sum to ten.
    """
    result: Table = features @ _weights()
    return result


def columns(*names: str) -> list[int]:
    """Return the places of features in a row."""
    return [FEATURES.index(name) for name in names]


@cache
def _weights() -> Table:
    path = Path(__file__).with_name("fusion.json")
    learned = json.loads(path.read_text(encoding="utf-8"))
    return np.array([learned[name] for name in FEATURES], dtype=np.float64)
