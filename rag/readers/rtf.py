"""Rich text (.rtf): its words, read as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rag.readers.decoding import empty, read_bytes
from rag.readers.discovery import printable
from rag.readers.packages import damaged
from rag.readers.plain import structure
from rag.records import Document

_DEEPEST = 500
_TITLE = re.compile(r"\{\\title ([^{}]{1,300})\}")


def read_rtf(path: Path) -> Iterable[Document]:
    """Read a rich text file as one document; raises UnreadableDocument where it holds no text."""
    from striprtf.striprtf import rtf_to_text

    source = read_bytes(path).decode("latin-1")
    depth = deepest = 0
    for match in re.finditer(r"\\.|[{}]", source):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        deepest = max(deepest, depth)
    if deepest > _DEEPEST:
        raise damaged(path, f"groups nested more than {_DEEPEST} deep")
    try:
        text = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, IndexError, KeyError, LookupError) as error:
        raise damaged(path, f"{type(error).__name__}: {error}") from error
    # A table's cells end in a bar.
    text = re.sub(r"\|[ \t]*$", "", text.replace("\x00", ""), flags=re.MULTILINE)
    document = structure(text)
    if not document.text.strip():
        raise empty(path)
    title = _TITLE.search(source)
    named = ""
    if title is not None:
        named = rtf_to_text(title.group(1), errors="replace").strip()  # type: ignore[no-untyped-call]
    return [replace(document, title=document.title or named or printable(path.stem))]
