"""What a document is about, told by itself: its first sentences and its headings, as quotes."""

from __future__ import annotations

from collections.abc import Sequence

from rag.asking.asked import Asked
from rag.evidence import Evidence
from rag.reading.proposal import Extent, Proposal, Reading
from rag.reading.units import WHOLE, blocks_of
from rag.records import BlockKind, Hit, Passage

HEADINGS = 12
"""Headings of a document that are told."""
DOCUMENTS = 5
"""Documents told of, each by how it begins, where no single one is meant."""
_SHORT = 140


def overview(asked: Asked, documents: Sequence[Sequence[Passage]]) -> Reading:
    """Return a reading that tells what ``documents`` are about, each given by its passages.

    One document is told by how it begins and by its headings, several by how each begins.
    """
    hits: list[Hit] = []
    proposals = []
    for passages in documents[:DOCUMENTS]:
        beginning = _beginning(passages, hits, WHOLE if len(documents) == 1 else _SHORT)
        if beginning is not None:
            proposals.append(beginning)
    if len(documents) == 1:
        outline = _outline(documents[0], hits)
        if outline is not None:
            proposals.append(outline)
    return Reading(
        asked=asked,
        evidence=Evidence(asked.read, tuple(hits)),
        proposals=tuple(proposals),
        confidence=1.0 if proposals else 0.0,
        related=1.0,
    )


def _beginning(passages: Sequence[Passage], hits: list[Hit], most: int) -> Proposal | None:
    """Return the first blocks of a document that say something, up to ``most`` characters."""
    for passage in passages:
        blocks = [b for b in blocks_of(passage) if b.kind is not BlockKind.HEADING]
        if not blocks:
            continue
        start, end = blocks[0].start, blocks[0].end
        for block in blocks[1:]:
            if block.end - start > most:
                break
            end = block.end
        return _proposal([Extent(_hit(passage, hits), start, end)], "beginning")
    return None


def _outline(passages: Sequence[Passage], hits: list[Hit]) -> Proposal | None:
    """Return the headings of a document, the upper ones first to be kept, in their order."""
    found = [
        (block.level, passage, block)
        for passage in passages
        for block in passage.blocks
        if block.kind is BlockKind.HEADING
    ]
    upper = sorted(found, key=lambda one: one[0])[:HEADINGS]
    kept = sorted(upper, key=lambda one: one[2].start)
    if len(kept) < 2:
        return None
    extents = [Extent(_hit(passage, hits), block.start, block.end) for _, passage, block in kept]
    return _proposal(extents, "outline")


def _proposal(extents: Sequence[Extent], kind: str) -> Proposal:
    return Proposal(extents=tuple(extents), short=None, score=1.0, kind=kind)


def _hit(passage: Passage, hits: list[Hit]) -> Hit:
    """Return the hit of a passage, a new one where it has none yet."""
    for hit in hits:
        if hit.passage.id == passage.id:
            return hit
    hits.append(Hit(passage, len(hits) + 1, 1.0))
    return hits[-1]
