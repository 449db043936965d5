"""Guess the language of a text, for the words around an answer."""

from __future__ import annotations

from functools import cache

from rag.text.normal import simplified_table

_KANA_SHARE = 0.1
"""Japanese prose is about half kana; Chinese quotes a Japanese name now and then."""


@cache
def _script_characters() -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters only simplified and only traditional Chinese uses.

    A character written in both scripts with different weight (后, 里, 干, 台) tells nothing
    and belongs to neither.
    """
    table = simplified_table()
    traditional = {chr(code) for code in table}
    both = {character for character in traditional if _encodable(character, "gb2312")}
    simplified = {
        simple
        for simple in table.values()
        if not _encodable(simple, "big5") and _encodable(simple, "gb2312")
    }
    return frozenset(simplified), frozenset(traditional - both)


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def detect_language(text: str) -> str:
    """Return the language of ``text``.

    ``"zh-Hans"`` or ``"zh-Hant"`` by the characters that differ between the scripts
    (``"zh-Hans"`` where none does), ``"ja"`` with a good share of kana, ``"ko"`` with
    Hangul, ``"ru"``, ``"el"``, ``"ar"``, ``"he"``, ``"th"`` and ``"hi"`` by their script,
    else ``"en"``. Mixed texts are judged by the script that says most, where a Han
    character weighs as much as a short word of letters.
    """
    counts: dict[str, int] = {}
    for character in text:
        if character.isalpha() or character == "〇":
            script = _script(ord(character))
            counts[script] = counts.get(script, 0) + 1
    han, kana = counts.get("han", 0), counts.get("kana", 0)
    weights = {
        "cjk": 4 * (han + kana),
        "ko": 3 * counts.get("ko", 0),
        **{script: count for script, count in counts.items() if script not in _CJK},
    }
    best = max(weights, key=lambda script: weights[script])
    if weights[best] == 0:
        return "en"
    if best != "cjk":
        return best
    if kana > _KANA_SHARE * (han + kana):
        return "ja"
    simplified, traditional = _script_characters()
    difference = sum((c in traditional) - (c in simplified) for c in text)
    return "zh-Hant" if difference > 0 else "zh-Hans"


_CJK = frozenset({"han", "kana", "ko"})
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


def _script(code: int) -> str:
    for first, end, script in _SCRIPTS:
        if first <= code < end:
            return script
    return "en"
