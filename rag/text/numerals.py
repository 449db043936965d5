"""Chinese numerals, on text in normal form."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "零〇○一二三四五六七八九两"
SMALL = "十百千"
FINANCIAL = "壹贰叁肆伍陆柒捌玖拾佰仟"
TENS = "廿卅卌"
NUMERAL = DIGITS + SMALL + "万亿" + FINANCIAL + TENS
"""Every character a numeral may hold."""

_DIGIT = {"零": 0, "〇": 0, "○": 0, "两": 2} | {c: n for n, c in enumerate("一二三四五六七八九", 1)}
_POSITIONAL = frozenset(_DIGIT) - {"两"}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8, "兆": 10**12}
_PLAIN = str.maketrans(
    {
        **dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千", strict=True)),
        "廿": "二十",
        "卅": "三十",
        "卌": "四十",
    }
)


def multiplier(units: str) -> int:
    """Return the product of unit characters: ``"千万"`` is 10,000,000, ``""`` is 1."""
    product = 1
    for unit in units:
        product *= _SMALL.get(unit) or _LARGE[unit]
    return product


def positional(run: str) -> int | None:
    """Return the value of digits written one by one, as in years: 二〇二三 is 2023."""
    if not run or not set(run) <= _POSITIONAL:
        return None
    return int("".join(str(_DIGIT[character]) for character in run))


def numeral(run: str) -> Decimal | None:
    """Return the value of a Chinese numeral, or None where ``run`` is not exactly one.

    Understands 十八万四千二百, 一百零五, 一万二 (12,000), 三万亿, 二〇二三, 三点一四,
    廿五 and the financial forms. Neighbouring digits that mean "or so" (七八十, 三五) and
    units without a number (千万, 百) are none.
    """
    whole, point, fraction = run.partition("点")
    value = _whole(whole)
    if value is None or not point:
        return None if point else value
    digits = positional(fraction)
    if digits is None:
        return None
    return value + Decimal(digits).scaleb(-len(fraction))


def _whole(run: str) -> Decimal | None:
    if not run:
        return None
    financial = [character for character in run if character in FINANCIAL]
    if financial and (len(run) < 2 or any(c in run for c in "一二三四五六七八九两十百千")):
        return None
    run = run.translate(_PLAIN)
    if set(run) <= _POSITIONAL:
        return _as_positional(run)
    value = _in_units(run, "亿万")
    return None if value is None else Decimal(value)


def _in_units(run: str, units: str) -> int | None:
    """Read a numeral whose largest unit is the first of ``units``, or a smaller one."""
    if not units:
        return _below_ten_thousand(run)
    head, found, tail = run.rpartition(units[0])
    if not found:
        return _in_units(run, units[1:])
    size = _LARGE[units[0]]
    upper = _in_units(head, units[1:])
    if not tail:
        lower: int | None = 0
    elif len(tail) == 1 and tail in _POSITIONAL:
        # 一万二 is 12,000.
        lower = _DIGIT[tail] * size // 10
    else:
        lower = _in_units(tail.lstrip("零〇"), units[1:])
    if upper is None or lower is None or lower >= size:
        return None
    return upper * size + lower


_BELOW = re.compile(
    "(?:([一二三四五六七八九两])千)?(?:[零〇]?([一二三四五六七八九两])百)?"
    "(?:[零〇]?([一二三四五六七八九])?(十))?(?:([零〇])?([一二三四五六七八九]))?"
)


def _below_ten_thousand(run: str) -> int | None:
    if run == "两":
        return 2
    match = _BELOW.fullmatch(run)
    if not run or match is None:
        return None
    thousands, hundreds, tens, ten, zero, ones = match.groups()
    last = _DIGIT.get(ones or "", 0)
    if ones and not zero and not ten:
        # 二百五 is 250, 三千五 is 3,500.
        last *= 10 if hundreds else 100 if thousands else 1
    return (
        _DIGIT.get(thousands or "", 0) * 1000
        + _DIGIT.get(hundreds or "", 0) * 100
        + (_DIGIT[tens] if tens else 1 if ten else 0) * 10
        + last
    )


def _as_positional(run: str) -> Decimal | None:
    """Read digits without units: one, at least four, or with a written zero inside."""
    if len(run) == 1 or len(run) >= 4 or (any(c in "零〇○" for c in run[1:])):
        return Decimal(positional(run) or 0)
    return None
