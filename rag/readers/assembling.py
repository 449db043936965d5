"""Put a document together block by block: its text, exact offsets, and places in the original.

Every reader hands its blocks to one ``Assembler``, so that no other part of the product needs to
know how a file was written. Blocks of one list, table or pair stand on lines of their own; others
have an empty line between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.records import Aside, AsideKind, Block, BlockKind, Document, Place, Span

CELL_SEPARATOR = " | "
"""Stands between the cells of a row in the text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a block's text that stands on one line of the original; see ``Place``."""

    text: str
    line: int = 0
    page: int = 0
    part: str = ""


@dataclass(slots=True)
class Assembler:
    """Collects the blocks of one document."""

    _texts: list[str] = field(default_factory=list)
    _length: int = 0
    _blocks: list[Block] = field(default_factory=list)
    _places: list[Place] = field(default_factory=list)
    _aside: list[Aside] = field(default_factory=list)
    _groups: int = 0

    def group(self) -> int:
        """Return the number of a new list, table or pair."""
        self._groups += 1
        return self._groups

    def add(
        self,
        kind: BlockKind,
        pieces: str | Iterable[Piece],
        *,
        level: int = 0,
        group: int = 0,
        marker: str = "",
    ) -> Block | None:
        """Add a block; white space around it goes. Return None where nothing is left of it.

        The pieces' texts are joined as they are: a reader that joins wrapped lines puts the
        space between them, where there is one, into the texts.
        """
        given = [Piece(pieces)] if isinstance(pieces, str) else list(pieces)
        text = "".join(piece.text for piece in given)
        body = text.strip()
        if not body:
            return None
        start = self._begin(group)
        cut = len(text) - len(text.lstrip())
        at = start - cut
        for piece in given:
            self._place(max(at, start), piece)
            at += len(piece.text)
        return self._end(Block(kind, start, start + len(body), level, group, marker), body)

    def add_row(
        self,
        cells: Sequence[str],
        *,
        group: int,
        names: Sequence[str] = (),
        header: bool = False,
        piece: Piece | None = None,
    ) -> Block | None:
        """Add a row of a table from the texts of its cells; see ``Block`` for ``names``.

        ``piece`` tells its place, its text is not used. Line breaks in cells become spaces.
        """
        texts = [" ".join(cell.split()) for cell in cells]
        if not any(texts):
            return None
        while not texts[-1]:
            texts.pop()
        start = self._begin(group)
        spans: list[Span] = []
        at = start
        for text in texts:
            spans.append((at, at + len(text)))
            at += len(text) + len(CELL_SEPARATOR)
        spans += [(spans[-1][1], spans[-1][1])] * (len(names) - len(texts))
        body = CELL_SEPARATOR.join(texts)
        kind = BlockKind.COLUMNS if header else BlockKind.ROW
        known = tuple(" ".join(name.split()) for name in names)[: len(spans)]
        if piece is not None:
            self._place(start, piece)
        # An empty first cell leaves white space in front, which belongs to the row's text.
        block = Block(kind, start, start + len(body), group=group, names=known, cells=tuple(spans))
        return self._end(block, body)

    def add_record(
        self,
        pieces: Iterable[Piece],
        *,
        group: int,
        names: Sequence[str],
        values: Sequence[Span],
    ) -> Block | None:
        """Add a record of ``label: value`` lines as a row; ``values`` are the places in its text.

        The labels are its ``names`` and stay in the text, the values are its cells.
        """
        block = self.add(BlockKind.ROW, pieces, group=group)
        if block is None:
            return None
        cells = tuple((block.start + start, block.start + end) for start, end in values)
        self._blocks[-1] = replace(block, names=tuple(names), cells=cells)
        return self._blocks[-1]

    def set_aside(self, kind: AsideKind, text: str, *, at: int | None = None) -> None:
        """Keep what is not part of the text; it stood at ``at``, or where the text ends now."""
        if text.strip():
            self._aside.append(Aside(kind, text.strip(), self._length if at is None else at))

    def document(
        self,
        *,
        title: str,
        metadata: Mapping[str, str] | None = None,
        id: str = "",  # noqa: A002 - the field's own name
        source: str = "",
        layout: bytes = b"",
    ) -> Document:
        """Return the document put together so far."""
        return Document(
            id=id,
            source=source,
            title=title,
            text="".join(self._texts),
            metadata=dict(metadata or {}),
            blocks=tuple(self._blocks),
            places=tuple(self._places),
            aside=tuple(self._aside),
            layout=layout,
        )

    def _begin(self, group: int) -> int:
        """Separate a new block from the last one; return where it starts."""
        if self._blocks:
            same = group and group == self._blocks[-1].group
            self._write("\n" if same else "\n\n")
        return self._length

    def _end(self, block: Block, body: str) -> Block:
        self._write(body)
        self._blocks.append(block)
        return block

    def _write(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)

    def _place(self, start: int, piece: Piece) -> None:
        place = Place(start, piece.line, piece.page, piece.part)
        if self._places and replace(self._places[-1], start=start) == place:
            return
        if self._places and self._places[-1].start == start:
            self._places[-1] = place
        elif piece.line or piece.page or piece.part:
            self._places.append(place)
