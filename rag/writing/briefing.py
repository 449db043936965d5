"""Choose what a model reads: whole passages under their headings, as many as there is room for.

The room is counted in the model's tokens. What does not fit is left out whole, and what was
left out is on record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.backends.base import estimated_tokens
from rag.checking.checker import blanked
from rag.reading.proposal import Reading
from rag.records import Block, BlockKind, Hit, Passage, Span
from rag.writing.guarding import Guard, Marks, clean

PER_DOCUMENT = 3
"""Passages of one document that are given before any of another one: a planted document that
repeats itself shall not fill the whole request."""

_LEAST_TOKENS = 24
"""Less room than this is not worth a passage."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The material of a request, the hits in it in their order, and what was left out of it."""

    text: str
    hits: tuple[Hit, ...]
    left_out: tuple[int, ...] = ()
    shortened: tuple[int, ...] = ()


def brief_of(
    reading: Reading,
    *,
    room: int,
    count: Callable[[str], int],
    guard: Guard,
    marks: Marks,
    without: Mapping[int, Sequence[Span]] | None = None,
) -> Brief:
    """Return the passages of a reading as far as ``room`` tokens reach.

    Those that answer in the reading's eyes come first, then the hits as they were found. A
    passage that does not fit is left out; where none fits, the first one is cut at the end of a
    block. ``without`` are by hit stretches of its text that the model shall not see.
    """
    blocks: list[str] = []
    given: list[Hit] = []
    shortened: list[int] = []
    ordered = in_order(reading)
    for hit in ordered:
        shown = _without(hit, (without or {}).get(hit.rank, ()))
        block = _framed(hit, rendered(shown), guard, marks)
        needed = count(block)
        if needed > room:
            if given or room < _LEAST_TOKENS:
                continue
            block = _beginning(hit, shown, room, count, guard, marks)
            if not block:
                continue
            needed = count(block)
            shortened.append(hit.rank)
        blocks.append(block)
        given.append(hit)
        room -= needed
    numbers = {hit.rank for hit in given}
    return Brief(
        "\n\n".join(blocks),
        tuple(given),
        tuple(sorted(hit.rank for hit in ordered if hit.rank not in numbers)),
        tuple(shortened),
    )


def briefing_text(
    reading: Reading, limit_tokens: int, *, count: Callable[[str], int] = estimated_tokens
) -> str:
    """Return what a model with room for ``limit_tokens`` tokens of material is given to read."""
    return brief_of(
        reading, room=limit_tokens, count=count, guard=Guard.none(), marks=Marks("", "")
    ).text


def in_order(reading: Reading) -> list[Hit]:
    """Return the hits in the order in which they are given while there is room."""
    proposed = [extent.hit for proposal in reading.proposals for extent in proposal.extents]
    hits = {hit.rank: hit for hit in (*proposed, *reading.evidence.hits)}
    seen: Counter[str] = Counter()
    early: list[Hit] = []
    late: list[Hit] = []
    for hit in hits.values():
        seen[hit.passage.document_id] += 1
        (early if seen[hit.passage.document_id] <= PER_DOCUMENT else late).append(hit)
    return early + late


def rendered(passage: Passage) -> str:
    """Return a passage as a model reads it: rows under the names of their columns, code fenced.

    Rows stay as they are written, so that what is copied from them is an exact quote.
    """
    pieces: list[str] = []
    before: Block | None = None
    headed: set[int] = set()
    for block in passage.blocks or (Block(BlockKind.PARAGRAPH, passage.start, passage.end),):
        together = before is not None and block.group and block.group == before.group
        pieces.append("" if before is None else "\n" if together else "\n\n")
        if block.kind is BlockKind.ROW and any(block.names) and block.group not in headed:
            # The row that names the columns stands in an earlier passage.
            pieces.append(" | ".join(block.names) + "\n")
        if block.kind in (BlockKind.COLUMNS, BlockKind.ROW):
            headed.add(block.group)
        pieces.append(_line(passage, block))
        before = block
    return "".join(pieces)


def _line(passage: Passage, block: Block) -> str:
    text = passage.text[block.start - passage.start : block.end - passage.start]
    if block.kind is BlockKind.CODE:
        return f"```{block.marker}\n{text}\n```"
    if block.kind is BlockKind.HEADING:
        return f"{'#' * max(1, block.level)} {text}"
    if block.kind is BlockKind.ITEM:
        bullet = "" if not block.marker or text.startswith(block.marker) else f"{block.marker} "
        return f"{'  ' * max(0, block.level - 1)}{bullet}{text}"
    return text


def _without(hit: Hit, spans: Sequence[Span]) -> Passage:
    return replace(hit.passage, text=blanked(hit.passage.text, spans)) if spans else hit.passage


def _framed(hit: Hit, text: str, guard: Guard, marks: Marks) -> str:
    passage = hit.passage
    # The path of headings often begins with the title once more.
    headings = [part for part in passage.heading.split(" > ") if part and part != passage.title]
    title = " › ".join(part for part in (passage.title, *headings) if part)
    if guard.cleaning:
        text, title = clean(text), clean(title)
    # On one line, so that nothing in it can look like a line of ours.
    title = " ".join(title.split())
    if not guard.delimiting:
        return f"[{hit.rank}] {title}\n{text}"
    return f"«{marks.delimiter} [{hit.rank}] {title}»\n{text}\n«/{marks.delimiter}»"


def _beginning(
    hit: Hit,
    passage: Passage,
    room: int,
    count: Callable[[str], int],
    guard: Guard,
    marks: Marks,
) -> str:
    """Return the longest beginning of a passage that fits, whole blocks if possible."""
    ends = [block.end for block in passage.blocks] or [
        passage.start + place for place in range(1, len(passage.text) + 1)
    ]
    for end in reversed(ends):
        cut = replace(
            passage,
            text=passage.text[: end - passage.start],
            end=end,
            blocks=tuple(block for block in passage.blocks if block.end <= end),
        )
        block = _framed(hit, rendered(cut) + "…", guard, marks)
        if count(block) <= room:
            return block
    return ""
