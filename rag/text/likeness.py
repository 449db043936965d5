"""Whether two texts are the same but for trifles."""

from __future__ import annotations

from rag.text.normal import normal_form
from rag.text.numbers import find_numbers

_GRAM = 4
_LEAST_SHARED = 0.9
_LEAST_LENGTH = 0.85


def nearly_equal(first: str, second: str) -> bool:
    """Tell whether two texts share nine tenths of their runs of four characters and all numbers.

    The share is that of Jaccard (common runs to all runs) in the normal form without white
    space. Texts that differ in a number are never equal: one of them may be an update.
    """
    if first == second:
        return True
    if min(len(first), len(second)) < _LEAST_LENGTH * max(len(first), len(second)):
        return False
    one, other = (_grams(text) for text in (first, second))
    if len(one & other) < _LEAST_SHARED * len(one | other):
        return False
    return sorted(q.value for q in find_numbers(first)) == sorted(
        q.value for q in find_numbers(second)
    )


def _grams(text: str) -> frozenset[str]:
    normal = "".join(normal_form(text).split())
    return frozenset(normal[n : n + _GRAM] for n in range(max(1, len(normal) - _GRAM + 1)))
