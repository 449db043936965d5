"""The text functions on the article the project ships."""

from decimal import Decimal
from pathlib import Path

import pytest

from rag.text.dates import find_dates
from rag.text.language import detect_language
from rag.text.numbers import find_numbers
from rag.text.sentences import split_sentences

ARTICLE = Path(__file__).parents[2] / "seeds" / "000_8201aa3fab57e6be.txt"


@pytest.fixture(scope="module")
def text() -> str:
    return ARTICLE.read_bytes().decode("utf-8")


def test_language(text: str) -> None:
    assert detect_language(text) == "zh-Hans"


def test_numbers(text: str) -> None:
    found = {text[q.start : q.end]: (q.value, q.unit) for q in find_numbers(text)}
    for written, value, unit in [
        ("777.7万", 7_777_000, "条"),
        ("57.5万", 575_000, "项"),
        ("18.42万", 184_200, "个"),
        ("10亿", 1_000_000_000, "人次"),
        ("150万", 1_500_000, "个"),
        ("1800多", 1800, "家"),
        ("1088", 1088, "名"),
        ("127", 127, "个"),
        ("1000", 1000, "kv"),
        ("30", 30, "名"),
    ]:
        assert found[written] == (Decimal(value), unit)
    assert [q.value for q in find_numbers(text) if q.percent] == [15, 15]


def test_dates(text: str) -> None:
    found = {(d.year, d.month, d.day) for d in find_dates(text)}
    assert found >= {
        (2024, 5, 1),
        (2023, 10, 23),
        (2022, 4, 27),
        (2022, 10, 17),
        (2024, 3, 5),
        (2019, 2, 1),
        (2020, 9, 17),
        (2013, 4, 28),
        (2015, 7, 6),
        (2017, 8, None),
        (None, 4, 28),
        (2023, None, None),
    }
    assert {text[d.start : d.end] for d in find_dates(text) if (d.year or 2000) < 1990} == set()


def test_sentences(text: str) -> None:
    sentences = [text[start:end] for start, end in split_sentences(text)]
    assert "".join("".join(s.split()) for s in sentences) == "".join(text.split())
    assert "新浪新闻客户端" in sentences
    long_ago = [s for s in sentences if s.startswith("截至2023年底") or "18.42万" in s]
    assert len(long_ago) == 1
    assert long_ago[0].startswith("组织实施“双15工程”")
    assert long_ago[0].endswith("年服务突破10亿人次。")
    assert [s for s in sentences if s.startswith("总书记的要求,")] == [
        "总书记的要求,就是工会的行动方向。"
    ]
