"""Numbers of Word's lists: they stand in a part of their own, and are counted as one reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.readers.packages import Node, Package

_HAN = "零一二三四五六七八九"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting"}
    | {"taiwaneseCountingThousand", "ideographTraditional"}
)
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_PLACEHOLDER = re.compile(r"%(\d)")


@dataclass(slots=True)
class _Level:
    style: str = "decimal"
    pattern: str = ""
    start: int = 1
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """The lists of a document: ``next`` counts one on and returns its sign."""

    _lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _abstract: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)
    _restart: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package, part: str) -> Numbering:
        """Return the lists of a numbering part."""
        found = cls()
        root = package.tree(part) if part else Node("", {})
        abstract: dict[str, dict[int, _Level]] = {}
        for node in root.all("abstractNum"):
            abstract[node.get("abstractNumId")] = _levels(node)
        for node in root.all("num"):
            reference = node.child("abstractNumId")
            name = reference.get("val") if reference is not None else ""
            levels = dict(abstract.get(name, {}))
            number = node.get("numId")
            for change in node.all("lvlOverride"):
                depth = int(change.get("ilvl") or 0)
                levels |= _levels(change)
                first = change.child("startOverride")
                if first is not None:
                    found._restart.setdefault(number, {})[depth] = int(first.get("val") or 1)
            found._lists[number] = levels
            found._abstract[number] = name
        return found

    def next(self, number: str, depth: int) -> str | None:
        """Return the sign of the next paragraph of a list: "•", a number, None for no list."""
        levels = self._lists.get(number)
        if levels is None or depth not in levels:
            return None
        level = levels[depth]
        # Lists of one definition count on together unless one of them starts anew.
        counts = self._counts.setdefault(self._abstract[number], [])
        restart = self._restart.get(number, {}).pop(depth, None)
        while len(counts) <= depth:
            place = len(counts)
            counts.append((levels[place].start if place in levels else 1) - 1)
        if restart is not None:
            counts[depth] = restart - 1
        counts[depth] += 1
        del counts[depth + 1 :]
        for place in range(depth):
            if counts[place] == 0:
                counts[place] = 1
        if level.style == "bullet":
            return "•"
        if level.style == "none" or not level.pattern:
            return ""

        def written(match: re.Match[str]) -> str:
            place = int(match.group(1)) - 1
            if place >= len(counts):
                return ""
            style = levels[place].style if place in levels else "decimal"
            return spelled(counts[place], "decimal" if level.legal else style)

        return _PLACEHOLDER.sub(written, level.pattern).strip()


def _levels(node: Node) -> dict[int, _Level]:
    found: dict[int, _Level] = {}
    for entry in node.all("lvl"):
        level = _Level()
        for child in entry.children:
            value = child.get("val")
            if child.name == "numFmt":
                level.style = value
            elif child.name == "lvlText":
                level.pattern = value
            elif child.name == "start" and value.isdecimal():
                level.start = int(value)
            elif child.name == "isLgl":
                level.legal = value not in {"0", "false"}
        found[int(entry.get("ilvl") or 0)] = level
    return found


def spelled(number: int, style: str) -> str:
    """Return a number in one of Word's styles."""
    if style in _CHINESE:
        return han(number)
    if style == "chineseLegalSimplified":
        return han(number).translate(
            str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
        )
    if style in {"lowerLetter", "upperLetter"} and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if style == "lowerLetter" else letter.upper()
    if style in {"lowerRoman", "upperRoman"}:
        numeral = roman(number)
        return numeral if style == "lowerRoman" else numeral.upper()
    if style == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if style == "decimalZero":
        return f"{number:02d}"
    return str(number)


def han(number: int) -> str:
    """Return a number up to 9999 in Chinese."""
    if not 0 < number < 10_000:
        return str(number)
    text, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, place)
        if digit:
            text += ("零" if zero and text else "") + _HAN[digit] + unit
            zero = False
        else:
            zero = True
    return text.removeprefix("一") if text.startswith("一十") else text


def roman(number: int) -> str:
    """Return a number in small Roman numerals."""
    if not 0 < number < 4000:
        return str(number)
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text
