"""Formats that are read in a process of their own: reader, limits, hints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from rag.errors import UnsupportedDocument
from rag.readers.discovery import printable
from rag.readers.isolation import Limits, read_isolated
from rag.readers.ocr import is_installed
from rag.records import Document

_OFFICE = Limits(processor=120, silence=150.0)
# Pages show signs of life; recognising text takes seconds a page.
_PAGES = Limits()
_RECOGNISING = Limits(
    memory=6_000_000_000, processor=120, longest=36_000, silence=300.0, written=50_000_000
)
_NESTED = Limits(processor=120, longest=3_600, silence=900.0, written=300_000_000)
_PROGRAM = Limits(memory=6_000_000_000, processor=180, silence=200.0, written=300_000_000)

_READERS: dict[str, tuple[str, Limits]] = {
    ".pdf": ("rag.readers.pdf:read_pdf", _PAGES),
    ".docx": ("rag.readers.docx:read_docx", _OFFICE),
    ".docm": ("rag.readers.docx:read_docx", _OFFICE),
    ".dotx": ("rag.readers.docx:read_docx", _OFFICE),
    ".xlsx": ("rag.readers.xlsx:read_xlsx", _OFFICE),
    ".xlsm": ("rag.readers.xlsx:read_xlsx", _OFFICE),
    ".xls": ("rag.readers.xlsx:read_xls", _OFFICE),
    ".xlsb": ("rag.readers.xlsx:read_xls", _OFFICE),
    ".pptx": ("rag.readers.pptx:read_pptx", _OFFICE),
    ".pptm": ("rag.readers.pptx:read_pptx", _OFFICE),
    ".ppsx": ("rag.readers.pptx:read_pptx", _OFFICE),
    ".odt": ("rag.readers.odf:read_odf", _OFFICE),
    ".ods": ("rag.readers.odf:read_odf", _OFFICE),
    ".odp": ("rag.readers.odf:read_odf", _OFFICE),
    ".epub": ("rag.readers.epub:read_epub", _OFFICE),
    ".eml": ("rag.readers.mail:read_eml", _NESTED),
    ".mbox": ("rag.readers.mail:read_mbox", _NESTED),
    ".msg": ("rag.readers.msg:read_msg", _NESTED),
    ".mht": ("rag.readers.mail:read_mht", _OFFICE),
    ".mhtml": ("rag.readers.mail:read_mht", _OFFICE),
    ".rtf": ("rag.readers.rtf:read_rtf", _OFFICE),
    ".doc": ("rag.readers.legacy:read_doc", _PROGRAM),
    ".ppt": ("rag.readers.legacy:read_ppt", _PROGRAM),
    ".zip": ("rag.readers.archive:read_zip", _NESTED),
    ".png": ("rag.readers.ocr:read_image", _RECOGNISING),
    ".jpg": ("rag.readers.ocr:read_image", _RECOGNISING),
    ".jpeg": ("rag.readers.ocr:read_image", _RECOGNISING),
    ".tif": ("rag.readers.ocr:read_image", _RECOGNISING),
    ".tiff": ("rag.readers.ocr:read_image", _RECOGNISING),
    ".bmp": ("rag.readers.ocr:read_image", _RECOGNISING),
    ".webp": ("rag.readers.ocr:read_image", _RECOGNISING),
}
# What a file of words may be named and still be what its content says.
_WORDED = frozenset({".eml", ".mbox", ".mht", ".mhtml", ".rtf"})

_HINTS = {
    ".rar": ("unpack it and index the folder", "请解压后索引该文件夹"),
    ".7z": ("unpack it and index the folder", "请解压后索引该文件夹"),
    ".gz": ("unpack it and index what is in it", "请解压后索引其中的文件"),
    ".caj": ("save it as PDF in CAJViewer", "请在 CAJViewer 中另存为 PDF"),
    ".wps": ("save it as .docx in WPS Office", "请在 WPS 中另存为 .docx"),
    ".et": ("save it as .xlsx in WPS Office", "请在 WPS 中另存为 .xlsx"),
    ".dps": ("save it as .pptx in WPS Office", "请在 WPS 中另存为 .pptx"),
    ".ofd": ("save it as PDF in an OFD reader", "请在 OFD 阅读器中另存为 PDF"),
    ".pages": ("export it as .docx or PDF", "请导出为 .docx 或 PDF"),
    ".numbers": ("export it as .xlsx", "请导出为 .xlsx"),
    ".key": ("export it as .pptx or PDF", "请导出为 .pptx 或 PDF"),
    ".mobi": ("convert it to .epub", "请转换为 .epub"),
    ".azw3": ("convert it to .epub", "请转换为 .epub"),
    ".odg": ("export it as PDF", "请导出为 PDF"),
    ".vsdx": ("export it as PDF", "请导出为 PDF"),
    ".mdb": ("export its tables as .csv", "请将其中的表导出为 .csv"),
    ".accdb": ("export its tables as .csv", "请将其中的表导出为 .csv"),
    ".sqlite": ("export its tables as .csv", "请将其中的表导出为 .csv"),
    ".gif": ("save it as .png", "请另存为 .png"),
    ".locked": (
        "it is locked with a password: save a copy without one",
        "文件有密码保护,请另存一份没有密码的文件",
    ),
    ".ole": ("save it in a newer format", "请另存为较新的格式"),
}


def isolated_suffixes() -> tuple[str, ...]:
    """Return the suffixes of the formats that are read in a process of their own."""
    return tuple(_READERS)


def isolated_reader(suffix: str) -> Callable[[Path], Iterable[Document]] | None:
    """Return the reader of a format that is read in a process of its own, None for another."""
    if suffix not in _READERS:
        return None
    reader, limits = _READERS[suffix]
    if suffix == ".pdf" and is_installed():
        limits = _RECOGNISING
    return partial(read_isolated, reader=reader, limits=limits)


def chosen(suffix: str, found: str, worded: Iterable[str]) -> str:
    """Return the kind a file is read as, from its suffix and from what is in it.

    ``worded`` are the suffixes of files of words: what such a file holds is read as its name
    says, unless it is no text at all.
    """
    if not found:
        # Tables that a web page gives out as .xls are often plain text.
        return ".csv" if suffix in {".xls", ".xlsx"} else suffix
    if found == ".html" or found in _WORDED:
        return suffix if suffix in worded or suffix in _WORDED else found
    if found == ".zip" and suffix in {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub"}:
        return suffix
    return found


def refuse_unread(path: Path, kind: str) -> None:
    """Raise UnsupportedDocument for a format that is known and not read, with what to do."""
    if kind in _HINTS:
        english, chinese = _HINTS[kind]
        name = printable(path)
        raise UnsupportedDocument(
            path, f"{name} has no reader; {english}.", f"{name} 的格式不受支持,{chinese}。"
        )
