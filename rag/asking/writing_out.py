"""Write a follow-up out where that is certain.

People are shown it, and a garbled one is worse than none. Certain is the exchange of a part for
one of the very kind (2022年 for 2023年, P20 for P10), and the name that the earlier question is
about in the place of a pronoun.
"""

from __future__ import annotations

import re

from rag.asking import words_en, words_zh
from rag.text.dates import DateMention, find_dates

_PART = re.compile(
    rf"^(?:{words_zh.LEAD})?(?P<han>[^，,]{{1,16}}?)的?(?:{words_zh.TAIL})[?？!！。]*$"
    rf"|^(?:(?:{words_en.LEAD})[, ]+)+(?:(?:in|on|for|at|with|of|the) )*"
    r"(?P<latin>[^,]{1,40}?)[?.!]*$",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?P<of>第)[一二三四五六七八九十百\d]+(?P<unit>(?![是的有呢])[^\W\d_])")
_CODE = re.compile(
    r"(?<![A-Za-z\d])(?P<of>[A-Za-z]{1,6})[- ]?\d+(?:\.\d+)*(?P<unit>[A-Za-z]{0,3})(?![A-Za-z\d])"
)
_MEASURE = re.compile(
    r"(?P<of>)(?:(?<![\d.A-Za-z])\d+(?:\.\d+)?|(?<!第)[一二两三四五六七八九十]+) ?"
    r"(?P<unit>个月|小时|分钟|公里|(?![多是的有呢几])[^\W\d_A-Za-z]|[A-Za-z%]+)"
)
_YEAR = re.compile(r"(?P<of>)(?<!\d)(?:1[5-9]|20)\d\d(?P<unit>)(?!\d)")
_KINDS = (_YEAR, _ORDINAL, _CODE, _MEASURE)

_PRONOUN = re.compile(words_zh.PERSONAL)
_CHINESE_NAME = re.compile(
    r"(?:请问)?(?P<name>[㐀-鿿]{0,4}[《“「][^》”」]{1,30}[》”」]"
    r"|[㐀-鿿]{0,8}[A-Za-z][A-Za-z\d]*(?:[-.+][A-Za-z\d]+)*(?![A-Za-z\d])"
    r"|(?![这那哪谁它他她什怎多几])[^\W\d_了吗呢的和与及]{2,12}(?=是|位于|成立于))"
)
_ENGLISH_NAME = re.compile(
    r"\b[A-Z][\w'’-]*\.?(?:\s+(?:(?:of|the|de|van|von|for|&)\s+)?[A-Z0-9][\w'’-]*)*"
)
_ENGLISH_PRONOUN = re.compile(
    rf"\b(?:{words_en.PERSONAL})\b(?!['’]s\s+(?:true|possible|said))", re.IGNORECASE
)
_EXPLETIVE = re.compile(
    r"\bit(?:'s| is| was| be)? (?:true|possible|said|necessary|allowed|ok|okay|safe|that)\b"
    r"|\b(?:is|was) it (?:true|possible|said|necessary|allowed|ok|okay|safe|that)\b",
    re.IGNORECASE,
)
_SHORTEST_NAME = 2
_OBJECT_HER = re.compile(words_en.OBJECT_HER)


def written_out(typed: str, earlier: str) -> str:
    """Return the complete question that a follow-up asks, empty where that is not certain.

    ``earlier`` is the question before it, complete as far as that is known.
    """
    part = _PART.match(typed.strip())
    if part:
        return _exchanged((part["han"] or part["latin"]).strip(), earlier)
    return _named(typed, earlier)


def _exchanged(part: str, earlier: str) -> str:
    """Return the earlier question with its one part of the kind of ``part`` exchanged for it."""
    dates, wanted = find_dates(earlier), find_dates(part)
    if len(wanted) == 1 and wanted[0].end - wanted[0].start == len(part):
        if len(dates) != 1 or _said(dates[0]) != _said(wanted[0]):
            return ""
        return earlier[: dates[0].start] + part + earlier[dates[0].end :]
    for kind in _KINDS:
        new = kind.fullmatch(part)
        old = [one for one in kind.finditer(earlier) if new and _alike(one, new)]
        if len(old) == 1:
            return earlier[: old[0].start()] + part + earlier[old[0].end() :]
    return ""


def _said(date: DateMention) -> tuple[bool, bool, bool]:
    return (date.year is None, date.month is None, date.day is None)


def _alike(one: re.Match[str], other: re.Match[str]) -> bool:
    return (one["of"].lower(), one["unit"].lower()) == (other["of"].lower(), other["unit"].lower())


def _named(typed: str, earlier: str) -> str:
    """Return the question with its first pronoun exchanged for what the earlier one is about."""
    pronoun = _PRONOUN.search(typed)
    if pronoun:
        name = _CHINESE_NAME.match(earlier)
        if name is None or name["name"] in typed or "，" in earlier:
            return ""
        return typed[: pronoun.start()] + name["name"] + typed[pronoun.end() :]
    found = _ENGLISH_PRONOUN.search(typed)
    if found is None or _EXPLETIVE.search(typed):
        return ""
    word = found[0].lower()
    names = dict.fromkeys(_names(earlier, of_things=word in words_en.THING))
    if len(names) != 1:
        return ""
    (topic,) = names
    if topic.lower() in typed.lower():
        return ""
    owns = word in words_en.POSSESSIVE or (
        word == "her" and not _OBJECT_HER.match(typed.lower(), found.start())
    )
    put = f"{topic}'s" if owns else topic
    return typed[: found.start()] + put + typed[found.end() :]


def _names(text: str, *, of_things: bool) -> list[str]:
    """Return the capitalised names in a text, words that only begin a sentence left out.

    A name with an article or all in capitals is none of a person.
    """
    found = []
    for match in _ENGLISH_NAME.finditer(text):
        words = match.group().split()
        while words and words[0].lower().strip("'’.") in words_en.NOT_NAMES:
            words.pop(0)
        name = re.sub(r"['’]s?$", "", " ".join(words).strip("."))
        if len(name) < _SHORTEST_NAME or name.lower() in words_en.NOT_NAMES:
            continue
        before = text[: match.end() - len(" ".join(words))].lower().split()[-1:]
        if of_things or (before != ["the"] and not name.isupper()):
            found.append(name)
    return found
