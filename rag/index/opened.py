"""An index opened for questions: safe to share between threads, never two generations mixed."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import IndexStoreError
from rag.index import cache, schema
from rag.index.connections import Connections
from rag.index.database import WriteLock, reading
from rag.index.rows import DocumentSummary
from rag.index.schema import Recipe
from rag.index.state import State, load
from rag.index.view import View
from rag.records import Document, Passage

if TYPE_CHECKING:
    from rag.embedding.base import Embedder

_FREQUENCIES_KEPT = 200_000

_ATTEMPTS = 3
"""Times a thread begins anew because another one has loaded a newer generation meanwhile."""

_logger = logging.getLogger(__name__)


class Index:
    """A saved index, opened by ``open_index``.

    Searching is done inside ``with index.snapshot() as view:``, which sees one generation of the
    index, the newest at its start. What is asked often outside of a search stands here as well.
    All raise IndexCorrupt where what they read is damaged, and IndexNotFound once the index is
    gone.
    """

    def __init__(self, directory: Path, embedder: Embedder) -> None:
        self._directory = directory
        self._embedder = embedder
        self._local = threading.local()
        self._loading = threading.Lock()
        self._state: State | None = None
        self._frequencies: tuple[str, dict[str, int]] = ("", {})
        self._connections = Connections(directory, self._check)
        try:
            with self.snapshot() as view:
                state = view.state
            self._save(state)
        except BaseException:
            self.close()
            raise

    @property
    def directory(self) -> Path:
        """The directory of the index."""
        return self._directory

    @property
    def passage_count(self) -> int:
        """Number of passages."""
        with self.snapshot() as view:
            return view.generation.passages

    @property
    def document_count(self) -> int:
        """Number of documents."""
        with self.snapshot() as view:
            return view.generation.documents

    @contextmanager
    def snapshot(self) -> Iterator[View]:
        """Let all calls of this thread see the same generation until the block ends.

        Hold it for a search, not longer: a commit of a writer waits for it. May be nested; do not
        yield to another thread inside.
        """
        outer: View | None = getattr(self._local, "view", None)
        if outer is not None:
            yield outer
            return
        lease = self._connections.take()
        try:
            self._local.view = self._begin(lease.connection)
            yield self._local.view
        finally:
            self._local.view = None
            if lease.connection.in_transaction:
                lease.connection.rollback()
            self._connections.give(lease)

    def close(self) -> None:
        """Close all files. Calls that are under way end first."""
        self._connections.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def info(self) -> dict[str, Any]:
        """Return what the index is made of, as plain JSON values."""
        with self.snapshot() as view:
            return view.info()

    def documents(self) -> list[DocumentSummary]:
        """Return all documents without their texts, by id."""
        with self.snapshot() as view:
            return view.documents()

    def document(self, identity: str) -> Document:
        """Return a document with its exact text; raise UsageError for an unknown id."""
        with self.snapshot() as view:
            return view.document(identity)

    def passages_of(self, identity: str) -> list[Passage]:
        """Return the passages of a document in order; raise UsageError for an unknown id."""
        with self.snapshot() as view:
            return view.passages_of(identity)

    def _check(self, connection: sqlite3.Connection) -> None:
        """Refuse a database that was made otherwise than questions are asked."""
        with reading(self._directory):
            schema.check_format(connection, self._directory)
            made = schema.read_recipe(connection, self._directory)
        asked = Recipe.of(
            self._embedder,
            chunk_maximum=made.chunk_maximum,
            chunk_minimum=made.chunk_minimum,
            part_target=made.part_target,
        )
        made.check(self._directory, asked)

    def _begin(self, connection: sqlite3.Connection) -> View:
        """Begin a read transaction and find the vectors of the generation it sees."""
        with reading(self._directory):
            for attempt in range(1, _ATTEMPTS + 1):
                connection.execute("BEGIN")
                generation = schema.read_generation(connection, self._directory)
                state = self._state
                if state is None or state.token != generation.token:
                    state = self._load(connection, generation, last=attempt == _ATTEMPTS)
                if state is not None:
                    break
                connection.rollback()
        assert state is not None
        memo = self._frequencies
        if memo[0] != generation.token or len(memo[1]) > _FREQUENCIES_KEPT:
            memo = self._frequencies = (generation.token, {})
        return View(
            connection,
            self._directory,
            self._embedder.dimension,
            generation,
            state,
            memo[1],
        )

    def _load(
        self, connection: sqlite3.Connection, generation: schema.Generation, *, last: bool
    ) -> State | None:
        """Return the state of a generation; None where it has become an old one meanwhile."""
        with self._loading:
            state = self._state
            if state is not None and state.token == generation.token:
                return state
            if state is not None and state.number > generation.number and not last:
                return None
            dimension = self._embedder.dimension
            known = cache.states(self._directory, dimension) if state is None else [state]
            self._state = load(connection, self._directory, dimension, known=known)
            return self._state

    def _save(self, state: State) -> None:
        """Write the cache if it is missing and nobody changes the index just now."""
        if cache.current(self._directory, state.number):
            return
        try:
            with WriteLock(self._directory):
                cache.write(self._directory, state)
        except (IndexStoreError, OSError) as error:
            _logger.info("no vector cache was written: %s", error)


def open_index(directory: Path | str, *, embedder: Embedder) -> Index:
    """Open the index in ``directory`` for questions embedded by ``embedder``.

    Works on a read-only directory. Raises IndexNotFound, IndexCorrupt, or IndexMismatch where it
    was made with another model, tokeniser or format.
    """
    return Index(Path(directory), embedder)
