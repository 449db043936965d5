"""Plain text: which lines are paragraphs, and which are lists, tables, code, headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from rag.readers.decoding import decode, empty, read_bytes
from rag.readers.discovery import printable
from rag.readers.drafting import Draft
from rag.readers.finishing import Group, finish, groups
from rag.readers.numbering import article_mark, decimal_mark, item_mark, labelled, question_mark
from rag.readers.plain_parts import read_parts
from rag.readers.shape import ends_sentence, is_heading_like, is_prose, width
from rag.records import BlockKind, Document

_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]")
_FIRST_WORD = re.compile(r"[\u2e80-\uffdc\U00020000-\U0003ffff]|\S+?(?=[\s\u2e80-\uffdc]|$)")
_NARROWEST_WRAP, _WIDEST_WRAP = 36, 132


def read_plain(path: Path) -> Iterable[Document]:
    """Read a text file as one document.

    Lines are paragraphs, or parts of paragraphs where the file is wrapped at a fixed
    width. Raises UnreadableDocument as ``decode`` and ``read_bytes`` do.
    """
    decoded = decode(read_bytes(path), path=path)
    document = structure(decoded.text)
    if not document.text.strip():
        raise empty(path)
    title = document.title or _first_line(document) or printable(path.stem)
    return [replace(document, title=title, metadata=dict(document.metadata) | decoded.metadata())]


def structure(text: str, *, title: str = "") -> Document:
    """Return the document of a plain text; its title is empty where none shows."""
    group = groups()
    drafts = line_drafts(text, group)
    return finish(drafts, group=group, title=title, unmarked=True)


def _first_line(document: Document) -> str:
    """Return the first line as a title where a text is all short lines (a poem, a list)."""
    lines = [line for line in document.text.split("\n") if line.strip()]
    if len(lines) < 3 or any(is_prose(line) for line in lines) or not is_heading_like(lines[0]):
        return ""
    return " ".join(lines[0].split()) if width(lines[0]) <= 40 else ""


def line_drafts(text: str, group: Group) -> list[Draft]:
    """Return the drafts of a text: code and tables found in it, paragraphs with joined lines."""
    found: list[Draft] = []
    loose: list[Draft] = []
    for part in read_parts(_BREAK.split(text), group):
        if part.kind is BlockKind.PARAGRAPH and not part.settled:
            loose.append(part)
            continue
        found.extend(_paragraphs(loose))
        loose = []
        found.append(part)
    return found + _paragraphs(loose)


def _paragraphs(lines: Sequence[Draft]) -> list[Draft]:
    """Join the lines of a text that is wrapped at a fixed width; else leave them."""
    wrapping = _wrapping(lines)
    if wrapping is None:
        return list(lines)
    joined: list[Draft] = []
    for number, line in enumerate(lines):
        if number and _continues(lines[number - 1], line, *wrapping):
            joined[-1] = replace(joined[-1], lines=joined[-1].lines + line.lines)
        else:
            joined.append(line)
    return joined


Measure = Callable[[str], int]


def _wrapping(lines: Sequence[Draft]) -> tuple[Measure, int] | None:
    """Return how lines were broken: the measure (columns or characters) and its limit.

    A broken line is one that its successor's first word would not have fitted; in a
    wrapped text most lines are of that kind, and most of them stop within a sentence.
    None where lines are paragraphs.
    """
    adjacent = [(first, second) for first, second in pairwise(lines) if not second.gap]
    if len(adjacent) < 3:
        return None
    for measure in (width, len):
        sizes = sorted(measure(_with_indent(first)) for first, _ in adjacent)
        limit = sizes[int(len(sizes) * 0.95)]
        columns = max(width(_with_indent(first)) for first, _ in adjacent)
        if not (_NARROWEST_WRAP <= columns <= _WIDEST_WRAP):
            continue
        full = [first for first, second in adjacent if _is_full(first, second, measure, limit)]
        inside = [first for first in full if not ends_sentence(first.text)]
        if len(full) >= 0.6 * len(adjacent) and len(inside) >= max(3, 0.5 * len(full)):
            return measure, limit
    return None


def _with_indent(line: Draft) -> str:
    # An ideographic space takes two columns, a plain one would count as one character as well.
    return "\u3000" * (line.indent // 2) + " " * (line.indent % 2) + line.text


def _is_full(first: Draft, second: Draft, measure: Measure, limit: int) -> bool:
    word = _FIRST_WORD.match(second.text)
    space = " " if second.text[:1].isascii() else ""
    added = space + (word.group() if word else "")
    # Punctuation may hang over or be pulled to the next line: one character of play.
    return measure(_with_indent(first) + added) > limit - measure("，")


def _continues(first: Draft, second: Draft, measure: Measure, limit: int) -> bool:
    text = second.text
    if second.gap or question_mark(text) or article_mark(text) or decimal_mark(text):
        return False
    mark = item_mark(text)
    if mark is not None:
        return False
    if labelled(text) and labelled(first.text):
        return False
    in_item = item_mark(first.text) is not None
    deeper = second.indent > first.indent and not in_item
    return not deeper and _is_full(first, second, measure, limit)
