"""Which reader reads which file: one suffix table, open to others through entry points."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import cast

from rag.errors import DocumentError, UnreadableDocument, UnsupportedDocument
from rag.readers.decoding import MAXIMUM_BYTES, check_file
from rag.readers.discovery import SourceFile, printable
from rag.readers.office import chosen, isolated_reader, isolated_suffixes, refuse_unread
from rag.readers.sniffing import kind_of
from rag.records import Block, BlockKind, Document

Reader = Callable[[Path], Iterable[Document]]
"""Reads one file. A document may leave ``id`` and ``source`` empty: they become the file's."""

ENTRY_POINT_GROUP = "rag.readers"
"""Entry points of this group add readers: the name is the suffix without its dot."""

_BUILT_IN = {
    ".txt": "rag.readers.plain:read_plain",
    ".text": "rag.readers.plain:read_plain",
    ".md": "rag.readers.markdown:read_markdown",
    ".markdown": "rag.readers.markdown:read_markdown",
    ".mdx": "rag.readers.markdown:read_markdown",
    ".rst": "rag.readers.restructured:read_restructured",
    ".adoc": "rag.readers.asciidoc:read_asciidoc",
    ".asciidoc": "rag.readers.asciidoc:read_asciidoc",
    ".csv": "rag.readers.delimited:read_delimited",
    ".tsv": "rag.readers.delimited:read_delimited",
    ".jsonl": "rag.readers.jsonl:read_jsonl",
    ".html": "rag.readers.html:read_html",
    ".htm": "rag.readers.html:read_html",
}
# Read line by line, each line with a limit of its own; the file may be as large as it likes.
_STREAMED = frozenset({".jsonl"})


@cache
def _plugins() -> dict[str, EntryPoint]:
    return {
        f".{point.name.lstrip('.').lower()}": point
        for point in entry_points(group=ENTRY_POINT_GROUP)
    }


def supported_suffixes() -> tuple[str, ...]:
    """Return every suffix that has a reader, in lower case with its dot, sorted."""
    return tuple(sorted(_BUILT_IN.keys() | _plugins().keys() | set(isolated_suffixes())))


def _reader(suffix: str) -> Reader | None:
    if suffix in _BUILT_IN:
        module, name = _BUILT_IN[suffix].split(":")
        return cast("Reader", getattr(import_module(module), name))
    if suffix in _plugins():
        return cast("Reader", _plugins()[suffix].load())
    return isolated_reader(suffix)


def _kind(path: Path) -> str:
    """Return the suffix of the reader for a file: by its content where its name says another."""
    suffix = path.suffix.lower()
    if suffix in _plugins() and suffix not in _BUILT_IN:
        return suffix
    return chosen(suffix, kind_of(path), _BUILT_IN)


def iterate_documents(
    source: SourceFile, *, maximum_bytes: int = MAXIMUM_BYTES
) -> Iterator[Document]:
    """Yield the documents of a file one by one; see ``read_documents``.

    A damaged line of a corpus raises when it is reached, after the documents before it.
    """
    path = source.path
    if path.is_dir():
        check_file(path, maximum_bytes=None)
    suffix = _kind(path)
    refuse_unread(path, suffix)
    if suffix not in supported_suffixes():
        known = " ".join(supported_suffixes())
        name = printable(path)
        raise UnsupportedDocument(
            path,
            f"{name} has no reader; convert it to one of {known}.",
            f"{name} 的格式不受支持,请转换为 {known} 之一。",
        )
    check_file(path, maximum_bytes=None if suffix in _STREAMED else maximum_bytes)
    reader = _reader(suffix)
    assert reader is not None
    try:
        for document in reader(path):
            yield _completed(document, source)
    except DocumentError:
        raise
    except Exception as error:
        name = printable(path)
        reason = f"{type(error).__name__}: {error}"
        raise UnreadableDocument(
            path,
            f"{name} could not be read ({reason}); check the file or its reader.",
            f"{name} 读取失败({reason}),请检查该文件或其读取器。",
        ) from error


def read_documents(source: SourceFile, *, maximum_bytes: int = MAXIMUM_BYTES) -> list[Document]:
    """Return the documents of a file: one, or one for each line of a corpus file.

    ``maximum_bytes`` limits the size of a file that is read whole; a corpus is read line
    by line and limited by line. Every document has an id, a source, and blocks that cover
    its text. Raises UnsupportedDocument where no reader is registered for the suffix,
    UnreadableDocument for a damaged, binary, undecodable, forbidden, empty or too large
    file; nothing of a file is returned when any part of it fails.
    """
    return list(iterate_documents(source, maximum_bytes=maximum_bytes))


def _completed(document: Document, source: SourceFile) -> Document:
    return replace(
        document,
        # What is inside a file is named after it.
        id=source.id + document.id if document.id[:1] in {"", "#"} else document.id,
        source=document.source or printable(source.path),
        blocks=document.blocks or (Block(BlockKind.PARAGRAPH, 0, len(document.text)),),
    )
