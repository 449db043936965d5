"""What an answerer hands over before anything is checked, and the port it implements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from rag.answering.features import SentenceCandidate
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


def quoted(candidate: SentenceCandidate) -> DraftSentence:
    """Return a sentence of a hit as an exact quote, without the white space around it."""
    text, number = candidate.text.strip(), candidate.hit.rank
    start = candidate.start + candidate.text.index(text)
    return DraftSentence(text, (number,), (Quote(number, start, start + len(text)),))


@dataclass(frozen=True, slots=True)
class Draft:
    """An unchecked answer. ``declined`` where the answerer itself found no answer.

    ``short`` is the shortest exact answer or empty. ``confidence`` is the answerer's own
    estimate in [0, 1], None where it has none. ``backend`` names who wrote it where that is
    not the answerer that was asked.

    The others concern what a language model wrote (``written``): ``tainted`` holds, by hit,
    spans of passages that speak to a model and support nothing; ``strict`` asks that
    unsupported sentences go; ``spare`` are quotes of ``spare_backend`` that may take the place
    of sentences that went.
    """

    sentences: tuple[DraftSentence, ...]
    declined: bool = False
    short: str = ""
    confidence: float | None = None
    usage: Usage = field(default_factory=Usage)
    notes: tuple[str, ...] = ()
    backend: str = ""
    written: bool = False
    tainted: Mapping[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    strict: bool = False
    spare: tuple[DraftSentence, ...] = ()
    spare_backend: str = ""


class Answerer(Protocol):
    """Turns a reading into an answer; the whole answer is the stream, drained."""

    name: str

    def stream(self, reading: Reading, history: Sequence[Turn]) -> Iterator[str | Draft]:
        """Yield pieces of text as they come and, last, the draft."""
        ...


@runtime_checkable
class Completer(Protocol):
    """An answerer that can write out a follow-up question so that it can be searched alone."""

    def complete(self, question: str, history: Sequence[Turn]) -> str | None:
        """Return the complete question, None where the rules should do it."""
        ...
