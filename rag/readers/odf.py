"""OpenDocument: texts (.odt), workbooks (.ods) and presentations (.odp)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rag.readers.decoding import empty
from rag.readers.discovery import printable
from rag.readers.docx_numbering import spelled
from rag.readers.drafting import BULLET, Draft, Line
from rag.readers.finishing import Group, finish, groups
from rag.readers.packages import Node, Package, damaged, locked
from rag.readers.placing import placed
from rag.readers.sheets import MOST_CELLS, Sheet, workbook
from rag.readers.tables import table_drafts
from rag.readers.xlsx import number_text
from rag.records import AsideKind, BlockKind, Document, Place

_SKIPPED = frozenset({"tracked-changes", "forms", "variable-decls", "sequence-decls",
                      "table-of-content-source", "shapes", "change", "change-start",
                      "change-end", "soft-page-break"})  # fmt: skip
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman",
            "I": "upperRoman", "一, 二, 三, ...": "chineseCounting"}  # fmt: skip


def read_odf(path: Path) -> Iterable[Document]:
    """Read an OpenDocument text, workbook or presentation as one document.

    Raises UnreadableDocument for a file that is damaged, locked, unsafe or without text.
    """
    with Package(path) as package:
        if any(
            n.name == "encryption-data"
            for n in package.tree("META-INF/manifest.xml").all("encryption-data")
        ):
            raise locked(path)
        content = package.tree("content.xml")
        metadata = _metadata(package.tree("meta.xml"))
        styles = package.tree("styles.xml")
    if not content.name:
        raise damaged(path, "content.xml")
    title = metadata.pop("title", "")
    body = content.child("body")
    kinds = {node.name: node for node in body.children} if body is not None else {}
    if "spreadsheet" in kinds:
        document = workbook(
            _sheets(path, kinds["spreadsheet"]),
            title=title or printable(path.stem),
            metadata=metadata,
        )
    else:
        reading = _Reading(groups(), _lists(content) | _lists(styles))
        for kind in ("text", "presentation", "drawing"):
            if kind in kinds:
                reading.read(kinds[kind])
        first = next((d.text for d in reading.drafts if d.kind is BlockKind.HEADING), "")
        document = placed(
            finish(
                reading.drafts, group=reading.group, title=title or first,
                fallback=printable(path.stem), metadata=metadata,
                unmarked=not first,
            ),
            reading.where,
        )  # fmt: skip
    if not document.text.strip():
        raise empty(path)
    return [document]


def _metadata(root: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, name in (("title", "title"), ("author", "creator"), ("modified", "date")):
        node = root.first(name)
        value = " ".join(node.whole_text().split()) if node is not None else ""
        if value:
            found[key] = value[:10] if key == "modified" else value
    return found


def _lists(root: Node) -> dict[str, dict[int, tuple[str, str, str]]]:
    """Return list styles: by level the style of numbers ("" for bullets), what is around them."""
    found: dict[str, dict[int, tuple[str, str, str]]] = {}
    for style in root.all("list-style"):
        levels = {}
        for node in style.children:
            level = node.get("level")
            if not level.isdecimal():
                continue
            form = _FORMATS.get(node.get("num-format"), "decimal" if node.get("num-format") else "")
            if node.name == "list-level-style-bullet":
                form = ""
            levels[int(level)] = (form, node.get("num-prefix"), node.get("num-suffix", ""))
        found[style.get("name")] = levels
    return found


@dataclass(slots=True)
class _Reading:
    group: Group
    lists: dict[str, dict[int, tuple[str, str, str]]]
    drafts: list[Draft] = field(default_factory=list)
    where: dict[int, Place] = field(default_factory=dict)
    slide: int = 0
    seen: int = 0
    notes: list[str] = field(default_factory=list)
    boxes: list[Node] = field(default_factory=list)

    def read(self, node: Node) -> None:
        """Read what an element holds, in order."""
        for child in node.children:
            self._element(child)

    def _element(self, node: Node) -> None:
        name = node.name
        if name in _SKIPPED:
            return
        if name == "page":
            self.slide += 1
            self.read(node)
        elif name in {"h", "p"}:
            self._paragraph(node)
        elif name == "list":
            self._list(node, self.group(), 1, node.get("style-name"))
        elif name == "table":
            self._table(node)
        elif name == "table-of-content":
            for paragraph in node.all("p"):
                text = " ".join(self._text(paragraph).split())
                draft = Draft(BlockKind.PARAGRAPH, (Line(text),), aside=AsideKind.FURNITURE)
                self.drafts.append(draft)
        elif name == "frame" and node.get("class") in {
            "page-number",
            "date-time",
            "footer",
            "header",
        }:
            return
        elif name == "frame" and node.get("class") == "title":
            text = " ".join(" ".join(self._text(p) for p in node.all("p")).split())
            if text:
                draft = Draft(BlockKind.HEADING, (self._line(text),), level=2, settled=True)
                self.drafts.append(draft)
        else:
            self.read(node)

    def _line(self, text: str) -> Line:
        number = len(self.where) + 1
        self.where[number] = Place(0, page=self.slide)
        return Line(text, number, hard=True)

    def _paragraph(self, node: Node, lead: str = "") -> None:
        text = self._text(node)
        lines = tuple(
            self._line(" ".join(part.split())) for part in (lead + text).split("\n") if part.strip()
        )
        level = node.get("outline-level")
        if lines and node.name == "h":
            deep = min(int(level), 6) if level.isdecimal() else 1
            joined = self._line(" ".join(line.text for line in lines))
            self.drafts.append(Draft(BlockKind.HEADING, (joined,), level=deep))
        elif lines:
            self.drafts.append(Draft(BlockKind.PARAGRAPH, lines))
        self._after()

    def _after(self) -> None:
        """Write the notes and the boxes that the last paragraph refers to."""
        notes, self.notes = self.notes, []
        boxes, self.boxes = self.boxes, []
        for note in notes:
            self.seen += 1
            line = self._line(f"[{self.seen}] {note}")
            self.drafts.append(Draft(BlockKind.PARAGRAPH, (line,), settled=True))
        for box in boxes:
            self.read(box)

    def _text(self, node: Node) -> str:
        parts = [node.text]
        for child in node.children:
            if child.name == "s":
                count = child.get("c", "1")
                parts.append(" " * min(int(count) if count.isdecimal() else 1, 50))
            elif child.name == "tab":
                parts.append("\t")
            elif child.name == "line-break":
                parts.append("\n")
            elif child.name == "note":
                body = child.child("note-body")
                words = " ".join(self._text(p) for p in body.all("p")) if body is not None else ""
                self.notes.append(" ".join(words.split()))
            elif child.name == "annotation":
                words = " ".join(" ".join(self._text(p) for p in child.all("p")).split())
                draft = Draft(BlockKind.PARAGRAPH, (Line(words),), aside=AsideKind.COMMENT)
                self.drafts.append(draft)
            elif child.name in {"frame", "custom-shape"}:
                self.boxes.append(child)
            elif child.name not in _SKIPPED and child.name != "ruby-text":
                parts.append(self._text(child))
            parts.append(child.tail)
        return "".join(parts)

    def _list(self, node: Node, group: int, level: int, style: str) -> None:
        form, before, after = self.lists.get(style, {}).get(level, ("", "", ""))
        count = 0
        for item in node.children:
            if item.name not in {"list-item", "list-header"}:
                continue
            marked = False
            for child in item.children:
                if child.name == "list":
                    self._list(child, group, level + 1, child.get("style-name") or style)
                elif child.name in {"p", "h"}:
                    text = " ".join(self._text(child).split())
                    if not text:
                        self._after()
                        continue
                    if child.name == "h":
                        self._paragraph(child)
                        continue
                    marker = BULLET
                    if item.name == "list-item" and form and not marked:
                        count += 1
                        marker = f"{before}{spelled(count, form)}{after}"
                        text = f"{marker} {text}"
                    marked = True
                    self.drafts.append(
                        Draft(BlockKind.ITEM, (self._line(text),), level=min(level, 9),
                              group=group, marker=marker, settled=True)
                    )  # fmt: skip
                    self._after()
                else:
                    self._element(child)

    def _table(self, node: Node) -> None:
        grid: list[list[str]] = []
        headers = 0
        for row, heading in _rows(node):
            texts: list[str] = []
            for cell in row.children:
                if cell.name not in {"table-cell", "covered-table-cell"}:
                    continue
                text = " ".join(" ".join(self._text(p) for p in cell.all("p", "h")).split())
                if (
                    cell.name == "covered-table-cell"
                    and not text
                    and grid
                    and len(texts) < len(grid[-1])
                ):
                    text = grid[-1][len(texts)] if len(texts) == 0 else ""
                texts += [text] * min(_count(cell, "number-columns-repeated"), 200)
            headers += heading and headers == len(grid)
            grid.append(texts)
        self.notes, self.boxes = [], []
        if any(any(row) for row in grid):
            numbers = [self._line("").number for _ in grid]
            self.drafts += table_drafts(grid, headers, self.group(), numbers=numbers)


def _rows(table: Node) -> Iterable[tuple[Node, bool]]:
    for child in table.children:
        if child.name == "table-row":
            yield child, False
        elif child.name == "table-header-rows":
            yield from ((row, True) for row in child.children if row.name == "table-row")
        elif child.name in {"table-rows", "table-row-group"}:
            yield from _rows(child)


def _count(node: Node, name: str) -> int:
    value = node.get(name, "1")
    return int(value) if value.isdecimal() and value != "0" else 1


def _sheets(path: Path, node: Node) -> Iterable[Sheet]:
    cells = 0
    for table in node.children:
        if table.name != "table":
            continue
        sheet = Sheet(table.get("name"))
        number = 0
        for row, _ in _rows(table):
            again = _count(row, "number-rows-repeated")
            found: dict[int, str] = {}
            column = 0
            for cell in row.children:
                if cell.name not in {"table-cell", "covered-table-cell"}:
                    continue
                wide = _count(cell, "number-columns-repeated")
                text = _cell(cell)
                if text:
                    found.update(dict.fromkeys(range(column, column + min(wide, 200)), text))
                    down, across = (
                        _count(cell, "number-rows-spanned"),
                        _count(cell, "number-columns-spanned"),
                    )
                    if down > 1 or across > 1:
                        sheet.merges.append(
                            (number + 1, number + down, column, column + across - 1)
                        )
                column += wide
            # Rows without text are repeated a million times to the foot of a sheet.
            for place in range(min(again, 1000) if found else 0):
                sheet.rows[number + place + 1] = dict(found)
                cells += len(found)
                if cells > MOST_CELLS:
                    raise damaged(path, f"more than {MOST_CELLS:,} cells")
            number += again
        yield sheet


def _cell(cell: Node) -> str:
    shown = "\n".join(p.whole_text() for p in cell.children if p.name == "p").strip()
    if shown:
        return shown
    value = cell.get("value")
    try:
        return number_text(float(value)) if value else cell.get("date-value")
    except ValueError:
        return value
