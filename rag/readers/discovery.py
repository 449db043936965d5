"""Find the files under the paths a user gives."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.errors import DocumentError, UsageError


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read.

    ``path`` is absolute; ``id`` is the POSIX path relative to the folder that was given
    (the file name where a file was given); ``size`` in bytes, 0 where it cannot be told.
    """

    path: Path
    id: str
    size: int


def discover(paths: Sequence[Path]) -> list[SourceFile]:
    """Return every file under the paths: recursive, sorted by path, each file once.

    Hidden files and folders inside a folder are skipped. Files without a reader, broken
    links and folders that cannot be listed are returned too: reading them raises the
    error that names them, so nothing is lost without a word. Where two folders give the
    same id, the folder's name is put in front of it.

    Raises UsageError for no path at all, DocumentError for a missing path and for a
    folder without any file.
    """
    if not paths:
        raise UsageError(
            "No path was given; name a file or a folder to index.",
            "没有给出路径,请指定要索引的文件或文件夹。",
        )
    found: dict[Path, tuple[Path, SourceFile]] = {}
    seen: set[str] = set()
    for given in paths:
        # Not resolved: a link keeps the name the user knows.
        root = Path(os.path.abspath(Path(given).expanduser()))  # noqa: PTH100
        for source in _sources(root):
            real = os.path.realpath(source.path)
            if real not in seen:
                seen.add(real)
                found[source.path] = (root, source)
    ordered = [found[path] for path in sorted(found)]
    return _distinct(ordered)


def _sources(root: Path) -> list[SourceFile]:
    if not os.path.lexists(root):
        raise DocumentError(
            root,
            f"{printable(root)} does not exist; check the path.",
            f"{printable(root)} 不存在,请检查路径。",
        )
    if not root.is_dir():
        return [_source(root, printable(root.name))]
    sources = sorted(_walk(root), key=lambda source: source.path)
    if not sources:
        raise DocumentError(
            root,
            f"{printable(root)} holds no file; put documents there or give another folder.",
            f"{printable(root)} 中没有文件,请放入文档或指定其他文件夹。",
        )
    return sources


def _walk(root: Path) -> Iterator[SourceFile]:
    """Yield the files below a folder; each real folder is entered once, so loops end."""
    entered: set[str] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        real = os.path.realpath(folder)
        if real in entered:
            continue
        entered.add(real)
        try:
            entries = sorted(folder.iterdir())
        except OSError:
            # Handed on as a source: reading it raises the refusal that names it.
            yield _source(folder, _relative(folder, root))
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                waiting.append(entry)
            else:
                yield _source(entry, _relative(entry, root))


def _relative(path: Path, root: Path) -> str:
    return printable(path.relative_to(root).as_posix() if path != root else root.name)


def _source(path: Path, identity: str) -> SourceFile:
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    return SourceFile(path=path, id=identity, size=size)


def printable(path: Path | str) -> str:
    """Return a path as text that any store and terminal takes; odd bytes become escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _distinct(ordered: Sequence[tuple[Path, SourceFile]]) -> list[SourceFile]:
    """Put the names of the folders given in front of ids that occur twice, until none does."""
    counts = Counter(source.id for _, source in ordered)
    result = []
    used = {identity for identity, count in counts.items() if count == 1}
    for root, source in ordered:
        identity = source.id
        parents = root if root != source.path else root.parent
        while counts[source.id] > 1 and (identity == source.id or identity in used):
            identity = f"{printable(parents.name)}/{identity}"
            if parents == parents.parent:
                break
            parents = parents.parent
        used.add(identity)
        result.append(source if identity == source.id else replace(source, id=identity))
    return result
