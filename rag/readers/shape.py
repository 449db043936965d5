"""The shape of lines: where they are, how wide, whether they read as headings or prose."""

from __future__ import annotations

import re
import unicodedata

_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
_FINAL = tuple("。！？!?.…；;，,：:、")
_CLOSING = "”’\"'）)】』」》] "
_NOT_COMPARED = re.compile(r"[\W_]+")
_NUMBERED = (
    (
        re.compile(
            r"(?:第[一二三四五六七八九十百零〇\d]+[章编編篇卷部回]|Chapter\s+\w+|Part\s+\w+)"
        ),
        2,
    ),
    (re.compile(r"第[一二三四五六七八九十百零〇\d]+[节節]"), 3),
    (re.compile(r"[一二三四五六七八九十]+[、．.]"), 2),
    (re.compile(r"[（(][一二三四五六七八九十]+[）)]"), 3),
)


def line_spans(text: str) -> list[tuple[int, int]]:
    """Return the span of every line that is not blank, without the space around it."""
    spans = []
    for match in _LINE.finditer(text):
        line = match.group()
        if content := line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            spans.append((start, start + len(content)))
    return spans


def width(text: str) -> int:
    """Return the columns a text takes in a terminal: two for each wide character.

    Exact for up to 1,000 characters, beyond them a lower bound.
    """
    head = text[:1000]
    wide = 0 if head.isascii() else sum(1 for character in head if character > "\u2e7f")
    return len(text) + wide


def comparable(text: str) -> str:
    """Return a form in which two copies of a line are equal: letters and digits alone."""
    return _NOT_COMPARED.sub("", unicodedata.normalize("NFKC", text)).casefold()


def ends_sentence(line: str) -> bool:
    """Tell whether a line ends in punctuation that a heading does not end in."""
    return line.rstrip(_CLOSING).endswith(_FINAL)


def is_prose(line: str) -> bool:
    """Tell a paragraph: long, or a sentence of some length."""
    columns = width(line)
    return columns >= 120 or (columns >= 44 and line.rstrip(_CLOSING).endswith(tuple("。！？!?.…")))


def is_heading_like(line: str) -> bool:
    """Tell a line that could be a title or heading: short, one line, no final punctuation."""
    if width(line) > 100 or "\n" in line or not any(c.isalpha() for c in line):
        return False
    stripped = line.rstrip(_CLOSING)
    return not stripped.endswith(_FINAL) or (
        width(line) <= 70 and stripped.endswith(("？", "?", "！", "!"))
    )


def numbered_level(line: str) -> int:
    """Return the level a numbered heading shows (一、 is 2, （一） is 3), 0 for none."""
    return next((level for pattern, level in _NUMBERED if pattern.match(line)), 0)
