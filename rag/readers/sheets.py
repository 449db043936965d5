"""Sheets of a workbook as tables: title lines, the row that names the columns, rows with places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rag.readers.drafting import Draft, Line
from rag.readers.finishing import groups, write
from rag.readers.placing import placed
from rag.readers.tables import table_drafts
from rag.records import BlockKind, Document, Place

MOST_CELLS = 2_000_000
_NUMBER = re.compile(r"[-+]?[¥$€£]?\d[\d,.]*%?$|\d{4}-\d{2}-\d{2}.*")
_WIDEST_NAME = 60


@dataclass(slots=True)
class Sheet:
    """A sheet: rows by their number from 1, cells by their column from 0, merged areas.

    ``merges`` are (first row, last row, first column, last column).
    """

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def workbook(sheets: Iterable[Sheet], *, title: str, metadata: dict[str, str]) -> Document:
    """Return sheets as a document: each is a heading and its tables, each row with its place."""
    group = groups()
    drafts: list[Draft] = []
    where: dict[int, Place] = {}
    for sheet in sheets:
        rows = {n: {c: t for c, t in cells.items() if t.strip()} for n, cells in sheet.rows.items()}
        rows = {n: cells for n, cells in sorted(rows.items()) if cells}
        if not rows:
            continue
        first = len(where) + 1
        where[first] = Place(0, part=sheet.name)
        drafts.append(Draft(BlockKind.HEADING, (Line(sheet.name, first),), level=1, settled=True))
        wide = _fill(rows, sheet.merges)
        for block in _blocks(rows):
            numbers = []
            for row in block:
                number = len(where) + 1
                where[number] = Place(0, line=row, part=sheet.name)
                numbers.append(number)
            drafts += _table(
                [rows[row] for row in block], numbers, group(), [wide.get(r) for r in block]
            )
    return placed(write(drafts, title=title, metadata=metadata), where)


def _fill(
    rows: dict[int, dict[int, str]], merges: Sequence[tuple[int, int, int, int]]
) -> dict[int, set[int]]:
    """Repeat what a merged area says in each of its rows; return the columns merged across.

    The columns are by row: they belong to a header if its row is one.
    """
    wide: dict[int, set[int]] = {}
    for top, bottom, left, right in merges:
        text = rows.get(top, {}).get(left, "")
        if not text or bottom - top > 10_000:
            continue
        for row in range(top + 1, bottom + 1):
            if row in rows:
                rows[row].setdefault(left, text)
        if right > left:
            wide.setdefault(top, set()).update(range(left, min(right, left + 200) + 1))
    return wide


def _blocks(rows: dict[int, dict[int, str]]) -> Iterator[list[int]]:
    """Yield the numbers of rows that follow each other without an empty one between."""
    block: list[int] = []
    for row in rows:
        if block and row > block[-1] + 1:
            yield block
            block = []
        block.append(row)
    if block:
        yield block


def _table(
    rows: Sequence[dict[int, str]], numbers: Sequence[int], group: int,
    wide: Sequence[set[int] | None],
) -> list[Draft]:  # fmt: skip
    columns = sorted({column for row in rows for column in row})
    drafts: list[Draft] = []
    lead = 0
    # Lines over a table: a title, a unit.
    while lead < len(rows) and len(rows[lead]) == 1 and len(columns) > 1:
        text = next(iter(rows[lead].values()))
        drafts.append(Draft(BlockKind.PARAGRAPH, _lines(text, numbers[lead]), settled=True))
        lead += 1
    if len(columns) == 1:
        return [
            Draft(BlockKind.PARAGRAPH, _lines(next(iter(row.values())), number))
            for row, number in zip(rows, numbers, strict=True)
        ]
    body = rows[lead:]
    if not body:
        return drafts
    headers = _headers(body, wide[lead:])
    grid = []
    for place, row in enumerate(body):
        cells = [row.get(column, "") for column in columns]
        across = wide[lead + place]
        if place < headers and across:
            for at, column in enumerate(columns):
                if not cells[at] and column in across and at:
                    cells[at] = cells[at - 1]
        grid.append(cells)
    return drafts + table_drafts(grid, headers, group, numbers=numbers[lead:])


def _lines(text: str, number: int) -> tuple[Line, ...]:
    return tuple(Line(part.strip(), number, hard=True) for part in text.split("\n") if part.strip())


def _headers(rows: Sequence[dict[int, str]], wide: Sequence[set[int] | None]) -> int:
    """Return how many rows at the top name the columns: none, one, or two."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return 0

    def names(row: dict[int, str]) -> bool:
        return all(len(text) <= _WIDEST_NAME and not _NUMBER.match(text) for text in row.values())

    if not names(rows[0]):
        return 0
    if wide[0] and len(rows) > 2 and names(rows[1]):
        return 2
    return int(len(set(rows[0].values())) == len(rows[0]))
