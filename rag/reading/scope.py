"""How what is told fits what was asked: the quarter, version, region, person or code meant.

What was asked of one must not be answered with another's. A question that names nothing to be
told apart fits everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.reading.alternatives import Alternative, Pair
from rag.reading.codes import near
from rag.reading.heads import begins
from rag.reading.identifiers import Key, Mark, marks_of
from rag.reading.naming import begins_word
from rag.reading.sought import Beside, Sought, sought_of
from rag.reading.terms import Told, other_terms
from rag.text.prepared import Prepared, prepared

if TYPE_CHECKING:
    from rag.asking.question import Question

_BEHIND = re.compile(r"[,]?\s?(?:[㐀-鿿]{2}|[a-z]+ [a-z]+)")
_SUFFIX = re.compile(r" ?([A-Z][a-z]{1,7})(?![A-Za-z])(?! [A-Z])")
_HAN_PAIR = re.compile(r"[㐀-鿿]{2}")
_BOUND = re.compile(
    r"以上|以下|以内|超过|不足|不满|少于|多于|大于|小于|至|到|[~-]|over|under|than|least|most"
)


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
    told = Told(prepared(unit), prepared(heading), prepared(title), prepared(around))
    matched, missing = _shares(sought, told, weights)
    found = tuple(dict.fromkeys(_conflicting(sought, told)))
    return Fit(
        matched=matched,
        conflicting=tuple((a.asked, a.told) for a in found),
        missing=missing,
        exact=_exact(sought, told),
        grounds=tuple(str(a.ground) for a in found),
    )


def _shares(sought: Sought, told: Told, weights: Mapping[str, float]) -> tuple[float, float]:
    above = _told_by(sought, told.heading) | _told_by(sought, told.title)
    around = _told_by(sought, told.around)
    total = matched = missing = 0.0
    for token in sought.tokens:
        weight = weights.get(token, 0.0)
        if weight <= 0:
            continue
        total += weight
        if token in above or _tells(token, told.unit):
            matched += weight
        elif token not in around:
            missing += weight
    return (matched / total, missing / total) if total else (1.0, 0.0)


@lru_cache(maxsize=512)
def _told_by(sought: Sought, text: Prepared) -> frozenset[str]:
    """Return the tokens of the question that a text holds."""
    return frozenset(token for token in sought.tokens if _tells(token, text))


def _tells(token: str, text: Prepared) -> bool:
    """Tell whether a text holds an index token; a word is looked for by the head of its stem."""
    first = token[0]
    if first in "#@":
        return token[1:] in text.normal or token in text.token_set
    if not first.isascii():
        return token in text.normal
    return begins_word(token[:-1] if token[-1] == "i" and len(token) > 3 else token, text.normal)


def _exact(sought: Sought, told: Told) -> float:
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


def _conflicting(sought: Sought, told: Told) -> Iterator[Alternative]:
    for key, asked in sought.marks.items():
        pair = _other_mark(sought, key, asked, told)
        if pair:
            yield Alternative(*pair, key[0])
    yield from other_terms(sought, told)


_SPREAD = frozenset({"year", "month", "day", "weekday", "ordinal", "numbered"})
"""Kinds of which a passage may name the asked one for the sentences that follow it."""
_NAMING = frozenset({"code", "numbered"})
"""Kinds that a word with a capital may go on behind."""
_HEADING = frozenset({"ordinal", "numbered"})
"""Those of them that clauses of a list begin with."""


def _other_mark(sought: Sought, key: Key, asked: Sequence[Mark], told: Told) -> Pair | None:
    """Return an asked mark and what stands in its place in the unit, or above it."""
    wanted = asked[0]
    first: tuple[Prepared, Mark] | None = None
    for text in (told.unit, told.heading, told.title):
        alike = _alike(sought, wanted, key, text)
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
        and any(m.meets(wanted) for m in _alike(sought, wanted, key, told.around))
        and not _parallel(wanted, mark, key, told)
    ):
        return None
    return _shown(sought.prepared, wanted), _shown(text, mark)


def _alike(sought: Sought, wanted: Mark, key: Key, text: Prepared) -> list[Mark]:
    """Return the marks of a text that can be told apart from a wanted one, or are the same.

    A name goes on behind its mark: X5 Pro is another one than X5.
    """
    found = marks_of(text, key)
    if key[0] == "code":
        found = [m for m in found if m.name == wanted.name or near(wanted.name, m.name)]
    if key[0] not in _NAMING or not found:
        return found
    asked = _suffix(sought.prepared, wanted)
    suffixes = [(mark, _suffix(text, mark)) for mark in found]
    return [
        replace(mark, name=f"{mark.name} {suffix}") if suffix != asked else mark
        for mark, suffix in suffixes
    ]


def _suffix(text: Prepared, mark: Mark) -> str:
    """Return the word with a capital that goes on the name of a mark, in normal form."""
    found = _SUFFIX.match(text.text, text.offsets[mark.end])
    return found[1].lower() if found else ""


def _parallel(wanted: Mark, mark: Mark, key: Key, told: Told) -> bool:
    """Tell whether the passage goes on after the asked mark as the unit does after its own."""
    unit, around = told.unit.normal, told.around.normal
    behind = _BEHIND.match(unit, mark.end)
    heads = key[0] in _HEADING and begins(unit, mark.start)
    return any(
        (behind is not None and around.startswith(behind.group(), other.end))
        or (heads and begins(around, other.start))
        for other in marks_of(told.around, key)
        if other.meets(wanted)
    )


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
