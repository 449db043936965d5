"""Chinese numerals, on text in normal form."""

from __future__ import annotations

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
    if len(run) > 1 and set(run) <= _POSITIONAL:
        return _as_positional(run)
    total = section = 0
    number: int | None = None
    last = smallest = 10**20
    zero = False
    for character in run:
        if character in _DIGIT:
            if number is not None:
                return None
            if _DIGIT[character] == 0 and len(run) > 1:
                zero = True
                continue
            number = _DIGIT[character]
        elif character in _SMALL:
            unit = _SMALL[character]
            if number is None and character == "十" and section == 0:
                number = 1
            if number is None or unit >= last:
                return None
            section += number * unit
            number, last, zero = None, unit, False
        else:
            unit = _LARGE.get(character, 0)
            if number is not None:
                section += number * (last // 10 if 10 < last < 10**4 and not zero else 1)
            if unit == 0 or (section == 0 and total == 0) or unit == smallest:
                return None
            if unit > smallest:
                total = (total + section) * unit
            else:
                if section == 0:
                    return None
                total += section * unit
            smallest = min(smallest, unit)
            section, number, last, zero = 0, None, 10**20, False
    if number is not None:
        before = last if section else smallest
        section += number * (before // 10 if 10 < before < 10**20 and not zero else 1)
    return Decimal(total + section)


def _as_positional(run: str) -> Decimal | None:
    """Read digits without units: at least four of them, or with a written zero inside."""
    if len(run) >= 4 or (any(c in "零〇○" for c in run[1:])):
        return Decimal(positional(run) or 0)
    return None
