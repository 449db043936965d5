"""Check every row of a saved index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag import lexical
from rag.errors import IndexCorrupt
from rag.index import repeating, rows, schema
from rag.index.database import DATABASE_ERRORS, connect, readable_path
from rag.index.rows import DamagedRow, DocumentHead
from rag.lexical import DamagedWords
from rag.records import Document, Passage

_UNIT_TOLERANCE = 5e-3
"""How far the length of a stored vector may be from one: half precision and a margin."""

_PROBLEMS_KEPT = 100


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """What a check found; no ``problems`` means that every row is as it was written."""

    documents: int
    passages: int
    vectors: int
    problems: tuple[str, ...]


def check_index(directory: Path | str) -> IndexCheck:
    """Read every row of the index in ``directory`` and compare it with what it must be.

    Check sums, places of passages in their documents, lengths of vectors, words against the full
    text index, counts, and SQLite's own structure. Nothing is written. At most 100 problems are
    listed. Raises IndexNotFound, and IndexCorrupt or IndexMismatch where it cannot be opened.
    """
    directory = Path(directory)
    path, folder = readable_path(directory)
    problems: list[str] = []
    checker = _Checker(connect(path), directory)
    try:
        for problem in checker.problems():
            problems.append(problem)
            if len(problems) == _PROBLEMS_KEPT:
                break
    except DATABASE_ERRORS as error:
        problems.append(f"database: {error}")
    except IndexCorrupt as error:
        problems.append(str(error))
    finally:
        checker.connection.close()
        if folder is not None:
            folder.cleanup()
    return IndexCheck(checker.documents, checker.passages, checker.vectors, tuple(problems))


class _Checker:
    def __init__(self, connection: sqlite3.Connection, directory: Path) -> None:
        self.connection = connection
        self._directory = directory
        self._same_tokeniser = True
        self._dimension = 0
        self.documents = 0
        self.passages = 0
        self.vectors = 0

    def problems(self) -> Iterator[str]:
        self.connection.execute("BEGIN")
        recipe = schema.read_recipe(self.connection, self._directory)
        self._dimension = recipe.dimension
        # Words split otherwise than today can only be checked against their sums.
        self._same_tokeniser = recipe.tokeniser_digest == schema.tokeniser_digest()
        for (line,) in self.connection.execute("PRAGMA integrity_check").fetchall():
            if line != "ok":
                yield f"database: {line}"
        heads = self.connection.execute(rows.HEAD_QUERY + " ORDER BY number")
        for row in heads:
            self.documents += 1
            try:
                head = rows.head_from(row)
                document = rows.document_from(head, self._body(head))
            except DamagedRow as error:
                yield str(error)
                continue
            yield from self._document_problems(head, document)
        yield from self._count_problems()
        if not lexical.full_text_matches(self.connection):
            yield "full-text index: it differs from the words stored"

    def _body(self, head: DocumentHead) -> tuple[object, ...]:
        row: tuple[object, ...] = self.connection.execute(
            rows.BODY_QUERY, (head.number,)
        ).fetchone()
        return row

    def _document_problems(self, head: DocumentHead, document: Document) -> Iterator[str]:
        if rows.content_of(document) != head.content:
            yield f"document {head.id}: its text differs from its digest"
        place = "SELECT 1 FROM places WHERE document = ? LIMIT 1"
        if self.connection.execute(place, (head.number,)).fetchone() is None:
            yield f"document {head.id}: it was found nowhere"
        query = rows.PASSAGE_QUERY + " WHERE document = ? ORDER BY ordinal"
        found = self.connection.execute(query, (head.number,)).fetchall()
        for ordinal, row in enumerate(found):
            self.passages += 1
            try:
                passage = rows.passage_from(row, head).passage
                if passage.ordinal != ordinal:
                    yield f"passage {row[0]}: its number is not {ordinal}"
                if passage.text != document.text[passage.start : passage.end]:
                    yield f"passage {row[0]}: its text is not that of its place in the document"
                yield from self._vector_problems(row[0], passage)
                yield from self._word_problems(row[0], passage)
            except (DamagedRow, DamagedWords) as error:
                yield str(error)

    def _vector_problems(self, key: int, passage: Passage) -> Iterator[str]:
        row = self.connection.execute(rows.VECTORS_QUERY + " WHERE key = ?", (key,)).fetchone()
        if row is None:
            yield f"passage {key}: its vectors are missing"
            return
        spans, vectors = rows.vectors_from(row, self._dimension)
        self.vectors += len(vectors)
        lengths = np.linalg.norm(vectors.astype(np.float32), axis=1)
        if not np.allclose(lengths, 1, atol=_UNIT_TOLERANCE):
            yield f"passage {key}: a vector is not of unit length"
        if any(not 0 <= start < end <= len(passage.text) for start, end in spans):
            yield f"passage {key}: a part lies outside of it"

    def _word_problems(self, key: int, passage: Passage) -> Iterator[str]:
        if not self._same_tokeniser:
            return
        if not lexical.verify(self.connection, key, rows.tokens_of(passage)):
            yield f"passage {key}: its words are not those of its text"
        if not repeating.verify(self.connection, key, passage.text):
            yield f"passage {key}: what finds its repeats is not of its text"

    def _count_problems(self) -> Iterator[str]:
        totals = schema.read_generation(self.connection, self._directory)
        for name, counted, recorded in (
            ("documents", self.documents, totals.documents),
            ("passages", self.passages, totals.passages),
            ("vectors", self.vectors, totals.vectors),
            ("tokens", self._sum("SELECT total(length) FROM bags"), totals.tokens),
            ("passages", self._sum("SELECT count(*) FROM passages"), totals.passages),
            ("vectors", self._sum("SELECT count(*) FROM vectors"), totals.passages),
            ("words", self._sum("SELECT count(*) FROM words"), totals.passages),
            ("sketches", self._sum("SELECT count(*) FROM sketches"), totals.passages),
        ):
            if counted != recorded:
                yield f"{name}: {recorded} recorded, {counted} found"

    def _sum(self, query: str) -> int:
        return int(self.connection.execute(query).fetchone()[0])
