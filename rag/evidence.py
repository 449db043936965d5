"""What retrieval hands to answering: the hits of one question and the signals behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.records import Hit
from rag.text.translation import Translated


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
    ``translated`` are the question's words in the language of the documents, where it is another.
    """

    question: str
    hits: tuple[Hit, ...]
    parts: tuple[tuple[PartCosine, ...], ...] = ()
    token_weights: Mapping[str, float] = field(default_factory=dict)
    dense_pool: tuple[float, ...] = ()
    lexical_pool: tuple[float, ...] = ()
    translated: tuple[Translated, ...] = ()

    def first(self, count: int) -> Evidence:
        """Return the same evidence with its first ``count`` hits."""
        return replace(self, hits=self.hits[:count], parts=self.parts[:count])

    def renumbered(self, numbers: Mapping[str, int]) -> Evidence:
        """Return the same evidence, its hits in the order of their numbers, given by passage id.

        Hits without a number are left out.
        """
        renumbered = _renumbered(self, numbers)
        order = sorted(range(len(renumbered.hits)), key=lambda n: renumbered.hits[n].rank)
        return replace(
            renumbered,
            hits=tuple(renumbered.hits[n] for n in order),
            parts=tuple(renumbered.parts[n] for n in order if n < len(renumbered.parts)),
        )


def under_one_numbering(
    several: Sequence[Evidence], count: int, *, leading: int = 0
) -> tuple[Evidence, ...]:
    """Return the evidence of several questions with hits that share their ranks.

    The first ``leading`` hits of the first question keep their ranks. Then come the best hits of
    each, the second ones, and so on until ``count`` passages are numbered; hits beyond them are
    left out.
    """
    first = several[0].hits[:leading] if several else ()
    numbers = {hit.passage.id: rank for rank, hit in enumerate(first, start=1)}
    deepest = max((len(evidence.hits) for evidence in several), default=0)
    for depth in range(deepest):
        for evidence in several:
            if depth < len(evidence.hits) and len(numbers) < count:
                numbers.setdefault(evidence.hits[depth].passage.id, len(numbers) + 1)
    return tuple(_renumbered(evidence, numbers) for evidence in several)


def _renumbered(evidence: Evidence, numbers: Mapping[str, int]) -> Evidence:
    kept = [place for place, hit in enumerate(evidence.hits) if hit.passage.id in numbers]
    hits = tuple(
        replace(evidence.hits[place], rank=numbers[evidence.hits[place].passage.id])
        for place in kept
    )
    parts = tuple(evidence.parts[place] for place in kept if place < len(evidence.parts))
    return replace(evidence, hits=hits, parts=parts)
