"""An index opened for questions: safe to share between threads, never two generations mixed."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import IndexStoreError
from rag.index import cache, schema
from rag.index.connections import Connections
from rag.index.database import WriteLock, reading
from rag.index.rows import Span
from rag.index.schema import Recipe
from rag.index.state import State, load
from rag.index.view import DenseScore, DocumentSummary, Vector, View
from rag.records import Document, Passage

if TYPE_CHECKING:
    from rag.embedding.base import Embedder

_FREQUENCIES_KEPT = 200_000

_ATTEMPTS = 3
"""Times a thread begins anew because another one has loaded a newer generation meanwhile."""

_logger = logging.getLogger(__name__)


class Index:
    """A saved index, opened by ``open_index``.

    Every method sees one generation of the index, the newest at its start; several calls see the
    same one inside ``with index.snapshot():``. All raise IndexCorrupt where what they read is
    damaged, and IndexNotFound once the index is gone.
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

    @property
    def vector_count(self) -> int:
        """Number of vectors: for each passage one of the whole and one for each part."""
        with self.snapshot() as view:
            return view.generation.vectors

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

    def refresh(self) -> bool:
        """Load the newest generation now; return whether there was a newer one.

        Never needed for right results: it only moves the time of loading.
        """
        before = self._state
        with self.snapshot() as view:
            return before is None or view.state.token != before.token

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

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        """Return the passages with these keys, in their order.

        Raises IndexStoreError where one is gone because the index changed since the search.
        """
        with self.snapshot() as view:
            return view.passages(keys)

    def search_dense(
        self, query: Vector, limit: int, within: Collection[str] | None = None
    ) -> list[DenseScore]:
        """Return the ``limit`` passages nearest to ``query`` (float32, unit length), best first.

        A passage counts with the best of its vectors, whole or part; ties go by key. ``within``
        restricts the search to documents with these ids. The scores are exact inner products
        with the stored vectors.
        """
        with self.snapshot() as view:
            return view.search_dense(query, limit, within)

    def dense_scores(self, query: Vector, keys: Sequence[int]) -> list[DenseScore]:
        """Return the scores of given passages, in the order of ``keys``."""
        with self.snapshot() as view:
            return view.dense_scores(query, keys)

    def part_scores(self, query: Vector, keys: Sequence[int]) -> list[list[tuple[Span, float]]]:
        """Return for each passage the spans and scores of all its parts.

        The whole stands for the parts of a passage that has none.
        """
        with self.snapshot() as view:
            return view.part_scores(query, keys)

    def search_lexical(
        self, tokens: Sequence[str], limit: int, within: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return keys and BM25 scores of the best passages, best first; higher is better.

        A token given twice counts twice. ``within`` restricts the search to documents with these
        ids; the weights of the tokens stay those of the whole index.
        """
        with self.snapshot() as view:
            return view.search_lexical(tokens, limit, within)

    def search_holding(
        self, one_of: Sequence[str], some_of: Sequence[str], limit: int
    ) -> list[int]:
        """Return keys of passages with a token of ``one_of`` and one of ``some_of``, best first.

        ``one_of`` should be rare tokens.
        """
        with self.snapshot() as view:
            return view.search_holding(one_of, some_of, limit)

    def lexical_scores(self, tokens: Sequence[str], keys: Sequence[int]) -> list[float]:
        """Return the BM25 scores of given passages, the same that ``search_lexical`` gives."""
        with self.snapshot() as view:
            return view.lexical_scores(tokens, keys)

    def held_tokens(self, tokens: Sequence[str], keys: Sequence[int]) -> list[frozenset[str]]:
        """Return which of the ``tokens`` each of the passages holds, in the order of ``keys``."""
        with self.snapshot() as view:
            return view.held_tokens(tokens, keys)

    def document_frequencies(self, tokens: Sequence[str]) -> dict[str, int]:
        """Return for each token the number of passages that hold it."""
        with self.snapshot() as view:
            return view.document_frequencies(tokens)

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
