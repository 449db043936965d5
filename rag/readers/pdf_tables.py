"""Find the tables of a page: by their rules, by the rule under a header, or by clear columns.

Cells are lists of lines, parts of the page's own lines, so that each character keeps its box.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.readers.pdf_lines import Line, Page
from rag.readers.pdf_rules import SNAP, Grid, grids_of

Cell = list[Line]

_HEADER_REACH = 2.0
"""How far a header may stand over its rule, in sizes of its type."""
# Points between two rows of a table without rules.
_LONGEST_GAP = 60.0
_WIDEST_CLEAR = 24.0


@dataclass(slots=True)
class Table:
    """A table: ``edges`` are the borders of its columns from left to right, ``rows`` its cells.

    ``headers`` counts the rows at the top that name the columns, as far as rules tell.
    """

    page: int
    edges: list[float]
    rows: list[list[Cell]] = field(default_factory=list)
    headers: int = 0
    size: float = 0.0
    ruled: bool = False

    @property
    def columns(self) -> int:
        """Return the number of columns."""
        return len(self.edges) - 1

    def column(self, x: float) -> int:
        """Return the column that holds ``x``; the outer ones reach beyond their borders."""
        return min(max(bisect_right(self.edges, x) - 1, 0), self.columns - 1)

    def split(self, line: Line) -> list[tuple[int, Line]] | None:
        """Return the parts of a line by column, None where it does not fit into the columns."""
        if line.right > self.edges[-1] + SNAP or line.left < self.edges[0] - SNAP:
            return None
        if line.sideways or (self.size and abs(line.size - self.size) > 0.15 * self.size):
            return None
        parts: list[tuple[int, Line]] = []
        begin, last = 0, -1
        for place, character in enumerate(line.text):
            if character == " ":
                continue
            if last >= 0:
                now = self.column((line.lefts[place] + line.rights[place]) / 2)
                before = self.column((line.lefts[last] + line.rights[last]) / 2)
                if now != before:
                    if now < before or line.lefts[place] - line.rights[last] < 1.5:
                        return None
                    parts.append((before, line.part(begin, last + 1)))
                    begin = place
            last = place
        tail = line.part(begin, len(line.text))
        parts.append((self.column((tail.lefts[0] + tail.rights[0]) / 2), tail))
        for column, part in parts:
            over = part.right - self.edges[column + 1]
            if over > SNAP and column + 1 < self.columns:
                return None
        return parts

    def row(self) -> list[Cell]:
        """Return a new, empty row, which is the last one now."""
        self.rows.append([[] for _ in range(self.columns)])
        return self.rows[-1]


Item = Line | Table


def find_tables(page: Page, lines: Sequence[Line], before: Table | None) -> list[Item]:
    """Return the lines in order, those of a table replaced by the table.

    ``before`` is a table that ended the page before; lines that fit into its columns at the top
    of this one continue it, as a table with the same edges.
    """
    grids = [grid for grid in grids_of(page.rules) if len(grid.xs) >= 3]
    full = [grid for grid in grids if len(grid.ys) >= 3 and grid.is_closed]
    items = _ruled(page, lines, full)
    headed = [g for g in grids if g not in full and len(g.xs) >= 4]
    items = _headed(page, items, headed, before)
    return _clear(page, items)


def _ruled(page: Page, lines: Sequence[Line], grids: Sequence[Grid]) -> list[Item]:
    items: list[Item] = []
    tables: dict[int, Table] = {}
    for line in lines:
        middle_x, middle_y = (line.left + line.right) / 2, line.middle
        place = next(
            (
                n
                for n, grid in enumerate(grids)
                if grid.xs[0] - SNAP <= middle_x <= grid.xs[-1] + SNAP
                and grid.ys[0] - SNAP <= middle_y <= grid.ys[-1] + SNAP
            ),
            None,
        )
        if place is None:
            items.append(line)
            continue
        if place not in tables:
            tables[place] = Table(page.number, grids[place].xs, ruled=True)
            tables[place].rows = [
                [[] for _ in grids[place].xs[1:]] for _ in range(len(grids[place].ys) - 1)
            ]
            items.append(tables[place])
        _into_grid(line, tables[place], grids[place])
    for place, table in tables.items():
        _merge_down(table, grids[place])
        table.rows = [row for row in table.rows if any(row)]
        _drop_empty_columns(table)
    return _worth(items)


def _drop_empty_columns(table: Table) -> None:
    """Take away columns without any text: the margins that some producers rule."""
    used = [n for n in range(table.columns) if any(row[n] for row in table.rows)]
    if not used or len(used) == table.columns:
        return
    table.edges = [table.edges[n] for n in used] + [table.edges[used[-1] + 1]]
    table.rows = [[row[n] for n in used] for row in table.rows]


def _into_grid(line: Line, table: Table, grid: Grid) -> None:
    """Put a line into the cells it stands in, cut at the vertical rules it crosses."""
    height = line.middle
    row = len(grid.ys) - 1 - bisect_right(grid.ys, height)
    row = min(max(row, 0), len(table.rows) - 1)
    begin, last = 0, -1
    for place, character in enumerate(line.text):
        if character == " ":
            continue
        if last >= 0:
            now = table.column((line.lefts[place] + line.rights[place]) / 2)
            before = table.column((line.lefts[last] + line.rights[last]) / 2)
            crossed = range(min(before, now) + 1, max(before, now) + 1)
            if any(grid.parts_at(grid.xs[edge], height) for edge in crossed):
                table.rows[row][_cell(line, begin, last, table, grid)].append(
                    line.part(begin, last + 1)
                )
                begin = place
        last = place
    tail = _cell(line, begin, last, table, grid)
    table.rows[row][tail].append(line.part(begin, len(line.text)))


def _cell(line: Line, begin: int, last: int, table: Table, grid: Grid) -> int:
    """Return the first column of the cell, which may span several, that holds part of a line."""
    column = table.column((line.lefts[begin] + line.rights[last]) / 2)
    while column and not grid.parts_at(grid.xs[column], line.middle):
        column -= 1
    return column


def _merge_down(table: Table, grid: Grid) -> None:
    """Give the text of a cell that spans rows to the first of them."""
    top_down = grid.ys[::-1]
    for column in range(table.columns):
        left, right = grid.xs[column], grid.xs[column + 1]
        first = 0
        for row in range(1, len(table.rows)):
            if grid.rule_between(top_down[row], left, right):
                first = row
            elif table.rows[row][column]:
                table.rows[first][column].extend(table.rows[row][column])
                table.rows[row][column] = []


def _worth(items: Sequence[Item]) -> list[Item]:
    """Take apart what is a frame around text rather than a table."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, Line):
            found.append(item)
            continue
        filled = sum(sum(bool(cell) for cell in row) >= 2 for row in item.rows)
        used = {n for row in item.rows for n, cell in enumerate(row) if cell}
        if filled and len(used) >= 2 and filled * 2 >= len(item.rows):
            found.append(item)
        else:
            found.extend(line for row in item.rows for cell in row for line in cell)
    return found


def _headed(
    page: Page, items: Sequence[Item], grids: Sequence[Grid], before: Table | None
) -> list[Item]:
    """Take the lines around and under a rule that is drawn column by column as a table."""
    heads = sorted(grids, key=lambda grid: -grid.ys[-1])
    found: list[Item] = []
    open_table: Table | None = None
    if before is not None and before.rows:
        open_table = Table(page.number, before.edges, size=before.size)
    column, bottom, top, rule = 0, 0.0, page.height, page.height
    for item in items:
        if isinstance(item, Table):
            open_table = None
            found.append(item)
            continue
        head = next(
            (
                grid
                for grid in heads
                if -SNAP <= item.bottom - grid.ys[-1] <= _HEADER_REACH * item.size
                and item.left >= grid.xs[0] - SNAP
                and item.right <= grid.xs[-1] + SNAP
            ),
            None,
        )
        if head is not None:
            table = Table(page.number, head.xs, size=item.size)
            parts = table.split(item)
            if parts is not None and len(parts) >= 2:
                heads.remove(head)
                rule = head.ys[-1]
                open_table, table.headers = table, 1
                found.append(table)
                _fill(table, parts, table.row())
                bottom, top, column = item.bottom, item.top, table.columns
                continue
        parts = open_table.split(item) if open_table is not None else None
        if open_table is None or parts is None:
            open_table = None
            found.append(item)
            continue
        if open_table.headers and len(open_table.rows) == 1 and item.bottom >= rule - SNAP:
            # A header of two lines.
            _fill(open_table, parts, open_table.rows[0])
            continue
        far = bottom - item.top > _LONGEST_GAP or item.middle > top + SNAP
        if open_table.rows and far:
            open_table = None
            found.append(item)
            continue
        if not open_table.rows:
            if len(parts) < 2 and parts[0][0] == 0:
                open_table = None
                found.append(item)
                continue
            found.append(open_table)
            column = open_table.columns
        going_on = open_table.rows and _goes_on(parts, open_table.rows[-1])
        if not open_table.rows or (parts[0][0] < column and not going_on):
            open_table.row()
            top = item.top
        _fill(open_table, parts, open_table.rows[-1])
        column = parts[-1][0]
        bottom = min(item.bottom, bottom) if len(open_table.rows) > 1 else item.bottom
    return found


def _goes_on(parts: Sequence[tuple[int, Line]], row: Sequence[Cell]) -> bool:
    """Tell lines that go on right under the last ones of their cells, the first column empty."""
    return all(
        column > 0 and row[column] and row[column][-1].bottom - part.top < 1.1 * part.size
        for column, part in parts
    )


def _fill(table: Table, parts: Sequence[tuple[int, Line]], row: list[Cell]) -> None:
    for column, part in parts:
        row[column].append(part)
    if not table.size:
        table.size = parts[0][1].size


def _clear(page: Page, items: Sequence[Item]) -> list[Item]:
    """Take neighbouring lines whose parts stand in the same three or more columns as a table."""
    found: list[Item] = []
    number = 0
    while number < len(items):
        item = items[number]
        run: list[list[Line]] = []
        while number + len(run) < len(items):
            line = items[number + len(run)]
            if not isinstance(line, Line) or line.sideways:
                break
            parts = line.segments(max(1.2 * line.size, 9.0))
            if len(parts) < 3 or (run and not _aligned(parts, run[-1])):
                break
            run.append(parts)
        if len(run) < 3:
            found.append(item)
            number += 1
            continue
        table = Table(page.number, _between(run), size=run[0][0].size)
        for parts in run:
            row = table.row()
            for part in parts:
                row[table.column((part.left + part.right) / 2)].append(part)
        _add_header(table, found)
        found.append(table)
        number += len(run)
    return found


def _add_header(table: Table, found: list[Item]) -> None:
    """Take the lines right over a table as its header where they name each of its columns."""
    head: list[Line] = []
    top = max(line.top for cell in table.rows[0] for line in cell)
    while found and len(head) < 3:
        line = found[-1 - len(head)] if len(head) < len(found) else None
        if not isinstance(line, Line) or not 0 <= line.middle - top < 2.5 * table.size:
            break
        if head and abs(line.middle - head[-1].middle) > 0.5 * table.size:
            break
        head.append(line)
    cells: list[Cell] = [[] for _ in range(table.columns)]
    for line in reversed(head):
        for part in line.segments(0.45 * line.size):
            column = table.column((part.left + part.right) / 2)
            cells[column].append(part)
    if head and all(cells) and all(len(cell) <= 3 for cell in cells):
        del found[-len(head) :]
        table.rows.insert(0, cells)
        table.headers = 1


def _aligned(parts: Sequence[Line], others: Sequence[Line]) -> bool:
    """Tell whether parts stand over each other, each in a column of its own."""
    if len(parts) != len(others):
        return False
    return all(
        min(a.right, b.right) - max(a.left, b.left) > -_WIDEST_CLEAR
        and all(a.right < c.left or a.left > c.right or c is b for c in others)
        for a, b in zip(parts, others, strict=True)
    )


def _between(run: Sequence[Sequence[Line]]) -> list[float]:
    """Return borders halfway between the columns of parts."""
    columns = list(zip(*run, strict=True))
    lefts = [min(part.left for part in column) for column in columns]
    rights = [max(part.right for part in column) for column in columns]
    inner = [(right + left) / 2 for right, left in zip(rights, lefts[1:], strict=False)]
    return [lefts[0], *inner, rights[-1]]
