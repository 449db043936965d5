"""Questions that ask several things are taken apart; all others stay whole."""

from __future__ import annotations

import pytest

from rag.answering.subquestions import subquestions


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("青石桥是谁主持修建的，哪一年动工？", ["青石桥是谁主持修建的", "青石桥哪一年动工"]),
        ("什么是放线菌酮？它有什么用途？", ["什么是放线菌酮", "放线菌酮有什么用途"]),
        (
            "东湖和西湖的面积各是多少？",
            ["东湖的面积是多少？", "西湖的面积是多少？"],
        ),
        (
            "大学的校训是什么，食堂在哪里？",
            ["大学的校训是什么", "大学食堂在哪里"],
        ),
        (
            "谁主持修建了青石桥，白鹭塔有多高？",
            ["谁主持修建了青石桥", "白鹭塔有多高"],
        ),
        (
            "Who built the bridge and when did the bridge open?",
            ["Who built the bridge", "when did the bridge open"],
        ),
    ],
)
def test_several_things(question: str, expected: list[str]) -> None:
    assert subquestions(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "2023年，全国有多少个工会驿站？",
        "在北京举行的会议上，谁发言？",
        "北朝几个朝代中，哪个朝代最积极建筑长城？",
        "When a commission reached no decision, what happened?",
        "How and when did it enter Europe?",
        "甲、乙和丙有什么不同？",
        "",
    ],
)
def test_one_thing(question: str) -> None:
    assert subquestions(question) == [question]
