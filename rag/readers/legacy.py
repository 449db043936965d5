"""Word and PowerPoint files of before 2007, through a program that is installed, if one is."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.readers.decoding import empty
from rag.readers.discovery import printable
from rag.readers.packages import damaged
from rag.readers.plain import structure
from rag.records import Document

_SECONDS = 120


def read_doc(path: Path) -> Iterable[Document]:
    """Read a .doc through ``soffice`` or ``antiword``; without either one sentence says so."""
    if (office := _office()) is not None:
        return _converted(path, office, "docx")
    if (antiword := shutil.which("antiword")) is not None:
        done = subprocess.run(  # noqa: S603 - a program found on the path, our own words
            [antiword, "-m", "UTF-8.txt", "-w", "0", str(path)],
            capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
        text = done.stdout.decode("utf-8", "replace")
        if done.returncode or not text.strip():
            raise damaged(path, "antiword") if done.returncode else empty(path)
        document = structure(text)
        return [replace(document, title=document.title or printable(path.stem))]
    raise _missing(path, ".docx", "soffice (LibreOffice), antiword")


def read_ppt(path: Path) -> Iterable[Document]:
    """Read a .ppt through ``soffice``; without it one sentence says so."""
    if (office := _office()) is not None:
        return _converted(path, office, "pptx")
    raise _missing(path, ".pptx", "soffice (LibreOffice)")


def _office() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _converted(path: Path, office: str, suffix: str) -> list[Document]:
    from rag.readers.docx import read_docx
    from rag.readers.pptx import read_pptx

    with tempfile.TemporaryDirectory(prefix="rag-") as folder:
        home = f"-env:UserInstallation=file://{folder}/home"
        command = [office, home, "--headless", "--norestore", "--convert-to", suffix,
                   "--outdir", folder, str(path)]  # fmt: skip
        subprocess.run(  # noqa: S603 - a program found on the path, our own words
            command, capture_output=True, timeout=_SECONDS, check=False
        )
        made = next(Path(folder).glob(f"*.{suffix}"), None)
        if made is None:
            raise damaged(path, "soffice")
        documents = list((read_docx if suffix == "docx" else read_pptx)(made))
    named = printable(path.stem)
    return [replace(d, title=named if d.title == made.stem else d.title) for d in documents]


def _missing(path: Path, suffix: str, programs: str) -> UnreadableDocument:
    name = printable(path)
    return UnreadableDocument(
        path,
        f"{name} is a file of Office 97-2003; save it as {suffix}, or install one of: {programs}.",
        f"{name} 是 Office 97-2003 格式,请另存为 {suffix},或安装以下程序之一:{programs}。",
    )
