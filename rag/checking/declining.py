"""Tell when a model says that the documents do not answer, however it spells that."""

from __future__ import annotations

import re

from rag.text.normal import normal_form


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_SOURCE = _any(
    "文档 文件 文章 文中 段落 资料 材料 上下文 原文 内容 信息 以上 上述 所给 给出 提供 已知 现有"
    " 这些 该 本 的 中 里 内 并 都 均 也 所述 来看 而言 目前 根据 从 在 依据 就 , : \\s"
)
_SORRY = _any("抱歉 对不起 很遗憾 不好意思")
_LACKS = r"(?:没有|未|无|并未|不曾)(?:有|能)?(?:明确|直接|具体|任何)?(?:地)?"
_TOLD = _any(
    "提到 提及 提供 说明 给出 涉及 包含 记载 回答 指出 描述 介绍 列出 相关 足够 答案 这个 这一"
    " 有关 关于 信息 说"
)
_FAILS = _any("回答 确定 得知 判断 找到 得出 提供 获知 知道")
_SORRY_EN = r"(?:(?:i'm |i am )?(?:sorry|unfortunately)[,.]? (?:but )?)?"
_WHICH_EN = r"(?:(?:the|these|those|given|provided|above|any of the|based on the|from the)\s+)*"
_SOURCE_EN = (
    _any("documents? passages? texts? context materials? sources? information articles?")
    + r"(?: (?:provided|given|above))?"
)
_NOT_EN = r"\b(?:do(?:es)? not|don't|doesn't|did not|cannot|can't|no|not|never)\b"
_TOLD_EN = _any(
    "say mention state specif provid contain includ answer give indicat address describe discuss"
    " information enough sufficient available found possible determine"
)
_FAILS_EN = _any("know find answer determine see say")
_SEEN_EN = _any("mentioned stated specified given provided said found available known clear")

# In the normal form: simplified characters, half width, lower case.
_DECLINES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?:{_SORRY}|{_SOURCE})*{_LACKS}.{{0,4}}{_TOLD}",
        rf"^{_SORRY}?,?(?:我)?(?:(?:从|根据|依据).{{0,20}}?)?(?:无法|不能|难以)(?:从.{{0,16}}?)?{_FAILS}",
        r"^(?:我)?不(?:知道|清楚|详|确定|明)(?:[。.!,]|$)",
        r"^(?:答案)?(?:未知|不详|无答案|没有答案|无相关信息|无)[。.]?$",
        rf"^{_SORRY_EN}{_WHICH_EN}(?:\w+ )?{_SOURCE_EN},?.{{0,30}}?{_NOT_EN}.{{0,24}}?\b{_TOLD_EN}",
        rf"^{_SORRY_EN}i (?:do not|don't|cannot|can't|could not|couldn't) {_FAILS_EN}",
        rf"^(?:it is |this is |it's )?not (?:{_SEEN_EN}|possible|answered)\b",
        rf"^none of the {_SOURCE_EN}\b",
        r"^(?:there is |there's )?no (?:answer|information|mention)\b",
        r"^(?:unknown|n/?a|none|unanswerable)[.!]?$",
    )
)


def declines(sentence: str) -> bool:
    """Return whether a sentence only says that there is no answer."""
    normal = normal_form(sentence).strip(" \t\n\"'“”*-")
    return any(pattern.search(normal) for pattern in _DECLINES)
