"""Whether two texts are the same but for trifles."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from rag.text.normal import normal_form
from rag.text.numbers import find_numbers

_GRAM = 4
_LEAST_SHARED = 0.9
_LEAST_LENGTH = 0.85

SKETCH_SIZE = 5
_VALUES_A_NUMBER = 4
_RANDOM = np.random.default_rng(4).integers(
    1, 2**63, (SKETCH_SIZE * _VALUES_A_NUMBER, 2), np.uint64
)
_SCRAMBLE = np.uint64(0x9E3779B97F4A7C15)


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


@lru_cache(maxsize=8)
def sketch(text: str) -> tuple[int, ...]:
    """Return five numbers, one of which texts that ``nearly_equal`` finds alike share.

    With the share s of common runs one of them agrees with the chance 1 - (1 - s^4)^5.
    """
    codes = np.frombuffer(_bare(text).ljust(_GRAM).encode("utf-32-le", "replace"), dtype="<u4")
    runs = np.zeros(len(codes) - _GRAM + 1, dtype=np.uint64)
    for place in range(_GRAM):
        runs = (runs + codes[place : place + len(runs)]) * _SCRAMBLE
        runs ^= runs >> np.uint64(29)
    multiplied = np.unique(runs)[:, None] * (_RANDOM[:, 0] | np.uint64(1)) + _RANDOM[:, 1]
    least = (multiplied ^ (multiplied >> np.uint64(32))).min(axis=0)
    numbers = np.zeros(SKETCH_SIZE, dtype=np.uint64)
    for column in least.reshape(SKETCH_SIZE, _VALUES_A_NUMBER).T:
        numbers = (numbers ^ column) * _SCRAMBLE
        numbers ^= numbers >> np.uint64(31)
    return tuple(numbers.view(np.int64).tolist())


def _grams(text: str) -> frozenset[str]:
    normal = _bare(text)
    return frozenset(normal[n : n + _GRAM] for n in range(max(1, len(normal) - _GRAM + 1)))


def _bare(text: str) -> str:
    return "".join(normal_form(text).split())
