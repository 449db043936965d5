"""Tables as text: a row a block, the names of the columns from the first row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.readers.decoding import decode, empty, read_bytes
from rag.readers.discovery import printable
from rag.readers.finishing import write
from rag.readers.tables import table_drafts
from rag.records import Document

_SEPARATORS = ",;\t|，"
_SAMPLE = 64
"""Rows looked at to tell the separator."""


def read_delimited(path: Path) -> Iterable[Document]:
    """Read a file of separated values (.csv, .tsv) as one table, each row a block.

    The first row names the columns, unless it holds a bare number. Raises UnreadableDocument as
    ``decode`` and ``read_bytes`` do, and for a quote that is never closed.
    """
    decoded = decode(read_bytes(path), path=path)
    lines = decoded.text.splitlines(keepends=True)
    separator = "\t" if path.suffix.lower() == ".tsv" else _separator(lines)
    reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=separator)
    grid: list[list[str]] = []
    numbers: list[int] = []
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                grid.append([cell.strip() for cell in row])
                numbers.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        name = printable(path)
        raise UnreadableDocument(
            path,
            f"{name}, line {line}: it is no row of values ({error}); correct that line.",
            f"{name} 第 {line} 行:不是有效的表格行({error}),请更正该行。",
        ) from error
    if not grid:
        raise empty(path)
    named = len(grid) > 1 and not any(_is_number(cell) for cell in grid[0])
    drafts = table_drafts(grid, int(named), 1, numbers=numbers)
    return [write(drafts, title=printable(path.stem), metadata=decoded.metadata())]


def _separator(lines: list[str]) -> str:
    """Return the character that splits most rows into the same number of cells, two or more."""
    best, score = ",", 0.0
    for separator in _SEPARATORS:
        rows = list(csv.reader(lines[:_SAMPLE], delimiter=separator, strict=False))
        counts = [len(row) for row in rows if row]
        if not counts:
            continue
        usual = max(set(counts), key=counts.count)
        agreeing = counts.count(usual) / len(counts)
        if usual > 1 and agreeing > score + 0.05:
            best, score = separator, agreeing
    return best


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).lstrip("+-").isdecimal()
