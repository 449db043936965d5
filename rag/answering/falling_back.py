"""Answer without the language model when it fails, and say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answering.disagreement import with_other_side
from rag.answering.draft import Answerer, Completer, Draft
from rag.answering.guarding import suspicious
from rag.answering.reading import Reading
from rag.errors import ModelError
from rag.records import Turn


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
    """Return the reading without sentences that speak to a model, as long as others are left."""
    orders = {hit.rank: suspicious(hit.passage.text) for hit in reading.evidence.hits}
    kept = tuple(
        ranked
        for ranked in reading.sentences
        if not any(
            start < ranked.candidate.end and ranked.candidate.start < end
            for start, end in orders.get(ranked.candidate.hit.rank, ())
        )
    )
    parts = tuple(_harmless(part) for part in reading.parts)
    return replace(reading, sentences=kept or reading.sentences, parts=parts)
