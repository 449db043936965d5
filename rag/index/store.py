"""The writing side of the database: whole documents go in and out, one transaction at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from rag import lexical
from rag.index import repeating, rows, schema
from rag.index.database import (
    DATABASE_ERRORS,
    NEW,
    check_place,
    connect,
    sync_directory,
    writing,
)
from rag.index.planning import (
    Attach,
    Catalogue,
    Delete,
    Detach,
    Entry,
    Operation,
    Put,
    Rename,
)
from rag.index.rows import DamagedRow, Halves, Span
from rag.index.schema import DATABASE, Generation, Recipe
from rag.records import Passage


@dataclass(slots=True)
class Prepared:
    """A passage to be stored, with its ``vectors`` once they are known.

    They have shape ``[1 + len(spans), dimension]``; ``input`` is the digest of what they are of.
    """

    passage: Passage
    spans: Sequence[Span]
    input: bytes
    vectors: Halves | None


@dataclass(frozen=True, slots=True)
class SourceState:
    """What a source file was like when it was read; no ``digest``: read it again next time."""

    path: str
    digest: bytes
    size: int
    modified: int


Passages: TypeAlias = Sequence[Prepared]


class Store:
    """An index opened for writing. The caller holds the ``WriteLock``."""

    def __init__(
        self, connection: sqlite3.Connection, directory: Path, *, path: Path, created: bool
    ) -> None:
        self._connection = connection
        self._directory = directory
        self._path = path
        self.created = created
        self.recipe = schema.read_recipe(connection, directory)
        self.generation = schema.read_generation(connection, directory)

    @classmethod
    def open(cls, directory: Path, recipe: Recipe | None, *, rebuild: bool = False) -> Store:
        """Open the index for writing, or make it; with ``rebuild`` make a new one beside it.

        Without a ``recipe`` the index must exist. A rebuilt index is in use only after
        ``publish``. Raises IndexNotWritable, IndexCorrupt, IndexMismatch.
        """
        path = directory / DATABASE
        with writing(directory):
            if recipe is not None and (rebuild or not path.exists()):
                check_place(directory)
                new = _create(directory / NEW, recipe)
                if not rebuild:
                    new.rename(path)
                    sync_directory(directory)
                target = new if rebuild else path
                return cls(connect(target, write=True), directory, path=target, created=True)
            _remove(directory / NEW)
            connection = connect(path)
            try:
                # Before anything is set: a foreign file is not touched.
                schema.check_format(connection, directory)
            finally:
                connection.close()
            store = cls(connect(path, write=True), directory, path=path, created=False)
            try:
                if recipe is not None:
                    store.recipe.check(directory, recipe)
            except BaseException:
                store.close()
                raise
            return store

    @property
    def unused(self) -> bool:
        """Whether nobody reads from it yet: new and without documents, or not published."""
        published = self._path == self._directory / DATABASE
        return not published or (self.created and not self.generation.documents)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection, for reading between transactions."""
        return self._connection

    def publish(self) -> None:
        """Put a rebuilt index in the place of the old one, in one step."""
        target = self._directory / DATABASE
        if self._path == target:
            return
        with writing(self._directory):
            self._connection.close()
            # The journal of the old file must never meet the new one. With a file that can be
            # opened it is rolled back and gone already; else nothing is lost with it.
            with suppress(*DATABASE_ERRORS):
                _settle(target)
            target.with_name(f"{DATABASE}-journal").unlink(missing_ok=True)
            self._path.rename(target)
            sync_directory(self._directory)
            self._path = target
            self._connection = connect(target, write=True)

    def discard(self) -> None:
        """Close, and remove what was made: nothing came of it."""
        self.close()
        _remove(self._path)

    def close(self) -> None:
        """Close the database; an open transaction is rolled back."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what happens inside becomes the next generation."""
        with writing(self._directory):
            before = self.generation
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.generation = schema.add_generation(self._connection, self.generation)
                self._connection.execute("COMMIT")
            except BaseException:
                self.generation = before
                # SQLite has rolled back by itself after some errors, a full disk for one.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def catalogue(self) -> Catalogue:
        """Return what the index holds, for planning. Raises IndexCorrupt."""
        with writing(self._directory):
            entries: dict[int, Entry] = {}
            for row in self._connection.execute(rows.HEAD_QUERY):
                try:
                    head = rows.head_from(row)
                except DamagedRow as error:
                    raise schema.damaged(self._directory, str(error)) from error
                entries[head.number] = Entry(
                    head.id, head.source, head.named, head.digest, head.content
                )
            places = "SELECT path, id, document FROM places ORDER BY document, path, id"
            for path, identity, number in self._connection.execute(places):
                if number not in entries:
                    raise schema.damaged(self._directory, "the places of its documents")
                entries[number].places[path, identity] = None
        return Catalogue(entries.values())

    def sources(self) -> dict[str, SourceState]:
        """Return what is known of each source, by path."""
        with writing(self._directory):
            found = self._connection.execute("SELECT path, digest, size, modified FROM sources")
            return {row[0]: SourceState(*row) for row in found}

    def record_source(self, state: SourceState) -> None:
        """Remember a source as it was read, inside a transaction."""
        self._connection.execute(
            "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)",
            (state.path, state.digest, state.size, state.modified),
        )

    def forget_source(self, path: str) -> None:
        """Forget a source, inside a transaction; it will count as new."""
        self._connection.execute("DELETE FROM sources WHERE path = ?", (path,))

    def known_vectors(self, digest: bytes) -> Halves | None:
        """Return vectors that were made of the same input before, if they are whole."""
        with writing(self._directory):
            row = self._connection.execute(
                rows.VECTORS_QUERY + " WHERE input = ? LIMIT 1", (digest,)
            ).fetchone()
        if row is None:
            return None
        try:
            return rows.vectors_from(row, self.recipe.dimension)[1]
        except DamagedRow:
            # They are about to be replaced by new ones.
            return None

    def apply(self, operations: Iterable[Operation], passages: Passages = ()) -> None:
        """Carry out operations inside a transaction; ``passages`` belong to the one ``Put``."""
        for operation in operations:
            match operation:
                case Put():
                    self._put(operation, passages)
                case Attach(identity, path, place_id):
                    self._add_place(path, place_id, self._number(identity))
                case Detach(path, place_id):
                    self._connection.execute(
                        "DELETE FROM places WHERE path = ? AND id = ?", (path, place_id)
                    )
                case Rename(identity, new_id, source):
                    self._rename(identity, new_id, source)
                case Delete(identity):
                    self._delete(identity)

    def _put(self, put: Put, passages: Passages) -> None:
        if put.replaces is not None:
            self._delete(put.replaces)
        row = rows.document_row(
            put.document, named=put.named, digest=put.digest, content=put.content
        )
        number = self._connection.execute(rows.INSERT_DOCUMENT, row).lastrowid or 0
        self._add_place(put.path, put.place_id, number)
        tokens = vectors = 0
        for prepared in passages:
            text = prepared.passage.text
            repeats = repeating.first_like(self._connection, number, text)
            row = rows.passage_row(number, prepared.passage, repeats)
            key = self._connection.execute(rows.INSERT_PASSAGE, row).lastrowid or 0
            repeating.add(self._connection, key, text)
            assert prepared.vectors is not None
            stored = rows.vector_row(prepared.spans, prepared.vectors)
            self._connection.execute(rows.INSERT_VECTORS, (key, prepared.input, *stored))
            tokens += lexical.add(self._connection, key, rows.tokens_of(prepared.passage))
            vectors += len(prepared.vectors)
        self._count(documents=1, passages=len(passages), vectors=vectors, tokens=tokens)

    def _delete(self, identity: str) -> None:
        number = self._number(identity)
        found = self._connection.execute(
            "SELECT p.key, length(v.vectors) FROM passages p JOIN vectors v USING (key) "
            "WHERE p.document = ?",
            (number,),
        ).fetchall()
        keys = [key for key, _ in found]
        tokens = lexical.remove(self._connection, keys)
        repeating.remove(self._connection, keys)
        self._connection.executemany("DELETE FROM vectors WHERE key = ?", ((key,) for key in keys))
        for statement in (
            "DELETE FROM passages WHERE document = ?",
            "DELETE FROM places WHERE document = ?",
            "DELETE FROM documents WHERE number = ?",
        ):
            self._connection.execute(statement, (number,))
        self._count(
            documents=-1,
            passages=-len(found),
            vectors=-sum(size // (2 * self.recipe.dimension) for _, size in found),
            tokens=-tokens,
        )

    def _rename(self, identity: str, new_id: str, source: str) -> None:
        row = self._connection.execute(rows.HEAD_QUERY + " WHERE id = ?", (identity,)).fetchone()
        try:
            head = replace(rows.head_from(row), id=new_id, source=source)
        except DamagedRow as error:
            raise schema.damaged(self._directory, str(error)) from error
        self._connection.execute(
            "UPDATE documents SET id = ?, source = ?, head_crc = ? WHERE number = ?",
            (new_id, source, head.columns()[-1], head.number),
        )

    def _add_place(self, path: str, place_id: str, number: int) -> None:
        self._connection.execute("INSERT INTO places VALUES (?, ?, ?)", (path, place_id, number))

    def _number(self, identity: str) -> int:
        row = self._connection.execute(
            "SELECT number FROM documents WHERE id = ?", (identity,)
        ).fetchone()
        if row is None:
            raise schema.damaged(self._directory, f"document {identity}")
        return int(row[0])

    def _count(self, *, documents: int, passages: int, vectors: int, tokens: int) -> None:
        now = self.generation
        self.generation = Generation(
            now.number,
            now.token,
            now.documents + documents,
            now.passages + passages,
            now.vectors + vectors,
            now.tokens + tokens,
        )


def _create(path: Path, recipe: Recipe) -> Path:
    """Make an empty index at ``path``, whole on disk before it gets its name."""
    _remove(path)
    path.touch()
    connection = connect(path, write=True)
    try:
        connection.execute("BEGIN IMMEDIATE")
        schema.create(connection, recipe)
        connection.execute("COMMIT")
    finally:
        connection.close()
    return path


def _remove(path: Path) -> None:
    """Remove a database file that is not in use, and its journal."""
    for file in (path, path.with_name(f"{path.name}-journal")):
        file.unlink(missing_ok=True)


def _settle(path: Path) -> None:
    connection = connect(path)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finally:
        connection.close()
