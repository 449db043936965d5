"""Citation marks in a model's text, in all their spellings, and the sentences they belong to."""

from __future__ import annotations

import re
from bisect import bisect_left

from rag.answering.draft import DraftSentence
from rag.text.sentences import split_sentences

_NUMBER = r"\d{1,3}"
_MARK = re.compile(
    rf"\s*[\[【［〔]\s*(?P<numbers>{_NUMBER}(?:\s*[-–—~,，、;；]\s*{_NUMBER})*)\s*[\]】］〕]"
)
_RANGE = re.compile(rf"({_NUMBER})\s*[-–—~]\s*({_NUMBER})")
_WIDEST_RANGE = 20


def parse(text: str) -> list[DraftSentence]:
    """Return the sentences of a text without their marks, each with the numbers it cites.

    ``[1][2]``, ``[1,2]``, ``[1-3]``, ``【1】`` and ``［１］`` are known. A mark belongs to the
    sentence it stands in or right behind. Numbers are returned as written, real or not:
    whoever knows the hits drops what does not exist.
    """
    plain: list[str] = []
    places: list[tuple[int, tuple[int, ...]]] = []
    length = done = 0
    for match in _MARK.finditer(text):
        plain.append(text[done : match.start()])
        length += match.start() - done
        places.append((length, _numbers(match["numbers"])))
        done = match.end()
    plain.append(text[done:])
    bare = "".join(plain)
    spans = split_sentences(bare)
    starts = [start for start, _ in spans]
    cited: list[list[int]] = [[] for _ in spans]
    for place, numbers in places:
        sentence = bisect_left(starts, place) - 1
        if sentence >= 0:
            cited[sentence] += numbers
    return [
        DraftSentence(bare[start:end], tuple(dict.fromkeys(numbers)))
        for (start, end), numbers in zip(spans, cited, strict=True)
    ]


def _numbers(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for piece in re.split(r"[,，、;；]", text):
        span = _RANGE.fullmatch(piece.strip())
        if span:
            first, last = int(span[1]), int(span[2])
            found += range(first, min(last, first + _WIDEST_RANGE) + 1)
        else:
            found.append(int(piece))
    return tuple(found)
