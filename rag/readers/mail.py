"""Mail (.eml, .mbox, saved pages in .mht): what was written, by whom, and what was attached."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from email import message_from_binary_file, message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.readers.decoding import decode, empty
from rag.readers.discovery import printable
from rag.readers.drafting import Draft, Line
from rag.readers.finishing import groups, write
from rag.readers.html import page_document
from rag.readers.nested import Found, read_nested
from rag.readers.placing import merged
from rag.readers.plain import structure
from rag.records import BlockKind, Document

_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030",
             "big5": "big5hkscs", "x-big5": "big5hkscs", "ks_c_5601-1987": "cp949",
             "iso-8859-8-i": "iso-8859-8", "x-sjis": "cp932", "utf8": "utf-8"}  # fmt: skip
_LABELS = ("From", "To", "Cc", "Date", "Subject")
DEEPEST = 3
"""Levels of mail inside mail and attachments of attachments that are read."""
_FROM = re.compile(rb"^From \S+.*\d{4}\s*$")


def read_eml(path: Path) -> Iterable[Document]:
    """Read a mail: a document of its words, and one for each attachment that can be read."""
    with path.open("rb") as file:
        message = message_from_binary_file(file, policy=policy.compat32)
    documents = list(_read(path, message, ""))
    if not documents:
        raise empty(path)
    return documents


def read_mbox(path: Path) -> Iterable[Document]:
    """Read a box of mails: each mail is a document, named by its number from 1."""
    found = False
    for number, data in enumerate(_mails(path), start=1):
        message = message_from_bytes(data, policy=policy.compat32)
        for document in _read(path, message, f"#{number}"):
            found = True
            yield replace(document, id=document.id or f"#{number}")
    if not found:
        raise empty(path)


def _mails(path: Path) -> Iterator[bytes]:
    lines: list[bytes] = []
    blank = True
    with path.open("rb") as file:
        for line in file:
            if blank and _FROM.match(line):
                if lines:
                    yield b"".join(lines)
                lines = []
            else:
                lines.append(line.removeprefix(b">") if line.startswith(b">From ") else line)
            blank = not line.strip()
    if lines:
        yield b"".join(lines)


def read_mht(path: Path) -> Iterable[Document]:
    """Read a page that a browser saved as one file."""
    with path.open("rb") as file:
        message = message_from_binary_file(file, policy=policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            document = page_document(_body(path, part), fallback=printable(path.stem))
            url = header(
                message.get("Snapshot-Content-Location") or part.get("Content-Location") or ""
            )
            known = {"url": url} if url.startswith("http") else {}
            if document.text.strip():
                return [replace(document, metadata=known | dict(document.metadata))]
    raise empty(path)


def header(value: object) -> str:
    """Return a header's text, decoded; what cannot be decoded is guessed, never refused."""
    parts: list[str] = []
    try:
        pieces = decode_header(str(value))
    except ValueError:
        return " ".join(str(value).split())
    for piece, charset in pieces:
        if isinstance(piece, str):
            parts.append(piece)
        else:
            parts.append(_decoded(Path("header"), piece, charset or ""))
    return " ".join("".join(parts).split())


def _decoded(path: Path, data: bytes, charset: str) -> str:
    """Return text by the charset a mail names, else by the one that its bytes show."""
    name = _CHARSETS.get(charset.strip().strip("\"'").lower(), charset.strip().strip("\"'"))
    if name and name.lower() not in {"unknown-8bit", "us-ascii", "ascii", "8bit"}:
        try:
            codecs.lookup(name)
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return decode(data, path=path).text
    except UnreadableDocument:
        return data.decode("gb18030", "replace")


def _body(path: Path, part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    return _decoded(path, data, str(part.get_param("charset") or ""))


def _read(path: Path, message: Message, prefix: str, depth: int = 1) -> Iterator[Document]:
    """Yield a mail and what is attached to it; ids of what is attached begin with ``prefix``."""
    texts, attached = _parts(message)
    metadata = _metadata(message)
    subject = metadata.pop("title", "")
    documents: list[tuple[str, Document]] = [("", _heading(message, subject))]
    for part in texts:
        source = _body(path, part)
        if part.get_content_type() == "text/html":
            documents.append(("", page_document(source, fallback="")))
        elif source.strip():
            documents.append(("", structure(source)))
    found: list[Document] = []
    unread: list[str] = []
    for number, part in enumerate(attached, start=1):
        name = _file_name(part) or f"{number}"
        place = f"{prefix}#{name}"
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            if (
                depth < DEEPEST
                and isinstance(inner, list)
                and inner
                and isinstance(inner[0], Message)
            ):
                inside = _read(path, inner[0], place, depth + 1)
                found += [replace(one, id=one.id or place) for one in inside]
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload or depth >= DEEPEST:
            continue
        result = read_nested(path, name, payload)
        if isinstance(result, Found):
            found += [replace(one, id=f"{place}{one.id}") for one in result.documents]
        else:
            unread.append(f"{name} ({result})" if result else name)
    if unread:
        metadata["attachments_unread"] = "; ".join(unread)
    title = subject or printable(path.stem)
    whole = merged(documents, title=title, metadata=metadata)
    if whole.text.strip():
        yield whole
    yield from found


def _parts(message: Message) -> tuple[list[Message], list[Message]]:
    """Return the parts that are a mail's words, the best of each choice, and what is attached."""
    kind = message.get_content_type()
    named = bool(_file_name(message)) or message.get_content_disposition() == "attachment"
    if kind == "message/rfc822":
        return [], [message]
    if message.is_multipart():
        texts: list[Message] = []
        attached: list[Message] = []
        children = message.get_payload()
        for child in children if isinstance(children, list) else []:
            if not isinstance(child, Message):
                continue
            own, files = _parts(child)
            attached += files
            if kind == "multipart/alternative" and texts and own:
                # Both say the same; the plain one is what the writer typed.
                plain = all(part.get_content_type() == "text/plain" for part in texts)
                texts = texts if plain and any(str(p.get_payload()).strip() for p in texts) else own
            else:
                texts += own
        return texts, attached
    if not named and kind in {"text/plain", "text/html"}:
        return [message], []
    return [], [message] if named else []


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError):
        name = ""
    return header(name).replace("/", "_").replace("\\", "_").strip()[-120:]


def _heading(message: Message, subject: str) -> Document:
    """Return what stands over a mail: its subject, who wrote it to whom, and when."""
    lines = []
    for label in _LABELS[:-1]:
        if value := header(message.get(label) or ""):
            lines.append(f"{label}: {value}")  # noqa: PERF401 - the value is made once
    drafts = []
    if subject:
        drafts.append(Draft(BlockKind.HEADING, (Line(subject),), level=1, settled=True))
    if lines:
        names = tuple(line.partition(":")[0] for line in lines)
        text = tuple(Line(line, hard=True) for line in lines)
        group = groups()()
        drafts.append(Draft(BlockKind.ROW, text, group=group, names=names, settled=True))
    return write(drafts, title=subject, metadata={})


def _metadata(message: Message) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, label in (("title", "Subject"), ("author", "From"), ("to", "To")):
        if value := header(message.get(label) or ""):
            found[key] = value
    with suppress(TypeError, ValueError, IndexError):
        found["date"] = parsedate_to_datetime(str(message.get("Date"))).date().isoformat()
    return found
