"""Numbers in Chinese and English text (first version by the LEAD; TEXT replaces it)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number ``text[start:end]`` with its value."""

    start: int
    end: int
    value: Decimal
    unit: str = ""
    percent: bool = False


_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "千": 10**3, "百": 100}
_FOUND = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*([万萬亿億千百]*)\s*([%％]?)")


def find_numbers(text: str) -> list[Quantity]:
    """Return the numbers of a text in order."""
    found = []
    for match in _FOUND.finditer(text):
        value = Decimal(match.group(1).replace(",", ""))
        for unit in match.group(2):
            value *= _UNITS[unit]
        found.append(
            Quantity(match.start(), match.end(), value, match.group(2), bool(match.group(3)))
        )
    return found
