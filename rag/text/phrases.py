"""How much of a question stands in a text as it is written: neighbouring words, quoted names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from rag.text.normal import normal_form
from rag.text.tokens import index_tokens, runs

_QUOTED = re.compile(r"[\"“「『《〈‘'](?P<quoted>[^\"”」』》〉’']{2,40})[\"”」』》〉’']")


_LONGEST = 400
"""Characters of a question that are looked for; a longer one has enough else to be found by."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of a question, or one of its characters where words are not told apart."""

    start: int
    end: int
    weight: float


class Phrases:
    """The stretches of one question that a text may hold, weighed by how rare their words are."""

    def __init__(self, question: str, weights: Mapping[str, float]) -> None:
        """Take a question apart; ``weights`` are those of its index tokens."""
        self._normal = normal_form(question[:_LONGEST])
        self._units = _units(self._normal, weights)
        self._grams = self._windows()
        self._total = sum(weight for _, weight in self._grams)
        self._quoted = [
            " ".join(match["quoted"].split()) for match in _QUOTED.finditer(self._normal)
        ]

    def share(self, text: str) -> float:
        """Return the share of the question's neighbours that are neighbours in the text, 0 to 1.

        ``text`` is in normal form, its white space single. Three characters or two words are
        neighbours together.
        """
        found = sum(weight for gram, weight in self._grams if gram in text)
        return found / self._total if self._total > 0 else 0.0

    def quoted(self, text: str) -> float:
        """Return the share of what the question quotes that the text holds, 0 to 1."""
        found = sum(quote in text for quote in self._quoted)
        return found / len(self._quoted) if self._quoted else 0.0

    def _windows(self) -> list[tuple[str, float]]:
        grams: dict[str, float] = {}
        for place in range(len(self._units) - 1):
            window = self._units[place : place + 2]
            if all(unit.end - unit.start == 1 for unit in window):
                window = self._units[place : place + 3]
                if len(window) < 3:
                    continue
            between = (self._normal[a.end : b.start] for a, b in pairwise(window))
            if all(not gap.strip(" -'") for gap in between):
                gram = self._normal[window[0].start : window[-1].end]
                grams[gram] = sum(unit.weight for unit in window)
        return list(grams.items())


def flat(text: str) -> str:
    """Return the form of a text that ``Phrases`` looks into: normal, its white space single."""
    return " ".join(normal_form(text).split())


def _units(normal: str, weights: Mapping[str, float]) -> list[Unit]:
    units = []
    for start, end, paired in runs(normal):
        if not paired:
            tokens = index_tokens(normal[start:end])
            weight = max((weights.get(token, 0.0) for token in tokens), default=0.0)
            units.append(Unit(start, end, weight))
            continue
        for place in range(start, end):
            sides = [
                weights.get(normal[side : side + 2], 0.0)
                for side in (place - 1, place)
                if start <= side < end - 1
            ]
            own = weights.get(normal[place], 0.0)
            units.append(Unit(place, place + 1, sum(sides) / len(sides) if sides else own))
    return units
