"""Answers against accepted forms; the F1 against hand-worked cases and a second implementation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation.matching import (
    bag_f1,
    bare,
    contains,
    exact,
    parts_found,
    run_f1,
    segments,
    without_marks,
)


@pytest.mark.parametrize(
    ("text", "form", "found"),
    [
        ("截至2023年底，已建工会驿站18.42万个。", "18.42万", True),
        ("截至2023年底，已建工会驿站18.42万個。", "18.42万个", True),
        ("已建１８.４２万个", "18.42万个", True),
        ("他出生於臺灣", "出生于台湾", True),
        ("离除夕还有3天", "3", True),
        ("2023年", "3", False),
        ("2023年", "20", False),
        ("1,088名个人", "1088", True),
        ("1,088名个人", "88", False),
        ("18.42万", "42万", False),
        ("in 1996, 308 points", "308", True),
        ("see 1996 308 points", "1996", True),
        ("a party of three", "art", False),
        ("the Art of War", "art", True),
        ("Rollo's men", "Rollo", True),
        ("《全国总工会改革试点方案》", "全国总工会改革试点方案", True),
        ("缺人、缺钱、缺阵地", "缺人缺钱", True),
        ("", "甲", False),
        ("甲", "", False),
        ("甲", "——", False),
    ],
)
def test_contains(text: str, form: str, found: bool) -> None:
    assert contains(text, [form]) is found


def test_a_later_whole_number_counts_though_an_earlier_longer_one_holds_it() -> None:
    assert contains("2023年有23人", ["23"])
    assert contains("2023年有3人，2013年有13人", ["13"])
    assert not contains("2013年有113人", ["13"])


def test_exact_ignores_punctuation_width_case_and_script() -> None:
    assert exact("「重慶」。", ["重庆"])
    assert exact("The Normans", ["the normans"])
    assert not exact("重庆市", ["重庆"])
    assert not exact("", [""])


def test_parts_are_counted_each_by_any_of_its_forms() -> None:
    parts = [["缺人", "人"], ["缺钱", "钱"], ["缺阵地"], ["别的"]]
    assert parts_found("缺人，缺钱，缺阵地", parts) == 0.75
    assert parts_found("", parts) == 0.0
    assert parts_found("甲", []) == 0.0


@pytest.mark.parametrize("mark", ["[1]", "[1, 2]", "【3】", "［1］", "[1-3]"])
def test_citation_marks_are_no_part_of_an_answer(mark: str) -> None:
    assert without_marks(f"共有308分{mark}。") == "共有308分。"
    assert without_marks("[sic] 《[甲]》") == "[sic] 《[甲]》"


def test_segments_are_characters_and_whole_words() -> None:
    assert segments("Type-C接口18.5万, ２０24年") == [
        "type", "c", "接", "口", "18.5", "万", "2024", "年",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "forms", "expected"),
    [
        # Run of 4; 4 of 4 and 4 of 6: 2 * 4 / (4 + 6).
        ("光荣公司", ["光荣公司旗下"], 0.8),
        # The longest run, not the bag: 甲乙 of 甲乙丙 against 甲乙丁丙 is 2, of 3 and 4.
        ("甲乙丙", ["甲乙丁丙"], 4 / 7),
        ("甲", ["乙"], 0.0),
        ("", ["乙"], 0.0),
        ("《甲乙》。", ["甲乙"], 1.0),
        # The best form counts.
        ("任天堂", ["村雨城", "任天堂游戏"], 2 * 3 / 8),
        # English words are one segment each.
        ("the Norse leader Rollo", ["Rollo"], 2 * 1 / 5),
    ],
)
def test_run_f1_by_hand(text: str, forms: list[str], expected: float) -> None:
    assert run_f1(text, forms) == pytest.approx(expected)


def _longest_common_run(one: list[str], other: list[str]) -> int:
    """The table of the CMRC 2018 script: m[i][j] = m[i-1][j-1] + 1 where segments agree."""
    table = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    longest = 0
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            if a == b:
                table[i + 1][j + 1] = table[i][j] + 1
                longest = max(longest, table[i + 1][j + 1])
    return longest


@given(st.text("甲乙丙", min_size=1, max_size=30), st.text("甲乙丙", min_size=1, max_size=30))
def test_run_f1_agrees_with_the_table_of_the_script(text: str, form: str) -> None:
    run = _longest_common_run(list(text), list(form))
    if not run:
        assert run_f1(text, [form]) == 0
        return
    precision, recall = run / len(text), run / len(form)
    assert run_f1(text, [form]) == pytest.approx(2 * precision * recall / (precision + recall))


@given(st.text(max_size=40))
def test_a_text_is_itself(text: str) -> None:
    if bare(text):
        assert contains(text, [text])
        assert exact(text, [text])
    if segments(text):
        assert run_f1(text, [text]) == 1
        assert bag_f1(text, text) == 1


def test_bag_f1_forgets_the_order() -> None:
    assert bag_f1("What did they do", "What did The Waterboys do") == pytest.approx(2 * 3 / 9)
    assert bag_f1("do did what", "what did do") == 1
    assert bag_f1("", "what") == 0
