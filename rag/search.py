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

    ``features`` is float64 ``[candidates, len(FEATURES)]``, ``gates`` has ``len(GATES)`` values.
    ``passages`` are those of the first candidates, whose texts were looked into.
    """

    keys: tuple[int, ...]
    features: Table
    gates: tuple[float, ...]
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
            return sound_alikes(text, view.pairs_beginning)

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
        dense = pool.features[:, _column("whole", "part")].mean(axis=1)
        words = pool.features[:, _column("words")][:, 0] * sum(pool.weights.values())
        return Evidence(
            question=question,
            hits=tuple(_hit(pool, rank, one) for rank, one in enumerate(kept, start=1)),
            parts=tuple(
                tuple(PartCosine(start, end, cosine) for (start, end), cosine in scores)
                for scores in parts
            ),
            token_weights=pool.weights,
            dense_pool=tuple(sorted(dense.tolist(), reverse=True)),
            lexical_pool=tuple(sorted(words.tolist(), reverse=True)),
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
    gates = _gates(known, features)
    first = fusion.scores(features, gates, in_text=False)
    order = sorted(range(len(keys)), key=lambda place: (-first[place], keys[place]))
    features = features[order]
    keys = [keys[place] for place in order]
    passages = view.stored_passages(keys[:_READ])
    for place, stored in enumerate(passages):
        features[place, _column(*fusion.IN_TEXT)] = _in_text(known, stored.passage)
    scores = fusion.scores(features, gates)
    read = len(passages)
    # What was not looked into stays behind what was.
    order = sorted(range(read), key=lambda place: (-scores[place], keys[place]))
    order += range(read, len(keys))
    return Pool(
        tuple(keys[place] for place in order),
        features[order],
        gates,
        scores[order],
        tuple(passages[place] for place in order[:read]),
        known.weights,
        known.translated,
        known.heard,
    )


def _features(
    view: View, known: _Known, keys: Sequence[int], lists: _Lists, new: Sequence[str]
) -> Table:
    """Return what is known of candidates without their texts."""
    table = np.zeros((len(keys), len(fusion.FEATURES)))
    if not keys:
        return table
    tokens = list(known.weights)
    attainable = sum(known.weights.values()) or 1.0
    most = max(lists.words.values(), default=0.0) or 1.0
    for place, held in enumerate(view.held_tokens([*tokens, *new], keys)):
        key = keys[place]
        table[place, _column("whole", "part", "words", "words_best")] = (
            lists.dense[key].whole,
            lists.dense[key].part,
            lists.words[key] / attainable,
            lists.words[key] / most,
        )
        table[place, _column("covered", "rare", "exact", "translated", "heard")] = (
            _covered(known.weights, tokens, held, 1),
            _covered(known.weights, tokens, held, 2),
            _covered(known.weights, known.phrases.exact, held, 1),
            share(known.translated, held),
            share(known.heard, held),
        )
    return table


def _in_text(known: _Known, passage: Passage) -> tuple[float, ...]:
    """Return the features ``IN_TEXT`` of a passage."""
    heading = flat(context_of(passage))
    text = f"{heading} {flat(passage.text)}"
    total = sum(known.weights.values()) or 1.0
    headed = sum(weight for token, weight in known.weights.items() if token in heading)
    phrases = known.phrases
    return (headed / total, phrases.share(text), phrases.longest(text), phrases.quoted(text))


def _gates(known: _Known, features: Table) -> tuple[float, ...]:
    """Return what is known of a question, in the order of ``GATES``."""
    rarest = sorted(known.weights.values(), reverse=True)[:5]
    words = np.sort(features[:, _column("words_best")][:, 0])[::-1]
    meaning = np.sort(features[:, _column("part")][:, 0])[::-1]
    return (
        min(1.0, len(known.weights) / 40),
        min(1.0, sum(rarest) / (10 * max(len(rarest), 1))),
        float(features[:, _column("covered")].max(initial=0.0)),
        float(words[0] - words[1]) if len(words) > 1 else 0.0,
        min(1.0, 10 * float(meaning[0] - meaning[9])) if len(meaning) > 9 else 0.0,
    )


def _covered(
    weights: Mapping[str, float], tokens: Sequence[str], held: frozenset[str], power: int
) -> float:
    """Return the share of the tokens' weight, raised to a power, that a passage holds."""
    total = sum(weights[token] ** power for token in tokens)
    found = sum(weights[token] ** power for token in tokens if token in held)
    return found / total if total > 0 else 0.0


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
    for alike in sound_alikes(question, view.pairs_beginning):
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


def _column(*names: str) -> list[int]:
    return [fusion.FEATURES.index(name) for name in names]


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
        "lexical": known["words"] * sum(pool.weights.values()),
        "translated": known["translated"],
        "phrase": known["phrase"],
        "heading": known["heading"],
        "fused": fused,
    }
    return Hit(kept.stored.passage, rank, fused, scores, tuple(kept.repeats))
