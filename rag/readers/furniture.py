"""Tell page furniture from text: general rules over the edges of a document.

Furniture is what a page puts around an article: site headers, the title once more, the
date line, the byline, share buttons, editors, addresses for complaints, copyright. It is
marked, never removed, and what it says about the document becomes metadata. Position
decides: the same words inside the text are text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.readers.dateline import DateLine, is_counter, read_byline, read_date_line
from rag.readers.patterns import (
    BARE_ADDRESS,
    BREADCRUMB,
    BUTTON,
    CAPTION,
    COPYRIGHT,
    DISCLAIMER,
    EDITOR,
    LEGAL_LINK,
    RELATED,
    REPORT_ADDRESS,
    SITE_NAME,
)
from rag.readers.shape import comparable, is_heading_like, is_prose, width
from rag.records import Block, BlockKind

_MAXIMUM_HEAD = 15
_MAXIMUM_TAIL = 40
_LONGEST_HEAD_LINE = 100
_LONGEST_TAIL_LINE = 160


@dataclass(frozen=True, slots=True)
class Marked:
    """Blocks with furniture marked, the title (empty if none shows) and metadata found."""

    blocks: tuple[Block, ...]
    title: str
    metadata: dict[str, str]


def mark_furniture(text: str, blocks: Sequence[Block], *, title: str = "") -> Marked:
    """Mark the furniture among the body blocks of a document.

    ``blocks`` are in order and disjoint, one a line or paragraph. ``title`` is what is
    known already (a page's own title); without it the head of the document is searched.
    Where everything would be furniture, the blocks are returned as they came.
    """
    known = [block for block in blocks if block.kind is BlockKind.FURNITURE]
    marker = _Marker(text, [b for b in blocks if b.kind is not BlockKind.FURNITURE], title)
    marker.mark_head()
    marker.mark_tail()
    marked = _split_captions(text, marker.blocks)
    if all(block.kind is BlockKind.FURNITURE for block in marked):
        return Marked(tuple(blocks), title, {})
    ordered = sorted(known + marked, key=lambda block: block.start)
    return Marked(tuple(ordered), marker.title, marker.metadata)


class _Marker:
    """Works on the lines of one document; what is marked is only ever what was body."""

    def __init__(self, text: str, blocks: list[Block], title: str) -> None:
        self.blocks = blocks
        self.title = title
        self.metadata: dict[str, str] = {}
        self.lines = [text[block.start : block.end] for block in blocks]
        self.prose = [
            number
            for number, line in enumerate(self.lines)
            if blocks[number].kind is BlockKind.BODY and is_prose(line)
        ]

    def _mark(self, number: int, kind: BlockKind = BlockKind.FURNITURE, level: int = 0) -> None:
        self.blocks[number] = replace(self.blocks[number], kind=kind, level=level)

    def _learn(self, found: dict[str, str]) -> None:
        for name, value in found.items():
            self.metadata.setdefault(name, value)

    def mark_head(self) -> None:
        """Mark what stands before the first paragraph."""
        end = min(self.prose[0] if self.prose else len(self.lines), _MAXIMUM_HEAD)
        buttons = {n for n in range(end) if _is_head_furniture(self.lines[n])}
        # Without any paragraph a date is a field of a record, unless the page shows otherwise.
        dates = self._date_lines(end) if self.prose or buttons else {}
        buttons -= dates.keys()
        plain = [n for n in range(end) if n not in dates and n not in buttons]
        certain = bool(dates or buttons)
        titles = self._find_title(plain, certain=certain)
        for number in buttons:
            self._mark(number)
        for number, date in dates.items():
            # A bare date over a text without title may be the text's own: a diary.
            if titles or date.labelled:
                self._mark(number)
                self._learn(date.facts)
        if not titles:
            return
        for number in titles[:-1]:
            self._mark(number)
        self._mark(titles[-1], BlockKind.HEADING, 1)
        certain = certain or len(titles) > 1
        for number in plain:
            if certain and number < titles[0]:
                self._mark_site_line(number, doubled=len(titles) > 1)
            elif number > titles[0] and number not in titles:
                found = read_byline(self.lines[number], explicit_only=not (certain and self.prose))
                if found is not None:
                    self._mark(number)
                    self._learn(found)

    def _date_lines(self, end: int) -> dict[int, DateLine]:
        dates = {
            number: found
            for number in range(end)
            if (found := read_date_line(self.lines[number])) is not None
        }
        # Published, updated: more dates than that are a list of dates.
        return dates if len(dates) <= (2 if self.prose else 1) else {}

    def _find_title(self, plain: list[int], *, certain: bool) -> list[int]:
        """Return the lines that carry the title, in order; none where it is unclear.

        ``certain``: other lines show that this is the head of a page.
        """
        forms = {number: comparable(self.lines[number]) for number in plain}
        if self.title:
            wanted = comparable(self.title)
            return [number for number in plain if forms[number] == wanted]
        copies = Counter(forms.values())
        doubled = [n for n in plain if len(forms[n]) >= 4 and copies[forms[n]] > 1]
        if doubled and (certain or self.prose):
            self.title = _one_line(self.lines[doubled[0]])
            return [number for number in doubled if forms[number] == forms[doubled[0]]]
        # A title has nothing above it but names of the site: after a sentence comes text.
        for number in plain:
            line = self.lines[number]
            if not is_heading_like(line):
                break
            more = any(is_heading_like(self.lines[n]) for n in plain if n > number)
            if certain and more and _is_site_name(line):
                continue
            if certain or self.prose:
                self.title = _one_line(line)
                return [number]
            break
        return []

    def _mark_site_line(self, number: int, *, doubled: bool) -> None:
        line = self.lines[number]
        if _is_site_name(line):
            self._mark(number)
            self._learn({"publisher": line})
        elif doubled and width(line) <= 40 and is_heading_like(line):
            self._mark(number)

    def mark_tail(self) -> None:
        """Mark what stands after the last paragraph, from the end upwards.

        Addresses and short lines are furniture only together with lines that surely are:
        the same words alone may be what a notice ends with.
        """
        total = len(self.lines)
        first = total
        reports: list[int] = []
        unsure = 0
        for number in range(total - 1, max(-1, total - 1 - _MAXIMUM_TAIL), -1):
            line = self.lines[number]
            if self._is_tail_furniture(line):
                first, unsure = number, 0
            elif REPORT_ADDRESS.match(line) and width(line) <= _LONGEST_TAIL_LINE:
                reports.append(number)
                unsure = 0
            elif _is_loose(line) and unsure < 2:
                unsure += 1
            else:
                break
        first = min(first, self._related(first))
        if first < total:
            first = min([first, *(n for n in reports if n < first)])
        if first == 0:
            return
        for number in range(first, total):
            self._mark(number)
            found = read_byline(self.lines[number], explicit_only=True)
            if found is not None:
                self._learn(found)

    def _is_tail_furniture(self, line: str) -> bool:
        columns = width(line)
        if DISCLAIMER.match(line):
            return columns <= 3 * _LONGEST_TAIL_LINE
        if columns > _LONGEST_TAIL_LINE:
            return False
        if COPYRIGHT.match(line):
            return True
        if is_prose(line):
            return False
        if self.prose and EDITOR.match(line):
            return True
        return bool(BUTTON.fullmatch(line)) or len(LEGAL_LINK.findall(line)) > 1

    def _related(self, tail: int) -> int:
        """Return where a list of related articles starts, if only such lines follow it."""
        last = max((number for number in self.prose if number < tail), default=-1)
        for number in range(last + 1, tail):
            if last >= 0 and RELATED.fullmatch(self.lines[number]):
                return number
        return tail


def _one_line(line: str) -> str:
    return " ".join(line.split())


def _is_site_name(line: str) -> bool:
    return width(line) <= 40 and bool(SITE_NAME.search(line))


def _is_head_furniture(line: str) -> bool:
    if width(line) > _LONGEST_HEAD_LINE:
        return False
    matched = BUTTON.fullmatch(line) or BREADCRUMB.match(line) or COPYRIGHT.match(line)
    return is_counter(line) or bool(matched)


def _is_loose(line: str) -> bool:
    """Tell a line that is furniture only if furniture stands above it too."""
    if width(line) > _LONGEST_TAIL_LINE:
        return False
    short = width(line) <= 24 and is_heading_like(line)
    return short or BARE_ADDRESS.fullmatch(line) is not None


def _split_captions(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Keep one half of every caption that a page repeats: ``XX``, or X on two lines."""
    result: list[Block] = []
    for block in blocks:
        line = text[block.start : block.end]
        if block.kind is not BlockKind.BODY:
            result.append(block)
            continue
        middle = _doubled_at(line)
        if middle:
            result.append(replace(block, end=block.start + len(line[:middle].rstrip())))
            result.append(Block(block.start + middle, block.end, BlockKind.FURNITURE))
            continue
        previous = text[result[-1].start : result[-1].end] if result else ""
        again = len(line) >= 10 and line == previous and CAPTION.search(line)
        result.append(replace(block, kind=BlockKind.FURNITURE) if again else block)
    return result


def _doubled_at(line: str) -> int:
    """Return where the second half of ``X + space + X`` starts; 0 if the line is not doubled."""
    # The second half starts near the middle: at most a little white space is uneven.
    middle = len(line) // 2
    for start in range(middle, min(middle + 4, len(line))):
        second = line[start:]
        first = line[:start].rstrip()
        if len(first) >= 10 and first == second and len(set(first)) >= 6:
            return start
    return 0
