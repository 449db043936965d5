"""Values beside their names: labels and tables."""

from __future__ import annotations

import pytest

from rag.answering.features import SentenceCandidate
from rag.answering.fields import labelled, looked_up
from rag.answering.question import read_question
from tests.answering.builders import candidates, hit

CONTACT = (
    "招生办公室电话：0571-8888 1952，电子邮箱：zsb@example.com，地址：学府路18号；校长：林致远。"
)
TABLE = (
    "学院 | 专业 | 人数 | 学费（元/年）\n"
    "计算机学院 | 软件工程 | 180 | 6500\n"
    "外国语学院 | 日语 | 60 | 5000\n"
    "医学院 | 临床医学（五年制） | 150 | 7800"
)
CARD = "姓名 | 沈砚秋\n出生日期 | 1871年4月2日\n籍贯 | 浙江湖州"


def _sentences(text: str) -> list[SentenceCandidate]:
    return candidates(hit(text))


def _label(question: str, text: str) -> str | None:
    place = labelled(read_question(question), _sentences(text)[0])
    return None if place is None else text[slice(*place)]


def _cell(question: str, text: str, line: int = 0) -> str | None:
    value = looked_up(read_question(question), _sentences(text)[line])
    return None if value is None else text[value.start : value.end]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("招生办的电话是多少？", "0571-8888 1952"),
        ("招生办的邮箱是什么？", "zsb@example.com"),
        ("学校的地址是什么？", "学府路18号"),
        ("校长是谁？", "林致远"),
        ("校长的夫人是谁？", None),
        ("招生办在哪里？", None),
        ("为什么要打电话？", None),
    ],
)
def test_the_label_that_is_asked_for_gives_its_value(question: str, value: str | None) -> None:
    assert _label(question, CONTACT) == value


def test_an_english_label_is_named_anywhere_in_the_question() -> None:
    text = "Admissions office: phone: 555-1952; email: ask@example.com; dean: Ann Lee."
    assert _label("What is the email of the office?", text) == "ask@example.com"
    assert _label("Who is the dean?", text) == "Ann Lee."
    assert _label("How do I get there?", text) is None


@pytest.mark.parametrize("line", [0, 1, 2, 3])
def test_any_line_of_a_table_leads_to_the_cell(line: int) -> None:
    assert _cell("日语专业的学费是多少？", TABLE, line) == "5000"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("软件工程的学费是多少？", "6500"),
        ("临床医学的人数是多少？", "150"),
        ("软件工程属于哪个学院？", "计算机学院"),
        ("法学的学费是多少？", None),
        ("学费是多少？", None),
        ("为什么日语的学费低？", None),
    ],
)
def test_row_and_column_must_both_be_named(question: str, value: str | None) -> None:
    assert _cell(question, TABLE) == value


def test_two_columns_are_names_and_values() -> None:
    assert _cell("沈砚秋的出生日期是哪天？", CARD) == "1871年4月2日"
    assert _cell("沈砚秋的籍贯是什么？", CARD) == "浙江湖州"
    assert _cell("沈砚秋的老师是谁？", CARD) is None


def test_a_sentence_outside_the_table_leads_to_no_cell() -> None:
    text = f"各专业如下。\n{TABLE}\n以上是全部。"
    sentences = _sentences(text)
    question = read_question("日语专业的学费是多少？")
    assert looked_up(question, sentences[0]) is None
    assert looked_up(question, sentences[-1]) is None
    found = looked_up(question, sentences[2])
    assert found is not None
    assert found.names is not None
    assert text[slice(*found.names)].startswith("学院")
    assert text[slice(*found.row)].startswith("外国语")
