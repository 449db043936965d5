"""Blocks on their way: what readers find, before it is decided what each stretch is.

A reader turns a file into drafts, one for each stretch its format sets apart, every line of them
with its number. ``rag.readers.furniture`` and ``rag.readers.recognising`` then decide what a
format does not say, and ``rag.readers.finishing`` writes the document.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rag.readers.assembling import CELL_SEPARATOR, Piece
from rag.records import AsideKind, BlockKind, Span

BULLET = "•"
"""The marker of every item that has no number."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the original: its text without outer space, and its number, 0 where unknown.

    ``hard`` says that the author broke the line after it; other breaks are those of a page width
    and go when lines are joined. ``strong`` counts the characters at its start set in bold.
    """

    text: str
    number: int = 0
    hard: bool = False
    strong: int = 0

    @property
    def is_strong(self) -> bool:
        """Tell a line that is bold from end to end."""
        return 0 < len(self.text) <= self.strong


@dataclass(frozen=True, slots=True)
class Note:
    """What stood in a draft but is not part of its text; ``label`` is the text it was put on."""

    kind: AsideKind
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A stretch of a document; see ``Block`` for ``kind``, ``level``, ``group``, ``marker``.

    ``cells`` and ``names`` belong to rows. ``aside`` is set where the draft is no part of the
    text. ``gap`` says that a blank line or an element's border stands before it; ``indent`` counts
    its columns of indentation where the format has any. ``settled`` drafts are what their format
    says they are: nothing is to be recognised in them.
    """

    kind: BlockKind
    lines: tuple[Line, ...] = ()
    level: int = 0
    group: int = 0
    marker: str = ""
    cells: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    aside: AsideKind | None = None
    notes: tuple[Note, ...] = ()
    gap: bool = True
    indent: int = 0
    settled: bool = False

    @property
    def text(self) -> str:
        """Return the text as it will be read, lines joined."""
        if self.cells:
            return CELL_SEPARATOR.join(self.cells)
        if len(self.lines) == 1:
            return self.lines[0].text
        return "".join(piece.text for piece in self.pieces())

    @property
    def number(self) -> int:
        """Return the number of the first line."""
        return self.lines[0].number if self.lines else 0

    @property
    def names_in_text(self) -> bool:
        """Tell a record: a row whose lines hold its names beside its values."""
        return self.kind is BlockKind.ROW and not self.cells

    def values(self) -> list[Span]:
        """Return where the values of a record stand in its text, one for each name."""
        spans, at = [], 0
        for line, name in zip(self.lines, self.names, strict=True):
            rest = line.text[len(name) :].lstrip().lstrip(":：").lstrip()
            end = at + len(line.text)
            spans.append((end - len(rest), end))
            at = end + 1
        return spans

    def pieces(self) -> list[Piece]:
        """Return the lines with what joins them."""
        return [
            Piece(line.text + _joint(line, following), line.number)
            for line, following in zip(self.lines, [*self.lines[1:], None], strict=True)
        ]

    def on(self, lines: tuple[Line, ...]) -> Draft:
        """Return the draft with other lines."""
        return replace(self, lines=lines)


def of_text(kind: BlockKind, text: str, number: int = 0, **fields: object) -> Draft:
    """Return a draft of a text; its own line breaks are the author's."""
    lines = text.split("\n")
    numbers = range(number, number + len(lines)) if number else [0] * len(lines)
    return Draft(
        kind,
        tuple(Line(line, n, hard=True) for line, n in zip(lines, numbers, strict=True)),
        **fields,  # type: ignore[arg-type]
    )


def is_wide(character: str) -> bool:
    """Tell a character of a script that sets no space between words, or its punctuation."""
    return (
        "\u2e80" <= character <= "\ua4cf"
        or "\uf900" <= character <= "\ufaff"
        or ("\ufe30" <= character <= "\ufe4f" or "\uff00" <= character <= "\uff60")
        or "\U00020000" <= character <= "\U0003ffff"
        or character in "“”‘’…—"
    )


def _is_wide_mark(character: str) -> bool:
    return is_wide(character) and not character.isalnum()


def _joint(line: Line, following: Line | None) -> str:
    """Return what stands between a line and the next one."""
    if following is None:
        return ""
    if line.hard:
        return "\n"
    if not line.text or not following.text:
        return ""
    left, right = line.text[-1], following.text[0]
    # Half-width punctuation after Chinese words stands for the full-width one.
    if left in ",.;:!?)" and is_wide(line.text[-2:-1] or left):
        left = "，"
    if is_wide(left) and is_wide(right):
        return ""
    # A figure is set close to Chinese words, and is not broken by a space.
    digits = left.isdigit(), right.isdigit()
    if _is_wide_mark(left) or _is_wide_mark(right) or (is_wide(left) and digits[1]):
        return ""
    if digits[0] and (is_wide(right) or (digits[1] and any(map(is_wide, line.text)))):
        return ""
    # A word broken at its hyphen stays as it is written: which hyphens are the author's is unknown.
    if left == "-" and line.text[-2:-1].isalpha() and right.isalpha():
        return ""
    return " "
