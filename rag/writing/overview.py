"""What documents are about, in their own words: titles, first sentences and headings, as quotes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from rag.asking.asked import Asked
from rag.evidence import Evidence
from rag.reading.proposal import Extent, Proposal, Reading
from rag.records import Block, BlockKind, Hit, Passage
from rag.text.sentences import split_sentences

KIND = "overview"
_DOCUMENTS = 8
"""Documents told of at once; a note tells how many more there are."""
_SENTENCES = 2
_LONGEST_OPENING = 400
"""Characters of the first sentences of a document."""
_SHORTEST_OPENING = 15
"""A shorter first paragraph is a date, a name or a motto; the next one may tell more."""
_HEADINGS = 15
_PARAGRAPHS = 4
"""First sentences that stand for the headings a document does not have."""
_PROSE = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.DEFINITION})


class Summary(Protocol):
    """A document by name."""

    @property
    def id(self) -> str:
        """Return the identity of the document."""
        ...

    @property
    def title(self) -> str:
        """Return its title."""
        ...


class Library(Protocol):
    """Gives the documents there are and the passages of each, in order."""

    def documents(self) -> Sequence[Summary]:
        """Return all documents."""
        ...

    def passages_of(self, identity: str) -> Sequence[Passage]:
        """Return the passages of a document in order."""
        ...


def overview(asked: Asked, library: Library, *, within: Collection[str] | None = None) -> Reading:
    """Return what the documents meant by ``asked.about`` are about, as units to quote.

    One document is told with its first sentences and its headings, several with the first
    sentence of each. ``within`` limits them to the documents with these ids. There are no
    proposals where there is nothing to tell of.
    """
    meant = [one for one in library.documents() if within is None or one.id in within]
    meant = [one for one in meant if one.title == asked.about] or meant
    shelf = _Shelf()
    proposals: list[Proposal] = []
    for document in meant[:_DOCUMENTS]:
        passages = library.passages_of(document.id)
        proposals += _whole(passages, shelf) if len(meant) == 1 else _opening(passages, shelf, 1)
    more = len(meant) - _DOCUMENTS
    return Reading(
        asked=asked,
        evidence=Evidence(question=asked.read, hits=tuple(shelf.hits.values())),
        proposals=tuple(proposals),
        confidence=1.0 if proposals else 0.0,
        related=1.0 if proposals else 0.0,
        notes=(f"more_documents:{more}",) if more > 0 else (),
    )


class _Shelf:
    """Numbers passages as hits when they are first quoted."""

    def __init__(self) -> None:
        self.hits: dict[str, Hit] = {}

    def extent(self, passage: Passage, start: int, end: int) -> Extent:
        """Return a stretch of a passage."""
        hit = self.hits.get(passage.id)
        if hit is None:
            hit = self.hits[passage.id] = Hit(passage, len(self.hits) + 1, 1.0)
        return Extent(hit, start, end)


def _whole(passages: Sequence[Passage], shelf: _Shelf) -> Iterator[Proposal]:
    """Yield the opening of one document and what it has in place of a table of contents."""
    yield from _opening(passages, shelf, _SENTENCES)
    headings = _headings(passages)
    if headings:
        extents = [shelf.extent(passage, block.start, block.end) for passage, block in headings]
        yield _proposal(extents[:_HEADINGS])
        return
    later = list(_prose(passages))[1 : _PARAGRAPHS + 1]
    extents = [shelf.extent(passage, *_first(passage, block, 1)) for passage, block in later]
    if extents:
        yield _proposal(extents)


def _opening(passages: Sequence[Passage], shelf: _Shelf, sentences: int) -> Iterator[Proposal]:
    """Yield the title of a document, where it stands in the text, and its first sentences."""
    extents = []
    title = next(_of_kind(passages, frozenset({BlockKind.HEADING})), None)
    told = next(_prose(passages), None) or next(_of_kind(passages, None), None)
    if title is not None and (told is None or title[1].start < told[1].start):
        extents.append(shelf.extent(title[0], title[1].start, title[1].end))
    if told is not None and told[1].kind is not BlockKind.HEADING:
        extents.append(shelf.extent(told[0], *_first(*told, sentences)))
    if extents:
        yield _proposal(extents)


def _proposal(extents: Sequence[Extent]) -> Proposal:
    return Proposal(tuple(extents), None, 1.0, KIND)


def _headings(passages: Sequence[Passage]) -> list[tuple[Passage, Block]]:
    """Return the headings of the highest level that has several."""
    found = list(_of_kind(passages, frozenset({BlockKind.HEADING})))
    for level in sorted({block.level for _, block in found}):
        alike = [(passage, block) for passage, block in found if block.level == level]
        if len(alike) > 1:
            return alike
    return []


def _prose(passages: Sequence[Passage]) -> Iterator[tuple[Passage, Block]]:
    """Yield the paragraphs long enough to tell something; all of them where none is."""
    found = list(_of_kind(passages, _PROSE))
    long = [one for one in found if one[1].end - one[1].start >= _SHORTEST_OPENING]
    yield from long or found


def _of_kind(
    passages: Sequence[Passage], kinds: frozenset[BlockKind] | None
) -> Iterator[tuple[Passage, Block]]:
    """Yield the blocks of these kinds that begin in each passage; of any kind for None."""
    for passage in passages:
        for block in passage.blocks:
            begins = passage.start <= block.start and block.end <= passage.end
            if begins and (kinds is None or block.kind in kinds):
                yield passage, block


def _first(passage: Passage, block: Block, sentences: int) -> tuple[int, int]:
    """Return where the first sentences of a block stand in the document."""
    text = passage.text[block.start - passage.start : block.end - passage.start]
    spans = split_sentences(text)[:sentences]
    fitting = [end for _, end in spans if end <= _LONGEST_OPENING] or [end for _, end in spans[:1]]
    return block.start, block.start + max(fitting, default=len(text))
