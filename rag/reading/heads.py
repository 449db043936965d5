"""Where names stand in a text: at the head of a clause, a line or an item."""

from __future__ import annotations

import re
from functools import lru_cache

HAN = "㐀-鿿"
"""Chinese characters, as a range of a regular expression."""

_ATOM = re.compile(rf"[{HAN}]|[^\W{HAN}]+(?:[.'-][^\W{HAN}]+)*")
_BORDER = re.compile(r"[，。；：、！？,.;:!?\n|()\"《》·/]")
_BULLETS = frozenset("-*+•")
UNCLEAN = re.compile(
    r"[是在于了和与及、也曾任为将已被把对从向由又还就都不没有说指到以用给让因其所这那此该并或而且之者等个种各每可能会要应须需"
    r"他她它我你们谁什么哪几多少如何怎样请问吗呢当做本]"
)
"""What no name holds: particles, pronouns, words that ask."""


def flattened(normal: str) -> str:
    """Return a text in normal form without the particle that comes and goes (的)."""
    return normal.replace("的", "") if "的" in normal else normal


@lru_cache(maxsize=1024)
def atoms(chunk: str) -> tuple[str, ...]:
    """Return the Chinese characters and the words of other scripts of a chunk."""
    return tuple(_ATOM.findall(chunk))


def begins(text: str, place: int) -> bool:
    """Tell whether a clause, a line or an item of a text begins at a place."""
    before = text[max(0, place - 2) : place]
    if before.endswith(" "):
        before = before[0] if before[0] != " " else text[: place - 2].rstrip(" ")[-1:]
        if before in _BULLETS:
            return True
    return not before or _BORDER.match(before[-1]) is not None


def begins_with(text: str, phrase: str) -> bool:
    """Tell whether a clause of a text begins with a phrase."""
    place = text.find(phrase)
    while place >= 0:
        if begins(text, place):
            return True
        place = text.find(phrase, place + 1)
    return False


def clean(term: str) -> bool:
    """Tell whether a term may be a name: nothing in it that only joins, points or asks."""
    return UNCLEAN.search(term) is None
