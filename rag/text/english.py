"""English number words, on text in normal form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
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

_ANY = "|".join(
    sorted({*_VALUES, *_ORDINAL_VALUES, *_POWERS, *_FRACTIONS, "dozen"}, key=len, reverse=True)
)
ENGLISH = rf"(?P<word>(?<![\w'-])(?:(?:an?)\s(?=(?:{'|'.join(_POWERS)}|dozen)\b))?(?:{_ANY})\b" + (
    rf"(?:(?:\s|-|\sand\s)(?:{_ANY})\b)*)"
)
"""Regular expression (verbose form) of a candidate, group ``word``."""


@dataclass(frozen=True, slots=True)
class EnglishNumber:
    """The value of number words."""

    value: Decimal
    ordinal: bool = False


def english_number(words: str) -> EnglishNumber | None:
    """Return the value of English number words in lower case, or None where they are none.

    ``one``, ``second``, ``quarter`` and powers alone (``thousand``) are none: mostly an
    article, a unit or a rough figure.
    """
    parts = [part for part in re.split(r"[\s-]+", words) if part != "and"]
    if parts[0] in ("a", "an"):
        parts[0] = "one"
    if len(parts) == 1 and (parts[0] in ("one", "second", "quarter", "quarters", "halves", "dozen")):
        return None
    if len(parts) == 1 and parts[0] == "half":
        return EnglishNumber(Decimal("0.5"))
    if len(parts) == 2 and parts[1] in _FRACTIONS and parts[0] in _ONES[1:]:
        return EnglishNumber(Decimal(_VALUES[parts[0]]) / _FRACTIONS[parts[1]])
    if parts[-1] == "dozen":
        value = _cardinal(parts[:-1])
        return None if value is None else EnglishNumber(Decimal(12 * value))
    last = _ORDINAL_VALUES.get(parts[-1])
    if last is not None:
        if len(parts) == 1:
            return EnglishNumber(Decimal(last), ordinal=True)
        rest = _cardinal(parts[:-1])
        fits = rest is not None and rest % 10 == 0 and (last < 10 or rest % 100 == 0)
        return EnglishNumber(Decimal((rest or 0) + last), ordinal=True) if fits else None
    value = _cardinal(parts)
    return None if value is None else EnglishNumber(Decimal(value))


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
