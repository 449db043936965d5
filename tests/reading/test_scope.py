"""What was asked of one is not answered with another's; what names no scope fits everything."""

from __future__ import annotations

import pytest

from rag.asking.question import read_question
from rag.reading.scope import Fit, fit
from rag.reading.sought import Beside


def judged(
    question: str, unit: str, *, title: str = "", around: str = "", beside: tuple[str, ...] = ()
) -> Fit:
    asked = read_question(question)
    return fit(
        asked,
        unit,
        title=title,
        around=around or unit,
        weights=dict.fromkeys(asked.tokens, 1.0),
        beside=Beside(beside, "\n".join((around or unit, *beside))),
    )


ANOTHER = [
    ("南区宿舍每晚几点断电？", "北区宿舍每晚23点断电。"),
    ("V3版电池续航多久？", "V2版电池续航为9小时。"),
    ("最高温度是多少？", "最低温度为零下五度。"),
    ("该校2019年招生多少人？", "该校2021年招生1200人。"),
    ("公司第三季度营收多少？", "公司二季度营收为3亿元。"),
    ("E1011怎么处理？", "E1001 表示余额不足，应提示用户充值。"),
    ("/v1/user 限流多少次？", "/v1/users 限流每分钟10次。"),
    ("张伟哪年入职？", "张伟民是销售部经理，2011年入职。"),
    ("会员每次借几本？", "非会员每次借2本。"),
    ("三年级每周几节体育课？", "五年级学生每周上体育课4节。"),
    ("康宁胶囊250毫克规格多少钱？", "康宁胶囊500毫克规格每盒30元。"),
    ("When does the north gate open?", "The south gate opens at 9 am."),
    ("How much did John Smith donate?", "John Smyth donated 20 dollars."),
]


@pytest.mark.parametrize(("question", "unit"), ANOTHER)
def test_another_ones_value_conflicts(question: str, unit: str) -> None:
    assert judged(question, unit).conflicting


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("北区宿舍每晚几点断电？", "北区宿舍每晚23点断电。"),
        ("宿舍每晚几点断电？", "北区宿舍每晚23点断电。"),
        ("公司Q2营收多少？", "公司第二季度营收为3亿元。"),
        ("营收是多少？", "公司二季度营收为3亿元。"),
        ("2020年有多少学生？", "2018年以来学生一直是800人。"),
        ("v2.1发布于哪年？", "v2.1 发布于2019年，v2.10 发布于2022年。"),
        ("谁批准请假？", "请假由主管批准，张伟民负责登记。"),
        ("How many gates are there?", "The south gate opens at 9 am, the north gate at 7 am."),
        ("蓝鲸为什么采用256K上下文？", "蓝鲸采用256K上下文窗口，因为它面向合同审阅。"),
    ],
)
def test_the_asked_one_or_no_scope_at_all_fits(question: str, unit: str) -> None:
    assert not judged(question, unit).conflicting


def test_a_scope_told_in_the_title_alone_counts() -> None:
    unit = "公司实现净利润0.66亿元。"
    asked = "2022年鹿鸣食品净利润是多少？"
    assert judged(asked, unit, title="2023年鹿鸣食品年度报告").conflicting
    assert not judged(asked, unit, title="2022年鹿鸣食品年度报告").conflicting


def test_a_year_told_before_in_the_passage_still_holds_unless_records_go_on_alike() -> None:
    asked = "2019年该校招生多少人？"
    story = "2019年学校扩建，招生1200人。1998年落成的礼堂也翻新了。"
    assert not judged(asked, "1998年落成的礼堂招生处。", around=story).conflicting
    records = "2019年招生1200人。\n2020年招生1300人。"
    assert judged(asked, "2020年招生1300人。", around=records).conflicting


def test_the_value_of_another_subject_of_the_same_text_conflicts() -> None:
    around = "海燕支持128K上下文，信天翁支持200K上下文。海燕于2023年五月发布。"
    asked = "信天翁什么时候发布？"
    told = judged(asked, "海燕于2023年五月发布。", title="海燕与信天翁", around=around)
    assert told.conflicting == (("信天翁", "海燕"),)
    assert not judged("海燕什么时候发布？", "海燕于2023年五月发布。", around=around).conflicting


def test_a_document_on_another_subject_conflicts_by_its_title() -> None:
    unit = "由专人负责，钥匙编号是K25，每周检查1次。"
    titles = ("配电室管理说明", "实验室管理说明")
    asked = "配电室的钥匙编号是多少？"
    assert judged(asked, unit, title=titles[1], beside=titles).conflicting
    assert not judged(asked, unit, title=titles[0], beside=titles).conflicting
    assert not judged("钥匙编号是多少？", unit, title=titles[1], beside=titles).conflicting


def test_numbers_of_a_fit() -> None:
    told = judged("报错E1010怎么办？", "E1010：账户冻结，联系客服。")
    assert told.exact == 1
    assert told.matched > judged("报错E1010怎么办？", "E1001：余额不足。").matched
    assert judged("火星上有水吗？", "食堂早餐六点半开始。").missing == 1
    assert judged("火星上有水吗？", "火星上有水冰。").missing < 0.5


def test_texts_of_every_kind_are_judged() -> None:
    for text in ("", "?", "的", "²", "１２３", "\n\n", "é" * 50, "张" * 300, "a/b/c" * 80):
        for question in ("张伟 v2.1 第三季度?", "", "的", "What is the north gate of Q3?", text):
            told = judged(question, text, title=text, around=text, beside=(text, "甲"))
            assert 0 <= told.matched <= 1
            assert 0 <= told.missing <= 1
            assert 0 <= told.exact <= 1
