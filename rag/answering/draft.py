"""What an answerer hands over before anything is checked, and the port it implements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag.answering.reading import Reading
from rag.records import Turn, Usage


@dataclass(frozen=True, slots=True)
class Quote:
    """``passage.text[start:end]`` of the hit with rank ``number``."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence without its citation marks, the hits it cites, and exact quotes where known."""

    text: str
    numbers: tuple[int, ...]
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An unchecked answer. ``declined`` where the answerer itself found no answer.

    ``short`` is the shortest exact answer or empty. ``confidence`` is the answerer's own
    estimate in [0, 1], None where it has none.
    """

    sentences: tuple[DraftSentence, ...]
    declined: bool = False
    short: str = ""
    confidence: float | None = None
    usage: Usage = field(default_factory=Usage)
    notes: tuple[str, ...] = ()


class Answerer(Protocol):
    """Turns a reading into an answer; the whole answer is the stream, drained."""

    name: str

    def stream(self, reading: Reading, history: Sequence[Turn]) -> Iterator[str | Draft]:
        """Yield pieces of text as they come and, last, the draft."""
        ...
