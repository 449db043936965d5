"""Finish a document: set furniture aside, recognise structure, write the text with its blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count

from rag.readers.assembling import Assembler, Piece
from rag.readers.drafting import Draft, Note
from rag.readers.furniture import mark_furniture
from rag.readers.recognising import find_headings, join_short_lines, recognise
from rag.records import Block, BlockKind, Document

Group = Callable[[], int]


def groups() -> Group:
    """Return a function that gives a new group number at each call, from 1."""
    return count(1).__next__


def finish(
    drafts: Sequence[Draft],
    *,
    group: Group,
    title: str = "",
    fallback: str = "",
    metadata: Mapping[str, str] | None = None,
    unmarked: bool = False,
) -> Document:
    """Return the document of a reader's drafts.

    ``title`` is what the format names as one, ``fallback`` stands where none is found.
    ``metadata`` counts more than what furniture tells. ``unmarked`` says that the format marks no
    headings, so that lines are searched for them.
    """
    marked = mark_furniture(drafts, title=title)
    found: Sequence[Draft] = marked.drafts
    if unmarked:
        found = join_short_lines(find_headings(found))
    found = recognise(found, group)
    return write(
        found,
        title=title or marked.title or fallback,
        metadata=marked.metadata | dict(metadata or {}),
    )


def write(drafts: Iterable[Draft], *, title: str, metadata: Mapping[str, str]) -> Document:
    """Return the document that the drafts spell out, in order."""
    assembler = Assembler()
    numbers: dict[int, int] = {}
    for draft in drafts:
        if draft.aside is not None:
            assembler.set_aside(draft.aside, draft.text)
            continue
        if draft.group and draft.group not in numbers:
            numbers[draft.group] = assembler.group()
        block = _write(assembler, draft, numbers.get(draft.group, 0))
        _set_aside_notes(assembler, draft.notes, block, draft.text)
    return assembler.document(title=" ".join(title.split()), metadata=metadata)


def _write(assembler: Assembler, draft: Draft, group: int) -> Block | None:
    if draft.kind in {BlockKind.COLUMNS, BlockKind.ROW} and not draft.names_in_text:
        piece = Piece("", draft.number) if draft.number else None
        header = draft.kind is BlockKind.COLUMNS
        return assembler.add_row(
            draft.cells, group=group, names=draft.names, header=header, piece=piece
        )
    if draft.kind is BlockKind.ROW:
        values = draft.values()
        return assembler.add_record(draft.pieces(), group=group, names=draft.names, values=values)
    return assembler.add(
        draft.kind, draft.pieces(), level=draft.level, group=group, marker=draft.marker
    )


def _set_aside_notes(
    assembler: Assembler, notes: Sequence[Note], block: Block | None, text: str
) -> None:
    """Set links and images aside where the words they were put on stand."""
    position = 0
    for note in notes:
        at = None
        if block is not None:
            found = text.find(note.label, position) if note.label else -1
            position = max(found, position)
            at = block.start + found if found >= 0 else block.end
        assembler.set_aside(note.kind, note.text, at=at)
