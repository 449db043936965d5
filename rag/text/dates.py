"""Dates in Chinese and English text (first version by the LEAD; TEXT replaces it)."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date ``text[start:end]``; parts that are not said are None."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None


_FOUND = re.compile(
    r"(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?|(?P<y2>\d{4})年|(?P<y3>\d{4})-(?P<m3>\d{1,2})-(?P<d3>\d{1,2})"
)


def find_dates(text: str) -> list[DateMention]:
    """Return the dates of a text in order."""
    found = []
    for match in _FOUND.finditer(text):
        parts = [
            next((int(v) for v in (match.group(n) for n in names) if v), None)
            for names in (("y", "y2", "y3"), ("m", "m3"), ("d", "d3"))
        ]
        found.append(DateMention(match.start(), match.end(), *parts))
    return found
