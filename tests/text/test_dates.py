"""Dates: what is one, its parts, and what is none."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text.dates import find_dates


def parts(text: str) -> list[str]:
    """Write each date as ``stretch=year-month-day``, with ``s`` behind a decade."""
    return [
        f"{text[d.start : d.end]}="
        + "/".join("" if part is None else str(part) for part in (d.year, d.month, d.day))
        + ("s" if d.decade else "")
        for d in find_dates(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年10月23日,中国工会", ["2023年10月23日=2023/10/23"]),
        ("，1998年7月15日出生", ["1998年7月15日=1998/7/15"]),
        ("2024年05月01日 09:00 新浪", ["2024年05月01日=2024/5/1"]),
        ("１９９７年７月１日", ["１９９７年７月１日=1997/7/1"]),
        ("8 月 14 日", ["8 月 14 日=/8/14"]),
        ("二〇二三年十月", ["二〇二三年十月=2023/10/"]),
        ("二○○八年八月八日", ["二○○八年八月八日=2008/8/8"]),
        ("一九四九年十月一日", ["一九四九年十月一日=1949/10/1"]),
        ("十二月廿五日", ["十二月廿五日=/12/25"]),
        ("五月初五", ["五月初五=/5/5"]),
        ("4月28日在北京", ["4月28日=/4/28"]),
        ("新华社北京28日电", ["28日=//28"]),
        ("2023年底", ["2023年=2023//"]),
        ("公元前221年", ["公元前221年=-221//"]),
        ("公元618年", ["公元618年=618//"]),
        ("618年，李渊称帝", ["618年=618//"]),
        ("民國九十年", ["民國九十年=2001//"]),
        ("民国21年3月", ["民国21年3月=1932/3/"]),
        ("昭和64年", ["昭和64年=1989//"]),
        ("令和元年", ["令和元年=2019//"]),
        ("1990年代", ["1990年代=1990//s"]),
        ("20世纪90年代", ["20世纪90年代=1990//s"]),
        ("二十世纪九十年代", ["二十世纪九十年代=1990//s"]),
        ("98年5月", ["98年5月=1998/5/"]),
        ("九八年", ["九八年=1998//"]),
        ("2016—2020年", ["2016=2016//", "2020年=2020//"]),
        ("2001、2002年", ["2001=2001//", "2002年=2002//"]),
        ("1月3日至5日", ["1月3日=/1/3", "5日=//5"]),
        ("10月1日，2日", ["10月1日=/10/1", "2日=//2"]),
        ("2023-10-23", ["2023-10-23=2023/10/23"]),
        ("，2022/4/27。", ["2022/4/27=2022/4/27"]),
        ("2024.5.1", ["2024.5.1=2024/5/1"]),
        ("10/23/2023", ["10/23/2023=2023/10/23"]),
        ("23/10/2023", ["23/10/2023=2023/10/23"]),
        ("23.10.2023", ["23.10.2023=2023/10/23"]),
        ("23 October 2023", ["23 October 2023=2023/10/23"]),
        ("the 1st of May, 1886", ["1st of May, 1886=1886/5/1"]),
        ("Oct. 23, 2023", ["Oct. 23, 2023=2023/10/23"]),
        ("On March 17, 1752, he", ["March 17, 1752=1752/3/17"]),
        ("in May 2010", ["May 2010=2010/5/"]),
        ("By July 1944, the", ["July 1944=1944/7/"]),
        ("in October he", ["October=/10/"]),
        ("in 1952, he", ["1952=1952//"]),
        ("In 1096 Crusaders", ["1096=1096//"]),
        ("from 1914 to 1918.", ["1914=1914//", "1918=1918//"]),
        ("(1867-1934)", ["1867=1867//", "1934=1934//"]),
        ("(1862–90)", ["1862=1862//"]),
        ("in 1919–20 in", ["1919=1919//"]),
        ("the 2012 Act", ["2012=2012//"]),
        ("the 1990s and", ["1990s=1990//s"]),
        ("44 BC", ["44 BC=-44//"]),
        ("AD 79", ["AD 79=79//"]),
        ("by 800 CE, forming", ["800 CE=800//"]),
    ],
)
def test_dates(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "去年 今年 明年 昨天 上个月 三年前",
        "三年 五年级 十年 百年 三五年",
        "5个月 三个月",
        "近2000年历史 长达1500年",
        "第1990年",
        "2.5年 1.5月",
        "10日元 3日内 每15日",
        "1月球 2月台",
        "1500 people in 1200 cities",
        "1800 soldiers marched",
        "$1999 each",
        "may 5000 people",
        "march on",
        "2023",
        "13/32/2023",
        "32号楼",
        "1,998年",
        "",
    ],
)
def test_no_dates(text: str) -> None:
    assert parts(text) == []


DATES = st.dates(date(1000, 1, 1), date(2099, 12, 31))
DIGITS = "〇一二三四五六七八九"
NAMES = "January February March April May June July August September October November December"
MONTHS = NAMES.split()


def counted(value: int) -> str:
    """Write 1-31 as a Chinese numeral."""
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十") + (
        DIGITS[ones] if ones else ""
    )


@given(DATES, st.sampled_from(["于", "，", "", "在", "（"]))
def test_round_trip(day: date, before: str) -> None:
    year, month, number = day.year, day.month, day.day
    name = MONTHS[month - 1]
    written = [
        f"{year}年{month}月{number}日",
        f"{year}年{month:02}月{number:02}日",
        "".join(DIGITS[int(digit)] for digit in str(year))
        + f"年{counted(month)}月{counted(number)}日",
        f"{year}-{month:02}-{number:02}",
        f"{year}/{month}/{number}",
        f"{number} {name} {year}",
        f"{name} {number}, {year}",
        f"{name[:3]}. {number}, {year}",
    ]
    for form in written:
        text = f"{before}{form}。"
        assert [(text[d.start : d.end], d.year, d.month, d.day) for d in find_dates(text)] == [
            (form, year, month, number)
        ]


@given(
    st.text(
        st.sampled_from("0129〇一二十廿年月日号世纪代元民国公前-/.,~至 MayOctinBCs()"), max_size=25
    )
)
def test_any_text(text: str) -> None:
    found = find_dates(text)
    ends = [0, *(d.end for d in found)]
    assert all(end <= d.start < d.end <= len(text) for end, d in zip(ends, found, strict=False))
    for mention in found:
        assert (mention.year, mention.month, mention.day) != (None, None, None)
        assert mention.month is None or 1 <= mention.month <= 12
        assert mention.day is None or 1 <= mention.day <= 31
