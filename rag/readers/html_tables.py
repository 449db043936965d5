"""Tables of a page: rows of cells, merged cells filled, the names of the columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rag.readers.drafting import Draft, Line, Note
from rag.readers.html_visible import BLOCKS, collapsed, is_visible
from rag.readers.tables import table_drafts
from rag.records import AsideKind, BlockKind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_LONGEST_ROW = 1000
_WIDEST = 200


def is_data_table(table: LexborNode) -> bool:
    """Tell a table of data from one that lays out a page."""
    if len(table.css("table, h1, h2, h3, pre")) > 1:
        return False
    rows = list(_rows(table))
    if not rows or not any(len(_cells(row)) >= 2 for row in rows):
        return False
    if len(rows) == 1 and not any(cell.tag == "th" for cell in _cells(rows[0])):
        long = len(rows[0].text()) > 200
        return not long and rows[0].css_first("p, ul, ol, div, dl") is None
    return all(len(row.text()) <= _LONGEST_ROW for row in rows)


def read_table(
    table: LexborNode,
    group: Callable[[], int],
    line_of: Callable[[str], int],
    *,
    inside: int = 0,
) -> list[Draft]:
    """Return a table's caption, the row that names its columns and its other rows."""
    drafts: list[Draft] = []
    caption = next((n for n in table.css("caption") if is_visible(n)), None)
    if caption is not None and (text := visible_text(caption)):
        line = Line(text, line_of(caption.text()))
        drafts.append(Draft(BlockKind.PARAGRAPH, (line,), group=inside, settled=True))
    grid: list[list[str]] = []
    numbers: list[int] = []
    notes: list[tuple[Note, ...]] = []
    headers = 0
    pending: dict[int, tuple[int, str]] = {}
    for row in _rows(table):
        cells = _cells(row)
        named = bool(cells) and all(cell.tag == "th" for cell in cells)
        in_head = row.parent is not None and row.parent.tag == "thead"
        if (named or in_head) and headers == len(grid):
            headers += 1
        number = 0
        for node in row.traverse(include_text=True):
            if node.is_text_node and (content := node.text_content or "").strip():
                number = line_of(content) or number
        grid.append(_filled(cells, pending))
        numbers.append(number)
        notes.append(tuple(_notes(row)))
    return drafts + table_drafts(grid, headers, group(), numbers=numbers, notes=notes)


def _filled(cells: list[LexborNode], pending: dict[int, tuple[int, str]]) -> list[str]:
    """Return the texts of a row, one a column; ``pending`` holds cells that reach down."""
    texts: list[str] = []

    def take_pending() -> None:
        while len(texts) in pending:
            left, text = pending[len(texts)]
            if left > 1:
                pending[len(texts)] = (left - 1, text)
            else:
                del pending[len(texts)]
            texts.append(text)

    for cell in cells:
        take_pending()
        text = visible_text(cell)
        down = _span(cell, "rowspan")
        for _ in range(_span(cell, "colspan")):
            if down > 1:
                pending[len(texts)] = (down - 1, text)
            texts.append(text)
    take_pending()
    return texts


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or ""
    return min(max(int(value), 1), _WIDEST) if re.fullmatch(r"\d{1,5}", value) else 1


def _rows(table: LexborNode) -> Iterator[LexborNode]:
    for part in _elements(table):
        if part.tag == "tr":
            yield part
        elif part.tag in {"thead", "tbody", "tfoot"}:
            yield from (row for row in _elements(part) if row.tag == "tr")


def _cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in _elements(row) if cell.tag in {"td", "th"}]


def _elements(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        if child.is_element_node and is_visible(child):
            yield child
        child = child.next


def visible_text(node: LexborNode) -> str:
    """Return what an element shows, on one line."""
    parts: list[str] = []
    stack = [node]
    while stack:
        one = stack.pop()
        if one.is_text_node:
            parts.append(collapsed(one.text_content or ""))
        elif one.is_element_node and is_visible(one):
            if one.tag in BLOCKS or one.tag == "br":
                parts.append(" ")
            children = []
            child = one.first_child
            while child is not None:
                children.append(child)
                child = child.next
            stack.extend(reversed(children))
    return " ".join("".join(parts).split())


def _notes(row: LexborNode) -> Iterator[Note]:
    for link in row.css("a[href]"):
        target = link.attributes.get("href") or ""
        if target and not target.startswith("#"):
            yield Note(AsideKind.LINK, target, " ".join(link.text().split()))
    for image in row.css("img"):
        words = f"{image.attributes.get('alt') or ''} {image.attributes.get('src') or ''}"
        yield Note(AsideKind.IMAGE, words.strip())
