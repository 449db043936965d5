"""Citation marks in a model's text, in all their spellings, and the sentences they belong to."""

from __future__ import annotations

import re
from bisect import bisect_left

from rag.checking.draft import DraftSentence
from rag.text.sentences import split_sentences

_NUMBER = r"\d{1,3}"
_LIST = rf"{_NUMBER}(?:\s*(?:[-–—~至]|[,，、;；&和]|and)\s*\^?{_NUMBER})*"
_SOURCE = (
    r"passages?|sources?|documents?|docs?|refs?|references?|citations?"
    r"|资料|資料|段落|文档|文檔|文件|来源|來源|引用|参考|參考|出处"
)
_WORD = rf"(?:(?:{_SOURCE})[.:：=#\s]*)"
_LOOSE_WORD = rf"(?:(?:{_SOURCE}|no|n|见|見|第)[.:：=#\s]*)"
_SEE = r"(?:(?:[参參详詳]?[见見]|[根依]?[据據]|来自|來自|引自|摘自|see|from|per|cf\.?)\s*)"
_END = r"\s*(?:段|篇|号|條|条)?\s*(?:†[^\]】］〕]{0,30})?"
_MARK = re.compile(
    rf"\s*[(（]?[\[【［〔⟦]\s*\^?#?{_LOOSE_WORD}?(?P<numbers>{_LIST}){_END}[\]】］〕⟧][)）]?"
    rf"|\s*[(（]\s*{_SEE}?{_WORD}(?P<worded>{_LIST}){_END}[)）]"
    r"|(?<![0-9A-Za-z])(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?:[⁻˒,，][⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})*)(?=\s*(?:[。．.！!？?；;，,]|$))"
    r"|\s*(?P<circled>[①-⑳]+)(?=\s*(?:[。．.！!？?；;]|$))",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"({_NUMBER})\s*[-–—~至]\s*\^?({_NUMBER})")
_WIDEST_RANGE = 20
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def parse(text: str) -> list[DraftSentence]:
    """Return the sentences of a text without their marks, each with the numbers it cites.

    ``[1][2]``, ``[1,2]``, ``[1-3]``, ``【1】``, ``［１］``, ``[^1]``, ``[资料 1]``,
    ``(source 1)``, ``（见文档1）``, ``【1†x】``, raised and circled numbers are known. A mark
    belongs to the sentence it stands in or right behind; at the start of a line with more on it,
    to the sentence that follows.
    Numbers are returned as written, real or not: whoever knows the hits drops what does not
    exist.
    """
    plain: list[str] = []
    places: list[tuple[int, bool, tuple[int, ...]]] = []
    length = done = 0
    for match in _MARK.finditer(text):
        before = text[done : match.start()]
        lead = text[: match.start()].rstrip(" \t")
        space = match.group()[: len(match.group()) - len(match.group().lstrip())]
        alone = text[match.end() : match.end() + 1] in ("", "\n")
        leading = not alone and (not lead.strip() or lead.endswith("\n") or "\n" in space)
        kept = "\n" if "\n" in space else ""
        plain += [before, kept]
        length += len(before) + len(kept)
        places.append((length, leading, _of_match(match)))
        done = match.end()
    plain.append(text[done:])
    bare = "".join(plain)
    spans = split_sentences(bare)
    starts = [start for start, _ in spans]
    cited: list[list[int]] = [[] for _ in spans]
    for place, leading, numbers in places:
        following = bisect_left(starts, place)
        sentence = following if leading and following < len(spans) else following - 1
        if sentence >= 0:
            cited[sentence] += numbers
    return [
        DraftSentence(bare[start:end], tuple(dict.fromkeys(numbers)))
        for (start, end), numbers in zip(spans, cited, strict=True)
    ]


def _of_match(match: re.Match[str]) -> tuple[int, ...]:
    if match["circled"]:
        return tuple(ord(character) - ord("①") + 1 for character in match["circled"])
    if match["raised"]:
        return _numbers(match["raised"].translate(_RAISED))
    return _numbers((match["numbers"] or match["worded"]).translate(_WIDE_DIGITS))


def _numbers(text: str) -> tuple[int, ...]:
    found: list[int] = []
    for piece in re.split(r"[,，、;；&和]|and", text):
        span = _RANGE.fullmatch(piece.strip())
        if span:
            first, last = int(span[1]), int(span[2])
            found += range(first, min(last, first + _WIDEST_RANGE) + 1)
        else:
            found.append(int(piece.strip().strip("^")))
    return tuple(found)
