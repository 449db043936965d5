"""How the blocks of a quote look at a terminal: tables, lists and code as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rag.cli.printing import printable
from rag.records import Block, BlockKind, Citation, Span

if TYPE_CHECKING:
    from rich.console import RenderableType

_ROWS = (BlockKind.COLUMNS, BlockKind.ROW)
LIT = "bold yellow"
"""How the words that decide look."""


def drawn(citation: Citation) -> list[RenderableType]:
    """Return what shows the quote of a citation, a piece for each block or table."""
    blocks = citation.blocks or (Block(BlockKind.PARAGRAPH, citation.start, citation.end),)
    pieces: list[RenderableType] = []
    for is_table, group in groupby(blocks, key=lambda block: block.kind in _ROWS):
        inside = list(group)
        if is_table and len(inside) > 1:
            pieces.append(_table(citation, inside))
        else:
            pieces.extend(_lines(citation, inside))
    return pieces


def _lines(citation: Citation, blocks: Sequence[Block]) -> Iterator[RenderableType]:
    for block in blocks:
        text = marked(citation, block.start, block.end)
        if block.kind is BlockKind.HEADING:
            text.stylize("bold")
        if block.kind is BlockKind.CODE:
            yield Padding(text, (0, 0, 0, 4), expand=False)
        elif block.kind is BlockKind.ITEM:
            bullet = "" if text.plain.startswith(block.marker) else f"{block.marker} "
            yield Padding(Text(bullet) + text, (0, 0, 0, 2 * max(0, block.level - 1)), expand=False)
        else:
            yield text


def _table(citation: Citation, rows: Sequence[Block]) -> Table:
    width = max(len(row.cells) for row in rows)
    head = rows[0].kind is BlockKind.COLUMNS
    table = Table(box=SIMPLE_HEAD, show_header=head, show_edge=False, pad_edge=False)
    names = [marked(citation, *cell) for cell in rows[0].cells] if head else []
    for column in range(width):
        table.add_column(names[column] if column < len(names) else "")
    for row in rows[1:] if head else rows:
        table.add_row(*(marked(citation, *cell) for cell in row.cells))
    return table


def marked(citation: Citation, start: int, end: int) -> Text:
    """Return ``[start, end)`` of the document, the words that decide in colour."""
    passage = citation.passage
    text = Text(printable(passage.text[start - passage.start : end - passage.start]))
    for a, b in citation.lit:
        if a < end and b > start:
            text.stylize(LIT, max(0, a - start), min(end, b) - start)
    return text


def around(citation: Citation, span: Span, *, reach: int, signs: tuple[str, str]) -> Text:
    """Return ``span`` of the document between ``signs`` with up to ``reach`` characters around."""
    passage = citation.passage
    start, end = span[0] - passage.start, span[1] - passage.start
    low, high = max(0, start - reach), min(len(passage.text), end + reach)
    text = Text("…" if low else "")
    text.append(" ".join(printable(passage.text[low:start]).split()))
    text.append(signs[0] + " ".join(printable(passage.text[start:end]).split()) + signs[1], LIT)
    text.append(" ".join(printable(passage.text[end:high]).split()))
    text.append("…" if high < len(passage.text) else "")
    return text
