"""What an answerer hands over before anything is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.records import Hit, Span, Usage


@dataclass(frozen=True, slots=True)
class Quote:
    """The stretch ``[start, end)`` of a document, inside the passage of the hit ``number``.

    ``lit`` are the places of the words that decide; all offsets are of the document.
    """

    number: int
    start: int
    end: int
    lit: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A unit without its citation marks, the hits it cites, and exact quotes where known.

    The text of a quoted unit is that of its quotes, each on lines of its own.
    """

    text: str
    numbers: tuple[int, ...]
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An unchecked answer. ``declined`` where the answerer itself found no answer.

    ``short`` is the shortest exact answer or empty. ``backend`` names who wrote it where that is
    not the answerer that was asked. ``given`` are the hits its numbers mean where they reach
    beyond those that are shown, or hold more text than they do.

    The others concern what a language model wrote (``written``): ``tainted`` holds, by hit,
    spans of passages that speak to a model and support nothing; ``strict`` asks that
    unsupported sentences go; ``spare`` are quotes of ``spare_backend`` that may take the place
    of sentences that went.
    """

    sentences: tuple[DraftSentence, ...]
    declined: bool = False
    short: str = ""
    usage: Usage = field(default_factory=Usage)
    notes: tuple[str, ...] = ()
    backend: str = ""
    given: tuple[Hit, ...] = ()
    written: bool = False
    tainted: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    strict: bool = False
    spare: tuple[DraftSentence, ...] = ()
    spare_backend: str = ""
