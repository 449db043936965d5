"""In which order a page is read, and where its columns are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from rag.readers.pdf_lines import Line


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a page: its number from the left (0 spans all), its left and right edge."""

    number: int
    left: float
    right: float


def ordered(lines: Sequence[Line], width: float) -> list[Line]:
    """Return the lines as a person reads them: as they were written where that can be."""
    gutter = find_gutter(lines, width)
    if gutter is None:
        ups = sum(b.middle > a.top + 2 for a, b in pairwise(lines))
        return list(lines) if ups <= max(3, 0.15 * len(lines)) else by_height(lines)
    sides = [_side(line, gutter) for line in lines]
    back = sum(
        a == 2 and b == 1 and second.middle < first.top
        for a, b, first, second in zip(sides, sides[1:], lines, lines[1:], strict=False)
    )
    if back <= 2:
        return list(lines)
    return by_columns(lines, gutter)


def by_columns(lines: Sequence[Line], gutter: float) -> list[Line]:
    """Return the lines column by column between those that span both columns."""
    spanning = by_height([line for line in lines if _side(line, gutter) == 0])
    found: list[Line] = []
    rest = [line for line in lines if _side(line, gutter)]
    for span in [*spanning, None]:
        above = [line for line in rest if span is None or line.middle > span.middle]
        rest = [line for line in rest if span is not None and line.middle <= span.middle]
        for side in (1, 2):
            found.extend(by_height([line for line in above if _side(line, gutter) == side]))
        if span is not None:
            found.append(span)
    return found


def by_height(lines: Sequence[Line]) -> list[Line]:
    """Return the lines from top to bottom, those of one height from left to right."""
    found: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: -one.middle):
        last = found[-1] if found else None
        if last and last[0].middle - line.middle < 0.5 * min(
            last[0].top - last[0].bottom, line.top - line.bottom
        ):
            last.append(line)
        else:
            found.append([line])
    return [line for row in found for line in sorted(row, key=lambda one: one.left)]


def find_gutter(lines: Sequence[Line], width: float) -> float | None:
    """Return where the gap between two columns is, None where the page has one column."""
    wide = [line for line in lines if line.right - line.left > 0.12 * width]
    if len(wide) < 8:
        return None
    best: tuple[int, float] | None = None
    for step in range(36, 65):
        x = width * step / 100
        crossing = sum(line.left < x - 1 and line.right > x + 1 for line in wide)
        left = [line for line in wide if line.right <= x + 1]
        right = [line for line in wide if line.left >= x - 1]
        if (
            min(len(left), len(right)) < 4
            or not _broad(left, right, width)
            or crossing > 0.3 * len(wide)
        ):
            continue
        beside = sum(
            any(abs(other.middle - line.middle) < line.size for other in right) for line in left
        )
        if beside < 3:
            continue
        if best is None or crossing < best[0]:
            best = (crossing, x)
    return None if best is None else best[1]


def _broad(left: Sequence[Line], right: Sequence[Line], width: float) -> bool:
    """Tell columns of text from the cells of a table."""
    return all(
        median(line.right - line.left for line in side) > 0.22 * width for side in (left, right)
    )


def _side(line: Line, gutter: float) -> int:
    if line.left < gutter - 1 and line.right > gutter + 1:
        return 0
    return 1 if line.right <= gutter + 1 else 2


def columns(lines: Sequence[Line], width: float) -> list[Column]:
    """Return the column of each line with the edges that its full lines reach."""
    gutter = find_gutter(lines, width)
    sides = [0 if gutter is None else _side(line, gutter) for line in lines]
    edges: dict[int, Column] = {}
    for side in set(sides):
        members = [line for line, one in zip(lines, sides, strict=True) if one == side]
        lefts = sorted(line.left for line in members)
        rights = sorted(line.right for line in members)
        left = lefts[len(lefts) // 10]
        right = rights[min(len(rights) - 1, len(rights) * 95 // 100)]
        edges[side] = Column(side, left, right)
    return [edges[side] for side in sides]
