"""Word documents (.docx): the text as accepted, its numbers counted, notes where they belong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rag.readers.decoding import empty
from rag.readers.discovery import printable
from rag.readers.docx_body import Body
from rag.readers.docx_numbering import Numbering
from rag.readers.docx_parts import Style
from rag.readers.drafting import Draft, Line
from rag.readers.finishing import finish, groups
from rag.readers.packages import Node, Package, core_properties, damaged, relations
from rag.records import AsideKind, BlockKind, Document

_HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre|見出し)\s*([1-9])$", re.IGNORECASE)


def read_docx(path: Path) -> Iterable[Document]:
    """Read a Word document as one document.

    Inserted text is read and deleted text is not. Headers and footers, comments and contents
    pages are set aside; footnotes follow the paragraph that refers to them. Raises
    UnreadableDocument for a file that is damaged, locked, unsafe or without text.
    """
    with Package(path) as package:
        return [_read(path, package)]


def _read(path: Path, package: Package) -> Document:
    main = next(
        (target for kind, target in relations(package, "").values() if kind == "officeDocument"),
        "word/document.xml",
    )
    if not package.has(main):
        raise damaged(path, main)
    parts = relations(package, main)
    by_kind: dict[str, list[str]] = {}
    for kind, target in parts.values():
        by_kind.setdefault(kind, []).append(target)
    styles = _styles(package.tree(next(iter(by_kind.get("styles", [])), "word/styles.xml")))
    numbering = Numbering.of(package, next(iter(by_kind.get("numbering", [])), ""))
    footnotes: dict[str, str] = {}
    for kind in ("footnote", "endnote"):
        for part in by_kind.get(f"{kind}s", []):
            footnotes |= _notes(package.tree(part), kind)
    group = groups()
    links = {name: target for name, (kind, target) in parts.items() if kind == "hyperlink"}
    body = Body(styles, numbering, links, footnotes, group)
    try:
        package.parse(main, body.start, body.end, body.text)
    except ValueError as error:
        raise damaged(path, str(error)) from error
    aside = _asides(package, by_kind)
    marked = any(draft.kind is BlockKind.HEADING for draft in body.drafts)
    stated = core_properties(package)
    title = next(
        (
            draft.text
            for draft in body.drafts
            if draft.kind is BlockKind.HEADING and draft.level == 1
        ),
        "",
    )
    document = finish(
        [*body.drafts, *aside],
        group=group,
        title=_usable(stated.get("title", "")) or title,
        fallback=printable(path.stem),
        metadata={key: value for key, value in stated.items() if key != "title"},
        unmarked=not marked,
    )
    if not document.text.strip():
        raise empty(path)
    return replace(document, places=())


def _usable(title: str) -> str:
    """Return a stated title unless it is a program's own."""
    return "" if re.search(r"(?i)\.docx?$|^(?:word|microsoft|untitled|文档)\b", title) else title


def _styles(root: Node) -> dict[str, Style]:
    """Return the paragraph styles by id, what they inherit filled in; "" is the default one."""
    nodes = {node.get("styleId"): node for node in root.all("style")}
    found: dict[str, Style] = {}
    for identity, node in nodes.items():
        name, level, number, depth, bold = "", 0, "", 0, None
        at: Node | None = node
        seen: set[str] = set()
        while at is not None and at.get("styleId") not in seen:
            seen.add(at.get("styleId"))
            own = at.child("name")
            label = own.get("val") if own is not None else ""
            name = name or label.lower()
            level = level or _level(at, label)
            properties = at.child("pPr")
            listed = properties.child("numPr") if properties is not None else None
            if listed is not None and not number:
                reference, deep = listed.child("numId"), listed.child("ilvl")
                number = reference.get("val") if reference is not None else ""
                depth = int(deep.get("val") or 0) if deep is not None else 0
            run = at.child("rPr")
            weight = run.child("b") if run is not None else None
            if bold is None and weight is not None:
                bold = weight.get("val", "1") not in {"0", "false", "off"}
            based = at.child("basedOn")
            at = nodes.get(based.get("val")) if based is not None else None
        style = Style(name, level, number, depth, bool(bold))
        found[identity] = style
        if node.get("default") in {"1", "true"} and node.get("type") == "paragraph":
            found[""] = style
    return found


def _level(node: Node, label: str) -> int:
    match = _HEADING.match(label.strip())
    if match is not None:
        return int(match.group(1))
    if label.lower() in {"title", "标题"}:
        return 1
    properties = node.child("pPr")
    outline = properties.child("outlineLvl") if properties is not None else None
    value = outline.get("val") if outline is not None else ""
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else 0


def _notes(root: Node, kind: str) -> dict[str, str]:
    """Return the texts of footnotes or endnotes by kind and id."""
    found = {}
    for node in root.all(kind):
        if node.get("type") in {"separator", "continuationSeparator", "continuationNotice"}:
            continue
        paragraphs = [_visible(one) for one in node.all("p")]
        text = " ".join(" ".join(paragraphs).split())
        if text:
            found[f"{kind}:{node.get('id')}"] = text
    return found


def _visible(paragraph: Node) -> str:
    parts: list[str] = []
    waiting = list(reversed(paragraph.children))
    while waiting:
        node = waiting.pop()
        if node.name in {"del", "moveFrom", "Fallback"}:
            continue
        if node.name == "t":
            parts.append(node.text)
        elif node.name in {"tab", "br"}:
            parts.append(" ")
        waiting.extend(reversed(node.children))
    return "".join(parts)


def _asides(package: Package, by_kind: dict[str, list[str]]) -> list[Draft]:
    """Return headers, footers and comments as drafts that are set aside."""
    found: list[Draft] = []
    seen: set[str] = set()
    for kind, aside in (
        ("header", AsideKind.FURNITURE),
        ("footer", AsideKind.FURNITURE),
        ("comments", AsideKind.COMMENT),
    ):
        for part in by_kind.get(kind, []):
            for paragraph in package.tree(part).all("p"):
                text = " ".join(_visible(paragraph).split())
                if text and text not in seen:
                    seen.add(text)
                    found.append(Draft(BlockKind.PARAGRAPH, (Line(text),), aside=aside))
    return found
