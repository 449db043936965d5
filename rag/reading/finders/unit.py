"""The general way: the unit around the spot that most probably answers, and a second one."""

from __future__ import annotations

from rag.reading.answers import units_shown
from rag.reading.candidates import Candidate
from rag.reading.deciding import Ranked
from rag.reading.headline import headline
from rag.reading.proposal import Extent, Proposal
from rag.reading.units import Unit
from rag.records import Span


def find(read: Ranked) -> list[Proposal]:
    """Return the best unit and, where it is nearly as likely, another one."""
    found = []
    for number, (candidate, unit, probability) in enumerate(units_shown(read)):
        short = headline(read.question, candidate, read.windows, read.confidence)
        start = candidate.hit.passage.start
        placed = (start + short.start, start + short.end) if short and not number else None
        found.append(
            Proposal(
                extents=_extents(candidate, unit),
                short=placed,
                score=read.confidence if not number else probability,
                kind=unit.kind,
                lit=_lit(candidate, unit, placed),
            )
        )
    return found


def _extents(candidate: Candidate, unit: Unit) -> tuple[Extent, ...]:
    return tuple(Extent(candidate.hit, start, end) for start, end in unit.spans)


def _lit(candidate: Candidate, unit: Unit, short: Span | None) -> tuple[Span, ...]:
    """Return what decides: the short answer, else the spot where the unit holds more than it."""
    if short is not None:
        return (short,)
    spot = candidate.spot
    alone = unit.spans == ((spot.start, spot.end),)
    return () if alone else ((spot.start, spot.end),)
