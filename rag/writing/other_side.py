"""Give the reader both sides where documents disagree and a model wrote of one alone."""

from __future__ import annotations

from dataclasses import replace

from rag.checking.draft import Draft
from rag.reading.finders.conflict import NOTE as CONFLICT
from rag.reading.proposal import Reading
from rag.writing.answerer import quoted


def with_other_side(draft: Draft, reading: Reading) -> Draft:
    """Return the draft with the units of the documents it does not cite, and a note of it.

    Whether documents disagree the reading has decided: its proposals bear the note.
    """
    sides = [proposal for proposal in reading.proposals if CONFLICT in proposal.notes]
    if draft.declined or not sides:
        return draft
    hits = {hit.rank: hit.passage.document_id for hit in (*reading.evidence.hits, *draft.given)}
    cited = {hits.get(number) for piece in draft.sentences for number in piece.numbers}
    if cited.isdisjoint(_documents(reading)):
        return draft
    others = [
        quoted(proposal)
        for proposal in reading.proposals
        if not any(extent.hit.passage.document_id in cited for extent in proposal.extents)
    ]
    notes = draft.notes if CONFLICT in draft.notes else (*draft.notes, CONFLICT)
    return replace(draft, sentences=(*draft.sentences, *others), notes=notes)


def _documents(reading: Reading) -> set[str | None]:
    return {
        extent.hit.passage.document_id
        for proposal in reading.proposals
        for extent in proposal.extents
    }
