"""What PDFium finds on a page: its lines with a box for each character, its rules, its pictures.

Lengths are points; the origin is the lower left corner of the page as it is shown.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from rag.readers.drafting import is_wide

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

SOFT_HYPHEN = "\u00ad"
"""Ends a line whose last word goes on in the next one."""
_HYPHENS = frozenset({0x02, 0xAD, 0xFFFE})
_BOLD_NAMES = ("bold", "black", "heavy", "simhei", "heiti", "xbsj", "demi", "-medi")
_KNOWN: dict[int, str] = {}
_MONO_NAMES = ("mono", "courier", "consol", "cmtt", "menlo", "typewriter", "fixed", "inconsolata")
_SPACE = frozenset(" \t\u00a0\u2002\u2003\u2009\u200a\u202f\u3000")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u200e\u200f")
# Pieces of tall brackets, which Adobe's symbol fonts keep in the private area.
_BRACKETS = dict(enumerate("®©™⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪⎮⎞⎟⎠⎤⎥⎦⎫⎬⎭", start=0xF8E8))
# A thin filled rectangle is a rule, as producers draw them.
_RULE = 2.5
_MOST_OBJECTS = 20_000


@dataclass(slots=True)
class Line:
    """A line: ``text`` with a left and a right edge for each character.

    ``size`` is the size of its type; ``sideways`` is set where it does not run from left to right.
    """

    page: int
    text: str
    lefts: list[float]
    rights: list[float]
    bottom: float
    top: float
    size: float
    bold: bool = False
    mono: bool = False
    sideways: bool = False

    @property
    def left(self) -> float:
        """Return the left edge."""
        return self.lefts[0]

    @property
    def right(self) -> float:
        """Return the right edge."""
        return max(self.rights[-1], self.rights[0])

    @property
    def middle(self) -> float:
        """Return the height of its middle."""
        return (self.bottom + self.top) / 2

    def part(self, start: int, end: int) -> Line:
        """Return ``text[start:end]`` without the space around it as a line of its own."""
        while start < end and self.text[start] in _SPACE:
            start += 1
        while end > start and self.text[end - 1] in _SPACE:
            end -= 1
        return Line(
            self.page, self.text[start:end], self.lefts[start:end], self.rights[start:end],
            self.bottom, self.top, self.size, self.bold, self.mono, self.sideways,
        )  # fmt: skip

    def segments(self, gap: float) -> list[Line]:
        """Return the line in parts that stand further apart than ``gap`` points."""
        parts: list[Line] = []
        begin, last = 0, -1
        for place, character in enumerate(self.text):
            if character in _SPACE:
                continue
            if last >= 0 and self.lefts[place] - self.rights[last] > gap:
                parts.append(self.part(begin, last + 1))
                begin = place
            last = place
        parts.append(self.part(begin, len(self.text)))
        return [part for part in parts if part.text]


Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


@dataclass(slots=True)
class Page:
    """A page as read; ``reason`` says why its text is not to be used, empty where it is."""

    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    pictured: float = 0.0
    reason: str = ""


def read_page(document: PdfDocument, index: int) -> Page:
    """Return page ``index`` (from 0) of an open document."""
    from pypdfium2 import raw

    page = document[index]
    try:
        width, height = page.get_size()
        shown = _shown(page, width, height)
        found = Page(index + 1, width, height)
        text = raw.FPDFText_LoadPage(page.raw)
        try:
            if text:
                found.lines = _Reading(text, index + 1, shown).lines()
        finally:
            raw.FPDFText_ClosePage(text)
        _objects(page, found, shown)
        return found
    finally:
        page.close()


Shown = Callable[[float, float], tuple[float, float]]


def _shown(page: PdfPage, width: float, height: float) -> Shown:
    """Return what takes a point of the page's own space to where it is shown."""
    from pypdfium2 import raw

    fine = 100
    size = (max(1, round(width * fine)), max(1, round(height * fine)))
    x, y = ctypes.c_int(), ctypes.c_int()

    def device(px: float, py: float) -> tuple[float, float]:
        raw.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, px, py, x, y)
        return x.value / fine, height - y.value / fine

    base, right, up = device(0, 0), device(1000, 0), device(0, 1000)
    a, b = (right[0] - base[0]) / 1000, (right[1] - base[1]) / 1000
    c, d = (up[0] - base[0]) / 1000, (up[1] - base[1]) / 1000
    a, b, c, d = (round(value, 3) for value in (a, b, c, d))

    def shown(px: float, py: float) -> tuple[float, float]:
        return a * px + c * py + base[0], b * px + d * py + base[1]

    return shown


class _Reading:
    """Reads the characters of one page into lines."""

    def __init__(self, text: object, page: int, shown: Shown) -> None:
        from pypdfium2 import raw

        self._raw = raw
        self._text = text
        self._page = page
        self._shown = shown
        one, up = shown(1, 0), shown(0, 1)
        base = shown(0, 0)
        self._upright = abs(one[0] - base[0] - 1) < 0.01 and abs(up[1] - base[1] - 1) < 0.01
        self._shift = base
        self._turn = math.atan2(one[1] - base[1], one[0] - base[0])
        # One array that PDFium fills: left, right, bottom, top.
        self._edges = (ctypes.c_double * 4)()
        self._pointers = [
            ctypes.cast(ctypes.byref(self._edges, 8 * n), ctypes.POINTER(ctypes.c_double))
            for n in range(4)
        ]

    def lines(self) -> list[Line]:
        unicode, text = self._raw.FPDFText_GetUnicode, self._text
        count = self._raw.FPDFText_CountChars(text)
        found: list[Line] = []
        points: list[tuple[int, int]] = []
        high = 0
        for index in range(count):
            point = unicode(text, index)
            if 0xD800 <= point < 0xDC00:
                high = point
                continue
            if 0xDC00 <= point < 0xE000 and high:
                point = 0x10000 + ((high - 0xD800) << 10) + point - 0xDC00
            high = 0
            if point in (10, 13):
                if points:
                    self._close(points, found)
                    points = []
            else:
                points.append((index, point))
                if point in _HYPHENS and len(points) > 1:
                    self._close(points, found)
                    points = []
        self._close(points, found)
        return found

    def _box(self, index: int) -> Box:
        self._raw.FPDFText_GetCharBox(self._text, index, *self._pointers)
        x0, x1, y0, y1 = self._edges
        if self._upright:
            sx, sy = self._shift
            return x0 + sx, y0 + sy, x1 + sx, y1 + sy
        (a, b), (c, d) = self._shown(x0, y0), self._shown(x1, y1)
        return min(a, c), min(b, d), max(a, c), max(b, d)

    def _close(self, points: list[tuple[int, int]], found: list[Line]) -> None:
        """Append the line that the characters make, without space around and doubled."""
        texts: list[str] = []
        lefts: list[float] = []
        rights: list[float] = []
        bottoms: list[float] = []
        tops: list[float] = []
        seen: list[int] = []
        waiting = False
        for index, point in points:
            written = _KNOWN.get(point)
            if written is None:
                written = _KNOWN[point] = _written(point)
            if written is SOFT_HYPHEN and not seen:
                # A sign of a symbol font that PDFium takes for a hyphen.
                written = "•"
            if not written:
                continue
            if written in _SPACE:
                waiting = bool(texts)
                continue
            x0, y0, x1, y1 = self._box(index)
            if x1 <= x0 and y1 <= y0:
                # Nothing is drawn for it; it stands where the last one ended.
                x0 = x1 = rights[-1] if rights else x0
                y0 = y1 = bottoms[-1] if bottoms else y0
            if waiting:
                waiting = False
                gap = x0 - rights[-1]
                if not (is_wide(texts[-1]) and is_wide(written[0]) and gap < 0.5 * (x1 - x0)):
                    texts.append(" ")
                    lefts.append(rights[-1])
                    rights.append(max(x0, rights[-1]))
            if len(written) == 1:
                texts.append(written)
                lefts.append(x0)
                rights.append(x1)
            else:
                step = (x1 - x0) / len(written)
                texts += written
                lefts += [x0 + place * step for place in range(len(written))]
                rights += [x0 + place * step for place in range(1, len(written) + 1)]
            bottoms.append(y0)
            tops.append(y1)
            seen.append(index)
        if not seen:
            return
        found.append(
            Line(self._page, "".join(texts), lefts, rights, min(bottoms), max(tops),
                 *self._type(seen))
        )  # fmt: skip

    def _type(self, seen: list[int]) -> tuple[float, bool, bool, bool]:
        """Return a line's size, weight, kind and direction of type from three of its characters."""
        raw, text = self._raw, self._text
        samples = sorted({seen[0], seen[len(seen) // 2], seen[-1]})
        sizes, bold, mono, angles = [], 0, 0, []
        matrix, flags = raw.FS_MATRIX(), ctypes.c_int()
        name = ctypes.create_string_buffer(96)
        for index in samples:
            raw.FPDFText_GetMatrix(text, index, matrix)
            scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c))
            sizes.append(raw.FPDFText_GetFontSize(text, index) * (scale or 1.0))
            name.value = b""
            raw.FPDFText_GetFontInfo(text, index, name, 96, flags)
            known = name.value.decode("latin-1").lower()
            bold += any(word in known for word in _BOLD_NAMES)
            mono += any(word in known for word in _MONO_NAMES)
            angles.append(raw.FPDFText_GetCharAngle(text, index))
        turned = (angles[len(angles) // 2] - self._turn) % (2 * math.pi)
        sideways = 0.1 < turned < 2 * math.pi - 0.1
        return median(sizes), bold == len(samples), mono == len(samples), sideways


def _written(point: int) -> str:
    """Return a code point as text: hyphens at a line's end marked, old radicals as they are read.

    Quartz and Word write 用 as the radical U+2F64; ligatures become their letters.
    """
    if point in _HYPHENS:
        return SOFT_HYPHEN
    if point < 32 or 0x7F <= point < 0xA0 or point > 0x10FFFF:
        return " " if point == 9 else ""
    if point in _BRACKETS:
        return _BRACKETS[point]
    character = chr(point)
    if character in _INVISIBLE:
        return ""
    if 0x2E80 <= point <= 0x2FDF or 0xF900 <= point <= 0xFB06:
        return unicodedata.normalize("NFKC", character)
    return character


def _objects(page: PdfPage, found: Page, shown: Shown) -> None:
    """Note the rules of a page, and the share of it that pictures cover."""
    from pypdfium2 import raw

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    area = 0.0
    for index in range(min(raw.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        item = raw.FPDFPage_GetObject(page.raw, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind not in {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM}:
            continue
        if not raw.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            continue
        (a, b), (c, d) = shown(left.value, bottom.value), shown(right.value, top.value)
        x0, y0, x1, y1 = min(a, c), min(b, d), max(a, c), max(b, d)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            if min(x1 - x0, y1 - y0) <= _RULE:
                found.rules.append((x0, y0, x1, y1))
            elif len(found.rules) < _MOST_OBJECTS and (x1 - x0) < 0.98 * found.width:
                # The border of a box is four rules.
                found.rules += [
                    (x0, y0, x1, y0),
                    (x0, y1, x1, y1),
                    (x0, y0, x0, y1),
                    (x1, y0, x1, y1),
                ]
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            wide = max(0.0, min(x1, found.width) - max(x0, 0.0))
            high = max(0.0, min(y1, found.height) - max(y0, 0.0))
            area += wide * high
    found.pictured = min(1.0, area / max(1.0, found.width * found.height))
