"""Where the characters of a text stand on their pages, in about one byte a character.

A document's ``layout`` holds runs: stretches of its text that stand on one line of a page, with
the left edge and the width of every character. Lengths are in points (1/72 inch); the origin is
the lower left corner of the page as it is shown, turned and cropped.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Rectangle = tuple[int, float, float, float, float]
"""Page (from 1), left, bottom, right, top."""

_MAGIC = b"boxes1"
# Tenths of a point: finer than any screen shows, and a page of 3 metres still fits.
_SCALE = 10.0
_HIGHEST = 32_000


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text on one line: offsets from ``start``, a left and a right edge each."""

    start: int
    page: int
    bottom: float
    top: float
    lefts: Sequence[float]
    rights: Sequence[float]


@dataclass(frozen=True, slots=True)
class _Decoded:
    """The arrays of a layout; ``firsts`` are the places of the runs' first characters in them."""

    pages: dict[int, tuple[float, float]]
    starts: list[int]
    firsts: list[int]
    numbers: list[int]
    bottoms: list[float]
    tops: list[float]
    lefts: NDArray[np.float64]
    rights: NDArray[np.float64]


def encode(runs: Iterable[Run], pages: Mapping[int, tuple[float, float]]) -> bytes:
    """Return runs, in order of ``start``, and the sizes of the pages as one compact string.

    ``pages`` gives width and height of each page in points. No run gives no bytes.
    """
    kept = [run for run in runs if run.lefts]
    if not kept:
        return b""
    lefts = _tenths([left for run in kept for left in run.lefts])
    rights = _tenths([right for run in kept for right in run.rights])
    previous = np.concatenate([[0], rights[:-1]])
    sizes = sorted(pages.items())
    parts: list[NDArray[np.int64]] = [
        np.array([number for number, _ in sizes]),
        _tenths([size[0] for _, size in sizes]),
        _tenths([size[1] for _, size in sizes]),
        np.diff([run.start for run in kept], prepend=0),
        np.array([len(run.lefts) for run in kept]),
        np.diff([run.page for run in kept], prepend=0),
        np.diff(_tenths([run.bottom for run in kept]), prepend=0),
        _tenths([run.top for run in kept]) - _tenths([run.bottom for run in kept]),
        lefts - previous,
        rights - lefts,
    ]
    body = b"".join(_packed(part) for part in parts)
    counts = np.array([len(sizes), len(kept), len(lefts)], dtype="<u4").tobytes()
    return _MAGIC + zlib.compress(counts + body, 9)


def _tenths(values: Sequence[float]) -> NDArray[np.int64]:
    scaled = np.rint(np.asarray(values, dtype=np.float64) * _SCALE)
    return np.clip(scaled, -_HIGHEST, _HIGHEST).astype(np.int64)


def _packed(values: NDArray[np.int64]) -> bytes:
    """Return the low, middle and high bytes of 32-bit values in rows of their own."""
    return values.astype("<i4").view(np.uint8).reshape(-1, 4).T.tobytes()


@lru_cache(maxsize=8)
def _decode(layout: bytes) -> _Decoded:
    if not layout.startswith(_MAGIC):
        raise ValueError("these bytes hold no layout")
    raw = zlib.decompress(layout[len(_MAGIC) :])
    pages, runs, characters = (int(n) for n in np.frombuffer(raw[:12], dtype="<u4"))
    counts = [pages] * 3 + [runs] * 5 + [characters] * 2
    parts: list[NDArray[np.int64]] = []
    at = 12
    for count in counts:
        rows = np.frombuffer(raw, dtype=np.uint8, count=count * 4, offset=at).reshape(4, count)
        parts.append(np.ascontiguousarray(rows.T).view("<i4").reshape(-1).astype(np.int64))
        at += count * 4
    number, width, height, start, length, page, bottom, high, gap, wide = parts
    # left[n] = right[n - 1] + gap[n] and right[n] = left[n] + wide[n]
    rights = np.cumsum(gap + wide)
    firsts = np.concatenate([[0], np.cumsum(length)])
    bottoms = np.cumsum(bottom)
    return _Decoded(
        {
            int(n): (float(w) / _SCALE, float(h) / _SCALE)
            for n, w, h in zip(number, width, height, strict=True)
        },
        np.cumsum(start).tolist(),
        firsts.tolist(),
        np.cumsum(page).tolist(),
        (bottoms / _SCALE).tolist(),
        ((bottoms + high) / _SCALE).tolist(),
        (rights - wide) / _SCALE,
        rights / _SCALE,
    )


def rectangles(layout: bytes, start: int, end: int) -> list[Rectangle]:
    """Return where ``text[start:end]`` stands: a rectangle for each line of a page, in order.

    Empty where the layout is, or where nothing of the stretch is shown on a page.
    """
    if not layout or start >= end:
        return []
    known = _decode(layout)
    found: list[Rectangle] = []
    for run in range(max(bisect_right(known.starts, start) - 1, 0), len(known.starts)):
        begin = known.starts[run]
        if begin >= end:
            break
        length = known.firsts[run + 1] - known.firsts[run]
        first, last = max(start, begin) - begin, min(end, begin + length) - begin
        if first >= last:
            continue
        span = slice(known.firsts[run] + first, known.firsts[run] + last)
        found.append(
            (
                known.numbers[run],
                float(known.lefts[span].min()),
                known.bottoms[run],
                float(known.rights[span].max()),
                known.tops[run],
            )
        )
    return found


def page_size(layout: bytes, page: int) -> tuple[float, float]:
    """Return width and height of a page in points; raises KeyError for a page without text."""
    return _decode(layout).pages[page]


def pages(layout: bytes) -> tuple[int, ...]:
    """Return the numbers of the pages the layout knows, in order."""
    return tuple(_decode(layout).pages) if layout else ()
