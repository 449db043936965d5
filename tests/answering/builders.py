"""Candidates and windows without a search behind them."""

from __future__ import annotations

from rag.answering.features import SentenceCandidate
from rag.answering.windows import Window
from rag.records import Hit, Passage
from rag.text.sentences import split_sentences


def hit(text: str, *, rank: int = 1, document: str = "d", title: str = "") -> Hit:
    passage = Passage(f"{document}#0", document, 0, f"/{document}", title, "", 0, len(text), text)
    return Hit(passage, rank, 1.0)


def candidates(found: Hit) -> list[SentenceCandidate]:
    text = found.passage.text
    return [
        SentenceCandidate(found, start, end, text[start:end], {}, frozenset())
        for start, end in split_sentences(text)
    ]


def whole(found: Hit) -> Window:
    return Window(found, 0, len(found.passage.text), ())
