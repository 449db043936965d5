"""Corpora: one JSON object a line, ``{"id", "title", "text", ...}``, each one document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from rag.errors import UnreadableDocument
from rag.readers.decoding import BYTE_ORDER_MARKS, Decoded, decode, read_head
from rag.readers.discovery import printable
from rag.readers.shape import line_spans
from rag.records import Block, BlockKind, Document, Place

MAXIMUM_LINE = 32_000_000
"""Bytes of the longest line accepted: one document, not a whole corpus on one line."""


def read_jsonl(path: Path) -> Iterator[Document]:
    """Yield one document a line, as a stream.

    ``id`` and ``text`` are required (an integer id becomes a string); ``title`` may be
    absent. Other strings, numbers and truth values become metadata. ``Document.text`` is
    exactly the field; its paragraphs are its lines. Blank lines are skipped.

    Raises UnreadableDocument with the line number for a line that is no JSON object, too
    long, without id or text, or whose id came before; and for a file without any document.
    """
    head = _encoding(path)
    seen: dict[str, int] = {}
    for number, line in _lines(path, head):
        if not line.strip():
            continue
        document = _document(line, path, number, head)
        if document.id in seen:
            raise _refusal(
                path,
                number,
                f'the id "{document.id}" was used in line {seen[document.id]}',
                f"id “{document.id}”已在第 {seen[document.id]} 行使用",
            )
        seen[document.id] = number
        yield document
    if not seen:
        raise UnreadableDocument(
            path,
            f"{printable(path)} holds no document; give one JSON object a line.",
            f"{printable(path)} 中没有文档,请每行提供一个 JSON 对象。",
        )


def _encoding(path: Path) -> Decoded:
    """Tell the encoding of a corpus from its first lines (the text returned is empty)."""
    head = read_head(path, minimum=65_536, maximum=1_000_000)
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return Decoded("", encoding, byte_order_mark=True)
    # JSON starts with an ASCII character, so the place of the zero tells UTF-16 (RFC 4627, 3).
    for start, encoding in ((b"{\0", "utf-16-le"), (b"\0{", "utf-16-be")):
        if head.startswith(start):
            return Decoded("", encoding)
    try:
        return Decoded("", _decode_head(head, path))
    except UnreadableDocument:
        if not head.lstrip().startswith(b"{"):
            raise
        # Reading it as UTF-8 finds the damaged line and names it.
        return Decoded("", "utf-8")


def _decode_head(head: bytes, path: Path) -> str:
    """Return the encoding of whole lines, or of one long line that may be cut in a character."""
    if not head.endswith(b"\n"):
        for length in range(len(head), len(head) - 4, -1):
            with suppress(UnreadableDocument):
                return decode(head[:length], path=path).encoding
    return decode(head, path=path).encoding


def _lines(path: Path, head: Decoded) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; a line is decoded when it is reached."""
    if head.encoding.startswith(("utf-16", "utf-32")):
        yield from _wide_lines(path, head)
        return
    with path.open("rb") as file:
        if head.byte_order_mark:
            file.read(len("\ufeff".encode(head.encoding)))
        number = 0
        # No encoding but UTF-16 and UTF-32 has a line feed inside a longer character.
        while data := file.readline(MAXIMUM_LINE + 1):
            number += 1
            if len(data) > MAXIMUM_LINE:
                raise _too_long(path, number)
            try:
                yield number, data.decode(head.encoding)
            except UnicodeDecodeError as error:
                raise _undecodable(path, number, head.encoding) from error


def _wide_lines(path: Path, head: Decoded) -> Iterator[tuple[int, str]]:
    with path.open(encoding=head.encoding, errors="strict", newline="\n") as file:
        if head.byte_order_mark:
            file.read(1)
        number = 0
        while True:
            number += 1
            try:
                line = file.readline(MAXIMUM_LINE // 2 + 1)
            except UnicodeDecodeError as error:
                raise _undecodable(path, number, head.encoding) from error
            if not line:
                return
            if len(line) > MAXIMUM_LINE // 2:
                raise _too_long(path, number)
            yield number, line


def _undecodable(path: Path, number: int, encoding: str) -> UnreadableDocument:
    return _refusal(
        path,
        number,
        f"it is not valid {encoding}; save the file as UTF-8",
        f"不是有效的 {encoding},请另存为 UTF-8",
    )


def _too_long(path: Path, number: int) -> UnreadableDocument:
    return _refusal(
        path,
        number,
        f"it is longer than {MAXIMUM_LINE / 1e6:.0f} MB; split the document",
        f"超过 {MAXIMUM_LINE / 1e6:.0f} MB,请拆分该文档",
    )


def _refusal(path: Path, number: int, reason: str, chinese: str) -> UnreadableDocument:
    name = printable(path)
    return UnreadableDocument(
        path,
        f"{name}, line {number}: {reason}; correct that line.",
        f"{name} 第 {number} 行:{chinese},请更正该行。",
    )


def _document(line: str, path: Path, number: int, head: Decoded) -> Document:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise _refusal(
            path, number, f"it is not JSON ({reason})", f"不是有效的 JSON({reason})"
        ) from error
    if not isinstance(record, dict):
        raise _refusal(path, number, "it is not a JSON object", "不是 JSON 对象")
    identity = _identity(record, path, number)
    text = _string(record, "text", path, number)
    if not text.strip():
        raise _refusal(path, number, "its text is empty", "text 为空")
    title = _string(record, "title", path, number) if record.get("title") is not None else ""
    metadata = {
        name: _scalar(value)
        for name, value in record.items()
        if name not in {"id", "title", "text"}
        and isinstance(value, str | int | float)
        and _storable(f"{name}{value}")
    }
    return Document(
        id=identity,
        source=f"{printable(path)}#{identity}",
        title=" ".join(title.split()),
        text=text,
        metadata=metadata | head.metadata(),
        blocks=tuple(Block(BlockKind.PARAGRAPH, a, b) for a, b in line_spans(text)),
        places=(Place(0, number),),
    )


def _identity(record: dict[str, Any], path: Path, number: int) -> str:
    identity = record.get("id")
    if isinstance(identity, int) and not isinstance(identity, bool):
        return str(identity)
    if not isinstance(identity, str) or not identity.strip() or not _storable(identity):
        raise _refusal(
            path, number, 'it has no "id" (a string that is not empty)', "缺少 id(非空字符串)"
        )
    return identity


def _string(record: dict[str, Any], name: str, path: Path, number: int) -> str:
    value = record.get(name)
    if not isinstance(value, str):
        raise _refusal(path, number, f'it has no "{name}" (a string)', f"缺少 {name}(字符串)")
    if not _storable(value):
        raise _refusal(
            path,
            number,
            f'its "{name}" holds half a character (a lone surrogate) or a NUL',
            f"{name} 含有半个字符(孤立代理项)或 NUL",
        )
    return value


def _storable(text: str) -> bool:
    return "\0" not in text and not re.search(r"[\ud800-\udfff]", text)


def _scalar(value: str | float) -> str:
    return value if isinstance(value, str) else json.dumps(value)
