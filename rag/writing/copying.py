"""Quote whole what a small model copied in part.

A few copied words say too little to be checked: "1149 metres" stands in the passage whatever
was asked. The sentence, item or row they were copied from says it, and the words themselves are
the short answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rag.checking.draft import Draft, DraftSentence, Quote
from rag.reading.units import Spot, spots
from rag.records import Hit, Passage
from rag.text.normal import normal_form
from rag.text.tokens import index_tokens

_SHORT = 0.6
"""A copy longer than this share of its sentence is no shorter answer."""

_TRIM = " \t\r\n。．.！!？?；;，,、：:•-"


def quoted_whole(draft: Draft, hits: Mapping[int, Hit], question: str) -> Draft:
    """Return the draft with each copied part of a spot of a cited hit made the spot.

    Sentences the model put together itself stay as they are. Where several spots hold the copied
    words it is the one that shares most with the question.
    """
    asked = frozenset(index_tokens(question))
    sentences: list[DraftSentence] = []
    short = ""
    for piece in draft.sentences:
        whole = _source(piece, hits, asked)
        if whole is None:
            sentences.append(piece)
            continue
        if whole not in sentences:
            sentences.append(whole)
        copied = piece.text.strip().strip(_TRIM)
        if not short and copied in whole.text and len(copied) <= _SHORT * len(whole.text):
            short = copied
    return replace(draft, sentences=tuple(sentences), short=draft.short or short)


def _source(
    piece: DraftSentence, hits: Mapping[int, Hit], asked: frozenset[str]
) -> DraftSentence | None:
    copied = normal_form(piece.text).strip(_TRIM)
    if not copied:
        return None
    holding: list[tuple[int, int, Spot]] = []
    for number in piece.numbers:
        if number not in hits:
            continue
        passage = hits[number].passage
        for spot in spots(passage):
            text = _text(passage, spot)
            if copied in normal_form(text):
                holding.append((len(asked & frozenset(index_tokens(text))), number, spot))
    if not holding:
        return None
    _, number, spot = max(holding, key=lambda found: found[0])
    raw = _text(hits[number].passage, spot)
    text = raw.strip()
    start = spot.start + raw.index(text)
    return DraftSentence(text, (number,), (Quote(number, start, start + len(text)),))


def _text(passage: Passage, spot: Spot) -> str:
    return passage.text[spot.start - passage.start : spot.end - passage.start]
