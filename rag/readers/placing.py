"""Places that are not lines: sheets, slides, chapters; and several documents as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.records import Aside, Block, Document, Place


def placed(document: Document, where: Mapping[int, Place]) -> Document:
    """Return the document with places from a table: the line numbers of its drafts are its keys."""
    places: list[Place] = []
    for place in document.places:
        found = replace(where.get(place.line, Place(0)), start=place.start)
        if not places or replace(places[-1], start=found.start) != found:
            places.append(found)
    return replace(document, places=tuple(places))


def merged(
    parts: Sequence[tuple[str, Document]], *, title: str, metadata: Mapping[str, str]
) -> Document:
    """Return documents one after the other as one; each name is the ``part`` of its places."""
    texts: list[str] = []
    blocks: list[Block] = []
    places: list[Place] = []
    aside: list[Aside] = []
    at = groups = 0
    for name, document in parts:
        if not document.text:
            continue
        if texts:
            texts.append("\n\n")
            at += 2
        texts.append(document.text)
        own = document.places
        if not own or own[0].start:
            own = (Place(0), *own)
        places += [replace(place, start=place.start + at, part=name or place.part) for place in own]
        blocks += [_moved(block, at, groups) for block in document.blocks]
        aside += [replace(one, at=one.at + at) for one in document.aside]
        groups = max((block.group for block in blocks), default=0)
        at += len(document.text)
    return Document(
        "", "", title, "".join(texts), dict(metadata), tuple(blocks), tuple(places), tuple(aside)
    )


def _moved(block: Block, by: int, groups: int) -> Block:
    return replace(
        block,
        start=block.start + by,
        end=block.end + by,
        group=block.group + groups if block.group else 0,
        cells=tuple((start + by, end + by) for start, end in block.cells),
    )
