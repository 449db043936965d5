"""Answer without the language model when it fails, and say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.checking.draft import Draft
from rag.errors import ModelError
from rag.reading.proposal import Extent, Reading
from rag.records import Turn
from rag.writing.answerer import Answerer, Completer
from rag.writing.guarding import suspicious
from rag.writing.other_side import with_other_side


class FallingBackAnswerer:
    """Asks ``first``, and ``second`` where the first fails or hangs.

    What the second one writes is marked: its draft names it as the backend and has the note
    ``fallback:NAME: CODE``. Its quotes also stand ready to take the place of sentences of the
    first that must go; with ``strict`` all that are not supported must. ``completing`` lets
    the first write out follow-up questions.
    """

    def __init__(
        self,
        first: Answerer,
        second: Answerer,
        *,
        fallback: bool = True,
        strict: bool = False,
        completing: bool = False,
    ) -> None:
        self.name = first.name
        self.first = first
        self._second = second
        self._fallback = fallback
        self._strict = strict
        self._completing = completing

    def stream(self, reading: Reading, history: Sequence[Turn]) -> Iterator[str | Draft]:
        """Yield the pieces of the first answerer, its draft or the second one's.

        After pieces of a failed attempt no more are yielded: the answer takes their place.
        Raises ModelError where the first fails and there is no fallback.
        """
        shown = False
        try:
            for piece in self.first.stream(reading, history):
                if isinstance(piece, Draft):
                    yield self._finished(piece, reading, history)
                else:
                    shown = shown or bool(piece)
                    yield piece
            return
        except ModelError as error:
            if not self._fallback:
                raise
            note = f"fallback:{self.name}: {error.code or 'failed'}"
        for piece in self._second.stream(_harmless(reading), history):
            if isinstance(piece, Draft):
                yield replace(piece, backend=self._second.name, notes=(note, *piece.notes))
            elif not shown:
                yield piece

    def _finished(self, draft: Draft, reading: Reading, history: Sequence[Turn]) -> Draft:
        harmless = _harmless(reading)
        spare = [
            piece.sentences
            for piece in self._second.stream(harmless, history)
            if isinstance(piece, Draft)
        ]
        return replace(
            with_other_side(draft, harmless),
            strict=self._strict or draft.strict,
            spare=spare[-1],
            spare_backend=self._second.name,
        )

    def complete(self, question: str, history: Sequence[Turn]) -> str | None:
        """Return the follow-up as the model writes it out, None where the rules should."""
        if self._completing and isinstance(self.first, Completer):
            return self.first.complete(question, history)
        return None


def _harmless(reading: Reading) -> Reading:
    """Return the reading without units that speak to a model, as long as others are left."""
    kept = tuple(
        proposal
        for proposal in reading.proposals
        if not any(_speaks_to_a_model(extent) for extent in proposal.extents)
    )
    return replace(reading, proposals=kept or reading.proposals)


def _speaks_to_a_model(extent: Extent) -> bool:
    at = extent.hit.passage.start
    return any(
        start < extent.end - at and extent.start - at < end
        for start, end in suspicious(extent.hit.passage.text)
    )
