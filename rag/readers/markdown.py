"""Markdown: the exact text, with headings, paragraphs and front matter marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rag.readers.decoding import decode, read_bytes
from rag.readers.discovery import printable
from rag.readers.furniture import mark_furniture
from rag.records import Block, BlockKind, Document

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_FRONT_MATTER = re.compile(
    r"\A(---|\+\+\+)[ \t]*\r?\n(.*?\n)?(?:\1|\.\.\.)[ \t]*(?=\r|\n|\Z)", re.DOTALL
)
_FIELD = re.compile(r"^([A-Za-z_][\w-]*)\s*[:=]\s*(.+?)\s*$", re.MULTILINE)
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})([^\r\n]*)$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
_LONGEST_HEADING = 1000
_KNOWN = {
    "author": "author",
    "date": "date",
    "publisher": "publisher",
    "source": "publisher",
    "url": "url",
}


def read_markdown(path: Path) -> Iterable[Document]:
    """Read a Markdown file as one document, its text exactly as it is written.

    Marks of headings (``##``, underlines) and rules are furniture blocks; list items and
    table rows are blocks of their own; the fields of front matter become metadata.
    Raises UnreadableDocument as ``decode`` and ``read_bytes`` do.
    """
    decoded = decode(read_bytes(path), path=path)
    text = decoded.text
    scanner = _Scanner(text)
    scanner.scan()
    metadata = scanner.metadata
    heading = next((block for block in scanner.blocks if block.kind is BlockKind.HEADING), None)
    title = metadata.pop("title", "")
    if not title and heading is not None and heading.level <= 2:
        title = " ".join(text[heading.start : heading.end].split())
    marked = mark_furniture(text, scanner.blocks, title=title)
    return [
        Document(
            id="",
            source="",
            title=title or printable(path.stem),
            text=text,
            metadata=marked.metadata | metadata | decoded.metadata(),
            blocks=_kept_headings(scanner.blocks, marked.blocks),
        )
    ]


def _kept_headings(written: list[Block], marked: tuple[Block, ...]) -> tuple[Block, ...]:
    """Keep what the author wrote as a heading a heading."""
    headings = {block.start: block for block in written if block.kind is BlockKind.HEADING}
    return tuple(headings.get(block.start, block) for block in marked)


def _is_row(line: str) -> bool:
    return line.strip().startswith("|") and line.strip().endswith("|")


class _Scanner:
    """Walks the lines once and collects blocks."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks: list[Block] = []
        self.metadata: dict[str, str] = {}
        self.paragraph: Block | None = None
        self.fence = ""

    def scan(self) -> None:
        start = self._front_matter()
        for match in _LINE.finditer(self.text, start):
            line = match.group().rstrip("\r\n")
            if match.start() < len(self.text):
                self._line(match.start(), line)
        self._close()

    def _front_matter(self) -> int:
        match = _FRONT_MATTER.match(self.text)
        if match is None:
            return 0
        for name, value in _FIELD.findall(match.group(2) or ""):
            plain = value.strip("\"'")
            if name.lower() == "title" or name.lower() in _KNOWN:
                self.metadata.setdefault(_KNOWN.get(name.lower(), name.lower()), plain)
            else:
                self.metadata.setdefault(name, plain)
        self._add(0, match.end(), BlockKind.FURNITURE)
        return match.end()

    def _add(self, start: int, end: int, kind: BlockKind = BlockKind.BODY, level: int = 0) -> None:
        inside = self.text[start:end]
        content = inside.strip()
        if content:
            start += len(inside) - len(inside.lstrip())
            self.blocks.append(Block(start, start + len(content), kind, level))

    def _close(self) -> None:
        if self.paragraph is not None:
            self._add(self.paragraph.start, self.paragraph.end)
            self.paragraph = None

    def _grow(self, start: int, end: int) -> None:
        if self.paragraph is None:
            self.paragraph = Block(start, end)
        else:
            self.paragraph = replace(self.paragraph, end=end)

    def _line(self, start: int, line: str) -> None:
        end = start + len(line)
        if self.fence:
            self._grow(start, end)
            if line.strip().startswith(self.fence) and not line.strip().strip(self.fence[0]):
                self.fence = ""
                self._close()
        elif fence := _FENCE.match(line):
            self._close()
            self.fence = fence.group(1)
            self._grow(start, end)
        elif not line.strip():
            self._close()
        elif len(line) <= _LONGEST_HEADING and (atx := _ATX.match(line)):
            self._close()
            self._atx(start, line, atx)
        elif self.paragraph is not None and (setext := _SETEXT.match(line)):
            self._setext(start, end, 1 if setext.group(1)[0] == "=" else 2)
        elif _RULE.match(line):
            self._close()
            self._add(start, end, BlockKind.FURNITURE)
        else:
            if _ITEM.match(line) or _is_row(line):
                self._close()
            self._grow(start, end)

    def _atx(self, start: int, line: str, match: re.Match[str]) -> None:
        end = start + len(line)
        if not (match.group(2) or "").strip():
            self._add(start, end, BlockKind.FURNITURE)
            return
        first, last = match.span(2)
        self._add(start, start + first, BlockKind.FURNITURE)
        self._add(start + first, start + last, BlockKind.HEADING, len(match.group(1)))
        self._add(start + last, end, BlockKind.FURNITURE)

    def _setext(self, start: int, end: int, level: int) -> None:
        paragraph = self.paragraph
        assert paragraph is not None
        self.paragraph = None
        if _ITEM.match(self.text, paragraph.start) or _is_row(
            self.text[paragraph.start : paragraph.end]
        ):
            self._add(paragraph.start, paragraph.end)
        else:
            self._add(paragraph.start, paragraph.end, BlockKind.HEADING, level)
        self._add(start, end, BlockKind.FURNITURE)
