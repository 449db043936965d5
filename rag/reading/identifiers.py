"""What in a text can be told apart exactly: codes, versions, numbered things, times.

A mark is recognised by its shape alone and compared only with marks of the same key: a version
with a version, the fifth meeting with the third meeting, E1001 with E1010, never with a price.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag.reading.codes import find_codes
from rag.text.dates import DateMention
from rag.text.numbers import Quantity
from rag.text.numerals import numeral
from rag.text.prepared import Prepared
from rag.text.units import UNITS

Key = tuple[str, str]
"""The kind of a mark and what it numbers: marks of one key can be told apart."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch ``normal[start:end]`` that stands for one of several of its kind.

    ``low`` and ``high`` are the values it stands for: equal but for ranges ("2019-2021年",
    "周一至周五") and open ends ("2019年以来"). Codes have their spelling in ``name`` only.
    """

    key: Key
    start: int
    end: int
    low: float = 0
    high: float = 0
    name: str = ""

    def meets(self, other: Mark) -> bool:
        """Tell whether two marks of one key may stand for the same."""
        if self.name or other.name:
            return self.name == other.name
        return self.low <= other.high and other.low <= self.high


_CN = "一二三四五六七八九十百"
_EVER = 9999
_NUMERAL = rf"(?:\d{{1,4}}|[{_CN}]{{1,4}})"
_WEEK = {day: place for place, days in enumerate(
    ("一 mon", "二 tue", "三 wed", "四 thu", "五 fri", "六 sat", "日 天 sun"), 1
) for day in days.split()}  # fmt: skip
_ORDER_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ENGLISH_ORDER = {word: place for place, word in enumerate(_ORDER_WORDS.split(), 1)}
_QUARTER = re.compile(
    r"第?([一二三四1-4])季度?(?=度|报|[^\w]|$)|第?([一二三四1-4])季度"
    r"|(?<![a-z0-9])q([1-4])(?![0-9a-z])|\b(first|second|third|fourth) quarter\b"
)
_HALF = re.compile(
    r"([上下])半年(?!度?时间)|(?<![a-z0-9])h([12])(?![0-9a-z])|\b(first|second) half\b"
)
_VERSION = re.compile(
    r"(?<![a-z0-9.])v\s?(\d+(?:\.\d+)*)(?![a-z0-9]|\.\d)"
    r"|(?:版本号?|version|release|ver\.)\s?:?\s?v?(\d+(?:\.\d+)*)(?![a-z0-9])"
    r"|(?<![\d.a-z])(\d+(?:\.\d+)+)\s?版(?![本权])|(?<![\w.])(\d+(?:\.\d+){2,})(?![\w.])"
)
_SIDE = re.compile(
    r"([东南西北中]{1,2})(区|门|校区|院区|侧|院|楼|馆|厅|站|广场|食堂|操场|宿舍)"
    r"|\b(north|south|east|west)(?:ern)? (gate|wing|hall|office|campus|entrance|building|station)"
)
_WEEKDAY = re.compile(
    r"(?:周|星期|礼拜)([一二三四五六日天])(?:\s?(?:至|到|-+|~)\s?(?:周|星期|礼拜)?([一二三四五六日天]))?"
    r"|\b(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?\b"
    r"(?:\s?(?:to|through|-+)\s?(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?\b)?"
)
_LEVELS = (
    "年级|季度|学期|号楼|号线|号院|号机|号馆|号门|号店|号仓|号桥|期工程|期|级|类"
    "|等奖|等|档|届|栋|座|幢|楼|层|班|轮|环|单元|阶段|套餐|区|组"
)
"""What is numbered without 第, so that the number is a name and no count."""
_ORDINAL = re.compile(
    rf"第\s?(?P<number>{_NUMERAL})\s?(?P<what>学期|年级|阶段|世纪|[㐀-鿿])?"
    rf"|(?<![第\d{_CN}.])(?P<level>{_NUMERAL})\s?(?P<of>{_LEVELS})(?!以)"
    r"|(?P<first>首)(?P<whose>届|季|期|版|任|轮|卷|部|集)"
    r"|\b(?P<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh"
    r"|twelfth|(?P<nth>\d{1,3})(?:st|nd|rd|th))[ -](?P<thing>[a-z]{3,})"
)
_COUNTED = frozenset("年月日天个人位元点时分秒")
"""What 第 may number and a question rather counts in passing."""
_CLASS_OF = re.compile(r"\d{2}\s?级")
_NUMBERED = re.compile(
    r"(?<![a-z0-9/])(?P<word>[a-z]{2,})(?P<part>/[a-z]+)?[ -]?(?P<number>\d{1,6}(?:\.\d+)*[a-z]?)"
    r"(?![a-z0-9_%]|\.\d|,\d{3})"
    r"|(?<![a-z0-9])(?P<head>[a-z]{3,}) (?P<roman>[ivx]{1,4}|[a-h])(?![\w'])"
    r"|(?P<han>[㐀-鿿]{2})(?P<digits>\d{1,4}(?:\.\d+)*)(?=的|是|为|和|[^\w%.,]|$)"
    r"|(?P<thing>[㐀-鿿]{2})(?P<letter>[a-h])(?![a-z0-9])"
    r"|(?<![a-z0-9])(?P<letters>[a-h])(?P<room>座|栋|区|栋楼|楼|馆|级|类|组|班|款|型|档|卷|证|照)"
)
_ROMAN_WORDS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv"
_ROMAN = {roman: place for place, roman in enumerate(_ROMAN_WORDS.split(), 1)}
_NO_NAME_WORDS = """
    a about above after age aged all almost an and another are around as at be before below
    between by did do does during for from had has have in is it its least most nearly no not
    number of on only or over page pages per rank ranked since some than the their these those
    through to total under until up was were with year
"""
_NO_NAME = frozenset(_NO_NAME_WORDS.split())
"""Words before a number that do not name what it numbers."""
_RANGE = re.compile(r"\s?(?:-+|~|至|到|—|to|and|until|through|、)\s?(?:第|公元)?$")
_OPEN = re.compile(r"(?:年|月|份)?\s?(?:以来|起|之后|以后|后)")
_UNTIL = re.compile(r"(?:年|月|份)?\s?(?:以前|之前|前)")
_UNTIL_BEFORE = re.compile(r"(?:before|prior to|until|by)\s?$")
_OPEN_BEFORE = re.compile(r"(?:since|after|from|自从?|从)\s?$")


def _number(written: str) -> float | None:
    if written.isdecimal():
        return float(written)
    value = numeral(written)
    return None if value is None else float(value)


def marks(text: Prepared) -> tuple[Mark, ...]:
    """Return what a text marks out, in order of kinds; see ``Mark``."""
    return tuple(mark for family in _FAMILIES for mark in _of_family(text, family))


def marks_of(text: Prepared, key: Key) -> list[Mark]:
    """Return the marks of one key; others are not looked for."""
    if not text.text:
        return []
    return [mark for mark in _of_family(text, _FAMILY[key[0]]) if mark.key == key]


def _of_family(text: Prepared, family: Callable[[Prepared], Iterator[Mark]]) -> tuple[Mark, ...]:
    known: dict[object, tuple[Mark, ...]] = text.__dict__.setdefault("_marks", {})
    found = known.get(family)
    if found is None:
        found = known[family] = tuple(family(text))
    return found


def _quarters(text: Prepared) -> Iterator[Mark]:
    if "季" in text.normal or "q" in text.normal:
        for match in _QUARTER.finditer(text.normal):
            value = next(group for group in match.groups() if group)
            place = _ENGLISH_ORDER.get(value) or _number(value) or 0
            yield Mark(("quarter", ""), *match.span(), place, place)


def _halves(text: Prepared) -> Iterator[Mark]:
    for match in _HALF.finditer(text.normal):
        place = 1 if (match[1] or match[2] or match[3]) in ("上", "1", "first") else 2
        yield Mark(("half", ""), *match.span(), place, place)


def _versions(text: Prepared) -> Iterator[Mark]:
    for match in _VERSION.finditer(text.normal):
        value = next(group for group in match.groups() if group)
        yield Mark(("version", ""), *match.span(), name=value)


def _sides(text: Prepared) -> Iterator[Mark]:
    for match in _SIDE.finditer(text.normal):
        side, what = match[1] or match[3], match[2] or match[4]
        yield Mark(("side", what), *match.span(), name=side)


def _weekdays(text: Prepared) -> Iterator[Mark]:
    for match in _WEEKDAY.finditer(text.normal):
        low = _WEEK[match[1] or match[3]]
        last = match[2] or match[4]
        yield Mark(("weekday", ""), *match.span(), low, _WEEK[last] if last else low)


def _quantities(text: Prepared) -> Iterator[Mark]:
    for quantity in text.normal_numbers:
        if quantity.unit and not quantity.ordinal and not quantity.percent:
            value = float(quantity.value)
            end = _behind_unit(text.normal, quantity)
            yield Mark(("quantity", quantity.unit), quantity.start, end, value, value)


def _behind_unit(normal: str, quantity: Quantity) -> int:
    for size in range(6, 0, -1):
        written = normal[quantity.end : quantity.end + size].strip()
        if written and UNITS.get(written, written) == quantity.unit:
            return quantity.end + size
    return quantity.end


def _dated(text: Prepared) -> Iterator[Mark]:
    normal = text.normal
    last: DateMention | None = None
    for date in text.normal_dates:
        if date.year is not None:
            low: float = date.year
            high: float = date.year + (9 if date.decade else 0)
            between = normal[last.end : date.start] if last else ""
            if last and last.year is not None and last.year < low and _RANGE.fullmatch(between):
                low = last.year
            if _OPEN.match(normal, date.end - 1) or _OPEN_BEFORE.search(
                normal, max(0, date.start - 6), date.start
            ):
                high = _EVER
            if _UNTIL.match(normal, date.end - 1) or _UNTIL_BEFORE.search(
                normal, max(0, date.start - 9), date.start
            ):
                low = -_EVER
            yield Mark(("year", ""), date.start, date.end, low, high)
        if date.month is not None:
            yield Mark(("month", ""), date.start, date.end, date.month, date.month)
            if date.day is not None:
                day = date.month * 100 + date.day
                yield Mark(("day", ""), date.start, date.end, day, day)
        last = date


def _ordinals(text: Prepared) -> Iterator[Mark]:
    normal = text.normal
    for match in _ORDINAL.finditer(normal):
        if match["first"]:
            value: float | None = 1
            what = match["whose"]
        elif match["word"]:
            value = float(match["nth"]) if match["nth"] else _ENGLISH_ORDER[match["word"]]
            what = match["thing"]
        elif match["number"]:
            value, what = _number(match["number"]), match["what"] or ""
        else:
            value, what = _number(match["level"]), match["of"].removesuffix("工程")
        if what == "级" and value and value < 100 and _CLASS_OF.match(normal, match.start()):
            value += 2000
        if value is not None and what not in _COUNTED:
            yield Mark(("ordinal", what), *match.span(), value, value)


def _numbered(text: Prepared) -> Iterator[Mark]:
    normal = text.normal
    dated = [(date.start, date.end) for date in text.normal_dates]
    for match in _NUMBERED.finditer(normal):
        name = match["word"] or match["head"] or match["han"] or match["thing"] or match["room"]
        value = match["number"] or match["roman"] or match["digits"] or match["letter"]
        value = value or match["letters"]
        value = (match["part"] or "") + str(_ROMAN.get(value, value))
        if name in _NO_NAME or name in ("version", "release", "版本"):
            continue
        if any(start < match.end() and match.start() < end for start, end in dated):
            continue
        yield Mark(("numbered", name), *match.span(), name=value)


def _codes(text: Prepared) -> Iterator[Mark]:
    for start, end in find_codes(text.normal):
        yield Mark(("code", ""), start, end, name=text.normal[start:end])


_FAMILY: dict[str, Callable[[Prepared], Iterator[Mark]]] = {
    "year": _dated, "month": _dated, "day": _dated, "quarter": _quarters, "half": _halves,
    "version": _versions, "weekday": _weekdays, "side": _sides, "ordinal": _ordinals,
    "numbered": _numbered, "code": _codes, "quantity": _quantities,
}  # fmt: skip
_FAMILIES = tuple(dict.fromkeys(_FAMILY.values()))
