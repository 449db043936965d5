"""PowerPoint: slide by slide, titles as headings, lists, tables, boxes, speaker notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rag.readers.decoding import empty
from rag.readers.discovery import printable
from rag.readers.docx_numbering import spelled
from rag.readers.drafting import BULLET, Draft, Line, Note
from rag.readers.finishing import Group, finish, groups
from rag.readers.packages import Node, Package, core_properties, damaged, relations
from rag.readers.placing import placed
from rag.readers.tables import table_drafts
from rag.records import AsideKind, BlockKind, Document, Place

_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr"})
_AUTO = {
    "arabicPeriod": ("decimal", "{}."), "arabicParenR": ("decimal", "{})"),
    "arabicParenBoth": ("decimal", "({})"), "alphaLcPeriod": ("lowerLetter", "{}."),
    "alphaUcPeriod": ("upperLetter", "{}."), "alphaLcParenR": ("lowerLetter", "{})"),
    "romanLcPeriod": ("lowerRoman", "{}."), "romanUcPeriod": ("upperRoman", "{}."),
    "ea1ChsPeriod": ("chineseCounting", "{}、"), "ea1JpnChsDbPeriod": ("chineseCounting", "{}、"),
    "ea1ChtPeriod": ("chineseCounting", "{}、"),
    "circleNumDbPlain": ("decimalEnclosedCircle", "{}"),
}  # fmt: skip


def read_pptx(path: Path) -> Iterable[Document]:
    """Read a presentation as one document; the page of a place is the number of its slide.

    Raises UnreadableDocument for a file that is damaged, locked, unsafe or without text.
    """
    with Package(path) as package:
        reading = _Reading(package, groups())
        main = next(
            (
                target
                for kind, target in relations(package, "").values()
                if kind == "officeDocument"
            ),
            "ppt/presentation.xml",
        )
        root = package.tree(main)
        if not root.name:
            raise damaged(path, main)
        parts = relations(package, main)
        for number, entry in enumerate(root.all("sldId"), start=1):
            # An identifier without a namespace is the slide's own number, not its relation.
            part = parts.get(entry.get("id"), ("", ""))[1]
            if part:
                reading.slide(part, number)
        stated = core_properties(package)
    title = stated.get("title", "")
    if title.lower() in {"powerpoint presentation", "powerpoint 演示文稿", "演示文稿"}:
        title = ""
    first = next((d.text for d in reading.drafts if d.kind is BlockKind.HEADING), "")
    document = placed(
        finish(
            reading.drafts,
            group=reading.group,
            title=title or first,
            fallback=printable(path.stem),
            metadata={key: value for key, value in stated.items() if key != "title"},
        ),
        reading.where,
    )
    if not document.text.strip():
        raise empty(path)
    return [document]


@dataclass(slots=True)
class _Reading:
    package: Package
    group: Group
    drafts: list[Draft] = field(default_factory=list)
    where: dict[int, Place] = field(default_factory=dict)
    slide_number: int = 0

    def slide(self, part: str, number: int) -> None:
        """Read a slide and its notes; a hidden slide is left out."""
        root = self.package.tree(part)
        if root.get("show") in {"0", "false"}:
            return
        self.slide_number = number
        parts = relations(self.package, part)
        tree = root.first("spTree")
        shapes = _ordered(list(_shapes(tree))) if tree is not None else []
        for shape in shapes:
            self._shape(shape, parts)
        for kind, target in parts.values():
            if kind == "notesSlide":
                notes = self.package.tree(target).first("spTree")
                for shape in _shapes(notes) if notes is not None else []:
                    if _placeholder(shape) == "body":
                        self._texts(shape, items=False)

    def _line(self, text: str, *, hard: bool = True, strong: int = 0) -> Line:
        number = len(self.where) + 1
        self.where[number] = Place(0, page=self.slide_number)
        return Line(text, number, hard=hard, strong=strong)

    def _shape(self, shape: Node, parts: dict[str, tuple[str, str]]) -> None:
        kind = _placeholder(shape)
        if kind in _FURNITURE:
            return
        if kind in _TITLES:
            text = " ".join(" ".join(_paragraph(p) for p in shape.all("p")).split())
            if text:
                level = 1 if kind == "ctrTitle" and self.slide_number == 1 else 2
                line = self._line(text)
                self.drafts.append(Draft(BlockKind.HEADING, (line,), level=level, settled=True))
            return
        table = shape.first("tbl")
        if table is not None:
            self._table(table)
            return
        if shape.name == "graphicFrame":
            for node in shape.all("relIds"):
                target = parts.get(node.get("dm"), ("", ""))[1]
                for paragraph in self.package.tree(target).all("p") if target else []:
                    if text := _paragraph(paragraph).strip():
                        self.drafts.append(Draft(BlockKind.PARAGRAPH, (self._line(text),)))
            return
        if shape.name == "pic":
            described = shape.first("cNvPr")
            words = described.get("descr") if described is not None else ""
            if words:
                draft = Draft(BlockKind.PARAGRAPH, (Line(words),), aside=AsideKind.IMAGE)
                self.drafts.append(draft)
            return
        self._texts(shape, items=kind in {"body", "obj", "subTitle", "other"})

    def _texts(self, shape: Node, *, items: bool) -> None:
        """Read the paragraphs of a box: items in the body of a slide, else as they are marked."""
        group = 0
        counts: dict[int, int] = {}
        body = shape.child("txBody")
        for paragraph in body.children if body is not None else []:
            text = _paragraph(paragraph).strip() if paragraph.name == "p" else ""
            if not text:
                continue
            properties = paragraph.child("pPr")
            level = int(properties.get("lvl") or 0) if properties is not None else 0
            signs = {child.name: child for child in properties.children} if properties else {}
            listed = "buChar" in signs or "buAutoNum" in signs or "buBlip" in signs
            if "buNone" in signs or not (listed or items):
                group = 0
                lines = tuple(self._line(part) for part in text.split("\n") if part.strip())
                self.drafts.append(Draft(BlockKind.PARAGRAPH, lines))
                continue
            group = group or self.group()
            marker = BULLET
            if "buAutoNum" in signs:
                counts[level] = (
                    counts.get(level, int(signs["buAutoNum"].get("startAt") or 1) - 1) + 1
                )
                style, form = _AUTO.get(signs["buAutoNum"].get("type"), ("decimal", "{}."))
                marker = form.format(spelled(counts[level], style))
                text = f"{marker} {text}"
            for deeper in [depth for depth in counts if depth > level]:
                del counts[deeper]
            line = self._line(" ".join(text.split()))
            self.drafts.append(
                Draft(
                    BlockKind.ITEM,
                    (line,),
                    level=level + 1,
                    group=group,
                    marker=marker,
                    settled=True,
                )
            )
        for link in shape.all("hlinkClick"):
            if tip := link.get("tooltip"):
                note = Note(AsideKind.LINK, tip)
                self.drafts.append(
                    Draft(BlockKind.PARAGRAPH, (Line(note.text),), aside=AsideKind.LINK)
                )

    def _table(self, table: Node) -> None:
        grid: list[list[str]] = []
        numbers: list[int] = []
        for row in table.all("tr"):
            texts: list[str] = []
            for cell in row.children:
                if cell.name != "tc":
                    continue
                if cell.get("vMerge") in {"1", "true"} and grid and len(texts) < len(grid[-1]):
                    texts.append(grid[-1][len(texts)])
                elif cell.get("hMerge") in {"1", "true"}:
                    texts.append(texts[-1] if texts and not grid else "")
                else:
                    texts.append(" ".join(" ".join(_paragraph(p) for p in cell.all("p")).split()))
            grid.append(texts)
            numbers.append(self._line("").number)
        properties = table.child("tblPr")
        named = properties is not None and properties.get("firstRow") in {"1", "true"}
        if any(any(row) for row in grid):
            self.drafts += table_drafts(
                grid, int(named and len(grid) > 1), self.group(), numbers=numbers
            )


def _shapes(tree: Node) -> Iterator[Node]:
    """Yield the shapes of a tree, those of groups in their place."""
    for node in tree.children:
        if node.name == "grpSp":
            yield from _ordered(list(_shapes(node)))
        elif node.name in {"sp", "graphicFrame", "pic", "cxnSp"}:
            yield node
        elif node.name == "AlternateContent":
            choice = node.child("Choice") or node.child("Fallback")
            if choice is not None:
                yield from _shapes(choice)


def _ordered(shapes: list[Node]) -> list[Node]:
    """Return shapes from top to bottom, titles first; what has no place keeps its turn."""
    keyed = []
    last = (0, 0)
    for shape in shapes:
        offset = shape.first("off")
        if offset is not None:
            # A tenth of an inch apart is one row.
            last = (int(float(offset.get("y") or 0)) // 300_000, int(float(offset.get("x") or 0)))
        keyed.append(((_placeholder(shape) not in _TITLES, *last), shape))
    return [shape for _, shape in sorted(keyed, key=lambda one: one[0])]


def _placeholder(shape: Node) -> str:
    """Return the kind of placeholder a shape is, "other" for one without kind, "" for none."""
    for container in ("nvSpPr", "nvGraphicFramePr", "nvPicPr"):
        node = shape.child(container)
        found = node.first("ph") if node is not None else None
        if found is not None:
            return found.get("type") or "other"
    return ""


def _paragraph(paragraph: Node) -> str:
    parts = []
    for node in paragraph.children:
        if node.name in {"r", "fld"}:
            text = node.child("t")
            parts.append(text.text if text is not None else "")
        elif node.name == "br":
            parts.append("\n")
        elif node.name in {"m", "oMath", "AlternateContent"}:
            parts.append("".join(t.text for t in node.all("t")))
    return "".join(parts).replace("\x0b", "\n")
