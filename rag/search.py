"""Search: two ranked lists, everything known of their candidates, one score, one list of hits.

Both lists are completed before they are joined: a passage that only one of them found gets its
exact score from the other too, so no score is ever guessed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from rag import fusion
from rag.asking.names import MARKERS
from rag.evidence import Evidence, PartCosine
from rag.index import DenseScore, Index, StoredPassage, View
from rag.parts import context_of
from rag.records import Hit, Passage
from rag.text.language import dominant_script
from rag.text.phrases import Phrases, flat
from rag.text.sounds import SoundAlike, sound_alikes
from rag.text.tokens import index_tokens
from rag.text.translation import Translated, share, translations

if TYPE_CHECKING:
    from rag.embedding.base import Embedder, Vector
    from rag.fusion import Table

_POOL = 60
"""Passages taken from each list; beyond 60 recall@10 of the fused list no longer moved."""

_READ = 40
"""Candidates whose texts are looked into, the best by all else that is known of them."""

_LEAST_WEIGHT = 0.2
"""A word whose translations stand nearly everywhere tells nothing."""

_NAMING = 8
"""Passages read for other names of what a question names."""

_SPARE = 10
"""Candidates looked at beyond the hits wanted, since some may repeat others."""


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates of one question, best first, with all that is known of them.

    ``features`` is float64 ``[candidates, len(FEATURES)]``, ``lexical`` their BM25 scores.
    ``passages`` are those of the first candidates, whose texts were looked into.
    """

    keys: tuple[int, ...]
    features: Table
    lexical: Table
    scores: Table
    passages: tuple[StoredPassage, ...]
    weights: Mapping[str, float]
    translated: tuple[Translated, ...] = ()
    heard: tuple[Translated, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up once a question."""

    vector: Vector
    phrases: Phrases
    weights: Mapping[str, float]
    translated: tuple[Translated, ...]
    heard: tuple[Translated, ...]


@dataclass(slots=True)
class _Lists:
    """Scores of the candidates found so far, by key."""

    dense: dict[int, DenseScore] = field(default_factory=dict)
    words: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A candidate of the pool with its passage and the passages that repeat it."""

    place: int
    stored: StoredPassage
    repeats: list[Passage]


class Retriever:
    """Finds passages of one index with one embedder. Holds no state between questions."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self._index = index
        self._embedder = embedder

    def search(self, question: str, k: int, *, within: Collection[str] | None = None) -> list[Hit]:
        """Return the best ``k`` passages (fewer where the index holds fewer), best first."""
        return list(self.evidence(question, k, within=within).hits)

    def naming(self, question: str, *, within: Collection[str] | None = None) -> Sequence[str]:
        """Return texts that hold words of the question and may say how else a thing is called."""
        tokens = [token for token in index_tokens(question) if len(token) > 1]
        with self._index.snapshot() as view:
            found = view.passages(view.search_holding(MARKERS, tokens, _NAMING))
        return [p.text for p in found if within is None or p.document_id in within]

    def sound_alikes(self, text: str) -> list[SoundAlike]:
        """Return what the documents write otherwise in a text but sounds the same."""
        with self._index.snapshot() as view:
            return sound_alikes(text, view.document_frequencies, view.pairs_beginning)

    def evidence(self, question: str, k: int, *, within: Collection[str] | None = None) -> Evidence:
        """Return the best ``k`` passages with the signals an answerer decides on.

        ``within`` limits the search to documents with these ids. One generation of the index
        is seen throughout, whatever is written meanwhile.
        """
        vector = self._embedder.embed_query(question)
        with self._index.snapshot() as view:
            pool = candidates(view, question, vector, within)
            kept = _folded(view, pool, k)
            parts = view.part_scores(vector, [one.stored.key for one in kept])
        dense = pool.features[:, fusion.columns("whole", "part")].mean(axis=1)
        return Evidence(
            question=question,
            hits=tuple(_hit(pool, rank, one) for rank, one in enumerate(kept, start=1)),
            parts=tuple(
                tuple(PartCosine(start, end, cosine) for (start, end), cosine in scores)
                for scores in parts
            ),
            token_weights=pool.weights,
            dense_pool=tuple(sorted(dense.tolist(), reverse=True)),
            lexical_pool=tuple(sorted(pool.lexical.tolist(), reverse=True)),
            translated=pool.translated,
        )


def candidates(
    view: View, question: str, vector: Vector, within: Collection[str] | None = None
) -> Pool:
    """Return all candidates of a question, best first. ``vector`` is the question's."""
    tokens = list(dict.fromkeys(index_tokens(question)))
    frequencies = view.document_frequencies(tokens)
    weights = {token: _weight(view, count) for token, count in frequencies.items()}
    lists = _Lists()
    lists.dense = {one.key: one for one in view.search_dense(vector, _POOL, within)}
    lists.words = dict(view.search_lexical(tokens, _POOL, within))
    other = _other_words(view, question, next(iter(lists.dense), None))
    heard = _heard(view, question) if lists.dense else ()
    new = _tokens_of([*other, *heard])
    if new:
        lists.words |= dict.fromkeys((k for k, _ in view.search_lexical(new, _POOL, within)), 0.0)
    keys = sorted({*lists.dense, *lists.words})
    missing = [key for key in keys if key not in lists.dense]
    lists.dense |= {one.key: one for one in view.dense_scores(vector, missing)}
    lists.words = dict(zip(keys, view.lexical_scores(tokens, keys), strict=True))
    known = _Known(vector, Phrases(question, weights), weights, other, heard)
    return _ranked(view, known, keys, lists, new)


def _ranked(
    view: View, known: _Known, keys: Sequence[int], lists: _Lists, new: Sequence[str]
) -> Pool:
    """Put the candidates in order, first without, then with their texts."""
    features = _features(view, known, keys, lists, new)
    order = _order(fusion.scores(features), keys)
    passages = view.stored_passages([keys[place] for place in order[:_READ]])
    for place, stored in zip(order, passages, strict=False):
        features[place, fusion.columns(*fusion.IN_TEXT)] = _in_text(known, stored.passage)
    scores = fusion.scores(features)
    # What was not looked into stays behind what was.
    near = dict(zip(order, passages, strict=False))
    order = [place for place in _order(scores, keys) if place in near] + order[len(near) :]
    return Pool(
        tuple(keys[place] for place in order),
        features[order],
        np.array([lists.words[keys[place]] for place in order]),
        scores[order],
        tuple(near[place] for place in order[: len(near)]),
        known.weights,
        known.translated,
        known.heard,
    )


def _order(scores: Table, keys: Sequence[int]) -> list[int]:
    """Return the places of the candidates, best first; ties by key."""
    return sorted(range(len(keys)), key=lambda place: (-scores[place], keys[place]))


def _features(
    view: View, known: _Known, keys: Sequence[int], lists: _Lists, new: Sequence[str]
) -> Table:
    """Return what is known of candidates without their texts."""
    table = np.zeros((len(keys), len(fusion.FEATURES)))
    squares = {token: weight**2 for token, weight in known.weights.items()}
    total = sum(squares.values()) or 1.0
    most = max(lists.words.values(), default=0.0) or 1.0
    places = fusion.columns("whole", "part", "words", "rare", "translated", "heard")
    for place, held in enumerate(view.held_tokens([*squares, *new], keys) if keys else ()):
        dense = lists.dense[keys[place]]
        table[place, places] = (
            dense.whole,
            dense.part,
            lists.words[keys[place]] / most,
            sum(square for token, square in squares.items() if token in held) / total,
            share(known.translated, held),
            share(known.heard, held),
        )
    return table


def _in_text(known: _Known, passage: Passage) -> tuple[float, ...]:
    """Return the features ``IN_TEXT`` of a passage, its title and headings read with it."""
    text = flat(f"{context_of(passage)} {passage.text}")
    return (known.phrases.share(text), known.phrases.quoted(text))


def _other_words(view: View, question: str, first: int | None) -> tuple[Translated, ...]:
    """Return the question's words in the language of what was found, where it is another.

    Only what the documents hold can be meant. A word weighs as much as one that stands in
    all passages where one of its translations does.
    """
    if first is None:
        return ()
    (passage,) = view.passages([first])
    if dominant_script(question) == dominant_script(passage.text):
        return ()
    found = []
    for held in translations(question, view.document_frequencies):
        weight = _weight(view, min(sum(held.values()), view.generation.passages))
        if weight >= _LEAST_WEIGHT:
            found.append(Translated(tuple(held), weight))
    return tuple(found)


def _heard(view: View, question: str) -> tuple[Translated, ...]:
    """Return what the documents write otherwise but sounds like the question's words."""
    found = []
    for alike in sound_alikes(question, view.document_frequencies, view.pairs_beginning):
        options = [
            frozenset(form[place : place + 2] for place in range(len(form) - 1))
            for form in alike.forms
        ]
        counts = view.document_frequencies(sorted({token for one in options for token in one}))
        held = sum(min(counts[token] for token in one) for one in options)
        weight = _weight(view, min(held, view.generation.passages))
        found.append(Translated(tuple(options), weight))
    return tuple(found)


def _tokens_of(words: Sequence[Translated]) -> list[str]:
    return list(dict.fromkeys(t for word in words for one in word.alternatives for t in one))


def _weight(view: View, frequency: int) -> float:
    """Return the inverse document frequency, as BM25 (Robertson & Zaragoza 2009)."""
    return math.log(1 + (view.generation.passages - frequency + 0.5) / (frequency + 0.5))


def _folded(view: View, pool: Pool, k: int) -> list[_Kept]:
    """Return the best candidates, passages that repeat one of another document kept with it."""
    kept: list[_Kept] = []
    near = pool.passages[: k + _SPARE]
    beyond = pool.keys[len(near) : k + _SPARE]
    for place, one in enumerate([*near, *view.stored_passages(beyond)]):
        same = next((other for other in kept if _repeats(other.stored, one)), None)
        if same is None:
            kept.append(_Kept(place, one, []))
        else:
            same.repeats.append(one.passage)
    return kept[:k]


def _repeats(first: StoredPassage, second: StoredPassage) -> bool:
    """Tell whether two passages say the same; in one document each has its own place."""
    return first.group == second.group and first.passage.document_id != second.passage.document_id


def _hit(pool: Pool, rank: int, kept: _Kept) -> Hit:
    known = dict(zip(fusion.FEATURES, pool.features[kept.place].tolist(), strict=True))
    fused = float(pool.scores[kept.place])
    scores = {
        "dense": (known["whole"] + known["part"]) / 2,
        "dense_whole": known["whole"],
        "dense_part": known["part"],
        "lexical": float(pool.lexical[kept.place]),
        "translated": known["translated"],
        "phrase": known["phrase"],
        "fused": fused,
    }
    return Hit(kept.stored.passage, rank, fused, scores, tuple(kept.repeats))
