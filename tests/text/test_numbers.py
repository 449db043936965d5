"""Numbers: what is one, its value, and what is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.numbers import Quantity, find_numbers
from rag.text.numerals import numeral


def values(text: str) -> list[str]:
    """Write each number as ``stretch=value`` with its unit and marks."""

    def written(found: Quantity) -> str:
        value = f"{found.value:.6f}".rstrip("0").rstrip(".")
        return (
            f"{text[found.start : found.end]}={value}{'%' * found.percent}"
            f"{'#' * found.ordinal}{'~' * found.approximate}{found.unit}"
        )

    return [written(found) for found in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("共184,200个", "184,200=184200个"),
        ("十八万四千二百", "十八万四千二百=184200"),
        ("18.42万个", "18.42万=184200个"),
        ("１８.４２萬個", "１８.４２萬=184200个"),
        ("3亿5千万", "3亿5千万=350000000"),
        ("1078万5286元", "1078万5286=10785286元"),
        ("3万5", "3万5=35000"),
        ("一万二", "一万二=12000"),
        ("二百五", "二百五=250"),
        ("一百零五人", "一百零五=105人"),
        ("一千零一夜", "一千零一=1001"),
        ("一百十五", "一百十五=115"),
        ("两万五千里长征", "两万五千=25000里"),
        ("三万亿", "三万亿=3000000000000"),
        ("7.83万亿元", "7.83万亿=7830000000000元"),
        ("壹佰万元整", "壹佰万=1000000元"),
        ("贰拾伍", "贰拾伍=25"),
        ("廿五人", "廿五=25人"),
        ("十八万两白银", "十八万=180000"),
        ("三点一四", "三点一四=3.14"),
        ("五点三万", "五点三万=53000"),
        ("二〇二三", "二〇二三=2023"),
        ("10多万", "10多万=100000~"),
        ("10余万元", "10余万=100000~元"),
        ("1800多家", "1800多=1800~家"),
        ("五千多年", "五千多=5000~年"),
        ("百分之十五", "百分之十五=15%"),
        ("15%", "15%=15%"),
        ("９８．５％", "９８．５％=98.5%"),
        ("3‰", "3‰=0.3%"),
        ("千分之三", "千分之三=0.3%"),
        ("提高3个百分点", "3个百分点=3%"),
        ("50 percent", "50 percent=50%"),
        ("fifty per cent", "fifty per cent=50%"),
        ("一半", "一半=50%"),
        ("七成以上", "七成=70%"),
        ("三分之二", "三分之二=0.666667"),
        ("1/4", "1/4=0.25"),
        ("½", "½=0.5"),
        ("6½次", "6½=6.5次"),
        ("two thirds", "two thirds=0.666667"),
        ("第三次", "第三=3#次"),
        ("第18届", "第18=18#届"),
        ("the 3rd", "3rd=3#"),
        ("the third man", "third=3#"),
        ("two hundred thirty-fourth", "two hundred thirty-fourth=234#"),
        ("twenty-one", "twenty-one=21"),
        ("a hundred and five years", "a hundred and five=105年"),
        ("2.5 million people", "2.5 million=2500000人"),
        ("$3.5 billion", "$3.5 billion=3500000000usd"),
        ("US$5m", "US$5m=5000000usd"),
        ("5 m", "5=5m"),
        ("¥300", "¥300=300元"),
        ("46.8万美元", "46.8万=468000usd"),
        ("3千米", "3=3km"),
        ("3公里", "3=3km"),
        ("5千克", "5=5kg"),
        ("1000千伏", "1000=1000kv"),
        ("4,000萬克耳文", "4,000萬=40000000"),
        ("1013百帕", "1013=1013"),
        ("24小时", "24=24小时"),
        ("三个半小时", "三个半=3.5个"),
        ("两年半", "两年半=2.5年"),
        ("两个", "两=2个"),
        ("十四届", "十四=14届"),
        ("-5°C", "-5=-5°c"),
        ("零下5度", "零下5=-5度"),
        ("19 - 30", "19=19 30=30"),
        ("3-5个", "3=3 5=5个"),
        ("1,2,3", "1=1 2=2 3=3"),
        ("10亿人次", "10亿=1000000000人次"),
        ("zero, two; ten", "zero=0 two=2 ten=10"),
        ("two three", "two=2 three=3"),
    ],
)
def test_numbers(text: str, expected: str) -> None:
    found = values(text)

    assert " ".join(found) == expected


@pytest.mark.parametrize(
    "text",
    [
        "一些 一起 统一 万一 唯一 单一 之一 一样",
        "十分重要",
        "三心二意",
        "乱七八糟",
        "千方百计",
        "千万不要",
        "百姓",
        "几十年 数十万 几百个 十几岁 二十几个",
        "三五个 七八百 二三十",
        "一个人 一种 一次",
        "one of them",
        "the second",
        "no one",
        "09:00",
        "1.2.3",
        "IP68 H1N1 covid19",
        "五一劳动奖",
        "十四五规划",
        "周三 星期一",
        "统一百货",
        "三点五分",
        "十字路口",
        "https://example.org/12/a34",
        "2023年10月23日",
        "Oct. 23, 2023",
        "in 1952, he",
        "thousands of people",
        "",
    ],
)
def test_no_numbers(text: str) -> None:
    assert values(text) == []


def test_spans_are_of_the_original_text() -> None:
    text = "㍿ﬃ　共１８４，２００個，佔１５％"
    assert [(text[q.start : q.end], q.value) for q in find_numbers(text)] == [
        ("１８４，２００", Decimal(184200)),
        ("１５％", Decimal(15)),
    ]


def chinese(value: int) -> str:
    """Write a number as a Chinese numeral: the school rules, from the left."""
    if value == 0:
        return "零"
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if value >= size:
            high, low = divmod(value, size)
            gap = "零" if 0 < low < size // 10 else ""
            return chinese(high) + unit + (gap + chinese(low) if low else "")
    written, gap = "", False
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, size)
        if digit:
            written += ("零" if gap and written else "") + "零一二三四五六七八九"[digit] + unit
            gap = False
        else:
            gap = True
    return written


@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_round_trip(value: int) -> None:
    written = chinese(value)
    assert numeral(written) == value
    if written.startswith("一十"):
        assert numeral(written[1:]) == value
    financial = written.translate(
        str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
    )
    if len(financial) > 1:
        assert numeral(financial) == value


@given(st.integers(11, 10**12 - 1), st.sampled_from(["共有", "，达到", "约"]))
def test_chinese_numerals_in_text(value: int, before: str) -> None:
    written = chinese(value)
    found = find_numbers(f"{before}{written}个")
    assert [(q.value, q.unit, q.start) for q in found] == [(value, "个", len(before))]


@given(
    st.decimals(0, 10**9, places=2),
    st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8), ("万亿", 10**12), (" million", 10**6)]),
    st.booleans(),
)
def test_arabic_numbers_round_trip(value: Decimal, unit: tuple[str, int], grouped: bool) -> None:
    written = f"{value:,.2f}" if grouped else f"{value:.2f}"
    found = find_numbers(f"共 {written}{unit[0]}。")
    assert [(q.value, q.start, q.end) for q in found] == [
        (value * unit[1], 2, 2 + len(written) + len(unit[0]))
    ]


@given(
    st.text(
        st.sampled_from("0123456789一二三十百千万亿零两半第.,-/%‰个年月日点分之多几 $aone"),
        max_size=25,
    )
)
def test_any_text(text: str) -> None:
    found = find_numbers(text)
    ends = [0, *(q.end for q in found)]
    assert all(end <= q.start < q.end <= len(text) for end, q in zip(ends, found, strict=False))
    assert all(q.value.is_finite() for q in found)


@pytest.mark.parametrize(
    "run", ["", "万", "百", "一二", "三三", "十百", "一万万", "点五", "一百一百"]
)
def test_no_numerals(run: str) -> None:
    assert numeral(run) is None
