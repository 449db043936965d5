"""Guess the language of a text, for the words around an answer."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from rag.text.normal import normal_form, simplified_table

_LOOKED_AT = 2000
"""Characters at the head of a text that are enough to tell its language."""
_KANA_SHARE = 0.1
"""Japanese prose is about half kana; Chinese quotes a Japanese name now and then."""
_FUNCTION_WEIGHT = 3
"""A function word says as much about the language of a sentence as three other signs."""

_QUOTED = re.compile(r"《[^》]*》|「[^」]*」|『[^』]*』|“[^”]*”|\"[^\"]*\"")
_CHINESE_FUNCTION = re.compile(
    "什么|怎|多少|哪|谁|吗|呢|的|是|了|在|和|有|为何|几|与|请|被|把|从|这|那|他|她|它|我|你|不"
)
_ENGLISH_FUNCTION_WORDS = """
    the a an of in on at to for from by with and or is are was were be been did do does has have
    had what which who whom whose when where why how many much that this it its as not can
    could will would should there their his her they he she we you about tell
"""
_ENGLISH_FUNCTION = frozenset(_ENGLISH_FUNCTION_WORDS.split())
_LATIN_WORD = re.compile(r"[a-z\u00c0-\u024f]+")

_SCRIPTS = (
    (0x0370, 0x0400, "el"),
    (0x0400, 0x0530, "ru"),
    (0x0590, 0x0600, "he"),
    (0x0600, 0x0780, "ar"),
    (0x0900, 0x0980, "hi"),
    (0x0E00, 0x0E80, "th"),
    (0x1100, 0x1200, "ko"),
    (0x1F00, 0x2000, "el"),
    (0x3005, 0x3008, "han"),
    (0x3040, 0x3100, "kana"),
    (0x3130, 0x3190, "ko"),
    (0x31F0, 0x3200, "kana"),
    (0x3400, 0xA000, "han"),
    (0xAC00, 0xD7B0, "ko"),
    (0xF900, 0xFB00, "han"),
    (0xFF66, 0xFFA0, "kana"),
    (0x20000, 0x33480, "han"),
)


def detect_language(text: str) -> str:
    """Return the language of ``text``, judged by its first 2,000 characters.

    ``"zh-Hans"`` or ``"zh-Hant"`` by the characters that differ between the scripts
    (``"zh-Hans"`` where none does), ``"ja"`` with a good share of kana, ``"ko"``, ``"ru"``,
    ``"el"``, ``"ar"``, ``"he"``, ``"th"`` and ``"hi"`` by their script, else ``"en"``. In
    mixtures the language of the sentence counts, not that of the names and titles in it:
    function words weigh more, and quotations and titles only where there is nothing else.
    """
    text = text[:_LOOKED_AT]
    outside = _QUOTED.sub(" ", text)
    if any(map(str.isalpha, outside)):
        text = outside
    scripts = Counter(map(_script_of, text))
    words = _LATIN_WORD.findall(normal_form(text)) if scripts["latin"] else []
    han, kana = scripts["han"], scripts["kana"]
    weights = {
        "en": 1.5 * len(words) + _FUNCTION_WEIGHT * sum(w in _ENGLISH_FUNCTION for w in words),
        "cjk": float(han + kana),
        **{
            script: count * (1.0 if script == "ko" else 0.3)
            for script, count in scripts.items()
            if script not in ("", "han", "kana", "latin")
        },
    }
    if han and words:
        function = _CHINESE_FUNCTION.findall(normal_form(text))
        weights["cjk"] += _FUNCTION_WEIGHT * len(function)
    best = max(weights, key=lambda language: weights[language])
    if best != "cjk" or not han + kana:
        return best if weights[best] else "en"
    if kana > _KANA_SHARE * (han + kana):
        return "ja"
    simplified, traditional = _script_characters()
    difference = sum((c in traditional) - (c in simplified) for c in text)
    return "zh-Hant" if difference > 0 else "zh-Hans"


@cache
def _script_characters() -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters only simplified and only traditional Chinese uses.

    A character written in both scripts with different weight (后, 里, 干, 台) tells nothing
    and belongs to neither.
    """
    table = simplified_table()
    traditional = {chr(code) for code in table if not _encodable(chr(code), "gb2312")}
    simplified = {
        simple
        for simple in table.values()
        if _encodable(simple, "gb2312") and not _encodable(simple, "big5")
    }
    return frozenset(simplified), frozenset(traditional)


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _script_of(character: str) -> str:
    if not character.isalpha() and character != "〇":
        return ""
    code = ord(character)
    for first, end, script in _SCRIPTS:
        if first <= code < end:
            return script
    return "latin"


def dominant_script(text: str) -> str:
    """Return ``han`` or ``latin``: the script most of a text's words are in.

    One Chinese character counts as much as four Latin letters; a text with neither is ``han``.
    """
    han = sum("\u3400" <= character <= "\u9fff" for character in text)
    latin = sum(character.isascii() and character.isalpha() for character in text)
    return "han" if han * 4 >= latin else "latin"
