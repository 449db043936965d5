"""Passages that nearly repeat one another, found when they are stored.

Each passage has a sketch: a few numbers, each made of several MinHash values of its runs of
characters (Broder 1997). Texts that share nine tenths of their runs agree in one of the numbers
in 99.5 of 100 cases, those that share half in 28; what agrees is compared in full. Sketches find
candidates and say nothing else, so they carry no check sum.

The functions take an open connection and run inside the caller's transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from rag.text.likeness import SKETCH_SIZE, nearly_equal, sketch

_COMPARED = 20
"""Texts compared in full at most: a form filled in a thousand times agrees with all of them."""

_NAMES = [f"part{number}" for number in range(SKETCH_SIZE)]
_FIND = " UNION ".join(
    f"SELECT key FROM sketches WHERE {name} = ?{place}"  # noqa: S608 - constant names
    for place, name in enumerate(_NAMES, start=1)
)
_CANDIDATES = (
    f"SELECT key, repeats, text FROM passages WHERE key IN ({_FIND}) "  # noqa: S608
    f"AND document != ?{SKETCH_SIZE + 1} ORDER BY key LIMIT {_COMPARED}"
)


def create(connection: sqlite3.Connection) -> None:
    """Create the table ``sketches`` (key = passage key)."""
    columns = "".join(f", {name} INTEGER NOT NULL" for name in _NAMES)
    connection.execute(f"CREATE TABLE sketches (key INTEGER PRIMARY KEY{columns}) STRICT")
    for name in _NAMES:
        connection.execute(f"CREATE INDEX sketches_by_{name} ON sketches({name})")


def first_like(connection: sqlite3.Connection, document: int, text: str) -> int:
    """Return the key all passages of other documents go by that nearly repeat ``text``, else 0."""
    for key, repeats, other in connection.execute(_CANDIDATES, (*sketch(text), document)):
        if nearly_equal(text, other):
            return int(repeats or key)
    return 0


def add(connection: sqlite3.Connection, key: int, text: str) -> None:
    """Store the sketch of passage ``key``."""
    marks = ", ".join("?" * (SKETCH_SIZE + 1))
    connection.execute(f"INSERT INTO sketches VALUES ({marks})", (key, *sketch(text)))  # noqa: S608


def remove(connection: sqlite3.Connection, keys: Collection[int]) -> None:
    """Forget the sketches of the passages ``keys``."""
    connection.execute(
        "DELETE FROM sketches WHERE key IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    )


def verify(connection: sqlite3.Connection, key: int, text: str) -> bool:
    """Whether what is stored for passage ``key`` is what ``add`` stores for ``text``."""
    row = connection.execute("SELECT * FROM sketches WHERE key = ?", (key,)).fetchone()
    return bool(row == (key, *sketch(text)))
