"""The one normal form in which questions and documents are compared.

Never shown to a person: what is displayed is always the original text.

The form is Unicode NFKC (full width becomes half width), case-folded, with traditional
characters and their regional variants turned into simplified ones, one for one; quotation
marks, dashes, tildes and middle dots are unified; invisible characters are dropped; every
white-space character but the line feed becomes a space.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import accumulate

_INVISIBLE = (
    *range(0x09),
    *range(0x0E, 0x1C),
    *range(0x7F, 0x85),
    *range(0x86, 0xA0),
    0x00AD,
    0x034F,
    0x061C,
    *range(0x115F, 0x1161),
    *range(0x17B4, 0x17B6),
    *range(0x180B, 0x1810),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    *range(0xFE00, 0xFE10),
    0xFEFF,
    0xFFA0,
    *range(0xFFF0, 0xFFFC),
    *range(0xE0000, 0xE1000),
)
_UNIFIED = {
    '"': "“”„‟«»「」『』〝〞〟｢｣❝❞",
    "'": "‘’‚‛‹›❛❜",
    "-": "‐‑‒–—―⸺⸻−﹘",
    "~": "〜∼∽",
    "·": "・•‧∙⋅",
    " ": "\t\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029",
}
_FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉"
_HAN = ((0x3400, 0xA000), (0x20000, 0x2F800), (0x30000, 0x33480))


@cache
def simplified_table() -> dict[int, str]:
    """Return the table from characters to their simplified form, where it differs.

    OpenCC's character tables are read through its public converter, one character a line.
    Beside traditional to simplified (``t2s``) the Taiwan and Hong Kong tables join regional
    variants that ``t2s`` leaves apart (著 and 着), and the Japanese one joins new forms
    that simplified Chinese does not use itself (桜 and 樱, but 芸 stays apart from 艺).
    """
    from opencc import OpenCC

    def converted(name: str, first: int, end: int) -> list[tuple[str, str]]:
        """Return the characters that a table changes, each with what it becomes."""
        characters = "\n".join(map(chr, range(first, end)))
        lines = OpenCC(name).convert(characters).split("\n")
        return [
            (old, new)
            for old, new in zip(characters[::2], lines, strict=True)
            if old != new and len(new) == 1
        ]

    table = dict(pair for first, end in _HAN for pair in converted("t2s", first, end))
    simplifications = set(table.values())
    for name in ("tw2s", "hk2s"):
        for character, regional in converted(name, *_HAN[0]):
            simple = table.get(character, character)
            # 么 is the simplified 麼, so the Taiwan table's 么 -> 幺 must not touch it.
            if regional != simple and not (character == simple and simple in simplifications):
                table[character] = table[simple] = regional
    for character, old in converted("jp2t", *_HAN[0]):
        if character not in table and not _in_gb2312(character):
            table[character] = table.get(old, old)
    return {
        ord(character): end
        for character in table
        if (end := _end_of_chain(table, character)) != character
    }


def _end_of_chain(table: dict[str, str], character: str) -> str:
    """Follow ``table`` to its end; members of a circle all end at its smallest one."""
    seen: list[str] = []
    while character in table and character not in seen:
        seen.append(character)
        character = table[character]
    return min(seen[seen.index(character) :]) if character in seen else character


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _before() -> dict[int, str | None]:
    """Return the table applied before NFKC: invisible characters go, white space is a space."""
    table: dict[int, str | None] = dict.fromkeys(_INVISIBLE)
    table.update({ord(character): " " for character in _UNIFIED[" "]})
    # NFKC would make 61⁄2 of 6½.
    table.update({ord(character): f" {character}" for character in _FRACTIONS})
    return table


@cache
def _after() -> dict[int, str]:
    """Return the table applied last: simplified characters and unified punctuation."""
    table = dict(simplified_table())
    for target, characters in _UNIFIED.items():
        table.update({ord(character): target for character in characters})
    return table


def normal_form(text: str) -> str:
    """Return the normal form of ``text``; applying it twice changes nothing more."""
    if text.isascii() and text.isprintable():
        return text.casefold()
    normal = "".join(map(_pieces.__getitem__, text))
    # Forms of single characters are the form of the whole unless some of them compose.
    if unicodedata.is_normalized("NFKC", normal):
        return normal
    return _whole_form(text)


def _whole_form(text: str) -> str:
    """Return the normal form step by step (the definition, slower)."""
    text = unicodedata.normalize("NFKC", text.translate(_before()))
    while (folded := unicodedata.normalize("NFKC", text.casefold())) != text:
        text = folded
    return text.translate(_after())


class _Pieces(dict[str, str]):
    """Remember the normal form of single characters."""

    def __missing__(self, character: str) -> str:
        piece = _whole_form(character)
        self[character] = piece
        return piece


class _Joining(dict[str, bool]):
    """Remember which characters may melt into the one before them.

    These are marks and the vowels and finals of Hangul, also when they only appear after
    compatibility decomposition (half-width voicing marks), and whatever is dropped, since
    it may stand between the two. Taking too many is harmless: a group only gets longer.
    """

    def __missing__(self, character: str) -> bool:
        first = unicodedata.normalize("NFKD", character)[:1]
        joining = (
            unicodedata.category(first).startswith("M")
            or "\u1160" <= first <= "\u11ff"
            or _before().get(ord(character), "") is None
        )
        self[character] = joining
        return joining


_pieces = _Pieces()
_joining = _Joining()


def normal_form_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return the normal form and where each of its characters comes from.

    ``offsets[i]`` is the index in ``text`` of the character (the first one, where several
    melted into one) that gave character ``i``; ``offsets`` never falls, has one entry more
    than the normal form, and ends with ``len(text)``.
    """
    if text.isascii() and text.isprintable():
        return text.casefold(), list(range(len(text) + 1))
    pieces = list(map(_pieces.__getitem__, text))
    normal = "".join(pieces)
    starts = list(range(len(text)))
    if not unicodedata.is_normalized("NFKC", normal):
        pieces, starts = _grouped(text)
        normal = "".join(pieces)
    if len(normal) == len(text) == len(pieces) and all(pieces):
        return normal, [*starts, len(text)]
    offsets = [start for start, piece in zip(starts, pieces, strict=True) for _ in piece]
    return normal, [*offsets, len(text)]


def _grouped(text: str) -> tuple[list[str], list[int]]:
    groups: list[str] = []
    for character in text:
        if groups and _joining[character]:
            groups[-1] += character
        else:
            groups.append(character)
    pieces = [_pieces[group] if len(group) == 1 else _whole_form(group) for group in groups]
    starts = [0, *accumulate(map(len, groups))][:-1]
    return pieces, starts


def to_simplified(text: str) -> str:
    """Return the text with traditional characters turned into simplified ones, one for one."""
    return text.translate(simplified_table())
