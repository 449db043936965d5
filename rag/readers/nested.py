"""Files inside files: attachments of mails, members of archives."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rag.errors import RagError
from rag.records import Document

_SAFE = re.compile(r"[^\w.\- ()（）【】]+")


@dataclass(frozen=True, slots=True)
class Found:
    """The documents of a file inside another one."""

    documents: tuple[Document, ...]


def read_nested(outer: Path, name: str, data: bytes) -> Found | str:
    """Return the documents of a file that another one holds, or why there are none.

    The file is written to the folder for passing files, read in a process of its own where its
    kind asks for it, and removed.
    """
    from rag.readers.discovery import SourceFile
    from rag.readers.registry import read_documents

    safe = _SAFE.sub("_", name.rpartition("/")[2]).strip(". ")[-100:] or "file"
    with tempfile.TemporaryDirectory(prefix="rag-") as folder:
        path = Path(folder) / safe
        path.write_bytes(data)
        try:
            documents = read_documents(SourceFile(path, "", len(data)))
        except RagError as error:
            # The path of the passing file says nothing to anybody.
            return str(error).replace(str(path), name).removeprefix(name).strip()
        source = str(outer)
        return Found(
            tuple(
                Document(
                    one.id, f"{source}#{name}", one.title, one.text, one.metadata, one.blocks,
                    one.places, one.aside, one.layout,
                )
                for one in documents
            )
        )  # fmt: skip
