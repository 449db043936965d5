"""Which changes make an index agree with its sources: decided on names and digests alone.

The catalogue knows what the index will hold once all steps planned so far are carried out. Each
step is a list of operations that belong into one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import PurePath
from typing import TypeAlias

from rag.index.rows import content_of, digest_of, encodable
from rag.records import Document, Refusal


@dataclass(frozen=True, slots=True)
class Put:
    """Store ``document``, found at ``path``, in the place of the document ``replaces``."""

    document: Document
    path: str
    place_id: str
    named: bool
    digest: bytes
    content: bytes
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Attach:
    """Remember that the document ``id`` is also found at ``path``."""

    id: str
    path: str
    place_id: str


@dataclass(frozen=True, slots=True)
class Detach:
    """Forget that a document was found at ``path``."""

    path: str
    place_id: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the document ``id`` a new id and source: the place it was named after is gone."""

    id: str
    new_id: str
    source: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the document ``id``, its passages, vectors and words."""

    id: str


Operation: TypeAlias = Put | Attach | Detach | Rename | Delete


class Change(Enum):
    """What a step means for the report."""

    ADDED = auto()
    UNCHANGED = auto()
    REPLACED = auto()
    REMOVED = auto()
    DUPLICATE = auto()
    FORGOTTEN = auto()
    """One of several places of a document is gone; the document stays."""


@dataclass(frozen=True, slots=True)
class Step:
    """Operations that are carried out together or not at all."""

    change: Change
    operations: tuple[Operation, ...] = ()


@dataclass(slots=True)
class Entry:
    """A document as the catalogue knows it; ``places`` maps (path, id there) in order."""

    id: str
    source: str
    named: bool
    digest: bytes
    content: bytes
    places: dict[tuple[str, str], None] = field(default_factory=dict)


class Catalogue:
    """The documents of an index and the places they were found at.

    Sources are planned one after the other: ``begin``, ``plan`` for each document, ``finish``.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._path = ""
        self._read: set[str] = set()
        self._kept: set[str] = set()
        self._by_id: dict[str, Entry] = {}
        self._by_content: dict[bytes, Entry] = {}
        self._by_path: dict[str, dict[str, Entry]] = {}
        for entry in entries:
            self._add(entry)

    def count_at(self, path: str) -> int:
        """Return how many documents the source at ``path`` holds."""
        return len(self._by_path.get(path, ()))

    def begin(self, path: str) -> None:
        """Start to plan the source at ``path``."""
        self._path = path
        self._read = set()
        self._kept = set()

    def plan(
        self, document: Document, *, named: bool, leaving: Collection[str] = ()
    ) -> Step | Refusal:
        """Plan what to do with ``document``, just read from the source.

        ``named`` says that its id is its own, from a corpus file; else the id is derived from the
        path, and a document that says the same is the same document. A document found only at
        this source and at paths in ``leaving`` may be replaced.
        """
        if not encodable(document):
            return Refusal(
                self._path,
                f"The document {_shown(document.id)} holds half of a surrogate pair and cannot be "
                "stored; repair its text.",
                f"文档 {_shown(document.id)} 含有不成对的代理字符，无法保存；请修正其文本。",
            )
        if document.id in self._read:
            return self._twice(document)
        self._read.add(document.id)
        return self._plan_named(document, leaving) if named else self._plan_unnamed(document)

    def finish(self) -> list[Step]:
        """Plan the removal of what the source no longer holds."""
        steps = []
        for name in [name for name in self._places() if name not in self._kept]:
            operations = self._leave(self._path, name)
            gone = isinstance(operations[0], Delete)
            steps.append(Step(Change.REMOVED if gone else Change.FORGOTTEN, tuple(operations)))
        return steps

    def remove(self, identity: str) -> Step | None:
        """Plan the removal of a document from every place; None where it is unknown."""
        entry = self._by_id.get(identity)
        if entry is None:
            return None
        self._forget(entry)
        return Step(Change.REMOVED, (Delete(identity),))

    def paths_of(self, identity: str) -> list[str]:
        """Return the paths a document was found at."""
        entry = self._by_id.get(identity)
        return list(dict.fromkeys(path for path, _ in entry.places)) if entry else []

    def _places(self) -> dict[str, Entry]:
        return self._by_path.get(self._path, {})

    def _twice(self, document: Document) -> Step | Refusal:
        entry = self._places().get(document.id)
        if entry is not None and entry.digest == digest_of(document):
            return Step(Change.DUPLICATE)
        return Refusal(
            self._path,
            f"The id {document.id!r} stands for two different documents in this file; the second "
            "was left out: give it an id of its own.",
            f"该文件中两篇不同的文档使用了同一个 id {document.id!r}，第二篇未收入；"
            "请改用不同的 id。",
        )

    def _plan_named(self, document: Document, leaving: Collection[str]) -> Step | Refusal:
        digest, content = digest_of(document), content_of(document)
        put = Put(document, self._path, document.id, True, digest, content)
        entry = self._by_id.get(document.id)
        if entry is None:
            return self._put(put)
        if not entry.named:
            return Refusal(
                self._path,
                f"The id {document.id!r} is already the name of a file; give this document "
                "another id.",
                f"id {document.id!r} 已是某个文件的名称；请为该文档改用其他 id。",
            )
        if entry.digest == digest:
            return self._attach(entry, document.id)
        others = [path for path, _ in entry.places if path != self._path and path not in leaving]
        if others:
            return Refusal(
                self._path,
                f"The id {document.id!r} already stands for another text, from {others[0]}; give "
                "one of them another id (if that file is gone, run again with --remove-missing).",
                f"id {document.id!r} 已用于另一篇文本（来自 {others[0]}）；请为其中一篇改用其他 id"
                "（若该文件已不存在，请加上 --remove-missing 重新运行）。",
            )
        self._forget(entry)
        return self._put(replace(put, replaces=entry.id), Change.REPLACED)

    def _plan_unnamed(self, document: Document) -> Step:
        digest, content = digest_of(document), content_of(document)
        # A file keeps the id it once got, however the folder it is reached by is named today.
        place_id, old = next(
            ((name, entry) for name, entry in self._places().items() if not entry.named),
            (document.id, None),
        )
        same = self._by_content.get(content)
        if same is not None and (same is not old or len(same.places) > 1 or same.digest == digest):
            leave = self._leave(self._path, place_id) if old is not None and same is not old else []
            step = self._attach(same, place_id)
            return Step(step.change, (*leave, *step.operations))
        put = Put(document, self._path, place_id, False, digest, content)
        if old is not None and len(old.places) == 1:
            self._forget(old)
            put = replace(put, document=replace(document, id=old.id), replaces=old.id)
            return self._put(put, Change.REPLACED)
        leave = self._leave(self._path, place_id) if old is not None else []
        identity = self._free_id(place_id, self._path)
        step = self._put(replace(put, document=replace(document, id=identity)))
        change = Change.ADDED if old is None else Change.REPLACED
        return Step(change, (*leave, *step.operations))

    def _attach(self, entry: Entry, place_id: str) -> Step:
        self._kept.add(place_id)
        if (self._path, place_id) in entry.places:
            return Step(Change.UNCHANGED)
        entry.places[self._path, place_id] = None
        self._by_path.setdefault(self._path, {})[place_id] = entry
        return Step(Change.DUPLICATE, (Attach(entry.id, self._path, place_id),))

    def _put(self, put: Put, change: Change = Change.ADDED) -> Step:
        self._kept.add(put.place_id)
        document = put.document
        entry = Entry(document.id, document.source, put.named, put.digest, put.content)
        entry.places[put.path, put.place_id] = None
        self._add(entry)
        return Step(change, (put,))

    def _leave(self, path: str, place_id: str) -> list[Operation]:
        """Forget one place of a document, and the document with its last place."""
        entry = self._by_path[path][place_id]
        if len(entry.places) == 1:
            self._forget(entry)
            return [Delete(entry.id)]
        del entry.places[path, place_id]
        del self._by_path[path][place_id]
        operations: list[Operation] = [Detach(path, place_id)]
        if entry.source == path or entry.source.startswith(f"{path}#"):
            new_path, new_place_id = next(iter(entry.places))
            self._forget(entry)
            old_id = entry.id
            entry.source = new_path + entry.source[len(path) :]
            if not entry.named:
                entry.id = self._free_id(new_place_id, new_path)
            self._add(entry)
            operations.append(Rename(old_id, entry.id, entry.source))
        return operations

    def _free_id(self, wanted: str, path: str) -> str:
        """Return ``wanted``, else with as many folders before it as make it the only one."""
        parts = PurePath(path).parts
        longer = ("/".join(parts[-count:]) for count in range(1, len(parts)))
        candidates = [wanted, *(name for name in longer if len(name) > len(wanted)), path]
        for candidate in candidates:
            if candidate not in self._by_id:
                return candidate
        number = 2
        while f"{path}~{number}" in self._by_id:
            number += 1
        return f"{path}~{number}"

    def _add(self, entry: Entry) -> None:
        self._by_id[entry.id] = entry
        if not entry.named:
            self._by_content[entry.content] = entry
        for path, name in entry.places:
            self._by_path.setdefault(path, {})[name] = entry

    def _forget(self, entry: Entry) -> None:
        del self._by_id[entry.id]
        for path, name in entry.places:
            del self._by_path[path][name]
        if not entry.named:
            del self._by_content[entry.content]


def _shown(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()
