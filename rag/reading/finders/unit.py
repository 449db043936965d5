"""The general way: the unit around the spot that most probably answers, and a second one."""

from __future__ import annotations

from rag.reading.answers import unit_shown
from rag.reading.candidates import Candidate
from rag.reading.deciding import Ranked
from rag.reading.fitting import narrowed
from rag.reading.headline import headline
from rag.reading.proposal import Extent, Proposal
from rag.reading.units import Unit, joined_units
from rag.records import Span

_SECOND = 0.25
"""Share of both probabilities that another unit needs to be shown too."""
_MOST = 900
"""Characters shown in all, where the first unit leaves room for another."""


def find(read: Ranked) -> list[Proposal]:
    """Return the best unit and, where it is nearly as likely, another one."""
    return [
        proposal(read, candidate, unit, share if number else read.confidence, second=number > 0)
        for number, (candidate, unit, share) in enumerate(_units(read))
    ]


def proposal(
    read: Ranked,
    candidate: Candidate,
    unit: Unit,
    score: float | None = None,
    *,
    second: bool = False,
    notes: tuple[str, ...] = (),
) -> Proposal:
    """Return a unit as a proposal; only the first one may have a short answer, without notes."""
    short = None
    if not second and not notes:
        short = headline(read.question, candidate, read.windows, read.confidence)
    start = candidate.hit.passage.start
    placed = (start + short.start, start + short.end) if short else None
    return Proposal(
        extents=_extents(candidate, unit),
        short=placed,
        score=read.confidence if score is None else score,
        kind=unit.kind,
        notes=notes,
        lit=_lit(candidate, unit, placed),
    )


def _extents(candidate: Candidate, unit: Unit) -> tuple[Extent, ...]:
    return tuple(Extent(candidate.hit, start, end) for start, end in unit.spans)


def _lit(candidate: Candidate, unit: Unit, short: Span | None) -> tuple[Span, ...]:
    """Return what decides: the short answer, else the spot where the unit holds more than it."""
    if short is not None:
        return (short,)
    spot = candidate.spot
    alone = unit.spans == ((spot.start, spot.end),)
    return () if alone else ((spot.start, spot.end),)


def _units(read: Ranked) -> list[tuple[Candidate, Unit, float]]:
    """Return the first unit and, where it is nearly as likely, another one; each share.

    Two that stand close together in one section are one unit with what is between them.
    """
    found: list[tuple[Candidate, Unit, float]] = []
    for candidate, share in zip(read.candidates, read.probabilities, strict=True):
        if found and share < _SECOND * (share + found[0][2]):
            break
        if any(_inside(candidate, other, unit) for other, unit, _ in found):
            continue
        whole = unit_shown(read.question, candidate)
        unit = narrowed(read.question, read.evidence, candidate, whole)
        if found and found[0][1].length + unit.length > _MOST:
            break
        if found:
            first, shown, chance = found[0]
            joined = joined_units(first.hit.passage, shown, unit, most=_MOST)
            if candidate.hit == first.hit and joined is not None:
                return [(first, joined, chance)]
            return [found[0], (candidate, unit, share)]
        found.append((candidate, unit, share))
    return found


def _inside(candidate: Candidate, other: Candidate, unit: Unit) -> bool:
    spot = candidate.spot
    return candidate.hit.passage.document_id == other.hit.passage.document_id and any(
        a <= spot.start and spot.end <= b for a, b in unit.spans
    )
