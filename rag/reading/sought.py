"""What a question names, worked out once for all the units it is held against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.reading.heads import atoms, flattened
from rag.reading.identifiers import Key, Mark, marks
from rag.reading.naming import Word, words
from rag.text.prepared import Prepared, prepared

if TYPE_CHECKING:
    from rag.asking.question import Question

_QUOTED = re.compile(r"[“\"「『《‘]([^”\"」』》’]{2,40})[”\"」』》’]")
_PIECES = re.compile(r"[^\s,，。;；:：、?？!！()（）\"'“”《》·-]+")
_HAN = re.compile(r"[㐀-鿿]")
_MEASURED = re.compile(r"^[哪几]?[个种家位次条年天日月名座只本部届项类款]")


@dataclass(frozen=True, slots=True)
class Beside:
    """What else was found: the titles and last headings of its passages, and all their text."""

    titles: tuple[str, ...] = ()
    text: str = ""


class Sought:
    """What a question names, in normal form.

    ``marks`` are its marks by key; ``chunks`` its stretches of Chinese without the words that ask
    and without marks, each with whether the question begins with it, ``first`` that one,
    ``begun`` it with its marks;
    ``people`` pieces that may be names, each with whether it surely ends there; ``subjects`` what
    the question may be about; ``names`` words with a capital, each with its neighbours;
    ``quoted`` its quoted phrases; ``tokens`` those of its index tokens that say more than a
    single Chinese character; ``known`` is all that the passages beside say.
    """

    def __init__(self, question: Question, beside: Beside) -> None:
        self.prepared = prepared(question.text)
        self.normal = self.prepared.normal
        self.marks: dict[Key, list[Mark]] = {}
        for mark in marks(self.prepared):
            self.marks.setdefault(mark.key, []).append(mark)
        content = question.content
        begun = _PIECES.match(flattened(content))
        self.begun = begun.group() if begun else ""
        for mark in sorted(marks(self.prepared), key=lambda mark: mark.start - mark.end):
            if mark.key[0] != "side":
                content = content.replace(self.normal[mark.start : mark.end], " ")
        pieces = [_MEASURED.sub("", piece) for piece in _PIECES.findall(flattened(content))]
        begin = next((n for n, piece in enumerate(pieces) if piece), 0)
        self.chunks = tuple(
            (piece, place == begin and flattened(self.normal).startswith(piece))
            for place, piece in enumerate(pieces)
            if _HAN.search(piece) and len(atoms(piece)) > 1
        )
        parts = [part for piece in _PIECES.findall(content) for part in piece.split("的")]
        bare = [part.rstrip("是于在有为") for part in parts]
        self.people = tuple(
            (name, part != name or len(name) == 2)
            for name, part in zip(bare, parts, strict=True)
            if 2 <= len(name) <= 5
        )
        parts = bare
        self.first = self.chunks[0][0] if self.chunks and self.chunks[0][1] else ""
        self.subjects = tuple(_subjects(parts, self.prepared))
        self.quoted = tuple(prepared(match[1]).normal for match in _QUOTED.finditer(question.text))
        self.names = _neighbours(words(self.prepared))
        self.tokens = tuple(
            token for token in question.tokens if len(token) > 1 or not _HAN.match(token)
        )
        self.beside = Beside(tuple(prepared(title).normal for title in beside.titles))
        self.known = flattened(prepared(beside.text).normal)


def _subjects(parts: Sequence[str], question: Prepared) -> Iterator[str]:
    """Yield what a question may be about: its first words, or what it writes with a capital."""
    first = next((part for part in parts if part), "")
    if _HAN.match(first) and len(first) > 1:
        yield first
    for word in words(question)[1:]:
        if word.capital and word.form.isalpha() and len(word.form) > 2:
            yield word.form


def _neighbours(told: Sequence[Word]) -> dict[str, list[str]]:
    """Return for each word with a capital those beside it, which belong to the same name."""
    found: dict[str, list[str]] = {}
    for one, other in pairwise(told):
        if other.joined and one.capital and other.capital:
            found.setdefault(one.form, []).append(other.form)
            found.setdefault(other.form, []).append(one.form)
    return found


@lru_cache(maxsize=64)
def _sought(question: Question, beside: Beside) -> Sought:
    return Sought(question, beside)


def sought_of(question: Question, beside: Beside | None = None) -> Sought:
    """Return what a question names; see ``fit``."""
    return _sought(question, beside or Beside())
