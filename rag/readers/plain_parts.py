"""Take code and tables out of the lines of a plain text; the other lines are paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.readers.drafting import Draft, Line
from rag.readers.shape import ends_sentence, is_prose
from rag.readers.tables import table_drafts
from rag.records import BlockKind

_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*([\w+#.-]*)\s*$")
_COMMAND = re.compile(r"(?:\$|#|>>>|PS [A-Z]:\\[^>]*>|C:\\[^>]*>)\s+[A-Za-z./~_]")
_CODE_SIGN = re.compile(
    r"[{};=<>|\\$`]|^\s*(?:#|//|--)|\)\s*$|^\s*[a-z][\w.-]*(?:\s+[\w./:=-]+)*\s+--?\w|/\w+/\w"
)
_RULER = re.compile(r"[\s|+:=─—_-]*[-=─—]{3,}[\s|+:=─—_-]*$")
_GAP = re.compile(r"(?:\s*\t+\s*| {2,}|\u3000{2,}| *\u3000 *(?=\S))")
_WIDEST_CELL = 80


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    number: int
    indent: int
    gap: bool


def read_parts(lines: Sequence[str], group: Callable[[], int]) -> list[Draft]:
    """Return the lines as drafts: fenced and indented code, tables, single lines as paragraphs."""
    rows = _rows(lines)
    found: list[Draft] = []
    number = 0
    while number < len(rows):
        taken, drafts = _fenced(rows, number)
        if not taken:
            taken, drafts = _table(rows, number, group)
        if not taken:
            taken, drafts = _indented(rows, number)
        if not taken:
            taken, drafts = 1, [_paragraph(rows[number])]
        found.extend(drafts)
        number += taken
    return found


def _rows(lines: Sequence[str]) -> list[_Row]:
    rows = []
    gap = True
    for number, line in enumerate(lines, start=1):
        content = line.strip("\ufeff").expandtabs(4) if not line.strip() else line
        text = line.strip()
        if not text or not content.strip():
            gap = True
            continue
        lead = line[: len(line) - len(line.lstrip())]
        indent = sum(2 if c == "\u3000" else 4 if c == "\t" else 1 for c in lead)
        rows.append(_Row(line, number, indent, gap))
        gap = False
    return rows


def _paragraph(row: _Row) -> Draft:
    line = Line(row.text.strip(), row.number)
    return Draft(BlockKind.PARAGRAPH, (line,), gap=row.gap, indent=row.indent)


def _code(rows: Sequence[_Row], language: str = "") -> Draft:
    shared = min((row.indent for row in rows), default=0)
    lines: list[Line] = []
    for row in rows:
        if lines and row.number - lines[-1].number > 1:
            lines.append(Line("", row.number - 1, hard=True))
        text = " " * (row.indent - shared) + row.text.strip()
        lines.append(Line(text, row.number, hard=True))
    return Draft(BlockKind.CODE, tuple(lines), marker=language)


def _fenced(rows: Sequence[_Row], start: int) -> tuple[int, list[Draft]]:
    opening = _FENCE.match(rows[start].text)
    if opening is None:
        return 0, []
    for end in range(start + 1, len(rows)):
        closing = _FENCE.match(rows[end].text)
        if closing and closing.group(1) == opening.group(1) and not closing.group(2):
            inner = rows[start + 1 : end]
            return end - start + 1, [_code(inner, opening.group(2))] if inner else []
    return 0, []


def _indented(rows: Sequence[_Row], start: int) -> tuple[int, list[Draft]]:
    """Take lines set in by four columns or more under text that is not, or prompted commands."""
    first = rows[start]
    end = start
    if _COMMAND.match(first.text.strip()):
        while end < len(rows) and _COMMAND.match(rows[end].text.strip()):
            end += 1
        return end - start, [_code(rows[start:end])]
    before = rows[start - 1].indent if start else 0
    if first.indent < before + 4 or not first.gap or start == 0:
        return 0, []
    while end < len(rows) and rows[end].indent >= first.indent:
        end += 1
    taken = rows[start:end]
    signs = sum(bool(_CODE_SIGN.search(row.text)) for row in taken)
    prose = sum(is_prose(row.text.strip()) and ends_sentence(row.text) for row in taken)
    led = start > 0 and rows[start - 1].text.rstrip().endswith((":", "：")) and _is_latin(taken)
    if (signs * 2 < len(taken) and not led) or prose:
        return 0, []
    return end - start, [_code(taken)]


def _is_latin(rows: Sequence[_Row]) -> bool:
    return all(row.text.isascii() for row in rows)


def _table(rows: Sequence[_Row], start: int, group: Callable[[], int]) -> tuple[int, list[Draft]]:
    """Take neighbouring lines that split into the same number of cells, two columns or more."""
    for split in (_piped, _tabbed, _spaced, _comma_separated):
        taken = 0
        grid: list[list[str]] = []
        numbers: list[int] = []
        ruled = 0
        for place in range(start, len(rows)):
            row = rows[place]
            if taken and row.gap:
                break
            if _RULER.match(row.text) and (grid or split is _piped or taken == 0):
                if grid and not ruled:
                    ruled = len(grid)
                taken += 1
                continue
            cells = split(row.text)
            if len(cells) < 2 or (grid and not _fits(cells, grid, split)):
                break
            grid.append(cells)
            numbers.append(row.number)
            taken += 1
        least = 2 if split in {_piped, _tabbed} or ruled else 3
        if len(grid) >= least and _is_regular(grid, split):
            headers = ruled if 0 < ruled < len(grid) and ruled <= 2 else 0
            return taken, table_drafts(grid, headers, group(), numbers=numbers)
    return 0, []


def _fits(cells: Sequence[str], grid: Sequence[Sequence[str]], split: object) -> bool:
    if split in {_piped, _tabbed}:
        return abs(len(cells) - len(grid[0])) <= 1
    return len(cells) == len(grid[0])


def _is_regular(grid: Sequence[Sequence[str]], split: object) -> bool:
    cells = [cell for row in grid for cell in row]
    if any(len(cell) > _WIDEST_CELL for cell in cells):
        return False
    if split is _piped:
        return True
    if any(ends_sentence(row[-1]) and len(row[-1]) > 12 for row in grid):
        return False
    if split is _comma_separated:
        # Commas part clauses too: a line that ends as a sentence does is one.
        if any(ends_sentence(row[-1]) for row in grid):
            return False
        return len(grid[0]) >= 3 and all(len(cell) <= 24 for cell in cells)
    return True


def _piped(text: str) -> list[str]:
    text = text.strip()
    if "|" not in text and "｜" not in text and "│" not in text:
        return []
    return [cell.strip() for cell in re.split(r"[|｜│]", text.strip("|｜│"))]


def _tabbed(text: str) -> list[str]:
    return [cell.strip() for cell in text.strip().split("\t")] if "\t" in text.strip() else []


def _spaced(text: str) -> list[str]:
    return [cell for cell in _GAP.split(text.strip()) if cell]


def _comma_separated(text: str) -> list[str]:
    for comma in (",", "，", ";"):
        cells = [cell.strip() for cell in text.strip().split(comma)]
        if len(cells) >= 3 and all(cells):
            return cells
    return []
