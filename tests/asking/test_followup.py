"""Follow-ups are written out from the turns before them; questions that stand alone are kept."""

from __future__ import annotations

import pytest

from rag.asking.followup import complete, completions
from rag.records import Turn


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("2023年有多少个工会驿站？", "那2022年呢？", "2022年有多少个工会驿站？"),
        ("工会驿站有多少个？", "那司机之家呢？", "司机之家有多少个？"),
        (
            "2023年度职工提了多少条建议？",
            "技术革新项目呢？",
            "2023年度职工提了多少条技术革新项目？",
        ),
        ("2023年有多少个工会驿站？", "为什么？", "2023年有多少个工会驿站，为什么？"),
        ("中华全国总工会是什么时候成立的？", "它的主席是谁？", "中华全国总工会的主席是谁？"),
        ("沈砚秋哪一年去世？", "他的女儿呢？", "沈砚秋的女儿是谁？"),
        ("软件工程专业招多少人？", "学费呢？", "软件工程专业的学费是多少？"),
        ("软件工程专业的学费是多少？", "那日语呢？", "日语的学费是多少？"),
        ("日语专业学费多少？", "那软件工程呢？", "软件工程的学费多少？"),
        ("图书馆周末几点开门？", "平时呢？", "图书馆平时几点开门？"),
        ("第八条是怎么规定的？", "那第九条呢？", "第九条是怎么规定的？"),
        ("东陵大学是哪一年创办的？", "有多少学生？", "东陵大学有多少学生？"),
        ("东陵大学是哪一年创办的？", "校长是谁？", "东陵大学的校长是谁？"),
        ("奖学金分几等？", "第二等是多少？", "奖学金第二等是多少？"),
        ("奖学金分几等？", "第八条是怎么规定的？", "第八条是怎么规定的？"),
        ("2023年有多少个驿站？", "全国有多少家医院？", "全国有多少家医院？"),
        ("全国有多少个职工之家？", "那司机之家呢？", "全国有多少个司机之家？"),
        ("全国有多少个司机之家？", "它们是什么时候建的？", "司机之家是什么时候建的？"),
        ("电影《远山》的主演是谁？", "它讲了什么故事？", "电影《远山》讲了什么故事？"),
        ("电影《远山》讲了什么故事？", "什么时候上映？", "电影《远山》什么时候上映？"),
        ("孩子由谁抚养？", "抚养费呢？", "孩子的抚养费是多少？"),
        ("世界杯决赛在哪里举行？", "谁夺冠了？", "世界杯决赛谁夺冠了？"),
        ("星河X7什么时候交付？", "那X5呢？", "星河X5什么时候交付？"),
        ("Who handles claims?", "And the phone number?", "What is the phone number?"),
        ("How many lanes does the bridge have?", "光速是每秒多少公里？", "光速是每秒多少公里？"),
    ],
)
def test_follow_ups(before: str, question: str, expected: str) -> None:
    assert complete(question, [Turn(before)]) == expected


def test_a_person_is_meant_where_the_last_topic_is_none() -> None:
    history = [Turn("沈砚秋是哪里人？"), Turn("《浙江植物志略》是哪一年出版的？")]
    expected = "为什么沈砚秋和威尔森论战？"
    assert complete("为什么他和威尔森论战？", history) == expected


def test_a_question_that_names_nothing_leads_to_an_earlier_topic() -> None:
    history = [Turn("12351是做什么用的？"), Turn("谁要去接它？", "", "谁要去接12351？")]
    assert complete("它去年接了多少通？", history) == "12351去年接了多少通？"


def test_another_thing_or_another_attribute_may_be_meant() -> None:
    history = [Turn("星河一号的价格是多少？")]
    assert completions("续航呢？", history) == ("续航的价格是多少？", "星河一号的续航是多少？")
    assert completions("那X5呢？", history) == ("X5的价格是多少？",)


def test_what_was_put_behind_a_question_is_talked_about_next() -> None:
    history = [Turn("为什么取消热线？"), Turn("那驿站呢？", "", "为什么取消热线，驿站？")]
    assert complete("它有多大？", history) == "驿站有多大？"


def test_without_history_nothing_changes() -> None:
    assert complete("它有多少人？", []) == "它有多少人？"


def test_the_written_out_form_of_the_last_turn_is_built_on() -> None:
    history = [Turn("2023年有多少个驿站？"), Turn("那2022年呢？", "", "2022年有多少个驿站？")]
    assert complete("2021年呢？", history) == "2021年有多少个驿站？"


STEIN = [
    Turn("Who is Ben Stein?", "Ben Stein is an American writer."),
    Turn("Was he ever fired?", "Stein was fired by The New York Times in August 2009."),
]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Why was he fired?", "Why was Ben Stein fired?"),
        ("What is his position?", "What is Ben Stein's position?"),
        ("Did anybody thank her for it?", "Did anybody thank Ben Stein for it?"),
        ("When was the Eiffel Tower built?", "When was the Eiffel Tower built?"),
    ],
)
def test_an_english_pronoun_gives_way_to_the_name_talked_about(
    question: str, expected: str
) -> None:
    assert complete(question, STEIN) == expected


def test_an_english_follow_up_stays_where_nothing_was_named() -> None:
    assert complete("Was it popular?", [Turn("what happened next?", "")]) == "Was it popular?"
