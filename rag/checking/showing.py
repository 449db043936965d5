"""The text of a stretch of a passage as people read it in a line of text."""

from __future__ import annotations

from rag.records import BlockKind, Passage

_INDENT = "  "


def plain_text(passage: Passage, start: int, end: int) -> str:
    """Return ``[start, end)`` of the document with a bullet before each item that has one.

    A number is part of an item's text already. Rows, code and everything else stay as they are.
    """
    pieces: list[str] = []
    done = start
    for block in passage.blocks:
        if block.kind is not BlockKind.ITEM or not start <= block.start < end:
            continue
        own = passage.text[block.start - passage.start : block.end - passage.start]
        if block.marker and not own.startswith(block.marker):
            pieces.append(passage.text[done - passage.start : block.start - passage.start])
            pieces.append(f"{_INDENT * max(0, block.level - 1)}{block.marker} ")
            done = block.start
    pieces.append(passage.text[done - passage.start : end - passage.start])
    return "".join(pieces)
