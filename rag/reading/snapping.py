"""Edges of short answers: never inside a number, a word or an identifier, without idle marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

_LATIN = "A-Za-zÀ-ɏͰ-ԯ"
_WHOLE = re.compile(
    rf"""
      (?:https?://|www\.)[^\s，。；、！？）】》”"<>]+
    | [A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+
    | (?:[¥￥$€£₩]\s?)?\d+(?:,\d{{3}})+(?:\.\d+)?[%％‰]?       # ¥1,299.00
    | \d+(?:-\d+){{2,}}                                        # 400-820-8820, 2024-05-01
    | \d{{3,4}}-\d{{7,8}}(?!\d)                                # 010-12345678
    | \d{{1,4}}(?:/\d{{1,2}}){{2}}(?!\d)                       # 2024/05/01
    | \d{{1,2}}(?::\d{{2}}){{1,2}}(?!\d)                       # 12:30
    | (?:[¥￥$€£₩]\s?)?[vV]?\d+(?:\.\d+)+(?![{_LATIN}])[%％‰]? # 3.14, v1.2.3
    | [¥￥$€£₩]\s?\d+
    | \d+[%％‰]
    | [{_LATIN}_]+\d*(?:-\d[{_LATIN}\d]*)+                     # COVID-19, ISO-9001
    | [{_LATIN}\d_]+                                           # K10, words and whole numbers
    """,
    re.VERBOSE,
)
_EDGES = " \t\r\n\u3000，。、；：,.;:!?！？"
_BRACKETS = {
    "（": "）",
    "(": ")",
    "《": "》",
    "“": "”",
    "「": "」",
    "『": "』",
    "【": "】",
    "[": "]",
}


def wholes(text: str) -> list[tuple[int, int]]:
    """Return where the numbers, words and identifiers stand that no answer may cut."""
    return [match.span() for match in _WHOLE.finditer(text)]


def snapped(whole: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return the span widened where it begins or ends inside one of ``whole``, which are sorted."""
    for edge, at in enumerate((start, end)):
        place = bisect_right(whole, at, key=lambda one: one[0]) - 1
        if place >= 0 and whole[place][0] < at < whole[place][1]:
            start, end = (whole[place][0], end) if edge == 0 else (start, whole[place][1])
    return start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without punctuation at its edges; titles keep their pair of marks."""
    while start < end and text[start] in _EDGES:
        start += 1
    while end > start and text[end - 1] in _EDGES:
        end -= 1
    inside = text[start:end]
    for opening, closing in _BRACKETS.items():
        missing_end = inside.count(opening) - inside.count(closing)
        if missing_end > 0 and text[end : end + 1] == closing:
            end += 1
        elif missing_end > 0 and inside[:1] == opening:
            start += 1
        elif missing_end < 0 and start > 0 and text[start - 1] == opening:
            start -= 1
        elif missing_end < 0 and inside[-1:] == closing:
            end -= 1
        inside = text[start:end]
    return start, end
