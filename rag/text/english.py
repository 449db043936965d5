"""English number words, on text in normal form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_CARDINAL_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
"""
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINAL_WORDS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
"""
_ONES = _CARDINAL_WORDS.split()
_TENS = _TENS_WORDS.split()
_ORDINALS = _ORDINAL_WORDS.split()
_POWERS = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9,
           "trillion": 10**12}  # fmt: skip
_VALUES = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_ORDINAL_VALUES = {word: value for value, word in enumerate(_ORDINALS, 1)} | {
    word[:-1] + "ieth": 10 * value for value, word in enumerate(_TENS, 2)
}
_FRACTIONS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4} | {
    word + plural: value
    for word, value in _ORDINAL_VALUES.items()
    if 3 <= value <= 10
    for plural in ("", "s")
}

_WORDS = frozenset({*_VALUES, *_ORDINAL_VALUES, *_POWERS, *_FRACTIONS, "dozen"})
_VAGUE = frozenset({"one", "second", "quarter", "quarters", "halves", "dozen"})
_WORD = re.compile(r"[a-z]+")
_JOINTS = frozenset({" ", "-", " and "})


@dataclass(frozen=True, slots=True)
class EnglishNumber:
    """The value of the number words ``text[start:end]``."""

    start: int
    end: int
    value: Decimal
    ordinal: bool = False


def english_numbers(normal: str) -> Iterator[EnglishNumber]:
    """Yield the numbers written in words.

    ``one``, ``second``, ``quarter`` and powers alone (``thousand``) are none: mostly an
    article, a unit or a rough figure.
    """
    group: list[re.Match[str]] = []
    article: re.Match[str] | None = None
    previous: re.Match[str] | None = None
    for word in _WORD.finditer(normal):
        if word.group() not in _WORDS:
            if word.group() != "and" and group:
                yield from _group(group, article)
                group = []
            previous = word
            continue
        if group and normal[group[-1].end() : word.start()] not in _JOINTS:
            yield from _group(group, article)
            group = []
        if not group:
            article = previous if _article(normal, previous, word.start()) else None
        group.append(word)
    if group:
        yield from _group(group, article)


def _article(normal: str, word: re.Match[str] | None, end: int) -> bool:
    """Tell whether the word before position ``end`` is ``a`` or ``an``."""
    return word is not None and word.group() in ("a", "an") and normal[word.end() : end] == " "


def _group(words: list[re.Match[str]], article: re.Match[str] | None) -> Iterator[EnglishNumber]:
    """Read neighbouring number words: as one number, else each as its own."""
    parts = [word.group() for word in words]
    start = words[0].start()
    if article and (parts[0] in _POWERS or parts[0] == "dozen"):
        parts = ["one", *parts]
        start = article.start()
    before = words[0].string[start - 1 : start]
    if before in ("'", "-"):
        return
    value, ordinal = _value(parts)
    if value is not None:
        yield EnglishNumber(start, words[-1].end(), value, ordinal)
    elif len(words) > 1:
        for word in words:
            yield from _group([word], None)


def _value(parts: list[str]) -> tuple[Decimal | None, bool]:
    """Return the value and whether it is an ordinal; None where the words are no number."""
    if len(parts) == 1 and parts[0] in _VAGUE:
        return None, False
    if parts == ["half"]:
        return Decimal("0.5"), False
    if len(parts) == 2 and parts[1] in _FRACTIONS and parts[0] in _ONES[1:]:
        return Decimal(_VALUES[parts[0]]) / _FRACTIONS[parts[1]], False
    if parts[-1] == "dozen":
        value = _cardinal(parts[:-1])
        return (None if value is None else Decimal(12 * value)), False
    last = _ORDINAL_VALUES.get(parts[-1])
    if last is None:
        value = _cardinal(parts)
        return (None if value is None else Decimal(value)), False
    rest = _cardinal(parts[:-1]) if len(parts) > 1 else 0
    fits = rest is not None and rest % 10 == 0 and (last < 10 or rest % 100 == 0)
    return (Decimal((rest or 0) + last), True) if fits else (None, False)


def _cardinal(parts: list[str]) -> int | None:
    total = section = 0
    last = 10**20
    previous = ""
    for part in parts:
        if part in _VALUES:
            value = _VALUES[part]
            follows = previous in _TENS and 0 < value < 10
            if previous in _VALUES and not follows:
                return None
            section += value
        elif part == "hundred":
            if not 0 < section < 100:
                return None
            section *= 100
        elif part in _POWERS:
            if section == 0 or _POWERS[part] >= last:
                return None
            last = _POWERS[part]
            total += section * last
            section = 0
        else:
            return None
        previous = part
    return total + section
