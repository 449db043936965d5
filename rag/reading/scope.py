"""How what is told fits what was asked: the quarter, version, region, person or code meant.

What was asked of one must not be answered with another's. A question that names nothing to be
told apart fits everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rag.reading.alternatives import (
    ALIKE,
    Alternative,
    Ground,
    Pair,
    atoms,
    at_the_end,
    begins,
    begins_with,
    beside_in,
    flattened,
    headed,
    inserted,
    known_head,
    negated,
    of_class,
    titled_apart,
    other_title,
    substituted,
)
from rag.reading.identifiers import Key, Mark, marks, marks_of, near
from rag.reading.naming import Word, begins_word, other_name, other_words, words
from rag.text.prepared import Prepared, prepared

if TYPE_CHECKING:
    from rag.asking.question import Question


@dataclass(frozen=True, slots=True)
class Beside:
    """What else was found: the titles and last headings of its passages, and all their text."""

    titles: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a unit fits what a question names; every number is in [0, 1].

    ``matched`` is the share, by rarity, of the question's words that unit, headings or title
    tell; ``missing`` the share told nowhere, not even around the unit. ``conflicting`` are
    pairs (asked, told instead) of one kind, such as ("第三季度", "第二季度"); ``grounds`` says
    for each pair how it was found. ``exact`` is the share of the question's codes, marks and
    quoted phrases that stand in the unit exactly, half where only above it; 0 without any.
    """

    matched: float
    conflicting: tuple[Pair, ...]
    missing: float
    exact: float
    grounds: tuple[str, ...] = ()


_QUOTED = re.compile(r"[“\"「『《‘]([^”\"」』》’]{2,40})[”\"」』》’]")
_PIECES = re.compile(r"[^\s,，。;；:：、?？!！()（）\"'“”《》·-]+")
_HAN = re.compile(r"[㐀-鿿]")
_MEASURED = re.compile(r"^[哪几]?[个种家位次条年天日月名座只本部届项类款]")
_BEHIND = re.compile(r"\s?(?:[㐀-鿿]{2}|[a-z]+ [a-z]+)")
_HAN_PAIR = re.compile(r"[㐀-鿿]{2}")
_BOUND = re.compile(
    r"以上|以下|以内|超过|不足|不满|少于|多于|大于|小于|至|到|[~-]|over|under|than|least|most"
)
_LEAD = re.compile(r"(?:in|during|for|by|on|at) $")


class Sought:
    """What a question names, worked out once for all units."""

    def __init__(self, question: Question, beside: Beside) -> None:
        self.prepared = prepared(question.text)
        self.normal = self.prepared.normal
        self.marks: dict[Key, list[Mark]] = {}
        for mark in marks(self.prepared):
            self.marks.setdefault(mark.key, []).append(mark)
        content = question.content
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


def fit(
    question: Question,
    unit: str,
    *,
    heading: str = "",
    title: str = "",
    around: str = "",
    weights: Mapping[str, float],
    beside: Beside | None = None,
) -> Fit:
    """Return how a unit fits what a question names.

    ``heading`` is the path of headings above the unit, ``around`` the passage it stands in,
    ``weights`` the inverse document frequencies of the question's tokens, ``beside`` what else
    was found for the question.
    """
    sought = sought_of(question, beside)
    told = _Told(prepared(unit), prepared(heading), prepared(title), prepared(around))
    matched, missing = _shares(sought, told, weights)
    found = tuple(dict.fromkeys(_conflicting(sought, told)))
    return Fit(
        matched=matched,
        conflicting=tuple((a.asked, a.told) for a in found),
        missing=missing,
        exact=_exact(sought, told),
        grounds=tuple(str(a.ground) for a in found),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    unit: Prepared
    heading: Prepared
    title: Prepared
    around: Prepared

    def above(self, term: str) -> bool:
        return term in self.heading.normal or term in self.title.normal


def _shares(sought: Sought, told: _Told, weights: Mapping[str, float]) -> tuple[float, float]:
    total = matched = missing = 0.0
    for token in sought.tokens:
        weight = weights.get(token, 0.0)
        if weight <= 0:
            continue
        total += weight
        if _tells(token, told.unit) or _tells(token, told.heading) or _tells(token, told.title):
            matched += weight
        elif not _tells(token, told.around):
            missing += weight
    return (matched / total, missing / total) if total else (1.0, 0.0)


def _tells(token: str, text: Prepared) -> bool:
    """Tell whether a text holds an index token; a word is looked for by the head of its stem."""
    first = token[0]
    if first in "#@":
        return token[1:] in text.normal or token in text.token_set
    if not first.isascii():
        return token in text.normal
    return begins_word(token[:-1] if token[-1] == "i" and len(token) > 3 else token, text.normal)


def _exact(sought: Sought, told: _Told) -> float:
    wanted = found = 0.0
    for mark in (mark for group in sought.marks.values() for mark in group):
        wanted += 1
        if any(m.meets(mark) for m in marks_of(told.unit, mark.key)):
            found += 1
        elif any(
            m.meets(mark) for text in (told.heading, told.title) for m in marks_of(text, mark.key)
        ):
            found += 0.5
    for phrase in sought.quoted:
        wanted += 1
        found += 1 if phrase in told.unit.normal else 0.5 if told.above(phrase) else 0
    return found / wanted if wanted else 0.0


def _conflicting(sought: Sought, told: _Told) -> Iterator[Alternative]:
    for key, asked in sought.marks.items():
        pair = _other_mark(sought, key, asked, told)
        if pair:
            yield Alternative(*pair, key[0])
    yield from _other_terms(sought, told)


_SPREAD = frozenset({"year", "month", "day", "weekday", "ordinal", "numbered"})
"""Kinds of which a passage may name the asked one for the sentences that follow it."""


def _other_mark(sought: Sought, key: Key, asked: Sequence[Mark], told: _Told) -> Pair | None:
    """Return an asked mark and what stands in its place in the unit, or above it."""
    wanted = asked[0]
    first: tuple[Prepared, Mark] | None = None
    for text in (told.unit, told.heading, told.title):
        alike = _alike(wanted, key, text)
        if key[0] == "quantity":
            alike = [m for m in alike if _same_slot(sought.prepared, wanted, text, m)]
        if any(mark.meets(one) for mark in alike for one in asked):
            # A title that tells both says nothing of which one the unit means.
            if first is None or not any(first[1].meets(mark) for mark in alike):
                return None
        elif alike and first is None:
            first = (text, alike[0])
    if first is None:
        return None
    text, mark = first
    if (
        key[0] in _SPREAD
        and any(m.meets(wanted) for m in _alike(wanted, key, told.around))
        and not _parallel(wanted, mark, key, told)
    ):
        return None
    return _shown(sought.prepared, wanted), _shown(text, mark)


def _alike(wanted: Mark, key: Key, text: Prepared) -> list[Mark]:
    found = marks_of(text, key)
    if key[0] == "code":
        return [m for m in found if m.name == wanted.name or near(wanted.name, m.name)]
    return found


def _parallel(wanted: Mark, mark: Mark, key: Key, told: _Told) -> bool:
    """Tell whether the passage goes on after the asked mark as the unit does after its own."""
    unit, around = told.unit.normal, told.around.normal
    behind = _BEHIND.match(unit, mark.end)
    heads = _heads(unit, mark.start)
    return any(
        (behind is not None and around.startswith(behind.group(), other.end))
        or (heads and _heads(around, other.start))
        for other in marks_of(told.around, key)
        if other.meets(wanted)
    )


def _heads(text: str, place: int) -> bool:
    lead = _LEAD.search(text, max(0, place - 7), place)
    return begins(text, lead.start() if lead else place)


def _same_slot(question: Prepared, wanted: Mark, text: Prepared, told: Mark) -> bool:
    """Tell whether two quantities stand before or behind the same two characters."""
    asked, normal = question.normal, text.normal
    around = normal[max(0, told.start - 6) : told.end + 4]
    if _BOUND.search(around) or _BOUND.search(asked[max(0, wanted.start - 6) : wanted.end + 4]):
        return False
    behind = _BEHIND.match(asked, wanted.end)
    if behind and normal.startswith(behind.group(), told.end):
        return True
    before = asked[max(0, wanted.start - 2) : wanted.start]
    return bool(_HAN_PAIR.fullmatch(before)) and normal.endswith(before, 0, told.start)


def _shown(text: Prepared, mark: Mark) -> str:
    return text.text[text.offsets[mark.start] : text.offsets[mark.end]].strip()


def _other_terms(sought: Sought, told: _Told) -> Iterator[Alternative]:
    unit = flattened(told.unit.normal)
    heading = told.heading.normal.split(" > ")[-1]
    above = f"{told.heading.normal}\n{told.title.normal}"
    flat_above = flattened(above)
    around = flattened(told.around.normal)
    known = f"{sought.known}\n{around}\n{flat_above}\n" + "\n".join(sought.beside.titles)
    for chunk, first in sought.chunks:
        for text, least in ((unit, ALIKE), (flat_above, ALIKE - 1)):
            for found in substituted(chunk, text, known, first=first, least=least):
                both = text is unit and found.told in flat_above
                if found.asked not in unit and (both or found.asked not in flat_above):
                    yield found
    for piece, whole in sought.people:
        named = [(piece, whole or piece in known)]
        if len(piece) > 2 and piece[:3] not in unit and begins_with(known, piece[:3]):
            named.append((piece[:2], True))
        for person, sure in named:
            if name := other_name(person, unit, known, whole=sure):
                yield Alternative(person, name, Ground.NAME)
    first = sought.chunks[0][0] if sought.chunks and sought.chunks[0][1] else ""
    for own in dict.fromkeys((told.title.normal, heading)):
        apart = titled_apart(first, own) if first and own and own not in first else None
        if apart and apart.asked not in unit:
            yield apart
    for alternative in (inserted(first, unit, known), headed(first, unit, known)) if first else ():
        if alternative and alternative.asked not in unit:
            yield alternative
    for text in (unit, flat_above) if first else ():
        denied = negated(first, text)
        if denied:
            yield denied
    pair = of_class(sought.normal, unit, above)
    if pair:
        yield Alternative(*pair, Ground.CLASS)
    around_above = f"{around}\n{flat_above}"
    for subject in sought.subjects:
        name = subject if subject.isascii() else known_head(subject, around_above) or subject
        for text in (unit, told.title.normal, heading):
            if not name.isascii() and text and (found := at_the_end(subject, text, known)):
                if found.asked not in unit and found.asked not in flat_above:
                    yield found
        if name.isascii() and any(part in unit for part in sought.names.get(name, ())):
            continue
        if name not in unit and name in known:
            sibling = beside_in(name, unit, around_above)
            if sibling:
                yield Alternative(name, sibling, Ground.TOGETHER)
    yield from other_words(sought.prepared, told.unit, above, known)
    for own in dict.fromkeys((told.title.normal, *told.heading.normal.split(" > ")[-1:])):
        pair = other_title(sought.normal, own, sought.beside.titles)
        if pair and pair[0] not in unit and pair[0] not in around:
            yield Alternative(*pair, Ground.TITLE)
