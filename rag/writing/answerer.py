"""The port of everything that answers, and the unit of a proposal as exact quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from rag.checking.draft import Draft, DraftSentence, Quote
from rag.reading.proposal import Proposal, Reading
from rag.records import Turn


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


def quoted(proposal: Proposal) -> DraftSentence:
    """Return the unit of a proposal as exact quotes."""
    extents = proposal.extents
    return DraftSentence(
        text="\n".join(extent.text for extent in extents),
        numbers=tuple(dict.fromkeys(extent.hit.rank for extent in extents)),
        quotes=tuple(
            Quote(
                extent.hit.rank,
                extent.start,
                extent.end,
                tuple(
                    (max(start, extent.start), min(end, extent.end))
                    for start, end in proposal.lit
                    if start < extent.end and extent.start < end
                ),
            )
            for extent in extents
        ),
    )
