"""Plain text: which lines are paragraphs, and which are lists, tables, code, headings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rag.readers.decoding import decode, empty, read_bytes
from rag.readers.discovery import printable
from rag.readers.drafting import Draft
from rag.readers.finishing import Group, finish, groups
from rag.readers.plain_parts import read_parts
from rag.readers.shape import is_heading_like, is_prose, width
from rag.readers.wrapping import join_wrapped
from rag.records import BlockKind, Document

_BREAK = re.compile(r"\r\n|[\r\n\u2028\u2029\x0b\x0c\x85]")


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
        found.extend(join_wrapped(loose))
        loose = []
        found.append(part)
    return found + join_wrapped(loose)
