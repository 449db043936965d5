"""What reading hands to writing: the units that answer, best first, and one confidence."""

from __future__ import annotations

from dataclasses import dataclass

from rag.asking.asked import Asked
from rag.evidence import Evidence
from rag.records import Hit, Span


@dataclass(frozen=True, slots=True)
class Extent:
    """A stretch ``[start, end)`` of a document, inside the passage of ``hit``."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """Return the exact text of the stretch."""
        passage = self.hit.passage
        return passage.text[self.start - passage.start : self.end - passage.start]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A unit that may answer, as it would be shown: its stretches of one document, in order.

    ``short`` is the shortest exact answer inside the first hit's document, None where none is
    likely enough to be put in front. ``lit`` are the places of the words that decide. ``score``
    in [0, 1] estimates the chance that the unit answers. ``kind`` names the finder, ``notes``
    are codes for the reader of the answer.
    """

    extents: tuple[Extent, ...]
    short: Span | None
    score: float
    kind: str
    notes: tuple[str, ...] = ()
    lit: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What every answerer starts from.

    ``proposals`` are what is to be shown, best first; ``unanswered`` are the things asked that
    nothing answers, ``notes`` codes for the reader of the answer. ``confidence`` in [0, 1]
    estimates the chance that the first proposal answers the question, ``related`` that the
    documents have to do with it at all.
    """

    asked: Asked
    evidence: Evidence
    proposals: tuple[Proposal, ...]
    confidence: float
    related: float
    unanswered: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
