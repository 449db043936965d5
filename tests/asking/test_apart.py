"""Questions that ask several things are taken apart; all others stay whole."""

from __future__ import annotations

import pytest

from rag.asking.apart import coordinated, subquestions


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
            "2022年和2023年的产值分别是多少？",
            ["2022年的产值是多少？", "2023年的产值是多少？"],
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


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("东陵大学创办于哪一年？由谁创办？", ["东陵大学创办于哪一年", "东陵大学由谁创办"]),
        ("新园占地多少？有几个馆？", ["新园占地多少", "新园有几个馆"]),
        ("谁发明了电话机？在哪一年？", ["谁发明了电话机", "发明了电话机，在哪一年"]),
        ("这本书何时出版以及由谁翻译？", ["这本书何时出版", "这本书由谁翻译"]),
        ("校长和教务处处长是谁？", ["校长是谁？", "教务处处长是谁？"]),
        ("2018年和2022年的冠军是谁？", ["2018年的冠军是谁？", "2022年的冠军是谁？"]),
        ("申请要哪些材料？多久能办好？", ["申请要哪些材料", "申请多久能办好"]),
    ],
)
def test_a_later_part_is_about_what_the_first_one_names(question: str, expected: list[str]) -> None:
    assert subquestions(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("2021年和2022年的产值是多少？", ["2021年的产值是多少？", "2022年的产值是多少？"]),
        ("第三季度和第四季度的营收是多少", ["第三季度的营收是多少？", "第四季度的营收是多少？"]),
        ("化学奖与文学奖得主是谁？", ["化学奖得主是谁？", "文学奖得主是谁？"]),
        ("东陵大学的校训和地址是什么？", ["东陵大学的校训是什么？", "东陵大学的地址是什么？"]),
        ("甲一号和ID.4的售价是多少？", ["甲一号的售价是多少？", "ID.4的售价是多少？"]),
        (
            "What are the director and the premiere of Blue Sea?",
            ["What is the director of Blue Sea?", "What is the premiere of Blue Sea?"],
        ),
    ],
)
def test_two_things_named_with_and_may_be_two_questions(question: str, expected: list[str]) -> None:
    assert coordinated(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "甲和乙的关系是什么？",
        "东德和西德在哪一年都消失了？",
        "原中山大学和哪一个大学合并？",
        "全国有多少个工会驿站？",
        "《和平与战争》讲什么？",
        "What is the capital of Bosnia and Herzegovina?",
        "",
    ],
)
def test_an_and_that_joins_no_two_questions(question: str) -> None:
    assert coordinated(question) == [question]
