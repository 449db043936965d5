"""How likely a text is under each encoding: a plain character model for every script.

A listed character weighs as its rank (Zipf, with a cut), another one by its row in the
national character set, which puts the common ones first. All candidates explain the same
bytes, so their sums compare directly.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.resources import files

WESTERN = re.compile(r"[A-Za-z][à-öø-ž]|[à-öø-žÀ-ÖØ-Þ][a-z]")
"""An accented letter beside a plain one: a Latin word."""

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
"""Control characters that no text file needs."""


def likelihood(text: str, encoding: str) -> float:
    """Return the log likelihood of a text under the character model of an encoding."""
    model = model_of(encoding)
    total = sum(count * model(character) for character, count in Counter(text).items())
    return total - _GLUED_COST * len(_GLUED.findall(text))


# An ideograph or syllable glued to a small Latin letter is the trace of a Western text that
# was cut into pairs: "don’t" as Windows-1252 bytes.
_GLUED = re.compile(r"[a-z][\u3400-\u9fff\uac00-\ud7a3]")
_GLUED_COST = math.log(20)
_ASCII = math.log(1.5e-2)
_ASCII_RARE = math.log(1e-3)
_PLAIN = " \t\n\r,.:;!?-()/'\"%"
_NEVER = math.log(1e-12)
_PUNCTUATION = dict.fromkeys("，。、（）《》“”：；？！…—·「」『』　【】‘’", math.log(4e-3))
_SYMBOLS = dict.fromkeys(
    "∼～•‧≤≥×÷±°℃→←■●★▲○◆□※≈≠√△①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤ％－／．＋＝αβγμπ", math.log(1e-4)
)
# Greek, Cyrillic, Hebrew, Arabic: two bytes a letter in UTF-8.
_OTHER_ALPHABETS = re.compile(r"[\u0386-\u03ce\u0410-\u045f\u05d0-\u05ea\u0621-\u064a]")
_FULL_WIDTH = re.compile(r"[\uff01-\uff5e]")

CANDIDATES = (
    ("utf-8", math.log(100)),
    ("gb18030", 0.0),
    ("big5hkscs", math.log(0.3)),
    ("cp950", math.log(1e-3)),
    ("cp932", math.log(0.1)),
    ("cp949", math.log(0.03)),
    ("euc_jp", math.log(0.02)),
    ("cp1252", math.log(0.1)),
    ("utf-16-le", math.log(1e-2)),
    ("utf-16-be", math.log(1e-2)),
)


@cache
def _frequencies(script: str) -> dict[str, float]:
    """Return the log frequency of each listed character of a script (a Zipf curve with a cut)."""
    lines = files("rag.readers").joinpath("frequencies.txt").read_text("utf-8").splitlines()
    listed = next(line for line in lines if line.startswith(script + " "))
    return {
        character: math.log(0.02 / (1 + rank / 8)) - rank / 2000
        for rank, character in enumerate(listed.split(" ", 1)[1])
    }


_SCRIPTS = {
    "gb18030": (("simplified", 1.0), ("traditional", 0.03)),
    "big5hkscs": (("traditional", 1.0),),
    "cp950": (("traditional", 1.0),),
    "cp932": (("kana", 1.0), ("kanji", 0.6)),
    "euc_jp": (("kana", 1.0), ("kanji", 0.6)),
    "cp949": (("hangul", 1.0),),
    "cp1252": (),
}
_EVERY_SCRIPT = (
    ("simplified", 0.5),
    ("traditional", 0.3),
    ("kana", 0.3),
    ("kanji", 0.2),
    ("hangul", 0.3),
)


@cache
def model_of(encoding: str) -> Callable[[str], float]:
    """Return the function from a character to its log likelihood under an encoding."""
    table: dict[str, float] = {}
    if encoding == "cp1252":
        table |= dict.fromkeys("éèêàâçùûôîïëüöäßñáíóúåøæÉÜÖÄ’‘“”–—…•©®°£€§«»·\xa0", math.log(2e-3))
    elif encoding == "utf-8":
        table |= dict.fromkeys("éèêàâçùûôîïëüöäßñáíóúåøæÉÜÖÄ’“”–—…•©®°£€§·", math.log(1e-3))
    if encoding != "cp1252":
        table |= _SYMBOLS | _PUNCTUATION
    for script, weight in _SCRIPTS.get(encoding, _EVERY_SCRIPT):
        for character, value in _frequencies(script).items():
            table[character] = max(table.get(character, _NEVER), value + math.log(weight))

    @cache
    def model(character: str) -> float:
        if character in table:
            return table[character]
        return _rare(character, encoding)

    return model


def _rare(character: str, encoding: str) -> float:
    """Return the log likelihood of a character that no list holds."""
    code = ord(character)
    if code < 0x80:
        if CONTROL.match(character) or character in "\x0b\x0c":
            return _NEVER
        return _ASCII if character.isalnum() or character in _PLAIN else _ASCII_RARE
    if code < 0xA0 or 0xE000 <= code < 0xF900 or code in {0xFFFD, 0xFFFE, 0xFFFF}:
        return _NEVER
    if encoding == "utf-8" and _OTHER_ALPHABETS.match(character):
        return math.log(6e-5)
    if _FULL_WIDTH.match(character):
        return math.log(1e-4)
    if 0x4E00 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3:
        return math.log(_row_weight(character, encoding))
    if code >= 0x3400 and code != 0xFFFD and not 0xFF00 <= code <= 0xFFEF:
        return math.log(2e-8)
    if 0xFF61 <= code <= 0xFF9F:
        return math.log(3e-6)
    return math.log(1e-6) if encoding != "cp1252" else math.log(1e-5)


def _row_weight(character: str, encoding: str) -> float:
    """Weigh an unlisted character by its row: national sets put the common ones first."""
    if encoding.startswith("utf"):
        return 3e-8
    narrow = {"gb18030": "gb2312", "cp949": "euc_kr", "cp932": "shift_jis"}.get(encoding, encoding)
    try:
        lead = character.encode(narrow)[0]
    except UnicodeEncodeError:
        return 3e-8
    common = {
        "gb2312": lead <= 0xD7,
        "big5hkscs": 0xA4 <= lead <= 0xC6,
        "cp950": 0xA4 <= lead <= 0xC6,
        "shift_jis": lead <= 0x98,
        "euc_jp": lead <= 0xCF,
        "euc_kr": lead <= 0xC8,
    }.get(narrow, True)
    return 4e-6 if common else 5e-7
