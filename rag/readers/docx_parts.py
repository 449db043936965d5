"""Parts of a Word document on their way: styles, paragraphs, tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.readers.drafting import Draft, Note
from rag.readers.tables import names_columns


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: its name, level of heading (0 none), and list it numbers, if any."""

    name: str = ""
    level: int = 0
    number: str = ""
    depth: int = 0
    bold: bool = False


@dataclass(slots=True)
class Paragraph:
    """A paragraph on its way: its text, its style and list, what it refers to."""

    texts: list[str] = field(default_factory=list)
    style: str = ""
    level: int = 0
    number: str = ""
    depth: int = -1
    bold: int = 0
    length: int = 0
    mark_deleted: bool = False
    notes: list[Note] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    inside: list[Draft] = field(default_factory=list)


@dataclass(slots=True)
class Cell:
    """A cell: its paragraphs, the columns it spans, how it is merged with the one above."""

    texts: list[str] = field(default_factory=list)
    span: int = 1
    merge: str = ""
    bold: bool = True


@dataclass(slots=True)
class Table:
    """A table on its way; ``headers`` counts the rows that the file says are its header."""

    rows: list[list[Cell]] = field(default_factory=list)
    headers: int = 0
    header_row: bool = False


def grid_of(table: Table) -> list[list[str]]:
    """Return the texts of a table; a cell that reaches down stands in each of its rows."""
    above: dict[int, str] = {}
    grid: list[list[str]] = []
    for number, row in enumerate(table.rows):
        texts: list[str] = []
        for cell in row:
            text = " ".join(" ".join(cell.texts).split())
            if cell.merge == "continue":
                text = above.get(len(texts), text)
            above[len(texts)] = text if cell.merge else ""
            across = text if number < table.headers else ""
            texts += [text, *[across] * (cell.span - 1)]
        grid.append(texts)
    return grid


def header_rows(table: Table, grid: list[list[str]]) -> int:
    """Return 1 where the first row names the columns: by its bold type or what it says."""
    if len(grid) < 2 or len(grid[0]) < 2:
        return 0
    if names_columns(grid):
        return 1
    first = [cell for cell in table.rows[0] if cell.texts]
    bold = bool(first) and all(cell.bold for cell in first)
    rest = [cell for row in table.rows[1:] for cell in row[1:] if cell.texts]
    distinct = len({" ".join(cell.texts) for cell in first}) == len(table.rows[0])
    short = all(len(" ".join(cell.texts)) <= 40 for cell in first)
    if not distinct or not short:
        return 0
    if bold and not all(cell.bold for cell in rest):
        return 1
    # A table of three columns or more that says more below than in its first row.
    longer = max((len(" ".join(cell.texts)) for cell in rest), default=0)
    most = max(len(" ".join(cell.texts)) for cell in first)
    return int(len(table.rows[0]) >= 3 and len(table.rows) >= 3 and longer > most)
