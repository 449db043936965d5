"""Answers and documents as plain JSON for the page.

Nothing here is markup: the browser puts every string in place as text. Offsets stop here
too: a browser counts UTF-16 units, so text that carries marks is cut into runs before it
leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from rag.records import (
    Answer,
    Block,
    BlockKind,
    Citation,
    Document,
    Hit,
    Outcome,
    Passage,
    Place,
    Retrieved,
    Sentence,
)
from rag.saying import confidence_level
from rag.text.language import detect_language
from rag.web.blocks import KEY, MarkedSpan, blocks_view, marked_runs, quoted_blocks, with_keys

Lookup = Callable[[str], Document | None]
"""Finds a document by its id; None where it is gone."""

_NEIGHBOURHOOD = 260
"""Characters of context shown above and below a cited passage."""

_SNIPPET = 160

_PARTS = re.compile(r"[、,，;；\n]")


def short_spans(text: str, short: str) -> list[tuple[int, int]]:
    """Return where ``text`` holds the short answer: whole, or part by part where it is a list.

    A part counts only between boundaries of numbers and Latin words, and one of a single
    character only where it cannot be mistaken. The spans are in the order of ``short``.
    """
    if not short.strip():
        return []
    whole = _places(text, short.strip())
    if whole:
        return whole[:1]
    spans = []
    for part in filter(None, map(str.strip, _PARTS.split(short))):
        places = _places(text, part)
        if places and (len(part) > 1 or len(places) == 1):
            spans.append(places[0])
    return spans


def codes(reasons: Iterable[str]) -> list[dict[str, str]]:
    """Split ``"code:detail"`` strings."""
    split = (reason.partition(":") for reason in reasons)
    return [{"code": code, "detail": detail} for code, _, detail in split]


def retrieved_view(event: Retrieved, lookup: Lookup) -> dict[str, Any]:
    """Return what the page shows between the search and the first words."""
    return {
        "kind": "retrieved",
        "standalone": event.standalone_question,
        "sources": [_source(hit, (), (), "", lookup) for hit in event.hits],
    }


def answer_view(answer: Answer, lookup: Lookup) -> dict[str, Any]:
    """Return the whole answer as the page draws it.

    ``quotes`` are the citations in their order; marks and runs name them by position.
    """
    quotes = answer.citations
    linked = _linked(answer)
    different = answer.standalone_question.strip() != answer.question.strip()
    return {
        "question": answer.question,
        "standalone": answer.standalone_question if different else "",
        "outcome": str(answer.outcome),
        "confidence": round(answer.confidence, 4),
        "confidence_word": confidence_level(answer.confidence),
        "short": answer.short,
        "text": answer.text,
        "language": detect_language(answer.text or answer.question),
        "backend": answer.backend,
        "seconds": {stage: round(value, 3) for stage, value in answer.seconds.items()},
        "notes": codes(answer.notes),
        "sentences": [
            {
                "text": sentence.text,
                "runs": with_keys(
                    marked_runs(
                        sentence.text,
                        0,
                        [(*span, KEY) for span in short_spans(sentence.text, answer.short)],
                    )
                ),
                "blocks": quoted_blocks(sentence, quotes, _lit(sentence, answer)),
                "marks": [
                    {"number": number, "quotes": linked[position, number]}
                    for number in sentence.citations
                ],
                "verdict": str(sentence.verdict),
                "reasons": codes(sentence.reasons),
            }
            for position, sentence in enumerate(answer.sentences)
        ],
        "quotes": [
            {
                "number": quote.number,
                "text": quote.quote,
                "document": quote.passage.document_id,
                "start": quote.start,
                "end": quote.end,
                "support": str(quote.support),
                "reasons": codes(quote.reasons),
            }
            for quote in quotes
        ],
        "sources": [
            _source(hit, quotes, _cited(answer), answer.short, lookup) for hit in answer.hits
        ],
    }


def document_view(
    document: Document,
    *,
    at: int,
    reach: int,
    side: Literal["around", "before", "after"] = "around",
    spans: Sequence[tuple[int, int, int]] = (),
) -> dict[str, Any]:
    """Return a part of a document: about ``reach`` characters on one or both sides of ``at``.

    ``blocks`` are paragraphs with runs; paragraphs no longer than ``reach`` come whole.
    ``first`` and ``last`` bound the part; given as ``at``, they continue it without a gap.
    """
    blocks = [block for block in _blocks(document) if block.end > block.start]
    low = at if side == "after" else max(0, at - reach)
    high = at if side == "before" else at + reach
    for block in blocks:
        if block.end - block.start <= reach:
            if block.start < low < block.end and side != "after":
                low = block.start
            if block.start < high < block.end and side != "before":
                high = block.end
    cut = ((block, max(block.start, low), min(block.end, high)) for block in blocks)
    shown = [(block, start, end) for block, start, end in cut if start < end]
    first = shown[0][1] if shown else at
    last = shown[-1][2] if shown else at
    return {
        "document": document.id,
        "title": document.title or document.id,
        **_origin(document),
        "characters": len(document.text),
        "first": first,
        "last": last,
        "more_before": any(block.start < first for block in blocks),
        "more_after": any(block.end > last for block in blocks),
        "language": detect_language(document.text[low : low + _SNIPPET * 4]),
        "blocks": blocks_view(document.text[first:last], first, [b for b, _, _ in shown], spans),
    }


def _lit(sentence: Sentence, answer: Answer) -> list[MarkedSpan]:
    """Return the words that decide in a unit: those of its quotes, else the short answer's."""
    own = [answer.citations[place] for place in sentence.quotes]
    return [(*span, KEY) for quote in own for span in quote.lit]


def _passage_blocks(passage: Passage) -> Sequence[Block]:
    return passage.blocks or (Block(BlockKind.PARAGRAPH, passage.start, passage.end),)


def _place(place: Place) -> dict[str, Any]:
    return {"line": place.line, "page": place.page, "part": place.part}


def _cited(answer: Answer) -> tuple[int, ...]:
    if answer.outcome is Outcome.DECLINED:
        return ()
    return tuple(number for sentence in answer.sentences for number in sentence.citations)


def _linked(answer: Answer) -> dict[tuple[int, int], list[int]]:
    """Return which quotes each mark means, by the sentence's position and the mark's number."""
    quotes = answer.citations
    marks = [(p, number) for p, s in enumerate(answer.sentences) for number in s.citations]
    # Each mark brings a quote of its own; only equal ones are kept once.
    if [number for _, number in marks] == [quote.number for quote in quotes]:
        return {mark: [position] for position, mark in enumerate(marks)}
    return {(p, number): _quotes_of(answer.sentences[p], number, quotes) for p, number in marks}


def _quotes_of(sentence: Sentence, number: int, quotes: Sequence[Citation]) -> list[int]:
    """Return the positions of the quotes said verbatim, else of those judged alike, else all."""
    same = [position for position, quote in enumerate(quotes) if quote.number == number]
    verbatim = [p for p in same if quotes[p].quote.strip() in sentence.text]
    judged = (sentence.verdict, sentence.reasons)
    alike = [p for p in same if (quotes[p].support, quotes[p].reasons) == judged]
    return verbatim or alike or same


def _places(text: str, part: str) -> list[tuple[int, int]]:
    before = r"(?<![0-9A-Za-z.])" if re.match(r"[0-9A-Za-z]", part) else ""
    after = r"(?![0-9A-Za-z])" if re.search(r"[0-9A-Za-z]$", part) else ""
    return [found.span() for found in re.finditer(before + re.escape(part) + after, text)]


def _source(
    hit: Hit, quotes: Sequence[Citation], cited: Sequence[int], short: str, lookup: Lookup
) -> dict[str, Any]:
    passage = hit.passage
    document = lookup(passage.document_id)
    title = passage.title or passage.document_id
    spans = [
        (quote.start, quote.end, position)
        for position, quote in enumerate(quotes)
        if quote.number == hit.rank
    ]
    keys = [
        (quote.start + start, quote.start + end, KEY)
        for quote in quotes
        if quote.number == hit.rank
        for start, end in short_spans(quote.quote, short)
    ]
    before, after = _neighbours(document, passage.start, passage.end) if document else ([], [])
    return {
        "number": hit.rank,
        "document": passage.document_id,
        "title": title,
        "heading": passage.heading.removeprefix(title).removeprefix(" > "),
        **(_origin(document) if document else {"date": "", "origin": ""}),
        "cited": hit.rank in cited,
        "score": round(hit.score, 4),
        "scores": {part: round(value, 4) for part, value in hit.scores.items()},
        "start": passage.start,
        "end": passage.end,
        "snippet": _shortened(passage.text),
        "repeats": [other.title or other.document_id for other in hit.repeats],
        "language": detect_language(passage.text),
        "runs": with_keys(marked_runs(passage.text, passage.start, [*spans, *keys])),
        "blocks": blocks_view(
            passage.text, passage.start, _passage_blocks(passage), [*spans, *keys]
        ),
        "place": _place(passage.place(passage.start)),
        "before": before,
        "after": after,
    }


def _origin(document: Document) -> dict[str, str]:
    """Return date and source in words; never a path of the server."""
    metadata: Mapping[str, str] = document.metadata
    names = (metadata.get(key, "") for key in ("publisher", "source", "author", "site"))
    origin = next((name for name in names if name), "")
    return {"date": metadata.get("date", ""), "origin": origin or document.id}


def _blocks(document: Document) -> Sequence[Block]:
    return document.blocks or (Block(BlockKind.PARAGRAPH, 0, len(document.text)),)


def _neighbours(
    document: Document, start: int, end: int
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the paragraphs just above and below ``[start, end)``, furniture left out."""
    text = document.text
    before: list[dict[str, str]] = []
    after: list[dict[str, str]] = []
    room_before = room_after = _NEIGHBOURHOOD
    blocks = _blocks(document)
    for block in reversed(blocks):
        if block.start >= start or room_before <= 0:
            continue
        stop = min(block.end, start)
        piece = text[max(block.start, stop - room_before) : stop].strip()
        if piece:
            cut = "…" if stop - room_before > block.start else ""
            before.insert(0, {"kind": str(block.kind), "text": cut + piece})
            room_before -= len(piece)
    for block in blocks:
        if block.end <= end or room_after <= 0:
            continue
        begin = max(block.start, end)
        piece = text[begin : min(block.end, begin + room_after)].strip()
        if piece:
            cut = "…" if begin + room_after < block.end else ""
            after.append({"kind": str(block.kind), "text": piece + cut})
            room_after -= len(piece)
    return before, after


def _shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SNIPPET else flat[:_SNIPPET] + "…"
