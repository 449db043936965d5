"""Web pages: the text they show, with the page's own structure.

selectolax (the Lexbor parser) is used because it follows the HTML standard as browsers
do and keeps everything: libxml2 drops what is nested deeply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UnreadableDocument
from rag.readers.dateline import read_date_line
from rag.readers.decoding import decode, empty, read_bytes
from rag.readers.discovery import printable
from rag.readers.drafting import Draft
from rag.readers.finishing import finish, groups
from rag.readers.html_blocks import read_tree
from rag.readers.shape import comparable
from rag.records import BlockKind, Document

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_SELF_CLOSING = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track"}
    | {"wbr", "p", "li", "dd", "dt", "tr", "td", "th", "option", "tbody", "thead", "tfoot"}
)
# The standard's algorithm looks up the open elements at every tag: time grows with the square.
_DEEPEST = 10_000
_SEGMENT = re.compile(r">([^<]+)")
_LOOKAHEAD = 40
"""Texts searched ahead for the one a page shows: between them stand those it hides."""
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


def read_html(path: Path) -> Iterable[Document]:
    """Read a page as one document.

    Its blocks are those of its elements; navigation, the page's own header and footer and
    buttons are set aside. Title, date, author and publisher come from the page's own fields, else
    from its first lines. Raises UnreadableDocument as ``decode`` and ``read_bytes`` do, and for a
    page that shows no text.
    """
    data = read_bytes(path)
    decoded = decode(data, path=path, declared=_declared(data))
    if _nesting(decoded.text) > _DEEPEST:
        name = printable(path)
        raise UnreadableDocument(
            path,
            f"{name} nests its elements more than {_DEEPEST:,} deep; save the page as plain text.",
            f"{name} 的元素嵌套超过 {_DEEPEST:,} 层,请将网页另存为纯文本。",
        )
    document = page_document(decoded.text, fallback=printable(path.stem))
    if not document.text.strip():
        raise empty(path)
    return [replace(document, metadata=dict(document.metadata) | decoded.metadata())]


def page_document(source: str, *, fallback: str) -> Document:
    """Return the document of a page's source; without text where the page shows none.

    ``fallback`` is the title of a page that has none. Id and source are left empty.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(source)
    group = groups()
    drafts = read_tree(tree.root, group, _Lines(source)) if tree.root is not None else []
    return finish(
        drafts,
        group=group,
        title=_title(tree, drafts),
        fallback=fallback,
        metadata=_metadata(tree),
    )


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


class _Lines:
    """Tells the line of each text of a page, asked in the order of the page."""

    def __init__(self, source: str) -> None:
        self._segments: list[tuple[str, int]] = []
        line, position = 1, 0
        for match in _SEGMENT.finditer(source):
            text = match.group(1)
            if text.strip():
                line += source.count("\n", position, match.start(1))
                position = match.start(1)
                lead = len(text) - len(text.lstrip())
                self._segments.append((unescape(text).strip(), line + text[:lead].count("\n")))
        self._next = 0

    def __call__(self, text: str) -> int:
        wanted = text.strip()
        for number in range(self._next, min(self._next + _LOOKAHEAD, len(self._segments))):
            if self._segments[number][0] == wanted:
                self._next = number + 1
                return self._segments[number][1]
        return 0


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


def _title(tree: LexborHTMLParser, drafts: Sequence[Draft]) -> str:
    """Return the title: a heading of the page if its title field holds one, else that field."""
    field = tree.css_first('meta[property="og:title"][content]')
    named = (field.attributes.get("content") or "") if field is not None else ""
    tag = tree.css_first("head > title")
    written = " ".join((named or (tag.text() if tag is not None else "")).split())
    headings = [
        draft.text for draft in drafts if draft.kind is BlockKind.HEADING and draft.aside is None
    ]
    longest = max((len(comparable(part)) for part in _TITLE_PARTS.split(written)), default=0)
    for heading in headings:
        form = comparable(heading)
        # A short heading may stand in any title by chance ("GIT" in "git-worktree(1)").
        if len(form) >= 2 and 2 * len(form) >= longest and form in comparable(written):
            return heading
    first = next(
        (draft.text for draft in drafts if draft.level == 1 and draft.kind is BlockKind.HEADING), ""
    )
    if first and not named:
        return first
    # The longest part is the title, the others name the site.
    return max(_TITLE_PARTS.split(written), key=len, default="").strip() or first
