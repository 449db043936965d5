"""Quote whole what a small model copied in part.

A few copied words say too little to be checked: "1149 metres" stands in the passage whatever
was asked. The sentence they were copied from says it, and the words themselves are the short
answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.draft import Draft, DraftSentence, quoted
from rag.answering.features import SentenceCandidate
from rag.text.normal import normal_form

_SHORT = 0.6
"""A copy longer than this share of its sentence is no shorter answer."""

_TRIM = " \t\r\n。．.！!？?；;，,、：:"


def quoted_whole(draft: Draft, read: Sequence[SentenceCandidate]) -> Draft:
    """Return the draft with each copied part of a sentence that was read made the sentence.

    Sentences the model put together itself stay as they are.
    """
    sentences: list[DraftSentence] = []
    short = ""
    for piece in draft.sentences:
        source = _source(piece, read)
        if source is None:
            sentences.append(piece)
            continue
        whole = quoted(source)
        if whole not in sentences:
            sentences.append(whole)
        copied = piece.text.strip().strip(_TRIM)
        if not short and copied in whole.text and len(copied) <= _SHORT * len(whole.text):
            short = copied
    return replace(draft, sentences=tuple(sentences), short=draft.short or short)


def _source(piece: DraftSentence, read: Sequence[SentenceCandidate]) -> SentenceCandidate | None:
    copied = normal_form(piece.text).strip(_TRIM)
    if not copied:
        return None
    for candidate in read:
        if candidate.hit.rank in piece.numbers and copied in normal_form(candidate.text):
            return candidate
    return None
