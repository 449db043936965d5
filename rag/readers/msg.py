"""Outlook's own mail files (.msg)."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rag.readers.decoding import decode, empty
from rag.readers.discovery import printable
from rag.readers.drafting import Draft, Line
from rag.readers.finishing import groups, write
from rag.readers.html import page_document
from rag.readers.nested import Found, read_nested
from rag.readers.packages import damaged
from rag.readers.placing import merged
from rag.readers.plain import structure
from rag.records import BlockKind, Document

if TYPE_CHECKING:
    from olefile import OleFileIO

_SUBJECT, _SENDER, _ADDRESS, _TO, _CC = 0x0037, 0x0C1A, 0x5D01, 0x0E04, 0x0E03
_TEXT, _HTML = 0x1000, 0x1013
_LONG_NAME, _NAME, _DATA = 0x3707, 0x3704, 0x3701
_SENT, _CODE_PAGE = 0x0039, 0x3FFD
_MOST_ATTACHMENTS = 100
_LARGEST = 100_000_000


def read_msg(path: Path) -> Iterable[Document]:
    """Read a mail of Outlook: a document of its words, and one for each attachment it can read.

    Raises UnreadableDocument for a file that is damaged or holds nothing.
    """
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as storage:
            documents = list(_read(path, storage))
    except (OSError, ValueError, struct.error) as error:
        raise damaged(path, str(error)) from error
    if not documents:
        raise empty(path)
    return documents


def _read(path: Path, storage: OleFileIO) -> Iterator[Document]:
    fields = _fixed(storage)
    page = f"cp{struct.unpack('<I', fields[_CODE_PAGE][:4])[0]}" if _CODE_PAGE in fields else ""
    subject = _string(path, storage, "", _SUBJECT, page)
    sender = _string(path, storage, "", _SENDER, page)
    address = _string(path, storage, "", _ADDRESS, page)
    if address and address not in sender:
        sender = f"{sender} <{address}>".strip()
    stated = [("From", sender), ("To", _string(path, storage, "", _TO, page)),
              ("Cc", _string(path, storage, "", _CC, page)), ("Date", _sent(fields))]  # fmt: skip
    stated = [(label, value) for label, value in stated if value]
    drafts = [Draft(BlockKind.HEADING, (Line(subject),), level=1, settled=True)] if subject else []
    if stated:
        lines = tuple(Line(f"{label}: {value}", hard=True) for label, value in stated)
        names = tuple(label for label, _ in stated)
        drafts.append(Draft(BlockKind.ROW, lines, group=groups()(), names=names, settled=True))
    parts = [("", write(drafts, title=subject, metadata={}))]
    text = _string(path, storage, "", _TEXT, page)
    if text.strip():
        parts.append(("", structure(text.replace("\r\n", "\n"))))
    elif html := _stream(storage, f"__substg1.0_{_HTML:04X}0102"):
        parts.append(("", page_document(decode(html, path=path, declared=page).text, fallback="")))
    metadata = {"author": sender} if sender else {}
    if date := _sent(fields)[:10]:
        metadata["date"] = date
    found: list[Document] = []
    unread: list[str] = []
    folders = sorted({entry[0] for entry in storage.listdir() if entry[0].startswith("__attach")})
    for folder in folders[:_MOST_ATTACHMENTS]:
        name = _string(path, storage, folder, _LONG_NAME, page) or _string(
            path, storage, folder, _NAME, page
        )
        data = _stream(storage, f"{folder}/__substg1.0_{_DATA:04X}0102")
        if not name or not data:
            continue
        result = read_nested(path, name, data)
        if isinstance(result, Found):
            found += [replace(one, id=f"#{name}{one.id}") for one in result.documents]
        else:
            unread.append(f"{name} ({result})")
    if unread:
        metadata["attachments_unread"] = "; ".join(unread)
    whole = merged(parts, title=subject or printable(path.stem), metadata=metadata)
    if whole.text.strip():
        yield whole
    yield from found


def _stream(storage: OleFileIO, name: str) -> bytes:
    if not storage.exists(name) or storage.get_size(name) > _LARGEST:
        return b""
    data = storage.openstream(name).read()
    return data if isinstance(data, bytes) else b""


def _string(path: Path, storage: OleFileIO, folder: str, number: int, page: str) -> str:
    stem = f"{folder}/__substg1.0_{number:04X}".lstrip("/")
    if data := _stream(storage, f"{stem}001F"):
        return data.decode("utf-16-le", "replace").rstrip("\x00").strip()
    data = _stream(storage, f"{stem}001E")
    if not data:
        return ""
    return decode(data.rstrip(b"\x00") or b" .", path=path, declared=page).text.strip()


def _fixed(storage: OleFileIO) -> dict[int, bytes]:
    """Return the properties of fixed length by number: eight bytes each."""
    data = _stream(storage, "__properties_version1.0")
    found = {}
    for at in range(32, len(data) - 15, 16):
        tag = struct.unpack("<I", data[at : at + 4])[0]
        found[tag >> 16] = data[at + 8 : at + 16]
    return found


def _sent(fields: dict[int, bytes]) -> str:
    if _SENT not in fields:
        return ""
    ticks = struct.unpack("<Q", fields[_SENT])[0]
    try:
        moment = datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return ""
    return moment.strftime("%Y-%m-%d %H:%M UTC")
