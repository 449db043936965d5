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

from rag.readers.dateline import is_counter, read_byline, read_date_line
from rag.readers.patterns import (
    BARE_ADDRESS,
    BREADCRUMB,
    BUTTON,
    CAPTION,
    COPYRIGHT,
    EDITOR,
    LEGAL_LINK,
    RELATED,
    REPORT_ADDRESS,
    SITE_HEADER,
    SITE_NAME,
)
from rag.readers.shape import comparable, is_heading_like, is_prose, width
from rag.records import Block, BlockKind

_MAXIMUM_HEAD = 15
_MAXIMUM_TAIL = 40
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
    def __init__(self, text: str, blocks: list[Block], title: str) -> None:
        self.text = text
        self.blocks = blocks
        self.title = title
        self.metadata: dict[str, str] = {}
        self.lines = [text[block.start : block.end] for block in blocks]

    def mark(self, number: int, kind: BlockKind = BlockKind.FURNITURE, level: int = 0) -> None:
        if self.blocks[number].kind is not BlockKind.FURNITURE:
            self.blocks[number] = replace(self.blocks[number], kind=kind, level=level)

    def mark_head(self) -> None:
        """Mark what stands before the first paragraph."""
        prose = next((n for n, line in enumerate(self.lines) if self._is_prose(n, line)), None)
        end = min(len(self.lines) if prose is None else prose, _MAXIMUM_HEAD)
        if end == 0:
            return
        dates = {
            number: found
            for number in range(end)
            if (found := read_date_line(self.lines[number])) is not None
        }
        if prose is None and len(dates) > 1:
            # A list of dates is a list, not a head.
            dates = {}
        other = {n for n in range(end) if n not in dates and _is_head_furniture(self.lines[n])}
        plain = [number for number in range(end) if number not in dates and number not in other]
        titles = self._find_title(plain, certain=bool(dates) or prose is not None)
        for number in other:
            self.mark(number)
        for number, found in dates.items():
            # A bare date over a text without title may be the text's own: a diary.
            if titles or found.labelled:
                self.mark(number)
                self._learn(found.facts)
        if titles:
            for number in titles[:-1]:
                self.mark(number)
            self.mark(titles[-1], BlockKind.HEADING, 1)
            self._mark_site_lines(plain, titles)
            after = [number for number in plain if number > titles[0] and number not in titles]
            self._mark_bylines(after, explicit_only=prose is None)

    def _is_prose(self, number: int, line: str) -> bool:
        return self.blocks[number].kind is BlockKind.BODY and is_prose(line)

    def _learn(self, found: dict[str, str]) -> None:
        for name, value in found.items():
            self.metadata.setdefault(name, value)

    def _find_title(self, plain: list[int], *, certain: bool) -> list[int]:
        """Return the lines that carry the title, in order; none where it is unclear.

        ``certain``: something below shows that this is the head of an article.
        """
        forms = {number: comparable(self.lines[number]) for number in plain}
        if self.title:
            wanted = comparable(self.title)
            return [number for number in plain if forms[number] == wanted]
        copies = Counter(forms.values())
        doubled = [n for n in plain if len(forms[n]) >= 4 and copies[forms[n]] > 1]
        if doubled:
            self.title = _one_line(self.lines[doubled[0]])
            return [number for number in doubled if forms[number] == forms[doubled[0]]]
        candidates = [number for number in plain if is_heading_like(self.lines[number])]
        if len(candidates) > 1 and SITE_NAME.search(self.lines[candidates[0]]):
            candidates = candidates[1:]
        # Nothing but names of the site stands above a title: after a sentence comes text.
        first = plain[0] if plain else -1
        if not candidates or (first != candidates[0] and not SITE_NAME.search(self.lines[first])):
            return []
        if certain:
            self.title = _one_line(self.lines[candidates[0]])
            return candidates[:1]
        return []

    def _mark_site_lines(self, plain: list[int], titles: list[int]) -> None:
        for number in plain:
            line = self.lines[number]
            above = number < titles[0] and width(line) <= 40 and is_heading_like(line)
            named = SITE_NAME.search(line)
            if above and (named or len(titles) > 1):
                self.mark(number)
                if named:
                    self._learn({"publisher": line})

    def _mark_bylines(self, numbers: list[int], *, explicit_only: bool) -> None:
        for number in numbers:
            found = read_byline(self.lines[number], explicit_only=explicit_only)
            if found is not None:
                self.mark(number)
                self._learn(found)

    def mark_tail(self) -> None:
        """Mark what stands after the last paragraph, from the end upwards."""
        total = len(self.lines)
        first = total
        unsure = 0
        for number in range(total - 1, max(-1, total - 1 - _MAXIMUM_TAIL), -1):
            line = self.lines[number]
            if _is_tail_furniture(line):
                first, unsure = number, 0
            elif (BARE_ADDRESS.fullmatch(line) or _is_loose(line)) and unsure < 2:
                unsure += 1
            else:
                break
        first = min(first, self._related(first))
        if first == 0:
            return
        for number in range(first, total):
            self.mark(number)
            found = read_byline(self.lines[number], explicit_only=True)
            if found is not None:
                self._learn(found)

    def _related(self, tail: int) -> int:
        """Return where a list of related articles starts, if only such lines follow it."""
        last_prose = max((n for n in range(tail) if self._is_prose(n, self.lines[n])), default=-1)
        for number in range(last_prose + 1, tail):
            if last_prose >= 0 and RELATED.fullmatch(self.lines[number]):
                return number
        return tail


def _one_line(line: str) -> str:
    return " ".join(line.split())


def _is_head_furniture(line: str) -> bool:
    if width(line) > 100:
        return False
    if is_counter(line):
        return True
    return any(
        pattern.search(line) for pattern in (SITE_HEADER, BREADCRUMB, BUTTON, REPORT_ADDRESS)
    ) or bool(COPYRIGHT.match(line))


def _is_tail_furniture(line: str) -> bool:
    if width(line) > _LONGEST_TAIL_LINE:
        return False
    if COPYRIGHT.match(line) or REPORT_ADDRESS.match(line) or EDITOR.match(line):
        return True
    if is_prose(line):
        return False
    return any(pattern.search(line) for pattern in (COPYRIGHT, BUTTON, LEGAL_LINK, BREADCRUMB))


def _is_loose(line: str) -> bool:
    """Tell a short line that is furniture only if furniture stands above it too."""
    return width(line) <= 24 and is_heading_like(line)


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
