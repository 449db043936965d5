"""Web pages: the visible text, one line a block, with the page's own structure.

selectolax (the Lexbor parser) is used because it follows the HTML standard as browsers
do and keeps everything: libxml2 drops what is nested deeply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UnreadableDocument
from rag.readers.dateline import read_date_line
from rag.readers.decoding import decode, empty, read_bytes
from rag.readers.discovery import printable
from rag.readers.furniture import mark_furniture
from rag.readers.shape import comparable
from rag.records import Block, BlockKind, Document

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_INVISIBLE = frozenset(
    {"head", "script", "style", "template", "noscript", "svg", "math", "iframe", "object"}
    | {"embed", "canvas", "audio", "video", "select", "datalist", "textarea", "input"}
)
_FURNITURE = frozenset({"nav", "footer", "aside", "button", "dialog", "menu"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "button", "caption", "center"}
    | {"dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure"}
    | {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html"}
    | {"legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table"}
    | {"tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
_ROLES = frozenset({"navigation", "banner", "contentinfo", "complementary", "search"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"[ \t\r\n\f]+")
# A line break of the source between two wide characters shows no space (CSS Text 3, 4.1.3).
_WIDE_BREAK = re.compile(
    r"(?<=[\u2e80-\u9fff\uff00-\uff60])[ \t]*\r?\n\s*(?=[\u2e80-\u9fff\uff00-\uff60])"
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_SELF_CLOSING = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"}
    | {"wbr", "p", "li", "dd", "dt", "tr", "td", "th", "option", "tbody", "thead", "tfoot"}
)
# The standard's algorithm looks up the open elements at every tag: time grows with the square.
_DEEPEST = 10_000
_CELL = "\0"
_LONGEST_ROW = 1000
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)")
_TITLE_PARTS = re.compile(r"\s+[-|–—_·]+\s+|[|_｜]|\s*--+\s*")
_META = {
    "date": ("article:published_time", "pubdate", "publishdate", "datepublished", "dc.date",
             "dc.date.issued", "dcterms.created", "og:release_date", "date"),
    "author": ("author", "article:author", "dc.creator", "byl"),
    "publisher": ("publisher", "source", "contentsource", "dc.publisher", "og:site_name"),
    "url": ("og:url",),
    "description": ("description", "og:description"),
}  # fmt: skip
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_html(path: Path) -> Iterable[Document]:
    """Read a page as one document.

    The text holds every visible line: paragraphs, headings, list items, table rows as
    ``cell | cell``. Navigation, footer, side matter and buttons are furniture. Title,
    date, author and publisher come from the page's own fields, else from its first lines.
    Raises UnreadableDocument as ``decode`` and ``read_bytes`` do, and for a page that
    shows no text.
    """
    from selectolax.lexbor import LexborHTMLParser

    data = read_bytes(path)
    decoded = decode(data, path=path, declared=_declared(data))
    if _nesting(decoded.text) > _DEEPEST:
        name = printable(path)
        raise UnreadableDocument(
            path,
            f"{name} nests its elements more than {_DEEPEST:,} deep; save the page as plain text.",
            f"{name} 的元素嵌套超过 {_DEEPEST:,} 层,请将网页另存为纯文本。",
        )
    tree = LexborHTMLParser(decoded.text)
    lines = _lines(tree.root) if tree.root is not None else []
    if not lines:
        raise empty(path)
    text, blocks = _assemble(lines)
    metadata = _metadata(tree)
    title = _title(tree, lines)
    marked = mark_furniture(text, blocks, title=title)
    return [
        Document(
            id="",
            source="",
            title=title or marked.title or printable(path.stem),
            text=text,
            metadata=marked.metadata | metadata | decoded.metadata(),
            blocks=marked.blocks,
        )
    ]


def _declared(data: bytes) -> str:
    head = data[:4096]
    match = _DECLARED.search(head) or _XML_DECLARED.match(head)
    return match.group(1).decode("ascii") if match else ""


def _nesting(text: str) -> int:
    """Return about how deep the elements of a page nest, without parsing it.

    Elements that close themselves (paragraphs, items, cells, void ones) are not counted.
    """
    depth = deepest = 0
    for match in _TAG.finditer(text):
        if match.group(2).lower() not in _SELF_CLOSING:
            depth = max(0, depth - 1) if match.group(1) else depth + 1
            deepest = max(deepest, depth)
    return deepest


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    furniture: bool
    level: int


class _Writer:
    """Collects the lines of a page while its tree is walked."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.parts: list[str] = []
        self.furniture = 0
        self.heading = 0
        self.preformatted = 0
        self.rows: list[bool] = []

    @property
    def in_row(self) -> bool:
        return bool(self.rows) and self.rows[-1]

    def write(self, text: str) -> None:
        if self.preformatted and not self.in_row:
            for number, line in enumerate(text.splitlines()):
                if number:
                    self.end_line()
                self.parts.append(line)
        else:
            self.parts.append(_SPACE.sub(" ", _WIDE_BREAK.sub("", text)))

    def end_line(self) -> None:
        """Close the line; within a table row only a space is set, the row is the line."""
        if self.in_row:
            self.parts.append(" ")
            return
        text = "".join(self.parts)
        self.parts = []
        text = text.strip() if not self.preformatted else text.rstrip()
        text = text if self.preformatted else _SPACE.sub(" ", text)
        if text.strip(" |\u3000\xa0"):
            self.lines.append(_Line(text, self.furniture > 0, self.heading))

    def start_row(self, *, is_data: bool) -> None:
        self.end_line()
        self.rows.append(is_data)

    def end_row(self) -> None:
        if not self.rows.pop():
            self.end_line()
            return
        cells = [" ".join(cell.split()) for cell in "".join(self.parts).split(_CELL)[1:]]
        while cells and not cells[-1]:
            cells.pop()
        self.parts = [" | ".join(cells)]
        self.end_line()

    def enter(self, node: LexborNode, *, furniture: bool) -> None:
        tag = node.tag
        if tag == "br" or tag in _BLOCKS:
            self.end_line()
        if tag in _HEADINGS:
            self.heading = _HEADINGS[tag]
        elif tag == "pre":
            self.preformatted += 1
        elif tag == "tr":
            self.start_row(is_data=not self.in_row and _is_data_row(node))
        elif tag in {"td", "th"} and self.in_row:
            self.parts.append(_CELL)
        self.furniture += furniture

    def leave(self, node: LexborNode, *, furniture: bool) -> None:
        tag = node.tag
        if tag == "tr" and self.rows:
            self.end_row()
        elif tag in _BLOCKS:
            self.end_line()
        if tag in _HEADINGS:
            self.heading = 0
        elif tag == "pre":
            self.preformatted -= 1
        self.furniture -= furniture


def _is_data_row(row: LexborNode) -> bool:
    """Tell a row of data from a row that lays out a page."""
    if row.css_first("table, h1, h2, h3") is not None or len(row.css("td, th")) < 2:
        return False
    return len(row.text()) <= _LONGEST_ROW


def _lines(root: LexborNode) -> list[_Line]:
    """Return the lines of a page; no recursion, for pages nest thousands deep."""
    writer = _Writer()
    stack: list[tuple[LexborNode, bool, bool]] = [(root, True, False)]
    while stack:
        node, entering, furniture = stack.pop()
        if node.is_text_node:
            writer.write(node.text_content or "")
            continue
        if not entering:
            writer.leave(node, furniture=furniture)
            continue
        furniture = _is_furniture(node)
        writer.enter(node, furniture=furniture)
        stack.append((node, False, furniture))
        children = []
        child = node.first_child
        while child is not None:
            if child.is_text_node or (child.is_element_node and _is_visible(child)):
                children.append((child, True, False))
            child = child.next
        stack.extend(reversed(children))
    writer.end_line()
    return writer.lines


def _is_visible(node: LexborNode) -> bool:
    if node.tag in _INVISIBLE:
        return False
    attributes = node.attributes
    return "hidden" not in attributes and not _HIDDEN_STYLE.search(attributes.get("style") or "")


def _is_furniture(node: LexborNode) -> bool:
    if node.tag in _FURNITURE or (node.attributes.get("role") or "").lower() in _ROLES:
        return True
    return node.tag == "header" and node.css_first("h1") is None


def _assemble(lines: list[_Line]) -> tuple[str, list[Block]]:
    blocks = []
    position = 0
    for line in lines:
        lead = len(line.text) - len(line.text.lstrip())
        kind = BlockKind.HEADING if line.level else BlockKind.BODY
        kind = BlockKind.FURNITURE if line.furniture else kind
        level = line.level if kind is BlockKind.HEADING else 0
        end = position + len(line.text.rstrip())
        blocks.append(Block(position + lead, end, kind, level))
        position += len(line.text) + 1
    return "\n".join(line.text for line in lines), blocks


def _metadata(tree: LexborHTMLParser) -> dict[str, str]:
    """Return what the page says of itself in its head."""
    fields: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
        value = " ".join((attributes.get("content") or "").split())
        if name and value:
            fields.setdefault(name.strip().lower(), value)
    metadata = {}
    for key, names in _META.items():
        value = next((fields[name] for name in names if name in fields), "")
        if key == "date":
            found = read_date_line(value)
            value = found.facts["date"] if found is not None else ""
        if value:
            metadata[key] = value
    link = tree.css_first('link[rel="canonical"][href]')
    if link is not None and "url" not in metadata and (url := link.attributes.get("href")):
        metadata["url"] = url
    return metadata


def _title(tree: LexborHTMLParser, lines: list[_Line]) -> str:
    """Return the title: a heading of the page if its title field holds one, else that field."""
    field = tree.css_first('meta[property="og:title"][content]')
    named = (field.attributes.get("content") or "") if field is not None else ""
    tag = tree.css_first("head > title")
    written = " ".join((named or (tag.text() if tag is not None else "")).split())
    headings = [line.text for line in lines if line.level and not line.furniture]
    for heading in headings:
        if len(comparable(heading)) >= 2 and comparable(heading) in comparable(written):
            return heading
    first = next((line.text for line in lines if line.level == 1 and not line.furniture), "")
    if first and not named:
        return first
    # The longest part is the title, the others name the site.
    return max(_TITLE_PARTS.split(written), key=len, default="").strip() or first
