"""The rules drawn on a page: which ones touch, and the grid that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.readers.pdf_lines import Box

SNAP = 3.0
"""Points within which two rules touch."""
_MOST_RULES = 6_000


@dataclass(slots=True)
class Grid:
    """Rules that touch: where they stand across and down, and the rules themselves."""

    xs: list[float]
    ys: list[float]
    across: list[Box]
    down: list[Box]

    @property
    def is_closed(self) -> bool:
        """Tell a grid that has rules in both directions inside its frame."""
        return bool(self.down) and len(self.across) >= 2

    def parts_at(self, x: float, y: float) -> bool:
        """Tell whether a vertical rule stands at ``x`` at the height ``y``."""
        return any(abs((r[0] + r[2]) / 2 - x) <= SNAP and r[1] - 1 <= y <= r[3] + 1
                   for r in self.down)  # fmt: skip

    def rule_between(self, y: float, left: float, right: float) -> bool:
        """Tell whether a horizontal rule stands at ``y`` over the middle of a column."""
        middle = (left + right) / 2
        return any(abs((r[1] + r[3]) / 2 - y) <= SNAP and r[0] - 1 <= middle <= r[2] + 1
                   for r in self.across)  # fmt: skip


def grids_of(rules: Sequence[Box]) -> list[Grid]:
    """Return the rules in groups that touch each other."""
    across = [r for r in rules if r[3] - r[1] <= r[2] - r[0]]
    down = [r for r in rules if r[3] - r[1] > r[2] - r[0] and r[3] - r[1] > SNAP]
    everything = across + down
    if len(everything) > _MOST_RULES:
        return []
    parent = list(range(len(everything)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    order = sorted(range(len(everything)), key=lambda n: everything[n][0])
    live: list[int] = []
    for n in order:
        rule = everything[n]
        live = [m for m in live if everything[m][2] + SNAP >= rule[0]]
        for m in live:
            other = everything[m]
            if other[1] - SNAP <= rule[3] and rule[1] <= other[3] + SNAP:
                parent[root(n)] = root(m)
        live.append(n)
    groups: dict[int, list[int]] = {}
    for n in range(len(everything)):
        groups.setdefault(root(n), []).append(n)
    found = []
    for members in groups.values():
        flat = [everything[n] for n in members if n < len(across)]
        tall = [everything[n] for n in members if n >= len(across)]
        ends = [x for r in flat for x in (r[0], r[2])]
        xs = _clustered([(r[0] + r[2]) / 2 for r in tall] if len(tall) > 2 else ends)
        ys = _clustered([(r[1] + r[3]) / 2 for r in flat])
        if flat:
            found.append(Grid(xs, ys, flat, tall))
    return found


def _clustered(values: Sequence[float]) -> list[float]:
    """Return the values, those within a few points of each other as one."""
    found: list[list[float]] = []
    for value in sorted(values):
        if found and value - found[-1][-1] <= SNAP:
            found[-1].append(value)
        else:
            found.append([value])
    return [sum(group) / len(group) for group in found]
