"""E-books (.epub): the chapters in their order, each read as the page it is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

from rag.errors import UnreadableDocument
from rag.readers.decoding import decode, empty
from rag.readers.discovery import printable
from rag.readers.html import page_document
from rag.readers.packages import Node, Package, damaged, locked, read_tree, resolved
from rag.readers.placing import merged
from rag.records import Document

_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})


def read_epub(path: Path) -> Iterable[Document]:
    """Read an e-book as one document; the part of a place is the chapter's file.

    Contents pages are left out. Raises UnreadableDocument for a book that is damaged, protected
    or without text.
    """
    with Package(path) as package:
        if package.has("META-INF/rights.xml") or _protected(package):
            raise locked(path)
        container = package.tree("META-INF/container.xml").first("rootfile")
        main = container.get("full-path") if container is not None else ""
        book = _without_doctype(path, package.read(main)) if main else Node("", {})
        if not book.name:
            raise damaged(path, main or "META-INF/container.xml")
        folder = main.rpartition("/")[0]
        manifest = {node.get("id"): node for node in book.all("item")}
        parts: list[tuple[str, Document]] = []
        for entry in book.all("itemref"):
            item = manifest.get(entry.get("idref"))
            if (
                item is None
                or item.get("media-type") not in _PAGES
                or "nav" in item.get("properties")
            ):
                continue
            name = resolved(folder, unquote(item.get("href")))
            data = package.read(name)
            if not data:
                continue
            try:
                text = decode(data, path=path).text
            except UnreadableDocument:
                continue
            chapter = page_document(text, fallback="")
            if chapter.text.strip():
                parts.append((name.rpartition("/")[2], chapter))
        stated = _metadata(book)
    if not parts:
        raise empty(path)
    title = stated.pop("title", "") or printable(path.stem)
    return [merged(parts, title=title, metadata=stated)]


def _protected(package: Package) -> bool:
    """Tell a book whose pages are encrypted; fonts alone may be."""
    root = package.tree("META-INF/encryption.xml")
    names = [node.get("URI") for node in root.all("CipherReference")]
    return any(name.lower().endswith((".xhtml", ".html", ".htm")) for name in names)


def _without_doctype(path: Path, data: bytes) -> Node:
    """Return the book's own description; old ones have a document type that names no entity."""
    start = data.find(b"<!DOCTYPE", 0, 2000)
    if start >= 0:
        end = data.find(b">", start)
        if b"[" in data[start:end]:
            raise damaged(path, "a document type declaration")
        data = data[:start] + data[end + 1 :]
    return read_tree(path, data)


def _metadata(book: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, name in (
        ("title", "title"),
        ("author", "creator"),
        ("publisher", "publisher"),
        ("date", "date"),
    ):
        node = book.first(name)
        value = " ".join(node.whole_text().split()) if node is not None else ""
        if value:
            found[key] = value[:10] if key == "date" else value
    return found
