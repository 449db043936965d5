"""Codes, paths and flags: what is looked up letter by letter, and what is nearly the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_CODE = re.compile(
    r"(?<![a-z0-9_/.@-])(?:--?(?=[a-z])|/)?[a-z0-9_]+"
    r"(?:(?:[./_#@+\\-]|:(?=[\d/]))+[a-z0-9_]+)*/?"
)
_UNITED = re.compile(r"\d[\d.,]*(?:[a-z]{1,4}|st|nd|rd|th)(?:/[a-z]+)?")
_PLAIN_JOINED = re.compile(r"[a-z]+(?:-[a-z]+)+|[a-z]+/[a-z]+|\d[\d.,:/-]*|[a-z]+")
_LONGEST = 80


def find_codes(normal: str) -> Iterator[tuple[int, int]]:
    """Yield the places of codes in a text in normal form: E1001, /v1/user, --max-size, db.host.

    A word, words with a hyphen or slash, and a number with its unit are none.
    """
    for match in _CODE.finditer(normal):
        code = match.group().rstrip("/:")
        if not 1 < len(code) <= _LONGEST or not any(map(str.isalpha, code)):
            continue
        if not (_PLAIN_JOINED.fullmatch(code) or _UNITED.fullmatch(code)):
            yield match.start(), match.start() + len(code)


@lru_cache(maxsize=8192)
def skeleton(code: str) -> str:
    """Return the shape of a code: letters as they are, runs of digits as ``#``."""
    return re.sub(r"\d+", "#", code)


def near(asked: str, told: str) -> bool:
    """Tell whether a code may be mistaken for another: of one family, or the same shape.

    E1001 and E1010, /v1/user and /v2/user, 0x51A and 0x51A0, get_item and get_items are near.
    """
    if asked == told:
        return False
    if _family(asked) and _family(asked) == _family(told):
        return True
    one, other = skeleton(asked), skeleton(told)
    if one == other:
        return True
    parts, others = (re.findall(r"[a-z]+|[^a-z]+", shape) for shape in (one, other))
    if len(parts) != len(others):
        return False
    differing = [(a, b) for a, b in zip(parts, others, strict=True) if a != b]
    if len(differing) != 1 or not all(map(str.isalpha, differing[0])):
        return False
    return any(len(part) > 1 for part in parts if part in others) or _one_edit(*differing[0])


@lru_cache(maxsize=8192)
def _family(code: str) -> str:
    """Return what codes of one list begin with: "err-", "0x", "/api/"; empty where nothing does."""
    if code.startswith("0x"):
        return "0x"
    if code.startswith("/"):
        return "/"
    found = re.match(r"([a-z]{1,6}[-_]?)\d+[a-z]?\d*\Z", code)
    return found[1] if found else ""


def _one_edit(one: str, other: str) -> bool:
    """Tell whether a letter added, lost or changed makes one word of the other."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 2:
        return False
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    return one[head + 1 :] == other[head + (len(one) == len(other)) :] or (
        one[head:] == other[head + 1 :] or one[head + 1 :] == other[head:]
    )
