"""Cut a document into passages: neighbouring blocks of one section.

Nothing is lost and nothing is doubled: every character of a document that is not white space lies
in exactly one passage, and ``passage.text == document.text[start:end]``. Passages end where blocks
end; a block longer than a passage may be is cut at the ends of sentences.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.parts import context_of, part_texts, passage_parts, whole_text
from rag.records import Block, BlockKind, Document, Passage, Place, Span
from rag.text.sentences import split_sentences

__all__ = [
    "Section",
    "chunk",
    "context_of",
    "part_texts",
    "passage_parts",
    "sections",
    "whole_text",
]

_CLAUSE_END = re.compile(r"[，,；;、：:]\s*|\s+")
_LEAD_END = ("：", ":", "︰", "——", "—")
_LONGEST_LEAD = 200
"""A paragraph before a list or code is its lead where it ends openly or is at most this long."""


@dataclass(frozen=True, slots=True)
class Section:
    """The blocks under one heading, or of one numbered article, with the path of headings.

    ``path`` holds the headings above and the section's own; an article's own is its number. The
    blocks begin with the heading itself, after those above it that have no text of their own.
    """

    number: int
    path: tuple[str, ...]
    blocks: tuple[Block, ...]


def chunk(document: Document, *, maximum: int, minimum: int) -> list[Passage]:
    """Return the passages of a document in order.

    A passage holds blocks of one section: as many as it takes to reach ``minimum`` characters, and
    at most ``maximum``. A heading, the lead of a list, the sentence before code, the names of a
    table's columns and a question stay with what follows them where that fits. A section shorter
    than ``minimum`` is joined with the next one under the same heading. A block longer than
    ``maximum`` is cut at the ends of sentences into pieces of near equal length.
    """
    digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    passages: list[Passage] = []
    for path, section, blocks in _joined(document, maximum, minimum):
        start, end = blocks[0].start, blocks[-1].end
        passages.append(
            Passage(
                id=f"{document.id}#{len(passages)}",
                document_id=document.id,
                ordinal=len(passages),
                source=document.source,
                title=document.title,
                heading=" > ".join(path),
                start=start,
                end=end,
                text=document.text[start:end],
                section=section,
                blocks=tuple(blocks),
                places=_places(document, start, end),
                digest=digest,
            )
        )
    return passages


def sections(document: Document) -> list[Section]:
    """Return the sections of a document in order; together they hold all blocks.

    A heading begins one, unless it follows a heading above it directly; so does a paragraph that
    is a numbered article. Headings without text under them are sections of their own.
    """
    blocks = document.blocks or _whole(document.text)
    found: list[Section] = []
    path: list[tuple[int, str]] = []
    article = ""
    run: list[Block] = []

    def close() -> None:
        nonlocal run
        if run:
            names = [name for _, name in path] + ([article] if article else [])
            found.append(Section(len(found), tuple(names), tuple(run)))
        run = []

    for block in blocks:
        if block.kind is BlockKind.HEADING:
            only_headings = all(one.kind is BlockKind.HEADING for one in run)
            if not (run and only_headings and run[-1].level < block.level):
                close()
            article = ""
            path = [entry for entry in path if entry[0] < block.level]
            text = " ".join(document.text[block.start : block.end].split())
            path.append((block.level, text))
        elif block.kind is BlockKind.PARAGRAPH and block.marker:
            if any(one.kind is not BlockKind.HEADING for one in run):
                close()
            article = block.marker
        run.append(block)
    close()
    return found


def _whole(text: str) -> tuple[Block, ...]:
    start, end = _trimmed(text, 0, len(text))
    return (Block(BlockKind.PARAGRAPH, start, end),) if start < end else ()


def _joined(
    document: Document, maximum: int, minimum: int
) -> Iterator[tuple[tuple[str, ...], int, list[Block]]]:
    """Yield the path, the section and the blocks of each passage, short sections joined."""
    waiting: tuple[tuple[str, ...], int, list[Block]] | None = None
    parent: tuple[str, ...] = ()
    for section in sections(document):
        whole = _length(section.blocks)
        if waiting is not None:
            grown = section.blocks[-1].end - waiting[2][0].start
            sibling = section.path[:-1] == parent and len(section.path) > 0
            if sibling and grown <= maximum and _length(waiting[2]) < minimum:
                waiting = (parent, waiting[1], [*waiting[2], *section.blocks])
                continue
            yield waiting
            waiting = None
        if whole < minimum:
            waiting = (section.path, section.number, list(section.blocks))
            parent = section.path[:-1]
            continue
        for blocks in _fitted(document.text, section.blocks, maximum, minimum):
            yield _own_path(section, blocks), section.number, blocks
    if waiting is not None:
        yield waiting


def _own_path(section: Section, blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the headings above a passage; an article's number only where it is not in it."""
    return section.path[:-1] if _is_article(blocks) else section.path


def _is_article(blocks: Sequence[Block]) -> bool:
    """Tell blocks that begin with the number of an article, headings above it aside."""
    first = next((block for block in blocks if block.kind is not BlockKind.HEADING), None)
    return first is not None and first.kind is BlockKind.PARAGRAPH and bool(first.marker)


def _length(blocks: Sequence[Block]) -> int:
    return blocks[-1].end - blocks[0].start


def _fitted(text: str, blocks: Sequence[Block], maximum: int, minimum: int) -> list[list[Block]]:
    """Return the blocks of a section in runs for one passage each."""
    fitted: list[list[Block]] = []
    # An article is read as a whole: its paragraphs say one thing.
    runs = [list(blocks)] if _is_article(blocks) else _runs(text, blocks)
    for run in runs:
        for piece in _cut(text, run, maximum):
            last = fitted[-1] if fitted else None
            if last and _length(last) < minimum and piece[-1].end - last[0].start <= maximum:
                last.extend(piece)
            else:
                fitted.append(list(piece))
    if len(fitted) > 1:
        short, before = fitted[-1], fitted[-2]
        if _length(short) < minimum and short[-1].end - before[0].start <= maximum:
            fitted[-2:] = [before + short]
    return fitted


def _runs(text: str, blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Yield the blocks that belong together."""
    run: list[Block] = []
    for block in blocks:
        if run and not _tied(text, run[-1], block):
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _tied(text: str, first: Block, second: Block) -> bool:
    """Tell whether a block belongs with the one before it."""
    if first.kind is BlockKind.HEADING:
        return True
    if first.group and first.group == second.group:
        return True
    if second.kind in {BlockKind.ITEM, BlockKind.CODE, BlockKind.COLUMNS, BlockKind.QUOTE}:
        lead = text[first.start : first.end].rstrip()
        opens = lead.endswith(_LEAD_END)
        short = len(lead) <= _LONGEST_LEAD and first.kind is BlockKind.PARAGRAPH
        return opens or (short and second.kind in {BlockKind.ITEM, BlockKind.CODE})
    return False


def _cut(text: str, run: Sequence[Block], maximum: int) -> Iterator[list[Block]]:
    """Yield a run in pieces of at most ``maximum`` characters, cut at the ends of blocks."""
    if _length(run) <= maximum:
        yield list(run)
        return
    pieces: list[Block] = []
    for block in run:
        spans = _split(text, block.start, block.end, maximum)
        pieces.extend([block] if len(spans) == 1 else [_clipped(block, *span) for span in spans])
    current: list[Block] = []
    for piece in pieces:
        if current:
            grown = piece.end - current[0].start
            # A part aims at an even share of what is left, so that no short rest remains.
            left = pieces[-1].end - current[0].start
            target = left / -(-left // maximum)
            keeps = current[-1].kind is BlockKind.HEADING and grown <= maximum
            nearer = abs(grown - target) <= abs(_length(current) - target)
            if not (keeps or (grown <= maximum and nearer)):
                yield current
                current = []
        current.append(piece)
    if current:
        yield current


def _clipped(block: Block, start: int, end: int) -> Block:
    """Return the part of a block between two offsets, cells with it."""
    cells = tuple((min(max(a, start), end), max(min(b, end), start)) for a, b in block.cells)
    return replace(block, start=start, end=end, cells=cells)


def _places(document: Document, start: int, end: int) -> tuple[Place, ...]:
    """Return the places of a stretch; the first one is where it begins."""
    first = document.place(start)
    inside = [place for place in document.places if start < place.start < end]
    known = first.line or first.page or first.part
    return ((replace(first, start=start),) if known else ()) + tuple(inside)


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
