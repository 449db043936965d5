"""A pool of reading connections, and the snapshots threads take of the index through them."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from rag.index.database import (
    DATABASE_ERRORS,
    connect,
    database_path,
    is_unwritable,
    journal_of,
    readable_path,
    state_of,
)


class Lease:
    """A connection lent to one thread, and the opening of the file it belongs to."""

    __slots__ = ("connection", "opening")

    def __init__(self, connection: sqlite3.Connection, opening: int) -> None:
        self.connection = connection
        self.opening = opening


class Connections:
    """Connections to the database in ``directory``; each is used by one thread at a time.

    Notices when the file itself is replaced by another one and opens that. ``check`` may refuse
    a file. Raises IndexNotFound once there is none.
    """

    def __init__(self, directory: Path, check: Callable[[sqlite3.Connection], None]) -> None:
        self._directory = directory
        self._check = check
        self._lock = threading.Lock()
        self._free: list[sqlite3.Connection] = []
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._identity: tuple[int, ...] = ()
        self._opening = 0
        self._closed = False
        with self._lock:
            self._open()

    def take(self) -> Lease:
        """Return a connection for the calling thread alone, until ``give``."""
        with self._lock:
            if self._closed:
                raise RuntimeError("the index is closed")
            state = state_of(database_path(self._directory))
            replaced = state[: len(self._identity)] != self._identity
            if replaced or not self._identity or self._stranded():
                self._drop()
                self._open()
            if self._free:
                return Lease(self._free.pop(), self._opening)
            return Lease(connect(self._path), self._opening)

    def give(self, lease: Lease) -> None:
        """Take back a connection."""
        with self._lock:
            if not self._closed and lease.opening == self._opening:
                self._free.append(lease.connection)
                return
        lease.connection.close()

    def close(self) -> None:
        """Close all connections that are not lent; those are closed when given back."""
        with self._lock:
            self._closed = True
            self._drop()

    def _open(self) -> None:
        self._opening += 1
        state = state_of(database_path(self._directory))
        self._path, self._folder = readable_path(self._directory)
        # A private copy is of one moment, so any change of the original counts; else only that
        # another file stands in the place of the opened one.
        self._identity = state if self._folder is not None else state[:2]
        connection = connect(self._path)
        try:
            self._check(connection)
        except BaseException:
            connection.close()
            self._drop()
            raise
        self._free.append(connection)

    def _stranded(self) -> bool:
        """Whether a writer was killed meanwhile and nobody here may roll back what it left."""
        if self._folder is not None or not journal_of(self._path).exists():
            return False
        connection = self._free.pop() if self._free else connect(self._path)
        try:
            connection.execute("SELECT count(*) FROM recipe").fetchone()
        except DATABASE_ERRORS as error:
            return is_unwritable(error)
        finally:
            self._free.append(connection)
        return False

    def _drop(self) -> None:
        while self._free:
            self._free.pop().close()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self._identity = ()
