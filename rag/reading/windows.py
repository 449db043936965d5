"""Short stretches of the hits around the most probable sentences: what the reader model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.reading.candidates import Candidate
from rag.records import Hit

_LATIN_SHARE = 0.3
"""What a character outside Chinese and Japanese counts: about four of them make a token."""


@dataclass(frozen=True, slots=True)
class Window:
    """Neighbouring sentences of one hit: ``text == hit.passage.text[start:end]``.

    ``sentences`` are their places among the ranked candidates.
    """

    hit: Hit
    start: int
    end: int
    sentences: tuple[int, ...]

    @property
    def text(self) -> str:
        """Return the exact text of the stretch."""
        return self.hit.passage.text[self.start : self.end]


def windows(ranked: Sequence[Candidate], *, count: int, size: float) -> list[Window]:
    """Return at most ``count`` windows, the one around the best sentence first.

    Each is built around the best sentence that no window holds yet and takes neighbours on
    both sides while its text weighs at most ``size`` (a Chinese character weighs 1).
    """
    by_hit: dict[int, list[int]] = {}
    for place, candidate in enumerate(ranked):
        by_hit.setdefault(candidate.hit.rank, []).append(place)
    for places in by_hit.values():
        places.sort(key=lambda place: ranked[place].start)
    held: set[int] = set()
    found: list[Window] = []
    for place, candidate in enumerate(ranked):
        if len(found) == count:
            break
        if place in held:
            continue
        window = _around(place, by_hit[candidate.hit.rank], ranked, size)
        held.update(window.sentences)
        found.append(window)
    return found


def _around(place: int, places: Sequence[int], ranked: Sequence[Candidate], size: float) -> Window:
    first = last = places.index(place)
    left = size - weight(ranked[place].text)
    before = True
    blocked = 0
    while blocked < 2:
        neighbour = first - 1 if before else last + 1
        fits = 0 <= neighbour < len(places)
        if fits:
            cost = weight(ranked[places[neighbour]].text)
            fits = cost <= left
        if fits:
            left -= cost
            first, last = min(first, neighbour), max(last, neighbour)
            blocked = 0
        else:
            blocked += 1
        before = not before
    inside = tuple(places[first : last + 1])
    return Window(ranked[place].hit, ranked[inside[0]].start, ranked[inside[-1]].end, inside)


def weight(text: str) -> float:
    """Return the length of a text in Chinese characters, other characters counting a part."""
    wide = sum(character > "\u2e7f" for character in text)
    return wide + _LATIN_SHARE * (len(text) - wide)
