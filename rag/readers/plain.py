"""Plain text: which lines are paragraphs, which are headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from rag.readers.decoding import decode, read_bytes
from rag.readers.discovery import printable
from rag.readers.furniture import Marked, mark_furniture
from rag.readers.patterns import CAPTION
from rag.readers.shape import (
    ends_sentence,
    is_heading_like,
    is_prose,
    line_blocks,
    numbered_level,
    width,
)
from rag.records import Block, BlockKind, Document

_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]")
_LIST_ITEM = re.compile(
    r"(?:[-*•·◦▪●○■]|\(?\d{1,3}[.)、．）]|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、)\s*"
)
_FIRST_WORD = re.compile(r"[\u2e80-\uffdc\U00020000-\U0003ffff]|\S+?(?=[\s\u2e80-\uffdc]|$)")
_NARROWEST_WRAP, _WIDEST_WRAP = 40, 132


def read_plain(path: Path) -> Iterable[Document]:
    """Read a text file as one document.

    Lines are paragraphs, or parts of paragraphs where the file is wrapped at a fixed
    width. Raises UnreadableDocument as ``decode`` and ``read_bytes`` do.
    """
    decoded = decode(read_bytes(path), path=path)
    marked = structure(decoded.text)
    title = marked.title or _first_line(decoded.text, marked.blocks) or printable(path.stem)
    return [
        Document(
            id="",
            source="",
            title=title,
            text=decoded.text,
            metadata=marked.metadata | decoded.metadata(),
            blocks=marked.blocks,
        )
    ]


def _first_line(text: str, blocks: Sequence[Block]) -> str:
    """Return the first line as a title where a text is all short lines (a poem, a list)."""
    lines = [text[b.start : b.end] for b in blocks if b.kind is not BlockKind.FURNITURE]
    if len(lines) < 3 or any(is_prose(line) for line in lines) or not is_heading_like(lines[0]):
        return ""
    return " ".join(lines[0].split()) if width(lines[0]) <= 40 else ""


def structure(text: str, *, title: str = "") -> Marked:
    """Return the blocks of a plain text: furniture, headings and paragraphs."""
    lines = line_blocks(text)
    marked = mark_furniture(text, _paragraphs(text, lines), title=title)
    return replace(marked, blocks=tuple(find_headings(text, marked.blocks)))


def _paragraphs(text: str, lines: Sequence[Block]) -> list[Block]:
    """Join the lines of a text that is wrapped at a fixed width; else leave them."""
    wrapping = _wrapping(text, lines)
    if wrapping is None:
        return list(lines)
    joined: list[Block] = []
    for number, line in enumerate(lines):
        if number and _continues(text, lines[number - 1], line, *wrapping):
            joined[-1] = replace(joined[-1], end=line.end)
        else:
            joined.append(line)
    return joined


Measure = Callable[[str], int]


def _wrapping(text: str, lines: Sequence[Block]) -> tuple[Measure, int] | None:
    """Return how lines were broken: the measure (columns or characters) and its limit.

    A broken line is one that its successor's first word would not have fitted; in a
    wrapped text most lines are of that kind, and most of them stop within a sentence.
    None where lines are paragraphs.
    """
    adjacent = [
        (first, second)
        for first, second in pairwise(lines)
        if len(_BREAK.findall(text[first.end : second.start])) == 1
    ]
    if len(adjacent) < 3:
        return None
    for measure in (width, len):
        sizes = sorted(measure(_with_indent(text, first)) for first, _ in adjacent)
        limit = sizes[int(len(sizes) * 0.95)]
        columns = max(width(_with_indent(text, first)) for first, _ in adjacent)
        if not (_NARROWEST_WRAP <= columns <= _WIDEST_WRAP):
            continue
        full = [
            first for first, second in adjacent if _is_full(text, first, second, measure, limit)
        ]
        inside = [first for first in full if not ends_sentence(text[first.start : first.end])]
        if len(full) >= 0.6 * len(adjacent) and len(inside) >= max(3, 0.5 * len(full)):
            return measure, limit
    return None


def _indent(text: str, line: Block) -> int:
    start = line.start
    while start and text[start - 1] in " \t\u3000":
        start -= 1
    return line.start - start


def _with_indent(text: str, line: Block) -> str:
    return text[line.start - _indent(text, line) : line.end]


def _is_full(text: str, first: Block, second: Block, measure: Measure, limit: int) -> bool:
    word = _FIRST_WORD.match(text, second.start, second.end)
    space = " " if text[second.start].isascii() else ""
    added = space + (word.group() if word else "")
    # Punctuation may hang over or be pulled to the next line: one character of play.
    return measure(_with_indent(text, first) + added) > limit - measure("，")


def _continues(text: str, first: Block, second: Block, measure: Measure, limit: int) -> bool:
    if len(_BREAK.findall(text[first.end : second.start])) != 1:
        return False
    if _LIST_ITEM.match(text, second.start, second.end):
        return False
    deeper = _indent(text, second) > _indent(text, first)
    return not deeper and _is_full(text, first, second, measure, limit)


def find_headings(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Mark the headings among body blocks: short lines over a longer paragraph.

    Where numbered lines (一、 （一）) turn out to be headings, the other short lines numbered
    in the same way are headings too.
    """
    result = list(blocks)
    open_lines = [n for n, block in enumerate(blocks) if block.kind is not BlockKind.FURNITURE]
    numbered: list[tuple[int, int]] = []
    levels: set[int] = set()
    for number, following in pairwise(open_lines):
        block = blocks[number]
        line = text[block.start : block.end]
        after = text[blocks[following].start : blocks[following].end]
        if block.kind is not BlockKind.BODY or not _may_be_heading(line):
            continue
        level = numbered_level(line)
        if is_prose(after) and width(after) >= 2 * width(line):
            result[number] = replace(block, kind=BlockKind.HEADING, level=level or 2)
            levels.add(level)
        elif level:
            numbered.append((number, level))
    if levels - {0}:
        for number, level in numbered:
            result[number] = replace(blocks[number], kind=BlockKind.HEADING, level=level)
    return result


def _may_be_heading(line: str) -> bool:
    return width(line) <= 64 and is_heading_like(line) and not CAPTION.search(line)
