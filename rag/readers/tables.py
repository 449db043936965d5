"""Rows and columns: from a grid of texts to drafts, and whether a first row names the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.readers.drafting import Draft, Line, Note
from rag.readers.shape import width
from rag.records import BlockKind

_DIGIT = re.compile(r"\d")
_NUMERIC = re.compile(r"[^\w%]*[\d.,:/%+~–—-]+\s*\S{0,3}$")
_WIDEST_NAME = 30


def table_drafts(
    grid: Sequence[Sequence[str]],
    headers: int,
    group: int,
    *,
    numbers: Sequence[int] = (),
    notes: Sequence[tuple[Note, ...]] = (),
) -> list[Draft]:
    """Return the rows of a table; the first ``headers`` of them name the columns.

    Several header rows make one name a column, from the top. A table that names no columns may
    still do so in its first row, see ``names_columns``.
    """
    rows = [[" ".join(cell.split()) for cell in row] for row in grid]
    if not headers and names_columns(rows):
        headers = 1
    if headers == 1 and _is_record(rows):
        headers = 0
    columns = max((len(row) for row in rows), default=0)
    names = _names(rows[:headers], columns)
    drafts = []
    for place, row in enumerate(rows):
        if not any(row):
            continue
        number = numbers[place] if place < len(numbers) else 0
        header = place < headers
        drafts.append(
            Draft(
                BlockKind.COLUMNS if header else BlockKind.ROW,
                (Line("", number),),
                group=group,
                cells=tuple(row),
                names=() if header else names,
                notes=notes[place] if place < len(notes) else (),
                settled=True,
            )
        )
    return drafts


def _names(headers: Sequence[Sequence[str]], columns: int) -> tuple[str, ...]:
    """Return one name a column: what stands above each other, without what is said twice."""
    if not any(any(row) for row in headers):
        return ()
    names = []
    for column in range(columns):
        parts: list[str] = []
        for row in headers:
            part = row[column] if column < len(row) else ""
            if part and part not in parts:
                parts.append(part)
        names.append(" ".join(parts))
    return tuple(names)


def _is_record(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a table of two columns, label and value, whose first row is no header but a pair.

    Markdown has no table without a header: the first pair stands in its place.
    """
    if len(rows) < 3 or any(len(row) != 2 for row in rows):
        return False
    label, value = rows[0]
    long = width(value) > (_WIDEST_NAME if value.isascii() else 24)
    written = long or (_DIGIT.search(value) and width(value) > 8)
    return bool(label and written) and not _DIGIT.search(label)


def names_columns(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a table whose first row names its columns: short, distinct, without the figures below.

    A column whose other cells all hold digits and whose first holds none shows it.
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first, body = rows[0], rows[1:]
    if not all(first) or len(set(first)) < len(first):
        return False
    if any(width(cell) > _WIDEST_NAME or _NUMERIC.match(cell) for cell in first):
        return False
    for column, name in enumerate(first):
        cells = [row[column] for row in body if column < len(row) and row[column]]
        figures = bool(cells) and all(_DIGIT.search(cell) for cell in cells)
        if figures and not _DIGIT.search(name):
            return True
    return False
