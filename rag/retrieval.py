"""Hybrid retrieval: a dense and a lexical ranked list, one fusion, one list of hits.

Both lists are completed before they are fused: a passage that only one of them found gets
its exact score from the other too, so fusion never guesses a missing score.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rag.evidence import Evidence, PartCosine
from rag.index import Index
from rag.records import Hit
from rag.text.tokens import index_tokens

if TYPE_CHECKING:
    from rag.embedding.base import Embedder, Vector

_POOL = 60
"""Passages taken from each list; beyond 60 recall@10 of the fused list no longer moved."""

_DENSE_WEIGHT = 0.7
"""Share of the dense leg in the sum of z-scores."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with every part of its score. ``part_span`` is the best part's place in it."""

    key: int
    whole: float
    part: float
    part_span: tuple[int, int]
    lexical: float
    fused: float

    @property
    def dense(self) -> float:
        """Return the mean of the whole passage's cosine and its best part's."""
        return (self.whole + self.part) / 2


class Retriever:
    """Finds passages of one index with one embedder. Holds no state between questions."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self._index = index
        self._embedder = embedder

    def _candidates(
        self, vector: Vector, tokens: Sequence[str], within: Collection[str] | None
    ) -> list[Candidate]:
        dense = {s.key: s for s in self._index.search_dense(vector, _POOL, within)}
        lexical = dict(self._index.search_lexical(tokens, _POOL, within))
        missing = [key for key in lexical if key not in dense]
        dense.update((s.key, s) for s in self._index.dense_scores(vector, missing))
        missing = [key for key in dense if key not in lexical]
        scores = self._index.lexical_scores(tokens, missing)
        lexical.update(zip(missing, scores, strict=True))
        keys = sorted(dense)
        fused = fuse(
            [(dense[key].whole + dense[key].part) / 2 for key in keys],
            [lexical[key] for key in keys],
        )
        found = [
            Candidate(
                key, dense[key].whole, dense[key].part, dense[key].part_span, lexical[key], score
            )
            for key, score in zip(keys, fused, strict=True)
        ]
        return sorted(found, key=lambda candidate: (-candidate.fused, candidate.key))

    def search(self, question: str, k: int, *, within: Collection[str] | None = None) -> list[Hit]:
        """Return the best ``k`` passages (fewer where the index holds fewer), best first."""
        return list(self.evidence(question, k, within=within).hits)

    def evidence(self, question: str, k: int, *, within: Collection[str] | None = None) -> Evidence:
        """Return the best ``k`` passages with the signals an answerer decides on."""
        vector = self._embedder.embed_query(question)
        tokens = list(dict.fromkeys(index_tokens(question)))
        with self._index.snapshot():
            candidates = self._candidates(vector, tokens, within)
            best = candidates[:k]
            keys = [candidate.key for candidate in best]
            passages = self._index.passages(keys)
            hits = tuple(
                Hit(
                    passage=passage,
                    rank=rank,
                    score=candidate.fused,
                    scores={
                        "dense": candidate.dense,
                        "dense_whole": candidate.whole,
                        "dense_part": candidate.part,
                        "lexical": candidate.lexical,
                        "fused": candidate.fused,
                    },
                )
                for rank, (candidate, passage) in enumerate(
                    zip(best, passages, strict=True), start=1
                )
            )
            return Evidence(
                question=question,
                hits=hits,
                parts=tuple(
                    tuple(PartCosine(start, end, cosine) for (start, end), cosine in scores)
                    for scores in self._index.part_scores(vector, keys)
                ),
                token_weights=self._weights(tokens),
                dense_pool=tuple(sorted((c.dense for c in candidates), reverse=True)),
                lexical_pool=tuple(sorted((c.lexical for c in candidates), reverse=True)),
            )

    def _weights(self, tokens: Sequence[str]) -> dict[str, float]:
        """Return each token's inverse document frequency, as BM25 (Robertson & Zaragoza 2009)."""
        total = self._index.passage_count
        frequencies = self._index.document_frequencies(tokens)
        return {
            token: math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
            for token in tokens
            for frequency in (frequencies.get(token, 0),)
        }


def fuse(dense: Sequence[float], lexical: Sequence[float]) -> list[float]:
    """Return the weighted sum of the z-scores of two score lists of equal length.

    A list without spread (for example no shared word at all) counts nothing, so a question
    in another language than the documents is ranked by its vectors alone.
    """
    total = np.zeros(len(dense))
    for scores, weight in ((dense, _DENSE_WEIGHT), (lexical, 1 - _DENSE_WEIGHT)):
        values = np.asarray(scores, dtype=np.float64)
        spread = values.std() if len(values) else 0.0
        if spread > 1e-9:
            total += weight * (values - values.mean()) / spread
    return [float(value) for value in total]
