"""Zip archives of documents: each file in them is read as if it lay in a folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from rag.errors import UnreadableDocument
from rag.readers.decoding import empty
from rag.readers.discovery import printable
from rag.readers.isolation import sign_of_life
from rag.readers.nested import Found, read_nested
from rag.readers.packages import damaged
from rag.records import Document

MOST_FILES = 2_000
LARGEST_FILE = 100_000_000
LARGEST_WHOLE = 1_000_000_000


def read_zip(path: Path) -> Iterable[Document]:
    """Yield the documents of the files in an archive; their ids end in ``#name``.

    Archives inside it are not opened. The first document's metadata names what was not read.
    Raises UnreadableDocument for an archive that is damaged, too large, or holds no document.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise damaged(path, str(error)) from error
    documents: list[Document] = []
    unread: list[str] = []
    with archive:
        members = [member for member in archive.infolist() if _wanted(member)]
        whole = sum(member.file_size for member in members)
        if len(members) > MOST_FILES or whole > LARGEST_WHOLE:
            raise _too_large(path, len(members), whole)
        for member in members:
            sign_of_life()
            name = _name(member)
            if member.flag_bits & 1 or member.file_size > LARGEST_FILE:
                unread.append(f"{name} ({'locked' if member.flag_bits & 1 else 'too large'})")
                continue
            if name.lower().endswith((".zip", ".7z", ".rar", ".gz", ".tar")):
                unread.append(f"{name} (an archive inside an archive)")
                continue
            try:
                with archive.open(member) as file:
                    data = file.read(LARGEST_FILE + 1)
            except (
                zipfile.BadZipFile,
                OSError,
                EOFError,
                NotImplementedError,
                ValueError,
            ) as error:
                unread.append(f"{name} ({error})")
                continue
            if len(data) > LARGEST_FILE:
                unread.append(f"{name} (too large)")
                continue
            result = read_nested(path, name, data)
            if isinstance(result, Found):
                documents += [replace(one, id=f"#{name}{one.id}") for one in result.documents]
            else:
                unread.append(f"{name} ({result})")
    if not documents:
        raise _nothing(path, unread) if unread else empty(path)
    if unread:
        told = dict(documents[0].metadata) | {"members_unread": "; ".join(unread[:50])}
        documents[0] = replace(documents[0], metadata=told)
    return documents


def _wanted(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return not member.is_dir() and not hidden and member.file_size > 0


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; Chinese Windows writes it in GBK without saying so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with suppress(UnicodeEncodeError, UnicodeDecodeError):
            name = name.encode("cp437").decode("gb18030")
    return "/".join(
        part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in {"/", ".."}
    )


def _too_large(path: Path, files: int, size: int) -> UnreadableDocument:
    name = printable(path)
    return UnreadableDocument(
        path,
        f"{name} holds {files:,} files of {size / 1e6:,.0f} MB; the limits are {MOST_FILES:,} "
        f"files and {LARGEST_WHOLE / 1e6:,.0f} MB: unpack it and index the folder.",
        f"{name} 含 {files:,} 个文件,共 {size / 1e6:,.0f} MB,超过上限({MOST_FILES:,} 个、"
        f"{LARGEST_WHOLE / 1e6:,.0f} MB),请解压后索引该文件夹。",
    )


def _nothing(path: Path, unread: list[str]) -> UnreadableDocument:
    name = printable(path)
    listed = "; ".join(unread[:5])
    return UnreadableDocument(
        path,
        f"{name} holds no file that can be read: {listed}.",
        f"{name} 中没有可读取的文件:{listed}。",
    )
