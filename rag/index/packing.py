"""Blocks, places and what was set aside, to and from the compact form the index keeps.

One JSON list a record, its fields in their order, defaults at its end left out. The places of
cells are told from the start of their row, so that alike rows have alike texts.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from rag.records import Aside, AsideKind, Block, BlockKind, Place

_Record = TypeVar("_Record")

_LEVEL = 6
"""Level of compression: 9 takes twice as long for texts shorter by a hundredth."""


class Unpackable(Exception):
    """What is stored is not what ``pack`` functions write."""


def pack_blocks(blocks: Iterable[Block]) -> str:
    """Return the JSON of the blocks."""
    records = (
        [
            str(block.kind),
            block.start,
            block.end,
            block.level,
            block.group,
            block.marker,
            list(block.names),
            [place - block.start for cell in block.cells for place in cell],
        ]
        for block in blocks
    )
    return _written(records, 3)


def unpack_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of ``pack_blocks``; raise Unpackable."""
    return _read(text, _block)


def pack_places(places: Iterable[Place]) -> str:
    """Return the JSON of the places."""
    return _written(([place.start, place.line, place.page, place.part] for place in places), 1)


def unpack_places(text: str) -> tuple[Place, ...]:
    """Return the places of ``pack_places``; raise Unpackable."""
    return _read(text, lambda fields: Place(*fields))


def pack_aside(aside: Iterable[Aside]) -> str:
    """Return the JSON of what was set aside."""
    return _written(([str(one.kind), one.text, one.at] for one in aside), 3)


def unpack_aside(text: str) -> tuple[Aside, ...]:
    """Return what was set aside, from ``pack_aside``; raise Unpackable."""
    return _read(text, lambda fields: Aside(AsideKind(fields[0]), fields[1], fields[2]))


def compressed(text: str) -> bytes:
    """Return a text in fewer bytes."""
    return zlib.compress(text.encode(), _LEVEL)


def expanded(data: bytes) -> str:
    """Return the text of ``compressed``; raise Unpackable."""
    try:
        return zlib.decompress(data).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise Unpackable(str(error)) from error


def _block(fields: Sequence[Any]) -> Block:
    kind, start, end, level, group, marker, names, cells = [
        *fields,
        *_BLOCK_REST[len(fields) - 3 :],
    ]
    places = [start + place for place in cells]
    return Block(
        BlockKind(kind),
        start,
        end,
        level,
        group,
        marker,
        tuple(names),
        tuple(zip(places[::2], places[1::2], strict=True)),
    )


_BLOCK_REST: tuple[Any, ...] = (0, 0, "", (), ())
"""What a block has after its kind, start and end, where nothing is written."""


def _written(records: Iterable[list[Any]], least: int) -> str:
    """Write records, of each at least its first ``least`` fields."""
    kept = []
    for fields in records:
        while len(fields) > least and not fields[-1]:
            fields.pop()
        kept.append(fields)
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _read(text: str, made: Callable[[Sequence[Any]], _Record]) -> tuple[_Record, ...]:
    try:
        return tuple(made(fields) for fields in json.loads(text))
    except (ValueError, TypeError, IndexError) as error:
        raise Unpackable(str(error)) from error
