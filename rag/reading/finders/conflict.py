"""Documents that contradict each other: both sides are shown, with a note."""

from __future__ import annotations

from collections.abc import Iterator

from rag.reading.answers import text_of, unit_shown
from rag.reading.candidates import Candidate
from rag.reading.conflicts import Claim, conflicts
from rag.reading.deciding import Ranked
from rag.reading.finders import unit
from rag.reading.fitting import beside_of, narrowed
from rag.reading.headline import rated_spans
from rag.reading.proposal import Proposal
from rag.reading.units import heading_above

NOTE = "conflict"
"""The note of what contradicts another proposal."""

_LOOKED_AT = 8
"""Spots, of other documents than the first one's, that may contradict it."""
_LEAST = 0.05
"""Share of the first one's chance that a spot needs to be held against it."""


def find(read: Ranked) -> list[Proposal]:
    """Return the best unit and what contradicts it, none where nothing does."""
    if not read.candidates:
        return []
    first = read.candidates[0]
    others = list(_others(read))
    found = conflicts(
        read.question,
        _claim(read, first),
        [_claim(read, other) for other in others],
        weights=read.evidence.token_weights,
        beside=beside_of(read.evidence),
    )
    if not found:
        return []
    chosen = (first, others[found[0]])
    return [
        unit.proposal(
            read,
            candidate,
            narrowed(read.question, read.evidence, candidate, unit_shown(read.question, candidate)),
            notes=(NOTE,),
        )
        for candidate in chosen
    ]


def _others(read: Ranked) -> Iterator[Candidate]:
    """Yield the best spots of other documents, one of each passage."""
    seen = {read.candidates[0].hit.passage.document_id}
    pairs = zip(read.candidates, read.probabilities, strict=True)
    for candidate, share in pairs:
        if len(seen) > _LOOKED_AT or share < _LEAST * read.probabilities[0]:
            return
        if candidate.hit.passage.document_id not in seen:
            seen.add(candidate.hit.passage.document_id)
            yield candidate


def _claim(read: Ranked, candidate: Candidate) -> Claim:
    passage = candidate.hit.passage
    whole = unit_shown(read.question, candidate)
    shown = narrowed(read.question, read.evidence, candidate, whole)
    rated = rated_spans(read.question, candidate, read.windows)
    answer = None
    if rated and len(shown.spans) == 1:
        start = shown.spans[0][0] - passage.start
        answer = (rated[0][1].start - start, rated[0][1].end - start)
    return Claim(
        unit=text_of(candidate, shown),
        document=passage.document_id,
        heading=heading_above(passage, candidate.spot.start),
        title=passage.title,
        around=passage.text,
        answer=answer,
    )
