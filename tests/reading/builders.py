"""Candidates, windows and what a reader says of them, without a search behind them."""

from __future__ import annotations

from rag.reading.candidates import Candidate
from rag.reading.span_reader import Span, WindowReading
from rag.reading.units import spots
from rag.reading.windows import Window
from rag.records import Hit, Passage


def hit(text: str, *, rank: int = 1, document: str = "d", title: str = "") -> Hit:
    passage = Passage(f"{document}#0", document, 0, f"/{document}", title, "", 0, len(text), text)
    return Hit(passage, rank, 1.0)


def candidates(found: Hit) -> list[Candidate]:
    text = found.passage.text
    kinds = ("is_code", "is_row", "is_item", "is_pair")
    return [
        Candidate(
            found,
            spot.start,
            spot.end,
            text[spot.start : spot.end],
            dict.fromkeys(kinds, 0.0),
            frozenset(),
            spot,
        )
        for spot in spots(found.passage)
    ]


def whole(found: Hit) -> Window:
    return Window(found, 0, len(found.passage.text), ())


def said(found: Hit, **scores: float) -> WindowReading:
    """Return what a reader says that gives these stretches of the text these scores."""
    text = found.passage.text
    spans = tuple(
        Span(text.index(part), text.index(part) + len(part), score)
        for part, score in sorted(scores.items(), key=lambda pair: -pair[1])
    )
    return WindowReading(whole(found), spans, (), ())
