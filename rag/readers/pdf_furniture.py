"""Tell what a PDF prints on every page from what is its text, and text from rubbish."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence

from rag.readers.pdf_lines import Line, Page

_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"[-–—·\s]*(?:第\s*)?(?:page\s*|p\.\s*)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|of|共|页|頁|,|，|\s)\s*)*(?:第?\s*\d{1,4}\s*[页頁]?)?[-–—·\s]*",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:[.．·•]\s?){5,}\s*(?:\d{1,4}|[ivxlc]{1,7})?\s*$|…{2,}\s*\d{1,4}\s*$")
_BAND = 0.12
"""Share of a page's height, at its top and at its foot, where running lines stand."""
_FOOT = 0.07


def set_furniture_apart(pages: Sequence[Page]) -> list[list[Line]]:
    """Take running headers, footers, page numbers and watermarks out of the pages' lines.

    Returns the lines taken, page by page.
    """
    where: dict[tuple[str, bool], set[int]] = defaultdict(set)
    everywhere: dict[tuple[str, int, int], set[int]] = defaultdict(set)
    for page in pages:
        for line in page.lines:
            key = _masked(line.text)
            if _in_band(line, page):
                where[key, line.middle > page.height / 2].add(page.number)
            everywhere[key, round(line.left / 4), round(line.middle / 4)].add(page.number)
    count = sum(bool(page.lines) for page in pages)
    enough = 2 if count == 2 else max(3, 0.2 * count)
    counted = _counted(pages)
    taken: list[list[Line]] = []
    for page in pages:
        kept: list[Line] = []
        apart: list[Line] = []
        for line in page.lines:
            key = _masked(line.text)
            seen = where[key, line.middle > page.height / 2] if _in_band(line, page) else set()
            fixed = everywhere[key, round(line.left / 4), round(line.middle / 4)]
            running = len(seen) >= enough or (
                len(set(range(page.number - 2, page.number + 3)) & seen) >= 3 and len(fixed) >= 3
            )
            watermark = count >= 4 and len(fixed) >= 0.6 * count
            numbered = _is_page_number(line, page) and (_alone(line, page) or count >= 2)
            numbered = numbered or id(line) in counted
            leaders = _LEADERS.search(line.text) is not None
            stray = line.sideways and not _mostly_sideways(page)
            if (running or watermark) and _heads_table(line, page):
                running = watermark = False
            if running or watermark or numbered or leaders or stray:
                apart.append(line)
            else:
                kept.append(line)
        page.lines = kept
        taken.append(apart)
    return taken


def _counted(pages: Sequence[Page]) -> set[int]:
    """Return the lines (by ``id``) that stand apart at an edge and count the pages up."""
    offsets: Counter[int] = Counter()
    found: list[tuple[Line, int]] = []
    for page in pages:
        for line in page.lines:
            digits = re.fullmatch(r"[-–—\s]*(\d{1,4})[-–—\s]*", line.text)
            if digits is not None and _alone(line, page):
                offset = int(digits.group(1)) - page.number
                offsets[offset] += 1
                found.append((line, offset))
    enough = max(2, 0.3 * len(pages))
    return {id(line) for line, offset in found if offsets[offset] >= enough}


def _heads_table(line: Line, page: Page) -> bool:
    """Tell a line over a rule that is drawn column by column: a table's header, repeated."""
    reach = line.bottom - 3 * line.size
    under = sum(
        reach <= top <= line.bottom + 2 and right - left > top - bottom
        for left, bottom, right, top in page.rules
    )
    return under >= 3


def _masked(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.split()))


def _in_band(line: Line, page: Page) -> bool:
    return line.bottom >= (1 - _BAND) * page.height or line.top <= _BAND * page.height


def _is_page_number(line: Line, page: Page) -> bool:
    edge = line.top <= _FOOT * 1.6 * page.height or line.bottom >= (1 - _FOOT) * page.height
    return edge and len(line.text) <= 16 and _PAGE_NUMBER.fullmatch(line.text) is not None


def _alone(line: Line, page: Page) -> bool:
    """Tell a line that no other one stands beside or beyond."""
    if line.middle < page.height / 2:
        return all(other is line or other.bottom >= line.bottom - 2 for other in page.lines)
    return all(other is line or other.top <= line.top + 2 for other in page.lines)


def _mostly_sideways(page: Page) -> bool:
    turned = sum(len(line.text) for line in page.lines if line.sideways)
    return turned * 2 > sum(len(line.text) for line in page.lines)


def judge(page: Page) -> str:
    """Return why the text layer of a page cannot be used: ``missing``, ``unreliable``, or "".

    A page that shows nothing at all is fine.
    """
    text = "".join(line.text for line in page.lines)
    letters = [c for c in text if not c.isspace()]
    if len(letters) < 16 and page.pictured > 0.3:
        return "missing"
    if not letters:
        return ""
    lost = sum(c == "\ufffd" or _is_private(c) for c in letters)
    # A symbol font's bullets stand at the start of lines.
    lost -= sum(_is_private(line.text[0]) for line in page.lines)
    odd = [c for c in letters if _is_odd(c)]
    blocks = {ord(c) >> 7 for c in odd}
    if lost > max(2, 0.03 * len(letters)):
        return "unreliable"
    if len(odd) > max(3, 0.003 * len(letters)) and len(blocks) >= 3:
        return "unreliable"
    return ""


def _is_private(character: str) -> bool:
    return "\ue000" <= character <= "\uf8ff" or character >= "\U000f0000"


# Letters of living scripts and signs that documents use; a font without a proper table gives
# letters from everywhere else.
_KNOWN = re.compile(
    r"[\u0000-\u052f\u0590-\u06ff\u0750-\u077f\u0900-\u0dff\u0e00-\u0eff\u10a0-\u11ff\u1200-\u137f"
    r"\u1780-\u17ff\u1e00-\u23ff\u2460-\u24b5\u2500-\u27ff\u2900-\u2bff\u2e80-\u9fff\uac00-\ud7ff"
    r"\uf900-\uffff\U0001d400-\U0001d7ff\U0001f000-\U0001faff\U00020000-\U0003ffff\ue000-\uf8ff"
    r"\u24d0-\u24e9]"
)


def _is_odd(character: str) -> bool:
    if not _KNOWN.match(character):
        return unicodedata.category(character)[0] in "LMSNC"
    # Scripts that stray in by chance only: one of them alone is a language.
    return (
        "\u0900" <= character <= "\u0dff"
        or "\u24d0" <= character <= "\u24e9"
        or ("\u10a0" <= character <= "\u137f")
    )
