"""The vectors ready to be searched, kept beside the database: ``vectors-<generation>.faiss``.

Only ever a shortcut. A file that is absent, of another state, cut off or damaged is not used; its
content can always be made again from the database. Layout: magic, SHA-256 of all that follows,
length of the head, head (JSON), keys and starts (64-bit numbers), the bytes of the vector index.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from rag.index.database import sync_directory
from rag.index.state import State
from rag.vectors import VectorIndex

_MAGIC = b"RAGVEC01"
_SUM = 32
_HEAD_LIMIT = 4096

_logger = logging.getLogger(__name__)


def write(directory: Path, state: State) -> None:
    """Write the cache of a state and remove all others. Raises OSError."""
    head = json.dumps(
        {
            "number": state.number,
            "token": state.token,
            "passages": len(state.keys),
            "dimension": state.vectors.dimension,
        }
    ).encode()
    pieces = [
        len(head).to_bytes(4, "little"),
        head,
        state.keys.astype("<i8").tobytes(),
        state.starts.astype("<i8").tobytes(),
        state.vectors.to_bytes(),
    ]
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    path = directory / f"vectors-{state.number}.faiss"
    temporary = directory / f"vectors-{state.number}.faiss.{os.getpid()}"
    try:
        with temporary.open("wb") as stream:
            stream.writelines([_MAGIC, digest.digest(), *pieces])
            stream.flush()
            os.fsync(stream.fileno())
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_directory(directory)
    for other in directory.glob("vectors-*.faiss*"):
        if other != path:
            other.unlink(missing_ok=True)


def states(directory: Path, dimension: int) -> Iterator[State]:
    """Yield the states of the whole cache files there are, newest first.

    Their ``documents`` are empty: they are read from the database.
    """
    for path in sorted(directory.glob("vectors-*.faiss"), key=_number, reverse=True):
        try:
            yield _read(path, dimension)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            _logger.info("%s is not used: %s", path, error)


def current(directory: Path, number: int) -> bool:
    """Whether there is a file for generation ``number``."""
    return (directory / f"vectors-{number}.faiss").exists()


def remove(directory: Path) -> None:
    """Remove all cache files."""
    for path in directory.glob("vectors-*.faiss*"):
        with suppress(OSError):
            path.unlink()


def _read(path: Path, dimension: int) -> State:
    data = memoryview(path.read_bytes())
    if data[: len(_MAGIC)] != _MAGIC:
        raise ValueError("it is no vector cache")
    body = data[len(_MAGIC) + _SUM :]
    if hashlib.sha256(body).digest() != data[len(_MAGIC) : len(_MAGIC) + _SUM]:
        raise ValueError("its check sum is wrong")
    length = int.from_bytes(body[:4], "little")
    head: dict[str, Any] = json.loads(bytes(body[4 : 4 + min(length, _HEAD_LIMIT)]))
    if head["dimension"] != dimension:
        raise ValueError("its vectors have another dimension")
    count = head["passages"]
    offset = 4 + length
    numbers = np.frombuffer(body, dtype="<i8", count=2 * count + 1, offset=offset)
    keys, starts = numbers[:count].astype(np.int64), numbers[count:].astype(np.int64)
    vectors = VectorIndex.from_bytes(body[offset + numbers.nbytes :])
    if starts[-1] != vectors.count:
        raise ValueError("its parts do not belong together")
    return State(head["number"], head["token"], keys, np.empty(0, np.int64), starts, vectors)


def _number(path: Path) -> int:
    digits = path.stem.removeprefix("vectors-")
    return int(digits) if digits.isdecimal() else -1
