"""The check sum every row carries."""

from __future__ import annotations

import zlib
from typing import Any


def checksum(*values: Any) -> int:
    """Return the CRC-32 of texts, bytes and integers, each told from its neighbours by its length.

    Anything else, which only a damaged row holds, gives -1: no check sum.
    """
    crc = 0
    for value in values:
        if isinstance(value, str):
            data = value.encode()
        elif isinstance(value, bytes):
            data = value
        elif isinstance(value, int):
            data = b"%d" % value
        else:
            return -1
        crc = zlib.crc32(data, zlib.crc32(b"%d:" % len(data), crc))
    return crc
