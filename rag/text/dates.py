"""Absolute dates in Chinese and English text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.text.normal import normal_form_with_offsets
from rag.text.numerals import numeral, positional


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date ``text[start:end]``; parts that are not said are None.

    ``month`` is 1-12, ``day`` 1-31, ``year`` counts in the common era (negative before it).
    With ``decade`` the ten years from ``year`` are meant.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    decade: bool = False


_ERAS = {
    "民国": 1911, "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018,
}  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_LONG_MONTHS = [name for name in _MONTHS if len(name) > 4 and name not in ("march", "sept")]

_CN = "〇零○一二三四五六七八九"
_CN_DAY = "(?:[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[一二三四五六七八九])"
_CN_MONTH = "(?:十[一二]|[一二三四五六七八九十])"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR4 = r"(?:1\d{3}|20\d{2}|21\d{2})"
_ORDINAL = r"(?:st|nd|rd|th)?"

# Cheap patterns find where a date may begin; the full ones are tried only there.
_CHINESE_START = re.compile(
    rf"(?:[\d{_CN}十百廿卅]+|元)(?=\s?[年月世日]|\s?(?:-+|~|至|到|[、和及与])\s?\d{{4}}\s?年)"
)
_PREFIX = re.compile(rf"(?:{'|'.join(_ERAS)}|(?:公元|西元|纪元)前|公元|西元)\s?$")
_NOT_MONTH = "球饼亮光台季薪票租"
_NOT_DAY = "内间后前游元圆本均用益趋渐"
_CHINESE = re.compile(
    rf"""
    (?P<century>\d{{1,2}}|[二三]?十[一二三四五六七八九]?)\s?世纪\s?
        (?P<tens>[1-9]0|[二三四五六七八九]?十)\s?年代
  | (?:
      (?P<era>{"|".join(_ERAS)})\s?(?P<era_year>\d{{1,3}}|元|[一二三四五六七八九十百]{{1,4}})
      | (?P<bc>(?:公元|西元|纪元)前|公元|西元)?\s?(?P<year>\d{{1,4}}|[{_CN}]{{2,4}})
    )\s?年(?![级纪龄])(?P<decade>代)?度?
    (?:\s?(?P<month>0?[1-9]|1[0-2]|{_CN_MONTH})\s?月(?:份)?
      (?:\s?初?(?P<day>0?[1-9](?!\d)|[12]\d|3[01]|{_CN_DAY})(?:\s?[日号])?)?)?
  | (?P<ranged>{_YEAR4})\s?(?=(?:-+|~|至|到|[、和及与])\s?{_YEAR4}\s?年)
  | (?P<month_alone>0?[1-9]|1[0-2]|{_CN_MONTH})\s?月(?:份)?(?![{_NOT_MONTH}])
      (?:\s?初?(?P<day_of>0?[1-9](?!\d)|[12]\d|3[01]|{_CN_DAY})(?:\s?[日号])?)?
  | (?P<day_alone>[1-9]|[12]\d|3[01])\s?日(?![{_NOT_DAY}])
    """,
    re.VERBOSE,
)
_DATE_WORDS = re.compile("[年月日]")
_BEFORE_MONTH = "第个$¥"
_BEFORE_DAY = "第共每~-:/"
_INSIDE_NUMBER = re.compile(r"\d[.,]$")
_LEAD = (
    r"in|since|by|until|till|during|circa|c\.|ca\.|year|spring|summer|autumn|winter|fall"
    r"|early|late|mid|from|to|and|between|of|after|before|through|around"
)
_WESTERN_START = re.compile(r"\d+")
_WESTERN_LEAD = re.compile(
    rf"(?<![a-z])(?:(?:{_MONTH})\b\.?\s(?:of\s|,\s)?|ad\s|(?:{_LEAD})[\s-])$"
)
_REACH = 24
"""The longest stretch of a western date before its first digit (``September of``)."""
_WESTERN = re.compile(
    rf"""
    (?<!\d)(?<!\d[.,/-])(?P<year_first>{_YEAR4})(?P<mark>[-/.])(?P<month_second>0?[1-9]|1[0-2])
      (?P=mark)(?P<day_last>0[1-9]|[12]\d|3[01]|[1-9])(?![\d]|[-/.]\d)
  | (?<!\d)(?<!\d[.,/-])(?P<one>\d{{1,2}})(?P<sign>[/.])(?P<two>\d{{1,2}})(?P=sign)
      (?P<year_last>{_YEAR4})(?![\d]|[-/.]\d)
  | (?<![a-z\d])(?<!\d[.])(?P<day_before>0?[1-9]|[12]\d|3[01]){_ORDINAL}\s(?:of\s)?
      (?P<month_after>{_MONTH})(?![a-z])\.?(?:,?\s(?P<year_after>{_YEAR4})(?![\d]|[.,]\d))?
  | (?<![a-z])(?P<month>{_MONTH})(?![a-z])\.?\s(?:
        (?P<day>0?[1-9]|[12]\d|3[01]){_ORDINAL}(?![\d\w]|[.,:]\d)
          (?:,?\s(?P<year>{_YEAR4})(?![\d]|[.,]\d))?
      | (?:of\s|,\s)?(?P<month_year>{_YEAR4})(?![\d]|[.,]\d))
  | (?<![a-z\d])(?<!\d[.,])(?P<decade>(?:1\d|20)\d0)'?s\b
  | (?<![a-z])ad\s(?P<ad>\d{{1,4}})\b
  | (?<![a-z\d])(?<!\d[.,])(?P<counted>\d{{1,4}})\s?(?P<suffix>bce?|ad|ce|b\.c\.|a\.d\.)(?![a-z\d])
  | (?:(?<=\()|(?<=\(born\s)|(?<=\(c\.\s))(?P<life>{_YEAR4})(?=-+(?:{_YEAR4}|\d\d)?\)|\))
  | (?<=\d-)(?P<life_end>{_YEAR4})(?=\))
  | (?<![a-z])(?:{_LEAD})[\s-](?P<bare>{_YEAR4})(?![\d%]|[.,]\d|\w)
  | (?<![\w$#-])(?<![$€£¥]\s)(?P<plain>1[789]\d\d|20\d\d)(?:(?=-\d\d\b)|(?![\d%]|[.,]\d|\w|-+\w))
    """,
    re.VERBOSE,
)
_ALONE = re.compile(rf"(?<![a-z])(?:{'|'.join(_LONG_MONTHS)})(?![a-z])")
_AFTER_YEAR = re.compile(
    r"\s?(?:$|[^\w\s]|\s)"
    r"(?:[^\w]|$|(?:to|and|until|he|she|it|the|they|as|with|when|at|in|by|on|for|or|a|an|after"
    r"|was|were|is|had|has|who|which|that|but|while|through|from|under|of|due|because|before)\b)?"
)
_SEASON = re.compile(r"-\d\d\b")
_COUNTED = re.compile(
    r"\s(?:(?!as\b|is\b|was\b|his\b|this\b|has\b)[a-z]+s|people|men|women|children|feet|km|m|kg"
    r"|percent|more|other|square|cubic|million|billion)\b"
)
_DURATION = re.compile(r"(?:第|约|近|长达|历时|达|共|历经|超过|不到|至少|每)\s?$")


def find_dates(text: str) -> list[DateMention]:
    """Return the absolute dates of a text in order, without overlap.

    Understands 2023年10月23日, 二〇二三年十月, 民国九十年 (2001), 公元前221年, 1990年代,
    20世纪90年代, 4月28日, 28日, 2023-10-23, 23 October 2023, Oct. 23, 2023, the 1990s,
    in 1952, (1867-1934), 44 BC. Relative dates (去年, yesterday) and durations (三年,
    5个月) are none.
    """
    normal, offsets = normal_form_with_offsets(text)
    return [
        replace(found, start=offsets[found.start], end=offsets[found.end])
        for found in dates_in_normal(normal, text, offsets)
    ]


def dates_in_normal(normal: str, text: str, offsets: list[int]) -> list[DateMention]:
    """Return the dates of a text whose normal form is known, with offsets in the normal form."""
    found = list(_chinese(normal))
    for mention in _western(normal, text, offsets):
        if not any(old.start < mention.end and mention.start < old.end for old in found):
            found.append(mention)
    found.sort(key=lambda mention: mention.start)
    return found


def _chinese(normal: str) -> Iterator[DateMention]:
    if not _DATE_WORDS.search(normal):
        return
    position = 0
    for candidate in _CHINESE_START.finditer(normal):
        start, end = max(position, candidate.start()), candidate.end()
        prefix = _PREFIX.search(normal, max(position, start - 4), start)
        for begin in (*((prefix.start(),) if prefix else ()), *range(start, end)):
            if begin > start and normal[begin].isdigit() and normal[begin - 1].isdigit():
                continue
            match = _CHINESE.match(normal, begin)
            mention = _chinese_mention(normal, match) if match else None
            if mention is not None:
                yield mention
                position = mention.end
                break


def _chinese_mention(normal: str, match: re.Match[str]) -> DateMention | None:
    groups = match.groupdict()
    start, end = match.span()
    if groups["century"]:
        century, tens = _value(groups["century"]), _value(groups["tens"])
        if century is None or tens is None:
            return None
        return DateMention(start, end, (century - 1) * 100 + tens, decade=True)
    before = normal[start - 1 : start]
    if _INSIDE_NUMBER.search(normal, max(0, start - 2), start):
        return None
    if groups["ranged"]:
        plain = not before or before not in "$¥"
        return DateMention(start, match.end("ranged"), int(groups["ranged"])) if plain else None
    if groups["day_alone"]:
        plain = not before or before not in _BEFORE_DAY
        return DateMention(start, end, day=int(groups["day_alone"])) if plain else None
    month = _value(groups["month"] or groups["month_alone"])
    day = _value(groups["day"] or groups["day_of"])
    if day is not None and not 1 <= day <= 31:
        return None
    if groups["month_alone"]:
        plain = not before or (before not in _BEFORE_MONTH and before not in _CN + "十")
        return DateMention(start, end, None, month, day) if plain else None
    if groups["era"]:
        count = 1 if groups["era_year"] == "元" else _value(groups["era_year"])
        year = None if count is None else _ERAS[groups["era"]] + count
    else:
        year = _year(normal, match, month is not None)
    if year is None:
        return None
    return DateMention(start, end, year, month, day, decade=bool(groups["decade"]))


def _year(normal: str, match: re.Match[str], with_month: bool) -> int | None:
    """Return the year of a match, None where the number is rather a duration or an age."""
    written, prefix = match["year"], match["bc"]
    before = normal[match.start("year") - 1 : match.start("year")]
    if not prefix and before and before in "$¥" + _CN + "十百千万亿两":
        return None
    chinese = not written.isdigit()
    year = positional(written) if chinese else int(written)
    if year is None:
        return None
    if prefix:
        return -year if prefix.endswith("前") else year
    if match["decade"] and len(written) < 4:
        return None
    if len(written) == 4:
        plain = 1000 <= year <= 2199 and not _DURATION.search(
            normal, max(0, match.start() - 4), match.start("year")
        )
        return year if plain else None
    if len(written) == 3:
        duration = _DURATION.search(normal, max(0, match.start() - 4), match.start("year"))
        lasting = normal.startswith(tuple("的前后来间内"), match.end())
        return year if (with_month or not lasting) and not duration else None
    if with_month or (chinese and len(written) == 2 and written[0] in "〇零○五六七八九"):
        ascending = chinese and year // 10 + 1 == year % 10 and not with_month
        return None if ascending else year + (1900 if year >= 30 else 2000)
    return None


def _value(written: str | None) -> int | None:
    if written is None:
        return None
    if written.isdigit():
        return int(written)
    value = numeral(written)
    return None if value is None else int(value)


def _western(normal: str, text: str, offsets: list[int]) -> Iterator[DateMention]:
    position = 0
    for candidate in _WESTERN_START.finditer(normal):
        if candidate.start() < position:
            continue
        start = candidate.start()
        match = None
        if normal[start - 1 : start] in (" ", "-"):
            lead = _WESTERN_LEAD.search(normal, max(position, start - _REACH), start)
            match = _WESTERN.match(normal, lead.start()) if lead else None
        match = match or _WESTERN.match(normal, start)
        if match:
            position = match.end()
            mention = _western_mention(normal, match, text, offsets)
            if mention is not None:
                yield mention
    if any(month in normal for month in _LONG_MONTHS):
        for match in _ALONE.finditer(normal):
            if text[offsets[match.start()]].isupper():
                yield DateMention(*match.span(), None, _MONTHS[match.group()])


def _western_mention(
    normal: str, match: re.Match[str], text: str, offsets: list[int]
) -> DateMention | None:
    found = match.groupdict()
    start, end = match.span()
    if found["year_first"]:
        month, day = int(found["month_second"]), int(found["day_last"])
        return DateMention(start, end, int(found["year_first"]), month, day)
    if found["year_last"]:
        one, two = int(found["one"]), int(found["two"])
        # 23/10/2023 can only be read one way; else the slash is American and the dot European.
        month, day = (two, one) if one > 12 or found["sign"] == "." else (one, two)
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        return DateMention(start, end, int(found["year_last"]), month, day)
    if name := found["month_after"] or found["month"]:
        year = _value(found["year_after"] or found["year"] or found["month_year"])
        said = _value(found["day_before"] or found["day"])
        return DateMention(start, end, year, _MONTHS[name], said)
    if found["decade"]:
        return DateMention(start, end, int(found["decade"]), decade=True)
    if found["ad"] or found["counted"]:
        count = int(found["ad"] or found["counted"])
        return DateMention(start, end, -count if (found["suffix"] or "")[:1] == "b" else count)
    if found["bare"]:
        return _bare_year(normal, match, text, offsets)
    if found["plain"]:
        return _plain_year(normal, match)
    written = found["life"] or found["life_end"]
    return DateMention(end - len(written), end, int(written))


def _bare_year(
    normal: str, match: re.Match[str], text: str, offsets: list[int]
) -> DateMention | None:
    """Return ``in 1952`` as a date, ``of 1500 people`` not."""
    end = match.end()
    capital = text[offsets[end] : offsets[end] + 2].strip()[:1].isupper()
    after = _AFTER_YEAR.match(normal, end)
    if (
        capital
        or end >= len(normal) - 1
        or _SEASON.match(normal, end)
        or (after and after.end() > end + 1)
    ):
        return DateMention(match.start("bare"), end, int(match["bare"]))
    return None


def _plain_year(normal: str, match: re.Match[str]) -> DateMention | None:
    """Return ``the 2012 season`` as a date in text of Latin letters, ``1800 soldiers`` not."""
    start, end = match.span()
    before, after = normal[max(0, start - 2) : start], normal[end : end + 2]
    beside = (before[-1:] in (" ", "(") and before[:1].isascii() and before[:1].isalpha()) or (
        after[:1] == " " and after[1:].isascii() and after[1:].isalpha()
    )
    if not beside or _COUNTED.match(normal, end):
        return None
    return DateMention(start, end, int(match["plain"]))
