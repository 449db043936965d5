"""Follow-ups are written out where that is certain, and only there."""

from __future__ import annotations

import pytest

from rag.asking.writing_out import written_out


@pytest.mark.parametrize(
    ("earlier", "typed", "expected"),
    [
        ("2023年有多少个工会驿站？", "那2022年呢？", "2022年有多少个工会驿站？"),
        ("星河X7什么时候交付？", "那X5呢？", "星河X5什么时候交付？"),
        ("第八条是怎么规定的？", "那第九条呢？", "第九条是怎么规定的？"),
        ("微波炉蒸蛋600瓦要热多久", "800瓦的呢", "微波炉蒸蛋800瓦要热多久"),
        ("劳动合同签一年，试用期多久", "两年呢", "劳动合同签两年，试用期多久"),
        ("What was the revenue in 2021?", "and in 2022?", "What was the revenue in 2022?"),
    ],
)
def test_a_part_is_exchanged_for_one_of_its_kind(earlier: str, typed: str, expected: str) -> None:
    assert written_out(typed, earlier) == expected


@pytest.mark.parametrize(
    ("earlier", "typed", "expected"),
    [
        ("追光S7换轮胎多少钱？", "它的常规保养多少钱？", "追光S7的常规保养多少钱？"),
        ("王若谷是哪一年出生的？", "她设计了什么？", "王若谷设计了什么？"),
        ("电影《远山》的主演是谁？", "它讲了什么故事？", "电影《远山》讲了什么故事？"),
        ("Who is Ben Stein?", "Why was he fired?", "Why was Ben Stein fired?"),
        ("Who is Ben Stein?", "What is his position?", "What is Ben Stein's position?"),
        ("Who is Ann Lee?", "Did anybody thank her for it?", "Did anybody thank Ann Lee for it?"),
    ],
)
def test_a_name_takes_the_place_of_a_pronoun(earlier: str, typed: str, expected: str) -> None:
    assert written_out(typed, earlier) == expected


@pytest.mark.parametrize(
    ("earlier", "typed"),
    [
        ("宿舍空调租四年多少钱", "那只租半年呢"),
        ("2023年和2022年各有多少？", "2021年呢？"),
        ("2023年10月有多少？", "2022年呢？"),
        ("喝了酒开车怎么处罚", "它要紧吗"),
        ("工会驿站一年服务多少人？", "这篇文章主要讲了什么？"),
        ("How do I stash my changes?", "how do I get them back"),
        ("Who met Ann Lee and Bo Day?", "where was he born?"),
        ("Who is Ben Stein?", "is it true that ferries stop?"),
        ("Who is Ben Stein?", "How long does the ferry take?"),
    ],
)
def test_what_is_not_certain_is_left(earlier: str, typed: str) -> None:
    assert written_out(typed, earlier) == ""
