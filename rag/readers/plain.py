"""Plain text: which lines are paragraphs, which are headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from rag.readers.decoding import decode, read_bytes
from rag.readers.discovery import printable
from rag.readers.furniture import Marked, mark_furniture
from rag.readers.patterns import CAPTION
from rag.readers.shape import ends_sentence, is_heading_like, is_prose, numbered_level, width
from rag.records import Block, BlockKind, Document

_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
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
    title = marked.title or printable(path.stem)
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


def structure(text: str, *, title: str = "") -> Marked:
    """Return the blocks of a plain text: furniture, headings and paragraphs."""
    lines = line_spans(text)
    marked = mark_furniture(text, _paragraphs(text, lines), title=title)
    return replace(marked, blocks=tuple(find_headings(text, marked.blocks)))


def line_spans(text: str) -> list[Block]:
    """Return a body block for every line that is not blank, without the space around it."""
    blocks = []
    for match in _LINE.finditer(text):
        line = match.group()
        if content := line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            blocks.append(Block(start, start + len(content)))
    return blocks


def _paragraphs(text: str, lines: Sequence[Block]) -> list[Block]:
    """Join the lines of a text that is wrapped at a fixed width; else leave them."""
    limit = _wrap_width(text, lines)
    if not limit:
        return list(lines)
    joined: list[Block] = []
    for number, line in enumerate(lines):
        if number and _continues(text, lines[number - 1], line, limit):
            joined[-1] = replace(joined[-1], end=line.end)
        else:
            joined.append(line)
    return joined


def _wrap_width(text: str, lines: Sequence[Block]) -> int:
    """Return the width at which lines were broken, 0 where they were not.

    A broken line is one that its successor's first word would not have fitted; in a
    wrapped text most lines are of that kind, and most of them stop within a sentence.
    """
    adjacent = [
        (first, second)
        for first, second in pairwise(lines)
        if len(_BREAK.findall(text[first.end : second.start])) == 1
    ]
    if len(adjacent) < 3:
        return 0
    widths = sorted(_line_width(text, first) for first, _ in adjacent)
    limit = widths[int(len(widths) * 0.95)]
    if not _NARROWEST_WRAP <= limit <= _WIDEST_WRAP:
        return 0
    full = [pair for pair in adjacent if _is_full(text, *pair, limit)]
    inside = [first for first, _ in full if not ends_sentence(text[first.start : first.end])]
    wrapped = len(full) >= 0.6 * len(adjacent) and len(inside) >= 0.5 * len(full)
    return limit if wrapped and full else 0


def _line_width(text: str, line: Block) -> int:
    start = max(text.rfind("\n", 0, line.start), text.rfind("\r", 0, line.start)) + 1
    return width(text[start : line.end])


def _is_full(text: str, first: Block, second: Block, limit: int) -> bool:
    word = _FIRST_WORD.match(text, second.start, second.end)
    added = width(word.group()) if word else 2
    space = 1 if added and text[second.start].isascii() else 0
    # Closing punctuation may hang over or be pulled to the next line: two columns of play.
    return _line_width(text, first) + space + added > limit - 4


def _continues(text: str, first: Block, second: Block, limit: int) -> bool:
    gap = text[first.end : second.start]
    if len(_BREAK.findall(gap)) != 1 or _LIST_ITEM.match(text, second.start, second.end):
        return False
    indent = len(gap) - len(gap.rstrip(" \t\u3000"))
    start = max(text.rfind("\n", 0, first.start), text.rfind("\r", 0, first.start)) + 1
    deeper = indent > first.start - start
    return not deeper and _is_full(text, first, second, limit)


def find_headings(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Mark the headings among body blocks: short lines over a longer paragraph."""
    result = list(blocks)
    for number, block in enumerate(blocks):
        if block.kind is not BlockKind.BODY or number + 1 == len(blocks):
            continue
        following = next(
            (other for other in blocks[number + 1 :] if other.kind is not BlockKind.FURNITURE), None
        )
        line = text[block.start : block.end]
        if following is None or not _is_heading(text, line, following):
            continue
        result[number] = replace(block, kind=BlockKind.HEADING, level=numbered_level(line) or 2)
    return result


def _is_heading(text: str, line: str, following: Block) -> bool:
    if width(line) > 64 or not is_heading_like(line) or CAPTION.search(line):
        return False
    after = text[following.start : following.end]
    if numbered_level(line):
        return is_prose(after) or numbered_level(after) > numbered_level(line)
    if _LIST_ITEM.match(line) and not is_prose(after):
        return False
    return is_prose(after) and width(after) >= 2 * width(line)
