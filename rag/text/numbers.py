"""Numbers in Chinese and English text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rag.text.dates import dates_in_normal
from rag.text.english import EnglishNumber, english_numbers
from rag.text.normal import normal_form_with_offsets
from rag.text.numerals import DIGITS, NUMERAL, multiplier, numeral
from rag.text.units import CLEAR_AFTER_ONE, CURRENCIES, MEASURES, UNITS


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number ``text[start:end]`` and what it says.

    ``value`` includes 万, 亿, thousand, million and so on; for percentages and per milles it
    is the number of hundredths (百分之十五 is 15 with ``percent``, 3‰ is 0.3). ``unit`` is the
    measure word, unit or currency beside the number in one spelling (公里 and km are
    ``"km"``), empty where none is known; a unit behind the number lies outside the span,
    multipliers and percent signs inside. ``ordinal`` marks 第三 and third, ``approximate``
    10多万 and 二十余.
    """

    start: int
    end: int
    value: Decimal
    unit: str = ""
    percent: bool = False
    ordinal: bool = False
    approximate: bool = False


_PLAIN = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_AFTER_THOUSAND = "[米克瓦伏卡赫帕焦牛吨位兆]"
_TIMES = f"[十百千万亿]{{0,3}}(?:[十万亿]|百(?!帕)|千(?!{_AFTER_THOUSAND}))"
_RUN = f"[{NUMERAL}]+(?:点[{DIGITS}]+)?"

_START = re.compile(rf"[\d第负{NUMERAL}]")
_FOUND = re.compile(
    rf"""
    (?P<skip>
        \d{{1,2}}:\d{{2}}(?::\d{{2}})?(?!\d)
      | \d+(?:\.\d+){{2,}}
    )
  | (?P<parts>百分之|千分之|万分之)\s?(?P<share>{_PLAIN}|{_RUN})
  | (?P<below>{_RUN}|\d+)分之(?P<above>{_RUN}|\d+)
  | (?:(?P<whole>\d+)\s(?=\d+⁄))?(?P<numerator>\d{{1,3}})[/⁄]
      (?P<denominator>\d{{1,4}})(?![a-z\d./⁄])
  | (?P<half>一半|百分百)
  | (?P<ordinal>第\s?)? (?P<sign>零下|负(?=[\d{DIGITS}十]))?
    (?:
      (?P<digits>{_PLAIN}(?:
        [多余]?{_TIMES}(?:\d+(?:\.\d+)?{_TIMES}){{0,4}}
        (?:(?<=[千万])\d(?![\d.])|(?<=万)\d{{4}}(?![\d.]))?
      )?)
      (?:\s?(?P<english>thousand|million|billion|trillion|hundred|mn|bn|[kmb])\b)?
      (?P<nth>(?:st|nd|rd|th)\b)?
    | (?P<chinese>{_RUN})
    )
    (?P<more>[多余几])?(?P<more_power>(?<=[多余])[万亿]+)?
    (?P<percent>\s?(?:%|‰|percent\b|per\scent\b|pct\b|个百分点|percentage\spoints?\b))?
    """,
    re.VERBOSE,
)
_RARELY = frozenset(NUMERAL)
_AFTER_DIGIT = frozenset(
    [*NUMERAL, *"点分半成多余几下第%‰ ", *(word[0] for word in (*MEASURES, *UNITS))]
)
_ONE_RUN = re.compile(rf"[\d.,]+|[{NUMERAL}]+")
_LONGEST = 40
"""Longer runs of digits are codes or noise."""
_DIGIT_RUN = re.compile(r"[\d.,]*\d")
_MONEY = re.compile(
    "(?:" + "|".join(sorted(map(re.escape, CURRENCIES), key=len, reverse=True)) + r")\s?$"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s,。;、!?]+")
_UNIT = re.compile(
    r"\s?(?:" + "|".join(sorted(map(re.escape, (*UNITS, *MEASURES)), key=len, reverse=True)) + r")"
)
_PAIR = re.compile(r"(\d[\d,]*(?:\.\d+)?)([十百千万亿]+)")
_POWERS = {
    "hundred": 10**2, "thousand": 10**3, "k": 10**3, "million": 10**6, "mn": 10**6, "m": 10**6,
    "billion": 10**9, "bn": 10**9, "b": 10**9, "trillion": 10**12,
}  # fmt: skip
_MINUS = re.compile(r"(?<![\w\])-])-$")
_NOT_GRAM = tuple("耳拉隆服里朗罗")
_WEEK = re.compile("(?:周|星期|礼拜)$")
_PERCENT_WORD = re.compile(r"\s(?:percent|per\scent|pct)\b")
_PARTS = {"百分之": Decimal(1), "千分之": Decimal("0.1"), "万分之": Decimal("0.01")}
_BEFORE_ONE = "统唯惟单同万专归合逐不之如划均初周"
"""Characters that make 一 the end of a word (统一, 唯一) and not the head of a number."""


def find_numbers(text: str) -> list[Quantity]:
    """Return the numbers of a text in order, without overlap and without those of dates.

    Understands 184,200, 18.42万, 3亿5千万, 十八万四千二百, 壹佰, 10多万, 百分之十五, 15%, 3‰,
    三分之一, 第三, 3rd, twenty-one, 2.5 million, half. Not taken as numbers: idioms (统一,
    万一, 三心二意), approximations without a value (几十, 三五个), 一 and "one" where they
    are mere articles (一个, one of), clock times, versions and addresses.
    """
    normal, offsets = normal_form_with_offsets(text)
    dates = [(d.start, d.end) for d in dates_in_normal(normal, text, offsets)]
    return [
        replace(found, start=offsets[found.start], end=offsets[found.end])
        for found in numbers_in_normal(normal, dates)
    ]


def numbers_in_normal(normal: str, dates: Sequence[tuple[int, int]]) -> list[Quantity]:
    """Return the numbers of a text in normal form, outside the spans ``dates``."""
    excluded = list(dates)
    if "http" in normal or "www." in normal:
        excluded = sorted([*excluded, *(m.span() for m in _ADDRESS.finditer(normal))])
    found: list[Quantity] = []
    begin = 0
    for start, end in [*excluded, (len(normal), len(normal))]:
        found.extend(_numbers(normal, begin, start))
        begin = max(begin, end)
    taken = [*excluded, *((quantity.start, quantity.end) for quantity in found)]
    for number in english_numbers(normal):
        quantity = _english(normal, number)
        if not any(start < quantity.end and quantity.start < end for start, end in taken):
            found.append(quantity)
    found.sort(key=lambda quantity: quantity.start)
    return found


def _numbers(normal: str, begin: int, end: int) -> Iterator[Quantity]:
    while candidate := _START.search(normal, begin, end):
        start = candidate.start()
        run = _ONE_RUN.match(normal, start, end)
        if run and run.end() - start > _LONGEST:
            begin = run.end()
            continue
        if normal[start] in _RARELY and normal[start + 1 : start + 2] not in _AFTER_DIGIT:
            begin = start + 1
            continue
        match = _FOUND.match(normal, start, end)
        before = normal[start - 1 : start]
        if match is None:
            begin = start + 1
        elif match["skip"]:
            begin = match.end()
        elif (match["digits"] or match["numerator"]) and (
            before == "_" or (before.isascii() and before.isalnum())
        ):
            digits = _DIGIT_RUN.match(normal, start, end)
            begin = digits.end() if digits else start + 1
        elif (quantity := _quantity(normal, match)) is not None:
            yield quantity
            begin = quantity.end
        else:
            begin = _behind(match)


def _behind(match: re.Match[str]) -> int:
    """Return where to look on behind a match that was no number."""
    run = match["chinese"] or ""
    if len(run) > 1 and run[0] == "一" and match.string[match.start() - 1 : match.start()]:
        return match.start() + 1
    return match.end()


def _quantity(normal: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    if match["half"]:
        value = Decimal(50) if match["half"] == "一半" else Decimal(100)
        return Quantity(start, end, value, percent=True)
    if match["parts"]:
        share = _plain_value(match["share"])
        if share is None:
            return None
        return Quantity(start, end, share * _PARTS[match["parts"]], percent=True)
    if match["below"]:
        return _fraction(normal, match, match["above"], match["below"])
    if match["numerator"]:
        if int(match["numerator"]) >= int(match["denominator"]):
            return None
        whole = match["whole"] or "0"
        return _fraction(normal, match, match["numerator"], match["denominator"], whole)
    if match["chinese"]:
        return _chinese(normal, match)
    return _arabic(normal, match)


def _plain_value(written: str) -> Decimal | None:
    if len(written) > _LONGEST:
        return None
    if written[0].isdigit():
        return Decimal(written.replace(",", ""))
    return numeral(written)


def _fraction(
    normal: str, match: re.Match[str], above: str, below: str, whole: str = "0"
) -> Quantity | None:
    upper, lower = _plain_value(above), _plain_value(below)
    if upper is None or not lower:
        return None
    value = int(whole) + upper / lower
    return Quantity(*match.span(), value, _unit_behind(normal, match.end())[0])


def _arabic(normal: str, match: re.Match[str]) -> Quantity | None:
    if match["more"] == "几":
        return None
    written = match["digits"]
    approximate = "多" in written or "余" in written or bool(match["more"])
    value = _composite(written.replace("多", "").replace("余", ""))
    end = match.end("digits")
    word = match["english"]
    money = _money(normal, match.start())
    if word and (word not in ("m", "b") or money):
        value *= _POWERS[word]
        end = match.end("english")
    if match["nth"]:
        end = match.end("nth")
    return _finished(normal, match, value, end, approximate, bool(match["nth"]))


def _money(normal: str, start: int) -> re.Match[str] | None:
    return _MONEY.search(normal, max(0, start - 5), start)


def _composite(written: str) -> Decimal:
    """Return the value of digits with Chinese multipliers, such as 18.42万 and 3亿5千万."""
    if written[-1] not in "十百千万亿" and not _PAIR.search(written):
        return Decimal(written.replace(",", ""))
    total = Decimal(0)
    unit = end = 0
    for pair in _PAIR.finditer(written):
        unit, end = multiplier(pair[2]), pair.end()
        total += Decimal(pair[1].replace(",", "")) * unit
    rest = written[end:]
    # 3万5 is 35,000, but 1078万5286 is 10,785,286.
    return total + (int(rest) * (unit // 10 if len(rest) == 1 else 1) if rest else 0)


def _chinese(normal: str, match: re.Match[str]) -> Quantity | None:
    run = match["chinese"]
    start, end = match.span("chinese")
    before = normal[start - 1 : start] if start else ""
    if before and run[0] == "一" and before in _BEFORE_ONE and not match["sign"]:
        return None
    if run[0] in "十百千万亿" and before and before in "几数好成上":
        return None
    if run == "一十" or (len(run) == 1 and _WEEK.search(normal, max(0, start - 2), start)):
        return None
    tail = re.compile(r"[万亿]+").match(normal, end) if "点" in run else None
    if len(run) > 1 and run[-1] == "两":
        run, end = run[:-1], end - 1
    value = numeral(run)
    if value is not None and tail:
        value, end = value * multiplier(tail.group()), tail.end()
    if value is None and "点" in run:
        end = start + run.index("点")
        run = normal[start:end]
        value = numeral(run)
    if value is None or match["more"] == "几":
        return None
    if "点" in run and re.match("[十分刻钟半]", normal[end:]):
        return None
    if len(run) == 1 and not match["ordinal"] and not match["percent"] and not match["sign"]:
        clear = CLEAR_AFTER_ONE if run == "一" else MEASURES
        unit = _UNIT.match(normal, end)
        if run in "零〇○百千万亿" or unit is None or unit.group().strip() not in clear:
            return _share_of_ten(normal, start, end, value)
        if run == "十" and unit.group() in ("分", "点", "字"):
            return None
    return _finished(normal, match, value, end, bool(match["more"]), False)


def _share_of_ten(normal: str, start: int, end: int, value: Decimal) -> Quantity | None:
    """Read 七成 as 70 %, where 成 does not begin another word."""
    if value and re.match(r"成(?:以上|左右|多|的|是|为|[\W])", normal[end:]):
        return Quantity(start, end + 1, value * 10, percent=True)
    return None


def _finished(
    normal: str,
    match: re.Match[str],
    value: Decimal,
    end: int,
    approximate: bool,
    ordinal: bool,
) -> Quantity:
    """Add sign, the rest of an approximation, percent sign, unit and a half behind it."""
    start = match.start()
    if match["digits"] and not match["ordinal"] and _MINUS.search(normal, max(0, start - 2), start):
        start, value = start - 1, -value
    if match["more"] and match["more"] != "几":
        end = match.end("more")
        if match["more_power"]:
            value *= multiplier(match["more_power"])
            end = match.end("more_power")
    if match["sign"]:
        value = -value
    if match["percent"]:
        value = value / 10 if "‰" in match["percent"] else value
        end = match.end("percent")
        return Quantity(start, end, value, percent=True, approximate=approximate)
    money = _money(normal, start) if match["digits"] else None
    unit = CURRENCIES[money.group().strip()] if money else ""
    start = money.start() if money else start
    if not unit:
        unit, behind = _unit_behind(normal, end)
        if unit and normal.startswith("半", behind) and not match["ordinal"]:
            value, end = value + Decimal("0.5"), behind + 1
    ordinal = ordinal or bool(match["ordinal"])
    return Quantity(start, end, value, unit, ordinal=ordinal, approximate=approximate)


def _unit_behind(normal: str, end: int) -> tuple[str, int]:
    """Return the unit behind a number that ends at ``end``, and where the unit ends."""
    found = _UNIT.match(normal, end)
    if found is None or not _is_word_end(normal, found):
        return "", end
    name = found.group().strip()
    return UNITS.get(name, name), found.end()


def _is_word_end(normal: str, unit: re.Match[str]) -> bool:
    """Tell whether a unit is a whole word and not the head of another (克 in 克朗)."""
    if unit.group()[-1] == "克" and normal[unit.end() : unit.end() + 1] in _NOT_GRAM:
        return False
    if not unit.group()[-1].isascii() or not unit.group()[-1].isalpha():
        return True
    following = normal[unit.end() : unit.end() + 1]
    return not (following.isascii() and following.isalnum())


def _english(normal: str, number: EnglishNumber) -> Quantity:
    percent = _PERCENT_WORD.match(normal, number.end)
    if percent:
        return Quantity(number.start, percent.end(), number.value, percent=True)
    unit, _ = _unit_behind(normal, number.end)
    return Quantity(number.start, number.end, number.value, unit, ordinal=number.ordinal)
