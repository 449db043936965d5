"""What is typed that asks for no answer out of a text: greetings, thanks, "what is this about"."""

from __future__ import annotations

import re

from rag.asking import words_en, words_zh
from rag.asking.asked import Intent
from rag.text.normal import normal_form

_AROUND = " \t\n!！.。~～?？,，、;；:：…"
_SOFTENERS = r"[\s,，!！~～。.]*"


def _small_talk(chinese: str, english: str) -> re.Pattern[str]:
    one = rf"(?:{chinese}|{english}\b)(?:[呀啊哦啦了呢吧嘛哈]|{_SOFTENERS})*"
    return re.compile(rf"(?:{one})+")


_GREETING = _small_talk(words_zh.GREETING, words_en.GREETING)
_THANKS = _small_talk(words_zh.THANKS, words_en.THANKS)
_OPENING = re.compile(
    rf"(?:(?:{words_zh.GREETING}|{words_zh.THANKS})|(?:{words_en.GREETING}|{words_en.THANKS})\b)"
    r"\s*[,，!！~～。.;；]+\s*(?=.{2})"
)

_NAME = r"(?P<name>《[^》]{1,60}》|[“\"「][^”\"」]{1,60}[”\"」]|[^，,。？?]{0,40}?)"
_QUOTED_NAME = r"(?P<name>《[^》]{1,60}》)"
_WORK = rf"(?P<work>(?:{words_zh.WORK}))"
_ABOUT_CHINESE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{words_zh.PLEASE}{_QUOTED_NAME}(?:{_WORK})?的?(?:{words_zh.TELLS})",
        rf"{words_zh.PLEASE}{_QUOTED_NAME}(?:{_WORK})?的?(?:{words_zh.GIST})(?:{words_zh.ASK_GIST})?",
        rf"(?:{words_zh.SUM_UP}){_QUOTED_NAME}(?:{_WORK})?(?:的?(?:{words_zh.GIST}|内容))?",
        rf"{words_zh.PLEASE}{_NAME}{_WORK}(?:里|中|里面)?的?(?:{words_zh.TELLS})",
        rf"{words_zh.PLEASE}{_NAME}{_WORK}的?(?:{words_zh.GIST})(?:{words_zh.ASK_GIST})?",
        rf"(?:{words_zh.SUM_UP}){_NAME}{_WORK}(?:的?(?:{words_zh.GIST}|内容))?",
        rf"{words_zh.PLEASE}(?:把|将|对)?{_NAME}{_WORK}(?:进行|做|作)?(?:一个|个)?(?:{words_zh.SUM_UP})",
        rf"{words_zh.PLEASE}(?P<name>{words_zh.THIS})(?:{words_zh.TELLS})",
        rf"(?P<name>)(?:{words_zh.WHICH_WORKS}){_WORK}",
    )
)
_THIS_CHINESE = re.compile(rf"(?:{words_zh.THIS})*(?:里|中)?的?")
_ARTICLE = rf"(?:(?:{words_en.THIS}) )*"
_ABOUT_ENGLISH = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{words_en.TELLS}",
        rf"(?:{words_en.SUM_UP}) (?P<about>.+?)(?: for me)?(?: please)?",
        rf"(?P<all>{words_en.WHICH_WORKS})",
    )
)
_WORK_ENGLISH = re.compile(rf"(?:{words_en.WORK})s?\b")
_LONGEST = 80
_QUOTES = " \"'“”「」《》"


def intent_of(typed: str) -> tuple[Intent, str]:
    """Return what is wanted, and the name of the document meant; empty for whatever there is."""
    normal = normal_form(typed).strip(_AROUND)
    if _GREETING.fullmatch(normal):
        return Intent.GREETING, ""
    if _THANKS.fullmatch(normal):
        return Intent.THANKS, ""
    if len(normal) > _LONGEST:
        return Intent.QUESTION, ""
    about = _about_chinese(normal)
    if about is None:
        about = _about_english(normal)
    return (Intent.QUESTION, "") if about is None else (Intent.ABOUT, about)


def is_small_talk(typed: str) -> bool:
    """Tell whether a text only greets or thanks."""
    return intent_of(typed)[0] in (Intent.GREETING, Intent.THANKS)


def without_courtesy(typed: str) -> str:
    """Return a text without a greeting or thanks in front: "谢谢，那P20呢？" asks 那P20呢？."""
    opening = _OPENING.match(normal_form(typed))
    if opening is None or len(normal_form(typed)) != len(typed):
        return typed
    return typed[opening.end() :].strip() or typed


def _about_chinese(normal: str) -> str | None:
    for pattern in _ABOUT_CHINESE:
        found = pattern.fullmatch(normal)
        if found:
            name = _THIS_CHINESE.sub("", found["name"], count=1).strip(_QUOTES + "的")
            return name and name + (found.groupdict().get("work") or "")
    return None


def _about_english(normal: str) -> str | None:
    for pattern in _ABOUT_ENGLISH:
        found = pattern.fullmatch(normal)
        if found is None:
            continue
        parts = found.groupdict()
        if "all" in parts:
            return ""
        about = re.sub(rf"^{_ARTICLE}", "", parts["about"].strip() + " ").strip(_QUOTES)
        if _WORK_ENGLISH.fullmatch(about) or about in ("", "this", "it", "these"):
            return ""
        if _WORK_ENGLISH.search(about):
            return about
    return None
