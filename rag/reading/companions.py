"""What belongs together: titles that differ in one part, names side by side in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.reading.alternatives import LONGEST, Alternative, Ground, Pair
from rag.reading.heads import HAN, begins, begins_with, clean

_NEARBY = 60
"""Characters between two clauses that are held side by side."""
_LATIN = re.compile(r"[a-z][a-z0-9+-]*版?")


@dataclass(frozen=True, slots=True)
class _Script:
    """How names are joined and clauses go on in a script."""

    head: re.Pattern[str]
    joined_before: re.Pattern[str]
    joined_behind: re.Pattern[str]
    goes_on: re.Pattern[str]


def _script(run: str, joints: str, goes_on: str) -> _Script:
    return _Script(
        head=re.compile(rf"{run}\Z"),
        joined_before=re.compile(rf"({run}){joints}\Z"),
        joined_behind=re.compile(rf"{joints}({run})"),
        goes_on=re.compile(goes_on),
    )


_CHINESE = _script(rf"[{HAN}]{{2,8}}", r"\s?(?:与|和|及|以及|、|跟|vs\.?|/)\s?", rf"[{HAN}]{{2}}")
_ENGLISH = _script(r"\b[a-z][\w-]{2,}", r"(?: and | or |, | vs\.? |/)", r" [a-z]+ ")


@lru_cache(maxsize=4096)
def together(term: str, text: str) -> tuple[str, ...]:
    """Return what stands side by side with a term in a text: joined with it, or in clauses alike.

    Each is a run of up to eight characters of which the end nearer to the joint surely belongs
    to it ("海燕" of "海燕与信天翁"); what is joined in front ends there, what follows begins there.
    """
    if term not in text:
        return ()
    script = _ENGLISH if term[0].isascii() else _CHINESE
    found: list[str] = []
    for place in _places(term, text):
        end = place + len(term)
        before = script.joined_before.search(text, max(0, place - _NEARBY), place)
        behind = script.joined_behind.match(text, end)
        found += [match[1] for match in (before, behind) if match]
        alike = script.goes_on.match(text, end) if begins(text, place) else None
        if alike:
            found += _going_on(term, text, alike.group(), place, script)
    return tuple(dict.fromkeys(found))


def _places(term: str, text: str) -> Iterator[int]:
    """Yield where a term stands in a text, a word as a whole."""
    place = text.find(term)
    while place >= 0:
        around = text[place - 1 : place] if place else "", text[place + len(term) :][:1]
        if not term[0].isascii() or not any(one.isascii() and one.isalpha() for one in around):
            yield place
        place = text.find(term, place + 1)


def _going_on(term: str, text: str, alike: str, place: int, script: _Script) -> Iterator[str]:
    """Yield what begins a clause nearby that goes on as the clause of the term does."""
    last = place + _NEARBY
    other = text.find(alike, max(0, place - _NEARBY), last)
    while other >= 0:
        head = script.head.search(text, max(0, other - LONGEST), other)
        if head and head.group() != term and begins(text, head.start()):
            yield head.group()
        other = text.find(alike, other + 1, last)


def beside_in(term: str, unit: str, context: str) -> str:
    """Return the sibling of a term that begins a clause of a unit, empty without one.

    ``context`` is what stands around the unit and tells of the term (see ``together``).
    """
    for sibling in together(term, context):
        sizes = [len(sibling)] if sibling.isascii() else range(len(sibling), 1, -1)
        for size in sizes:
            for piece in (sibling[-size:], sibling[:size]):
                if piece in term or not clean(piece):
                    continue
                if begins_with(unit, piece):
                    return piece
    return ""


@lru_cache(maxsize=4096)
def known_head(piece: str, context: str) -> str:
    """Return the longest head of a piece of a question that begins a clause of its context."""
    for size in range(min(len(piece), LONGEST), 1, -1):
        if piece[:size] in context:
            head = piece[:size]
            return head if clean(head) and begins_with(context, head) else ""
    return ""


def titled_apart(piece: str, title: str) -> Alternative | None:
    """Return another title of the same pattern than the question begins with, None without.

    "青鸟Lite版" where the question begins with "青鸟Pro版售价", "厦门天文台" for "厦门美术馆".
    """
    head = 0
    while head < min(len(piece), len(title)) and piece[head] == title[head]:
        head += 1
    told = title[head:]
    if head < 2 or not 1 < len(told) <= LONGEST or not clean(told) or told in piece:
        return None
    if told[0].isascii():
        match = _LATIN.match(piece, head)
        asked = match.group() if match and _LATIN.fullmatch(told) else ""
    else:
        asked = piece[head : head + len(told)]
        if len(asked) != len(told) or asked[-1] != told[-1]:
            asked = ""
    return (
        Alternative(piece[:head] + asked, title, Ground.TITLE) if clean(asked) and asked else None
    )


@lru_cache(maxsize=4096)
def other_title(question: str, own: str, titles: Sequence[str]) -> Pair | None:
    """Return what the question names of another title in the place of this one's, None for none.

    All in normal form. Two titles must differ in one part ("锅炉房管理说明", "泵房管理说明"), of
    which the question holds the other's; or the question holds another title as a whole and
    nothing of this one.
    """
    if not own or own in question:
        return None
    found: Pair | None = None
    for title in titles:
        if title == own or not title:
            continue
        asked, told, common = _named_apart(title, own)
        if common >= 2 and asked and told:
            if len(asked) >= 2 and asked in question:
                if told in question:
                    return None
                found = found or (asked, told)
        elif len(title) >= 2 and begins_with(question, title) and not _overlap(own, question):
            found = found or (title, own)
    return found


def differing(one: str, other: str) -> tuple[str, str, int]:
    """Return the parts in which two titles differ, and how many characters they share."""
    shortest = min(len(one), len(other))
    head = 0
    while head < shortest and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < shortest - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return one[head : len(one) - tail], other[head : len(other) - tail], head + tail


def differing_heads(one: str, other: str) -> tuple[str, str, int]:
    """Return what two titles have before the end they share, and the length of that end."""
    tail = 0
    while tail < min(len(one), len(other)) and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return one[: len(one) - tail], other[: len(other) - tail], tail


def _named_apart(one: str, other: str) -> tuple[str, str, int]:
    """Return what ``differing`` does, with a shared last character that belongs to both names.

    锅炉|房管理 and 泵|房管理 differ in 锅炉房 and 泵房.
    """
    first, second, common = differing(one, other)
    end = one.rfind(first) + len(first) if first else 0
    tail = one[end : end + 1]
    if first and second and min(len(first), len(second)) < 2 and tail and not tail.isascii():
        first, second = first + tail, second + tail
    return first.strip(), second.strip(), common


def _overlap(title: str, question: str) -> bool:
    return any(title[place : place + 2] in question for place in range(len(title) - 1))
