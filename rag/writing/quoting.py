"""The answerer that needs no language model: it quotes the units that answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.checking.draft import Draft, DraftSentence
from rag.checking.showing import plain_text
from rag.reading.proposal import Proposal, Reading
from rag.records import Turn
from rag.writing.answerer import quoted


class ExtractiveAnswerer:
    """Quotes what the reading proposes, unit by unit."""

    name = "extractive"

    def stream(self, reading: Reading, history: Sequence[Turn]) -> Iterator[str | Draft]:
        """Yield each unit as text and, last, the draft; earlier turns are not needed."""
        del history
        pieces: list[DraftSentence] = []
        for proposal in reading.proposals:
            piece = quoted(proposal)
            yield ("\n\n" if pieces else "") + _shown(proposal)
            pieces.append(piece)
        notes = [*reading.notes]
        notes += [note for proposal in reading.proposals for note in proposal.notes]
        notes += [f"unanswered:{question}" for question in reading.unanswered if pieces]
        yield Draft(
            sentences=tuple(pieces),
            declined=not pieces,
            short=short_answer(reading.proposals[0]) if reading.proposals else "",
            notes=tuple(dict.fromkeys(notes)),
        )


def short_answer(proposal: Proposal) -> str:
    """Return the words of the short answer, empty where none may stand in front."""
    if proposal.short is None:
        return ""
    start, end = proposal.short
    for extent in proposal.extents:
        passage = extent.hit.passage
        if passage.start <= start and end <= passage.end:
            return passage.text[start - passage.start : end - passage.start]
    return ""


def _shown(proposal: Proposal) -> str:
    lines = [
        plain_text(extent.hit.passage, extent.start, extent.end) for extent in proposal.extents
    ]
    marks = dict.fromkeys(f"[{extent.hit.rank}]" for extent in proposal.extents)
    return "\n".join(lines) + "".join(marks)
