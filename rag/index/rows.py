"""Rows of the database from and to records, each under a check sum of its own.

SQLite's own integrity check sees the structure of pages, not what their cells say: of flipped
bits it finds about one in ten. So every row carries a CRC-32 that is checked whenever it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.chunking import context_of, part_texts, whole_text
from rag.index import packing
from rag.index.checksums import checksum
from rag.index.packing import Unpackable
from rag.records import Document, Passage
from rag.text.tokens import index_tokens

Halves: TypeAlias = NDArray[np.float16]
Span: TypeAlias = tuple[int, int]

_DIGEST_SHOWN = 16
"""Hexadecimal digits of a text's digest that a passage carries."""


class DamagedRow(Exception):
    """A row fails its check sum; the message says which."""


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """A document without its text. ``named`` says that its id came from a corpus file."""

    number: int
    id: str
    source: str
    title: str
    named: bool
    digest: bytes
    content: bytes
    characters: int
    metadata: str

    def columns(self) -> list[Any]:
        """Return the columns from ``id`` to ``head_crc``, in the order of the table."""
        values: list[Any] = [
            self.id,
            self.source,
            self.title,
            int(self.named),
            self.digest,
            self.content,
            self.characters,
            self.metadata,
        ]
        # The number is given later, so it is not summed up.
        return [*values, checksum(*values)]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document without its text. ``paths`` are all files it was found in."""

    id: str
    source: str
    title: str
    characters: int
    passages: int
    metadata: Mapping[str, str]
    paths: tuple[str, ...]


NO_HEAD = DocumentHead(0, "", "", "", False, b"", b"", 0, "{}")
"""Stands where a damaged passage names a document that is not there; its check sum tells."""


def encodable(document: Document) -> bool:
    """Whether all texts of the document can be stored: none holds half a surrogate pair."""
    values = (document.id, document.source, document.title, document.text, _metadata(document))
    try:
        for value in (*values, *_structure(document)):
            value.encode()
    except UnicodeEncodeError:
        return False
    return True


def digest_of(document: Document) -> bytes:
    """Return a digest of all that was read of a document, whatever its id."""
    values = (document.title, _metadata(document), *_structure(document))
    return hashlib.sha256(
        b"\0".join([*(value.encode() for value in values), content_of(document), document.layout])
    ).digest()


def content_of(document: Document) -> bytes:
    """Return a digest of the text: equal for documents that say the same.

    The title is left out, since a text without one is given the name of its file.
    """
    return hashlib.sha256(document.text.encode()).digest()


def document_row(document: Document, *, named: bool, digest: bytes, content: bytes) -> list[Any]:
    """Return the columns of ``documents`` from ``id`` on, in the order of the table."""
    head = DocumentHead(
        number=0,
        id=document.id,
        source=document.source,
        title=document.title,
        named=named,
        digest=digest,
        content=content,
        characters=len(document.text),
        metadata=_metadata(document),
    )
    structure = [packing.compressed(text) for text in _structure(document)]
    body = (*structure, document.text, document.layout)
    return [*head.columns(), checksum(*body), *body]


HEAD_QUERY = (
    "SELECT number, id, source, title, named, digest, content, characters, metadata, head_crc "
    "FROM documents"
)
NUMBER_QUERY = "SELECT number FROM documents"
BODY_QUERY = (
    "SELECT body_crc, blocks, original, aside, text, layout FROM documents WHERE number = ?"
)
INSERT_DOCUMENT = "INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def head_from(row: Sequence[Any]) -> DocumentHead:
    """Return the head of a document from ``HEAD_QUERY``; raise DamagedRow."""
    number, *values, crc = row
    if checksum(*values) != crc:
        raise DamagedRow(f"document {number}")
    identity, source, title, named, digest, content, characters, metadata = values
    return DocumentHead(
        number, identity, source, title, bool(named), digest, content, characters, metadata
    )


def document_from(head: DocumentHead, body: Sequence[Any]) -> Document:
    """Return a document from its head and its row of ``BODY_QUERY``; raise DamagedRow."""
    crc, blocks, places, aside, text, layout = body
    if checksum(blocks, places, aside, text, layout) != crc:
        raise DamagedRow(f"document {head.id}")
    try:
        return Document(
            id=head.id,
            source=head.source,
            title=head.title,
            text=text,
            metadata=metadata_from(head),
            blocks=packing.unpack_blocks(packing.expanded(blocks)),
            places=packing.unpack_places(packing.expanded(places)),
            aside=packing.unpack_aside(packing.expanded(aside)),
            layout=layout,
        )
    except Unpackable as error:
        raise DamagedRow(f"document {head.id}") from error


def metadata_from(head: DocumentHead) -> Mapping[str, str]:
    """Return the metadata of a document."""
    found: dict[str, str] = json.loads(head.metadata)
    return found


def passage_row(document: int, passage: Passage, repeats: int) -> list[Any]:
    """Return the columns of ``passages`` from ``document`` on, in the order of the table.

    ``repeats`` is the key of the first passage that says nearly the same, 0 for none.
    """
    columns: list[Any] = [
        document,
        passage.ordinal,
        passage.start,
        passage.end,
        passage.section,
        repeats,
        passage.heading,
        packing.pack_blocks(passage.blocks),
        packing.pack_places(passage.places),
        passage.text,
    ]
    return [checksum(*columns), *columns]


PASSAGE_QUERY = (
    'SELECT key, crc, document, ordinal, start, "end", section, repeats, heading, blocks, '
    "original, text FROM passages"
)
LENGTH_QUERY = 'SELECT key, "end" - start FROM passages'
INSERT_PASSAGE = "INSERT INTO passages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as the index holds it.

    ``group`` is the same number for passages that say nearly the same.
    """

    key: int
    group: int
    passage: Passage


def passage_from(row: Sequence[Any], head: DocumentHead) -> StoredPassage:
    """Return the passage of ``PASSAGE_QUERY``; raise DamagedRow."""
    key, crc, *columns = row
    if checksum(*columns) != crc:
        raise DamagedRow(f"passage {key}")
    _, ordinal, start, end, section, repeats, heading, blocks, places, text = columns
    try:
        passage = Passage(
            id=f"{head.id}#{ordinal}",
            document_id=head.id,
            ordinal=ordinal,
            source=head.source,
            title=head.title,
            heading=heading,
            start=start,
            end=end,
            text=text,
            section=section,
            blocks=packing.unpack_blocks(blocks),
            places=packing.unpack_places(places),
            digest=head.content.hex()[:_DIGEST_SHOWN],
        )
    except Unpackable as error:
        raise DamagedRow(f"passage {key}") from error
    return StoredPassage(key, repeats or key, passage)


VECTORS_QUERY = "SELECT key, crc, spans, vectors FROM vectors"
INSERT_VECTORS = "INSERT INTO vectors VALUES (?, ?, ?, ?, ?)"


def vector_row(spans: Sequence[Span], vectors: Halves) -> tuple[int, bytes, bytes]:
    """Return ``crc, spans, vectors``: spans as 32-bit, vectors as half-precision numbers."""
    span_bytes = np.asarray(spans, dtype="<i4").tobytes()
    vector_bytes = np.ascontiguousarray(vectors, dtype="<f2").tobytes()
    return checksum(span_bytes, vector_bytes), span_bytes, vector_bytes


def vectors_from(row: Sequence[Any], dimension: int) -> tuple[list[Span], Halves]:
    """Return the spans of the parts of a passage and its vectors, ``[1 + parts, dimension]``.

    ``row`` is one of ``VECTORS_QUERY``. Row 0 of the vectors is the whole passage. Raises
    DamagedRow.
    """
    key, crc, spans, vectors = row
    if checksum(spans, vectors) != crc:
        raise DamagedRow(f"vectors of passage {key}")
    pairs: list[Span] = [
        (start, end) for start, end in np.frombuffer(spans, dtype="<i4").reshape(-1, 2).tolist()
    ]
    matrix = np.frombuffer(vectors, dtype="<f2").reshape(-1, dimension)
    if len(matrix) != len(pairs) + 1:
        raise DamagedRow(f"vectors of passage {key}")
    return pairs, matrix


def tokens_of(passage: Passage) -> list[str]:
    """Return the lexical tokens a passage is found by: those of its context, then of its text."""
    return [*index_tokens(context_of(passage)), *index_tokens(passage.text)]


def embedded_texts(passage: Passage, parts: Sequence[Span]) -> list[str]:
    """Return the texts to embed for a passage: the whole, then each of its parts.

    Each stands under the title and headings, and in a pass of its own. A mean of the parts'
    vectors is no vector of the whole: on real web queries (DuReader) the whole's own vector found
    the right paragraph first in 0.904, the mean in 0.832.
    """
    return [whole_text(passage), *(part_texts(passage, parts) if parts else ())]


def input_digest(texts: Sequence[str]) -> bytes:
    """Return a digest of all that the vectors of a passage depend on, but for the recipe."""
    return hashlib.sha256("\0".join(texts).encode()).digest()[:16]


def _metadata(document: Document) -> str:
    return json.dumps(dict(document.metadata), ensure_ascii=False, sort_keys=True)


def _structure(document: Document) -> tuple[str, str, str]:
    return (
        packing.pack_blocks(document.blocks),
        packing.pack_places(document.places),
        packing.pack_aside(document.aside),
    )
