"""One generation of an index, seen through one connection: all that can be asked of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag import lexical
from rag.errors import IndexStoreError, UsageError
from rag.index import rows, schema
from rag.index.database import reading
from rag.index.rows import DamagedRow, DocumentHead, DocumentSummary, Halves, StoredPassage
from rag.index.schema import DATABASE, Generation
from rag.index.state import Numbers, State
from rag.lexical import DamagedWords, Statistics
from rag.records import Document, Passage, Span

Vector: TypeAlias = NDArray[np.float32]
Mask: TypeAlias = NDArray[np.bool_]
_Found = TypeVar("_Found")

_SPREAD = 4
"""Vectors looked at per passage wanted, at first: the parts of one passage crowd the list."""

_RESCORED = 3
"""Passages scored exactly per passage wanted, where the search itself is approximate."""

_LISTED = "(SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class DenseScore:
    """Inner products (cosines) of a question with a passage: its whole, and its best part.

    ``part_span`` is the place of that part in the passage; all of it where there are no parts.
    """

    key: int
    whole: float
    part: float
    part_span: Span


@dataclass(frozen=True, slots=True)
class View:
    """An open read transaction, and the vectors that belong to what it sees.

    ``frequencies`` remembers document frequencies of this generation. All methods raise
    IndexCorrupt where what they read is damaged.
    """

    connection: sqlite3.Connection
    directory: Path
    dimension: int
    generation: Generation
    state: State
    frequencies: dict[str, int]

    def info(self) -> dict[str, Any]:
        """Return what the index is made of, as plain JSON values."""
        with self._sound():
            recipe = schema.read_recipe(self.connection, self.directory)
            sources = self.connection.execute("SELECT count(*) FROM sources").fetchone()[0]
        return {
            "directory": str(self.directory),
            "format": schema.FORMAT,
            "generation": self.generation.number,
            "documents": self.generation.documents,
            "passages": self.generation.passages,
            "vectors": self.generation.vectors,
            "sources": sources,
            "bytes": (self.directory / DATABASE).stat().st_size,
            "search": "exact" if self.state.vectors.exact else "approximate",
            "embedder": {
                "name": recipe.embedder,
                "engine": recipe.engine,
                "dimension": recipe.dimension,
                "digest": recipe.embedder_digest,
            },
            "chunking": {
                "maximum": recipe.chunk_maximum,
                "minimum": recipe.chunk_minimum,
                "part_target": recipe.part_target,
            },
        }

    def documents(self) -> list[DocumentSummary]:
        """Return all documents without their texts, by id."""
        paths: dict[int, list[str]] = {}
        with self._sound():
            counts: dict[int, int] = dict(
                self.connection.execute(
                    "SELECT document, count(*) FROM passages GROUP BY document"
                ).fetchall()
            )
            places = "SELECT DISTINCT document, path FROM places ORDER BY document, path"
            for number, path in self.connection.execute(places):
                paths.setdefault(number, []).append(path)
            found = self.connection.execute(rows.HEAD_QUERY + " ORDER BY id").fetchall()
            heads = [rows.head_from(row) for row in found]
        return [
            DocumentSummary(
                id=head.id,
                source=head.source,
                title=head.title,
                characters=head.characters,
                passages=counts.get(head.number, 0),
                metadata=rows.metadata_from(head),
                paths=tuple(paths.get(head.number, ())),
            )
            for head in heads
        ]

    def document(self, identity: str) -> Document:
        """Return a document with its exact text; raise UsageError for an unknown id."""
        with self._sound():
            head = self._head(identity)
            body = self.connection.execute(rows.BODY_QUERY, (head.number,)).fetchone()
            return rows.document_from(head, body)

    def passages_of(self, identity: str) -> list[Passage]:
        """Return the passages of a document in order; raise UsageError for an unknown id."""
        return self._in_order(identity, "")

    def section(self, identity: str, section: int) -> list[Passage]:
        """Return the passages of one section of a document in order (``Passage.section``).

        Empty where there is no such section; raises UsageError for an unknown document.
        """
        return self._in_order(identity, "AND section = ?", section)

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        """Return the passages with these keys, in their order.

        Raises IndexStoreError where one is gone because the index changed since the search.
        """
        return [stored.passage for stored in self.stored_passages(keys)]

    def stored_passages(self, keys: Sequence[int]) -> list[StoredPassage]:
        """Return the passages with these keys, in their order, each with the group it is of.

        Raises IndexStoreError as ``passages`` does.
        """
        with self._sound():
            query = f"{rows.PASSAGE_QUERY} WHERE key IN {_LISTED}"
            found = self.connection.execute(query, (_listed(keys),)).fetchall()
            query = f"{rows.HEAD_QUERY} WHERE number IN {_LISTED}"
            numbers = _listed({row[2] for row in found})
            heads = {
                row[0]: rows.head_from(row) for row in self.connection.execute(query, (numbers,))
            }
            by_key = {
                row[0]: rows.passage_from(row, heads.get(row[2], rows.NO_HEAD)) for row in found
            }
        return [self._present(by_key, key) for key in keys]

    def _in_order(self, identity: str, condition: str, *values: int) -> list[Passage]:
        with self._sound():
            head = self._head(identity)
            query = f"{rows.PASSAGE_QUERY} WHERE document = ? {condition} ORDER BY ordinal"
            found = self.connection.execute(query, (head.number, *values)).fetchall()
            return [rows.passage_from(row, head).passage for row in found]

    def search_dense(
        self, query: Vector, limit: int, within: Collection[str] | None = None
    ) -> list[DenseScore]:
        """Return the ``limit`` passages nearest to ``query`` (float32, unit length), best first.

        A passage counts with the best of its vectors, whole or part; ties go by key. ``within``
        restricts the search to documents with these ids. The scores are exact inner products
        with the stored vectors.
        """
        if limit <= 0:
            return []
        near = self._nearest(query, limit, self._allowed(within))
        found = self.dense_scores(query, self.state.keys[near].tolist())
        found.sort(key=lambda score: (-max(score.whole, score.part), score.key))
        return found[:limit]

    def dense_scores(self, query: Vector, keys: Sequence[int]) -> list[DenseScore]:
        """Return the scores of given passages, in the order of ``keys``."""
        found = []
        for key, (spans, scores) in zip(keys, self._products(query, keys), strict=True):
            parts = scores[-len(spans) :]
            best = int(np.argmax(parts))
            found.append(DenseScore(key, float(scores[0]), float(parts[best]), spans[best]))
        return found

    def part_scores(self, query: Vector, keys: Sequence[int]) -> list[list[tuple[Span, float]]]:
        """Return for each passage the spans and scores of all its parts.

        The whole stands for the parts of a passage that has none.
        """
        return [
            list(zip(spans, scores[-len(spans) :].tolist(), strict=True))
            for spans, scores in self._products(query, keys)
        ]

    def search_lexical(
        self, tokens: Sequence[str], limit: int, within: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Return keys and BM25 scores of the best passages, best first; higher is better.

        A token given twice counts twice. ``within`` restricts the search to documents with these
        ids; the weights of the tokens stay those of the whole index.
        """
        allowed = self._allowed(within)
        with self._sound():
            return lexical.search(
                self.connection,
                tokens,
                limit,
                statistics=self._statistics(),
                frequencies=self.document_frequencies(tokens),
                allowed=None if allowed is None else self.state.keys[allowed].tolist(),
            )

    def search_holding(
        self, one_of: Sequence[str], some_of: Sequence[str], limit: int
    ) -> list[int]:
        """Return keys of passages with a token of ``one_of`` and one of ``some_of``, best first.

        ``one_of`` should be rare tokens.
        """
        one_of, some_of = self._known(one_of), self._known(some_of)
        with self._sound():
            return lexical.holding(self.connection, one_of, some_of, limit)

    def _known(self, tokens: Sequence[str]) -> list[str]:
        return [token for token, count in self.document_frequencies(tokens).items() if count]

    def lexical_scores(self, tokens: Sequence[str], keys: Sequence[int]) -> list[float]:
        """Return the BM25 scores of given passages, the same that ``search_lexical`` gives."""
        with self._sound():
            return lexical.scores(
                self.connection,
                tokens,
                keys,
                statistics=self._statistics(),
                frequencies=self.document_frequencies(tokens),
            )

    def held_tokens(self, tokens: Sequence[str], keys: Sequence[int]) -> list[frozenset[str]]:
        """Return which of the ``tokens`` each of the passages holds, in the order of ``keys``."""
        with self._sound():
            return lexical.held(self.connection, tokens, keys)

    def document_frequencies(self, tokens: Sequence[str]) -> dict[str, int]:
        """Return for each token the number of passages that hold it."""
        known = self.frequencies
        missing = [token for token in dict.fromkeys(tokens) if token not in known]
        if missing:
            with self._sound():
                known.update(lexical.document_frequencies(self.connection, missing))
        return {token: known[token] for token in tokens}

    def pairs_beginning(self, characters: str) -> dict[str, int]:
        """Return for each pair that begins with one of the characters how many passages hold it."""
        with self._sound():
            return lexical.pairs_beginning(self.connection, characters)

    def _nearest(self, query: Vector, limit: int, allowed: Mask | None) -> Numbers:
        """Return the places in ``state.keys`` of the nearest passages, each once, best first."""
        state = self.state
        wanted = limit if state.vectors.exact else limit * _RESCORED
        mask = None if allowed is None else np.repeat(allowed, np.diff(state.starts))
        count = wanted * _SPREAD
        while True:
            positions, _ = state.vectors.search(query, count, mask)
            found = state.rows_of(positions)
            _, first = np.unique(found, return_index=True)
            if len(first) >= wanted or len(positions) < count:
                return found[np.sort(first)][:wanted]
            count *= _SPREAD

    def _products(self, query: Vector, keys: Sequence[int]) -> list[tuple[list[Span], Vector]]:
        """Return spans (at least one) and inner products (first the whole's) of passages."""
        listed = _listed(keys)
        stored: dict[int, tuple[list[Span], Halves]] = {}
        lengths: dict[int, int] = {}
        with self._sound():
            statement = f"{rows.VECTORS_QUERY} WHERE key IN {_LISTED}"
            for row in self.connection.execute(statement, (listed,)):
                stored[row[0]] = rows.vectors_from(row, self.dimension)
            if any(not spans for spans, _ in stored.values()):
                statement = f"{rows.LENGTH_QUERY} WHERE key IN {_LISTED}"
                lengths = dict(self.connection.execute(statement, (listed,)).fetchall())
        found = []
        for key in keys:
            spans, vectors = self._present(stored, key)
            scores = vectors.astype(np.float32) @ np.asarray(query, dtype=np.float32)
            found.append((spans or [(0, lengths[key])], scores))
        return found

    def _allowed(self, within: Collection[str] | None) -> Mask | None:
        if within is None:
            return None
        query = f"{rows.NUMBER_QUERY} WHERE id IN {_LISTED}"
        with self._sound():
            found = self.connection.execute(query, (json.dumps(list(within)),)).fetchall()
        numbers = np.array([number for (number,) in found], dtype=np.int64)
        return np.isin(self.state.documents, numbers)

    def _head(self, identity: str) -> DocumentHead:
        query = f"{rows.HEAD_QUERY} WHERE id IN {_LISTED}"
        row = self.connection.execute(query, (json.dumps([identity]),)).fetchone()
        if row is None:
            raise UsageError(
                f"There is no document {identity!r} in the index; list them with: rag info",
                f"索引中没有文档 {identity!r}；请用 rag info 列出所有文档。",
            )
        return rows.head_from(row)

    def _present(self, found: Mapping[int, _Found], key: int) -> _Found:
        if key not in found:
            raise IndexStoreError(
                self.directory,
                "The index was changed while it was being searched; ask again.",
                "检索期间索引已被更新，请重新提问。",
            )
        return found[key]

    def _statistics(self) -> Statistics:
        return Statistics(self.generation.passages, self.generation.tokens)

    @contextmanager
    def _sound(self) -> Iterator[None]:
        """Turn what damage looks like into IndexCorrupt."""
        with reading(self.directory):
            try:
                yield
            except (DamagedRow, DamagedWords) as error:
                raise schema.damaged(self.directory, str(error)) from error


def _listed(keys: Collection[int]) -> str:
    return json.dumps([int(key) for key in keys])
