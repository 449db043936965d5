"""Terms of a question in whose place a unit, or what stands over it, tells others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.reading.alternatives import (
    ALIKE,
    Alternative,
    Ground,
    at_the_end,
    headed,
    inserted,
    negated,
    substituted,
)
from rag.reading.classes import of_class
from rag.reading.companions import beside_in, known_head, other_title, titled_apart
from rag.reading.heads import begins_with, flattened
from rag.reading.naming import other_name, other_words
from rag.reading.sought import Sought
from rag.text.prepared import Prepared

_CHINESE = re.compile(r".*[㐀-鿿]")


@dataclass(frozen=True, slots=True)
class Told:
    """A unit with the headings and the title over it, and the passage around it."""

    unit: Prepared
    heading: Prepared
    title: Prepared
    around: Prepared

    def above(self, term: str) -> bool:
        """Tell whether a heading or the title holds a term in normal form."""
        return term in self.heading.normal or term in self.title.normal


@dataclass(frozen=True, slots=True)
class _Context:
    """What stands around units of one section, in normal form without 的.

    ``names`` are the title and the last heading as they are, ``known`` is all that is told.
    """

    names: tuple[str, ...]
    above: str
    around: str
    known: str


@lru_cache(maxsize=512)
def _context(sought: Sought, heading: Prepared, title: Prepared, around: Prepared) -> _Context:
    above = flattened(f"{heading.normal}\n{title.normal}")
    passage = flattened(around.normal)
    last = heading.normal.rpartition(" > ")[2]
    return _Context(
        names=tuple(name for name in dict.fromkeys((title.normal, last)) if name),
        above=above,
        around=passage,
        known="\n".join((sought.known, passage, above, *sought.beside.titles)),
    )


def other_terms(sought: Sought, told: Told) -> Iterator[Alternative]:
    """Yield what is told in the place of terms of the question, with what speaks for it."""
    context = _context(sought, told.heading, told.title, told.around)
    unit = flattened(told.unit.normal)
    for rule in _RULES:
        yield from rule(sought, unit, context)
    above = f"{told.heading.normal}\n{told.title.normal}"
    yield from other_words(sought.prepared, told.unit, above, context.known)


def _substituted(sought: Sought, unit: str, context: _Context) -> Iterator[Alternative]:
    for chunk, first in sought.chunks:
        for text, least in ((unit, ALIKE), (context.above, ALIKE - 1)):
            for found in substituted(chunk, text, context.known, first=first, least=least):
                # A title that names both decides nothing.
                both = text is unit and found.told in context.above
                if found.asked not in unit and (both or found.asked not in context.above):
                    yield found


def _people(sought: Sought, unit: str, context: _Context) -> Iterator[Alternative]:
    known = context.known
    for piece, whole in sought.people:
        named = [(piece, whole or piece in known)]
        # "李明住" of "李明住在哪里": a clause elsewhere begins so, and the name is its head.
        if len(piece) > 2 and piece[:3] not in unit and begins_with(known, piece[:3]):
            named.append((piece[:2], True))
        for person, sure in named:
            if name := other_name(person, unit, known, whole=sure):
                yield Alternative(person, name, Ground.NAME)


def _first_words(sought: Sought, unit: str, context: _Context) -> Iterator[Alternative]:
    """Hold the words that a question begins with against names that are nearly theirs."""
    first = sought.first
    if _CHINESE.match(sought.begun) is None:
        return
    found = [inserted(sought.begun, unit, context.known)]
    if first:
        found += [titled_apart(first, name) for name in context.names if name not in first]
        found.append(headed(first, unit, context.known))
    yield from (one for one in found if one is not None and one.asked not in unit)
    if not first:
        return
    denied = (negated(first, text) for text in (unit, context.above))
    yield from (one for one in denied if one is not None)


def _class(sought: Sought, unit: str, context: _Context) -> Iterator[Alternative]:
    pair = of_class(sought.normal, unit, context.above)
    if pair:
        yield Alternative(*pair, Ground.CLASS)


def _companions(sought: Sought, unit: str, context: _Context) -> Iterator[Alternative]:
    """Hold what a question is about against what stands beside it in the text around."""
    near = f"{context.around}\n{context.above}"
    for subject in sought.subjects:
        name = subject
        if not subject.isascii():
            name = known_head(subject, near) or subject
            for text in (unit, *context.names):
                found = at_the_end(subject, text, context.known)
                if found and found.asked not in unit and found.asked not in context.above:
                    yield found
        elif any(part in unit for part in sought.names.get(name, ())):
            continue
        if name not in unit and name in context.known:
            sibling = beside_in(name, unit, near)
            if sibling:
                yield Alternative(name, sibling, Ground.TOGETHER)


def _titles(sought: Sought, unit: str, context: _Context) -> Iterator[Alternative]:
    for own in context.names:
        pair = other_title(sought.normal, own, sought.beside.titles)
        if pair and pair[0] not in unit and pair[0] not in context.around:
            yield Alternative(*pair, Ground.TITLE)


_RULES: tuple[Callable[[Sought, str, _Context], Iterator[Alternative]], ...] = (
    _substituted,
    _people,
    _first_words,
    _class,
    _companions,
    _titles,
)
