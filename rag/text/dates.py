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
_LONG_MONTHS = "january february april june july august september october november december".split()

_CN = "〇零○一二三四五六七八九"
_CN_DAY = "(?:[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[一二三四五六七八九])"
_CN_MONTH = "(?:十[一二]|[一二三四五六七八九十])"
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR4 = r"(?:1\d{3}|20\d{2}|21\d{2})"
_ORDINAL = r"(?:st|nd|rd|th)?"

_CHINESE = re.compile(
    rf"""
    (?P<century>(?<!\d)\d{{1,2}}|[二三]?十[一二三四五六七八九]?)\s?世纪\s?
        (?P<tens>[1-9]0|[二三四五六七八九]?十)\s?年代
  | (?:
      (?P<era>{"|".join(_ERAS)})\s?(?P<eraYear>\d{{1,3}}|元|[一二三四五六七八九十百]{{1,4}})
      | (?P<bc>(?:公元|西元|纪元)前|公元|西元)?\s?
        (?P<year>(?<![\d.,$¥])\d{{2,4}}|(?<![{_CN}十百千万亿两])[{_CN}]{{2,4}})
    )\s?年(?![级纪龄])(?P<decade>代)?度?
    (?:\s?(?P<month>0?[1-9]|1[0-2]|{_CN_MONTH})\s?月(?:份)?
      (?:\s?初?(?P<day>0?[1-9](?!\d)|[12]\d|3[01]|{_CN_DAY})(?:\s?[日号])?)?)?
  | (?P<ranged>(?<![\d.,$¥]){_YEAR4})\s?(?=(?:-+|~|至|到|[、和及与])\s?{_YEAR4}\s?年)
  | (?<![\d.,十个第])(?P<month2>0?[1-9]|1[0-2]|(?<![{_CN}十]){_CN_MONTH})\s?月(?:份)?(?![球饼亮光台季薪票租])
      (?:\s?初?(?P<day2>0?[1-9](?!\d)|[12]\d|3[01]|{_CN_DAY})(?:\s?[日号])?)?
  | (?<![\d.,:/第共每~-])(?P<day3>[1-9]|[12]\d|3[01])\s?日(?![内间后前游元圆本均用益趋渐])
    """,
    re.VERBOSE,
)
_WESTERN = re.compile(
    rf"""
    (?<![\d.,/-])(?P<y1>{_YEAR4})(?P<s>[-/.])(?P<m1>0?[1-9]|1[0-2])(?P=s)
      (?P<d1>0[1-9]|[12]\d|3[01]|[1-9])(?![\d]|[-/.]\d)
  | (?<![\d.,/-])(?P<a>\d{{1,2}})(?P<s2>[/.])(?P<b>\d{{1,2}})(?P=s2)(?P<y2>{_YEAR4})(?![\d]|[-/.]\d)
  | (?<![\w.])(?P<d3>0?[1-9]|[12]\d|3[01]){_ORDINAL}\s(?:of\s)?(?P<m3>{_MONTH})\b\.?
      (?:,?\s(?P<y3>\d{{4}})(?![\d]|[.,]\d))?
  | \b(?P<m4>{_MONTH})\b\.?\s(?:
        (?P<d4>0?[1-9]|[12]\d|3[01]){_ORDINAL}(?![\d\w]|[.,:]\d)(?:,?\s(?P<y4>\d{{4}})(?![\d]|[.,]\d))?
      | (?:of\s)?(?P<y5>\d{{4}})(?![\d]|[.,]\d))
  | (?<![\w.,])(?P<decade>(?:1\d|20)\d0)'?s\b
  | \bad\s(?P<ad>\d{{1,4}})\b
  | (?<![\w.,])(?P<bce>\d{{1,4}})\s?(?P<suffix>bce?|ad|ce|b\.c\.|a\.d\.)(?!\w)
  | (?<=\()(?:born\s|c\.\s)?(?P<life>{_YEAR4})(?=-+(?:{_YEAR4})?\))
  | (?<=\d-)(?P<life2>{_YEAR4})(?=\))
  | (?<=\()(?P<paren>{_YEAR4})(?=\))
  | \b(?P<lead>in|since|by|until|till|during|circa|c\.|ca\.|year|spring|summer|autumn|winter|fall
      |early|late|mid|from|to|and|between|of|after|before|through|around)[\s-]
      (?P<bare>{_YEAR4})(?![\d%]|[.,]\d|\w)
  | \b(?P<alone>{"|".join(_LONG_MONTHS)})\b
    """,
    re.VERBOSE,
)
_AFTER_YEAR = re.compile(
    r"\s?(?:$|[^\w\s]|\s)"
    r"(?:[^\w]|$|(?:to|and|until|he|she|it|the|they|as|with|when|at|in|by|on|for|or|a|an|after"
    r"|was|were|is|had|has|who|which|that|but|while|through|from|under|of|due|because|before)\b)?"
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
    found: list[DateMention] = []
    if "年" in normal or "月" in normal or "日" in normal:
        found.extend(_chinese(normal))
    taken = [(mention.start, mention.end) for mention in found]
    for mention in _western(normal, text, offsets):
        if not any(start < mention.end and mention.start < end for start, end in taken):
            found.append(mention)
    found.sort(key=lambda mention: mention.start)
    return found


def _chinese(normal: str) -> Iterator[DateMention]:
    position = 0
    while match := _CHINESE.search(normal, position):
        mention = _chinese_mention(normal, match)
        if mention is None:
            position = match.start() + 1
            continue
        position = match.end()
        yield mention


def _chinese_mention(normal: str, match: re.Match[str]) -> DateMention | None:
    groups = match.groupdict()
    start, end = match.span()
    if groups["century"]:
        century, tens = _value(groups["century"]), _value(groups["tens"])
        if century is None or tens is None:
            return None
        return DateMention(start, end, (century - 1) * 100 + tens, decade=True)
    if groups["ranged"]:
        return DateMention(start, match.end("ranged"), int(groups["ranged"]))
    if groups["day3"]:
        return DateMention(start, end, day=int(groups["day3"]))
    month = _value(groups["month"] or groups["month2"])
    day = _value(groups["day"] or groups["day2"])
    if day is not None and not 1 <= day <= 31:
        return None
    if groups["month2"]:
        return DateMention(start, end, None, month, day)
    if groups["era"]:
        count = 1 if groups["eraYear"] == "元" else _value(groups["eraYear"])
        year = None if count is None else _ERAS[groups["era"]] + count
    else:
        year = _year(normal, match, month is not None)
        start = match.start("bc") if groups["bc"] else match.start("year")
    if year is None:
        return None
    return DateMention(start, end, year, month, day, decade=bool(groups["decade"]))


def _year(normal: str, match: re.Match[str], with_month: bool) -> int | None:
    """Return the year of a match, None where the number is rather a duration or an age."""
    written, prefix = match["year"], match["bc"]
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
    if with_month or (chinese and written[0] in "〇零○五六七八九" and written[1] not in "十"):
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
    for match in _WESTERN.finditer(normal):
        found = match.groupdict()
        start, end = match.span()
        if found["y1"]:
            yield DateMention(start, end, int(found["y1"]), int(found["m1"]), int(found["d1"]))
        elif found["y2"]:
            first, second = int(found["a"]), int(found["b"])
            month, day = (second, first) if first > 12 or match["s2"] == "." else (first, second)
            if 1 <= month <= 12 and 1 <= day <= 31:
                yield DateMention(start, end, int(found["y2"]), month, day)
        elif found["m3"]:
            year = int(found["y3"]) if found["y3"] else None
            yield DateMention(start, end, year, _MONTHS[found["m3"]], int(found["d3"]))
        elif found["m4"]:
            written = found["y4"] or found["y5"]
            if text[offsets[start]].isupper() or found["d4"]:
                yield DateMention(
                    start,
                    end,
                    int(written) if written else None,
                    _MONTHS[found["m4"]],
                    int(found["d4"]) if found["d4"] else None,
                )
        elif found["decade"]:
            yield DateMention(start, end, int(found["decade"]), decade=True)
        elif found["ad"]:
            yield DateMention(start, end, int(found["ad"]))
        elif found["bce"]:
            before = found["suffix"].startswith("b")
            yield DateMention(start, end, int(found["bce"]) * (-1 if before else 1))
        elif written := found["life"] or found["life2"] or found["paren"]:
            begin = match.end() - len(written)
            yield DateMention(begin, end, int(written))
        elif found["bare"]:
            after = _AFTER_YEAR.match(normal, end)
            capital = text[offsets[end] : offsets[end] + 2].strip()[:1].isupper()
            if capital or (after and (after.end() > end + 1 or end >= len(normal) - 1)):
                yield DateMention(match.start("bare"), end, int(found["bare"]))
        elif found["alone"] and text[offsets[start]].isupper():
            yield DateMention(start, end, None, _MONTHS[found["alone"]])
