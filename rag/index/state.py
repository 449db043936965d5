"""The vectors of one generation in memory, read from the database or caught up with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.index import rows, schema
from rag.index.rows import DamagedRow, Halves
from rag.index.schema import Generation
from rag.vectors import EXACT_LIMIT, VectorIndex

Numbers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class State:
    """What a search needs of one generation; never changed once made.

    ``keys`` (ascending) are the passages, ``documents`` the numbers of their documents. The
    vectors of passage ``i`` stand at positions ``starts[i]`` to ``starts[i + 1]`` of ``vectors``.
    """

    number: int
    token: str
    keys: Numbers
    documents: Numbers
    starts: Numbers
    vectors: VectorIndex

    def rows_of(self, positions: Numbers) -> Numbers:
        """Return for positions of vectors the places of their passages in ``keys``."""
        return np.searchsorted(self.starts, positions, side="right") - 1


def load(
    connection: sqlite3.Connection,
    directory: Path,
    dimension: int,
    *,
    known: Iterable[State] = (),
    exact_limit: int = EXACT_LIMIT,
) -> State:
    """Return the state of the generation the open transaction sees.

    Starts from the first of the ``known`` states that the index once was in, and reads only what
    came later; without one reads all. Raises IndexCorrupt.
    """
    generation = schema.read_generation(connection, directory)
    pairs = connection.execute("SELECT key, document FROM passages").fetchall()
    if not all(isinstance(number, int) for pair in pairs for number in pair):
        raise schema.damaged(directory, "the list of passages")
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    table = table[np.argsort(table[:, 0])]
    keys, documents = table[:, 0].copy(), table[:, 1].copy()
    for state in known:
        if schema.descends_from(connection, state.token):
            next_state = _catch_up(
                connection, directory, state, generation, keys, documents, dimension, exact_limit
            )
            if next_state is not None:
                return next_state
    lengths, vectors = _read(connection, directory, keys, generation.vectors, dimension)
    return State(
        generation.number,
        generation.token,
        keys,
        documents,
        _starts(lengths),
        VectorIndex.build(vectors, exact_limit=exact_limit),
    )


def _catch_up(
    connection: sqlite3.Connection,
    directory: Path,
    state: State,
    generation: Generation,
    keys: Numbers,
    documents: Numbers,
    dimension: int,
    exact_limit: int,
) -> State | None:
    """Return the newest state from an older one: a key is never used twice, its row never changed.

    None where that cannot be done; then all is to be read.
    """
    kept = np.isin(state.keys, keys, assume_unique=True)
    last = int(state.keys[-1]) if len(state.keys) else 0
    old_keys, new_keys = keys[keys <= last], keys[keys > last]
    if not np.array_equal(old_keys, state.keys[kept]):
        return None
    old_lengths = np.diff(state.starts)
    if kept.all() and not len(new_keys):
        if state.vectors.count != generation.vectors:
            return None
        return State(
            generation.number, generation.token, keys, documents, state.starts, state.vectors
        )
    kept_vectors = np.repeat(kept, old_lengths)
    added = generation.vectors - int(kept_vectors.sum())
    lengths, vectors = _read(connection, directory, new_keys, added, dimension)
    index = state.vectors.changed(kept_vectors, vectors, exact_limit=exact_limit)
    if index is None:
        return None
    starts = _starts(np.concatenate([old_lengths[kept], lengths]))
    return State(generation.number, generation.token, keys, documents, starts, index)


def _read(
    connection: sqlite3.Connection,
    directory: Path,
    keys: Numbers,
    count: int,
    dimension: int,
) -> tuple[Numbers, Halves]:
    """Read the vectors of the last passages, whose ``keys`` are given in order.

    Return how many each passage has, and all of them: shape ``[count, dimension]``.
    """
    vectors = np.empty((max(count, 0), dimension), dtype=np.float16)
    lengths = np.zeros(len(keys), dtype=np.int64)
    filled = read = 0
    first = int(keys[0]) if len(keys) else 0
    query = rows.VECTORS_QUERY + " WHERE key >= ? ORDER BY key"
    for read, row in enumerate(connection.execute(query, (first,)) if len(keys) else (), start=1):
        try:
            _, matrix = rows.vectors_from(row, dimension)
        except DamagedRow as error:
            raise schema.damaged(directory, str(error)) from error
        if read > len(keys) or row[0] != keys[read - 1] or filled + len(matrix) > count:
            raise schema.damaged(directory, "vectors of no passage")
        vectors[filled : filled + len(matrix)] = matrix
        lengths[read - 1] = len(matrix)
        filled += len(matrix)
    if read != len(keys) or filled != count:
        raise schema.damaged(directory, "vectors are missing")
    return lengths, vectors


def _starts(lengths: Numbers) -> Numbers:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
