"""Questions that ask several things are taken apart; all others stay whole."""

from __future__ import annotations

import pytest

from rag.asking.apart import taken_apart


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("青石桥是谁主持修建的，哪一年动工？", ("青石桥是谁主持修建的", "青石桥哪一年动工")),
        ("东陵大学创办于哪一年？由谁创办？", ("东陵大学创办于哪一年", "东陵大学由谁创办")),
        ("申请要哪些材料？多久能办好？", ("申请要哪些材料", "申请多久能办好")),
        ("大学的校训是什么，食堂在哪里？", ("大学的校训是什么", "大学，食堂在哪里")),
        ("转专业面试占多少分，不及格还能录吗", ("转专业面试占多少分", "转专业面试不及格还能录吗")),
        ("谁主持修建了青石桥，白鹭塔有多高？", ("谁主持修建了青石桥", "白鹭塔有多高")),
        ("这本书何时出版以及由谁翻译？", ("这本书何时出版", "这本书由谁翻译")),
        ("东湖和西湖的面积各是多少？", ("东湖的面积是多少？", "西湖的面积是多少？")),
        ("2022年和2023年的产值分别是多少？", ("2022年的产值是多少？", "2023年的产值是多少？")),
        (
            "Who built the bridge and when did the bridge open?",
            ("Who built the bridge", "when did the bridge open"),
        ),
    ],
)
def test_several_things(question: str, expected: tuple[str, ...]) -> None:
    assert taken_apart(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "2023年，全国有多少个工会驿站？",
        "在北京举行的会议上，谁发言？",
        "北朝几个朝代中，哪个朝代最积极建筑长城？",
        "除了《惯性有关吗?》、《观点》，还有哪一篇论文?",
        "卫星在哪里运行，并每隔几天启动引擎？",
        "When a commission reached no decision, what happened?",
        "How and when did it enter Europe?",
        "甲、乙和丙有什么不同？",
        "甲和乙的关系是什么？",
        "校长和教务处处长是谁？",
        "",
    ],
)
def test_one_thing(question: str) -> None:
    assert taken_apart(question) == ()
