"""What in a text can be told apart exactly: codes, versions, numbered things, times.

A mark is recognised by its shape alone and compared only with marks of the same key: a version
with a version, the fifth meeting with the third meeting, E1001 with E1010, never with a price.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.text.dates import DateMention
from rag.text.numerals import numeral
from rag.text.numbers import Quantity
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
_ENGLISH_ORDER = {
    word: place
    for place, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        1,
    )
}
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
_WEEKDAY = re.compile(
    r"(?:周|星期|礼拜)([一二三四五六日天])(?:\s?(?:至|到|-+|~)\s?(?:周|星期|礼拜)?([一二三四五六日天]))?"
    r"|\b(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?\b"
    r"(?:\s?(?:to|through|-+)\s?(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?s?\b)?"
)
_LEVELS = "年级|季度|学期|号楼|号线|号院|号机|号馆|号门|号店|号仓|号桥|期工程|期|级|类|等奖|等|档|届|栋|座|幢|楼|层|班|轮|环|单元|阶段|套餐|区|组"
"""What is numbered without 第, so that the number is a name and no count."""
_ORDINAL = re.compile(
    rf"第\s?(?P<number>{_NUMERAL})\s?(?P<what>学期|年级|阶段|世纪|[㐀-鿿])?"
    rf"|(?<![第\d{_CN}.])(?P<level>{_NUMERAL})\s?(?P<of>{_LEVELS})(?!以)"
    r"|(?P<first>首)(?P<whose>届|季|期|版|任|轮|卷|部|集)"
    r"|\b(?P<word>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh"
    r"|twelfth|(?P<nth>\d{1,3})(?:st|nd|rd|th))[ -](?P<thing>[a-z]{3,})"
)
_COUNTED = frozenset("年月日天个人次名位元名点时分秒")
"""What 第 may number and a question rather counts in passing."""
_CLASS_OF = re.compile(r"\d{2}\s?级")
_NUMBERED = re.compile(
    r"(?<![a-z0-9])(?P<word>[a-z]{2,})[ -]?(?P<number>\d{1,4}(?:\.\d+)*)(?![\w%]|\.\d|,\d{3})"
    r"|(?<![a-z0-9])(?P<head>[a-z]{3,}) (?P<roman>[ivx]{1,4}|[a-h])(?![\w'])"
    rf"|(?P<han>[㐀-鿿]{{2}})(?P<digits>\d{{1,4}}(?:\.\d+)*)(?=的|是|为|和|[^\w%.,]|$)"
    rf"|(?P<thing>[㐀-鿿]{{2}})(?P<letter>[a-h])(?![a-z0-9])"
    rf"|(?<![a-z0-9])(?P<letters>[a-h])(?P<room>座|栋|区|栋楼|楼|馆|级|类|组|班|款|型|档|卷|证|照)"
)
_ROMAN = {
    roman: place
    for place, roman in enumerate("i ii iii iv v vi vii viii ix x xi xii xiii xiv xv".split(), 1)
}
_NO_NAME = frozenset(
    """in of the to for by at and than about over from is are was were be or with until since on
    under above below up only nearly almost some around between after before through during had
    has have as per its total another least most all these those their year age aged rank ranked
    number no page pages not a an it do does did""".split()
)
_CODE = re.compile(r"(?<![a-z0-9_/.@-])(?:--?(?=[a-z])|/)?[a-z0-9_]+(?:[./_:#@+\\-]+[a-z0-9_]+)*/?")
_UNITED = re.compile(r"\d[\d.,]*(?:[a-z]{1,4}|st|nd|rd|th)(?:/[a-z]+)?")
_PLAIN_JOINED = re.compile(r"[a-z]+(?:-[a-z]+)+|[a-z]+/[a-z]+|\d[\d.,:/-]*|[a-z]+")
_RANGE = re.compile(r"\s?(?:-+|~|至|到|—|to|and|until|through|、)\s?(?:第|公元)?$")
_OPEN = re.compile(r"(?:年|月|份)?\s?(?:以来|起|之后|以后|后)")
_UNTIL = re.compile(r"(?:年|月|份)?\s?(?:以前|之前|前)")
_UNTIL_BEFORE = re.compile(r"(?:before|prior to|until|by)\s?$")
_OPEN_BEFORE = re.compile(r"(?:since|after|from|自从?|从)\s?$")


@lru_cache(maxsize=8192)
def skeleton(code: str) -> str:
    """Return the shape of a code: letters as they are, runs of digits as ``#``."""
    return re.sub(r"\d+", "#", code)


def _number(written: str) -> float | None:
    if written.isdigit():
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
        value = str(_ROMAN.get(value, value))
        if name in _NO_NAME or name in ("version", "release", "版本"):
            continue
        if any(start < match.end() and match.start() < end for start, end in dated):
            continue
        yield Mark(("numbered", name), *match.span(), name=value)


def _codes(text: Prepared) -> Iterator[Mark]:
    for match in _CODE.finditer(text.normal):
        code = match.group().rstrip("/:")
        if len(code) < 2 or _PLAIN_JOINED.fullmatch(code) or _UNITED.fullmatch(code):
            continue
        if not any(map(str.isalpha, code)) or len(code) > 80:
            continue
        yield Mark(("code", ""), match.start(), match.start() + len(code), name=code)


_FAMILY: dict[str, Callable[[Prepared], Iterator[Mark]]] = {
    "year": _dated, "month": _dated, "day": _dated, "quarter": _quarters, "half": _halves,
    "version": _versions, "weekday": _weekdays, "ordinal": _ordinals, "numbered": _numbered,
    "code": _codes, "quantity": _quantities,
}  # fmt: skip
_FAMILIES = tuple(dict.fromkeys(_FAMILY.values()))


def near(asked: str, told: str) -> bool:
    """Tell whether a code may be mistaken for another: the same shape, one part differing.

    E1001 and E1010, /v1/user and /v2/user, K10 and K100, foo_bar and foo_baz are near; so are
    codes that only an end tells apart (/v1/user and /v1/users).
    """
    if asked == told:
        return False
    one, other = skeleton(asked), skeleton(told)
    if one == other:
        return True
    if len(asked) == len(told) > 3 and sum(a != b for a, b in zip(asked, told, strict=True)) == 1:
        return True
    parts, others = (re.findall(r"[a-z]+|[^a-z]+", shape) for shape in (one, other))
    if len(parts) != len(others):
        return False
    differing = [(a, b) for a, b in zip(parts, others, strict=True) if a != b]
    if len(differing) != 1 or not all(map(str.isalpha, differing[0])):
        return False
    return any(len(part) > 1 for part in parts if part in others) or _one_edit(*differing[0])


def _one_edit(one: str, other: str) -> bool:
    """Tell whether a letter added, lost or changed makes one word of the other."""
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < 2:
        return False
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    return one[head + 1 :] == other[head + (len(one) == len(other)) :] or (
        one[head:] == other[head + 1 :] or one[head + 1 :] == other[head:]
    )
