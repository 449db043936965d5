"""What retrieval hands to answering: the hits of one question and the signals behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rag.records import Hit


@dataclass(frozen=True, slots=True)
class PartCosine:
    """The cosine between the question and ``passage.text[start:end]``."""

    start: int
    end: int
    cosine: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The hits of one question with the signals a decision to answer or decline rests on.

    ``parts[i]`` belongs to ``hits[i]``. ``token_weights`` holds the inverse document frequency
    of every index token of the question (natural logarithm, BM25's form, >= 0).
    ``dense_pool`` and ``lexical_pool`` are the scores of all candidates, highest first.
    """

    question: str
    hits: tuple[Hit, ...]
    parts: tuple[tuple[PartCosine, ...], ...] = ()
    token_weights: Mapping[str, float] = field(default_factory=dict)
    dense_pool: tuple[float, ...] = ()
    lexical_pool: tuple[float, ...] = ()

    def first(self, count: int) -> Evidence:
        """Return the same evidence with its first ``count`` hits."""
        return replace(self, hits=self.hits[:count], parts=self.parts[:count])
