"""The frozen values that flow through the two roads: build and ask.

All offsets count Unicode code points in ``Document.text`` (as Python slices do),
start included, end excluded. Nothing here imports anything but the standard library.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class BlockKind(StrEnum):
    """What a stretch of a document is.

    ``COLUMNS`` is the row of a table that names its columns, ``ROW`` every other one. ``TERM``
    and ``DEFINITION`` are a pair: a word and what it means, a question of an FAQ and its answer,
    a label and its value.
    """

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    COLUMNS = "columns"
    ROW = "row"
    CODE = "code"
    QUOTE = "quote"
    TERM = "term"
    DEFINITION = "definition"


class Outcome(StrEnum):
    """How a question ended.

    ``UNCHECKED`` marks a backend's text without one supported citation: the reader is warned.
    """

    ANSWERED = "answered"
    DECLINED = "declined"
    UNCHECKED = "unchecked"


class Verdict(StrEnum):
    """What the citation checker found."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"


Span = tuple[int, int]
"""Start and end of a stretch of text."""


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch ``text[start:end]`` of a document that a reader sees as one thing.

    The blocks of a document are in order, do not overlap and together hold every
    character that is not white space.

    ``level`` is 1-6 for headings; for items and quotes how deep they are nested, from 1; else 0.
    ``group`` is the number of the list, table or pair the block belongs to (equal for all its
    blocks, unique in the document), 0 where it stands alone. ``marker`` is the sign in front of an
    item ("•", or a number such as "1." or "（一）"), the language of code, else empty; a number is
    part of the text, a bullet is not. ``names`` are the column names of a ``ROW``, one a cell,
    empty where they are not known. ``cells`` are the places of the cells of a row in the
    document's text, one a column; an empty cell has an empty place.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    group: int = 0
    marker: str = ""
    names: tuple[str, ...] = ()
    cells: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the text from offset ``start`` on stands in the original file.

    ``line`` is the line of a text file or the row of a sheet, ``page`` the page or slide; both
    count from 1, 0 is unknown. ``part`` names a sheet, a chapter file or an attachment.
    """

    start: int
    line: int = 0
    page: int = 0
    part: str = ""


class AsideKind(StrEnum):
    """What a reader of the file does not see in its text, or does not need."""

    FURNITURE = "furniture"
    COMMENT = "comment"
    FRONT_MATTER = "front_matter"
    LINK = "link"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Aside:
    """What was set aside when a file was read: its words, and the offset where it stood."""

    kind: AsideKind
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Document:
    """One document as read: the text a person would read, and what is known about it.

    ``id`` is the corpus id, or the path relative to the folder that was indexed.
    ``source`` is where it came from (an absolute path, with ``#id`` for a line of a corpus file).
    ``metadata`` holds strings such as ``date``, ``author``, ``url``, ``publisher``, ``encoding``.
    ``text`` has no markup. ``places`` are in order of ``start``; each holds until the next.
    ``layout`` holds the boxes of the characters where a page shows them (see
    ``rag.readers.layout``), else it is empty.
    """

    id: str
    source: str
    title: str
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    places: tuple[Place, ...] = ()
    aside: tuple[Aside, ...] = ()
    layout: bytes = b""

    def place(self, offset: int) -> Place:
        """Return where the character at ``offset`` stands in the original; nothing known: zeros."""
        found = bisect_right(self.places, offset, key=lambda place: place.start)
        return self.places[found - 1] if found else Place(0)


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring blocks of one section; ``text == document.text[start:end]``, always.

    ``id`` is ``"{document_id}#{ordinal}"``; ``ordinal`` counts from 0 in a document.
    ``heading`` is the path of headings above it (context for search, not part of the quote).
    ``section`` numbers the stretch under one heading it belongs to, from 0 in a document.
    ``blocks`` are those of the passage with offsets in the document; a block too long for one
    passage is cut. ``places`` are where it stands in the original, the first one where it begins.
    ``digest`` tells the document's text it was cut from (SHA-256, 16 hexadecimal digits).
    """

    id: str
    document_id: str
    ordinal: int
    source: str
    title: str
    heading: str
    start: int
    end: int
    text: str
    section: int = 0
    blocks: tuple[Block, ...] = ()
    places: tuple[Place, ...] = ()
    digest: str = ""

    def place(self, offset: int) -> Place:
        """Return where the character at ``offset`` of the document stands in the original."""
        found = bisect_right(self.places, offset, key=lambda place: place.start)
        return self.places[found - 1] if found else Place(0)


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage. ``rank`` counts from 1; ``score`` orders the hits of one question.

    ``scores`` holds the parts: ``dense`` (cosine), ``lexical`` (BM25), ``fused``, and
    ``rerank`` where a reranker ran. A part that was not computed is absent. ``repeats`` are
    lower passages of other documents that say the very same and are not hits of their own.
    """

    passage: Passage
    rank: int
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)
    repeats: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked reference from an answer to a passage.

    ``number`` is the rank of the hit and is never renumbered, so a stream stays true.
    ``quote == document.text[start:end]``. ``reasons`` say why ``support`` is not
    ``SUPPORTED``, as codes of the checker (for example ``"number:18.5万"``). ``blocks`` are the
    blocks of the quote, so that tables, lists and code can be drawn; ``lit`` are the places of
    the words that decide, inside the quote, both with offsets in the document. ``place`` is where
    the quote begins in the original file.
    """

    number: int
    passage: Passage
    quote: str
    start: int
    end: int
    support: Verdict
    reasons: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    lit: tuple[Span, ...] = ()
    place: Place = Place(0)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A unit of an answer, the numbers it cites, and the checker's verdict on it.

    A unit is what answers as a whole: a sentence, a list with its lead, a row under its header,
    code after its sentence, a section. One that a model wrote is a sentence. ``quotes`` are the
    places of its citations in ``Answer.citations``.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    quotes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens an LLM backend reports; zero for the extractive one.

    ``left_out`` are the numbers of shown passages the model did not read, for want of room or
    because its request holds few sentences; ``shortened`` those it read in part.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    left_out: tuple[int, ...] = ()
    shortened: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The one answer object of every door.

    ``text`` is what a reader sees, citation marks included. ``short`` is the shortest exact
    answer (a slice of a cited quote), empty where there is none. ``confidence`` in [0, 1]
    estimates the chance that the documents answer the question and this is the answer.
    ``seconds`` holds wall seconds by stage (``search``, ``answer``, ``total``).
    ``notes`` are codes for the reader: ``"conflict"``, ``"premise"``, ``"unanswered:…"`` (a part
    of the question), ``"fallback:…"``.
    """

    question: str
    standalone_question: str
    text: str
    sentences: tuple[Sentence, ...]
    outcome: Outcome
    confidence: float
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    backend: str
    short: str = ""
    usage: Usage = field(default_factory=Usage)
    seconds: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the one JSON form: the fields of the records, enums as their strings."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn of a conversation, as ``history`` expects it."""

    question: str
    answer: str = ""
    standalone_question: str = ""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """First event of a stream: the question as searched, and what was found."""

    standalone_question: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of answer text, to be appended to what came before."""

    text: str


StreamEvent = Retrieved | Delta | Answer
"""What ``bot.stream`` yields: one ``Retrieved``, any number of ``Delta``, last one ``Answer``."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that was not indexed, and why (one sentence in each language)."""

    path: str
    reason: str
    reason_chinese: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. Counts are documents; ``seconds`` is wall time."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    removed: int = 0
    duplicates: int = 0
    refused: tuple[Refusal, ...] = ()
    documents: int = 0
    passages: int = 0
    vectors: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return asdict(self)
