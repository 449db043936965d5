"""Cut a document into paragraph passages, and a passage into the parts that get a vector each.

Nothing is lost and nothing is doubled: every character of a body block that is not white
space lies in exactly one passage, and ``passage.text == document.text[start:end]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.records import Block, BlockKind, Document, Passage
from rag.text.sentences import split_sentences

_CLAUSE_END = re.compile(r"[，,；;、：:]\s*|\s+")

Span = tuple[int, int]


def chunk(document: Document, *, maximum: int, minimum: int) -> list[Passage]:
    """Return the passages of a document in order.

    A passage is a paragraph. One longer than ``maximum`` characters is split at sentence ends
    into pieces of near equal length, at clause ends or anywhere only where a sentence alone is
    too long. One shorter than ``minimum`` is joined with its neighbour under the same heading
    while the result stays within ``maximum``. Furniture gives no passage, a heading only where
    no body follows it.
    """
    blocks = document.blocks or (Block(0, len(document.text)),)
    passages: list[Passage] = []
    for heading, paragraphs in _sections(document.text, blocks):
        for start, end in _fitted(document.text, paragraphs, maximum, minimum):
            passages.append(
                Passage(
                    id=f"{document.id}#{len(passages)}",
                    document_id=document.id,
                    ordinal=len(passages),
                    source=document.source,
                    title=document.title,
                    heading=heading,
                    start=start,
                    end=end,
                    text=document.text[start:end],
                )
            )
    return passages


def passage_parts(text: str, *, target: int) -> list[Span]:
    """Return sentence-aligned spans of about ``target`` characters that cover a passage.

    Sentences are joined while a part is shorter than ``target``; a short rest joins the part
    before it. A passage that gives one part only has none: its own vector says the same.
    """
    parts: list[Span] = []
    for start, end in split_sentences(text):
        if parts and parts[-1][1] - parts[-1][0] < target:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    if len(parts) > 1 and parts[-1][1] - parts[-1][0] < target // 2:
        parts[-2:] = [(parts[-2][0], parts[-1][1])]
    return parts if len(parts) > 1 else []


def _sections(text: str, blocks: Sequence[Block]) -> Iterator[tuple[str, list[Span]]]:
    """Yield runs of neighbouring body paragraphs with the path of headings above them."""
    path: list[tuple[int, Span]] = []
    unused: list[Span] = []
    run: list[Span] = []
    for block in blocks:
        span = _trimmed(text, block.start, block.end)
        if span[0] == span[1]:
            continue
        if block.kind is BlockKind.BODY:
            unused.clear()
            run.append(span)
            continue
        if run:
            yield _heading(text, path), run
            run = []
        if block.kind is BlockKind.HEADING:
            kept = [entry for entry in path if entry[0] < block.level]
            if len(kept) < len(path) and unused:
                yield _heading(text, kept), list(unused)
                unused.clear()
            path = [*kept, (block.level, span)]
            unused.append(span)
    if run:
        yield _heading(text, path), run
    elif unused:
        yield _heading(text, path[: -len(unused)]), unused


def _heading(text: str, path: Sequence[tuple[int, Span]]) -> str:
    return " > ".join(" ".join(text[start:end].split()).lstrip("# ") for _, (start, end) in path)


def _fitted(text: str, paragraphs: Sequence[Span], maximum: int, minimum: int) -> list[Span]:
    fitted: list[Span] = []
    for start, end in paragraphs:
        for piece in _split(text, start, end, maximum):
            last = fitted[-1] if fitted else None
            if last and last[1] - last[0] < minimum and piece[1] - last[0] <= maximum:
                fitted[-1] = (last[0], piece[1])
            else:
                fitted.append(piece)
    if len(fitted) > 1:
        (begin, _), (start, end) = fitted[-2:]
        if end - start < minimum and end - begin <= maximum:
            fitted[-2:] = [(begin, end)]
    return fitted


def _split(text: str, start: int, end: int, maximum: int) -> list[Span]:
    if end - start <= maximum:
        return [(start, end)]
    units: list[Span] = []
    for a, b in split_sentences(text[start:end]):
        units.extend(_short_units(text, start + a, start + b, maximum))
    pieces: list[Span] = []
    for unit in units:
        if pieces:
            begin, stop = pieces[-1]
            # A piece aims at an even share of what is left, so that no short rest remains.
            target = (end - begin) / -(-(end - begin) // maximum)
            grown = unit[1] - begin
            if grown <= maximum and abs(grown - target) <= abs(stop - begin - target):
                pieces[-1] = (begin, unit[1])
                continue
        pieces.append(unit)
    return pieces


def _short_units(text: str, start: int, end: int, maximum: int) -> list[Span]:
    """Cut a sentence longer than ``maximum`` at clause ends, else at ``maximum`` characters."""
    units: list[Span] = []
    while end - start > maximum:
        ends = [m.end() for m in _CLAUSE_END.finditer(text, start, start + maximum)]
        cut = ends[-1] if ends and ends[-1] > start + maximum // 2 else start + maximum
        span = _trimmed(text, start, cut)
        if span[0] < span[1]:
            units.append(span)
        start = cut
    span = _trimmed(text, start, end)
    if span[0] < span[1]:
        units.append(span)
    return units


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
