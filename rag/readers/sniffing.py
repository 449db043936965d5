"""Tell a file's kind by what is in it: names lie."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF87a", ".gif"),
    (b"GIF89a", ".gif"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
    (b"BM", ".bmp"),
    (b"Rar!\x1a\x07", ".rar"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"\x1f\x8b\x08", ".gz"),
    (b"{\\rtf", ".rtf"),
    (b"HN\x00", ".caj"),
    (b"CAJ\x00", ".caj"),
    (b"\x00\x01\x00\x00Standard Jet DB", ".mdb"),
    (b"\x00\x01\x00\x00Standard ACE DB", ".accdb"),
    (b"SQLite format 3\x00", ".sqlite"),
)
_OPEN_DOCUMENT = {"text": ".odt", "spreadsheet": ".ods", "presentation": ".odp", "graphics": ".odg"}
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,40}:[ \t]?\S")
_MAIL_HEADERS = (b"from:", b"to:", b"subject:", b"date:", b"received:", b"message-id:",
                 b"mime-version:", b"return-path:", b"delivered-to:", b"content-type:")  # fmt: skip
_HEAD = 8192


def kind_of(path: Path) -> str:
    """Return the suffix that a file's content asks for, "" where it is text like any other.

    An unreadable file has no kind: reading it says why.
    """
    try:
        # A pipe would wait for a writer.
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return ""
    at = head[:1100].find(b"%PDF-")
    # Some writers put a few bytes in front; a text that speaks of "%PDF-" has words there.
    if at == 0 or (0 < at < 1024 and (at < 16 or not head[:at].isascii())):
        return ".pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(path)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    for magic, kind in _MAGIC:
        if head.startswith(magic) and (kind != ".bmp" or head[6:10] == b"\x00\x00\x00\x00"):
            return kind
    return _worded(head)


def _zipped(path: Path) -> str:
    """Return what kind of document a zip package is, ".zip" for an archive."""
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            if "mimetype" in names and package.getinfo("mimetype").file_size < 200:
                stated = package.read("mimetype").decode("latin-1")
                if "epub" in stated:
                    return ".epub"
                if "opendocument" in stated:
                    kind = stated.rpartition(".")[2].partition("-")[0].strip()
                    return _OPEN_DOCUMENT.get(kind, ".odt")
            if "META-INF/container.xml" in names and any(n.endswith(".opf") for n in names):
                return ".epub"
            if "xl/workbook.bin" in names:
                return ".xlsb"
            for folder, kind in (("word/", ".docx"), ("xl/", ".xlsx"), ("ppt/", ".pptx")):
                if "[Content_Types].xml" in names and any(n.startswith(folder) for n in names):
                    return kind
            if any(name.lower().endswith((".iwa", "index.zip")) for name in names):
                return ".pages"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return (
            path.suffix.lower()
            if path.suffix.lower() in {".docx", ".xlsx", ".pptx", ".epub"}
            else ".zip"
        )
    return ".zip"


def _compound(path: Path) -> str:
    """Return what kind of document a compound file of Office 97 is."""
    import olefile

    try:
        with olefile.OleFileIO(str(path)) as storage:
            for stream, kind in (
                ("EncryptedPackage", ".locked"),
                ("__properties_version1.0", ".msg"),
                ("WordDocument", ".doc"),
                ("PowerPoint Document", ".ppt"),
                ("Workbook", ".xls"),
                ("Book", ".xls"),
            ):
                if storage.exists(stream):
                    return kind
    except (OSError, ValueError, IndexError, TypeError):
        return ".ole"
    return ".ole"


def _worded(head: bytes) -> str:
    """Return the kind of a file of words: mail, a saved page, a page, or "" for any other."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.match(rb"From \S+@?\S* .{10,60}\d{4}", start) and b"\n" in start:
        return ".mbox"
    lines = start.split(b"\n", 40)[:40]
    headers: list[bytes] = []
    for line in lines:
        if not line.strip():
            break
        if line[:1] in b" \t" and headers:
            continue
        if not _HEADER.match(line):
            return ".html" if re.match(rb"(?i)<!doctype html|<html[\s>]", start) else ""
        headers.append(line.lower())
    known = sum(line.startswith(_MAIL_HEADERS) for line in headers)
    if known >= 3 or (known >= 2 and any(line.startswith(b"mime-version:") for line in headers)):
        related = any(b"multipart/related" in line for line in head.lower().split(b"\n")[:40])
        saved = b"snapshot-content-location" in head.lower() or b"saved by" in head.lower()
        return ".mht" if related and saved else ".eml"
    return ""
