"""What the index file holds: its tables, its recipe, its generations."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag import lexical
from rag.errors import IndexCorrupt, IndexMismatch
from rag.index import repeating
from rag.index.checksums import checksum
from rag.text.tokens import index_tokens

if TYPE_CHECKING:
    from rag.embedding.base import Embedder

APPLICATION_ID = 0x52414749
"""Marks the file as an index of this program (the letters RAGI)."""

FORMAT = 2
"""Raised when the tables or the meaning of a column change."""

DATABASE = "index.sqlite"

_GENERATIONS_KEPT = 1000
"""An older cache than this many commits is not caught up with, but made anew."""

_TABLES = (
    """CREATE TABLE recipe (
        value TEXT NOT NULL,
        crc INTEGER NOT NULL
    ) STRICT""",
    # One row a commit. The token names the state of the file, also between copies of it.
    """CREATE TABLE generations (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        token TEXT NOT NULL UNIQUE,
        documents INTEGER NOT NULL,
        passages INTEGER NOT NULL,
        vectors INTEGER NOT NULL,
        tokens INTEGER NOT NULL,
        crc INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE sources (
        path TEXT PRIMARY KEY,
        digest BLOB NOT NULL,
        size INTEGER NOT NULL,
        modified INTEGER NOT NULL
    ) STRICT""",
    # The long columns stand last: SQLite reads a row only as far as it is asked for.
    """CREATE TABLE documents (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL,
        title TEXT NOT NULL,
        named INTEGER NOT NULL,
        digest BLOB NOT NULL,
        content BLOB NOT NULL,
        characters INTEGER NOT NULL,
        metadata TEXT NOT NULL,
        head_crc INTEGER NOT NULL,
        body_crc INTEGER NOT NULL,
        blocks BLOB NOT NULL,
        original BLOB NOT NULL,
        aside BLOB NOT NULL,
        text TEXT NOT NULL,
        layout BLOB NOT NULL
    ) STRICT""",
    # Where a document was found, and the id it has or would have had from there.
    """CREATE TABLE places (
        path TEXT NOT NULL,
        id TEXT NOT NULL,
        document INTEGER NOT NULL REFERENCES documents(number),
        PRIMARY KEY (path, id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX places_by_document ON places(document)",
    """CREATE TABLE passages (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        crc INTEGER NOT NULL,
        document INTEGER NOT NULL REFERENCES documents(number),
        ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        section INTEGER NOT NULL,
        repeats INTEGER NOT NULL,
        heading TEXT NOT NULL,
        blocks TEXT NOT NULL,
        original TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX passages_by_document ON passages(document)",
    """CREATE TABLE vectors (
        key INTEGER PRIMARY KEY REFERENCES passages(key),
        input BLOB NOT NULL,
        crc INTEGER NOT NULL,
        spans BLOB NOT NULL,
        vectors BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX vectors_by_input ON vectors(input)",
)

_PROBE = "ＡＢＣ-123 café's running，ｶﾞ 臺灣「乾隆」与后来：18.5万元、2023年10月9日 𠮷野家 Ⅳ ①…"
"""A text whose tokens change when the tokeniser does."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an index was made with; all of it must agree for old and new rows to fit together."""

    embedder: str
    engine: str
    dimension: int
    embedder_digest: str
    tokeniser_digest: str
    chunk_maximum: int
    chunk_minimum: int
    part_target: int

    @classmethod
    def of(
        cls, embedder: Embedder, *, chunk_maximum: int, chunk_minimum: int, part_target: int
    ) -> Recipe:
        """Return the recipe of a build with ``embedder`` and this chunking."""
        return cls(
            embedder=embedder.name,
            engine=embedder.engine,
            dimension=embedder.dimension,
            embedder_digest=embedder.digest,
            tokeniser_digest=tokeniser_digest(),
            chunk_maximum=chunk_maximum,
            chunk_minimum=chunk_minimum,
            part_target=part_target,
        )

    def check(self, directory: Path, other: Recipe) -> None:
        """Raise IndexMismatch, naming both sides, where ``other`` needs another index.

        The same model under another name is the same model.
        """
        names = {
            "embedder_digest": ("the embedding model", "向量模型"),
            "engine": ("the embedding engine", "向量引擎"),
            "dimension": ("the dimension of the vectors", "向量维数"),
            "tokeniser_digest": ("the tokeniser", "分词方式"),
            "chunk_maximum": ("chunk_maximum", "chunk_maximum"),
            "chunk_minimum": ("chunk_minimum", "chunk_minimum"),
            "part_target": ("part_target", "part_target"),
        }
        for field, (name, chinese) in names.items():
            if getattr(self, field) != getattr(other, field):
                there, here = self._shown(field), other._shown(field)
                raise IndexMismatch(
                    directory,
                    f"The index in {directory} was made with another value of {name} ({there}) "
                    f"than the one in use ({here}); use that one again or run: "
                    f"rag index --rebuild PATH… --index {directory}",
                    f"索引 {directory} 建立时的{chinese}（{there}）与当前的（{here}）不同；"
                    f"请改回原来的，或运行：rag index --rebuild 路径… --index {directory}",
                )

    def _shown(self, field: str) -> str:
        if field == "embedder_digest":
            return f"{self.embedder} {self.embedder_digest[:12]}"
        return str(getattr(self, field))[:40]


@dataclass(frozen=True, slots=True)
class Generation:
    """A committed state of the index and its size. ``tokens`` counts the words of all passages."""

    number: int
    token: str
    documents: int
    passages: int
    vectors: int
    tokens: int


def tokeniser_digest() -> str:
    """Return a short digest that changes when passages and questions are split differently."""
    return hashlib.sha256("\n".join(index_tokens(_PROBE)).encode()).hexdigest()[:16]


def create(connection: sqlite3.Connection, recipe: Recipe) -> None:
    """Create all tables inside the open transaction."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    for table in _TABLES:
        connection.execute(table)
    lexical.create(connection)
    repeating.create(connection)
    value = json.dumps(asdict(recipe), ensure_ascii=True, sort_keys=True)
    connection.execute("INSERT INTO recipe VALUES (?, ?)", (value, checksum(value)))
    add_generation(connection, Generation(0, "", 0, 0, 0, 0))


def check_format(connection: sqlite3.Connection, directory: Path) -> None:
    """Raise IndexCorrupt for a foreign, empty or cut file, IndexMismatch for another format."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise IndexCorrupt(
            directory,
            f"{directory / DATABASE} is not an index of this program (empty, cut off or made by "
            "another one); name another directory with --index, or remove the file and run: "
            f"rag index PATH… --index {directory}",
            f"{directory / DATABASE} 不是本程序的索引（空文件、被截断或由其他程序建立）；"
            f"请用 --index 指定其他目录，或删除该文件后运行：rag index 路径… --index {directory}",
        )
    if version != FORMAT:
        raise IndexMismatch(
            directory,
            f"The index in {directory} has format {version}, this program reads format {FORMAT}; "
            f"run: rag index --rebuild PATH… --index {directory}",
            f"索引 {directory} 的格式为 {version}，本程序读取格式 {FORMAT}；"
            f"请运行：rag index --rebuild 路径… --index {directory}",
        )
    # SQLite reads what is missing of a last page as zeros, and says so only when it needs them.
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    file = connection.execute("PRAGMA database_list").fetchone()[2]
    if file and Path(file).stat().st_size % page:
        raise damaged(directory, "its end is missing")


def read_recipe(connection: sqlite3.Connection, directory: Path) -> Recipe:
    """Return the recipe the index was made with; raise IndexCorrupt where it is damaged."""
    rows = connection.execute("SELECT value, crc FROM recipe").fetchall()
    if len(rows) != 1 or checksum(*rows[0][:1]) != rows[0][1]:
        raise damaged(directory, "the recipe")
    values: dict[str, Any] = json.loads(rows[0][0])
    if values.keys() != {field.name for field in fields(Recipe)}:
        raise damaged(directory, "the recipe")
    return Recipe(**values)


def read_generation(connection: sqlite3.Connection, directory: Path) -> Generation:
    """Return the newest generation; raise IndexCorrupt where there is none."""
    row = connection.execute(
        "SELECT number, token, documents, passages, vectors, tokens, crc "
        "FROM generations ORDER BY number DESC LIMIT 1"
    ).fetchone()
    if row is None or checksum(*row[1:-1]) != row[-1]:
        raise damaged(directory, "the list of generations")
    return Generation(*row[:-1])


def add_generation(connection: sqlite3.Connection, totals: Generation) -> Generation:
    """Record a new generation with the counts of ``totals``; number and token are new."""
    token = secrets.token_hex(8)
    counts = (totals.documents, totals.passages, totals.vectors, totals.tokens)
    cursor = connection.execute(
        "INSERT INTO generations VALUES (NULL, ?, ?, ?, ?, ?, ?)",
        (token, *counts, checksum(token, *counts)),
    )
    number = cursor.lastrowid or 0
    connection.execute("DELETE FROM generations WHERE number <= ?", (number - _GENERATIONS_KEPT,))
    return Generation(number, token, *counts)


def descends_from(connection: sqlite3.Connection, token: str) -> bool:
    """Whether the index once was in the state ``token``, so that its keys mean the same."""
    row = connection.execute("SELECT 1 FROM generations WHERE token = ?", (token,)).fetchone()
    return row is not None


def damaged(directory: Path, what: str) -> IndexCorrupt:
    """Return the error for ``what`` failing its check."""
    return IndexCorrupt(
        directory,
        f"The index in {directory} is damaged ({what}); restore a copy of it or run: "
        f"rag index --rebuild PATH… --index {directory}",
        f"索引 {directory} 已损坏（{what}）；请恢复备份，或运行："
        f"rag index --rebuild 路径… --index {directory}",
    )
