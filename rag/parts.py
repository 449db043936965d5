"""The parts of a passage that get a vector each, and the text that is embedded for them.

A sentence says what it means alone; a row does not without the names of its columns, an item
without the lead of its list, code without the sentence before it, an answer without its question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.records import Block, BlockKind, Passage, Span
from rag.text.sentences import split_sentences

_CONTEXT_LENGTH = 160
"""Characters of title and headings put before a passage: they must not crowd it out."""
_LEAD_LENGTH = 160
"""Characters of a lead put before an item: its end, which names what is listed."""


def passage_parts(passage: Passage, target: int) -> list[Span]:
    """Return the spans of a passage's text to embed apart, in order and disjoint.

    Sentences are joined while a part is shorter than ``target`` characters, a short rest joins
    the part before it; items are joined in the same way. A row, code and a question with its
    answer are parts of their own. Headings are context and no parts. A passage of one part only
    has none: its own vector says the same.
    """
    parts: list[Span] = []
    lead: Span | None = None
    for kind, spans, headed in _runs(passage):
        announced = kind in {BlockKind.ITEM, BlockKind.CODE} and not headed
        if kind is BlockKind.ROW:
            made = list(spans)
        elif announced and lead is not None:
            made = _grown([(lead[0], spans[0][1]), *spans[1:]], target)
            parts.pop()
        else:
            made = _grown(spans, target)
        parts.extend(made)
        # A short lead alone says little: it is a part together with what it announces.
        short = kind is BlockKind.PARAGRAPH and made and made[-1][1] - made[-1][0] < target
        lead = made[-1] if short else None
    return parts if len(parts) > 1 else []


def _runs(passage: Passage) -> Iterator[tuple[BlockKind, list[Span], bool]]:
    """Yield the stretches of one kind, where they may be cut, and whether a heading is above."""
    run: list[Span] = []
    before: Block | None = None
    headed = False
    for block in passage.blocks or _whole(passage):
        if before is not None and run and not _goes_on(before, block):
            yield _kind(before), run, headed
            run, headed = [], False
        if block.kind is BlockKind.HEADING:
            headed = True
        else:
            run.extend(_pieces(passage, block))
        before = block
    if before is not None and run:
        yield _kind(before), run, headed


def _goes_on(before: Block, block: Block) -> bool:
    """Tell whether a block continues the stretch of the one before it."""
    if _kind(before) is not _kind(block):
        return False
    if block.kind is BlockKind.TERM:
        return before.kind is BlockKind.TERM and before.group == block.group
    return not (block.kind is BlockKind.PARAGRAPH and block.marker)


def _kind(block: Block) -> BlockKind:
    """Return a kind of stretch: rows, items, code, pairs, headings and everything else."""
    if block.kind in {BlockKind.TERM, BlockKind.DEFINITION}:
        return BlockKind.TERM
    if block.kind is BlockKind.QUOTE:
        return BlockKind.PARAGRAPH
    return BlockKind.ROW if block.kind is BlockKind.COLUMNS else block.kind


def _pieces(passage: Passage, block: Block) -> list[Span]:
    """Return where a block may be cut, with offsets in the passage's text."""
    start, end = block.start - passage.start, block.end - passage.start
    if block.kind is BlockKind.COLUMNS:
        return []
    if block.kind in {BlockKind.ROW, BlockKind.ITEM}:
        return [(start, end)]
    text = passage.text[start:end]
    if block.kind is BlockKind.CODE:
        spans, at = [], start
        for line in text.split("\n"):
            if line.strip():
                spans.append((at, at + len(line)))
            at += len(line) + 1
        return spans
    return [(start + a, start + b) for a, b in split_sentences(text)]


def _grown(spans: Sequence[Span], target: int) -> list[Span]:
    """Join neighbouring spans until each is ``target`` long."""
    parts: list[Span] = []
    for start, end in spans:
        if parts and parts[-1][1] - parts[-1][0] < target:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    if len(parts) > 1 and parts[-1][1] - parts[-1][0] < target // 2:
        parts[-2:] = [(parts[-2][0], parts[-1][1])]
    return parts


def _whole(passage: Passage) -> tuple[Block, ...]:
    return (Block(BlockKind.PARAGRAPH, passage.start, passage.end),)


def context_of(passage: Passage) -> str:
    """Return title and headings to search a passage by; empty where the text says them itself."""
    pieces = [] if passage.title in passage.heading else [passage.title]
    pieces.append(passage.heading)
    pieces = [piece for piece in pieces if piece and not passage.text.startswith(piece)]
    return " ".join(pieces)[:_CONTEXT_LENGTH]


def whole_text(passage: Passage) -> str:
    """Return the text to embed for a passage as a whole: its context and its blocks.

    Headings that are in the context are not said again; rows are said with their column names.
    """
    lines = []
    for block in passage.blocks or _whole(passage):
        text = passage.text[block.start - passage.start : block.end - passage.start]
        if block.kind is BlockKind.HEADING and text in passage.heading:
            continue
        lines.append(text)
    body = "\n".join(lines) or passage.text
    context = _context(passage)
    return f"{context}\n{body}" if context else body


def _context(passage: Passage, before: Sequence[Block] = ()) -> str:
    """Return title and headings, those in the passage among ``before`` too."""
    inside: list[Block] = []
    for block in before:
        if block.kind is BlockKind.HEADING:
            inside = [one for one in inside if one.level < block.level]
            inside.append(block)
    pieces = [] if _letters(passage.title) in _letters(passage.heading) else [passage.title]
    pieces.append(passage.heading)
    texts = [passage.text[b.start - passage.start : b.end - passage.start] for b in inside]
    pieces.extend(text for text in texts if text not in passage.heading)
    return " > ".join(piece for piece in pieces if piece)[-_CONTEXT_LENGTH:]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def part_texts(passage: Passage, parts: Sequence[Span]) -> list[str]:
    """Return the text to embed for each part, or for the whole where there are no parts.

    ``parts`` are spans of ``passage_parts``. Title and headings stand in front; before an item
    its lead, before code the sentence that announces it, before an answer its question. A row is
    said as ``name: value；…``.
    """
    if not parts:
        return [whole_text(passage)]
    blocks = passage.blocks or _whole(passage)
    texts = []
    for part in parts:
        start = part[0] + passage.start
        number = next((n for n, b in enumerate(blocks) if b.start <= start < b.end), 0)
        context = _context(passage, blocks[:number])
        said = _said(passage, part, blocks, number)
        texts.append(f"{context}\n{said}" if context else said)
    return texts


def _said(passage: Passage, part: Span, blocks: Sequence[Block], number: int) -> str:
    block = blocks[number]
    if block.kind is BlockKind.ROW and part[1] + passage.start <= block.end:
        return row_text(passage, block)
    text = passage.text[part[0] : part[1]]
    lead = _lead(passage, blocks, number)
    return f"{lead}\n{text}" if lead else text


def row_text(passage: Passage, row: Block) -> str:
    """Return a row with the names of its columns, ``name: value；…``; empty cells are left out."""
    said = []
    for place, (start, end) in enumerate(row.cells):
        value = passage.text[start - passage.start : end - passage.start]
        name = row.names[place] if place < len(row.names) else ""
        if value:
            said.append(f"{name}: {value}" if name and name != value else value)
    return "；".join(said) or passage.text[row.start - passage.start : row.end - passage.start]


def _lead(passage: Passage, blocks: Sequence[Block], number: int) -> str:
    """Return what a block needs before it to be understood, empty where it needs nothing."""
    block = blocks[number]
    leads: list[Block] = []
    if block.kind is BlockKind.DEFINITION:
        leads = [b for b in blocks[:number] if b.kind is BlockKind.TERM and b.group == block.group]
    elif block.kind in {BlockKind.ITEM, BlockKind.CODE}:
        level = block.level if block.kind is BlockKind.ITEM else 99
        for earlier in reversed(blocks[:number]):
            if earlier.kind is BlockKind.ITEM and block.group == earlier.group:
                if earlier.level < level:
                    leads.insert(0, earlier)
                    level = earlier.level
                continue
            if earlier.kind is BlockKind.CODE and earlier.group == block.group:
                continue
            if earlier.kind in {BlockKind.PARAGRAPH, BlockKind.DEFINITION, BlockKind.TERM}:
                leads.insert(0, earlier)
            break
    texts = [passage.text[b.start - passage.start : b.end - passage.start] for b in leads]
    return "\n".join(_last_sentence(text) for text in texts)


def _last_sentence(text: str) -> str:
    """Return the end of a lead: its last sentence, which announces what follows."""
    if len(text) <= _LEAD_LENGTH:
        return text
    spans = split_sentences(text)
    return text[spans[-1][0] :][-_LEAD_LENGTH:] if spans else text[-_LEAD_LENGTH:]
