"""Zip packages of office files, opened without trust: sizes, numbers and nesting are limited.

XML is read as a stream by expat: a document type declaration is refused, so that no entity is
ever defined or fetched.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from rag.errors import UnreadableDocument
from rag.readers.discovery import printable

LARGEST_PART = 300_000_000
"""Bytes one part of a package may unpack to."""
MOST_PARTS = 20_000
DEEPEST = 256
"""Levels of nested elements."""
_PIECE = 1 << 16


class Package:
    """An open zip package; parts are read within limits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise damaged(path, str(error)) from error
        self._names = {name.lower(): name for name in self._file.namelist()}
        if len(self._names) > MOST_PARTS:
            self._file.close()
            raise damaged(path, f"{len(self._names):,} parts")

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def names(self) -> list[str]:
        """Return the names of all parts, in the order of the package."""
        return self._file.namelist()

    def has(self, name: str) -> bool:
        """Tell whether there is a part of this name, in letters of any case."""
        return name.lstrip("/").lower() in self._names

    def read(self, name: str, *, most: int = LARGEST_PART) -> bytes:
        """Return a part unpacked; empty where there is none. Raises UnreadableDocument."""
        real = self._names.get(name.lstrip("/").lower())
        if real is None:
            return b""
        info = self._file.getinfo(real)
        if info.file_size > most:
            raise _too_large(self.path, real)
        if info.flag_bits & 1:
            raise locked(self.path)
        found = bytearray()
        try:
            with self._file.open(info) as part:
                # A header may lie about the size: what comes out is counted.
                while piece := part.read(_PIECE):
                    found += piece
                    if len(found) > most:
                        raise _too_large(self.path, real)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise damaged(self.path, f"{real}: {error}") from error
        except Exception as error:
            if type(error).__name__ != "error":
                raise
            raise damaged(self.path, f"{real}: {error}") from error
        return bytes(found)

    def parse(
        self,
        name: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None],
        text: Callable[[str], None],
    ) -> None:
        """Read an XML part; names come without their namespace (``w:p`` is ``p``)."""
        data = self.read(name)
        if data:
            parse_xml(self.path, data, start, end, text, part=name)

    def tree(self, name: str) -> Node:
        """Return an XML part as nodes; an empty node where there is none."""
        data = self.read(name)
        return read_tree(self.path, data, part=name) if data else Node("", {})


class Node:
    """An element: its name and attributes without namespaces, its children and its text."""

    __slots__ = ("attributes", "children", "name", "tail", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Node] = []
        self.text = ""
        self.tail = ""

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def child(self, name: str) -> Node | None:
        """Return the first child of a name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, *names: str) -> list[Node]:
        """Return all elements below of the names, in order."""
        found: list[Node] = []
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            if node.name in names:
                found.append(node)
            waiting.extend(reversed(node.children))
        return found

    def first(self, name: str) -> Node | None:
        """Return the first element of a name below."""
        return next(iter(self.all(name)), None)

    def whole_text(self) -> str:
        """Return the text of the element and all below."""
        parts = [self.text]
        for child in self.children:
            parts += [child.whole_text(), child.tail]
        return "".join(parts)


def read_tree(path: Path, data: bytes, *, part: str = "") -> Node:
    """Return the root of an XML text as nodes; raises UnreadableDocument."""
    root = Node("", {})
    stack = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        node = Node(name, attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_: str) -> None:
        stack.pop()

    def text(value: str) -> None:
        if stack[-1].children:
            stack[-1].children[-1].tail += value
        else:
            stack[-1].text += value

    parse_xml(path, data, start, end, text, part=part)
    return root.children[0] if root.children else root


def parse_xml(
    path: Path,
    data: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
    *,
    part: str = "",
) -> None:
    """Parse an XML text; raises UnreadableDocument for one that is damaged or a trap."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise damaged(path, f"{part}: elements nested more than {DEEPEST} deep")
        # ``r:id`` counts more than ``id`` where an element has both.
        names = sorted(attributes, key=lambda key: ":" in key)
        bare = {key.rpartition(":")[2]: attributes[key] for key in names}
        start(name.rpartition(":")[2], bare)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name.rpartition(":")[2])

    def refused(*_: object) -> NoReturn:
        raise damaged(path, f"{part}: a document type declaration")

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refused
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise damaged(path, f"{part}: {error}") from error


def relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Return the relations of a part: id to kind (last word of its type) and target part."""
    folder, _, name = part.rpartition("/")
    found: dict[str, tuple[str, str]] = {}
    for node in package.tree(f"{folder}/_rels/{name}.rels".lstrip("/")).all("Relationship"):
        target = node.get("Target")
        if node.get("TargetMode") != "External":
            target = resolved(folder, target)
        found[node.get("Id")] = (node.get("Type").rpartition("/")[2], target)
    return found


def resolved(folder: str, target: str) -> str:
    """Return a part's name from a reference that is relative to a folder of the package."""
    if target.startswith("/"):
        return target.lstrip("/")
    steps = [step for step in folder.split("/") if step]
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)


def core_properties(package: Package) -> dict[str, str]:
    """Return title, author and date that an office package states."""
    root = package.tree("docProps/core.xml")
    found: dict[str, str] = {}
    for key, name in (("title", "title"), ("author", "creator"), ("modified", "modified")):
        node = root.child(name)
        value = " ".join(node.text.split()) if node is not None else ""
        if value:
            found[key] = value[:10] if key == "modified" else value
    return found


def damaged(path: Path, reason: str) -> UnreadableDocument:
    """Return the refusal of a file whose content is not what its format says."""
    name = printable(path)
    return UnreadableDocument(
        path,
        f"{name} is damaged or not safe to read ({reason}); open it and save it again.",
        f"{name} 已损坏或不能安全读取({reason}),请打开后重新保存。",
    )


def locked(path: Path) -> UnreadableDocument:
    """Return the refusal of a file that a password protects."""
    name = printable(path)
    return UnreadableDocument(
        path,
        f"{name} is locked with a password; save a copy without one.",
        f"{name} 有密码保护,请另存一份没有密码的文件。",
    )


def _too_large(path: Path, part: str) -> UnreadableDocument:
    name = printable(path)
    limit = LARGEST_PART // 1_000_000
    return UnreadableDocument(
        path,
        f"{name}: its part {part} unpacks to more than {limit} MB; split the file.",
        f"{name} 中的 {part} 解压后超过 {limit} MB,请拆分文件。",
    )
