"""From evidence to a reading: let every finder propose, choose, and keep one confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.asking.asked import Asked
from rag.evidence import Evidence
from rag.reading.deciding import Ranked, ranked
from rag.reading.finders import FINDERS
from rag.reading.proposal import Proposal, Reading
from rag.reading.span_reader import SpanReader


def read(
    asked: Asked, several: Sequence[Evidence], reader: SpanReader | None, *, least: float
) -> Reading:
    """Return what answers: ``several`` is the evidence of the question, then of its parts.

    This is the one place that declines: below the confidence ``least`` nothing is proposed.

    Parts whose confidence is below ``least`` count as unanswered; where all are, or the question
    does not surely ask several things and one of them is unanswered, it is read as a whole.
    """
    first = several[0]
    parts = [ranked(evidence, reader) for evidence in several[1:]]
    answered = [part for part in parts if part.confidence >= least]
    if answered and (asked.surely or len(answered) == len(parts)):
        proposals = _distinct([proposal for part in answered for proposal in proposed(part)[:1]])
        # Parts that one unit answers are one question after all.
        if asked.surely or len(proposals) == len(answered):
            return Reading(
                asked=asked,
                evidence=first,
                proposals=tuple(_without_short(proposals)),
                confidence=max(part.confidence for part in answered),
                related=max(part.confidence for part in answered),
                unanswered=tuple(
                    part.evidence.question for part in parts if part.confidence < least
                ),
            )
    whole = ranked(first, reader, asked.question)
    numbers = {} if several[1:] else numbered(whole)
    proposals = proposed(whole) if whole.confidence >= least else []
    return Reading(
        asked=asked,
        evidence=first.renumbered(numbers) if numbers else first,
        proposals=tuple(_renumbered(proposal, numbers) for proposal in proposals),
        confidence=whole.confidence,
        related=whole.confidence,
        notes=tuple(f"premise:{wanted} ≠ {told}" for wanted, told in whole.another[:1]),
    )


def proposed(read: Ranked) -> list[Proposal]:
    """Return what is to be shown: the proposals of the first finder that has any."""
    for finder in FINDERS:
        proposals = finder(read)
        if proposals:
            return proposals
    return []


def numbered(read: Ranked) -> dict[str, int]:
    """Return the numbers of the passages that were read, by id, the likeliest to answer first."""
    best: dict[str, float] = {}
    for candidate, share in zip(read.candidates, read.probabilities, strict=True):
        best.setdefault(candidate.hit.passage.id, share)
    order = sorted(read.evidence.hits, key=lambda hit: (-best.get(hit.passage.id, 0.0), hit.rank))
    return {hit.passage.id: number for number, hit in enumerate(order, start=1)}


def _renumbered(proposal: Proposal, numbers: Mapping[str, int]) -> Proposal:
    extents = (
        replace(
            extent,
            hit=replace(extent.hit, rank=numbers.get(extent.hit.passage.id, extent.hit.rank)),
        )
        for extent in proposal.extents
    )
    return replace(proposal, extents=tuple(extents))


def _distinct(proposals: Sequence[Proposal]) -> list[Proposal]:
    found: dict[tuple[tuple[str, int, int], ...], Proposal] = {}
    for proposal in proposals:
        places = tuple((e.hit.passage.document_id, e.start, e.end) for e in proposal.extents)
        found.setdefault(places, proposal)
    return [*found.values()]


def _without_short(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Return the proposals; one short answer of several would pass for all of them."""
    if len(proposals) == 1:
        return [*proposals]
    return [replace(proposal, short=None) for proposal in proposals]
