"""What holds for every document, whatever it was read from."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from rag.readers import discover, read_documents
from rag.records import AsideKind, BlockKind, Document

ROWS = {BlockKind.ROW, BlockKind.COLUMNS}


def read(folder: Path, text: str | bytes, name: str) -> Document:
    """Write a file, read it, and return its one document, after checking the laws."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (document,) = read_documents(discover([path])[0])
    assert_lawful(document)
    return document


def assert_lawful(document: Document) -> None:
    """Check that blocks are in order, cover the text, hold their cells, places never go back."""
    text = document.text
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end <= len(text)
        assert not text[position : block.start].strip()
        assert text[block.start : block.end].strip()
        assert (block.kind is BlockKind.HEADING) <= (1 <= block.level <= 6)
        assert (block.kind is BlockKind.ITEM) <= (block.level > 0 and block.group > 0)
        assert (block.kind in ROWS) <= (block.group > 0 and len(block.cells) > 0)
        assert not block.names or len(block.names) <= len(block.cells)
        for start, end in block.cells:
            assert block.start <= start <= end <= block.end
        for (_, end), (start, _) in pairwise(block.cells):
            assert end <= start or end == start == block.end
        position = block.end
    assert not text[position:].strip()
    lines = [place.line for place in document.places]
    assert lines == sorted(lines)
    starts = [place.start for place in document.places]
    assert starts == sorted(starts)
    for aside in document.aside:
        assert 0 <= aside.at <= len(text)


def shape(document: Document) -> list[tuple[str, int, str]]:
    """Return kind, level and text of every block."""
    return [(b.kind.value, b.level, document.text[b.start : b.end]) for b in document.blocks]


def texts(document: Document, kind: BlockKind, level: int | None = None) -> list[str]:
    """Return the texts of the blocks of a kind."""
    return [
        document.text[b.start : b.end]
        for b in document.blocks
        if b.kind is kind and level in {None, b.level}
    ]


def aside(document: Document, kind: AsideKind = AsideKind.FURNITURE) -> list[str]:
    """Return what was set aside as something."""
    return [one.text for one in document.aside if one.kind is kind]


def visible(text: str) -> list[str]:
    """Return the letters and digits of a text, sorted, to compare what was kept."""
    return sorted(character for character in text if character.isalnum())
