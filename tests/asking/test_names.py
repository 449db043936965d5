"""Short and full names that documents put side by side."""

from __future__ import annotations

import time

import pytest

from rag.asking.names import renamed


@pytest.mark.parametrize(
    ("said", "question", "expected"),
    [
        ("中国国家电网公司（简称“国网”）统一调度。", "国网有多少人？", "国家电网公司有多少人？"),
        ("中国国家电网公司（简称“国网”）统一调度。", "国家电网公司有多少人？", "国网有多少人？"),
        ("中國國家電網公司（簡稱「國網」）統一調度。", "国网有多少人？", "国家电网公司有多少人？"),
        ("临江县志愿者联合总会，以下简称志联会，", "志联会何时成立？", "志愿者联合总会何时成立？"),
        ("《临江县河道管理条例》（以下简称《河道条例》）", "《河道条例》何时施行？",
         "《河道管理条例》何时施行？"),
        ("般若经，全称大般若波罗蜜多经，", "般若经讲什么？", "般若波罗蜜多经讲什么？"),
        ("The World Health Organization (WHO) said so.", "Who leads the WHO?", None),
        ("The River Guard Union (RGU) said so.", "Who leads the RGU?",
         "Who leads the river guard union?"),
        ("The River Guard Union (RGU) said so.", "Who leads the River Guard Union?",
         "Who leads the rgu?"),
    ],
)  # fmt: skip
def test_names_that_a_text_puts_side_by_side(
    said: str, question: str, expected: str | None
) -> None:
    found = list(renamed(question, [said]))
    assert expected is None or found[:1] == [expected]


@pytest.mark.parametrize(
    "said",
    [
        "鸟类又称飞禽。",
        "简称另有规定。",
        "（简称“水务”）",
        "甲公司（简称“乙方”）",
        "The group (XYZ) came.",
    ],
)
def test_what_is_no_short_name_of_the_other_is_left_alone(said: str) -> None:
    for question in (
        "鸟类有多少种？",
        "乙方是谁？",
        "水务是什么？",
        "What is XYZ?",
        "甲公司在哪？",
    ):
        assert not list(renamed(question, [said]))


def test_the_rest_of_the_question_keeps_its_spelling() -> None:
    said = "中國國家電網公司（簡稱「國網」）統一調度。"
    assert list(renamed("國網有多少人？", [said])) == ["国家电网公司有多少人？"]


def test_hyphens_without_end_take_no_time() -> None:
    said = f"{'a-' * 39}a x (WHO)" * 50
    began = time.process_time()
    assert not list(renamed("Who leads the UNO?", [said]))
    assert time.process_time() - began < 2
