"""Hybrid retrieval: a dense and a lexical ranked list, one fusion, one list of hits.

Both lists are completed before they are fused: a passage that only one of them found gets
its exact score from the other too, so fusion never guesses a missing score.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.asking.names import MARKERS
from rag.evidence import Evidence, PartCosine
from rag.index import DenseScore, Index, StoredPassage, View
from rag.records import Hit, Passage
from rag.text.language import dominant_script
from rag.text.tokens import index_tokens
from rag.text.translation import Translated, share, translations

if TYPE_CHECKING:
    from rag.embedding.base import Embedder, Vector

_POOL = 60
"""Passages taken from each list; beyond 60 recall@10 of the fused list no longer moved."""

_DENSE_WEIGHT = 10.0
"""Cosines differ by hundredths, shares of BM25 by tenths. Between 6 and 16 recall@1 moved by
0.003 on CMRC 2018 and by 0.009 on XQuAD; sums of z-scores were no better at any weight."""

_TRANSLATED_WEIGHT = 0.4
"""What the share of the question's translated words counts in the fused score. With it, English
questions on the Chinese XQuAD found the passage first in 0.826 instead of 0.742, among five in
0.969 instead of 0.943; between 0.2 and 0.6 recall@1 moved by 0.006."""

_LEAST_WEIGHT = 0.2
"""A word whose translations stand nearly everywhere tells nothing."""

_WHOLE_WEIGHT = 0.25
"""Share of the whole passage's cosine in the dense score; the rest is its best part's."""

_NAMING = 8
"""Passages searched for other names of what a question names."""

_SPARE = 10
"""Candidates looked at beyond the hits wanted, since some may repeat others."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A passage with every part of its score."""

    key: int
    whole: float
    part: float
    dense: float
    lexical: float
    fused: float
    translated: float = 0.0


@dataclass(frozen=True, slots=True)
class _Kept:
    """A candidate with its passage and the passages that repeat it."""

    candidate: _Candidate
    group: int
    passage: Passage
    repeats: list[Passage]


class Retriever:
    """Finds passages of one index with one embedder. Holds no state between questions."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self._index = index
        self._embedder = embedder

    def search(self, question: str, k: int, *, within: Collection[str] | None = None) -> list[Hit]:
        """Return the best ``k`` passages (fewer where the index holds fewer), best first."""
        return list(self.evidence(question, k, within=within).hits)

    def frequencies(self, tokens: Sequence[str]) -> Mapping[str, int]:
        """Return for each index token the number of passages that hold it."""
        with self._index.snapshot() as view:
            return view.document_frequencies(tokens)

    def naming(self, question: str, *, within: Collection[str] | None = None) -> Sequence[str]:
        """Return texts that hold words of the question and may say how else a thing is called."""
        tokens = [token for token in index_tokens(question) if len(token) > 1]
        with self._index.snapshot() as view:
            found = view.passages(view.search_holding(MARKERS, tokens, _NAMING))
        return [p.text for p in found if within is None or p.document_id in within]

    def evidence(self, question: str, k: int, *, within: Collection[str] | None = None) -> Evidence:
        """Return the best ``k`` passages with the signals an answerer decides on.

        ``within`` limits the search to documents with these ids. One generation of the index
        is seen throughout, whatever is written meanwhile.
        """
        vector = self._embedder.embed_query(question)
        tokens = list(dict.fromkeys(index_tokens(question)))
        with self._index.snapshot() as view:
            weights = _weights(view, tokens)
            candidates = self._candidates(view, vector, weights, within)
            translated = self._translated(view, question, candidates)
            if translated:
                candidates = self._joined(view, candidates, translated, vector, weights, within)
            near = candidates[: k + _SPARE]
            kept = _folded(near, view.stored_passages([one.key for one in near]))[:k]
            parts = view.part_scores(vector, [one.candidate.key for one in kept])
        return Evidence(
            question=question,
            hits=tuple(_hit(rank, one) for rank, one in enumerate(kept, start=1)),
            parts=tuple(
                tuple(PartCosine(start, end, cosine) for (start, end), cosine in scores)
                for scores in parts
            ),
            token_weights=weights,
            dense_pool=tuple(sorted((c.dense for c in candidates), reverse=True)),
            lexical_pool=tuple(sorted((c.lexical for c in candidates), reverse=True)),
            translated=translated,
        )

    def _candidates(
        self,
        view: View,
        vector: Vector,
        weights: Mapping[str, float],
        within: Collection[str] | None,
    ) -> list[_Candidate]:
        tokens = list(weights)
        dense = {s.key: s for s in view.search_dense(vector, _POOL, within)}
        lexical = dict(view.search_lexical(tokens, _POOL, within))
        missing = [key for key in lexical if key not in dense]
        dense.update((s.key, s) for s in view.dense_scores(vector, missing))
        missing = [key for key in dense if key not in lexical]
        lexical.update(zip(missing, view.lexical_scores(tokens, missing), strict=True))
        attainable = sum(weights.values())
        return _ranked(_candidate(dense[key], lexical[key], attainable) for key in dense)

    def _translated(
        self, view: View, question: str, candidates: Sequence[_Candidate]
    ) -> tuple[Translated, ...]:
        """Return the question's words in the language of what was found, where it is another.

        Only what the documents hold can be meant. A word weighs as much as one that stands in
        all passages where one of its translations does.
        """
        if not candidates:
            return ()
        (first,) = view.passages([candidates[0].key])
        if dominant_script(question) == dominant_script(first.text):
            return ()
        found = []
        for held in translations(question, view.document_frequencies):
            weight = _weight(view, min(sum(held.values()), view.generation.passages))
            if weight >= _LEAST_WEIGHT:
                found.append(Translated(tuple(held), weight))
        return tuple(found)

    def _joined(
        self,
        view: View,
        candidates: Sequence[_Candidate],
        translated: Sequence[Translated],
        vector: Vector,
        weights: Mapping[str, float],
        within: Collection[str] | None,
    ) -> list[_Candidate]:
        """Return the candidates and what the translations find, all with their shares of them."""
        tokens = list(dict.fromkeys(t for word in translated for a in word.alternatives for t in a))
        by_key = {candidate.key: candidate for candidate in candidates}
        new = [k for k, _ in view.search_lexical(tokens, _POOL, within) if k not in by_key]
        lexical = view.lexical_scores(list(weights), new)
        dense = view.dense_scores(vector, new)
        attainable = sum(weights.values())
        for key, score, value in zip(new, dense, lexical, strict=True):
            by_key[key] = _candidate(score, value, attainable)
        held = view.held_tokens(tokens, list(by_key))
        shares = [share(translated, one) for one in held]
        return _ranked(
            replace(one, translated=part, fused=one.fused + _TRANSLATED_WEIGHT * part)
            for one, part in zip(by_key.values(), shares, strict=True)
        )


def _weights(view: View, tokens: Sequence[str]) -> dict[str, float]:
    """Return each token's inverse document frequency, as BM25 (Robertson & Zaragoza 2009)."""
    frequencies = view.document_frequencies(tokens)
    return {token: _weight(view, frequency) for token, frequency in frequencies.items()}


def _weight(view: View, frequency: int) -> float:
    total = view.generation.passages
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def fuse(dense: float, lexical: float, attainable: float) -> float:
    """Return ``10 * dense + lexical / attainable``: a cosine and a share of a BM25 score.

    ``attainable`` is the sum of the question's token weights, which makes BM25 comparable
    between questions: the share is 0 where no word is shared, so a question in another
    language than the documents is ranked by its vectors alone. Unlike ranks or z-scores the
    sum does not depend on which other passages were found.
    """
    return _DENSE_WEIGHT * dense + (lexical / attainable if attainable > 0 else 0.0)


def _candidate(score: DenseScore, lexical: float, attainable: float) -> _Candidate:
    dense = _WHOLE_WEIGHT * score.whole + (1 - _WHOLE_WEIGHT) * score.part
    return _Candidate(
        score.key, score.whole, score.part, dense, lexical, fuse(dense, lexical, attainable)
    )


def _ranked(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    return sorted(candidates, key=lambda candidate: (-candidate.fused, candidate.key))


def _folded(candidates: Sequence[_Candidate], stored: Sequence[StoredPassage]) -> list[_Kept]:
    """Return the candidates, passages that repeat a better one of another document kept with it."""
    kept: list[_Kept] = []
    for candidate, one in zip(candidates, stored, strict=True):
        same = next((other for other in kept if _repeats(other, one)), None)
        if same is None:
            kept.append(_Kept(candidate, one.group, one.passage, []))
        else:
            same.repeats.append(one.passage)
    return kept


def _repeats(kept: _Kept, stored: StoredPassage) -> bool:
    return kept.group == stored.group and kept.passage.document_id != stored.passage.document_id


def _hit(rank: int, kept: _Kept) -> Hit:
    candidate = kept.candidate
    scores = {
        "dense": candidate.dense,
        "dense_whole": candidate.whole,
        "dense_part": candidate.part,
        "lexical": candidate.lexical,
        "translated": candidate.translated,
        "fused": candidate.fused,
    }
    return Hit(kept.passage, rank, candidate.fused, scores, tuple(kept.repeats))
