"""From the lines of a PDF to drafts: paragraphs, headings, items, code, rows of tables.

Every draft has one line whose number is that of the group of page lines it was made of, so that
each character of the finished document can be traced to its box.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from rag.readers.drafting import Draft
from rag.readers.drafting import Line as DraftLine
from rag.readers.finishing import Group
from rag.readers.numbering import decimal_mark, item_mark, labelled
from rag.readers.pdf_joining import (
    OPEN_BULLET,
    PRIVATE,
    TERM,
    begins,
    heads_table,
    is_full,
    join,
    only_number,
)
from rag.readers.pdf_lines import SOFT_HYPHEN, Line, Page
from rag.readers.pdf_order import Column, columns, ordered
from rag.readers.pdf_tables import Table, find_tables
from rag.readers.shape import comparable, ends_sentence, is_heading_like, numbered_level, width
from rag.records import AsideKind, BlockKind

Outline = Sequence[tuple[int, str, int]]
"""Entries of a PDF's outline: depth from 0, title, page from 1 (0 where it is unknown)."""

_LONGEST_HEADING = 90


@dataclass(slots=True)
class Structure:
    """The drafts of a document; ``sources[n]`` are the page lines of the draft numbered ``n``."""

    drafts: list[Draft] = field(default_factory=list)
    sources: dict[int, list[Line]] = field(default_factory=dict)

    def number(self, lines: Sequence[Line]) -> int:
        """Keep the lines of a new draft; return their number."""
        number = len(self.sources) + 1
        self.sources[number] = list(lines)
        return number


def structure(pages: Sequence[Page], outline: Outline, group: Group) -> Structure:
    """Return the drafts of pages whose running lines were set apart."""
    sizes = sorted((line.size, len(line.text)) for page in pages for line in page.lines)
    builder = _Builder(Structure(), group, _weighted_median(sizes), outline)
    builder.levels = _levels(pages, builder.body)
    before: Table | None = None
    for page in pages:
        lines = ordered(page.lines, page.width)
        items = find_tables(page, lines, before)
        loose = [item for item in items if isinstance(item, Line)]
        where = {id(a): b for a, b in zip(lines, columns(lines, page.width), strict=True)}
        builder.pitch = _pitch(loose)
        builder.edges = Counter(
            round(line.right) + near for line in loose for near in (-2, -1, 0, 1, 2)
        )
        for item in items:
            if isinstance(item, Table):
                builder.table(item)
            else:
                builder.line(item, where.get(id(item)) or Column(0, item.left, item.right))
        before = items[-1] if items and isinstance(items[-1], Table) else None
    builder.end()
    _close_ranks(builder.found.drafts)
    return builder.found


def _close_ranks(drafts: list[Draft]) -> None:
    """Give headings levels without gaps."""
    used = sorted({draft.level for draft in drafts if draft.kind is BlockKind.HEADING})
    for place, draft in enumerate(drafts):
        if draft.kind is BlockKind.HEADING:
            drafts[place] = replace(draft, level=used.index(draft.level) + 1)


def _weighted_median(sizes: Sequence[tuple[float, int]]) -> float:
    half = sum(count for _, count in sizes) / 2
    for size, count in sizes:
        half -= count
        if half <= 0:
            return size
    return 10.0


def _pitch(lines: Sequence[Line]) -> float:
    """Return the usual distance of the lines of a page."""
    steps = [
        a.middle - b.middle
        for a, b in pairwise(lines)
        if 0 < a.middle - b.middle < 3 * a.size and abs(a.size - b.size) < 1
    ]
    return median(steps) if steps else 0.0


def _levels(pages: Sequence[Page], body: float) -> dict[float, int]:
    """Return the level of each size of type that is larger than the body's."""
    found: dict[float, int] = {}
    sizes = {
        round(line.size * 2) / 2
        for page in pages
        for line in page.lines
        if line.size >= 1.12 * body and len(line.text) <= _LONGEST_HEADING
    }
    for level, size in enumerate(sorted(sizes, reverse=True), start=1):
        found[size] = min(level, 5)
    return found


@dataclass(slots=True)
class _Builder:
    """Puts lines together, one after the other."""

    found: Structure
    group: Group
    body: float
    outline: Outline
    levels: dict[float, int] = field(default_factory=dict)
    pitch: float = 0.0
    edges: Counter[int] = field(default_factory=Counter)
    paragraph: list[Line] = field(default_factory=list)
    notes: list[list[Line]] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    last_table: tuple[Table, list[str], int] | None = None

    def line(self, line: Line, column: Column) -> None:
        """Add a line that stands in no table."""
        if self.paragraph and not self._continues(line, column):
            self.end()
        self.paragraph.append(line)
        self.columns.append(column)

    def end(self) -> None:
        """Write the paragraph that is open."""
        lines, self.paragraph = self.paragraph, []
        if not lines:
            return
        edge, self.columns = self.columns[0].left, []
        self.last_table = None
        if all(line.mono for line in lines):
            self._code(lines)
            return
        text = PRIVATE.sub("• ", join(lines))
        level = self._heading(lines, text)
        indent = 2 * max(0, round((lines[0].left - edge) / (lines[0].size or 1)))
        number = self.found.number(lines)
        kind = BlockKind.HEADING if level else BlockKind.PARAGRAPH
        strong = len(text) if all(line.bold for line in lines) else 0
        draft_line = DraftLine(text, number, hard=True, strong=strong)
        self.found.drafts.append(Draft(kind, (draft_line,), level=level, indent=indent))

    def _code(self, lines: Sequence[Line]) -> None:
        left = min(line.left for line in lines)
        written = []
        for line in lines:
            indent = " " * round((line.left - left) / (0.6 * line.size or 1))
            number = self.found.number([line])
            text = indent + line.text.replace(SOFT_HYPHEN, "-")
            written.append(DraftLine(text, number, hard=True))
        self.found.drafts.append(Draft(BlockKind.CODE, tuple(written), settled=True))

    def _continues(self, line: Line, column: Column) -> bool:
        last, before = self.paragraph[-1], self.columns[-1]
        high = min(last.top - last.bottom, line.top - line.bottom)
        beside = min(last.top, line.top) - max(last.bottom, line.bottom) > 0.4 * high
        same_page = last.page == line.page
        if same_page and beside and -1 <= line.left - last.right < 6 * line.size:
            return True
        if last.mono != line.mono and not (beside and same_page):
            return False
        step = last.middle - line.middle
        near = same_page and 0 < step <= max(1.45 * self.pitch, 1.2 * line.size)
        if last.mono:
            return near
        if len(self.paragraph) == 1 and OPEN_BULLET.fullmatch(last.text):
            return near or beside
        if abs(last.size - line.size) > 0.1 * max(last.size, line.size):
            # A raised or lowered sign inside a line.
            return same_page and beside
        if self._is_heading_line(last) and self._is_heading_line(line):
            return near and last.bold == line.bold and not begins(line, last)
        if last.bold != line.bold and (last.bold or line.bold) and not is_full(last, line, before):
            return False
        moved = not same_page or column.number != before.number or step < 0
        if not moved and not near:
            return False
        if begins(line, last) or not (is_full(last, line, before) or self._justified()):
            return False
        if moved:
            indented = line.left - column.left > 0.8 * line.size
            return not indented and not (ends_sentence(last.text) and self._is_heading_line(line))
        return self._flush(line, last)

    def _flush(self, line: Line, last: Line) -> bool:
        """Tell a line that starts where a paragraph's next line does."""
        step = line.left - last.left
        em = line.size
        if len(self.paragraph) > 1:
            return abs(step) <= 0.9 * em
        marked = (
            item_mark(last.text) is not None
            or decimal_mark(last.text) is not None
            or (TERM.match(last.text) is not None and not ends_sentence(last.text))
        )
        return -4.5 * em <= step <= (4.5 * em if marked else 0.9 * em)

    def _justified(self) -> bool:
        """Tell a line under one that ends where others do, in a text narrower than its column."""
        last = self.paragraph[-1]
        wide = last.right - last.left > 15 * last.size
        return wide and self.edges[round(last.right)] >= 3 and not ends_sentence(last.text)

    def _is_heading_line(self, line: Line) -> bool:
        return line.size >= 1.12 * self.body and len(line.text) <= _LONGEST_HEADING

    def _heading(self, lines: Sequence[Line], text: str) -> int:
        """Return the level of a heading, 0 for a paragraph."""
        if len(lines) > 4 or width(text) > 2 * _LONGEST_HEADING or not any(map(str.isalnum, text)):
            return 0
        listed = self._outlined(text, lines[0].page)
        if listed:
            return listed
        if not is_heading_like(text):
            return 0
        size = max(line.size for line in lines)
        if size >= 1.12 * self.body:
            return self.levels.get(round(size * 2) / 2, 4)
        numbered = decimal_mark(text)
        if all(line.bold for line in lines) and len(lines) <= 2 and width(text) <= 80:
            if numbered is not None:
                return min(numbered.sign.count(".") + 2, 6)
            if labelled(text) is None and item_mark(text) is None:
                return numbered_level(text) or min(len(self.levels) + 1, 6)
        return 0

    def _outlined(self, text: str, page: int) -> int:
        """Return the level of a line that the outline names on its page or the next to it."""
        seen = comparable(text)
        for depth, title, place in self.outline:
            if place and abs(place - page) > 1:
                continue
            wanted = comparable(title)
            if wanted and (seen == wanted or (seen.endswith(wanted) and only_number(seen, wanted))):
                return min(depth + 1, 6)
        return 0

    def table(self, table: Table) -> None:
        """Write a table; one that goes on from the page before keeps its group and names."""
        rows = [[join(cell) for cell in row] for row in table.rows]
        going_on = self.last_table
        same = (
            going_on is not None
            and not self.paragraph
            and len(going_on[0].edges) == len(table.edges)
            and all(abs(a - b) < 6 for a, b in zip(going_on[0].edges, table.edges, strict=True))
            and going_on[0].page != table.page
        )
        self.end()
        if same and going_on is not None:
            _, names, group = going_on
        else:
            names, group = [], self.group()
        for place, (texts, cells) in enumerate(zip(rows, table.rows, strict=True)):
            if not any(texts):
                continue
            lines = [line for cell in cells for line in cell]
            head = place == 0 and not names and heads_table(table, rows)
            if names and place == 0 and [*map(comparable, texts)] == [*map(comparable, names)]:
                self._repeated(texts)
                continue
            number = self.found.number(lines)
            self.found.drafts.append(
                Draft(
                    BlockKind.COLUMNS if head else BlockKind.ROW,
                    (DraftLine("", number),),
                    group=group,
                    cells=tuple(" ".join(text.split()) for text in texts),
                    names=() if head else tuple(names),
                    settled=True,
                )
            )
            if head:
                names = texts
        self.last_table = (table, names, group)

    def _repeated(self, texts: Sequence[str]) -> None:
        """Set the header aside that a table repeats on a new page."""
        line = DraftLine(" ".join(texts))
        self.found.drafts.append(
            Draft(BlockKind.PARAGRAPH, (line,), aside=AsideKind.FURNITURE, settled=True)
        )
